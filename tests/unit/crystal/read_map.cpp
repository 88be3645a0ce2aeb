// SPDX-License-Identifier: MPL-2.0
// Maps from files: columns of an MTZ, Hendrickson-Lattman coefficients, CCP4 maps.
#include "polyform/crystal/read_map.hpp"

#include <cmath>
#include <gemmi/ccp4.hpp>
#include <gemmi/fourier.hpp>
#include <gemmi/mtz.hpp>

#include "crystal/phase_centroid.hpp"
#include "polyform/base/error.hpp"
#include "polyform/kernels/bessel.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/random_crystal.hpp"

using namespace polyform;
using Complex = std::complex<double>;

namespace {

// A crystal in P 32 2 1 with random structure factors that obey its symmetry.
struct Made {
  crystal::Crystal crystal;
  crystal::Reflections reflections;
  std::vector<Complex> f;
};
Made made_crystal() {
  Made made;
  const test::RandomCrystal random = test::random_crystal(test::setting("P 32 2 1"), 3.0, 12, 8);
  made.crystal = random.crystal;
  made.reflections.hkl = random.hkl;
  for (const crystal::Hkl& h : random.hkl)
    made.reflections.inverse_d2.push_back(made.crystal.inverse_d2(h));
  density::StructureFactors engine(random.crystal, random.hkl, 2.0, {},
                                   parallel::Communicator::self());
  made.f.resize(random.hkl.size());
  engine.calculate(random.atoms, made.f);
  return made;
}

// An MTZ; scattered: with every index as some symmetry mate of it, so that reading must bring it
// back.
std::string mtz_of(const Made& made, const std::string& name, bool scattered = true) {
  std::vector<test::MtzRow> rows;
  for (std::size_t i = 0; i < made.f.size(); ++i) {
    const auto& h = made.reflections.hkl[i];
    const auto& op = made.crystal.primitive[scattered ? i % made.crystal.primitive.size() : 0];
    const Eigen::RowVector3i index(h[0], h[1], h[2]), mate = index * op.rotation;
    Complex f = made.f[i] * std::polar(1.0, -2 * M_PI * index.cast<double>().dot(op.translation));
    const int sign = scattered && i % 3 == 0 ? -1 : 1;  // some as Friedel mates
    if (sign < 0) f = std::conj(f);
    rows.push_back({{sign * mate[0], sign * mate[1], sign * mate[2]},
                    {std::abs(f), std::arg(f) * 180 / M_PI, 0.5}});
  }
  const test::Setting& setting = test::setting("P 32 2 1");
  return test::written_mtz(name, {{"FWT", 'F'}, {"PHWT", 'P'}, {"FOM", 'W'}}, rows,
                           setting.space_group, setting.cell)
      .string();
}

double difference(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  double sum = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += std::norm(a[i] - b[i]);
    norm += std::norm(b[i]);
  }
  return std::sqrt(sum / norm);
}

}  // namespace

TEST_CASE("map coefficients come from whatever mates a file has") {
  const Made made = made_crystal();
  const std::string path = mtz_of(made, "map.mtz");
  base::Log log;
  CHECK(difference(crystal::read_map(path, "", made.crystal, made.reflections, log), made.f) <
        1e-6);
  auto half = crystal::read_map(path, "FWT,PHWT,FOM", made.crystal, made.reflections, log);
  for (Complex& f : half) f *= 2.0;
  CHECK(difference(half, made.f) < 1e-6);
  CHECK_THROWS_WITH(crystal::read_map(path, "FP,PHI", made.crystal, made.reflections, log),
                    Catch::Contains("FWT") && Catch::Contains("FP,PHI"));
}

TEST_CASE("a CCP4 map has the structure factors it was made of") {
  const Made made = made_crystal();
  const gemmi::Mtz mtz = gemmi::read_mtz_file(mtz_of(made, "for_ccp4.mtz", /*scattered=*/false));
  gemmi::Ccp4<float> map;
  map.grid = gemmi::transform_f_phi_to_map2<float>(
      gemmi::FPhiProxy<gemmi::MtzDataProxy>(gemmi::MtzDataProxy{mtz},
                                            mtz.column_with_label("FWT")->idx,
                                            mtz.column_with_label("PHWT")->idx),
      {{0, 0, 0}}, 3.0, {{0, 0, 0}});
  map.update_ccp4_header(2);
  const std::string path = test::written("map.ccp4", "").string();
  map.write_ccp4_map(path);
  base::Log log;
  CHECK(difference(crystal::read_map(path, "", made.crystal, made.reflections, log), made.f) <
        1e-5);

  crystal::Crystal other = made.crystal;
  other.cell = gemmi::UnitCell(40, 40, 50, 90, 90, 120);
  CHECK_THROWS_WITH(crystal::read_map(path, "", other, made.reflections, log),
                    Catch::Contains("cell"));
}

TEST_CASE("a file that is no map is refused by name") {
  const std::string path = test::written("note.txt", "not a map").string();
  const Made made = made_crystal();
  base::Log log;
  CHECK_THROWS_WITH(crystal::read_map(path, "", made.crystal, made.reflections, log),
                    Catch::Contains("note.txt"));
}

TEST_CASE("the centroid of a phase distribution with A and B alone is I1/I0 along its direction") {
  for (double x : {0.3, 1.0, 4.0}) {
    const double direction = 0.7;
    const Complex m =
        crystal::phase_centroid({x * std::cos(direction), x * std::sin(direction), 0, 0}, {});
    CHECK(std::abs(m) == Approx(kernels::bessel_i(x).ratio).epsilon(1e-6));
    CHECK(std::arg(m) == Approx(direction).epsilon(1e-6));
    const Complex centric = crystal::phase_centroid(
        {x * std::cos(direction), x * std::sin(direction), 0, 0}, direction);
    CHECK(std::abs(centric) == Approx(std::tanh(x)).epsilon(1e-9));
  }
}

TEST_CASE("centric phases are restricted as their structure factors are") {
  const Made made = made_crystal();
  int centric = 0;
  for (std::size_t i = 0; i < made.f.size(); ++i) {
    const auto allowed = crystal::phase_restriction(made.reflections.hkl[i], made.crystal);
    if (!allowed || std::abs(made.f[i]) < 1) continue;
    ++centric;
    CHECK(std::abs(std::sin(std::arg(made.f[i]) - *allowed)) < 0.02);
  }
  CHECK(centric > 10);
}

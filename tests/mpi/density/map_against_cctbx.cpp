// SPDX-License-Identifier: MPL-2.0
// The density of a real map at places near atoms, against cctbx's sum over its structure factors.
#include <nlohmann/json.hpp>

#include "polyform/crystal/read_map.hpp"
#include "polyform/crystal/read_reflections.hpp"
#include "polyform/density/map_spline.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
using kernels::Vec3;

TEST_CASE("density and its slope in the map of 1CBS are cctbx's to 1e-4") {
  const std::string mtz = "/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz";
  base::Log log;
  const crystal::Data data = crystal::read_reflections(mtz, {}, 1, log);
  const crystal::Crystal crystal = crystal::make_crystal(data.cell, data.space_group);
  const auto f = crystal::read_map(mtz, "FWT,PHWT", crystal, data.reflections, log);
  const parallel::Block own =
      parallel::Partition(f.size(), test::world().size()).block(test::world().rank());
  density::MapSpline map(crystal, std::span(data.reflections.hkl).subspan(own.begin, own.size()),
                         data.reflections.d_min(), test::world());
  map.calculate(std::span(f).subspan(own.begin, own.size()));

  double value_error = 0, value_norm = 0, slope_error = 0, slope_norm = 0;
  const nlohmann::json reference = test::read_reference("1cbs_map");
  for (const auto& atom : reference.at("atoms")) {
    const auto vector = [&](const char* name) {
      const auto v = atom.at(name).get<std::vector<double>>();
      return Vec3(v[0], v[1], v[2]);
    };
    std::vector<Vec3> gradient(1, Vec3::Zero());
    const std::vector<Vec3> place = {vector("xyz")};
    const double energy = test::world().sum(map.score(place, std::vector<double>{1.0}, gradient));
    test::world().sum(std::span(gradient[0].data(), 3));
    const double rho = atom.at("rho").get<double>();
    value_error += std::pow(-energy - rho, 2);
    value_norm += rho * rho;
    slope_error += (-gradient[0] - vector("gradient")).squaredNorm();
    slope_norm += vector("gradient").squaredNorm();
  }
  CHECK(std::sqrt(value_error / value_norm) < 1e-4);
  CHECK(std::sqrt(slope_error / slope_norm) < 1e-3);
}

// SPDX-License-Identifier: MPL-2.0
// The bulk solvent mask beside gemmi's, and the pieces it is made of.
#include "polyform/density/solvent_mask.hpp"

#include <gemmi/pdb.hpp>
#include <gemmi/solmask.hpp>
#include <numeric>

#include "density/solvent_mask_fold.hpp"
#include "density/solvent_mask_frame.hpp"
#include "density/solvent_mask_radii.hpp"
#include "support/catch.hpp"
#include "support/mask_cases.hpp"
#include "support/session.hpp"

using namespace polyform;

namespace {

double fraction_of(const crystal::Crystal& crystal, const crystal::Atoms& atoms, double d_min,
                   const density::MaskOptions& options) {
  const auto hkl = test::unique_indices(crystal, d_min);
  density::SolventMask mask(crystal, hkl, options, parallel::Communicator::self());
  std::vector<density::Complex> f(hkl.size());
  mask.calculate(atoms, f);
  return mask.solvent_fraction();
}

// The same by gemmi: its own marking, symmetry and shrinking.
double gemmi_fraction(const crystal::Crystal& crystal, const crystal::Atoms& atoms,
                      const density::GridSize& size, const density::MaskOptions& options) {
  gemmi::Model model("1");
  model.chains.emplace_back("A");
  model.chains[0].residues.emplace_back();
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (atoms.is_hydrogen(i) || atoms.occupancy[i] == 0) continue;
    gemmi::Atom atom;
    atom.element = static_cast<gemmi::El>(atoms.element[i]);
    atom.pos = gemmi::Position(atoms.xyz[i][0], atoms.xyz[i][1], atoms.xyz[i][2]);
    model.chains[0].residues[0].atoms.push_back(atom);
  }
  gemmi::SolventMasker masker(gemmi::AtomicRadiiSet::Cctbx);
  masker.rprobe = options.probe_radius;
  masker.rshrink = options.shrink_radius;
  gemmi::Grid<float> grid;
  grid.unit_cell = crystal.cell;
  grid.spacegroup = crystal.space_group;
  grid.set_size(size[0], size[1], size[2]);
  masker.put_mask_on_grid(grid, model);
  return std::accumulate(grid.data.begin(), grid.data.end(), 0.0) /
         static_cast<double>(grid.data.size());
}

}  // namespace

TEST_CASE("The solvent fraction is gemmi's with the same radii on the same grid") {
  const auto one = GENERATE(test::MaskCase{"P 21 21 21", {24, 27, 31, 90, 90, 90}, 40},
                            test::MaskCase{"C 1 2 1", {33, 25, 28, 90, 117, 90}, 60},
                            test::MaskCase{"P 65 2 2", {36, 36, 41, 90, 90, 120}, 40},
                            test::MaskCase{"R 3 :H", {38, 38, 30, 90, 90, 120}, 50},
                            test::MaskCase{"I 4 3 2", {51, 51, 51, 90, 90, 90}, 20},
                            test::MaskCase{"P 1", {21, 24, 23, 75, 104, 111}, 60});
  CAPTURE(one.space_group);
  const crystal::Crystal crystal = test::crystal_of(one);
  const crystal::Atoms atoms = test::atoms_of(one, crystal);
  const density::MaskOptions options{.grid_spacing = 0.55};
  const double ours = fraction_of(crystal, atoms, 2.5, options);
  const double theirs =
      gemmi_fraction(crystal, atoms, density::mask_grid_size(crystal, 0.55, 1 / 2.5), options);
  // gemmi's distances are floats: a point on the very boundary may fall either way.
  CHECK(ours == Approx(theirs).margin(2e-4));
  CHECK(ours > 0.1);
  CHECK(ours < 0.9);
}

TEST_CASE("A single atom far from its mates excludes its own volume") {
  // Grown by the probe and shrunk by the same length, a sphere is itself.
  const auto crystal = crystal::make_crystal(gemmi::UnitCell(20, 22, 24, 90, 100, 90), "P 1");
  crystal::Atoms atoms;
  atoms.xyz = {{3.3, -1.2, 40.7}};
  atoms.element = {6};
  atoms.occupancy = {0.4};
  const double excluded =
      crystal.cell.volume * (1 - fraction_of(crystal, atoms, 1.2, {0.9, 0.9, 0.2}));
  const double radius = density::mask_radius(6);
  // The nearest solvent point of the grid lies a little beyond the sphere that was marked.
  const auto volume = [](double r) { return 4.0 / 3.0 * M_PI * std::pow(r, 3); };
  CHECK(excluded > volume(radius));
  CHECK(excluded < volume(radius + 0.5 * 0.2));
}

TEST_CASE("Every alternate conformer excludes solvent, unless it has no occupancy") {
  const auto crystal = crystal::make_crystal(gemmi::UnitCell(20, 20, 20, 90, 90, 90), "P 1");
  crystal::Atoms both;
  both.xyz = {{4, 4, 4}, {12, 8, 16}};  // both on points of the grid, 45 along each edge
  both.element = {8, 8};
  both.occupancy = {0.7, 0.3};
  both.altloc = {'A', 'B'};
  crystal::Atoms one = both;
  one.occupancy[1] = 0;
  const density::MaskOptions options{.grid_spacing = 0.5};
  const double excluded = 1 - fraction_of(crystal, one, 2, options);
  CHECK(excluded > 0);
  CHECK(1 - fraction_of(crystal, both, 2, options) == Approx(2 * excluded).epsilon(1e-9));
}

TEST_CASE("Radii are cctbx's van der Waals radii") {
  CHECK(density::mask_radius(6) == Approx(1.775));
  CHECK(density::mask_radius(7) == Approx(1.50));
  CHECK(density::mask_radius(8) == Approx(1.45));
  CHECK(density::mask_radius(16) == Approx(1.80));
  CHECK(density::mask_radius(34) == Approx(1.90));
}

TEST_CASE(
    "Symmetry leaves as few planes as the space group allows, and their weights fill the cell") {
  struct Expected {
    const char* space_group;
    std::vector<double> cell;
    int images;
  };
  const auto one = GENERATE(Expected{"P 1", {10, 11, 12, 80, 85, 95}, 1},
                            Expected{"P 1 21 1", {10, 11, 12, 90, 99, 90}, 2},
                            Expected{"C 1 2 1", {30, 11, 12, 90, 99, 90}, 4},
                            Expected{"P 21 21 21", {10, 11, 12, 90, 90, 90}, 4},
                            Expected{"P 4 2 2", {10, 10, 12, 90, 90, 90}, 2},
                            Expected{"P 32 2 1", {10, 10, 12, 90, 90, 120}, 6},
                            Expected{"P 65 2 2", {10, 10, 12, 90, 90, 120}, 12},
                            Expected{"R 3 :H", {10, 10, 12, 90, 90, 120}, 3},
                            Expected{"I 4 3 2", {10, 10, 10, 90, 90, 90}, 4},
                            Expected{"I 41 2 2", {10, 10, 20, 90, 90, 90}, 8},
                            Expected{"F 2 3", {10, 10, 10, 90, 90, 90}, 4},
                            Expected{"P 6", {10, 10, 12, 90, 90, 120}, 2});
  CAPTURE(one.space_group);
  const auto& c = one.cell;
  const auto crystal =
      crystal::make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), one.space_group);
  const density::PlaneFold fold = density::best_fold(crystal);
  CHECK(fold.images == one.images);
  const density::GridSize size = density::mask_grid_size(crystal, 0.4, 0.5);
  const int n = size[static_cast<std::size_t>(fold.axis)];
  const density::FoldedPlanes planes = density::fold_planes(crystal, fold, n);
  const double weight = std::accumulate(planes.weight.begin(), planes.weight.end(), 0.0);
  CHECK(weight * fold.images == Approx(n));
  CHECK(planes.count() <= n / fold.images + 1);
}

TEST_CASE("Solvent fractions of real crystals are gemmi's", "[shared]") {
  const std::string name = GENERATE("mdm2_4hg7", "lr_5c11", "p1_2oeq", "gb1_3v3x", "p53_1aie");
  CAPTURE(name);
  const gemmi::Structure structure =
      gemmi::read_pdb_file(test::shared_case(name, "model.pdb").string());
  const auto crystal = crystal::make_crystal(structure.cell, structure.spacegroup_hm);
  crystal::Atoms atoms;
  for (const gemmi::Chain& chain : structure.models[0].chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms) {
        atoms.xyz.emplace_back(atom.pos.x, atom.pos.y, atom.pos.z);
        atoms.element.push_back(atom.is_hydrogen() ? std::uint8_t{1}
                                                   : static_cast<std::uint8_t>(atom.element.elem));
        atoms.occupancy.push_back(atom.occ);
      }
  const double ours = fraction_of(crystal, atoms, 2.5, {});
  const double theirs =
      gemmi_fraction(crystal, atoms, density::mask_grid_size(crystal, 0.6, 1 / 2.5), {});
  CAPTURE(ours, theirs);
  CHECK(ours == Approx(theirs).margin(2e-5));
}

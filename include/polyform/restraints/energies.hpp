// SPDX-License-Identifier: MPL-2.0
// Energies of the chemistry and their gradients; the van der Waals list; how well restraints are
// met.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/crystal/atoms.hpp"
#include "polyform/restraints/anisotropic.hpp"
#include "polyform/restraints/lists.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::restraints {

/// MAIN's names of the terms; each is a sum of ((value - ideal) / sigma)^2. `hold` is Polyform's
/// own: atoms that nothing is bonded to, waters above all, are held to where they stood.
struct Energies {
  double bond = 0, angl = 0, dihe = 0, impr = 0, vdw = 0, elec = 0, hold = 0;
  double total() const { return bond + angl + dihe + impr + vdw + elec + hold; }
};

/// Terms of chosen atoms, scaled on top of the scales of all.
struct TermScaleOptions {
  std::string name;
  base::Selection atoms;
  double bond = 1.0, angl = 1.0, dihe = 1.0, impr = 1.0, vdw = 1.0, elec = 1.0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the entry"});
    visit("atoms", atoms, {.sentence = "Atoms whose terms are scaled"});
    visit("bond", bond, {.sentence = "Factor on their bond lengths (0: off)", .range = {0, 1000}});
    visit("angl", angl, {.sentence = "Factor on their bond angles", .range = {0, 1000}});
    visit("dihe", dihe, {.sentence = "Factor on their torsions", .range = {0, 1000}});
    visit("impr", impr, {.sentence = "Factor on their chiralities and planes", .range = {0, 1000}});
    visit("vdw", vdw, {.sentence = "Factor on their van der Waals contacts", .range = {0, 1000}});
    visit("elec", elec, {.sentence = "Factor on their electrostatics", .range = {0, 1000}});
  }
};

/// Two sets of atoms that interact: MAIN's define constr inter.
struct InteractionOptions {
  std::string name;
  base::Selection first, second;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the interaction"});
    visit("first", first, {.sentence = "Atoms that interact (empty: all)"});
    visit("second", second, {.sentence = "Atoms that they interact with (empty: all)"});
  }
};

/// Factors of each term, one an atom, or empty where all are 1. A restraint or pair counts with the
/// smallest factor of its atoms.
struct TermFactors {
  std::vector<float> bond, angl, dihe, impr, vdw, elec;
  /// The interactions that an atom is on the first and the second side of, one bit each; both empty
  /// where all atoms interact.
  std::vector<std::uint64_t> first_side{}, second_side{};
  static constexpr std::size_t most_interactions = 64;

  /// Some interaction has one of the two on its first side and the other on its second.
  bool interact(int i, int j) const {
    if (first_side.empty()) return true;
    const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    return ((first_side[a] & second_side[b]) | (second_side[a] & first_side[b])) != 0;
  }
};

struct ChemistryOptions {
  double bond = 1.0, angl = 1.0, dihe = 1.0, impr = 1.0, vdw = 1.0, elec = 0.0;
  double vdw_sigma = 0.2;
  double vdw_14_shrink = 0.3;
  double list_margin = 1.5;
  double elec_cutoff = 8.0;
  double hold_sigma = 0.2;
  bool hydrogen_contacts = false;
  std::vector<TermScaleOptions> scales;
  std::vector<InteractionOptions> interactions;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("bond", bond, {.sentence = "Scale of bond lengths", .range = {0, 1000}});
    visit("angl", angl, {.sentence = "Scale of bond angles", .range = {0, 1000}});
    visit("dihe", dihe, {.sentence = "Scale of torsions", .range = {0, 1000}});
    visit("impr", impr, {.sentence = "Scale of chiralities and planes", .range = {0, 1000}});
    visit("vdw", vdw, {.sentence = "Scale of van der Waals contacts", .range = {0, 1000}});
    visit("elec", elec, {.sentence = "Scale of electrostatics (0: off)", .range = {0, 1000}});
    visit("vdw_sigma", vdw_sigma,
          {.sentence = "Sigma of a contact distance", .unit = "A", .range = {0.01, 2}});
    visit("vdw_14_shrink", vdw_14_shrink,
          {.sentence = "By which contacts of 1-4 atoms may be shorter",
           .unit = "A",
           .range = {0, 2}});
    visit(
        "list_margin", list_margin,
        {.sentence = "Pairs this much beyond contact are listed", .unit = "A", .range = {0.1, 5}});
    visit("elec_cutoff", elec_cutoff,
          {.sentence = "Charges farther apart do not interact", .unit = "A", .range = {2, 30}});
    visit(
        "hold_sigma", hold_sigma,
        {.sentence = "Sigma with which atoms that nothing is bonded to (waters, ions) are held to "
                     "where they stood when the run began, times the work reflections for each "
                     "x, y, z and B of the form where these are more than one (0: not held)",
         .unit = "A",
         .range = {0, 10}});
    visit("hydrogen_contacts", hydrogen_contacts,
          {.sentence = "Hydrogens that ride are in van der Waals contacts themselves; otherwise "
                       "their parents' radii include them"});
    visit.list("scales", scales,
               "Terms of chosen atoms, scaled on top of the above; a restraint counts with the "
               "smallest factor of its atoms");
    visit.list("interactions", interactions,
               "Pairs of selections whose atoms interact. Where any is given no other atoms do: "
               "neither contacts nor charges, nor bonded terms unless all atoms of one are of one "
               "pair");
  }
};

/// r.m.s. deviation from the ideal and r.m.s. Z (deviation over sigma), with counts.
struct Fit {
  double rmsd = 0, rmsz = 0;
  long count = 0;
};
/// Without hydrogens, as the field quotes them.
struct GeometryReport {
  Fit bond;   ///< [A]
  Fit angle;  ///< [degrees]
  Fit torsion, chirality, plane;
  long contacts = 0;  ///< pairs nearer than their contact distance by more than 0.4 A
};
struct Outlier {
  std::string kind;  ///< "bond", "angle", "torsion", "chirality", "plane", "contact"
  std::vector<int> atoms;
  double value, ideal, z;  ///< [A] or [degrees]
  std::string mate{};      ///< where the last atom is a symmetry mate: its operator, "-x,y+1/2,-z"
};

/// The chemistry of one form. Each rank computes a share of every list; energies and gradients are
/// THIS RANK'S PART and are summed by the caller. No member is collective.
class Chemistry {
 public:
  /// One atom of `atoms` for each type of `lists`; single atoms are held to where `atoms` has them.
  /// share, shares: this rank's part of the work, 0 <= share < shares. Reports are about the
  /// restraints as they are, whatever their factors.
  Chemistry(Lists lists, const crystal::Crystal& crystal, const crystal::Atoms& atoms,
            const ChemistryOptions& options, int share, int shares, TermFactors factors = {});
  ~Chemistry();
  Chemistry(Chemistry&&) noexcept;

  /// Hydrogens that ride on the atoms and touch others from now on (options.hydrogen_contacts).
  /// Reports go on without them.
  void set_hydrogens(const RidingHydrogens& hydrogens);

  /// Energies at xyz; the gradient is ADDED to `gradient` (one Vec3 an atom). The non-bonded list
  /// is renewed when an atom has moved by more than half the list's margin since it was made (every
  /// rank holds all atoms and decides alike). xyz [A], gradient [1/A]; formulas and their sources
  /// are in docs/methods/restraints.md.
  Energies evaluate(std::span<const Vec3> xyz, std::span<Vec3> gradient);

  /// The Gauss-Newton Hessian of the energies at xyz, of ALL restraints and not this rank's share:
  /// block(i, j, H_ij) for i <= j, in any order, to be added up; the transposed blocks are not
  /// told. A term ((v - v0)/sigma)^2 gives 2/sigma^2 v' v'^T; a plane moves with its atoms.
  /// Contacts, as last listed by evaluate(), give their diagonal blocks alone, electrostatics
  /// nothing, so that what is coupled is bonded.
  using AddBlock = std::function<void(int i, int j, const kernels::Mat3& block)>;
  void curvature(std::span<const Vec3> xyz, const AddBlock& add) const;

  /// Restraints on B of bonded and angle-related atoms: bond_force (B_i - B_j)^2, angle_force
  /// likewise, each off where it is not above 0; B in A^2; hydrogens and atoms on both sides of a
  /// crystal contact included. Gradient is added.
  double b_energy(std::span<const double> b, double bond_force, double angle_force,
                  std::span<double> gradient) const;

  /// This rank's part of the restraints on U and B of `atoms` (tensor_energy()); the gradient is
  /// added. lines_at: positions that directions of bonds are taken from (none: the atoms').
  double u_energy(const crystal::Atoms& atoms, const TensorForces& forces, std::span<Sym3> gradient,
                  std::span<const Vec3> lines_at = {}) const;
  /// The Hessian of that, of all restraints and not this rank's share (tensor_curvature()).
  void u_curvature(const crystal::Atoms& atoms, const TensorForces& forces,
                   const AddTensorBlock& add, std::span<const Vec3> lines_at = {}) const;

  /// Over all lists (not this rank's share), at xyz [A], one an atom.
  GeometryReport report(std::span<const Vec3> xyz) const;
  /// The worst restraints by |Z|, at most n, and none below `beyond`.
  std::vector<Outlier> outliers(std::span<const Vec3> xyz, std::size_t n, double beyond = 0) const;
  const Lists& lists() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::restraints

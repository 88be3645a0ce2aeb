// SPDX-License-Identifier: MPL-2.0
// Non-crystallographic similarity: copies of a part of the molecule, within a crystal form or
// across forms, superposed and held alike.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "polyform/kernels/superposition.hpp"
#include "polyform/parallel/packet.hpp"

namespace polyform::restraints {

using kernels::Mat3;
using kernels::RigidMotion;
using kernels::Vec3;

/// An operator some of whose parameters are given and stay.
struct PartlyFixedOperator {
  kernels::PolarMotion start;
  kernels::PolarFlags free{};
};

struct NcsCopy {
  std::string name;
  std::vector<int> atoms;  ///< one a site: among the atoms of all forms; -1 where it has none
  double weight = 1;       ///< information of its data, in any unit common to the group
  std::optional<PartlyFixedOperator> given;  ///< onto the first copy; none: fitted freely
  void travel(parallel::Packet& p) { p(name)(atoms)(weight)(given); }
};

struct NcsGroup {
  std::string name;
  double force = 5;        ///< [1/A^2]
  double b_force = 0.004;  ///< [A^-4]
  double let_go = 0;       ///< [A] difference beyond which atoms, or distances, let go; 0: never
  double local = 0;        ///< [A] above 0: distances up to this are alike; else superposed atoms
  bool equal_weights = false;   ///< weights are not to be set by information
  bool absolute_b = false;      ///< B itself is alike, not B but for a constant of each copy
  bool exact = false;           ///< a constraint: copies of one set of places (and of B, absolute)
  std::vector<NcsCopy> copies;  ///< two or more, as many sites each
  void travel(parallel::Packet& p) {
    p(name)(force)(b_force)(let_go)(local)(equal_weights)(absolute_b)(exact)(copies);
  }
};

/// How alike the copies of a group are.
struct NcsReport {
  double rms = 0;                ///< [A] of superposed atoms about their mean, all copies
  double b_rms = 0;              ///< [A^2] of B about its mean, each copy less its constant
  std::vector<double> copy_rms;  ///< [A] of each copy
  std::vector<std::vector<double>> apart;  ///< [A] [copy][site] from the mean; NaN: it has none
  std::vector<RigidMotion> operators;  ///< of each copy onto the first, whose own is the identity
};

/// The copies of one group, superposed, pulled together:
///
///   E = force sum_s sum_(c < c') w_c w_c' / W_s rho(|T_c x_cs - T_c' x_c's|^2),  W_s = sum_c w_c
///
/// over the copies that have site s, with weights scaled so that sum_(c < c') w_c w_c' / W =
/// (m - 1) / 2 for m copies. With rho(u) = u this is force sum_s sum_c w_c |T_c x_cs - mean_s|^2
/// about the weighted mean, and MAIN's force sum |x - mean|^2 where all weights are alike; of two
/// copies weights cannot matter, as each pulls the other. With let_go = k, rho(u) = u / (1 + u/k^2)
/// (Geman & McClure 1987, Bull. Int. Stat. Inst. 52, 5): pairs well beyond k apart feel little.
/// The operators T_c make E smallest at every x (in turn, each copy onto what the others pull it
/// to; Gower 1975, Psychometrika 40, 33; rho by reweighting), so that their own change does not
/// count in the gradient.
///
/// A local group knows no operators. Distances d between its sites, from 2.7 A (beyond what bonds
/// and angles hold) to `local`, are alike:
///
///   E = force sum_(s < t) sum_(c < c') w_c w_c' / W_st rho((d_c - d_c')^2)
///
/// so that domains may bend against each other (as local similarity in SHELXL, BUSTER and REFMAC5:
/// Smart et al. 2012, Acta Cryst. D68, 368; Murshudov et al. 2011, D67, 355). Not collective.
class NcsRestraint {
 public:
  /// Throws base::Error for copies of unlike length.
  explicit NcsRestraint(NcsGroup group);

  const NcsGroup& group() const { return group_; }
  /// Information of each copy's data from now on.
  void set_weights(std::span<const double> weights);

  /// x: [A] 3 an atom, of all forms; the gradient is ADDED.
  double energy(std::span<const double> x, std::span<double> gradient) const;

  /// b_force sum w w / W f (B_c - o_c - B_c' + o_c')^2 with constants o_c that make it smallest (0
  /// with absolute_b) and f the factors of the positions `x` with let_go. b: [A^2] one an atom; the
  /// gradient is ADDED.
  double b_energy(std::span<const double> b, std::span<double> gradient) const;
  /// From where atoms are now, until the next call: which distances a local group holds, and what
  /// lets go of B. To be called before the energies.
  void settle(std::span<const double> x);

  NcsReport report(std::span<const double> x, std::span<const double> b) const;

  /// Second derivative, about, of energy() by a coordinate of a site's atom, the others at rest
  /// (of distances a quarter of that, as neighbours come along), over the force; and of b_energy()
  /// by B over b_force.
  double position_stiffness(std::size_t copy, std::size_t site) const;
  double stiffness(std::size_t copy, std::size_t site) const;

 private:
  struct Placed;  // copies at one x
  bool has(std::size_t copy, std::size_t site) const {
    return group_.copies[copy].atoms[site] >= 0;
  }
  double b_of(std::span<const double> b, std::size_t copy, std::size_t site) const {
    return b[static_cast<std::size_t>(group_.copies[copy].atoms[site])];
  }
  double pair_weight(std::size_t a, std::size_t b, std::size_t site) const;
  double held(const Vec3& apart) const { return factor(apart.squaredNorm()); }
  Placed placed(std::span<const double> x, double settled) const;
  void onto_first(Placed& now) const;
  void in_turn(Placed& now, double let_go, double settled) const;
  RigidMotion fitted(std::size_t copy, const kernels::PairMoments& pairs) const;
  kernels::PairMoments pull_of_others(const Placed& now, std::size_t copy, double let_go) const;
  double energy_about_mean(const Placed& now, std::span<double> gradient) const;
  double energy_of_pairs(const Placed& now, std::span<double> gradient) const;
  double local_energy(std::span<const double> x, std::span<double> gradient) const;
  void choose_distances(std::span<const double> x);
  void hold_b_by_distances(std::span<const double> x);
  template <class See>
  void for_each_distance(std::span<const double> x, See see) const;
  double factor(double squared_difference) const;
  template <class See>
  void for_each_pair(See see) const;
  std::vector<double> b_constants(std::span<const double> b) const;

  NcsGroup group_;
  std::vector<double> site_weight_;  // W_s, of the scaled weights
  // Of settle(): factor of each site and pair of copies; sites whose distance is held.
  std::vector<double> held_;
  std::vector<std::array<int, 2>> distances_;
  std::vector<int> n_distances_;  // of each site
};

}  // namespace polyform::restraints

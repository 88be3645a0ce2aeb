// SPDX-License-Identifier: MPL-2.0
// NCS by constraint: one copy is refined, the others are made of it by operators, which are refined
// as well.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "polyform/crystal/atoms.hpp"
#include "polyform/restraints/ncs.hpp"

namespace polyform::refine {

using kernels::Mat3;
using kernels::RigidMotion;
using kernels::Vec3;

/// Which atoms of a group follow: sites that two or more copies have, all of whose atoms may move.
/// Others (atoms on symmetry elements, conformers that a copy does not have, what is not active)
/// are free as if there were no group.
struct ExactGroup {
  restraints::NcsGroup group;      ///< of all forms' atoms
  std::vector<std::uint8_t> tied;  ///< one a site
};

/// Positions of all forms, some of which follow. In a minimisation a row has three values for each
/// atom and then, for each copy but the first of its group, a rotation and a shift [A] from the
/// operator that it began with; a rotation by an angle is as long as the shift of an atom one
/// radius of gyration away. In the row the first atom of a site has the place of the site in the
/// frame of the group's first copy; values at its other atoms do not count.
class ExactCopies {
 public:
  ExactCopies() = default;
  /// n_values: three for each atom of all forms.
  ExactCopies(std::vector<ExactGroup> groups, std::size_t n_values);

  bool empty() const { return groups_.empty(); }
  /// Six for each copy but the first of its group.
  std::size_t n_operator_values() const { return n_operator_values_; }
  /// Which values of a row are parameters: those of atoms that follow others are not, nor are
  /// operators that the job gives. free: flags of three values an atom, changed and made longer.
  void choose(std::vector<std::uint8_t>& free) const;

  /// From positions to a row: operators are fitted, sites take the mean place of their copies. How
  /// far that moves the atoms of the copies (r.m.s.) [A].
  double begin(std::vector<double>& row);
  /// From a row to positions, in place.
  void follow(std::span<double> row) const;
  /// From slopes by positions, all at what follow() made of `row`, to slopes by the row.
  void slopes(std::span<const double> row, std::vector<double>& gradient) const;
  /// The same for curvatures, about.
  void curvature(std::span<const double> row, std::vector<double>& of_value) const;

 private:
  struct Follower {  // one copy of a group
    std::size_t group, copy;
    std::size_t values = 0;            // where the row has its operator; 0: none
    bool given = false;                // its operator stays as the job says
    Mat3 rotation = Mat3::Identity();  // from the first copy's frame, as it began
    Vec3 centre = Vec3::Zero();        // of its sites
    double gyration = 1;               // [A] their radius
  };
  struct Moved;  // a follower's operator at one row
  void set_out(std::size_t group, const std::vector<RigidMotion>& operators,
               const std::vector<Vec3>& places);
  Moved moved(const Follower& follower, std::span<const double> row) const;
  template <class See>
  void for_each_tied(const Follower& follower, See see) const;

  std::vector<ExactGroup> groups_;
  std::vector<Follower> followers_;
  std::vector<Vec3> centre_;  // of each group, in its first copy's frame
  std::size_t n_values_ = 0, n_operator_values_ = 0;
};

}  // namespace polyform::refine

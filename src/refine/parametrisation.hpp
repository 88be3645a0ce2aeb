// SPDX-License-Identifier: MPL-2.0
// Free values of a minimisation, and the atoms' values that follow from them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace polyform::refine {

/// Which values of atoms move together and which stay. Every value follows one parameter or none; a
/// parameter may lead any number of values. Parameters of a shared group (occupancies of
/// conformers) are divided by their sum before they are used, so that the group's values always add
/// up to 1.
class Parametrisation {
 public:
  static constexpr int fixed = -1;

  /// Every value is free on its own.
  explicit Parametrisation(std::size_t n_values);
  /// parameter_of: for each value the parameter it follows, 0 to n-1 with none left out, or
  /// `fixed`. shared: groups of parameters, disjoint.
  explicit Parametrisation(std::vector<int> parameter_of,
                           std::vector<std::vector<std::size_t>> shared = {});

  /// The parameter that a value follows, or `fixed`.
  int parameter_of(std::size_t value) const { return parameter_of_[value]; }
  bool shares() const { return !shared_.empty(); }

  std::size_t n_free() const { return n_free_; }
  std::size_t n_values() const { return parameter_of_.size(); }

  /// The parameters that fit the values best: the mean of those that follow each.
  std::vector<double> free_values(std::span<const double> values) const;
  /// Values that follow; those that are fixed are left as they are.
  void spread(std::span<const double> free, std::span<double> values) const;
  /// Derivatives by the parameters, from those by the values: sums, and the rule of the quotient in
  /// shared groups.
  void gather(std::span<const double> by_value, std::span<const double> free,
              std::span<double> by_parameter) const;
  /// Sums of what belongs to the values of each parameter: curvatures.
  std::vector<double> sums(std::span<const double> of_value) const;

 private:
  std::vector<int> parameter_of_;
  std::vector<std::vector<std::size_t>> shared_;
  std::size_t n_free_ = 0;
};

}  // namespace polyform::refine

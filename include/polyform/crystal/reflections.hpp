// SPDX-License-Identifier: MPL-2.0
// The reflections of one crystal form: unique, without absences, with their test flags.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "polyform/crystal/crystal.hpp"
#include "polyform/parallel/packet.hpp"

namespace polyform::crystal {

using Hkl = std::array<int, 3>;

enum class Use : std::uint8_t {
  work,        ///< in the target
  test,        ///< held out
  unobserved,  ///< no amplitude (missing, or rejected): F_calc and maps only
};

/// One entry a reflection, in ascending order of (h, k, l) inside gemmi's reciprocal asymmetric
/// unit. Systematic absences and (0,0,0) are left out.
struct Reflections {
  std::vector<Hkl> hkl;
  std::vector<double> f_obs;  ///< [e, arbitrary scale]; NaN where unobserved
  std::vector<double> sigma;  ///< of f_obs; NaN where unobserved or missing
  std::vector<Use> use;
  std::vector<int> flag;              ///< free flag as in the file; -1 where it has none
  std::vector<double> inverse_d2;     ///< s^2 = 1/d^2 [1/A^2]
  std::vector<std::uint8_t> epsilon;  ///< without centring: operators R with hR = h
  std::vector<std::uint8_t> centric;  ///< 1 or 0

  std::size_t size() const { return hkl.size(); }
  std::size_t count(Use which) const;
  double d_min() const;  ///< [A] of the observed ones
  double d_max() const;
  void travel(parallel::Packet& p) {
    p(hkl)(f_obs)(sigma)(use)(flag)(inverse_d2)(epsilon)(centric);
  }
};

/// Every unique reflection of a crystal to d_min [A], d_max [A] or nearer where d_max > 0, none of
/// them observed. Throws InputError, beginning with `source`, where the list would not fit into a
/// computer's memory, which only a wrong cell or resolution does. Not collective.
Reflections all_reflections(const Crystal& crystal, double d_min, double d_max,
                            const std::string& source);

}  // namespace polyform::crystal

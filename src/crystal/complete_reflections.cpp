// SPDX-License-Identifier: MPL-2.0
// Enumerating the reciprocal asymmetric unit.
#include "crystal/complete_reflections.hpp"

// gemmi leaves a matrix of ReciprocalAsu unset where the setting does not need it.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <gemmi/reciproc.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"

namespace polyform::crystal {
namespace {

constexpr double most_reflections = 2e8;  // in P1
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double largest_inverse_d2(const std::vector<Observation>& measured, const Crystal& crystal) {
  double largest = 0;
  for (const Observation& o : measured)
    if (!std::isnan(o.value)) largest = std::max(largest, crystal.inverse_d2(o.hkl));
  return largest;
}

}  // namespace

Reflections completed(const std::vector<Observation>& measured, const Crystal& crystal,
                      double d_max, const std::string& source) {
  const double limit = largest_inverse_d2(measured, crystal);
  // A sphere of radius 1/d holds (4/3) pi V / d^3 points of the reciprocal lattice.
  const double in_sphere = 4.0 / 3.0 * base::pi * crystal.cell.volume * std::pow(limit, 1.5);
  if (in_sphere > most_reflections)
    throw base::InputError(source +
                           base::format(": %.3g reflections to %.2f A are more than a "
                                        "crystal can have; check the cell and the indices, "
                                        "or set d_min",
                                        in_sphere, 1 / std::sqrt(limit)));
  const gemmi::GroupOps operations = crystal.space_group->operations();
  const double d_min = 1.0 / std::sqrt(limit * (1 + 1e-9));
  Reflections list;
  std::size_t at = 0;
  gemmi::for_all_reflections(
      [&](const gemmi::Miller& hkl) {
        while (at < measured.size() && measured[at].hkl < hkl) ++at;
        const bool listed = at < measured.size() && measured[at].hkl == hkl;
        const double f = listed ? measured[at].value : nan;
        list.hkl.push_back(hkl);
        list.f_obs.push_back(f);
        list.sigma.push_back(std::isnan(f) ? nan : measured[at].sigma);
        list.flag.push_back(listed ? measured[at].flag : -1);
        list.use.push_back(std::isnan(f) ? Use::unobserved : Use::work);
        list.inverse_d2.push_back(crystal.inverse_d2(hkl));
        list.epsilon.push_back(
            static_cast<std::uint8_t>(operations.epsilon_factor_without_centering(hkl)));
        list.centric.push_back(operations.is_reflection_centric(hkl) ? 1 : 0);
      },
      crystal.cell, crystal.space_group, d_min, d_max > 0 ? d_max * (1 + 1e-9) : 0.0);
  return list;
}

}  // namespace polyform::crystal

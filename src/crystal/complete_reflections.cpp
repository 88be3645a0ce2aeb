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

Reflections all_reflections(const Crystal& crystal, double d_min, double d_max,
                            const std::string& source) {
  // A sphere of radius 1/d holds (4/3) pi V / d^3 points of the reciprocal lattice.
  const double in_sphere = 4.0 / 3.0 * base::pi * crystal.cell.volume / std::pow(d_min, 3);
  if (in_sphere > most_reflections)
    throw base::InputError(source +
                           base::format(": %.3g reflections to %.2f A are more than a "
                                        "crystal can have; check the cell and the indices, "
                                        "or set d_min",
                                        in_sphere, d_min));
  const gemmi::GroupOps operations = crystal.space_group->operations();
  Reflections list;
  gemmi::for_all_reflections(
      [&](const gemmi::Miller& hkl) {
        list.hkl.push_back(hkl);
        list.inverse_d2.push_back(crystal.inverse_d2(hkl));
        list.epsilon.push_back(
            static_cast<std::uint8_t>(operations.epsilon_factor_without_centering(hkl)));
        list.centric.push_back(operations.is_reflection_centric(hkl) ? 1 : 0);
      },
      crystal.cell, crystal.space_group, d_min * (1 - 1e-9), d_max > 0 ? d_max * (1 + 1e-9) : 0.0);
  list.f_obs.assign(list.size(), nan);
  list.sigma.assign(list.size(), nan);
  list.use.assign(list.size(), Use::unobserved);
  list.flag.assign(list.size(), -1);
  return list;
}

Reflections completed(const std::vector<Observation>& measured, const Crystal& crystal,
                      double d_max, const std::string& source) {
  const double d_min = 1.0 / std::sqrt(largest_inverse_d2(measured, crystal));
  Reflections list = all_reflections(crystal, d_min, d_max, source);
  std::size_t at = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    while (at < measured.size() && measured[at].hkl < list.hkl[i]) ++at;
    if (at == measured.size() || measured[at].hkl != list.hkl[i]) continue;
    list.flag[i] = measured[at].flag;
    if (std::isnan(measured[at].value)) continue;
    list.f_obs[i] = measured[at].value;
    list.sigma[i] = measured[at].sigma;
    list.use[i] = Use::work;
  }
  return list;
}

}  // namespace polyform::crystal

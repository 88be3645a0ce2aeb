// SPDX-License-Identifier: MPL-2.0
// Options that must agree among themselves.
#include "polyform/simulate/options.hpp"

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::simulate {
namespace {

// "" or what is wrong with the length of a list that may be empty.
std::string wrong_length(const char* name, const std::vector<double>& list, std::size_t expected,
                         const char* what) {
  if (list.empty() || list.size() == expected) return "";
  return base::format("simulate.%s holds %zu number%s; %zu are expected: %s\n", name, list.size(),
                      list.size() == 1 ? "" : "s", expected, what);
}

}  // namespace

void check_options(const SimulateOptions& o) {
  const auto copies = static_cast<std::size_t>(o.copies);
  std::string wrong =
      wrong_length("cell", o.cell, 6, "a b c alpha beta gamma") +
      wrong_length("anisotropic_b", o.anisotropic_b, 6, "11 22 33 12 13 23") +
      wrong_length("rotation", o.rotation, 3 * copies, "omega phi kappa for each copy") +
      wrong_length("centre", o.centre, 3 * copies, "x y z for each copy");
  if (o.d_max > 0 && o.d_max <= o.d_min)
    wrong +=
        base::format("simulate.d_max %g must be larger than simulate.d_min %g\n", o.d_max, o.d_min);
  if (o.relative_sigma == 0 && o.sigma_floor == 0)
    wrong +=
        "simulate.relative_sigma and simulate.sigma_floor are both 0; data without errors have no "
        "sigmas that could be written\n";
  if (wrong.empty()) return;
  wrong.pop_back();
  throw base::UsageError(wrong);
}

}  // namespace polyform::simulate

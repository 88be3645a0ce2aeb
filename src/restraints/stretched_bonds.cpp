// SPDX-License-Identifier: MPL-2.0
// Bonds of a model that no refinement can mend.
#include "stretched_bonds.hpp"

#include "polyform/base/text.hpp"

namespace polyform::restraints {

void warn_of_stretched_bonds(const crystal::Model& model, const Lists& lists, base::Log& log) {
  constexpr double too_long = 1.5;  // [A] beyond the ideal
  constexpr int most_named = 5;
  int count = 0;
  std::string named;
  for (const Bond& bond : lists.bonds) {
    if (bond.image >= 0) continue;
    const auto i = static_cast<std::size_t>(bond.atom[0]),
               j = static_cast<std::size_t>(bond.atom[1]);
    const double length = (model.atoms.xyz[i] - model.atoms.xyz[j]).norm();
    if (length < bond.ideal + too_long) continue;
    if (count++ < most_named)
      named += base::format("%s%s - %s %.1f A", named.empty() ? "" : ", ", model.label[i].c_str(),
                            model.label[j].c_str(), length);
  }
  if (count == 0) return;
  log.warning(
      base::format("%s: %d bonds are longer than they can be (%s%s); atoms out of place pull "
                   "their neighbours along: correct the model, or leave them out",
                   model.source.c_str(), count, named.c_str(), count > most_named ? ", ..." : ""));
}

}  // namespace polyform::restraints

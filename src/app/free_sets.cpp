// SPDX-License-Identifier: MPL-2.0
// Test sets of forms that know of each other.
#include "app/free_sets.hpp"

#include <algorithm>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/isomorphous.hpp"

namespace polyform::app {
namespace {

bool tied(const Forms& forms, std::size_t a, std::size_t b) {
  return std::any_of(forms.ncs.begin(), forms.ncs.end(), [&](const NcsPart& part) {
    const auto has = [&](std::size_t form) {
      return std::find(part.forms.begin(), part.forms.end(), form) != part.forms.end();
    };
    return has(a) && has(b);
  });
}

}  // namespace

void check_free_sets(const job::Job& job, const Forms& forms, base::Log& log) {
  for (std::size_t a = 0; a < forms.inputs.size(); ++a)
    for (std::size_t b = a + 1; b < forms.inputs.size(); ++b) {
      const refine::FormInput &first = forms.inputs[a], &second = forms.inputs[b];
      if (first.reflections.count(crystal::Use::test) == 0 ||
          second.reflections.count(crystal::Use::test) == 0)
        continue;
      if (!tied(forms, a, b) ||
          !crystal::isomorphous(crystal::make_crystal(first.cell, first.space_group),
                                crystal::make_crystal(second.cell, second.space_group)))
        continue;
      const auto shared = crystal::compare_test_sets(first.reflections, second.reflections);
      if (shared.contradictory == 0) continue;
      const std::string what = base::format(
          "forms %s and %s are isomorphous and tied by NCS, and %zu of their %zu common "
          "reflections "
          "are in the test set of one and refined against in the other",
          first.name.c_str(), second.name.c_str(), shared.contradictory, shared.common);
      if (job.free_sets == "independent")
        log.warning(what + ": R-free is not free");
      else
        throw base::InputError(what +
                               "; give them one test set (by free_value or labels), or say "
                               "free_sets: independent if that does not matter");
    }
}

}  // namespace polyform::app

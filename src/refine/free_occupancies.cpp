// SPDX-License-Identifier: MPL-2.0
// What is free in a minimisation of occupancies.
#include "refine/conformers.hpp"
#include "refine/free_parameters.hpp"

namespace polyform::refine {

FreeParameters free_occupancies(const Ensemble& ensemble, const OccupancyOptions& options) {
  std::vector<int> parameter_of(ensemble.n_values(Parameters::occupancies), Parametrisation::fixed);
  std::vector<std::vector<std::size_t>> shared;
  int next = 0;
  std::size_t first = 0;  // of the form
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    const FormInput& form = ensemble.input(f);
    if (options.conformers)
      for (const ConformerSet& set : find_conformers(form, ensemble.restraint_lists(f).bonds)) {
        std::vector<std::size_t>& group = shared.emplace_back();
        for (const std::vector<std::size_t>& atoms : set) {
          group.push_back(static_cast<std::size_t>(next));
          for (std::size_t i : atoms) parameter_of[first + i] = next;
          ++next;
        }
      }
    if (!options.atoms.empty()) {
      const auto flags = form.atoms_in(options.atoms);
      for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i] && parameter_of[first + i] == Parametrisation::fixed)
          parameter_of[first + i] = next++;
    }
    first += form.atoms.size();
  }
  const auto n = static_cast<std::size_t>(next);
  return {Parametrisation(std::move(parameter_of), std::move(shared)),
          std::vector<double>(n, options.minimal),
          std::vector<double>(n, 1.0),
          {}};
}

}  // namespace polyform::refine

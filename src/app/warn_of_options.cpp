// SPDX-License-Identifier: MPL-2.0
// Options that do nothing, or that the data will hardly bear.
#include "app/warn_of_options.hpp"

#include <algorithm>
#include <map>

#include "polyform/base/text.hpp"
#include "polyform/job/idle_options.hpp"

namespace polyform::app {
namespace {

constexpr double fine_for_occupancies = 2.0;  // [A]
constexpr double few_of_all = 0.2;

// Errors from more test reflections a shell than there are: one shell.
void warn_of_few_tests(const refine::FormInput& input, const targets::ErrorModelOptions& errors,
                       base::Log& log) {
  const auto n = static_cast<int>(input.reflections.count(crystal::Use::test));
  if (n > 0 && n < errors.test_per_shell)
    log.warning(base::format("%s: errors.test_per_shell is %d, and the test set has %d: one shell",
                             input.name.c_str(), errors.test_per_shell, n));
}

void warn_of_shared_atoms(const refine::FormInput& input, const refine::BFactorOptions& options,
                          base::Log& log) {
  std::vector<const std::string*> group(input.atoms.size(), nullptr);
  for (const refine::BGroupOptions& later : options.groups) {
    const auto flags = input.atoms_in(later.atoms);
    std::map<std::string, long> taken;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (!flags[i]) continue;
      if (group[i] != nullptr) ++taken[*group[i]];
      group[i] = &later.name;
    }
    for (const auto& [earlier, count] : taken)
      log.warning(base::format(
          "b_factors.groups: %ld atoms of %s are in %s and in %s, and follow %s", count,
          input.name.c_str(), earlier.c_str(), later.name.c_str(), later.name.c_str()));
  }
}

// An occupancy beside a B is one parameter too many where the data are few.
void warn_of_occupancies(const refine::FormInput& input, const refine::OccupancyOptions& options,
                         base::Log& log) {
  if (options.steps == 0 || options.atoms.empty()) return;
  const auto flags = input.atoms_in(options.atoms);
  const auto n = std::count(flags.begin(), flags.end(), 1);
  const double d_min = input.reflections.d_min();
  if (d_min > fine_for_occupancies &&
      static_cast<double>(n) > few_of_all * static_cast<double>(flags.size()))
    log.warning(
        base::format("%s: occupancies of %ld of %zu atoms, each alone, beside their B: data "
                     "to %.2f A hardly tell the two apart",
                     input.name.c_str(), static_cast<long>(n), flags.size(), d_min));
}

void warn_of_no_chemistry(const std::string& name, const refine::RefineOptions& options,
                          base::Log& log) {
  const restraints::ChemistryOptions& c = options.chemistry;
  if (options.positions.steps > 0 && std::max({c.bond, c.angl, c.dihe, c.impr, c.vdw}) <= 0)
    log.warning(name +
                ": every term of the chemistry is switched off; positions follow the data "
                "alone, which needs data far beyond atomic resolution");
}

void warn_of_b_ramp(const refine::RefineOptions& options, base::Log& log) {
  const std::vector<double>& ramp = options.b_ramp;
  const refine::BFactorOptions& b = options.b_factors;
  if (ramp.size() == 2 && (ramp[0] < b.minimal || ramp[1] > b.maximal))
    log.warning(
        base::format("b_ramp, %g to %g A^2, goes beyond b_factors.minimal and maximal, %g to "
                     "%g: refinement keeps to the latter",
                     ramp[0], ramp[1], b.minimal, b.maximal));
}

}  // namespace

void warn_of_options(const job::Job& job, const std::vector<refine::FormInput>& forms,
                     base::Log& log) {
  for (const std::string& idle : job::idle_options(job)) log.warning(idle);
  warn_of_b_ramp(job.refine, log);
  for (std::size_t f = 0; f < forms.size(); ++f) {
    const refine::RefineOptions& options = job.refine.of(f);
    warn_of_shared_atoms(forms[f], job.refine.b_factors, log);
    warn_of_occupancies(forms[f], job.refine.occupancies, log);
    warn_of_few_tests(forms[f], options.errors, log);
    warn_of_no_chemistry(forms[f].name, options, log);
  }
}

}  // namespace polyform::app

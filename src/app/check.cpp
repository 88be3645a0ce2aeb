// SPDX-License-Identifier: MPL-2.0
// The command `check`: what would be refined, and how it stands.
#include <algorithm>
#include <cstdio>

#include "app/commands.hpp"
#include "app/ncs_groups.hpp"
#include "app/read_forms.hpp"
#include "app/select_atoms.hpp"
#include "polyform/base/atomic_file.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/write_job.hpp"
#include "polyform/refine/coordinate.hpp"
#include "polyform/run/run_directory.hpp"
#include "polyform/run/tables.hpp"

namespace polyform::app {
namespace {

std::string columns_text(const crystal::Data& data) {
  const auto named = [](const std::string& label) { return label.empty() ? "none" : label; };
  const std::string text = std::string(data.from_intensities ? "intensities " : "amplitudes ") +
                           data.amplitude_label + ", sigmas " + named(data.sigma_label) +
                           ", free flag " + named(data.free_label);
  return data.free_label.empty() ? text : text + ", " + data.free_convention;
}

std::string form_text(refine::Ensemble& ensemble, std::size_t f, const run::FormSource& source,
                      const refine::FormStatus& status) {
  const crystal::Reflections& r = ensemble.reflections(f);
  const gemmi::UnitCell& cell = ensemble.crystal(f).cell;
  std::string text = "form " + source.name + "\n";
  text +=
      "  model " + source.model.source + base::format(", %zu atoms\n", source.model.atoms.size());
  text += "  data  " + source.data.source + ": " + columns_text(source.data) + "\n";
  text += base::format(
      "  %s, cell %.3f %.3f %.3f %.2f %.2f %.2f, %.2f to %.2f A, %zu work, %zu test, %zu "
      "unobserved\n",
      ensemble.crystal(f).space_group->xhm().c_str(), cell.a, cell.b, cell.c, cell.alpha, cell.beta,
      cell.gamma, r.d_max(), r.d_min(), r.count(crystal::Use::work), r.count(crystal::Use::test),
      r.count(crystal::Use::unobserved));
  text += "  " + run::scale_line(status) + "\n  " + run::geometry_line(status.geometry) + "\n";
  text += base::format("  B %.1f (%.1f to %.1f) A^2\n", status.b_mean, status.b_min, status.b_max);
  if (const std::string line = run::b_limit_line(status, source.model.label); !line.empty())
    text += "  " + line + "\n";
  return text + run::shell_table(status.agreement) + "\n";
}

// Everything the command has to say, on the coordinator.
std::string report(refine::Ensemble& ensemble, const std::vector<run::FormSource>& sources,
                   const std::vector<SelectedAtoms>& selected) {
  const auto statuses = ensemble.renew(refine::OverallB::kept_in_scale);
  std::string text;
  for (std::size_t f = 0; f < sources.size(); ++f)
    text += form_text(ensemble, f, sources[f], statuses[f]);
  return text + selection_table(selected, sources) +
         run::rank_table(ensemble, statuses, ensemble.rank_reports()) + "\n";
}

// Least squares does without a test set: R of all reflections can be told.
refine::RefineOptions without_test_set(refine::RefineOptions options) {
  options.target = "LSQ";
  options.b_factors.target = "same";
  for (refine::RefineOptions& own : options.own) own = without_test_set(own);
  return options;
}

void write_report(const Request& request, base::Log& log, const std::string& text) {
  const std::filesystem::path directory = run::make_run_directory(request.job.out, request.stem);
  job::Job as_run = request.job;
  as_run.out.clear();
  base::write_atomically(directory / "job.yaml", job::write_job(as_run));
  log.to_file(directory / "polyform.log");
  base::write_atomically(directory / "check.txt", text);
}

}  // namespace

void check(const parallel::Communicator& world, const Request& request) {
  base::Log log;
  Forms forms;
  std::string pairs;
  world.agree([&] {
    if (!world.is_root()) return;
    log.to_terminal();
    forms = read_forms(request.job, log, WithoutTestSet::noted);
    if (request.pairs) pairs = pair_listing(forms);
  });
  const bool objected = world.broadcast_value(!forms.objections.empty());
  refine::Ensemble ensemble(world, std::move(forms.inputs),
                            objected ? without_test_set(request.job.refine) : request.job.refine);
  coordinate(world, ensemble, [&] {
    const std::string text = report(ensemble, forms.sources, forms.selected) + pairs;
    std::fputs(text.c_str(), stdout);
    if (!request.job.out.empty()) write_report(request, log, text);
  });
  world.agree([&] {
    if (!forms.objections.empty()) throw base::InputError(forms.objections.front());
  });
}

}  // namespace polyform::app

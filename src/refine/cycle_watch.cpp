// SPDX-License-Identifier: MPL-2.0
// When cycles have settled, and which was the best.
#include "refine/cycle_watch.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/text.hpp"
#include "refine/kick.hpp"

namespace polyform::refine {
namespace {

constexpr int fewest_cycles = 2;

double r_work_of_all(const Ensemble& ensemble, const std::vector<FormStatus>& status) {
  double sum = 0, weights = 0;
  for (std::size_t form = 0; form < status.size(); ++form) {
    const double weight = ensemble.input(form).weight * static_cast<double>(ensemble.n_work(form));
    sum += weight * status[form].agreement.overall.r_work;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0.0;
}

// Not where the weight was asked for: the strain it brings was, too.
bool any_strained(const std::vector<FormStatus>& status, const RefineOptions& options) {
  for (std::size_t form = 0; form < status.size(); ++form) {
    const PositionsOptions& how = options.of(form).positions;
    if (how.weight > 0 && !how.auto_weight) continue;
    const restraints::GeometryReport& geometry = status[form].geometry;
    if (std::max(geometry.bond.rmsz, geometry.angle.rmsz) > how.largest_z) return true;
  }
  return false;
}

bool any_in_map(const Ensemble& ensemble, const RefineOptions& options) {
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form)
    if (options.of(form).in_map()) return true;
  return false;
}

}  // namespace

CycleWatch::CycleWatch(const Ensemble& ensemble, const RefineOptions& options, int first)
    : ensemble_(ensemble),
      options_(options),
      last_kick_(last_kicked_cycle(options)),
      first_(first),
      in_maps_(any_in_map(ensemble, options)) {}

void CycleWatch::see(int cycle, const std::vector<FormStatus>& status) {
  const Seen now{cycle, r_work_of_all(ensemble_, status), any_strained(status, options_)};
  seen_.push_back(now);
  best_before_ = best_;
  if (!counts(cycle)) return;
  if (best_.cycle > 0 && !is_better(now, best_)) return;
  best_ = now;
  best_atoms_.clear();
  for (std::size_t form = 0; form < ensemble_.n_forms(); ++form)
    best_atoms_.push_back(ensemble_.atoms(form));
}

bool CycleWatch::is_better(const Seen& a, const Seen& b) const {
  if (a.strained != b.strained) return b.strained;
  return a.r_work < b.r_work;
}

bool CycleWatch::settled() const {
  if (in_maps_ || options_.ending.settled <= 0) return false;
  const Seen& now = seen_.back();
  if (now.cycle < fewest_cycles || now.cycle <= last_kick_ || best_before_.cycle == 0) return false;
  if (best_before_.strained && !now.strained) return false;
  return now.r_work > best_before_.r_work - options_.ending.settled;
}

std::string CycleWatch::why_settled() const {
  return base::format("R-work has settled: cycle %d changed it by %+.4f against the best before",
                      seen_.back().cycle, seen_.back().r_work - best_before_.r_work);
}

int CycleWatch::best() const {
  const Seen& last = seen_.back();
  if (!options_.ending.best || in_maps_ || best_.cycle == 0) return last.cycle;
  const bool as_good =
      last.strained == best_.strained && last.r_work < best_.r_work + options_.ending.settled;
  return as_good ? last.cycle : best_.cycle;
}

std::string CycleWatch::why_best() const {
  const Seen& last = seen_.back();
  if (last.strained && !best_.strained)
    return base::format(
        "cycle %d is kept: R-work %.4f; bonds or angles of the last cycle (%d, R-work %.4f) are "
        "beyond r.m.s. Z %.2f",
        best_.cycle, best_.r_work, last.cycle, last.r_work, options_.positions.largest_z);
  return base::format("cycle %d is kept: its R-work of %.4f is below %.4f of the last cycle (%d)",
                      best_.cycle, best_.r_work, last.r_work, last.cycle);
}

void CycleWatch::go_back_to_best(Ensemble& ensemble) const {
  for (std::size_t form = 0; form < best_atoms_.size(); ++form)
    ensemble.atoms(form) = best_atoms_[form];
}

}  // namespace polyform::refine

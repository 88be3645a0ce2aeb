// SPDX-License-Identifier: MPL-2.0
// The minimisation of positions in a cycle.
#include "refine/position_refinement.hpp"

#include <algorithm>

#include "refine/minimisation.hpp"

namespace polyform::refine {

int minimise_positions(Ensemble& ensemble, const RefineOptions& options,
                       const std::vector<FormStatus>& status, const std::vector<double>& weights,
                       int cycle, Journal& journal, const std::function<bool()>& stop_asked) {
  const int steps = options.positions.steps;
  ensemble.settle_ncs(status, weights);  // exact copies begin at their weighted mean
  const FreeParameters free = free_positions(ensemble, options.positions);
  if (steps == 0 || free.map.n_free() == 0) return 0;
  Minimisation what{.which = Parameters::positions, .stage = "positions", .cycle = cycle};
  what.weights = weights;
  what.how.first_step = 0.02;
  what.how.largest_step = 0.5;
  what.steps_planned = steps;
  bool in_rounds = false;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    in_rounds = in_rounds || options.of(f).target == "DIFF";
  if (in_rounds) what.gain = options.diff.gain;
  int evaluations = 0;
  // DIFF: the map is made anew between rounds; scales and errors stay.
  while (what.steps_before < steps && !stop_asked()) {
    what.how.max_steps = in_rounds ? std::min(options.diff.steps, steps - what.steps_before)
                                   : steps - what.steps_before;
    const minimise::LbfgsResult result =
        minimise_sum(ensemble, options, status, free, what, journal, stop_asked);
    evaluations += result.evaluations;
    what.steps_before += result.steps;
    if (!in_rounds || result.steps == 0 || what.steps_before >= steps) break;
    ensemble.renew_maps();
  }
  return evaluations;
}

}  // namespace polyform::refine

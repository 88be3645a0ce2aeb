// SPDX-License-Identifier: MPL-2.0
// An ensemble driven by a test: rank 0 coordinates, the others serve; its sum as an objective.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "polyform/minimise/objective.hpp"
#include "polyform/refine/ensemble.hpp"

namespace polyform::test {

/// Runs `coordinate` on rank 0 while the others serve. Collective over world.
inline void on_coordinator(refine::Ensemble& ensemble, const parallel::Communicator& world,
                           const std::function<void()>& coordinate) {
  if (world.is_root()) {
    coordinate();
    ensemble.finish();
  } else {
    ensemble.serve();
  }
}

/// The weighted sum of all forms by one kind of parameter, NCS groups among them.
class Sum : public minimise::Objective {
 public:
  Sum(refine::Ensemble& ensemble, refine::Parameters which, std::vector<double> weights)
      : ensemble_(ensemble), which_(which), weights_(std::move(weights)) {}
  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    const refine::Evaluation found = ensemble_.evaluate(which_, refine::Parts::sum, weights_, x);
    std::copy(found.gradient.begin(), found.gradient.end(), gradient.begin());
    double sum = ensemble_.ncs_energy(which_, x, gradient);
    for (const refine::FormTerms& form : found.forms) sum += form.sum();
    return sum;
  }

 private:
  refine::Ensemble& ensemble_;
  refine::Parameters which_;
  std::vector<double> weights_;
};

struct Silent : refine::Journal {
  void note(const std::string&) override {}
  void step(const refine::StepRecord&) override {}
  void cycle(const refine::CycleRecord&) override {}
};

}  // namespace polyform::test

// SPDX-License-Identifier: MPL-2.0
// Tensors wait until atoms are about where they belong: before, U takes up errors of positions and
// does not give them back.
#pragma once

#include <string>
#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// All of the coordinator. Where positions are refined: a form whose tensors all are spheres
/// refines B in the first cycle, and any form does while atoms are kicked; at the latest in the
/// last cycle U follows.
class DelayedTensors {
 public:
  DelayedTensors(Ensemble& ensemble, const RefineOptions& options);

  /// Makes forms that wait isotropic (spheres before cycle 0, the start), and gives those whose
  /// time has come their tensors back, in the old shape and with B of now.
  void before_cycle(int cycle);
  /// Gives back those that still wait, when a run ends early. Whether there were any.
  bool give_back_all();

  /// The first cycle in which no form waits.
  int first_cycle() const;
  /// As a sentence of one form each, of those that wait.
  std::vector<std::string> told() const;

 private:
  struct Wait {
    std::size_t form;
    int from, until;                    // isotropic before cycle `from`, U from cycle `until` on
    std::vector<kernels::Sym3> tensor;  // as put away [A^2], empty where they are in place
    std::vector<double> b;              // of then [A^2]
  };
  void put_away(Wait& wait);
  void give_back(Wait& wait);

  Ensemble& ensemble_;
  std::vector<Wait> waits_;
};

}  // namespace polyform::refine

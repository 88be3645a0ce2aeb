// SPDX-License-Identifier: MPL-2.0
// The standard refinement: kick, positions, B values, cycle after cycle.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

struct Outcome {
  std::string status = "finished";  ///< or "stopped"
  std::string stopped_because;      ///< "cycles done", "R-work has settled: ...", "asked to stop"
  int cycles = 0;                   ///< done
  int best_cycle = 0;               ///< whose model is the result
  int evaluations = 0;              ///< of value and gradient
  std::vector<FormStatus> start, final;  ///< one a form; final: of the result
  std::vector<FormStatus> last;          ///< of the last cycle, which may be another
};

/// Places the hydrogens that ride on a form's atoms where these are now.
using HydrogenPlacer =
    std::function<restraints::RidingHydrogens(std::size_t form, const crystal::Atoms& atoms)>;

/// Runs the protocol. Coordinator only. stop_asked is looked at after every step. place_hydrogens
/// may be empty: then those the forms came with keep their offsets.
Outcome run_protocol(Ensemble& ensemble, const RefineOptions& options, Journal& journal,
                     const std::function<bool()>& stop_asked,
                     const HydrogenPlacer& place_hydrogens = {});

}  // namespace polyform::refine

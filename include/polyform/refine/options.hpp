// SPDX-License-Identifier: MPL-2.0
// Options of a refinement, stage by stage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/density/solvent_mask.hpp"
#include "polyform/density/structure_factors.hpp"
#include "polyform/refine/stage_options.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/targets/error_model.hpp"
#include "polyform/targets/scaling.hpp"

namespace polyform::refine {

struct RefineOptions {
  std::string target = "ML";
  int cycles = 5;
  int seed = 1;
  int table_every = 5;
  std::vector<SetOptions> set;
  std::vector<double> b_ramp;
  KickOptions kick;
  std::vector<NamedKickOptions> kicks;
  PositionsOptions positions;
  BFactorOptions b_factors;
  OccupancyOptions occupancies;
  MapOptions map;
  DiffOptions diff;
  targets::ScalingOptions scaling;
  density::MaskOptions mask;
  targets::ErrorModelOptions errors;
  density::FormFactorOptions form_factors;
  restraints::ChemistryOptions chemistry;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("target", target, {.sentence = "Target function of the data", .choices = {"ML", "LSQ", "MAP", "DIFF"}});
    visit("cycles", cycles,
          {.sentence =
               "Cycles of positions and B values; solvent, scales and errors are renewed in each",
           .range = {0, 1000}});
    visit("seed", seed, {.sentence = "Seed of everything random", .range = {0, 2147483647}});
    visit("table_every", table_every,
          {.sentence = "Steps between lines of the table of energies", .range = {1, 10000}});
    visit("b_ramp", b_ramp,
          {.sentence = "Smallest and largest B that atoms start with: others are brought to the "
                       "nearer of the two, and counted in the log (empty: B as in the model)",
           .unit = "A^2",
           .range = {0, 1000}});
    visit.list("set", set, "B, occupancies and charges set before refinement begins, in this order");
    visit.group("kick", kick, "Random shifts before a cycle");
    visit.list("kicks", kicks, "More kicks, each of its own atoms, after the one above");
    visit.group("positions", positions, "Refinement of positions");
    visit.group("b_factors", b_factors, "Refinement of isotropic B values, one by one or in groups");
    visit.group("map", map, "The map of the target MAP, for forms that name none of their own");
    visit.group("diff", diff, "The target DIFF");
    visit.group("occupancies", occupancies, "Refinement of occupancies");
    visit.group("scaling", scaling, "Scales, bulk solvent and shells");
    visit.group("mask", mask, "Mask of the bulk solvent");
    visit.group("errors", errors, "Error estimates of the likelihood");
    visit.group("form_factors", form_factors, "Scattering factors");
    visit.group("chemistry", chemistry, "Terms of the chemistry");
  }
};

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// Options of a refinement, stage by stage.
#pragma once

#include <cstdint>
#include <string>

#include "polyform/base/option.hpp"
#include "polyform/density/solvent_mask.hpp"
#include "polyform/density/structure_factors.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/targets/error_model.hpp"
#include "polyform/targets/scaling.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::refine {

/// ML, ML_EST and ML_APR may not do without a test set (docs/methods/likelihood.md).
inline bool needs_test_set(const std::string& target) {
  return target == "ML" || target == "ML_EST" || target == "ML_APR";
}

struct KickOptions {
  double first = 0.0;
  double last = 0.0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("first", first,
          {.sentence = "Largest shift of an atom before the first cycle (uniform in a sphere)",
           .unit = "A",
           .range = {0, 5}});
    visit("last", last,
          {.sentence =
               "Largest shift before the last cycle; between them the amplitude falls linearly",
           .unit = "A",
           .range = {0, 5}});
  }
};

struct PositionsOptions {
  int steps = 30;
  double ratio = 1.5;
  double weight = 0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("steps", steps,
          {.sentence = "Steps of minimisation in each cycle (0: positions stay)",
           .range = {0, 10000}});
    visit("ratio", ratio,
          {.sentence = "Force of the chemistry over force of the data", .range = {0.05, 100}});
    visit(
        "weight", weight,
        {.sentence = "Weight of the data in units of the natural one, at which data and chemistry "
                     "are both -2 ln p (0: by the ratio, within 0.5 and 1)",
         .range = {0, 1000}});
  }
};

/// What the model lacks, for ML_EST.
struct MissingAtomsOptions {
  double number = 100;
  std::string element = "O";
  double b = 0;
  double error = 0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("number", number,
          {.sentence = "Atoms of the asymmetric unit that the model lacks", .range = {0, 1e7}});
    visit("element", element, {.sentence = "What element they are taken for"});
    visit("b", b,
          {.sentence = "Their B (0: the mean of the model)", .unit = "A^2", .range = {0, 1000}});
    visit("error", error,
          {.sentence = "Mean distance of the model's atoms from the truth (0: the one most likely "
                       "by the work set, with what the fit hides of it on top)",
           .unit = "A",
           .range = {0, 5}});
  }
};

/// Kicked models, for ML_FK.
struct FreeKickOptions {
  int models = 3;
  double largest_shift = 0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("models", models,
          {.sentence = "Kicked models that errors are estimated from", .range = {1, 100}});
    visit("largest_shift", largest_shift,
          {.sentence = "Largest shift of an atom in them, uniform in a sphere (0: as much "
                       "as shows what the fit has taken up of the noise)",
           .unit = "A",
           .range = {0, 5}});
  }
};

struct BFactorOptions {
  std::string target = "same";
  int steps = 20;
  double bond = 0.01;
  double angle = 0.008;
  double minimal = 2.0;
  double maximal = 300.0;
  double scale = 0.0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("target", target,
          {.sentence = "Target function of the data for B values (same: as for positions)",
           .choices = {"same", "ML", "ML_EST", "ML_APR", "ML_FK", "LSQ"}});
    visit("steps", steps,
          {.sentence = "Steps of minimisation in each cycle (0: B values stay)",
           .range = {0, 10000}});
    visit("bond", bond,
          {.sentence = "Force that holds B of bonded atoms together (negative: off)",
           .unit = "A^-4",
           .range = {-1, 1000}});
    visit("angle", angle,
          {.sentence = "Force that holds B of angle-related atoms together (negative: off)",
           .unit = "A^-4",
           .range = {-1, 1000}});
    visit("minimal", minimal,
          {.sentence = "Smallest B, an exact limit", .unit = "A^2", .range = {0, 1000}});
    visit("maximal", maximal,
          {.sentence = "Largest B, an exact limit", .unit = "A^2", .range = {0, 10000}});
    visit("scale", scale,
          {.sentence =
               "Weight of T against the restraints on B (0: the one at which data are -2 ln p, "
               "times (mean B / 20 A^2)^2)",
           .range = {0, 1e9}});
  }
};

struct RefineOptions {
  std::string target = "ML";
  int cycles = 5;
  int seed = 1;
  int table_every = 5;
  KickOptions kick;
  PositionsOptions positions;
  BFactorOptions b_factors;
  targets::ScalingOptions scaling;
  density::MaskOptions mask;
  targets::ErrorModelOptions errors;
  MissingAtomsOptions missing_atoms;
  FreeKickOptions free_kick;
  targets::LsqOptions lsq;
  density::FormFactorOptions form_factors;
  restraints::ChemistryOptions chemistry;

  /// The target for B values.
  const std::string& b_target() const {
    return b_factors.target == "same" ? target : b_factors.target;
  }

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "target", target,
        {.sentence = "Target function of the data: likelihood with errors from the test set (ML), "
                     "from missing atoms (ML_EST), from kicked models and the work set (ML_FK), "
                     "ML as a sum of parabolas (ML_APR), or least squares (LSQ)",
         .choices = {"ML", "ML_EST", "ML_APR", "ML_FK", "LSQ"}});
    visit("cycles", cycles,
          {.sentence =
               "Cycles of positions and B values; solvent, scales and errors are renewed in each",
           .range = {0, 1000}});
    visit("seed", seed, {.sentence = "Seed of everything random", .range = {0, 2147483647}});
    visit("table_every", table_every,
          {.sentence = "Steps between lines of the table of energies", .range = {1, 10000}});
    visit.group("kick", kick, "Random shifts before a cycle");
    visit.group("positions", positions, "Refinement of positions");
    visit.group("b_factors", b_factors, "Refinement of individual isotropic B values");
    visit.group("scaling", scaling, "Scales, bulk solvent and shells");
    visit.group("mask", mask, "Mask of the bulk solvent");
    visit.group("errors", errors, "Error estimates of the likelihood from the test set");
    visit.group("missing_atoms", missing_atoms, "What the model lacks, for the target ML_EST");
    visit.group("free_kick", free_kick, "Kicked models, for the target ML_FK");
    visit.group("lsq", lsq, "Weights and scales of the target LSQ");
    visit.group("form_factors", form_factors, "Scattering factors");
    visit.group("chemistry", chemistry, "Terms of the chemistry");
  }
};

}  // namespace polyform::refine

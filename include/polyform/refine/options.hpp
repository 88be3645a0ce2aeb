// SPDX-License-Identifier: MPL-2.0
// Options of a refinement, stage by stage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/density/solvent_mask.hpp"
#include "polyform/density/structure_factors.hpp"
#include "polyform/refine/ncs_options.hpp"
#include "polyform/refine/stage_options.hpp"
#include "polyform/restraints/anisotropic.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/targets/error_model.hpp"
#include "polyform/targets/scaling.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::refine {

/// ML, ML_EST and ML_APR may not do without a test set (docs/methods/likelihood.md).
inline bool needs_test_set(const std::string& target) {
  return target == "ML" || target == "ML_EST" || target == "ML_APR";
}

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

struct RefineOptions {
  std::string target = "ML";
  int cycles = 10;
  int seed = 1;
  int table_every = 5;
  std::vector<SettingOptions> settings;
  std::vector<double> b_ramp;
  KickOptions kick;
  std::vector<NamedKickOptions> kicks;
  PositionsOptions positions;
  BFactorOptions b_factors;
  restraints::AnisotropicOptions anisotropic;
  OccupancyOptions occupancies;
  MapOptions map;
  DiffOptions diff;
  targets::ScalingOptions scaling;
  density::MaskOptions mask;
  targets::ErrorModelOptions errors;
  MissingAtomsOptions missing_atoms;
  FreeKickOptions free_kick;
  targets::LsqOptions lsq;
  density::FormFactorOptions form_factors;
  restraints::ChemistryOptions chemistry;
  NcsOptions ncs;
  MinimiserOptions minimiser;
  EndingOptions ending;
  std::vector<RefineOptions> own;  ///< of each form, where any differs from these; described there

  /// As they hold for a form.
  const RefineOptions& of(std::size_t form) const { return own.empty() ? *this : own[form]; }

  restraints::TensorForces tensor_forces() const {
    return {anisotropic, b_factors.bond, b_factors.angle};
  }
  /// MAP and DIFF: the target for positions is a map's.
  bool in_map() const { return target == "MAP" || target == "DIFF"; }
  /// The target for B values, and for all that a map has none of its own for.
  std::string b_target(bool has_test_set) const {
    if (b_factors.target != "same") return b_factors.target;
    return in_map() ? (has_test_set ? "ML" : "LSQ") : target;
  }

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "target", target,
        {.sentence = "Target function of the data: likelihood with errors from the test set (ML), "
                     "from missing atoms (ML_EST), from kicked models and the work set (ML_FK), "
                     "ML as a sum of parabolas (ML_APR), least squares (LSQ); "
                     "density at the atoms of a map (MAP) or of the difference map (DIFF)",
         .choices = {"ML", "ML_EST", "ML_APR", "ML_FK", "LSQ", "MAP", "DIFF"}});
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
    visit.list("settings", settings,
               "B, occupancies and charges set before refinement begins, in this order");
    visit.group("kick", kick, "Random shifts before a cycle");
    visit.list("kicks", kicks, "More kicks, each of its own atoms, after the one above");
    visit.group("positions", positions, "Refinement of positions");
    visit.group("b_factors", b_factors,
                "Refinement of isotropic B values, one by one or in groups");
    visit.group(
        "anisotropic", anisotropic,
        "Anisotropic U, refined where model.anisotropic says so, in the steps of b_factors");
    visit.group("map", map, "The map of the target MAP, for forms that name none of their own");
    visit.group("diff", diff, "The target DIFF");
    visit.group("occupancies", occupancies, "Refinement of occupancies");
    visit.group("scaling", scaling, "Scales, bulk solvent and shells");
    visit.group("mask", mask, "Mask of the bulk solvent");
    visit.group("errors", errors, "Error estimates of the likelihood from the test set");
    visit.group("missing_atoms", missing_atoms, "What the model lacks, for the target ML_EST");
    visit.group("free_kick", free_kick, "Kicked models, for the target ML_FK");
    visit.group("lsq", lsq, "Weights and scales of the target LSQ");
    visit.group("form_factors", form_factors, "Scattering factors");
    visit.group("chemistry", chemistry, "Terms of the chemistry");
    visit.group("minimiser", minimiser, "How sums are minimised");
    visit.group("ending", ending, "When cycles end, and which of them is the result");
    visit.group("ncs", ncs,
                "Copies of the molecule that are held alike, in one form or across forms");
  }
};

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// Options of what happens in a refinement: kicks, positions, B values, occupancies, what is set
// before it begins.
#pragma once

#include <string>
#include <vector>

#include "polyform/base/option.hpp"

namespace polyform::refine {

struct KickOptions {
  double first = 0.0;
  double last = 0.0;
  double b_first = 0.0;
  double b_last = 0.0;
  int cycles = 0;
  base::Selection atoms;
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
    visit("b_first", b_first,
          {.sentence = "Largest change of an atom's B before the first cycle (uniform)",
           .unit = "A^2",
           .range = {0, 100}});
    visit("b_last", b_last,
          {.sentence = "Largest change of B before the last cycle",
           .unit = "A^2",
           .range = {0, 100}});
    visit("cycles", cycles,
          {.sentence = "Cooling cycles: the last kick comes before this cycle, and later ones have "
                       "none (0: all cycles)",
           .range = {0, 1000}});
    visit("atoms", atoms, {.sentence = "Atoms that are kicked (empty: all that are refined)"});
  }
};

/// One more kick, of atoms of its own.
struct NamedKickOptions : KickOptions {
  std::string name;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the kick"});
    KickOptions::describe(visit);
  }
};

struct PositionsOptions {
  int steps = 30;
  double ratio = 1.5;
  double weight = 0;
  bool auto_weight = false;
  std::vector<double> trials = {0.25, 0.5, 1, 2, 4};
  int trials_every = 1;
  double validation = 10;
  double largest_z = 1;
  base::Selection active;
  base::Selection data_atoms;
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
    visit("auto_weight", auto_weight,
          {.sentence = "Choose the weight of the data by trial: the minimisation is done with each "
                       "of several weights on groups of ranks side by side, and judged by work "
                       "reflections that it did not see"});
    visit(
        "trials", trials,
        {.sentence = "Weights that are tried, in units of the natural one", .range = {1e-4, 1000}});
    visit("trials_every", trials_every,
          {.sentence = "Cycles from one choice of the weight to the next", .range = {1, 1000}});
    visit("validation", validation,
          {.sentence = "Work reflections set aside in the trials, to judge them by",
           .unit = "%",
           .range = {1, 50}});
    visit("largest_z", largest_z,
          {.sentence = "Largest r.m.s. Z of bonds and of angles that a weight may lead to, where "
                       "some weight keeps to it",
           .range = {0.1, 10}});
    visit("active", active, {.sentence = "Atoms that move (empty: all)"});
    visit("data_atoms", data_atoms,
          {.sentence = "Atoms that the reflections pull (empty: all; none: chemistry alone); the "
                       "others move by the chemistry, and their part of F_calc is renewed with the "
                       "scales. Maps have atoms of their own"});
  }
};

/// Some atoms whose B values are refined in groups of their own.
struct BGroupOptions {
  std::string name;
  base::Selection atoms;
  std::string by = "ATOM";
  double force = -1;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the definition"});
    visit("atoms", atoms, {.sentence = "Atoms it is about"});
    visit(
        "by", by,
        {.sentence = "How they are grouped: each atom alone, all as one, by residue or by segment "
                     "(chain)",
         .choices = {"SINGLE", "ATOM", "RESIDUE", "SEGMENT"}});
    visit("force", force,
          {.sentence = "Force that pulls B of a group's atoms to their mean (negative: hard, the "
                       "group has one B)",
           .unit = "A^-4",
           .range = {-1, 1000}});
  }
};

struct BFactorOptions {
  std::string target = "same";
  int steps = 20;
  int overall = 0;
  double bond = 0.01;
  double angle = 0.008;
  double minimal = 2.0;
  double maximal = 300.0;
  double scale = 0.0;
  std::string define = "SINGLE";
  double group = -1.0;
  std::vector<BGroupOptions> groups;
  base::Selection active;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "target", target,
        {.sentence = "Target function of the data for B values (same: as for positions; beside MAP "
                     "and DIFF that is ML, or LSQ without a test set)",
         .choices = {"same", "ML", "ML_EST", "ML_APR", "ML_FK", "LSQ"}});
    visit("steps", steps,
          {.sentence = "Steps of minimisation in each cycle (0: B values stay)",
           .range = {0, 10000}});
    visit("overall", overall,
          {.sentence = "Steps of the overall B before the first cycle: a Wilson-type comparison of "
                       "F_obs and F_calc by shell moves all B alike",
           .range = {0, 100}});
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
    visit("define", define,
          {.sentence = "Groups of B: each atom alone, all atoms as one, by residue or by segment "
                       "(chain)",
           .choices = {"SINGLE", "ATOM", "RESIDUE", "SEGMENT"}});
    visit("group", group,
          {.sentence = "Force that pulls B of a group's atoms to their mean (negative: hard, a "
                       "group has one B)",
           .unit = "A^-4",
           .range = {-1, 1000}});
    visit.list("groups", groups, "Groups of chosen atoms, in place of those that define makes");
    visit("active", active,
          {.sentence = "Atoms whose B is refined (empty: all); the isotropic part of the scale "
                       "between F_obs and F_calc still moves the B of all atoms alike, as the log "
                       "tells"});
  }
};

struct OccupancyOptions {
  int steps = 0;
  bool conformers = true;
  base::Selection atoms;
  double minimal = 0.01;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("steps", steps,
          {.sentence = "Steps of minimisation of occupancies in each cycle (0: they stay)",
           .range = {0, 1000}});
    visit("conformers", conformers,
          {.sentence = "Refine alternate conformers: one occupancy for each conformer of a stretch "
                       "of bonded residues, together 1"});
    visit("atoms", atoms,
          {.sentence =
               "Atoms outside conformers whose occupancy is refined, each alone (empty: none)"});
    visit("minimal", minimal,
          {.sentence = "Smallest occupancy, an exact limit", .range = {0.0001, 1}});
  }
};

/// One number given to some atoms before refinement begins: MAIN's set temp, set weight, set
/// charge.
struct SettingOptions {
  std::string name;
  std::string what = "b";
  double value = 0;
  base::Selection atoms;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the setting"});
    visit("what", what,
          {.sentence = "What is set: B [A^2], occupancy, or partial charge [e] (electrostatics)",
           .choices = {"b", "occupancy", "charge"}});
    visit("value", value, {.sentence = "The value given", .range = {-10, 1000}});
    visit("atoms", atoms, {.sentence = "Atoms that get it"});
  }
};

/// A map that atoms are refined against: MAIN's -m and -x.
struct MapOptions {
  std::string source = "2mFo-DFc";
  std::string file;
  std::string labels;
  double scale = 1;
  base::Selection atoms;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("source", source,
          {.sentence = "Made in the job with error estimates (2mFo-DFc, 3mFo-2DFc, mFo-DFc) or "
                       "without (2Fo-Fc, 3Fo-2Fc, Fo-Fc), phases of the model; or read from a file",
           .choices = {"2mFo-DFc", "3mFo-2DFc", "mFo-DFc", "2Fo-Fc", "3Fo-2Fc", "Fo-Fc", "file"}});
    visit("file", file,
          {.sentence = "CCP4 map, or MTZ with map coefficients or phases (for the source file)"});
    visit("labels", labels,
          {.sentence = "Columns of the MTZ: amplitude, phase and, if wanted, figure of merit "
                       "(FWT,PHWT or FP,PHIB,FOM), or four coefficients of Hendrickson and Lattman "
                       "in place of phase and "
                       "figure of merit (FP,HLA,HLB,HLC,HLD)"});
    visit("scale", scale, {.sentence = "Weight of this map beside other maps", .range = {0, 1000}});
    visit("atoms", atoms, {.sentence = "Atoms that the map pulls (empty: all)"});
  }
};

/// One of several maps of a form.
struct NamedMapOptions : MapOptions {
  std::string name;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the map"});
    MapOptions::describe(visit);
  }
};

struct DiffOptions {
  int steps = 15;
  double gain = 0;
  bool own_density = true;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("steps", steps,
          {.sentence = "Steps after which the difference map is made anew", .range = {1, 10000}});
    visit("gain", gain,
          {.sentence = "Fall of the energy after which it is made anew before that (0: never)",
           .range = {0, 1e12}});
    visit("own_density", own_density,
          {.sentence = "An atom that moves takes its own density along: without it atoms run to "
                       "the next peak of the frozen map"});
  }
};

/// When cycles end before their number, and which of them is the result.
struct EndingOptions {
  double settled = 0.0005;
  bool best = true;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "settled", settled,
        {.sentence = "No more cycles once one after the last kick, the second or later, lowers the "
                     "lowest R-work by less than this (0: all cycles are done)",
         .range = {0, 1}});
    visit("best", best,
          {.sentence = "The result is the cycle of lowest R-work among those after the last kick, "
                       "within positions.largest_z where any is, not always the last"});
  }
};

struct MinimiserOptions {
  std::string method = "newton";
  double steady = 1e-3;
  double steady_share = 0.01;
  double renew_shift = 0.02;
  bool together = true;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("method", method,
          {.sentence = "newton: from the sparse Hessian of restraints and data, made anew as the "
                       "atoms move, for positions, B and tensors U; lbfgs: from its diagonal",
           .choices = {"newton", "lbfgs"}});
    visit("steady", steady,
          {.sentence =
               "newton: stop at a step by which the sum falls by less than this for each work "
               "reflection (lbfgs: after three in a row that gain less than 1e-6 of it)",
           .range = {0, 0.1}});
    visit("steady_share", steady_share,
          {.sentence = "newton: or, but in the last cycle, by less than this share of what all "
                       "steps of the minimisation have gained: scales and errors are then worth "
                       "renewing first",
           .range = {0, 1}});
    visit(
        "renew_shift", renew_shift,
        {.sentence = "newton: the Hessian of positions is made anew when atoms have moved by this "
                     "(r.m.s.) since it was made",
         .unit = "A",
         .range = {0, 10}});
    visit("together", together,
          {.sentence =
               "newton: positions and B values (or U) in one minimisation, of positions.steps, so "
               "that one evaluation serves both; one after the other where either has no "
               "steps, in maps, where B have a target of their own, and with exact NCS "
               "copies"});
  }
};

}  // namespace polyform::refine

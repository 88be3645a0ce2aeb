// SPDX-License-Identifier: MPL-2.0
// Options of non-crystallographic similarity (NCS), within a crystal form and across forms.
#pragma once

#include <string>
#include <vector>

#include "polyform/base/option.hpp"

namespace polyform::refine {

/// One copy of what is alike.
struct NcsCopyOptions {
  std::string name;
  std::string form;
  base::Selection atoms;
  std::vector<double> polar;
  std::vector<double> flags;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the copy (empty: its form and its number)"});
    visit("form", form, {.sentence = "Crystal form it is in (empty: the only one)"});
    visit(
        "atoms", atoms,
        {.sentence = "Its atoms: one or several chains or parts of them (empty: all of the form)"});
    visit(
        "polar", polar,
        {.sentence = "Operator from this copy onto the first, where it is not to be fitted freely: "
                     "polar angles omega, phi, kappa [degrees] and shift x, y, z [A]"});
    visit(
        "flags", flags,
        {.sentence = "Which of the six are fitted (1) and which stay (0), as in [1, 1, 0, 1, 1, 1] "
                     "for a two-fold with kappa 180",
         .range = {0, 1}});
  }
};

struct NcsGroupOptions {
  std::string name;
  std::vector<NcsCopyOptions> copies;
  base::Selection atoms;
  base::Selection exclude;
  double force = 5;
  double b_force = 0.004;
  double local = 0;
  double let_go = 0;
  std::string b = "deviation";
  std::string weights = "information";
  bool exact = false;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, {.sentence = "Name of the group"});
    visit.list("copies", copies, "Copies that are alike, two or more");
    visit("atoms", atoms,
          {.sentence = "Of the copies' atoms those that take part (empty: all but hydrogens and "
                       "waters, which never do)"});
    visit("exclude", exclude,
          {.sentence = "Atoms that do not: what does not superpose (empty: none)"});
    visit("force", force,
          {.sentence = "Force that pulls superposed atoms to their mean (0: off)",
           .unit = "A^-2",
           .range = {0, 1e6}});
    visit("b_force", b_force,
          {.sentence = "Force that pulls their B to its mean (0: off)",
           .unit = "A^-4",
           .range = {0, 1e3}});
    visit("local", local,
          {.sentence = "Hold distances between atoms up to this alike, so that domains may bend "
                       "against each other (0: superposed atoms are held alike)",
           .unit = "A",
           .range = {0, 20}});
    visit(
        "let_go", let_go,
        {.sentence = "Difference beyond which superposed atoms, or distances, let go of each other "
                     "(0: never)",
         .unit = "A",
         .range = {0, 100}});
    visit(
        "b", b,
        {.sentence = "What of B is alike: its course along the molecule, with a constant for each "
                     "copy (deviation), or B itself (absolute)",
         .choices = {"deviation", "absolute"}});
    visit(
        "weights", weights,
        {.sentence = "Weights of three or more copies: what their data know of them (information), "
                     "or alike (equal)",
         .choices = {"information", "equal"}});
    visit(
        "exact", exact,
        {.sentence = "A constraint in place of the restraint: one copy is refined, the others are "
                     "made of it by operators that are refined, too; B alike where b is absolute"});
  }
};

struct NcsOptions {
  bool on = true;
  bool find = true;
  double largest_rms = 3;
  double least_identity = 30;
  std::vector<NcsGroupOptions> groups;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("on", on, {.sentence = "Hold the groups alike (false: they are read and reported only)"});
    visit("find", find,
          {.sentence = "Where there are no groups: chains of one form that are at least 80 % "
                       "identical are found and held alike by distances, as polyform config would "
                       "write it"});
    visit("largest_rms", largest_rms,
          {.sentence = "Largest r.m.s. distance of superposed copies from their mean at the start; "
                       "more is taken for a slip in the selections",
           .unit = "A",
           .range = {0, 1000}});
    visit("least_identity", least_identity,
          {.sentence = "Smallest share of identical residues of copies",
           .unit = "%",
           .range = {0, 100}});
    visit.list("groups", groups, "Groups of copies");
  }
};

}  // namespace polyform::refine

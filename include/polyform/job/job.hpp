// SPDX-License-Identifier: MPL-2.0
// A job: which crystal forms, and every option of their refinement.
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/dictionary.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/crystal/read_reflections.hpp"
#include "polyform/crystal/selection.hpp"
#include "polyform/refine/options.hpp"
#include "polyform/run/report_options.hpp"
#include "polyform/simulate/options.hpp"

namespace polyform::job {

/// One crystal form: its model, its data, and how the data are read.
struct FormOptions {
  std::string name;
  std::string model;
  std::string data;
  double weight = 1;
  base::Overrides own;
  std::vector<refine::NamedMapOptions> maps;
  crystal::DataOptions columns;  // beside the others in a job file, not in a group of their own

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name,
          {.sentence = "Name of the form and of its output files (empty: the model's file name)"});
    visit("model", model, {.sentence = "Model: PDB or mmCIF, plain or .gz"});
    visit("data", data, {.sentence = "Data: MTZ or structure-factor mmCIF, plain or .gz"});
    visit(
        "weight", weight,
        {.sentence = "Weight of this form's data and chemistry beside those of other forms, which "
                     "matters where NCS ties them (1: each balanced by itself)",
         .range = {1e-6, 1e6}});
    visit("own", own,
          {.sentence =
               "Options of this form in place of the general ones, by their full names or in "
               "groups, as in {target: LSQ, scaling: {shells: 20}}: target, b_factors.target "
               "and scale, positions.ratio and weight, diff.own_density, and the groups map, "
               "scaling, mask, errors, missing_atoms, free_kick, lsq, form_factors, chemistry"});
    visit.list("maps", maps, "Maps that the target MAP refines this form against");
    columns.describe(visit);
  }
};

struct Job {
  std::vector<FormOptions> forms;
  std::string out;
  std::string free_sets = "shared";
  crystal::ModelOptions model;
  crystal::DictionaryOptions dictionary;
  std::vector<crystal::SetOptions> sets;
  run::ReportOptions report;
  simulate::SimulateOptions simulate;
  refine::RefineOptions refine;  // at the top of a job file, not in a group of their own

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.list("forms", forms, "Crystal forms of the molecule, each with its model and data");
    visit("out", out,
          {.sentence = "Directory for everything the run writes (empty: a fresh one in the current "
                       "directory, named after the first model)"});
    visit("free_sets", free_sets,
          {.sentence =
               "Test sets of isomorphous forms that NCS ties: one for all, or else the job is "
               "refused (shared); or each its own, which spoils R-free (independent)",
           .choices = {"shared", "independent"}});
    visit.group("model", model, "How models are read");
    visit.group("dictionary", dictionary, "Where restraints come from");
    visit.group("report", report, "What the log and the trace tell");
    visit.list("sets", sets, "Sets of atoms with names; each may call those above it");
    visit.group("simulate", simulate, "Test data that polyform simulate makes of a model");
    refine.describe(visit);
  }
};

}  // namespace polyform::job

// SPDX-License-Identifier: MPL-2.0
// Selections of a job evaluated in its forms, and told.
#include "app/select_atoms.hpp"

#include <algorithm>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/write_job.hpp"

namespace polyform::app {
namespace {

std::string chains_of(const crystal::Model& model) {
  std::string text;
  for (const gemmi::Chain& chain : model.structure.models.front().chains)
    text += (text.empty() ? "" : " ") + chain.name;
  return text;
}

// An empty set is a slip of the pen more often than not.
void refuse_empty(const SelectedAtoms& selected, const job::Job& job,
                  const std::vector<run::FormSource>& sources) {
  if (selected.text == "none") return;
  for (const crystal::AtomFlags& flags : selected.forms)
    if (std::find(flags.begin(), flags.end(), 1) != flags.end()) return;
  std::string where;
  for (const run::FormSource& source : sources)
    where += (where.empty() ? "" : ", ") + source.model.source + " (chains " +
             chains_of(source.model) + ")";
  const bool no_hydrogens =
      selected.text.find("hydrogens") != std::string::npos && job.model.hydrogens != "keep";
  throw base::UsageError(selected.name + ": '" + selected.text + "' selects no atom of " + where +
                         (no_hydrogens ? "; hydrogens are atoms of a model where model.hydrogens "
                                         "is keep"
                                       : "; names of chains, residues and atoms count capitals; "
                                         "say 'none' where no atom is meant"));
}

// What an expression means in every form; sets: one map a form.
SelectedAtoms found(const std::string& name, const std::string& text,
                    const std::vector<run::FormSource>& sources,
                    const std::vector<crystal::AtomSets>& sets) {
  SelectedAtoms selected{name, text, {}};
  try {
    for (std::size_t f = 0; f < sources.size(); ++f)
      selected.forms.push_back(crystal::select_atoms(sources[f].model, text, sets[f]));
  } catch (const base::UsageError& error) {
    throw base::UsageError(name + ", '" + text + "', " + error.what());
  }
  return selected;
}

std::string line(const SelectedAtoms& selected, std::size_t form, const run::FormSource& source) {
  const crystal::AtomFlags& flags = selected.forms[form];
  std::size_t atoms = 0, residues = 0, first = 0, last = 0, i = 0;
  for (const gemmi::Chain& chain : source.model.structure.models.front().chains)
    for (const gemmi::Residue& residue : chain.residues) {
      const std::size_t before = atoms;
      for (std::size_t k = 0; k < residue.atoms.size(); ++k, ++i) {
        if (!flags[i]) continue;
        if (atoms++ == 0) first = i;
        last = i;
      }
      residues += atoms > before ? 1 : 0;
    }
  if (atoms == 0) return "    " + source.name + ": no atom\n";
  return base::format("    %s: %zu of %zu atoms, %zu residue%s, %s to %s\n", source.name.c_str(),
                      atoms, flags.size(), residues, residues == 1 ? "" : "s",
                      source.model.label[first].c_str(), source.model.label[last].c_str());
}

}  // namespace

void select_atoms(const job::Job& job, Forms& forms) {
  std::vector<crystal::AtomSets> sets(forms.sources.size());
  const auto add = [&](const std::string& name, const std::string& text) {
    forms.selected.push_back(found(name, text, forms.sources, sets));
    refuse_empty(forms.selected.back(), job, forms.sources);
    return forms.selected.back();
  };
  for (const crystal::SetOptions& set : job.sets) {
    const SelectedAtoms selected = add("set " + set.name, set.expression());
    for (std::size_t f = 0; f < sets.size(); ++f) sets[f][set.name] = selected.forms[f];
  }
  job::Job without_sets = job;
  without_sets.sets.clear();
  for (const job::NamedSelection& selection : job::selections_of(without_sets)) {
    const SelectedAtoms selected = add(selection.option, selection.text);
    for (std::size_t f = 0; f < sets.size(); ++f)
      forms.inputs[f].selected[selection.text] = selected.forms[f];
  }
}

std::string selection_table(const std::vector<SelectedAtoms>& selected,
                            const std::vector<run::FormSource>& sources) {
  std::string text = selected.empty() ? "" : "selections of atoms\n";
  for (const SelectedAtoms& one : selected) {
    text += "  " + one.name + ": " + one.text + "\n";
    for (std::size_t f = 0; f < sources.size(); ++f) text += line(one, f, sources[f]);
  }
  return text;
}

}  // namespace polyform::app

// SPDX-License-Identifier: MPL-2.0
// A job made whole: names, absolute paths, and what options must agree on among themselves.
#include <algorithm>
#include <filesystem>
#include <set>

#include "job/mistakes.hpp"
#include "job/paths.hpp"
#include "job/value.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/read_job.hpp"
#include "polyform/job/write_job.hpp"

namespace polyform::job {
namespace {

bool may_be_in_a_file_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

void make_absolute(std::string& path) {
  if (!path.empty()) path = std::filesystem::absolute(path).lexically_normal().string();
}

void check_name(const std::string& name, const std::string& source, Mistakes& mistakes) {
  for (char c : name)
    if (!may_be_in_a_file_name(c)) {
      mistakes.add(source, "the form's name '" + name +
                               "' names files, too: letters, digits, '_', '-' and '.' only");
      return;
    }
  if (name.starts_with('.'))
    mistakes.add(source, "the form's name '" + name + "' starts with a dot");
}

void check_forms(const Job& job, const std::string& source, Needs needs, Mistakes& mistakes) {
  if (job.forms.empty())
    mistakes.add(source,
                 "names no crystal form; 'forms' needs at least one, with its model and data");
  std::set<std::string> names;
  for (std::size_t i = 0; i < job.forms.size(); ++i) {
    const FormOptions& form = job.forms[i];
    const std::string which = "form " + std::to_string(i + 1);
    if (form.model.empty()) mistakes.add(source, which + " has no model");
    if (form.data.empty() && needs == Needs::model_and_data)
      mistakes.add(source, which + " has no data");
    if (form.name.empty()) continue;
    check_name(form.name, source, mistakes);
    if (!names.insert(form.name).second)
      mistakes.add(source, "two forms are called '" + form.name + "'; give each its own name");
    const crystal::DataOptions& data = form.columns;
    if (data.d_max > 0 && data.d_min >= data.d_max)
      mistakes.add(source, which + ": d_min " + text_of(data.d_min) +
                               " must be smaller than d_max " + text_of(data.d_max));
  }
}

void check_limits(const refine::RefineOptions& options, const std::string& source,
                  Mistakes& mistakes) {
  const auto& b = options.b_factors;
  if (b.minimal >= b.maximal)
    mistakes.add(source, "b_factors.minimal " + text_of(b.minimal) +
                             " must be smaller than b_factors.maximal " + text_of(b.maximal));
}

std::string names_of_forms(const Job& job) {
  std::string text;
  for (const FormOptions& form : job.forms) text += (text.empty() ? "" : ", ") + form.name;
  return text;
}

void check_copy(const refine::NcsCopyOptions& copy, bool first, const std::string& group,
                const Job& job, const std::string& source, Mistakes& mistakes) {
  const auto is_its = [&](const FormOptions& form) { return form.name == copy.form; };
  if (copy.form.empty() ? job.forms.size() > 1
                        : std::none_of(job.forms.begin(), job.forms.end(), is_its))
    mistakes.add(source, group +
                             (copy.form.empty() ? "a copy names no form"
                                                : "no form is called '" + copy.form + "'") +
                             "; forms are " + names_of_forms(job));
  const bool given = !copy.polar.empty() || !copy.flags.empty();
  if (given && (copy.polar.size() != 6 || copy.flags.size() != 6))
    mistakes.add(source, group +
                             "'polar' needs omega, phi, kappa, x, y, z and 'flags' a 1 (fitted) "
                             "or 0 (fixed) for each");
  if (given && first)
    mistakes.add(source, group +
                             "operators lead onto the first copy, which needs none itself; give "
                             "'polar' to the others");
}

void check_ncs(const Job& job, const std::string& source, Mistakes& mistakes) {
  std::set<std::string> names;
  for (const refine::NcsGroupOptions& group : job.refine.ncs.groups) {
    if (group.name.empty()) mistakes.add(source, "an NCS group has no name");
    if (!names.insert(group.name).second)
      mistakes.add(source,
                   "two NCS groups are called '" + group.name + "'; give each its own name");
    const std::string which = "NCS group '" + group.name + "': ";
    if (group.copies.size() < 2)
      mistakes.add(source, which + "has " + std::to_string(group.copies.size()) +
                               (group.copies.size() == 1 ? " copy" : " copies") +
                               "; similarity needs two or more");
    for (const refine::NcsCopyOptions& copy : group.copies)
      check_copy(copy, &copy == &group.copies.front(), which, job, source, mistakes);
  }
}

void check_map(const refine::MapOptions& map, const std::string& which, const std::string& source,
               Mistakes& mistakes) {
  if (!map.file.empty() && map.source != "file")
    mistakes.add(source, which + ".file is given, but " + which + ".source is " + map.source +
                             ": say source: file to use it");
}

// What would be taken for something else in silence.
void check_meant(const Job& job, const std::string& source, Mistakes& mistakes) {
  check_map(job.refine.map, "map", source, mistakes);
  for (const FormOptions& form : job.forms)
    for (const refine::NamedMapOptions& map : form.maps)
      check_map(map, "form " + form.name + ", map " + map.name, source, mistakes);
  for (const restraints::TermScaleOptions& entry : job.refine.chemistry.scales)
    if (entry.atoms.empty())
      mistakes.add(source, "chemistry.scales: " + (entry.name.empty() ? "an entry" : entry.name) +
                               " names no atoms; say which with 'atoms' ('all' for all)");
  const std::size_t most = restraints::TermFactors::most_interactions;
  if (const std::size_t n = job.refine.chemistry.interactions.size(); n > most)
    mistakes.add(source,
                 base::format("chemistry.interactions: %zu entries, of at most %zu", n, most));
}

// Options that are those of a form's data, target and restraints; others steer all forms at once.
bool may_be_own(const std::string& option) {
  static const std::vector<std::string> single = {"target",           "b_factors.target",
                                                  "b_factors.scale",  "positions.ratio",
                                                  "positions.weight", "diff.own_density"};
  static const std::vector<std::string> groups = {"map.",    "scaling.",       "mask.",
                                                  "errors.", "missing_atoms.", "free_kick.",
                                                  "lsq.",    "form_factors.",  "chemistry."};
  return std::find(single.begin(), single.end(), option) != single.end() ||
         std::any_of(groups.begin(), groups.end(),
                     [&](const std::string& group) { return option.starts_with(group); });
}

// The options of each form: the general ones, then its own.
void apply_own(Job& job, const std::string& source, Mistakes& mistakes) {
  job.refine.own.clear();
  const bool any = std::any_of(job.forms.begin(), job.forms.end(),
                               [](const FormOptions& form) { return !form.own.entries.empty(); });
  if (!any) return;
  std::vector<refine::RefineOptions> all;
  for (const FormOptions& form : job.forms) {
    Job general = job;
    general.forms.clear();
    for (const base::Overrides::Entry& entry : form.own.entries) {
      const std::string where = "form " + form.name + ", own: ";
      const std::string wrong = set_option(general, {entry.option, entry.value, ""});
      if (!wrong.empty())
        mistakes.add(source, where + wrong);
      else if (!may_be_own(entry.option))
        mistakes.add(source, where + entry.option + " is for all forms together");
    }
    all.push_back(std::move(general.refine));
  }
  job.refine.own = std::move(all);
}

// The name of a set must be one word that has no other meaning.
void check_name_of_set(const std::string& name, const std::string& source, Mistakes& mistakes) {
  const auto& words = crystal::selection_words();
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!is_letter(name[0]) || !std::all_of(name.begin(), name.end(), may_be_in_a_file_name))
    mistakes.add(source, "the set's name '" + name +
                             "' is not a letter followed by letters, digits, '_', '-' and '.'");
  if (std::find(words.begin(), words.end(), name) != words.end())
    mistakes.add(source, "no set can be called '" + name + "', a word of selections");
}

// names: of the sets that may be called; below: of those that stand further down.
void check_selection(const NamedSelection& selection, const std::vector<std::string>& names,
                     const std::vector<std::string>& below, const std::string& source,
                     Mistakes& mistakes) {
  for (const crystal::CalledSet& called : crystal::called_sets(selection.text)) {
    const auto is_called = [&](const std::string& name) { return name == called.name; };
    if (std::any_of(names.begin(), names.end(), is_called)) continue;
    const std::string where = selection.option + ", column " + std::to_string(called.column) +
                              " of '" + selection.text + "': ";
    if (std::any_of(below.begin(), below.end(), is_called)) {
      mistakes.add(source, where + "the set '" + called.name +
                               "' does not stand above; a set calls only sets above itself");
      continue;
    }
    std::vector<std::string> candidates = crystal::selection_words();
    candidates.insert(candidates.end(), names.begin(), names.end());
    const std::string near = base::nearest(called.name, candidates);
    mistakes.add(source, where + "no set is called '" + called.name + "'" +
                             (near.empty() ? "" : "; did you mean '" + near + "'?") +
                             " (a chain is 'chain " + called.name + "')");
  }
}

// above: names of the sets above this one.
void check_set(const crystal::SetOptions& set, const std::vector<std::string>& above,
               const std::vector<std::string>& all, const std::string& source, Mistakes& mistakes) {
  const std::string which = "set " + std::to_string(above.size() + 1);
  if (set.name.empty())
    mistakes.add(source, which + " has no name");
  else
    check_name_of_set(set.name, source, mistakes);
  if (std::find(above.begin(), above.end(), set.name) != above.end())
    mistakes.add(source, "two sets are called '" + set.name + "'; give each its own name");
  if (set.atoms.empty() && set.include.empty())
    mistakes.add(source, which + " has no atoms; say which in 'atoms'");
  Job alone;
  alone.sets = {set};
  for (const NamedSelection& selection : selections_of(alone))
    check_selection(selection, above, all, source, mistakes);
}

// Sets in their order, each with those above it; then every other selection, with all sets.
void check_selections(const Job& job, const std::string& source, Mistakes& mistakes) {
  std::vector<std::string> above, all;
  for (const crystal::SetOptions& set : job.sets) all.push_back(set.name);
  for (const crystal::SetOptions& set : job.sets) {
    check_set(set, above, all, source, mistakes);
    above.push_back(set.name);
  }
  Job without_sets = job;
  without_sets.sets.clear();
  for (const NamedSelection& selection : selections_of(without_sets))
    check_selection(selection, all, {}, source, mistakes);
}

}  // namespace

std::string stem_of(const std::filesystem::path& path) {
  std::filesystem::path name = path.filename();
  if (name.extension() == ".gz") name = name.stem();
  std::string stem = name.stem().string();
  for (char& c : stem)
    if (!may_be_in_a_file_name(c)) c = '_';
  while (stem.starts_with('.')) stem.erase(0, 1);
  return stem.empty() ? "model" : stem;
}

void complete(Job& job, const std::string& source, Needs needs) {
  for (FormOptions& form : job.forms)
    if (form.name.empty() && !form.model.empty()) form.name = stem_of(form.model);
  Mistakes mistakes;
  check_forms(job, source, needs, mistakes);
  check_limits(job.refine, source, mistakes);
  check_selections(job, source, mistakes);
  check_ncs(job, source, mistakes);
  check_meant(job, source, mistakes);
  apply_own(job, source, mistakes);
  mistakes.report(source);
  for_each_path(job, make_absolute);
}

}  // namespace polyform::job

// SPDX-License-Identifier: MPL-2.0
// A job made whole: names, absolute paths, and what options must agree on among themselves.
#include <filesystem>
#include <set>

#include "job/mistakes.hpp"
#include "job/paths.hpp"
#include "job/value.hpp"
#include "polyform/job/read_job.hpp"

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

void check_forms(const Job& job, const std::string& source, Mistakes& mistakes) {
  if (job.forms.empty())
    mistakes.add(source,
                 "names no crystal form; 'forms' needs at least one, with its model and data");
  std::set<std::string> names;
  for (std::size_t i = 0; i < job.forms.size(); ++i) {
    const FormOptions& form = job.forms[i];
    const std::string which = "form " + std::to_string(i + 1);
    if (form.model.empty()) mistakes.add(source, which + " has no model");
    if (form.data.empty()) mistakes.add(source, which + " has no data");
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

void complete(Job& job, const std::string& source) {
  for (FormOptions& form : job.forms)
    if (form.name.empty() && !form.model.empty()) form.name = stem_of(form.model);
  Mistakes mistakes;
  check_forms(job, source, mistakes);
  check_limits(job.refine, source, mistakes);
  mistakes.report(source);
  for_each_path(job, make_absolute);
}

}  // namespace polyform::job

// SPDX-License-Identifier: MPL-2.0
// Which data belong to which model.
#include "app/match_files.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/read_job.hpp"

namespace polyform::app {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const NamedFile& file) {
  return fs::absolute(file.path).parent_path().string();
}

void refuse_twice(const std::vector<NamedFile>& files) {
  std::set<std::string> seen;
  for (const NamedFile& file : files)
    if (!seen.insert(fs::weakly_canonical(fs::absolute(file.path)).string()).second)
      throw base::UsageError("config: " + file.path + " is given twice");
}

std::string listed(const std::vector<NamedFile>& files) {
  std::string text;
  for (const NamedFile& file : files)
    text += (text.empty() ? "" : ", ") + file.path + " (" + file.crystal + ")";
  return text.empty() ? "none" : text;
}

// The only one of `candidates` that is so, or none.
std::vector<std::size_t> only(const std::vector<std::size_t>& candidates,
                              const std::function<bool(std::size_t)>& is_so) {
  std::vector<std::size_t> found;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(found), is_so);
  return found.size() == 1 ? found : std::vector<std::size_t>();
}

}  // namespace

std::vector<std::size_t> match_files(const std::vector<NamedFile>& models,
                                     const std::vector<NamedFile>& data,
                                     const std::vector<std::vector<bool>>& fits) {
  if (models.empty() || models.size() != data.size())
    throw base::UsageError(base::format(
        "config: %zu models and %zu files of data are given; each form needs one of either. "
        "Models: %s; data: %s",
        models.size(), data.size(), listed(models).c_str(), listed(data).c_str()));
  refuse_twice(models);
  refuse_twice(data);
  std::vector<bool> taken(data.size(), false);
  std::vector<std::size_t> matched(models.size());
  for (std::size_t m = 0; m < models.size(); ++m) {
    std::vector<std::size_t> free;
    for (std::size_t d = 0; d < data.size(); ++d)
      if (fits[m][d] && !taken[d]) free.push_back(d);
    if (free.empty())
      throw base::UsageError("config: no data fit " + models[m].path + " (" + models[m].crystal +
                             ") of " + listed(data) +
                             "; give models and data in pairs, in order, of the same crystals");
    std::vector<std::size_t> found = free.size() == 1 ? free : std::vector<std::size_t>();
    if (found.empty())
      found = only(free, [&](std::size_t d) {
        return job::stem_of(data[d].path) == job::stem_of(models[m].path);
      });
    if (found.empty())
      found = only(free, [&](std::size_t d) { return folder_of(data[d]) == folder_of(models[m]); });
    if (found.empty()) found = only(free, [&](std::size_t d) { return d == m; });
    if (found.empty())
      throw base::UsageError("config: several data fit " + models[m].path +
                             "; give models and data in pairs, in order");
    matched[m] = found.front();
    taken[matched[m]] = true;
  }
  return matched;
}

std::vector<std::string> form_names(const std::vector<NamedFile>& models) {
  std::vector<std::string> names;
  for (const NamedFile& model : models) names.push_back(job::stem_of(model.path));
  const auto several = [&](const std::string& name) {
    return std::count(names.begin(), names.end(), name) > 1;
  };
  std::vector<std::string> unlike = names;
  for (std::size_t m = 0; m < models.size(); ++m)
    if (several(names[m])) unlike[m] = fs::path(folder_of(models[m])).filename().string();
  names = unlike;
  for (std::size_t m = 0; m < models.size(); ++m)
    if (several(names[m])) unlike[m] = names[m] + "_" + std::to_string(m + 1);
  return unlike;
}

}  // namespace polyform::app

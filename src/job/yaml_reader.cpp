// SPDX-License-Identifier: MPL-2.0
// Keys of a YAML map against the options that exist.
#include "job/yaml_reader.hpp"

#include <algorithm>

#include "polyform/base/text.hpp"
#include "polyform/job/write_job.hpp"

namespace polyform::job {

std::string place_of(const std::string& file, const YAML::Node& node) {
  return file + ":" + std::to_string(node.Mark().line + 1) + ":" +
         std::to_string(node.Mark().column + 1);
}

std::string suggestion(const std::string& name, const std::vector<std::string>& beside) {
  std::string near = base::nearest(name, beside);
  if (near.empty()) {
    Job with_a_form;
    with_a_form.forms.emplace_back();
    std::vector<std::string> everywhere;
    for (const NamedValue& option : values_of(with_a_form)) {
      everywhere.push_back(option.option);
      if (near.empty() && option.option.ends_with("." + name)) near = option.option;
    }
    if (near.empty()) near = base::nearest(name, everywhere);
  }
  return near.empty() ? "" : "; did you mean '" + near + "'?";
}

YAML::Node YamlReader::take(std::string_view name) {
  names_.emplace_back(name);
  YAML::Node found(YAML::NodeType::Undefined);
  for (const auto& entry : map_) {
    if (!entry.first.IsScalar() || entry.first.Scalar() != name) continue;
    if (found.IsDefined())
      mistake(entry.first, prefix_ + std::string(name) + " is given twice");
    else
      found.reset(entry.second);
  }
  return found;
}

void YamlReader::finish() {
  for (const auto& entry : map_) {
    if (!entry.first.IsScalar()) {
      mistake(entry.first, "the name of an option is expected here");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (std::find(names_.begin(), names_.end(), key) == names_.end())
      mistake(entry.first, prefix_ + key + " is not an option" + suggestion(key, names_));
  }
}

}  // namespace polyform::job

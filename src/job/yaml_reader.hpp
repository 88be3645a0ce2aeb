// SPDX-License-Identifier: MPL-2.0
// The visitor that reads options from a YAML map.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

#include "job/mistakes.hpp"
#include "job/value.hpp"

namespace polyform::job {

/// Where a node stands: "job.yaml:3:5".
std::string place_of(const std::string& file, const YAML::Node& node);

/// Reads the options that one map of a job file states. After describe(), finish() reports the keys
/// that no option took.
class YamlReader {
 public:
  /// prefix: of option names in messages, "" or "scaling."
  YamlReader(const YAML::Node& map, const std::string& file, std::string prefix, Mistakes& mistakes)
      : map_(map), file_(file), prefix_(std::move(prefix)), mistakes_(mistakes) {}

  template <class T>
  void operator()(std::string_view name, T& value, const base::About& about) {
    const YAML::Node node = take(name);
    if (!node.IsDefined()) return;
    if (const std::string wrong = assign(node, value, about); !wrong.empty())
      mistake(node, prefix_ + std::string(name) + " " + wrong);
  }

  template <class Group>
  void group(std::string_view name, Group& options, std::string_view) {
    const YAML::Node node = take(name);
    if (node.IsDefined() && !node.IsNull()) read(node, std::string(name), options);
  }

  template <class Item>
  void list(std::string_view name, std::vector<Item>& items, std::string_view) {
    const YAML::Node node = take(name);
    if (!node.IsDefined()) return;
    if (!node.IsSequence()) return mistake(node, prefix_ + std::string(name) + " is not a list");
    for (std::size_t i = 0; i < node.size(); ++i)
      read(node[i], std::string(name) + "[" + std::to_string(i + 1) + "]", items.emplace_back());
  }

  /// Reports unknown keys, with the nearest name here or, failing that, of the same option
  /// elsewhere.
  void finish();

 private:
  template <class Group>
  void read(const YAML::Node& node, const std::string& name, Group& options) {
    if (!node.IsMap()) return mistake(node, prefix_ + name + " is not a group of options");
    YamlReader inner(node, file_, prefix_ + name + ".", mistakes_);
    options.describe(inner);
    inner.finish();
  }

  // The value of a key, undefined when absent; repeated keys are mistakes.
  YAML::Node take(std::string_view name);
  void mistake(const YAML::Node& node, const std::string& text) {
    mistakes_.add(place_of(file_, node), text);
  }

  YAML::Node map_;
  const std::string& file_;
  std::string prefix_;
  Mistakes& mistakes_;
  std::vector<std::string> names_;
};

/// "; did you mean 'x'?" or "": among the names beside it, else the full name of an option that
/// ends in `name` or is near to it.
std::string suggestion(const std::string& name, const std::vector<std::string>& beside);

}  // namespace polyform::job

// SPDX-License-Identifier: MPL-2.0
// One option's value from YAML, and as text; each type an option can have.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "polyform/base/option.hpp"

namespace polyform::job {

/// Sets `value` from the node. Returns "" or what is wrong ("is 'x', which is not a whole number");
/// `value` stays as it was when something is.
std::string assign(const YAML::Node& node, bool& value, const base::About& about);
std::string assign(const YAML::Node& node, int& value, const base::About& about);
std::string assign(const YAML::Node& node, double& value, const base::About& about);
std::string assign(const YAML::Node& node, std::string& value, const base::About& about);
std::string assign(const YAML::Node& node, std::vector<std::string>& value,
                   const base::About& about);
std::string assign(const YAML::Node& node, std::vector<double>& value, const base::About& about);
/// A list means the union of its entries.
std::string assign(const YAML::Node& node, base::Selection& value, const base::About& about);
/// A map of options and groups of options; whether they exist is not asked.
std::string assign(const YAML::Node& node, base::Overrides& value, const base::About& about);

/// As a job file says it; reads back to the same value, doubles to the last bit.
std::string text_of(bool value);
std::string text_of(int value);
std::string text_of(double value);
std::string text_of(const std::string& value);
std::string text_of(const std::vector<std::string>& value);
std::string text_of(const std::vector<double>& value);
std::string text_of(const base::Selection& value);
std::string text_of(const base::Overrides& value);

/// "0 to 5", "at least 0", or "" when everything is allowed.
std::string text_of(const base::Range& range);

}  // namespace polyform::job

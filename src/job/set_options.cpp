// SPDX-License-Identifier: MPL-2.0
// Single options set by name, as --set and the flags do.
#include <charconv>
#include <type_traits>

#include "job/mistakes.hpp"
#include "job/value.hpp"
#include "job/yaml_reader.hpp"
#include "polyform/base/error.hpp"
#include "polyform/job/read_job.hpp"

namespace polyform::job {
namespace {

std::string before_dot(const std::string& path) { return path.substr(0, path.find('.')); }
std::string after_dot(const std::string& path) {
  const std::size_t dot = path.find('.');
  return dot == std::string::npos ? "" : path.substr(dot + 1);
}

// Sets the option at one path below the options it visits.
class Setter {
 public:
  Setter(std::string path, const YAML::Node& value) : path_(std::move(path)), value_(value) {}

  template <class T>
  void operator()(std::string_view name, T& option, const base::About& about) {
    names_.emplace_back(name);
    if constexpr (std::is_same_v<T, base::Overrides>)
      if (path_.starts_with(std::string(name) + ".")) return add(option);
    if (path_ != name) return;
    found_ = true;
    if (const std::string reason = assign(value_, option, about); !reason.empty())
      wrong_ = std::string(name) + " " + reason;
  }

  template <class Group>
  void group(std::string_view name, Group& options, std::string_view) {
    names_.emplace_back(name);
    if (before_dot(path_) == name) enter(options, after_dot(path_), std::string(name));
  }

  // "forms.x" sets x in every form; "forms.NAME.x" and "forms.2.x" in one.
  template <class Item>
  void list(std::string_view name, std::vector<Item>& items, std::string_view) {
    names_.emplace_back(name);
    if (before_dot(path_) != name) return;
    const std::string rest = after_dot(path_);
    if (rest.find('.') == std::string::npos) {
      for (Item& item : items) enter(item, rest, std::string(name));
      if (items.empty()) enter(Item{}, rest, std::string(name));
      return;
    }
    for (std::size_t i = 0; i < items.size(); ++i)
      if (before_dot(rest) == items[i].name || before_dot(rest) == std::to_string(i + 1))
        return enter(items[i], after_dot(rest), std::string(name) + "." + before_dot(rest));
    found_ = true;
    wrong_ = std::string(name) + " has no entry called '" + before_dot(rest) +
             "'; new entries are written in a job file, where --set changes what is there";
  }

  /// "" or what is wrong, once the options have described themselves.
  std::string result() const {
    if (found_) return wrong_;
    return path_ + " is not an option" + suggestion(path_, names_);
  }

 private:
  void add(base::Overrides& options) {
    found_ = true;
    YAML::Node one;
    one[after_dot(path_)] = value_;
    base::Overrides more;
    wrong_ = assign(one, more, {});
    options.entries.insert(options.entries.end(), more.entries.begin(), more.entries.end());
  }

  template <class Group>
  void enter(Group&& options, const std::string& rest, const std::string& name) {
    Setter inner(rest, value_);
    options.describe(inner);
    found_ = true;
    const std::string reason = rest.empty() ? " is a group of options" : inner.result();
    if (!reason.empty()) wrong_ = name + (rest.empty() ? "" : ".") + reason;
  }

  std::string path_;
  YAML::Node value_;
  std::vector<std::string> names_;
  bool found_ = false;
  std::string wrong_;
};

// Text as typed is a word, a number or a comma separated list; [a, b] and {a: b} are YAML.
YAML::Node node_of(const std::string& text) {
  if (!text.starts_with('[') && !text.starts_with('{')) return YAML::Node(text);
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception&) {
    return YAML::Node(text);
  }
}

}  // namespace

Assignment parse_set(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw base::UsageError("--set " + text +
                           ": an option and its value are expected, as in --set scaling.shells=20");
  return {text.substr(0, equals), text.substr(equals + 1), "--set " + text};
}

std::string set_option(Job& job, const Assignment& assignment) {
  Setter setter(assignment.option, node_of(assignment.value));
  job.describe(setter);
  return setter.result();
}

void set_options(Job& job, const std::vector<Assignment>& assignments) {
  Mistakes mistakes;
  for (const Assignment& assignment : assignments)
    if (const std::string wrong = set_option(job, assignment); !wrong.empty())
      mistakes.add(assignment.said, wrong);
  mistakes.report("the command line");
}

}  // namespace polyform::job

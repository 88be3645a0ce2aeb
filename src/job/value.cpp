// SPDX-License-Identifier: MPL-2.0
// Values of options: from YAML, with checks, and to text.
#include "job/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/selection.hpp"

namespace polyform::job {
namespace {

// What a message calls the node.
std::string shown(const YAML::Node& node) {
  if (node.IsMap()) return "is a group of options";
  if (node.IsSequence()) return "is a list";
  if (!node.IsScalar()) return "has no value";
  return "is '" + node.Scalar() + "'";
}

template <class Number>
bool parse(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const char* begin = text.data() + (text.size() > 1 && text[0] == '+' ? 1 : 0);
  const auto [stop, failure] = std::from_chars(begin, end, value);
  return failure == std::errc() && stop == end;
}

std::string out_of_range(const std::string& text, const base::About& about) {
  const std::string unit = about.unit.empty() ? "" : " " + std::string(about.unit);
  return "is " + text + "; allowed is " + text_of(about.range) + unit;
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

// "" or what keeps a text from being a selection; what its names mean is not asked.
std::string wrong_with_selection(const std::string& text) {
  try {
    if (!text.empty()) crystal::called_sets(text);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

// A sequence of scalars, or one scalar cut at its commas.
bool words_of(const YAML::Node& node, std::vector<std::string>& words) {
  if (node.IsScalar()) {
    const std::string& text = node.Scalar();
    for (std::size_t at = 0; !text.empty() && at <= text.size();) {
      const std::size_t comma = std::min(text.find(',', at), text.size());
      const std::size_t first = std::min(text.find_first_not_of(' ', at), comma);
      const std::size_t last = text.find_last_not_of(' ', comma == 0 ? 0 : comma - 1);
      words.push_back(first < comma ? text.substr(first, last + 1 - first) : "");
      at = comma + 1;
    }
    return true;
  }
  if (!node.IsSequence()) return false;
  return std::all_of(node.begin(), node.end(), [&](const YAML::Node& item) {
    if (item.IsScalar()) words.push_back(item.Scalar());
    return item.IsScalar();
  });
}

// The scalars and lists below a map, by their full names.
std::string flatten(const YAML::Node& node, const std::string& prefix, base::Overrides& found) {
  if (!node.IsMap()) return shown(node) + ", which is not a group of options";
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return "has an entry without a name";
    const std::string name = prefix + entry.first.Scalar();
    std::vector<std::string> words;
    if (entry.second.IsMap()) {
      if (const std::string wrong = flatten(entry.second, name + ".", found); !wrong.empty())
        return wrong;
    } else if (entry.second.IsScalar()) {
      found.entries.push_back({name, entry.second.Scalar()});
    } else if (words_of(entry.second, words)) {
      found.entries.push_back({name, text_of(words)});
    } else {
      return "has " + name + ", which " + shown(entry.second);
    }
  }
  return "";
}

}  // namespace

std::string assign(const YAML::Node& node, bool& value, const base::About&) {
  if (node.IsScalar()) {
    const std::string word = lower_case(node.Scalar());
    for (const char* yes : {"true", "yes", "on"})
      if (word == yes) return value = true, "";
    for (const char* no : {"false", "no", "off"})
      if (word == no) return value = false, "";
  }
  return shown(node) + ", which is neither true nor false";
}

std::string assign(const YAML::Node& node, int& value, const base::About& about) {
  int number = 0;
  if (!node.IsScalar() || !parse(node.Scalar(), number))
    return shown(node) + ", which is not a whole number";
  if (!about.range.contains(number)) return out_of_range(node.Scalar(), about);
  value = number;
  return "";
}

std::string assign(const YAML::Node& node, double& value, const base::About& about) {
  double number = 0;
  if (!node.IsScalar() || !parse(node.Scalar(), number) || !std::isfinite(number))
    return shown(node) + ", which is not a number";
  if (!about.range.contains(number)) return out_of_range(node.Scalar(), about);
  value = number;
  return "";
}

std::string assign(const YAML::Node& node, std::string& value, const base::About& about) {
  if (!node.IsScalar()) return shown(node) + ", which is not a word";
  const auto& choices = about.choices;
  if (!choices.empty() &&
      std::find(choices.begin(), choices.end(), node.Scalar()) == choices.end()) {
    const std::string near = base::nearest(node.Scalar(), choices);
    return shown(node) + ", which is not one of " + quoted_list(choices) +
           (near.empty() ? "" : "; did you mean '" + near + "'?");
  }
  value = node.Scalar();
  return "";
}

std::string assign(const YAML::Node& node, std::vector<std::string>& value, const base::About&) {
  std::vector<std::string> words;
  if (!words_of(node, words)) return shown(node) + ", which is not a list of words";
  value = std::move(words);
  return "";
}

std::string assign(const YAML::Node& node, std::vector<double>& value, const base::About& about) {
  std::vector<std::string> words;
  if (!words_of(node, words)) return shown(node) + ", which is not a list of numbers";
  std::vector<double> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string wrong = assign(YAML::Node(words[i]), numbers[i], about);
    if (!wrong.empty()) return "entry " + std::to_string(i + 1) + " " + wrong;
  }
  value = std::move(numbers);
  return "";
}

std::string assign(const YAML::Node& node, base::Selection& value, const base::About&) {
  if (node.IsScalar()) {
    const std::string text = trimmed(node.Scalar());
    const std::string wrong = wrong_with_selection(text);
    if (!wrong.empty()) return shown(node) + ", which is not a selection of atoms: " + wrong;
    return value.text = text, "";
  }
  if (!node.IsSequence()) return shown(node) + ", which is not a selection of atoms";
  std::string text;
  for (std::size_t i = 0; i < node.size(); ++i) {
    base::Selection entry;
    std::string wrong = assign(node[i], entry, {});
    if (wrong.empty() && entry.empty()) wrong = "is empty";
    if (!wrong.empty()) return "entry " + std::to_string(i + 1) + " " + wrong;
    text += (i == 0 ? "(" : " or (") + entry.text + ")";
    if (node.size() == 1) text = entry.text;
  }
  value.text = text;
  return "";
}

std::string assign(const YAML::Node& node, base::Overrides& value, const base::About&) {
  base::Overrides found;
  if (const std::string wrong = flatten(node, "", found); !wrong.empty()) return wrong;
  value = std::move(found);
  return "";
}

std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(int value) { return std::to_string(value); }
std::string text_of(double value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string text_of(const std::string& value) {
  const std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+";
  const bool safe = !value.empty() && value != "null" && value != "Null" && value != "NULL" &&
                    value.find_first_not_of(std::string(plain) + "-") == std::string::npos &&
                    plain.find(value[0]) != std::string_view::npos;
  if (safe) return value;
  std::string text = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      text += base::format("\\x%02x", static_cast<unsigned>(c));
    else
      text += c;
  }
  return text + "\"";
}

std::string text_of(const std::vector<std::string>& value) {
  std::string text = "[";
  for (const std::string& word : value) text += (text.size() > 1 ? ", " : "") + text_of(word);
  return text + "]";
}

std::string text_of(const std::vector<double>& value) {
  std::string text = "[";
  for (double number : value) text += (text.size() > 1 ? ", " : "") + text_of(number);
  return text + "]";
}

std::string text_of(const base::Selection& value) { return text_of(value.text); }

std::string text_of(const base::Overrides& value) {
  std::string text = "{";
  for (const base::Overrides::Entry& entry : value.entries) {
    const bool list = entry.value.starts_with('[');
    text += (text.size() > 1 ? ", " : "") + entry.option + ": " +
            (list ? entry.value : text_of(entry.value));
  }
  return text + "}";
}

std::string text_of(const base::Range& range) {
  const bool low = std::isfinite(range.low), high = std::isfinite(range.high);
  if (low && high) return text_of(range.low) + " to " + text_of(range.high);
  if (low) return "at least " + text_of(range.low);
  if (high) return "at most " + text_of(range.high);
  return "";
}

}  // namespace polyform::job

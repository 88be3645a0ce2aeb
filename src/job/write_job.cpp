// SPDX-License-Identifier: MPL-2.0
// Visitors that turn a job into text: YAML, the reference page, named values.
#include "polyform/job/write_job.hpp"

#include <algorithm>
#include <map>
#include <type_traits>

#include "job/value.hpp"

namespace polyform::job {
namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// "A, 0 to 5" or "one of ML, LSQ" or "".
std::string allowed(const base::About& about) {
  std::vector<std::string> parts;
  if (!about.unit.empty()) parts.emplace_back(about.unit);
  if (const std::string range = text_of(about.range); !range.empty()) parts.push_back(range);
  if (!about.choices.empty()) parts.push_back("one of " + joined(about.choices, ", "));
  return joined(parts, ", ");
}

// Writes a job file, sentences in a column of comments.
class YamlWriter {
 public:
  template <class T>
  void operator()(std::string_view name, T& value, const base::About& about) {
    const std::string limits = allowed(about);
    line(std::string(name) + ": " + text_of(value),
         std::string(about.sentence) + (limits.empty() ? "" : " [" + limits + "]"));
  }
  template <class Group>
  void group(std::string_view name, Group& options, std::string_view sentence) {
    line(std::string(name) + ":", sentence);
    indent_ += 2;
    options.describe(*this);
    indent_ -= 2;
  }
  template <class Item>
  void list(std::string_view name, std::vector<Item>& items, std::string_view sentence) {
    line(std::string(name) + (items.empty() ? ": []" : ":"), sentence);
    indent_ += 4;
    for (Item& item : items) {
      starts_item_ = true;
      item.describe(*this);
    }
    indent_ -= 4;
  }
  std::string text;

 private:
  void line(const std::string& content, std::string_view comment) {
    std::string start(indent_, ' ');
    if (starts_item_) start[indent_ - 2] = '-';
    starts_item_ = false;
    start += content;
    start.resize(std::max(start.size() + 2, std::size_t{34}), ' ');
    text += start + "# " + std::string(comment) + "\n";
  }
  std::size_t indent_ = 0;
  bool starts_item_ = false;
};

// A table for each group of options.
class PageWriter {
 public:
  explicit PageWriter(std::string prefix) : prefix_(std::move(prefix)) {}

  template <class T>
  void operator()(std::string_view name, T& value, const base::About& about) {
    table_ += "| `" + prefix_ + std::string(name) + "` | `" + text_of(value) + "` | " +
              allowed(about) + " | " + std::string(about.sentence) + " |\n";
  }
  template <class Group>
  void group(std::string_view name, Group& options, std::string_view sentence) {
    PageWriter inner(prefix_ + std::string(name) + ".");
    options.describe(inner);
    below_ += "\n## " + prefix_ + std::string(name) + "\n\n" + std::string(sentence) + ".\n" +
              inner.text();
  }
  template <class Item>
  void list(std::string_view name, std::vector<Item>&, std::string_view sentence) {
    Item item;
    group(name, item, std::string(sentence) + " (a list)");
  }
  std::string text() const {
    const std::string head =
        "\n| option | default | unit, allowed values | what it is |\n|---|---|---|---|\n";
    return (table_.empty() ? "" : head + table_) + below_;
  }

 private:
  std::string prefix_, table_, below_;
};

// Calls see(name, value) for every option, with its full name.
template <class See>
class OptionLister {
 public:
  OptionLister(std::string prefix, See& see) : prefix_(std::move(prefix)), see_(see) {}

  template <class T>
  void operator()(std::string_view name, T& value, const base::About&) {
    see_(prefix_ + std::string(name), value);
  }
  template <class Group>
  void group(std::string_view name, Group& options, std::string_view) {
    OptionLister inner(prefix_ + std::string(name) + ".", see_);
    options.describe(inner);
  }
  template <class Item>
  void list(std::string_view name, std::vector<Item>& items, std::string_view sentence) {
    for (Item& item : items)
      group(std::string(name) + (item.name.empty() ? "" : "." + item.name), item, sentence);
  }

 private:
  std::string prefix_;
  See& see_;
};

template <class See>
void for_each_option(Job& job, See see) {
  OptionLister lister("", see);
  job.describe(lister);
}

}  // namespace

std::string write_job(Job job, const std::string& command) {
  YamlWriter writer;
  job.describe(writer);
  return "# A Polyform job with every option; 'polyform " + command + "' runs it.\n" + writer.text;
}

std::string reference_page() {
  Job job;
  PageWriter page("");
  job.describe(page);
  return "# Options\n\nEvery option of a job, as `polyform options` prints them. In a job file "
         "(YAML) a dot is a "
         "level of\nindentation; on the command line `--set scaling.shells=20` sets one. "
         "`forms.d_min` on the command\nline means every form, `forms.NAME.d_min` one of them. "
         "Paths "
         "in a job file are relative to the file.\n" +
         page.text();
}

std::vector<NamedValue> values_of(Job job) {
  std::vector<NamedValue> values;
  for_each_option(job, [&](const std::string& option, const auto& value) {
    values.push_back({option, text_of(value)});
  });
  return values;
}

std::vector<NamedSelection> selections_of(Job job) {
  std::vector<NamedSelection> selections;
  for_each_option(job, [&](const std::string& option, const auto& value) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, base::Selection>)
      if (!value.empty()) selections.push_back({option, value.text});
  });
  return selections;
}

std::vector<NamedValue> differences_from_default(const Job& job) {
  Job plain = job;
  plain.forms.clear();
  Job standard;
  std::map<std::string, std::string> before;
  for (const NamedValue& value : values_of(standard)) before[value.option] = value.value;
  std::vector<NamedValue> different;
  for (const NamedValue& value : values_of(plain)) {
    const auto usual = before.find(value.option);  // entries of lists are in no standard job
    if (usual == before.end() || usual->second != value.value) different.push_back(value);
  }
  return different;
}

}  // namespace polyform::job

// SPDX-License-Identifier: MPL-2.0
// Counting flag values.
#include "crystal/free_flags.hpp"

#include <algorithm>
#include <map>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;
using Counts = std::map<int, std::size_t>;

std::string described(const Counts& counts) {
  std::string text;
  for (const auto& [value, n] : counts) {
    text += (text.empty() ? "" : ", ") + base::format("%d (%zu times)", value, n);
    if (text.size() > 200) return text + " ...";
  }
  return text;
}

[[noreturn]] void refuse(const std::string& source, const std::string& label, const Counts& counts,
                         const std::string& why) {
  throw InputError(source + ": the test flag " + label + " " + why + "; it holds " +
                   described(counts));
}

int recognised_value(const Counts& counts, const std::string& source, const std::string& label) {
  if (counts.size() == 1)
    refuse(source, label, counts,
           "has one value only, so it marks no test set: name another flag as the third of labels, "
           "or none, or have a test set made with make_free");
  if (counts.size() > 2) {
    if (!counts.count(0))
      refuse(source, label, counts,
             "has no 0, which marks the test set where there are more than "
             "two values: state the value with free_value");
    return 0;
  }
  const auto [first, n_first] = *counts.begin();
  const auto [second, n_second] = *counts.rbegin();
  if (n_first == n_second)
    refuse(source, label, counts,
           "has two values that are equally frequent: state which marks the "
           "test set with free_value");
  return n_first < n_second ? first : second;
}

std::string convention(const Counts& counts, int value) {
  if (counts.size() > 2)
    return base::format("CCP4 (test = 0 of %d to %d)", counts.begin()->first,
                        counts.rbegin()->first);
  if (value == 0) return "CCP4 (test = 0)";
  if (value == 1) return "X-PLOR (test = 1)";
  return base::format("minority (test = %d)", value);
}

// splitmix64 (Steele, Lea & Flood 2014): a well-mixed number for each number.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

FreeConvention recognise_free(const std::vector<int>& flags, int asked, const std::string& source,
                              const std::string& label) {
  Counts counts;
  std::size_t flagged = 0;
  for (const int flag : flags)
    if (flag != -1) {
      ++counts[flag];
      ++flagged;
    }
  if (counts.empty())
    throw InputError(source + ": the test flag " + label +
                     " has no values at measured reflections; name another column with labels, or "
                     "say none for it");
  if (asked >= 0 && !counts.count(asked))
    refuse(source, label, counts, base::format("never has the value %d asked for", asked));
  const int value = asked >= 0 ? asked : recognised_value(counts, source, label);
  if (counts[value] == flagged)
    refuse(source, label, counts,
           base::format("puts all reflections into the test set (value %d): none is left to refine "
                        "against; state another value or column",
                        value));
  if (2 * counts[value] > flagged)
    refuse(
        source, label, counts,
        base::format("puts more than half of the reflections into the test set (value %d): state "
                     "another value with free_value",
                     value));
  return {value,
          asked >= 0 ? base::format("stated (test = %d)", asked) : convention(counts, value)};
}

int made_flag(const Hkl& hkl, int per_cent, std::uint64_t seed) {
  std::uint64_t key = mixed(seed);
  for (const int index : hkl)
    key = mixed(key ^ static_cast<std::uint64_t>(static_cast<std::int64_t>(index)));
  const double unit = static_cast<double>(key >> 11) * 0x1p-53;
  return unit * 100.0 < per_cent ? 0 : 1;
}

}  // namespace polyform::crystal

// SPDX-License-Identifier: MPL-2.0
// Reflection files to reflections: columns chosen, intensities made amplitudes, test set
// recognised.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/base/option.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

struct DataOptions {
  std::vector<std::string> labels;  // F,SIGF,FREE or I,SIGI,FREE
  int free_value = -1;
  double d_min = 0.0;
  double d_max = 0.0;
  int make_free = 0;
  bool test_set = true;
  bool prefer_intensities = false;
  double sigma_cutoff = 0.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("labels", labels,
          {.sentence = "Columns: amplitude or intensity, its sigma, free flag (empty: chosen)"});
    visit("free_value", free_value,
          {.sentence = "Value of the free flag that marks the test set (-1: recognised)",
           .range = {-1, 1000}});
    visit("d_min", d_min,
          {.sentence = "Reflections beyond this resolution are left out (0: all are used)",
           .unit = "A",
           .range = {0, 100}});
    visit("d_max", d_max,
          {.sentence = "Reflections below this resolution are left out (0: all are used)",
           .unit = "A",
           .range = {0, 10000}});
    visit("make_free", make_free,
          {.sentence = "Per cent of the reflections to set aside where the file has no test set",
           .unit = "%",
           .range = {0, 50}});
    visit("test_set", test_set,
          {.sentence = "Keep the test set out of refinement (false: all reflections are refined "
                       "against, as for a last cycle before deposition, and there is no R-free; for "
                       "the targets ML_FK, LSQ, MAP and DIFF)"});
    visit("prefer_intensities", prefer_intensities,
          {.sentence = "Take intensities (French and Wilson) even where the file has amplitudes"});
    visit("sigma_cutoff", sigma_cutoff,
          {.sentence = "Reflections with F below this many sigmas are left out", .range = {0, 10}});
  }
};

/// Reflections with what was decided on the way, for the log and summary.json.
struct Data {
  Reflections reflections;
  gemmi::UnitCell cell;
  std::string space_group;                               ///< Hermann-Mauguin
  double wavelength = 0.0;                               ///< [A], 0 when not stated
  std::string source;                                    ///< file name, for messages
  std::string amplitude_label, sigma_label, free_label;  ///< as in the file; "" when absent
  bool from_intensities = false;
  int free_value = -1;          ///< the value that marks the test set; -1: no test set
  std::string free_convention;  ///< "CCP4 (test = 0)", "X-PLOR (test = 1)", "none", "not used", ...
};

/// Reads MTZ or structure-factor mmCIF (plain or .gz) by content. Maps indices into the reciprocal
/// asymmetric unit (flags travel along), merges Friedel pairs (inverse-variance mean) and
/// duplicates, drops absences, rejects F <= 0, sigma <= 0 and NaN, turns intensities into
/// amplitudes, completes the list with unobserved reflections to d_min, recognises the test set:
/// more than two flag values: CCP4, 0; two values: the rarer one marks it. Throws InputError for:
/// no such file, not a reflection file, truncated, no amplitude or intensity columns (naming what
/// there is), asked-for columns that do not exist, all reflections in the test set, a flag with one
/// value only, none left after cutoffs. Missing test flags: the reflection is work, counted in the
/// log. seed: of make_free. Not collective.
Data read_reflections(const std::filesystem::path& path, const DataOptions& options,
                      std::uint64_t seed, base::Log& log);

}  // namespace polyform::crystal

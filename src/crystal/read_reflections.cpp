// SPDX-License-Identifier: MPL-2.0
// Reading data: file, columns, test set, merging, amplitudes, completion, in this order.
#include "polyform/crystal/read_reflections.hpp"

#include <cmath>
#include <limits>
#include <set>

#include "crystal/choose_columns.hpp"
#include "crystal/cif_document.hpp"
#include "crystal/complete_reflections.hpp"
#include "crystal/file_content.hpp"
#include "crystal/free_flags.hpp"
#include "crystal/listing.hpp"
#include "crystal/merge_reflections.hpp"
#include "crystal/reflection_table.hpp"
#include "crystal/wild_amplitudes.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/french_wilson.hpp"

namespace polyform::crystal {
namespace {

using base::format;
using base::InputError;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ReflectionTable read_table(const std::filesystem::path& path, base::Log& log) {
  const std::string content = read_file(path), source = path.string();
  if (content.compare(0, 4, "MTZ ") == 0) return table_of_mtz(content, source, log);
  if (looks_like_cif(content)) return table_of_cif(content, source, log);
  throw InputError("cannot read " + source +
                   " as reflections: it is neither MTZ nor structure-factor mmCIF" +
                   (share_of_binary(content) > 0.02 ? " but another binary file" : "") +
                   "; convert it to MTZ first");
}

Crystal crystal_of(const ReflectionTable& table, const TableColumn& column) {
  try {
    return make_crystal(column.cell, table.space_group);
  } catch (const InputError& error) {
    throw InputError(table.source + ": " + error.what());
  }
}

std::vector<int> flags_of_measured(const std::vector<Observation>& observations) {
  std::vector<int> flags;
  for (const Observation& o : observations)
    if (!std::isnan(o.value)) flags.push_back(o.flag);
  return flags;
}

// A flag with one value marks nothing; where a new set is asked for anyway, that is no error.
bool makes_a_new_set(const std::vector<Observation>& observations, const DataOptions& options) {
  if (options.make_free == 0 || options.free_value >= 0) return false;
  std::set<int> values;
  for (const int flag : flags_of_measured(observations))
    if (flag != -1) values.insert(flag);
  return values.size() < 2;
}

std::size_t count_measured(const std::vector<Observation>& observations) {
  std::size_t n = 0;
  for (const Observation& o : observations) n += std::isnan(o.value) ? 0 : 1;
  return n;
}

// Intensities are replaced by the amplitudes they imply, in place.
void to_amplitudes(std::vector<Observation>& observations, const Crystal& crystal,
                   const std::string& source, base::Log& log) {
  const gemmi::GroupOps operations = crystal.space_group->operations();
  std::vector<double> intensity, sigma, inverse_d2;
  std::vector<std::uint8_t> epsilon, centric;
  for (const Observation& o : observations) {
    intensity.push_back(o.value);
    sigma.push_back(o.sigma);
    inverse_d2.push_back(crystal.inverse_d2(o.hkl));
    epsilon.push_back(
        static_cast<std::uint8_t>(operations.epsilon_factor_without_centering(o.hkl)));
    centric.push_back(operations.is_reflection_centric(o.hkl) ? 1 : 0);
  }
  const Amplitudes amplitudes = french_wilson(intensity, sigma, epsilon, centric, inverse_d2);
  std::size_t negative = 0;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    negative += intensity[i] < 0 ? 1 : 0;
    observations[i].value = amplitudes.f[i];
    observations[i].sigma = amplitudes.sigma[i];
  }
  log.info(source + ": amplitudes from intensities (French & Wilson 1978), " +
           counted(negative, "negative one") + ", " + std::to_string(amplitudes.n_rejected) +
           " below -3.7 sigma rejected");
}

struct Cutoffs {
  std::size_t resolution = 0, sigma = 0;
};

Cutoffs apply_cutoffs(std::vector<Observation>& observations, const Crystal& crystal,
                      const DataOptions& options) {
  Cutoffs cut;
  for (Observation& o : observations) {
    if (std::isnan(o.value)) continue;
    const double d = 1.0 / std::sqrt(crystal.inverse_d2(o.hkl));
    const bool outside = (options.d_min > 0 && d < options.d_min * (1 - 1e-9)) ||
                         (options.d_max > 0 && d > options.d_max * (1 + 1e-9));
    const bool weak =
        options.sigma_cutoff > 0 && o.sigma > 0 && o.value < options.sigma_cutoff * o.sigma;
    cut.resolution += outside ? 1 : 0;
    cut.sigma += !outside && weak ? 1 : 0;
    if (outside || weak) o.value = o.sigma = nan;
  }
  return cut;
}

void report(const std::string& source, const Rejections& r, const Cutoffs& cut, base::Log& log) {
  const auto say = [&](std::size_t n, const std::string& what) {
    if (n) log.info(source + ": " + counted(n, "reflection") + " " + what);
  };
  say(r.absent, "systematically absent, left out");
  say(r.not_positive, "with F <= 0, taken as unobserved");
  say(r.bad_sigma, "without a positive sigma, taken as unobserved");
  say(r.duplicates, "averaged with an equivalent");
  say(cut.resolution, "outside of the resolution asked for, left out");
  say(cut.sigma, "below the sigma cutoff, taken as unobserved");
  if (r.flag_conflicts)
    log.warning(source + ": " + counted(r.flag_conflicts, "reflection") +
                " with contradictory test flags among equivalents; they go to the test set where "
                "one of them says so");
}

void warn_of_wild(const std::vector<Observation>& observations, const Crystal& crystal,
                  const std::string& source, base::Log& log) {
  const std::vector<std::string> wild = wild_amplitudes(observations, crystal);
  if (!wild.empty())
    log.warning(
        source + ": " + counted(wild.size(), "reflection") +
        " more than 30 times as strong as others of their resolution, taken as they stand: " +
        listed(wild) + "; remove them from the file if they are no measurements");
}

[[noreturn]] void nothing_left(const std::string& source, const Rejections& r, const Cutoffs& cut) {
  throw InputError(
      source + format(": no reflection is left to refine against (%zu without a value, %zu with "
                      "F <= 0, %zu without a positive sigma, %zu absent, %zu outside of the "
                      "resolution asked for, %zu below the sigma cutoff); relax d_min, "
                      "d_max or sigma_cutoff, or choose other columns",
                      r.missing, r.not_positive, r.bad_sigma, r.absent, cut.resolution, cut.sigma));
}

// Work and test by the flags; returns how many measured reflections have none.
std::size_t set_use(Reflections& reflections, int test_value) {
  std::size_t without = 0;
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    if (reflections.use[i] == Use::unobserved) continue;
    without += reflections.flag[i] == -1 ? 1 : 0;
    reflections.use[i] = reflections.flag[i] == test_value ? Use::test : Use::work;
  }
  return without;
}

void make_free(Data& data, int per_cent, std::uint64_t seed, base::Log& log) {
  Reflections& r = data.reflections;
  for (std::size_t i = 0; i < r.size(); ++i) r.flag[i] = made_flag(r.hkl[i], per_cent, seed);
  set_use(r, 0);
  data.free_value = 0;
  data.free_convention = format("made (test = 0, %d %% at random)", per_cent);
  log.warning(data.source + ": " + counted(r.count(Use::test), "reflection") +
              format(" (%d %%) set aside as a new test set; R-free is biased if the model was "
                     "refined against them before",
                     per_cent));
}

void settle_test_set(Data& data, const DataOptions& options, std::uint64_t seed, base::Log& log) {
  Reflections& r = data.reflections;
  if (!options.test_set) {
    set_use(r, std::numeric_limits<int>::min());
    data.free_value = -1;
    data.free_convention = "not used";
    log.warning(data.source + ": all reflections are refined against (test_set: false): no R-free");
    return;
  }
  if (data.free_value >= 0 || data.free_convention != "none") {
    const std::size_t without = set_use(r, data.free_value);
    log.info(data.source + ": test set by " + data.free_label + ", " + data.free_convention);
    if (without)
      log.info(data.source + ": " + counted(without, "measured reflection") +
               " without a test flag, taken as work");
    if (options.make_free > 0)
      log.info(data.source + ": make_free is not needed, the file has a test set");
  } else if (options.make_free > 0) {
    make_free(data, options.make_free, seed, log);
  } else {
    log.warning(data.source +
                " has no test set: no R-free, and no likelihood targets that need one; "
                "make_free sets one aside");
  }
}

void report_extent(const Data& data, base::Log& log) {
  const Reflections& r = data.reflections;
  const std::size_t test = r.count(Use::test), work = r.count(Use::work);
  const double complete = 100.0 * static_cast<double>(work + test) / static_cast<double>(r.size());
  log.info(data.source +
           format(": %zu reflections, %zu work and %zu test, %.2f to %.2f A, %.1f %% of "
                  "%zu",
                  work + test, work, test, r.d_max(), r.d_min(), complete, r.size()));
  if (complete < 50)
    log.warning(data.source +
                format(": only %.1f %% of the reflections to %.2f A are measured; check "
                       "the cell and d_min",
                       complete, r.d_min()));
}

}  // namespace

Data read_reflections(const std::filesystem::path& path, const DataOptions& options,
                      std::uint64_t seed, base::Log& log) {
  const ReflectionTable table = read_table(path, log);
  const ChosenColumns chosen = choose_columns(table, options, log);
  const auto label = [&](int i) {
    return i < 0 ? std::string() : table.columns[static_cast<std::size_t>(i)].label;
  };
  const TableColumn& measured = table.columns[static_cast<std::size_t>(chosen.value)];
  const Crystal crystal = crystal_of(table, measured);

  Data data;
  data.source = table.source;
  data.cell = crystal.cell;
  data.space_group = crystal.space_group->xhm();
  data.wavelength = measured.wavelength;
  data.amplitude_label = label(chosen.value);
  data.sigma_label = label(chosen.sigma);
  data.free_label = label(chosen.flag);
  data.from_intensities = chosen.quantity == Quantity::intensity;
  data.free_convention = "none";

  Rejections rejections;
  std::vector<Observation> observations = observations_of(table, chosen, crystal, rejections);
  if (count_measured(observations) == 0) nothing_left(data.source, rejections, {});
  if (chosen.flag >= 0 && !makes_a_new_set(observations, options)) {
    const bool status = table.columns[static_cast<std::size_t>(chosen.flag)].type == status_type;
    const FreeConvention convention =
        status ? by_status
               : recognise_free(flags_of_measured(observations), options.free_value, data.source,
                                data.free_label);
    data.free_value = convention.test_value;
    data.free_convention = convention.name;
  }
  observations = merged(std::move(observations), data.free_value, crystal, rejections);
  if (count_measured(observations) == 0) nothing_left(data.source, rejections, {});
  if (data.from_intensities) to_amplitudes(observations, crystal, data.source, log);
  const Cutoffs cut = apply_cutoffs(observations, crystal, options);
  if (count_measured(observations) == 0) nothing_left(data.source, rejections, cut);
  report(data.source, rejections, cut, log);
  warn_of_wild(observations, crystal, data.source, log);
  if (chosen.sigma < 0)
    log.info(data.source + ": " + data.amplitude_label + " has no sigma column");
  data.reflections = completed(observations, crystal, options.d_max, data.source);
  settle_test_set(data, options, seed, log);
  if (data.reflections.count(Use::work) == 0)
    throw InputError(data.source +
                     ": all reflections are in the test set, none is left to refine "
                     "against; state free_value or another flag with labels");
  report_extent(data, log);
  return data;
}

}  // namespace polyform::crystal

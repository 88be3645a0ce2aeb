// SPDX-License-Identifier: MPL-2.0
// Mapping into the asymmetric unit and averaging.
#include "crystal/merge_reflections.hpp"

// gemmi leaves a matrix of ReciprocalAsu unset where the setting does not need it.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polyform::crystal {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Values of one pair of columns, with what cannot be used turned into NaN.
class Measurements {
 public:
  Measurements(const ReflectionTable& table, int value, int sigma, Quantity quantity)
      : value_(column(table, value)), sigma_(column(table, sigma)), quantity_(quantity) {
    // A sigma column without one positive number is no sigma column.
    if (sigma_ && quantity == Quantity::amplitude &&
        std::none_of(sigma_->begin(), sigma_->end(), [](double s) { return s > 0; }))
      sigma_ = nullptr;
  }

  double sigma(std::size_t row) const { return sigma_ ? (*sigma_)[row] : nan; }

  double value(std::size_t row, Rejections& rejections) const {
    const double x = (*value_)[row], s = sigma(row);
    if (!std::isfinite(x)) {
      ++rejections.missing;
      return nan;
    }
    if (quantity_ == Quantity::amplitude && x <= 0) {
      ++rejections.not_positive;
      return nan;
    }
    if (s <= 0 || (quantity_ == Quantity::intensity && std::isnan(s))) {
      ++rejections.bad_sigma;
      return nan;
    }
    return x;
  }

 private:
  static const std::vector<double>* column(const ReflectionTable& table, int i) {
    return i < 0 ? nullptr : &table.columns[static_cast<std::size_t>(i)].value;
  }
  const std::vector<double>* value_;
  const std::vector<double>* sigma_;
  Quantity quantity_;
};

int flag_of(const ReflectionTable& table, int column, std::size_t row) {
  if (column < 0) return -1;
  const double x = table.columns[static_cast<std::size_t>(column)].value[row];
  return std::isnan(x) || std::abs(x) > 1e6 ? -1 : static_cast<int>(std::lround(x));
}

// A run of observations of one reflection, [begin, end).
Observation average(const Observation* begin, const Observation* end, int test_value,
                    Rejections& rejections) {
  Observation mean{begin->hkl, nan, nan, -1};
  std::size_t n = 0;
  bool weighted = true;
  for (const Observation* o = begin; o != end; ++o) {
    if (o->flag != -1 && mean.flag != -1 && o->flag != mean.flag) ++rejections.flag_conflicts;
    if (mean.flag == -1 || (o->flag == test_value && o->flag != -1)) mean.flag = o->flag;
    if (std::isnan(o->value)) continue;
    ++n;
    weighted = weighted && o->sigma > 0;
  }
  if (n == 0) return mean;
  double sum = 0, weights = 0;
  for (const Observation* o = begin; o != end; ++o) {
    if (std::isnan(o->value)) continue;
    const double w = weighted ? 1.0 / (o->sigma * o->sigma) : 1.0;
    sum += w * o->value;
    weights += w;
    if (n == 1) mean.sigma = o->sigma;
  }
  mean.value = sum / weights;
  if (n > 1 && weighted) mean.sigma = 1.0 / std::sqrt(weights);
  rejections.duplicates += n - 1;
  return mean;
}

}  // namespace

std::vector<Observation> observations_of(const ReflectionTable& table, const ChosenColumns& chosen,
                                         const Crystal& crystal, Rejections& rejections) {
  const gemmi::GroupOps operations = crystal.space_group->operations();
  const gemmi::ReciprocalAsu asu(crystal.space_group);
  const Measurements first(table, chosen.value, chosen.sigma, chosen.quantity);
  const bool pair = chosen.minus >= 0;
  const Measurements second =
      pair ? Measurements(table, chosen.minus, chosen.minus_sigma, chosen.quantity) : first;
  std::vector<Observation> all;
  all.reserve(table.hkl.size());
  for (std::size_t row = 0; row < table.hkl.size(); ++row) {
    const Hkl hkl = asu.to_asu(table.hkl[row], operations).first;
    int flag = flag_of(table, chosen.flag, row);
    if (flag == -1) flag = flag_of(table, chosen.minus_flag, row);
    const Observation plus{hkl, first.value(row, rejections), first.sigma(row), flag};
    all.push_back(plus);
    if (!pair) continue;
    const Observation minus{hkl, second.value(row, rejections), second.sigma(row), flag};
    // A centric reflection may be written into both columns: that is one measurement.
    const bool same = plus.value == minus.value && plus.sigma == minus.sigma;
    if (!same && !std::isnan(minus.value)) all.push_back(minus);
  }
  return all;
}

std::vector<Observation> merged(std::vector<Observation> observations, int test_value,
                                const Crystal& crystal, Rejections& rejections) {
  const gemmi::GroupOps operations = crystal.space_group->operations();
  std::stable_sort(observations.begin(), observations.end(),
                   [](const Observation& a, const Observation& b) { return a.hkl < b.hkl; });
  std::vector<Observation> result;
  const Observation* const end = observations.data() + observations.size();
  for (const Observation* begin = observations.data(); begin != end;) {
    const Observation* next = begin;
    while (next != end && next->hkl == begin->hkl) ++next;
    const bool origin = begin->hkl == Hkl{0, 0, 0};
    if (origin || operations.is_systematically_absent(begin->hkl)) {
      if (std::any_of(begin, next, [](const Observation& o) { return !std::isnan(o.value); }))
        ++rejections.absent;
    } else {
      result.push_back(average(begin, next, test_value, rejections));
    }
    begin = next;
  }
  return result;
}

}  // namespace polyform::crystal

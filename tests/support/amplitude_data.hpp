// SPDX-License-Identifier: MPL-2.0
// Reflections with structure factors drawn at random or read from a reference file, for tests of
// scales, targets and error estimates.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "polyform/targets/share.hpp"
#include "support/session.hpp"

namespace polyform::test {

using targets::Complex;
using targets::Share;

/// A form with structure factors of all its reflections, the same on every rank.
struct AmplitudeData {
  crystal::Crystal crystal;
  crystal::Reflections all;
  std::vector<Complex> f_calc, f_mask;
  std::vector<Complex> f_model;

  /// This rank's share of an even partition.
  Share share(const parallel::Communicator& team) const;
};

/// This rank's part of an array of all reflections.
template <class T>
std::vector<T> owned(const std::vector<T>& all, const Share& share) {
  return {all.begin() + static_cast<std::ptrdiff_t>(share.own.begin),
          all.begin() + static_cast<std::ptrdiff_t>(share.own.end)};
}

/// All reflections to d_min with F_calc by Wilson's distribution (B = 20 A^2, epsilon and centric
/// reflections minded) and an F_mask that falls off with resolution and opposes F_calc, as solvent
/// does. F_obs = |F_model| = |F_calc|; one reflection in `test_every` (0: none) is a test
/// reflection.
AmplitudeData random_form(const std::string& space_group, const std::array<double, 6>& cell,
                          double d_min, unsigned seed, unsigned test_every = 10);

/// F_model = k exp(-s'Bs/4) (F_calc + k_sol exp(-b_sol s^2/4) F_mask) and F_obs = |F_model|.
void set_scaled_amplitudes(AmplitudeData& data, double k, const kernels::Sym3& b_cart, double k_sol,
                           double b_sol);

/// F_obs = |alpha F_model + e|, e a normal error of variance epsilon beta (along F_model where
/// centric), with alpha and beta of each reflection.
void set_observed_with_errors(AmplitudeData& data, const std::vector<double>& alpha,
                              const std::vector<double>& beta, unsigned seed);

/// tests/oracle/<name>.json, as amplitude_reference.py writes it.
nlohmann::json read_reference(const std::string& name);
/// Its reflections, F_calc and F_mask, and F_model where it has one.
AmplitudeData form_of(const nlohmann::json& reference);
std::vector<Complex> complex_column(const nlohmann::json& reference, const std::string& name);

}  // namespace polyform::test

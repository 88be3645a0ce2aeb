// SPDX-License-Identifier: MPL-2.0
// Bulk solvent and scales: F_model = K(h) [F_calc + k_mask(s) F_mask].
#include "polyform/targets/scaling.hpp"
#include "polyform/kernels/magnitude.hpp"

#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/base/error.hpp"
#include "polyform/kernels/invariant_tensors.hpp"
#include "scale_fit.hpp"
#include "shell_mask_fit.hpp"

namespace polyform::targets {
namespace {

using kernels::Mat3;
using kernels::Vec3;

constexpr int least_in_shell = 30;  // work reflections, for a scale of its own
// k_mask by shells, and scale and overall B with it, take turns until k_mask stands still.
constexpr int most_turns = 20;
constexpr double still = 1e-4;  // [e/A^3]

std::vector<char> work_marks(const crystal::Reflections& reflections) {
  std::vector<char> marks(reflections.size());
  for (std::size_t i = 0; i < marks.size(); ++i)
    marks[i] = reflections.use[i] == crystal::Use::work;
  return marks;
}

// Tensors an overall B may be made of; the first is isotropic.
std::vector<Mat3> allowed_tensors(const crystal::Crystal& crystal, bool anisotropic) {
  std::vector<Mat3> rotations;
  for (const auto& op : crystal.primitive)
    rotations.push_back(crystal.orthogonalise * op.rotation.cast<double>() * crystal.fractionalise);
  std::vector<Mat3> tensors = kernels::invariant_tensors(rotations);
  if (!anisotropic) tensors.resize(1);
  return tensors;
}

struct Powers {
  double calc, mask, obs;
  long n_work;
};
// Sums of |F|^2 over the work set. Collective over team.
Powers powers(const Share& share, std::span<const Complex> f_calc,
              std::span<const Complex> f_mask) {
  std::array<double, 4> sums{};
  for (std::size_t k = 0; k < share.size(); ++k) {
    if (!in_work(share, k)) continue;
    sums[0] += std::norm(f_calc[k]);
    if (!f_mask.empty()) sums[1] += std::norm(f_mask[k]);
    sums[2] += share.all.f_obs[share.global(k)] * share.all.f_obs[share.global(k)];
    sums[3] += 1.0;
  }
  share.team.sum(sums);
  return {sums[0], sums[1], sums[2], std::lround(sums[3])};
}

void require_something_to_fit(const Powers& power) {
  if (power.n_work == 0)
    throw base::InputError(
        "there is no work reflection to scale to; check the resolution limits and which value of "
        "the free flags marks the test set");
  if (!std::isfinite(power.calc) || !std::isfinite(power.mask) || !std::isfinite(power.obs))
    throw base::InputError(
        "F_obs, F_calc or F_mask holds a value that is not a number; check the coordinates, B "
        "factors and occupancies of the model and the amplitudes");
  if (!(power.calc > 0.0) || !(power.obs > 0.0))
    throw base::InputError(
        "all F_calc or all F_obs of the work set are zero, so that no scale exists; check the "
        "occupancies and B factors of the model and the column of amplitudes");
}

}  // namespace

Scaling::Scaling(const Share& share, const ScalingOptions& options)
    : share_(share),
      options_(options),
      shells_(share.all, work_marks(share.all), options.shells, least_in_shell) {
  parameters_.b_sol = options.b_sol;
  update_factors();
}

void Scaling::fit(std::span<const Complex> f_calc, std::span<const Complex> f_mask) {
  const Powers power = powers(share_, f_calc, f_mask);
  require_something_to_fit(power);
  const bool has_solvent = options_.bulk_solvent && power.mask > 1e-12 * power.calc;
  const auto solvent = !has_solvent              ? ScaleFit::Solvent::absent
                       : options_.refine_solvent ? ScaleFit::Solvent::fitted
                                                 : ScaleFit::Solvent::fixed;
  const ScaleFit fit(share_, allowed_tensors(share_.crystal, options_.anisotropic), f_calc, f_mask,
                     solvent);

  ScaleParameters start = parameters_;
  start.shell_scale.clear();
  start.shell_mask.clear();
  const bool known = fitted_ && (solvent != ScaleFit::Solvent::fitted || start.k_sol > 0.0);
  if (!has_solvent) start.k_sol = 0.0;
  if (has_solvent && (!known || solvent == ScaleFit::Solvent::fixed)) {
    start.k_sol = options_.k_sol;
    start.b_sol = options_.b_sol;
  }
  parameters_ = known ? fit.from(start) : fit.from_grid(start);
  fitted_ = true;
  update_factors();
  fit_shells(f_calc, f_mask);
  if (has_solvent && options_.shell_mask) fit_mask_of_shells(f_calc, f_mask);
}

void Scaling::fit_mask_of_shells(std::span<const Complex> f_calc, std::span<const Complex> f_mask) {
  const ScaleParameters smooth = parameters_;
  MaskCurve start{mask_nodes(share_.all), {}};
  for (double s2 : start.s2) start.k_mask.push_back(k_mask(smooth.k_sol, smooth.b_sol, s2));
  MaskCurve here = start;
  std::vector<Complex> scaled_mask(share_.size());
  for (int turn = 0; turn < most_turns; ++turn) {
    const MaskCurve next = fit_shell_mask(share_, f_calc, f_mask, k_total_, start);
    double shift = 0;
    for (std::size_t j = 0; j < next.k_mask.size(); ++j)
      shift = std::max(shift, std::abs(next.k_mask[j] - here.k_mask[j]));
    here = next;
    for (std::size_t k = 0; k < share_.size(); ++k)
      scaled_mask[k] = value_at(here, share_.all.inverse_d2[share_.global(k)]) * f_mask[k];
    const ScaleFit fit(share_, allowed_tensors(share_.crystal, options_.anisotropic), f_calc,
                       scaled_mask, ScaleFit::Solvent::fixed);
    ScaleParameters whole = parameters_;  // the mask is scaled already
    whole.k_sol = 1.0;
    whole.b_sol = 0.0;
    parameters_ = fit.from(whole);
    parameters_.k_sol = smooth.k_sol;
    parameters_.b_sol = smooth.b_sol;
    parameters_.mask_s2 = here.s2;
    parameters_.shell_mask = here.k_mask;
    update_factors();
    fit_shells(f_calc, f_mask);
    if (shift < still) break;
  }
}

double Scaling::k_mask_at(double s2) const {
  const ScaleParameters& p = parameters_;
  if (p.shell_mask.empty()) return k_mask(p.k_sol, p.b_sol, s2);
  return value_at({p.mask_s2, p.shell_mask}, s2) * std::exp(-0.25 * p.mask_b * s2);
}

Scaling::ShellScales Scaling::shell_scales() const {
  if (options_.shell_scales == "none") return ShellScales::none;
  if (options_.shell_scales == "independent") return ShellScales::independent;
  if (options_.shell_scales == "averaged") return ShellScales::averaged;
  return options_.bulk_solvent ? ShellScales::averaged : ShellScales::independent;
}

void Scaling::fit_shells(std::span<const Complex> f_calc, std::span<const Complex> f_mask) {
  if (shell_scales() == ShellScales::none) return;
  const auto n = static_cast<std::size_t>(shells_.size());
  std::vector<Complex> f_model(share_.size());
  apply(f_calc, f_mask, f_model);
  std::vector<double> sums(2 * n, 0.0);  // Fo Fm, Fm^2
  for (std::size_t k = 0; k < share_.size(); ++k) {
    if (!in_work(share_, k)) continue;
    const std::size_t i = share_.global(k);
    const auto shell = static_cast<std::size_t>(shells_.of(i));
    sums[shell] += share_.all.f_obs[i] * kernels::magnitude(f_model[k]);
    sums[n + shell] += std::norm(f_model[k]);
  }
  share_.team.sum(sums);
  parameters_.shell_scale.assign(n, 1.0);
  for (std::size_t shell = 0; shell < n; ++shell)
    if (sums[shell] > 0.0 && sums[n + shell] > 0.0)
      parameters_.shell_scale[shell] = sums[shell] / sums[n + shell];
  update_factors();
}

double Scaling::shell_scale_at(std::size_t reflection) const {
  const std::vector<double>& scale = parameters_.shell_scale;
  if (scale.empty()) return 1.0;
  return shell_scales() == ShellScales::independent
             ? scale[static_cast<std::size_t>(shells_.of(reflection))]
             : shells_.interpolate(scale, share_.all.inverse_d2[reflection]);
}

void Scaling::update_factors() {
  k_total_.resize(share_.size());
  k_mask_.resize(share_.size());
  const Mat3 b = kernels::matrix_of(parameters_.b_cart);
  for (std::size_t k = 0; k < share_.size(); ++k) {
    const std::size_t i = share_.global(k);
    const crystal::Hkl& hkl = share_.all.hkl[i];
    const Vec3 s = share_.crystal.fractionalise.transpose() * Vec3(hkl[0], hkl[1], hkl[2]);
    k_total_[k] = parameters_.k_overall * shell_scale_at(i) * std::exp(-0.25 * s.dot(b * s));
    k_mask_[k] = k_mask_at(share_.all.inverse_d2[i]);
  }
}

void Scaling::apply(std::span<const Complex> f_calc, std::span<const Complex> f_mask,
                    std::span<Complex> f_model) const {
  const bool solvent =
      !f_mask.empty() && (parameters_.k_sol > 0.0 || !parameters_.shell_mask.empty());
  for (std::size_t k = 0; k < share_.size(); ++k)
    f_model[k] = k_total_[k] * (solvent ? f_calc[k] + k_mask_[k] * f_mask[k] : f_calc[k]);
}

std::span<const double> Scaling::k_total() const { return k_total_; }

double Scaling::release_isotropic_b(base::Range allowed) {
  const double b = std::clamp(kernels::trace(parameters_.b_cart) / 3.0, allowed.low, allowed.high);
  for (std::size_t i = 0; i < 3; ++i) parameters_.b_cart[i] -= b;
  parameters_.b_sol += b;
  parameters_.mask_b += b;
  update_factors();
  return b;
}

const ScaleParameters& Scaling::parameters() const { return parameters_; }

void Scaling::set_parameters(const ScaleParameters& parameters) {
  parameters_ = parameters;
  fitted_ = true;
  update_factors();
}

const Shells& Scaling::shells() const { return shells_; }

}  // namespace polyform::targets

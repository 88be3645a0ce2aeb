// SPDX-License-Identifier: MPL-2.0
// Bulk solvent and scales: F_model = K(h) [F_calc + k_mask(s) F_mask], fitted to the work set.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/targets/share.hpp"
#include "polyform/targets/shells.hpp"

namespace polyform::targets {

struct ScalingOptions {
  int shells = 10;
  bool bulk_solvent = true;
  bool refine_solvent = true;
  double k_sol = 0.35;
  double b_sol = 46.0;
  bool anisotropic = true;
  std::string shell_scales = "auto";
  bool shell_mask = false;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("shells", shells, {.sentence = "Resolution shells of scales and R", .range = {1, 200}});
    visit("bulk_solvent", bulk_solvent, {.sentence = "Flat bulk solvent in F_model"});
    visit("refine_solvent", refine_solvent, {.sentence = "Fit k_sol and B_sol"});
    visit("k_sol", k_sol,
          {.sentence = "Solvent density, to start with", .unit = "e/A^3", .range = {0, 1}});
    visit("b_sol", b_sol,
          {.sentence = "Solvent B, to start with", .unit = "A^2", .range = {0, 400}});
    visit("anisotropic", anisotropic,
          {.sentence = "Anisotropic overall B, as the crystal system allows"});
    visit("shell_scales", shell_scales,
          {.sentence =
               "Scale of each shell: its own (independent), a smooth curve (averaged), none, or "
               "(auto) averaged with bulk solvent and independent without",
           .choices = {"auto", "independent", "averaged", "none"}});
    visit("shell_mask", shell_mask,
          {.sentence = "Fit the part of the mask, k_mask, in resolution shells, each for itself, "
                       "from k_sol and B_sol as the start; between shells it is interpolated"});
  }
};

/// What a fit found.
struct ScaleParameters {
  double k_overall = 1.0;
  kernels::Sym3 b_cart{};           ///< [A^2] Cartesian, trace included
  double k_sol = 0.0, b_sol = 0.0;  ///< [e/A^3], [A^2]
  std::vector<double> shell_scale;  ///< one a shell, near 1; empty: none
  /// k_mask [e/A^3] of shells of its own, at these s^2 [1/A^2]; empty: k_sol and B_sol say all.
  std::vector<double> mask_s2, shell_mask;
  double mask_b = 0.0;  ///< [A^2] shell_mask counts with exp(-mask_b s^2/4)
  void travel(parallel::Packet& p) {
    p(k_overall)(b_cart)(k_sol)(b_sol)(shell_scale)(mask_s2)(shell_mask)(mask_b);
  }
};

/// Scales of one form. K(h) = k_overall k_shell(s) exp(-h'Bh/4), k_mask(s) = k_sol exp(-B_sol
/// s^2/4) or a curve through shells, each fitted within [0, 1] e/A^3. Fokine & Urzhumtsev (2002)
/// Acta Cryst. D58, 1387; Afonine et al. (2005) D61, 850; (2013) D69, 625.
class Scaling {
 public:
  Scaling(const Share& share, const ScalingOptions& options);

  /// Fits everything the options ask to the work set: minimises sum_work (F_obs - |F_model|)^2 (the
  /// start found on a grid of k_sol and B_sol when there was no fit before). f_calc, f_mask: owned.
  /// Collective over team.
  void fit(std::span<const Complex> f_calc, std::span<const Complex> f_mask);

  /// F_model at the owned reflections; f_mask may be empty without solvent. Not collective.
  void apply(std::span<const Complex> f_calc, std::span<const Complex> f_mask,
             std::span<Complex> f_model) const;
  /// K(h) at the owned reflections: dF_model/dF_calc.
  std::span<const double> k_total() const;

  /// Moves the isotropic part of b_cart (trace/3, as far as `allowed` [A^2]) out of it and returns
  /// it, to be added to the B of all atoms: F_model stays the same once they have it, since B_sol
  /// (and mask_b) grows by the same amount. The next fit brings B_sol back into its range if that
  /// left it.
  double release_isotropic_b(base::Range allowed = {});

  const ScaleParameters& parameters() const;
  /// Takes parameters of another fit (a checkpoint); the next fit starts from them.
  void set_parameters(const ScaleParameters& parameters);
  const Shells& shells() const;

 private:
  enum class ShellScales { none, independent, averaged };
  ShellScales shell_scales() const;
  double shell_scale_at(std::size_t reflection) const;
  void fit_shells(std::span<const Complex> f_calc, std::span<const Complex> f_mask);
  void fit_mask_of_shells(std::span<const Complex> f_calc, std::span<const Complex> f_mask);
  double k_mask_at(double s2) const;
  void update_factors();

  Share share_;
  ScalingOptions options_;
  ScaleParameters parameters_;
  Shells shells_;
  std::vector<double> k_total_, k_mask_;  // at the owned reflections
  bool fitted_ = false;
};

}  // namespace polyform::targets

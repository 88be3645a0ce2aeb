// SPDX-License-Identifier: MPL-2.0
// Least-squares fit of overall scale, anisotropic B and flat bulk solvent to the work set.
#pragma once

#include <Eigen/Core>
#include <array>
#include <span>
#include <vector>

#include "polyform/targets/scaling.hpp"

namespace polyform::targets {

inline constexpr base::Range k_sol_range{0.0, 1.0};    // [e/A^3]
inline constexpr base::Range b_sol_range{5.0, 300.0};  // [A^2]

/// exp(-B_sol s^2/4) k_sol
double k_mask(double k_sol, double b_sol, double s2);

/// F = exp(p0 - sum_m p_m q_m(h)) |F_calc + k_sol exp(-B_sol s^2/4) F_mask| with
/// q_m = s'T_m s/4 and T_m the tensors that symmetry allows; p = (ln k, B along T_m ..., k_sol,
/// B_sol). Levenberg-Marquardt on sum_work (F_obs - F)^2 from the given start, or from the best
/// point of a grid of k_sol and B_sol where ln k and B are solved for linearly.
class ScaleFit {
 public:
  enum class Solvent { absent, fixed, fitted };

  /// tensors: orthonormal, Cartesian. Holds this rank's work reflections.
  ScaleFit(const Share& share, std::span<const kernels::Mat3> tensors,
           std::span<const Complex> f_calc, std::span<const Complex> f_mask, Solvent solvent);

  /// Fitted parameters, without shell scales. Collective over team.
  ScaleParameters from_grid(const ScaleParameters& defaults) const;
  ScaleParameters from(const ScaleParameters& start) const;

 private:
  using Vector = Eigen::VectorXd;
  struct Point {
    double f_obs, quarter_s2;
    Complex f_calc, f_mask;
    std::array<double, 6> q;
  };
  struct Normal {
    double target = 0;       // sum (Fo - F)^2
    Vector gradient;         // of target / 2
    Eigen::MatrixXd matrix;  // J'J
  };
  struct Start {
    double k_sol, b_sol;
    Vector linear;  // ln k, B along T_m
  };

  Complex solvated(const Point& point, double k_sol, double b_sol) const;
  double scale(const Point& point, const Vector& linear) const;
  Vector pack(const ScaleParameters& parameters) const;
  ScaleParameters unpack(const Vector& p) const;
  Normal normal_equations(const Vector& p) const;
  Vector step(const Vector& p, const Normal& normal, double damping) const;
  Vector minimise(Vector p) const;
  void solve_logarithms(std::vector<Start>& starts) const;
  std::vector<double> targets_with_best_scale(const std::vector<Start>& starts) const;

  const parallel::Communicator& team_;
  std::vector<kernels::Mat3> tensors_;
  Solvent solvent_;
  std::vector<Point> points_;
  Eigen::Index n_linear_;  // ln k and B
};

}  // namespace polyform::targets

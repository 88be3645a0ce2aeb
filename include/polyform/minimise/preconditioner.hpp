// SPDX-License-Identifier: MPL-2.0
// An estimate of the inverse Hessian that a minimiser starts from.
#pragma once

#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>
#include <span>
#include <vector>

namespace polyform::minimise {

class Preconditioner {
 public:
  virtual ~Preconditioner() = default;
  /// q = H^-1 q, H symmetric and positive definite.
  virtual void apply(std::vector<double>& q) = 0;
  /// Its size is right, and not its shape alone: L-BFGS does not rescale it.
  virtual bool to_scale() const { return false; }
  /// Called every LbfgsOptions::renew_every steps, where x is now; true when H has changed.
  virtual bool renew(std::span<const double> x) {
    static_cast<void>(x);
    return false;
  }
  /// It learns from steps, by adding more or less of its own diagonal to itself: Levenberg (1944)
  /// Q. Appl. Math. 2, 164; Marquardt (1963) J. Soc. Ind. Appl. Math. 11, 431. The four below are
  /// called for such.
  virtual bool learns() const { return false; }
  /// Of components of a step, none of which should exceed `longest`: too many do.
  virtual bool too_long(std::span<const double> step, std::span<const double> longest) const {
    static_cast<void>(step), static_cast<void>(longest);
    return false;
  }
  /// H led to a step that is too long: it gets stiffer, so that another is to be taken.
  virtual void stiffen() {}
  /// A step led from one gradient to another, and was kept or not; if not, H gets stiffer.
  virtual void learn(std::span<const double> step, std::span<const double> before,
                     std::span<const double> after, bool kept) {
    static_cast<void>(step), static_cast<void>(before), static_cast<void>(after);
    static_cast<void>(kept);
  }
  /// How many times the diagonal counts, at most.
  virtual double damping() const { return 1; }
};

/// H diagonal; an empty one is 1.
class DiagonalPreconditioner final : public Preconditioner {
 public:
  explicit DiagonalPreconditioner(std::span<const double> curvature) : curvature_(curvature) {}
  void apply(std::vector<double>& q) override;

 private:
  std::span<const double> curvature_;
};

/// H sparse, factorised as L D L' (fill-in kept low by the approximate minimum degree ordering of
/// Amestoy, Davis & Duff (1996) SIAM J. Matrix Anal. Appl. 17, 886).
class SparsePreconditioner : public Preconditioner {
 public:
  using Matrix = Eigen::SparseMatrix<double>;
  /// lower: the lower triangle of H. Where H is not positive definite its diagonal is raised until
  /// it is. Throws where it has elements that are not finite numbers.
  explicit SparsePreconditioner(Matrix lower) {
    set(std::move(lower));
    factorise();
  }
  void apply(std::vector<double>& q) override;
  bool to_scale() const override { return true; }

 protected:
  SparsePreconditioner() = default;
  /// H from here on; factorised when it is first applied, as it may change again before.
  void set(Matrix lower);
  /// Its diagonal alone, one element a parameter.
  void set_diagonal(std::span<const double> diagonal);

 private:
  void factorise();
  bool has_pattern_of(const Matrix& lower) const;
  void make_diagonal_positive();

  Matrix lower_;
  Eigen::SimplicialLLT<Matrix, Eigen::Lower> factor_;
  bool factorised_ = false;
};

}  // namespace polyform::minimise

// SPDX-License-Identifier: MPL-2.0
// Estimates of the inverse Hessian.
#include "polyform/minimise/preconditioner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "polyform/base/error.hpp"

namespace polyform::minimise {

void DiagonalPreconditioner::apply(std::vector<double>& q) {
  for (std::size_t i = 0; i < curvature_.size(); ++i) q[i] /= curvature_[i];
}

bool SparsePreconditioner::has_pattern_of(const Matrix& lower) const {
  return lower_.cols() == lower.cols() && lower_.nonZeros() == lower.nonZeros() &&
         std::equal(lower.outerIndexPtr(), lower.outerIndexPtr() + lower.cols() + 1,
                    lower_.outerIndexPtr()) &&
         std::equal(lower.innerIndexPtr(), lower.innerIndexPtr() + lower.nonZeros(),
                    lower_.innerIndexPtr());
}

// A diagonal that is raised in proportion to itself rules in the end, if it is positive.
void SparsePreconditioner::make_diagonal_positive() {
  double least = std::numeric_limits<double>::infinity();
  for (Eigen::Index k = 0; k < lower_.cols(); ++k)
    if (const double d = std::abs(lower_.coeff(k, k)); d > 0) least = std::min(least, d);
  if (!std::isfinite(least)) least = 1;
  for (Eigen::Index k = 0; k < lower_.cols(); ++k)
    lower_.coeffRef(k, k) = std::max(std::abs(lower_.coeff(k, k)), least);
}

void SparsePreconditioner::set(Matrix lower) {
  if (!has_pattern_of(lower)) factor_.analyzePattern(lower);
  lower_ = std::move(lower);
  factorised_ = false;
}

void SparsePreconditioner::set_diagonal(std::span<const double> diagonal) {
  for (Eigen::Index k = 0; k < lower_.cols(); ++k)
    lower_.coeffRef(k, k) = diagonal[static_cast<std::size_t>(k)];
  factorised_ = false;
}

void SparsePreconditioner::factorise() {
  if (!Eigen::Map<const Eigen::ArrayXd>(lower_.valuePtr(), lower_.nonZeros()).allFinite())
    throw base::Error("the estimate of the Hessian has elements that are not finite numbers");
  factor_.factorize(lower_);
  if (factor_.info() != Eigen::Success) make_diagonal_positive();
  for (double raised = 1e-6; factor_.info() != Eigen::Success && raised < 1e9; raised *= 10) {
    for (Eigen::Index k = 0; k < lower_.cols(); ++k) lower_.coeffRef(k, k) *= 1 + raised;
    factor_.factorize(lower_);
  }
  if (factor_.info() != Eigen::Success)
    throw base::Error("the estimate of the Hessian could not be made positive definite");
  factorised_ = true;
}

void SparsePreconditioner::apply(std::vector<double>& q) {
  if (!factorised_) factorise();
  Eigen::Map<Eigen::VectorXd> vector(q.data(), static_cast<Eigen::Index>(q.size()));
  vector = Eigen::VectorXd(factor_.solve(vector));
}

}  // namespace polyform::minimise

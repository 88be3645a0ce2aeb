// SPDX-License-Identifier: MPL-2.0
// The expected Hessian of a weighted sum, sparse, by free parameters.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "polyform/minimise/preconditioner.hpp"
#include "refine/hessian_elements.hpp"
#include "refine/minimisation.hpp"

namespace polyform::refine {

/// What the sum is expected to curve like in positions, B values or both, or in tensors U, where
/// L-BFGS starts from: of the data and of NCS the diagonal (curvature.hpp; of U an atom's block),
/// of restraints all that they couple (Chemistry::curvature and tensor_curvature; 2 k and -2 k on
/// B). Positions and B do not see each other: the density's slope is odd where its change with B is
/// even. On a symmetry element only what the site allows moves; where the origin floats a form's
/// free atoms do not drift. Where positions have come far it is made anew. Coordinator
/// only. What it is made from must outlive it.
class ExpectedHessian final : public minimise::SparsePreconditioner {
 public:
  /// row: values of the atoms where the minimisation begins.
  ExpectedHessian(const Ensemble& ensemble, const RefineOptions& options,
                  const std::vector<FormStatus>& status, const FreeParameters& free,
                  const Minimisation& what, std::vector<double> row);

  void apply(std::vector<double>& q) override;
  bool renew(std::span<const double> x) override;
  /// What is added is the diagonal of the data, for positions and for B each as often as it takes.
  bool learns() const override { return true; }
  bool too_long(std::span<const double> step, std::span<const double> longest) const override;
  /// Of positions alone: bonds suffer where some atoms of a molecule are cut short and others not.
  void stiffen() override { set_damping({4 * damping_[0], damping_[1]}); }
  void learn(std::span<const double> step, std::span<const double> before,
             std::span<const double> after, bool kept) override;
  double damping() const override { return std::max(damping_[0], damping_[1]); }

  /// Not so of exact copies and of occupancies.
  static bool fits(const FreeParameters& free, const Minimisation& what);

 private:
  struct Part {  // one form's values of one kind, at [first, first + of_data.size()) of the row
    Parameters kind;
    std::size_t form, first;
    double scale;                 // of its restraints
    std::vector<double> of_data;  // the diagonal
    double least;                 // what holds a value that nothing else does
  };
  struct Floating {  // of one form: parameters of its atoms, and what moves them all alike
    std::vector<int> parameter;  // three an atom
    kernels::Mat3 directions;    // projector
  };
  void lay_out(const std::vector<FormStatus>& status);
  void find_floating();
  void make();
  void damp();
  void set_damping(std::array<double, 2> damping);
  void add_positions(std::size_t part);
  void add_b(const Part& part);
  void add_tensors(std::size_t part);
  void add_soft_groups();
  void project(std::vector<double>& q) const;
  double moved_since(std::span<const double> row) const;

  const Ensemble& ensemble_;
  const RefineOptions& options_;
  const FreeParameters& free_;
  const Minimisation& what_;
  std::vector<double> row_;  // where it was made
  std::vector<Part> parts_;
  std::vector<Floating> floating_;
  // Kept, as what couples stays the same; blocks one a part.
  std::vector<HessianBlocks<3>> of_positions_;
  std::vector<HessianBlocks<6>> of_tensors_;
  HessianElements elements_;
  std::vector<double> undamped_;         // diagonal, one a parameter
  std::vector<double> of_data_;          // diagonal, one a parameter
  std::vector<double> stiffener_;        // that, and something where the data say nothing
  std::vector<std::uint8_t> is_b_;       // likewise
  std::array<double, 2> damping_{1, 1};  // of positions and of B or U
};

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// Parts from which a sparse Hessian is added up: blocks of atoms, and elements by parameters.
#pragma once

#include <Eigen/Core>
#include <utility>
#include <vector>

#include "polyform/crystal/atoms.hpp"
#include "polyform/minimise/preconditioner.hpp"
#include "refine/parametrisation.hpp"

namespace polyform::refine {

/// Blocks H_ij of n x n elements, i <= j, of one form's atoms, each of which has n values. What has
/// been added stays as a place when it is cleared.
template <int n>
class HessianBlocks {
 public:
  using Block = Eigen::Matrix<double, n, n>;

  explicit HessianBlocks(std::size_t n_atoms) : rows_(n_atoms) {}

  void clear() {
    for (auto& row : rows_)
      for (auto& [column, sum] : row) sum.setZero();
  }

  void add(int i, int j, const Block& block) {
    auto& row = rows_[static_cast<std::size_t>(i)];
    for (auto& [column, sum] : row)
      if (column == j) {
        sum += block;
        return;
      }
    row.emplace_back(j, block);
  }

  /// change(i, j, block) of every block.
  template <class Change>
  void for_all(Change change) {
    for (std::size_t i = 0; i < rows_.size(); ++i)
      for (auto& [j, block] : rows_[i]) change(static_cast<int>(i), j, block);
  }

  /// visit(row, column, element) of the lower triangle, counted from the form's first value.
  template <class Visit>
  void for_lower(Visit visit) const {
    constexpr auto each = static_cast<std::size_t>(n);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      for (const auto& [j, block] : rows_[i])
        for (std::size_t a = 0; a < each; ++a)
          for (std::size_t b = 0; b < each; ++b) {
            const std::size_t row = each * static_cast<std::size_t>(j) + b, column = each * i + a;
            if (row >= column) visit(row, column, block(static_cast<int>(a), static_cast<int>(b)));
          }
  }

 private:
  std::vector<std::vector<std::pair<int, Block>>> rows_;
};

/// On a symmetry element an atom moves as its site allows; across, it is held by `force`.
void keep_on_sites(const crystal::Atoms& atoms, double force, HessianBlocks<3>& blocks);

/// Elements of the lower triangle by values, from which those by parameters are made. They are to
/// come in the same order every time, so that the place of each is looked up once.
class HessianElements {
 public:
  using Matrix = minimise::SparsePreconditioner::Matrix;

  explicit HessianElements(const Parametrisation& map) : map_(map) {}

  void begin() { added_ = 0; }
  void add(std::size_t row, std::size_t column, double element);
  /// Of what has been added since begin().
  const Matrix& lower();

 private:
  static constexpr Eigen::Index nowhere = -1;
  struct Element {
    int row = -1, column = -1;
    Eigen::Index at = nowhere;  // among the matrix's elements
    double value = 0;
  };
  void lay_out();

  const Parametrisation& map_;
  std::vector<Element> elements_;
  std::size_t added_ = 0;
  Matrix lower_;
};

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// Columns needed, and structure factors of the cell from those of the asymmetric unit's atoms.
#include "density/columns.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"

namespace polyform::density {
namespace {

constexpr int phases_a_turn = 24;

int nearest_zero(int index, int n) {
  int r = index % n;
  if (2 * r > n) r -= n;
  if (2 * r <= -n) r += n;
  return r;
}

Hkl transformed(const Hkl& hkl, const crystal::SymmetryOperator& op) {
  const Eigen::RowVector3i h(hkl[0], hkl[1], hkl[2]);
  const Eigen::RowVector3i t = h * op.rotation;
  return {t[0], t[1], t[2]};
}

// What a term makes of C = x + iy: (xx x + xy y) + i (yx x + yy y).
template <class Real>
struct Turn {
  Real xx, xy, yx, yy;
};

// By 24ths of a turn; the second half is for C itself, the first for its conjugate.
template <class Real>
const std::array<Turn<Real>, 2 * phases_a_turn>& turns() {
  static const auto table = [] {
    std::array<Turn<Real>, 2 * phases_a_turn> made;
    for (std::size_t i = 0; i < phases_a_turn; ++i) {
      const double angle = base::two_pi * static_cast<double>(i) / phases_a_turn;
      const auto c = static_cast<Real>(std::cos(angle)), s = static_cast<Real>(std::sin(angle));
      made[i] = {c, s, s, -c};
      made[phases_a_turn + i] = {c, -s, s, c};
    }
    return made;
  }();
  return table;
}

int phase_index(const Hkl& hkl, const crystal::SymmetryOperator& op) {
  double turns = 0;
  for (int i = 0; i < 3; ++i) turns += hkl[static_cast<std::size_t>(i)] * op.translation[i];
  const long index = std::lround(turns * phases_a_turn) % phases_a_turn;
  return static_cast<int>(index < 0 ? index + phases_a_turn : index);
}

std::size_t column_key(int fast, int middle, const GridChoice& choice) {
  return static_cast<std::size_t>(fast) * static_cast<std::size_t>(choice.middle()) +
         static_cast<std::size_t>(middle);
}

}  // namespace

GridIndex grid_index(const Hkl& hkl, const GridChoice& choice) {
  const auto component = [&](int i) {
    return hkl[static_cast<std::size_t>(choice.axis[static_cast<std::size_t>(i)])];
  };
  GridIndex at{component(0), component(1), nearest_zero(component(2), choice.fast()), false};
  if (at.fast < 0) at = {-at.slab, -at.middle, -at.fast, true};
  const auto wrapped = [](int i, int n) { return (i % n + n) % n; };
  at.slab = wrapped(at.slab, choice.slab());
  at.middle = wrapped(at.middle, choice.middle());
  return at;
}

Columns find_columns(const Crystal& crystal, std::span<const Hkl> hkl, const GridChoice& choice) {
  Columns columns;
  const int half = choice.fast() / 2 + 1;
  columns.index.assign(column_key(half, 0, choice), -1);
  for (const Hkl& h : hkl)
    for (const crystal::SymmetryOperator& op : crystal.primitive) {
      const GridIndex at = grid_index(transformed(h, op), choice);
      columns.index[column_key(at.fast, at.middle, choice)] = 0;
    }
  for (int fast = 0; fast < half; ++fast)
    for (int middle = 0; middle < choice.middle(); ++middle) {
      int& index = columns.index[column_key(fast, middle, choice)];
      if (index < 0) continue;
      index = static_cast<int>(columns.places.size());
      columns.places.push_back({middle, fast});
      columns.n_fast_used = fast + 1;
    }
  return columns;
}

SymmetrySum::SymmetrySum(const Crystal& crystal, std::span<const Hkl> hkl, const GridChoice& choice,
                         const Columns& columns, parallel::Block owned) {
  const auto n_slab = static_cast<std::size_t>(choice.slab());
  first_.reserve(hkl.size() + 1);
  first_.push_back(0);
  for (const Hkl& h : hkl) {
    for (const crystal::SymmetryOperator& op : crystal.primitive) {
      const GridIndex at = grid_index(transformed(h, op), choice);
      const auto column =
          static_cast<std::size_t>(columns.index[column_key(at.fast, at.middle, choice)]);
      if (!owned.contains(column)) continue;
      const std::size_t place = (column - owned.begin) * n_slab + static_cast<std::size_t>(at.slab);
      terms_.push_back(
          {static_cast<std::uint32_t>(place),
           static_cast<std::uint32_t>(phase_index(h, op) + (at.negated ? phases_a_turn : 0))});
    }
    first_.push_back(static_cast<std::uint32_t>(terms_.size()));
  }
}

template <class Real>
void SymmetrySum::forward(const std::complex<Real>* columns, std::span<Complex> f) const {
  const Turn<Real>* const turn = turns<Real>().data();
  for (std::size_t i = 0; i < f.size(); ++i) {
    Real a = 0, b = 0;
    for (std::uint32_t k = first_[i]; k < first_[i + 1]; ++k) {
      const Turn<Real>& t = turn[terms_[k].turn];
      const Real x = columns[terms_[k].place].real(), y = columns[terms_[k].place].imag();
      a += t.xx * x + t.xy * y;
      b += t.yx * x + t.yy * y;
    }
    f[i] = {a, b};
  }
}

template <class Real>
void SymmetrySum::adjoint(std::span<const Complex> slope,
                          std::span<std::complex<Real>> columns) const {
  const Turn<Real>* const turn = turns<Real>().data();
  std::fill(columns.begin(), columns.end(), std::complex<Real>{});
  for (std::size_t i = 0; i < slope.size(); ++i) {
    const auto a = static_cast<Real>(slope[i].real()), b = static_cast<Real>(slope[i].imag());
    for (std::uint32_t k = first_[i]; k < first_[i + 1]; ++k) {
      const Turn<Real>& t = turn[terms_[k].turn];
      columns[terms_[k].place] += std::complex<Real>(t.xx * a + t.yx * b, t.xy * a + t.yy * b);
    }
  }
}

template void SymmetrySum::forward<float>(const std::complex<float>*, std::span<Complex>) const;
template void SymmetrySum::forward<double>(const std::complex<double>*, std::span<Complex>) const;
template void SymmetrySum::adjoint<float>(std::span<const Complex>,
                                          std::span<std::complex<float>>) const;
template void SymmetrySum::adjoint<double>(std::span<const Complex>,
                                           std::span<std::complex<double>>) const;

}  // namespace polyform::density

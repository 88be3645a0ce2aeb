// SPDX-License-Identifier: MPL-2.0
// Parts of a sparse Hessian.
#include "refine/hessian_elements.hpp"

#include <algorithm>

namespace polyform::refine {

void keep_on_sites(const crystal::Atoms& atoms, double force, HessianBlocks<3>& blocks) {
  for (const crystal::SpecialPosition& site : atoms.special) {
    blocks.for_all([&](int i, int j, kernels::Mat3& block) {
      if (i == site.atom) block = site.projector * block;
      if (j == site.atom) block = block * site.projector;
    });
    blocks.add(site.atom, site.atom, force * (kernels::Mat3::Identity() - site.projector));
  }
}

void HessianElements::add(std::size_t row, std::size_t column, double element) {
  const int i = map_.parameter_of(row), j = map_.parameter_of(column);
  if (i == Parametrisation::fixed || j == Parametrisation::fixed) return;
  const int low = std::max(i, j), left = std::min(i, j);
  if (added_ == elements_.size()) elements_.push_back({});
  Element& e = elements_[added_++];
  if (e.row != low || e.column != left) e = {low, left, nowhere, 0};
  // Of two values of one parameter the element counts twice, as its mirror image is not told.
  e.value = i == j && row != column ? 2 * element : element;
}

const HessianElements::Matrix& HessianElements::lower() {
  elements_.resize(added_);
  if (std::any_of(elements_.begin(), elements_.end(),
                  [](const Element& e) { return e.at == nowhere; }))
    lay_out();
  std::fill_n(lower_.valuePtr(), lower_.nonZeros(), 0.0);
  for (const Element& e : elements_) lower_.valuePtr()[e.at] += e.value;
  return lower_;
}

void HessianElements::lay_out() {
  const auto n = static_cast<Eigen::Index>(map_.n_free());
  std::vector<Eigen::Triplet<double>> places;
  places.reserve(elements_.size());
  for (const Element& e : elements_) places.emplace_back(e.row, e.column, 0.0);
  lower_ = Matrix(n, n);
  lower_.setFromTriplets(places.begin(), places.end());
  for (Element& e : elements_) {
    const int *begin = lower_.innerIndexPtr() + lower_.outerIndexPtr()[e.column],
              *end = lower_.innerIndexPtr() + lower_.outerIndexPtr()[e.column + 1];
    e.at = std::lower_bound(begin, end, e.row) - lower_.innerIndexPtr();
  }
}

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// The loops over rows, made for each number of Gaussians and each set of instructions.
#include "density/plane_loops.hpp"

#include "density/add_loops.hpp"
#include "density/moment_loops.hpp"

namespace polyform::density {
namespace {

constexpr int max_terms = kernels::FormFactor::max_terms;

// The loops for processors with AVX2 and FMA are made for 2 to 5 terms; those that every x86-64
// can run, and those in double precision, for 5 only: further terms of an atom are 0.
#if defined(__x86_64__)
#define POLYFORM_AVX2 __attribute__((target("avx2,fma")))
bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}
#else
#define POLYFORM_AVX2
bool has_avx2() { return false; }
#endif

template <class Real>
int terms_of_loops(const GridShape& atom) {
  return sizeof(Real) == sizeof(float) && has_avx2() ? std::max(atom.terms, 2) : max_terms;
}

POLYFORM_AVX2 void add_avx2(const Task<float>& t) {
  switch (t.layout.terms) {
    case 2:
      return add_terms<float, 2>(t);
    case 3:
      return add_terms<float, 3>(t);
    case 4:
      return add_terms<float, 4>(t);
    default:
      return add_terms<float, 5>(t);
  }
}
POLYFORM_AVX2 void gather_avx2(const Task<float>& t, MomentOrder order, Moments* moments) {
  switch (t.layout.terms) {
    case 2:
      return gather_order<float, 2>(t, order, moments);
    case 3:
      return gather_order<float, 3>(t, order, moments);
    case 4:
      return gather_order<float, 4>(t, order, moments);
    default:
      return gather_order<float, 5>(t, order, moments);
  }
}
POLYFORM_AVX2 void tabulate_avx2(const GridShape& atom, const Disc& widest,
                                 const TableLayout& layout, float* tables) {
  tabulate<float>(atom, widest, layout, tables);
}
template <class Real>
void add_plain(const Task<Real>& t) {
  add_terms<Real, max_terms>(t);
}
template <class Real>
void gather_plain(const Task<Real>& t, MomentOrder order, Moments* moments) {
  gather_order<Real, max_terms>(t, order, moments);
}
template <class Real>
void tabulate_plain(const GridShape& atom, const Disc& widest, const TableLayout& layout,
                    Real* tables) {
  tabulate<Real>(atom, widest, layout, tables);
}

}  // namespace

template <class Real>
PlaneAtoms<Real>::PlaneAtoms(std::vector<GridShape> shapes, const GridFrame& frame)
    : frame_(frame), shapes_(std::move(shapes)), layouts_(shapes_.size()) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    layouts_[i].at = size;
    size += lay_out<Real>(shapes_[i], frame_, terms_of_loops<Real>(shapes_[i]), layouts_[i]);
  }
  tables_.resize(size);
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    if (!layouts_[i].upright) continue;
    const Disc widest = disc_of(shapes_[i], 0, frame_);
    if constexpr (sizeof(Real) == sizeof(float))
      if (has_avx2()) {
        tabulate_avx2(shapes_[i], widest, layouts_[i], tables_.data());
        continue;
      }
    tabulate_plain<Real>(shapes_[i], widest, layouts_[i], tables_.data());
  }
}

template <class Real>
void PlaneAtoms<Real>::add(std::size_t atom, int plane, const PlaneView<Real>& view) const {
  const Task<Real> task{shapes_[atom], layouts_[atom], frame_, tables_.data(), plane, view};
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return add_avx2(task);
  add_plain(task);
}

template <class Real>
void PlaneAtoms<Real>::gather(std::size_t atom, int plane, const PlaneView<Real>& view,
                              MomentOrder order, Moments* moments) const {
  const Task<Real> task{shapes_[atom], layouts_[atom], frame_, tables_.data(), plane, view};
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return gather_avx2(task, order, moments);
  gather_plain(task, order, moments);
}

std::string instruction_set() { return has_avx2() ? "avx2" : "plain"; }

template class PlaneAtoms<float>;
template class PlaneAtoms<double>;

}  // namespace polyform::density

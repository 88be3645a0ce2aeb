// SPDX-License-Identifier: MPL-2.0
// From planes of a map to F at reflections, and back: only what reflections need is transformed.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "density/columns.hpp"
#include "density/plane_transform.hpp"
#include "density/shared_planes.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::density {

/// F(h) = sum_s exp(2 pi i h.t_s) S(h R_s), S(h) = sum over grid points of map(x) exp(+2 pi i h.x),
/// s over the operators without centring; and its adjoint. F_calc, its gradients and F_mask all go
/// this way:
///
///   my planes --2-D--> columns of my planes
///                          | all-to-all
///   F of my reflections <--reduce-- sum over symmetry <--1-D-- all planes of my columns
///
/// A rank transforms its planes one by one, keeps the columns (middle,
/// fast) that some reflection or a mate of one lies in, and sends each to its owner, who transforms
/// the slab axis. Which rank has which plane may change from one call to the next.
template <class Real>
class PrunedTransform {
 public:
  /// Plane i of this rank's, complete but for its margin, which is folded back here. Planes lie as
  /// plane_shape() says and begin on boundaries of 64 bytes.
  using Give = std::function<Real*(std::size_t i)>;
  /// Where plane i of this rank's is to be written, its margin filled; and what reads it then.
  using Room = std::function<Real*(std::size_t i)>;
  using Take = std::function<void(std::size_t i)>;

  /// hkl: all reflections, the same on every rank; owned in blocks.
  PrunedTransform(const Crystal& crystal, std::span<const Hkl> hkl, const GridChoice& choice,
                  const parallel::Communicator& team);

  const parallel::Partition& ownership() const { return ownership_; }
  const PlaneShape& plane_shape() const { return plane_.shape(); }
  std::size_t columns_here() const { return my_columns_; }
  /// Sent by this rank since the start, all-to-all and reductions.
  std::size_t bytes() const { return bytes_; }

  /// f: one a reflection owned, unscaled. Collective over team.
  void forward(const SharedPlanes& planes, const Give& give, std::span<Complex> f);
  /// dT/d map, unscaled, plane by plane, from slope = dT/dA + i dT/dB of F = A + iB at the
  /// reflections owned. Collective over team.
  void adjoint(const SharedPlanes& planes, std::span<const Complex> slope, const Room& room,
               const Take& take);

 private:
  using Element = std::complex<Real>;
  enum class Direction { to_columns, to_planes };
  void make_room(const SharedPlanes& planes);
  void adjoint_of_plane(std::size_t my_planes, std::size_t i, Real* plane);
  void gather_slopes(std::span<const Complex> slope);
  template <class Step>
  void transform_columns(Step step);
  template <class Step>
  void sum_symmetry(Step step);
  void exchange(const SharedPlanes& planes, Direction direction);
  template <class Visitor>
  void for_each_owner(std::size_t my_planes, std::size_t plane, Visitor visit) const;

  parallel::Communicator team_;
  Columns columns_;
  parallel::Partition column_ownership_, ownership_;
  std::size_t my_columns_;
  SymmetrySum symmetry_;
  PlaneTransform<Real> plane_;
  SlabAxisTransform<Real> slab_axis_;
  // by_plane: rank after rank of the columns' owners, [my plane][their column];
  // by_column: [plane][my column], planes in order and so rank after rank of the planes' owners.
  std::vector<Element> by_plane_, by_column_;
  std::vector<Complex> all_;  // of all reflections: what my columns add, or slopes
  std::size_t bytes_ = 0;
};

}  // namespace polyform::density

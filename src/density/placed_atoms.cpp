// SPDX-License-Identifier: MPL-2.0
// Atoms placed on the grid: fold, radius, Gaussians, and derivatives from moments.
#include "density/placed_atoms.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/density/scattering.hpp"
#include "polyform/kernels/fewer_gaussians.hpp"

namespace polyform::density {
namespace {

using base::b_per_u;
using base::pi;

// Zeros where axes are at right angles, so that atoms there are upright and not slanted.
Mat3 without_rounding(Mat3 metric) {
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      if (std::abs(metric(i, j)) < 1e-10 * std::sqrt(metric(i, i) * metric(j, j))) metric(i, j) = 0;
  return metric;
}

int wrapped(int i, int n) {
  const int r = i % n;
  return r < 0 ? r + n : r;
}

// B tensor [A^2], Cartesian, of the atom where the fold has put it.
Mat3 b_tensor(const Atoms& atoms, std::size_t i, const Mat3& rotation) {
  if (!atoms.is_anisotropic(i)) return atoms.b[i] * Mat3::Identity();
  return b_per_u * rotation * kernels::matrix_of(atoms.u_aniso[i]) * rotation.transpose();
}

struct BRange {
  double smallest, largest;
};
BRange principal_b(const Atoms& atoms, std::size_t i) {
  if (!atoms.is_anisotropic(i)) return {atoms.b[i], atoms.b[i]};
  const Mat3 b = b_per_u * kernels::matrix_of(atoms.u_aniso[i]);
  const Vec3 values = Eigen::SelfAdjointEigenSolver<Mat3>(b, Eigen::EigenvaluesOnly).eigenvalues();
  return {values[0], values[2]};
}

// The atom must have a density on the grid.
void check(const Atoms& atoms, std::size_t i, const BRange& b, double blur) {
  if (b.smallest + blur > 0.1 && std::isfinite(b.largest) && atoms.xyz[i].allFinite()) return;
  throw base::InputError(base::format(
      "atom %zu of the model (counted from 1) cannot be given a density: B (or the principal B of "
      "its anisotropic U) from %.2f to %.2f A^2; correct it or make the atom isotropic",
      i + 1, b.smallest, b.largest));
}

PlacedAtom place(GridAtoms& grid, const Atoms& atoms, std::size_t i) {
  const BRange b = principal_b(atoms, i);
  check(atoms, i, b, grid.choice.blur);
  PlacedAtom placed;
  placed.atom = i;
  placed.operation = grid.fold.operator_for(grid.fractionalise * atoms.xyz[i]);
  const CartesianOperator& op = grid.fold.cartesian(placed.operation);
  const Vec3 at = grid.to_steps * (op.rotation * atoms.xyz[i] + op.translation);
  placed.place = {at[0], at[1], at[2]};
  placed.radius = grid.cutoff(atoms.element[i]).radius(b.largest);
  const double reach = placed.radius / grid.frame.s_z;
  placed.plane_begin = static_cast<int>(std::ceil(at[0] - reach));
  placed.plane_end = static_cast<int>(std::floor(at[0] + reach)) + 1;
  return placed;
}

// Of the form factor's r.m.s. to d_min.
constexpr double fit_tolerance = 1e-4;

// Relative costs, in nanoseconds on one ordinary core: of an atom on a plane and of a plane's
// point.
constexpr double cost_of_visit = 60, cost_of_point = 3;

}  // namespace

GridAtoms::GridAtoms(const Crystal& crystal, const GridChoice& chosen, double d_min,
                     const FormFactorOptions& options, double cutoff_tolerance)
    : choice(chosen),
      steps(grid_steps(crystal, chosen)),
      to_steps(steps.inverse()),
      metric(without_rounding(steps.transpose() * steps)),
      frame(frame_of(steps)),
      fractionalise(crystal.fractionalise),
      fold(crystal, chosen.axis[0]),
      d_min_(d_min),
      cutoff_tolerance_(cutoff_tolerance),
      options_(options) {}

GridAtoms::Element& GridAtoms::element(std::uint8_t number) {
  const auto found = elements_.find(number);
  if (found != elements_.end()) return found->second;
  const kernels::FormFactor f =
      kernels::fewer_gaussians(scattering_of(number, options_), d_min_, fit_tolerance);
  return elements_.emplace(number, Element{f, Cutoff(f, choice.blur, d_min_, cutoff_tolerance_)})
      .first->second;
}
const kernels::FormFactor& GridAtoms::form_factor(std::uint8_t number) {
  return element(number).form_factor;
}
const Cutoff& GridAtoms::cutoff(std::uint8_t number) { return element(number).cutoff; }

PlacedAtoms::PlacedAtoms(GridAtoms& grid, const Atoms& atoms, int ranks)
    : n_planes_(grid.choice.slab()) {
  std::vector<long> n_visits(static_cast<std::size_t>(n_planes_), 0);
  placed_.reserve(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    placed_.push_back(place(grid, atoms, i));
    for (int p = placed_.back().plane_begin; p < placed_.back().plane_end; ++p)
      ++n_visits[static_cast<std::size_t>(wrapped(p, n_planes_))];
  }
  std::stable_sort(placed_.begin(), placed_.end(), [](const PlacedAtom& a, const PlacedAtom& b) {
    return a.plane_begin < b.plane_begin;
  });
  index_of_plane_.assign(n_visits.size(), -1);
  std::vector<double> work = {0};
  const double plane_cost = cost_of_point * grid.choice.middle() * grid.choice.fast();
  for (int p = 0; p < n_planes_; ++p) {
    const long n = n_visits[static_cast<std::size_t>(p)];
    if (n == 0) continue;
    index_of_plane_[static_cast<std::size_t>(p)] = static_cast<int>(planes_.planes.size());
    planes_.planes.push_back(p);
    work.push_back(work.back() + plane_cost + cost_of_visit * static_cast<double>(n));
  }
  // A plane goes to the rank in whose share of the work its middle lies.
  const std::size_t n_used = planes_.planes.size();
  std::vector<std::size_t> ends(static_cast<std::size_t>(ranks) + 1, n_used);
  ends[0] = 0;
  std::size_t plane = 0;
  for (int r = 1; r < ranks; ++r) {
    const double share = work.back() * r / ranks;
    while (plane < n_used && (work[plane] + work[plane + 1]) / 2 < share) ++plane;
    ends[static_cast<std::size_t>(r)] = plane;
  }
  planes_.ownership = parallel::Partition(std::move(ends));
}

std::vector<PlacedAtom> PlacedAtoms::reaching(parallel::Block block) const {
  std::vector<PlacedAtom> found;
  for (const PlacedAtom& atom : placed_)
    for (int p = atom.plane_begin; p < atom.plane_end; ++p) {
      const int index = index_of_plane_[static_cast<std::size_t>(wrapped(p, n_planes_))];
      if (block.contains(static_cast<std::size_t>(index))) {
        found.push_back(atom);
        break;
      }
    }
  return found;
}

std::vector<std::vector<Visit>> PlacedAtoms::visits(parallel::Block block,
                                                    const std::vector<PlacedAtom>& placed) const {
  std::vector<std::vector<Visit>> lists(block.size());
  for (std::size_t i = 0; i < placed.size(); ++i)
    for (int p = placed[i].plane_begin; p < placed[i].plane_end; ++p) {
      const auto index = static_cast<std::size_t>(
          index_of_plane_[static_cast<std::size_t>(wrapped(p, n_planes_))]);
      if (block.contains(index)) lists[index - block.begin].push_back({i, p});
    }
  return lists;
}

namespace {

// Gaussian of rho(r) = a (4 pi)^(3/2) det(M)^(-1/2) exp(-4 pi^2 r' M^-1 r), M = B + (b + blur) 1.
GridGaussian anisotropic_gaussian(const Mat3& m, double a, const Mat3& steps) {
  const Mat3 q = steps.transpose() * (4 * pi * pi * m.inverse()) * steps;
  return {.height = a * std::pow(4 * pi, 1.5) / std::sqrt(m.determinant()),
          .ss = q(0, 0),
          .mm = q(1, 1),
          .ff = q(2, 2),
          .sm = q(0, 1),
          .sf = q(0, 2),
          .mf = q(1, 2)};
}

// The same with M = t 1; metric: steps' steps.
GridGaussian isotropic_gaussian(double t, double a, const Mat3& metric) {
  const double k = 4 * pi * pi / t, root = 4 * pi / t;
  return {.height = a * root * std::sqrt(root),
          .ss = k * metric(0, 0),
          .mm = k * metric(1, 1),
          .ff = k * metric(2, 2),
          .sm = k * metric(0, 1),
          .sf = k * metric(0, 2),
          .mf = k * metric(1, 2),
          .width = t};
}

}  // namespace

GridShape shape_of(GridAtoms& grid, const Atoms& atoms, const PlacedAtom& placed) {
  const std::size_t i = placed.atom;
  const kernels::FormFactor& f = grid.form_factor(atoms.element[i]);
  GridShape shape;
  shape.terms = f.terms;
  shape.isotropic = !atoms.is_anisotropic(i);
  shape.radius = placed.radius;
  shape.place = placed.place;
  const auto terms = static_cast<std::size_t>(f.terms);
  if (shape.isotropic) {
    for (std::size_t g = 0; g < terms; ++g)
      shape.gaussian[g] =
          isotropic_gaussian(f.b[g] + atoms.b[i] + grid.choice.blur, f.a[g], grid.metric);
    return shape;
  }
  const Mat3 b = b_tensor(atoms, i, grid.fold.cartesian(placed.operation).rotation);
  for (std::size_t g = 0; g < terms; ++g)
    shape.gaussian[g] = anisotropic_gaussian(b + (f.b[g] + grid.choice.blur) * Mat3::Identity(),
                                             f.a[g], grid.steps);
  return shape;
}

AtomSlopes slopes_of(GridAtoms& grid, const Atoms& atoms, const PlacedAtom& placed,
                     const Moments* moments) {
  const std::size_t i = placed.atom;
  const Mat3& rotation = grid.fold.cartesian(placed.operation).rotation;
  AtomSlopes slopes;
  if (!atoms.is_anisotropic(i)) {
    const Moments& m = *moments;
    slopes.xyz = rotation.transpose() * (grid.steps * Vec3(m[1], m[2], m[3]));
    slopes.b = m[4];
    slopes.weight = m[0];
    return slopes;
  }
  const kernels::FormFactor& f = grid.form_factor(atoms.element[i]);
  const Mat3 b = b_tensor(atoms, i, rotation);
  Vec3 by_place = Vec3::Zero();
  Mat3 by_b = Mat3::Zero();
  for (std::size_t g = 0; g < static_cast<std::size_t>(f.terms); ++g) {
    const Moments& m = moments[g];
    const Mat3 inverse = (b + (f.b[g] + grid.choice.blur) * Mat3::Identity()).inverse();
    Mat3 second;
    second << m[4], m[7], m[8], m[7], m[5], m[9], m[8], m[9], m[6];
    // d rho / dx = 8 pi^2 M^-1 r rho;  d rho / dM = (-1/2 M^-1 + 4 pi^2 M^-1 r r' M^-1) rho.
    const Mat3 from_steps = inverse * grid.steps;
    by_place += 8 * pi * pi * from_steps * Vec3(m[1], m[2], m[3]);
    by_b += -0.5 * m[0] * inverse + 4 * pi * pi * from_steps * second * from_steps.transpose();
    slopes.weight += m[0];
  }
  slopes.xyz = rotation.transpose() * by_place;
  slopes.u = b_per_u * rotation.transpose() * by_b * rotation;
  slopes.b = by_b.trace();
  return slopes;
}

}  // namespace polyform::density

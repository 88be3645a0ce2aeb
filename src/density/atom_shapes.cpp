// SPDX-License-Identifier: MPL-2.0
// Isotropic atoms as compact polynomials; any atoms as Gaussians.
#include "density/atom_shapes.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <map>

#include "density/cutoff.hpp"
#include "density/gaussian_loops.hpp"
#include "density/radial_loops.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/density/scattering.hpp"
#include "polyform/kernels/fewer_gaussians.hpp"

namespace polyform::density {
namespace {

using base::b_per_u;
using base::pi;

struct BRange {
  double smallest, largest;
};
BRange principal_b(const Atoms& atoms, std::size_t i) {
  if (!atoms.is_anisotropic(i)) return {atoms.b[i], atoms.b[i]};
  const Mat3 b = b_per_u * kernels::matrix_of(atoms.u_aniso[i]);
  Eigen::SelfAdjointEigenSolver<Mat3> solver;
  const Vec3 values = solver.computeDirect(b, Eigen::EigenvaluesOnly).eigenvalues();
  return {values[0], values[2]};
}

// The atom must have a density on the grid.
void check(const Atoms& atoms, std::size_t i, const BRange& b, double least) {
  if (b.smallest > least && std::isfinite(b.largest) && atoms.xyz[i].allFinite()) return;
  throw base::InputError(base::format(
      "atom %zu of the model (counted from 1) cannot be given a density: B (or the principal B of "
      "its anisotropic U) from %.2f to %.2f A^2; correct it or make the atom isotropic",
      i + 1, b.smallest, b.largest));
}

template <class Real>
class Polynomials : public AtomShapes<Real> {
 public:
  Polynomials(const GridGeometry& grid, const crystal::Crystal& crystal, double d_min, double b_min,
              const FormFactorOptions& options)
      : AtomShapes<Real>(grid),
        shapes_(grid_vector_lengths(crystal, grid.choice.n), d_min, b_min, options) {}

  double deconvolution(double s2) const override { return shapes_.deconvolution().at(s2); }

  double radius(const Atoms& atoms, std::size_t i) override { return shape(atoms, i).radius; }

  void add(const Atoms& atoms, const PlacedAtom& placed, const SpherePart& part,
           PlaneRing<Real>& ring) override {
    const std::size_t i = placed.atom;
    const GridFrame& frame = this->grid_.frame;
    add_radial(shape(atoms, i), Real(atoms.weight[i]), part, frame, ring, this->chunks_);
  }

  AtomSlopes gather(const Atoms& atoms, const PlacedAtom& placed, const SpherePart& part,
                    PlaneRing<Real>& ring, const GradientRequest& request) override {
    const std::size_t i = placed.atom;
    const GridFrame& frame = this->grid_.frame;
    const RadialMoments m =
        gather_radial(shape(atoms, i), part, frame, ring,
                      {request.b || request.u_aniso, request.occupancy}, this->chunks_);
    const Mat3& rotation = this->grid_.fold.cartesian(placed.operation).rotation;
    AtomSlopes slopes;
    // d rho / d atom = d rho/du 2 r / R^2
    slopes.xyz = rotation.transpose() * (frame.axes * Vec3(m.x, m.y, m.z)) * (2 / part.radius);
    slopes.b = m.by_b;
    slopes.weight = m.density;
    return slopes;
  }

 private:
  // As long as B stays the shape does.
  struct Known {
    std::uint8_t element = 0;
    double b = 0;
    RadialAtom<Real> atom;
  };

  const RadialAtom<Real>& shape(const Atoms& atoms, std::size_t i) {
    if (known_.size() < atoms.size()) known_.resize(atoms.size());
    Known& known = known_[i];
    if (known.element == atoms.element[i] && known.b == atoms.b[i]) return known.atom;
    constexpr double least_b = -6;
    check(atoms, i, {atoms.b[i], atoms.b[i]}, least_b);
    known = {atoms.element[i], atoms.b[i],
             RadialAtom<Real>(shapes_.shape(atoms.element[i], atoms.b[i]), this->grid_.frame.f_x)};
    return known.atom;
  }

  RadialShapes shapes_;
  std::vector<Known> known_;
};

// rho(r) = sum_i a_i (4 pi)^(3/2) det(M_i)^(-1/2) exp(-4 pi^2 r' M_i^-1 r), M_i = B + (b_i +
// blur) 1.
template <class Real>
class Gaussians : public AtomShapes<Real> {
 public:
  Gaussians(const GridGeometry& grid, double d_min, const FormFactorOptions& options,
            double cutoff_tolerance)
      : AtomShapes<Real>(grid),
        d_min_(d_min),
        options_(options),
        cutoff_tolerance_(cutoff_tolerance) {}

  double deconvolution(double s2) const override {
    return std::exp(this->grid_.choice.blur * s2 / 4);
  }

  double radius(const Atoms& atoms, std::size_t i) override { return shape(atoms, i).radius; }

  void add(const Atoms& atoms, const PlacedAtom& placed, const SpherePart& part,
           PlaneRing<Real>& ring) override {
    const std::size_t i = placed.atom;
    add_gaussians(on_grid(shape(atoms, i), turned_steps(placed), atoms.weight[i]), part, ring);
  }

  // d rho / dx = 8 pi^2 M^-1 r rho;  d rho / dM = (-1/2 M^-1 + 4 pi^2 M^-1 r r' M^-1) rho.
  AtomSlopes gather(const Atoms& atoms, const PlacedAtom& placed, const SpherePart& part,
                    PlaneRing<Real>& ring, const GradientRequest&) override {
    const Shape& known = shape(atoms, placed.atom);
    const Mat3 steps = turned_steps(placed);
    std::array<GaussianMoments, kernels::FormFactor::max_terms> moments;
    gather_gaussians(on_grid(known, steps, 1.0), part, ring, moments.data());
    AtomSlopes slopes;
    Mat3 by_b = Mat3::Zero();
    for (std::size_t g = 0; g < static_cast<std::size_t>(known.terms); ++g) {
      const GaussianMoments& m = moments[g];
      const Mat3& inverse = known.inverse[g];
      const Mat3 second = steps * m.second * steps.transpose();
      slopes.xyz += 8 * pi * pi * inverse * (steps * m.first);
      by_b += -0.5 * m.density * inverse + 4 * pi * pi * inverse * second * inverse;
      slopes.weight += m.density;
    }
    slopes.u = b_per_u * by_b;
    slopes.b = by_b.trace();
    return slopes;
  }

 private:
  struct Element {
    kernels::FormFactor form_factor;
    Cutoff cutoff;
  };

  // As long as B or U stays the shape does. Axes as the atom is given.
  struct Shape {
    std::uint8_t element = 0;
    double b = 0;
    kernels::Sym3 u{};
    double radius = 0;  // of the sphere round the ellipsoid [A]
    Mat3 reach;         // r' reach r <= 1 within the ellipsoid
    int terms = 0;
    std::array<double, kernels::FormFactor::max_terms> height{};
    std::array<Mat3, kernels::FormFactor::max_terms> inverse;  // M_i^-1
  };

  const Shape& shape(const Atoms& atoms, std::size_t i) {
    if (known_.size() < atoms.size()) known_.resize(atoms.size());
    Shape& known = known_[i];
    const kernels::Sym3 u = atoms.is_anisotropic(i) ? atoms.u_aniso[i] : kernels::Sym3{};
    if (known.element != atoms.element[i] || known.b != atoms.b[i] || known.u != u) {
      known.element = 0;  // unknown, should this throw
      make(atoms, i, known);
      known.element = atoms.element[i];
      known.b = atoms.b[i];
      known.u = u;
    }
    return known;
  }

  void make(const Atoms& atoms, std::size_t i, Shape& shape) {
    const BRange range = principal_b(atoms, i);
    check(atoms, i, range, 0.1 - this->grid_.choice.blur);
    const Element& e = element(atoms.element[i]);
    const Mat3 b = atoms.is_anisotropic(i) ? Mat3(b_per_u * kernels::matrix_of(atoms.u_aniso[i]))
                                           : Mat3(atoms.b[i] * Mat3::Identity());
    shape.radius = e.cutoff.radius(range.largest);
    shape.reach = reach(b, range, e.cutoff);
    shape.terms = e.form_factor.terms;
    for (std::size_t g = 0; g < static_cast<std::size_t>(shape.terms); ++g) {
      const Mat3 m = b + (e.form_factor.b[g] + this->grid_.choice.blur) * Mat3::Identity();
      shape.inverse[g] = m.inverse();
      shape.height[g] = e.form_factor.a[g] * std::pow(4 * pi, 1.5) / std::sqrt(m.determinant());
    }
  }

  // Of an ellipsoid along B's axes, as far along each as an isotropic atom of that B: squares of
  // radii grow almost linearly with B.
  static Mat3 reach(const Mat3& b, const BRange& range, const Cutoff& cutoff) {
    const double least = cutoff.radius(range.smallest), most = cutoff.radius(range.largest);
    const double between = range.largest - range.smallest;
    const double growth = between > 1e-6 ? (most * most - least * least) / between : 0;
    const Mat3 squares = growth * b + (most * most - growth * range.largest) * Mat3::Identity();
    return squares.inverse();
  }

  const Element& element(std::uint8_t number) {
    const auto found = elements_.find(number);
    if (found != elements_.end()) return found->second;
    constexpr double fit_tolerance = 1e-4;  // of the r.m.s. to d_min, its own or carbon's
    const kernels::FormFactor carbon = scattering_of(6, options_),
                              whole = scattering_of(number, options_);
    const double weaker =
        kernels::weighted_norm(carbon, d_min_) / kernels::weighted_norm(whole, d_min_);
    const kernels::FormFactor f =
        kernels::fewer_gaussians(whole, d_min_, fit_tolerance * std::max(1.0, weaker));
    return elements_
        .emplace(number,
                 Element{f, Cutoff(f, carbon, this->grid_.choice.blur, d_min_, cutoff_tolerance_)})
        .first->second;
  }

  // The steps of the grid in the atom's axes as given.
  Mat3 turned_steps(const PlacedAtom& placed) const {
    return this->grid_.fold.cartesian(placed.operation).rotation.transpose() * this->grid_.steps;
  }

  static GaussianAtom on_grid(const Shape& shape, const Mat3& steps, double weight) {
    GaussianAtom atom;
    atom.terms = shape.terms;
    atom.reach = steps.transpose() * shape.reach * steps;
    for (std::size_t g = 0; g < static_cast<std::size_t>(shape.terms); ++g)
      atom.gaussian[g] = {weight * shape.height[g],
                          4 * pi * pi * steps.transpose() * shape.inverse[g] * steps};
    return atom;
  }

  double d_min_;
  FormFactorOptions options_;
  double cutoff_tolerance_;
  std::map<std::uint8_t, Element> elements_;
  std::vector<Shape> known_;
};

}  // namespace

template <class Real>
std::unique_ptr<AtomShapes<Real>> make_radial_shapes(const GridGeometry& grid,
                                                     const crystal::Crystal& crystal, double d_min,
                                                     double b_min,
                                                     const FormFactorOptions& options) {
  return std::make_unique<Polynomials<Real>>(grid, crystal, d_min, b_min, options);
}

template <class Real>
std::unique_ptr<AtomShapes<Real>> make_gaussian_shapes(const GridGeometry& grid, double d_min,
                                                       const FormFactorOptions& options,
                                                       double cutoff_tolerance) {
  return std::make_unique<Gaussians<Real>>(grid, d_min, options, cutoff_tolerance);
}

template class AtomShapes<float>;
template class AtomShapes<double>;
template std::unique_ptr<AtomShapes<float>> make_radial_shapes(const GridGeometry&,
                                                               const crystal::Crystal&, double,
                                                               double, const FormFactorOptions&);
template std::unique_ptr<AtomShapes<double>> make_radial_shapes(const GridGeometry&,
                                                                const crystal::Crystal&, double,
                                                                double, const FormFactorOptions&);
template std::unique_ptr<AtomShapes<float>> make_gaussian_shapes(const GridGeometry&, double,
                                                                 const FormFactorOptions&, double);
template std::unique_ptr<AtomShapes<double>> make_gaussian_shapes(const GridGeometry&, double,
                                                                  const FormFactorOptions&, double);

}  // namespace polyform::density

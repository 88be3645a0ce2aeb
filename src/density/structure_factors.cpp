// SPDX-License-Identifier: MPL-2.0
// F_calc and its adjoint: atoms put on planes, planes to reflections, and the same way back.
//
// Planes are shared out anew at every evaluation, since atoms move; what a plane holds does not
// depend on who has it.
#include "polyform/density/structure_factors.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "density/atom_shapes.hpp"
#include "density/flush_to_zero.hpp"
#include "density/pruned_transform.hpp"
#include "polyform/base/units.hpp"
#include "polyform/density/scattering.hpp"
#include "polyform/parallel/traffic.hpp"

namespace polyform::density {
namespace {

double largest_inverse_d2(const Crystal& crystal, std::span<const Hkl> hkl) {
  double largest = 1e-4;
  for (const Hkl& h : hkl) largest = std::max(largest, crystal.inverse_d2(h));
  return largest;
}

// Of Gaussians. In double precision they reach so far that T is smooth to rounding.
double cutoff_tolerance(Precision precision) {
  return precision == Precision::single_grid ? 1.5e-4 : 1e-11;
}

// Grid points of a part, by the area of its discs: the sum over its planes of r^2 - z^2, z in equal
// steps.
double points_in(const SpherePart& part, const GridFrame& frame) {
  const double n = part.n_planes, first = part.first_plane - part.place[0];
  const double squares = n * first * first + n * (n - 1) * (first + (2 * n - 1) / 6);
  const double left = n * part.radius * part.radius - frame.s_z * frame.s_z * squares;
  return base::pi * left * frame.f_per_length * frame.rows_per_length;
}

// F_calc and its adjoint in one precision.
class Engine {
 public:
  using TakeSlopes = std::function<void(std::size_t atom, const AtomSlopes&)>;
  virtual ~Engine() = default;
  virtual void forward(const Atoms& atoms, std::span<Complex> f) = 0;
  virtual void adjoint(const Atoms& atoms, std::span<const Complex> slope,
                       const GradientRequest& request, const TakeSlopes& take) = 0;
  virtual const parallel::Partition& ownership() const = 0;
  virtual std::size_t columns_here() const = 0;
  virtual std::size_t bytes() const = 0;
  virtual long planes_here() const = 0;
};

}  // namespace

struct StructureFactors::Impl {
  Impl(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
       const FormFactorOptions& options, const parallel::Communicator& team, Precision precision);

  parallel::Communicator team;
  GridGeometry grid;
  std::unique_ptr<Engine> engine;

  parallel::Block mine() const { return engine->ownership().block(team.rank()); }
};

namespace {

// Shapes, and the scale of every reflection that goes with them: V / N, centring, D(s).
template <class Real>
struct ShapesAndScale {
  std::unique_ptr<AtomShapes<Real>> shapes;
  std::vector<double> scale;
};

template <class Real>
class GridEngine : public Engine {
 public:
  GridEngine(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
             const FormFactorOptions& options, const GridGeometry& grid,
             const parallel::Communicator& team, Precision precision)
      : crystal_(crystal),
        hkl_(hkl.begin(), hkl.end()),
        d_min_(1 / std::sqrt(largest_inverse_d2(crystal, hkl))),
        b_min_(b_min),
        options_(options),
        precision_(precision),
        grid_(grid),
        team_(team),
        transform_(crystal, hkl, grid.choice, team) {}

  void forward(const Atoms& atoms, std::span<Complex> f) override {
    ShapesAndScale<Real>& how = how_for(atoms);
    lay_out(*how.shapes, atoms);
    const PlacedAtoms& placed = *laid_out_.placed;
    const std::vector<AtomPart>& parts = laid_out_.parts;
    PlaneRing<Real> ring = ring_for(parts);
    clear(ring);
    std::size_t next = 0;
    // Plane i is complete when the parts that begin on it are in; the one before it makes room.
    const auto give = [&](std::size_t i) {
      const parallel::Phase phase("atoms_to_planes");
      if (i > 0) ring.clear(i - 1);
      for (; next < parts.size() && parts[next].sphere.in_ring == i; ++next) {
        how.shapes->add(atoms, placed.atom(parts[next].placed), parts[next].sphere, ring);
        parallel::count_work(points_in(parts[next].sphere, grid_.frame));
      }
      return ring.plane(i);
    };
    transform_.forward(placed.planes(), give, f);
    const parallel::Block mine = ownership().block(team_.rank());
    for (std::size_t i = 0; i < mine.size(); ++i) f[i] *= how.scale[i];
  }

  void adjoint(const Atoms& atoms, std::span<const Complex> slope, const GradientRequest& request,
               const TakeSlopes& take) override {
    ShapesAndScale<Real>& how = how_for(atoms);
    lay_out(*how.shapes, atoms);
    const PlacedAtoms& placed = *laid_out_.placed;
    const std::vector<AtomPart>& parts = laid_out_.parts;
    PlaneRing<Real> ring = ring_for(parts);
    std::vector<Complex> scaled(slope.begin(), slope.end());
    for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= how.scale[i];
    std::size_t next = 0;
    // A part is gathered when the ring is full from its first plane on, or at the end.
    const auto gather = [&](std::size_t i) {
      const parallel::Phase phase("planes_to_atoms");
      const bool last = i + 1 == my_planes().size();
      for (; next < parts.size() && (last || parts[next].sphere.in_ring + ring.n() <= i + 1);
           ++next) {
        const PlacedAtom& atom = placed.atom(parts[next].placed);
        take(atom.atom, how.shapes->gather(atoms, atom, parts[next].sphere, ring, request));
        parallel::count_work(points_in(parts[next].sphere, grid_.frame));
      }
    };
    transform_.adjoint(
        placed.planes(), scaled, [&](std::size_t i) { return ring.plane(i); }, gather);
  }

  const parallel::Partition& ownership() const override { return transform_.ownership(); }
  std::size_t columns_here() const override { return transform_.columns_here(); }
  std::size_t bytes() const override { return transform_.bytes(); }
  long planes_here() const override {
    return laid_out_.placed ? static_cast<long>(my_planes().size()) : 0;
  }

 private:
  // Polynomials where all atoms are isotropic, Gaussians where any is not; each made when it is
  // first needed.
  ShapesAndScale<Real>& how_for(const Atoms& atoms) {
    bool anisotropic = false;
    for (std::size_t i = 0; i < atoms.size() && !anisotropic; ++i)
      anisotropic = atoms.is_anisotropic(i);
    ShapesAndScale<Real>& how = anisotropic ? gaussians_ : polynomials_;
    if (how.shapes) return how;
    how.shapes = anisotropic ? make_gaussian_shapes<Real>(grid_, d_min_, options_,
                                                          cutoff_tolerance(precision_))
                             : make_radial_shapes<Real>(grid_, crystal_, d_min_, b_min_, options_);
    const std::array<int, 3>& n = grid_.choice.n;
    const double per_point = crystal_.cell.volume / (static_cast<double>(n[0]) * n[1] * n[2]) *
                             static_cast<double>(crystal_.centring.size());
    const parallel::Block mine = ownership().block(team_.rank());
    for (std::size_t i = mine.begin; i < mine.end; ++i)
      how.scale.push_back(per_point * how.shapes->deconvolution(crystal_.inverse_d2(hkl_[i])));
    return how;
  }

  // Atoms on the planes. Kept until any moves or changes its shape: the gradient that follows
  // F_calc finds them in place.
  struct LaidOut {
    Atoms atoms;  // what decides it, of these
    std::optional<PlacedAtoms> placed;
    std::vector<AtomPart> parts;  // on this rank's planes

    bool holds(const Atoms& other) const {
      return placed && atoms.xyz == other.xyz && atoms.b == other.b &&
             atoms.element == other.element && atoms.u_aniso == other.u_aniso;
    }
  };

  void lay_out(AtomShapes<Real>& shapes, const Atoms& atoms) {
    if (laid_out_.holds(atoms)) return;
    place(shapes, atoms);
    const parallel::Phase phase("parts");
    laid_out_.parts = laid_out_.placed->parts(my_planes());
    parallel::count_work(static_cast<double>(laid_out_.parts.size()));
  }

  void place(AtomShapes<Real>& shapes, const Atoms& atoms) {
    const parallel::Phase phase("placement");
    parallel::count_work(static_cast<double>(atoms.size()));
    laid_out_.placed.emplace(
        grid_, atoms, [&](std::size_t i) { return shapes.radius(atoms, i); }, team_.size());
    laid_out_.atoms.xyz = atoms.xyz;
    laid_out_.atoms.b = atoms.b;
    laid_out_.atoms.element = atoms.element;
    laid_out_.atoms.u_aniso = atoms.u_aniso;
    shapes.make_room(laid_out_.placed->largest_radius());
  }

  parallel::Block my_planes() const {
    return laid_out_.placed->planes().ownership.block(team_.rank());
  }

  PlaneRing<Real> ring_for(const std::vector<AtomPart>& parts) const {
    const parallel::Phase phase("plane_room");
    int most = 1;
    for (const AtomPart& part : parts) most = std::max(most, part.sphere.n_planes);
    parallel::count_work(static_cast<double>(most) *
                         static_cast<double>(transform_.plane_shape().size()));
    return {transform_.plane_shape(), static_cast<std::size_t>(most)};
  }
  static void clear(PlaneRing<Real>& ring) {
    const parallel::Phase phase("plane_room");
    for (std::size_t i = 0; i < ring.n(); ++i) ring.clear(i);
  }

  Crystal crystal_;
  std::vector<Hkl> hkl_;
  double d_min_, b_min_;
  FormFactorOptions options_;
  Precision precision_;
  const GridGeometry& grid_;
  parallel::Communicator team_;
  PrunedTransform<Real> transform_;
  ShapesAndScale<Real> polynomials_, gaussians_;
  LaidOut laid_out_;
};

}  // namespace

StructureFactors::Impl::Impl(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
                             const FormFactorOptions& options, const parallel::Communicator& group,
                             Precision precision)
    : team(group),
      grid(crystal, choose_grid(crystal, 1 / std::sqrt(largest_inverse_d2(crystal, hkl)), b_min,
                                scattering_of(6, options))) {
  if (precision == Precision::single_grid)
    engine =
        std::make_unique<GridEngine<float>>(crystal, hkl, b_min, options, grid, team, precision);
  else
    engine =
        std::make_unique<GridEngine<double>>(crystal, hkl, b_min, options, grid, team, precision);
}

StructureFactors::StructureFactors(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
                                   const FormFactorOptions& options,
                                   const parallel::Communicator& team, Precision precision)
    : impl_(std::make_unique<Impl>(crystal, hkl, b_min, options, team, precision)) {}
StructureFactors::~StructureFactors() = default;
StructureFactors::StructureFactors(StructureFactors&&) noexcept = default;

parallel::Block StructureFactors::owned() const { return impl_->mine(); }
const parallel::Partition& StructureFactors::ownership() const {
  return impl_->engine->ownership();
}

void StructureFactors::calculate(const Atoms& atoms, std::span<Complex> f) {
  const FlushToZero flush;
  impl_->engine->forward(atoms, f);
}

void StructureFactors::gradient(const Atoms& atoms, std::span<const Complex> slope,
                                const GradientRequest& request, AtomGradient& out) {
  const FlushToZero flush;
  const std::size_t n = atoms.size();
  out.xyz.assign(request.xyz ? n : 0, Vec3::Zero());
  out.b.assign(request.b ? n : 0, 0.0);
  out.u_aniso.assign(request.u_aniso ? n : 0, Sym3{});
  out.weight.assign(request.occupancy ? n : 0, 0.0);
  impl_->engine->adjoint(atoms, slope, request, [&](std::size_t i, const AtomSlopes& slopes) {
    const double w = atoms.weight[i];
    if (request.xyz) out.xyz[i] += w * slopes.xyz;
    if (request.b) out.b[i] += w * slopes.b;
    if (request.occupancy) out.weight[i] += slopes.weight;
    if (request.u_aniso && atoms.is_anisotropic(i)) {
      const Sym3 by = kernels::tensor_of(w * slopes.u);
      for (std::size_t k = 0; k < 6; ++k) out.u_aniso[i][k] += k < 3 ? by[k] : 2 * by[k];
    }
  });
}

EngineReport StructureFactors::report() const {
  const Impl& s = *impl_;
  EngineReport report;
  report.grid = s.grid.choice.n;
  report.blur = s.grid.choice.blur;
  report.grid_points_here = s.engine->planes_here() * s.grid.choice.middle() * s.grid.choice.fast();
  report.columns_here = static_cast<long>(s.engine->columns_here());
  report.bytes_exchanged = s.engine->bytes();
  return report;
}

}  // namespace polyform::density

// SPDX-License-Identifier: MPL-2.0
// F_calc and its adjoint: atoms put on planes, planes to reflections, and the same way back.
//
// Planes are shared out anew at every evaluation, since atoms move; what a plane holds does not
// depend on who has it.
#include "polyform/density/structure_factors.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "density/flush_to_zero.hpp"
#include "density/placed_atoms.hpp"
#include "density/pruned_transform.hpp"
#include "polyform/density/scattering.hpp"

namespace polyform::density {
namespace {

double largest_inverse_d2(const Crystal& crystal, std::span<const Hkl> hkl) {
  double largest = 1e-4;
  for (const Hkl& h : hkl) largest = std::max(largest, crystal.inverse_d2(h));
  return largest;
}

// In double precision atoms reach so far that T is smooth to rounding.
double cutoff_tolerance(Precision precision) {
  return precision == Precision::single_grid ? 1.5e-4 : 1e-11;
}

// F_calc and its adjoint in one precision.
class Engine {
 public:
  using TakeSlopes = std::function<void(const PlacedAtom&, const AtomSlopes&)>;
  virtual ~Engine() = default;
  virtual void forward(const PlacedAtoms& placed, const Atoms& atoms, std::span<Complex> f) = 0;
  virtual void adjoint(const PlacedAtoms& placed, const Atoms& atoms,
                       std::span<const Complex> slope, MomentOrder order,
                       const TakeSlopes& take) = 0;
  virtual const parallel::Partition& ownership() const = 0;
  virtual std::size_t columns_here() const = 0;
  virtual std::size_t bytes() const = 0;
};

}  // namespace

struct StructureFactors::Impl {
  Impl(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
       const FormFactorOptions& options, const parallel::Communicator& team, Precision precision);

  parallel::Communicator team;
  double d_min;
  GridAtoms grid;
  std::vector<double> scale;  // of all reflections: V / N, centring, blur taken off
  std::unique_ptr<Engine> engine;
  long planes_here = 0;

  parallel::Block mine() const { return engine->ownership().block(team.rank()); }
};

namespace {

template <class Real>
class GridEngine : public Engine {
 public:
  GridEngine(const Crystal& crystal, std::span<const Hkl> hkl, GridAtoms& grid,
             const parallel::Communicator& team)
      : grid_(grid), rank_(team.rank()), transform_(crystal, hkl, grid.choice, team) {}

  void forward(const PlacedAtoms& placed, const Atoms& atoms, std::span<Complex> f) override {
    const parallel::Block mine = placed.planes().ownership.block(rank_);
    const std::vector<PlacedAtom> here = placed.reaching(mine);
    const std::vector<std::vector<Visit>> visits = placed.visits(mine, here);
    const PlaneAtoms<Real> shaped(shapes_of(atoms, here, true), grid_.frame);
    const auto fill = [&](std::size_t i, const PlaneView<Real>& plane) {
      for (const Visit& v : visits[i]) shaped.add(v.placed, v.image, plane);
    };
    transform_.forward(placed.planes(), fill, f);
  }

  void adjoint(const PlacedAtoms& placed, const Atoms& atoms, std::span<const Complex> slope,
               MomentOrder order, const TakeSlopes& take) override {
    const parallel::Block mine = placed.planes().ownership.block(rank_);
    const std::vector<PlacedAtom> here = placed.reaching(mine);
    const std::vector<std::vector<Visit>> visits = placed.visits(mine, here);
    const PlaneAtoms<Real> shaped(shapes_of(atoms, here, false), grid_.frame);
    // One or more sets of moments an atom, one after another.
    std::vector<std::size_t> first(here.size() + 1, 0);
    for (std::size_t i = 0; i < here.size(); ++i)
      first[i + 1] = first[i] + static_cast<std::size_t>(moment_sets(shaped.shape(i)));
    std::vector<Moments> moments(first.back(), Moments{});
    const auto gather = [&](std::size_t i, const PlaneView<Real>& plane) {
      for (const Visit& v : visits[i])
        shaped.gather(v.placed, v.image, plane, order, &moments[first[v.placed]]);
    };
    transform_.adjoint(placed.planes(), slope, gather);
    for (std::size_t i = 0; i < here.size(); ++i)
      take(here[i], slopes_of(grid_, atoms, here[i], &moments[first[i]]));
  }

  const parallel::Partition& ownership() const override { return transform_.ownership(); }
  std::size_t columns_here() const override { return transform_.columns_here(); }
  std::size_t bytes() const override { return transform_.bytes(); }

 private:
  std::vector<GridShape> shapes_of(const Atoms& atoms, const std::vector<PlacedAtom>& here,
                                   bool weighted) {
    std::vector<GridShape> shapes;
    shapes.reserve(here.size());
    for (const PlacedAtom& p : here) {
      shapes.push_back(shape_of(grid_, atoms, p));
      if (weighted)
        for (GridGaussian& g : shapes.back().gaussian) g.height *= atoms.weight[p.atom];
    }
    return shapes;
  }

  GridAtoms& grid_;
  int rank_;
  PrunedTransform<Real> transform_;
};

}  // namespace

StructureFactors::Impl::Impl(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
                             const FormFactorOptions& options, const parallel::Communicator& group,
                             Precision precision)
    : team(group),
      d_min(1 / std::sqrt(largest_inverse_d2(crystal, hkl))),
      grid(crystal, choose_grid(crystal, d_min, b_min, scattering_of(6, options)), d_min, options,
           cutoff_tolerance(precision)) {
  const double points = static_cast<double>(grid.choice.n[0]) * grid.choice.n[1] * grid.choice.n[2];
  const double volume_a_point = crystal.cell.volume / points;
  for (const Hkl& h : hkl)
    scale.push_back(volume_a_point * static_cast<double>(crystal.centring.size()) *
                    std::exp(grid.choice.blur * crystal.inverse_d2(h) / 4));
  if (precision == Precision::single_grid)
    engine = std::make_unique<GridEngine<float>>(crystal, hkl, grid, team);
  else
    engine = std::make_unique<GridEngine<double>>(crystal, hkl, grid, team);
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
  Impl& s = *impl_;
  const PlacedAtoms placed(s.grid, atoms, s.team.size());
  s.planes_here = static_cast<long>(placed.planes().ownership.block(s.team.rank()).size());
  s.engine->forward(placed, atoms, f);
  const parallel::Block mine = s.mine();
  for (std::size_t i = 0; i < mine.size(); ++i) f[i] *= s.scale[mine.begin + i];
}

void StructureFactors::gradient(const Atoms& atoms, std::span<const Complex> slope,
                                const GradientRequest& request, AtomGradient& out) {
  const FlushToZero flush;
  Impl& s = *impl_;
  const PlacedAtoms placed(s.grid, atoms, s.team.size());
  s.planes_here = static_cast<long>(placed.planes().ownership.block(s.team.rank()).size());
  const parallel::Block mine = s.mine();
  std::vector<Complex> scaled(slope.begin(), slope.end());
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= s.scale[mine.begin + i];

  const std::size_t n = atoms.size();
  out.xyz.assign(request.xyz ? n : 0, Vec3::Zero());
  out.b.assign(request.b ? n : 0, 0.0);
  out.u_aniso.assign(request.u_aniso ? n : 0, Sym3{});
  out.weight.assign(request.occupancy ? n : 0, 0.0);
  const MomentOrder order = request.b || request.u_aniso ? MomentOrder::second : MomentOrder::first;
  s.engine->adjoint(placed, atoms, scaled, order,
                    [&](const PlacedAtom& at, const AtomSlopes& slopes) {
                      const std::size_t i = at.atom;
                      const double w = atoms.weight[i];
                      if (request.xyz) out.xyz[i] = w * slopes.xyz;
                      if (request.b) out.b[i] = w * slopes.b;
                      if (request.occupancy) out.weight[i] = slopes.weight;
                      if (request.u_aniso && atoms.is_anisotropic(i)) {
                        out.u_aniso[i] = kernels::tensor_of(w * slopes.u);
                        for (std::size_t k = 3; k < 6; ++k) out.u_aniso[i][k] *= 2;
                      }
                    });
}

EngineReport StructureFactors::report() const {
  const Impl& s = *impl_;
  EngineReport report;
  report.grid = s.grid.choice.n;
  report.blur = s.grid.choice.blur;
  report.grid_points_here = s.planes_here * s.grid.choice.middle() * s.grid.choice.fast();
  report.columns_here = static_cast<long>(s.engine->columns_here());
  report.bytes_exchanged = s.engine->bytes();
  return report;
}

}  // namespace polyform::density

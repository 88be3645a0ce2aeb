// SPDX-License-Identifier: MPL-2.0
// F_calc and its adjoint: the steps in order, and who has what between them.
//
//   atoms --add--> my planes --2-D--> columns of my planes
//                                        | all-to-all
//   F of my reflections <--reduce-- sum over symmetry <--1-D-- all planes of my columns
//
// The gradient goes the same way back. Planes are shared out anew at every evaluation, since atoms
// move; what a plane holds does not depend on who has it.
#include "polyform/density/structure_factors.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "density/columns.hpp"
#include "density/flush_to_zero.hpp"
#include "density/placed_atoms.hpp"
#include "density/plane_transform.hpp"
#include "density/scattering.hpp"

namespace polyform::density {
namespace {

double largest_inverse_d2(const Crystal& crystal, std::span<const Hkl> hkl) {
  double largest = 1e-4;
  for (const Hkl& h : hkl) largest = std::max(largest, crystal.inverse_d2(h));
  return largest;
}

parallel::Partition doubled(const parallel::Partition& parts) {
  std::vector<std::size_t> ends = {0};
  for (int r = 0; r < parts.ranks(); ++r) ends.push_back(2 * parts.block(r).end);
  return parallel::Partition(ends);
}

std::vector<int> counts(const parallel::Partition& parts, std::size_t times) {
  std::vector<int> result;
  for (int r = 0; r < parts.ranks(); ++r)
    result.push_back(static_cast<int>(parts.block(r).size() * times));
  return result;
}

// In double precision atoms reach so far that T is smooth to rounding.
double cutoff_tolerance(Precision precision) {
  return precision == Precision::single_grid ? 1.5e-4 : 1e-11;
}

// The transforms in one precision.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual void forward(const PlacedAtoms& placed, const Atoms& atoms, std::span<Complex> all) = 0;
  virtual void adjoint(const PlacedAtoms& placed, const Atoms& atoms, std::span<const Complex> all,
                       MomentOrder order,
                       const std::function<void(const PlacedAtom&, const AtomSlopes&)>& take) = 0;
  std::size_t bytes = 0;
};

}  // namespace

struct StructureFactors::Impl {
  Impl(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
       const FormFactorOptions& options, const parallel::Communicator& team, Precision precision);

  parallel::Communicator team;
  double d_min;
  GridAtoms grid;
  Columns columns;
  parallel::Partition column_ownership;
  SymmetrySum symmetry;
  parallel::Partition ownership;
  std::vector<double> scale;  // of all reflections: V / N, centring, blur taken off
  std::vector<Complex> all;
  std::unique_ptr<Engine> engine;
  std::size_t bytes = 0;
  long planes_here = 0;

  parallel::Block mine() const { return ownership.block(team.rank()); }
};

namespace {

template <class Real>
class GridEngine : public Engine {
 public:
  GridEngine(GridAtoms& grid, const Columns& columns, const SymmetrySum& symmetry,
             const parallel::Partition& column_ownership, const parallel::Communicator& team)
      : grid_(grid),
        symmetry_(symmetry),
        column_ownership_(column_ownership),
        team_(team),
        my_columns_(column_ownership.block(team.rank()).size()),
        n_columns_(columns.places.size()),
        plane_(grid.choice, columns),
        slab_axis_(grid.choice.slab(), my_columns_) {}

  void forward(const PlacedAtoms& placed, const Atoms& atoms, std::span<Complex> all) override {
    const parallel::Block mine = placed.plane_ownership().block(team_.rank());
    by_plane_.resize(mine.size() * n_columns_);
    by_column_.resize(placed.planes().size() * my_columns_);
    fill_planes(placed, atoms, mine);
    exchange(placed, Direction::to_columns, by_plane_, by_column_);
    slab_axis_.forward(placed.planes(), by_column_.data());
    symmetry_.forward<Real>(slab_axis_.columns().data(), all);
  }

  void adjoint(const PlacedAtoms& placed, const Atoms& atoms, std::span<const Complex> all,
               MomentOrder order,
               const std::function<void(const PlacedAtom&, const AtomSlopes&)>& take) override {
    const parallel::Block mine = placed.plane_ownership().block(team_.rank());
    by_plane_.resize(mine.size() * n_columns_);
    by_column_.resize(placed.planes().size() * my_columns_);
    symmetry_.adjoint<Real>(all, slab_axis_.columns());
    slab_axis_.adjoint(placed.planes(), by_column_.data());
    exchange(placed, Direction::to_planes, by_column_, by_plane_);
    gather_planes(placed, atoms, mine, order, take);
  }

 private:
  using Element = std::complex<Real>;
  enum class Direction { to_columns, to_planes };

  // by_plane: rank after rank of the columns' owners, [my plane][their column];
  // by_column: [plane][my column], planes in order and so rank after rank of the planes' owners.
  void exchange(const PlacedAtoms& placed, Direction direction, std::vector<Element>& from,
                std::vector<Element>& to) {
    if (team_.size() == 1) return std::swap(from, to);
    const std::size_t my_planes = placed.plane_ownership().block(team_.rank()).size();
    std::vector<int> plane_side = counts(column_ownership_, my_planes);
    std::vector<int> column_side = counts(placed.plane_ownership(), my_columns_);
    if (direction == Direction::to_planes) std::swap(plane_side, column_side);
    team_.all_to_all<Element>(from, plane_side, to, column_side);
    bytes += from.size() * sizeof(Element);
  }

  void fill_planes(const PlacedAtoms& placed, const Atoms& atoms, parallel::Block mine) {
    const std::vector<PlacedAtom> here = placed.reaching(mine);
    const std::vector<std::vector<Visit>> visits = placed.visits(mine, here);
    const PlaneAtoms<Real> shaped(shapes_of(atoms, here, true), grid_.frame);
    for (std::size_t p = 0; p < mine.size(); ++p) {
      plane_.clear();
      for (const Visit& v : visits[p]) shaped.add(v.placed, v.image, plane_.view());
      plane_.forward();
      for_each_owner(mine.size(), p, [&](parallel::Block columns, std::size_t at) {
        plane_.pack(columns, by_plane_.data() + at);
      });
    }
  }

  void gather_planes(const PlacedAtoms& placed, const Atoms& atoms, parallel::Block mine,
                     MomentOrder order,
                     const std::function<void(const PlacedAtom&, const AtomSlopes&)>& take) {
    const std::vector<PlacedAtom> here = placed.reaching(mine);
    const std::vector<std::vector<Visit>> visits = placed.visits(mine, here);
    const PlaneAtoms<Real> shaped(shapes_of(atoms, here, false), grid_.frame);
    // One or more sets of moments an atom, one after another.
    std::vector<std::size_t> first(here.size() + 1, 0);
    for (std::size_t i = 0; i < here.size(); ++i)
      first[i + 1] = first[i] + static_cast<std::size_t>(moment_sets(shaped.shape(i)));
    std::vector<Moments> moments(first.back(), Moments{});
    plane_.clear_columns();
    for (std::size_t p = 0; p < mine.size(); ++p) {
      for_each_owner(mine.size(), p, [&](parallel::Block columns, std::size_t at) {
        plane_.unpack(columns, by_plane_.data() + at);
      });
      plane_.adjoint();
      for (const Visit& v : visits[p])
        shaped.gather(v.placed, v.image, plane_.view(), order, &moments[first[v.placed]]);
    }
    for (std::size_t i = 0; i < here.size(); ++i)
      take(here[i], slopes_of(grid_, atoms, here[i], &moments[first[i]]));
  }

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

  // Calls visit(columns of a rank, where my plane p of them starts in by_plane) for every rank.
  template <class Visitor>
  void for_each_owner(std::size_t my_planes, std::size_t p, Visitor visit) const {
    for (int r = 0; r < team_.size(); ++r) {
      const parallel::Block columns = column_ownership_.block(r);
      visit(columns, my_planes * columns.begin + p * columns.size());
    }
  }

  GridAtoms& grid_;
  const SymmetrySum& symmetry_;
  const parallel::Partition& column_ownership_;
  parallel::Communicator team_;
  std::size_t my_columns_, n_columns_;
  PlaneTransform<Real> plane_;
  SlabAxisTransform<Real> slab_axis_;
  std::vector<Element> by_plane_, by_column_;
};

}  // namespace

StructureFactors::Impl::Impl(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
                             const FormFactorOptions& options, const parallel::Communicator& group,
                             Precision precision)
    : team(group),
      d_min(1 / std::sqrt(largest_inverse_d2(crystal, hkl))),
      grid(crystal, choose_grid(crystal, d_min, b_min, scattering_of(6, options)), d_min, options,
           cutoff_tolerance(precision)),
      columns(find_columns(crystal, hkl, grid.choice)),
      column_ownership(columns.places.size(), team.size()),
      symmetry(crystal, hkl, grid.choice, columns, column_ownership.block(team.rank())),
      ownership(hkl.size(), team.size()),
      all(hkl.size()) {
  const double points = static_cast<double>(grid.choice.n[0]) * grid.choice.n[1] * grid.choice.n[2];
  const double volume_a_point = crystal.cell.volume / points;
  for (const Hkl& h : hkl)
    scale.push_back(volume_a_point * static_cast<double>(crystal.centring.size()) *
                    std::exp(grid.choice.blur * crystal.inverse_d2(h) / 4));
  if (precision == Precision::single_grid)
    engine = std::make_unique<GridEngine<float>>(grid, columns, symmetry, column_ownership, team);
  else
    engine = std::make_unique<GridEngine<double>>(grid, columns, symmetry, column_ownership, team);
}

StructureFactors::StructureFactors(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
                                   const FormFactorOptions& options,
                                   const parallel::Communicator& team, Precision precision)
    : impl_(std::make_unique<Impl>(crystal, hkl, b_min, options, team, precision)) {}
StructureFactors::~StructureFactors() = default;
StructureFactors::StructureFactors(StructureFactors&&) noexcept = default;

parallel::Block StructureFactors::owned() const { return impl_->mine(); }
const parallel::Partition& StructureFactors::ownership() const { return impl_->ownership; }

void StructureFactors::calculate(const Atoms& atoms, std::span<Complex> f) {
  const FlushToZero flush;
  Impl& s = *impl_;
  const PlacedAtoms placed(s.grid, atoms, s.team.size());
  s.planes_here = static_cast<long>(placed.plane_ownership().block(s.team.rank()).size());
  s.engine->forward(placed, atoms, s.all);
  const parallel::Block mine = s.mine();
  if (s.team.size() == 1) {
    std::copy(s.all.begin(), s.all.end(), f.begin());
  } else {
    s.team.reduce_scatter({reinterpret_cast<const double*>(s.all.data()), 2 * s.all.size()},
                          {reinterpret_cast<double*>(f.data()), 2 * mine.size()},
                          doubled(s.ownership));
    s.bytes += s.all.size() * sizeof(Complex);
  }
  for (std::size_t i = 0; i < mine.size(); ++i) f[i] *= s.scale[mine.begin + i];
}

void StructureFactors::gradient(const Atoms& atoms, std::span<const Complex> slope,
                                const GradientRequest& request, AtomGradient& out) {
  const FlushToZero flush;
  Impl& s = *impl_;
  const PlacedAtoms placed(s.grid, atoms, s.team.size());
  s.planes_here = static_cast<long>(placed.plane_ownership().block(s.team.rank()).size());
  s.team.all_gather<Complex>(slope, s.all, s.ownership);
  s.bytes += s.all.size() * sizeof(Complex);
  for (std::size_t i = 0; i < s.all.size(); ++i) s.all[i] *= s.scale[i];

  const std::size_t n = atoms.size();
  out.xyz.assign(request.xyz ? n : 0, Vec3::Zero());
  out.b.assign(request.b ? n : 0, 0.0);
  out.u_aniso.assign(request.u_aniso ? n : 0, Sym3{});
  out.weight.assign(request.occupancy ? n : 0, 0.0);
  const MomentOrder order = request.b || request.u_aniso ? MomentOrder::second : MomentOrder::first;
  s.engine->adjoint(placed, atoms, s.all, order,
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
  report.columns_here = static_cast<long>(s.column_ownership.block(s.team.rank()).size());
  report.bytes_exchanged = s.bytes + s.engine->bytes;
  return report;
}

}  // namespace polyform::density

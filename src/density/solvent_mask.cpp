// SPDX-License-Identifier: MPL-2.0
// The flat bulk solvent mask on slabs, and its structure factors.
#include "polyform/density/solvent_mask.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "polyform/density/slab_lookup.hpp"
#include "polyform/density/slab_transform.hpp"
#include "solvent_mask_planes.hpp"
#include "solvent_mask_radii.hpp"

namespace polyform::density {
namespace {

double grid_spacing(const Crystal& crystal, std::span<const Hkl> hkl, const MaskOptions& options) {
  if (options.grid_spacing > 0) return options.grid_spacing;
  double s2 = 0;
  for (const Hkl& h : hkl) s2 = std::max(s2, crystal.inverse_d2(h));
  return s2 > 0 ? std::min(0.8, 0.25 / std::sqrt(s2)) : 0.8;
}

// Steps of the grid in a frame with a along x and b in the xy plane, from the metric tensor.
Mat3 grid_step(const Crystal& crystal, const GridSize& size) {
  Mat3 step = crystal.orthogonalise;
  for (int axis = 0; axis < 3; ++axis) step.col(axis) /= size[static_cast<std::size_t>(axis)];
  const Mat3 metric = step.transpose() * step;
  Mat3 upper = Mat3::Zero();
  // Cholesky: metric = upper' upper
  for (int j = 0; j < 3; ++j)
    for (int i = 0; i <= j; ++i) {
      double rest = metric(i, j);
      for (int k = 0; k < i; ++k) rest -= upper(k, i) * upper(k, j);
      upper(i, j) = i == j ? std::sqrt(rest) : rest / upper(i, i);
    }
  return upper;
}

// Bytes of bits to floats: entry b holds the eight bits of b, lowest first.
using Octets = std::array<std::array<float, 8>, 256>;
const Octets& octets() {
  static const Octets table = [] {
    Octets made{};
    for (unsigned byte = 0; byte < 256; ++byte)
      for (unsigned i = 0; i < 8; ++i) made[byte][i] = static_cast<float>((byte >> i) & 1U);
    return made;
  }();
  return table;
}

void write_row(const std::vector<std::uint64_t>& bits, std::span<float> row) {
  const Octets& table = octets();
  for (std::size_t u = 0; u < row.size(); u += 8) {
    const auto& eight = table[(bits[u / 64] >> (u % 64)) & 255U];
    std::copy_n(eight.data(), std::min<std::size_t>(8, row.size() - u), row.data() + u);
  }
}

// The terms of F(h) = 1/n sum_s exp(2 pi i h.t_s) F(h R_s), n operators without centring.
struct SymmetryAverage {
  std::vector<Hkl> indices;          // h R_s: n for each reflection
  std::vector<std::uint8_t> phases;  // h.t_s in 24ths of a turn

  SymmetryAverage(const Crystal& crystal, std::span<const Hkl> hkl) {
    for (const Hkl& h : hkl)
      for (const crystal::SymmetryOperator& s : crystal.primitive) {
        const Eigen::RowVector3i row(h[0], h[1], h[2]);
        const Eigen::RowVector3i image = row * s.rotation;
        indices.push_back({image[0], image[1], image[2]});
        const long turn = std::lround(24 * row.cast<double>().dot(s.translation.transpose()));
        phases.push_back(static_cast<std::uint8_t>(((turn % 24) + 24) % 24));
      }
  }

  void operator()(std::span<const Complex> values, double scale, std::span<Complex> out) const {
    std::array<Complex, 24> turn;
    for (std::size_t i = 0; i < 24; ++i)
      turn[i] = std::polar(scale, std::numbers::pi * static_cast<double>(i) / 12);
    const std::size_t n = out.empty() ? 0 : values.size() / out.size();
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = 0;
      for (std::size_t s = n * i; s < n * (i + 1); ++s) out[i] += turn[phases[s]] * values[s];
    }
  }
};

std::span<const Hkl> owned(std::span<const Hkl> hkl, const parallel::Communicator& team) {
  const parallel::Block block = parallel::Partition(hkl.size(), team.size()).block(team.rank());
  return hkl.subspan(block.begin, block.size());
}

}  // namespace

struct SolventMask::Impl {
  Crystal crystal;
  std::vector<crystal::SymmetryOperator> operators;
  MaskOptions options;
  SlabTransform transform;
  SymmetryAverage average;
  SlabLookup lookup;
  MaskPlanes planes;
  double solvent_fraction = 0;

  Impl(const Crystal& c, std::span<const Hkl> hkl, const MaskOptions& o,
       const parallel::Communicator& team)
      : crystal(c),
        operators(c.all_operators()),
        options(o),
        transform(slab_grid_size(c, grid_spacing(c, hkl, o), hkl), team),
        average(c, owned(hkl, team)),
        lookup(transform, average.indices),
        planes(transform.size(), grid_step(c, transform.size()),
               static_cast<int>(transform.planes().begin),
               static_cast<int>(transform.planes().size()), o.shrink_radius) {}

  void exclude_atoms(const Atoms& atoms) {
    planes.clear();
    const auto [nu, nv, nw] = transform.size();
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (atoms.is_hydrogen(i) || !(atoms.occupancy[i] > 0)) continue;
      const double radius = mask_radius(atoms.element[i]) + options.probe_radius;
      const Vec3 x = crystal.fractionalise * atoms.xyz[i];
      for (const crystal::SymmetryOperator& s : operators) {
        Vec3 image = s.rotation.cast<double>() * x + s.translation;
        for (int axis = 0; axis < 3; ++axis) image[axis] -= std::floor(image[axis]);
        planes.exclude(image.cwiseProduct(Vec3(nu, nv, nw)), radius);
      }
    }
    planes.finish();
  }

  // The shrunk mask as a map; returns the number of solvent points here.
  long write_map() {
    const auto [nu, nv, nw] = transform.size();
    const std::span<float> map = transform.map();
    std::vector<std::uint64_t> bits(planes.words());
    long n_solvent = 0;
    std::size_t at = 0;
    for (std::size_t plane = 0; plane < transform.planes().size(); ++plane)
      for (int v = 0; v < nv; ++v, at += transform.row_stride()) {
        planes.solvent_row(static_cast<int>(plane), v, bits.data());
        for (std::uint64_t word : bits) n_solvent += std::popcount(word);
        write_row(bits, map.subspan(at, static_cast<std::size_t>(nu)));
      }
    return n_solvent;
  }

  void calculate(const Atoms& atoms, std::span<Complex> f_mask) {
    transform.team().agree([&] { exclude_atoms(atoms); });
    const auto n_points = static_cast<double>(transform.n_points());
    solvent_fraction = static_cast<double>(transform.team().sum(write_map())) / n_points;
    transform.forward();
    std::vector<Complex> values(lookup.size());
    lookup.collect(transform, values);
    const auto n_primitive = static_cast<double>(crystal.primitive.size());
    average(values, crystal.cell.volume / n_points / n_primitive, f_mask);
  }
};

SolventMask::SolventMask(const Crystal& crystal, std::span<const Hkl> hkl,
                         const MaskOptions& options, const parallel::Communicator& team)
    : impl_(std::make_unique<Impl>(crystal, hkl, options, team)) {}
SolventMask::~SolventMask() = default;
SolventMask::SolventMask(SolventMask&&) noexcept = default;

void SolventMask::calculate(const Atoms& atoms, std::span<Complex> f_mask) {
  impl_->calculate(atoms, f_mask);
}

double SolventMask::solvent_fraction() const { return impl_->solvent_fraction; }

}  // namespace polyform::density

// SPDX-License-Identifier: MPL-2.0
// The flat bulk solvent mask on slabs, and its structure factors.
#include "polyform/density/solvent_mask.hpp"

#include <algorithm>
#include <bit>

#include "density/pruned_transform.hpp"
#include "density/solvent_mask_frame.hpp"
#include "density/solvent_mask_planes.hpp"
#include "density/solvent_mask_radii.hpp"
#include "polyform/parallel/traffic.hpp"

namespace polyform::density {
namespace {

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

// n bits as 0 or `weight`.
void write_row(const std::vector<std::uint64_t>& bits, float weight, float* row, std::size_t n) {
  const Octets& table = octets();
  for (std::size_t u = 0; u < n; u += 8) {
    const auto& eight = table[(bits[u / 64] >> (u % 64)) & 255U];
    // A row has room for eight more than n; beyond n bits are 0.
    for (std::size_t i = 0; i < 8; ++i) row[u + i] = weight * eight[i];
  }
}

// All planes to be made, in equal shares.
SharedPlanes shared(const FoldedPlanes& folded, int n, int ranks) {
  SharedPlanes planes;
  for (int i = 0; i < folded.count(); ++i) planes.planes.push_back((folded.first + i) % n);
  planes.ownership = parallel::Partition(planes.planes.size(), ranks);
  return planes;
}

}  // namespace

struct SolventMask::Impl {
  Crystal crystal;
  std::vector<crystal::SymmetryOperator> operators;
  MaskOptions options;
  parallel::Communicator team;
  MaskFrame frame;
  SharedPlanes shared_planes;
  parallel::Block mine;  // of shared_planes
  PrunedTransform<float> transform;
  MaskPlanes planes;
  AlignedArray<float> plane;  // the one that is transformed
  double solvent_fraction = 0;

  Impl(const Crystal& c, std::span<const Hkl> hkl, const MaskOptions& o,
       const parallel::Communicator& ranks)
      : crystal(c),
        operators(c.all_operators()),
        options(o),
        team(ranks),
        frame(c, hkl, o),
        shared_planes(shared(frame.planes, frame.size[2], team.size())),
        mine(shared_planes.ownership.block(team.rank())),
        transform(c, hkl, frame.choice, team),
        planes(frame.size, frame.step, frame.planes.first + static_cast<int>(mine.begin),
               static_cast<int>(mine.size()), o.shrink_radius),
        plane(transform.plane_shape().size()) {}

  void exclude_atoms(const Atoms& atoms) {
    const parallel::Phase phase("mask_spheres");
    planes.clear();
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (atoms.is_hydrogen(i) || !(atoms.occupancy[i] > 0)) continue;
      const double radius = mask_radius(atoms.element[i]) + options.probe_radius;
      const Vec3 x = crystal.fractionalise * atoms.xyz[i];
      for (const crystal::SymmetryOperator& s : operators) {
        const Vec3 centre = frame.position(s.rotation.cast<double>() * x + s.translation);
        parallel::count_work(1 + planes.exclude(centre, radius));
      }
    }
    planes.finish();
  }

  // Plane i of this rank, shrunk, times its weight; the volume of its solvent in points. Margins
  // stay 0.
  double fill(std::size_t i) {
    const parallel::Phase phase("mask_planes");
    const PlaneShape& shape = transform.plane_shape();
    parallel::count_work(static_cast<double>(shape.n_middle) * shape.n_fast);
    const float weight = frame.planes.weight[mine.begin + i];
    std::vector<std::uint64_t> bits(planes.words());
    long n_solvent = 0;
    for (int v = 0; v < shape.n_middle; ++v) {
      planes.solvent_row(static_cast<int>(i), v, bits.data());
      for (std::uint64_t word : bits) n_solvent += std::popcount(word);
      write_row(bits, weight, plane.data() + static_cast<std::ptrdiff_t>(v) * shape.stride,
                static_cast<std::size_t>(shape.n_fast));
    }
    return weight * static_cast<double>(n_solvent);
  }

  void calculate(const Atoms& atoms, std::span<Complex> f_mask) {
    team.agree([&] { exclude_atoms(atoms); });
    double n_solvent = 0;
    transform.forward(
        shared_planes,
        [&](std::size_t i) {
          n_solvent += fill(i);
          return plane.data();
        },
        f_mask);
    const auto n_points = static_cast<double>(frame.n_points());
    const auto n_primitive = static_cast<double>(crystal.primitive.size());
    solvent_fraction = team.sum(n_solvent) * frame.fold.images / n_points;
    const double scale = crystal.cell.volume / n_points * frame.fold.images / n_primitive;
    for (Complex& f : f_mask) f *= scale;
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

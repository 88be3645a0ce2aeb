// SPDX-License-Identifier: MPL-2.0
// The flat bulk solvent mask on slabs, and its structure factors.
#include "polyform/density/solvent_mask.hpp"

#include <algorithm>
#include <bit>

#include "density/slab_columns.hpp"
#include "density/solvent_mask_frame.hpp"
#include "density/solvent_mask_planes.hpp"
#include "density/solvent_mask_radii.hpp"
#include "density/solvent_mask_symmetry.hpp"

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

void write_row(const std::vector<std::uint64_t>& bits, std::span<float> row) {
  const Octets& table = octets();
  for (std::size_t u = 0; u < row.size(); u += 8) {
    const auto& eight = table[(bits[u / 64] >> (u % 64)) & 255U];
    std::copy_n(eight.data(), std::min<std::size_t>(8, row.size() - u), row.data() + u);
  }
}

std::span<const Hkl> owned(std::span<const Hkl> hkl, const parallel::Communicator& team) {
  const parallel::Block block = parallel::Partition(hkl.size(), team.size()).block(team.rank());
  return hkl.subspan(block.begin, block.size());
}

}  // namespace

struct SolventMask::Impl {
  Crystal crystal;
  std::vector<crystal::SymmetryOperator> operators;
  MaskOptions options;
  parallel::Communicator team;
  MaskFrame frame;
  SlabColumns transform;
  MaskSymmetry symmetry;
  SlabLookup lookup;
  MaskPlanes planes;
  double solvent_fraction = 0;

  Impl(const Crystal& c, std::span<const Hkl> hkl, const MaskOptions& o,
       const parallel::Communicator& ranks)
      : crystal(c),
        operators(c.all_operators()),
        options(o),
        team(ranks),
        frame(c, hkl, o),
        transform(frame.size, frame.planes.first, frame.planes.count(), frame.reciprocal,
                  frame.s_max, team),
        symmetry(c, owned(hkl, team)),
        lookup(places(owned(hkl, team)), team),
        planes(frame.size, frame.step,
               frame.planes.first + static_cast<int>(transform.planes().begin),
               static_cast<int>(transform.planes().size()), o.shrink_radius) {}

  std::vector<CoefficientPlace> places(std::span<const Hkl> hkl) const {
    std::vector<CoefficientPlace> all;
    for (const Hkl& image : symmetry.images(hkl))
      all.push_back(transform.locate(frame.index(image)));
    return all;
  }

  void exclude_atoms(const Atoms& atoms) {
    planes.clear();
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (atoms.is_hydrogen(i) || !(atoms.occupancy[i] > 0)) continue;
      const double radius = mask_radius(atoms.element[i]) + options.probe_radius;
      const Vec3 x = crystal.fractionalise * atoms.xyz[i];
      for (const crystal::SymmetryOperator& s : operators)
        planes.exclude(frame.position(s.rotation.cast<double>() * x + s.translation), radius);
    }
    planes.finish();
  }

  // Every plane of this rank, shrunk, into the transform; the volume of its solvent in points.
  double take_planes() {
    const auto nu = static_cast<std::size_t>(frame.size[0]);
    std::vector<std::uint64_t> bits(planes.words());
    double n_solvent = 0;
    for (std::size_t i = 0; i < transform.planes().size(); ++i) {
      const float weight = frame.planes.weight[transform.planes().begin + i];
      long in_plane = 0;
      for (int v = 0; v < frame.size[1]; ++v) {
        planes.solvent_row(static_cast<int>(i), v, bits.data());
        for (std::uint64_t word : bits) in_plane += std::popcount(word);
        const std::size_t at = static_cast<std::size_t>(v) * transform.row_stride();
        write_row(bits, transform.plane().subspan(at, nu));
      }
      transform.take(i, weight);
      n_solvent += weight * static_cast<double>(in_plane);
    }
    return n_solvent * frame.fold.images;
  }

  void calculate(const Atoms& atoms, std::span<Complex> f_mask) {
    double n_solvent = 0;
    team.agree([&] {
      exclude_atoms(atoms);
      n_solvent = take_planes();
    });
    const auto n_points = static_cast<double>(frame.n_points());
    solvent_fraction = team.sum(n_solvent) / n_points;
    transform.transform();
    std::vector<Complex> values(lookup.size());
    lookup.collect(transform.coefficients(), values);
    const auto n_primitive = static_cast<double>(crystal.primitive.size());
    symmetry(values, crystal.cell.volume / n_points * frame.fold.images / n_primitive, f_mask);
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

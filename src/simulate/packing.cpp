// SPDX-License-Identifier: MPL-2.0
// Bins of images, and looking around in them.
#include "polyform/simulate/packing.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::simulate {
namespace {

constexpr int most_bins = 48;  // along an axis

// The lattice translation of a place, and what is left of it inside the cell.
struct Wrapped {
  Vec3 inside;
  std::array<int, 3> shift;
};
Wrapped wrapped(const Vec3& x) {
  Wrapped w{x, {}};
  for (int i = 0; i < 3; ++i) {
    const double whole = std::floor(x[i]);
    w.inside[i] = std::min(x[i] - whole, std::nextafter(1.0, 0.0));
    w.shift[static_cast<std::size_t>(i)] = static_cast<int>(whole);
  }
  return w;
}

}  // namespace

Contacts& Contacts::operator+=(const Contacts& other) {
  count += other.count;
  penalty += other.penalty;
  closest = std::min(closest, other.closest);
  return *this;
}

Packing::Packing(const Crystal& crystal, double reach)
    : crystal_(crystal), operators_(crystal.all_operators()), reach_(reach) {
  // Planes x_i = constant lie 1/a*_i apart; a bin is at least as wide as the reach.
  for (int i = 0; i < 3; ++i) {
    const double spacing = 1 / crystal.fractionalise.row(i).norm();
    n_[static_cast<std::size_t>(i)] =
        std::clamp(static_cast<int>(std::floor(spacing / reach)), 1, most_bins);
  }
  first_.assign(static_cast<std::size_t>(n_[0]) * static_cast<std::size_t>(n_[1]) *
                    static_cast<std::size_t>(n_[2]),
                -1);
}

void Packing::clear() {
  std::fill(first_.begin(), first_.end(), -1);
  images_.clear();
  molecules_ = 0;
}

std::size_t Packing::bin_of(const Vec3& inside) const {
  std::size_t bin = 0;
  for (int i = 2; i >= 0; --i) {
    const int n = n_[static_cast<std::size_t>(i)];
    const int at = std::min(static_cast<int>(inside[i] * n), n - 1);
    bin = bin * static_cast<std::size_t>(n) + static_cast<std::size_t>(at);
  }
  return bin;
}

void Packing::add(std::span<const Vec3> xyz) {
  for (const Vec3& x : xyz) {
    const Vec3 fractional = crystal_.fractionalise * x;
    for (std::size_t s = 0; s < operators_.size(); ++s) {
      const Wrapped w =
          wrapped(operators_[s].rotation.cast<double>() * fractional + operators_[s].translation);
      int& first = first_[bin_of(w.inside)];
      images_.push_back({crystal_.orthogonalise * w.inside, w.shift, molecules_, s == 0, first});
      first = static_cast<int>(images_.size()) - 1;
    }
  }
  ++molecules_;
}

// An atom that looks into a bin, seen from the cell that the bin's images lie in.
struct Packing::Seeker {
  Vec3 place;                  // Cartesian
  std::array<int, 3> lattice;  // by which that cell is off the atom's own molecule's
  int molecule;
};

void Packing::look_into(std::size_t bin, const Seeker& seeker, Contacts& found) const {
  for (int i = first_[bin]; i >= 0; i = images_[static_cast<std::size_t>(i)].next) {
    const Image& image = images_[static_cast<std::size_t>(i)];
    const double distance2 = (image.place - seeker.place).squaredNorm();
    if (distance2 >= reach_ * reach_) continue;
    if (image.identity && image.molecule == seeker.molecule && image.shift == seeker.lattice)
      continue;  // one and the same molecule
    const double distance = std::sqrt(distance2);
    found += {1, (1 - distance / reach_) * (1 - distance / reach_), distance};
  }
}

void Packing::look_around(const Vec3& fractional, int own_molecule, Contacts& found) const {
  const Wrapped w = wrapped(fractional);
  const Vec3 place = crystal_.orthogonalise * w.inside;
  std::array<int, 3> at{}, step{};
  for (std::size_t i = 0; i < 3; ++i)
    at[i] = std::min(static_cast<int>(w.inside[static_cast<int>(i)] * n_[i]), n_[i] - 1);
  for (step[2] = -1; step[2] <= 1; ++step[2])
    for (step[1] = -1; step[1] <= 1; ++step[1])
      for (step[0] = -1; step[0] <= 1; ++step[0]) {
        std::size_t bin = 0;
        std::array<int, 3> across{}, lattice{};
        for (std::size_t i = 3; i-- > 0;) {
          const int b = at[i] + step[i];
          across[i] = b < 0 ? -1 : b >= n_[i] ? 1 : 0;
          lattice[i] = across[i] + w.shift[i];
          bin = bin * static_cast<std::size_t>(n_[i]) +
                static_cast<std::size_t>(b - across[i] * n_[i]);
        }
        const Vec3 shift = crystal_.orthogonalise * Vec3(across[0], across[1], across[2]);
        look_into(bin, {place - shift, lattice, own_molecule}, found);
      }
}

Contacts Packing::contacts(std::span<const Vec3> xyz, int own_molecule) const {
  Contacts found;
  for (const Vec3& x : xyz) look_around(crystal_.fractionalise * x, own_molecule, found);
  return found;
}

Contacts Packing::with_all(std::span<const Vec3> xyz) const { return contacts(xyz, -1); }
Contacts Packing::of_molecule(int molecule, std::span<const Vec3> xyz) const {
  return contacts(xyz, molecule);
}

}  // namespace polyform::simulate

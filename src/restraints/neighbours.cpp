// SPDX-License-Identifier: MPL-2.0
// Atoms near each other, symmetry mates included, by a list of boxes over the unit cell.
#include "neighbours.hpp"

#include <cmath>

#include "images.hpp"

namespace polyform::restraints {

using Cells = std::array<int, 3>;

ImageTable::ImageTable(const crystal::Crystal& crystal)
    : crystal_(&crystal), operators_(crystal.all_operators()) {}

int ImageTable::id(int op, const Cells& cells) {
  if (op == 0 && cells == Cells{0, 0, 0}) return -1;
  constexpr int offset = 1 << 14;  // cells fit 15 bits
  std::uint64_t key = static_cast<std::uint64_t>(op);
  for (const int n : cells) key = key << 15 | static_cast<std::uint64_t>(n + offset);
  if (const auto known = ids_.find(key); known != ids_.end()) return known->second;
  images_.push_back(cartesian(*crystal_, operators_[static_cast<std::size_t>(op)], cells));
  return ids_[key] = static_cast<int>(images_.size()) - 1;
}

namespace {

/// A symmetry mate brought into the unit cell.
struct Mate {
  Vec3 x;  ///< [A] within the cell
  int atom;
  int op;
  Cells cells;  ///< that were taken off
};

struct Wrapped {
  Vec3 fractional;  ///< [0, 1)
  Cells cells;
};
Wrapped wrap(const Vec3& f) {
  Wrapped out{f, {}};
  for (int k = 0; k < 3; ++k) {
    const double whole = std::floor(f[k]);
    out.cells[static_cast<std::size_t>(k)] = static_cast<int>(whole);
    out.fractional[k] = std::min(f[k] - whole, std::nextafter(1.0, 0.0));
  }
  return out;
}

class Boxes {
 public:
  Boxes(const ImageTable& images, std::span<const Vec3> xyz, double reach)
      : crystal_(images.crystal()) {
    for (int k = 0; k < 3; ++k) {
      const double width = 1.0 / crystal_.fractionalise.row(k).norm();  // between the cell's faces
      const auto d = static_cast<std::size_t>(k);
      count_[d] = std::clamp(static_cast<int>(width / reach), 1, 128);
      around_[d] = static_cast<int>(std::ceil(reach * count_[d] / width));
    }
    fill(images, xyz);
  }

  /// Calls visit(mate, cells to add, distance^2) for every mate within reach of the wrapped point.
  template <class Visit>
  void around(const Vec3& fractional, double reach, const Visit& visit) const {
    const Vec3 x = crystal_.orthogonalise * fractional;
    const Cells box = box_of(fractional);
    for (int i = box[0] - around_[0]; i <= box[0] + around_[0]; ++i)
      for (int j = box[1] - around_[1]; j <= box[1] + around_[1]; ++j)
        for (int k = box[2] - around_[2]; k <= box[2] + around_[2]; ++k) {
          const Cells cells = {floor_div(i, count_[0]), floor_div(j, count_[1]),
                               floor_div(k, count_[2])};
          const std::size_t b = number(
              {i - cells[0] * count_[0], j - cells[1] * count_[1], k - cells[2] * count_[2]});
          const Vec3 from = x - crystal_.orthogonalise * Vec3(cells[0], cells[1], cells[2]);
          for (std::size_t m = start_[b]; m < start_[b + 1]; ++m) {
            const double d2 = (mates_[m].x - from).squaredNorm();
            if (d2 <= reach * reach) visit(mates_[m], cells, d2);
          }
        }
  }

 private:
  static int floor_div(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }
  Cells box_of(const Vec3& fractional) const {
    Cells box{};
    for (std::size_t k = 0; k < 3; ++k)
      box[k] = static_cast<int>(fractional[static_cast<int>(k)] * count_[k]);
    return box;
  }
  std::size_t number(const Cells& box) const {
    return static_cast<std::size_t>((box[0] * count_[1] + box[1]) * count_[2] + box[2]);
  }
  void fill(const ImageTable& images, std::span<const Vec3> xyz) {
    const auto& operators = images.operators();
    const std::size_t n_boxes = static_cast<std::size_t>(count_[0]) *
                                static_cast<std::size_t>(count_[1]) *
                                static_cast<std::size_t>(count_[2]);
    std::vector<Mate> all;
    std::vector<std::size_t> box;
    all.reserve(xyz.size() * operators.size());
    box.reserve(all.capacity());
    start_.assign(n_boxes + 1, 0);
    for (std::size_t atom = 0; atom < xyz.size(); ++atom) {
      const Vec3 f = crystal_.fractionalise * xyz[atom];
      for (std::size_t op = 0; op < operators.size(); ++op) {
        const Wrapped w =
            wrap(operators[op].rotation.cast<double>() * f + operators[op].translation);
        all.push_back({crystal_.orthogonalise * w.fractional, static_cast<int>(atom),
                       static_cast<int>(op), w.cells});
        box.push_back(number(box_of(w.fractional)));
        ++start_[box.back() + 1];
      }
    }
    for (std::size_t b = 0; b < n_boxes; ++b) start_[b + 1] += start_[b];
    std::vector<std::size_t> at(start_.begin(), start_.end() - 1);
    mates_.resize(all.size());
    for (std::size_t m = 0; m < all.size(); ++m) mates_[at[box[m]]++] = all[m];
  }

  const crystal::Crystal& crystal_;
  Cells count_{}, around_{};
  std::vector<std::size_t> start_;  // of each box in mates_
  std::vector<Mate> mates_;
};

}  // namespace

std::vector<Neighbour> find_neighbours(ImageTable& images, std::span<const Vec3> xyz, double reach,
                                       parallel::Block first) {
  const Boxes boxes(images, xyz, reach);
  std::vector<Neighbour> found;
  constexpr std::size_t usual = 24;  // neighbours an atom, each pair counted once
  found.reserve(usual * first.size());
  for (std::size_t i = first.begin; i < first.end; ++i) {
    const Wrapped here = wrap(images.crystal().fractionalise * xyz[i]);
    boxes.around(here.fractional, reach, [&](const Mate& mate, const Cells& cells, double d2) {
      const int self = static_cast<int>(i);
      if (mate.atom < self) return;
      Cells whole{};
      for (std::size_t k = 0; k < 3; ++k) whole[k] = cells[k] - mate.cells[k] + here.cells[k];
      if (mate.atom == self && mate.op == 0 && whole == Cells{0, 0, 0}) return;
      found.push_back(
          {self, mate.atom, images.id(mate.op, whole), static_cast<float>(std::sqrt(d2))});
    });
  }
  return found;
}

}  // namespace polyform::restraints

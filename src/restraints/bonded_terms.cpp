// SPDX-License-Identifier: MPL-2.0
// Energies and gradients of bonds, angles, torsions, chiralities and planes.
#include "bonded_terms.hpp"

#include <cmath>

#include "images.hpp"
#include "polyform/base/units.hpp"
#include "polyform/kernels/geometry.hpp"

namespace polyform::restraints {
namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

/// The last atom of a restraint, or its mate across a crystal contact.
template <class Restraint>
Vec3 last_atom(const Restraint& r, const Lists& lists, std::span<const Vec3> xyz) {
  const Vec3& x = xyz[index(r.atom.back())];
  return r.image < 0 ? x : apply(lists.images[index(r.image)], x);
}

/// Adds the slope at the last atom's mate to the atom itself.
template <class Restraint>
void add_to_last(const Restraint& r, const Lists& lists, const Vec3& slope,
                 std::span<Vec3> gradient) {
  Vec3& g = gradient[index(r.atom.back())];
  if (r.image < 0)
    g += slope;
  else
    g += lists.images[index(r.image)].rotation.transpose() * slope;
}

kernels::OfPoints<2> measure(const Bond& r, const Lists& lists, std::span<const Vec3> xyz) {
  return kernels::distance(xyz[index(r.atom[0])], last_atom(r, lists, xyz));
}
kernels::OfPoints<3> measure(const Angle& r, const Lists& lists, std::span<const Vec3> xyz) {
  return kernels::angle(xyz[index(r.atom[0])], xyz[index(r.atom[1])], last_atom(r, lists, xyz));
}

double wrapped_deviation(const Torsion& r, double angle) {
  return kernels::wrapped(angle - r.ideal, base::two_pi / r.period);
}

template <class Restraint>
double length_or_angle_energy(const std::vector<Restraint>& list, const Lists& lists, Block block,
                              double scale, const Coordinates& at) {
  double energy = 0;
  for (std::size_t k = block.begin; k < block.end; ++k) {
    const Restraint& r = list[k];
    const auto measured = measure(r, lists, at.xyz);
    const double weight = scale / (r.sigma * r.sigma);
    const double delta = measured.value - r.ideal;
    energy += weight * delta * delta;
    const double factor = 2 * weight * delta;
    constexpr std::size_t last = std::tuple_size_v<decltype(r.atom)> - 1;
    for (std::size_t a = 0; a < last; ++a)
      at.gradient[index(r.atom[a])] += factor * measured.slope[a];
    add_to_last(r, lists, factor * measured.slope[last], at.gradient);
  }
  return energy;
}

}  // namespace

double value(const Bond& bond, const Lists& lists, std::span<const Vec3> xyz) {
  return measure(bond, lists, xyz).value;
}
double value(const Angle& angle, const Lists& lists, std::span<const Vec3> xyz) {
  return measure(angle, lists, xyz).value;
}
double deviation(const Torsion& r, std::span<const Vec3> xyz) {
  return wrapped_deviation(r, kernels::dihedral(xyz[index(r.atom[0])], xyz[index(r.atom[1])],
                                                xyz[index(r.atom[2])], xyz[index(r.atom[3])])
                                  .value);
}
double value(const Chirality& r, std::span<const Vec3> xyz) {
  return kernels::chiral_volume(xyz[index(r.atom[0])], xyz[index(r.atom[1])], xyz[index(r.atom[2])],
                                xyz[index(r.atom[3])])
      .value;
}
double deviation(const Chirality& r, double volume) {
  return volume - (r.both ? std::copysign(r.ideal, volume) : r.ideal);
}

double bond_energy(const Lists& lists, Block block, double scale, const Coordinates& at) {
  return length_or_angle_energy(lists.bonds, lists, block, scale, at);
}

double angle_energy(const Lists& lists, Block block, double scale, const Coordinates& at) {
  return length_or_angle_energy(lists.angles, lists, block, scale, at);
}

double torsion_energy(const Lists& lists, Block block, double scale, const Coordinates& at) {
  double energy = 0;
  for (std::size_t k = block.begin; k < block.end; ++k) {
    const Torsion& r = lists.torsions[k];
    const auto measured = kernels::dihedral(at.xyz[index(r.atom[0])], at.xyz[index(r.atom[1])],
                                            at.xyz[index(r.atom[2])], at.xyz[index(r.atom[3])]);
    const double weight = scale / (r.sigma * r.sigma);
    const double delta = wrapped_deviation(r, measured.value);
    energy += weight * delta * delta;
    for (std::size_t a = 0; a < 4; ++a)
      at.gradient[index(r.atom[a])] += (2 * weight * delta) * measured.slope[a];
  }
  return energy;
}

double chirality_energy(const Lists& lists, Block block, double scale, const Coordinates& at) {
  double energy = 0;
  for (std::size_t k = block.begin; k < block.end; ++k) {
    const Chirality& r = lists.chiralities[k];
    const auto measured =
        kernels::chiral_volume(at.xyz[index(r.atom[0])], at.xyz[index(r.atom[1])],
                               at.xyz[index(r.atom[2])], at.xyz[index(r.atom[3])]);
    const double weight = scale / (r.sigma * r.sigma);
    const double delta = deviation(r, measured.value);
    energy += weight * delta * delta;
    for (std::size_t a = 0; a < 4; ++a)
      at.gradient[index(r.atom[a])] += (2 * weight * delta) * measured.slope[a];
  }
  return energy;
}

double plane_energy(const Lists& lists, Block block, double scale, const Coordinates& at) {
  double energy = 0;
  std::vector<Vec3> points;
  for (std::size_t k = block.begin; k < block.end; ++k) {
    const Plane& r = lists.planes[k];
    const int* atoms = lists.plane_atoms.data() + r.first;
    points.clear();
    for (int a = 0; a < r.count; ++a) points.push_back(at.xyz[index(atoms[a])]);
    const kernels::BestPlane plane = kernels::best_plane(points);
    const double weight = scale / (r.sigma * r.sigma);
    for (int a = 0; a < r.count; ++a) {
      const double d = plane.distance(points[index(a)]);
      energy += weight * d * d;
      at.gradient[index(atoms[a])] += (2 * weight * d) * plane.normal;
    }
  }
  return energy;
}

std::vector<double> deviations(const Plane& plane, const Lists& lists, std::span<const Vec3> xyz) {
  std::vector<Vec3> points;
  for (int a = 0; a < plane.count; ++a)
    points.push_back(xyz[index(lists.plane_atoms[index(plane.first + a)])]);
  const kernels::BestPlane best = kernels::best_plane(points);
  std::vector<double> out;
  for (const Vec3& p : points) out.push_back(best.distance(p));
  return out;
}

}  // namespace polyform::restraints

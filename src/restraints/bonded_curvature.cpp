// SPDX-License-Identifier: MPL-2.0
// Gauss-Newton Hessian of bonds, angles, torsions, chiralities and planes.
#include <array>

#include "bonded_terms.hpp"
#include "images.hpp"
#include "polyform/kernels/geometry.hpp"

#include <Eigen/Cholesky>

namespace polyform::restraints {
namespace {

using kernels::Mat3;

std::size_t index(int id) { return static_cast<std::size_t>(id); }

// weight v' v'^T of a function of the atoms.
template <std::size_t n>
void add_square(const std::array<int, n>& atoms, const std::array<Vec3, n>& slopes, double weight,
                const AddBlock& add) {
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a; b < n; ++b) {
      const Mat3 block = weight * slopes[a] * slopes[b].transpose();
      if (atoms[a] < atoms[b])
        add(atoms[a], atoms[b], block);
      else if (atoms[b] < atoms[a])
        add(atoms[b], atoms[a], block.transpose());
      else  // an atom and itself, or its own mate
        add(atoms[a], atoms[a], a == b ? block : Mat3(block + block.transpose()));
    }
}

// Bonds and angles; the last atom may be a mate across a crystal contact.
template <class Restraint, class Measure>
void add_list(const std::vector<Restraint>& list, const Lists& lists, std::span<const Vec3> xyz,
              double scale, Measure measure, const AddBlock& add) {
  for (const Restraint& r : list) {
    const Vec3& last = xyz[index(r.atom.back())];
    const bool mate = r.image >= 0;
    auto measured = measure(r, mate ? apply(lists.images[index(r.image)], last) : last);
    if (mate)
      measured.slope.back() =
          lists.images[index(r.image)].rotation.transpose() * measured.slope.back();
    add_square(r.atom, measured.slope, 2 * scale / (r.sigma * r.sigma), add);
  }
}

// Distances from the best plane are (1 - P) z: heights z less what a plane through the points takes
// of them, P the projector on 1, u, v, coordinates in the plane. 2 w (1 - P)_ij n n'.
void add_plane(const Plane& plane, const Lists& lists, std::span<const Vec3> xyz, double scale,
               const AddBlock& add) {
  const int* atoms = lists.plane_atoms.data() + plane.first;
  std::vector<Vec3> points;
  for (int a = 0; a < plane.count; ++a) points.push_back(xyz[index(atoms[a])]);
  const kernels::BestPlane best = kernels::best_plane(points);
  const Vec3 u = best.normal.unitOrthogonal(), v = best.normal.cross(u);
  Eigen::MatrixX3d in_plane(plane.count, 3);
  for (int a = 0; a < plane.count; ++a) {
    const Vec3 from_centre = points[index(a)] - best.centre;
    in_plane.row(a) << 1, u.dot(from_centre), v.dot(from_centre);
  }
  const Mat3 normal = in_plane.transpose() * in_plane + 1e-9 * Mat3(Mat3::Identity());
  const Eigen::MatrixXd projector = in_plane * normal.ldlt().solve(in_plane.transpose());
  const Mat3 across =
      2 * scale / (plane.sigma * plane.sigma) * best.normal * best.normal.transpose();
  for (int a = 0; a < plane.count; ++a)
    for (int b = a; b < plane.count; ++b)
      add(std::min(atoms[a], atoms[b]), std::max(atoms[a], atoms[b]),
          ((a == b ? 1.0 : 0.0) - projector(a, b)) * across);
}

}  // namespace

void bonded_curvature(const Lists& lists, std::span<const Vec3> xyz, const ChemistryOptions& scales,
                      const AddBlock& add) {
  const auto at = [&](int atom) -> const Vec3& { return xyz[index(atom)]; };
  add_list(
      lists.bonds, lists, xyz, scales.bond,
      [&](const Bond& r, const Vec3& last) { return kernels::distance(at(r.atom[0]), last); }, add);
  add_list(
      lists.angles, lists, xyz, scales.angl,
      [&](const Angle& r, const Vec3& last) {
        return kernels::angle(at(r.atom[0]), at(r.atom[1]), last);
      },
      add);
  for (const Torsion& r : lists.torsions) {
    const auto measured =
        kernels::dihedral(at(r.atom[0]), at(r.atom[1]), at(r.atom[2]), at(r.atom[3]));
    add_square(r.atom, measured.slope, 2 * scales.dihe / (r.sigma * r.sigma), add);
  }
  for (const Chirality& r : lists.chiralities) {
    const auto measured =
        kernels::chiral_volume(at(r.atom[0]), at(r.atom[1]), at(r.atom[2]), at(r.atom[3]));
    add_square(r.atom, measured.slope, 2 * scales.impr / (r.sigma * r.sigma), add);
  }
  for (const Plane& plane : lists.planes) add_plane(plane, lists, xyz, scales.impr, add);
}

}  // namespace polyform::restraints

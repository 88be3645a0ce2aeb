// SPDX-License-Identifier: MPL-2.0
// Energies and gradients of bonds, angles, torsions, chiralities and planes.
#pragma once

#include <functional>
#include <span>

#include "polyform/parallel/partition.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

// Each adds scale * d/dx of its energy to `gradient` and returns scale * sum ((value -
// ideal)/sigma)^2 over the restraints of `block`.
using parallel::Block;
struct Coordinates {
  std::span<const Vec3> xyz;
  std::span<Vec3> gradient;
};
double bond_energy(const Lists& lists, Block block, double scale, const Coordinates& at);
double angle_energy(const Lists& lists, Block block, double scale, const Coordinates& at);
double torsion_energy(const Lists& lists, Block block, double scale, const Coordinates& at);
double chirality_energy(const Lists& lists, Block block, double scale, const Coordinates& at);
double plane_energy(const Lists& lists, Block block, double scale, const Coordinates& at);

// Gauss-Newton blocks of all restraints of a kind: 2 scale/sigma^2 v' v'^T.
using AddBlock = std::function<void(int i, int j, const kernels::Mat3& block)>;
void bonded_curvature(const Lists& lists, std::span<const Vec3> xyz,
                      const ChemistryOptions& scales, const AddBlock& add);

// Values as restrained: [A], [radians], [radians, nearest to the ideal], [A^3].
double value(const Bond& bond, const Lists& lists, std::span<const Vec3> xyz);
double value(const Angle& angle, const Lists& lists, std::span<const Vec3> xyz);
double deviation(const Torsion& torsion, std::span<const Vec3> xyz);
double value(const Chirality& chirality, std::span<const Vec3> xyz);
double deviation(const Chirality& chirality, double volume);
/// Distances of the plane's atoms from their best plane [A].
std::vector<double> deviations(const Plane& plane, const Lists& lists, std::span<const Vec3> xyz);

}  // namespace polyform::restraints

// SPDX-License-Identifier: MPL-2.0
// How well the restraints are met, and the worst of them.
#pragma once

#include <span>
#include <vector>

#include "contacts.hpp"
#include "polyform/restraints/energies.hpp"

namespace polyform::restraints {

/// contacts: those at xyz. Restraints with hydrogens do not count.
GeometryReport geometry_report(const Lists& lists, const crystal::Atoms& atoms,
                               std::span<const Vec3> xyz, std::span<const Contact> contacts,
                               const ImageTable& images);

/// The worst first, at most n, and none whose |Z| is below `beyond`.
std::vector<Outlier> worst_restraints(const Lists& lists, const crystal::Atoms& atoms,
                                      std::span<const Vec3> xyz, std::span<const Contact> contacts,
                                      const ImageTable& images, double vdw_sigma, std::size_t n,
                                      double beyond);

}  // namespace polyform::restraints

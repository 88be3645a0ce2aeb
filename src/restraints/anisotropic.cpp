// SPDX-License-Identifier: MPL-2.0
// Restraints on displacement tensors U.
#include "polyform/restraints/anisotropic.hpp"

#include <cmath>
#include <limits>

#include "images.hpp"
#include "polyform/base/units.hpp"
#include "polyform/kernels/displacement.hpp"

namespace polyform::restraints {
namespace {

using kernels::Mat3;

std::size_t index(int id) { return static_cast<std::size_t>(id); }

// Two atoms one or two bonds apart, the second as its symmetry operator places it.
struct Pair {
  int i, j;
  int image;
};
Pair pair_of(const Bond& bond) { return {bond.atom[0], bond.atom[1], bond.image}; }
Pair pair_of(const Angle& angle) { return {angle.atom[0], angle.atom[2], angle.image}; }

Mat3 turn(const Pair& pair, const Lists& lists) {
  return pair.image < 0 ? Mat3(Mat3::Identity()) : lists.images[index(pair.image)].rotation;
}

Mat3 tensor_difference(const Pair& pair, const Lists& lists, const crystal::Atoms& atoms) {
  const Mat3 r = turn(pair, lists);
  return kernels::matrix_of(atoms.u_aniso[index(pair.i)]) -
         r * kernels::matrix_of(atoms.u_aniso[index(pair.j)]) * r.transpose();
}

Vec3 direction(const Pair& pair, const Lists& lists, std::span<const Vec3> xyz) {
  const Vec3& xj = xyz[index(pair.j)];
  return (xyz[index(pair.i)] - (pair.image < 0 ? xj : apply(lists.images[index(pair.image)], xj)))
      .normalized();
}

bool both_anisotropic(const Pair& pair, const crystal::Atoms& atoms) {
  return atoms.is_anisotropic(index(pair.i)) && atoms.is_anisotropic(index(pair.j));
}

void add_slope(const Mat3& slope, Sym3& gradient) {
  const Sym3 entries = kernels::entries_of_slope(slope);
  for (std::size_t k = 0; k < 6; ++k) gradient[k] += entries[k];
}

double force_of(double sigma) { return sigma > 0 ? 1 / (sigma * sigma) : 0; }

// E = force_similar |D|^2 + force_rigid (n'Dn)^2 of D = U_i - U_j.
double tie_tensors(const Pair& pair, const Lists& lists, const crystal::Atoms& atoms, const Vec3& n,
                   double force_similar, double force_rigid, std::span<Sym3> gradient) {
  const Mat3 difference = tensor_difference(pair, lists, atoms);
  const double along = kernels::mean_square_along(difference, n);
  const Mat3 slope = 2 * force_similar * difference + 2 * force_rigid * along * n * n.transpose();
  const Mat3 r = turn(pair, lists);
  add_slope(slope, gradient[index(pair.i)]);
  add_slope(-r.transpose() * slope * r, gradient[index(pair.j)]);
  return force_similar * difference.squaredNorm() + force_rigid * along * along;
}

// E = force (B_i - B_j)^2, with B = 8 pi^2 trace(U)/3.
double tie_b(const Pair& pair, const crystal::Atoms& atoms, double force,
             std::span<Sym3> gradient) {
  if (force <= 0) return 0;
  const double difference = atoms.b[index(pair.i)] - atoms.b[index(pair.j)];
  const Mat3 slope = 2 * force * difference * base::b_per_u / 3 * Mat3::Identity();
  add_slope(slope, gradient[index(pair.i)]);
  add_slope(-slope, gradient[index(pair.j)]);
  return force * difference * difference;
}

// (n n' of a direction) and the trace / 3, as the slopes of entries.
using Entries = Eigen::Matrix<double, 6, 1>;
Entries entries(const Mat3& slope) {
  return Eigen::Map<const Entries>(kernels::entries_of_slope(slope).data());
}

// |D|^2, where off-diagonal entries count twice.
TensorBlock squared_norm() {
  Entries times;
  times << 1, 1, 1, 2, 2, 2;
  return times.asDiagonal();
}

// U_j to R U_j R'.
TensorBlock turning(const Pair& pair, const Lists& lists) {
  TensorBlock t = TensorBlock::Identity();
  if (pair.image < 0) return t;
  const Mat3 r = turn(pair, lists);
  for (int k = 0; k < 6; ++k) {
    Sym3 unit{};
    unit[index(k)] = 1;
    const Sym3 turned = kernels::tensor_of(r * kernels::matrix_of(unit) * r.transpose());
    t.col(k) = Eigen::Map<const Entries>(turned.data());
  }
  return t;
}

// (D' k D)/2 of D = U_i - T U_j.
void add_tie(const Pair& pair, const TensorBlock& k, const TensorBlock& t,
             const AddTensorBlock& add) {
  const TensorBlock across = -k * t;
  add(pair.i, pair.i, k);
  add(pair.j, pair.j, t.transpose() * k * t);
  if (pair.i == pair.j) add(pair.i, pair.i, across + across.transpose());
  if (pair.i < pair.j) add(pair.i, pair.j, across);
  if (pair.i > pair.j) add(pair.j, pair.i, across.transpose());
}

}  // namespace

std::vector<std::uint8_t> terminal_atoms(const Lists& lists, const crystal::Atoms& atoms) {
  std::vector<int> bonds(atoms.size(), 0);
  for (const Bond& bond : lists.bonds)
    for (int end : {0, 1})
      if (!atoms.is_hydrogen(index(bond.atom[index(1 - end)])))
        ++bonds[index(bond.atom[index(end)])];
  std::vector<std::uint8_t> terminal(atoms.size());
  for (std::size_t i = 0; i < bonds.size(); ++i) terminal[i] = bonds[i] <= 1 ? 1 : 0;
  return terminal;
}

double tensor_energy(const Lists& lists, const TensorBlocks& blocks, std::span<const int> single,
                     std::span<const std::uint8_t> terminal, const crystal::Atoms& atoms,
                     const TensorForces& forces, std::span<Sym3> gradient,
                     std::span<const Vec3> lines_at) {
  if (lines_at.empty()) lines_at = atoms.xyz;
  const AnisotropicOptions& o = forces.tensors;
  const double similar = force_of(o.similarity), at_ends = force_of(o.terminal);
  const double rigid = force_of(o.rigid_bond), isotropic = force_of(o.isotropy);
  double energy = 0;
  const auto tie = [&](const Pair& pair, double b_force) {
    if (!both_anisotropic(pair, atoms)) {
      energy += tie_b(pair, atoms, b_force, gradient);
      return;
    }
    const bool end = terminal[index(pair.i)] || terminal[index(pair.j)];
    energy += tie_tensors(pair, lists, atoms, direction(pair, lists, lines_at),
                          end ? at_ends : similar, rigid, gradient);
  };
  for (std::size_t k = blocks.bonds.begin; k < blocks.bonds.end; ++k)
    tie(pair_of(lists.bonds[k]), forces.b_bond);
  for (std::size_t k = blocks.angles.begin; k < blocks.angles.end; ++k)
    tie(pair_of(lists.angles[k]), forces.b_angle);
  for (std::size_t k = blocks.single.begin; k < blocks.single.end; ++k) {
    const std::size_t i = index(single[k]);
    if (!atoms.is_anisotropic(i)) continue;
    const Mat3 part = kernels::anisotropic_part(kernels::matrix_of(atoms.u_aniso[i]));
    energy += isotropic * part.squaredNorm();
    add_slope(2 * isotropic * part, gradient[i]);
  }
  return energy;
}

void tensor_curvature(const Lists& lists, std::span<const int> single,
                      std::span<const std::uint8_t> terminal, const crystal::Atoms& atoms,
                      const TensorForces& forces, const AddTensorBlock& add,
                      std::span<const Vec3> lines_at) {
  if (lines_at.empty()) lines_at = atoms.xyz;
  const AnisotropicOptions& o = forces.tensors;
  const double similar = force_of(o.similarity), at_ends = force_of(o.terminal);
  const double rigid = force_of(o.rigid_bond), isotropic = force_of(o.isotropy);
  const Entries of_b = entries(base::b_per_u / 3 * Mat3::Identity());
  const auto tie = [&](const Pair& pair, double b_force) {
    if (!both_anisotropic(pair, atoms)) {
      if (b_force > 0)
        add_tie(pair, 2 * b_force * of_b * of_b.transpose(), TensorBlock::Identity(), add);
      return;
    }
    const bool end = terminal[index(pair.i)] || terminal[index(pair.j)];
    const Vec3 n = direction(pair, lists, lines_at);
    const Entries along = entries(n * n.transpose());
    add_tie(pair,
            2 * (end ? at_ends : similar) * squared_norm() + 2 * rigid * along * along.transpose(),
            turning(pair, lists), add);
  };
  for (const Bond& bond : lists.bonds) tie(pair_of(bond), forces.b_bond);
  for (const Angle& angle : lists.angles) tie(pair_of(angle), forces.b_angle);
  const Entries trace = entries(Mat3::Identity());
  for (const int i : single)
    if (atoms.is_anisotropic(index(i)))
      add(i, i, 2 * isotropic * (squared_norm() - trace * trace.transpose() / 3));
}

AnisotropicReport anisotropic_report(const Lists& lists, const crystal::Atoms& atoms) {
  AnisotropicReport report;
  double similar = 0, bonded = 0, angled = 0;
  const auto look_at = [&](const Pair& pair, long& count, double& along) {
    if (!both_anisotropic(pair, atoms)) return;
    const Mat3 difference = tensor_difference(pair, lists, atoms);
    const Vec3 n = direction(pair, lists, atoms.xyz);
    similar += difference.squaredNorm();
    along += std::pow(kernels::mean_square_along(difference, n), 2);
    ++count;
  };
  for (const Bond& bond : lists.bonds) look_at(pair_of(bond), report.n_bonded, bonded);
  for (const Angle& angle : lists.angles) look_at(pair_of(angle), report.n_13, angled);
  report.smallest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (!atoms.is_anisotropic(i)) continue;
    const Vec3 principal = kernels::principal_values(kernels::matrix_of(atoms.u_aniso[i]));
    report.anisotropy += principal[0] / principal[2];
    report.smallest = std::min(report.smallest, principal[0]);
    ++report.n_atoms;
  }
  const auto rms = [](double sum, long n) {
    return n > 0 ? std::sqrt(sum / static_cast<double>(n)) : 0.0;
  };
  if (report.n_atoms == 0) return {};
  report.anisotropy /= static_cast<double>(report.n_atoms);
  report.similarity = rms(similar, report.n_bonded + report.n_13);
  report.along_bond = rms(bonded, report.n_bonded);
  report.along_13 = rms(angled, report.n_13);
  return report;
}

}  // namespace polyform::restraints

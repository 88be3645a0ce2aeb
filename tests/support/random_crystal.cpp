// SPDX-License-Identifier: MPL-2.0
// Random atoms, some of them on special positions.
#include "support/random_crystal.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <random>

#include "polyform/base/units.hpp"

namespace polyform::test {

using crystal::Atoms;
using crystal::Crystal;
using crystal::Hkl;
using kernels::Mat3;
using kernels::Vec3;

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"P 1", {16.1, 17.3, 19.2, 72.0, 98.0, 105.0}},
      {"P 1 21 1", {17.2, 19.4, 21.3, 90, 107.5, 90}},
      {"C 1 2 1", {31.2, 13.4, 18.1, 90, 118.3, 90}},
      {"P 21 21 21", {18.3, 23.1, 27.4, 90, 90, 90}},
      {"P 4 2 2", {24.1, 24.1, 19.3, 90, 90, 90}},
      {"I 4 3 2", {38.2, 38.2, 38.2, 90, 90, 90}},
      {"P 32 2 1", {23.4, 23.4, 31.2, 90, 90, 120}},
      {"P 65 2 2", {29.2, 29.2, 38.3, 90, 90, 120}},
      {"I 21 3", {36.4, 36.4, 36.4, 90, 90, 90}},
      {"H 3", {32.3, 32.3, 21.4, 90, 90, 120}},
  };
  return all;
}

const Setting& setting(const std::string& space_group) {
  return *std::find_if(settings().begin(), settings().end(),
                       [&](const Setting& s) { return s.space_group == space_group; });
}

std::vector<Hkl> reflections_to(const Crystal& crystal, double d_min) {
  const gemmi::GroupOps operations = crystal.space_group->operations();
  const gemmi::ReciprocalAsu asu(crystal.space_group);
  std::array<int, 3> limit;
  for (int i = 0; i < 3; ++i)
    limit[static_cast<std::size_t>(i)] =
        static_cast<int>(crystal.orthogonalise.col(i).norm() / d_min) + 1;
  std::vector<Hkl> hkl;
  for (int h = -limit[0]; h <= limit[0]; ++h)
    for (int k = -limit[1]; k <= limit[1]; ++k)
      for (int l = -limit[2]; l <= limit[2]; ++l) {
        const Hkl index = {h, k, l};
        const double s2 = crystal.inverse_d2(index);
        if (s2 > 0 && s2 * d_min * d_min <= 1 && asu.is_in(index) &&
            !operations.is_systematically_absent(index))
          hkl.push_back(index);
      }
  return hkl;
}

namespace {

using Random = std::mt19937;

double uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random()) / 4294967296.0;
}

void add_atom(Atoms& atoms, const Vec3& xyz, Random& random) {
  static constexpr int elements[] = {6, 7, 8, 16, 15, 30, 1, 6};
  atoms.xyz.push_back(xyz);
  atoms.b.push_back(uniform(random, 2, 100));
  atoms.occupancy.push_back(uniform(random, 0.3, 1));
  atoms.weight.push_back(atoms.occupancy.back());
  atoms.element.push_back(static_cast<std::uint8_t>(elements[atoms.size() % 8]));
  atoms.altloc.push_back('\0');
  atoms.charge.push_back(0);
  atoms.u_aniso.push_back({});
  if (atoms.size() % 3 != 0) return;
  // Principal mean-square shifts up to three times the smallest, along random axes.
  Mat3 random_matrix;
  for (int i = 0; i < 9; ++i) random_matrix(i / 3, i % 3) = uniform(random, -1, 1);
  const Mat3 axes = Eigen::FullPivLU<Mat3>(random_matrix).image(random_matrix);
  const Mat3 shape = axes * axes.transpose() / axes.squaredNorm();
  const double u = base::u_of_b(atoms.b.back());
  const Mat3 tensor = u * (0.5 * Mat3::Identity() + 1.5 * shape);
  atoms.u_aniso.back() = kernels::tensor_of(tensor);
  atoms.b.back() = base::b_of_u(tensor.trace() / 3);
}

// A fractional place that the operator leaves where it is, or false: (1 - R) x = t + whole cells.
bool fixed_place(const crystal::SymmetryOperator& op, const Vec3& near, Vec3& place) {
  const Mat3 rotation = op.rotation.cast<double>();
  const Mat3 one_minus = Mat3::Identity() - rotation;
  // The mean of the orbit of `near` under the operator is fixed when the operator has no screw
  // part.
  Vec3 sum = Vec3::Zero(), x = near;
  int order = 0;
  Mat3 power = Mat3::Identity();
  do {
    sum += x;
    x = rotation * x + op.translation;
    power = rotation * power;
    ++order;
  } while (!power.isIdentity(1e-9));
  place = sum / order;
  return (one_minus * place - op.translation).norm() < 1e-9;
}

void add_special(RandomCrystal& made, Random& random) {
  const auto operators = made.crystal.all_operators();
  for (std::size_t i = operators.size(); i-- > 1;) {
    Vec3 place;
    if (operators[i].rotation.isIdentity() ||
        !fixed_place(operators[i], Vec3(0.13, 0.27, 0.41), place))
      continue;
    int order = 0;
    for (const auto& op : operators) {
      const Vec3 shift = op.rotation.cast<double>() * place + op.translation - place;
      if ((shift - shift.array().round().matrix()).norm() < 1e-6) ++order;
    }
    add_atom(made.atoms, made.crystal.orthogonalise * place, random);
    made.atoms.u_aniso.back() = {};
    made.atoms.weight.back() = made.atoms.occupancy.back() / order;
    return;
  }
}

}  // namespace

RandomCrystal random_crystal(const Setting& setting, double d_min, int n_atoms,
                             std::uint32_t seed) {
  Random random(seed);
  RandomCrystal made;
  const auto& c = setting.cell;
  made.crystal = crystal::make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]),
                                       setting.space_group);
  made.hkl = reflections_to(made.crystal, d_min);
  for (int i = 0; i < n_atoms; ++i) {
    const Vec3 fractional(uniform(random, -0.7, 1.6), uniform(random, -0.7, 1.6),
                          uniform(random, -0.7, 1.6));
    add_atom(made.atoms, made.crystal.orthogonalise * fractional, random);
  }
  add_special(made, random);
  return made;
}

std::vector<density::Complex> random_slopes(std::size_t n, std::uint32_t seed) {
  Random random(seed);
  std::vector<density::Complex> slopes;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = uniform(random, -1, 1);
    slopes.emplace_back(a, uniform(random, -1, 1));
  }
  return slopes;
}

}  // namespace polyform::test

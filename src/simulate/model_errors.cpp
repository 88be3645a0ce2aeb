// SPDX-License-Identifier: MPL-2.0
// Smooth random fields, and kicks.
#include "polyform/simulate/model_errors.hpp"

#include <algorithm>
#include <cmath>

#include "refine/values.hpp"
#include "simulate/numbers.hpp"

namespace polyform::simulate {
namespace {

using kernels::Vec3;

constexpr int waves = 200;                                 // a field is a sum of so many
constexpr double least_b = 2.0;                            // [A^2]
constexpr double rms_in_unit_sphere = 0.7745966692414834;  // sqrt(3/5)

// sum_k cos(q_k.x + phase_k) with wave vectors of a normal distribution of width 1/range has the
// correlation exp(-r^2 / (2 range^2)) (Rahimi & Recht 2008, Adv. Neural Inf. Process. Syst. 20).
std::vector<double> smooth_field(const std::vector<Vec3>& xyz, double range, int seed,
                                 Purpose purpose, int component) {
  std::vector<double> value(xyz.size(), 0.0);
  for (int k = 0; k < waves; ++k) {
    RandomStream stream = numbers(seed, purpose, static_cast<std::uint64_t>(component * waves + k));
    const double qx = normal(stream), qy = normal(stream), qz = normal(stream);
    const Vec3 q = Vec3(qx, qy, qz) / range;
    const double phase = base::two_pi * stream.uniform();
    for (std::size_t i = 0; i < xyz.size(); ++i) value[i] += std::cos(q.dot(xyz[i]) + phase);
  }
  return value;
}

std::vector<double> rough_field(std::size_t n, int seed, Purpose purpose, int component) {
  std::vector<double> value(n);
  for (std::size_t i = 0; i < n; ++i) {
    RandomStream stream = numbers(seed, purpose, 3 * i + static_cast<std::size_t>(component));
    value[i] = normal(stream);
  }
  return value;
}

// A field of components whose r.m.s. length over the atoms is `rms`.
std::vector<std::vector<double>> field(const crystal::Atoms& atoms, double rms, double range,
                                       int seed, Purpose purpose, int components) {
  std::vector<std::vector<double>> values;
  double sum = 0;
  for (int c = 0; c < components; ++c) {
    values.push_back(range > 0 ? smooth_field(atoms.xyz, range, seed, purpose, c)
                               : rough_field(atoms.size(), seed, purpose, c));
    for (double v : values.back()) sum += v * v;
  }
  const double factor = sum > 0 ? rms / std::sqrt(sum / static_cast<double>(atoms.size())) : 0.0;
  for (std::vector<double>& component : values)
    for (double& v : component) v *= factor;
  return values;
}

// Moves the atoms, those on special positions as far as these allow.
void move_by(std::vector<Vec3> shift, crystal::Atoms& atoms) {
  for (const crystal::SpecialPosition& site : atoms.special) {
    Vec3& own = shift[static_cast<std::size_t>(site.atom)];
    own = site.projector * own;
  }
  for (std::size_t i = 0; i < atoms.size(); ++i) atoms.xyz[i] += shift[i];
}

void change_b(crystal::Atoms& atoms, std::size_t i, double change) {
  const double least = refine::smallest_principal_b(atoms, i);
  change = std::max(change, std::min(0.0, least_b - least));
  atoms.b[i] += change;
  if (!atoms.is_anisotropic(i)) return;
  for (std::size_t k = 0; k < 3; ++k) atoms.u_aniso[i][k] += base::u_of_b(change);
}

}  // namespace

void add_model_errors(crystal::Atoms& atoms, const SimulateOptions& o, int seed) {
  for (std::size_t i = 0; i < atoms.size(); ++i) change_b(atoms, i, o.added_b);
  if (o.b_error > 0) {
    const auto change = field(atoms, o.b_error, o.error_range, seed, Purpose::b_change, 1);
    for (std::size_t i = 0; i < atoms.size(); ++i) change_b(atoms, i, change[0][i]);
  }
  if (o.coordinate_error > 0) {
    const auto along = field(atoms, o.coordinate_error, o.error_range, seed, Purpose::shift, 3);
    std::vector<Vec3> shift;
    for (std::size_t i = 0; i < atoms.size(); ++i)
      shift.emplace_back(along[0][i], along[1][i], along[2][i]);
    move_by(std::move(shift), atoms);
  }
}

void kick_start(crystal::Atoms& atoms, double error, int seed) {
  if (error <= 0) return;
  std::vector<Vec3> shift(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i)
    shift[i] = numbers(seed, Purpose::start, i).in_sphere(error / rms_in_unit_sphere);
  move_by(std::move(shift), atoms);
}

double rms_distance(const crystal::Atoms& a, const crystal::Atoms& b) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a.is_hydrogen(i)) continue;
    sum += (a.xyz[i] - b.xyz[i]).squaredNorm();
    ++count;
  }
  return count > 0 ? std::sqrt(sum / count) : 0.0;
}

}  // namespace polyform::simulate

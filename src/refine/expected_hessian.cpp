// SPDX-License-Identifier: MPL-2.0
// The expected Hessian of a weighted sum, sparse, by free parameters.
#include "refine/expected_hessian.hpp"

#include <algorithm>
#include <cmath>

#include "refine/curvature.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

using kernels::Mat3;

// Groups of more atoms are held by their diagonal alone: coupling all pairs would fill the matrix.
constexpr std::size_t largest_coupled_group = 40;

// Densities of neighbours overlap: where they move together or apart the data are steeper than for
// each alone. Of factors from 1 to 6 these took the fewest evaluations on the crystals of
// docs/guide/results.md, at 1.2 A as at 2.9 A.
constexpr double positions_steeper = 2, b_steeper = 3, u_steeper = 5;
constexpr double least_damping = 0.5;
constexpr double most_too_long = 0.002;  // of the components of a step

double mean(std::span<const double> v) {
  double sum = 0;
  for (double x : v) sum += x;
  return v.empty() ? 0 : sum / static_cast<double>(v.size());
}

// The directions in which a form may be moved as a whole: those that all operators leave, the mean
// of their rotations [Cartesian].
Mat3 floating_directions(const crystal::Crystal& crystal) {
  Mat3 sum = Mat3::Zero();
  for (const crystal::SymmetryOperator& op : crystal.primitive)
    sum += crystal.orthogonalise * op.rotation.cast<double>() * crystal.fractionalise;
  return sum / static_cast<double>(crystal.primitive.size());
}

bool is_zero(const Mat3& m) { return m.cwiseAbs().maxCoeff() < 1e-6; }

}  // namespace

ExpectedHessian::ExpectedHessian(const Ensemble& ensemble, const RefineOptions& options,
                                 const std::vector<FormStatus>& status, const FreeParameters& free,
                                 const Minimisation& what, std::vector<double> row)
    : ensemble_(ensemble),
      options_(options),
      free_(free),
      what_(what),
      row_(std::move(row)),
      elements_(free.map) {
  lay_out(status);
  find_floating();
  make();
}
bool ExpectedHessian::fits(const FreeParameters& free, const Minimisation& what) {
  return what.which != Parameters::occupancies && free.copies.n_operator_values() == 0 &&
         !free.map.shares();
}

// With B or U beside positions, w T + on_b (restraints on B) is on_b times the sum for B alone,
// with w / on_b.
void ExpectedHessian::lay_out(const std::vector<FormStatus>& status) {
  of_data_.assign(free_.map.n_free(), 0.0);
  stiffener_ = of_data_;
  is_b_.assign(free_.map.n_free(), 0);
  std::vector<Parameters> kinds = {beside_positions(what_.which)};
  if (kinds.front() != what_.which) kinds.insert(kinds.begin(), Parameters::positions);
  for (const Parameters kind : kinds) {
    std::vector<double> weights = what_.weights, on_b(weights.size(), 1.0);
    if (kind != Parameters::positions && !what_.on_b.empty()) on_b = what_.on_b;
    for (std::size_t f = 0; f < weights.size(); ++f) weights[f] /= on_b[f];
    const std::vector<double> of_data = data_curvature(ensemble_, options_, status, kind, weights),
                              of_all =
                                  expected_curvature(ensemble_, options_, status, kind, weights);
    std::size_t at = 0, first = 0;
    for (std::size_t f = 0; f < ensemble_.n_forms(); ++f) {
      const crystal::Atoms& atoms = ensemble_.atoms(f);
      const std::size_t n = count_values(atoms, kind), n_row = count_values(atoms, what_.which);
      Part part{kind,
                f,
                kind == Parameters::positions ? first : first + n_row - n,
                on_b[f] * ensemble_.input(f).weight,
                {},
                on_b[f] * 1e-3 * mean(of_all)};
      const double steeper = kind == Parameters::positions   ? positions_steeper
                             : kind == Parameters::b_factors ? b_steeper
                                                             : u_steeper;
      for (std::size_t i = 0; i < n; ++i)
        part.of_data.push_back(steeper * on_b[f] * of_data[at + i]);
      for (std::size_t i = 0; i < n; ++i)
        if (const int p = free_.map.parameter_of(part.first + i); p != Parametrisation::fixed) {
          of_data_[static_cast<std::size_t>(p)] += part.of_data[i];
          stiffener_[static_cast<std::size_t>(p)] += std::max(part.of_data[i], part.least);
          is_b_[static_cast<std::size_t>(p)] = kind != Parameters::positions;
        }
      parts_.push_back(std::move(part));
      of_positions_.emplace_back(kind == Parameters::positions ? atoms.size() : 0);
      of_tensors_.emplace_back(kind == Parameters::u_aniso ? atoms.size() : 0);
      at += n;
      first += n_row;
    }
  }
}

// Where all atoms of a form are free and no given operator ties them to others.
void ExpectedHessian::find_floating() {
  for (const restraints::NcsRestraint& restraint : ensemble_.ncs())
    for (const restraints::NcsCopy& copy : restraint.group().copies)
      if (copy.given) return;
  for (const Part& part : parts_) {
    if (part.kind != Parameters::positions) continue;
    Floating form{{}, floating_directions(ensemble_.crystal(part.form))};
    if (is_zero(form.directions)) continue;
    for (std::size_t i = 0; i < part.of_data.size(); ++i)
      form.parameter.push_back(free_.map.parameter_of(part.first + i));
    if (std::find(form.parameter.begin(), form.parameter.end(), Parametrisation::fixed) ==
        form.parameter.end())
      floating_.push_back(std::move(form));
  }
}

void ExpectedHessian::make() {
  elements_.begin();
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    for (std::size_t v = 0; v < part.of_data.size(); ++v)
      elements_.add(part.first + v, part.first + v, part.of_data[v] + 1e-3 * part.least);
    if (part.kind == Parameters::positions) add_positions(p);
    if (part.kind == Parameters::b_factors) add_b(part);
    if (part.kind == Parameters::u_aniso) add_tensors(p);
  }
  add_soft_groups();
  const Matrix& lower = elements_.lower();
  undamped_.resize(free_.map.n_free());
  for (std::size_t p = 0; p < undamped_.size(); ++p) {
    const auto k = static_cast<Eigen::Index>(p);
    undamped_[p] = lower.coeff(k, k);
  }
  set(lower);
  damp();
}

void ExpectedHessian::damp() {
  std::vector<double> diagonal = undamped_;
  for (std::size_t p = 0; p < diagonal.size(); ++p) {
    const double more = damping_[is_b_[p]] - 1;
    diagonal[p] += more * (more > 0 ? stiffener_[p] : of_data_[p]);
  }
  set_diagonal(diagonal);
}

void ExpectedHessian::set_damping(std::array<double, 2> damping) {
  for (double& d : damping) d = std::max(d, least_damping);
  if (damping == damping_) return;
  damping_ = damping;
  damp();
}

bool ExpectedHessian::too_long(std::span<const double> step,
                               std::span<const double> longest) const {
  double n = 0, n_too_long = 0;
  for (std::size_t p = 0; p < step.size(); ++p) {
    if (is_b_[p]) continue;
    n += 1;
    n_too_long += std::abs(step[p]) > longest[p];
  }
  return n_too_long > most_too_long * n;
}

// The slope along the step should have come to 0; by how much more or less than that it has changed
// is by how much H along the step was too small or too large.
void ExpectedHessian::learn(std::span<const double> step, std::span<const double> before,
                            std::span<const double> after, bool kept) {
  std::array<double, 2> expected{}, found{};
  for (std::size_t p = 0; p < step.size(); ++p) {
    expected[is_b_[p]] -= before[p] * step[p];
    found[is_b_[p]] += (after[p] - before[p]) * step[p];
  }
  std::array<double, 2> damping = damping_;
  bool stiffer = false;
  for (std::size_t kind = 0; kind < 2; ++kind) {
    if (expected[kind] <= 0) continue;
    const double ratio = std::isfinite(found[kind]) ? found[kind] / expected[kind] : 10;
    if (kept && ratio > 2) damping[kind] *= 1.5;
    if (kept && ratio < 1.1) damping[kind] *= std::max(0.8 * ratio, 0.3);
    if (!kept && ratio > 1.25) damping[kind] *= std::min(ratio, 10.0);
    stiffer = stiffer || damping[kind] > 1.5 * damping_[kind];
  }
  if (!kept && !stiffer) damping = {3 * damping_[0], 3 * damping_[1]};
  set_damping(damping);
}

void ExpectedHessian::add_positions(std::size_t number) {
  const Part& part = parts_[number];
  const crystal::Atoms& atoms = ensemble_.atoms(part.form);
  HessianBlocks<3>& blocks = of_positions_[number];
  blocks.clear();
  std::vector<kernels::Vec3> xyz(atoms.size());
  for (std::size_t i = 0; i < xyz.size(); ++i) {
    const double* x = &row_[part.first + 3 * i];
    xyz[i] = {x[0], x[1], x[2]};
  }
  ensemble_.chemistry_curvature(part.form, xyz, [&](int i, int j, const Mat3& block) {
    blocks.add(i, j, part.scale * block);
  });
  keep_on_sites(atoms, 1e3 * part.least, blocks);
  blocks.for_lower([&](std::size_t row, std::size_t column, double element) {
    elements_.add(part.first + row, part.first + column, element);
  });
}

// Of the data on the diagonal entries of U <n1^4> = 1/5, beside it <n1^2 n2^2> = 1/15, over
// directions n; those beside it see no others.
void ExpectedHessian::add_tensors(std::size_t number) {
  const Part& part = parts_[number];
  const crystal::Atoms& atoms = ensemble_.atoms(part.form);
  HessianBlocks<6>& blocks = of_tensors_[number];
  blocks.clear();
  ensemble_.tensor_curvature(part.form, [&](int i, int j, const restraints::TensorBlock& block) {
    blocks.add(i, j, part.scale * block);
  });
  blocks.for_lower([&](std::size_t row, std::size_t column, double element) {
    elements_.add(part.first + row, part.first + column, element);
  });
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (!atoms.is_anisotropic(i)) continue;
    const std::size_t first = part.first + 6 * i;
    for (std::size_t a = 1; a < 3; ++a)
      for (std::size_t b = 0; b < a; ++b)
        elements_.add(first + a, first + b, part.of_data[6 * i] / 3);
  }
}

// k (B_i - B_j)^2
void ExpectedHessian::add_b(const Part& part) {
  const restraints::Lists& lists = ensemble_.restraint_lists(part.form);
  const BFactorOptions& options = options_.of(part.form).b_factors;
  const auto tie = [&](int i, int j, double force) {
    if (force <= 0) return;
    const std::size_t a = part.first + static_cast<std::size_t>(std::max(i, j)),
                      b = part.first + static_cast<std::size_t>(std::min(i, j));
    elements_.add(a, a, 2 * part.scale * force);
    elements_.add(b, b, 2 * part.scale * force);
    elements_.add(a, b, -2 * part.scale * force);
  };
  for (const restraints::Bond& bond : lists.bonds) tie(bond.atom[0], bond.atom[1], options.bond);
  for (const restraints::Angle& angle : lists.angles)
    tie(angle.atom[0], angle.atom[2], options.angle);
}

// force sum (v - mean)^2: 2 force (1 - 1/n) and -2 force / n.
void ExpectedHessian::add_soft_groups() {
  for (const SoftGroup& group : free_.soft) {
    const auto n = static_cast<double>(group.values.size());
    for (std::size_t i = 0; i < group.values.size(); ++i) {
      elements_.add(group.values[i], group.values[i], 2 * group.force * (1 - 1 / n));
      if (group.values.size() > largest_coupled_group) continue;
      for (std::size_t j = 0; j < i; ++j)
        elements_.add(group.values[i], group.values[j], -2 * group.force / n);
    }
  }
}

void ExpectedHessian::apply(std::vector<double>& q) {
  project(q);
  SparsePreconditioner::apply(q);
  project(q);
}

// Takes out of a step, or of a gradient, what moves forms along their floating directions.
void ExpectedHessian::project(std::vector<double>& q) const {
  for (const Floating& form : floating_) {
    kernels::Vec3 drift = kernels::Vec3::Zero();
    const auto at = [&](std::size_t i) -> double& {
      return q[static_cast<std::size_t>(form.parameter[i])];
    };
    for (std::size_t i = 0; i < form.parameter.size(); ++i) drift[static_cast<int>(i % 3)] += at(i);
    drift = form.directions * drift * 3 / static_cast<double>(form.parameter.size());
    for (std::size_t i = 0; i < form.parameter.size(); ++i) at(i) -= drift[static_cast<int>(i % 3)];
  }
}

// r.m.s. shift of atoms [A].
double ExpectedHessian::moved_since(std::span<const double> row) const {
  double sum = 0, n_atoms = 0;
  for (const Part& part : parts_) {
    if (part.kind != Parameters::positions) continue;
    n_atoms += static_cast<double>(part.of_data.size()) / 3;
    for (std::size_t v = part.first; v < part.first + part.of_data.size(); ++v)
      sum += (row[v] - row_[v]) * (row[v] - row_[v]);
  }
  return n_atoms > 0 ? std::sqrt(sum / n_atoms) : 0;
}

bool ExpectedHessian::renew(std::span<const double> x) {
  std::vector<double> now = row_;
  free_.map.spread(x, now);
  if (moved_since(now) < options_.minimiser.renew_shift) return false;
  row_ = std::move(now);
  make();
  return true;
}

}  // namespace polyform::refine

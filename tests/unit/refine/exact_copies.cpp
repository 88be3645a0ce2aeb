// SPDX-License-Identifier: MPL-2.0
// Copies that follow one set of places: exact, with exact slopes by places and operators.
#include "refine/exact_copies.hpp"

#include <cmath>
#include <random>

#include "polyform/minimise/gradient_check.hpp"
#include "polyform/minimise/lbfgs.hpp"
#include "refine/parametrisation.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::refine;

namespace {

constexpr std::size_t n_sites = 12, n_copies = 3;
constexpr std::size_t n_lone = 3 * 2;  // values of atoms that no site has

// Three copies of a chain of sites, each moved as a whole, its atoms by errors; the last copy lacks
// a site (its atom is alone), and there is one atom that no group knows.
struct Model {
  explicit Model(double error) {
    std::mt19937 random(11);
    std::normal_distribution<double> some(0, 1);
    const auto vector = [&] { return kernels::Vec3(some(random), some(random), some(random)); };
    std::vector<kernels::Vec3> sites(n_sites, kernels::Vec3::Zero());
    for (std::size_t s = 1; s < n_sites; ++s) sites[s] = sites[s - 1] + 2 * vector();
    for (std::size_t c = 0; c < n_copies; ++c) {
      const auto turn = static_cast<double>(c);
      const kernels::RigidMotion motion = kernels::motion_of(
          kernels::polar_of_degrees(50, 20 * turn, 80 * turn, kernels::Vec3(15, -6, 9) * turn));
      restraints::NcsCopy& copy = group.copies.emplace_back();
      for (const kernels::Vec3& site : sites) {
        copy.atoms.push_back(static_cast<int>(x.size() / 3));
        const kernels::Vec3 place = motion(site) + error * vector();
        x.insert(x.end(), place.begin(), place.end());
      }
    }
    group.copies.back().atoms.back() = -1;
    x.insert(x.end(), {1, 2, 3});
    n_atoms = x.size() / 3;
  }
  ExactCopies copies(std::vector<std::uint8_t> tied = std::vector<std::uint8_t>(n_sites, 1)) const {
    return ExactCopies({{group, std::move(tied)}}, x.size());
  }
  restraints::NcsGroup group;
  std::vector<double> x;
  std::size_t n_atoms = 0;
};

Parametrisation parameters(const ExactCopies& copies, std::size_t n_values) {
  std::vector<std::uint8_t> free(n_values, 1);
  copies.choose(free);
  std::vector<int> parameter_of(free.size(), Parametrisation::fixed);
  int next = 0;
  for (std::size_t i = 0; i < free.size(); ++i)
    if (free[i]) parameter_of[i] = next++;
  return Parametrisation(std::move(parameter_of));
}

// A sum over the atoms that knows no copies: sum k_i |x_i - target_i|^2, and a quartic part.
class Pull : public minimise::Objective {
 public:
  Pull(const ExactCopies& copies, const Parametrisation& map, std::vector<double> row,
       std::vector<double> target)
      : copies_(copies), map_(map), row_(std::move(row)), target_(std::move(target)) {}

  double evaluate(std::span<const double> p, std::span<double> gradient) override {
    map_.spread(p, row_);
    std::vector<double> values = row_;
    copies_.follow(values);
    std::vector<double> by(target_.size());
    double sum = 0;
    for (std::size_t i = 0; i < by.size(); ++i) {
      const double k = 1 + 0.3 * static_cast<double>(i % 5), d = values[i] - target_[i];
      sum += k * d * d + 0.1 * d * d * d * d;
      by[i] = 2 * k * d + 0.4 * d * d * d;
    }
    copies_.slopes(row_, by);
    map_.gather(by, p, gradient);
    return sum;
  }

 private:
  const ExactCopies& copies_;
  const Parametrisation& map_;
  std::vector<double> row_, target_;
};

double apart(const Model& model, const std::vector<double>& x) {
  const std::vector<double> no_b(model.n_atoms, 0.0);
  return restraints::NcsRestraint(model.group).report(x, no_b).rms;
}

}  // namespace

TEST_CASE("copies that are exact already stay where they are") {
  const Model model(0);
  ExactCopies copies = model.copies();
  std::vector<double> row = model.x;
  CHECK(copies.begin(row) < 1e-9);
  copies.follow(row);
  for (std::size_t i = 0; i < model.x.size(); ++i) CHECK(row[i] == Approx(model.x[i]).margin(1e-9));
}

TEST_CASE("copies with errors are made exact at their mean") {
  const Model model(0.2);
  ExactCopies copies = model.copies();
  std::vector<double> row = model.x;
  const double moved = copies.begin(row);
  CHECK(moved > 0.05);
  CHECK(moved == Approx(apart(model, model.x)).epsilon(0.05));
  copies.follow(row);
  CHECK(apart(model, row) < 1e-8);
}

TEST_CASE("parameters are places of sites, lone atoms, and six for each copy but the first") {
  const Model model(0.2);
  const ExactCopies copies = model.copies();
  CHECK(parameters(copies, model.x.size()).n_free() == 3 * n_sites + n_lone + 6 * (n_copies - 1));
  std::vector<std::uint8_t> tied(n_sites, 1);
  tied[4] = 0;  // its three atoms are free
  CHECK(parameters(model.copies(tied), model.x.size()).n_free() ==
        3 * (n_sites - 1) + 9 + n_lone + 6 * (n_copies - 1));
}

TEST_CASE("slopes by places and operators agree with central differences") {
  const Model model(0.3), target(0.8);
  ExactCopies copies = model.copies();
  std::vector<double> row = model.x;
  copies.begin(row);
  const Parametrisation map = parameters(copies, model.x.size());
  std::vector<double> p = map.free_values(row);
  Pull pull(copies, map, row, target.x);
  CHECK(minimise::check_gradient(pull, p, 1e-4, p.size()).relative_rms < 1e-7);
  // Operators well away from where they began.
  for (std::size_t i = p.size() - 12; i < p.size(); ++i)
    p[i] += 0.9 * std::sin(static_cast<double>(i));
  CHECK(minimise::check_gradient(pull, p, 1e-4, p.size()).relative_rms < 1e-7);
}

TEST_CASE("a minimisation finds other operators and keeps copies exact") {
  const Model model(0);
  Model target = model;
  for (std::size_t s = 0; s < n_sites; ++s)  // the second copy is elsewhere
    target.x[3 * (n_sites + s)] += 0.7;
  ExactCopies copies = model.copies();
  std::vector<double> row = model.x;
  copies.begin(row);
  const Parametrisation map = parameters(copies, model.x.size());
  std::vector<double> p = map.free_values(row);
  Pull pull(copies, map, row, target.x);
  std::vector<double> curvature(row.size() - copies.n_operator_values(), 2.0);
  copies.curvature(row, curvature);
  minimise::LbfgsOptions how;
  how.max_steps = 200;
  const auto result = minimise::lbfgs(pull, p, {}, {}, map.sums(curvature), how);
  CHECK(result.value < 1e-4);
  map.spread(p, row);
  copies.follow(row);
  CHECK(apart(model, row) < 1e-8);
  CHECK(row[3 * n_sites] == Approx(target.x[3 * n_sites]).margin(0.01));
}

TEST_CASE("an operator that the job gives stays") {
  Model model(0.1);
  model.group.copies[1].given = restraints::PartlyFixedOperator{
      kernels::polar_of(
          kernels::motion_of(kernels::polar_of_degrees(50, 20, 80, kernels::Vec3(15, -6, 9)))
              .inverse()),
      {}};
  CHECK(parameters(model.copies(), model.x.size()).n_free() == 3 * n_sites + n_lone + 6);
  ExactCopies copies = model.copies();
  std::vector<double> row = model.x;
  CHECK(copies.begin(row) < 0.3);
  copies.follow(row);
  CHECK(apart(model, row) < 1e-6);
}

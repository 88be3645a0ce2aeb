// SPDX-License-Identifier: MPL-2.0
// How far the true structure and the start are from the model.
#include "polyform/simulate/model_errors.hpp"

#include <cmath>
#include <random>

#include "polyform/base/units.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::simulate;
using kernels::Vec3;

namespace {

// A chain of atoms 1.5 A apart that wanders through space.
crystal::Atoms chain(int n) {
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  crystal::Atoms atoms;
  Vec3 x(3, 4, 5), along(1, 0, 0);
  for (int i = 0; i < n; ++i) {
    const double a = normal(random), b = normal(random), c = normal(random);
    along = (along + 0.8 * Vec3(a, b, c)).normalized();
    x += 1.5 * along;
    atoms.xyz.push_back(x);
    atoms.b.push_back(10 + 40 * std::abs(std::sin(i)));
    atoms.occupancy.push_back(1);
    atoms.weight.push_back(1);
    atoms.element.push_back(6);
    atoms.altloc.push_back('\0');
    atoms.charge.push_back(0);
  }
  return atoms;
}

double rms_bond_change(const crystal::Atoms& a, const crystal::Atoms& b) {
  double sum = 0;
  for (std::size_t i = 1; i < a.size(); ++i)
    sum += std::pow((b.xyz[i] - b.xyz[i - 1]).norm() - (a.xyz[i] - a.xyz[i - 1]).norm(), 2);
  return std::sqrt(sum / static_cast<double>(a.size() - 1));
}

double rms_change(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("the true structure is off by the r.m.s. shift asked for, its bonds by far less") {
  const crystal::Atoms model = chain(800);
  SimulateOptions options;
  options.coordinate_error = 0.4;
  crystal::Atoms smooth = model, rough = model;
  add_model_errors(smooth, options, 1);
  options.error_range = 0;
  add_model_errors(rough, options, 1);
  CHECK(rms_distance(model, smooth) == Approx(0.4));
  CHECK(rms_distance(model, rough) == Approx(0.4));
  // Independent shifts stretch a bond by sqrt(2/3) of the r.m.s. shift; in a field of range L the
  // slope of a component along any direction is its r.m.s. value over L.
  CHECK(rms_bond_change(model, rough) > 0.2);
  CHECK(rms_bond_change(model, smooth) < 2 * 1.5 * 0.4 / std::sqrt(3.0) / 15);
}

TEST_CASE("B changes by what is added and by the r.m.s. change asked for, and stays positive") {
  const crystal::Atoms model = chain(800);
  SimulateOptions options;
  options.added_b = 12;
  crystal::Atoms more = model;
  add_model_errors(more, options, 1);
  for (std::size_t i = 0; i < model.size(); ++i) CHECK(more.b[i] == Approx(model.b[i] + 12));
  options.added_b = 0;
  options.b_error = 2;
  crystal::Atoms changed = model;
  add_model_errors(changed, options, 1);
  CHECK(rms_change(model.b, changed.b) == Approx(2));
  options.b_error = 60;
  add_model_errors(changed, options, 1);
  for (double b : changed.b) CHECK(b >= 2 - 1e-9);
}

TEST_CASE("U of an anisotropic atom grows alike in all directions") {
  crystal::Atoms model = chain(10);
  model.u_aniso.assign(10, {});
  model.u_aniso[3] = {0.2, 0.3, 0.4, 0.05, -0.02, 0.01};
  crystal::Atoms changed = model;
  SimulateOptions options;
  options.added_b = base::b_of_u(0.1);
  add_model_errors(changed, options, 1);
  const kernels::Sym3 expected = {0.3, 0.4, 0.5, 0.05, -0.02, 0.01};
  for (std::size_t k = 0; k < 6; ++k) CHECK(changed.u_aniso[3][k] == Approx(expected[k]));
}

TEST_CASE("the start is off by the r.m.s. shift asked for, atoms on an axis along it alone") {
  crystal::Atoms model = chain(2000);
  crystal::SpecialPosition on_axis;
  on_axis.atom = 5;
  on_axis.projector = Vec3(0, 1, 0).asDiagonal();
  model.special.push_back(on_axis);
  crystal::Atoms start = model;
  kick_start(start, 0.3, 1);
  CHECK(rms_distance(model, start) == Approx(0.3).epsilon(0.03));
  const Vec3 shift = start.xyz[5] - model.xyz[5];
  CHECK(shift[0] == 0);
  CHECK(shift[2] == 0);
  CHECK(shift[1] != 0);
  // Another number of atoms leaves the shifts of the first as they were.
  crystal::Atoms fewer = chain(100);
  kick_start(fewer, 0.3, 1);
  CHECK((fewer.xyz[50] - start.xyz[50]).norm() < 1e-12);
}

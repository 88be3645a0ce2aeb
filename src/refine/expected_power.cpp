// SPDX-License-Identifier: MPL-2.0
// The mean |F|^2 of a form's atoms, and of those that it lacks.
#include "refine/expected_power.hpp"

#include <algorithm>
#include <cmath>
#include <gemmi/elem.hpp>
#include <map>

#include "polyform/base/error.hpp"
#include "polyform/density/scattering.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

// Points of the table in s^2: linear interpolation of ln P is right to about 1e-6.
constexpr std::size_t n_points = 1025;

double sq(double x) { return x * x; }

// ln P at even steps of s^2 from 0 to the largest.
class Table {
 public:
  template <class Power>
  Table(double largest_s2, Power power_at) : step_(largest_s2 / (n_points - 1)) {
    for (std::size_t i = 0; i < n_points; ++i)
      log_power_.push_back(std::log(std::max(power_at(static_cast<double>(i) * step_), 1e-300)));
  }
  double at(double s2) const {
    const double x = s2 / step_;
    const auto i = std::min(static_cast<std::size_t>(x), n_points - 2);
    const double part = x - static_cast<double>(i);
    return std::exp((1.0 - part) * log_power_[i] + part * log_power_[i + 1]);
  }

 private:
  double step_;
  std::vector<double> log_power_;
};

std::vector<double> site_orders(const crystal::Atoms& atoms, std::size_t n_scatterers) {
  std::vector<double> order(n_scatterers, 1.0);
  for (const crystal::SpecialPosition& site : atoms.special)
    order[static_cast<std::size_t>(site.atom)] = site.order;
  return order;
}

// sum order weight^2 f^2 exp(-B s^2/2) over the scatterers of the asymmetric unit. An atom on an
// element of order n weighs 1/n in each of its n coinciding copies, which scatter in phase.
class ModelPower {
 public:
  ModelPower(const crystal::Atoms& atoms, const restraints::RidingHydrogens& hydrogens,
             const density::FormFactorOptions& form_factors)
      : scatterers_(with_hydrogens(atoms, hydrogens)),
        order_(site_orders(atoms, scatterers_.size())) {
    for (std::uint8_t element : scatterers_.element)
      if (!factors_.contains(element))
        factors_[element] = density::scattering_of(element, form_factors);
  }
  double at(double s2) const {
    std::map<std::uint8_t, double> f2;
    for (const auto& [element, factor] : factors_) f2[element] = sq(factor.at(s2));
    double sum = 0;
    for (std::size_t i = 0; i < scatterers_.size(); ++i)
      sum += order_[i] * sq(scatterers_.weight[i]) * f2[scatterers_.element[i]] *
             std::exp(-0.5 * scatterers_.b[i] * s2);
    return sum;
  }

 private:
  crystal::Atoms scatterers_;
  std::vector<double> order_;
  std::map<std::uint8_t, kernels::FormFactor> factors_;
};

// Of the atoms that are not hydrogens, occupancy counted.
double mean_b(const crystal::Atoms& atoms) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (atoms.is_hydrogen(i)) continue;
    sum += atoms.occupancy[i] * atoms.b[i];
    count += atoms.occupancy[i];
  }
  return count > 0 ? sum / count : 0.0;
}

std::uint8_t element_of(const std::string& name) {
  const gemmi::Element element(name);
  if (element == gemmi::El::X)
    throw base::InputError("missing_atoms.element: '" + name +
                           "' is not the symbol of an element; give one, as C, N or O");
  return static_cast<std::uint8_t>(element.atomic_number());
}

}  // namespace

targets::ExpectedPower expected_power(const targets::Share& share, const crystal::Atoms& atoms,
                                      const restraints::RidingHydrogens& hydrogens,
                                      const MissingAtomsOptions& missing,
                                      const density::FormFactorOptions& form_factors) {
  const double copies = static_cast<double>(share.crystal.primitive.size()) *
                        sq(static_cast<double>(share.crystal.centring.size()));
  const kernels::FormFactor lost =
      density::scattering_of(element_of(missing.element), form_factors);
  const double b_lost = missing.b > 0 ? missing.b : mean_b(atoms);
  double largest_s2 = 0;
  for (double s2 : share.all.inverse_d2) largest_s2 = std::max(largest_s2, s2);
  const ModelPower model(atoms, hydrogens, form_factors);
  const Table table(largest_s2, [&](double s2) { return model.at(s2); });

  targets::ExpectedPower power;
  for (std::size_t k = 0; k < share.size(); ++k) {
    const double s2 = share.all.inverse_d2[share.global(k)];
    power.model.push_back(copies * table.at(s2));
    power.missing.push_back(copies * missing.number * sq(lost.at(s2)) *
                            std::exp(-0.5 * b_lost * s2));
  }
  return power;
}

}  // namespace polyform::refine

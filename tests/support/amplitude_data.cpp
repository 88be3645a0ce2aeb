// SPDX-License-Identifier: MPL-2.0
// Reflections with structure factors drawn at random or read from a reference file.
#include "support/amplitude_data.hpp"

#include <cmath>
#include <fstream>
#include <gemmi/reciproc.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "polyform/parallel/partition.hpp"

namespace polyform::test {
namespace {

void add_reflection(AmplitudeData& data, const crystal::Hkl& hkl, double f_obs, crystal::Use use) {
  const gemmi::GroupOps ops = data.crystal.space_group->operations();
  data.all.hkl.push_back(hkl);
  data.all.f_obs.push_back(f_obs);
  data.all.sigma.push_back(std::numeric_limits<double>::quiet_NaN());
  data.all.use.push_back(use);
  data.all.flag.push_back(use == crystal::Use::test ? 0 : 1);
  data.all.inverse_d2.push_back(data.crystal.inverse_d2(hkl));
  data.all.epsilon.push_back(static_cast<std::uint8_t>(ops.epsilon_factor_without_centering(hkl)));
  data.all.centric.push_back(ops.is_reflection_centric(hkl));
}

// Normal structure factor of the mean square `power`; real where centric.
Complex random_factor(std::mt19937& random, double power, bool centric) {
  std::normal_distribution<double> normal;
  if (centric) return {std::sqrt(power) * normal(random), 0.0};
  const double along = normal(random);
  const double across = normal(random);
  return std::sqrt(0.5 * power) * Complex(along, across);
}

}  // namespace

Share AmplitudeData::share(const parallel::Communicator& team) const {
  return {all, crystal, parallel::Partition(all.size(), team.size()).block(team.rank()), team};
}

AmplitudeData random_form(const std::string& space_group, const std::array<double, 6>& cell,
                          double d_min, unsigned seed, unsigned test_every) {
  AmplitudeData data;
  data.crystal = crystal::make_crystal(
      gemmi::UnitCell(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]), space_group);
  std::mt19937 random(seed);
  for (const crystal::Hkl& hkl :
       gemmi::make_miller_vector(data.crystal.cell, data.crystal.space_group, d_min)) {
    if (hkl == crystal::Hkl{0, 0, 0}) continue;
    const bool test = test_every > 0 && random() % test_every == 0;
    add_reflection(data, hkl, 0.0, test ? crystal::Use::test : crystal::Use::work);
    const double s2 = data.all.inverse_d2.back();
    const double epsilon = data.all.epsilon.back();
    const bool centric = data.all.centric.back();
    const Complex f = random_factor(random, 1e4 * epsilon * std::exp(-0.5 * 20.0 * s2), centric);
    const Complex other = random_factor(random, 1e4 * epsilon, centric);
    data.f_calc.push_back(f);
    data.f_mask.push_back((-2.0 * f + other) * std::exp(-0.25 * 50.0 * s2));
    data.all.f_obs.back() = std::abs(f);
  }
  data.f_model = data.f_calc;
  return data;
}

void set_scaled_amplitudes(AmplitudeData& data, double k, const kernels::Sym3& b_cart, double k_sol,
                           double b_sol) {
  const kernels::Mat3 b = kernels::matrix_of(b_cart);
  for (std::size_t i = 0; i < data.all.size(); ++i) {
    const crystal::Hkl& hkl = data.all.hkl[i];
    const kernels::Vec3 s =
        data.crystal.fractionalise.transpose() * kernels::Vec3(hkl[0], hkl[1], hkl[2]);
    data.f_model[i] =
        k * std::exp(-0.25 * s.dot(b * s)) *
        (data.f_calc[i] + k_sol * std::exp(-0.25 * b_sol * s.squaredNorm()) * data.f_mask[i]);
    data.all.f_obs[i] = std::abs(data.f_model[i]);
  }
}

void set_observed_with_errors(AmplitudeData& data, const std::vector<double>& alpha,
                              const std::vector<double>& beta, unsigned seed) {
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < data.all.size(); ++i) {
    const Complex error = random_factor(random, data.all.epsilon[i] * beta[i], data.all.centric[i]);
    data.all.f_obs[i] = std::abs(alpha[i] * std::abs(data.f_model[i]) + error);
  }
}

nlohmann::json read_reference(const std::string& name) {
  std::ifstream file(std::string(POLYFORM_SOURCE_DIR) + "/tests/oracle/" + name + ".json");
  return nlohmann::json::parse(file);
}

std::vector<Complex> complex_column(const nlohmann::json& reference, const std::string& name) {
  std::vector<Complex> column;
  const auto& real = reference.at(name + "_re");
  const auto& imaginary = reference.at(name + "_im");
  for (std::size_t i = 0; i < real.size(); ++i)
    column.emplace_back(real[i].get<double>(), imaginary[i].get<double>());
  return column;
}

AmplitudeData form_of(const nlohmann::json& reference) {
  AmplitudeData data;
  const auto cell = reference.at("unit_cell").get<std::array<double, 6>>();
  data.crystal =
      crystal::make_crystal(gemmi::UnitCell(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]),
                            reference.at("space_group").get<std::string>());
  const auto& hkl = reference.at("hkl");
  for (std::size_t i = 0; i < hkl.size(); ++i)
    add_reflection(data, hkl[i].get<crystal::Hkl>(), reference.at("f_obs")[i].get<double>(),
                   reference.at("test")[i] == 1 ? crystal::Use::test : crystal::Use::work);
  data.f_calc = complex_column(reference, "f_calc");
  data.f_mask = complex_column(reference, "f_mask");
  data.f_model =
      reference.contains("f_model_re") ? complex_column(reference, "f_model") : data.f_calc;
  return data;
}

}  // namespace polyform::test

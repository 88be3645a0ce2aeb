// SPDX-License-Identifier: MPL-2.0
// Targets, slopes, error estimates, figures of merit and R against numbers that cctbx gave for the
// same structure factors.
#include <cmath>
#include <nlohmann/json.hpp>

#include "polyform/density/scattering.hpp"
#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/agreement.hpp"
#include "polyform/targets/error_model.hpp"
#include "polyform/targets/map_coefficients.hpp"
#include "polyform/targets/scaling.hpp"
#include "polyform/targets/target.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using nlohmann::json;
using test::AmplitudeData;

namespace {

struct Reference {
  explicit Reference(const std::string& name)
      : numbers(test::read_reference(name)), form(test::form_of(numbers)) {}
  std::vector<double> column(const char* name) const {
    return numbers.at(name).get<std::vector<double>>();
  }
  json numbers;
  AmplitudeData form;
};

// sqrt(sum |a - b|^2 / sum |b|^2)
double relative_difference(std::span<const Complex> a, std::span<const Complex> b) {
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::norm(a[i] - b[i]);
    size += std::norm(b[i]);
  }
  return std::sqrt(difference / size);
}

}  // namespace

TEST_CASE("epsilon and centric reflections are counted as in cctbx") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11", "lr_4gif"}) {
    const Reference reference(name);
    const auto& all = reference.form.all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all.epsilon[i] == reference.numbers.at("epsilon")[i].get<int>());
      CHECK(all.centric[i] == reference.numbers.at("centric")[i].get<int>());
    }
  }
}

TEST_CASE("the ML target and its slopes equal cctbx's for its alpha and beta") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    INFO(name);
    const Reference reference(name);
    const Share share = reference.form.share(test::world());
    ErrorModel errors;
    errors.alpha = reference.column("alpha");
    errors.beta = reference.column("beta");
    const auto target = make_ml(share, errors);
    std::vector<Complex> slope(share.size());
    const double value = target->evaluate(reference.form.f_model, slope);
    CHECK(value == Approx(reference.numbers.at("ml_target").get<double>()).epsilon(1e-6));
    const auto expected = test::complex_column(reference.numbers, "ml_slope");
    CHECK(relative_difference(slope, expected) < 1e-5);
  }
}

TEST_CASE("every reflection's likelihood and figure of merit equal cctbx's") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    INFO(name);
    const Reference reference(name);
    const auto& all = reference.form.all;
    const std::vector<double> alpha = reference.column("alpha"), beta = reference.column("beta"),
                              expected = reference.column("ml_by_reflection"),
                              fom = reference.column("fom");
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto parity = all.centric[i] ? kernels::Parity::centric : kernels::Parity::acentric;
      const double magnitude = std::abs(reference.form.f_model[i]);
      const double eb = all.epsilon[i] * beta[i];
      CHECK(kernels::amplitude_likelihood(all.f_obs[i], magnitude, alpha[i], eb, parity).value ==
            Approx(expected[i]).epsilon(1e-5).margin(1e-5));
      CHECK(kernels::figure_of_merit(all.f_obs[i], magnitude, alpha[i], eb, parity) ==
            Approx(fom[i]).epsilon(1e-5).margin(1e-6));
    }
  }
}

TEST_CASE("the LSQ target and its slopes equal cctbx's ls_wunit_k1") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    INFO(name);
    const Reference reference(name);
    const Share share = reference.form.share(test::world());
    const auto target = make_lsq(share, reference.form.f_model);
    std::vector<Complex> slope(share.size());
    CHECK(target->evaluate(reference.form.f_model, slope) ==
          Approx(reference.numbers.at("lsq_target").get<double>()).epsilon(1e-6));
    const auto expected = test::complex_column(reference.numbers, "lsq_slope");
    CHECK(relative_difference(slope, expected) < 1e-5);
  }
}

TEST_CASE("alpha and beta of a shell equal cctbx's") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    const Reference reference(name);
    const auto& all = reference.form.all;
    for (const json& shell : reference.numbers.at("shells")) {
      std::vector<double> f_obs, f_model, epsilon;
      std::vector<char> centric;
      for (std::size_t i : shell.at("reflections").get<std::vector<std::size_t>>()) {
        f_obs.push_back(all.f_obs[i]);
        f_model.push_back(std::abs(reference.form.f_model[i]));
        epsilon.push_back(all.epsilon[i]);
        centric.push_back(static_cast<char>(all.centric[i]));
      }
      const AlphaBeta ours = alpha_beta_of_shell(f_obs, f_model, epsilon, centric);
      INFO(name << ", shell of " << f_obs.size());
      CHECK(ours.alpha == Approx(shell.at("alpha").get<double>()).epsilon(1e-4));
      CHECK(ours.beta == Approx(shell.at("beta").get<double>()).epsilon(1e-4));
    }
  }
}

TEST_CASE("alpha and beta of missing atoms equal cctbx's") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    INFO(name);
    const Reference reference(name);
    const json errors = test::read_reference(std::string(name) + "_errors");
    const json& missing = errors.at("missing");
    REQUIRE(missing.at("element") == "O");
    const kernels::FormFactor factor = density::scattering_of(8, {});
    const Share share = reference.form.share(test::world());
    // cctbx counts all operators; centred copies scatter in phase, for which Polyform counts the
    // lattice points once more.
    const auto copies = static_cast<double>(reference.form.crystal.n_operators());
    ExpectedPower power;
    for (double s2 : reference.form.all.inverse_d2) {
      const double one =
          std::pow(factor.at(s2), 2) * std::exp(-0.5 * missing.at("b").get<double>() * s2) * copies;
      power.model.push_back(one * missing.at("included").get<double>());
      power.missing.push_back(one * missing.at("number").get<double>());
    }
    const double scale = 1.7;
    const ErrorModel ours = errors_of_missing_atoms(
        share, power, std::vector<double>(share.size(), scale), missing.at("error").get<double>());
    for (std::size_t i = 0; i < share.size(); ++i) {
      CHECK(ours.alpha[i] == Approx(errors.at("alpha_missing")[i].get<double>()).epsilon(1e-6));
      CHECK(ours.beta[i] ==
            Approx(scale * scale * errors.at("beta_missing")[i].get<double>()).epsilon(1e-4));
    }
  }
}

TEST_CASE("F* is the exact root, and near cctbx's; w* is half of cctbx's second derivative") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    INFO(name);
    const Reference reference(name);
    const json errors = test::read_reference(std::string(name) + "_errors");
    const auto& all = reference.form.all;
    const std::vector<double> alpha = reference.column("alpha"), beta = reference.column("beta");
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto parity = all.centric[i] ? kernels::Parity::centric : kernels::Parity::acentric;
      const double eb = all.epsilon[i] * beta[i];
      const auto ours = kernels::likelihood_parabola(all.f_obs[i], alpha[i], eb, parity);
      const double width = std::sqrt(eb) / alpha[i];
      INFO("p = " << all.f_obs[i] / std::sqrt(eb));
      CHECK(ours.f_star ==
            Approx(errors.at("f_star_exact")[i].get<double>()).epsilon(1e-8).margin(1e-7 * width));
      // cctbx: a series and one step of Newton.
      CHECK(ours.f_star ==
            Approx(errors.at("f_star")[i].get<double>()).epsilon(1e-3).margin(1e-3 * width));
      CHECK(2.0 * ours.w_star * width * width ==
            Approx(errors.at("w_star")[i].get<double>() * width * width).margin(4e-3));
    }
  }
}

TEST_CASE("LSQ with weights by sigma and its slopes equal cctbx's") {
  for (const char* name : {"p53_1aie", "mdm2_4hg7", "lr_5c11"}) {
    INFO(name);
    Reference reference(name);
    const json errors = test::read_reference(std::string(name) + "_errors");
    auto& all = reference.form.all;
    for (std::size_t i = 0; i < all.size(); ++i)
      all.sigma[i] = 1.0 + 0.02 * all.f_obs[i] + 3.0 * (((all.hkl[i][2] % 5) + 5) % 5);
    const Share share = reference.form.share(test::world());
    LsqOptions options;
    options.weights = "sigma";
    const auto target = make_lsq(share, reference.form.f_model, options);
    std::vector<Complex> slope(share.size());
    CHECK(target->evaluate(reference.form.f_model, slope) ==
          Approx(errors.at("lsq_target").get<double>()).epsilon(1e-6));
    CHECK(relative_difference(slope, test::complex_column(errors, "lsq_slope")) < 1e-5);
  }
}

TEST_CASE("R-work after scaling is within 0.010 of cctbx's, with its F_calc and F_mask") {
  const Reference reference("lr_4gif");
  const Share share = reference.form.share(test::world());
  Scaling scaling(share, {});
  scaling.fit(reference.form.f_calc, reference.form.f_mask);
  std::vector<Complex> f_model(share.size());
  scaling.apply(reference.form.f_calc, reference.form.f_mask, f_model);
  const Agreement ours = agreement(share, scaling.shells(), f_model);
  CHECK(std::abs(ours.overall.r_work - reference.numbers.at("r_work").get<double>()) < 0.010);
  // Counting error of R-free with 177 reflections: R / sqrt(2 n).
  CHECK(std::abs(ours.overall.r_free - reference.numbers.at("r_free").get<double>()) < 0.016);
}

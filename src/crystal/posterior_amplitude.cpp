// SPDX-License-Identifier: MPL-2.0
// Quadrature of the French-Wilson posterior in the variable f = F / sqrt(sigma).
#include "crystal/posterior_amplitude.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace polyform::crystal {
namespace {

// Completing the square in J = sigma f^2, with h = I/sigma - sigma/S (acentric; sigma/2S centric):
//
//     p(f) ~ f^m exp(-(f^2 - h)^2 / 2),   m = 1 (acentric), 0 (centric)
struct Density {
  double power, h;
  double log(double f) const {
    const double excess = f * f - h;
    return (power > 0 ? std::log(f) : 0.0) - 0.5 * excess * excess;
  }
  // d log p / df = m/f - 2 f (f^2 - h) = 0
  double mode() const {
    if (power == 0) return std::sqrt(std::max(h, 0.0));
    const double root = std::sqrt(h * h + 2 * power);
    return std::sqrt(h > 0 ? 0.5 * (h + root) : power / (root - h));
  }
};

constexpr double negligible = 36.0;  // exp(-36) = 2e-16 of the largest value

// Where log p has fallen by `negligible` on the side of `step` (f >= 0).
double reach(const Density& density, double mode, double step) {
  const double floor = density.log(std::max(mode, 1e-150)) - negligible;
  double inside = mode, outside = mode;
  while (true) {
    outside += step;
    if (outside <= 0) {
      outside = 0;
      break;
    }
    if (density.log(outside) < floor) break;
    inside = outside;
    step *= 2;
  }
  for (int i = 0; i < 20; ++i) {
    const double middle = 0.5 * (inside + outside);
    (middle > 0 && density.log(middle) > floor ? inside : outside) = middle;
  }
  return outside;
}

// Gauss-Legendre abscissae and weights on [-1, 1], ten points (half; symmetric).
constexpr std::array<double, 5> abscissa = {0.1488743389816312, 0.4333953941292472,
                                            0.6794095682990244, 0.8650633666889845,
                                            0.9739065285171717};
constexpr std::array<double, 5> weight = {0.2955242247147529, 0.2692667193099963,
                                          0.2190863625159820, 0.1494513491505806,
                                          0.0666713443086881};
constexpr int panels = 12;

}  // namespace

PosteriorAmplitude posterior_amplitude(double intensity, double sigma, double expected,
                                       Parity parity) {
  const bool centric = parity == Parity::centric;
  const double h = intensity / sigma - sigma / (centric ? 2 * expected : expected);
  const Density density{centric ? 0.0 : 1.0, h};
  const double mode = density.mode();
  const double start = 0.1 / std::sqrt(1.0 + std::abs(h));
  const double low = mode > 0 ? reach(density, mode, -start) : 0.0;
  const double high = reach(density, mode, start);
  const double largest = density.log(std::max(mode, 1e-150));
  const double half = 0.5 * (high - low) / panels;
  double norm = 0, first = 0, second = 0;  // moments about the mode, against cancellation
  for (int panel = 0; panel < panels; ++panel) {
    const double centre = low + (2 * panel + 1) * half;
    for (std::size_t i = 0; i < abscissa.size(); ++i)
      for (const double side : {-1.0, 1.0}) {
        const double f = centre + side * half * abscissa[i];
        const double p = weight[i] * std::exp(density.log(f) - largest);
        norm += p;
        first += p * (f - mode);
        second += p * (f - mode) * (f - mode);
      }
  }
  const double shift = first / norm;
  const double variance = std::max(second / norm - shift * shift, 0.0);
  const double unit = std::sqrt(sigma);
  return {unit * (mode + shift), unit * std::sqrt(variance)};
}

}  // namespace polyform::crystal

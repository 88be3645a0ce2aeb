// SPDX-License-Identifier: MPL-2.0
// Atoms in maps.
#include "refine/map_targets.hpp"

#include <cmath>
#include <limits>

#include "polyform/base/units.hpp"
#include "polyform/kernels/magnitude.hpp"
#include "polyform/targets/map_coefficients.hpp"

namespace polyform::refine {
namespace {

using Complex = std::complex<double>;
using kernels::Vec3;

// Electron density of n parts of F_obs and m parts of F_model.
struct Mixture {
  double of_observed, of_model;
  bool weighted;  // by m and D
};
Mixture mixture_of(const std::string& source) {
  if (source == "2mFo-DFc") return {2, -1, true};
  if (source == "3mFo-2DFc") return {3, -2, true};
  if (source == "mFo-DFc") return {1, -1, true};
  if (source == "2Fo-Fc") return {2, -1, false};
  if (source == "3Fo-2Fc") return {3, -2, false};
  return {1, -1, false};
}

}  // namespace

double electrons_in_map(const crystal::Atoms& atoms, std::size_t i) {
  return atoms.is_hydrogen(i) ? 0.0 : atoms.element[i] * atoms.weight[i];
}

double curvature_of_density(double b, double d_min) {
  // rho(r) = integral 4 pi s^2 f(s) exp(-B s^2/4) sin(2 pi s r)/(2 pi s r) ds; -rho''(0) has
  // (2 pi s)^2 / 3 in place of the sine. f(s) ~ exp(-11 A^2 s^2/4) for one electron.
  constexpr int n = 40;
  constexpr double b_of_core = 11.0;
  double sum = 0;
  for (int k = 0; k < n; ++k) {
    const double s = (k + 0.5) / n / d_min;
    const double wave = base::two_pi * s;
    sum += 2 * base::two_pi * s * s * wave * wave / 3 * std::exp(-(b + b_of_core) * s * s / 4);
  }
  return sum / n / d_min;
}

MapTargets::MapTargets(const std::vector<MapInput>& maps, const targets::Share& share,
                       bool own_density)
    : share_(share), own_density_(own_density) {
  const auto owned = std::span(share.all.hkl).subspan(share.own.begin, share.size());
  for (const MapInput& map : maps)
    maps_.push_back({map, density::MapSpline(share.crystal, owned, share.all.d_min(), share.team)});
}

std::vector<Complex> MapTargets::coefficients(const MapInput& map,
                                              const MapSources& sources) const {
  std::vector<Complex> f(share_.size());
  if (map.source == "file") {
    for (std::size_t k = 0; k < f.size(); ++k)
      if (share_.all.use[share_.global(k)] != crystal::Use::test)
        f[k] = map.coefficients[share_.global(k)];
    const double scale = scale_to_model(f, sources);
    for (Complex& value : f) value *= scale;
    return f;
  }
  const Mixture mix = mixture_of(map.source);
  f = targets::mixed_coefficients(share_, mix.weighted ? sources.errors : nullptr, sources.f_model,
                                  {mix.of_observed, mix.of_model});
  for (std::size_t k = 0; k < f.size(); ++k) f[k] /= sources.k_total[k];
  return f;
}

// The scale of a file is its own: its amplitudes are brought to those of the model without K.
double MapTargets::scale_to_model(std::span<const Complex> f, const MapSources& sources) const {
  std::array<double, 2> sums{};  // |F_map| |F_model/K|, |F_map|^2
  for (std::size_t k = 0; k < f.size(); ++k) {
    sums[0] +=
        kernels::magnitude(f[k]) * kernels::magnitude(sources.f_model[k]) / sources.k_total[k];
    sums[1] += std::norm(f[k]);
  }
  share_.team.sum(sums);
  return sums[1] > 0 ? sums[0] / sums[1] : 0.0;
}

void MapTargets::renew(const MapSources& sources, const crystal::Atoms& atoms) {
  for (Map& map : maps_) {
    if (map.input.source.find('m') != std::string::npos && sources.errors == nullptr)
      throw base::InputError(
          "the map " + map.input.source +
          " needs error estimates from a test set, and the data have none; use 2Fo-Fc, 3Fo-2Fc or "
          "Fo-Fc, or make a test set with --make-free 5");
    map.spline.calculate(coefficients(map.input, sources));
    map.weight.assign(atoms.size(), 0.0);
    for (std::size_t i = 0; i < atoms.size(); ++i)
      if (map.input.atoms[i]) map.weight[i] = map.input.scale * electrons_in_map(atoms, i);
  }
  made_at_ = atoms.xyz;
  force_.assign(own_density_ ? atoms.size() : 0, 0.0);
  for (std::size_t i = 0; i < force_.size(); ++i) {
    double weight = 0;
    for (const Map& map : maps_) weight += map.weight[i];
    if (weight > 0)
      force_[i] = weight * electrons_in_map(atoms, i) *
                  curvature_of_density(atoms.b[i], share_.all.d_min());
  }
}

double MapTargets::score(const crystal::Atoms& atoms, std::span<Vec3> gradient) const {
  double energy = own_density_ ? own_density(atoms, gradient) : 0;
  for (const Map& map : maps_) energy += map.spline.score(atoms.xyz, map.weight, gradient);
  return energy;
}

// Each rank has the atoms of its block.
double MapTargets::own_density(const crystal::Atoms& atoms, std::span<Vec3> gradient) const {
  const parallel::Block mine =
      parallel::Partition(atoms.size(), share_.team.size()).block(share_.team.rank());
  double energy = 0;
  for (std::size_t i = mine.begin; i < mine.end; ++i) {
    const Vec3 shift = atoms.xyz[i] - made_at_[i];
    energy += 0.5 * force_[i] * shift.squaredNorm();
    gradient[i] += force_[i] * shift;
  }
  return energy;
}

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// The expected diagonal of the Hessian.
#include "refine/curvature.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"
#include "refine/map_targets.hpp"
#include "refine/ncs_term.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

constexpr int n_bins = 20;
constexpr double b_of_core = 11.0;  // [A^2] fall of light atoms' scattering factors, as a B

double sq(double x) { return x * x; }

// |df/dp|^2 of an atom of one electron at s2: p a Cartesian coordinate (mean over directions), B,
// the isotropic part of U, or the occupancy.
double response(Parameters which, double s2, double b) {
  const double fall = std::exp(-(b + b_of_core) * s2 / 2);
  switch (which) {
    case Parameters::positions:
      return fall * sq(base::two_pi) * s2 / 3;
    case Parameters::b_factors:
      return fall * sq(s2 / 4);
    case Parameters::u_aniso:
      return fall * sq(base::b_per_u * s2 / 4);
    case Parameters::occupancies:
    case Parameters::positions_and_b:  // each kind for itself
    case Parameters::positions_and_u:
      break;
  }
  return fall;
}

double data_curvature(const DataCurvature& data, Parameters which, double b) {
  double sum = 0;
  for (std::size_t k = 0; k < data.q.size(); ++k) sum += data.q[k] * response(which, data.s2[k], b);
  return sum;
}

// 2 / sigma^2 of each restraint, to each of its atoms: along one direction of three for lengths; an
// angle moves an arm end by 1/length per radian.
std::vector<double> chemistry_curvature(const crystal::Atoms& atoms, const restraints::Lists& lists,
                                        const restraints::ChemistryOptions& options) {
  std::vector<double> of_atom(atoms.size(), 0.0);
  const auto at = [&](int i) -> double& { return of_atom[static_cast<std::size_t>(i)]; };
  for (const restraints::Bond& bond : lists.bonds)
    for (int i : bond.atom) at(i) += options.bond * 2 / sq(bond.sigma) / 3;
  for (const restraints::Angle& angle : lists.angles) {
    constexpr double arm = 1.5;  // [A]
    const double end = options.angl * 2 / sq(angle.sigma * arm) / 3;
    at(angle.atom[0]) += end;
    at(angle.atom[1]) += 2 * end;
    at(angle.atom[2]) += end;
  }
  for (const restraints::Plane& plane : lists.planes)
    for (int k = plane.first; k < plane.first + plane.count; ++k)
      at(lists.plane_atoms[static_cast<std::size_t>(k)]) += options.impr * 2 / sq(plane.sigma) / 3;
  if (options.hold_sigma > 0)
    for (int i : restraints::single_atoms(lists, atoms.size()))
      at(i) += 2 * restraints::hold_force(lists, options.hold_sigma);
  return of_atom;
}

std::vector<double> b_restraint_curvature(const crystal::Atoms& atoms,
                                          const restraints::Lists& lists,
                                          const BFactorOptions& options) {
  std::vector<double> of_atom(atoms.size(), 0.0);
  const auto at = [&](int i) -> double& { return of_atom[static_cast<std::size_t>(i)]; };
  for (const restraints::Bond& bond : lists.bonds)
    for (int i : bond.atom) at(i) += 2 * std::max(options.bond, 0.0);
  for (const restraints::Angle& angle : lists.angles)
    for (int i : {angle.atom[0], angle.atom[2]}) at(i) += 2 * std::max(options.angle, 0.0);
  return of_atom;
}

std::vector<double> restraint_curvature(const crystal::Atoms& atoms, const restraints::Lists& lists,
                                        const RefineOptions& options, Parameters which) {
  switch (which) {
    case Parameters::positions:
      return chemistry_curvature(atoms, lists, options.chemistry);
    case Parameters::b_factors:
      return b_restraint_curvature(atoms, lists, options.b_factors);
    case Parameters::u_aniso:  // has rows of its own
    case Parameters::occupancies:
    case Parameters::positions_and_b:
    case Parameters::positions_and_u:
      break;
  }
  return std::vector<double>(atoms.size(), 0.0);
}

// What resists a change of one atom's U: of every entry alike, along single directions, of B.
struct TensorCurvature {
  double alike = 0, along = 0, of_b = 0;
};

std::vector<TensorCurvature> tensor_restraint_curvature(const crystal::Atoms& atoms,
                                                        const restraints::Lists& lists,
                                                        const RefineOptions& options) {
  const auto force = [](double sigma) { return sigma > 0 ? 2 / sq(sigma) : 0.0; };
  std::vector<TensorCurvature> of_atom(atoms.size());
  const auto add = [&](int i) {
    of_atom[static_cast<std::size_t>(i)].alike += force(options.anisotropic.similarity);
    of_atom[static_cast<std::size_t>(i)].along += force(options.anisotropic.rigid_bond);
  };
  for (const restraints::Bond& bond : lists.bonds)
    for (int i : bond.atom) add(i);
  for (const restraints::Angle& angle : lists.angles)
    for (int i : {angle.atom[0], angle.atom[2]}) add(i);
  for (int i : restraints::single_atoms(lists, atoms.size()))
    of_atom[static_cast<std::size_t>(i)].alike += force(options.anisotropic.isotropy);
  const std::vector<double> of_b = b_restraint_curvature(atoms, lists, options.b_factors);
  for (std::size_t i = 0; i < atoms.size(); ++i) of_atom[i].of_b = sq(base::b_per_u) * of_b[i];
  return of_atom;
}

// Diagonal for (11, 22, 33, 12, 13, 23), where `data` is that of the isotropic u. Means over
// directions n: <n1^4> = 1/5, <(2 n1 n2)^2> = 4/15. An isotropic atom has a third in each of the
// first three, which move together.
std::array<double, 6> tensor_row(bool anisotropic, double data, const TensorCurvature& restrained) {
  if (!anisotropic) {
    const double third = (data + restrained.of_b) / 3;
    return {third, third, third, third, third, third};
  }
  const double along = data + restrained.along;
  const double diagonal = restrained.alike + along / 5;
  const double beside = 2 * restrained.alike + along * 4 / 15;
  return {diagonal, diagonal, diagonal, beside, beside, beside};
}

// Of the form's maps, where it has any: an atom in a map as good as its own density.
std::vector<double> map_curvature(const FormInput& form) {
  std::vector<double> of_atom(form.maps.empty() ? 0 : form.atoms.size(), 0.0);
  for (const MapInput& map : form.maps)
    for (std::size_t i = 0; i < of_atom.size(); ++i)
      if (map.atoms[i])
        of_atom[i] += map.scale * sq(electrons_in_map(form.atoms, i)) *
                      curvature_of_density(form.atoms.b[i], form.reflections.d_min());
  return of_atom;
}

}  // namespace

DataCurvature measure_curvature(const targets::Share& share, const targets::Target& target,
                                std::span<const std::complex<double>> f_model,
                                std::span<const double> k_total) {
  std::vector<double> second(share.size());
  target.curvature(f_model, second);
  double most = 0;
  for (double s2 : share.all.inverse_d2) most = std::max(most, s2);

  // Sums of q, of s^2 and of reflections in each bin.
  std::vector<double> sums(3 * n_bins, 0.0);
  const double copies = static_cast<double>(share.crystal.primitive.size()) *
                        sq(static_cast<double>(share.crystal.centring.size()));
  for (std::size_t k = 0; k < share.size(); ++k) {
    const std::size_t h = share.global(k);
    if (share.all.use[h] != crystal::Use::work) continue;
    const double s2 = share.all.inverse_d2[h];
    const auto bin =
        static_cast<std::size_t>(std::min(n_bins - 1, static_cast<int>(n_bins * s2 / most)));
    sums[bin] += second[k] * sq(k_total[k]) * copies / (share.all.centric[h] ? 1 : 2);
    sums[n_bins + bin] += s2;
    sums[2 * n_bins + bin] += 1;
  }
  share.team.sum(std::span<double>(sums));

  DataCurvature data;
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    if (sums[2 * n_bins + bin] == 0 || sums[bin] <= 0) continue;
    data.q.push_back(sums[bin]);
    data.s2.push_back(sums[n_bins + bin] / sums[2 * n_bins + bin]);
  }
  return data;
}

double response_of_data(const DataCurvature& data, Parameters which, double b) {
  return data_curvature(data, which, b);
}

namespace {

enum class Restraints { counted, left_out };

// Diagonal of what the sum's parts give, by values.
std::vector<double> diagonal(const Ensemble& ensemble, const RefineOptions& options,
                             const std::vector<FormStatus>& status, Parameters which,
                             std::span<const double> weights, Restraints restraints) {
  std::vector<double> curvature;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form) {
    const crystal::Atoms& atoms = ensemble.atoms(form);
    const restraints::Lists& lists = ensemble.restraint_lists(form);
    const RefineOptions& own = options.of(form);
    const double beside_others = ensemble.input(form).weight;
    const std::vector<double> restrained = restraints == Restraints::counted
                                               ? restraint_curvature(atoms, lists, own, which)
                                               : std::vector<double>(atoms.size(), 0.0);
    const std::vector<double> in_maps = which == Parameters::positions
                                            ? map_curvature(ensemble.input(form))
                                            : std::vector<double>();
    const DataCurvature& of_target =
        which == Parameters::positions ? status[form].curvature : status[form].b_curvature;
    if (which == Parameters::u_aniso) {
      const auto tensors = restraints == Restraints::counted
                               ? tensor_restraint_curvature(atoms, lists, own)
                               : std::vector<TensorCurvature>(atoms.size());
      for (std::size_t i = 0; i < atoms.size(); ++i) {
        const double data = weights[form] * sq(atoms.element[i] * atoms.weight[i]) *
                            data_curvature(of_target, which, atoms.b[i]);
        const auto row = tensor_row(atoms.is_anisotropic(i), data, tensors[i]);
        for (double value : row) curvature.push_back(beside_others * value);
      }
      continue;
    }
    const std::size_t each = which == Parameters::positions ? 3 : 1;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      const double occupancy = which == Parameters::occupancies ? 1.0 : atoms.weight[i];
      const double electrons = atoms.element[i] * occupancy;
      const double data = in_maps.empty()
                              ? sq(electrons) * data_curvature(of_target, which, atoms.b[i])
                              : in_maps[i];
      curvature.insert(curvature.end(), each,
                       beside_others * (restrained[i] + weights[form] * data));
    }
  }
  add_ncs_curvature(ensemble.ncs(), which, curvature);
  return curvature;
}

// An atom that nothing holds (occupancy 0, no restraints) gets a small share of the mean.
double least_curvature(const std::vector<double>& curvature) {
  double mean = 0;
  for (double value : curvature) mean += value / static_cast<double>(curvature.size());
  return 1e-3 * mean + 1e-30;
}

}  // namespace

std::vector<double> expected_curvature(const Ensemble& ensemble, const RefineOptions& options,
                                       const std::vector<FormStatus>& status, Parameters which,
                                       std::span<const double> weights) {
  std::vector<double> curvature =
      diagonal(ensemble, options, status, which, weights, Restraints::counted);
  const double least = least_curvature(curvature);
  for (double& value : curvature) value = std::max(value, least);
  return curvature;
}

std::vector<double> data_curvature(const Ensemble& ensemble, const RefineOptions& options,
                                   const std::vector<FormStatus>& status, Parameters which,
                                   std::span<const double> weights) {
  return diagonal(ensemble, options, status, which, weights, Restraints::left_out);
}

}  // namespace polyform::refine

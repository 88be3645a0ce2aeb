// SPDX-License-Identifier: MPL-2.0
// Atoms and solvent on slabs, then scale and overall B.
#include "polyform/simulate/true_factors.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "refine/values.hpp"

namespace polyform::simulate {
namespace {

using kernels::Mat3;
using kernels::Sym3;
using kernels::Vec3;

constexpr double same_b = 0.005;  // [A^2] by which entries may differ, as they are rounded

// Mean of R B R' over the point group: the nearest tensor that it leaves unchanged.
Sym3 symmetrised(const Sym3& b, const crystal::Crystal& crystal) {
  Mat3 sum = Mat3::Zero();
  for (const crystal::SymmetryOperator& op : crystal.primitive) {
    const Mat3 r = crystal.orthogonalise * op.rotation.cast<double>() * crystal.fractionalise;
    sum += r * kernels::matrix_of(b) * r.transpose();
  }
  return kernels::tensor_of(sum / static_cast<double>(crystal.primitive.size()));
}

std::string text_of(const Sym3& b) {
  return base::format("%.2f,%.2f,%.2f,%.2f,%.2f,%.2f", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::vector<Complex> gathered(const std::vector<Complex>& mine, std::size_t n,
                              const parallel::Partition& ownership,
                              const parallel::Communicator& team) {
  std::vector<Complex> all(n);
  team.all_gather<Complex>(mine, all, ownership);
  return all;
}

}  // namespace

crystal::Crystal crystal_of(const Sample& sample) {
  return crystal::make_crystal(sample.cell, sample.space_group);
}

Sym3 overall_b(const SimulateOptions& options, const crystal::Crystal& crystal) {
  Sym3 b{};
  if (options.anisotropic_b.empty()) return b;
  std::copy_n(options.anisotropic_b.begin(), b.size(), b.begin());
  const Sym3 allowed = symmetrised(b, crystal);
  for (std::size_t i = 0; i < b.size(); ++i)
    if (std::abs(b[i] - allowed[i]) > same_b)
      throw base::UsageError("simulate.anisotropic_b " + text_of(b) + " breaks the symmetry of " +
                             crystal.space_group->xhm() + " (" +
                             crystal.space_group->crystal_system_str() +
                             "); the nearest that it allows is " + text_of(allowed));
  return allowed;
}

TrueFactors true_factors(const Sample& sample, std::span<const crystal::Hkl> hkl,
                         const SimulateOptions& options,
                         const density::FormFactorOptions& form_factors,
                         const density::MaskOptions& mask_options,
                         const parallel::Communicator& team) {
  const crystal::Crystal crystal = crystal_of(sample);
  const crystal::Atoms scatterers = refine::with_hydrogens(sample.atoms, sample.hydrogens);
  density::StructureFactors engine(crystal, hkl, refine::smallest_principal_b(scatterers),
                                   form_factors, team, density::Precision::double_grid);
  TrueFactors result;
  std::vector<Complex> f(engine.owned().size()), f_mask(f.size());
  engine.calculate(scatterers, f);
  if (options.k_sol > 0) {
    density::SolventMask mask(crystal, hkl, mask_options, team);
    mask.calculate(sample.atoms, f_mask);
    result.solvent_fraction = mask.solvent_fraction();
  }
  const Mat3 b = kernels::matrix_of(overall_b(options, crystal));
  for (std::size_t k = 0; k < f.size(); ++k) {
    const crystal::Hkl& h = hkl[engine.owned().begin + k];
    const Vec3 s = crystal.fractionalise.transpose() * Vec3(h[0], h[1], h[2]);
    const double k_mask = options.k_sol * std::exp(-0.25 * options.b_sol * s.squaredNorm());
    f[k] = options.scale * std::exp(-0.25 * s.dot(b * s)) * (f[k] + k_mask * f_mask[k]);
  }
  result.f = gathered(f, hkl.size(), engine.ownership(), team);
  return result;
}

}  // namespace polyform::simulate

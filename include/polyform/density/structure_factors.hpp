// SPDX-License-Identifier: MPL-2.0
// Model to structure factors at owned reflections, and the exact adjoint of it: gradients.
#pragma once

#include <array>
#include <complex>
#include <memory>
#include <span>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::density {

using crystal::Atoms;
using crystal::Crystal;
using crystal::Hkl;
using kernels::Sym3;
using kernels::Vec3;
using Complex = std::complex<double>;

enum class Precision { single_grid, double_grid };

struct FormFactorOptions {
  std::string source = "xray";
  double wavelength = 0.0;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("source", source,
          {.sentence = "What scatters: x-rays (IT92) or electrons (C4322)",
           .choices = {"xray", "electron"}});
    visit("wavelength", wavelength,
          {.sentence = "For f' of anomalous scatterers (0: f' is not used)",
           .unit = "A",
           .range = {0, 10}});
  }
};

/// What to differentiate by; fields not asked for are not computed and stay empty.
struct GradientRequest {
  bool xyz = true;
  bool b = false;  ///< isotropic B; for anisotropic atoms the derivative along U + dB/(8 pi^2) I
  bool u_aniso = false;    ///< of anisotropic atoms
  bool occupancy = false;  ///< by `weight`
};

/// Derivatives of T by the parameters of each atom, [T per A, per A^2, per A^2, per 1].
struct AtomGradient {
  std::vector<Vec3> xyz;
  std::vector<double> b;
  std::vector<Sym3> u_aniso;  ///< off-diagonal entries are dT/dU12 with U12 = U21 moved together
  std::vector<double> weight;
};

struct EngineReport {
  std::array<int, 3> grid{};  ///< points along a, b, c
  double blur = 0;            ///< [A^2] added to every B on the grid and taken off in F
  long grid_points_here = 0;  ///< of this rank
  long columns_here = 0;
  std::size_t bytes_exchanged = 0;  ///< by this rank since the start, all-to-all and reductions
};

/// F(h) = sum over symmetry of sum over atoms weight f(s) exp(-B s^2/4) exp(+2 pi i h.x).
///
/// The atoms of the asymmetric unit are splatted into planes of the P1 cell (a rank its own
/// planes), planes are transformed, only the columns inside the resolution sphere travel to their
/// owner, the slab axis is transformed there, and symmetry copies are summed in reciprocal space:
/// F(h) = sum_s exp(2 pi i h.t_s) F_asu(h R_s). The gradient runs the same steps backwards.
class StructureFactors {
 public:
  /// Collective over team. hkl: all reflections of the form, the same on every rank.
  /// b_min: the smallest B [A^2] that atoms will have (limits of refinement included).
  StructureFactors(const Crystal& crystal, std::span<const Hkl> hkl, double b_min,
                   const FormFactorOptions& options, const parallel::Communicator& team,
                   Precision precision = Precision::single_grid);
  ~StructureFactors();
  StructureFactors(StructureFactors&&) noexcept;

  /// Reflections this rank owns: a block of hkl.
  parallel::Block owned() const;
  const parallel::Partition& ownership() const;

  /// f: one a reflection owned. Collective over team; every rank passes all atoms of the form.
  void calculate(const Atoms& atoms, std::span<Complex> f);

  /// Gradient of a real T with dT = Re sum_owned conj(slope(h)) dF(h), that is slope = dT/dA + i
  /// dT/dB for F = A + iB. `out` is resized to n_atoms and holds THIS RANK'S PART: the sum over the
  /// team is the gradient. Collective over team.
  void gradient(const Atoms& atoms, std::span<const Complex> slope, const GradientRequest& request,
                AtomGradient& out);

  EngineReport report() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::density

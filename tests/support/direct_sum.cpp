// SPDX-License-Identifier: MPL-2.0
// Direct summation over atoms, operators and reflections.
#include "support/direct_sum.hpp"

#include <gemmi/c4322.hpp>
#include <gemmi/fprime.hpp>
#include <gemmi/it92.hpp>
#include <map>

#include "polyform/base/units.hpp"

namespace polyform::test {

using base::pi;
using crystal::Atoms;
using crystal::Crystal;
using crystal::Hkl;
using density::AtomGradient;
using density::Complex;
using kernels::Mat3;
using kernels::Vec3;

double x_ray_scattering(std::uint8_t element, double s2) {
  return gemmi::IT92<double>::get(static_cast<gemmi::El>(element)).calculate_sf(s2 / 4);
}
double electron_scattering(std::uint8_t element, double s2) {
  return gemmi::C4322<double>::get(static_cast<gemmi::El>(element)).calculate_sf(s2 / 4);
}
Scattering anomalous_scattering(double wavelength) {
  return [=, f_prime = std::map<int, double>()](std::uint8_t element, double s2) mutable {
    if (!f_prime.contains(element))
      f_prime[element] = gemmi::cromer_liberman(element, gemmi::hc() / wavelength, nullptr);
    return x_ray_scattering(element, s2) + f_prime[element];
  };
}

namespace {

Mat3 u_of(const Atoms& atoms, std::size_t j) {
  if (atoms.is_anisotropic(j)) return kernels::matrix_of(atoms.u_aniso[j]);
  return base::u_of_b(atoms.b[j]) * Mat3::Identity();
}

// Calls visit(reflection, atom, s rotated back onto the atom, contribution to F for weight 1) for
// every operator and this rank's share of the reflections: h.(R x + t) = (h R).x + h.t.
template <class Visit>
void for_each_contribution(const Crystal& crystal, const std::vector<Hkl>& hkl, const Atoms& atoms,
                           const Scattering& f, const parallel::Communicator& ranks, Visit visit) {
  const auto operators = crystal.all_operators();
  for (auto i = static_cast<std::size_t>(ranks.rank()); i < hkl.size();
       i += static_cast<std::size_t>(ranks.size())) {
    const Eigen::RowVector3d h(hkl[i][0], hkl[i][1], hkl[i][2]);
    for (const auto& op : operators) {
      const Eigen::RowVector3d rotated = h * op.rotation.cast<double>();
      const Vec3 s = (rotated * crystal.fractionalise).transpose();
      const double shift = h * op.translation;
      for (std::size_t j = 0; j < atoms.size(); ++j) {
        const double amplitude = f(atoms.element[j], s.squaredNorm()) *
                                 std::exp(-2 * pi * pi * s.dot(u_of(atoms, j) * s));
        visit(i, j, s, std::polar(amplitude, 2 * pi * (s.dot(atoms.xyz[j]) + shift)));
      }
    }
  }
}

}  // namespace

std::vector<Complex> direct_structure_factors(const Crystal& crystal, const std::vector<Hkl>& hkl,
                                              const Atoms& atoms, const Scattering& f,
                                              const parallel::Communicator& ranks) {
  std::vector<Complex> sums(hkl.size());
  for_each_contribution(crystal, hkl, atoms, f, ranks,
                        [&](std::size_t i, std::size_t j, const Vec3&, Complex part) {
                          sums[i] += atoms.weight[j] * part;
                        });
  ranks.sum({reinterpret_cast<double*>(sums.data()), 2 * sums.size()});
  return sums;
}

AtomGradient direct_gradient(const Crystal& crystal, const std::vector<Hkl>& hkl,
                             const Atoms& atoms, const std::vector<Complex>& slope,
                             const Scattering& f, const parallel::Communicator& ranks) {
  const std::size_t n = atoms.size();
  std::vector<Vec3> xyz(n, Vec3::Zero());
  std::vector<Mat3> u(n, Mat3::Zero());
  std::vector<double> weight(n, 0.0);
  for_each_contribution(crystal, hkl, atoms, f, ranks,
                        [&](std::size_t i, std::size_t j, const Vec3& s, Complex part) {
                          // dT = Re conj(slope) dF, dF/dx = 2 pi i s F, dF/dU = -2 pi^2 s s' F.
                          const Complex product = std::conj(slope[i]) * part;
                          xyz[j] += -2 * pi * product.imag() * atoms.weight[j] * s;
                          u[j] +=
                              -2 * pi * pi * product.real() * atoms.weight[j] * s * s.transpose();
                          weight[j] += product.real();
                        });
  ranks.sum({xyz.data()->data(), 3 * n});
  ranks.sum({u.data()->data(), 9 * n});
  ranks.sum(weight);
  AtomGradient out;
  out.xyz = xyz;
  out.weight = weight;
  for (const Mat3& m : u) {
    out.b.push_back(base::u_of_b(m.trace()));
    out.u_aniso.push_back({m(0, 0), m(1, 1), m(2, 2), 2 * m(0, 1), 2 * m(0, 2), 2 * m(1, 2)});
  }
  return out;
}

}  // namespace polyform::test

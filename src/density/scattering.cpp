// SPDX-License-Identifier: MPL-2.0
// Scattering factors, read from gemmi.
#include "polyform/density/scattering.hpp"

#include <gemmi/c4322.hpp>
#include <gemmi/fprime.hpp>
#include <gemmi/it92.hpp>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::density {
namespace {

constexpr double hc = 12398.4197386209;  // [eV A]

template <class Table>
kernels::FormFactor from_table(gemmi::El element) {
  const auto& row = Table::get(element);
  constexpr int gaussians = static_cast<int>(std::tuple_size_v<decltype(row.coefs)>) / 2;
  kernels::FormFactor f;
  for (int i = 0; i < gaussians; ++i) {
    f.a[static_cast<std::size_t>(i)] = row.a(i);
    f.b[static_cast<std::size_t>(i)] = row.b(i);
  }
  f.terms = gaussians;
  if (row.c() != 0) f.a[static_cast<std::size_t>(f.terms++)] = row.c();
  return f;
}

// To the constant term, which is made where there is none.
void add_dispersion(kernels::FormFactor& f, int atomic_number, double wavelength) {
  const double f_prime = gemmi::cromer_liberman(atomic_number, hc / wavelength, nullptr);
  if (f.b[static_cast<std::size_t>(f.terms - 1)] != 0) ++f.terms;
  f.a[static_cast<std::size_t>(f.terms - 1)] += f_prime;
}

}  // namespace

kernels::FormFactor scattering_of(std::uint8_t atomic_number, const FormFactorOptions& options) {
  const auto element = static_cast<gemmi::El>(atomic_number);
  if (atomic_number == 0 || !gemmi::IT92<double>::has(element))
    throw base::InputError(base::format(
        "element number %d has no scattering factors (there are tables for H to Cf); correct the "
        "element column of the model or leave the atom out",
        static_cast<int>(atomic_number)));
  if (options.source == "electron") return from_table<gemmi::C4322<double>>(element);
  kernels::FormFactor f = from_table<gemmi::IT92<double>>(element);
  if (options.wavelength > 0) add_dispersion(f, atomic_number, options.wavelength);
  return f;
}

}  // namespace polyform::density

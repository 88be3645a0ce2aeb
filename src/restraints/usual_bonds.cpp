// SPDX-License-Identifier: MPL-2.0
// Usual lengths of bonds that dictionaries leave out.
#include "link_records.hpp"

namespace polyform::restraints {
namespace {

// Single bonds: Allen et al. (1987) J. Chem. Soc. Perkin II, S1. Metals to N, O and S of proteins:
// Harding (2006) Acta Cryst. D62, 678; iron-sulphur clusters: Beinert et al. (1997) Science 277,
// 653.
struct Usual {
  const char *a, *b;
  double length;
};
constexpr Usual usual[] = {
    {"C", "C", 1.53},   {"C", "N", 1.47},   {"C", "O", 1.43},  {"C", "S", 1.81},  {"C", "P", 1.80},
    {"C", "SE", 1.96},  {"N", "P", 1.65},   {"O", "P", 1.60},  {"S", "S", 2.04},  {"S", "SE", 2.19},
    {"SE", "SE", 2.32}, {"N", "N", 1.42},   {"N", "S", 1.64},  {"O", "S", 1.58},  {"B", "O", 1.47},
    {"ZN", "S", 2.33},  {"ZN", "N", 2.05},  {"ZN", "O", 2.05}, {"FE", "S", 2.30}, {"FE", "N", 2.08},
    {"FE", "O", 2.05},  {"CU", "S", 2.20},  {"CU", "N", 2.01}, {"CU", "O", 2.02}, {"CO", "N", 2.12},
    {"CO", "O", 2.08},  {"CO", "S", 2.26},  {"NI", "N", 2.09}, {"NI", "O", 2.07}, {"NI", "S", 2.20},
    {"MN", "N", 2.24},  {"MN", "O", 2.17},  {"MG", "O", 2.08}, {"MG", "N", 2.20}, {"CA", "O", 2.38},
    {"NA", "O", 2.41},  {"K", "O", 2.80},   {"CD", "S", 2.53}, {"CD", "O", 2.32}, {"CD", "N", 2.30},
    {"HG", "S", 2.37},  {"FE", "FE", 2.72}, {"PT", "N", 2.03}, {"PT", "S", 2.29}, {"CL", "C", 1.74},
    {"BR", "C", 1.90}};

}  // namespace

BondGuess usual_bond(gemmi::Element a, gemmi::Element b) {
  const bool metal = a.is_metal() || b.is_metal();
  for (const Usual& entry : usual) {
    const gemmi::Element first(entry.a), second(entry.b);
    if ((a == first && b == second) || (a == second && b == first))
      return {entry.length, metal ? 0.05 : 0.02};
  }
  return {0.0, metal ? 0.05 : 0.02};
}

}  // namespace polyform::restraints

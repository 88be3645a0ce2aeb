// SPDX-License-Identifier: MPL-2.0
// Radii and hydrogen-bond roles of energy types and elements, where the library has no table.
#include "dictionary_energy_types.hpp"

#include <cmath>
#include <limits>

namespace polyform::crystal {
namespace {

// Energy types of CCP4 monomer libraries. `explicit_h` is the van der Waals radius with hydrogens
// present: Bondi (1964) J. Phys. Chem. 68, 441; hydrogen: Rowland & Taylor (1996). `implicit_h` is
// the radius of the united atom without them: Tsai et al. (1999) J. Mol. Biol. 290, 253, table 2.
// `ion` is how far the atom reaches towards a metal ion: distances of Harding (2006) Acta Cryst.
// D62, 678, less Shannon's radius of the metal, less 0.1 A.
struct Family {
  const char* types;  ///< separated by spaces
  const char* element;
  char hydrogen_bond;  ///< Donor, Acceptor, Both, H: polar hydrogen, None
  double explicit_h, implicit_h, ion;
  int sp;
};
constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr Family families[] = {
    {"CSP CSP1", "C", 'N', 1.70, 1.70, none, 1},
    {"C CR5 CR56 CR55 CR6 CR66", "C", 'N', 1.70, 1.61, none, 2},
    {"C1 C2 CR1 CR2 CR1H CR15 CR16", "C", 'N', 1.70, 1.76, none, 2},
    {"CT", "C", 'N', 1.70, 1.70, none, 3},
    {"CH1 CH2 CH3", "C", 'N', 1.70, 1.88, none, 3},
    {"NS NSP", "N", 'A', 1.55, 1.64, 1.28, 1},
    {"NS1 NSP1", "N", 'D', 1.55, 1.64, 1.28, 1},
    {"N NH0 NR56 NR55 NR66", "N", 'N', 1.55, 1.64, 1.28, 2},
    {"NC1 NH1 NC2 NH2 NC3 NR16", "N", 'D', 1.55, 1.64, 1.28, 2},
    {"NR15 N21", "N", 'B', 1.55, 1.64, 1.28, 2},  // of histidine, whose protons are not known
    {"NR5 NRD5 NR6 NRD6 N20", "N", 'A', 1.55, 1.64, 1.28, 2},
    {"NT", "N", 'N', 1.55, 1.64, 1.28, 3},
    {"NT1 NT2 NT3 NT4", "N", 'D', 1.55, 1.64, 1.28, 3},
    {"O OC OC2 OP OS OB", "O", 'A', 1.52, 1.42, 1.26, 2},
    {"O2", "O", 'A', 1.52, 1.46, 1.26, 3},
    {"OH1 OH2 OHA OHB OHC", "O", 'B', 1.52, 1.46, 1.26, 3},
    {"P P1 PS", "P", 'N', 1.80, 1.80, none, 3},
    {"S S1 S2 S3", "S", 'A', 1.80, 1.77, 1.55, 3},
    {"ST", "S", 'N', 1.80, 1.77, 1.55, 3},
    {"SH1", "S", 'B', 1.80, 1.77, 1.55, 3},
    {"SE", "SE", 'A', 1.90, 1.90, 1.70, 3},
    {"H HCH HCH1 HCH2 HCH3 HCR1 HC1 HC2 HCR5 HCR6", "H", 'N', 1.10, 1.10, none, 0},
    {"HNC1 HNC2 HNH1 HNH2 HNR5 HNR6 HNT1 HNT2 HNT3 HOH1 HOH2 HOHA HOHB HOHC HSH1", "H", 'H', 1.10,
     1.10, none, 0},
    {"F", "F", 'A', 1.47, 1.47, 1.25, 3},
    {"CL", "CL", 'A', 1.75, 1.75, 1.60, 3},
    {"BR", "BR", 'N', 1.85, 1.85, 1.75, 3},
    {"I", "I", 'N', 1.98, 1.98, 1.95, 3},
    {"SI SI1", "SI", 'N', 2.10, 2.10, none, 3},
    {"B", "B", 'N', 1.92, 1.92, none, 3},
    {"AS AS1", "AS", 'N', 1.85, 1.85, none, 3},
    {"DUM", "O", 'N', 0.60, 0.60, none, 0},
};

// Ions: Shannon (1976) Acta Cryst. A32, 751, six-coordinate (Zn, Cu four-coordinate), high spin.
struct Ion {
  const char* element;
  double radius;
};
constexpr Ion ions[] = {{"LI", 0.76}, {"NA", 1.02}, {"K", 1.38},  {"RB", 1.52}, {"CS", 1.67},
                        {"BE", 0.45}, {"MG", 0.72}, {"CA", 1.00}, {"SR", 1.18}, {"BA", 1.35},
                        {"AL", 0.54}, {"V", 0.64},  {"CR", 0.62}, {"MN", 0.83}, {"FE", 0.78},
                        {"CO", 0.75}, {"NI", 0.69}, {"CU", 0.60}, {"ZN", 0.60}, {"MO", 0.65},
                        {"W", 0.66},  {"CD", 0.95}, {"HG", 1.02}, {"AG", 1.15}, {"AU", 0.85},
                        {"PT", 0.80}, {"PD", 0.86}, {"PB", 1.19}, {"TL", 1.50}, {"Y", 0.90},
                        {"LA", 1.03}, {"CE", 1.01}, {"SM", 0.96}, {"EU", 0.95}, {"GD", 0.94},
                        {"TB", 0.92}, {"HO", 0.90}, {"ER", 0.89}, {"YB", 0.87}, {"LU", 0.86},
                        {"U", 0.73},  {"OS", 0.63}, {"IR", 0.68}, {"RU", 0.68}, {"RH", 0.67},
                        {"RE", 0.63}, {"TA", 0.64}, {"HF", 0.71}, {"ZR", 0.72}, {"GA", 0.62},
                        {"IN", 0.80}, {"SB", 0.76}, {"TE", 0.97}, {"SN", 0.69}, {"PR", 0.99}};

bool starts_with_letters(const std::string& text, const char* letters) {
  std::size_t i = 0;
  for (; letters[i] != '\0'; ++i)
    if (i >= text.size() || std::tolower(static_cast<unsigned char>(text[i])) != letters[i])
      return false;
  return true;
}

bool ends_with_letters(const std::string& text, const std::string& letters) {
  return text.size() >= letters.size() &&
         starts_with_letters(text.substr(text.size() - letters.size()), letters.c_str());
}

}  // namespace

void add_standard_energy_types(gemmi::EnerLib& table) {
  for (const Family& family : families) {
    const gemmi::Element element(family.element);
    const std::string types = family.types;
    for (std::size_t begin = 0; begin < types.size();) {
      const std::size_t end = std::min(types.find(' ', begin), types.size());
      table.atoms.emplace(types.substr(begin, end - begin),
                          gemmi::EnerLib::Atom{element, family.hydrogen_bond, family.explicit_h,
                                               family.implicit_h, family.ion, -1, family.sp});
      begin = end + 1;
    }
  }
  for (const Ion& ion : ions) {
    const gemmi::Element element(ion.element);
    const double radius = static_cast<double>(element.vdw_r());
    table.atoms.emplace(ion.element,
                        gemmi::EnerLib::Atom{element, 'N', radius, radius, ion.radius, -1, -1});
  }
}

gemmi::ResidueInfo::Kind kind_of(const gemmi::ChemComp& monomer) {
  using gemmi::ResidueInfo;
  const std::string& group = monomer.group;
  if (ends_with_letters(group, "pyranose"))
    return starts_with_letters(group, "keto") ? ResidueInfo::KET : ResidueInfo::PYR;
  // Debian's library calls proline a plain peptide: what hangs on N decides.
  const std::string n = "N", ca = "CA", cd = "CD", cn = "CN";
  if (ends_with_letters(group, "peptide") && monomer.rt.are_bonded(n, ca)) {
    if (monomer.rt.are_bonded(n, cd)) return ResidueInfo::PAA;
    if (monomer.rt.are_bonded(n, cn)) return ResidueInfo::MAA;
  }
  if (starts_with_letters(group, "d-pept")) return ResidueInfo::AA;
  const std::string o6 = "O6", c2 = "C2", o2 = "O2", c1 = "C1";
  if (monomer.rt.are_bonded(c2, o6) && monomer.rt.are_bonded(c2, o2) &&
      monomer.rt.are_bonded(c2, c1))
    return ResidueInfo::KET;
  return gemmi::chemcomp_group_to_kind(group);
}

}  // namespace polyform::crystal

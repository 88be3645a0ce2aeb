// SPDX-License-Identifier: MPL-2.0
// Glycosidic bonds: one text for all of them, filled in for each donor and each hand.
//
// Sources of the values:
//   glycosidic bonds    Arnott & Scott (1972) J. Chem. Soc. Perkin II, 324
//   N-glycosidic bonds  Imberty & Perez (1995) Protein Eng. 8, 699
#include <array>
#include <initializer_list>

#include "crystal/standard_links.hpp"

namespace polyform::crystal {
namespace {

// From @donor of side 1, which hangs on @next, to the anomeric carbon @anomer of side 2, whose
// other neighbours are @a (of the known angle), @b and @c.
const char* const glycosidic_bond = R"(
link @id  @residue @group DEL-@hydrogen  . @sugar DEL-@leaving
  bond   1.@donor 2.@anomer         @length 0.020
  angle  1.@next 1.@donor 2.@anomer @bridge 3.0
  angle  1.@donor 2.@anomer 2.@a    @to_a 3.0
  angle  1.@donor 2.@anomer 2.@b    @to_b 3.0
  angle  1.@donor 2.@anomer 2.@c    109.5 3.0
  chiral 2.@anomer 1.@donor 2.@a 2.@b  @hand
)";

// What holds the nitrogen of a glycosylated asparagine flat.
const char* const flat_amide = R"(
  torsion sp2_sp2 1.CB 1.CG 1.ND2 2.C1  180 10 2
  plane   1.CG 1.ND2 2.C1 1.HD21
)";

const char* const lost_hydrogen = R"(
modification DEL-@hydrogen  . @group
  delete @hydrogen
)";

const char* const lost_hydroxyl = R"(
modification DEL-@leaving  . @sugar
  delete @leaving H@leaving
)";

struct Replacement {
  const char* key;
  std::string value;
};

std::string filled(std::string text, std::initializer_list<Replacement> replacements) {
  for (const Replacement& r : replacements)
    for (std::size_t at = 0; (at = text.find(r.key, at)) != std::string::npos;)
      text.replace(at, std::string(r.key).size(), r.value);
  return text;
}

/// The oxygen (or nitrogen) of side 1 and what it hangs on.
struct Donor {
  const char* id;       ///< in the name of the link
  const char* residue;  ///< "." for any of the group
  const char* group;
  const char* atom;      ///< that makes the bond
  const char* next;      ///< the atom it hangs on
  const char* hydrogen;  ///< which it loses
};
constexpr std::array donors = {
    Donor{"1-1", ".", "pyranose", "O1", "C1", "HO1"},
    Donor{"1-2", ".", "pyranose", "O2", "C2", "HO2"},
    Donor{"1-3", ".", "pyranose", "O3", "C3", "HO3"},
    Donor{"1-4", ".", "pyranose", "O4", "C4", "HO4"},
    Donor{"1-6", ".", "pyranose", "O6", "C6", "HO6"},
    Donor{"1-SER", "SER", "peptide", "OG", "CB", "HG"},
    Donor{"1-THR", "THR", "peptide", "OG1", "CB", "HG1"},
    Donor{"1-ASN", "ASN", "peptide", "ND2", "CG", "HD22"},
};
constexpr std::array donors_to_sialic_acid = {
    Donor{"2-3", ".", "pyranose", "O3", "C3", "HO3"},
    Donor{"2-4", ".", "pyranose", "O4", "C4", "HO4"},
    Donor{"2-6", ".", "pyranose", "O6", "C6", "HO6"},
    Donor{"2-8", ".", "ketopyranose", "O8", "C8", "HO8"},
};

/// Carbon of side 2 with its neighbours and the angles to them [degrees].
struct Acceptor {
  const char *sugar, *leaving, *anomer, *a, *b, *c;
  const char *length, *bridge, *to_a, *to_b, *hand;
};

Acceptor pyranose(bool alpha, bool amide) {
  return {.sugar = "pyranose",
          .leaving = "O1",
          .anomer = "C1",
          .a = "O5",
          .b = "C2",
          .c = "H1",
          .length = amide   ? "1.434"
                    : alpha ? "1.415"
                            : "1.389",
          .bridge = amide ? "123.5" : "116.0",
          .to_a = alpha ? "111.6" : "107.3",
          .to_b = amide ? "110.5" : "108.5",
          .hand = alpha ? "negative" : "positive"};
}

Acceptor sialic_acid(bool alpha) {
  return {.sugar = "ketopyranose",
          .leaving = "O2",
          .anomer = "C2",
          .a = "C1",
          .b = "C3",
          .c = "O6",
          .length = "1.415",
          .bridge = "116.0",
          .to_a = "109.5",
          .to_b = "109.5",
          .hand = alpha ? "positive" : "negative"};
}

std::string link(const Donor& donor, bool alpha, const Acceptor& acceptor) {
  // Longer keys first: @anomer begins as @a does.
  return filled(std::string(glycosidic_bond) +
                    (donor.atom == std::string("ND2") ? flat_amide : "") + lost_hydrogen +
                    lost_hydroxyl,
                {{"@id", (alpha ? "ALPHA" : "BETA") + std::string(donor.id)},
                 {"@residue", donor.residue},
                 {"@group", donor.group},
                 {"@hydrogen", donor.hydrogen},
                 {"@donor", donor.atom},
                 {"@next", donor.next},
                 {"@sugar", acceptor.sugar},
                 {"@leaving", acceptor.leaving},
                 {"@anomer", acceptor.anomer},
                 {"@length", acceptor.length},
                 {"@bridge", acceptor.bridge},
                 {"@hand", acceptor.hand},
                 {"@to_a", acceptor.to_a},
                 {"@to_b", acceptor.to_b},
                 {"@a", acceptor.a},
                 {"@b", acceptor.b},
                 {"@c", acceptor.c}});
}

}  // namespace

std::string sugar_links() {
  std::string text;
  for (const bool alpha : {true, false}) {
    for (const Donor& donor : donors)
      text += link(donor, alpha, pyranose(alpha, donor.atom == std::string("ND2")));
    for (const Donor& donor : donors_to_sialic_acid) text += link(donor, alpha, sialic_acid(alpha));
  }
  return text;
}

}  // namespace polyform::crystal

// SPDX-License-Identifier: MPL-2.0
// Copies paired: renumbered, mutated, cut, with conformers and flipped rings; and what is refused.
#include "polyform/crystal/pair_copies.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using crystal::CopyAtoms;
using crystal::Pairing;

namespace {

using Change = std::function<void(gemmi::Structure&)>;

crystal::Model model_of(const std::filesystem::path& path) {
  base::Log log;
  return crystal::read_model(path, {}, log);
}

// 1CBS (one chain of 137 residues, retinoic acid, waters), changed and read anew.
crystal::Model changed(const Change& change) {
  crystal::Model model = model_of("/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz");
  change(model.structure);
  std::vector<test::AtomLine> lines;
  for (const gemmi::Chain& chain : model.structure.first_model().chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms) {
        std::string name = atom.name.size() < 4 ? " " + atom.name : atom.name;
        name.resize(4, ' ');
        char number[8], x[3][16], occupancy[16];
        std::snprintf(number, sizeof number, "%4d%c", *residue.seqid.num, residue.seqid.icode);
        for (int k = 0; k < 3; ++k) std::snprintf(x[k], sizeof x[k], "%.3f", atom.pos.at(k));
        std::snprintf(occupancy, sizeof occupancy, "%.2f", atom.occ);
        lines.push_back({name, atom.altloc ? atom.altloc : ' ', residue.name, chain.name, number,
                         x[0], x[1], x[2], occupancy, "20.00", atom.element.uname(),
                         residue.het_flag == 'H'});
      }
  return model_of(test::written("changed.pdb", test::pdb_text(lines)));
}
const Change as_it_is = [](gemmi::Structure&) {};

gemmi::Residue& residue(gemmi::Structure& structure, int number) {
  for (gemmi::Residue& each : structure.first_model().chains[0].residues)
    if (*each.seqid.num == number) return each;
  throw base::Error("no such residue");
}

CopyAtoms all_of(const crystal::Model& model, const std::string& name) {
  return {name, &model, crystal::AtomFlags(model.atoms.size(), 1)};
}

Pairing pair(const crystal::Model& first, const crystal::Model& other) {
  return crystal::pair_copies("test", {all_of(first, "first"), all_of(other, "other")}, 30);
}

// Labels of paired atoms, "" for none.
std::string label(const crystal::Model& model, int atom) {
  return atom < 0 ? "" : model.label[static_cast<std::size_t>(atom)];
}

// The mate of an atom of the first copy, by label.
std::string mate(const Pairing& pairing, const crystal::Model& first, const crystal::Model& other,
                 const std::string& of) {
  for (std::size_t s = 0; s < pairing.atoms[0].size(); ++s)
    if (label(first, pairing.atoms[0][s]) == of) return label(other, pairing.atoms[1][s]);
  return "not a site";
}

std::string name_in(const std::string& label) { return label.substr(label.rfind('/') + 1); }

}  // namespace

TEST_CASE("equal copies pair atom by atom, waters and hydrogens left out") {
  const crystal::Model first = changed(as_it_is), other = changed(as_it_is);
  const Pairing pairing = pair(first, other);
  const crystal::PairingReport& report = pairing.reports[1];
  CHECK(report.identity == 1);
  CHECK(report.by_number);
  CHECK(report.residues == 138);  // with retinoic acid
  CHECK(pairing.atoms[0].size() == 1091 + 22);
  CHECK(pairing.atoms[0] == pairing.atoms[1]);
  CHECK((report.unmatched.empty() && report.missing.empty() && report.swapped.empty()));
  for (int atom : pairing.atoms[0]) CHECK_THAT(label(first, atom), !Catch::Contains("HOH"));
}

TEST_CASE("a copy with other numbers is paired by its sequence") {
  const crystal::Model first = changed(as_it_is);
  const crystal::Model other = changed([](gemmi::Structure& structure) {
    for (gemmi::Residue& each : structure.first_model().chains[0].residues)
      each.seqid.num.value += 1000;
    auto& residues = structure.first_model().chains[0].residues;
    residues.erase(residues.begin() + 40, residues.begin() + 46);  // a loop not seen
  });
  const Pairing pairing = pair(first, other);
  const crystal::PairingReport& report = pairing.reports[1];
  CHECK_FALSE(report.by_number);
  CHECK(report.identity == 1);
  CHECK(report.residues == 138 - 6);
  CHECK(mate(pairing, first, other, "A/TRP 7/CZ2") == "A/TRP 1007/CZ2");
  CHECK(mate(pairing, first, other, "A/GLU 137/CA") == "A/GLU 1137/CA");
  CHECK(mate(pairing, first, other, "A/LYS 44/CA") == "not a site");
  const auto in_loop =
      std::count_if(report.missing.begin(), report.missing.end(), [](const std::string& atom) {
        const int number = std::stoi(atom.substr(atom.find(' ') + 1));
        return number >= 41 && number <= 46;
      });
  CHECK(in_loop == static_cast<long>(report.missing.size()));
}

TEST_CASE("mutated residues share their main chain and CB, and are told") {
  const crystal::Model first = changed(as_it_is);
  const crystal::Model other = changed([](gemmi::Structure& structure) {
    residue(structure, 7).name = "PHE";  // a tryptophan with odd atoms, but a name is a name
  });
  const Pairing pairing = pair(first, other);
  CHECK(pairing.reports[1].mutations == std::vector<std::string>{"A/TRP 7 - A/PHE 7"});
  CHECK(pairing.reports[1].by_number);
  CHECK(mate(pairing, first, other, "A/TRP 7/CB") == "A/PHE 7/CB");
  CHECK(mate(pairing, first, other, "A/TRP 7/CG") == "not a site");
}

TEST_CASE("an atom without conformers goes with the one that is there most") {
  const crystal::Model first = changed(as_it_is);
  const crystal::Model other = changed([](gemmi::Structure& structure) {
    gemmi::Residue& lysine = residue(structure, 8);
    gemmi::Atom& end = lysine.atoms.back();
    end.altloc = 'A';
    end.occ = 0.4F;
    gemmi::Atom second = end;
    second.altloc = 'B';
    second.occ = 0.6F;
    second.pos.x += 1;
    lysine.atoms.push_back(second);
  });
  const std::string name = name_in(label(first, 0));
  const Pairing there = pair(first, other), back = pair(other, first);
  const std::string end = "A/" + std::string("LYS 8/NZ");
  CHECK(mate(there, first, other, end) == end + ".B");
  CHECK(there.reports[1].unmatched == std::vector<std::string>{end + ".A"});
  CHECK(mate(back, other, first, end + ".B") == end);
  CHECK(mate(back, other, first, end + ".A") == "not a site");
}

TEST_CASE("a ring that is turned by half is paired with its names exchanged") {
  const crystal::Model first = changed(as_it_is);
  const crystal::Model other = changed([](gemmi::Structure& structure) {
    for (gemmi::Atom& atom : residue(structure, 15).atoms)
      if (atom.name.size() == 3 && (atom.name[1] == 'D' || atom.name[1] == 'E'))
        atom.name[2] = atom.name[2] == '1' ? '2' : '1';
  });
  const Pairing pairing = pair(first, other);
  REQUIRE(pairing.reports[1].swapped.size() == 1);
  CHECK_THAT(pairing.reports[1].swapped[0], Catch::Contains("PHE 15"));
  CHECK(mate(pairing, first, other, "A/PHE 15/CD1") == "A/PHE 15/CD2");
  CHECK(mate(pairing, first, other, "A/PHE 15/CE2") == "A/PHE 15/CE1");
  CHECK(mate(pairing, first, other, "A/PHE 15/CZ") == "A/PHE 15/CZ");
}

TEST_CASE("what cannot be alike is refused, each with its own reason") {
  const crystal::Model first = changed(as_it_is);
  const auto refusal = [&](const std::vector<CopyAtoms>& copies) {
    return test::error_of([&] { crystal::pair_copies("main", copies, 30); });
  };
  const CopyAtoms whole = all_of(first, "whole");
  CHECK_THAT(refusal({whole}), Catch::Contains("'main'") && Catch::Contains("1 copy"));
  CHECK_THAT(refusal({whole, {"none", &first, crystal::AtomFlags(first.atoms.size(), 0)}}),
             Catch::Contains("none has no atom"));
  CHECK_THAT(refusal({whole, all_of(first, "again")}), Catch::Contains("in two copies"));
  const crystal::Model unlike = changed([](gemmi::Structure& structure) {
    std::vector<std::string> names;
    auto& residues = structure.first_model().chains[0].residues;
    for (int i = 0; i < 137; ++i) residues[static_cast<std::size_t>(i)].name = "GLY";
  });
  CHECK_THAT(refusal({whole, all_of(unlike, "glycines")}),
             Catch::Contains("least_identity") && Catch::Contains("glycines"));
  const crystal::Model two = changed([](gemmi::Structure& structure) {
    gemmi::Chain second("B");
    second.residues = {residue(structure, 3), residue(structure, 4)};
    structure.first_model().chains.push_back(second);
  });
  CHECK_THAT(refusal({whole, all_of(two, "two chains")}),
             Catch::Contains("2 segments (A B)") && Catch::Contains("1 (A)"));
}

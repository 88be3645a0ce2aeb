// SPDX-License-Identifier: MPL-2.0
// Links between neighbours in a chain, and the forms of residues at its ends and gaps.
#include "polymer_links.hpp"

#include <cmath>
#include <gemmi/calculate.hpp>

#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"

namespace polyform::restraints {
namespace {

using Kind = gemmi::ResidueInfo::Kind;

Kind kind_of(const ResInfo& residue, const gemmi::MonLib& library) {
  const gemmi::ResidueInfo* info = library.find_residue_info(residue.res->name);
  return info != nullptr ? info->kind : gemmi::ResidueInfo::UNKNOWN;
}
bool is_nucleotide(Kind kind) {
  return kind == gemmi::ResidueInfo::RNA || kind == gemmi::ResidueInfo::DNA;
}

/// Bonded neighbours are nearer than any atoms that merely touch. Consecutive numbers allow for
/// coordinates that were shaken; elsewhere a bond must look like one.
double longest_bond(const gemmi::Residue& r1, const gemmi::Residue& r2, double ideal) {
  const int step = std::abs(*r2.seqid.num - *r1.seqid.num);
  const bool in_polymer = r1.het_flag != 'H' || r2.het_flag != 'H';
  return step <= 1 && in_polymer ? ideal + 1.3 : ideal * 1.5;
}

/// The record (CISPEP) decides unless the angle is far from cis; without one the angle does.
bool is_cis(gemmi::Residue& r1, gemmi::Residue& r2, bool proline) {
  const AtomPair bond = nearest_pair(r1, "C", r2, "N");
  const gemmi::Atom* ca1 = r1.find_atom("CA", bond.first->altloc ? bond.first->altloc : '*');
  const gemmi::Atom* ca2 = r2.find_atom("CA", bond.second->altloc ? bond.second->altloc : '*');
  if (ca1 == nullptr || ca2 == nullptr) return r1.is_cis;
  const double omega = std::abs(base::degrees(
      gemmi::calculate_dihedral(ca1->pos, bond.first->pos, bond.second->pos, ca2->pos)));
  return omega < (r1.is_cis ? 120.0 : proline ? 90.0 : 60.0);
}

std::string link_between(ResInfo& r1, ResInfo& r2, const gemmi::MonLib& library) {
  const Kind kind1 = kind_of(r1, library), kind2 = kind_of(r2, library);
  if (is_nucleotide(kind1) && is_nucleotide(kind2)) {
    const AtomPair bond = nearest_pair(*r1.res, "O3'", *r2.res, "P");
    return bond.first && bond.distance < longest_bond(*r1.res, *r2.res, 1.607) ? "p" : "";
  }
  const AtomPair bond = nearest_pair(*r1.res, "C", *r2.res, "N");
  if (bond.first == nullptr || bond.distance > longest_bond(*r1.res, *r2.res, 1.336)) return "";
  if (is_peptide_like(r1.chemcomp) && is_peptide_like(r2.chemcomp))
    return peptide_link(r1, r2, library);
  const auto [match, inverted] = library.match_link(*r1.res, "C", *r2.res, "N", bond.first->altloc);
  return match != nullptr && !inverted ? match->id : "";
}

/// Residues of one place in the chain, several where it is microheterogeneous: [begin, end).
struct Place {
  std::size_t begin, end;
};
Place place_from(const std::vector<ResInfo>& residues, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < residues.size() && residues[end].res->seqid == residues[begin].res->seqid) ++end;
  return {begin, end};
}

void add_link(ResInfo& r1, ResInfo& r2, const std::string& id, const gemmi::MonLib& library) {
  const gemmi::ChemLink* link = library.get_link(id);
  if (link == nullptr) return;
  gemmi::Topo::Link made;
  made.link_id = id;
  made.res1 = r1.res;
  made.res2 = r2.res;
  r2.prev.push_back(made);
  modify(r1, link->side1.mod, library);
  modify(r2, link->side2.mod, library);
}

}  // namespace

std::string peptide_link(const ResInfo& r1, const ResInfo& r2, const gemmi::MonLib& library) {
  const Kind kind = kind_of(r2, library);
  const bool proline = kind == gemmi::ResidueInfo::PAA;
  const std::string prefix = proline ? "P" : kind == gemmi::ResidueInfo::MAA ? "NM" : "";
  return prefix + (is_cis(*r1.res, *r2.res, proline) ? "CIS" : "TRANS");
}

void link_neighbours(gemmi::Topo& topo, const gemmi::MonLib& library, base::Log& log) {
  int links = 0, cis = 0, gaps = 0;
  for (auto& chain : topo.chain_infos) {
    auto& residues = chain.res_infos;
    Place before{0, 0};
    for (std::size_t i = 0; i < residues.size(); i = before.end) {
      const Place here = place_from(residues, i);
      bool linked = false;
      for (std::size_t a = before.begin; a < before.end; ++a)
        for (std::size_t b = here.begin; b < here.end; ++b) {
          const std::string id = link_between(residues[a], residues[b], library);
          if (id.empty()) continue;
          add_link(residues[a], residues[b], id, library);
          linked = true;
          ++links;
          cis += id == "CIS" || id == "PCIS" || id == "NMCIS";
        }
      gaps += !linked && before.end > before.begin &&
              is_peptide_like(residues[before.begin].chemcomp) &&
              is_peptide_like(residues[here.begin].chemcomp);
      before = here;
    }
  }
  log.info(base::format("%d links along chains (%d cis peptides, %d gaps)", links, cis, gaps));
}

namespace {

int hydrogens_on_n(const gemmi::Residue& residue) {
  int count = 0;
  const gemmi::Atom* n = residue.find_atom("N", '*');
  for (const gemmi::Atom& atom : residue.atoms)
    if (n != nullptr && atom.is_hydrogen() && in_one_conformer(*n, atom) &&
        (atom.altloc == '\0' || atom.altloc == n->altloc || n->altloc == '\0') &&
        n->pos.dist(atom.pos) < 1.4)
      ++count;
  return count;
}
int hydrogens_on_n(const gemmi::ChemComp& monomer) {
  int count = 0;
  for (const auto& bond : monomer.rt.bonds)
    if (const auto* other = bond.other(std::string("N")))
      count += other->atom[0] == 'H' || other->atom[0] == 'D';
  return count;
}

struct Bonded {
  bool at_n = false, at_c = false;
};

void settle(ResInfo& residue, const Bonded& bonded, bool first, const gemmi::MonLib& library) {
  const gemmi::Residue& res = *residue.res;
  if (is_peptide_like(residue.chemcomp)) {
    if (!bonded.at_c) {
      const bool oxt = has_atom(res, "OXT"), known = knows_atom(residue.chemcomp, "OXT");
      if (oxt && !known) modify(residue, "COO", library);
      if (!oxt && known) modify(residue, "DEL-OXT", library);
    }
    if (!bonded.at_n) {
      const int seen = hydrogens_on_n(res), known = hydrogens_on_n(residue.chemcomp);
      if (seen > known) modify(residue, "NH3", library);
      if (!first && bonded.at_c && seen <= 1 && known > 1)
        modify(residue,
               kind_of(residue, library) == gemmi::ResidueInfo::PAA ? "DEL-HNP" : "DEL-HN1",
               library);
    }
  } else if (is_nucleotide(kind_of(residue, library)) && has_atom(res, "HO5'") &&
             !knows_atom(residue.chemcomp, "HO5'")) {
    modify(residue, "5END", library);
  }
}

}  // namespace

void settle_chain_ends(gemmi::Topo& topo, const gemmi::MonLib& library,
                       const std::vector<char>& bonded_by_record) {
  for (auto& chain : topo.chain_infos) {
    auto& residues = chain.res_infos;
    std::vector<Bonded> bonded(residues.size());
    for (std::size_t i = 0; i < residues.size(); ++i) {
      for (const auto& link : residues[i].prev) {
        bonded[i].at_n = true;
        bonded[i - static_cast<std::size_t>(link.res2 - link.res1)].at_c = true;
      }
      for (const gemmi::Atom& atom : residues[i].res->atoms)
        if (bonded_by_record[static_cast<std::size_t>(atom.serial)]) {
          bonded[i].at_n |= atom.name == "N";
          bonded[i].at_c |= atom.name == "C";
        }
    }
    for (std::size_t i = 0; i < residues.size(); ++i)
      settle(residues[i], bonded[i], i == 0, library);
  }
}

}  // namespace polyform::restraints

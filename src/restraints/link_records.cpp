// SPDX-License-Identifier: MPL-2.0
// LINK, SSBOND and struct_conn records: by a link of the dictionary, else as a bond alone.
#include "link_records.hpp"

#include <cmath>
#include <map>
#include <unordered_map>

#include "images.hpp"
#include "link_handedness.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polymer_links.hpp"

namespace polyform::restraints {
namespace {

constexpr double longest_link = 4.5;  // [A] a record whose atoms are farther apart is not believed

Vec3 position(const gemmi::Atom& atom) { return {atom.pos.x, atom.pos.y, atom.pos.z}; }

/// From ids to the atoms of the working copy and their residues.
struct Directory {
  struct Entry {
    ResInfo* residue;
    gemmi::Atom* atom;
  };
  std::vector<Entry> entries;
  explicit Directory(gemmi::Topo& topo) {
    for (ResInfo* residue : residues_of(topo))
      for (gemmi::Atom& atom : residue->res->atoms) {
        const auto id = static_cast<std::size_t>(atom.serial);
        if (entries.size() <= id) entries.resize(id + 1);
        entries[id] = {residue, &atom};
      }
  }
};

/// Ids of the atoms that an address means: one, or one a conformer where the record names none.
std::vector<int> ids_of(const gemmi::Model& model, const gemmi::AtomAddress& address) {
  std::vector<int> exact, any;
  int id = 0;
  for (const gemmi::Chain& chain : model.chains)
    for (const gemmi::Residue& residue : chain.residues) {
      const bool here = chain.name == address.chain_name && address.res_id.matches_noseg(residue);
      for (const gemmi::Atom& atom : residue.atoms) {
        if (here && atom.name == address.atom_name) {
          any.push_back(id);
          if (atom.altloc == address.altloc) exact.push_back(id);
        }
        ++id;
      }
    }
  if (!exact.empty()) return exact;
  if (address.altloc == '\0') return any;
  std::vector<int> without;  // the record says A, the atom has one place for all conformers
  for (const int one : any) without.push_back(one);
  return without.size() == 1 ? without : std::vector<int>();
}

// SSBOND records of a PDB file have no column for a conformer: where gemmi took that of the first
// atom, all are meant.
gemmi::AtomAddress as_recorded(gemmi::AtomAddress address, const gemmi::Connection& record,
                               const crystal::Model& model) {
  if (record.type == gemmi::Connection::Disulf && model.source_block == nullptr)
    address.altloc = '\0';
  return address;
}

bool repeats_chain_link(const ResInfo& r1, const gemmi::Atom& a1, const ResInfo& r2,
                        const gemmi::Atom& a2) {
  const auto along = [](const ResInfo& before, const gemmi::Atom& a, const ResInfo& after,
                        const gemmi::Atom& b) {
    const bool names = (a.name == "C" && b.name == "N") || (a.name == "O3'" && b.name == "P");
    if (names)
      for (const auto& link : after.prev)
        if (link.res1 == before.res) return true;
    return false;
  };
  return along(r1, a1, r2, a2) || along(r2, a2, r1, a1);
}

const gemmi::ChemLink* named_link(const std::string& id, const RecordedLink& record,
                                  const gemmi::MonLib& library) {
  const gemmi::ChemLink* link = id.empty() ? nullptr : library.get_link(id);
  if (link == nullptr || link->rt.bonds.empty()) return nullptr;
  const auto& bond = link->rt.bonds[0];
  const bool fits = bond.id1.atom == record.a1->name && bond.id2.atom == record.a2->name;
  return fits ? link : nullptr;
}

void turn_round(RecordedLink& record) {
  std::swap(record.r1, record.r2);
  std::swap(record.a1, record.a2);
  if (record.crosses) record.image = inverse(record.image);
}

/// A peptide bond, as when a chain is closed to a ring: found by its atoms, cis or trans by its
/// angle.
bool match_peptide(RecordedLink& record, const gemmi::MonLib& library) {
  const bool forwards = record.a1->name == "C" && record.a2->name == "N";
  const bool backwards = record.a1->name == "N" && record.a2->name == "C";
  if (!(forwards || backwards) || record.crosses || !is_peptide_like(record.r1->chemcomp) ||
      !is_peptide_like(record.r2->chemcomp))
    return false;
  if (backwards) turn_round(record);
  record.link = library.get_link(peptide_link(*record.r1, *record.r2, library));
  return record.link != nullptr;
}

void match(RecordedLink& record, const std::string& link_id, const gemmi::MonLib& library) {
  record.link = named_link(link_id, record, library);
  if (record.link != nullptr || match_peptide(record, library)) return;
  const auto [link, inverted] = library.match_link(*record.r1->res, record.a1->name,
                                                   *record.r2->res, record.a2->name, record.altloc);
  record.link = link;
  if (inverted) turn_round(record);
}

/// Where the second atom is, as the record says or, where it cannot be so, as the distance says.
void place(RecordedLink& record, gemmi::Asu asu, const crystal::Crystal& crystal) {
  const Vec3 x1 = position(*record.a1), x2 = position(*record.a2);
  record.crosses = false;
  record.distance = (x1 - x2).norm();
  if (asu == gemmi::Asu::Same && record.distance < longest_link) return;
  const bool to_itself = record.a1 == record.a2;
  const NearestImage nearest =
      nearest_image(crystal, x1, x2,
                    asu == gemmi::Asu::Different || to_itself ? Allow::symmetry_mates : Allow::any);
  if (nearest.identity || (asu == gemmi::Asu::Different && nearest.distance > longest_link &&
                           record.distance < longest_link))
    return;
  record.crosses = true;
  record.image = nearest.image;
  record.distance = nearest.distance;
}

std::string describe(const gemmi::AtomAddress& a) { return a.str(); }

}  // namespace

std::vector<RecordedLink> find_recorded_links(const crystal::Model& model, gemmi::Topo& topo,
                                              const gemmi::MonLib& library,
                                              const crystal::Crystal& crystal, base::Log& log) {
  std::vector<RecordedLink> found;
  Directory directory(topo);
  for (const gemmi::Connection& record : model.structure.connections) {
    if (record.type == gemmi::Connection::Hydrog) continue;
    const std::string what = describe(record.partner1) + " - " + describe(record.partner2);
    int made = 0;
    const auto& original = model.structure.models[0];
    for (const int i : ids_of(original, as_recorded(record.partner1, record, model)))
      for (const int j : ids_of(original, as_recorded(record.partner2, record, model))) {
        auto& first = directory.entries[static_cast<std::size_t>(i)];
        auto& second = directory.entries[static_cast<std::size_t>(j)];
        if (!in_one_conformer(*first.atom, *second.atom)) continue;
        ++made;
        RecordedLink link{
            first.residue, second.residue, first.atom, second.atom, '*', nullptr, false, {}, 0};
        if (first.atom->altloc != '\0' || second.atom->altloc != '\0')
          link.altloc = first.atom->altloc ? first.atom->altloc : second.atom->altloc;
        if (repeats_chain_link(*first.residue, *first.atom, *second.residue, *second.atom))
          continue;
        place(link, record.asu, crystal);
        if (link.distance > longest_link) {
          log.warning(
              base::format("link %s is %.1f A long and is left out", what.c_str(), link.distance));
          continue;
        }
        match(link, record.link_id, library);
        link.link = settle_handedness(link, what, library, log);
        if (link.link != nullptr) {
          modify(*link.r1, link.link->side1.mod, library);
          modify(*link.r2, link.link->side2.mod, library);
        }
        found.push_back(link);
      }
    if (made == 0) log.warning("link " + what + " is left out: its atoms are not in the model");
  }
  return found;
}

namespace {

/// Restraints of a dictionary link between an atom's residue and a symmetry mate of another.
void restrain_across(const RecordedLink& record, LinkRestraints& out) {
  const int image = static_cast<int>(out.images.size());
  out.images.push_back(record.image);
  out.images.push_back(inverse(record.image));
  const auto find = [&](const gemmi::Restraints::AtomId& id) {
    return (id.comp == 1 ? record.r1 : record.r2)->res->find_atom(id.atom, record.altloc);
  };
  for (const auto& bond : record.link->rt.bonds) {
    const gemmi::Atom *a = find(bond.id1), *b = find(bond.id2);
    if (a != nullptr && b != nullptr && bond.id1.comp == 1 && bond.id2.comp == 2)
      out.bonds.push_back({{a->serial, b->serial}, bond.value, bond.esd, image});
  }
  for (const auto& angle : record.link->rt.angles) {
    const gemmi::Atom *a = find(angle.id1), *b = find(angle.id2), *c = find(angle.id3);
    if (a == nullptr || b == nullptr || c == nullptr) continue;
    // Two atoms here and the last one across, or the other way round with the operator undone.
    std::array<int, 3> ids = {a->serial, b->serial, c->serial};
    std::array<int, 3> side = {angle.id1.comp, angle.id2.comp, angle.id3.comp};
    if (side[0] != side[1]) {
      std::swap(ids[0], ids[2]);
      std::swap(side[0], side[2]);
    }
    if (side[0] != side[1] || side[1] == side[2]) continue;
    // A bond from an atom to its own mate has one such angle, read from either end.
    if (record.a1 == record.a2 && side[2] == 1) continue;
    out.angles.push_back({ids, base::radians(angle.value), base::radians(angle.esd),
                          side[2] == 2 ? image : image + 1});
  }
}

/// Angle at an atom that a dictionary leaves out, from its hybridisation.
struct AngleGuess {
  double ideal, sigma;  ///< [degrees]
};
AngleGuess usual_angle(const gemmi::Atom& apex, const ResInfo& residue,
                       const gemmi::MonLib& library) {
  if (apex.element == gemmi::El::S || apex.element == gemmi::El::Se) return {103.8, 2.0};
  const auto atom = residue.chemcomp.find_atom(apex.name);
  if (atom != residue.chemcomp.atoms.end()) {
    const auto type = library.ener_lib.atoms.find(atom->chem_type);
    if (type != library.ener_lib.atoms.end()) {
      if (type->second.sp == 1) return {180.0, 3.0};
      if (type->second.sp == 2 && apex.element != gemmi::El::O) return {120.0, 3.0};
    }
  }
  return {apex.element == gemmi::El::O ? 116.0 : 109.5, 3.0};
}

void add_usual_angles(const RecordedLink& record, const gemmi::Atom& apex, const ResInfo& residue,
                      const gemmi::Atom& far, int image, const gemmi::MonLib& library,
                      LinkRestraints& out) {
  const AngleGuess guess = usual_angle(apex, residue, library);
  for (const auto& bond : residue.chemcomp.rt.bonds)
    if (const auto* other = bond.other(apex.name))
      for (const gemmi::Atom& neighbour : residue.res->atoms)
        if (neighbour.name == other->atom && in_one_conformer(neighbour, apex) &&
            in_one_conformer(neighbour, far) &&
            (record.altloc == '*' || neighbour.altloc_matches(record.altloc)))
          out.angles.push_back({{neighbour.serial, apex.serial, far.serial},
                                base::radians(guess.ideal),
                                base::radians(guess.sigma),
                                image});
}

/// A bond alone; between non-metals with the angles that hybridisation tells.
BondGuess restrain_unknown(const RecordedLink& record, const gemmi::MonLib& library,
                           LinkRestraints& out) {
  BondGuess guess = usual_bond(record.a1->element, record.a2->element);
  if (guess.ideal == 0.0) guess.ideal = record.distance;
  int image = -1;
  if (record.crosses) {
    image = static_cast<int>(out.images.size());
    out.images.push_back(record.image);
    out.images.push_back(inverse(record.image));
  }
  out.bonds.push_back({{record.a1->serial, record.a2->serial}, guess.ideal, guess.sigma, image});
  if (!record.a1->element.is_metal() && !record.a2->element.is_metal()) {
    add_usual_angles(record, *record.a1, *record.r1, *record.a2, image, library, out);
    add_usual_angles(record, *record.a2, *record.r2, *record.a1, image < 0 ? -1 : image + 1,
                     library, out);
  }
  return guess;
}

}  // namespace

void restrain_recorded_links(const std::vector<RecordedLink>& links, gemmi::Topo& topo,
                             const gemmi::MonLib& library, LinkRestraints& out, base::Log& log) {
  std::map<std::string, int> kinds;  // what was done, how often
  for (const RecordedLink& record : links) {
    if (record.link == nullptr) {
      const BondGuess guess = restrain_unknown(record, library, out);
      ++kinds[base::format("no dictionary has %s %s - %s %s: a bond of %.2f +- %.2f A",
                           record.r1->res->name.c_str(), record.a1->name.c_str(),
                           record.r2->res->name.c_str(), record.a2->name.c_str(), guess.ideal,
                           guess.sigma)];
    } else if (record.crosses) {
      restrain_across(record, out);
      ++kinds["link " + record.link->id + " to a symmetry mate"];
    } else {
      topo.apply_restraints(record.link->rt, *record.r1->res, record.r2->res, record.altloc);
      ++kinds["link " + record.link->id];
    }
  }
  for (const auto& [what, count] : kinds)
    log.info(count == 1 ? what : base::format("%s (%d times)", what.c_str(), count));
}

}  // namespace polyform::restraints

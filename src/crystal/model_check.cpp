// SPDX-License-Identifier: MPL-2.0
// Checks of a structure, each with one complete message.
#include "crystal/model_check.hpp"

#include <cmath>
#include <functional>
#include <set>

#include "crystal/listing.hpp"
#include "polyform/base/error.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;
using Names = std::vector<std::string>;

constexpr float largest_usual_b = 300.0f;  // [A^2]

void for_each_atom(const gemmi::Structure& structure,
                   const std::function<void(const gemmi::Atom&, const std::string&)>& visit) {
  for (const gemmi::Chain& chain : structure.models[0].chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms)
        visit(atom, gemmi::atom_str(chain.name, residue, atom.name, atom.altloc));
}

std::size_t count_atoms(const gemmi::Structure& structure) {
  std::size_t n = 0;
  for_each_atom(structure, [&](const gemmi::Atom&, const std::string&) { ++n; });
  return n;
}

void check_one_model(const gemmi::Structure& structure, const std::string& source) {
  if (structure.models.size() > 1)
    throw InputError(source + " holds " + std::to_string(structure.models.size()) +
                     " models (an ensemble); one crystal form is refined from one model: write the "
                     "wanted one to a file of its own");
  if (structure.models.empty() || count_atoms(structure) == 0)
    throw InputError(source + " holds no atoms; give a PDB or mmCIF file of the model");
}

void check_copies(const gemmi::Structure& structure, const std::string& source) {
  std::size_t missing = 0;
  for (const gemmi::NcsOp& copy : structure.ncs) missing += copy.given ? 0 : 1;
  if (missing)
    throw InputError(source + " leaves " + counted(missing, "copy") +
                     " of its atoms to MTRIX (_struct_ncs_oper) records; write all the copies out "
                     "first: gemmi convert --expand-ncs=new IN OUT");
}

// Throws with the first atoms that break a rule.
void refuse(const std::string& source, const Names& names, const std::string& what,
            const std::string& what_to_do) {
  if (!names.empty())
    throw InputError(source + ": " + counted(names.size(), "atom") + " with " + what + " (" +
                     listed(names) + "); " + what_to_do);
}

void check_values(const gemmi::Structure& structure, const std::string& source, base::Log& log) {
  Names no_place, no_b, negative_b, wrong_occupancy, no_element, zero_b, large_b, absent, overfull;
  for_each_atom(structure, [&](const gemmi::Atom& atom, const std::string& name) {
    const auto& p = atom.pos;
    if (!std::isfinite(p.x) || !std::isfinite(p.y) || !std::isfinite(p.z)) no_place.push_back(name);
    if (!std::isfinite(atom.b_iso)) no_b.push_back(name);
    if (atom.b_iso < 0) negative_b.push_back(name);
    if (!(atom.occ >= 0 && atom.occ <= 2)) wrong_occupancy.push_back(name);
    if (atom.occ > 1.01f && atom.occ <= 2) overfull.push_back(name);
    if (atom.element == gemmi::El::X) no_element.push_back(name);
    if (atom.b_iso == 0 && !atom.aniso.nonzero()) zero_b.push_back(name);
    if (atom.b_iso > largest_usual_b) large_b.push_back(name);
    if (atom.occ == 0) absent.push_back(name);
  });
  refuse(source, no_place, "coordinates that are not numbers", "correct or remove them");
  refuse(source, no_b, "a B that is not a number", "correct it, or set it to 20");
  refuse(source, negative_b, "a B below 0", "set it to a positive value");
  refuse(source, wrong_occupancy, "an occupancy outside 0 to 2", "correct it");
  refuse(source, no_element, "an unknown element",
         "state it (columns 77 and 78 of a PDB file, _atom_site.type_symbol) or remove them");
  if (!overfull.empty())
    log.warning(source + ": occupancy above 1 in " + counted(overfull.size(), "atom") +
                ", taken as it stands: " + listed(overfull));
  if (!zero_b.empty())
    log.info(source + ": B of 0 A^2 in " + counted(zero_b.size(), "atom") + ": " + listed(zero_b));
  if (!large_b.empty())
    log.info(source + ": B above 300 A^2 in " + counted(large_b.size(), "atom") + ": " +
             listed(large_b));
  if (!absent.empty())
    log.info(source + ": occupancy 0 in " + counted(absent.size(), "atom") + ": " + listed(absent));
}

void check_unique(const gemmi::Structure& structure, const std::string& source) {
  std::set<std::string> seen;
  Names twice;
  for (const gemmi::Chain& chain : structure.models[0].chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms) {
        const std::string name = gemmi::atom_str(chain.name, residue, atom.name, atom.altloc);
        if (!seen.insert(residue.segment + "|" + name).second) twice.push_back(name);
      }
  if (!twice.empty())
    throw InputError(source + ": " + counted(twice.size(), "atom") +
                     " there twice under one name, residue and conformer (" + listed(twice) +
                     "); renumber the residues or remove the copies");
}

void check_links(const gemmi::Structure& structure, const std::string& source, base::Log& log) {
  Names broken;
  for (const gemmi::Connection& link : structure.connections)
    if (!structure.models[0].find_cra(link.partner1).atom ||
        !structure.models[0].find_cra(link.partner2).atom)
      broken.push_back(link.partner1.str() + " - " + link.partner2.str());
  if (!broken.empty())
    log.warning(source + ": " + counted(broken.size(), "link") +
                " to atoms that are not there: " + listed(broken));
}

}  // namespace

void check_structure(const gemmi::Structure& structure, const std::string& source, base::Log& log) {
  check_one_model(structure, source);
  check_copies(structure, source);
  check_values(structure, source, log);
  check_unique(structure, source);
  check_links(structure, source, log);
}

}  // namespace polyform::crystal

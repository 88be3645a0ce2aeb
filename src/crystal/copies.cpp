// SPDX-License-Identifier: MPL-2.0
// Copies of chains with names, links and secondary structure of their own.
#include "polyform/crystal/copies.hpp"

#include <gemmi/assembly.hpp>

#include <map>
#include <set>

#include "crystal/model_atoms.hpp"
#include "polyform/base/error.hpp"

namespace polyform::crystal {
namespace {

using Names = std::map<std::string, std::string>;  // of the molecule to those of a copy

void move_atom(gemmi::Atom& atom, const Motion& motion) {
  const Vec3 x = motion({atom.pos.x, atom.pos.y, atom.pos.z});
  atom.pos = {x[0], x[1], x[2]};
  if (!atom.aniso.nonzero()) return;
  const auto& u = atom.aniso;
  const Mat3 turned = motion.rotation *
                      kernels::matrix_of({u.u11, u.u22, u.u33, u.u12, u.u13, u.u23}) *
                      motion.rotation.transpose();
  const auto entry = [&](int i, int j) { return static_cast<float>(turned(i, j)); };
  atom.aniso = {entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)};
}

void move_chain(gemmi::Chain& chain, const Motion& motion) {
  for (gemmi::Residue& residue : chain.residues)
    for (gemmi::Atom& atom : residue.atoms) move_atom(atom, motion);
}

// Renames what an address or a list of records names.
void rename(gemmi::AtomAddress& address, const Names& chains) {
  const auto found = chains.find(address.chain_name);
  if (found != chains.end()) address.chain_name = found->second;
}
gemmi::Connection renamed(gemmi::Connection link, const Names& chains, const std::string& suffix) {
  link.name += suffix;
  rename(link.partner1, chains);
  rename(link.partner2, chains);
  return link;
}
gemmi::Helix renamed(gemmi::Helix helix, const Names& chains, const std::string&) {
  rename(helix.start, chains);
  rename(helix.end, chains);
  return helix;
}
gemmi::Sheet renamed(gemmi::Sheet sheet, const Names& chains, const std::string& suffix) {
  sheet.name += suffix;
  for (gemmi::Sheet::Strand& strand : sheet.strands)
    for (gemmi::AtomAddress* address :
         {&strand.start, &strand.end, &strand.hbond_atom1, &strand.hbond_atom2})
      rename(*address, chains);
  return sheet;
}

template <class Record>
void add_renamed(std::vector<Record>& records, const std::vector<Record>& of_molecule,
                 const Names& chains, const std::string& suffix) {
  for (const Record& record : of_molecule) records.push_back(renamed(record, chains, suffix));
}

// Adds copies to a structure that holds the molecule already.
class Copier {
 public:
  Copier(const gemmi::Structure& molecule, gemmi::Structure& all)
      : molecule_(molecule), all_(all), names_(all.models[0], gemmi::HowToNameCopiedChain::Short) {
    for (const gemmi::Chain& chain : molecule.models[0].chains)
      for (const gemmi::Residue& residue : chain.residues) subchains_.insert(residue.subchain);
  }

  // number: 2 for the second copy.
  void add(const Motion& motion, int number) {
    const std::string suffix = std::to_string(number);
    Names chains, subchains;
    for (gemmi::Chain chain : molecule_.models[0].chains) {
      chains[chain.name] = chain_name(chain.name);
      chain.name = chains[chain.name];
      for (gemmi::Residue& residue : chain.residues) {
        std::string& name = subchains[residue.subchain];
        if (name.empty()) name = subchain_name(residue.subchain, number);
        residue.subchain = name;
      }
      move_chain(chain, motion);
      all_.models[0].chains.push_back(std::move(chain));
    }
    add_to_entities(subchains);
    add_renamed(all_.connections, molecule_.connections, chains, suffix);
    add_renamed(all_.helices, molecule_.helices, chains, suffix);
    add_renamed(all_.sheets, molecule_.sheets, chains, suffix);
  }

 private:
  std::string chain_name(const std::string& old) {
    try {
      return names_.make_new_name(old, 1);
    } catch (const std::exception&) {
      throw base::InputError("the copies have more chains than names of two characters exist");
    }
  }
  std::string subchain_name(const std::string& old, int number) {
    std::string name = old + std::to_string(number);
    while (!subchains_.insert(name).second) name += "x";
    return name;
  }
  void add_to_entities(const Names& subchains) {
    for (std::size_t e = 0; e < molecule_.entities.size(); ++e)
      for (const std::string& old : molecule_.entities[e].subchains)
        if (const auto found = subchains.find(old); found != subchains.end())
          all_.entities[e].subchains.push_back(found->second);
  }

  const gemmi::Structure& molecule_;
  gemmi::Structure& all_;
  gemmi::ChainNameGenerator names_;
  std::set<std::string> subchains_;
};

}  // namespace

Model copies_of(const Model& molecule, std::span<const Motion> motions) {
  Model all = molecule;
  gemmi::Structure& structure = all.structure;
  gemmi::vector_remove_if(structure.connections, [](const gemmi::Connection& link) {
    return link.asu == gemmi::Asu::Different;
  });
  const gemmi::Structure one = structure;
  for (gemmi::Chain& chain : structure.models[0].chains) move_chain(chain, motions[0]);
  Copier copier(one, structure);
  for (std::size_t k = 1; k < motions.size(); ++k) copier.add(motions[k], static_cast<int>(k) + 1);
  flatten(all);
  return all;
}

void forget_experiment(Model& model) {
  gemmi::Structure& structure = model.structure;
  structure.meta = {};
  structure.raw_remarks.clear();
  structure.assemblies.clear();
  structure.ncs.clear();
  structure.has_origx = false;
  structure.info.clear();
  model.source_records.clear();
  model.source_block.reset();
}

}  // namespace polyform::crystal

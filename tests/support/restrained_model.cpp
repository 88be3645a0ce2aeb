// SPDX-License-Identifier: MPL-2.0
// Models with their restraints, cut from 1CBS or built of dictionary residues, for tests.
#include "support/restrained_model.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <gemmi/chemcomp_xyz.hpp>
#include <random>
#include <stdexcept>

#include "crystal/dictionary_files.hpp"
#include "crystal/model_atoms.hpp"
#include "support/crystal_files.hpp"

namespace polyform::test {

int RestrainedModel::atom(const std::string& label) const {
  for (std::size_t i = 0; i < model.label.size(); ++i)
    if (model.label[i] == label) return static_cast<int>(i);
  throw std::runtime_error("no atom " + label);
}

bool RestrainedModel::bonded(const std::string& a, const std::string& b) const {
  const int i = atom(a), j = atom(b);
  return std::any_of(lists.bonds.begin(), lists.bonds.end(), [&](const restraints::Bond& bond) {
    return (bond.atom[0] == i && bond.atom[1] == j) || (bond.atom[0] == j && bond.atom[1] == i);
  });
}

crystal::DictionaryOptions debian_monomers() { return {"/usr/share/refmac/monomers", {}}; }

namespace {
RestrainedModel finish(crystal::Model model, const crystal::DictionaryOptions& options) {
  RecordedLog log;
  RestrainedModel out;
  out.model = std::move(model);
  out.crystal = crystal::crystal_of(out.model);
  crystal::ModelOptions as_it_is;
  as_it_is.hydrogens = "keep";
  crystal::prepare_atoms(out.model, out.crystal, 2.0, as_it_is, log.log());
  crystal::Dictionary dictionary = crystal::load_dictionary(out.model, options, log.log());
  out.lists = restraints::build_lists(out.model, dictionary, out.crystal, log.log());
  out.log = log.text();
  return out;
}
}  // namespace

RestrainedModel restrain(gemmi::Structure structure, const crystal::DictionaryOptions& options) {
  crystal::Model model;
  model.structure = std::move(structure);
  model.source = "made.pdb";
  crystal::flatten(model);
  return finish(std::move(model), options);
}

RestrainedModel restrain_file(const std::string& path, const crystal::DictionaryOptions& options) {
  base::Log silent;
  return finish(crystal::read_model(path, {}, silent), options);
}

gemmi::Structure retinoic_acid_binding_protein() {
  base::Log silent;
  return crystal::read_model("/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz", {}, silent)
      .structure;
}

gemmi::Structure part_of_1cbs(int first, int last) {
  gemmi::Structure structure = retinoic_acid_binding_protein();
  auto& chains = structure.models[0].chains;
  chains.erase(std::remove_if(chains.begin(), chains.end(),
                              [](const gemmi::Chain& c) { return c.name != "A"; }),
               chains.end());
  auto& residues = chains.at(0).residues;
  residues.erase(std::remove_if(residues.begin(), residues.end(),
                                [&](const gemmi::Residue& r) {
                                  return r.is_water() || r.name == "REA" || *r.seqid.num < first ||
                                         *r.seqid.num > last;
                                }),
                 residues.end());
  return structure;
}

gemmi::Residue& residue(gemmi::Structure& structure, int number) {
  for (gemmi::Chain& chain : structure.models[0].chains)
    for (gemmi::Residue& r : chain.residues)
      if (*r.seqid.num == number) return r;
  throw std::runtime_error("no residue " + std::to_string(number));
}

void add_atom(gemmi::Residue& residue, const std::string& name, gemmi::El element, const Vec3& xyz,
              char altloc, double occupancy) {
  gemmi::Atom atom;
  atom.name = name;
  atom.element = element;
  atom.pos = {xyz.x(), xyz.y(), xyz.z()};
  atom.altloc = altloc;
  atom.occ = static_cast<float>(occupancy);
  atom.b_iso = 20.0f;
  residue.atoms.push_back(atom);
}

gemmi::Structure empty_structure() {
  gemmi::Structure structure;
  structure.cell.set(100, 100, 100, 90, 90, 90);
  structure.spacegroup_hm = "P 1";
  structure.models.emplace_back("1");
  structure.models[0].chains.emplace_back("A");
  return structure;
}

gemmi::Residue dictionary_residue(const std::string& name, int number) {
  const std::string library = debian_monomers().monomers;
  auto document = crystal::read_restraint_file(crystal::monomer_file(library, name));
  gemmi::Residue residue;
  residue.name = name;
  residue.seqid.num = number;
  residue.het_flag = 'A';
  gemmi::cif::Block* block = document.find_block("comp_" + name);
  for (auto row : block->find("_chem_comp_atom.", {"atom_id", "type_symbol", "x", "y", "z"})) {
    const gemmi::Element element(row.str(1));
    if (!element.is_hydrogen())
      add_atom(residue, row.str(0), element.elem,
               Vec3(gemmi::cif::as_number(row[2]), gemmi::cif::as_number(row[3]),
                    gemmi::cif::as_number(row[4])));
  }
  return residue;
}

namespace {
Vec3 position(const gemmi::Atom& atom) { return {atom.pos.x, atom.pos.y, atom.pos.z}; }
}  // namespace

void attach(const gemmi::Residue& first, const std::string& on, gemmi::Residue& next,
            const std::string& leaving) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  const Vec3 target = position(*first.find_atom(on, '*'));
  const Vec3 pivot = position(*next.find_atom(leaving, '*'));
  Eigen::Quaterniond best = Eigen::Quaterniond::Identity();
  double clearest = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const auto turn =
        Eigen::Quaterniond(normal(random), normal(random), normal(random), normal(random))
            .normalized();
    double nearest = 1e9;
    for (const gemmi::Atom& a : next.atoms)
      for (const gemmi::Atom& b : first.atoms)
        if (a.name != leaving && b.name != on)
          nearest = std::min(nearest, (turn * (position(a) - pivot) + target - position(b)).norm());
    if (nearest > clearest) {
      clearest = nearest;
      best = turn;
    }
  }
  for (gemmi::Atom& a : next.atoms) {
    const Vec3 x = best * (position(a) - pivot) + target;
    a.pos = {x.x(), x.y(), x.z()};
  }
  next.atoms.erase(std::remove_if(next.atoms.begin(), next.atoms.end(),
                                  [&](const gemmi::Atom& a) { return a.name == leaving; }),
                   next.atoms.end());
}

void add_link(gemmi::Structure& structure, const gemmi::Residue& r1, const std::string& a1,
              const gemmi::Residue& r2, const std::string& a2) {
  gemmi::Connection link;
  link.name = "link" + std::to_string(structure.connections.size() + 1);
  link.type = gemmi::Connection::Covale;
  const std::string chain = structure.models[0].chains.at(0).name;
  link.partner1.chain_name = link.partner2.chain_name = chain;
  link.partner1.res_id = r1;
  link.partner1.atom_name = a1;
  link.partner2.res_id = r2;
  link.partner2.atom_name = a2;
  structure.connections.push_back(link);
}

std::vector<Vec3> shaken(const std::vector<Vec3>& xyz, double sigma, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, sigma);
  std::vector<Vec3> out = xyz;
  for (Vec3& x : out) x += Vec3(normal(random), normal(random), normal(random));
  return out;
}

std::vector<Vec3> relaxed(restraints::Chemistry& chemistry, std::vector<Vec3> xyz, int steps) {
  const std::size_t n = xyz.size();
  std::vector<Vec3> gradient(n), before, gradient_before, best = xyz;
  double step = 1e-6, lowest = 1e300;
  for (int k = 0; k < steps; ++k) {
    gradient.assign(n, Vec3::Zero());
    const double energy = chemistry.evaluate(xyz, gradient).total();
    if (energy < lowest) {
      lowest = energy;
      best = xyz;
    }
    if (k > 0) {
      double ss = 0, sy = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const Vec3 s = xyz[i] - before[i], y = gradient[i] - gradient_before[i];
        ss += s.squaredNorm();
        sy += s.dot(y);
      }
      step = sy > 0 ? ss / sy : step;
    }
    double largest = 0;
    for (const Vec3& g : gradient) largest = std::max(largest, g.norm());
    if (largest < 1e-6) break;
    before = xyz;
    gradient_before = gradient;
    const double limited = std::min(step, 0.1 / largest);  // no atom moves by more than 0.1 A
    for (std::size_t i = 0; i < n; ++i) xyz[i] -= limited * gradient[i];
  }
  return best;
}

}  // namespace polyform::test

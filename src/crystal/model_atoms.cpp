// SPDX-License-Identifier: MPL-2.0
// Flattening a structure, and taking refined values back into it.
#include "crystal/model_atoms.hpp"

#include "polyform/base/error.hpp"
#include "polyform/base/units.hpp"

namespace polyform::crystal {
namespace {

Sym3 tensor(const gemmi::SMat33<float>& u) { return {u.u11, u.u22, u.u33, u.u12, u.u13, u.u23}; }

gemmi::SMat33<float> to_gemmi(const Sym3& u) {
  const auto f = [&](std::size_t i) { return static_cast<float>(u[i]); };
  return {f(0), f(1), f(2), f(3), f(4), f(5)};
}

void append(Model& model, const gemmi::Chain& chain, const gemmi::Residue& residue,
            const gemmi::Atom& atom) {
  Atoms& atoms = model.atoms;
  const Sym3 u = tensor(atom.aniso);
  const bool anisotropic = atom.aniso.nonzero();
  atoms.xyz.push_back({atom.pos.x, atom.pos.y, atom.pos.z});
  atoms.b.push_back(anisotropic ? base::b_of_u(kernels::trace(u) / 3) : atom.b_iso);
  atoms.occupancy.push_back(atom.occ);
  atoms.weight.push_back(atom.occ);
  atoms.u_aniso.push_back(anisotropic ? u : Sym3{});
  atoms.element.push_back(static_cast<std::uint8_t>(atom.element.atomic_number()));
  atoms.altloc.push_back(atom.altloc);
  atoms.charge.push_back(atom.charge);
  model.label.push_back(gemmi::atom_str(chain.name, residue, atom.name, atom.altloc));
}

}  // namespace

void flatten(Model& model) {
  model.atoms = {};
  model.label.clear();
  for (const gemmi::Chain& chain : model.structure.models.at(0).chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms) append(model, chain, residue, atom);
  bool any = false;
  for (std::size_t i = 0; i < model.atoms.size(); ++i) any = any || model.atoms.is_anisotropic(i);
  if (!any) model.atoms.u_aniso.clear();
}

void update_structure(Model& model, const Atoms& atoms) {
  std::size_t i = 0;
  for (gemmi::Chain& chain : model.structure.models.at(0).chains)
    for (gemmi::Residue& residue : chain.residues)
      for (gemmi::Atom& atom : residue.atoms) {
        if (i == atoms.size()) break;
        atom.pos = {atoms.xyz[i][0], atoms.xyz[i][1], atoms.xyz[i][2]};
        atom.b_iso = static_cast<float>(atoms.b[i]);
        atom.occ = static_cast<float>(atoms.occupancy[i]);
        atom.aniso = atoms.is_anisotropic(i) ? to_gemmi(atoms.u_aniso[i])
                                             : gemmi::SMat33<float>{0, 0, 0, 0, 0, 0};
        ++i;
      }
  if (i != atoms.size() || i != model.atoms.size())
    throw base::Error("the structure of " + model.source +
                      " has other atoms than those to be written");
  model.atoms = atoms;
}

}  // namespace polyform::crystal

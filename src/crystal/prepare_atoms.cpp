// SPDX-License-Identifier: MPL-2.0
// From a model as read to atoms ready for structure factors.
#include <Eigen/LU>
#include <gemmi/modify.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "crystal/listing.hpp"
#include "crystal/model_atoms.hpp"
#include "crystal/special_positions.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/crystal/model.hpp"

namespace polyform::crystal {
namespace {

constexpr double full = 1.01;              // occupancies may be rounded up by a hundredth
constexpr double anisotropic_d_min = 1.5;  // [A]
constexpr double overlap = 1.2;  // [A] half the closest contact: nearer images are one atom

void treat_hydrogens(Model& model, const ModelOptions& options, base::Log& log) {
  const auto is_hydrogen = [&](std::size_t i) { return model.atoms.is_hydrogen(i); };
  std::size_t hydrogens = 0;
  for (std::size_t i = 0; i < model.atoms.size(); ++i) hydrogens += is_hydrogen(i) ? 1 : 0;
  if (hydrogens == 0) {
    if (options.hydrogens == "keep")
      log.warning(model.source +
                  ": has no hydrogens to keep (model.hydrogens: keep); riding adds them");
    return;
  }
  if (options.hydrogens == "keep") {
    log.info(model.source + ": " + counted(hydrogens, "hydrogen") + " kept");
    return;
  }
  if (hydrogens == model.atoms.size())
    throw base::InputError(model.source + " holds hydrogens only; keep them (hydrogens: keep)");
  gemmi::remove_hydrogens(model.structure);
  for (gemmi::Chain& chain : model.structure.models[0].chains)
    gemmi::vector_remove_if(chain.residues,
                            [](const gemmi::Residue& r) { return r.atoms.empty(); });
  model.structure.remove_empty_chains();
  flatten(model);
  log.info(model.source + ": " + counted(hydrogens, "hydrogen") + " left out");
}

std::size_t count_anisotropic(const Atoms& atoms) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) n += atoms.is_anisotropic(i) ? 1 : 0;
  return n;
}

// The smallest eigenvalue must not be negative, or exp(-2 pi^2 h'Uh) grows without bound.
bool is_positive(const Sym3& u) {
  const double m1 = u[0], m2 = u[0] * u[1] - u[3] * u[3];
  const double determinant = kernels::matrix_of(u).determinant();
  return m1 > 0 && m2 > 0 && determinant > 0;
}

void refuse_impossible_tensors(Model& model, base::Log& log) {
  Atoms& atoms = model.atoms;
  std::vector<std::string> impossible;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (!atoms.is_anisotropic(i) || is_positive(atoms.u_aniso[i])) continue;
    impossible.push_back(model.label[i]);
    atoms.u_aniso[i] = {};
    atoms.b[i] = std::max(atoms.b[i], 0.0);
  }
  if (!impossible.empty())
    log.warning(model.source + ": U is not positive definite in " +
                counted(impossible.size(), "atom") + ", made isotropic: " + listed(impossible));
}

void treat_anisotropic(Model& model, double d_min, const ModelOptions& options, base::Log& log) {
  const std::size_t n = count_anisotropic(model.atoms);
  if (n == 0) return;
  const bool keep = options.anisotropic == "keep" || refines_u(options, d_min);
  const std::string why =
      options.anisotropic == "auto"
          ? base::format(" (data to %.2f A; the limit is %.1f A)", d_min, anisotropic_d_min)
          : " (asked for)";
  if (keep) {
    refuse_impossible_tensors(model, log);
    log.info(model.source + ": " + counted(n, "anisotropic atom") +
             (refines_u(options, d_min) ? ", whose U is refined"
                                        : " kept as they are, moved by refined B alike in all "
                                          "directions") +
             why);
  } else {
    model.atoms.u_aniso.clear();
    log.info(model.source + ": " + counted(n, "anisotropic atom") +
             " made isotropic, B = 8 pi^2 trace(U)/3" + why);
  }
}

// Mean of R U R' over the site's rotations: the tensor that its symmetry allows.
Sym3 symmetric_tensor(const Sym3& u, const Site& site) {
  Mat3 sum = Mat3::Zero();
  for (const Mat3& r : site.rotations) sum += r * kernels::matrix_of(u) * r.transpose();
  return kernels::tensor_of(sum / site.order());
}

// Conformers of one atom share a key.
std::string atom_key(const std::string& label) {
  const std::size_t dot = label.rfind('.');
  const std::size_t slash = label.rfind('/');
  return dot != std::string::npos && dot > slash ? label.substr(0, dot) : label;
}

// Occupancies of one atom's conformers, each times the order of its site: above 1 they cannot be
// parts of one atom, so the file states what the chemistry has there, not the asymmetric unit's
// share.
void set_weights(Model& model, base::Log& log) {
  Atoms& atoms = model.atoms;
  atoms.weight = atoms.occupancy;
  std::vector<int> order(atoms.size(), 1);
  for (const SpecialPosition& special : atoms.special)
    order[static_cast<std::size_t>(special.atom)] = special.order;
  std::map<std::string, double> total;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (atoms.altloc[i] != '\0') total[atom_key(model.label[i])] += order[i] * atoms.occupancy[i];
  std::size_t chemical = 0, share = 0;
  for (const SpecialPosition& special : atoms.special) {
    const auto i = static_cast<std::size_t>(special.atom);
    const double sum = atoms.altloc[i] != '\0' ? total[atom_key(model.label[i])]
                                               : special.order * atoms.occupancy[i];
    if (sum > full) {
      atoms.weight[i] = atoms.occupancy[i] / special.order;
      ++chemical;
    } else {
      ++share;
    }
  }
  if (chemical)
    log.info(model.source + ": " + counted(chemical, "special position") +
             " with the chemical occupancy in the file; divided by the site's order in F_calc");
  if (share)
    log.info(model.source + ": " + counted(share, "special position") +
             " with the asymmetric unit's share as occupancy; taken as it stands");
}

// Whether each atom is the only one of its residue but for hydrogens: waters and ions, which no
// bond holds off a symmetry element.
std::vector<bool> lone_atoms(const Model& model) {
  std::vector<bool> lone;
  lone.reserve(model.atoms.size());
  for (const gemmi::Chain& chain : model.structure.models[0].chains)
    for (const gemmi::Residue& residue : chain.residues) {
      std::string first;
      bool one = true;
      for (const gemmi::Atom& atom : residue.atoms) {
        if (atom.is_hydrogen()) continue;
        if (first.empty()) first = atom.name;
        one = one && atom.name == first;
      }
      for (const gemmi::Atom& atom : residue.atoms) lone.push_back(one && !atom.is_hydrogen());
    }
  return lone;
}

// The site of an atom nearer than `distance` to its image; of a lone atom also where it overlaps
// with images that its occupancy leaves no room for.
std::optional<Site> site_of(const SpecialPositions& positions, const Atoms& atoms, std::size_t i,
                            bool lone, double distance) {
  if (const auto site = positions.find(atoms.xyz[i], distance)) return site;
  if (!lone || distance == 0) return std::nullopt;
  const auto site = positions.find(atoms.xyz[i], overlap);
  return site && site->order() * atoms.occupancy[i] > full ? site : std::nullopt;
}

void find_special_positions(Model& model, const Crystal& crystal, double distance, base::Log& log) {
  Atoms& atoms = model.atoms;
  const SpecialPositions positions(crystal);
  const std::vector<bool> lone = lone_atoms(model);
  std::vector<std::string> names;
  double largest_shift = 0;
  atoms.special.clear();
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const std::optional<Site> site = site_of(positions, atoms, i, lone[i], distance);
    if (!site) continue;
    largest_shift = std::max(largest_shift, (site->xyz - atoms.xyz[i]).norm());
    atoms.xyz[i] = site->xyz;
    if (atoms.is_anisotropic(i)) atoms.u_aniso[i] = symmetric_tensor(atoms.u_aniso[i], *site);
    atoms.special.push_back({static_cast<int>(i), site->order(), site->projector, site->rotations});
    names.push_back(model.label[i] + base::format(" (order %d)", site->order()));
  }
  if (!names.empty())
    log.info(model.source + ": " + counted(names.size(), "atom") +
             " on special positions, moved onto them by at most " +
             base::format("%.3f A: ", largest_shift) + listed(names));
}

}  // namespace

bool refines_u(const ModelOptions& options, double d_min) {
  return options.anisotropic == "refine" ||
         (options.anisotropic == "auto" && d_min <= anisotropic_d_min);
}

void prepare_atoms(Model& model, const Crystal& crystal, double d_min, const ModelOptions& options,
                   base::Log& log) {
  treat_hydrogens(model, options, log);
  treat_anisotropic(model, d_min, options, log);
  find_special_positions(model, crystal, options.special_position_distance, log);
  set_weights(model, log);
  update_structure(model, Atoms(model.atoms));
}

}  // namespace polyform::crystal

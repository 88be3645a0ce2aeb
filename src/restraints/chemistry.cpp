// SPDX-License-Identifier: MPL-2.0
// The chemistry of one form: its lists, this rank's share of them, and the non-bonded list.
#include <cmath>
#include <optional>

#include "bonded_terms.hpp"
#include "contacts.hpp"
#include "geometry_report.hpp"
#include "images.hpp"
#include "polyform/parallel/traffic.hpp"
#include "polyform/restraints/energies.hpp"
#include "riding_contacts.hpp"
#include "term_factors.hpp"

namespace polyform::restraints {
std::vector<int> single_atoms(const Lists& lists, std::size_t n_atoms) {
  std::vector<char> bonded(n_atoms, 0);
  for (const Bond& bond : lists.bonds)
    for (int atom : bond.atom) bonded[static_cast<std::size_t>(atom)] = 1;
  std::vector<int> single;
  for (std::size_t i = 0; i < n_atoms; ++i)
    if (!bonded[i]) single.push_back(static_cast<int>(i));
  return single;
}

namespace {

bool any(const TermFactors& f) {
  return !f.bond.empty() || !f.angl.empty() || !f.dihe.empty() || !f.impr.empty() ||
         !f.first_side.empty();
}

}  // namespace

struct Chemistry::Impl {
  Lists lists;
  TermFactors factors;
  std::optional<Lists> scaled;  // with the factors, where there are any
  crystal::Crystal crystal;
  crystal::Atoms atoms;  // as at construction; coordinates come with each call
  ChemistryOptions options;
  int share, shares;
  ContactRules rules;
  std::unique_ptr<RidingContacts> riding;  // where hydrogens ride and may touch
  ImageTable images;
  std::vector<int> single;             // atoms that nothing is bonded to
  std::vector<std::uint8_t> terminal;  // atoms at ends of chains of bonds
  std::vector<Vec3> listed_at;         // where the atoms were when the non-bonded lists were made
  std::vector<Contact> contacts;
  std::vector<ChargePair> charges;
  struct {  // what reports look at: all pairs of heavy atoms that interact
    std::vector<Vec3> listed_at;
    std::vector<Contact> contacts;
  } reported;

  Impl(Lists lists_, const crystal::Crystal& crystal_, const crystal::Atoms& atoms_,
       const ChemistryOptions& options_, int share_, int shares_, TermFactors factors_)
      : lists(std::move(lists_)),
        factors(std::move(factors_)),
        scaled(any(factors) ? std::optional(with_factors(lists, factors)) : std::nullopt),
        crystal(crystal_),
        atoms(atoms_),
        options(options_),
        share(share_),
        shares(shares_),
        rules(lists, atoms, options.vdw_14_shrink),
        images(crystal),
        single(single_atoms(lists, atoms.size())),
        terminal(terminal_atoms(lists, atoms)) {}

  // Contacts of heavy atoms that interact, those that are too near.
  std::vector<Contact> contacts_at(std::span<const Vec3> xyz) {
    if (moved_too_far(reported.listed_at, xyz)) {
      reported.contacts = find_contacts(rules, images, xyz, options.list_margin, {0, xyz.size()});
      std::erase_if(reported.contacts,
                    [&](const Contact& c) { return !factors.interact(c.i, c.j); });
      reported.listed_at.assign(xyz.begin(), xyz.end());
    }
    std::vector<Contact> near;
    for (const Contact& c : reported.contacts) {
      const Vec3& xj = xyz[static_cast<std::size_t>(c.j)];
      const Vec3 mate = c.image < 0 ? xj : apply(images[c.image], xj);
      const double limit = static_cast<double>(c.distance);
      if ((xyz[static_cast<std::size_t>(c.i)] - mate).squaredNorm() < limit * limit)
        near.push_back(c);
    }
    return near;
  }

  Block mine(std::size_t n) const { return parallel::Partition(n, shares).block(share); }

  // From where a list was made.
  bool moved_too_far(const std::vector<Vec3>& from, std::span<const Vec3> xyz) const {
    if (from.size() != xyz.size()) return true;
    const double limit = 0.25 * options.list_margin * options.list_margin;
    for (std::size_t i = 0; i < xyz.size(); ++i)
      if ((xyz[i] - from[i]).squaredNorm() > limit) return true;
    return false;
  }

  void renew_lists(std::span<const Vec3> xyz) {
    const parallel::Phase phase("contact_lists");
    const Block atoms_here = mine(xyz.size());
    parallel::count_work(static_cast<double>(atoms_here.size()));
    if (options.vdw > 0 && riding) {
      const std::vector<Vec3> all = riding->extended(xyz);
      contacts = find_contacts(riding->rules(), images, all, options.list_margin, mine(all.size()));
    } else if (options.vdw > 0) {
      contacts = find_contacts(rules, images, xyz, options.list_margin, atoms_here);
    }
    if (options.elec > 0)
      charges = find_charge_pairs(rules, lists, images, xyz,
                                  options.elec_cutoff + options.list_margin, atoms_here);
    const auto heavy = [&](int i) { return riding ? riding->parent(i) : i; };
    std::erase_if(contacts,
                  [&](const Contact& c) { return !factors.interact(heavy(c.i), heavy(c.j)); });
    std::erase_if(charges, [&](const ChargePair& c) { return !factors.interact(c.i, c.j); });
    for (Contact& c : contacts) c.weight *= factor_of_pair(factors.vdw, heavy(c.i), heavy(c.j));
    for (ChargePair& c : charges) c.product *= factor_of_pair(factors.elec, c.i, c.j);
    listed_at.assign(xyz.begin(), xyz.end());
  }

  // Of this rank: restraints and listed pairs.
  double n_terms() const {
    const auto shared = mine(lists.bonds.size()).size() + mine(lists.angles.size()).size() +
                        mine(lists.torsions.size()).size() + mine(lists.chiralities.size()).size() +
                        mine(lists.planes.size()).size() + mine(single.size()).size();
    return static_cast<double>(shared + contacts.size() + charges.size());
  }

  double contact_energy(const Coordinates& at) const;
  double riding_contact_energy(const Coordinates& at) const;
  void contact_curvature(std::span<const Vec3> xyz, const AddBlock& add) const;
  double charge_energy(const Coordinates& at) const;
  double hold_energy(const Coordinates& at) const;
};

namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

/// Adds the force along the line between i and the image of j; slope is dE/dd.
void pull(int i, int j, int image, const Vec3& direction, double slope, const ImageTable& images,
          std::span<Vec3> gradient) {
  const Vec3 g = slope * direction;
  gradient[index(i)] += g;
  if (image < 0)
    gradient[index(j)] -= g;
  else
    gradient[index(j)] -= images[image].rotation.transpose() * g;
}

}  // namespace

double Chemistry::Impl::contact_energy(const Coordinates& at) const {
  double energy = 0;
  const double inverse_sigma = 1.0 / options.vdw_sigma;
  for (const Contact& c : contacts) {
    const Vec3& xj = at.xyz[index(c.j)];
    const Vec3 d = at.xyz[index(c.i)] - (c.image < 0 ? xj : apply(images[c.image], xj));
    const double limit = static_cast<double>(c.distance);
    const double d2 = d.squaredNorm();
    if (d2 >= limit * limit) continue;
    const double length = std::sqrt(d2);
    const double z = (limit - length) * inverse_sigma;
    const double weight = options.vdw * static_cast<double>(c.weight);
    energy += weight * z * z;
    if (length > 1e-6)
      pull(c.i, c.j, c.image, d / length, -2 * weight * z * inverse_sigma, images, at.gradient);
  }
  return energy;
}

double Chemistry::Impl::riding_contact_energy(const Coordinates& at) const {
  const std::vector<Vec3> all = riding->extended(at.xyz);
  std::vector<Vec3> gradient(all.size(), Vec3::Zero());
  const double energy = contact_energy({all, gradient});
  riding->fold(gradient, at.gradient);
  return energy;
}

// Of contacts that are too near, the blocks of each atom with itself; hydrogens' go to parents.
void Chemistry::Impl::contact_curvature(std::span<const Vec3> xyz, const AddBlock& add) const {
  const std::vector<Vec3> extended = riding ? riding->extended(xyz) : std::vector<Vec3>();
  const std::span<const Vec3> all = riding ? std::span<const Vec3>(extended) : xyz;
  for (const Contact& c : contacts) {
    const Vec3& xj = all[index(c.j)];
    const Vec3 d = all[index(c.i)] - (c.image < 0 ? xj : apply(images[c.image], xj));
    const double length = d.norm();
    if (length >= static_cast<double>(c.distance) || length < 1e-6) continue;
    const double force =
        2 * options.vdw * static_cast<double>(c.weight) / (options.vdw_sigma * options.vdw_sigma);
    const Vec3 u = d / length;
    const Vec3 back = c.image < 0 ? u : Vec3(images[c.image].rotation.transpose() * u);
    const int i = riding ? riding->parent(c.i) : c.i, j = riding ? riding->parent(c.j) : c.j;
    add(i, i, force * u * u.transpose());
    add(j, j, force * back * back.transpose());
  }
}

// Coulomb's law with a dielectric constant of 4 r/A, brought to zero at the cutoff by (1 -
// r^2/c^2)^2: E = 332.06 / 4 q q' / r^2 (1 - r^2/c^2)^2 [kcal/mol]. Gelin & Karplus (1979)
// Biochemistry 18, 1256 (dielectric); Brooks et al. (1983) J. Comput. Chem. 4, 187, eq. 13 (shift).
double Chemistry::Impl::charge_energy(const Coordinates& at) const {
  constexpr double coulomb = 332.0637 / 4;
  const double cutoff2 = options.elec_cutoff * options.elec_cutoff;
  double energy = 0;
  for (const ChargePair& c : charges) {
    const Vec3& xj = at.xyz[index(c.j)];
    const Vec3 d = at.xyz[index(c.i)] - (c.image < 0 ? xj : apply(images[c.image], xj));
    const double d2 = d.squaredNorm();
    if (d2 >= cutoff2 || d2 < 1e-4) continue;
    const double factor = options.elec * coulomb * static_cast<double>(c.product);
    const double left = 1 - d2 / cutoff2;
    energy += factor * left * left / d2;
    // d/dr of left^2 / r^2 = -2 left^2 / r^3 - 4 left / (r c^2)
    const double length = std::sqrt(d2);
    const double slope =
        factor * (-2 * left * left / (d2 * length) - 4 * left / (length * cutoff2));
    pull(c.i, c.j, c.image, d / length, slope, images, at.gradient);
  }
  return energy;
}

// sum |x - x_begin|^2 / sigma^2: a normal prior around the place where the model has the atom. A
// water of high B is hardly determined at 2.5 A and beyond; without the prior it follows the noise.
double Chemistry::Impl::hold_energy(const Coordinates& at) const {
  const double force = hold_force(lists, options.hold_sigma);
  const Block here = mine(single.size());
  double energy = 0;
  for (std::size_t k = here.begin; k < here.end; ++k) {
    const std::size_t i = index(single[k]);
    const Vec3 shift = at.xyz[i] - atoms.xyz[i];
    energy += force * shift.squaredNorm();
    at.gradient[i] += 2 * force * shift;
  }
  return energy;
}

Chemistry::Chemistry(Lists lists, const crystal::Crystal& crystal, const crystal::Atoms& atoms,
                     const ChemistryOptions& options, int share, int shares, TermFactors factors)
    : impl_(std::make_unique<Impl>(std::move(lists), crystal, atoms, options, share, shares,
                                   std::move(factors))) {}
Chemistry::~Chemistry() = default;
Chemistry::Chemistry(Chemistry&&) noexcept = default;

void Chemistry::set_hydrogens(const RidingHydrogens& hydrogens) {
  Impl& my = *impl_;
  const bool touch = my.options.hydrogen_contacts && hydrogens.size() > 0;
  if (!touch && !my.riding) return;
  my.listed_at.clear();
  my.riding = touch ? std::make_unique<RidingContacts>(my.lists, my.atoms, hydrogens,
                                                       my.options.vdw_14_shrink)
                    : nullptr;
}

const Lists& Chemistry::lists() const { return impl_->lists; }

Energies Chemistry::evaluate(std::span<const Vec3> xyz, std::span<Vec3> gradient) {
  Impl& my = *impl_;
  const Lists& l = my.scaled ? *my.scaled : my.lists;
  const ChemistryOptions& o = my.options;
  const parallel::Phase phase("restraints");
  if (my.moved_too_far(my.listed_at, xyz)) my.renew_lists(xyz);
  parallel::count_work(my.n_terms());
  const Coordinates at{xyz, gradient};
  Energies e;
  if (o.bond > 0) e.bond = bond_energy(l, my.mine(l.bonds.size()), o.bond, at);
  if (o.angl > 0) e.angl = angle_energy(l, my.mine(l.angles.size()), o.angl, at);
  if (o.dihe > 0) e.dihe = torsion_energy(l, my.mine(l.torsions.size()), o.dihe, at);
  if (o.impr > 0)
    e.impr = chirality_energy(l, my.mine(l.chiralities.size()), o.impr, at) +
             plane_energy(l, my.mine(l.planes.size()), o.impr, at);
  if (o.vdw > 0) e.vdw = my.riding ? my.riding_contact_energy(at) : my.contact_energy(at);
  if (o.elec > 0) e.elec = my.charge_energy(at);
  if (o.hold_sigma > 0) e.hold = my.hold_energy(at);
  return e;
}

void Chemistry::curvature(std::span<const Vec3> xyz, const AddBlock& add) const {
  const Impl& my = *impl_;
  const ChemistryOptions& o = my.options;
  bonded_curvature(my.scaled ? *my.scaled : my.lists, xyz, o, add);
  if (o.vdw > 0) my.contact_curvature(xyz, add);
  if (o.hold_sigma > 0)
    for (int i : my.single)
      add(i, i, 2 * hold_force(my.lists, o.hold_sigma) * kernels::Mat3::Identity());
}

double Chemistry::b_energy(std::span<const double> b, double bond_force, double angle_force,
                           std::span<double> gradient) const {
  const parallel::Phase phase("restraints");
  double energy = 0;
  const auto tie = [&](int i, int j, double force) {
    if (force <= 0) return;  // off
    const double difference = b[index(i)] - b[index(j)];
    energy += force * difference * difference;
    gradient[index(i)] += 2 * force * difference;
    gradient[index(j)] -= 2 * force * difference;
  };
  const Lists& l = impl_->lists;
  const Block bonds = impl_->mine(l.bonds.size()), angles = impl_->mine(l.angles.size());
  parallel::count_work(static_cast<double>(bonds.size() + angles.size()));
  for (std::size_t k = bonds.begin; k < bonds.end; ++k)
    tie(l.bonds[k].atom[0], l.bonds[k].atom[1], bond_force);
  for (std::size_t k = angles.begin; k < angles.end; ++k)
    tie(l.angles[k].atom[0], l.angles[k].atom[2], angle_force);
  return energy;
}

double Chemistry::u_energy(const crystal::Atoms& atoms, const TensorForces& forces,
                           std::span<Sym3> gradient, std::span<const Vec3> lines_at) const {
  const parallel::Phase phase("restraints");
  const Impl& my = *impl_;
  return tensor_energy(
      my.lists,
      {my.mine(my.lists.bonds.size()), my.mine(my.lists.angles.size()), my.mine(my.single.size())},
      my.single, my.terminal, atoms, forces, gradient, lines_at);
}

void Chemistry::u_curvature(const crystal::Atoms& atoms, const TensorForces& forces,
                            const AddTensorBlock& add, std::span<const Vec3> lines_at) const {
  const Impl& my = *impl_;
  tensor_curvature(my.lists, my.single, my.terminal, atoms, forces, add, lines_at);
}

GeometryReport Chemistry::report(std::span<const Vec3> xyz) const {
  Impl& my = *impl_;
  return geometry_report(my.lists, my.atoms, xyz, my.contacts_at(xyz), my.images);
}

std::vector<Outlier> Chemistry::outliers(std::span<const Vec3> xyz, std::size_t n,
                                         double beyond) const {
  Impl& my = *impl_;
  return worst_restraints(my.lists, my.atoms, xyz, my.contacts_at(xyz), my.images,
                          my.options.vdw_sigma, n, beyond);
}

}  // namespace polyform::restraints

// SPDX-License-Identifier: MPL-2.0
// Which neighbours may touch, and how near: van der Waals contacts and pairs of charges.
#include "contacts.hpp"

#include <algorithm>
#include <cmath>
#include <gemmi/elem.hpp>
#include <numeric>

#include "bond_graph.hpp"
#include "images.hpp"

namespace polyform::restraints {
namespace {

// Atoms three bonds apart meet within the shell of their hydrogens; the united-atom radius is not
// theirs.
constexpr double largest_radius_14 = 1.55;  // [A]

// An atom nearer to its own mate stands on the symmetry element, or beside it and in one of two
// places.
constexpr float overlap = 1.5f;  // [A]

std::size_t index(int id) { return static_cast<std::size_t>(id); }

bool has(const std::vector<std::int64_t>& start, const std::vector<int>& partners, int i, int j) {
  const auto first = partners.begin() + start[index(i)];
  const auto last = partners.begin() + start[index(i) + 1];
  return std::binary_search(first, last, j);
}

std::vector<int> molecules(const std::vector<Bond>& bonds, std::size_t n_atoms) {
  std::vector<int> root(n_atoms);
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](int a) {
    while (root[index(a)] != a) a = root[index(a)] = root[index(root[index(a)])];
    return a;
  };
  for (const Bond& bond : bonds)
    if (bond.image < 0) root[index(find(bond.atom[0]))] = find(bond.atom[1]);
  for (std::size_t i = 0; i < n_atoms; ++i) root[i] = find(static_cast<int>(i));
  return root;
}

bool is_acceptor(char role) { return role == 'A' || role == 'B'; }
bool is_donor(char role) { return role == 'D' || role == 'B'; }

}  // namespace

ContactRules::ContactRules(const Lists& lists, const crystal::Atoms& atoms, double shrink_14)
    : lists_(lists),
      atoms_(atoms),
      shrink_14_(shrink_14),
      molecule_(molecules(lists.bonds, atoms.size())),
      special_(atoms.size(), -1),
      near_link_(atoms.size(), 0),
      metal_(atoms.size(), 0) {
  for (const AtomType& type : lists.types)
    largest_radius_ = std::max(largest_radius_, static_cast<double>(type.radius));
  for (std::size_t s = 0; s < atoms.special.size(); ++s)
    special_[index(atoms.special[s].atom)] = static_cast<int>(s);
  for (std::size_t i = 0; i < atoms.size(); ++i)
    metal_[i] = gemmi::Element(static_cast<int>(atoms.element[i])).is_metal();
  add_links_across();
}

// A bond from a to a mate of b puts b, and b's neighbours, one, two and three bonds from a.
void ContactRules::add_links_across() {
  const BondGraph graph(lists_.bonds, atoms_.size());
  const auto shells = [&](int atom) {
    std::array<std::vector<int>, 3> out{std::vector<int>{atom}};
    for (std::size_t s = 1; s < 3; ++s)
      for (const int inner : out[s - 1])
        for (const int n : graph.neighbours(inner)) out[s].push_back(n);
    return out;
  };
  for (const Bond& bond : lists_.bonds) {
    if (bond.image < 0) continue;
    const auto a = shells(bond.atom[0]), b = shells(bond.atom[1]);
    const Image& image = lists_.images[index(bond.image)];
    for (std::size_t s = 0; s < 3; ++s)
      for (std::size_t t = 0; s + t < 3; ++t)
        for (const int i : a[s])
          for (const int j : b[t]) {
            const Relation relation = s + t < 2 ? Relation::excluded : Relation::three_bonds;
            across_.push_back({i, j, image, relation});
            across_.push_back({j, i, inverse(image), relation});
            near_link_[index(i)] = near_link_[index(j)] = 1;
          }
  }
}

ContactRules::Relation ContactRules::by_bonds(int i, int j) const {
  if (has(lists_.excluded_start, lists_.excluded, i, j)) return Relation::excluded;
  if (has(lists_.softened_start, lists_.softened, i, j)) return Relation::three_bonds;
  return Relation::strangers;
}

ContactRules::Relation ContactRules::across_links(int i, int j, const Image& image) const {
  Relation nearest = Relation::strangers;
  for (const AcrossLink& link : across_)
    if (link.i == i && link.j == j && same(link.image, image))
      nearest = std::max(nearest, link.relation);
  return nearest;
}

/// An atom on a special position sees all mates of a neighbour alike: what a site operator brings
/// back to the pair of the asymmetric unit has that pair's relation.
ContactRules::Relation ContactRules::across_site(const Neighbour& pair, const Image& image,
                                                 std::span<const Vec3> xyz) const {
  constexpr double nearness = 0.5;  // [A] of a position to its site-symmetric one
  const auto brought_back = [&](int on_site, const Vec3& mate, const Vec3& original) {
    const Vec3& centre = xyz[index(on_site)];
    for (const kernels::Mat3& rotation : atoms_.special[index(special_[index(on_site)])].rotations)
      if ((centre + rotation * (mate - centre) - original).norm() < nearness) return true;
    return false;
  };
  if (special_[index(pair.i)] >= 0 &&
      brought_back(pair.i, apply(image, xyz[index(pair.j)]), xyz[index(pair.j)]))
    return by_bonds(pair.i, pair.j);
  if (special_[index(pair.j)] >= 0 &&
      brought_back(pair.j, apply(inverse(image), xyz[index(pair.i)]), xyz[index(pair.i)]))
    return by_bonds(pair.i, pair.j);
  return Relation::strangers;
}

ContactRules::Relation ContactRules::relation(const Neighbour& pair, const ImageTable& images,
                                              std::span<const Vec3> xyz) const {
  const std::size_t i = index(pair.i), j = index(pair.j);
  const char alt_i = atoms_.altloc[i], alt_j = atoms_.altloc[j];
  if (alt_i != '\0' && alt_j != '\0' && alt_i != alt_j) return Relation::excluded;
  const bool one_molecule =
      pair.image < 0 && (molecule_[i] == molecule_[j] || (alt_i != '\0' && alt_i == alt_j));
  const bool share_a_site = atoms_.occupancy[i] < 0.999 && atoms_.occupancy[j] < 0.999 &&
                            atoms_.occupancy[i] + atoms_.occupancy[j] < 1.001;
  if (share_a_site && !one_molecule) return Relation::excluded;
  if (pair.image < 0) return by_bonds(pair.i, pair.j);
  if (i == j && pair.distance < overlap) return Relation::excluded;
  const Image& image = images[pair.image];
  Relation relation = Relation::strangers;
  if (near_link_[i] && near_link_[j]) relation = across_links(pair.i, pair.j, image);
  if (special_[i] >= 0 || special_[j] >= 0)
    relation = std::max(relation, across_site(pair, image, xyz));
  return relation;
}

double ContactRules::contact_distance(int i, int j, Relation relation) const {
  const AtomType &a = lists_.types[index(i)], &b = lists_.types[index(j)];
  const bool near = relation == Relation::three_bonds;
  const auto radius = [&](const AtomType& type) {
    const double full = static_cast<double>(type.radius);
    return near ? std::min(full, largest_radius_14) : full;
  };
  double distance = radius(a) + radius(b);
  const bool bond =
      ((is_donor(a.hydrogen_bond) || a.hydrogen_bond == 'H') && is_acceptor(b.hydrogen_bond)) ||
      ((is_donor(b.hydrogen_bond) || b.hydrogen_bond == 'H') && is_acceptor(a.hydrogen_bond));
  if (bond)
    distance = std::min(distance, static_cast<double>(a.hydrogen_bond_radius) +
                                      static_cast<double>(b.hydrogen_bond_radius));
  if (metal_[index(i)] != metal_[index(j)]) {
    const AtomType &ion = metal_[index(i)] ? a : b, &other = metal_[index(i)] ? b : a;
    if (std::isfinite(ion.ion_radius))
      distance =
          static_cast<double>(ion.ion_radius) +
          static_cast<double>(std::isfinite(other.ion_radius) ? other.ion_radius : other.radius);
  }
  return near ? distance - shrink_14_ : distance;
}

double ContactRules::weight(int i, int j) const {
  double weight = i == j ? 0.5 : 1.0;
  for (const int atom : {i, j})
    if (special_[index(atom)] >= 0) weight /= atoms_.special[index(special_[index(atom)])].order;
  return weight;
}

std::vector<Contact> find_contacts(const ContactRules& rules, ImageTable& images,
                                   std::span<const Vec3> xyz, double margin,
                                   parallel::Block first) {
  std::vector<Contact> contacts;
  for (const Neighbour& pair : find_neighbours(images, xyz, rules.reach() + margin, first)) {
    const auto relation = rules.relation(pair, images, xyz);
    if (relation == ContactRules::Relation::excluded) continue;
    const double distance = rules.contact_distance(pair.i, pair.j, relation);
    if (static_cast<double>(pair.distance) < distance + margin)
      contacts.push_back({pair.i, pair.j, pair.image, static_cast<float>(distance),
                          static_cast<float>(rules.weight(pair.i, pair.j))});
  }
  return contacts;
}

std::vector<ChargePair> find_charge_pairs(const ContactRules& rules, const Lists& lists,
                                          ImageTable& images, std::span<const Vec3> xyz,
                                          double reach, parallel::Block first) {
  std::vector<ChargePair> pairs;
  for (const Neighbour& pair : find_neighbours(images, xyz, reach, first)) {
    const double product = static_cast<double>(lists.types[index(pair.i)].charge) *
                           static_cast<double>(lists.types[index(pair.j)].charge);
    if (product != 0.0 && rules.relation(pair, images, xyz) == ContactRules::Relation::strangers)
      pairs.push_back(
          {pair.i, pair.j, pair.image, static_cast<float>(product * rules.weight(pair.i, pair.j))});
  }
  return pairs;
}

}  // namespace polyform::restraints

// SPDX-License-Identifier: MPL-2.0
// Which neighbours may touch, and how near: van der Waals contacts and pairs of charges.
#pragma once

#include <span>
#include <vector>

#include "neighbours.hpp"
#include "polyform/crystal/atoms.hpp"
#include "polyform/restraints/energies.hpp"

namespace polyform::restraints {

struct Contact {
  int i, j;
  int image;       ///< of j, in the image table; -1: none
  float distance;  ///< [A] that they may come near without penalty
  float weight;    ///< how often the contact counts for the asymmetric unit
};
struct ChargePair {
  int i, j;
  int image;
  float product;  ///< of the charges times weight [e^2]
};

/// The rules of contact of one form. Holds what does not change while atoms move.
class ContactRules {
 public:
  ContactRules(const Lists& lists, const crystal::Atoms& atoms, double shrink_14);

  enum class Relation { strangers, three_bonds, excluded };
  /// Of atom i and image of j. Atoms of different conformers, copies of one atom on a special
  /// position and atoms that share a site (occupancies that do not exceed 1 together) are excluded.
  Relation relation(const Neighbour& pair, const ImageTable& images,
                    std::span<const Vec3> xyz) const;
  /// [A]; less for partners of hydrogen bonds, of a metal ion, and across three bonds.
  double contact_distance(int i, int j, Relation relation) const;
  /// 1, less for atoms on special positions, whose contacts appear once a site operator.
  double weight(int i, int j) const;
  /// Largest contact distance of any two atoms [A].
  double reach() const { return 2 * largest_radius_; }

 private:
  struct AcrossLink {
    int i, j;
    Image image;
    Relation relation;
  };
  Relation by_bonds(int i, int j) const;
  Relation across_links(int i, int j, const Image& image) const;
  Relation across_site(const Neighbour& pair, const Image& image, std::span<const Vec3> xyz) const;
  void add_links_across();

  const Lists& lists_;
  const crystal::Atoms& atoms_;
  double shrink_14_;
  double largest_radius_ = 1.0;
  std::vector<int> molecule_;    // atoms joined by bonds have the same number
  std::vector<int> special_;     // index in atoms_.special or -1
  std::vector<char> near_link_;  // within two bonds of a link to a mate
  std::vector<AcrossLink> across_;
  std::vector<char> metal_;
};

std::vector<Contact> find_contacts(const ContactRules& rules, ImageTable& images,
                                   std::span<const Vec3> xyz, double margin, parallel::Block first);
std::vector<ChargePair> find_charge_pairs(const ContactRules& rules, const Lists& lists,
                                          ImageTable& images, std::span<const Vec3> xyz,
                                          double reach, parallel::Block first);

}  // namespace polyform::restraints

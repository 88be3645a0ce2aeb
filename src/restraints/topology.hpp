// SPDX-License-Identifier: MPL-2.0
// Which dictionary restraints hold in a model: gemmi's topology of a working copy of it, with
// polymer links, LINK records, chain ends and hydrogen names settled.
#pragma once

#include <gemmi/topo.hpp>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/dictionary.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// What links add beyond gemmi's lists: bonds that no dictionary knows and those that cross to a
/// symmetry mate.
struct LinkRestraints {
  std::vector<Bond> bonds;
  std::vector<Angle> angles;
  std::vector<Image> images;
};

/// Hydrogens of the working copy: those of the model, or all that the dictionary has added to it,
/// at their calculated places.
enum class Hydrogens { as_given, added };

class Topology {
 public:
  Topology(const crystal::Model& model, crystal::Dictionary& dictionary,
           const crystal::Crystal& crystal, base::Log& log,
           Hydrogens hydrogens = Hydrogens::as_given);
  Topology(const Topology&) = delete;
  Topology& operator=(const Topology&) = delete;

  const gemmi::Topo& topo() const { return topo_; }
  const LinkRestraints& links() const { return links_; }
  /// The stable id of an atom of the working copy; no_id for an added hydrogen.
  static constexpr int no_id = -1;
  static int id(const gemmi::Atom* atom) { return atom->serial; }

 private:
  gemmi::Structure copy_;
  gemmi::Topo topo_;
  LinkRestraints links_;
};

}  // namespace polyform::restraints

// SPDX-License-Identifier: MPL-2.0
// From gemmi's topology to flat lists.
#include "polyform/restraints/build.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "atom_types.hpp"
#include "bond_graph.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/kernels/geometry.hpp"
#include "stretched_bonds.hpp"
#include "topology.hpp"

namespace polyform::restraints {
namespace {

// Where a dictionary leaves a sigma out, or puts 0.
constexpr double usual_bond_sigma = 0.02;  // [A]
constexpr double usual_angle_sigma = base::radians(3.0);
constexpr double usual_torsion_sigma = base::radians(5.0);
constexpr double usual_plane_sigma = 0.02;                     // [A]
constexpr double chirality_sigma = 0.2;                        // [A^3]
constexpr double loosest_torsion_sigma = base::radians(80.0);  // looser ones restrain nothing

double sigma_or(double sigma, double usual) { return sigma > 0 ? sigma : usual; }

template <std::size_t N>
std::array<int, N> ids(const std::array<gemmi::Atom*, N>& atoms) {
  std::array<int, N> out{};
  for (std::size_t k = 0; k < N; ++k) out[k] = Topology::id(atoms[k]);
  return out;
}

/// The same atoms in one order, for bonds, angles and torsions: read forwards or backwards.
template <std::size_t N>
std::array<int, N> directed(std::array<int, N> atoms) {
  if (atoms.front() > atoms.back()) std::reverse(atoms.begin(), atoms.end());
  return atoms;
}

/// Drops restraints of the same atoms (and image) as an earlier one.
template <class Restraint>
void drop_repeats(std::vector<Restraint>& list) {
  std::set<std::tuple<decltype(list[0].atom), int>> seen;
  std::erase_if(list, [&](const Restraint& r) {
    auto atoms = directed(r.atom);
    int image = -1;
    if constexpr (requires { r.image; }) image = r.image;
    return !seen.insert({image < 0 ? atoms : r.atom, image}).second;
  });
}

void add_bonds(Lists& lists, const Topology& topology) {
  for (const auto& bond : topology.topo().bonds)
    if (std::isfinite(bond.restr->value))
      lists.bonds.push_back(
          {ids(bond.atoms), bond.restr->value, sigma_or(bond.restr->esd, usual_bond_sigma), -1});
  for (const Bond& bond : topology.links().bonds) {
    lists.bonds.push_back(bond);
    lists.bonds.back().sigma = sigma_or(bond.sigma, usual_bond_sigma);
  }
  drop_repeats(lists.bonds);
}

void add_angles(Lists& lists, const Topology& topology) {
  for (const auto& angle : topology.topo().angles)
    if (std::isfinite(angle.restr->value))
      lists.angles.push_back({ids(angle.atoms), base::radians(angle.restr->value),
                              sigma_or(base::radians(angle.restr->esd), usual_angle_sigma), -1});
  for (const Angle& angle : topology.links().angles) {
    lists.angles.push_back(angle);
    lists.angles.back().sigma = sigma_or(angle.sigma, usual_angle_sigma);
  }
  drop_repeats(lists.angles);
}

bool starts_with(const std::string& text, const char* letters) {
  for (std::size_t i = 0; letters[i] != '\0'; ++i)
    if (i >= text.size() || std::tolower(static_cast<unsigned char>(text[i])) != letters[i])
      return false;
  return true;
}

bool is_fixed(const gemmi::Restraints::Torsion& torsion) {
  return starts_with(torsion.label, "const") || starts_with(torsion.label, "omega") ||
         starts_with(torsion.label, "sp2_sp2");
}

/// Torsions that say something of the molecule: fixed ones, and those with several equal minima.
/// A single minimum of a rotatable bond (period 1) is only how the dictionary's example was drawn;
/// phi, psi and the backbone of nucleotides are left to the data.
bool restrains(const gemmi::Restraints::Torsion& torsion, bool of_link) {
  if (!std::isfinite(torsion.value) || base::radians(torsion.esd) > loosest_torsion_sigma)
    return false;
  if (is_fixed(torsion)) return true;
  if (of_link) return starts_with(torsion.label, "ss");
  return torsion.period >= 2;
}

/// Torsions worth restraining, and the bonds about which nothing turns.
void add_torsions(Lists& lists, const Topology& topology,
                  std::vector<std::array<int, 2>>& rigid_bonds) {
  std::set<const gemmi::Restraints::Torsion*> of_monomers;
  for (const auto& chain : topology.topo().chain_infos)
    for (const auto& residue : chain.res_infos)
      for (const auto& torsion : residue.chemcomp.rt.torsions) of_monomers.insert(&torsion);
  for (const auto& torsion : topology.topo().torsions) {
    const auto& r = *torsion.restr;
    if (!restrains(r, of_monomers.count(&r) == 0)) continue;
    const auto atoms = ids(torsion.atoms);
    lists.torsions.push_back({atoms, base::radians(r.value),
                              sigma_or(base::radians(r.esd), usual_torsion_sigma),
                              std::max(1, r.period)});
    if (is_fixed(r)) rigid_bonds.push_back({atoms[1], atoms[2]});
  }
  drop_repeats(lists.torsions);
}

/// In rings of five atoms or fewer torsions follow the pucker, which the molecule is free to
/// choose.
void drop_torsions_in_small_rings(Lists& lists, std::size_t n_atoms) {
  const BondGraph graph(lists.bonds, n_atoms);
  const auto has = [](BondGraph::Range range, int id) {
    return std::find(range.begin(), range.end(), id) != range.end();
  };
  std::erase_if(lists.torsions, [&](const Torsion& t) {
    const auto around = graph.neighbours(t.atom[0]);
    return has(around, t.atom[3]) || std::any_of(around.begin(), around.end(), [&](int id) {
             return id != t.atom[1] && has(graph.neighbours(id), t.atom[3]);
           });
  });
}

void add_planes(Lists& lists, const Topology& topology) {
  for (const auto& plane : topology.topo().planes) {
    const int first = static_cast<int>(lists.plane_atoms.size());
    for (const gemmi::Atom* atom : plane.atoms) lists.plane_atoms.push_back(Topology::id(atom));
    lists.planes.push_back({first, static_cast<int>(plane.atoms.size()),
                            sigma_or(plane.restr->esd, usual_plane_sigma)});
  }
}

/// A flat ring's torsions add nothing to its plane.
void drop_torsions_in_planes(Lists& lists, std::size_t n_atoms) {
  std::vector<std::vector<std::size_t>> planes_of(n_atoms);
  for (std::size_t p = 0; p < lists.planes.size(); ++p)
    for (int k = 0; k < lists.planes[p].count; ++k)
      planes_of[static_cast<std::size_t>(
                    lists.plane_atoms[static_cast<std::size_t>(lists.planes[p].first + k)])]
          .push_back(p);
  const auto in_plane = [&](int id, std::size_t plane) {
    const auto& planes = planes_of[static_cast<std::size_t>(id)];
    return std::find(planes.begin(), planes.end(), plane) != planes.end();
  };
  std::erase_if(lists.torsions, [&](const Torsion& t) {
    const auto& candidates = planes_of[static_cast<std::size_t>(t.atom[0])];
    return t.period == 1 &&
           std::any_of(candidates.begin(), candidates.end(), [&](std::size_t plane) {
             return in_plane(t.atom[1], plane) && in_plane(t.atom[2], plane) &&
                    in_plane(t.atom[3], plane);
           });
  });
}

/// Ideal bond lengths and angles by atoms.
class Ideals {
 public:
  explicit Ideals(const Lists& lists) {
    for (const Bond& bond : lists.bonds) bonds_.emplace(directed(bond.atom), bond.ideal);
    for (const Angle& angle : lists.angles) angles_.emplace(directed(angle.atom), angle.ideal);
  }
  double bond(int a, int b) const { return find(bonds_, directed(std::array<int, 2>{a, b})); }
  double angle(int a, int b, int c) const {
    return find(angles_, directed(std::array<int, 3>{a, b, c}));
  }

 private:
  template <class Map, class Key>
  static double find(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found != map.end() ? found->second : std::numeric_limits<double>::quiet_NaN();
  }
  std::map<std::array<int, 2>, double> bonds_;
  std::map<std::array<int, 3>, double> angles_;
};

void add_chiralities(Lists& lists, const Topology& topology) {
  const Ideals ideals(lists);
  std::set<std::array<int, 4>> seen;
  for (const auto& chirality : topology.topo().chirs) {
    const std::array<int, 4> a = ids(chirality.atoms);
    const double volume = kernels::ideal_chiral_volume(
        ideals.bond(a[0], a[1]), ideals.bond(a[0], a[2]), ideals.bond(a[0], a[3]),
        ideals.angle(a[1], a[0], a[2]), ideals.angle(a[2], a[0], a[3]),
        ideals.angle(a[3], a[0], a[1]));
    std::array<int, 4> key = a;
    std::sort(key.begin() + 1, key.end());
    // About a metal, or between metals as in iron-sulphur clusters, handedness is mere naming.
    const bool metal =
        std::any_of(chirality.atoms.begin(), chirality.atoms.end(),
                    [](const gemmi::Atom* atom) { return atom->element.is_metal(); });
    if (metal || !(volume > 0.3) || !seen.insert(key).second) continue;
    const bool negative = chirality.restr->sign == gemmi::ChiralityType::Negative;
    lists.chiralities.push_back({a, negative ? -volume : volume, chirality_sigma,
                                 chirality.restr->sign == gemmi::ChiralityType::Both});
  }
}

}  // namespace

Lists build_lists(crystal::Model& model, crystal::Dictionary& dictionary,
                  const crystal::Crystal& crystal, base::Log& log) {
  const Topology topology(model, dictionary, crystal, log);
  Lists lists;
  lists.images = topology.links().images;
  add_bonds(lists, topology);
  add_angles(lists, topology);
  std::vector<std::array<int, 2>> rigid_bonds;
  add_torsions(lists, topology, rigid_bonds);
  drop_torsions_in_small_rings(lists, model.atoms.size());
  add_planes(lists, topology);
  drop_torsions_in_planes(lists, model.atoms.size());
  add_chiralities(lists, topology);
  fill_atom_types(lists, topology, dictionary.library, model.atoms.size());
  fill_exclusions(lists, model.atoms.size(), rigid_bonds);
  log.info(
      base::format("Restraints: %zu bonds, %zu angles, %zu torsions, %zu chiralities, %zu "
                   "planes",
                   lists.bonds.size(), lists.angles.size(), lists.torsions.size(),
                   lists.chiralities.size(), lists.planes.size()));
  warn_of_stretched_bonds(model, lists, log);
  return lists;
}

}  // namespace polyform::restraints

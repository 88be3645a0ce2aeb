// SPDX-License-Identifier: MPL-2.0
// The search for places where copies of a molecule do not touch.
#include "polyform/simulate/placement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "simulate/numbers.hpp"

namespace polyform::simulate {
namespace {

constexpr double volume_of_dalton = 1.23;   // [A^3]
constexpr double mass_with_hydrogens = 1.07;
constexpr double least_solvent = 0.15;      // no crystal of a macromolecule has less

constexpr int most_rotations = 40;          // sets of rotations tried where they are random
constexpr int trial_places = 400;           // of each copy
constexpr std::size_t walkers = 6;          // of them walk downhill
constexpr int most_steps = 60;              // of a walk
constexpr double first_step = 4.0, last_step = 0.1;  // [A]
constexpr double thin_edge = 3.5;           // [A] edge of the cubes that become one point each

using Places = std::vector<Vec3>;

Vec3 mean(const Places& xyz) {
  Vec3 sum = Vec3::Zero();
  for (const Vec3& x : xyz) sum += x;
  return sum / static_cast<double>(xyz.size());
}

// One point, the mean of the atoms, for each occupied cube.
Places thinned(const Places& xyz) {
  struct Cube {
    Vec3 sum = Vec3::Zero();
    int count = 0;
  };
  std::map<std::array<int, 3>, Cube> cubes;
  for (const Vec3& x : xyz) {
    std::array<int, 3> key{};
    for (int i = 0; i < 3; ++i)
      key[static_cast<std::size_t>(i)] = static_cast<int>(std::floor(x[i] / thin_edge));
    cubes[key].sum += x;
    ++cubes[key].count;
  }
  Places points;
  for (const auto& [key, cube] : cubes) points.push_back(cube.sum / cube.count);
  return points;
}

Places moved(const Places& xyz, const Motion& motion) {
  Places result;
  result.reserve(xyz.size());
  for (const Vec3& x : xyz) result.push_back(motion(x));
  return result;
}

// How a copy packs at a place: points of the molecule about its centre, turned already, against
// those placed before and its own mates.
class Fit {
 public:
  Fit(const Crystal& crystal, Places about_centre, double reach)
      : crystal_(crystal), points_(std::move(about_centre)), reach_(reach), before_(crystal, reach) {}

  void add_placed(const Places& xyz) { before_.add(xyz); }

  Contacts at(const Vec3& centre) const {
    const Places here = moved(points_, {Mat3::Identity(), centre});
    Packing own(crystal_, reach_);
    own.add(here);
    Contacts all = own.of_last(here);
    all += before_.with_others(here);
    return all;
  }

 private:
  const Crystal& crystal_;
  Places points_;
  double reach_;
  Packing before_;
};

// Steps at random, kept when they lessen the penalty, shorter after those that do not.
Vec3 downhill(const Fit& fit, Vec3 centre, double step, RandomStream& stream) {
  double penalty = fit.at(centre).penalty;
  for (int k = 0; k < most_steps && penalty > 0 && step > last_step; ++k) {
    const Vec3 trial = centre + stream.in_sphere(step);
    const double there = fit.at(trial).penalty;
    if (there < penalty) {
      centre = trial;
      penalty = there;
    } else {
      step *= 0.93;
    }
  }
  return centre;
}

struct Walker {
  Vec3 centre;
  double penalty;
};

class Search {
 public:
  Search(const Molecule& molecule, const Crystal& crystal, const SimulateOptions& options,
         int seed)
      : crystal_(crystal),
        options_(options),
        seed_(seed),
        middle_(mean(molecule.xyz)),
        atoms_(molecule.xyz),
        points_(thinned(molecule.xyz)) {}

  /// Motions of all copies with the rotations of one attempt, or nothing.
  std::optional<std::vector<Motion>> attempt(int number, bool first_stays) {
    std::vector<Motion> motions;
    if (first_stays) motions.emplace_back();
    while (motions.size() < static_cast<std::size_t>(options_.copies)) {
      const std::optional<Motion> next = place_next(motions, number);
      if (!next) return std::nullopt;
      motions.push_back(*next);
    }
    return motions;
  }

 private:
  std::optional<Motion> place_next(const std::vector<Motion>& before, int attempt) const {
    const std::size_t copy = before.size();
    const std::uint64_t key = static_cast<std::uint64_t>(attempt) * 1000 + copy;
    const Mat3 rotation = options_.rotation.empty()
                              ? random_rotation(seed_, key)
                              : rotation_of({options_.rotation[3 * copy],
                                             options_.rotation[3 * copy + 1],
                                             options_.rotation[3 * copy + 2]});
    if (!options_.centre.empty()) {
      const double* x = &options_.centre[3 * copy];
      return about_middle(rotation, crystal_.orthogonalise * Vec3(x[0], x[1], x[2]));
    }
    RandomStream stream = numbers(seed_, Purpose::centre, key);
    const auto centre = free_place(rotation, before, stream);
    return centre ? std::optional(about_middle(rotation, *centre)) : std::nullopt;
  }

  // The motion that turns the molecule about its middle and brings that to `centre`.
  Motion about_middle(const Mat3& rotation, const Vec3& centre) const {
    return {rotation, centre - rotation * middle_};
  }

  Fit fit_of(const Places& xyz, const Mat3& rotation, const std::vector<Motion>& before,
             double reach) const {
    Fit fit(crystal_, moved(xyz, about_middle(rotation, Vec3::Zero())), reach);
    for (const Motion& motion : before) fit.add_placed(moved(xyz, motion));
    return fit;
  }

  std::optional<Vec3> free_place(const Mat3& rotation, const std::vector<Motion>& before,
                                 RandomStream& stream) const {
    // A point stands for the atoms of its cube, so that molecules touch before their points do.
    const Fit coarse = fit_of(points_, rotation, before, options_.contact + thin_edge / 2);
    const Fit fine = fit_of(atoms_, rotation, before, options_.contact);
    for (const Walker& walker : best_places(coarse, stream)) {
      const Vec3 near = downhill(coarse, walker.centre, first_step, stream);
      const Vec3 centre = downhill(fine, near, first_step / 4, stream);
      if (fine.at(centre).count == 0) return centre;
    }
    return std::nullopt;
  }

  std::vector<Walker> best_places(const Fit& fit, RandomStream& stream) const {
    std::vector<Walker> all;
    for (int k = 0; k < trial_places; ++k) {
      const double x = stream.uniform(), y = stream.uniform(), z = stream.uniform();
      const Vec3 centre = crystal_.orthogonalise * Vec3(x, y, z);
      all.push_back({centre, fit.at(centre).penalty});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Walker& a, const Walker& b) { return a.penalty < b.penalty; });
    all.resize(std::min(all.size(), walkers));
    return all;
  }

  const Crystal& crystal_;
  const SimulateOptions& options_;
  int seed_;
  Vec3 middle_;
  Places atoms_, points_;
};

[[noreturn]] void refuse_cell(const Molecule& molecule, const Crystal& crystal,
                              const SimulateOptions& options, const std::string& why) {
  const gemmi::UnitCell& c = crystal.cell;
  const double solvent = solvent_content(molecule, crystal, options.copies);
  const double occupied = (1 - solvent) * c.volume;
  throw base::InputError(base::format(
      "the cell %.2f %.2f %.2f %.2f %.2f %.2f with space group %s is too small for %d %s of the "
      "molecule: %s; its solvent content would be %.0f %%. Give a larger cell (one of %.3g A^3, "
      "now %.3g A^3, has 65 %%), fewer copies, or another simulate.rotation or seed",
      c.a, c.b, c.c, c.alpha, c.beta, c.gamma, crystal.space_group->xhm().c_str(), options.copies,
      options.copies == 1 ? "copy" : "copies", why.c_str(), 100 * solvent, occupied / 0.35,
      c.volume));
}

}  // namespace

Molecule molecule_of(const crystal::Model& model) {
  Molecule molecule;
  double mass = 0;
  for (const gemmi::Chain& chain : model.structure.first_model().chains)
    for (const gemmi::Residue& residue : chain.residues)
      for (const gemmi::Atom& atom : residue.atoms) {
        if (atom.is_hydrogen()) continue;
        molecule.xyz.emplace_back(atom.pos.x, atom.pos.y, atom.pos.z);
        if (!residue.is_water()) mass += atom.occ * atom.element.weight();
      }
  molecule.volume = volume_of_dalton * mass_with_hydrogens * mass;
  return molecule;
}

double solvent_content(const Molecule& molecule, const Crystal& crystal, int copies) {
  const auto molecules = static_cast<double>(crystal.n_operators()) * copies;
  return 1 - molecules * molecule.volume / crystal.cell.volume;
}

std::vector<Motion> find_motions(const Molecule& molecule, const Crystal& crystal,
                                 const SimulateOptions& options, bool first_stays, int seed) {
  const bool search = options.centre.empty();
  if (search && solvent_content(molecule, crystal, options.copies) < least_solvent)
    refuse_cell(molecule, crystal, options, "they do not fit into it");
  Search placing(molecule, crystal, options, seed);
  const int attempts = search && options.rotation.empty() ? most_rotations : 1;
  for (int number = 0; number < attempts; ++number)
    if (auto motions = placing.attempt(number, first_stays)) return *motions;
  refuse_cell(molecule, crystal, options,
              base::format("no place without contacts nearer than %.1f A was found with %d "
                           "rotation%s",
                           options.contact, attempts, attempts == 1 ? "" : "s"));
}

Contacts contacts_among(const Molecule& molecule, const Crystal& crystal,
                        std::span<const Motion> motions, double reach) {
  Packing packing(crystal, reach);
  Contacts all;
  for (const Motion& motion : motions) {
    const Places here = moved(molecule.xyz, motion);
    packing.add(here);
    all += packing.of_last(here);
  }
  return all;
}

}  // namespace polyform::simulate

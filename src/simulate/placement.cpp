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
#include "simulate/walk.hpp"

namespace polyform::simulate {
namespace {

constexpr double least_solvent = 0.15;  // no crystal of a macromolecule has less

constexpr int most_attempts = 40;   // with other rotations where these are random, and other places
constexpr int trial_places = 400;   // of each copy
constexpr std::size_t walkers = 6;  // of them walk downhill
constexpr double first_step = 4.0;  // [A] of a walk
constexpr double thin_edge = 5.0;   // [A] edge of the cubes that become one point each

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

double radius_of_gyration(const Places& about_centre) {
  double sum = 0;
  for (const Vec3& x : about_centre) sum += x.squaredNorm();
  return std::sqrt(sum / static_cast<double>(about_centre.size()));
}

struct Walker {
  Pose pose;
  double penalty;
};

class Search {
 public:
  Search(const Molecule& molecule, const Crystal& crystal, const SimulateOptions& options, int seed)
      : crystal_(crystal),
        options_(options),
        seed_(seed),
        middle_(mean(molecule.xyz)),
        atoms_(moved(molecule.xyz, {Mat3::Identity(), -middle_})),
        points_(thinned(atoms_)),
        freedom_{options.rotation.empty() ? radius_of_gyration(atoms_) : 0.0} {}

  /// Motions of all copies with the rotations of one attempt, or nothing.
  std::optional<std::vector<Motion>> attempt(int number, bool first_stays) {
    std::vector<Motion> motions;
    if (first_stays) motions.emplace_back();
    while (motions.size() < static_cast<std::size_t>(options_.copies)) {
      const std::optional<Pose> next = place_next(motions, number);
      if (!next) return std::nullopt;
      motions.push_back({next->rotation, next->centre - next->rotation * middle_});
    }
    return motions;
  }

 private:
  std::optional<Pose> place_next(const std::vector<Motion>& before, int attempt) const {
    const std::size_t copy = before.size();
    const std::uint64_t key = static_cast<std::uint64_t>(attempt) * 1000 + copy;
    const double* angle = options_.rotation.data() + 3 * copy;
    const Mat3 rotation =
        options_.rotation.empty()
            ? random_rotation(seed_, key)
            : kernels::motion_of(kernels::polar_of_degrees(angle[0], angle[1], angle[2])).rotation;
    const double* x = options_.centre.data() + 3 * copy;
    if (!options_.centre.empty())
      return Pose{rotation, crystal_.orthogonalise * Vec3(x[0], x[1], x[2])};
    RandomStream stream = numbers(seed_, Purpose::centre, key);
    return free_place(rotation, before, stream);
  }

  // about_centre: atoms of the molecule, or points that stand for them.
  Fit fit_of(const Places& about_centre, const std::vector<Motion>& before, double reach) const {
    Fit fit(crystal_, about_centre, reach);
    for (const Motion& motion : before)
      fit.add_placed(moved(about_centre, {motion.rotation, motion(middle_)}));
    return fit;
  }

  std::optional<Pose> free_place(const Mat3& rotation, const std::vector<Motion>& before,
                                 RandomStream& stream) const {
    // A point stands for the atoms of its cube, so that molecules touch before their points do.
    Fit coarse = fit_of(points_, before, options_.contact + thin_edge / 2);
    Fit fine = fit_of(atoms_, before, options_.contact);
    for (const Walker& walker : best_places(coarse, rotation, stream)) {
      const Pose near = downhill(coarse, walker.pose, first_step, freedom_, stream);
      const Pose pose = downhill(fine, near, first_step / 4, freedom_, stream);
      if (fine.at(pose).count == 0) return pose;
    }
    return std::nullopt;
  }

  std::vector<Walker> best_places(Fit& fit, const Mat3& rotation, RandomStream& stream) const {
    std::vector<Walker> all;
    for (int k = 0; k < trial_places; ++k) {
      const double x = stream.uniform(), y = stream.uniform(), z = stream.uniform();
      const Pose pose{rotation, crystal_.orthogonalise * Vec3(x, y, z)};
      all.push_back({pose, fit.at(pose).penalty});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Walker& a, const Walker& b) { return a.penalty < b.penalty; });
    all.resize(std::min(all.size(), walkers));
    return all;
  }

  const Crystal& crystal_;
  const SimulateOptions& options_;
  int seed_;
  Vec3 middle_;            // of the molecule in its file
  Places atoms_, points_;  // about it
  Freedom freedom_;
};

[[noreturn]] void refuse_cell(const Molecule& molecule, const Crystal& crystal,
                              const SimulateOptions& options, const std::string& why) {
  const gemmi::UnitCell& c = crystal.cell;
  const double solvent = solvent_content(molecule, crystal, options.copies);
  const double occupied = (1 - solvent) * c.volume;
  throw base::InputError(base::format(
      "the cell %.2f %.2f %.2f %.2f %.2f %.2f with space group %s is too small for %d %s of the "
      "molecule: %s; its solvent content would be %.0f %%. Give a larger cell (one of %.3g A^3, "
      "now %.3g A^3, has 65 %%), fewer copies, or another seed",
      c.a, c.b, c.c, c.alpha, c.beta, c.gamma, crystal.space_group->xhm().c_str(), options.copies,
      options.copies == 1 ? "copy" : "copies", why.c_str(), 100 * solvent, occupied / 0.35,
      c.volume));
}

}  // namespace

std::vector<Motion> find_motions(const Molecule& molecule, const Crystal& crystal,
                                 const SimulateOptions& options, bool first_stays, int seed) {
  const bool search = options.centre.empty();
  if (search && solvent_content(molecule, crystal, options.copies) < least_solvent)
    refuse_cell(molecule, crystal, options, "they do not fit into it");
  Search placing(molecule, crystal, options, seed);
  const int attempts = search ? most_attempts : 1;
  for (int number = 0; number < attempts; ++number)
    if (auto motions = placing.attempt(number, first_stays)) return *motions;
  refuse_cell(molecule, crystal, options,
              base::format("no place without contacts nearer than %.1f A was found in %d "
                           "attempts",
                           options.contact, attempts));
}

}  // namespace polyform::simulate

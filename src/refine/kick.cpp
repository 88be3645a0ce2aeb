// SPDX-License-Identifier: MPL-2.0
// Random shifts of positions.
#include "refine/kick.hpp"

#include "refine/random.hpp"

namespace polyform::refine {

std::vector<Vec3> random_shifts(const crystal::Atoms& atoms, double amplitude, int seed,
                                std::uint64_t stream) {
  std::vector<Vec3> shift(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i)
    shift[i] = RandomStream(static_cast<std::uint64_t>(seed), stream, i).in_sphere(amplitude);
  for (const crystal::SpecialPosition& site : atoms.special) {
    Vec3& own = shift[static_cast<std::size_t>(site.atom)];
    own = site.projector * own;
  }
  return shift;
}

void kick(Ensemble& ensemble, double amplitude, int seed, KickPurpose purpose, int cycle) {
  if (amplitude <= 0) return;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form) {
    crystal::Atoms& atoms = ensemble.atoms(form);
    const std::uint64_t of_form = (static_cast<std::uint64_t>(purpose) << 48) |
                                  (static_cast<std::uint64_t>(cycle) << 16) | form;
    const std::vector<Vec3> shift = random_shifts(atoms, amplitude, seed, of_form);
    for (std::size_t i = 0; i < atoms.size(); ++i) atoms.xyz[i] += shift[i];
  }
}

double kick_amplitude(const KickOptions& options, int cycle, int cycles) {
  if (cycles <= 1) return options.first;
  const double part = static_cast<double>(cycle - 1) / (cycles - 1);
  return options.first + part * (options.last - options.first);
}

}  // namespace polyform::refine

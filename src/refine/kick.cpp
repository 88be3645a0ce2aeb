// SPDX-License-Identifier: MPL-2.0
// Random shifts of positions and B.
#include "refine/kick.hpp"

#include <algorithm>

#include "polyform/base/text.hpp"
#include "refine/form.hpp"
#include "refine/random.hpp"

namespace polyform::refine {
namespace {

// B has numbers of its own.
constexpr std::uint64_t of_b = 1ULL << 56;

RandomStream numbers(const KickStream& stream, std::uint64_t kind, std::size_t form,
                     std::size_t atom) {
  const std::uint64_t key = kind | (static_cast<std::uint64_t>(stream.purpose) << 48) |
                            (static_cast<std::uint64_t>(stream.number) << 40) |
                            (static_cast<std::uint64_t>(stream.cycle) << 16) | form;
  return RandomStream(static_cast<std::uint64_t>(stream.seed), key, atom);
}

long count(std::span<const std::uint8_t> flags) {
  return std::count_if(flags.begin(), flags.end(), [](std::uint8_t flag) { return flag != 0; });
}

std::string text_of_kick(const char* what, double amplitude, const char* unit, long atoms) {
  return base::format("%s of %ld atoms by up to %.3g %s", what, atoms, amplitude, unit);
}

// What was done, empty where nothing.
std::string kick_of_cycle(Ensemble& ensemble, const RefineOptions& options, const KickOptions& kick,
                          const KickStream& stream) {
  const int cycles = options.cycles;
  const double shift = kick_amplitude(kick.first, kick.last, kick, stream.cycle, cycles);
  const double change = kick_amplitude(kick.b_first, kick.b_last, kick, stream.cycle, cycles);
  const BFactorOptions& b = options.b_factors;
  long moved = 0, changed = 0;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    const FormInput& form = ensemble.input(f);
    // Those named, or those that refinement can bring back.
    const auto movable =
        form.atoms_in_or_all(kick.atoms.empty() ? options.positions.active : kick.atoms);
    const auto changeable = form.atoms_in_or_all(kick.atoms.empty() ? b.active : kick.atoms);
    kick_positions(ensemble.atoms(f), movable, shift, stream, f);
    kick_b(ensemble.atoms(f), changeable, change, b.minimal, b.maximal, stream, f);
    moved += shift > 0 ? count(movable) : 0;
    changed += change > 0 ? count(changeable) : 0;
  }
  std::string done;
  if (moved > 0) done = text_of_kick("positions", shift, "A", moved);
  if (changed > 0) done += (done.empty() ? "" : ", ") + text_of_kick("B", change, "A^2", changed);
  return done;
}

}  // namespace

void kick_positions(crystal::Atoms& atoms, std::span<const std::uint8_t> chosen, double amplitude,
                    const KickStream& stream, std::size_t form) {
  if (amplitude <= 0) return;
  std::vector<Vec3> shift(atoms.size(), Vec3::Zero());
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (chosen[i]) shift[i] = numbers(stream, 0, form, i).in_sphere(amplitude);
  for (const crystal::SpecialPosition& site : atoms.special) {
    Vec3& own = shift[static_cast<std::size_t>(site.atom)];
    own = site.projector * own;
  }
  for (std::size_t i = 0; i < atoms.size(); ++i) atoms.xyz[i] += shift[i];
}

void kick_b(crystal::Atoms& atoms, std::span<const std::uint8_t> chosen, double amplitude,
            double lower, double upper, const KickStream& stream, std::size_t form) {
  if (amplitude <= 0) return;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (!chosen[i]) continue;
    const double change = (2 * numbers(stream, of_b, form, i).uniform() - 1) * amplitude;
    const double least = std::min(lowest_b(atoms, i, lower), upper);
    set_b(atoms, i, std::clamp(atoms.b[i] + change, least, upper));
  }
}

std::vector<std::string> kick_for_cycle(Ensemble& ensemble, const RefineOptions& options,
                                        int cycle) {
  std::vector<std::string> lines;
  KickStream stream{options.seed, KickPurpose::start_of_cycle, cycle, 0};
  const auto kick_by = [&](const KickOptions& kick, const std::string& name) {
    const std::string done = kick_of_cycle(ensemble, options, kick, stream);
    if (!done.empty()) lines.push_back(base::format("cycle %d, %s: ", cycle, name.c_str()) + done);
  };
  kick_by(options.kick, "kick");
  for (const NamedKickOptions& more : options.kicks) {
    ++stream.number;
    kick_by(more, "kick " + more.name);
  }
  return lines;
}

double kick_amplitude(double first, double last, const KickOptions& options, int cycle,
                      int cycles) {
  const int cooling = options.cycles > 0 ? std::min(options.cycles, cycles) : cycles;
  if (cycle > cooling) return 0;
  if (cooling <= 1) return first;
  const double part = static_cast<double>(cycle - 1) / (cooling - 1);
  return first + part * (last - first);
}

int last_kicked_cycle(const RefineOptions& options) {
  const auto kicks_in = [&](const KickOptions& kick, int cycle) {
    return kick_amplitude(kick.first, kick.last, kick, cycle, options.cycles) > 0 ||
           kick_amplitude(kick.b_first, kick.b_last, kick, cycle, options.cycles) > 0;
  };
  for (int cycle = options.cycles; cycle > 0; --cycle) {
    if (kicks_in(options.kick, cycle)) return cycle;
    for (const NamedKickOptions& more : options.kicks)
      if (kicks_in(more, cycle)) return cycle;
  }
  return 0;
}

}  // namespace polyform::refine

// SPDX-License-Identifier: MPL-2.0
// Copies that are held alike, told.
#include "polyform/run/ncs_details.hpp"

#include <cmath>

#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"

namespace polyform::run {
namespace {

using base::format;
constexpr std::size_t told = 8;

// "A/LYS 3/NZ, A/LYS 3/CE and 4 more".
std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < told; ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > told) text += format(" and %zu more", names.size() - told);
  return text;
}

std::string operator_text(const kernels::RigidMotion& motion) {
  const kernels::PolarMotion polar = kernels::polar_of(motion);
  const kernels::Vec3 turn = kernels::angles_in_degrees(polar);
  return format("omega %.2f phi %.2f kappa %.2f, shift %.3f %.3f %.3f", turn[0], turn[1], turn[2],
                polar.shift[0], polar.shift[1], polar.shift[2]);
}

void add_names(std::string& text, const char* what, const std::vector<std::string>& names) {
  if (!names.empty()) text += format("\n      %zu %s: ", names.size(), what) + some_of(names);
}

}  // namespace

std::string pairing_text(const restraints::NcsGroup& group, const crystal::Pairing& pairing,
                         const restraints::NcsReport& report) {
  std::string text =
      format("NCS group %s: %zu copies, %zu sites, r.m.s. %.3f A about the mean",
             group.name.c_str(), group.copies.size(), pairing.atoms[0].size(), report.rms);
  for (std::size_t c = 0; c < group.copies.size(); ++c) {
    const crystal::PairingReport& paired = pairing.reports[c];
    text += format("\n    %s: %ld residues, %ld atoms, r.m.s. %.3f A", paired.copy.c_str(),
                   paired.residues, paired.atoms, report.copy_rms[c]);
    if (c == 0) continue;
    text += format(", %.0f %% identical, paired by %s", 100 * paired.identity,
                   paired.by_number ? "number" : "sequence");
    text += "\n      onto the first: " + operator_text(report.operators[c]);
    add_names(text, "residues of unlike kind", paired.mutations);
    add_names(text, "atoms of its own", paired.unmatched);
    add_names(text, "atoms of the first that it lacks", paired.missing);
    add_names(text, "symmetric ends exchanged", paired.swapped);
  }
  return text;
}

std::vector<ResidueDifference> residue_differences(const NcsState& state,
                                                   const std::vector<std::string>& label) {
  std::vector<ResidueDifference> residues;
  std::vector<double> counts;  // of the last residue, one a copy
  const auto finish = [&] {
    for (std::size_t c = 0; c < counts.size(); ++c)
      residues.back().rms[c] = std::sqrt(residues.back().rms[c] / counts[c]);  // NaN: 0 / 0
  };
  const std::vector<restraints::NcsCopy>& copies = state.group->copies;
  for (std::size_t s = 0; s < copies.front().atoms.size(); ++s) {
    if (copies.front().atoms[s] < 0) continue;
    const std::string& atom = label[static_cast<std::size_t>(copies.front().atoms[s])];
    const std::string residue = atom.substr(0, atom.rfind('/'));
    if (residues.empty() || residues.back().residue != residue) {
      finish();
      residues.push_back({residue, std::vector<double>(copies.size(), 0.0)});
      counts.assign(copies.size(), 0.0);
    }
    for (std::size_t c = 0; c < copies.size(); ++c) {
      const double apart = state.report.apart[c][s];
      if (std::isnan(apart)) continue;
      residues.back().rms[c] += apart * apart;
      ++counts[c];
    }
  }
  finish();
  return residues;
}

std::string ncs_line(const NcsState& state) {
  std::string text = format("NCS %s: r.m.s. %.3f A, B %.1f A^2 about the mean (",
                            state.group->name.c_str(), state.report.rms, state.report.b_rms);
  for (std::size_t c = 0; c < state.group->copies.size(); ++c)
    text += format("%s%s %.3f", c == 0 ? "" : ", ", state.group->copies[c].name.c_str(),
                   state.report.copy_rms[c]);
  return text + ")";
}

}  // namespace polyform::run

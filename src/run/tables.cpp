// SPDX-License-Identifier: MPL-2.0
// Tables as text.
#include "polyform/run/tables.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "polyform/base/text.hpp"

namespace polyform::run {
namespace {

using base::format;

constexpr std::size_t most_named = 8;  // atoms

struct Cell {
  const char* name;
  double value;
};

// " bond:      169.3255 angl:      663.3933", four to a line.
std::string cells_of(const std::vector<Cell>& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += format(" %-4s: %13.4f", cells[i].name, cells[i].value);
    if (i % 4 == 3 && i + 1 < cells.size()) text += "\n";
  }
  return text;
}

std::vector<Cell> energy_cells(const refine::StepRecord& record, const refine::FormTerms& form,
                               double sum) {
  std::vector<Cell> cells = {{"summ", sum}, {"grad", record.step.gradient_rms}};
  const restraints::Energies& e = form.energies;
  const bool of_b = record.stage == "b_factors" || record.stage == "u_aniso";
  if (of_b || record.stage == "positions_and_b" || record.stage == "positions_and_u")
    cells.push_back({"brst", form.on_b * form.b_restraints});
  if (!of_b)
    for (const Cell& cell : {Cell{"bond", e.bond}, Cell{"angl", e.angl}, Cell{"dihe", e.dihe},
                             Cell{"impr", e.impr}, Cell{"vdw", e.vdw}, Cell{"elec", e.elec}})
      cells.push_back(cell);
  cells.push_back({"dens", form.weight * form.target});
  cells.push_back({"rval", 100 * form.r_work});
  if (!of_b) cells.push_back({"hold", e.hold});
  return cells;
}

std::string text_of_cc(double cc) { return std::isfinite(cc) ? format("%.3f", cc) : "-"; }

std::string shell_row(const targets::ShellAgreement& s) {
  return format("  %7.2f - %5.2f %7ld %6ld %7.1f %8s %8s %7s %8s %7.3f", s.d_low, s.d_high,
                s.n_work, s.n_test, 100 * s.completeness, text_of_r(s.r_work).c_str(),
                text_of_r(s.r_free).c_str(), text_of_cc(s.cc_work).c_str(),
                text_of_cc(s.cc_free).c_str(), s.scale);
}

std::string fit_text(const char* name, const restraints::Fit& fit, const char* unit) {
  if (fit.count == 0) return format("%s none", name);
  return format("%s %.4g%s (Z %.2f, %ld)", name, fit.rmsd, unit, fit.rmsz, fit.count);
}

// "0.33 at 12.1, 0.31 at 7.2 ... A": k_mask and where.
std::string mask_curve_text(const targets::ScaleParameters& p) {
  std::string text;
  for (std::size_t j = 0; j < p.shell_mask.size(); ++j)
    text += format("%s%.2f at %.1f", j == 0 ? "" : ", ",
                   p.shell_mask[j] * std::exp(-0.25 * p.mask_b * p.mask_s2[j]),
                   1 / std::sqrt(p.mask_s2[j]));
  return text + " A";
}

}  // namespace

std::string text_of_r(double r) { return std::isfinite(r) ? format("%.4f", r) : "-"; }

std::string energy_table(const refine::StepRecord& record, std::span<const std::string> names) {
  std::string text = format(" step: %6d      stepsize: %.8E", record.step.number, record.step.size);
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    text += names.size() > 1 ? "\n form: " + names[f] + "\n" : "\n";
    text += cells_of(energy_cells(record, record.forms[f], record.forms[f].sum()));
  }
  if (record.ncs > 0) text.append("\n").append(cells_of({{"ncs", record.ncs}}));
  return text;
}

std::string shell_table(const targets::Agreement& agreement) {
  std::string text =
      "   resolution [A]    work   test compl. %   R-work   R-free CC-work  CC-free   scale";
  for (const auto& shell : agreement.shells) text.append("\n").append(shell_row(shell));
  return text + "\n" + shell_row(agreement.overall) + "   overall";
}

std::string error_table(const refine::FormStatus& status) {
  if (!std::isfinite(status.fom)) return "";
  const std::string mean = format("  mean figure of merit of the work set %.4f", status.fom);
  if (status.error_shells.empty()) return mean;
  std::string text = "   resolution [A]    work   test  sigmaA   alpha        beta     FOM";
  for (const refine::ErrorShell& s : status.error_shells)
    text += format("\n  %7.2f - %5.2f %7ld %6ld %7.4f %7.4f %11.4g %7.4f", s.d_low, s.d_high,
                   s.n_work, s.n_test, s.sigma_a, s.alpha, s.beta, s.fom);
  return text + "\n" + mean;
}

std::string anisotropic_line(const restraints::AnisotropicReport& a) {
  if (a.n_atoms == 0) return "";
  return format(
      "%ld anisotropic atoms: mean anisotropy %.3f, smallest principal value %.4f A^2; r.m.s. "
      "difference of U %.4f A^2, along bonds %.4f A^2 (%ld), along 1-3 lines %.4f A^2 (%ld)",
      a.n_atoms, a.anisotropy, a.smallest, a.similarity, a.along_bond, a.n_bonded, a.along_13,
      a.n_13);
}

std::vector<std::string> cycle_lines(const refine::CycleRecord& record,
                                     std::span<const std::string> names) {
  std::vector<std::string> lines;
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    const refine::FormStatus& s = record.forms[f];
    const auto& r = s.agreement.overall;
    std::string line = record.cycle == 0
                           ? std::string("as it stands")
                           : format("cycle %d of %d", record.cycle, record.cycles_planned);
    if (names.size() > 1) line += " " + names[f];
    line += format(": R-work %s R-free %s  bond %.4f A  angle %.2f deg  B %.1f (%.1f to %.1f)",
                   text_of_r(r.r_work).c_str(), text_of_r(r.r_free).c_str(), s.geometry.bond.rmsd,
                   s.geometry.angle.rmsd, s.b_mean, s.b_min, s.b_max);
    lines.push_back(line + format("  %d evaluations", record.evaluations));
  }
  return lines;
}

std::string trial_table(const refine::TrialRecord& record, std::size_t form,
                        std::span<const std::string> names) {
  std::string text = format("cycle %d, weights tried", record.cycle);
  if (names.size() > 1) text += " for " + names[form];
  text += format(", judged by %ld work reflections set aside, on %d group%s of ranks:\n",
                 record.n_held_out[form], record.groups, record.groups == 1 ? "" : "s");
  text += "   weight    -ln p  behind the best   R-work   Z bond  angle";
  for (std::size_t t = 0; t < record.factors.size(); ++t) {
    const refine::TriedForm& tried = record.forms[form][t];
    text +=
        format("\n %8g %8.4f %8.4f (%.4f)   %6s %8.2f %6.2f%s%s", record.factors[t], tried.held_out,
               tried.behind, tried.behind_sigma, text_of_r(tried.r_work).c_str(), tried.z_bond,
               tried.z_angle, tried.strained ? "  strained" : "",
               record.factors[t] == record.chosen[form] ? "  chosen" : "");
  }
  return text;
}

std::string scale_line(const refine::FormStatus& status) {
  const targets::ScaleParameters& p = status.scales;
  std::string line = format(
      "scale %.4g, k_sol %.3f e/A^3, B_sol %.1f A^2, solvent %.1f %% of the cell, overall "
      "anisotropic B %.2f %.2f %.2f %.2f %.2f %.2f A^2 (11 22 33 12 13 23)",
      p.k_overall, p.k_sol, p.b_sol, 100 * status.solvent_fraction, p.b_cart[0], p.b_cart[1],
      p.b_cart[2], p.b_cart[3], p.b_cart[4], p.b_cart[5]);
  if (!p.shell_mask.empty()) line += ", k_mask " + mask_curve_text(p);
  if (status.coordinate_error > 0)
    line += format(", coordinate error %.3f A", status.coordinate_error);
  if (status.free_kick > 0) line += format(", free kick up to %.3f A", status.free_kick);
  return line;
}

std::string geometry_line(const restraints::GeometryReport& g) {
  return "r.m.s. deviations: " + fit_text("bond", g.bond, " A") + ", " +
         fit_text("angle", g.angle, " deg") + ", " + fit_text("torsion", g.torsion, " deg") + ", " +
         fit_text("chirality", g.chirality, " A^3") + ", " + fit_text("plane", g.plane, " A") +
         format("; %ld close contacts", g.contacts);
}

std::string outlier_table(const std::vector<restraints::Outlier>& outliers,
                          const std::vector<std::string>& label) {
  std::string text;
  for (const restraints::Outlier& outlier : outliers) {
    text += format("%s  %-9s |Z| %5.1f  %8.3f (ideal %8.3f) ", text.empty() ? "" : "\n",
                   outlier.kind.c_str(), std::abs(outlier.z), outlier.value, outlier.ideal);
    for (int atom : outlier.atoms) text += " " + label[static_cast<std::size_t>(atom)];
    if (!outlier.mate.empty()) text += " at " + outlier.mate;
  }
  return text;
}

std::string violation_table(const Violations& violations, const std::vector<std::string>& label) {
  std::string text = format("  %ld restraint%s beyond |Z| %g", violations.count,
                            violations.count == 1 ? "" : "s", violations.beyond_z);
  if (violations.worst.empty()) return text;
  if (static_cast<long>(violations.worst.size()) < violations.count)
    text += format(", the worst %zu:", violations.worst.size());
  return text + "\n" + outlier_table(violations.worst, label);
}

std::string b_table(const std::vector<restraints::BStatistics>& statistics) {
  const auto rms = [](const restraints::BDifference& d) {
    return d.count == 0 ? std::string("-") : format("%.2f", d.rms);
  };
  std::string text =
      "  B [A^2]          atoms    mean   sigma  lowest highest   r.m.s. difference 1-2     1-3";
  for (const restraints::BStatistics& s : statistics)
    text +=
        format("\n  %-14s %7ld %7.2f %7.2f %7.2f %7.2f %24s %7s", s.group.c_str(), s.count, s.mean,
               s.sigma, s.lowest, s.highest, rms(s.bonded).c_str(), rms(s.angle_related).c_str());
  return text;
}

std::string b_limit_line(const refine::FormStatus& status, const std::vector<std::string>& label) {
  const std::size_t n = status.at_b_limit.size();
  if (n == 0) return "";
  std::string text = format("%zu atom%s on a limit of B:", n, n == 1 ? "" : "s");
  for (std::size_t k = 0; k < std::min(n, most_named); ++k)
    text += (k == 0 ? " " : ", ") + label[static_cast<std::size_t>(status.at_b_limit[k])];
  return n > most_named ? text + format(" and %zu more", n - most_named) : text;
}

std::string rank_table(const refine::Ensemble& ensemble,
                       const std::vector<refine::FormStatus>& statuses,
                       const std::vector<refine::RankReport>& ranks) {
  std::string text = "forms, ranks and memory";
  std::vector<std::vector<std::string>> served(ranks.size());
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    const parallel::TeamPlan& team = ensemble.plan()[f];
    const std::array<int, 3>& grid = statuses[f].grid;
    text += format("\n  form %s: ", ensemble.name(f).c_str());
    text += team.count == 1 ? format("rank %d", team.first)
                            : format("ranks %d to %d", team.first, team.first + team.count - 1);
    text += format(", grid %d x %d x %d", grid[0], grid[1], grid[2]);
    for (int r = team.first; r < team.first + team.count; ++r)
      served[static_cast<std::size_t>(r)].push_back(ensemble.name(f));
  }
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    const std::size_t n = served[r].size();
    text += format("\n  rank %3zu  %s, load %.2f of the mean, peak memory %.0f MiB", r,
                   n == 1 ? served[r][0].c_str() : format("%zu forms", n).c_str(), ranks[r].load,
                   ranks[r].peak_mib);
  }
  return text;
}

}  // namespace polyform::run

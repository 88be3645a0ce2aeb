// SPDX-License-Identifier: MPL-2.0
// Tables for people: the energies of a step as MAIN prints them, R by shell, a cycle in one line.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "polyform/refine/ensemble.hpp"
#include "polyform/refine/journal.hpp"
#include "polyform/run/form_details.hpp"

namespace polyform::run {

/// step, stepsize, summ, grad, bond, angl, dihe, impr, vdw, elec, dens (w T) and rval [%], in four
/// a line; with B values, brst (restraints on B) stands for the chemistry. One block for each form
/// when there are several.
std::string energy_table(const refine::StepRecord& record, std::span<const std::string> names);

/// Resolution, counts, sigma_a, alpha, beta and mean figure of merit of each shell of the error
/// estimates, and the mean over all; empty without error estimates.
std::string error_table(const refine::FormStatus& status);

/// How anisotropic atoms are and how well U is restrained; empty where no atom is anisotropic.
std::string anisotropic_line(const restraints::AnisotropicReport& report);

/// Resolution, counts, completeness, R-work, R-free, correlations and scale of each shell and
/// overall.
std::string shell_table(const targets::Agreement& agreement);

/// "cycle 3 of 8  form: R-work 0.1923  R-free 0.2251  bond 0.012 A  angle 1.54 deg ...", one a
/// form.
std::vector<std::string> cycle_lines(const refine::CycleRecord& record,
                                     std::span<const std::string> names);

/// The weights that were tried for one form in a cycle, a line each, the chosen one marked.
std::string trial_table(const refine::TrialRecord& record, std::size_t form,
                        std::span<const std::string> names);

/// "k_sol 0.35 e/A^3, B_sol 46 A^2, solvent 42 % of the cell ..."
std::string scale_line(const refine::FormStatus& status);

/// r.m.s. deviations and Z of every kind of restraint.
std::string geometry_line(const restraints::GeometryReport& geometry);

/// Worst restraints, one a line. label: of each atom.
std::string outlier_table(const std::vector<restraints::Outlier>& outliers,
                          const std::vector<std::string>& label);

/// Which atoms are on a limit of B, the first few by name; empty where none is. label: of each
/// atom.
std::string b_limit_line(const refine::FormStatus& status, const std::vector<std::string>& label);

/// How many violations there are, and the worst of them. label: of each atom.
std::string violation_table(const Violations& violations, const std::vector<std::string>& label);

/// Number, mean, sigma, lowest and highest B of each group of atoms, and the r.m.s. difference of B
/// over bonded and over angle-related pairs within the group.
std::string b_table(const std::vector<restraints::BStatistics>& statistics);

/// "0.1923", or "-" where there is none.
std::string text_of_r(double r);

/// Which ranks serve which form and its grid; expected work and peak memory of each rank.
std::string rank_table(const refine::Ensemble& ensemble,
                       const std::vector<refine::FormStatus>& statuses,
                       const std::vector<refine::RankReport>& ranks);

}  // namespace polyform::run

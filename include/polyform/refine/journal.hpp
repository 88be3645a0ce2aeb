// SPDX-License-Identifier: MPL-2.0
// What a refinement tells as it goes; who listens writes the log, the trace or a progress line.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "polyform/minimise/objective.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/targets/agreement.hpp"
#include "polyform/targets/scaling.hpp"

namespace polyform::refine {

/// One form's part of an evaluation.
struct FormTerms {
  restraints::Energies energies;  ///< chemistry, each term scaled as the options say
  double b_restraints = 0;
  double target = 0;         ///< T
  double weight = 0;         ///< w of T in the sum
  double r_work = 0;         ///< with the scales as they are
  double on_b = 1;           ///< factor on b_restraints in the sum
  double beside_others = 1;  ///< weight of the form as a whole
  double sum() const {
    return beside_others * (energies.total() + on_b * b_restraints + weight * target);
  }
};

struct StepRecord {
  std::string stage;  ///< "positions", "b_factors", "positions_and_b", "u_aniso", "positions_and_u"
  int cycle = 0;      ///< from 1
  int steps_planned = 0;
  minimise::Step step;
  std::vector<FormTerms> forms;
  double ncs = 0;  ///< energy of the copies that are held alike, of no form alone
};

/// How strongly the data hold an atom, as a function of resolution: q of bin k at s2[k] such that
/// the expected d2T/dp2 of an atom is the sum of q |df/dp|^2 over the bins.
struct DataCurvature {
  std::vector<double> s2;  ///< [1/A^2], mean of the bin
  std::vector<double> q;   ///< [T / e^2]
};

/// Errors of the likelihood in one of the shells they are estimated in.
struct ErrorShell {
  double d_low, d_high;  ///< [A]
  long n_work, n_test;
  double sigma_a;      ///< 0 to 1
  double alpha, beta;  ///< as in targets::ErrorModel, before they are smoothed
  double fom;          ///< mean figure of merit of the work set; NaN without work reflections
};

/// A form as scales, solvent and errors have just been renewed.
struct FormStatus {
  targets::Agreement agreement;
  targets::ScaleParameters scales;
  double solvent_fraction = 0;
  std::vector<double> shell_alpha, shell_beta;
  std::vector<ErrorShell> error_shells;
  double fom = std::numeric_limits<double>::quiet_NaN();  ///< mean of the work set; NaN: no errors
  double coordinate_error = 0;  ///< [A] mean, of ML_EST; 0 where that is not used
  double free_kick = 0;         ///< [A] largest shift of ML_FK's models; 0 where it is not used
  DataCurvature curvature, b_curvature;  ///< of the targets for positions and for B
  restraints::GeometryReport geometry;
  restraints::AnisotropicReport anisotropic;
  std::array<int, 3> grid{};                ///< points along a, b, c
  double b_mean = 0, b_min = 0, b_max = 0;  ///< [A^2], non-hydrogen atoms
  double b_shift = 0;           ///< [A^2] by which all B have just moved, out of the overall scale
  std::vector<int> at_b_limit;  ///< atoms on a limit of B
};

struct CycleRecord {
  int cycle = 0;  ///< 0: the model as it stood
  int cycles_planned = 0;
  int evaluations = 0;  ///< of value and gradient since the start
  std::vector<FormStatus> forms;
};

/// How one form fared when positions were minimised with one of the weights that were tried.
struct TriedForm {
  double held_out = 0;      ///< mean -ln p of the work reflections set aside
  double behind = 0;        ///< how far that is above the best trial's, and how well this is known:
  double behind_sigma = 0;  ///< standard error of the mean difference, reflection by reflection
  double r_work = 0;        ///< of the work reflections that were left
  double z_bond = 0, z_angle = 0;  ///< r.m.s.
  bool strained = false;           ///< Z beyond the limit: not to be chosen
};

/// Weights of the data that were tried in a cycle.
struct TrialRecord {
  int cycle = 0;
  int groups = 1;                             ///< of ranks, at work side by side
  std::vector<double> factors;                ///< on the natural weight, one a trial
  std::vector<long> n_held_out;               ///< one a form
  std::vector<std::vector<TriedForm>> forms;  ///< one list a form, one entry a trial
  std::vector<double> chosen;                 ///< factor of each form
};

class Journal {
 public:
  virtual ~Journal() = default;
  virtual void note(const std::string& line) = 0;
  virtual void step(const StepRecord& record) = 0;
  virtual void cycle(const CycleRecord& record) = 0;
  virtual void trials(const TrialRecord&) {}
};

}  // namespace polyform::refine

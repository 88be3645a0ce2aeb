// SPDX-License-Identifier: MPL-2.0
// -ln p(F_obs; F_model) of one amplitude, with its slope and curvature by |F_model|.
#pragma once

namespace polyform::kernels {

enum class Parity { acentric, centric };

/// Value and derivatives by |F_model|.
struct AmplitudeTerm {
  double value;
  double slope;
  double second;
};

/// -ln p for an amplitude whose structure factor has the mean alpha F_model and the variance
/// eb = epsilon beta:
///   acentric  -ln(2 Fo/eb) + (Fo^2 + (alpha Fm)^2)/eb - ln I0(2 alpha Fo Fm/eb)
///   centric   -1/2 ln(2/(pi eb)) + (Fo^2 + (alpha Fm)^2)/(2 eb) - ln cosh(alpha Fo Fm/eb)
/// Lunin, Afonine & Urzhumtsev (2002) Acta Cryst. A58, 270, eqs. 3 and 4. f_obs, f_model and alpha
/// >= 0, eb > 0. -ln(2 Fo/eb) does not depend on the model; where F_obs is (nearly) 0 it is taken
/// at 1e-6 sqrt(eb), to stay finite.
AmplitudeTerm amplitude_likelihood(double f_obs, double f_model, double alpha, double eb,
                                   Parity parity);

/// The parabola that stands for -ln p of one amplitude: least + w_star (F_model - f_star)^2, with
/// value, slope and curvature of -ln p at its minimum. With p = Fo/sqrt(eb) and
/// u = alpha F_model/sqrt(eb) the minimum obeys
///   acentric  u = p I1/I0(2 p u),     centric  u = p tanh(p u);
/// where p <= 1 it lies at F_model = 0, and w_star falls to 0 at p = 1, where -ln p is flat there.
/// Lunin & Urzhumtsev (1984) Acta Cryst. A40, 269; Lunin, Afonine & Urzhumtsev (2002) A58, 270.
struct AmplitudeParabola {
  double f_star;  ///< [e], on the scale of F_model
  double w_star;  ///< half the second derivative of -ln p by F_model there, >= 0
  double least;   ///< -ln p there
};
/// f_obs >= 0, alpha >= 0 (0: f_star and w_star are 0), eb > 0.
AmplitudeParabola likelihood_parabola(double f_obs, double alpha, double eb, Parity parity);

/// Figure of merit m = <cos(phase error)>: I1/I0(2 alpha Fo Fm/eb) or tanh(alpha Fo Fm/eb).
double figure_of_merit(double f_obs, double f_model, double alpha, double eb, Parity parity);

/// -ln p(e_obs; e_model, sigma_a) of normalised amplitudes with variance 1 - sigma_a^2, and its
/// slope and curvature by z, sigma_a = tanh z (Fisher's transformation, in which the error of z
/// depends little on z). Read (1986) Acta Cryst. A42, 140.
struct SigmaATerm {
  double value;
  double slope_z;
  double second_z;
};
SigmaATerm sigma_a_likelihood(double e_obs, double e_model, double z, Parity parity);

}  // namespace polyform::kernels

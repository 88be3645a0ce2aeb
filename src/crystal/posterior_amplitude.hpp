// SPDX-License-Identifier: MPL-2.0
// The amplitude that a measured intensity and Wilson's prior imply.
#pragma once

#include "polyform/kernels/likelihood.hpp"

namespace polyform::crystal {

using kernels::Parity;

struct PosteriorAmplitude {
  double mean;       ///< E[F]
  double deviation;  ///< sqrt(E[F^2] - E[F]^2)
};

/// Moments of F = sqrt(J) under p(J | I) ~ exp(-(I - J)^2 / 2 sigma^2) p(J), J >= 0, where Wilson's
/// prior is p(J) ~ exp(-J/S) for acentric and J^(-1/2) exp(-J/2S) for centric reflections, S the
/// expected intensity epsilon <I/epsilon>. sigma > 0, S > 0.
/// French, S. & Wilson, K. (1978). Acta Cryst. A34, 517-525, eqs. 6-9 and 16-19; the integrals are
/// done by quadrature instead of the paper's tables.
PosteriorAmplitude posterior_amplitude(double intensity, double sigma, double expected,
                                       Parity parity);

}  // namespace polyform::crystal

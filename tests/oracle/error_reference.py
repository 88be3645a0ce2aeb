#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
"""Reference numbers for ML_EST, ML_APR and weighted least squares (Debian: python3-cctbx, python3-scipy).

    error_reference.py REFERENCE.json OUT.json

REFERENCE.json is a file of amplitude_reference.py --likelihood; its F_obs, F_model, alpha and beta
are what everything is made of. Written, for each reflection:
alpha_missing, beta_missing: cctbx's alpha_beta_calc with the atoms named in `missing`, its
    scattering factors exchanged for those of International Tables C (1992);
f_star, w_star: cctbx's minimum and second derivative of -ln p (before it divides by the largest),
    from series and one step of Newton; f_star_exact: the root by bisection (scipy's brentq);
lsq_target, lsq_slope: cctbx's least squares of the work set with weights 1/sigma^2,
    sigma = 1 + 0.02 F_obs + 3 (l modulo 5), and its own scale.
The command is written into the file.
"""
import json
import math
import os
import sys

from cctbx import crystal, miller, xray
from cctbx.array_family import flex
from cctbx.eltbx import xray_scattering
from mmtbx import max_lik
from mmtbx.max_lik import maxlik
from scipy.optimize import brentq
from scipy.special import ive

from amplitude_reference import complex_columns, rounded, spread_over_all

MISSING = dict(number=120, element="O", b=24.0, included=900, error=0.35)


class MissingAtoms(maxlik.alpha_beta_calc):
    def form_factor(self, ss):
        return xray_scattering.it1992(self.absent_atom_type).fetch().at_d_star_sq(ss)


def exact_minimum(p, centric):
    """u of -ln p's minimum: u = p I1/I0(2 p u), or u = p tanh(p u) where centric."""
    if p <= 1:
        return 0.0
    if centric:
        slope = lambda u: u - p * math.tanh(p * u)
    else:
        slope = lambda u: u - p * ive(1, 2 * p * u) / ive(0, 2 * p * u)
    return brentq(slope, 1e-7, p * (1 + 1e-12), xtol=1e-15, rtol=1e-14)


def parabolas(f_obs, f_model, given):
    found = max_lik.f_star_w_star_mu_nu(
        f_obs=f_obs.data(), f_model=flex.abs(f_model.data()), alpha=flex.double(given["alpha"]),
        beta=flex.double(given["beta"]), space_group=f_obs.space_group(), miller_indices=f_obs.indices())
    w_star, exact = [], []
    for f, alpha, beta, epsilon, centric, nu in zip(
            given["f_obs"], given["alpha"], given["beta"], given["epsilon"], given["centric"], found.nu()):
        width = math.sqrt(epsilon * beta)
        w_star.append((alpha / width)**2 * nu * (1 if centric else 2))
        exact.append(width / alpha * exact_minimum(f / width, centric))
    return dict(f_star=rounded(found.f_star()), w_star=rounded(w_star), f_star_exact=rounded(exact, 12))


def least_squares(f_obs, f_model, given):
    sigma = [1 + 0.02 * f + 3 * (h[2] % 5) for f, h in zip(given["f_obs"], given["hkl"])]
    flags = f_obs.array(data=flex.bool([t == 1 for t in given["test"]]))
    found = xray.target_functors.least_squares(
        compute_scale_using_all_data=False, f_obs=f_obs, r_free_flags=flags,
        weights=flex.double([1 / s**2 for s in sigma]), scale_factor=0,
    )(f_calc=f_model, compute_gradients=True)
    slopes = spread_over_all(found.gradients_work(), [t != 1 for t in given["test"]])
    return dict(lsq_target=found.target_work(), **complex_columns("lsq_slope", slopes))


def main():
    given = json.load(open(sys.argv[1]))
    symmetry = crystal.symmetry(unit_cell=given["unit_cell"], space_group_symbol=given["space_group"])
    indices = miller.set(symmetry, flex.miller_index([tuple(h) for h in given["hkl"]]), False)
    f_obs = indices.array(data=flex.double(given["f_obs"])).set_observation_type_xray_amplitude()
    f_model = indices.array(data=flex.complex_double(flex.double(given["f_model_re"]),
                                                     flex.double(given["f_model_im"])))
    alpha, beta = MissingAtoms(
        f=f_obs, n_atoms_absent=MISSING["number"], n_atoms_included=MISSING["included"],
        bf_atoms_absent=MISSING["b"], final_error=MISSING["error"],
        absent_atom_type=MISSING["element"]).alpha_beta()
    out = dict(command="error_reference.py " + " ".join(os.path.basename(a) for a in sys.argv[1:3]),
               missing=MISSING, alpha_missing=rounded(alpha.data()), beta_missing=rounded(beta.data()))
    out.update(parabolas(f_obs, f_model, given))
    out.update(least_squares(f_obs, f_model, given))
    with open(sys.argv[2], "w") as file:
        file.write("{\n" + ",\n".join('"%s": %s' % (key, json.dumps(value, separators=(",", ":")))
                                      for key, value in out.items()) + "\n}\n")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
"""Reference numbers for the targets of amplitudes, from cctbx (Debian: python3-cctbx, python3-gemmi).

    amplitude_reference.py MODEL.pdb DATA.mtz OUT.json [--work-step N] [--test-step N] [--likelihood]

The model without hydrogens gives F_calc and F_mask (cctbx's defaults), update_all_scales gives
F_model. Every N-th work and test reflection is kept, then scaled anew and written: indices, F_obs,
test flag, epsilon (without centring), parity, F_calc, F_mask, and cctbx's R. With
--likelihood also F_model and what cctbx makes of it: alpha and beta of test shells (each solved
alone, so that cctbx does not smooth them), alpha and beta of every reflection, the ML target by
reflection and its mean over the work set, dT/dF_model, the figure of merit, and the target
ls_wunit_k1 with its slopes. The command is written into the file.
"""
import argparse
import json
import os
import tempfile

import gemmi
import iotbx.pdb
import mmtbx.f_model
from cctbx import xray
from cctbx.array_family import flex
from iotbx import reflection_file_reader
from libtbx.utils import null_out
from mmtbx import max_lik
from mmtbx.max_lik import maxlik

N_SHELLS = 4


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--work-step", type=int, default=1)
    parser.add_argument("--test-step", type=int, default=1)
    parser.add_argument("--likelihood", action="store_true")
    return parser.parse_args()


def structure(path, symmetry):
    model = gemmi.read_structure(path)
    model.remove_hydrogens()
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, "model.pdb")
        model.write_pdb(name)
        return iotbx.pdb.input(file_name=name).xray_structure_simple(crystal_symmetry=symmetry)


def observations(path):
    arrays = reflection_file_reader.any_reflection_file(path).as_miller_arrays()
    f_obs = next(a for a in arrays if a.is_xray_amplitude_array() and a.sigmas() is not None)
    free = next(a for a in arrays if "FREE" in a.info().label_string().upper())
    f_obs = f_obs.map_to_asu()
    f_obs, free = f_obs.select(f_obs.data() > 0).common_sets(free.map_to_asu())
    values = list(free.data())
    test = min(set(values), key=values.count) if len(set(values)) == 2 else 0
    return f_obs, free.array(data=free.data() == test)


def thinned(flags, work_step, test_step):
    keep, seen = [], {True: 0, False: 0}
    for test in flags.data():
        keep.append(seen[test] % (test_step if test else work_step) == 0)
        seen[test] += 1
    return flex.bool(keep)


def rounded(values, digits=9):
    return [float("%.*g" % (digits, v)) for v in values]


def complex_columns(name, values):
    return {name + "_re": rounded([v.real for v in values]),
            name + "_im": rounded([v.imag for v in values])}


def scaling_columns(fmodel):
    f_obs = fmodel.f_obs()
    out = dict(
        unit_cell=rounded(f_obs.unit_cell().parameters()),
        space_group=f_obs.space_group_info().type().lookup_symbol(),
        r_work=fmodel.r_work(), r_free=fmodel.r_free(),
        hkl=[list(h) for h in f_obs.indices()], f_obs=rounded(f_obs.data()),
        test=[int(t) for t in fmodel.r_free_flags().data()],
        epsilon=[int(e) for e in fmodel.epsilons],
        centric=[int(c) for c in f_obs.centric_flags().data()])
    out.update(complex_columns("f_calc", fmodel.f_calc().data()))
    out.update(complex_columns("f_mask", fmodel.f_masks()[0].data()))
    return out


def shells_of_test_set(fmodel, f_model):
    """alpha and beta of N_SHELLS shells of the test set, low resolution first."""
    f_obs = fmodel.f_obs()
    d_star_sq = f_obs.d_star_sq().data()
    test = [i for i, t in enumerate(fmodel.r_free_flags().data()) if t]
    test.sort(key=lambda i: d_star_sq[i])
    shells = []
    for k in range(N_SHELLS):
        chosen = flex.size_t(test[k * len(test) // N_SHELLS:(k + 1) * len(test) // N_SHELLS])
        part = f_obs.select(chosen)
        solved = max_lik.alpha_beta_est(
            fo_test=[part.data()], fm_test=[flex.abs(f_model.data()).select(chosen)],
            indices=[part.indices()], epsilons=[fmodel.epsilons.select(chosen)],
            space_group=part.space_group())
        shells.append(dict(reflections=list(chosen), alpha=solved.alpha()[0], beta=solved.beta()[0]))
    return shells


def spread_over_all(values, is_work):
    values = iter(values)
    return [next(values) if w else 0 for w in is_work]


def likelihood_columns(fmodel):
    f_obs, flags = fmodel.f_obs(), fmodel.r_free_flags()
    f_model = f_obs.array(data=fmodel.f_model().data())
    estimate = maxlik.alpha_beta_est_manager(
        f_obs=f_obs, f_calc=f_model, free_reflections_per_bin=140, flags=flags.data(),
        interpolation=True, epsilons=fmodel.epsilons)
    alpha, beta = estimate.alpha_beta()
    ml = xray.target_functors.max_like(
        f_obs=f_obs, r_free_flags=flags, experimental_phases=None, alpha_beta=(alpha, beta),
        scale_factor=1.0, epsilons=fmodel.epsilons, spacialization="f", integration_step_size=5.0,
    )(f_calc=f_model, compute_gradients=True)
    least_squares = xray.target_functors.least_squares(
        compute_scale_using_all_data=False, f_obs=f_obs, r_free_flags=flags,
        weights=flex.double(f_obs.size(), 1.0), scale_factor=0,
    )(f_calc=f_model, compute_gradients=True)
    fom = max_lik.fom_and_phase_error(
        f_obs=f_obs.data(), f_model=abs(f_model).data(), alpha=alpha.data(), beta=beta.data(),
        epsilons=fmodel.epsilons, centric_flags=f_obs.centric_flags().data()).fom()
    is_work = [not t for t in flags.data()]
    out = dict(
        shells=shells_of_test_set(fmodel, f_model),
        alpha=rounded(alpha.data()), beta=rounded(beta.data()), fom=rounded(fom),
        ml_target=ml.target_work(), ml_by_reflection=rounded(ml.target_per_reflection()),
        lsq_target=least_squares.target_work())
    out.update(complex_columns("f_model", f_model.data()))
    out.update(complex_columns("ml_slope", spread_over_all(ml.gradients_work(), is_work)))
    out.update(complex_columns("lsq_slope", spread_over_all(least_squares.gradients_work(), is_work)))
    return out


def main():
    args = arguments()
    f_obs, flags = observations(args.data)
    atoms = structure(args.model, f_obs.crystal_symmetry())
    keep = thinned(flags, args.work_step, args.test_step)
    fmodel = mmtbx.f_model.manager(
        f_obs=f_obs.select(keep), r_free_flags=flags.select(keep), xray_structure=atoms)
    fmodel.update_all_scales(log=null_out(), remove_outliers=False)
    steps = " --work-step %d --test-step %d" % (args.work_step, args.test_step)
    out = dict(command="amplitude_reference.py %s %s %s%s%s" % (
        args.model.split("/")[-2] + "/model.pdb", args.data.split("/")[-2] + "/data.mtz",
        os.path.basename(args.out), steps, " --likelihood" if args.likelihood else ""))
    out.update(scaling_columns(fmodel))
    if args.likelihood:
        out.update(likelihood_columns(fmodel))
    with open(args.out, "w") as file:
        file.write("{\n" + ",\n".join('"%s": %s' % (key, json.dumps(value, separators=(",", ":")))
                                      for key, value in out.items()) + "\n}\n")


if __name__ == "__main__":
    main()

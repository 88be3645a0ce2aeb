#!/usr/bin/python3
# SPDX-License-Identifier: MPL-2.0
"""Reference numbers for density at atoms, from cctbx (Debian: python3-cctbx, python3-gemmi).

    real_space_reference.py MODEL DATA.mtz LABELS OUT.json [--step N]

LABELS: amplitude and phase, e.g. FWT,PHWT. Every N-th atom of the model, its place moved by 0.3 A so
that slopes are not small, with the exact Fourier sum over the map coefficients expanded to P1 by
cctbx: rho(x) = 1/V sum F(h) exp(-2 pi i h.x) [per A^3], and its Cartesian gradient. The command is
written into the file.
"""
import argparse
import json
import math

import gemmi
from cctbx.array_family import flex
from iotbx import reflection_file_reader


def main():
    parser = argparse.ArgumentParser()
    for name in ("model", "data", "labels", "out"):
        parser.add_argument(name)
    parser.add_argument("--step", type=int, default=40)
    given = parser.parse_args()
    arrays = reflection_file_reader.any_reflection_file(given.data).as_miller_arrays()
    wanted = given.labels.split(",")
    coefficients = [a for a in arrays if a.info().labels == wanted][0]
    cell = coefficients.unit_cell()
    full = coefficients.expand_to_p1()
    factor = (1 if full.anomalous_flag() else 2) / cell.volume()
    a, b = flex.real(full.data()), flex.imag(full.data())
    h = [flex.double([index[k] for index in full.indices()]) for k in range(3)]
    fractionalise = cell.fractionalization_matrix()
    structure = gemmi.read_structure(given.model)
    atoms = []
    for number, site in enumerate(structure[0].all()):
        if number % given.step:
            continue
        xyz = [site.atom.pos.x + 0.2, site.atom.pos.y - 0.15, site.atom.pos.z + 0.16]
        x = cell.fractionalize(xyz)
        turn = 2 * math.pi * (h[0] * x[0] + h[1] * x[1] + h[2] * x[2])
        cosine, sine = flex.cos(turn), flex.sin(turn)
        density = factor * flex.sum(a * cosine + b * sine)
        slope = 2 * math.pi * factor * (b * cosine - a * sine)
        fractional = [flex.sum(slope * h[k]) for k in range(3)]
        gradient = [sum(fractional[k] * fractionalise[3 * k + j] for k in range(3)) for j in range(3)]
        atoms.append({"xyz": [round(v, 4) for v in xyz], "rho": density, "gradient": gradient})
    command = "real_space_reference.py %s %s %s %s --step %d" % (
        given.model, given.data, given.labels, given.out, given.step)
    with open(given.out, "w") as out:
        json.dump({"command": command, "cctbx": "2022.9", "atoms": atoms}, out, indent=1)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MPL-2.0
"""A start model for tests: hydrogens off, B isotropic, every atom moved at random.

start_model.py MODEL OUT.pdb RMS SEED: isotropic Gaussian shifts whose three-dimensional r.m.s. is
RMS [A], by numpy's default generator. Needs python3-gemmi and python3-numpy.
"""
import sys

import gemmi
import numpy


def start_model(model, out, rms, seed):
    structure = gemmi.read_structure(str(model))
    structure.remove_hydrogens()
    generator = numpy.random.default_rng(seed)
    for place in structure[0].all():
        shift = generator.normal(0, rms / 3**0.5, 3)
        atom = place.atom
        atom.pos = gemmi.Position(*(numpy.array(atom.pos.tolist()) + shift))
        atom.aniso = gemmi.SMat33f(0, 0, 0, 0, 0, 0)
    structure.write_pdb(str(out))


if __name__ == '__main__':
    start_model(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))

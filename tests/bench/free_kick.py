# SPDX-License-Identifier: MPL-2.0
"""Compares ML_FK, which needs no test set, with ML from the same kicked starts: errors, R-free and phases.

free_kick.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--write] [CASE]...

Both hold the same test set out of refinement. Phases of F_model are held against those of the deposited model with
Polyform's own solvent and scales: mean absolute difference over all reflections, and weighted by F_obs. Writes the
table of docs/methods/likelihood.md; one JSON line a run on standard output. Needs gemmi and numpy for Python.
"""
import json
import math

import gemmi
import numpy

from real_cases import AS_IT_STANDS, ROOT, arguments, files, publish, refine, start_of

CASES = ['gb1_5bmi', 'lr_4gif', 'mdm2_4hg7', 't4l_6pgy']


def columns(mtz, labels):
    """By h, k, l: the values of the columns."""
    mtz = gemmi.read_mtz_file(str(mtz))
    rows = numpy.array(mtz, copy=False)
    at = [mtz.column_labels().index(label) for label in labels]
    return {tuple(int(h) for h in row[:3]): row[at] for row in rows}


def phase_differences(mtz, reference):
    """Mean absolute phase difference [degrees], plain and weighted by F_obs."""
    ours = columns(mtz, ['FP', 'PHIC_ALL'])
    theirs = columns(reference, ['PHIC_ALL'])
    f, difference = numpy.array([(f, (phase - theirs[hkl][0] + 180) % 360 - 180)
                                 for hkl, (f, phase) in ours.items() if math.isfinite(f)]).T
    return numpy.abs(difference).mean(), (f * numpy.abs(difference)).sum() / f.sum()


def measure(given, case, target):
    work = given.work / ('free_kick_%s_%s' % (case, target))
    found = refine(given, case, start_of(given, case), work, ['target=' + target])['forms'][0]
    end = found['at_end']
    return {'case': case, 'target': target, 'fom': end['fom'], 'r_work': found['final']['r_work'],
            'r_free': found['final']['r_free'], 'n_test': found['n_test'],
            'radius': [found['at_start']['free_kick'], end['free_kick']],
            'phases': phase_differences(work / found['mtz'], given.work / ('free_kick_%s' % case) / 'model.mtz')}


def main():
    given = arguments(CASES)
    rows = []
    for case in given.cases:
        refine(given, case, files(given, case)[0], given.work / ('free_kick_' + case), AS_IT_STANDS)
        ml, fk = (measure(given, case, target) for target in ('ML', 'ML_FK'))
        for one in (ml, fk):
            print(json.dumps(one), flush=True)
        rows.append('| %s | %.2f, %.2f | %.2f to %.2f | %.4f, %.4f | %.1f, %.1f | %.1f, %.1f |'
                    % (case, ml['fom'], fk['fom'], *fk['radius'], ml['r_free'], fk['r_free'],
                       *ml['phases'], *fk['phases']))
    publish(given, 'free kick', '| | FOM, ML and ML_FK | radius, start to end [Å] | R-free, ML and ML_FK | Δφ, ML [°] | '
            'Δφ, ML_FK [°] |\n|---|---|---|---|---|---|', rows, ROOT / 'docs' / 'methods' / 'likelihood.md')


if __name__ == '__main__':
    main()

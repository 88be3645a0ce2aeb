# SPDX-License-Identifier: MPL-2.0
"""R of the shared models as they stand, beside an independent program's: a table of docs/guide/results.md.

as_deposited.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--write] [CASE]...

No cycles, no hydrogens, U kept. The other figure is the column `judged` of the shared MANIFEST.tsv (cctbx; French and
Wilson's amplitudes, flat solvent, anisotropic scale), or `R_computed` where a case has no test set. One JSON line a case.
A case agrees when R-work differs by at most 0.010 and R-free by at most its counting error, R / sqrt(2 n_test).
"""
import csv
import json
import math

from real_cases import AS_IT_STANDS, arguments, publish, refine

HEAD = ('| case | d_min [A] | work, test | R-work/R-free | cctbx | R-work differs | R-free differs (counting error) '
        '| agrees |\n|---|---|---|---|---|---|---|---|')


def manifest(shared):
    with open(shared / 'data' / 'MANIFEST.tsv') as lines:
        return {row['case']: row for row in csv.DictReader(lines, delimiter='\t')}


def witness(row):
    """(R-work, R-free) of the manifest; None for what it does not have."""
    text = row['judged'] if row['judged'] != '-' else row['R_computed']
    return [None if value == 'None' else float(value) for value in text.split('/')]


def without_test_set(row):
    """Settings for data without a flag, and for a flag that marks nothing."""
    if row['free_flag'] == 'none':
        return ['target=LSQ']
    return ['forms.make_free=5'] if '(0 free)' in row['free_flag'] else []


def measure(given, case, row):
    settings = AS_IT_STANDS + without_test_set(row)
    form = refine(given, case, given.shared / 'data' / case / 'model.pdb', given.work / (case + '_as_is'), settings)['forms'][0]
    work, free = witness(row)
    m = {'case': case, 'd_min': form['d_min'], 'n_work': form['n_work'], 'n_test': form['n_test'],
         'r': form['start'], 'witness': [work, free], 'work_differs': form['start']['r_work'] - work}
    m['agrees'] = abs(m['work_differs']) <= 0.010
    if free is not None:
        m['free_differs'] = form['start']['r_free'] - free
        m['counting_error'] = free / math.sqrt(2 * form['n_test'])
        m['agrees'] = m['agrees'] and abs(m['free_differs']) <= m['counting_error']
    return m


def pair(work, free):
    return '%.4f / %s' % (work, '-' if free is None else '%.4f' % free)


def row(m):
    free = '%+.4f (%.4f)' % (m['free_differs'], m['counting_error']) if 'free_differs' in m else '-'
    return '| %s | %.2f | %d, %d | %s | %s | %+.4f | %s | %s |' % (
        m['case'], m['d_min'], m['n_work'], m['n_test'], pair(m['r']['r_work'], m['r'].get('r_free')), pair(*m['witness']),
        m['work_differs'], free, 'yes' if m['agrees'] else 'no')


def main():
    given = arguments([])
    cases = manifest(given.shared)
    measured = []
    for case in given.cases or cases:
        measured.append(measure(given, case, cases[case]))
        print(json.dumps(measured[-1]), flush=True)
    publish(given, 'as they stand', HEAD, [row(m) for m in measured])


if __name__ == '__main__':
    main()

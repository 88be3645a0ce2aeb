# SPDX-License-Identifier: MPL-2.0
"""Refines a crystal with several copies in the asymmetric unit without NCS, with restraints and with constraints, over
disjoint test sets, and writes the table of docs/guide/results.md.

ncs.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--sets 5] [--write] [CASE]...

Test sets and starts as in joint.py. One JSON line a run; differences of R-free from that without NCS are taken in
pairs, set by set, with the standard error of their mean.
"""
import argparse
import statistics

from joint import deal, job_of, mean_and_error, refine_job
from real_cases import arguments, files, publish

CHAINS = {'p1_2oeq': 'ABCD'}
# Main chain and CB of the part that superposes in the deposited model: the rest, and the ends of side chains, differ.
CORE = {'p1_2oeq': ['atoms: main_chain or name CB',
                    'exclude: residues A 3-14 or residues A 48-79 or residues A 109-115']}
SUPERPOSED = ['name: all', 'force: 5', 'b_force: 0.004']
VARIANTS = {
    'none': None,
    'superposed': SUPERPOSED,
    'superposed, lets go at 0.5 Å': SUPERPOSED + ['let_go: 0.5'],
    'distances to 4.2 Å, let go at 0.5 Å': ['name: all', 'local: 4.2', 'force: 10', 'b_force: 0.02', 'let_go: 0.5'],
    'exact': SUPERPOSED + ['exact: true'],
    'superposed core': SUPERPOSED + ['CORE'],
    'exact core': SUPERPOSED + ['exact: true', 'CORE'],
    'exact core, B as well': SUPERPOSED + ['exact: true', 'b: absolute', 'CORE'],
}
HEAD = ('| case | NCS | R-work / R-free, gap | r.m.s. Z of bonds | copies [Å] | change of R-free |\n'
        '|---|---|---|---|---|---|')


def rows_of(given, case):
    deal(files(given, case)[1], given.work / (case + '.mtz'))
    runs = {}
    for held_out in range(given.sets):
        for number, (variant, group) in enumerate(VARIANTS.items()):
            lines = [line for each in group or [] for line in (CORE[case] if each == 'CORE' else [each])]
            text = job_of(given, {case: CHAINS[case]}, held_out, list(given.option), [lines] if group else [])
            if group is None:
                text = text[:text.index('ncs:')]
            name = '%s_ncs%d_%d' % (case, number, held_out)
            found = refine_job(given, name, text)
            runs.setdefault(variant, []).append(found[case])
    rows = []
    for variant, all_sets in runs.items():
        mean = lambda what: statistics.mean(run[what] for run in all_sets)
        gain, error = mean_and_error([run['r_free'] - plain['r_free'] for run, plain in zip(all_sets, runs['none'])])
        apart = [run['ncs'] for run in all_sets if run['ncs'] is not None]
        rows.append('| %s | %s | %.4f / %.4f, %.4f | %.2f | %s | %s |' % (
            case, variant, mean('r_work'), mean('r_free'), mean('r_free') - mean('r_work'), mean('z'),
            '%.3f' % statistics.mean(apart) if apart else '-',
            '%+.4f ± %.4f' % (gain, error) if variant != 'none' else ''))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sets', type=int, default=5)
    parser.add_argument('--option', action='append', default=[], help='more lines of the job file')
    given = arguments(list(CHAINS), parser)
    for case in given.cases:
        publish(given, 'NCS of ' + case, HEAD, rows_of(given, case))


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: MPL-2.0
"""Refines crystal forms of one protein alone and jointly, over disjoint test sets, and writes the tables of
docs/guide/results.md.

joint.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--sets 5] [--write] [PAIR]...

Every form's reflections are dealt anew into parts of 5 % (seeded, by h, k, l alone); set k of all forms is held out
together. From the same kicked starts (0.3 A r.m.s., seed 1) each form is refined alone and all jointly; differences of
R are taken in pairs, set by set, and given with the standard error of their mean. One JSON line a run. With --write the
table of a pair replaces the one of docs/guide/results.md that bears its name.
"""
import argparse
import json
import math
import random
import shutil
import statistics

import gemmi
import numpy

from real_cases import LIGANDS, arguments, files, publish, run_polyform, start_of

# Forms of a job, with the chains that are copies.
JOBS = {'GB1': {'gb1_5bmh': 'A', 'gb1_5bmi': 'A'},
        'GB1, three forms': {'gb1_5bmh': 'A', 'gb1_5bmi': 'A', 'gb1_3v3x': 'ABCD'},
        'T4 lysozyme': {'t4l_6pgy': 'A', 't4l_6pgz': 'AB'}}
# gb1_3v3x is a mutant that swaps its first strand with a neighbour.
EXCLUDED = {'GB1, three forms': ['exclude: residues * 1-12']}
PARTS = 20


def part_of(h, k, l):
    """The part of the data a reflection is in, 0 to PARTS - 1."""
    return random.Random('%d %d %d' % (h, k, l)).randrange(PARTS)


def deal(source, target):
    """Copies an MTZ with the column PART: the part each reflection is in."""
    mtz = gemmi.read_mtz_file(str(source))
    old = numpy.array(mtz, copy=True)
    mtz.add_column('PART', 'I')
    parts = numpy.array([[part_of(*map(int, row[:3]))] for row in old], dtype=numpy.float32)
    mtz.set_data(numpy.hstack([old, parts]))
    mtz.write_to_file(str(target))


def labels_of(given, case):
    """F or I and its sigma, as the program chooses them, with the column of parts."""
    mtz = gemmi.read_mtz_file(str(files(given, case)[1]))
    have = mtz.column_labels()
    for pair in (('IMEAN', 'SIGIMEAN'), ('FP', 'SIGFP'), ('F', 'SIGF'), ('FOBS', 'SIGFOBS'), ('I-obs', 'SIGI-obs')):
        if pair[0] in have:
            return ','.join(pair + ('PART',))
    raise SystemExit('%s: which columns are the data? %s' % (case, have))


def job_of(given, forms, held_out, options, groups):
    """The text of a job file of these forms."""
    lines = ['forms:']
    for case in forms:
        lines += ['  - name: ' + case, '    model: %s' % start_of(given, case),
                  '    data: %s' % (given.work / (case + '.mtz')), '    labels: ' + labels_of(given, case),
                  '    free_value: %d' % held_out]
    ligands = {name for case in forms for name in LIGANDS.get(case, [])}
    if ligands:
        lines += ['dictionary:', '  ligands: [%s]' % ', '.join(
            str(given.shared / 'data' / (name + '_restraints.cif')) for name in sorted(ligands))]
    lines += options
    if len(forms) > 1 or len(next(iter(forms.values()))) > 1:
        lines += ['ncs:', '  groups:']
        for group in groups:
            lines += ['    - ' + group[0]] + ['      ' + line for line in group[1:]] + ['      copies:']
            for case, chains in forms.items():
                for chain in chains:
                    lines += ['        - name: %s_%s' % (case, chain), '          form: ' + case,
                              '          atoms: chain ' + chain]
    return '\n'.join(lines) + '\n'


def refine_job(given, name, text):
    job, out = given.work / (name + '.yaml'), given.work / name
    job.write_text(text)
    shutil.rmtree(out, ignore_errors=True)
    run_polyform(given, ['refine', str(job), '--out', str(out)])
    summary = json.loads((out / 'summary.json').read_text())
    copies = [round(group['rms'], 3) for group in summary['ncs']]
    found = {form['name']: {'r_work': form['final']['r_work'], 'r_free': form['final']['r_free'],
                            'z': form['rmsz']['bond'], 'ncs': copies[0] if copies else None}
             for form in summary['forms']}
    print(json.dumps({'run': name, 'seconds': summary['seconds'], 'forms': found}), flush=True)
    return found


def mean_and_error(values):
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return statistics.mean(values), error


def compare(given, name, groups, options=()):
    """Rows of a table: each form of a job alone and jointly."""
    forms = JOBS[name]
    tag = name.replace(' ', '_').replace(',', '')
    for case in forms:
        deal(files(given, case)[1], given.work / (case + '.mtz'))
    alone = {case: [] for case in forms}
    joint = {case: [] for case in forms}
    for held_out in range(given.sets):
        for case, chains in forms.items():
            single = given.work / ('%s_alone_%d' % (case, held_out))
            if not (given.reuse and (single / 'summary.json').exists()):
                refine_job(given, single.name, job_of(given, {case: chains[:1]}, held_out, list(options), []))
            form = json.loads((single / 'summary.json').read_text())['forms'][0]
            alone[case].append({'r_work': form['final']['r_work'], 'r_free': form['final']['r_free'],
                                'z': form['rmsz']['bond']})
        found = refine_job(given, '%s_joint_%d' % (tag, held_out), job_of(given, forms, held_out, list(options), groups))
        for case in forms:
            joint[case].append(found[case])
    rows = []
    for case in forms:
        mean = lambda runs, what: statistics.mean(run[what] for run in runs)
        gain, error = mean_and_error([j['r_free'] - a['r_free'] for a, j in zip(alone[case], joint[case])])
        pair = lambda runs: '%.4f / %.4f, %.4f | %.2f' % (mean(runs, 'r_work'), mean(runs, 'r_free'),
                                                        mean(runs, 'r_free') - mean(runs, 'r_work'), mean(runs, 'z'))
        rows.append('| %s | %s | %s | %s | %+.4f ± %.4f |' % (name, case, pair(alone[case]), pair(joint[case]), gain, error))
    return rows


GROUPS = [['name: all', 'local: 4.2', 'force: 10', 'b_force: 0.02', 'let_go: 0.5']]
HEAD = ('| forms | form | alone: R-work / R-free, gap | Z | jointly | Z | change of R-free |\n'
        '|---|---|---|---|---|---|---|')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sets', type=int, default=5)
    parser.add_argument('--reuse', action='store_true', help='keep runs of forms alone that are there')
    parser.add_argument('--group', action='append', help='lines of the NCS group, as "force: 20"')
    parser.add_argument('--option', action='append', default=[], help='more lines of the job file')
    given = arguments(list(JOBS), parser)
    groups = [['name: all'] + given.group] if given.group else GROUPS
    for name in given.cases:
        own = [group + EXCLUDED.get(name, []) for group in groups]
        publish(given, 'joint ' + name, HEAD, compare(given, name, own, given.option))


if __name__ == '__main__':
    main()

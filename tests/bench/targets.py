# SPDX-License-Identifier: MPL-2.0
"""Refines shared cases with every target from the same kicked start and writes tables of docs/guide/results.md.

targets.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--write] [CASE]...

Three tables: every target on CASES; what else refinement can do (runs by name); ML_EST with 25 % fewer and more
missing atoms. Starts are deposited models kicked by 0.3 A r.m.s. (start_model.py, seed 1), unless the run says
otherwise. One JSON line a run on standard output.
"""
import json

from real_cases import arguments, files, publish, refine, start_of

CASES = ['t4l_6pgy', 'gb1_5bmi', 'mdm2_4hg7', 'lr_4gif']
TARGETS = ['ML', 'ML_FK', 'ML_EST', 'ML_APR', 'LSQ', 'MAP', 'DIFF']
MAD = ['target=MAP', 'map.source=file', 'map.labels=FOBS,PHIM,FOM']
COOLING = ['kick.first=0.8', 'kick.cycles=6', 'cycles=9']
# What is shown, case, kick of the start [A r.m.s.; 0: the deposited model], settings.
RUNS = [
    ('2mFo-DFc map', 't4l_6pgy', 0.3, ['target=MAP']),
    ('ML', 't4l_6pgy', 0.3, []),
    ('2mFo-DFc map', 'p1_2oeq', 0.4, ['target=MAP']),
    ('MAD map (62.6 degrees off)', 'p1_2oeq', 0.4, MAD),
    ('difference map', 'p1_2oeq', 0.4, ['target=DIFF']),
    ('ML', 'p1_2oeq', 0.4, []),
    ('one kick of 0.8 A', 'p53_1aie', 0, ['kick.first=0.8', 'kick.cycles=1']),
    ('fast cooling, kicks from 0.8 to 0 A', 'p53_1aie', 0, COOLING),
    ('one kick of 0.8 A', 't4l_6pgy', 0, ['kick.first=0.8', 'kick.cycles=1']),
    ('fast cooling, kicks from 0.8 to 0 A', 't4l_6pgy', 0, COOLING),
    ('B of each atom', 'lr_4gif', 0.3, []),
    ('one B a residue', 'lr_4gif', 0.3, ['b_factors.define=RESIDUE']),
    ('soft groups, residues', 'lr_4gif', 0.3, ['b_factors.define=RESIDUE', 'b_factors.group=0.01']),
    ('occupancies of conformers', 't4l_6pgy', 0.3, ['occupancies.steps=10']),
    ('occupancies of conformers', 'p53_1aie', 0.3, ['occupancies.steps=10']),
]


def pair(r):
    return '%.4f / %.4f' % (r['r_work'], r['r_free'])


def measure(given, case, tag, model, settings):
    settings = [s for s in settings]
    if 'map.source=file' in settings:
        settings.append('map.file=%s' % files(given, case)[1])
    summary = refine(given, case, model, given.work / (case + '_' + tag), settings)
    form = summary['forms'][0]
    found = {'case': case, 'settings': settings, 'start': form['start'], 'end': form['final'], 'rmsz': form['rmsz'],
             'evaluations': summary['evaluations'], 'seconds': summary['seconds'], 'ranks': summary['ranks']}
    print(json.dumps({key: found[key] for key in ('case', 'settings', 'evaluations', 'seconds')} |
                     {'start': pair(found['start']), 'end': pair(found['end'])}), flush=True)
    return found


def figures(m):
    return '%s | %.2f, %.2f | %d | %.1f |' % (pair(m['end']), m['rmsz']['bond'], m['rmsz']['angle'],
                                             m['evaluations'], m['seconds'])


HEAD = 'R-work / R-free | r.m.s.Z bond, angle | evaluations | seconds |'


def main():
    given = arguments(CASES)
    rows = []
    for case in given.cases:
        start = start_of(given, case)
        for target in TARGETS:
            m = measure(given, case, target, start, ['target=' + target])
            rows.append('| %s | %s | %s' % (case, target, figures(m)))
    publish(given, 'targets', '| case | target | %s\n|---|---|---|---|---|---|' % HEAD, rows)

    rows = []
    for number, (name, case, kick, settings) in enumerate(RUNS):
        model = start_of(given, case, kick) if kick else files(given, case)[0]
        m = measure(given, case, 'run%d' % number, model, settings)
        rows.append('| %s | %s | %s | %s' % (case, name, pair(m['start']), figures(m)))
    publish(given, 'ways', '| case | what | start, R-work / R-free | %s\n|---|---|---|---|---|---|---|' % HEAD, rows)

    rows = []
    for case in given.cases:
        start = start_of(given, case)
        found = [measure(given, case, 'missing%d' % n, start, ['target=ML_EST', 'missing_atoms.number=%d' % n])
                 for n in (75, 100, 125)]
        rows.append('| %s | %s |' % (case, ' | '.join(pair(m['end']) for m in found)))
    publish(given, 'missing atoms', '| case | 75 | 100 | 125 |\n|---|---|---|---|', rows)


if __name__ == '__main__':
    main()

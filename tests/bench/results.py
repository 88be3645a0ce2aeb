# SPDX-License-Identifier: MPL-2.0
"""Refines 1CBS and the shared cases from kicked starts and writes the table of docs/guide/results.md.

results.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--write]
           [--set key=value]... [CASE]...

For each case: R of the deposited model as it stands (no cycles, hydrogens left out), then a
refinement with plain defaults from the model kicked by 0.3 A r.m.s. (start_model.py, seed 1). One
JSON line a case; with --write the table goes between the markers of docs/guide/results.md.
"""
import argparse
import json

from real_cases import AS_IT_STANDS, arguments, files, publish, refine, start_of

CASES = ['1cbs', 'p53_1aie', 't4l_6pgy', 'gb1_5bmh', 'mdm2_4hg7', 'nsf_1nsf', 'lr_5c11', 'lr_4gif', 'glyco_4iid']
HEAD = ('| case | R-work/R-free as deposited | start | end | end - deposited (free) | peer, best cycle (free) '
        '| bond r.m.s.d. [A], r.m.s.Z | angle r.m.s.d. [deg], r.m.s.Z | evaluations | seconds | ranks |\n'
        '|---|---|---|---|---|---|---|---|---|---|---|')


def peer_best(shared, case):
    """Lowest R-free of any cycle of the peer's run from the same start, and its cycle."""
    for line in (shared / 'data' / 'PEERS.tsv').read_text().splitlines():
        field = line.split('\t')
        if field[0] == case and field[1] == 'kick':
            cycles = [c.split('/') for c in field[4].split() if c.count('/') == 1]
            frees = [float(c[1]) for c in cycles if c[1].startswith('0.')]
            return min(frees) if frees else None
    return None


def measure(given, case):
    model = files(given, case)[0]
    start = start_of(given, case)
    as_is = refine(given, case, model, given.work / (case + '_as_is'), AS_IT_STANDS)
    refined = refine(given, case, start, given.work / case, given.settings)
    form = refined['forms'][0]
    return {'case': case, 'deposited': as_is['forms'][0]['start'], 'start': form['start'], 'end': form['final'],
            'peer_free': peer_best(given.shared, case), 'rmsd': form['rmsd'], 'rmsz': form['rmsz'],
            'evaluations': refined['evaluations'], 'seconds': refined['seconds'], 'ranks': refined['ranks']}


def pair(r):
    return '%.4f / %.4f' % (r['r_work'], r['r_free'])


def row(m):
    return '| %s | %s | %s | %s | %+.4f | %s | %.4f, %.2f | %.2f, %.2f | %d | %.1f | %d |' % (
        m['case'], pair(m['deposited']), pair(m['start']), pair(m['end']), m['end']['r_free'] - m['deposited']['r_free'],
        '%.4f' % m['peer_free'] if m['peer_free'] else '-', m['rmsd']['bond'], m['rmsz']['bond'],
        m['rmsd']['angle'], m['rmsz']['angle'], m['evaluations'], m['seconds'], m['ranks'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--set', dest='settings', action='append', default=[])
    given = arguments(CASES, parser)
    measured = []
    for case in given.cases:
        measured.append(measure(given, case))
        print(json.dumps(measured[-1]), flush=True)
    publish(given, 'kicked starts', HEAD, [row(m) for m in measured])


if __name__ == '__main__':
    main()

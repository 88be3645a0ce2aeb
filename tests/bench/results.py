# SPDX-License-Identifier: MPL-2.0
"""Refines the shared cases from kicked starts and writes the table of docs/guide/results.md.

results.py [--program build/polyform] [--shared ../shared] [--work DIR] [--ranks 2] [--write]
           [--set key=value]... [CASE]...

For each case: R of the deposited model as it stands (no cycles, hydrogens left out), then a
refinement with plain defaults from the model kicked by 0.3 A r.m.s. (start_model.py, seed 1). One
JSON line a case; with --write the table goes between the markers of docs/guide/results.md.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

from start_model import start_model

CASES = ['p53_1aie', 't4l_6pgy', 'gb1_5bmh', 'mdm2_4hg7', 'nsf_1nsf', 'lr_5c11', 'lr_4gif', 'glyco_4iid']
LIGANDS = {'t4l_6pgy': ['MTN'], 't4l_6pgz': ['MTN'], 'gb1_5bmh': ['MTN'], 'gb1_5bmi': ['MTN'],
           'gb1_3v3x': ['MTN'], 'mdm2_4hg7': ['NUT'], 'lr_5c11': ['4WQ']}
ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAD = ('| case | R-work/R-free as deposited | start | end | end - deposited (free) | peer, best cycle (free) '
        '| bond r.m.s.d. [A], r.m.s.Z | angle r.m.s.d. [deg], r.m.s.Z | evaluations | seconds | ranks |\n'
        '|---|---|---|---|---|---|---|---|---|---|---|')


def run(arguments, model, data, out, ligands, settings):
    shutil.rmtree(out, ignore_errors=True)
    command = ['mpirun', '--oversubscribe', '--bind-to', 'none', '-np', str(arguments.ranks),
               str(arguments.program), 'refine', str(model), str(data), '--out', str(out)]
    for name in ligands:
        command += ['--ligand', str(arguments.shared / 'data' / (name + '_restraints.cif'))]
    for setting in settings:
        command += ['--set', setting]
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1')
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        sys.exit('%s failed:\n%s%s' % (' '.join(command), done.stdout, done.stderr))
    return json.loads((out / 'summary.json').read_text())


def peer_best(shared, case):
    """Lowest R-free of any cycle of the peer's run from the same start, and its cycle."""
    for line in (shared / 'data' / 'PEERS.tsv').read_text().splitlines():
        field = line.split('\t')
        if field[0] == case and field[1] == 'kick':
            cycles = [c.split('/') for c in field[4].split() if c.count('/') == 1]
            frees = [float(c[1]) for c in cycles if c[1].startswith('0.')]
            return min(frees) if frees else None
    return None


def measure(arguments, case):
    folder = arguments.shared / 'data' / case
    start = arguments.work / (case + '_start.pdb')
    start_model(folder / 'model.pdb', start, 0.3, 1)
    ligands = LIGANDS.get(case, [])
    as_is = run(arguments, folder / 'model.pdb', folder / 'data.mtz', arguments.work / (case + '_as_is'),
                ligands, ['cycles=0', 'model.hydrogens=ignore', 'model.anisotropic=keep'])
    refined = run(arguments, start, folder / 'data.mtz', arguments.work / case, ligands, arguments.settings)
    form = refined['forms'][0]
    return {'case': case, 'deposited': as_is['forms'][0]['start'], 'start': form['start'], 'end': form['final'],
            'peer_free': peer_best(arguments.shared, case), 'rmsd': form['rmsd'], 'rmsz': form['rmsz'],
            'evaluations': refined['evaluations'], 'seconds': refined['seconds'], 'ranks': refined['ranks']}


def pair(r):
    return '%.4f / %.4f' % (r['r_work'], r['r_free'])


def row(m):
    return '| %s | %s | %s | %s | %+.4f | %s | %.4f, %.2f | %.2f, %.2f | %d | %.0f | %d |' % (
        m['case'], pair(m['deposited']), pair(m['start']), pair(m['end']), m['end']['r_free'] - m['deposited']['r_free'],
        '%.4f' % m['peer_free'] if m['peer_free'] else '-', m['rmsd']['bond'], m['rmsz']['bond'],
        m['rmsd']['angle'], m['rmsz']['angle'], m['evaluations'], m['seconds'], m['ranks'])


def write(rows):
    page = ROOT / 'docs' / 'guide' / 'results.md'
    begin, end = '<!-- kicked starts: begin -->', '<!-- kicked starts: end -->'
    text = page.read_text()
    before, rest = text.split(begin)
    page.write_text(before + begin + '\n' + HEAD + '\n' + '\n'.join(rows) + '\n' + end + rest.split(end)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', type=pathlib.Path, default=ROOT / 'build' / 'polyform')
    parser.add_argument('--shared', type=pathlib.Path,
                        default=pathlib.Path(os.environ.get('POLYFORM_SHARED', ROOT / '..' / 'shared')))
    parser.add_argument('--work', type=pathlib.Path, default=pathlib.Path('/tmp/polyform-results'))
    parser.add_argument('--ranks', type=int, default=2)
    parser.add_argument('--write', action='store_true')
    parser.add_argument('--set', dest='settings', action='append', default=[])
    parser.add_argument('cases', nargs='*')
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    measured = []
    for case in arguments.cases or CASES:
        measured.append(measure(arguments, case))
        print(json.dumps(measured[-1]), flush=True)
    if arguments.write:
        write([row(m) for m in measured])
    else:
        print('\n'.join([HEAD] + [row(m) for m in measured]))


if __name__ == '__main__':
    main()

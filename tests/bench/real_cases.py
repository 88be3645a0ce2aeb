# SPDX-License-Identifier: MPL-2.0
"""What the tables of docs/guide/results.md have in common: the shared crystals, runs of the program on them, and
the place of a table between its markers."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIGANDS = {'t4l_6pgy': ['MTN'], 't4l_6pgz': ['MTN'], 'gb1_5bmh': ['MTN'], 'gb1_5bmi': ['MTN'],
           'gb1_3v3x': ['MTN'], 'mdm2_4hg7': ['NUT'], 'lr_5c11': ['4WQ']}
AS_IT_STANDS = ['cycles=0', 'model.hydrogens=ignore', 'model.anisotropic=keep']


def arguments(cases, parser=None):
    """The command line of a table: --program, --shared, --work, --ranks, --write, and cases (`cases` when none are named)."""
    parser = parser or argparse.ArgumentParser()
    parser.add_argument('--program', type=pathlib.Path, default=ROOT / 'build' / 'polyform')
    parser.add_argument('--shared', type=pathlib.Path,
                        default=pathlib.Path(os.environ.get('POLYFORM_SHARED', ROOT / '..' / 'shared')))
    parser.add_argument('--work', type=pathlib.Path, default=pathlib.Path('/tmp/polyform-results'))
    parser.add_argument('--ranks', type=int, default=2)
    parser.add_argument('--write', action='store_true')
    parser.add_argument('cases', nargs='*')
    given = parser.parse_args()
    given.cases = given.cases or cases
    given.work.mkdir(parents=True, exist_ok=True)
    return given


def refine(given, case, model, out, settings):
    """The summary of `polyform refine` of a model against the data of a case."""
    shutil.rmtree(out, ignore_errors=True)
    command = ['mpirun', '--oversubscribe', '--bind-to', 'none', '-np', str(given.ranks), str(given.program),
               'refine', str(model), str(given.shared / 'data' / case / 'data.mtz'), '--out', str(out)]
    for name in LIGANDS.get(case, []):
        command += ['--ligand', str(given.shared / 'data' / (name + '_restraints.cif'))]
    for setting in settings:
        command += ['--set', setting]
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1')
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        sys.exit('%s failed:\n%s%s' % (' '.join(command), done.stdout, done.stderr))
    return json.loads((out / 'summary.json').read_text())


def publish(given, name, head, rows):
    """Prints a table, or with --write puts it between the markers `name` of docs/guide/results.md."""
    table = '\n'.join([head] + rows)
    if not given.write:
        return print(table)
    page = ROOT / 'docs' / 'guide' / 'results.md'
    begin, end = '<!-- %s: begin -->' % name, '<!-- %s: end -->' % name
    before, rest = page.read_text().split(begin)
    page.write_text(before + begin + '\n' + table + '\n' + end + rest.split(end)[1])

# SPDX-License-Identifier: MPL-2.0
"""What the tables of docs/guide/results.md have in common: the shared crystals, runs of the program on them, and
the place of a table between its markers."""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from start_model import start_model

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIGANDS = {'t4l_6pgy': ['MTN'], 't4l_6pgz': ['MTN'], 'gb1_5bmh': ['MTN'], 'gb1_5bmi': ['MTN'],
           'gb1_3v3x': ['MTN'], 'mdm2_4hg7': ['NUT'], 'lr_5c11': ['4WQ']}
EXAMPLE = (pathlib.Path('/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz'),
           pathlib.Path('/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz'))  # Debian's own
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


def files(given, case):
    """Model and data of a shared case, or of 1cbs."""
    folder = given.shared / 'data' / case
    return EXAMPLE if case == '1cbs' else (folder / 'model.pdb', folder / 'data.mtz')


def start_of(given, case, kick=0.3):
    """The deposited model of a case, kicked by so many A r.m.s. (seed 1), without hydrogens and with isotropic B."""
    start = given.work / ('%s_start_%g.pdb' % (case, kick))
    start_model(files(given, case)[0], start, kick, 1)
    return start


def polyform(given, command, case, model, flags):
    """What a command prints of a model and the data of a case."""
    for name in LIGANDS.get(case, []):
        flags = flags + ['--ligand', str(given.shared / 'data' / (name + '_restraints.cif'))]
    return run_polyform(given, [command, str(model), str(files(given, case)[1])] + flags)


def run_polyform(given, arguments):
    """What the program prints, run with these arguments on given.ranks ranks."""
    command = ['mpirun', '--oversubscribe', '--bind-to', 'none', '-np', str(given.ranks), str(given.program)] + arguments
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT='1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM='1')
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        sys.exit('%s failed:\n%s%s' % (' '.join(command), done.stdout, done.stderr))
    return done.stdout


def refine(given, case, model, out, settings):
    """The summary of `polyform refine`."""
    shutil.rmtree(out, ignore_errors=True)
    polyform(given, 'refine', case, model, ['--out', str(out)] + [word for one in settings for word in ('--set', one)])
    return json.loads((out / 'summary.json').read_text())


def bench(given, case, runs):
    """Medians of `polyform bench` of the deposited model over `runs` runs."""
    model = files(given, case)[0]
    found = [json.loads(polyform(given, 'bench', case, model, ['--set', 'model.anisotropic=isotropic'])) for _ in range(runs)]
    numbers = {key: statistics.median(f[key] for f in found)
               for key in ('fft', 'fcalc', 'gradient', 'mask', 'restraints', 'step', 'peak_mib')}
    return dict(found[0], **numbers)


def machine():
    """Processor, compiler, commit and day, in a line."""
    said = lambda *command: subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    processor = [line.split(':')[1].strip() for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines()
                 if line.startswith('model name')]
    return '%d cores of %s, g++ %s, commit %s, %s.' % (len(processor), processor[0], said('g++', '-dumpfullversion'),
                                                      said('git', 'rev-parse', '--short', 'HEAD'), time.strftime('%Y-%m-%d'))


def publish(given, name, head, rows, page=ROOT / 'docs' / 'guide' / 'results.md'):
    """Prints a table, or with --write puts it between the markers `name` of a page."""
    table = '\n'.join([head] + rows)
    if not given.write:
        return print(table)
    begin, end = '<!-- %s: begin -->' % name, '<!-- %s: end -->' % name
    before, rest = page.read_text().split(begin)
    page.write_text(before + begin + '\n' + table + '\n' + end + rest.split(end)[1])

# SPDX-License-Identifier: MPL-2.0
"""A large case: glyco_4iid in P 1, about 59,000 atoms: a table of docs/guide/performance.md.

large.py [--program build/polyform] [--shared ../shared] [--write] [RANKS]...

The deposited model, without hydrogens, is expanded by its symmetry; `polyform simulate` makes its data and kicks it; it is refined on 1 and 2
ranks (or those named) with plain defaults. One JSON line a run. Needs python3-gemmi.
"""
import json
import shutil
import string

import gemmi

from real_cases import ROOT, arguments, files, machine, publish, run_polyform

CASE = 'glyco_4iid'
HEAD = ('| ranks | atoms | reflections | R-work/R-free, start | end | evaluations | seconds | bare transform [ms] | F_calc | gradient '
        '| peak memory of a rank [MiB] |\n|---|---|---|---|---|---|---|---|---|---|---|')


def expand(model, out):
    """The model in P 1 of the same cell: a chain for each chain and operator, in mmCIF."""
    structure = gemmi.read_structure(str(model))
    structure.remove_hydrogens()
    structure.setup_entities()
    operations = list(gemmi.SpaceGroup(structure.spacegroup_hm).operations())
    names = (a + b for a in string.ascii_uppercase for b in string.ascii_uppercase)
    source = structure[0].clone()
    made = gemmi.Model('1')
    for operation in operations:
        for chain in source:
            copy = chain.clone()
            copy.name = next(names)
            for residue in copy:
                for atom in residue:
                    there = operation.apply_to_xyz(structure.cell.fractionalize(atom.pos).tolist())
                    atom.pos = structure.cell.orthogonalize(gemmi.Fractional(*there))
                    atom.aniso = gemmi.SMat33f(0, 0, 0, 0, 0, 0)
            made.add_chain(copy)
    result = gemmi.Structure()
    result.cell, result.spacegroup_hm, result.name = structure.cell, 'P 1', CASE
    result.add_model(made)
    result.setup_entities()
    result.assign_label_seq_id()
    result.make_mmcif_document().write_file(str(out))


def simulate(given, model):
    """Data of the model to the resolution of the real ones, and a kicked start."""
    out = given.work / 'p1'
    if not (out / 'p1.mtz').exists():
        d_min = gemmi.read_mtz_file(str(files(given, CASE)[1])).resolution_high()
        given.ranks = 2
        run_polyform(given, ['simulate', str(model), '--d-min', '%.3f' % d_min, '--name', 'p1', '--out', str(out)])
    start = [out / name for name in ('p1.pdb', 'p1.cif') if (out / name).exists()][0]
    return start, out / 'p1.mtz'


def measure(given, start, data, ranks):
    given.ranks = ranks
    out = given.work / ('p1_on_%d' % ranks)
    shutil.rmtree(out, ignore_errors=True)
    run_polyform(given, ['refine', str(start), str(data), '--out', str(out)])
    run = json.loads((out / 'summary.json').read_text())
    times = json.loads(run_polyform(given, ['bench', str(start), str(data)]))
    form = run['forms'][0]
    return {'ranks': ranks, 'atoms': form['n_atoms'], 'reflections': form['n_work'] + form['n_test'], 'start': form['start'], 'final': form['final'],
            'evaluations': run['evaluations'], 'seconds': run['seconds'], 'fft': times['fft'], 'fcalc': times['fcalc'],
            'gradient': times['gradient'], 'peak_mib': times['peak_mib']}


def row(m):
    return '| %d | %d | %d | %.4f / %.4f | %.4f / %.4f | %d | %.0f | %.1f | %.2f | %.2f | %.0f |' % (
        m['ranks'], m['atoms'], m['reflections'], m['start']['r_work'], m['start']['r_free'], m['final']['r_work'], m['final']['r_free'],
        m['evaluations'], m['seconds'], 1000 * m['fft'], m['fcalc'] / m['fft'], m['gradient'] / m['fft'], m['peak_mib'])


def main():
    given = arguments(['1', '2'])
    model = given.work / 'p1_model.cif'
    expand(files(given, CASE)[0], model)
    start, data = simulate(given, model)
    rows = []
    for ranks in given.cases:
        found = measure(given, start, data, int(ranks))
        print(json.dumps(found), flush=True)
        rows.append(row(found))
    publish(given, 'large', 'On ' + machine() + '\n\n' + HEAD, rows, ROOT / 'docs' / 'guide' / 'performance.md')


if __name__ == '__main__':
    main()

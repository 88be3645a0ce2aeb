# SPDX-License-Identifier: MPL-2.0
"""Parts of an evaluation beside the bare transform, and memory, on 1 and 2 ranks; what a step of a refinement takes beside the
density: tables of docs/guide/performance.md.

speed.py [--program build/polyform] [--shared ../shared] [--write] [CASE]...

Medians of five runs of `polyform bench` each. Ratios are to the bare transform (float r2c, FFTW_MEASURE, the smooth grid with
N_i >= 3 / (d_min a*_i)) timed in the same run on as many ranks. One JSON line a case and rank count. Steps are of refinements by
defaults from kicked starts on one rank: seconds of their phases (docs/reference/trace.md) over the evaluations. `--steps-only`
leaves the first table out.
"""
import argparse
import json
import statistics

from real_cases import ROOT, arguments, bench, files, machine, polyform, publish, refine, start_of

RUNS = 5
HEAD = ('| case | atoms | ranks | bare transform [ms] | F_calc | gradient | mask and F_mask | restraints | step [ms] '
        '| largest peak memory of a rank [MiB] |\n|---|---|---|---|---|---|---|---|---|---|')
PAGE = ROOT / 'docs' / 'guide' / 'performance.md'


def row(case, m):
    ratios = ' | '.join('%.2f' % (m[key] / m['fft']) for key in ('fcalc', 'gradient', 'mask', 'restraints'))
    return '| %s | %d | %d | %.1f | %s | %.1f | %.0f |' % (
        case, m['n_atoms'], m['ranks'], 1e3 * m['fft'], ratios, 1e3 * m['step'], m['peak_mib'])

BESIDE = {'target': ['target'], 'restraints and lists': ['restraints', 'contact_lists', 'ncs'],
          'parameters, gradients, hydrogens': ['parameters', 'gradients', 'hydrogens'],
          'curvature and minimiser': ['curvature', 'chemistry_curvature', 'minimiser'], 'log': ['journal_of_steps']}
STEP_HEAD = '| case | minimiser | evaluations | %s | together |\n|%s' % (' | '.join(BESIDE), '---|' * (4 + len(BESIDE)))
METHODS = ['newton', 'lbfgs']
KINDS = {'isotropic': 'isotropic', 'anisotropic': 'keep'}
KIND_HEAD = '| case | atoms | F_calc | gradient | of that atoms put on planes | gathered from planes |\n|---|---|---|---|---|---|'


def beside_density(given, case, method):
    """Seconds an evaluation by group of phases, the evaluations, and the bare transform of the same machine."""
    given.ranks, out = 1, given.work / ('steps_' + case)
    fft = statistics.median(json.loads(polyform(given, 'bench', case, start_of(given, case), []))['fft'] for _ in range(3))
    summary = refine(given, case, start_of(given, case), out, ['minimiser.method=' + method])
    trace = [json.loads(line) for line in (out / 'trace.jsonl').read_text().splitlines()]
    spent = {}
    for tally in trace:
        if tally['kind'] == 'traffic' and tally['cycle'] > 0:
            spent[tally['phase']] = spent.get(tally['phase'], 0) + tally['seconds']['max']
    n = summary['evaluations']
    return {'case': case, 'method': method, 'evaluations': n, 'fft': fft,
            'seconds': {name: sum(spent.get(phase, 0) for phase in phases) / n for name, phases in BESIDE.items()}}


def step_row(m):
    ratios = {name: seconds / m['fft'] for name, seconds in m['seconds'].items()}
    return '| %s | %s | %d | %s | %.2f |' % (m['case'], m['method'], m['evaluations'],
                                           ' | '.join('%.2f' % ratios[name] for name in BESIDE), sum(ratios.values()))


def of_kind(given, case, kind):
    """Milliseconds of an evaluation's phases, all atoms isotropic or as deposited, without hydrogens; medians."""
    given.ranks, flags = 1, ['--set', 'model.anisotropic=' + KINDS[kind], '--set', 'model.hydrogens=ignore']
    model, found, atoms = files(given, case)[0], {}, 0
    for line in polyform(given, 'bench', case, model, flags + ['--traffic', '15']).splitlines():
        one = json.loads(line)
        atoms = one.get('n_atoms', atoms)
        if one.get('part') == 'evaluation':
            found.setdefault(one['phase'], []).append(1e3 * one['seconds']['max'])
    whole = [json.loads(polyform(given, 'bench', case, model, flags)) for _ in range(RUNS)]
    return dict({phase: statistics.median(ms) for phase, ms in found.items()}, case=case, kind=kind, atoms=atoms,
                **{part: 1e3 * statistics.median(m[part] for m in whole) for part in ('fcalc', 'gradient')})


def kind_row(m):
    return '| %s, %s | %d | %.1f | %.1f | %.1f | %.1f |' % (m['case'], m['kind'], m['atoms'], m['fcalc'], m['gradient'],
                                                       m['atoms_to_planes'], m['planes_to_atoms'])


def told(found):
    print(json.dumps(found), flush=True)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--steps-only', action='store_true')
    given = arguments(['t4l_6pgy', 'mdm2_4hg7', 'glyco_4iid', 'p1_2oeq'], parser)
    rows = []
    for case in [] if given.steps_only else given.cases:
        for given.ranks in (1, 2):
            rows.append(row(case, told(dict(bench(given, case, RUNS), case=case))))
    if rows:
        publish(given, 'speed', machine() + '\n\n' + HEAD, rows, PAGE)
    publish(given, 'anisotropic', KIND_HEAD, [kind_row(told(of_kind(given, 'mdm2_4hg7', kind))) for kind in KINDS], PAGE)
    steps = [told(beside_density(given, case, method)) for case in given.cases for method in METHODS]
    publish(given, 'steps', STEP_HEAD, [step_row(m) for m in steps], PAGE)


if __name__ == '__main__':
    main()

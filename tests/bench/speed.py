# SPDX-License-Identifier: MPL-2.0
"""Parts of an evaluation beside the bare transform, and memory, on 1 and 2 ranks: a table of docs/guide/performance.md.

speed.py [--program build/polyform] [--shared ../shared] [--write] [CASE]...

Medians of five runs of `polyform bench` each. Ratios are to the bare transform (float r2c, FFTW_MEASURE, the smooth grid with
N_i >= 3 / (d_min a*_i)) timed in the same run on as many ranks. One JSON line a case and rank count.
"""
import json

from real_cases import ROOT, arguments, bench, machine, publish

RUNS = 5
HEAD = ('| case | atoms | ranks | bare transform [ms] | F_calc | gradient | mask and F_mask | restraints | step [ms] '
        '| largest peak memory of a rank [MiB] |\n|---|---|---|---|---|---|---|---|---|---|')
PAGE = ROOT / 'docs' / 'guide' / 'performance.md'


def row(case, m):
    ratios = ' | '.join('%.2f' % (m[key] / m['fft']) for key in ('fcalc', 'gradient', 'mask', 'restraints'))
    return '| %s | %d | %d | %.1f | %s | %.1f | %.0f |' % (
        case, m['n_atoms'], m['ranks'], 1e3 * m['fft'], ratios, 1e3 * m['step'], m['peak_mib'])


def main():
    given = arguments(['t4l_6pgy', 'mdm2_4hg7', 'glyco_4iid', 'p1_2oeq'])
    rows = []
    for case in given.cases:
        for given.ranks in (1, 2):
            m = bench(given, case, RUNS)
            print(json.dumps(dict(m, case=case)), flush=True)
            rows.append(row(case, m))
    publish(given, 'speed', machine() + '\n\n' + HEAD, rows, PAGE)


if __name__ == '__main__':
    main()

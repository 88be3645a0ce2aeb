# SPDX-License-Identifier: MPL-2.0
"""One refinement on 1, 2, 3 and 5 ranks, and twice on 2: a table of docs/guide/results.md.

ranks.py [--program build/polyform] [--shared ../shared] [--work DIR] [--write] [CASE]...

Sum and gradient are those of the first step, R and memory those of the end. 'same bytes' compares PDB, mmCIF and MTZ of two
runs on as many ranks. One JSON line a run.
"""
import filecmp
import json
import re

from real_cases import arguments, publish, refine, start_of

RANKS = [1, 2, 3, 5]
HEAD = ('| case | ranks | first sum | its gradient (r.m.s.) | R-work/R-free | largest peak memory of a rank [MiB] | same bytes again |\n'
        '|---|---|---|---|---|---|---|')


def first_step(out):
    with open(out / 'trace.jsonl') as lines:
        return next(r for r in map(json.loads, lines) if r['kind'] == 'step')


def peak_memory(out):
    """The largest of what the log says of the ranks [MiB]."""
    return max(int(text) for text in re.findall(r'peak memory (\d+) MiB', (out / 'polyform.log').read_text()))


def run(given, case, start, ranks, name):
    given.ranks = ranks
    out = given.work / ('%s_%s' % (case, name))
    summary = refine(given, case, start, out, [])
    step = first_step(out)
    form = summary['forms'][0]
    return {'case': case, 'ranks': ranks, 'sum': step['value'], 'gradient': step['gradient_rms'], 'r': form['final'],
            'peak_mib': peak_memory(out), 'out': str(out)}


def same_bytes(one, other, case):
    names = [case + '_start' + kind for kind in ('.pdb', '.cif', '.mtz')]
    return filecmp.cmpfiles(one, other, names, shallow=False)[0] == names


def row(m):
    return '| %s | %d | %.10g | %.9g | %.4f / %.4f | %s | %s |' % (
        m['case'], m['ranks'], m['sum'], m['gradient'], m['r']['r_work'], m['r']['r_free'],
        '%.0f' % m['peak_mib'], m.get('same', '-'))


def main():
    given = arguments(['t4l_6pgy', 'mdm2_4hg7'])
    rows = []
    for case in given.cases:
        start = start_of(given, case)
        for ranks in RANKS:
            m = run(given, case, start, ranks, 'np%d' % ranks)
            if ranks == 2:
                again = run(given, case, start, ranks, 'np2_again')
                m['same'] = 'yes' if same_bytes(m['out'], again['out'], case) else 'no'
            print(json.dumps(m), flush=True)
            rows.append(row(m))
    publish(given, 'ranks', HEAD, rows)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: MPL-2.0
"""Refines many isomorphous crystal forms of 1CBS together, as from soaks of one crystal: time to set out, time of a
cycle, and memory of each rank, beside one form alone.

many_forms.py [--program build/polyform] [--work DIR] [--ranks 2] [--write] [24]...

Data to 2 A are made by `polyform simulate` with a seed for each form, from Debian's own 1CBS. One JSON line a run.
"""
import json
import re
import shutil
import time

from real_cases import EXAMPLE, arguments, publish, run_polyform


def made_form(given, number):
    folder = given.work / ('soak%d' % number)
    if not (folder / 'summary.json').exists() and not list(folder.glob('*.mtz')):
        shutil.rmtree(folder, ignore_errors=True)
        run_polyform(given, ['simulate', str(EXAMPLE[0]), '--d-min', '2.0', '--name', folder.name, '--seed',
                             str(number + 1), '--out', str(folder)])
    return folder


def job_of(given, n):
    lines = ['cycles: 1', 'positions: {steps: 10}', 'b_factors: {steps: 10}', 'forms:']
    for k in range(n):
        folder = made_form(given, k)
        data = next(folder.glob('*.mtz'))
        start = next(path for path in sorted(folder.glob('*.pdb')) if 'true' not in path.name)
        lines += ['  - {name: soak%d, model: %s, data: %s}' % (k, start, data)]
    if n > 1:
        lines += ['ncs:', '  groups:', '    - name: soaks', '      local: 4.2', '      let_go: 0.5', '      copies:']
        lines += ['        - {form: soak%d, atoms: chain A}' % k for k in range(n)]
    return '\n'.join(lines + ['free_sets: independent']) + '\n'


def row_of(given, n):
    job, out = given.work / ('soaks_%d.yaml' % n), given.work / ('soaks_%d' % n)
    job.write_text(job_of(given, n))
    shutil.rmtree(out, ignore_errors=True)
    begin = time.time()
    run_polyform(given, ['refine', str(job), '--out', str(out)])
    whole = time.time() - begin
    trace = [json.loads(line) for line in (out / 'trace.jsonl').read_text().splitlines()]
    first = next(entry['seconds'] for entry in trace if entry['kind'] == 'cycle')
    last = [entry['seconds'] for entry in trace if entry['kind'] == 'cycle'][-1]
    memory = {}
    for rank, mib in re.findall(r'rank +(\d+) .*peak memory (\d+) MiB', (out / 'polyform.log').read_text()):
        memory[int(rank)] = int(mib)
    found = {'forms': n, 'ranks': given.ranks, 'seconds': round(whole, 1), 'cycle': round(last - first, 1),
             'peak_mib': list(memory.values())}
    print(json.dumps(found), flush=True)
    return '| %d | %d | %.1f | %.1f | %.2f | %s |' % (
        n, given.ranks, whole, last - first, (last - first) / n, ', '.join('%d' % m for m in memory.values()))


HEAD = ('| forms | ranks | whole run [s] | a cycle [s] | for each form [s] | peak memory of the ranks [MiB] |\n'
        '|---|---|---|---|---|---|')


def main():
    given = arguments(['1', '2', '24'])
    publish(given, 'many forms', HEAD, [row_of(given, int(n)) for n in given.cases])


if __name__ == '__main__':
    main()

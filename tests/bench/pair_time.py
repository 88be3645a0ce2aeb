# SPDX-License-Identifier: MPL-2.0
"""Times an evaluation of two crystal forms refined together, beside the sum of the two alone, on 1 and 2 ranks.

pair_time.py [--program build/polyform] [--shared ../shared] [--work DIR] [--write] [PAIR]...

Time from the first step to the last of the minimisation of positions in a cycle, over the evaluations between them; the
median of three cycles. One JSON line a run.
"""
import json
import shutil
import statistics

from joint import GROUPS, JOBS, job_of
from real_cases import arguments, files, publish, run_polyform

OPTIONS = ['cycles: 3', 'b_factors: {steps: 0}', 'table_every: 1000']


def per_evaluation(given, name, text):
    """Milliseconds of one evaluation of positions."""
    job, out = given.work / (name + '.yaml'), given.work / name
    job.write_text(text)
    shutil.rmtree(out, ignore_errors=True)
    run_polyform(given, ['refine', str(job), '--out', str(out)])
    trace = [json.loads(line) for line in (out / 'trace.jsonl').read_text().splitlines()]
    cycles = {}
    for entry in trace:
        if entry['kind'] == 'step' and entry['stage'] == 'positions':
            cycles.setdefault(entry['cycle'], []).append((entry['seconds'], entry['evaluations']))
    times = [(steps[-1][0] - steps[0][0]) / (steps[-1][1] - steps[0][1]) for steps in cycles.values()]
    found = 1000 * statistics.median(times)
    print(json.dumps({'run': name, 'ranks': given.ranks, 'ms': round(found, 2)}), flush=True)
    return found


def rows_of(given, name):
    rows = []
    for given.ranks in (1, 2):
        alone = []
        for case, chains in JOBS[name].items():
            shutil.copy(files(given, case)[1], given.work / (case + '.mtz'))
            alone.append(per_evaluation(given, 'time_%s_%d' % (case, given.ranks),
                                        plain(job_of(given, {case: chains[:1]}, 0, OPTIONS, []))))
        tag = name.replace(' ', '_').replace(',', '')
        joint = per_evaluation(given, 'time_%s_%d' % (tag, given.ranks),
                               plain(job_of(given, JOBS[name], 0, OPTIONS, GROUPS)))
        rows.append('| %s | %d | %s | %.1f | %.1f | %.2f |' % (
            name, given.ranks, ' + '.join('%.1f' % ms for ms in alone), sum(alone), joint, joint / sum(alone)))
    return rows


def plain(text):
    """The job with each form's own columns and test set."""
    return '\n'.join(line for line in text.splitlines() if 'labels:' not in line and 'free_value:' not in line) + '\n'


HEAD = ('| forms | ranks | each alone [ms] | sum | together | together / sum |\n'
        '|---|---|---|---|---|---|')


def main():
    given = arguments(['T4 lysozyme'])
    for name in given.cases:
        publish(given, 'time of ' + name, HEAD, rows_of(given, name))


if __name__ == '__main__':
    main()

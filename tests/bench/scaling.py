# SPDX-License-Identifier: MPL-2.0
"""What ranks beyond one machine would bring, predicted from counts of work, messages and bytes: table and plot of docs/design/scaling.md.

scaling.py [--program build/polyform] [--shared ../shared] [--work DIR] [--write] [--fresh] [--ranks-counted 64] [CASE]...

`polyform bench --traffic` counts what ranks do in an evaluation, on 1, 2, 4 ... ranks of this machine, which may be more than it
has cores: counts do not depend on that. A phase takes

    t(P) = fixed + cost * largest work of a rank + messages * latency + bytes / bandwidth

with fixed and cost of each phase fitted to processor seconds on up to 16 ranks. Beyond the ranks counted work and bytes go on as u + v/P.
A cycle is that of a refinement on one rank, each phase scaled as in an evaluation. One JSON line a case and rank count.
What was measured is kept in --work and used again, unless --fresh. With --pairs N it times one and two ranks in N pairs instead.
"""
import argparse
import concurrent.futures
import json
import math
import os
import shutil
import statistics

import numpy

from real_cases import ROOT, arguments, files, machine, polyform, publish, start_of
from scaling_plot import plot

NETWORKS = {'InfiniBand': (1.5e-6, 10e9), 'Ethernet': (25e-6, 1e9)}  # latency [s], bandwidth [bytes/s]
PREDICTED = [4, 8, 16, 32, 64, 128, 256, 512, 1024]
FITTED_UP_TO = 16
# Phases in which ranks wait for each other: what they compute is known from one rank alone.
TALK = {'column_exchange', 'reflection_exchange', 'gradients', 'parameters', 'other', 'idle', 'renew', 'scaling', 'geometry_report',
        'slab_transform'}
PAGE = ROOT / 'docs' / 'design' / 'scaling.md'
STEPS = ['cycles=1', 'b_factors.overall=0']
METHODS = ['newton', 'lbfgs']


def counted(given, case, ranks):
    """{part: {phase: tally}} of one run; of repeated evaluations the least seconds."""
    given.ranks = ranks
    said = polyform(given, 'bench', case, start_of(given, case), ['--traffic', '5' if ranks <= FITTED_UP_TO else '1'])
    found = {}
    for line in said.splitlines():
        one = json.loads(line)
        if one['kind'] != 'traffic':
            continue
        tally = {key: one[key]['max'] for key in ('seconds', 'work', 'calls', 'messages', 'bytes')}
        tally['mean_work'] = one['work']['mean']
        before = found.setdefault(one['part'], {}).setdefault(one['phase'], tally)
        before['seconds'] = min(before['seconds'], tally['seconds'])
    return found


def cycle_of(given, case, method):
    """Seconds by phase of a cycle on one rank, and its evaluations."""
    given.ranks, out = 1, given.work / ('scaling_' + case)
    shutil.rmtree(out, ignore_errors=True)
    options = STEPS + ['minimiser.method=' + method]
    polyform(given, 'refine', case, start_of(given, case), ['--out', str(out)] + [w for s in options for w in ('--set', s)])
    trace = [json.loads(line) for line in (out / 'trace.jsonl').read_text().splitlines()]
    phases = {t['phase']: t['seconds']['max'] for t in trace if t['kind'] == 'traffic' and t['cycle'] == 1}
    evaluations = [t['evaluations'] for t in trace if t['kind'] == 'cycle']
    return {'seconds': phases, 'evaluations': evaluations[-1] - evaluations[0]}


def measured(given, case):
    """Counts by rank count, and a cycle; from a file where there is one."""
    kept = given.work / ('scaling_%s.json' % case)
    found = json.loads(kept.read_text()) if kept.exists() and not given.fresh else {'counts': {}}
    ranks = 1
    while ranks <= given.ranks_counted:
        if str(ranks) not in found['counts']:
            found['counts'][str(ranks)] = counted(given, case, ranks)
            kept.write_text(json.dumps(found))
        ranks *= 2
    if 'cycles' not in found:
        found['cycles'] = {method: cycle_of(given, case, method) for method in METHODS}
        kept.write_text(json.dumps(found))
    found['counts'] = {int(r): c for r, c in found['counts'].items()}
    return found


class Phase:
    """Tallies of one phase of one part, by rank count, and what follows from them."""

    def __init__(self, name, tallies):
        self.name, self.tallies, self.most = name, tallies, max(tallies)
        self.fixed, self.cost = self.fit()

    def fit(self):
        """fixed [s] and cost [s per unit of work], neither below 0, of least relative error."""
        one = self.tallies.get(1, {'seconds': 0, 'work': 0})
        works = {r: t['work'] for r, t in self.tallies.items()}
        if self.name in TALK or one['work'] == 0 or len(set(works.values())) == 1:
            return one['seconds'], 0.0
        rows = [(t['work'], t['seconds']) for r, t in self.tallies.items() if r <= FITTED_UP_TO and t['seconds'] > 0]
        weigh = numpy.array([1 / seconds for _, seconds in rows])
        matrix = numpy.array([[1, work] for work, _ in rows]) * weigh[:, None]
        fixed, cost = numpy.linalg.lstsq(matrix, numpy.ones(len(rows)), rcond=None)[0]
        if fixed < 0:
            fixed, cost = 0.0, 1 / numpy.mean([work / seconds for work, seconds in rows])
        return float(fixed), float(cost)

    def at(self, ranks, key):
        """A count, beyond the ranks counted as u + v/P from the last two."""
        if ranks in self.tallies:
            return self.tallies[ranks][key]
        last, before = self.tallies.get(self.most, {}).get(key, 0), self.tallies.get(self.most // 2, {}).get(key, 0)
        v = (before - last) * self.most
        return max(last + v / ranks - v / self.most, 0)

    def messages(self, ranks):
        """Of calls to all ranks as often as log2 of their number; of exchanges one to each rank, and from those with planes."""
        if ranks in self.tallies:
            return self.tallies[ranks]['messages']
        last = self.tallies[self.most]['messages']
        if self.name == 'column_exchange':
            half = self.tallies[self.most // 2]['messages']
            return last + (last - half) / (self.most / 2) * (ranks - self.most)
        return last * math.ceil(math.log2(ranks)) / math.ceil(math.log2(self.most))

    def computing(self, ranks):
        """[s]"""
        if self.name in ('scaling',):
            return self.fixed * self.at(ranks, 'work') / self.tallies[1]['work']
        return self.fixed + self.cost * self.at(ranks, 'work')

    def talking(self, ranks, network):
        """[s]"""
        latency, bandwidth = NETWORKS[network]
        return 0 if ranks == 1 else self.messages(ranks) * latency + self.at(ranks, 'bytes') / bandwidth


def phases_of(found, part):
    counts = found['counts']
    names = sorted({name for c in counts.values() for name in c[part]})
    empty = dict.fromkeys(('seconds', 'work', 'calls', 'messages', 'bytes', 'mean_work'), 0.0)
    # What the coordinator does beside the phases is the counting itself.
    phases = {name: Phase(name, {r: c[part].get(name, empty) for r, c in counts.items()}) for name in names if name != 'other'}
    for tally in phases['idle'].tallies.values():  # one of the two calls as well
        tally.update(seconds=0.0, messages=tally['messages'] / 2, bytes=tally['bytes'] / 2)
    phases['idle'].fixed = 0.0
    return phases


def seconds(phases, ranks, network):
    return sum(p.computing(ranks) + p.talking(ranks, network) for p in phases.values())


def cycle_seconds(found, parts, ranks, network):
    """Of the first method: each phase's seconds on one rank, as its own part of an evaluation falls; two renewals."""
    evaluation, renew, first = parts
    total, cycle = 0, found['cycles'][METHODS[0]]
    for name, spent in cycle['seconds'].items():
        phase = evaluation.get(name) or renew.get(name) or first.get(name)
        one = phase.computing(1) if phase else 0
        total += spent * phase.computing(ranks) / one if one > 0 else spent
    talk = cycle['evaluations'] * sum(p.talking(ranks, network) for p in evaluation.values())
    return total + talk + 2 * sum(p.talking(ranks, network) for p in renew.values())


def predict(found):
    """{network: {ranks: (seconds of an evaluation, speed-up, speed-up of a cycle)}}"""
    parts = [phases_of(found, part) for part in ('evaluation', 'renew', 'first_evaluation')]
    evaluation = parts[0]
    table = {}
    for network in NETWORKS:
        alone = seconds(evaluation, 1, network), cycle_seconds(found, parts, 1, network)
        table[network] = {r: (seconds(evaluation, r, network), alone[0] / seconds(evaluation, r, network),
                              alone[1] / cycle_seconds(found, parts, r, network))
                          for r in [1, 2] + PREDICTED}
    return table


PREDICTION_HEAD = ('| case | ranks | InfiniBand: evaluation [ms] | speed-up | of a cycle | Ethernet: evaluation [ms] | speed-up | of a cycle |\n'
                   '|---|---|---|---|---|---|---|---|')


def prediction_rows(case, table):
    return ['| %s | %d | %s |' % (case, r, ' | '.join('%.2f | %.1f | %.1f' % (1e3 * table[n][r][0], *table[n][r][1:]) for n in NETWORKS))
            for r in [1, 2] + PREDICTED]


PHASE_HEAD = ('| case | phase | on 1 rank [ms] | of that fixed [ms] | on 64 ranks, model [ms] | measured [ms] '
              '| busiest / mean work on 64 | messages on 64 | KiB sent on 64 |\n|---|---|---|---|---|---|---|---|---|')


def phase_rows(case, phases):
    """An evaluation by phase; seconds that ranks wait for each other are not of interest."""
    rows = []
    for p in sorted(phases.values(), key=lambda p: -p.computing(1)):
        last = p.tallies[64]
        rows.append('| %s | %s | %.2f | %.2f | %.2f | %s | %s | %d | %.0f |' % (
            case, p.name, 1e3 * p.tallies[1]['seconds'], 1e3 * p.fixed, 1e3 * p.computing(64),
            '-' if p.name in TALK else '%.2f' % (1e3 * last['seconds']),
            '%.2f' % (last['work'] / last['mean_work']) if last['mean_work'] > 0 else '-', last['messages'], last['bytes'] / 1024))
    return rows


CYCLE_HEAD = '| case | minimiser | evaluations | seconds of a cycle | phases on every rank, or the coordinator alone | shared phases |\n|---|---|---|---|---|---|'
SERIAL = ['other', 'minimiser', 'ncs', 'journal', 'journal_of_steps', 'place_hydrogens', 'chemistry_curvature', 'placement', 'geometry_report', 'gradients', 'parameters', 'hydrogens', 'renew',
          'errors', 'curvature']


def shares(spent, names):
    whole = sum(spent.values())
    told = ['%s %.1f %%' % (name, 100 * spent[name] / whole) for name in sorted(names, key=lambda n: -spent[n])
            if spent[name] > 0.01 * whole]
    return '%.1f %%: %s' % (100 * sum(spent[name] for name in names) / whole, ', '.join(told))


def cycle_rows(case, found):
    rows = []
    for method, cycle in found['cycles'].items():
        spent = cycle['seconds']
        serial = [name for name in spent if name in SERIAL]
        rows.append('| %s | %s | %d | %.2f | %s | %s |' % (
            case, method, cycle['evaluations'], sum(spent.values()), shares(spent, serial),
            shares(spent, [name for name in spent if name not in SERIAL])))
    return rows


PAIR_HEAD = ('| case | step on 1 rank [ms] | on 2 | 1 / 2, median of pairs | lowest, highest | what two runs of one rank at once gain | load before |\n'
             '|---|---|---|---|---|---|---|')


def step_of(given, case):
    return json.loads(polyform(given, 'bench', case, start_of(given, case), []))['step']


def pair_row(given, case):
    """Seconds of an evaluation on one rank, then on two, then of two runs of one rank side by side, which is all that the machine's second core has to give."""
    rounds, load = [], os.getloadavg()[0]
    for _ in range(given.pairs):
        given.ranks = 1
        one = step_of(given, case)
        with concurrent.futures.ThreadPoolExecutor() as both:
            beside = statistics.mean(both.map(lambda _: step_of(given, case), range(2)))
        given.ranks = 2
        rounds.append((one, step_of(given, case), beside))
        print(json.dumps({'case': case, 'step_on_1_rank': one, 'on_2': rounds[-1][1], 'beside_another': beside}), flush=True)
    ratios = sorted(one / two for one, two, _ in rounds)
    return '| %s | %.1f | %.1f | %.2f | %.2f, %.2f | %.2f | %.1f |' % (
        case, *[1e3 * statistics.median(r[i] for r in rounds) for i in (0, 1)], statistics.median(ratios), ratios[0], ratios[-1],
        statistics.median(2 * one / beside for one, _, beside in rounds), load)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--fresh', action='store_true')
    parser.add_argument('--pairs', type=int, default=0, help='only time so many pairs of 1 and 2 ranks')
    parser.add_argument('--ranks-counted', type=int, default=64)
    given = arguments(['glyco_4iid', 't4l_6pgy'], parser)
    if given.pairs:
        return publish(given, 'two ranks', machine() + '\n\n' + PAIR_HEAD, [pair_row(given, case) for case in given.cases], PAGE)
    rows, by_phase, by_cycle, curves = [], [], [], {}
    for case in given.cases:
        found = measured(given, case)
        table = predict(found)
        for network, by_ranks in table.items():
            curves['%s, %s' % (case, network)] = {r: entry[1] for r, entry in by_ranks.items()}
            for r, entry in by_ranks.items():
                print(json.dumps({'case': case, 'network': network, 'ranks': r, 'seconds': entry[0], 'speed_up': entry[1],
                                  'speed_up_of_cycle': entry[2]}), flush=True)
        rows += prediction_rows(case, table)
        by_phase += phase_rows(case, phases_of(found, 'evaluation'))
        by_cycle += cycle_rows(case, found)
    publish(given, 'prediction', machine() + '\n\n' + PREDICTION_HEAD, rows, PAGE)
    publish(given, 'phases', PHASE_HEAD, by_phase, PAGE)
    publish(given, 'cycle', CYCLE_HEAD, by_cycle, PAGE)
    if given.write:
        PAGE.with_suffix('.svg').write_text(plot(curves))


if __name__ == '__main__':
    main()

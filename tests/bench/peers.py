# SPDX-License-Identifier: MPL-2.0
"""Refinement beside Servalcat's from the same kicked starts, scored by an independent program: a table of docs/guide/results.md.

peers.py [--program build/polyform] [--shared ../shared] [--python /usr/bin/python3] [--write] [CASE]...

Plain defaults, one rank. PEERS.tsv of the shared folder has Servalcat's figures; oracle/judge.py there scores models (needs cctbx, gemmi's
program, and CLIBD_MON for hydrogens; the refinements have Debian's monomers). CPU seconds are of whole runs; the peer's, of another machine, are scaled by the bare FFTs of PEERS.tsv
timed here (build/tests/bench_bare_fft) before each of three runs, of which the one of median ratio counts. One JSON line a case.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess

from real_cases import arguments, files, machine, publish, refine, start_of

CASES = ['gb1_5bmh', 'gb1_5bmi', 'p53_1aie', 't4l_6pgy', 't4l_6pgz', 'p1_2oeq', 'gb1_3v3x', 'lr_4gif', 'qfit_1g8a', 'mdm2_4hg7', 'lr_5c11',
         'glyco_4iid']
NEAR = 0.005  # of R-free
RUNS = 3
BARE_FFT = {192: 0.086, 256: 0.17}  # seconds where the peer ran
HEAD = ('| case | R-work/R-free, scored | Servalcat, scored | deposited, scored | R-free - peer | r.m.s.Z bond, angle | peer '
        '| evaluations | until within 0.005 of the final R-free | seconds until then | CPU seconds | peer, scaled | peer / ours |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|')


def peers(shared):
    """Kicked rows of PEERS.tsv, by case."""
    lines = [line for line in (shared / 'data' / 'PEERS.tsv').read_text().splitlines() if not line.startswith('#')]
    names = lines[0].split('\t')
    rows = [dict(zip(names, line.split('\t'))) for line in lines[1:]]
    return {r['case']: r for r in rows if r['start'] == 'kick'}


def judged(given, model, data):
    script = given.shared / 'oracle' / 'judge.py'
    environment = dict(os.environ, CLIBD_MON=given.monomers)
    done = subprocess.run([given.python, str(script), str(model), str(data), '--h'], capture_output=True, text=True, env=environment)
    text = done.stdout.strip().split('\n')[-1]
    return [float(x) for x in text.split('/')] if '/' in text else None


def evaluations_until_near(folder, final_free):
    """Evaluations at the first cycle from which R-free stays within NEAR of the last."""
    cycles = [json.loads(line) for line in (folder / 'trace.jsonl').read_text().splitlines()]
    cycles = [c for c in cycles if c['kind'] == 'cycle']
    until = cycles[-1]['evaluations']
    for cycle in reversed(cycles):
        if abs(cycle['forms'][0]['overall']['r_free'] - final_free) > NEAR:
            break
        until = cycle['evaluations']
    return until


def geometry(text):
    """r.m.s.Z of the peer: 'bondZ 0.95 angleZ 1.01 bond ...'."""
    words = text.split()
    return {'bond': float(words[1]), 'angle': float(words[3])}


def machine_factor(given):
    """Seconds here for one of the peer's machine: the geometric mean over bare FFTs."""
    program = given.program.parent / 'tests' / 'bench_bare_fft'
    seconds = {n: json.loads(subprocess.run([program, str(n)], capture_output=True, text=True, check=True).stdout)['seconds'] for n in BARE_FFT}
    return statistics.geometric_mean(seconds[n] / BARE_FFT[n] for n in BARE_FFT)


def timed(given, case):
    """One refinement: its summary, its processor seconds, and the yardstick just before."""
    start, factor = start_of(given, case), machine_factor(given)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = refine(given, case, start, given.work / case, [])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return run, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, factor


def measure(given, case, peer):
    runs = sorted((timed(given, case) for _ in range(RUNS)), key=lambda r: r[1] / r[2])
    run, cpu, factor = runs[RUNS // 2]
    form = run['forms'][0]
    words = peer['cpu'].split()
    return {'case': case, 'judged': judged(given, given.work / case / form['model'], files(given, case)[1]), 'peer': peer['judged_h'],
            'deposited': peer['deposited_h'], 'rmsz': form['rmsz'], 'peer_rmsz': geometry(peer['final_geometry']),
            'final': form['final'], 'evaluations': run['evaluations'],
            'until': evaluations_until_near(given.work / case, form['final']['r_free']),
            'cpu': cpu, 'machine_factor': factor, 'peer_cpu': factor * (float(words[1]) + float(words[2])), 'seconds': run['seconds']}


def row(m):
    ours = '%.4f / %.4f' % tuple(m['judged']) if m['judged'] else 'not scored'
    peer_free = float(m['peer'].split('/')[1])
    return '| %s | %s | %s | %s | %s | %.2f, %.2f | %.2f, %.2f | %d | %d | %.1f | %.1f | %.1f | %.1f |' % (
        m['case'], ours, m['peer'].replace('/', ' / '), m['deposited'].replace('/', ' / '),
        '%+.4f' % (m['judged'][1] - peer_free) if m['judged'] else '', m['rmsz']['bond'], m['rmsz']['angle'], m['peer_rmsz']['bond'],
        m['peer_rmsz']['angle'], m['evaluations'], m['until'], m['seconds'] * m['until'] / m['evaluations'],
        m['cpu'], m['peer_cpu'], m['peer_cpu'] / m['cpu'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--python', default='/usr/bin/python3')
    given = arguments(CASES, parser)
    given.ranks, given.monomers = 1, os.environ.pop('CLIBD_MON', '')
    known = peers(given.shared)
    print(json.dumps({'machine': machine()}), flush=True)
    found = []
    for case in given.cases:
        found.append(measure(given, case, known[case]))
        print(json.dumps(found[-1]), flush=True)
    rows = [row(m) for m in found]
    scored = [m for m in found if m['judged']]
    differences = [m['judged'][1] - float(m['peer'].split('/')[1]) for m in scored]
    if differences:
        ours, theirs = (sum(m[key] for m in found) for key in ('cpu', 'peer_cpu'))
        rows.append('| all | | | | %+.4f, no higher in %d of %d | | | %d | %d | | %.1f | %.1f | %.1f |' % (
            sum(differences) / len(differences), sum(d <= 0 for d in differences), len(differences),
            sum(m['evaluations'] for m in found), sum(m['until'] for m in found), ours, theirs, theirs / ours))
    publish(given, 'peers', HEAD, rows)


if __name__ == '__main__':
    main()

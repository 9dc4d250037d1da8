#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the package space side by side with NegMAS (pip install negmas, in an environment of its own).

    bench/packages_negmas.py BENCH_PACKAGES > packages.json

For each space: brink's frontier, solutions and counts (bench-packages, a process of its own), NegMAS's enumerating `pareto_frontier` with
`nash_points` (up to 10^6 packages) and its `MOBANOSParetoSampler` (two parties). Each NegMAS run is a process of its own, so that peak
memory is its own; importing the library is not timed, and its memory before the work is subtracted. Frontiers are compared."""
import json
import resource
import subprocess
import sys
import tempfile
import time

SPACES = [  # parties, issues, options
    (2, 3, 10), (2, 4, 10), (2, 5, 10), (2, 6, 10), (2, 8, 10), (2, 10, 10), (2, 12, 10),
    (3, 3, 10), (3, 5, 10), (3, 6, 10), (3, 7, 10), (5, 3, 10), (5, 5, 10), (5, 6, 10), (5, 7, 10),
]
ENUMERATED_MOST = 10**6
TIMEOUT = 600


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def load(path):
    from negmas import LinearAdditiveUtilityFunction, make_issue, make_os

    with open(path) as file:
        space = json.load(file)
    parties, issues, options = space["parties"], space["issues"], space["options"]
    outcome_space = make_os([make_issue(options, f"issue{k}") for k in range(issues)])
    functions = []
    for party in range(parties):
        row = space["worth"][party * issues * options:(party + 1) * issues * options]
        values = {f"issue{k}": {o: row[k * options + o] for o in range(options)} for k in range(issues)}
        functions.append(LinearAdditiveUtilityFunction(values=values, outcome_space=outcome_space, reserved_value=0.0))
    return outcome_space, functions


def utilities(functions, outcomes):
    return {tuple(round(float(f(o)), 6) for f in functions) for o in outcomes}


def enumerate_all(path):
    from negmas.preferences.ops import nash_points, pareto_frontier

    outcome_space, functions = load(path)
    before, start = peak(), time.process_time()
    frontier, _ = pareto_frontier(functions, issues=outcome_space.issues)
    nash_points(functions, frontier, outcome_space=outcome_space)
    seconds = time.process_time() - start
    points = {tuple(round(float(x), 6) for x in point) for point in frontier}
    print(json.dumps({"tool": "negmas pareto_frontier", "seconds": seconds, "kilobytes": peak() - before, "frontier": len(points)}))


def sample(path):
    from negmas import MOBANOSParetoSampler

    outcome_space, functions = load(path)
    before, start = peak(), time.process_time()
    sampler = MOBANOSParetoSampler(max_pareto_size=10**9)
    sampler.init(functions[0], functions[1])
    seconds = time.process_time() - start
    points = utilities(functions, sampler._pareto_front)
    print(json.dumps({"tool": "negmas MOBANOSParetoSampler", "seconds": seconds, "kilobytes": peak() - before, "frontier": len(points)}))


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return {"tool": command[2] if len(command) > 2 else command[0], "failed": f"more than {TIMEOUT} s"}
    if done.returncode != 0:
        return {"tool": command[2], "failed": done.stderr.strip().splitlines()[-1:] or ["?"]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    if sys.argv[1] == "enumerate":
        return enumerate_all(sys.argv[2])
    if sys.argv[1] == "sample":
        return sample(sys.argv[2])
    for parties, issues, options in SPACES:
        for interests in ("random", "opposed"):
            with tempfile.NamedTemporaryFile(suffix=".json") as file:
                own = run([sys.argv[1], str(parties), str(issues), str(options), "0", interests, "1", file.name])
                rows = [own]
                if options**issues <= ENUMERATED_MOST:
                    rows.append(run([sys.executable, __file__, "enumerate", file.name]))
                if parties == 2:
                    rows.append(run([sys.executable, __file__, "sample", file.name]))
            for row in rows:
                row.update(parties=parties, packages=float(options**issues), interests=interests)
                if "seconds" in row and "frontier_seconds" in own:
                    row["times_slower"] = row["seconds"] / (own["frontier_seconds"] + own["solutions_seconds"])
                    row["same_frontier"] = row["frontier"] == own["frontier"]
                print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

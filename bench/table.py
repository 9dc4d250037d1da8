#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""All benchmarks in one table. Machines are noisy: every ratio compares times taken in one run, by processor time unless
it says clock, each the least of several repetitions.

    make bench                        the table, and build/bench.json
    make bench ARGS=--quick           smaller sizes
    make bench ARGS="--gambit PYTHON" with Gambit's logit beside it; PYTHON is an interpreter that has pygambit
    make bench ARGS="--compare A B"   two commits built side by side and run in turns
    make bench ARGS=--first           the solver that brink began with, on its flagship, beside today's"""
import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile

import spaces

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLAGSHIP = os.path.join(REPOSITORY, "scenarios", "geneva-2026.yaml")
ROOMS = ["scenario", "situation", "game", "solve", "outlook"]
REPETITIONS = 3
GAMBIT_LIMIT = 600  # seconds
FIRST = "8f3f4ad"  # the last commit whose only solver is the scalar reference, with the scenarios of that day

# What grows, the sizes it takes, and what else is fixed. The exponent is fitted to the last three sizes.
SCALES = [
    ("rounds", [4, 8, 16, 32], {}, 8),
    ("drafts", [2, 4, 8, 16], {}, 8),
    ("postures", [2, 3, 4, 5], {"rounds": 2}, 8),
    ("types", [2, 3, 4, 5], {"rounds": 2, "postures": 1}, 4),
    ("parties", [2, 3, 4], {"rounds": 2, "postures": 1}, 4),
    ("resolution", [8, 16, 32, 64], {}, None),
]


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def lines_of(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


class Table:
    """Prints as it goes, and keeps what it printed for the JSON."""

    def __init__(self):
        self.result = {}

    def head(self, title, *columns):
        print(f"\n{title}")
        if columns:
            self.row("", *columns)

    @staticmethod
    def row(name, *cells):
        print(f"  {name:<24}" + "".join(f"{cell:>13}" for cell in cells), flush=True)


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    commit = run("git", "-C", REPOSITORY, "describe", "--always", "--dirty").strip()
    return {"processor": model or platform.processor(), "processors": os.cpu_count(), "commit": commit}


# ---- Solvers, kernels, threads ----


def time_solvers(build, rounds, resolution, table):
    lines = lines_of(run(f"{build}/bench/bench-solve", FLAGSHIP, str(rounds), str(resolution)))
    table.head(f"Solvers on the flagship, {rounds} rounds, R = {resolution}, {lines[0]['fixed_points']:,} fixed points",
               "responses", "processor s", "faster", "by clock")
    for line in lines:
        name = line["solver"] + (f", {line['threads']} thread" + "s" * (line["threads"] > 1) if line["threads"] else "")
        table.row(name, f"{line['responses_per_point']:.2f}", f"{line['processor_seconds']:.3f}",
                  f"{line['times_faster']:.1f}", f"{line['times_faster_by_wall']:.1f}")
    table.result["solvers"] = lines


def time_rooms(build, path, rounds, resolution, threads=1):
    runs = [lines_of(run(f"{build}/bench/bench-rooms", path, str(rounds), str(resolution), str(threads)))[0]
            for _ in range(REPETITIONS)]
    return {key: min(line[key] for line in runs) for key in runs[0]}


def share_rooms(build, rounds, resolution, table):
    times = time_rooms(build, FLAGSHIP, rounds, resolution)
    total = sum(times[room] for room in ROOMS)
    table.head("Rooms of that run, one thread", "seconds", "share")
    for room in ROOMS:
        table.row(room, f"{times[room]:.4f}", f"{100 * times[room] / total:.1f} %")
    table.result["rooms"] = times


def time_again(build, rounds, resolution, table):
    lines = lines_of(run(f"{build}/bench/bench-again", FLAGSHIP, str(rounds), str(resolution)))
    table.head("Solved again after a change, one thread", "solve s", "again s", "ratio", "responses", "again")
    for line in lines:
        table.row(line["changed"], f"{line['solve']:.3f}", f"{line['again']:.3f}", f"{line['again_to_solve']:.2f}",
                  f"{line['responses_afresh']:.2f}", f"{line['responses_again']:.2f}")
    table.result["again"] = lines


def time_gradient(build, rounds, resolution, table):
    line = lines_of(run(f"{build}/bench/bench-gradient", FLAGSHIP, str(rounds), str(resolution)))[0]
    table.head("Gradient against solve, one thread", "numbers", "solve s", "sweep s", "front half s", "solves")
    table.row("flagship", line["numbers"], f"{line['solve']:.3f}", f"{line['adjoint']:.3f}", f"{line['front']:.3f}",
              f"{line['solves']:.2f}")
    table.result["gradient"] = line


def time_ceiling(build, table):
    lines = lines_of(run(f"{build}/bench/bench-ceiling"))
    table.head("An iteration of a kernel beside its ceiling", "actions", "ns", "ceiling ns", "share")
    for line in lines:
        table.row(line["kernel"], line["actions"], f"{line['nanoseconds_per_iteration']:.1f}",
                  f"{line['nanoseconds_per_iteration'] * line['share_of_ceiling']:.1f}",
                  f"{100 * line['share_of_ceiling']:.0f} %")
    table.result["ceiling"] = lines


# ---- Growth ----


def exponent(sizes, seconds):
    """Slope of the least squares line through the logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    middle = statistics.fmean(x)
    return sum((a - middle) * b for a, b in zip(x, y)) / sum((a - middle) ** 2 for a in x)


def time_size(build, folder, what, size, fixed, resolution):
    wanted = dict(fixed) if what == "resolution" else {**fixed, what: size}
    path = os.path.join(folder, f"{what}-{size}.yaml")
    with open(path, "w") as file:
        file.write(spaces.scenario(**wanted))
    times = time_rooms(build, path, wanted.get("rounds", 3), resolution or size)
    return times["solve"], times["fixed_points"]


def grow(build, folder, quick, table):
    table.head("Growth of the solve", "sizes", "points", "seconds", "exponent")
    table.result["growth"] = {}
    for what, sizes, fixed, resolution in SCALES:
        sizes = sizes[:3] if quick else sizes
        measured = [time_size(build, folder, what, size, fixed, resolution) for size in sizes]
        by_time = exponent(sizes[-3:], [seconds for seconds, _ in measured[-3:]])
        by_points = exponent(sizes[-3:], [points for _, points in measured[-3:]])
        table.row(what, f"{sizes[0]}..{sizes[-1]}", f"{measured[-1][1]:,}", f"{measured[-1][0]:.4f}",
                  f"{by_time:.2f} ({by_points:.2f})")
        table.result["growth"][what] = {"sizes": sizes, "seconds": [seconds for seconds, _ in measured],
                                        "fixed_points": [points for _, points in measured], "exponent": by_time,
                                        "exponent_of_points": by_points}
    print("  exponent: of processor time, in brackets of the number of fixed points")


def grow_bargaining(build, folder, table):
    sizes, seconds = [1, 10, 30, 100], []
    for rounds in sizes:
        path = os.path.join(folder, f"bargaining-{rounds}.yaml")
        with open(path, "w") as file:
            file.write(spaces.bargaining(rounds))
        seconds.append(time_rooms(build, path, rounds, 10)["solve"])
    table.head("Bargaining game, two types each, three answers, R = 10", *[f"T = {size}" for size in sizes])
    table.row("seconds", *[f"{second:.5f}" for second in seconds])
    table.row("exponent, T = 10 to 100", f"{exponent(sizes[1:], seconds[1:]):.2f}")
    table.result["bargaining"] = {"rounds": sizes, "seconds": seconds}


# ---- Gambit ----

GAMBIT = """
import sys, time, pygambit
game = pygambit.read_efg(sys.argv[1])
start = time.process_time()
pygambit.qre.logit_solve_lambda(game, [1.0])
print(time.process_time() - start)
"""


def export(build, folder, types, rounds):
    name = os.path.join(folder, f"gambit-{types[0]}-{types[1]}-{rounds}")
    with open(name + ".yaml", "w") as file:
        file.write(spaces.bargaining(rounds, types))
    with open(name + ".efg", "w") as file:
        file.write(run(f"{build}/src/cli/brink", "export", name + ".yaml"))
    return name + ".yaml", name + ".efg"


def time_gambit(build, folder, python, table):
    table.head("Gambit's logit on the bargaining game", "Gambit s", "brink s", "faster", "two threads s", "faster")
    table.result["gambit"] = []
    for types, rounds in (((2, 2), 1), ((2, 2), 2), ((2, 2), 3), ((3, 2), 3), ((3, 3), 3), ((2, 2), 4)):
        path, tree = export(build, folder, types, rounds)
        seconds = []
        for threads in (1, 2):
            own = time_rooms(build, path, rounds, 10, threads)
            seconds.append(own["solve"] + own["outlook"])
        try:
            took, mark = float(run(python, "-c", GAMBIT, tree, timeout=GAMBIT_LIMIT)), ""
        except subprocess.TimeoutExpired:
            took, mark = GAMBIT_LIMIT, "> "
        table.row(f"{types[0]} x {types[1]} types, T = {rounds}", f"{mark}{took:.2f}",
                  *(text for own in seconds for text in (f"{own:.5f}", f"{mark}{took / own:,.0f}")))
        table.result["gambit"].append(
            {"types": types, "rounds": rounds, "gambit_seconds": took, "is_finished": not mark, "brink_seconds": seconds})


# ---- Two commits ----


def build_commit(folder, commit):
    tree = os.path.join(folder, commit.replace("/", "_"))
    run("git", "-C", REPOSITORY, "worktree", "add", "--detach", tree, commit)
    run("meson", "setup", f"{tree}/build", tree, "-Dbench=true")
    run("ninja", "-C", f"{tree}/build", "bench/bench-rooms")
    return tree


def compare(commits, rounds, resolution):
    with tempfile.TemporaryDirectory() as folder:
        trees = []
        try:
            for commit in commits:
                trees.append(build_commit(folder, commit))
            times = [[] for _ in commits]
            for _ in range(2 * REPETITIONS + 1):
                for tree, runs in zip(trees, times):
                    runs.append(lines_of(run(f"{tree}/build/bench/bench-rooms", FLAGSHIP, str(rounds),
                                             str(resolution)))[0])
        finally:
            for tree in trees:
                run("git", "-C", REPOSITORY, "worktree", "remove", "--force", tree)
    print_comparison(commits, times)
    return {"commits": commits, "times": times}


def print_comparison(commits, times):
    table = Table()
    table.head("Flagship, medians of runs taken in turns", commits[0][:10], commits[1][:10], "ratio")
    for room in ROOMS:
        before, after = (statistics.median(line[room] for line in runs) for runs in times)
        table.row(room, f"{before:.4f}", f"{after:.4f}", f"{after / before:.3f}")


# ---- The first solver ----


def build_first(folder):
    """The program of that commit, and bench/first.c with its library; returns the tree and the benchmark's path."""
    tree, program = os.path.join(folder, FIRST), os.path.join(folder, "bench-first")
    run("git", "-C", REPOSITORY, "worktree", "add", "--detach", tree, FIRST)
    run("meson", "setup", f"{tree}/build", tree, "--buildtype=release")
    run("ninja", "-C", f"{tree}/build")
    libraries = run("pkg-config", "--libs", "yaml-0.1", "jansson", "gsl", "libmd").split()
    bench = os.path.join(REPOSITORY, "bench")
    run("cc", "-std=c17", "-O3", "-DNDEBUG", "-D_POSIX_C_SOURCE=200809L", f"-I{bench}", f"-I{tree}/include",
        f"-I{tree}/src", f"{bench}/first.c", f"{tree}/build/libbrink.a", *libraries, "-lm", "-o", program)
    return tree, program


def time_first(build, rounds, resolution, table):
    """In turns, with today's program on the scenario of that day; the least of the repetitions."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            tree, program = build_first(folder)
            scenario = os.path.join(tree, "scenarios", "geneva-2026.yaml")
            runs = [lines_of(run(program, scenario, str(rounds), str(resolution))) +
                    lines_of(run(f"{build}/bench/bench-solve", scenario, str(rounds), str(resolution)))
                    for _ in range(REPETITIONS)]
        finally:
            run("git", "-C", REPOSITORY, "worktree", "remove", "--force", os.path.join(folder, FIRST))
    least = [min(lines, key=lambda line: line["wall_seconds"]) for lines in zip(*runs)]
    table.head(f"On the flagship of {FIRST}, {rounds} rounds, R = {resolution}, {least[0]['fixed_points']:,} fixed points",
               "responses", "clock s", "faster")
    for line in least:
        name = line["solver"] + (f", {line['threads']} thread" + "s" * (line["threads"] > 1) if line.get("threads") else "")
        table.row(name, f"{line['responses_per_point']:.2f}", f"{line['wall_seconds']:.3f}",
                  f"{least[0]['wall_seconds'] / line['wall_seconds']:.1f}")
    table.result["first"] = least


# ---- The whole ----


def write_json(path, result):
    with open(path + ".new", "w") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    os.replace(path + ".new", path)
    print(f"\nwritten: {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="build folder with the benchmarks (default build)")
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--json", metavar="PATH", help="default BUILD/bench.json")
    parser.add_argument("--gambit", metavar="PYTHON", help="an interpreter that has pygambit")
    parser.add_argument("--compare", nargs=2, metavar="COMMIT", help="compare two commits on the flagship instead")
    parser.add_argument("--first", action="store_true", help="compare with the solver that brink began with instead")
    options = parser.parse_args()
    rounds, resolution = (2, 10) if options.quick else (6, 20)
    table = Table()
    table.result["machine"] = machine()
    if options.compare:
        table.result["comparison"] = compare(options.compare, rounds, resolution)
    elif options.first:
        time_first(options.build, rounds, resolution, table)
    else:
        print(f"{table.result['machine']['processor']}, {os.cpu_count()} processors, "
              f"commit {table.result['machine']['commit']}")
        with tempfile.TemporaryDirectory() as folder:
            time_solvers(options.build, rounds, resolution, table)
            time_again(options.build, rounds, resolution, table)
            time_ceiling(options.build, table)
            share_rooms(options.build, rounds, resolution, table)
            time_gradient(options.build, rounds, resolution, table)
            grow(options.build, folder, options.quick, table)
            grow_bargaining(options.build, folder, table)
            if options.gambit:
                time_gambit(options.build, folder, options.gambit, table)
    write_json(options.json or os.path.join(options.build, "bench.json"), table.result)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(f"bench: {' '.join(error.cmd)} failed:\n{error.stderr}")

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks Gambit for the agent logit equilibrium of every case and stores the answer.

    make_answers.py BRINK [CASE ...]         BRINK is the built program
    make_answers.py --tree PROGRAM NAME      a tree that a test program writes: PROGRAM PATH

Needs pygambit. Gambit follows the principal branch to lambda = 1 to about eight digits; Newton's method on the tree's own equations
(tree.py) then adds the rest. How far that moved is stored and must be small: it refines Gambit's point and finds no other.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from tree import Tree  # noqa: E402


def case_path(case):
    return os.path.join(HERE, "cases", case + ".yaml")


def answer_path(case):
    return os.path.join(HERE, "answers", case + ".json")


def cases():
    return sorted(name[:-5] for name in os.listdir(os.path.join(HERE, "cases")) if name.endswith(".yaml"))


def export(brink, case):
    """The exported tree; run from the folder of the cases, so that no path can enter it."""
    return subprocess.run(
        [brink, "export", case + ".yaml"], cwd=os.path.join(HERE, "cases"), check=True, capture_output=True
    ).stdout


def tree_of_program(program):
    """The tree that a test program writes to the path it is given."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tree.efg")
        subprocess.run([os.path.abspath(program), path], check=True)
        with open(path, "rb") as file:
            return file.read()


def ask_gambit(text, tree):
    """Gambit's probabilities in the order of the tree's slots."""
    import pygambit

    game = pygambit.read_efg(io.StringIO(text))
    assert game.is_perfect_recall
    answer = pygambit.qre.logit_solve_lambda(game, [1.0])[0]
    found = {}
    at = 0
    for player in game.players:
        for infoset in player.infosets:
            found[player.label, infoset.label] = [answer[at + k] for k in range(len(infoset.actions))]
            at += len(infoset.actions)
    assert at == len(answer)
    sigma = [p for _, _, player, label, _ in tree.sets for p in found[tree.players[player], label]]
    return numpy.array(sigma), answer.lam


def solve(text):
    tree = Tree(text)
    gambit, reached = ask_gambit(text, tree)
    sigma = tree.refine(gambit)
    return tree, sigma, {
        "lambda_reached": reached,
        "residual_of_gambit": tree.residual(gambit),
        "residual": tree.residual(sigma),
        "refined_by": float(numpy.abs(sigma - gambit).max()),
    }


def answer_of(data):
    import pygambit

    tree, sigma, quality = solve(data.decode("ascii"))
    kinds, details, rounds = tree.outcomes(sigma)
    return {
        "solved_by": "pygambit " + pygambit.__version__ + ", qre.logit_solve_lambda at 1",
        "sha256": hashlib.sha256(data).hexdigest(),
        "nodes": len(tree.nodes),
        "information_sets": len(tree.sets),
        **quality,
        "outcomes": kinds,
        "details": details,
        "rounds": rounds,
        "tabled": tree.tabled(sigma),
        "postures": tree.postures(sigma),
        "first_behaviour": tree.first_behaviour(sigma),
    }


def store(name, data):
    began = time.monotonic()
    answer = answer_of(data)
    assert answer["refined_by"] < 1e-5 and answer["residual"] < 1e-12, (name, answer)
    with open(answer_path(name), "w") as file:
        json.dump(answer, file, indent=1, sort_keys=True)
        file.write("\n")
    print(f"{name}: {answer['nodes']} nodes, {answer['information_sets']} information sets, refined by "
          f"{answer['refined_by']:.1e}, residual {answer['residual']:.1e}, {time.monotonic() - began:.1f} s", flush=True)


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--tree":
        store(sys.argv[3], tree_of_program(sys.argv[2]))
    elif len(sys.argv) >= 2 and not sys.argv[1].startswith("-"):
        for case in sys.argv[2:] or cases():
            store(case, export(os.path.abspath(sys.argv[1]), case))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()

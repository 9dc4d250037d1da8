#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the built program against Gambit's stored answers.

    test_answers.py BRINK POKER     the program, and the test program that writes the poker tree

Every method name is a claim. pygambit is not needed; where it is installed one case is solved afresh.
"""

import hashlib
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
from make_answers import answer_path, cases, export, tree_of_program  # noqa: E402

BRINK = POKER = None
RESOLUTION = {1: 2}  # one round: nothing is looked up on the grid, so any will do
LIVE_CASE = "ultimatum"


def stored(name):
    with open(answer_path(name)) as file:
        return json.load(file)


def outlook(case, *settings):
    text = subprocess.run(
        [BRINK, "run", case + ".yaml", "--json", "-", *settings],
        cwd=os.path.join(HERE, "cases"), check=True, capture_output=True,
    ).stdout
    return json.loads(text)


class Answers(unittest.TestCase):
    pass


if __name__ == "__main__":
    BRINK, POKER = (os.path.abspath(path) for path in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's excerpt of `make demo` is what the program prints.

    readme.py BRINK ROOT
"""

import os
import re
import subprocess
import sys
import unittest

BRINK, ROOT = (os.path.abspath(path) for path in sys.argv[1:3])


class Excerpt(unittest.TestCase):
    def test_the_readme_shows_what_the_demo_prints(self):
        with open(ROOT + "/README.md", encoding="utf-8") as file:
            blocks = re.findall(r"^```(\w*)\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
        blocks = [text for language, text in blocks if not language]
        self.assertEqual(len(blocks), 1, "the README holds one excerpt of the output")
        told = subprocess.run([BRINK, "run", "scenarios/geneva-2026.yaml"], cwd=ROOT, check=True, capture_output=True)
        printed = told.stdout.decode()
        self.assertGreater(blocks[0].count("\n"), 20)
        self.assertEqual(printed[: len(blocks[0])], blocks[0])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

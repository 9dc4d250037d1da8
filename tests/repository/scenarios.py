#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every shipped scenario and every template answers every command, within 80 columns, and is told of in the documents.

    scenarios.py BRINK ROOT
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BRINK, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
TEMPLATES = sorted((ROOT / "src/cli/templates").glob("*.yaml"))
FLAGSHIP = "geneva-2026.yaml"  # its own tests run it; it takes too long for all commands here


def brink(*words):
    return subprocess.run([BRINK, *map(str, words)], cwd=ROOT, capture_output=True, timeout=300, env={**os.environ, "COLUMNS": "80"})


class Shipped(unittest.TestCase):
    def good(self, *words, statuses=(0,)):
        done = brink(*words)
        self.assertIn(done.returncode, statuses, (words, done.stderr.decode()))
        for line in done.stdout.decode().splitlines():
            self.assertLessEqual(len(line), 80, (words, line))
        return done.stdout.decode()

    def test_there_are_some(self):
        self.assertGreaterEqual(len(SCENARIOS), 6)
        self.assertEqual(len(TEMPLATES), 3)

    def test_each_checks_and_explains(self):
        for path in [*SCENARIOS, *TEMPLATES]:
            self.assertEqual(self.good("check", path.relative_to(ROOT)), f"{path.relative_to(ROOT)}: good\n")
            self.assertIn("For all", self.good("explain", path))

    def test_each_runs_is_mapped_and_swept(self):
        for path in [*SCENARIOS, *TEMPLATES]:
            if path.name == FLAGSHIP:
                continue
            self.assertIn("By the last meeting", self.good("run", path, "-r", "4"))
            self.assertIn("Who would sign how many", self.good("packages", path))
            self.assertIn("4 of 4 draws", self.good("sweep", path, "-n", "4"))

    def test_each_has_claims_and_variants_that_can_be_judged(self):
        for path in [*SCENARIOS, *TEMPLATES]:
            if path.name == FLAGSHIP:
                continue
            told = brink("claims", path, "-n", "4", "--quiet", "--json", "-")
            self.assertIn(told.returncode, (0, 1), told.stderr.decode())
            claims = json.loads(told.stdout)["claims"]
            self.assertTrue(claims, path)
            for claim in claims:
                self.assertIn(claim["verdict"], ("holds", "fails", "depends"))

    def test_a_variant_that_contradicts_what_was_seen_is_told(self):
        seen = "history: [{round: 2030-05-06, force: {north: shut}}]\n"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            file.write((ROOT / "scenarios/ultimatum.yaml").read_text(encoding="utf-8") + seen)
            file.flush()
            told = self.good("claims", file.name, "-n", "2", statuses=(1,))
        self.assertIn("unknown   Shut locks make an agreement more likely\n          one of its sides could not be solved", told)
        self.assertNotIn("nan", told)

    def test_timetables_are_followed(self):
        self.good("timetable", ROOT / "scenarios/trade-war-2019.yaml", "--draft", "text_cut")
        self.good("timetable", ROOT / "src/cli/templates/trade.yaml", "--draft", "broad")

    def test_each_is_told_of(self):
        page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
        listed = (ROOT / "meson.build").read_text(encoding="utf-8")
        for path in SCENARIOS:
            self.assertIn(f"`scenarios/{path.name}`", page)
            self.assertIn(f"'scenarios/{path.name}'", listed, "it is not installed")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

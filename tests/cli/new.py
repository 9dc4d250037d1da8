#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`brink new`: whatever is answered, the file it writes checks, explains and runs, and holds the answers as they were given.

    new.py BRINK ROOT
"""

import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time
import unittest

BRINK, ROOT = (os.path.abspath(path) for path in sys.argv[1:3])
TEMPLATES = {
    "ultimatum": "scenarios/ultimatum.yaml",
    "two-track": "src/cli/templates/two-track.yaml",
    "labour-dispute": "src/cli/templates/labour-dispute.yaml",
    "trade": "src/cli/templates/trade.yaml",
}
PLAIN = ["--parties", "A, B", "--issue", "Price", "--options", "high, low"]
# Words of the language, of YAML and of no language.
HOSTILE = [
    'a "quoted" one', "it's", "colon: space", "key:", "# no comment", "- item", "? key", "*alias", "&anchor", "!tag", "%TAG",
    "{brace", "]bracket", "|", ">", "@at", "`tick`", "back\\slash", "\\u0041", "~", "null", "true", "no", "1e9", "0x1F", "2026-02-30",
    "today", "rest", "none", "base", "is", "from", "note", "types", "synergies", "red_lines", "trades", "swings", "anchor", "share", "interim", "name", "when", "set",
    "Straße nach Köln", "Москва", "长城", "🚢 boat", "العربية", "e\u0301", "\u2028line", "\ufeffmark", "\x01\x1b[31mred", "\x7f", "--dash", "+plus",
    "-5", "100%", "a/b", "a.b", "x" * 300, "<<", "---", "...", "__proto__", "$HOME", "%s%n",
]


def brink(*words, answers="", folder=ROOT):
    return subprocess.run([BRINK, *words], cwd=folder, input=answers.encode("utf-8", "surrogateescape"), capture_output=True, timeout=60)


class Folder(unittest.TestCase):
    def setUp(self):
        self.keeper = tempfile.TemporaryDirectory()
        self.folder = self.keeper.name
        self.addCleanup(self.keeper.cleanup)

    def brink(self, *words, answers=""):
        return brink(*words, answers=answers, folder=self.folder)

    def files(self):
        return sorted(os.listdir(self.folder))

    def read(self, name):
        return pathlib.Path(self.folder, name).read_text(encoding="utf-8")

    def assert_runs(self, name):
        """Checks, explains and runs; what it says of itself as JSON."""
        for words in (["check"], ["explain"]):
            done = self.brink(*words, name)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
        done = self.brink("run", name, "--no-error", "--rounds", "1", "-r", "2", "--quiet", "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        told = json.loads(done.stdout)
        self.assertAlmostEqual(sum(told["outcomes"][key] for key in ("deal", "interim", "lapse", "collapse", "conflict")), 1, places=9)
        return told


class Options(Folder):
    def test_words_and_terms_stand_in_the_file_as_given(self):
        done = self.brink("new", "--title", "The river", "--parties", "Up, Down", "--issue", "Water", "--options", "little, half, all",
                          "--today", "half", "--issue", "Price", "--options", "10; 20, at most; 30", "--today", "1", "--matters", "Price",
                          "--matters", "water", "--draft", "A trade", "--terms", "all; 20, at most", "--as-of", "2030-01-01", "--start",
                          "2030-02-01", "--every", "30", "--rounds", "3", "-o", "river.yaml")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(self.files(), ["river.yaml"])
        text = self.read("river.yaml")
        for line in ("clock: {start: 2030-02-01, every: 30 days, rounds: 3}", "today: half", 'today: 10', "as_of: 2030-01-01",
                     "    a_trade:\n      name: \"A trade\"\n      water: all\n      price: 20_at_most\n", "20_at_most: {name: \"20, at most\"}",
                     "    price: {weight: 26.7, scores: {10: 100, 20_at_most: 55, 30: 0}}"):
            self.assertIn(line, text)
        told = self.assert_runs("river.yaml")
        self.assertEqual(told["scenario"]["title"], "The river")

    def test_a_case_of_the_past_knows_nothing_later(self):
        done = self.brink("new", *PLAIN, "--start", "1975-11-24")
        self.assertIn(b"as_of: 1975-11-24 ", done.stdout)
        done = self.brink("new", *PLAIN, "--start", "1975-11-24", "--as-of", "1975-11-01")
        self.assertIn(b"as_of: 1975-11-01 ", done.stdout)

    def test_what_is_missing_is_named(self):
        for words, named in ((["--title", "x"], "--parties"), (PLAIN[:2], "--issue"), (PLAIN[:4], "--options"),
                             ([*PLAIN, "--matters", "Price"], "--matters")):
            done = self.brink("new", *words, "-o", "x.yaml")
            self.assertEqual(done.returncode, 2)
            self.assertIn(named, done.stderr.decode())
            self.assertEqual(self.files(), [])

    def test_what_makes_no_sense_is_refused(self):
        for words in (["--parties", "A"], ["--parties", "A, a"], ["--parties", "A,,B"], ["--parties", "A,B,C,D,E,F,G"], ["--options", "a, b"],
                      ["--issue", " "], ["--today", "a"], ["--start", "2030-02-30"], ["--start", "tomorrow"], ["--every", "0"],
                      ["--rounds", "1001"], ["--rounds", "3x"], ["--title", ""], [*PLAIN, "--today", "middle"], [*PLAIN, "--terms", "high"],
                      [*PLAIN, "--draft", "d", "--terms", "high, low"], [*PLAIN, "--draft", "d", "--issue", "late"],
                      [*PLAIN, "--draft", "as it is"], [*PLAIN, "--title", "latin \udce9"], ["--from", "trade", "--title", "x"],
                      ["--from", "nowhere"], ["file.yaml"]):
            done = self.brink("new", *words, "-o", "x.yaml")
            self.assertEqual(done.returncode, 2, words)
            self.assertTrue(done.stderr)
            self.assertEqual(done.stdout, b"")
            self.assertEqual(self.files(), [], words)

    def test_a_file_that_is_there_is_left_alone(self):
        pathlib.Path(self.folder, "x.yaml").write_text("mine")
        for words in (PLAIN, ["--from", "trade"], []):
            done = self.brink("new", *words, "-o", "x.yaml")
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"--force", done.stderr)
            self.assertEqual(self.read("x.yaml"), "mine")
        self.assertEqual(self.brink("new", *PLAIN, "-o", "x.yaml", "--force").returncode, 0)
        self.assertEqual(self.files(), ["x.yaml"])
        self.assert_runs("x.yaml")

    def test_a_folder_that_is_not_there_is_told(self):
        done = self.brink("new", *PLAIN, "-o", "nowhere/x.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"cannot be written", done.stderr)

    def test_without_a_path_it_goes_to_standard_output(self):
        done = self.brink("new", *PLAIN)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout, self.brink("new", *PLAIN, "-o", "-").stdout)
        pathlib.Path(self.folder, "x.yaml").write_bytes(done.stdout)
        self.assert_runs("x.yaml")

    def test_hostile_words_are_kept_and_harmless(self):
        for word in HOSTILE:
            words = ["--title", word, "--parties", f"{word}; {word} two", "--issue", word, "--options", f"{word}; {word} 2; {word} 3",
                     "--issue", f"{word} ", "--options", f"{word} x; {word} y", "--draft", word, "--terms", f"{word}; {word} x"]
            done = self.brink("new", *words, "-o", "x.yaml", "--force")
            self.assertEqual(done.returncode, 0, (word, done.stderr.decode()))
            told = self.assert_runs("x.yaml")
            self.assertEqual(told["scenario"]["title"], word, word)
            self.assertIn(word, [party["name"] for party in told["names"]["parties"].values()], word)

    def test_six_parties_and_many_issues_still_run(self):
        words = ["--parties", ", ".join(f"P{i}" for i in range(6))]
        for i in range(8):
            words += ["--issue", f"I{i}", "--options", "a, b, c, d"]
        self.assertEqual(self.brink("new", *words, "-o", "x.yaml").returncode, 0)
        self.assert_runs("x.yaml")


class Templates(Folder):
    def test_each_is_the_file_of_the_repository_and_runs(self):
        for name, path in TEMPLATES.items():
            done = self.brink("new", "--from", name)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(done.stdout, pathlib.Path(ROOT, path).read_bytes())
            self.assertEqual(self.brink("new", "--from", name, "-o", f"{name}.yaml").returncode, 0)
            self.assert_runs(f"{name}.yaml")
            done = self.brink("check", f"{name}.yaml")
            self.assertEqual(done.stderr, b"" if name != "ultimatum" else done.stderr)
            done = self.brink("claims", f"{name}.yaml", "-n", "4", "--quiet", "--json", "-")
            self.assertIn(done.returncode, (0, 1), done.stderr.decode())

    def test_help_names_them_all(self):
        for name in TEMPLATES:
            self.assertIn(name, self.brink("help", "new").stdout.decode())


ANSWERS = ["The river", "Up, Down", "Water", "little; half; all", "2", "Price", "", "3", "", "Water", "Price", "2030-02-01", "30", "3",
           "A trade", "all", "high", ""]


class Lines(Folder):
    def test_answers_from_a_file_are_taken_line_by_line(self):
        done = self.brink("new", "-o", "x.yaml", answers="\n".join(ANSWERS) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn('    a_trade:\n      name: "A trade"\n      water: all\n      price: high\n', self.read("x.yaml"))
        self.assert_runs("x.yaml")

    def test_empty_answers_make_a_scenario_too(self):
        done = self.brink("new", "-o", "x.yaml", answers="\n" * 10)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assert_runs("x.yaml")

    def test_answers_that_end_early_leave_nothing(self):
        for count in range(len(ANSWERS)):
            done = self.brink("new", "-o", "x.yaml", answers="".join(answer + "\n" for answer in ANSWERS[:count]))
            self.assertEqual(done.returncode, 2, count)
            self.assertIn(b"the answers end here", done.stderr)
            self.assertEqual(self.files(), [])

    def test_a_wrong_answer_ends_it(self):
        for answers in ("t\nOnly one\n", "t\n\n\none\n", "t\n\n\n\nnowhere\n", "x" * 5000 + "\n", "t\n\n\n\n\n\nno date\n"):
            done = self.brink("new", "-o", "x.yaml", answers=answers)
            self.assertEqual(done.returncode, 2, answers[:40])
            self.assertEqual(self.files(), [])

    def test_an_endless_answer_is_refused(self):
        with open("/dev/zero", "rb") as endless:
            done = subprocess.run([BRINK, "new", "-o", "x.yaml"], cwd=self.folder, stdin=endless, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.files(), [])


class Terminal(Folder):
    """The dialogue as a person meets it, over a pseudo-terminal."""

    def start(self, *words):
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execv(BRINK, [BRINK, "new", *words])
        self.child, self.terminal, self.said = child, terminal, ""
        self.addCleanup(os.close, terminal)

    def wait_for(self, text):
        """What has been said up to `text`, which must come within ten seconds."""
        end = time.monotonic() + 10
        while text not in self.said and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    self.said += os.read(self.terminal, 4096).decode()
                except OSError:
                    break
        self.assertIn(text, self.said)
        said, self.said = self.said.split(text, 1)
        return said

    def answer(self, question, text):
        said = self.wait_for(question)
        self.wait_for(": ")
        os.write(self.terminal, text.encode() + b"\n")
        return said

    def status(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])

    def test_it_asks_again_and_writes_at_the_end(self):
        self.start()
        self.answer("Title of the case", "Canal")
        self.answer("Parties", "Only one")
        self.answer("Parties", "North, South")
        self.answer("Issue 1", "Toll")
        said = self.answer("  Options", "high, low")
        self.assertIn("from what North wants most to what South wants most", said)
        self.answer("  Today", "never")
        self.answer("  Today", "2")
        for question in ("Issue 2", "First meeting", "Days from", "Meetings still", "Draft 1"):
            self.answer(question, "")
        self.assertEqual(self.files(), [])
        self.answer("File to write", "canal.yaml")
        self.wait_for("canal.yaml is written")
        self.assertEqual(self.status(), 0)
        self.assertEqual(self.files(), ["canal.yaml"])
        self.assert_runs("canal.yaml")

    def test_ctrl_c_leaves_nothing(self):
        for answered in range(3):
            self.start("-o", "x.yaml")
            for question in ("Title of the case", "Parties")[:answered]:
                self.answer(question, "")
            self.wait_for("]: ")
            os.write(self.terminal, b"\x03")
            self.wait_for("stopped; nothing was written")
            self.assertEqual(self.status(), 130)
            self.assertEqual(self.files(), [])

    def test_the_end_of_input_leaves_nothing(self):
        self.start("-o", "x.yaml")
        self.wait_for("]: ")
        os.write(self.terminal, b"\x04")
        self.wait_for("nothing was written")
        self.assertEqual(self.status(), 2)
        self.assertEqual(self.files(), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

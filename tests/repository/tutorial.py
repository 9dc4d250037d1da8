#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/tutorial.md is followed to the letter: commands run, edits are made, and what is shown is what comes out.

    tutorial.py BRINK ROOT

Blocks: `sh` is run; one without a language is an excerpt of what came out last (… stands for what is left out); `yaml find` and `yaml put`
are an edit of herring.yaml; `console` is the dialogue of `brink new` on a terminal.
"""

import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import tempfile
import time
import unittest

BRINK, ROOT = (os.path.abspath(path) for path in sys.argv[1:3])
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = re.compile(r"^(.*(?:\]|no more\)):)(?: (.*))?$")


def blocks():
    return BLOCK.findall(pathlib.Path(ROOT, "docs/tutorial.md").read_text(encoding="utf-8"))


class Tutorial(unittest.TestCase):
    def setUp(self):
        keeper = tempfile.TemporaryDirectory()
        self.addCleanup(keeper.cleanup)
        self.folder = pathlib.Path(keeper.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/brink").symlink_to(BRINK)
        self.environment = {**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "COLUMNS": "80"}
        self.printed = self.found = ""

    def sh(self, text):
        done = subprocess.run(["bash", "-ec", text], cwd=self.folder, env=self.environment, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, (text, done.stderr.decode()))
        self.printed = done.stdout.decode()

    def excerpt(self, text):
        at = 0
        for part in re.split(r"^…\n", text, flags=re.MULTILINE):
            found = self.printed.find(part.rstrip("\n"), at)
            self.assertGreaterEqual(found, 0, f"not printed, or not in this order:\n{part}\nin\n{self.printed}")
            at = found + len(part)

    def find(self, text):
        self.found = text

    def put(self, text):
        path = self.folder / "herring.yaml"
        before = path.read_text(encoding="utf-8")
        self.assertEqual(before.count(self.found), 1, self.found)
        path.write_text(before.replace(self.found, text), encoding="utf-8")

    def console(self, text):
        """Answers each prompt as the page does; what a person sees must be the page."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(BRINK, [BRINK, "new", "-o", "/dev/null/none"], self.environment)
        seen = ""
        for line in text.splitlines():
            prompt = PROMPT.match(line)
            if not prompt:
                continue
            seen = self.read_until(terminal, seen, prompt.group(1) + " ")
            os.write(terminal, ((prompt.group(2) or "") + "\n").encode())
        seen = self.read_until(terminal, seen, "\n")
        os.write(terminal, b"\x03")
        os.waitpid(child, 0)
        os.close(terminal)
        plain = "\n".join(line.rstrip() for line in seen.replace("\r", "").splitlines())
        self.assertIn(text.rstrip("\n"), plain)

    def read_until(self, terminal, seen, text):
        end = time.monotonic() + 20
        while not seen.endswith(text) and time.monotonic() < end:
            if select.select([terminal], [], [], 0.1)[0]:
                seen += os.read(terminal, 4096).decode()
            elif text == "\n":
                break
        return seen

    def test_it_can_be_followed(self):
        kinds = {"sh": self.sh, "": self.excerpt, "yaml find": self.find, "yaml put": self.put, "console": self.console}
        followed = []
        for kind, text in blocks():
            self.assertIn(kind, kinds)
            kinds[kind](text)
            followed.append(kind)
        self.assertGreaterEqual(followed.count("sh"), 9)
        self.assertGreaterEqual(followed.count(""), 7)
        self.assertGreaterEqual(followed.count("yaml put"), 4)

    def test_what_is_not_printed_is_found(self):
        self.printed = "one\ntwo\nthree\n"
        self.excerpt("one\n…\nthree\n")
        for wrong in ("four\n", "three\n…\none\n", "one\nthree\n"):
            with self.assertRaises(AssertionError):
                self.excerpt(wrong)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

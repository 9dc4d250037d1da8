#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/setup: the sets that are asked for exist, and where there is no dpkg it names what is missing and installs nothing.

    setup.py ROOT
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(sys.argv[1])
SETUP = os.path.join(ROOT, "tools/setup")
TEXT = pathlib.Path(SETUP).read_text()
SETS = re.search(r"^sets='(.*)'$", TEXT, re.MULTILINE)[1].split()


def packages(name):
    return re.search(rf"^{name}='(.*?)'", TEXT, re.MULTILINE)[1].split()


class Setup(unittest.TestCase):
    def setUp(self):
        """A machine with nothing but a shell and what scripts use of it."""
        keeper = tempfile.TemporaryDirectory()
        self.addCleanup(keeper.cleanup)
        self.bin = pathlib.Path(keeper.name)
        for tool in ("sh", "tr", "cat", "env"):
            self.have(tool, shutil.which(tool))

    def have(self, tool, place="/bin/true"):
        os.symlink(place, self.bin / tool)

    def run_setup(self, *sets):
        return subprocess.run([shutil.which("sh"), SETUP, *sets], env={"PATH": str(self.bin)}, capture_output=True, text=True, cwd=self.bin)

    def test_every_set_has_packages_and_says_what_of_it_is_lacking(self):
        for name in SETS:
            self.assertGreater(len(packages(name)), 0, name)
            done = self.run_setup(name)
            self.assertEqual(done.returncode, 1, name)
            self.assertIn("tools/setup: missing: ", done.stderr)
            self.assertTrue(done.stderr.rstrip().endswith(" ".join(packages(name))), done.stderr)

    def test_what_is_there_is_not_named(self):
        for tool in ("cc", "meson", "ninja"):
            self.have(tool)
        self.assertIn("missing: pkg-config yaml-0.1 jansson", self.run_setup("program").stderr)
        self.have("pkg-config")  # says that it knows every library
        done = self.run_setup("program")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_meson_too_old_is_told_with_a_remedy_and_a_newer_one_passes(self):
        for tool in ("cc", "ninja", "pkg-config"):
            self.have(tool)
        meson = self.bin / "meson"
        for version, is_new in (("0.53.2", False), ("0.60.3", False), ("0.61.2", True), ("1.0.1", True), ("1.10.0", True)):
            meson.write_text(f"#!{shutil.which('sh')}\necho {version}\n")
            meson.chmod(0o755)
            done = self.run_setup("program")
            self.assertEqual(done.returncode, 0 if is_new else 1, (version, done.stderr))
            self.assertEqual("pip install meson" in done.stderr, not is_new)
        stated = re.search(r"meson_version: '>=(\S+)'", pathlib.Path(ROOT, "meson.build").read_text())[1]
        self.assertIn(f"{stated} is needed", TEXT)

    def test_a_set_that_is_not_known_is_refused(self):
        done = self.run_setup("program", "weather")
        self.assertEqual(done.returncode, 2)
        self.assertIn("sets are " + " ".join(SETS), done.stderr)

    def test_sets_asked_for_elsewhere_exist(self):
        asked = set()
        for path in ["Makefile", "README.md", *(str(p.relative_to(ROOT)) for folder in ("docs", "tools", "tests", "bench", "fuzz")
                                                for p in pathlib.Path(ROOT, folder).rglob("*") if p.suffix in ("", ".md", ".py", ".sh", ".build"))]:
            if not os.path.isfile(os.path.join(ROOT, path)) or path in ("tools/setup", "tests/repository/setup.py"):
                continue
            for line in pathlib.Path(ROOT, path).read_text(errors="replace").splitlines():
                for words in re.findall(r"tools/setup((?: [a-z]+)+)(?=$|[`;]| +#)", line.split(" || ")[0]):
                    asked.update(words.split())
        self.assertEqual(asked & set(SETS), set(SETS))  # a set that nothing speaks of helps nobody
        self.assertLessEqual(asked, set(SETS))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

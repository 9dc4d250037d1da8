#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the program behaves beside its answers: diagnostics as JSON, colours and progress on a terminal only, and the end that Ctrl-C makes.

    manners.py PROGRAM SOURCE
"""
import fcntl
import json
import os
import pathlib
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
geneva, ultimatum, broken = "scenarios/geneva-2026.yaml", "scenarios/ultimatum.yaml", "tests/malformed/033-patience-above-1.yaml"
keys = ["severity", "code", "file", "line", "column", "length", "path", "message", "hint"]
# Every command with a mistake of its own, and the code it must get.
mistakes = {
    "run": (["run", broken], "S024"),
    "sweep": (["sweep", broken], "S024"),
    "claims": (["claims", ultimatum, "--draws", "x"], "U002"),
    "compare": (["compare", ultimatum, "no_such_variant"], "S028"),
    "packages": (["packages", ultimatum, "--disagreement", "x"], "U002"),
    "safeguards": (["safeguards", broken], "S024"),
    "timetable": (["timetable", ultimatum, "--draft", "x"], "S028"),
    "explain": (["explain", "no-such-file.yaml"], "S016"),
    "check": (["check", broken, ultimatum], "S024"),
    "export": (["export", broken], "S024"),
    "import": (["import", "genius", "no-such-file.xml", "no-such-file.xml"], "I013"),
    "schema": (["schema", "--output", "no-such-folder/x"], "U003"),
    "completion": (["completion", "x"], "U002"),
    "version": (["version", "x"], "U002"),
    "help": (["help", "x"], "U002"),
    "new": (["new", "--from", "x"], "U002"),
}


def commands():
    text = pathlib.Path(source, "src/cli/commands.def").read_text()
    return [line[len("COMMAND("):-1] for line in text.splitlines() if line.startswith("COMMAND(")]


def call(words, folder=source, **more):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}
    return subprocess.run([program, *words], cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL, text=True)


def on_terminal(words, columns=0, **more):
    """What the program says on standard error when that is a terminal; of that many columns, if any are stated."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}
    process = subprocess.Popen([program, *words], cwd=source, env=environment, stdout=subprocess.DEVNULL, stderr=its, stdin=subprocess.DEVNULL)
    os.close(its)
    said = b""
    while True:
        try:
            part = os.read(mine, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
    os.close(mine)
    process.wait()
    return said.decode()


class Diagnostics(unittest.TestCase):
    def test_every_command_says_its_mistakes_as_json(self):
        for name in commands():
            with self.subTest(name):
                words, code = mistakes[name]
                done = call([*words, "--diagnostics=json"])
                rows = [json.loads(line) for line in done.stderr.splitlines()]
                self.assertEqual(done.returncode, 2)
                self.assertEqual([list(row) for row in rows], [keys] * len(rows))
                self.assertIn(code, [row["code"] for row in rows])

    def test_a_row_holds_place_path_and_remedy(self):
        row = json.loads(call(["check", broken, "--diagnostics", "json"]).stderr)
        self.assertEqual((row["severity"], row["code"], row["file"], row["line"], row["path"]),
                         ("error", "S024", broken, 12, "parties.south.patience"))
        self.assertIn("status", row["hint"])

    def test_the_path_of_a_change_is_that_of_the_changed_value(self):
        done = call(["check", ultimatum, "--set", "parties.north.patience=3", "--set", "parties.south={patience: 7}", "--diagnostics=json"])
        rows = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertEqual({row["path"] for row in rows if row["code"] == "S024"}, {"parties.north.patience", "parties.south.patience"})

    def test_a_rung_of_a_ladder_goes_by_its_name(self):
        done = call(["check", "tests/malformed/035-negative-risk.yaml", "--diagnostics=json"])
        self.assertEqual(json.loads(done.stderr)["path"], "parties.north.postures.shut.risk")

    def test_check_writes_the_mistakes_of_all_files_to_one(self):
        done = call(["check", broken, ultimatum, "tests/malformed/035-negative-risk.yaml", "--json", "-"])
        self.assertEqual([json.loads(line)["file"] for line in done.stdout.splitlines()], [broken, "tests/malformed/035-negative-risk.yaml"])
        self.assertEqual((done.returncode, done.stderr), (2, ""))

    def test_names_that_are_not_utf8_are_still_json(self):
        done = subprocess.run([program.encode(), b"check", b"a\xff.yaml", b"--diagnostics=json"], cwd=source, capture_output=True)
        self.assertEqual(json.loads(done.stderr)["code"], "S016")

    def test_more_than_are_kept_are_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "x.yaml").write_text("".join(f"k{i}: 1\n" for i in range(300)))
            rows = call(["check", "x.yaml", "--diagnostics=json"], folder).stderr.splitlines()
        self.assertEqual(len(rows), 201)
        self.assertEqual(json.loads(rows[-1])["code"], "U006")

    def test_a_form_that_is_not_known_is_refused(self):
        done = call(["check", ultimatum, "--diagnostics=xml"])
        self.assertEqual(done.returncode, 2)
        self.assertIn("U002", done.stderr)


class Help(unittest.TestCase):
    def test_the_examples_of_commands_that_do_not_solve_work(self):
        for name in ("packages", "safeguards", "timetable", "explain", "check", "export", "new"):
            text = call(["help", name]).stdout.split("Example")[1].replace("\\\n", "")
            lines = [line.split("|")[0] for line in text.splitlines() if line.startswith("  brink ") and not line.endswith(" asks")]
            lines = [line for line in lines if "my-case" not in line and "brink run" not in line]
            self.assertGreater(len(lines), 0, name)
            for line in lines:
                with self.subTest(line), tempfile.TemporaryDirectory() as folder:
                    os.symlink(os.path.join(source, "scenarios"), os.path.join(folder, "scenarios"))
                    done = call(shlex.split(line)[1:], folder)
                    self.assertEqual(done.returncode, 0, done.stderr)


# The same weights, stated and told by a swing and a trade.
stated = "toll: {weight: 30, scores: {old: 0, high: 100}}, fleet: {weight: 24, scores: {in: 100, out: 0}}, water: {weight: 6, scores: {no: 0, full: 100}}"
told = ("toll: {scores: {old: 0, high: 100}}, fleet: {scores: {in: 100, out: 0}}, water: {scores: {no: 0, full: 100}}, anchor: {toll: 30}, "
        "swings: {toll: 100, water: 20}, trades: [{give: {fleet: [in, out], water: [full, no]}, get: {toll: [old, high]}, even: true}]")


class Elicited(unittest.TestCase):
    def of(self, words, preferences):
        text = f"""brink: 1
title: Told by trades
clock: {{start: 2030-01-01, every: 20 days, rounds: 1}}
parties: {{a: {{outside: {{collapse: -4}}}}, b: {{outside: {{collapse: -2}}}}}}
issues:
  toll: {{today: old, options: {{old: {{}}, high: {{}}}}}}
  fleet: {{today: in, options: {{in: {{}}, out: {{}}}}}}
  water: {{today: no, options: {{no: {{}}, full: {{}}}}}}
preferences: {{a: {{{preferences}}}, b: {{toll: {{weight: 20, scores: {{old: 100, high: 0}}}}}}}}
agenda: {{drafts: {{some: {{toll: high, fleet: out}}, all: {{toll: high, fleet: out, water: full}}}}}}
"""
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "x.yaml").write_text(text)
            done = call([*words, "x.yaml"], folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return re.sub(r"-?[0-9]+\.[0-9]+(e-?[0-9]+)?", lambda number: f"{float(number[0]):.9g}", done.stdout)

    def test_what_is_written_of_trades_is_what_is_written_of_their_weights(self):
        mistaken = stated.replace("weight: 24", "weight: 25")
        for words in (["export"], ["run", "--no-error"], ["packages"]):
            with self.subTest(words):
                texts = [re.sub(r"residual .*|sha256 .*|Numbers .*\n.*", "", self.of(words, preferences)) for preferences in (told, stated, mistaken)]
                self.assertEqual(texts[0], texts[1])
                self.assertNotEqual(texts[0], texts[2])


class Terminal(unittest.TestCase):
    def test_colours_are_for_terminals(self):
        self.assertIn("\033[1;31m", on_terminal(["check", broken]))
        self.assertNotIn("\033", call(["check", broken]).stderr)

    def test_no_color_and_a_plain_terminal_mean_no_colour(self):
        self.assertNotIn("\033", on_terminal(["check", broken], NO_COLOR="1"))
        self.assertNotIn("\033", on_terminal(["check", broken], TERM="dumb"))
        self.assertIn("\033[1;31m", on_terminal(["check", broken], NO_COLOR=""))

    def test_json_has_no_colours_on_a_terminal(self):
        json.loads(on_terminal(["check", broken, "--diagnostics=json"]))

    def test_what_is_long_shows_progress(self):
        for words in (["run", geneva, "--resolution", "60"], ["timetable", geneva, *long_design]):
            with self.subTest(words[0]):
                mine, its = pty.openpty()
                process = subprocess.Popen([program, *words], cwd=source, stdout=subprocess.DEVNULL, stderr=its)
                os.close(its)
                said = b""
                while not (b"\r" in said and b" %  " in said):
                    said += os.read(mine, 4096)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(), 130)
                os.close(mine)

    def test_diagnostics_are_broken_at_the_terminals_width_and_the_caret_stays_below_its_place(self):
        for words in (["timetable", geneva, "--draft", "civil_cap", "--design", "completion"], ["export", geneva], ["run", ultimatum, "--set", "x=1"],
                      ["check", broken], ["check", "tests/malformed/159-comma-in-a-text.yaml"]):
            whole = call(words).stderr
            for columns in (60, 80):
                with self.subTest((words, columns)):
                    said = on_terminal(words, columns, NO_COLOR="1").replace("\r", "")
                    wide = [line for line in said.splitlines() if len(line) > columns]
                    self.assertEqual([line for line in wide if not re.fullmatch(r"\S+ error\[....\]:", line)], [])  # a place is never broken
                    lines = [[line for line in text.splitlines() if not re.match(r" +\d* \| ", line)] for text in (said, whole)]
                    self.assertEqual(*[" ".join(" ".join(own).split()) for own in lines])
        narrow, wide = on_terminal(["check", broken], 60, NO_COLOR="1").replace("\r", "").splitlines(), call(["check", broken]).stderr.splitlines()
        source, caret = [[line for line in narrow if " | " in line][i] for i in (0, 1)]
        self.assertEqual(source[caret.index("^"):][:3], "1.4")
        self.assertIn(source, wide)

    def test_what_is_quick_shows_no_progress(self):
        self.assertEqual(on_terminal(["check", ultimatum]), "")


def large_space(issues=24, options=10):
    """A scenario of three parties with so many packages that nothing about them is quick; numbers as a fixed stream gives them."""
    state, lines = 1, ["brink: 1", "title: A large space", "clock: {start: 2030-01-01, every: 7 days, rounds: 2}", "parties:"]

    def draw(limit):
        nonlocal state
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        return (state >> 33) % limit

    lines += [f"  {party}: {{outside: {{collapse: 20, lapse: 10, conflict: -60}}}}" for party in "abcde"] + ["issues:"]
    names = ", ".join(f"o{o}: {{}}" for o in range(options))
    lines += [f"  i{k}: {{performer: a, today: o0, options: {{{names}}}}}" for k in range(issues)] + ["preferences:"]
    for party in "abcde":
        lines.append(f"  {party}:")
        for k in range(issues):
            best = 1 + draw(options - 1)
            scores = ", ".join(f"o{o}: {100 if o == best else o and draw(1000) / 10}" for o in range(options))
            lines.append(f"    i{k}: {{weight: {1 + draw(900) / 100}, scores: {{{scores}}}}}")
    lines += ["mediator: {name: mediator}", "agenda: {drafts: {d: {" + ", ".join(f"i{k}: o1" for k in range(issues)) + "}}}"]
    return "\n".join(lines) + "\n"


# Every command that reads a file, the file being a pipe that says nothing, and what it would write.
reading = {
    "run": ["run", "pipe", "--json", "out"],
    "sweep": ["sweep", "pipe", "--json", "out", "--csv", "rows"],
    "claims": ["claims", "pipe", "--json", "out"],
    "compare": ["compare", "pipe", "x", "--json", "out"],
    "packages": ["packages", "pipe", "--json", "out"],
    "safeguards": ["safeguards", "pipe", "--json", "out"],
    "timetable": ["timetable", "pipe", "--draft", "x", "--json", "out"],
    "explain": ["explain", "pipe", "--json", "out"],
    "check": ["check", "pipe", "--json", "out"],
    "export": ["export", "pipe", "--output", "out"],
    "import": ["import", "actors", "pipe", "--output", "out"],
}
at_once = {"schema", "completion", "version", "help"}

# Each long command at a size that nobody waits for, and the files that it would write.
long_design = ["--draft", "short_accord", "--design", "completion", "--steps", "2", "--phases", "8"]
long_commands = {
    "run": ["run", geneva, "--resolution", "60", "--json", "out"],
    "sweep": ["sweep", geneva, "--draws", "1000000", "--json", "out", "--csv", "rows"],
    "claims": ["claims", ultimatum, "--draws", "1000000", "--json", "out"],
    "compare": ["compare", geneva, "demand_zero", "no_fleet", "--resolution", "60", "--json", "out"],
    "safeguards": ["safeguards", geneva, "--draws", "100000", "--json", "out"],
    "timetable": ["timetable", geneva, *long_design, "--json", "out"],
}


class CtrlC(unittest.TestCase):
    def stop(self, words, folder, signals=(signal.SIGINT,)):
        """Starts, waits until it is at work, interrupts; the exit status and standard error."""
        place = [os.path.join(source, word) if word.startswith("scenarios/") else word for word in words]
        process = subprocess.Popen([program, *place], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        time.sleep(2)
        for number in signals:
            self.assertIsNone(process.poll(), "it was over before it could be stopped")
            process.send_signal(number)
            time.sleep(0.2)
        return process.returncode if process.poll() is not None else process.wait(), process.communicate()[1]

    def stop_reading(self, words, folder, number):
        """The same while it waits for its file."""
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        process = subprocess.Popen([program, *words], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        writer = None
        while writer is None:  # there is no other end before the program opens it
            self.assertIsNone(process.poll(), "it did not wait for its file")
            try:
                writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                time.sleep(0.01)
        process.send_signal(number)
        try:
            said = process.communicate(timeout=30)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            said = "it went on: " + process.communicate()[1]
        os.close(writer)
        os.remove(pipe)
        return process.returncode, said

    def test_it_and_the_end_of_a_job_end_every_command_that_reads(self):
        self.assertEqual(set(reading) | at_once | {"new"}, set(commands()))  # that of `new` is in new.py
        for name, words in reading.items():
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(name, number=number), tempfile.TemporaryDirectory() as folder:
                    status, said = self.stop_reading(words, folder, number)
                    self.assertEqual((status, os.listdir(folder)), (130, []))
                    self.assertEqual(said, "\nnote[U005]: stopped; nothing was written\n")

    def test_it_ends_each_long_command_and_nothing_is_half_written(self):
        for name, number in (("run", signal.SIGINT), ("compare", signal.SIGTERM), ("safeguards", signal.SIGINT), ("timetable", signal.SIGTERM)):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                status, said = self.stop(long_commands[name], folder, signals=(number,))
                self.assertEqual((status, os.listdir(folder)), (130, []))
                self.assertIn("note[U005]: stopped; nothing was written", said)

    def test_studies_keep_what_is_done(self):
        for name, number in (("sweep", signal.SIGINT), ("claims", signal.SIGTERM)):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                status, said = self.stop(long_commands[name], folder, signals=(number,))
                self.assertEqual(status, 130)
                self.assertIn("note[U005]: stopped; the answer is that of what was done", said)
                self.assertEqual(set(os.listdir(folder)), {"out", "rows"} if name == "sweep" else {"out"})
                self.assertGreater(json.loads(pathlib.Path(folder, "out").read_text())["done"], 0)

    def test_the_map_of_packages_is_that_of_what_was_known(self):
        for asked in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(asked), tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "large.yaml").write_text(large_space())
                words = ["packages", "large.yaml", "--json", "out"]
                process = subprocess.Popen([program, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                said = ""
                while " %  " not in said:  # after two seconds it says what it is at
                    said += process.stderr.readline()
                    self.assertIsNone(process.poll(), said)
                self.assertRegex(said, r"\d+ %  (counting packages|finding the frontier), \d+ s")
                process.send_signal(asked)
                text, more = process.communicate()
                found = json.loads(pathlib.Path(folder, "out").read_text())
                self.assertEqual(process.returncode, 130)
                self.assertIn("note[U005]: stopped; the map is that of what was known", more)
                self.assertIn("Unfinished: it was stopped", text)
                self.assertTrue(found["unfinished"] and found["profiles"][0]["unfinished"])
                self.assertGreater(len(found["profiles"][0]["frontier"]["points"]), 0)
                self.assertGreater(found["profiles"][0]["frontier"]["epsilon"], 0)

    def test_a_second_one_ends_a_study_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            status, said = self.stop([*long_commands["sweep"], "--resolution", "60"], folder, signals=(signal.SIGINT, signal.SIGINT))
            self.assertEqual((status, os.listdir(folder)), (130, []))
            self.assertIn("Ctrl-C again stops at once", said)

    def test_it_is_a_diagnostic_too(self):
        with tempfile.TemporaryDirectory() as folder:
            status, said = self.stop([*long_commands["run"], "--diagnostics=json"], folder)
        self.assertEqual((status, list(json.loads(said)), json.loads(said)["code"]), (130, keys, "U005"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

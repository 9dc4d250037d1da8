#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Studies over several processes: same bytes as one, and a clean end whatever happens to whom.

    ranks.py PROGRAM PROGRAM-WITH-MPI REPOSITORY      without arguments: MPI was not found, and nothing is tested
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import siege

DRAWS = 240
WORDS = {
    "sweep": ["-n", DRAWS, "--tornado", "--thresholds", "--csv", "OUT.csv"],
    "claims": ["-n", DRAWS],
    "compare": ["generous", "calm", "-n", DRAWS],
}
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none"]


class Ranks(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.scenario = siege.write(self.folder / "siege.yaml")
        self.rows = self.folder / "rows"

    def study(self, name, before, *more):
        """Exit status, and all that a study says on standard output and writes."""
        for old in self.folder.glob("out.*"):
            old.unlink()
        words = [str(word).replace("OUT", "out") for word in WORDS[name]]
        done = siege.run(*before, name, "siege.yaml", *words, "--json", "out.json", *more, cwd=self.folder)
        return (done.returncode, done.stdout, *(path.read_bytes() for path in sorted(self.folder.glob("out.*")))), done.stderr

    def ranks(self, count):
        return [*MPIRUN, "-n", count, ranks_program]

    def test_one_two_and_three_processes_say_and_write_the_bytes_of_the_plain_program(self):
        for name, status in (("sweep", 0), ("claims", 1), ("compare", 0)):
            plain, _ = self.study(name, [program], "--threads", "2")
            self.assertEqual(plain[0], status)
            for count, threads in ((1, 2), (2, 1), (2, 2), (3, 1)):
                with self.subTest(study=name, processes=count, threads=threads):
                    shared, said = self.study(name, self.ranks(count), "--threads", threads, "--times", "times")
                    self.assertEqual(shared, plain, said)
                    times = json.loads((self.folder / "times").read_text())
                    self.assertEqual((times["processes"], times["threads"]), (count, threads))

    def test_helpers_take_their_share(self):
        """Each process notes itself by a wrapper's clock: with two, neither does nearly all of the solves' time."""
        script = self.folder / "timed"
        script.write_text(f'#!/bin/sh\n"{ranks_program}" "$@"; s=$?; times >"cpu.$OMPI_COMM_WORLD_RANK"; exit $s\n')
        script.chmod(0o755)
        done = siege.run(*MPIRUN, "-n", 2, script, "sweep", "siege.yaml", "-n", 6000, "--threads", 1, "--quiet", cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        spent = [float((self.folder / f"cpu.{rank}").read_text().split()[2].split("m")[1].rstrip("s")) for rank in (0, 1)]
        self.assertGreater(min(spent), 0.1 * sum(spent), spent)

    def test_a_study_that_was_interrupted_goes_on_with_another_number_of_processes(self):
        whole, _ = self.study("sweep", [program])
        for count in (2, 3):
            process = subprocess.Popen([str(word) for word in [*self.ranks(count), "sweep", "siege.yaml", "-n", 200000, "--threads", 1,
                                                               "--resume", "rows"]],
                                       cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            begun = siege.rows(self.rows) if self.rows.exists() else 0
            while not self.rows.exists() or siege.rows(self.rows) < begun + 60:
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)  # as Ctrl-C does; mpirun passes SIGTERM on
            process.communicate(timeout=60)
            self.assertNotEqual(process.returncode, 0)
        text = self.rows.read_bytes().split(b"\n")
        self.rows.write_bytes(b"\n".join(text[:101]) + b"\n")
        for count in (1, 2):
            shutil.copy(self.rows, self.folder / "copy")
            resumed, said = self.study("sweep", self.ranks(count), "--resume", "copy")
            self.assertEqual(resumed, whole, said)

    def test_a_signal_to_any_process_ends_all_and_keeps_what_is_done(self):
        script = self.folder / "noted"
        script.write_text(f'#!/bin/sh\necho $$ >"pid.$OMPI_COMM_WORLD_RANK"\nexec "{ranks_program}" "$@"\n')
        script.chmod(0o755)
        for rank in (0, 1):
            for old in self.folder.glob("pid.*"):
                old.unlink()
            rows = self.folder / f"rows.{rank}"
            process = subprocess.Popen([*MPIRUN, "-n", "2", str(script), "sweep", "siege.yaml", "-n", "200000", "--threads", "1",
                                        "--resume", rows.name, "--json", "part.json"], cwd=self.folder, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            while not rows.exists() or siege.rows(rows) < 60:
                self.assertIsNone(process.poll())
            os.kill(int((self.folder / f"pid.{rank}").read_text()), signal.SIGINT)
            said = process.communicate(timeout=60)[1].decode()
            self.assertEqual(process.returncode, 130, said)
            self.assertEqual(said.count("what was done is kept"), 1, said)
            self.assertEqual(json.loads((self.folder / "part.json").read_text())["done"], siege.rows(rows))

    def test_a_killed_process_ends_all_and_the_rows_are_gone_on_with(self):
        script = self.folder / "noted"
        script.write_text(f'#!/bin/sh\necho $$ >"pid.$OMPI_COMM_WORLD_RANK"\nexec "{ranks_program}" "$@"\n')
        script.chmod(0o755)
        process = subprocess.Popen([*MPIRUN, "-n", "2", str(script), "sweep", "siege.yaml", "-n", "200000", "--threads", "1", "--resume",
                                    "rows"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while not self.rows.exists() or siege.rows(self.rows) < 60:
            self.assertIsNone(process.poll())
        os.kill(int((self.folder / "pid.1").read_text()), signal.SIGKILL)
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        self.rows.write_bytes(b"\n".join(self.rows.read_bytes().split(b"\n")[:51]) + b"\n")
        whole, _ = self.study("sweep", [program])
        resumed, said = self.study("sweep", [program], "--resume", "rows")
        self.assertEqual(resumed, whole, said)

    def refused(self, words, text, status=2):
        """Ends all, is said once, and leaves nothing half-written."""
        done = siege.run(*words, cwd=self.folder, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stderr.decode().count(text), 1, done.stderr)
        self.assertEqual(list(self.folder.glob("*.part")), [])

    def test_what_the_leader_refuses_is_said_once(self):
        sweep = [*self.ranks(2), "sweep", "siege.yaml"]
        self.refused([*self.ranks(2), "sweep", "no-such-file.yaml"], "cannot be read")
        self.refused([*sweep, "--draws", "many"], "must be a whole number")
        self.refused([*sweep, "--set", "parties.red.patience=2"], "must lie in (0, 1]")
        self.refused([*sweep, "--resume", "no-such-folder/rows"], "error[T006]")
        self.refused([*sweep, "--csv", "no-such-folder/draws.csv"], "cannot be written")
        self.refused([*sweep, "-n", "100000", "--csv", "/dev/full"], "cannot be written")

    def test_a_helper_without_the_study_ends_all(self):
        siege.write(self.folder / "other.yaml").write_text(self.scenario.read_text().replace("A siege", "Another siege"))
        script = self.folder / "astray"
        for file in ("no-such-file.yaml", "other.yaml"):
            script.write_text(f'#!/bin/sh\n[ "$OMPI_COMM_WORLD_RANK" = 1 ] && exec "{ranks_program}" sweep {file} -n 100000\n'
                              f'exec "{ranks_program}" sweep siege.yaml -n 100000\n')
            script.chmod(0o755)
            self.refused([*MPIRUN, "-n", "2", script], "process 1 cannot help")

    def test_the_slurm_script_runs_a_study_and_queues_itself_again_when_stopped(self):
        """With stand-ins for Slurm's own commands."""
        tools = self.folder / "tools"
        tools.mkdir()
        for name, body in (("srun", 'shift; echo "$@" >>srun.log; if [ -n "$STOP" ]; then exit 130; fi\n' +
                            " ".join(MPIRUN) + ' -n 2 "$@"'), ("scontrol", 'echo "$@" >>scontrol.log')):
            (tools / name).write_text(f"#!/bin/sh\n{body}\n")
            (tools / name).chmod(0o755)
        script = pathlib.Path(repository) / "src/study/mpi/sweep.sbatch"
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "BRINK": ranks_program, "SLURM_JOB_ID": "7", "STOP": "yes"}
        words = ["sh", script, "sweep", "siege.yaml", "-n", "40"]
        self.assertEqual(siege.run(*words, cwd=self.folder, env=environment).returncode, 130)
        self.assertEqual((self.folder / "scontrol.log").read_text(), "requeue 7\n")
        done = siege.run(*words, cwd=self.folder, env={**environment, "STOP": ""})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads((self.folder / "brink-7.json").read_text())["done"], 40)
        self.assertEqual(siege.rows(self.folder / "brink-7.rows"), 40)
        self.assertEqual((self.folder / "scontrol.log").read_text(), "requeue 7\n")


if __name__ == "__main__":
    if len(sys.argv) < 4 or not shutil.which("mpirun"):
        print("NOT TESTED: several processes. MPI is missing; `tools/setup mpi` installs it", file=sys.stderr)
        sys.exit(77)
    program, ranks_program, repository = (os.path.abspath(word) for word in sys.argv[1:4])
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    os.environ.setdefault("LSAN_OPTIONS", "detect_leaks=0")  # Open MPI keeps its own memory; study-studies tells of ours
    unittest.main(argv=sys.argv[:1])

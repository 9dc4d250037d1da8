#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the command of every case and compares standard output, standard error and exit status with what is kept.

    run.py PROGRAM             fails on the first difference of each case
    run.py PROGRAM --update    keeps what the program says now; the difference is for a person to review

A case is a folder with `command` (arguments, as a shell writes them; `COLUMNS=60` in front sets the width), and `stdout`, `stderr`, `exit`.
Commands run in the repository, so that paths in messages are the same everywhere.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
repository = here.parent.parent


def run(program, case):
    words = shlex.split((case / "command").read_text())
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    while words and "=" in words[0] and not words[0].startswith("-"):
        name, value = words.pop(0).split("=", 1)
        environment[name] = value
    done = subprocess.run([program, *words], cwd=repository, env=environment, capture_output=True, stdin=subprocess.DEVNULL)
    # how long it took, whether that deserved a word of progress, and the last digits of the residual, are the machine's own
    done.stderr = re.sub(rb"(?m)^ *[0-9]+ %  .* s\n|^[0-9]+ solves in .*\n", b"", done.stderr)
    done.stdout = re.sub(rb"residual\s+\S+,\s+[0-9.]+\s+s", b"residual *, * s", done.stdout)
    # progress is told where a run takes long
    done.stderr = re.sub(rb"(?m)^ *[0-9]+ %  solving.*\n", b"", done.stderr)
    if "--json" in words or words[0] in ("import", "export"):  # the last digits of a number are the mathematics library's own
        done.stdout = re.sub(rb"-?\d+\.\d+(e[-+]?\d+)?", lambda number: b"%.9g" % float(number[0]), done.stdout)
    return {"stdout": done.stdout, "stderr": done.stderr, "exit": b"%d\n" % done.returncode}


def differences(case, said):
    for name, text in said.items():
        kept = (case / name).read_bytes() if (case / name).exists() else b""
        if kept != text:
            yield from difflib.unified_diff(kept.decode("utf-8", "replace").splitlines(), text.decode("utf-8", "replace").splitlines(),
                                            f"{case.name}/{name}", "now", lineterm="")


def too_wide(case, said):
    words = shlex.split((case / "command").read_text())
    columns = int(words.pop(0).split("=")[1]) if words[0].startswith("COLUMNS=") else 80
    is_for_programs = "--json" in words or words[0] in ("import", "export", "schema", "completion")
    for line in [] if is_for_programs else said["stdout"].decode().splitlines():
        is_command = line.startswith("  brink ")  # to be copied, so never broken
        if len(line) > (80 if is_command else columns):
            yield f"{case.name}: wider than {columns} columns: {line}"


def main():
    program, update = os.path.abspath(sys.argv[1]), "--update" in sys.argv[2:]
    cases = sorted(path.parent for path in here.glob("*/command"))
    failed = not cases
    for case in cases:
        said = run(program, case)
        if update:
            for name, text in said.items():
                (case / name).write_bytes(text)
        wrong = [*differences(case, said), *too_wide(case, said)]
        failed = failed or bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {case.name}")
        print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if failed else 0


sys.exit(main())

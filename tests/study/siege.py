# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario of siege.h as a file, and what the tests that run the program share."""
import ast
import pathlib
import re
import subprocess


def write(path):
    header = (pathlib.Path(__file__).parent / "siege.h").read_text()
    body = header[header.index("siege_text[] ="):]
    path.write_text("".join(ast.literal_eval(piece) for piece in re.findall(r'"(?:[^"\\]|\\.)*"', body)))
    return path


def run(*words, timeout=120, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, timeout=timeout, **more)


def rows(path):
    """Whole rows in a file of --resume."""
    return max(0, path.read_bytes().count(b"\n") - 1)

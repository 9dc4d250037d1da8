#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the templates' texts as a table in C.

    embed.py OUTPUT NAME FILE [NAME FILE …]
"""
import pathlib
import sys

output, *pairs = sys.argv[1:]


def quoted(line):
    return '"' + "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\{byte:03o}" for byte in line) + '"'


with open(output, "w", encoding="ascii") as file:
    print('#include "templates.h"\n\nconst Template template_table[] = {', file=file)
    for name, path in zip(pairs[::2], pairs[1::2], strict=True):
        lines = pathlib.Path(path).read_bytes().splitlines(keepends=True)
        print(f'    {{"{name}",', *map(quoted, lines), "    },", sep="\n", file=file)
    print("    {0, 0},\n};", file=file)

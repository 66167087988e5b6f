#!/usr/bin/env python3
"""Writes unicode_data.h: what Python's str methods know of the characters beyond ASCII, as runs.

    python3 src/jinja/unicode_data.py > src/jinja/unicode_data.h

Characters that are not assigned in this Python's version of Unicode may fall into a run beside them.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from c_table import table

EVERY = [c for c in range(0x80, 0x110000) if unicodedata.category(chr(c)) != "Cn"]
PROPERTIES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "decimal": str.isdecimal,
    "digit": str.isdigit,
    "numeric": str.isnumeric,
    "space": str.isspace,
    "upper": str.isupper,
    "lower": str.islower,
    "title": lambda s: unicodedata.category(s) == "Lt",
    "hidden": lambda s: not s.isprintable(),
}


def runs(wanted: Callable[[str], bool]) -> list[list[int]]:
    """[first, last, step] of the characters that have the property; step 2 where capital and small letters take turns."""
    found: list[list[int]] = []
    gap = False
    for c in EVERY:
        if not wanted(chr(c)):
            gap = True
            continue
        last = found[-1] if found else None
        if last and last[2] == 1 and not gap:
            last[1] = c
        elif last and (c - last[1] == last[2] or last[0] == last[1] and c - last[1] == 2):
            last[1], last[2] = c, c - last[1]
        else:
            found.append([c, c, 1])
        gap = False
    return found


def shifts(change: Callable[[str], str], usual: Callable[[str], str]) -> list[list[int]]:
    """[first, last, step, distance] of the characters that become another one, where that is not what is usual."""
    found: list[list[int]] = []
    for c in EVERY:
        to = change(chr(c))
        if len(to) != 1 or to == usual(chr(c)):
            continue
        last = found[-1] if found else None
        same = last and last[3] == ord(to) - c
        if same and (c - last[1] == last[2] or last[0] == last[1] and c - last[1] <= 2):
            last[1], last[2] = c, c - last[1]
        else:
            found.append([c, c, 1, ord(to) - c])
    return found


def longer(change: Callable[[str], str]) -> Iterator[str]:
    for c in EVERY:
        to = change(chr(c))
        if len(to) > 1:
            text = "".join(f"\\x{byte:02x}" for byte in to.encode())
            yield f'{{0x{c:x}, "{text}"}},'


def main() -> None:
    print(f"/* Written by unicode_data.py from Unicode {unicodedata.unidata_version}: included by unicode.c alone. */")
    print("/* clang-format off */\n#pragma once\n\n#include <stdint.h>\n")
    print("typedef struct UnicodeRun {\n    uint32_t first, last, step;\n} UnicodeRun;\n")
    print("typedef struct UnicodeShift {\n    uint32_t first, last, step;\n    int32_t distance;\n} UnicodeShift;\n")
    print("typedef struct UnicodeText {\n    uint32_t from;\n    const char *to;\n} UnicodeText;\n")
    for name, wanted in PROPERTIES.items():
        table(f"UnicodeRun {name}_runs", [f"{{0x{a:x}, 0x{b:x}, {s}}}," for a, b, s in runs(wanted)])
    changes = [
        ("lower", str.lower, str),
        ("upper", str.upper, str),
        ("title", str.title, str.upper),
        ("fold", str.casefold, str.lower),
    ]
    for name, change, usual in changes:
        items = [f"{{0x{a:x}, 0x{b:x}, {s}, {d}}}," for a, b, s, d in shifts(change, usual)]
        table(f"UnicodeShift {name}_shifts", items)
        table(f"UnicodeText {name}_texts", list(longer(change)))


if __name__ == "__main__":
    main()

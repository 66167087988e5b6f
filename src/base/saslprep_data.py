#!/usr/bin/env python3
"""Writes saslprep_data.h: the tables of RFC 3454 that RFC 4013 names, and NFKC of the characters that Unicode 3.2 had.

    python3.11 src/base/saslprep_data.py > src/base/saslprep_data.h

Of Unicode 14, as in Python 3.11 and PostgreSQL 15.
"""

import stringprep
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from c_table import table

EVERY = [c for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)

FORBIDDEN = [getattr(stringprep, f"in_table_{name}") for name in "a1 c21_c22 c3 c4 c5 c6 c7 c8 c9".split()]
PROPERTIES: dict[str, Callable[[str], bool]] = {
    "space": stringprep.in_table_c12,
    "nothing": lambda s: stringprep.in_table_b1(s) and not stringprep.in_table_c12(s),
    "forbidden": lambda s: any(table(s) for table in FORBIDDEN) and not stringprep.in_table_c12(s),
    "right_to_left": stringprep.in_table_d1,
    "left_to_right": stringprep.in_table_d2,
}


def parts(c: int) -> tuple[bool, list[int]]:
    """(canonical?, one step of the decomposition)."""
    words = unicodedata.decomposition(chr(c)).split()
    canonical = bool(words) and not words[0].startswith("<")
    return canonical, [int(word, 16) for word in (words if canonical else words[1:])]


def composes(c: int) -> bool:
    canonical, to = parts(c)
    return canonical and len(to) == 2 and unicodedata.normalize("NFC", chr(c)) == chr(c)


def closure(characters: Iterable[int]) -> list[int]:
    found, waiting = set(), list(characters)
    while waiting:
        c = waiting.pop()
        if c not in found and c not in HANGUL and parts(c)[1]:
            found.add(c)
            waiting += parts(c)[1]
    return sorted(found)


def runs(characters: Iterable[int], value: Callable[[int], int]) -> list[list[int]]:
    """[first, last, value]."""
    found: list[list[int]] = []
    for c in characters:
        if found and found[-1][1] == c - 1 and found[-1][2] == value(c):
            found[-1][1] = c
        else:
            found.append([c, c, value(c)])
    return found


def main() -> None:
    print(f"/* Written by saslprep_data.py from Unicode {unicodedata.unidata_version}: included by saslprep.c alone. */")
    print("/* clang-format off */\n#pragma once\n\n#include <stdint.h>\n")
    print("typedef struct PrepRun {\n    uint32_t first, last;\n} PrepRun;\n")
    print("/* What one step of the decomposition makes of a run: first becomes to, the next one to + 1. */")
    print("typedef struct PrepShift {\n    uint32_t first, last, to;\n} PrepShift;\n")
    print("typedef struct PrepPair {\n    uint32_t composed, first, second;\n} PrepPair;\n")
    print("typedef struct PrepText {\n    uint32_t from;\n    const char *to;\n} PrepText;\n")
    print("typedef struct PrepClass {\n    uint32_t first, last, rank;\n} PrepClass;\n")
    for name, wanted in PROPERTIES.items():
        found = runs((c for c in EVERY if wanted(chr(c))), lambda c: 0)
        table(f"PrepRun {name}_runs", [f"{{0x{a:x}, 0x{b:x}}}," for a, b, _ in found])
    mapped = closure(c for c in EVERY if not any(PROPERTIES[p](chr(c)) for p in ("space", "nothing", "forbidden")))
    pairs = [c for c in mapped if composes(c)]
    single = [c for c in mapped if len(parts(c)[1]) == 1]
    rest = [c for c in mapped if c not in set(pairs) and c not in set(single)]
    table("PrepPair pairs", [f"{{0x{c:x}, 0x{parts(c)[1][0]:x}, 0x{parts(c)[1][1]:x}}}," for c in pairs])
    shifts = runs(single, lambda c: parts(c)[1][0] - c)
    table("PrepShift shifts", [f"{{0x{a:x}, 0x{b:x}, 0x{a + d:x}}}," for a, b, d in shifts])
    texts = []
    for c in rest:
        text = "".join(f"\\x{byte:02x}" for to in parts(c)[1] for byte in chr(to).encode())
        texts.append(f'{{0x{c:x}, "{text}"}},')
    table("PrepText texts", texts)
    ranks = runs((c for c in EVERY if unicodedata.combining(chr(c))), lambda c: unicodedata.combining(chr(c)))
    table("PrepClass classes", [f"{{0x{a:x}, 0x{b:x}, {rank}}}," for a, b, rank in ranks])


if __name__ == "__main__":
    main()

"""Advice, not a gate: files over 800 lines and functions over 100 lines of src/."""

import re

from tree import c_files, code, text

FILE_LINES = 800
FUNCTION_LINES = 100
# A function as .clang-format lays it out: its first line starts at the margin and ends with `{`, its last line is `}`.
FUNCTION = re.compile(r"^(?![#}\s])[^\n;=]*?(\w+)\([^;{}]*\)[^;{}=]*\{\n(.*?)^\}$", re.MULTILINE | re.DOTALL)


def main():
    for path in c_files("src", suffixes=(".c", ".h")):
        lines = text(path).count("\n")
        if lines > FILE_LINES:
            print(f"{path}: {lines} lines")
        for match in FUNCTION.finditer(code(path)):
            length = match[0].count("\n") + 1
            if length > FUNCTION_LINES:
                print(f"{path}: {match[1]} has {length} lines")


if __name__ == "__main__":
    main()

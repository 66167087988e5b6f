"""What the lint scripts share: the tree's C files, their text without comments and literals, and exception lists.

An exception list is tools/exceptions/CHECK.txt, one `path: word` a line with the reason after `#`. They start empty and a line
in them is a debt.
"""

import re
import sys
from functools import lru_cache
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def c_files(*folders, suffixes=(".c", ".h", ".def")):
    """Paths relative to the tree, sorted."""
    found = [p for folder in folders for p in (TREE / folder).rglob("*") if p.suffix in suffixes]
    return sorted(p.relative_to(TREE) for p in found)


@lru_cache(maxsize=None)
def text(path):
    return (TREE / path).read_text(errors="replace")


@lru_cache(maxsize=None)
def code(path, keep_strings=False):
    """The file's text with comments (and the inside of literals) blanked; line numbers stay right."""

    def blank(match):
        token = match.group()
        if keep_strings and token[0] in "\"'":
            return token
        if token[0] in "\"'":
            return token[0] + " " * (len(token) - 2) + token[0]
        return re.sub(r"[^\n]", " ", token)

    return TOKEN.sub(blank, text(path))


def line_of(source, position):
    return source.count("\n", 0, position) + 1


def exceptions(check):
    """The set of (path, word) that the check lets pass."""
    path = TREE / "tools" / "exceptions" / f"{check}.txt"
    pairs = set()
    if path.exists():
        for line in path.read_text().splitlines():
            line = line.split("#")[0].strip()
            if line:
                where, _, word = line.partition(":")
                pairs.add((where.strip(), word.strip()))
    return pairs


class Report:
    """Collects what a check finds and turns it into output and an exit status; says which exceptions are no longer needed."""

    def __init__(self, check):
        self.allowed = exceptions(check)
        self.unused = set(self.allowed)
        self.check = check
        self.lines = []

    def add(self, path, line, word, message):
        key = (str(path), word)
        if key in self.allowed:
            self.unused.discard(key)
            return
        self.lines.append(f"{path}:{line}: {message}")

    def finish(self):
        for path, word in sorted(self.unused):
            self.lines.append(f"tools/exceptions/{self.check}.txt: {path}: {word} is no longer needed")
        for line in self.lines:
            print(line)
        sys.exit(1 if self.lines else 0)

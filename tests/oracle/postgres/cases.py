"""Statements as text: statements/GROUP.sql, cases apart by blank lines. README.md beside this file says how to write one.

The input of a case: {"group", "setup": digest of the group's setup, "sql": [message, ...], "any": [column, ...], "unordered": true}.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

TOOL = {"venv": "psycopg", "packages": ["psycopg"], "programs": {"postgresql": "15"}}
FOLDER = Path(__file__).parent / "statements"
NAME_LENGTH = 100


@dataclass
class Group:
    setup: list[str] = field(default_factory=list)  # once, before the first case
    each: list[str] = field(default_factory=list)  # in each case's session
    cases: list[dict] = field(default_factory=list)  # name, input
    differs: dict[str, list[str]] = field(default_factory=dict)  # case -> names of the differences it shows


def messages(lines: list[str]) -> list[str]:
    """One simple query each: a line's last `;` ends it, `\\;` keeps several statements in one."""
    parts = re.split(r"(?<!\\);[ \t]*(?:\n|$)", "\n".join(lines))
    return [part.strip().replace("\\;", ";") for part in parts if part.strip()]


def read(path: Path) -> Group:
    group = Group()
    for paragraph in re.split(r"\n[ \t]*\n", path.read_text()):
        lines, words = [], {}
        for line in paragraph.strip("\n").split("\n"):
            note = re.match(r"-- (setup|each|any|unordered|differs|lines|file)\b:? ?(.*)", line)
            if note:
                words[note[1]] = [word.strip() for word in note[2].split(",")]
            else:
                lines.append(line)
        if "lines" in words:
            for line in lines:
                statement, _, differs = line.partition("  -- differs: ")
                add(group, path.stem, messages([statement]), {"differs": differs.split(", ")} if differs else {})
            continue
        sql = messages(lines)
        if "setup" in words or "each" in words:
            (group.setup if "setup" in words else group.each).extend(sql)
        elif sql and "file" not in words:
            add(group, path.stem, sql, words)
    return group


def add(group: Group, name: str, sql: list[str], words: dict) -> None:
    title = " ".join(" ".join(sql).split())[:NAME_LENGTH]
    taken = {case["name"] for case in group.cases}
    unique, n = title, 2
    while unique in taken:
        unique, n = f"{title} #{n}", n + 1
    digest = hashlib.sha256("\n".join([*group.setup, "--", *group.each]).encode()).hexdigest()[:8]
    entry = {"group": name, "setup": digest, "sql": sql} | ({"any": words["any"]} if "any" in words else {}) | ({"unordered": True} if "unordered" in words else {})
    group.cases.append({"name": unique, "input": entry})
    if "differs" in words:
        group.differs[unique] = words["differs"]


def all_groups() -> dict[str, Group]:
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.sql"))}


def groups() -> dict[str, list[dict]]:
    return {name: group.cases for name, group in all_groups().items()}

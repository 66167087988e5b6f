"""What every oracle area shares: cases, records, the question to the real tool, and the comparison with Pond.

An area is a folder with
    cases.py        TOOL (venv, packages and programs whose versions are recorded) and groups() -> {group: [case, ...]}
    ask.py          runs inside the tool's venv: cases in, answers out, one JSON line each (see answering.py)
    records/        GROUP.jsonl: a header line, then one {"name", "input", "answer"} a line, in the order of the cases
    differences.py  DIFFERENCES: where Pond is meant to answer otherwise, each with its reason
A case is {"name": ..., "input": ...}; what input and answer look like is the area's own business.
"""

import importlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from oracle import venvs

ROOT = Path(__file__).parent
AREAS = ["target", "target_duckdb", "stream_maps", "flatten", "meltano", "postgres"]


@dataclass(frozen=True)
class Difference:
    """A wanted difference. It must match something in a full replay, else it is out of date and the test says so."""

    name: str
    reason: str
    matches: Callable[["Mismatch"], bool]


@dataclass
class Mismatch:
    """One thing in which Pond's answer is not the record's."""

    record: dict
    what: str  # error, table, column, type, value, row, state, ... as the area names it
    where: str
    real: object
    pond: object
    context: dict = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.what} {self.where}: real {show(self.real)}, pond {show(self.pond)}"


def show(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else text[:300] + "..."


class Area:
    def __init__(self, name: str):
        self.name = name
        self.folder = ROOT / name

    @property
    def cases(self):
        return importlib.import_module(f"oracle.{self.name}.cases")

    @property
    def differences(self) -> list[Difference]:
        return importlib.import_module(f"oracle.{self.name}.differences").DIFFERENCES

    @property
    def pending(self) -> list[tuple[str, str]]:
        """(glob of GROUP-NAME, reason): what Pond does not do yet, with the issue that brings it."""
        return getattr(importlib.import_module(f"oracle.{self.name}.differences"), "PENDING", [])

    def header(self, group: str) -> dict:
        tool = self.cases.TOOL
        versions = {package: venvs.version(tool["venv"], package) for package in tool["packages"]}
        versions |= tool.get("programs", {})
        return {"area": self.name, "group": group, "tool": versions}

    def records_file(self, group: str) -> Path:
        return self.folder / "records" / f"{group}.jsonl"

    def read(self, group: str) -> tuple[dict, list[dict]]:
        """The header and the records of a group; nothing recorded yet gives ({}, [])."""
        path = self.records_file(group)
        if not path.exists():
            return {}, []
        header, *records = [json.loads(line) for line in path.read_text().splitlines()]
        return header, records

    def write(self, group: str, header: dict, records: list[dict]) -> None:
        path = self.records_file(group)
        path.parent.mkdir(exist_ok=True)
        lines = [compact(line) + "\n" for line in [header, *records]]
        fresh = path.with_suffix(".fresh")
        fresh.write_text("".join(lines))
        fresh.replace(path)

    def records(self) -> list[dict]:
        """Every record of the area, each with its group."""
        found = []
        for path in sorted((self.folder / "records").glob("*.jsonl")):
            found += [{"group": path.stem, **record} for record in self.read(path.stem)[1]]
        return found

    def ask(self, cases: list[dict]) -> Iterator[dict]:
        """Answers of the real tool, in the order of the cases, each {"name", "answer"}, as they come."""
        python = venvs.python(self.cases.TOOL["venv"])
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
        with subprocess.Popen(
            [python, self.folder / "ask.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("POND_ORACLE_DEBUG") else None,
            env=environment,
            text=True,
        ) as tool:
            for case in cases:
                tool.stdin.write(compact({"name": case["name"], "input": case["input"]}) + "\n")
                tool.stdin.flush()
                line = tool.stdout.readline()
                if not line:
                    raise RuntimeError(f"{self.name}: the real tool's side died on case {case['name']}")
                yield json.loads(line)
            tool.stdin.close()


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sample(records: list[dict], percent: float, seed: str) -> list[dict]:
    """The records that live mode asks about again: at least one, chosen by the seed."""
    count = max(1, round(len(records) * percent / 100)) if percent > 0 and records else 0
    chosen = random.Random(seed).sample(range(len(records)), count)
    return [records[i] for i in sorted(chosen)]


def live_percent() -> float:
    return float(os.environ.get("POND_ORACLE_LIVE", "3"))


def live_seed() -> str:
    return os.environ.get("POND_ORACLE_SEED", "pond")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

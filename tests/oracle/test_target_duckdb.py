"""`pond target` leaves the tables that target-duckdb 0.8.0 leaves, its known defects mended."""

import contextlib
import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import comparing, program
from oracle.harness import Mismatch
from oracle.replay import Replay, name_of

pytestmark = pytest.mark.timeout(1500)


def compare(record: dict, folder: Path, reader: program.TableReader) -> Iterator[Mismatch]:
    real = record["answer"].get("mended", record["answer"])
    done = [program.target(folder, record["input"]["config"], messages) for messages in record["input"]["runs"]]
    for i, (theirs, ours) in enumerate(zip(real["runs"], done, strict=True)):
        problem = theirs.get("problem")
        if (problem is None) != (ours.problem is None):
            yield Mismatch(record, "error", f"run {i}", problem, ours.problem)
    if any("problem" in run for run in real["runs"]) or any(run.problem for run in done):
        return  # how much of a failed load stays is not a matter of rows and types
    theirs = {name: widened(table) for name, table in real["tables"].items()}
    yield from comparing.tables(record, theirs, settled(reader.tables(folder / "lake.duckdb")), same_value)
    yield from states(record, real["runs"][-1]["states"], done[-1].out)


def widened(table: dict) -> dict:
    """target-duckdb's twins <column>_<minute>, <column> as the one column that Pond keeps: its values are pairs, new and old."""
    names = [column for column, _ in table["columns"]]
    twins = {name: name + "_<minute>" for name in names if name + "_<minute>" in names}
    if not twins:
        return table
    columns = [[name, "widened" if name in twins else kind] for name, kind in table["columns"] if name not in twins.values()]
    rows = []
    for row in table["rows"]:
        values = dict(zip(names, row, strict=True))
        rows.append([{"new": values[name], "old": values[twins[name]]} if name in twins else values[name] for name, _ in columns])
    return {"columns": columns, "rows": rows}


def same_value(real: object, pond: object, real_type: str, pond_type: str) -> bool:
    """A widened column holds the new value, else the old one (or NULL, when the row was updated with NULL), as text."""
    if real_type != "widened":
        return comparing.same_value(real, pond, real_type, pond_type)
    if real["new"] is not None:
        return pond is not None and instant(real["new"]) == instant(pond)
    return pond is None or instant(real["old"]) == instant(pond)


def instant(value: object) -> object:
    """The one spelling of a value that was stored under two types: documents, numbers, truth, instants in UTC."""
    value = value["json"] if isinstance(value, dict) and "json" in value else value
    text = value if isinstance(value, str) else json.dumps(value)
    with contextlib.suppress(ValueError):
        value = json.loads(text)
        return float(value) if isinstance(value, (int, float)) else json.dumps(value, sort_keys=True)
    with contextlib.suppress(ValueError):
        moment = datetime.datetime.fromisoformat(text)
        return str(moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment)
    return text


def states(record: dict, real: list, out: str) -> Iterator[Mismatch]:
    """The last state is what the next run starts from; how often one is printed on the way is each target's own matter."""
    ours = [json.loads(line) for line in out.splitlines()]
    if (real or [None])[-1] != (ours or [None])[-1]:
        yield Mismatch(record, "state", "last", real[-1:], ours[-1:])


def settled(tables: dict) -> dict:
    """As ask.py settles the real tool's tables."""
    for table in tables.values():
        for column in table["columns"]:
            column[0] = re.sub(r"_\d{8}_\d{4}$", "_<minute>", column[0])
        batched = [i for i, column in enumerate(table["columns"]) if column[0] == "_sdc_batched_at"]
        for row in table["rows"]:
            for i in batched:
                row[i] = row[i] and "<now>"
    return tables


REPLAY = Replay("target_duckdb", compare)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()

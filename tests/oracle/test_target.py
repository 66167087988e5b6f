"""`pond target` with SDK settings leaves the tables that an SDK target leaves, and those that the specification asks for.

Three opinions: the record (an SQL target made of the Singer SDK), target/reference.py (written from the specification) and
Pond. The first two are compared with each other, too.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import comparing, mapped, program, venvs
from oracle.harness import Mismatch
from oracle.replay import Replay, name_of
from oracle.target import reference

pytestmark = pytest.mark.timeout(1500)
SDK_DEFAULTS = {"load_method": "append-only", "validate_records": True, "add_record_metadata": False}
CLOCKS = {"_sdc_received_at", "_sdc_batched_at", "_sdc_sequence", "_sdc_sync_started_at", "_sdc_deleted_at"}


def compare(record: dict, folder: Path, reader: program.TableReader) -> Iterator[Mismatch]:
    real = record["answer"]
    config = SDK_DEFAULTS | record["input"]["config"]
    done = [program.target(folder, config, lines_of(source)) for source in record["input"]["runs"]]
    for i, (theirs, ours) in enumerate(zip(real["runs"], done, strict=True)):
        if ("problem" in theirs) != (ours.problem is not None):
            yield Mismatch(record, "error", f"run {i}", theirs.get("problem"), ours.problem)
    if any("problem" in run for run in real["runs"]) or any(run.problem for run in done):
        return
    yield from comparing.tables(record, real["tables"], sdk_named(reader.tables(folder / "lake.duckdb")), same_value)
    ours = [json.loads(line) for line in done[-1].out.splitlines()]
    if (real["runs"][-1]["states"] or [None])[-1] != (ours or [None])[-1]:
        yield Mismatch(record, "state", "last", real["runs"][-1]["states"], ours)


def lines_of(source: list | str) -> list:
    """The SDK's own test streams lie in its package."""
    if not isinstance(source, str):
        return source
    found = venvs.venv("singer-sdk").glob(f"lib/python3*/site-packages/singer_sdk/testing/target_test_streams/{source}")
    return next(iter(found)).read_text().splitlines()


def sdk_named(tables: dict) -> dict:
    """Pond names tables and columns as target-duckdb does; here they get the SDK's names, and this minute is <now>."""
    named = {}
    for name, table in tables.items():
        schema, _, rest = name.partition(".")
        table["columns"] = [[reference.conformed(column), kind] for column, kind in table["columns"]]
        clocks = [i for i, column in enumerate(table["columns"]) if column[0] in CLOCKS]
        for row in table["rows"]:
            for i in clocks:
                row[i] = row[i] if row[i] is None or re.match(r"20(1\d|2[0-4])-", str(row[i])) else "<now>"
        named[f"{schema}.{reference.conformed(rest)}"] = table
    return named


def same_value(real: object, pond: object, real_type: str, pond_type: str) -> bool:
    """An SDK target here has text where Pond has JSON."""
    real = real["json"] if isinstance(real, dict) else real
    pond = pond["json"] if isinstance(pond, dict) else pond
    if comparing.same_value(real, pond, real_type, pond_type):
        return True
    if real is None or pond is None:
        return False
    return mapped.spelled(real) == mapped.spelled(pond) or mapped.spelled(real) == mapped.spelled(mapped.text_of(pond))


REPLAY = Replay("target", compare)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


# What the reference does not judge: validation, and values that are not of their column's type.
UNJUDGED = ["validation-*", "schemas-*becomes*", "schemas-*bad*", "schemas-*too big*", "schemas-wrong*", "schemas-flattening*", "schemas-*decimal*", "metadata-odd*", "sdk_streams-*required*", "sdk_streams-*flattened*", "names-*"]


def judged(record: dict) -> bool:
    return not any(Path(name_of(record)).match(glob) for glob in UNJUDGED)


@pytest.mark.parametrize("record", [r for r in REPLAY.records if judged(r)], ids=name_of)
def test_the_reference_agrees(record):
    tables: dict = {}
    refused = False
    try:
        for source in record["input"]["runs"]:
            messages = [json.loads(m) if isinstance(m, str) else m for m in lines_of(source)]
            reference.load(tables, record["input"]["config"], messages)
    except reference.Refused:
        refused = True
    real = record["answer"]
    assert refused == any("problem" in run for run in real["runs"])
    if refused:
        return
    found = {}
    for name, table in tables.items():
        rows = [[row.get(column) for column in table["columns"]] for row in table["rows"]]
        found[name] = {"columns": [[column, ""] for column in table["columns"]], "rows": rows}
    differs = [m for m in comparing.tables(record, real["tables"], found, same_value) if m.what not in ("type", "order")]
    assert not differs, "\n".join(map(str, differs[:10]))


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()

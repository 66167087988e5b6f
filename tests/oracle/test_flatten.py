"""`pond target` flattens schemas and records as the Singer SDK does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import mapped, program
from oracle.harness import Mismatch
from oracle.messages import records
from oracle.replay import Replay, name_of

pytestmark = pytest.mark.timeout(1500)
CONFIG = {"default_target_schema": "main", "load_method": "append-only", "add_record_metadata": False, "validate_records": False}


def compare(record: dict, folder: Path, reader: program.TableReader) -> Iterator[Mismatch]:
    case, answer = record["input"], record["answer"]
    head = {"type": "SCHEMA", "stream": "t", "schema": case["schema"], "key_properties": case["keys"]}
    done = program.target(folder, {**CONFIG, **case["config"]}, [head, *records("t", case["records"])])
    problem = answer.get("problem")
    if bool(problem) != bool(done.problem):
        yield Mismatch(record, "error", "", problem, done.problem)
    if problem or done.problem:
        return
    tables = reader.tables(folder / "lake.duckdb")
    yield from mapped.stream(record, "t", answer["schema"], answer["records"], tables.get("main.t"))


REPLAY = Replay("flatten", compare)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()

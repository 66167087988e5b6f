"""`pond target` maps streams as the Singer SDK's mapper does: same streams, keys, columns and values."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import mapped, program
from oracle.harness import Mismatch
from oracle.replay import Replay, name_of

pytestmark = pytest.mark.timeout(1500)
CONFIG = {"default_target_schema": "main", "load_method": "append-only", "add_record_metadata": False}


def compare(record: dict, folder: Path, reader: program.TableReader) -> Iterator[Mismatch]:
    case, answer = record["input"], record["answer"]
    done = program.target(folder, {**CONFIG, **case["config"]}, case["messages"])
    problem = answer.get("problem")
    unfit = not problem and not all_fit(answer["streams"])
    if done.problem and (problem or unfit):
        return
    if bool(problem) != bool(done.problem):
        yield Mismatch(record, "error", answer.get("problem", {}).get("at", "none"), problem, done.problem)
        return
    tables = reader.tables(folder / "lake.duckdb")
    for name, stream in answer["streams"].items():
        yield from mapped.stream(record, name, stream["schema"], stream["records"], tables.pop(mapped.table_of(name), None))
    for table in sorted(tables):
        yield Mismatch(record, "table", table, None, f"{len(tables[table]['rows'])} rows")


def all_fit(streams: dict) -> bool:
    """False: an SDK target would refuse a value that the mapper made, for its type. Pond may refuse or convert."""
    for stream in streams.values():
        properties = stream["schema"].get("properties", {})
        if not all(mapped.fits(row.get(name), schema) for row in stream["records"] for name, schema in properties.items()):
            return False
    return True


REPLAY = Replay("stream_maps", compare)


@pytest.mark.parametrize("record", REPLAY.records, ids=name_of)
def test_record(record, replay):
    replay.check(record)


def test_every_difference_is_seen(replay):
    replay.check_differences()


def test_the_real_tool_still_answers_so():
    REPLAY.check_live()

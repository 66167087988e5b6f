"""Loads that DuckDB cannot write in whole row groups come through with the memory that a loading process has."""

import pytest
from program import wait_for

from singer import record, schema, state, table

COLUMNS, TURN, TURNS = 100, 6_000, 5
KINDS = {f"c{n}": ("integer", "string", "number", {"type": ["null", "string"], "format": "date-time"})[n % 4] for n in range(COLUMNS)}


def wide_row(n: int) -> dict:
    values = (n, f"text of row {n}", n / 8, f"{2000 + n % 25}-01-31T12:00:00Z")
    return {f"c{column}": values[column % 4] for column in range(COLUMNS)}


@pytest.mark.parametrize("key", [[], ["c0"]], ids=["append", "keyed"])
def test_a_wide_table_from_a_slow_tap(pond, warehouse, key):
    """The tap waits until its rows are committed, so that no transaction fills a row group: a commit has a block of each column of the
    rows and of the table in memory."""
    load = pond.start_target(batch_size_rows=TURN)
    load.send(schema("wide", KINDS, key))
    for turn in range(TURNS):
        load.send(*(record("wide", wide_row(turn * TURN + n)) for n in range(TURN)), state({"turn": turn}))
        wait_for(lambda turn=turn: f'"turn": {turn}' in load.out or not load.alive(), f"the STATE of turn {turn}", 30)
        assert load.alive(), load.said()
    load.stdin.close()
    load.wait().ok()
    count = TURN * TURNS
    assert warehouse.rows("select count(*), count(distinct c0), sum(c96) from wide") == [
        (count, count, count * (count - 1) // 2)
    ]


def test_keys_of_long_texts(pond, warehouse):
    """Neither grouping nor joining by keys needs the rows in memory."""
    kinds = {f"c{n}": "string" for n in range(23)}
    rows = [{name: f"{n % 120_000} {name}" for name in kinds} for n in range(150_000)]
    pond.target(table("texts", kinds, rows, ["c1", "c2", "c3"])).ok()
    assert warehouse.rows("select count(*), count(distinct c1) from texts") == [(120_000, 120_000)]

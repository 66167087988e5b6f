"""The first pond load into tables that the real target-duckdb made: in place, types kept."""

import json
import subprocess

import duckdb
import pytest
from venvs import venv

from singer import bookmark, table

COLUMNS = {
    "id": "integer",
    "small": {"type": ["null", "integer"], "maximum": 32767},
    "name": "string",
    "price": "number",
    "flag": "boolean",
    "at": "date-time",
    "day": "date",
    "tags": "array",
    "home": {"type": ["null", "object"], "properties": {"city": {"type": "string"}}},
}
OLD = [
    {
        "id": 1,
        "small": 5,
        "name": "old",
        "price": 1.5,
        "flag": True,
        "at": "2026-01-01T00:00:00Z",
        "day": "2026-01-01",
        "tags": [1],
        "home": {"city": "Bonn"},
    },
    {
        "id": 2,
        "small": 6,
        "name": "kept",
        "price": 2.5,
        "flag": False,
        "at": "2026-01-02T00:00:00Z",
        "day": "2026-01-02",
        "tags": [],
        "home": {},
    },
]
NEW = [
    {
        "id": 1,
        "small": 7,
        "name": "new",
        "price": 9.5,
        "flag": False,
        "at": "2026-02-01T12:00:00+02:00",
        "day": "2026-02-01",
        "tags": [2],
        "home": {"city": "Ulm"},
    },
    {
        "id": 3,
        "small": 8,
        "name": "added",
        "price": 3.5,
        "flag": None,
        "at": None,
        "day": None,
        "tags": None,
        "home": None,
    },
]


def original(pond, lines, **config) -> None:
    """Load with the real target-duckdb."""
    path = pond.folder / "original.json"
    path.write_text(json.dumps({"path": str(pond.database), "default_target_schema": "main", **config}))
    text = "".join(json.dumps(line) + "\n" for line in lines)
    program = venv("target-duckdb") / "bin" / "target-duckdb"
    done = subprocess.run([program, "--config", path], input=text, capture_output=True, text=True, cwd=pond.folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def made(pond, warehouse):
    sacrifice = {**OLD[0], "id": 0}  # it takes the first row of a batch for a header, and loses it
    original(pond, [*table("people", COLUMNS, [sacrifice, *OLD], ["id"]), bookmark("people", 2)])
    warehouse.execute("delete from people where id = 0")
    assert warehouse.count("people") == 2
    return warehouse


def test_an_upsert_into_its_table(pond, made):
    before = made.columns("people")
    assert before["id"] == "HUGEINT" and before["at"] == "TIMESTAMP"
    pond.target(table("people", COLUMNS, NEW, ["id"])).ok()
    assert made.columns("people") == before
    assert made.rows(
        """select id, small, name, price, flag, "at"::varchar, home->>'city' from people order by id"""
    ) == [
        (1, 7, "new", 9.5, False, "2026-02-01 10:00:00", "Ulm"),
        (2, 6, "kept", 2.5, False, "2026-01-02 00:00:00", None),
        (3, 8, "added", 3.5, None, None, None),
    ]
    keys = "select count(*) from duckdb_constraints() where table_name = 'people' and constraint_type = 'PRIMARY KEY'"
    assert made.one(keys) == 1


def test_many_rows_and_a_key_twice(pond, made):
    rows = [{"id": n % 3000, "small": 1, "name": f"pass {n // 3000}"} for n in range(9000)]
    pond.target(table("people", COLUMNS, rows, ["id"])).ok()
    assert made.rows("select count(*), min(name), max(name) from people") == [(3000, "pass 2", "pass 2")]


def test_a_new_column(pond, made):
    pond.target(table("people", {**COLUMNS, "extra": "string"}, [{"id": 2, "extra": "x"}], ["id"])).ok()
    assert made.rows("select id, extra from people order by id") == [(1, None), (2, "x")]
    assert made.columns("people")["id"] == "HUGEINT"


def test_metadata_columns(pond, warehouse):
    original(pond, table("t", {"id": "integer"}, [{"id": 1}], ["id"]), add_metadata_columns=True)
    before = warehouse.columns("t")
    assert before["_sdc_deleted_at"] == "VARCHAR"
    rows = [{"id": 2, "_sdc_deleted_at": None}, {"id": 3}]
    pond.target(table("t", {"id": "integer"}, rows, ["id"]), add_metadata_columns=True).ok()
    assert warehouse.columns("t") == before
    assert warehouse.one("select count(*) from t where _sdc_batched_at is not null") == 3


def test_hard_delete(pond, warehouse):
    original(pond, table("t", {"id": "integer"}, [{"id": 1}, {"id": 2}], ["id"]), hard_delete=True)
    rows = [{"id": 1, "_sdc_deleted_at": "2026-01-01T00:00:00Z"}]
    pond.target(table("t", {"id": "integer", "_sdc_deleted_at": "date-time"}, rows, ["id"]), hard_delete=True).ok()
    assert warehouse.rows("select id from t") == [(2,)]


def test_twin_columns_from_a_type_change(pond, warehouse):
    """target-duckdb renames the old column to <name>_YYYYMMDD_HHMM and adds a new one."""
    original(pond, table("t", {"id": "integer", "v": "integer"}, [{"id": 1, "v": 1}], ["id"]))
    original(pond, table("t", {"id": "integer", "v": "string"}, [{"id": 2, "v": "two"}], ["id"]))
    before = warehouse.columns("t")
    assert len(before) == 3
    pond.target(table("t", {"id": "integer", "v": "string"}, [{"id": 3, "v": "three"}], ["id"])).ok()
    assert warehouse.columns("t") == before
    assert warehouse.rows("select id, v from t order by id") == [(1, None), (2, "two"), (3, "three")]


def test_it_can_load_again_after_pond(pond, made):
    """And back: the file stays a plain DuckDB file that the original accepts."""
    pond.target(table("people", COLUMNS, NEW, ["id"])).ok()
    original(
        pond,
        table(
            "people", COLUMNS, [{"id": 4, "name": "back", "tags": []}, {"id": 5, "name": "again", "tags": []}], ["id"]
        ),
    )
    assert made.count("people") >= 4


def test_a_read_only_reader_of_the_same_version_sees_the_rows(pond, made):
    pond.target(table("people", COLUMNS, NEW, ["id"])).ok()
    with duckdb.connect(str(made.path), read_only=True) as connection:
        assert connection.execute("select count(*) from people").fetchone() == (3,)

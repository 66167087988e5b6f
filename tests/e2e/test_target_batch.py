"""BATCH messages: records in files beside the stream."""

import gzip
import json

import duckdb
import pytest

from singer import batch, record, schema

COLUMNS = {"id": "integer", "name": "string", "amount": {"type": "number", "multipleOf": 0.01}, "at": "date-time"}
ROWS = [{"id": n, "name": f"row {n}", "amount": n + 0.25, "at": "2026-01-01T00:00:00Z"} for n in range(1000)]


def jsonl(path, rows, packed=True):
    opened = gzip.open(path, "wt") if packed else open(path, "w")
    with opened as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_jsonl(pond, warehouse, tmp_path, packed):
    files = [jsonl(tmp_path / f"{n}.jsonl", ROWS[n::2], packed) for n in range(2)]
    pond.target([schema("t", COLUMNS, ["id"]), batch("t", files, compression="gzip" if packed else "none")]).ok()
    assert warehouse.rows("select count(*), sum(id), sum(amount) from t") == [(1000, 499500, 499750)]


def test_parquet(pond, warehouse, tmp_path):
    path = tmp_path / "rows.parquet"
    duckdb.sql(
        f"copy (select range as id, 'row ' || range as name, (range + 0.25)::decimal(10,2) as amount, "
        f"timestamptz '2026-01-01 00:00:00+00' as at from range(1000)) to '{path}' (format parquet)"
    )
    pond.target([schema("t", COLUMNS, ["id"]), batch("t", [path], "parquet", "")]).ok()
    assert warehouse.rows("select count(*), sum(id), sum(amount), min(name) from t") == [
        (1000, 499500, 499750, "row 0")
    ]


def test_records_and_batches_of_one_stream_keep_their_order(pond, warehouse, tmp_path):
    files = [jsonl(tmp_path / "b.jsonl", [{"id": 1, "name": "batch"}, {"id": 2, "name": "batch"}])]
    lines = [
        schema("t", COLUMNS, ["id"]),
        record("t", id=1, name="before"),
        batch("t", files),
        record("t", id=2, name="after"),
    ]
    pond.target(lines).ok()
    assert warehouse.rows("select id, name from t order by id") == [(1, "batch"), (2, "after")]


def test_a_missing_batch_file_is_named(pond, tmp_path):
    pond.target([schema("t", COLUMNS), batch("t", [tmp_path / "gone.jsonl.gz"])]).failed("gone.jsonl.gz")


def test_a_broken_gzip_file_is_an_error(pond, tmp_path):
    path = jsonl(tmp_path / "b.jsonl", ROWS)
    path.write_bytes(path.read_bytes()[:-200])
    pond.target([schema("t", COLUMNS), batch("t", [path])]).failed("b.jsonl")


def test_an_unknown_encoding_is_an_error(pond, tmp_path):
    pond.target([schema("t", COLUMNS), batch("t", [jsonl(tmp_path / "a", ROWS)], "avro", "none")]).failed("avro")


def test_a_batch_before_its_schema_is_an_error(pond, tmp_path):
    pond.target([batch("t", [jsonl(tmp_path / "a", ROWS)])]).failed("schema", '"t"')

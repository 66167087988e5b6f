"""append-only, upsert, overwrite, hard_delete, ACTIVATE_VERSION."""

import random

import pytest

from singer import activate, message, record, schema, table

COLUMNS = {"id": "integer", "v": "string"}


def rows(*pairs):
    return [{"id": number, "v": text} for number, text in pairs]


def test_append_only_keeps_every_record_even_with_keys(pond, warehouse):
    for text in "ab":
        pond.target(table("t", COLUMNS, rows((1, text)), ["id"]), load_method="append-only").ok()
    assert warehouse.rows("select id, v from t order by v") == [(1, "a"), (1, "b")]


def test_upsert(pond, warehouse):
    for text in "ab":
        pond.target(table("t", COLUMNS, rows((1, text), (2, "x")), ["id"]), load_method="upsert").ok()
    assert warehouse.rows("select id, v from t order by id") == [(1, "b"), (2, "x")]


def test_upsert_without_keys_appends(pond, warehouse):
    for _ in range(2):
        pond.target(table("t", COLUMNS, rows((1, "a"))), load_method="upsert").ok()
    assert warehouse.count("t") == 2


def test_overwrite_replaces_the_table(pond, warehouse):
    pond.target(
        table("t", {"id": "integer", "old": "string"}, [{"id": n, "old": "x"} for n in range(100)]),
        load_method="overwrite",
    ).ok()
    pond.target(table("t", COLUMNS, rows((7, "new"))), load_method="overwrite").ok()
    assert warehouse.rows("select * from t") == [(7, "new")]
    assert list(warehouse.columns("t")) == ["id", "v"]


def test_overwrite_within_one_run_keeps_what_the_run_sent(pond, warehouse):
    lines = (
        table("t", COLUMNS, rows((1, "a"))) + table("u", COLUMNS, rows((1, "a"))) + table("t", COLUMNS, rows((2, "b")))
    )
    pond.target(lines, load_method="overwrite").ok()
    assert warehouse.count("t") == 2 and warehouse.count("u") == 1


def test_overwrite_leaves_tables_alone_that_are_not_sent(pond, warehouse):
    pond.target(table("other", COLUMNS, rows((1, "a")))).ok()
    pond.target(table("t", COLUMNS, rows((1, "a"))), load_method="overwrite").ok()
    assert warehouse.count("other") == 1


def test_an_overwrite_that_fails_leaves_the_old_table(pond, warehouse):
    pond.target(table("t", COLUMNS, rows((1, "old"))), load_method="overwrite").ok()
    pond.target([*table("t", COLUMNS, rows((2, "new"))), "garbage"], load_method="overwrite").failed()
    assert warehouse.rows("select * from t") == [(1, "old")]


def test_hard_delete_removes_rows_marked_as_deleted(pond, warehouse):
    columns = {**COLUMNS, "_sdc_deleted_at": "date-time"}
    pond.target(table("t", columns, rows((1, "a"), (2, "b")), ["id"]), hard_delete=True).ok()
    pond.target(
        table("t", columns, [{"id": 1, "v": "a", "_sdc_deleted_at": "2026-01-01T00:00:00Z"}], ["id"]), hard_delete=True
    ).ok()
    assert warehouse.rows("select id from t") == [(2,)]


def test_hard_delete_of_a_mark_that_the_schema_does_not_name(pond, warehouse):
    """tap-mysql LOG_BASED: `_sdc_deleted_at` comes in the record only."""
    pond.target(table("t", COLUMNS, rows((1, "a"), (2, "b")), ["id"]), hard_delete=True).ok()
    pond.target(
        table("t", COLUMNS, [{"id": 1, "v": "a", "_sdc_deleted_at": "2026-01-01T00:00:00Z"}], ["id"]), hard_delete=True
    ).ok()
    assert warehouse.rows("select id from t") == [(2,)]


def test_deleted_then_sent_again_in_one_batch_is_there(pond, warehouse):
    lines = [
        schema("t", COLUMNS, ["id"]),
        record("t", id=1, v="a", _sdc_deleted_at="2026-01-01T00:00:00Z"),
        record("t", id=1, v="back"),
    ]
    pond.target(lines, hard_delete=True).ok()
    assert warehouse.rows("select id, v from t") == [(1, "back")]


def versioned(version: int, *pairs) -> list:
    return [schema("t", COLUMNS), *(message(record("t", row), version=version) for row in rows(*pairs))]


def test_activate_version_marks_older_rows_as_deleted(pond, warehouse):
    pond.target([*versioned(1, (1, "a"), (2, "a")), activate("t", 1)], add_record_metadata=True).ok()
    pond.target([*versioned(2, (1, "b")), activate("t", 2)], add_record_metadata=True).ok()
    assert warehouse.rows("select id, v, _sdc_deleted_at is not null from t order by v, id") == [
        (1, "a", True),
        (2, "a", True),
        (1, "b", False),
    ]


def test_activate_version_with_hard_delete_leaves_only_the_new_rows(pond, warehouse):
    settings = {"add_record_metadata": True, "hard_delete": True}
    pond.target([*versioned(1, (1, "a"), (2, "a")), activate("t", 1)], **settings).ok()
    lines = [schema("t", COLUMNS), activate("t", 2), *versioned(2, (1, "b")), activate("t", 2)]  # as tap-mysql does
    pond.target(lines, **settings).ok()
    assert warehouse.rows("select id, v from t") == [(1, "b")]


def test_activate_version_can_be_switched_off(pond, warehouse):
    settings = {"add_record_metadata": True, "hard_delete": True, "process_activate_version_messages": False}
    pond.target([*versioned(1, (1, "a")), activate("t", 1)], **settings).ok()
    pond.target([*versioned(2, (2, "b")), activate("t", 2)], **settings).ok()
    assert warehouse.count("t") == 2


@pytest.mark.parametrize("seed", range(20))
def test_last_record_of_a_key_wins_across_blocks_and_loads(pond, warehouse, seed):
    """Random duplicates, two key columns, rows long enough to spread over several blocks."""
    chance = random.Random(seed)
    expected = {}
    for _ in range(2):
        lines = [schema("t", {"a": "integer", "b": "string", "v": "string"}, ["a", "b"])]
        for _ in range(chance.randint(1, 6000)):
            key = (chance.randint(0, 300), chance.choice("xyz"))
            value = f"{chance.random()} " + "pad" * chance.randint(0, 200)
            expected[key] = value
            lines.append(record("t", a=key[0], b=key[1], v=value))
        pond.target(lines, batch_size_rows=chance.choice([100, 1000, 100_000])).ok()
    assert warehouse.rows("select a, b, v from t order by a, b") == [
        (*key, value) for key, value in sorted(expected.items())
    ]

"""What happens to a table when SCHEMA messages change: it grows and widens, it never loses anything."""

from singer import bookmark, record, schema, table


def test_new_columns_are_added(pond, warehouse):
    lines = table("t", {"id": "integer"}, [{"id": 1}])
    lines += table("t", {"id": "integer", "b": "string"}, [{"id": 2, "b": "x"}])
    lines += table("t", {"id": "integer", "c": "number"}, [{"id": 3, "c": 0.5}])
    pond.target(lines).ok()
    assert warehouse.rows("select id, b, c from t order by id") == [(1, None, None), (2, "x", None), (3, None, 0.5)]


def test_a_new_column_in_a_later_load(pond, warehouse):
    pond.target(table("t", {"id": "integer"}, [{"id": 1}], ["id"])).ok()
    pond.target(table("t", {"id": "integer", "b": "string"}, [{"id": 2, "b": "x"}], ["id"])).ok()
    assert warehouse.rows("select id, b from t order by id") == [(1, None), (2, "x")]


def test_a_missing_column_stays(pond, warehouse):
    pond.target(table("t", {"id": "integer", "gone": "string"}, [{"id": 1, "gone": "x"}])).ok()
    pond.target(table("t", {"id": "integer"}, [{"id": 2}])).ok()
    assert warehouse.rows("select id, gone from t order by id") == [(1, "x"), (2, None)]


def test_an_integer_column_widens_to_number(pond, warehouse):
    pond.target(table("t", {"id": "integer", "v": "integer"}, [{"id": 1, "v": 7}])).ok()
    pond.target(table("t", {"id": "integer", "v": "number"}, [{"id": 2, "v": 7.5}])).ok()
    assert warehouse.columns("t")["v"] in ("DOUBLE", "DECIMAL(38,10)")
    assert warehouse.rows("select id, v::double from t order by id") == [(1, 7.0), (2, 7.5)]


def test_any_column_widens_to_text(pond, warehouse):
    pond.target(table("t", {"id": "integer", "v": "number"}, [{"id": 1, "v": 7.5}])).ok()
    pond.target(table("t", {"id": "integer", "v": "string"}, [{"id": 2, "v": "seven"}])).ok()
    assert warehouse.columns("t")["v"] == "VARCHAR"
    assert warehouse.rows("select v from t order by id") == [("7.5",), ("seven",)]


def test_a_small_integer_widens_to_a_huge_one(pond, warehouse):
    small = {"type": "integer", "maximum": 32767}
    huge = {"type": "integer", "minimum": 0, "maximum": 18446744073709551615}
    pond.target(table("t", {"v": small}, [{"v": 1}])).ok()
    pond.target(table("t", {"v": huge}, [{"v": 18446744073709551615}])).ok()
    assert warehouse.rows("select v from t order by v") == [(1,), (18446744073709551615,)]


def test_text_in_the_table_takes_an_integer_schema(pond, warehouse):
    """A column never narrows: the values arrive as texts."""
    pond.target(table("t", {"id": "integer", "v": "string"}, [{"id": 1, "v": "one"}])).ok()
    pond.target(table("t", {"id": "integer", "v": "integer"}, [{"id": 2, "v": 2}])).ok()
    assert warehouse.rows("select v from t order by id") == [("one",), ("2",)]


def test_widening_a_key_column(pond, warehouse):
    pond.target(table("t", {"id": "integer", "v": "string"}, [{"id": 1, "v": "a"}], ["id"])).ok()
    pond.target(
        table("t", {"id": "string", "v": "string"}, [{"id": "1", "v": "b"}, {"id": "x", "v": "c"}], ["id"])
    ).ok()
    assert warehouse.rows("select id, v from t order by id") == [("1", "b"), ("x", "c")]


def test_widening_a_key_column_in_the_middle(pond, warehouse):
    """Rows that wait for the merge have the key as it was."""
    lines = table("t", {"id": "integer", "v": "string"}, [{"id": 1, "v": "a"}], ["id"])
    pond.target(lines).ok()
    lines = table("t", {"id": "integer", "v": "string"}, [{"id": 1, "v": "b"}, {"id": 2, "v": "c"}], ["id"])
    lines += table("t", {"id": "integer", "n": "integer"}, [{"id": 2, "n": 1}], ["id"])
    lines += table("t", {"id": "string", "v": "string"}, [{"id": "2", "v": "d"}, {"id": "x", "v": "e"}], ["id"])
    pond.target(lines).ok()
    assert warehouse.rows("select id, v, n from t order by id") == [("1", "b", None), ("2", "d", 1), ("x", "e", None)]


def test_keys_change_in_the_middle(pond, warehouse):
    columns = {"id": "integer", "email": "string", "n": "integer"}
    lines = table("t", columns, [{"id": 1, "email": "a", "n": 1}, {"id": 1, "email": "b", "n": 2}], ["id"])
    lines += table("t", columns, [{"id": 5, "email": "b", "n": 3}, {"id": 6, "email": "c", "n": 4}], ["email"])
    pond.target(lines).ok()
    assert warehouse.rows("select id, email, n from t order by n") == [(5, "b", 3), (6, "c", 4)]


def test_a_key_that_rows_without_keys_have_twice(pond, warehouse):
    """One row is left, with what the newest of them had in the column that is gone."""
    lines = table("t", {"id": "integer", "old": "string"}, [{"id": 1, "old": "a"}, {"id": 1, "old": "b"}, {"id": 2}])
    pond.target([*lines, *table("t", {"id": "integer"}, [{"id": 1}], ["id"])]).ok()
    assert warehouse.rows("select id, old from t order by id") == [(1, "b"), (2, None)]


def test_what_changed_is_logged_in_the_warehouse(pond, warehouse):
    pond.target(table("t", {"id": "integer"}, [{"id": 1}])).ok()
    pond.target(table("t", {"id": "string", "b": "string"}, [{"id": "x", "b": "y"}])).ok()
    logged = str(warehouse.rows("select columns(*)::varchar from _pond.schema_changes"))
    assert "VARCHAR" in logged and "'b'" in logged


def test_rows_before_a_change_keep_their_order_of_arrival(pond, warehouse):
    """A key seen before and after a SCHEMA keeps the later record."""
    lines = table("t", {"id": "integer", "v": "string"}, [{"id": n, "v": "before"} for n in range(5000)], ["id"])
    lines += table(
        "t",
        {"id": "integer", "v": "string", "w": "string"},
        [{"id": n, "v": "after", "w": "x"} for n in range(0, 5000, 2)],
        ["id"],
    )
    pond.target(lines).ok()
    assert warehouse.rows("select v, w, count(*) from t group by all order by v") == [
        ("after", "x", 2500),
        ("before", None, 2500),
    ]


def test_an_unchanged_table_of_a_user_with_more_columns(pond, warehouse):
    pond.target(table("t", {"id": "integer"}, [{"id": 1}])).ok()
    warehouse.execute("alter table t add column note varchar default 'mine'", "update t set note = 'edited'")
    pond.target(table("t", {"id": "integer"}, [{"id": 2}])).ok()
    assert warehouse.rows("select id, note from t order by id") == [(1, "edited"), (2, "mine")]


def test_two_names_that_become_one_are_an_error(pond):
    pond.target(table("t", {"Name": "string", "name": "string"}, [{"Name": "1", "name": "2"}])).failed("Name", '"t"')


def test_many_changes_in_one_stream(pond, warehouse):
    lines = []
    for n in range(1, 40):
        lines.append(schema("t", {"id": "integer", **{f"c{i}": "integer" for i in range(n)}}))
        lines.append(record("t", id=n, **{f"c{n - 1}": n}))
    lines.append(bookmark("t", 39))
    done = pond.target(lines).ok()
    assert len(warehouse.columns("t")) == 40 and warehouse.count("t") == 39
    assert done.states[-1]["bookmarks"]["t"]["replication_key_value"] == 39

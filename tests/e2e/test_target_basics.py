"""`pond target`: what every Singer target does."""

import json

from singer import activate, bookmark, record, schema, state, table

USERS = {"id": "integer", "name": "string", "score": "number", "active": "boolean"}


def test_rows_arrive_with_their_types(pond, warehouse):
    rows = [
        {"id": 1, "name": "Ann", "score": 1.5, "active": True},
        {"id": 2, "name": "", "score": None, "active": False},
        {"id": 3},
    ]
    pond.target(table("users", USERS, rows)).ok()
    assert warehouse.rows("select * from users order by id") == [
        (1, "Ann", 1.5, True),
        (2, "", None, False),  # an empty string stays one: target-duckdb made it NULL
        (3, None, None, None),
    ]
    assert warehouse.columns("users") == {"id": "BIGINT", "name": "VARCHAR", "score": "DOUBLE", "active": "BOOLEAN"}


def test_no_row_of_a_large_stream_is_lost(pond, warehouse):
    pond.target(table("numbers", {"id": "integer"}, [{"id": n} for n in range(50_000)])).ok()
    assert warehouse.rows("select count(*), count(distinct id), min(id), max(id) from numbers") == [
        (50_000, 50_000, 0, 49_999)
    ]


def test_last_record_of_a_key_wins(pond, warehouse):
    rows = [{"id": n % 100, "name": f"version {n}"} for n in range(10_000)]
    pond.target(table("users", USERS, rows, ["id"])).ok()
    assert warehouse.rows("select id, name from users order by id") == [(n, f"version {9900 + n}") for n in range(100)]


def test_a_second_load_updates_by_key(pond, warehouse):
    pond.target(table("users", USERS, [{"id": 1, "name": "old", "score": 1}, {"id": 2, "name": "kept"}], ["id"])).ok()
    pond.target(table("users", USERS, [{"id": 1, "name": "new"}, {"id": 3, "name": "added"}], ["id"])).ok()
    # a property that is absent becomes NULL, as in the SDK and target-duckdb
    assert warehouse.rows("select id, name, score from users order by id") == [
        (1, "new", None),
        (2, "kept", None),
        (3, "added", None),
    ]


def test_a_table_whose_columns_are_all_keys(pond, warehouse):
    columns = {"a": "integer", "b": "string"}
    for _ in range(2):
        pond.target(table("pairs", columns, [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}], ["a", "b"])).ok()
    assert warehouse.count("pairs") == 2


def test_the_newest_state_is_printed_byte_for_byte(pond):
    exact = '{"bookmarks":{"users":{"id":12345678901234567890,"at":"caf\\u00e9","n":1.10}}}'
    lines = [*table("users", USERS, [{"id": 1}]), bookmark("users", 1), f'{{"type": "STATE", "value": {exact}}}']
    done = pond.target(lines).ok()
    assert done.out.splitlines()[-1] == exact


def test_a_state_without_records_comes_back(pond):
    done = pond.target([state({"bookmarks": {}})]).ok()
    assert done.states == [{"bookmarks": {}}]


def test_no_state_is_printed_before_its_rows_are_durable(pond, warehouse):
    """The printed state stands for rows in the file: kill pond as soon as it has said it."""
    running = pond.start_target()
    running.send(*table("users", USERS, [{"id": n} for n in range(1000)]), bookmark("users", 999))
    running.stdin.close()
    done = running.wait().ok()
    assert done.states[-1] == {"bookmarks": {"users": {"replication_key_value": 999}}}
    assert warehouse.count("users") == 1000


def test_streams_may_be_interleaved_record_by_record(pond, warehouse):
    lines = [schema(f"s{n}", {"id": "integer"}) for n in range(20)]
    lines += [record(f"s{n % 20}", id=n) for n in range(4000)]
    pond.target(lines).ok()
    for n in range(20):
        assert warehouse.rows(f"select count(*), min(id), max(id) from s{n}") == [(200, n, 3980 + n)]


def test_empty_input_is_a_successful_load(pond):
    assert pond.target(b"").ok().out == ""


def test_blank_lines_and_windows_line_ends(pond, warehouse):
    lines = [json.dumps(line).encode() for line in table("users", USERS, [{"id": 1}, {"id": 2}])]
    pond.target(b"\r\n".join(lines) + b"\n\n").ok()
    assert warehouse.count("users") == 2


def test_last_line_without_a_line_end(pond, warehouse):
    lines = [json.dumps(line).encode() for line in table("users", USERS, [{"id": 1}, {"id": 2}])]
    pond.target(b"\n".join(lines)).ok()
    assert warehouse.count("users") == 2


def test_keys_of_a_record_in_any_order_and_style(pond, warehouse):
    lines = [
        schema("t", {"a": "integer", "b": "string"}),
        '{"record":{"b":"x","a":1},"stream":"t","type":"RECORD"}',
        '  { "type" : "RECORD" , "record" : { "a" : 2 , "b" : "y" } , "time_extracted" : "2026-01-01T00:00:00Z" , "stream" : "t" }  ',
        '{"type": "RECORD", "stream": "t", "record": {"a": 3, "b": "z", "a": 4}}',
        '{"\\u0074ype": "RECORD", "stream": "\\u0074", "record": {"\\u0061": 5, "b": "\\u0077"}}',
    ]
    pond.target(lines).ok()
    assert warehouse.rows("select * from t order by a") == [(1, "x"), (2, "y"), (4, "z"), (5, "w")]


def test_unknown_properties_are_ignored_with_one_warning(pond, warehouse):
    done = pond.target(table("t", {"id": "integer"}, [{"id": n, "mystery": n} for n in range(100)])).ok()
    assert warehouse.columns("t") == {"id": "BIGINT"}
    assert done.err.count("mystery") == 1


def test_unknown_properties_of_a_stream_are_one_line(pond):
    record_of_many = {"id": 1} | {f"p{n}": n for n in range(9)}
    done = pond.target(table("t", {"id": "integer"}, [record_of_many])).ok()
    assert [line.partition("stream=")[2] for line in done.err.splitlines() if "ignored" in line] == [
        't count=9 not_in_schema="p0, p1, p2, p3, p4, ..."'
    ]


def test_a_repeated_schema_changes_nothing(pond, warehouse):
    rows = table("t", {"a": "integer", "b": "string"}, [{"a": 1}])
    shuffled = table("t", {"b": "string", "a": "integer"}, [{"a": 2, "b": "x"}])  # tap-mysql orders by chance
    pond.target(rows + rows + shuffled).ok()
    assert warehouse.rows("select a, b from t order by a") == [(1, None), (1, None), (2, "x")]


def test_metadata_columns_of_the_sdk(pond, warehouse):
    line = {**record("t", id=1), "time_extracted": "2026-11-23T10:00:00+02:00", "version": 7}
    pond.target([schema("t", {"id": "integer"}), line], add_record_metadata=True).ok()
    columns = warehouse.columns("t")
    for name in ("extracted_at", "received_at", "batched_at", "deleted_at"):
        assert columns[f"_sdc_{name}"].startswith("TIMESTAMP"), name
    for name in ("sequence", "table_version", "sync_started_at"):
        assert columns[f"_sdc_{name}"] == "BIGINT", name
    extracted = warehouse.one("select cast(_sdc_extracted_at as varchar) from t")
    assert extracted.startswith("2026-11-23 08:00:00")
    assert warehouse.one("select _sdc_table_version from t") == 7


def test_metadata_columns_of_target_duckdb(pond, warehouse):
    pond.target(table("t", {"id": "integer"}, [{"id": 1}]), add_metadata_columns=True).ok()
    assert {"_sdc_extracted_at", "_sdc_batched_at", "_sdc_deleted_at"} <= set(warehouse.columns("t"))


def test_objects_and_arrays_are_json(pond, warehouse):
    columns = {
        "id": "integer",
        "o": {"type": ["null", "object"], "properties": {"x": {"type": "integer"}}},
        "a": "array",
    }
    pond.target(table("t", columns, [{"id": 1, "o": {"x": 1, "é": [None, 1.10]}, "a": [1, "two", {"three": 3}]}])).ok()
    assert warehouse.columns("t")["o"] == "JSON"
    assert json.loads(warehouse.one("select o from t")) == {"x": 1, "é": [None, 1.10]}
    assert warehouse.one("select a->>'$[2].three' from t") == "3"


def test_flattening(pond, warehouse):
    nested = {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "geo": {"type": "object", "properties": {"lat": {"type": "number"}}},
        },
    }
    lines = table("t", {"id": "integer", "home": nested}, [{"id": 1, "home": {"city": "Bonn", "geo": {"lat": 50.7}}}])
    pond.target(lines, flattening_enabled=True, flattening_max_depth=1).ok()
    assert list(warehouse.columns("t")) == ["id", "home__city", "home__geo"]
    pond.target([*lines], data_flattening_max_level=10, default_target_schema="deep").ok()
    assert warehouse.rows("select id, home__city, home__geo__lat from deep.t") == [(1, "Bonn", 50.7)]


def test_schema_and_table_from_the_stream_name(pond, warehouse):
    pond.target(table("public-orders", {"id": "integer"}, [{"id": 1}]), default_target_schema=None).ok()
    assert warehouse.tables() == ["public.orders"]
    pond.target(table("public-orders", {"id": "integer"}, [{"id": 1}]), default_target_schema="other").ok()
    assert "other.orders" in warehouse.tables()


def test_schema_mapping(pond, warehouse):
    mapping = {"public": {"target_schema": "landing"}}
    pond.target(
        table("public-orders", {"id": "integer"}, [{"id": 1}]), default_target_schema=None, schema_mapping=mapping
    ).ok()
    assert warehouse.tables() == ["landing.orders"]


def test_stream_maps(pond, warehouse):
    maps = {
        "users": {
            "email": None,
            "domain": "email.split('@')[-1]",
            "double": "int(id) * 2",
            "__filter__": "id > 1",
            "__alias__": "people",
        },
        "secret": None,
    }
    lines = table("users", {"id": "integer", "email": "string"}, [{"id": n, "email": f"u{n}@x.org"} for n in (1, 2, 3)])
    lines += table("secret", {"id": "integer"}, [{"id": 1}])
    pond.target(lines, stream_maps=maps).ok()
    assert warehouse.tables() == ["main.people"]
    assert warehouse.rows("select id, domain, double from people order by id") == [(2, "x.org", 4), (3, "x.org", 6)]
    assert "email" not in warehouse.columns("people")


def test_a_target_alone_is_at_least_once(pond, warehouse):
    for _ in range(2):
        pond.target([*table("t", {"id": "integer"}, [{"id": 1}]), bookmark("t", 1)]).ok()
    assert warehouse.count("t") == 2


def test_state_id_makes_it_keep_its_own_bookmark(pond, warehouse):
    words = pond.target_words({})
    pond.run(*words, "--state-id", "mine", stdin=[*table("t", {"id": "integer"}, [{"id": 1}]), bookmark("t", 1)]).ok()
    assert warehouse.count("_pond.state") == 1


def test_about_and_version(pond):
    assert "load_method" in pond.run("target", "--about").ok().out
    about = pond.run("target", "--about", "--format", "json").ok().json()
    assert about["name"]
    assert {"path", "filepath", "dbname", "database"} <= set(about["settings"]["properties"])
    assert "path, filepath" in pond.run("target", "--about").out
    assert pond.run("target", "--version").ok().out.strip()


def test_config_may_come_in_parts(pond, warehouse):
    first, second = pond.folder / "a.json", pond.folder / "b.json"
    first.write_text(json.dumps({"path": str(pond.database)}))
    second.write_text(json.dumps({"default_target_schema": "main"}))
    pond.run("target", "--config", first, "--config", second, stdin=table("t", {"id": "integer"}, [{"id": 1}])).ok()
    assert warehouse.tables() == ["main.t"]


def test_activate_version_without_a_version_column_is_no_error(pond, warehouse):
    pond.target([*table("t", {"id": "integer"}, [{"id": 1}]), activate("t", 5)]).ok()
    assert warehouse.count("t") >= 0

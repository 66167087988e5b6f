"""Bad input: the message quotes value, stream and line; the exit code is not 0; what was committed before stays."""

import pytest

from singer import bookmark, record, schema, state, table

COLUMNS = {"id": "integer", "v": "string"}
GOOD = [{"id": n, "v": "good"} for n in range(3)]


@pytest.mark.parametrize(
    "line, words",
    [
        ("this is not a message", ["line 5"]),
        ('{"type": "RECORD", "stream": "t", "record": {"id": 1', ["line 5"]),
        ('{"type": "RECORD", "stream": "t", "record": {"id": 1}} trailing', ["line 5"]),
        ("[1, 2]", ["line 5"]),
        ('{"stream": "t", "record": {"id": 1}}', ["line 5", "type"]),
        ('{"type": "SURPRISE", "stream": "t"}', ["line 5", "SURPRISE"]),
        ('{"type": "RECORD", "record": {"id": 1}}', ["line 5", "stream"]),
        ('{"type": "RECORD", "stream": "t"}', ["line 5", "record"]),
        ('{"type": "RECORD", "stream": "t", "record": [1]}', ["line 5", '"t"']),
        ('{"type": "RECORD", "stream": "unknown", "record": {"id": 1}}', ["line 5", "unknown", "schema"]),
        ('{"type": "SCHEMA", "stream": "x", "key_properties": []}', ["line 5", '"x"', "schema"]),
        ('{"type": "SCHEMA", "stream": "x", "schema": {"type": "object"}, "key_properties": []}', ["line 5", '"x"', "properties"]),
        ('{"type": "SCHEMA", "stream": "x", "schema": {"properties": {"a": {"type": "integer"}}}, "key_properties": ["b"]}', ['"x"', '"b"']),
        ('{"type": "RECORD", "stream": "t", "record": {"id": "many"}}', ["line 5", '"t"', "many", "id"]),
        ('{"type": "RECORD", "stream": "t", "record": {"id": {"a": 1}}}', ["line 5", '"t"', "id"]),
        ("\x00\x01\x02", ["line 5"]),
        ('{"type": "STATE"}', ["line 5", "value"]),
    ],
)  # fmt: skip
def test_bad_lines(pond, line, words):
    pond.target([*table("t", COLUMNS, GOOD), line, *[record("t", id=9)] * 3]).failed(*words)


def test_a_key_that_is_missing_or_null(pond):
    pond.target([*table("t", COLUMNS, GOOD, ["id"]), record("t", v="no key")]).failed("line 5", '"t"', '"id"')
    pond.target([*table("t", COLUMNS, GOOD, ["id"]), record("t", id=None, v="null key")]).failed(
        "line 5", '"t"', '"id"'
    )


def test_batches_before_the_bad_line_stay(pond, warehouse):
    lines = [schema("t", COLUMNS)]
    for n in range(1, 5001):
        lines.append(record("t", id=n, v="good"))
        if n % 1000 == 0:
            lines.append(bookmark("t", n))
    lines += [record("t", id=5001), "garbage"]
    done = pond.target(lines, batch_size_rows=1000)
    done.failed("garbage")
    kept = done.states[-1]["bookmarks"]["t"]["replication_key_value"]
    assert kept >= 4000
    assert (
        warehouse.one(f"select count(*) from t where id <= {kept}") == kept
    )  # every row under the printed state is there


def test_validation_is_off_unless_asked_for(pond, warehouse):
    kind = {"type": "string", "maxLength": 3}
    lines = table("t", {"v": kind}, [{"v": "too long"}])
    pond.target(lines).ok()
    pond.target(lines, validate_records=True).failed("line 2", '"t"', "too long")


@pytest.mark.parametrize(
    "kind, good, bad",
    [
        ({"type": "integer", "minimum": 10}, 10, 9),
        ({"type": "string", "enum": ["a", "b"]}, "a", "zebra"),
        ({"type": "string", "pattern": "^[a-z]+$"}, "abc", "ABC9"),
        ({"type": "string"}, "x", 77),
        ({"type": "string"}, "x", None),
        ({"type": "array", "items": {"type": "integer"}}, [1, 2], [1, "zwei"]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"a": 1}, {"b": 1}),
    ],
    ids=["minimum", "enum", "pattern", "type", "null", "items", "required"],
)
def test_validation(pond, kind, good, bad):
    pond.target(table("t", {"v": kind}, [{"v": good}]), validate_records=True).ok()
    done = pond.target(table("t", {"v": kind}, [{"v": good}, {"v": bad}]), validate_records=True)
    done.failed("line 3", '"t"', " v")
    if isinstance(bad, (str, int)):
        assert str(bad) in done.said


def test_a_required_property(pond):
    line = schema("t", COLUMNS)
    line["schema"]["required"] = ["v"]
    pond.target([line, record("t", id=1)], validate_records=True).failed('"v"', "line 2")
    pond.target([line, record("t", id=1)]).ok()


def test_rejects_instead_of_failing(pond, warehouse):
    pond.target(
        [*table("t", COLUMNS, GOOD), record("t", id="many", v="bad"), record("t", id=5)], on_error="reject"
    ).ok()
    assert warehouse.count("t") == 4
    rejected = str(warehouse.rows("select columns(*)::varchar from _pond.rejects"))
    assert "many" in rejected and "t" in rejected


def test_keys_are_demanded_when_the_config_says_so(pond):
    pond.target(table("t", COLUMNS, GOOD), primary_key_required=True).failed('"t"', "key")


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", ["config"]),
        ("{}", ["path"]),
        ('{"path": "x.duckdb", "load_method": "upset"}', ["upset", "upsert"]),
    ],
)
def test_bad_config(pond, text, words):
    path = pond.folder / "bad.json"
    path.write_text(text)
    pond.run("target", "--config", path, stdin=[]).failed(*words)


def test_a_config_file_that_is_not_there(pond):
    pond.run("target", "--config", pond.folder / "none.json", stdin=[]).failed("none.json")


def test_an_input_that_is_not_there(pond):
    words = [*pond.target_words({}), "--input", "none.singer"]
    pond.run(*words).failed('--input "none.singer": No such file or directory')


def test_a_warehouse_that_is_another_kind_of_file(pond):
    pond.database.write_text("this is not a database, it is a text\n" * 1000)
    pond.target(table("t", COLUMNS, GOOD)).failed("warehouse.duckdb")
    assert pond.database.read_text().startswith("this is not")


def test_a_closed_stdout_does_not_lose_rows(pond, warehouse):
    """The reader of our states may go away: that is not the data's fault."""
    running = pond.start_target()
    running.send(*table("t", COLUMNS, GOOD), state({"a": 1}))
    running.stdin.close()
    running.wait().ok()
    assert warehouse.count("t") == 3


def test_a_column_of_a_type_that_no_schema_gives(pond, warehouse):
    """A user's table: its values are kept, as they are or as texts, or nothing is loaded."""
    warehouse.execute("create table t (id struct(x integer))", "insert into t values ({'x': 77})")
    done = pond.target(table("t", COLUMNS, GOOD))
    if done.code == 0:
        assert warehouse.count("t") == 4
    assert "77" in str(warehouse.rows("select id::varchar from t order by 1 desc"))


def test_a_path_that_is_a_data_file(pond):
    path = pond.folder / "rows.csv"
    path.write_text("id\n1\n")
    pond.target([schema("t", {"id": "integer"}), record("t", id=1)], path=str(path)).failed("is a data file", str(path))
    assert path.read_text() == "id\n1\n"


def test_a_database_in_memory_is_no_warehouse(pond, project):
    words = ['":memory:"', "no warehouse"]
    pond.target([schema("t", {"id": "integer"})], path=":memory:").failed(*words)
    pond.run("sql", "-d", ":memory:", "select 1").failed(*words)
    project.loader(path=":memory:")
    project.script([{"name": "t", "rows": 1}])
    project.run().failed("target-duckdb", *words)
    assert not list(pond.folder.rglob(":memory:*"))


def test_a_path_in_a_folder_that_does_not_exist(pond):
    path = pond.folder / "no" / "such" / "x.duckdb"
    pond.target([schema("t", {"id": "integer"})], path=str(path)).failed("folder does not exist", "mkdir -p")

"""Whole little loads: the situations that target-duckdb's own integration tests name, made anew, and rerun files."""

from oracle.messages import (
    ARRAY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    INTEGER,
    NUMBER,
    OBJECT,
    STRING,
    kind,
    record,
    records,
    schema,
    state,
)
from oracle.target_duckdb.chosen import case

ORDER = {"id": kind("!integer"), "item": STRING, "price": NUMBER, "at": DATE_TIME}


def orders(first: int, last: int, mark: str = "") -> list[dict]:
    return [{"id": i, "item": f"item {i}{mark}", "price": i * 1.25, "at": f"2024-03-{i % 28 + 1:02d}T10:00:00Z"} for i in range(first, last + 1)]


def scenarios() -> list[dict]:
    head = schema("orders", ORDER, ["id"])
    found = [
        case("invalid json", [head, *records("orders", orders(1, 2)), '{"type": "RECORD", "stream": "orders", "record": {"id": 3']),
        case("record before schema", [record("orders", {"id": 1}), head]),
        case("record of another stream", [head, record("customers", {"id": 1})]),
        case("unknown message type", [head, {"type": "SOMETHING", "stream": "orders"}]),
        case("no message type", [head, {"stream": "orders", "record": {"id": 1}}]),
        case("record without stream", [head, {"type": "RECORD", "record": {"id": 1}}]),
        case("schema without properties", [{"type": "SCHEMA", "stream": "t", "schema": {"type": "object"}, "key_properties": ["id"]}, record("t", {"id": 1})]),
        case("empty line", [head, "", record("orders", {"id": 1})]),
        case("no input", []),
        case("schema only", [head]),
        case("key property not in the schema", [schema("t", {"v": STRING}, ["id"]), record("t", {"id": 1, "v": "x"})]),
        case("key property missing in a record", [head, record("orders", {"item": "x"})]),
        case("key property null", [head, record("orders", {"id": None, "item": "x"})]),
        case("empty text as a key", [schema("t", {"k": STRING, "v": STRING}, ["k"]), *records("t", [{"k": "", "v": "x"}, {"k": "b", "v": "y"}])]),
        case("activate version", [head, *records("orders", orders(1, 3), version=1), {"type": "ACTIVATE_VERSION", "stream": "orders", "version": 1}]),
        case("activate a newer version", [head, *records("orders", orders(1, 3), version=1)], [head, *records("orders", orders(2, 3), version=2), {"type": "ACTIVATE_VERSION", "stream": "orders", "version": 2}]),
        case("load twice", [head, *records("orders", orders(1, 9))], [head, *records("orders", orders(1, 9))]),
        case("update and insert", [head, *records("orders", orders(1, 9))], [head, *records("orders", orders(5, 12, " new"))]),
        case("update to null", [head, *records("orders", orders(1, 4))], [head, *records("orders", [{"id": 2}, {"id": 3, "item": None, "price": None}])]),
        case("same key in one batch", [head, *records("orders", [*orders(1, 3), *orders(2, 3, " b"), *orders(3, 3, " c")])]),
        case("same key over batches", [head, *records("orders", [*orders(1, 3), *orders(2, 3, " b"), *orders(3, 3, " c")])], batch_size_rows=2),
        case("only key columns", [schema("pairs", {"a": INTEGER, "b": INTEGER}, ["a", "b"]), *records("pairs", [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 1}])]),
        case("only one key column", [schema("ids", {"id": INTEGER}, ["id"]), *records("ids", [{"id": i} for i in (3, 1, 2, 3)])]),
        case("text keys like numbers", [schema("t", {"k": STRING, "v": STRING}, ["k"]), *records("t", [{"k": "1", "v": "a"}, {"k": "01", "v": "b"}, {"k": "1.0", "v": "c"}])]),
        case("date keys", [schema("t", {"k": DATE_TIME, "v": STRING}, ["k"]), *records("t", [{"k": "2024-01-02T00:00:00Z", "v": "a"}, {"k": "2024-01-02T00:00:00+00:00", "v": "b"}])]),
        case("boolean keys", [schema("t", {"k": BOOLEAN, "v": STRING}, ["k"]), *records("t", [{"k": True, "v": "a"}, {"k": False, "v": "b"}, {"k": True, "v": "c"}])]),
        case("number keys", [schema("t", {"k": NUMBER, "v": STRING}, ["k"]), *records("t", [{"k": 1.5, "v": "a"}, {"k": 1, "v": "b"}, {"k": 1.0, "v": "c"}])]),
        case("keys with commas", [schema("t", {"a": STRING, "b": STRING, "v": STRING}, ["a", "b"]), *records("t", [{"a": "x,y", "b": "z", "v": "1"}, {"a": "x", "b": "y,z", "v": "2"}])]),
        case("no records for a stream", [schema("empty", ORDER, ["id"]), head, *records("orders", orders(1, 2))]),
        case("record is empty", [schema("t", {"v": STRING}), record("t", {}), record("t", {"v": "x"})], primary_key_required=False),
    ]
    found += [several_streams(), several_streams_then_other_type(), logical(), logical(batch_size_rows=5), logical(batch_size_rows=5, flush_all_streams=True)]
    found += [unicode_texts(), long_texts(), odd_column_names(), nested(0), nested(10), spaces_and_reserved()]
    return found


def three_streams(cat: dict) -> list[dict]:
    one = {"pk": INTEGER, "c_varchar": STRING, "c_int": INTEGER}
    two = {"pk": INTEGER, "c_varchar": STRING, "c_int": INTEGER, "c_date": DATE_TIME}
    three = {"pk": INTEGER, "c_varchar": STRING, "c_int": cat, "c_time": kind("string", format="time")}
    return [schema("tap_mysql_test-test_table_one", one, ["pk"]), schema("tap_mysql_test-test_table_two", two, ["pk"]), schema("tap_mysql_test-test_table_three", three, ["pk"])]


def stream_rows() -> list[dict]:
    found = [record("tap_mysql_test-test_table_one", {"pk": 1, "c_varchar": "1", "c_int": 1})]
    found += records("tap_mysql_test-test_table_two", [{"pk": 1, "c_varchar": "1", "c_int": 1, "c_date": "2019-02-01T15:12:45Z"}, {"pk": 2, "c_varchar": "2", "c_int": 2, "c_date": "2019-02-10T02:00:00Z"}])
    found += records("tap_mysql_test-test_table_three", [{"pk": i, "c_varchar": str(i), "c_int": i, "c_time": f"0{i}:00:00"} for i in (1, 2, 3)])
    return found


def several_streams() -> dict:
    return case("several streams", [*three_streams(INTEGER), *stream_rows(), state({"currently_syncing": None})])


def several_streams_then_other_type() -> dict:
    changed = [record("tap_mysql_test-test_table_three", {"pk": i, "c_varchar": str(i), "c_int": f"text {i}", "c_time": None}) for i in (3, 4)]
    return case("several streams, a column of another type", [*three_streams(INTEGER), *stream_rows()], [*three_streams(STRING), *changed], add_metadata_columns=True)


def logical(**config: object) -> dict:
    """What a log-based tap sends: two streams mixed, inserts, updates, deletes, many states."""
    table = {"cid": INTEGER, "cvarchar": STRING, "_sdc_deleted_at": DATE_TIME}
    lines = [schema("public1-table1", table, ["cid"]), schema("public2-table2", table, ["cid"])]
    place = 0
    for step in range(1, 25):
        for stream in ("public1-table1", "public2-table2"):
            place += 7
            row = {"cid": (step * (3 if stream.endswith("1") else 5)) % 11, "cvarchar": f"{stream} {step}"}
            if step % 4 == 0:
                row["_sdc_deleted_at"] = "2024-01-02T03:04:05Z"
            lines.append(record(stream, row))
        if step % 3 == 0:
            marks = {s: {"lsn": place, "version": 1} for s in ("public1-table1", "public2-table2")}
            lines.append(state({"currently_syncing": None, "bookmarks": marks}))
    words = ", ".join(f"{k} {v}" for k, v in config.items()) or "default"
    return case(f"log-based changes, {words}", lines, hard_delete=True, **config)


def unicode_texts() -> dict:
    texts = ["Hello world, Καλημέρα κόσμε, コンニチハ", "Chinese: 和毛泽东", "Russian: Зайдите", "Thai: แผ่นดิน", "Arabic: لقد لعبت", "Special: [\"\\,'!@£$%^&*()]"]
    return case("unicode texts", [schema("t", {"id": INTEGER, "v": STRING}, ["id"]), *records("t", [{"id": i, "v": v} for i, v in enumerate(texts, 1)])])


def long_texts() -> dict:
    return case("long texts", [schema("t", {"id": INTEGER, "v": STRING}, ["id"]), *records("t", [{"id": i, "v": f"{i} lorem ipsum " * 2000} for i in (1, 2)])])


def odd_column_names() -> dict:
    names = {"c_pk": INTEGER, "camelcaseColumn": STRING, "minus-column": STRING, "Column with space": STRING, "1starts": STRING, "UPPER_COLUMN": STRING}
    return case("odd column names", [schema("t", names, ["c_pk"]), *records("t", [{name: (i if name == "c_pk" else f"{name} {i}") for name in names} for i in (1, 2, 3)])])


def nested(level: int) -> dict:
    inner = kind("object", properties={"prop1": STRING, "prop2": STRING, "deeper": kind("object", properties={"x": INTEGER, "list": ARRAY})})
    names = {"c_pk": INTEGER, "c_array": ARRAY, "c_object": OBJECT, "c_object_with_props": inner, "c_nested": kind("object", properties={"p": inner, "day": DATE})}
    value = {"prop1": "one", "prop2": None, "deeper": {"x": 5, "list": [1, 2]}}
    row = {"c_pk": 1, "c_array": [1, 2, 3], "c_object": {"key_1": "value_1"}, "c_object_with_props": value, "c_nested": {"p": value, "day": "2024-01-02"}}
    return case(f"nested, flattening {level}", [schema("t", names, ["c_pk"]), record("t", row), record("t", {"c_pk": 2})], data_flattening_max_level=level)


def spaces_and_reserved() -> dict:
    lines = []
    for name in ("TABLE WITH SPACE AND UPPERCASE", "group", "table"):
        lines += [schema(f"s-{name}", {"id": INTEGER, "order": STRING}, ["id"]), record(f"s-{name}", {"id": 1, "order": "x"})]
    return case("table names: spaces and reserved words", lines)

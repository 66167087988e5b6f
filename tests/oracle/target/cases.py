"""The Singer SDK's target semantics: its test streams, and streams for each rule of its settings.

The input of a case: {"config", "runs": [[message, ...] or the name of one of the SDK's own test streams, ...]}.
"""

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

TOOL = {"venv": "singer-sdk", "packages": ["singer-sdk", "duckdb", "duckdb-engine"]}

SDK_STREAMS = [
    "array_data", "camelcase", "camelcase_complex_schema", "duplicate_records", "encoded_string_data", "invalid_schema", "multiple_state_messages", "no_primary_keys", "optional_attributes", "pk_updates",
    "record_before_schema", "record_missing_fields", "record_missing_key_property", "record_missing_required_property", "schema_no_properties", "schema_updates", "special_chars_in_attributes", "user_location_data",
]  # fmt: skip
PLAIN = {"default_target_schema": "main", "add_record_metadata": False}
METHODS = ["append-only", "upsert", "overwrite"]
ITEM = {"id": INTEGER, "v": STRING}


def case(name: str, *runs: list | str, **config: object) -> dict:
    settings = {k: v for k, v in {**PLAIN, **config}.items() if v is not None}
    return {"name": name, "input": {"config": settings, "runs": list(runs)}}


def items(*pairs: tuple, **more: object) -> list[dict]:
    return records("items", [{"id": i, "v": v} for i, v in pairs], **more)


def groups() -> dict[str, list[dict]]:
    return {"sdk_streams": sdk_streams(), "load_methods": load_methods(), "versions": versions(), "metadata": metadata(), "schemas": schemas(), "names": names(), "validation": validation()}


def sdk_streams() -> list[dict]:
    found = []
    for name in SDK_STREAMS:
        for method in ("append-only", "upsert"):
            found.append(case(f"{name}, {method}", f"{name}.singer", load_method=method))
    found.append(case("no_primary_keys, then append", "no_primary_keys.singer", "no_primary_keys_append.singer", load_method="append-only"))
    found.append(case("user_location_data, then upsert", "user_location_data.singer", "user_location_upsert_data.singer", load_method="upsert"))
    found.append(case("user_location_data, twice appended", "user_location_data.singer", "user_location_data.singer", load_method="append-only"))
    for name in ("schema_updates", "encoded_string_data", "duplicate_records"):
        found.append(case(f"{name}, overwrite twice", f"{name}.singer", f"{name}.singer", load_method="overwrite"))
        found.append(case(f"{name}, with metadata", f"{name}.singer", load_method="upsert", add_record_metadata=True))
    found.append(case("schema_no_properties, flattened", "schema_no_properties.singer", load_method="upsert", flattening_enabled=True, flattening_max_depth=2))
    found.append(case("record_missing_required_property, validated", "record_missing_required_property.singer", validate_records=True))
    return found


def load_methods() -> list[dict]:
    head = schema("items", ITEM, ["id"])
    keyless = schema("items", ITEM)
    first, second = items((1, "a"), (2, "b"), (3, "c")), items((2, "B"), (4, "d"), (2, "BB"))
    found = []
    for method in METHODS:
        found.append(case(f"one run, {method}", [head, *first, *second], load_method=method))
        found.append(case(f"two runs, {method}", [head, *first], [head, *second], load_method=method))
        found.append(case(f"two runs without keys, {method}", [keyless, *first], [keyless, *second], load_method=method))
        found.append(case(f"schema twice in a run, {method}", [head, *first, head, *second], load_method=method))
        found.append(case(f"schema changes in a run, {method}", [head, *first, schema("items", {**ITEM, "w": INTEGER}, ["id"]), record("items", {"id": 2, "w": 7})], load_method=method))
        found.append(case(f"second run without records, {method}", [head, *first], [head], load_method=method))
        found.append(case(f"second run without the stream, {method}", [head, *first], [state({"x": 1})], load_method=method))
        found.append(case(f"missing properties, {method}", [head, *first], [head, record("items", {"id": 2})], load_method=method))
        found.append(case(f"wider second run, {method}", [head, *first], [schema("items", {**ITEM, "w": INTEGER}, ["id"]), record("items", {"id": 2, "w": 7})], load_method=method))
        found.append(case(f"narrower second run, {method}", [head, *first], [schema("items", {"id": INTEGER}, ["id"]), record("items", {"id": 2}), record("items", {"id": 9})], load_method=method))
    found.append(case("keys appear in the second run, upsert", [keyless, *first], [head, *second], load_method="upsert"))
    found.append(case("default method", [head, *first], [head, *second]))
    found.append(case("unknown method", [head, *first], load_method="merge"))
    found.append(case("two streams, overwrite", [head, *first, schema("others", ITEM, ["id"]), record("others", {"id": 1})], [head, *second], load_method="overwrite"))
    return found


def activate(version: int, stream: str = "items") -> dict:
    return {"type": "ACTIVATE_VERSION", "stream": stream, "version": version}


def versions() -> list[dict]:
    head = schema("items", ITEM, ["id"])
    v1, v2 = items((1, "a"), (2, "b"), version=1), items((2, "B"), (3, "c"), version=2)
    found = []
    for method in ("append-only", "upsert"):
        for hard in (False, True):
            words = f"{method}, {'hard' if hard else 'soft'}"
            config = {"load_method": method, "hard_delete": hard, "add_record_metadata": True}
            found.append(case(f"new version, {words}", [head, *v1, activate(1)], [head, *v2, activate(2)], **config))
            found.append(case(f"activated before its records, {words}", [head, *v1], [head, activate(2), *v2], **config))
            found.append(case(f"same version again, {words}", [head, *v1, activate(1)], [head, *v1, activate(1)], **config))
            found.append(case(f"never activated, {words}", [head, *v1], [head, *v2], **config))
    found.append(case("not processed", [head, *v1], [head, *v2, activate(2)], load_method="upsert", add_record_metadata=True, process_activate_version_messages=False))
    found.append(case("without metadata", [head, *v1], [head, *v2, activate(2)], load_method="upsert", add_record_metadata=False))
    found.append(case("records without a version", [head, *items((1, "a"))], [head, *v2, activate(2)], load_method="upsert", add_record_metadata=True))
    found.append(case("stream without records", [head, activate(1)], load_method="upsert", add_record_metadata=True))
    found.append(case("unknown stream", [head, *v1, activate(1, "nope")], load_method="upsert", add_record_metadata=True))
    return found


def metadata() -> list[dict]:
    head = schema("items", ITEM, ["id"])
    timed = records("items", [{"id": 1, "v": "a"}], time_extracted="2024-01-02T03:04:05+02:00", version=7)
    own = schema("items", {**ITEM, "_sdc_extracted_at": DATE_TIME, "_sdc_deleted_at": DATE_TIME, "_sdc_mine": STRING}, ["id"])
    given = records("items", [{"id": 1, "_sdc_extracted_at": "2020-01-01T00:00:00Z", "_sdc_deleted_at": "2021-01-01T00:00:00Z", "_sdc_mine": "x"}], time_extracted="2024-01-02T03:04:05Z")
    found = []
    for on in (True, False):
        found.append(case(f"time_extracted, {on}", [head, *timed], add_record_metadata=on))
        found.append(case(f"no time_extracted, {on}", [head, *items((1, "a"))], add_record_metadata=on))
        found.append(case(f"the tap's own, {on}", [own, *given], add_record_metadata=on))
        found.append(case(f"deleted in the record, not in the schema, {on}", [head, record("items", {"id": 1, "_sdc_deleted_at": "2021-01-01T00:00:00Z"})], add_record_metadata=on))
    found.append(case("default", [head, *timed], add_record_metadata=None))
    found.append(case("switched on later", [head, *items((1, "a"))], [head, *timed], add_record_metadata=None, load_method="append-only"))
    found.append(case("odd time_extracted", [head, *records("items", [{"id": 1}], time_extracted="not a time")], add_record_metadata=True))
    return found


def schemas() -> list[dict]:
    def typed(name: str, shape: dict, values: list, **config: object) -> dict:
        return case(name, [schema("t", {"id": INTEGER, "v": shape}, ["id"]), *records("t", [{"id": i, "v": v} for i, v in enumerate(values)])], load_method="append-only", **config)

    def becomes(name: str, old: dict, old_value: object, new: dict, new_value: object) -> dict:
        return case(f"{name}", [schema("t", {"id": INTEGER, "v": old}, ["id"]), record("t", {"id": 1, "v": old_value})], [schema("t", {"id": INTEGER, "v": new}, ["id"]), record("t", {"id": 2, "v": new_value})], load_method="append-only")

    found = [
        typed("text", STRING, ["", "x", None, "é\u0000y"]),
        typed("integer", INTEGER, [0, -1, 2**53 + 1, 2**63 - 1, None]),
        typed("integer too big", INTEGER, [2**63]),
        typed("number", NUMBER, [0.1, 1, -1e300, None]),
        typed("boolean", BOOLEAN, [True, False, None]),
        typed("date-time", DATE_TIME, ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05+05:30", "2024-01-02 03:04:05", "2024-01-02", None]),
        typed("date-time bad", DATE_TIME, ["nope"]),
        typed("date-time beyond", DATE_TIME, ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]),
        typed("date", DATE, ["2024-01-02", None]),
        typed("date bad", DATE, ["nope"]),
        typed("time", kind("string", format="time"), ["03:04:05", None]),
        typed("object", OBJECT, [{}, {"a": [1, None]}, None]),
        typed("array", ARRAY, [[], [1, "x", {"y": 1.5}], None]),
        typed("integer and string", kind("integer", "string"), [1, "x"]),
        typed("no type", {}, [1, "x", None]),
        typed("anyOf null first", {"anyOf": [{"type": "null"}, {"type": "integer"}]}, [1, None]),
        typed("singer decimal", kind("string", format="x-singer.decimal", precision=10, scale=2), ["1.10", "12345678.99", None]),
        typed("wrong types, not validated", INTEGER, ["12", True], validate_records=False),
        typed("wrong type, validated", INTEGER, ["twelve"], validate_records=True),
        becomes("integer becomes number", INTEGER, 1, NUMBER, 2.5),
        becomes("integer becomes text", INTEGER, 1, STRING, "x"),
        becomes("number becomes integer", NUMBER, 1.5, INTEGER, 2),
        becomes("text becomes integer", STRING, "x", INTEGER, 2),
        becomes("text becomes object", STRING, "x", OBJECT, {"a": 1}),
        becomes("boolean becomes integer", BOOLEAN, True, INTEGER, 2),
        becomes("date becomes date-time", DATE, "2024-01-02", DATE_TIME, "2024-01-02T03:04:05Z"),
        becomes("integer becomes date-time", INTEGER, 1, DATE_TIME, "2024-01-02T03:04:05Z"),
        becomes("date-time becomes text", DATE_TIME, "2024-01-02T03:04:05Z", STRING, "x"),
    ]
    people = {"id": INTEGER, "name": STRING, "address": kind("object", properties={"city": STRING, "geo": kind("object", properties={"lat": NUMBER})}), "tags": ARRAY}
    rows = records("people", [{"id": 1, "name": "Ann", "address": {"city": "Bo", "geo": {"lat": 1.5}}, "tags": ["x"]}, {"id": 2}, {"id": 3, "address": None}])
    for depth in (1, 2):
        found.append(case(f"flattening {depth}", [schema("people", people, ["id"]), *rows], load_method="upsert", flattening_enabled=True, flattening_max_depth=depth))
    return found


def names() -> list[dict]:
    found = []
    for stream in ("plain", "Upper", "a-b", "a-b-c", "a-b-c-d", "with space", "dot.ted", "Test:Special!in?attributes", "1st", "a_b", "--x"):
        for default in ("main", None):
            found.append(case(f"stream {stream!r}, default schema {default}", [schema(stream, ITEM, ["id"]), record(stream, {"id": 1, "v": "x"})], default_target_schema=default, load_method="upsert"))
    for column in ("camelCase", "UPPER", "with space", "with-dash", "a.b", "a:b", "1st", "2 many", "_x", "$", "é", "select", "x" * 70):
        found.append(case(f"column {column[:10]!r}", [schema("t", {"id": INTEGER, column: STRING}, ["id"]), record("t", {"id": 1, column: "x"})], load_method="upsert"))
    found.append(case("columns that become one name", [schema("t", {"id": INTEGER, "aB": STRING, "ab": STRING}, ["id"]), record("t", {"id": 1, "aB": "x", "ab": "y"})], load_method="upsert"))
    found.append(case("odd key", [schema("t", {"The Id": INTEGER, "v": STRING}, ["The Id"]), record("t", {"The Id": 1, "v": "a"}), record("t", {"The Id": 1, "v": "b"})], load_method="upsert"))
    return found


def validation() -> list[dict]:
    strict = {"id": kind("!integer"), "n": kind("integer", minimum=0), "e": kind("string", format="email", maxLength=5), "o": {"type": "object", "properties": {"a": kind("!integer")}, "required": ["a"]}}
    good = {"id": 1, "n": 5, "e": "a@b.c", "o": {"a": 1}}
    rows = {
        "good": {}, "minimum": {"n": -1}, "type": {"n": "x"}, "format is not checked": {"e": "nope"}, "maxLength": {"e": "too long"}, "nested type": {"o": {"a": "x"}}, "nested required": {"o": {}}, "null where not allowed": {"id": None}, "integer as 1.0": {"n": 1.0},
        "property not in the schema": {"extra": 1}, "missing": {"n": None},
    }  # fmt: skip
    found = []
    for name, change in rows.items():
        for on in (True, False):
            found.append(case(f"{name}, {on}", [schema("t", strict, ["id"]), record("t", {**good, **change})], load_method="append-only", validate_records=on))
    enum = {"id": INTEGER, "v": {"enum": ["a", "b"]}, "w": {"const": 5}, "p": kind("string", pattern="^x")}
    for name, row in {"enum": {"v": "c"}, "const": {"w": 6}, "pattern": {"p": "y"}, "all fine": {"v": "a", "w": 5, "p": "xy"}}.items():
        found.append(case(f"{name}, True", [schema("t", enum, ["id"]), record("t", {"id": 1, **row})], load_method="append-only", validate_records=True))
    found.append(case("additionalProperties false", [{**schema("t", ITEM, ["id"]), "schema": {"type": "object", "properties": ITEM, "additionalProperties": False}}, record("t", {"id": 1, "x": 1})], validate_records=True))
    found.append(case("key missing", [schema("t", ITEM, ["id"]), record("t", {"v": "x"})], load_method="append-only"))
    found.append(case("key null", [schema("t", ITEM, ["id"]), record("t", {"id": None, "v": "x"})], load_method="upsert"))
    found.append(case("record before schema", [record("t", {"id": 1})]))
    found.append(case("unknown message", [schema("t", ITEM, ["id"]), {"type": "NOPE"}]))
    found.append(case("no key_properties", [{"type": "SCHEMA", "stream": "t", "schema": {"properties": ITEM}}, record("t", {"id": 1, "v": "x"})]))
    found.append(case("states", [schema("t", ITEM, ["id"]), state({"a": 1}), record("t", {"id": 1}), state({"a": 2}), record("t", {"id": 2}), state({"a": 2})]))
    return found

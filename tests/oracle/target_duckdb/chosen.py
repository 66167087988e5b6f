"""Cases written for one rule each: types, values, names, schema changes, settings."""

from oracle.messages import (
    ARRAY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    INTEGER,
    NUMBER,
    OBJECT,
    STRING,
    TIME,
    kind,
    record,
    records,
    schema,
    state,
)

CONFIG = {"default_target_schema": "main"}
KEY = {"id": kind("!integer")}


def case(name: str, *runs: list, **config: object) -> dict:
    """Settings given as None are left out, the default schema too."""
    settings = {k: v for k, v in {**CONFIG, **config}.items() if v is not None}
    return {"name": name, "input": {"config": settings, "runs": [list(run) for run in runs]}}


def column(name: str, property_schema: dict, values: list) -> dict:
    """One typed column beside an integer key, one row a value."""
    rows = [{"id": i, "v": value} for i, value in enumerate(values, 1)]
    return case(name, [schema("t", {**KEY, "v": property_schema}, ["id"]), *records("t", rows)])


TYPES = {
    "string": (STRING, ["a", "b c", None]),
    "string required": (kind("!string"), ["a", "b"]),
    "string with maxLength": (kind("string", maxLength=3), ["abc", None]),
    "integer": (INTEGER, [0, 1, -1, None, 2**31, -(2**63), 2**63, 10**30]),
    "integer max 100": (kind("integer", maximum=100), [0, 100, None]),
    "integer max smallint": (kind("integer", minimum=-32768, maximum=32767), [-32768, 32767, None]),
    "integer max 32768": (kind("integer", maximum=32768), [1, 32768]),
    "integer max int": (kind("integer", maximum=2147483647), [2147483647, -5]),
    "integer max int + 1": (kind("integer", maximum=2147483648), [2147483648, -5]),
    "integer max bigint": (kind("integer", maximum=9223372036854775807), [9223372036854775807, None]),
    "integer max beyond bigint": (kind("integer", maximum=9223372036854775808), [9223372036854775808, 7]),
    "integer over its maximum": (kind("integer", maximum=100), [40000]),
    "integer beyond hugeint": (INTEGER, [2**127]),
    "number": (NUMBER, [0.5, 1, -2.25, 1e300, 1e-300, None, 123456789.123456789]),
    "number multipleOf": (kind("number", multipleOf=0.01), [1.1, 0.07, None]),
    "number with max": (kind("number", minimum=-1e9, maximum=1e9), [1.5, None]),
    "boolean": (BOOLEAN, [True, False, None]),
    "date-time": (DATE_TIME, ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.678901Z", "2024-01-02 03:04:05", None]),
    "date-time offset": (DATE_TIME, ["2024-01-02T03:04:05+05:30", "2024-01-02T03:04:05-08:00"]),
    "date-time far": (DATE_TIME, ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"]),
    "date-time bad": (DATE_TIME, ["not a date"]),
    "date": (DATE, ["2024-01-02", "1969-12-31", None]),
    "date bad": (DATE, ["yesterday"]),
    "time": (TIME, ["03:04:05", "23:59:59.5", None]),
    "uuid": (kind("string", format="uuid"), ["123e4567-e89b-12d3-a456-426614174000", None]),
    "email": (kind("string", format="email"), ["a@b.c", None]),
    "object": (OBJECT, [{}, {"a": 1, "b": [1, 2, {"c": None}]}, None]),
    "object with properties": (kind("object", properties={"a": INTEGER}), [{"a": 1}, {"a": None}, None]),
    "array": (ARRAY, [[], [1, "two", None], None]),
    "array with items": (kind("array", items=INTEGER), [[1, 2], None]),
    "object or array": (kind("object", "array"), [{"a": 1}, [1], None]),
    "object or string": (kind("object", "string"), [{"a": 1}, '{"b": 2}']),
    "integer or string": (kind("integer", "string"), [1, "x", None]),
    "number or string": (kind("number", "string"), [1.5, "2.5"]),
    "boolean or string": (kind("boolean", "string"), [True, "false"]),
    "integer or number": (kind("integer", "number"), [1, 2.5]),
    "anyOf string null": ({"anyOf": [{"type": "string"}, {"type": "null"}]}, ["a", None]),
    "anyOf null date-time": ({"anyOf": [{"type": "null"}, {"type": "string", "format": "date-time"}]}, ["2024-01-02T03:04:05Z"]),
    "anyOf integer string": ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, [1, 2]),
    "anyOf object null": ({"anyOf": [{"type": "object"}, {"type": "null"}]}, [{"a": 1}, None]),
    "anyOf null type list": ({"anyOf": [{"type": ["null", "string"]}, {"type": "null"}]}, ["a"]),
    "oneOf string": ({"oneOf": [{"type": "string"}, {"type": "null"}]}, ["a", None]),
    "empty schema": ({}, ["a", 1]),
    "enum without type": ({"enum": ["a", "b"]}, ["a"]),
    "null only": ({"type": "null"}, [None]),
    "type as one text": ({"type": "number"}, [1.5, 2]),
    "date-time as object": (kind("object", format="date-time"), [{"a": 1}]),
}


def types() -> list[dict]:
    return [column(name, *spec) for name, spec in TYPES.items()]


VALUES = {
    "empty string": (STRING, ["", "x", " "]),
    "blanks around": (STRING, [" a", "b ", "\tc\t"]),
    "word null": (STRING, ["null", "NULL", "None", "\\N", "nan"]),
    "quotes": (STRING, ['"', '""', "'", "a\"b'c", '"whole"']),
    "delimiters": (STRING, [",", "a,b", ";", "|", "\t"]),
    "line feed": (STRING, ["a\nb", "\n", "c"]),
    "carriage return line feed": (STRING, ["a\r\nb", "c"]),
    "carriage return": (STRING, ["a\rb", "c"]),
    "backslashes": (STRING, ["\\", "\\\\", "\\n", "C:\\new"]),
    "NUL": (STRING, ["a\u0000b", "c"]),
    "controls": (STRING, ["\u0001\u001f\u007f", "x"]),
    "unicode": (STRING, ["åäö", "日本語", "🦆", "e\u0301", "\u202e"]),
    "long text": (STRING, ["x" * 10000, "y"]),
    "numbers in text": (STRING, ["1", "1.0", "007", "1e5", "0x10"]),
    "truth in text": (STRING, ["true", "false", "T"]),
    "integer into string": (STRING, [1, 2.5, True, None]),
    "object into string": (STRING, [{"a": [1, "x"]}, [1, 2]]),
    "text into integer": (INTEGER, ["12", " 13 ", "1e3"]),
    "bad text into integer": (INTEGER, ["twelve"]),
    "fraction into integer": (INTEGER, [1.0, 2.5]),
    "text into number": (NUMBER, ["1.5", "1e3"]),
    "text into boolean": (BOOLEAN, ["true", "False", "1"]),
    "number into boolean": (BOOLEAN, [0, 1]),
    "empty string into integer": (INTEGER, ["", 1]),
    "empty string into date-time": (DATE_TIME, ["", "2024-01-02T03:04:05Z"]),
    "zero and false": (NUMBER, [0, 0.0, -0.0]),
    "false": (BOOLEAN, [False]),
    "empty object and array": (kind("object", "array"), [{}, []]),
    "json with odd text": (OBJECT, [{"a": "x\ny", "b": '"', "c": "é", "d": "🦆", "e": ""}]),
    "json big numbers": (OBJECT, [{"a": 12345678901234567890, "b": 1.5}]),
    "json text": (OBJECT, ['{"a": 1}', "[1]"]),
    "date as date-time": (DATE_TIME, ["2024-01-02"]),
    "date-time with blanks": (DATE_TIME, ["2024-01-02 03:04:05+00:00", "2024-01-02T03:04:05.123456789Z"]),
    "date-time lower case": (DATE_TIME, ["2024-01-02t03:04:05z"]),
    "date-time as date": (DATE, ["2024-01-02T03:04:05Z"]),
    "time with zone": (TIME, ["03:04:05Z", "03:04:05+02:00"]),
    "date-time as number": (DATE_TIME, [1704164645]),
    "header-like first row": (STRING, ["v", "a", "b", "c", "d"]),
    "typed first row": (INTEGER, [1, 2, 3, 4, 5]),
}


def values() -> list[dict]:
    found = [column(name, *spec) for name, spec in VALUES.items()]
    wide = {"id": STRING, "n": STRING, "at": DATE_TIME, "x": NUMBER, "y": INTEGER, "ok": BOOLEAN}
    rows = [{"id": f"k{i}", "n": f"name {i}", "at": f"2024-01-{i:02d}T00:00:00Z", "x": i / 4, "y": i, "ok": i % 2 == 0} for i in range(1, 11)]
    found.append(case("first row of a batch, mixed types", [schema("t", wide, ["id"]), *records("t", rows)]))
    found.append(case("first row of each batch of three", [schema("t", wide, ["id"]), *records("t", rows)], batch_size_rows=3))
    text = {"id": kind("!integer"), "a": STRING, "b": STRING}
    rows = [{"id": 1}, {"id": 2, "a": "x"}, {"id": 3, "b": "y"}, {"id": 4, "a": None, "b": None}, {"id": 5, "c": "extra"}]
    found.append(case("missing and extra properties", [schema("t", text, ["id"]), *records("t", rows)]))
    raw = ['{"type":"RECORD","stream":"t","record":{"id":1,"a":"\\ud83e\\udd86 \\u0041","b":"\\/"}}']
    found.append(case("escapes", [schema("t", text, ["id"]), *raw]))
    raw = ['{"type":"RECORD","stream":"t","record":{"id":1,"a":"first","a":"second"}}']
    found.append(case("a property twice in one record", [schema("t", text, ["id"]), *raw]))
    raw = ['  {"type" : "RECORD" , "stream":"t", "record" : { "id" : 1 } }  ', '{"record":{"id":2,"a":"z"},"stream":"t","type":"RECORD"}']
    found.append(case("white space and order of message keys", [schema("t", text, ["id"]), *raw]))
    numbers = ["1.10", "12345678901234567890.123456789", "1E+2", "-0", "-0.0", "0.1e-6", "1e22"]
    raw = [f'{{"type":"RECORD","stream":"t","record":{{"id":{i},"x":{text}}}}}' for i, text in enumerate(numbers)]
    found.append(case("number spellings", [schema("t", {**KEY, "x": NUMBER}, ["id"]), *raw]))
    raw = ['{"type":"RECORD","stream":"t","record":{"id":1,"x":NaN}}', '{"type":"RECORD","stream":"t","record":{"id":2,"x":Infinity}}']
    found.append(case("NaN and Infinity", [schema("t", {**KEY, "x": NUMBER}, ["id"]), *raw]))
    return found


COLUMN_NAMES = [
    "select", "Order", "camelCase", "ALLCAPS", "with space", "with-dash", "with.dot", "a:b", "a/b", "a'b", 'a"b', "åäö", "日本",
    "1st", "%", "#", "$x", "_private", "a__b", " lead", "trail ", "x" * 70, "_sdc_mine", "rowid", "é", "tab\there",
]  # fmt: skip
STREAM_NAMES = [
    "plain", "Upper", "a-b", "a-b-c", "a-b-c-d", "with space", "dot.ted", "Test:Special!in?attributes", "select", "åäö", "a_b",
    "1st", "x" * 80, "-lead", "trail-", "a--b", 'quo"te', "public-orders",
]  # fmt: skip


def names() -> list[dict]:
    found = []
    for name in COLUMN_NAMES:
        rows = [{"id": 1, name: "a"}, {"id": 2, name: "b"}]
        found.append(case(f"column {name[:20]!r}", [schema("t", {**KEY, name: STRING}, ["id"]), *records("t", rows)]))
    for name in STREAM_NAMES:
        rows = [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]
        found.append(case(f"stream {name[:30]!r}", [schema(name, {**KEY, "v": STRING}, ["id"]), *records(name, rows)]))
    twins = {**KEY, "Name": STRING, "name": STRING}
    found.append(case("columns equal but for case", [schema("t", twins, ["id"]), *records("t", [{"id": 1, "Name": "a", "name": "b"}])]))
    odd_keys = {"agent:type": STRING, "Id": INTEGER, "v": STRING}
    rows = [{"agent:type": "x", "Id": 1, "v": "old"}, {"agent:type": "x", "Id": 1, "v": "new"}, {"agent:type": "y", "Id": 1, "v": "y"}]
    found.append(case("odd key names", [schema("t", odd_keys, ["agent:type", "Id"]), *records("t", rows)], batch_size_rows=1))
    order = {"zeta": STRING, "Alpha": STRING, "beta": STRING, "_low": STRING, "Zulu": STRING, "id": INTEGER, "a1": STRING, "a_1": STRING}
    found.append(case("column order", [schema("t", order, ["id"]), *records("t", [{"id": 1, "zeta": "z", "Zulu": "Z", "_low": "l"}])]))
    return found


def schema_changes() -> list[dict]:
    one = {**KEY, "a": STRING}
    first = [schema("t", one, ["id"]), *records("t", [{"id": 1, "a": "x"}, {"id": 2, "a": "y"}])]

    def then(properties: dict, rows: list, keys: tuple = ("id",)) -> list:
        return [schema("t", properties, list(keys)), *records("t", rows)]

    steps = {
        "same schema again": then(one, [{"id": 2, "a": "again"}, {"id": 3, "a": "z"}]),
        "column added": then({**one, "b": INTEGER}, [{"id": 2, "a": "y2", "b": 7}, {"id": 3, "b": 8}]),
        "two columns added": then({**one, "c": DATE_TIME, "B": BOOLEAN}, [{"id": 3, "c": "2024-01-02T00:00:00Z", "B": True}]),
        "column left out": then(KEY, [{"id": 2}, {"id": 3}]),
        "column left out, still sent": then(KEY, [{"id": 2, "a": "dropped"}]),
        "string becomes integer": then({**KEY, "a": INTEGER}, [{"id": 2, "a": 5}, {"id": 3, "a": 6}]),
        "string becomes number": then({**KEY, "a": NUMBER}, [{"id": 3, "a": 6.5}]),
        "string becomes date-time": then({**KEY, "a": DATE_TIME}, [{"id": 3, "a": "2024-01-02T00:00:00Z"}]),
        "string becomes object": then({**KEY, "a": OBJECT}, [{"id": 3, "a": {"k": 1}}]),
        "string becomes boolean": then({**KEY, "a": BOOLEAN}, [{"id": 3, "a": True}]),
        "key changes to a": then(one, [{"id": 9, "a": "x"}, {"id": 10, "a": "new"}], ("a",)),
        "key widened": then(one, [{"id": 1, "a": "x"}, {"id": 1, "a": "other"}], ("id", "a")),
    }
    found = []
    for name, second in steps.items():
        found.append(case(f"{name}, one run", [*first, *second]))
        found.append(case(f"{name}, next run", first, second))
    types = {"integer": (INTEGER, 1), "number": (NUMBER, 1.5), "boolean": (BOOLEAN, True), "object": (OBJECT, {"a": 1})}
    types["date-time"] = (DATE_TIME, "2024-01-02T03:04:05Z")
    types["small integer"] = (kind("integer", maximum=100), 7)
    types["string"] = (STRING, "s")
    for old, (old_kind, old_value) in types.items():
        for new, (new_kind, new_value) in types.items():
            if old == new or old == "string":
                continue
            before = [schema("t", {**KEY, "v": old_kind}, ["id"]), record("t", {"id": 1, "v": old_value}), record("t", {"id": 2, "v": old_value})]
            after = [schema("t", {**KEY, "v": new_kind}, ["id"]), record("t", {"id": 2, "v": new_value}), record("t", {"id": 3, "v": new_value})]
            found.append(case(f"{old} becomes {new}", before, after))
    back = [schema("t", {**KEY, "a": INTEGER}, ["id"]), record("t", {"id": 2, "a": 5})]
    found.append(case("string becomes integer and string again in one minute", first, back, then(one, [{"id": 2, "a": "back"}])))
    return found


def settings() -> list[dict]:
    people = {"id": INTEGER, "name": STRING, "address": kind("object", properties={"city": STRING, "geo": kind("object", properties={"lat": NUMBER, "lon": NUMBER}), "tags": ARRAY})}
    rows = [
        {"id": 1, "name": "Ann", "address": {"city": "Bo", "geo": {"lat": 1.5, "lon": 2}, "tags": ["x"]}},
        {"id": 2, "name": "Bob", "address": None},
        {"id": 3, "name": "Cid", "address": {"city": "Da", "geo": None}},
        {"id": 4, "name": "Dee", "address": {"geo": {"lat": 3}, "other": 1}},
    ]
    load = [schema("people", people, ["id"]), *records("people", rows)]
    found = [case(f"data_flattening_max_level {level}", load, data_flattening_max_level=level) for level in (0, 1, 2, 10)]
    deep_key = {"k": kind("object", properties={"id": INTEGER}), "v": STRING}
    rows = [{"k": {"id": 1}, "v": "a"}, {"k": {"id": 1}, "v": "b"}, {"k": {"id": 2}, "v": "c"}]
    found.append(case("flattened key property", [schema("t", deep_key, ["k__id"]), *records("t", rows)], data_flattening_max_level=1))
    twin = {"a": kind("object", properties={"b": STRING}), "a__b": STRING, "id": INTEGER}
    found.append(case("flattening makes twins", [schema("t", twin, ["id"]), record("t", {"id": 1, "a": {"b": "x"}, "a__b": "y"})], data_flattening_max_level=1))
    nullable = {"id": INTEGER, "o": {"type": ["object", "null"], "properties": {"n": kind("!integer")}}}
    found.append(case("flattening a null object", [schema("t", nullable, ["id"]), *records("t", [{"id": 1, "o": None}, {"id": 2, "o": {"n": 5}}])], data_flattening_max_level=3))

    plain = {"id": INTEGER, "v": STRING}
    timed = [record("t", {"id": i, "v": f"v{i}"}, time_extracted=f"2024-01-0{i}T00:00:00Z") for i in (1, 2, 3)]
    deleted = [record("t", {"id": 2, "v": "v2", "_sdc_deleted_at": "2024-02-01T00:00:00Z"}, time_extracted="2024-02-01T00:00:00Z")]
    later = [schema("t", plain, ["id"]), *deleted]
    for name, config in {
        "nothing": {}, "metadata": {"add_metadata_columns": True}, "hard_delete": {"hard_delete": True},
        "both": {"add_metadata_columns": True, "hard_delete": True}, "off": {"add_metadata_columns": False, "hard_delete": False},
    }.items():  # fmt: skip
        found.append(case(f"deleted row, {name}", [schema("t", plain, ["id"]), *timed, *deleted], **config))
        found.append(case(f"deleted row in the next run, {name}", [schema("t", plain, ["id"]), *timed], later, **config))
    no_time = [schema("t", plain, ["id"]), *records("t", [{"id": 1, "v": "a"}, {"id": 2}])]
    found.append(case("metadata without time_extracted", no_time, add_metadata_columns=True))
    offset = [schema("t", plain, ["id"]), record("t", {"id": 1}, time_extracted="2024-01-02T03:04:05+02:00")]
    found.append(case("metadata, time_extracted with offset", offset, add_metadata_columns=True))
    found.append(case("metadata switched on later", [schema("t", plain, ["id"]), *timed], later))
    found[-1]["input"]["runs"].append(later)

    two = [schema("s1-t", plain, ["id"]), *records("s1-t", [{"id": 1, "v": "a"}]), schema("s2-t", plain, ["id"]), *records("s2-t", [{"id": 1, "v": "b"}])]
    mapping = {"s1": {"target_schema": "one"}, "s2": {"target_schema": "two", "indices": {"t": ["v"]}}}
    found.append(case("schema_mapping", two, default_target_schema=None, schema_mapping=mapping))
    found.append(case("schema_mapping and default", two, default_target_schema="rest", schema_mapping={"s1": {"target_schema": "one"}}))
    found.append(case("schema_mapping misses a stream", two, default_target_schema=None, schema_mapping={"s1": {"target_schema": "one"}}))
    found.append(case("default_target_schema new", two, default_target_schema="fresh"))
    found.append(case("default_target_schema odd", two, default_target_schema="My Schema"))
    found.append(case("no schema setting at all", two, default_target_schema=None))

    keyless = [schema("t", plain), *records("t", [{"id": 1, "v": "a"}, {"id": 1, "v": "a"}, {"id": 2, "v": "b"}])]
    found.append(case("no key", keyless))
    found.append(case("no key, not required", keyless, primary_key_required=False))
    found.append(case("no key, not required, twice", keyless, keyless, primary_key_required=False))
    found.append(case("no key, small batches", keyless, primary_key_required=False, batch_size_rows=2))
    without = {"type": "SCHEMA", "stream": "t", "schema": {"properties": plain}}
    found.append(case("no key_properties at all", [without, record("t", {"id": 1})]))

    strict = {"id": kind("!integer"), "n": kind("integer", minimum=0), "e": kind("string", format="email")}
    ok, bad = {"id": 1, "n": 5, "e": "a@b.c"}, {"id": 2, "n": -5}
    for name, row in {"good": ok, "minimum": bad, "type": {"id": 3, "n": "x"}, "format": {"id": 4, "e": "nope"}, "date": {"id": 5}}.items():
        found.append(case(f"validate_records, {name}", [schema("t", strict, ["id"]), record("t", ok), record("t", row)], validate_records=True))
    found.append(case("no validation", [schema("t", strict, ["id"]), record("t", ok), record("t", bad)], validate_records=False))
    found.append(case("required but missing, validated", [{**schema("t", plain, ["id"]), "schema": {"properties": plain, "required": ["v"]}}, record("t", {"id": 1})], validate_records=True))

    many = [schema("a", plain, ["id"]), schema("b", plain, ["id"])]
    for i in range(1, 8):
        many += [record("a", {"id": i, "v": f"a{i}"}), record("b", {"id": i % 3, "v": f"b{i}"})]
        many += [state({"bookmarks": {"a": {"at": i}, "b": {"at": i}}})]
    for name, config in {"default": {}, "batch 2": {"batch_size_rows": 2}, "batch 2, all": {"batch_size_rows": 2, "flush_all_streams": True}, "batch 1": {"batch_size_rows": 1}}.items():
        found.append(case(f"states, {name}", many, **config))
    found.append(case("states, other shape", [state({"x": 1}), schema("t", plain, ["id"]), record("t", {"id": 1}), state({"x": 2})]))
    found.append(case("states, none after the last", [schema("t", plain, ["id"]), state({"x": 1}), record("t", {"id": 1})]))
    found.append(case("states, only a state", [state({"x": 1})]))
    found.append(case("states, empty object", [schema("t", plain, ["id"]), state({}), record("t", {"id": 1})]))
    quoted = [schema("t", plain, ["id"]), *records("t", [{"id": 1, "v": "a|b"}, {"id": 2, "v": "c'd"}])]
    found.append(case("delimiter and quotechar", quoted, delimiter="|", quotechar="'"))
    found.append(case("settings", quoted, settings={"threads": "1"}))
    found.append(case("settings unknown", quoted, settings={"no_such_setting": "1"}))
    found.append(case("dbname is the file's", quoted, dbname="lake"))
    found.append(case("dbname is another", quoted, dbname="other"))
    return found

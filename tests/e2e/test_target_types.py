"""Values arrive exactly: huge numbers, decimals, moments, odd bytes, odd names, long lines."""

import json

import pytest

from singer import record, schema, table


def load_value(pond, warehouse, kind, text: str, show="v::varchar"):
    """One property with the JSON text `text`; what the warehouse shows for it."""
    pond.target([schema("t", {"v": kind}), f'{{"type": "RECORD", "stream": "t", "record": {{"v": {text}}}}}']).ok()
    return warehouse.one(f"select {show} from t")


@pytest.mark.parametrize(
    "text", ["0", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993"], ids=lambda text: text[:6]
)
def test_integers(pond, warehouse, text):
    assert load_value(pond, warehouse, "integer", text) == text


def test_an_integer_beyond_64_bits_where_the_schema_says_so(pond, warehouse):
    kind = {"type": ["null", "integer"], "minimum": 0, "maximum": 18446744073709551615}
    assert load_value(pond, warehouse, kind, "18446744073709551615") == "18446744073709551615"


def test_an_integer_beyond_64_bits_without_a_word_is_an_error_that_quotes_it(pond):
    done = pond.target(table("t", {"v": "integer"}, [{"v": 1}, {"v": 99999999999999999999}]))
    done.failed("99999999999999999999", '"t"', "line 3")


@pytest.mark.parametrize("text", ["1.0", "5e0", "-0"])
def test_an_integer_may_be_written_as_a_float(pond, warehouse, text):
    assert load_value(pond, warehouse, "integer", text) == str(int(float(text)))


@pytest.mark.parametrize(
    "text", ["0.1", "1e300", "-2.5e-10", "5e-324", "1.7976931348623157e308", "0.30000000000000004"]
)
def test_doubles_keep_every_bit(pond, warehouse, text):
    pond.target([schema("t", {"v": "number"}), f'{{"type": "RECORD", "stream": "t", "record": {{"v": {text}}}}}']).ok()
    assert warehouse.one("select v from t") == float(text)


@pytest.mark.parametrize(
    "kind, text",
    [
        ({"type": ["null", "number"], "multipleOf": 0.01, "minimum": -1e10, "maximum": 1e10}, "9999999999.99"),
        (
            {"type": ["null", "string"], "format": "x-singer.decimal", "precision": 38, "scale": 10},
            '"1234567890123456789012345678.0123456789"',
        ),
    ],
    ids=["multipleOf", "x-singer.decimal"],
)
def test_decimals_are_exact(pond, warehouse, kind, text):
    assert load_value(pond, warehouse, kind, text) == text.strip('"')
    assert warehouse.columns("t")["v"].startswith("DECIMAL")


@pytest.mark.parametrize(
    "text, utc",
    [
        ("2026-01-02T03:04:05Z", "2026-01-02 03:04:05+00"),
        ("2026-01-02T05:00:00+05:30", "2026-01-01 23:30:00+00"),
        ("2026-01-02 03:04:05.123456-08:00", "2026-01-02 11:04:05.123456+00"),
        ("2026-01-02T03:04:05", "2026-01-02 03:04:05+00"),
        ("2026-01-02T03:04:05.1234567890Z", "2026-01-02 03:04:05.123456+00"),
        ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00+00"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59.999999+00"),
        ("2024-02-29T12:00:00+0000", "2024-02-29 12:00:00+00"),
        ("2026-01-02", "2026-01-02 00:00:00+00"),
    ],
)
def test_moments_with_any_offset(pond, warehouse, text, utc):
    assert load_value(pond, warehouse, "date-time", json.dumps(text)) == utc


@pytest.mark.parametrize(
    "text, shown",
    [("2026-01-02", "2026-01-02"), ("2026-01-02T00:00:00+00:00", "2026-01-02"), ("0001-01-01", "0001-01-01")],
)
def test_dates(pond, warehouse, text, shown):
    assert load_value(pond, warehouse, "date", json.dumps(text)) == shown
    assert warehouse.columns("t")["v"] == "DATE"


@pytest.mark.parametrize("text, shown", [("10:00:00", "10:00:00"), ("23:59:59.999999", "23:59:59.999999")])
def test_times(pond, warehouse, text, shown):
    assert load_value(pond, warehouse, "time", json.dumps(text)) == shown


def test_uuid(pond, warehouse):
    value = "c4ca4238-a0b9-2382-0dcc-509a6f75849b"
    assert load_value(pond, warehouse, "uuid", json.dumps(value)) == value


@pytest.mark.parametrize("text", ["2026-13-01T00:00:00Z", "yesterday", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z"])
def test_a_moment_that_is_none_is_an_error_that_quotes_it(pond, text):
    pond.target(table("t", {"v": "date-time"}, [{"v": text}])).failed(text, '"t"', "line 2")


@pytest.mark.parametrize(
    "kind, value",
    [
        ("boolean", True),
        ("string", "yes"),
        ({"type": ["integer", "string"]}, "12"),
        ({}, "free"),
        ({"type": "null"}, None),
    ],
    ids=["boolean", "string", "mixed", "none", "null"],
)
def test_kinds(pond, warehouse, kind, value):
    pond.target([schema("t", {"id": "integer", "v": kind}), record("t", id=1, v=value)]).ok()
    assert warehouse.one("select v from t") == value


def test_mixed_types_become_text(pond, warehouse):
    columns = {"id": "integer", "v": {"type": ["null", "integer", "string"]}}
    pond.target(table("t", columns, [{"id": 1, "v": 5}, {"id": 2, "v": "five"}])).ok()
    assert warehouse.rows("select v from t order by id") == [("5",), ("five",)]


def test_any_of(pond, warehouse):
    kind = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}
    assert load_value(pond, warehouse, kind, '"2026-01-01T00:00:00Z"') == "2026-01-01 00:00:00+00"


def test_a_column_of_seven_types_is_kept(pond, warehouse):
    """jsonb of tap-postgres."""
    kind = {"type": ["string", "number", "integer", "array", "object", "boolean", "null"], "additionalProperties": True}
    pond.target(
        table("t", {"id": "integer", "v": kind}, [{"id": 1, "v": {"a": 1}}, {"id": 2, "v": "x"}, {"id": 3, "v": 1.5}])
    ).ok()
    first = warehouse.one("select v from t where id = 1")
    assert json.loads(first) == {"a": 1}
    assert warehouse.count("t where v is not null") == 3


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "NULL",
        "\\N",
        "a,b",
        'say "hi"',
        "two\nlines",
        "tab\there",
        "\r\n",
        "\\",
        "\u2028",
        "🦆 duck",
        "é" * 5000,
        "'; drop table t; --",
    ],
    ids=lambda value: repr(value)[:16],
)
def test_texts(pond, warehouse, value):
    pond.target(table("t", {"v": "string"}, [{"v": value}, {"v": None}])).ok()
    assert sorted(warehouse.rows("select v from t"), key=repr) == sorted([(value,), (None,)], key=repr)


def test_escapes(pond, warehouse):
    text = r'"\u00e9\ud83e\udd86\n\t\/\\\" \u0041"'
    assert load_value(pond, warehouse, "string", text, "v") == json.loads(text)


def test_nul_in_a_text(pond, warehouse):
    pond.target([schema("t", {"v": "string"}), r'{"type": "RECORD", "stream": "t", "record": {"v": "a\u0000b"}}']).ok()
    assert warehouse.one("select octet_length(encode(v)) from t") in (2, 3)  # kept, or left out: never cut
    assert warehouse.one("select v from t").endswith("b")


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"caf\xe9", b"\xed\xa0\x80", b"\xc0\xaf"], ids=["ff", "latin1", "surrogate", "overlong"]
)
def test_bytes_that_are_not_utf8_do_not_stop_or_spoil_a_load(pond, warehouse, raw):
    lines = [
        schema("t", {"id": "integer", "v": "string"}),
        b'{"type": "RECORD", "stream": "t", "record": {"id": 1, "v": "x' + raw + b'y"}}',
        record("t", id=2, v="z"),
    ]
    done = pond.target(lines)
    if done.code == 0:
        assert warehouse.count("t") == 2
        value = warehouse.one("select v from t where id = 1")
        assert value.startswith("x") and value.endswith("y")
    else:
        done.failed("UTF-8", "line 2", '"t"')


def test_a_lone_surrogate_escape(pond, warehouse):
    pond.target([schema("t", {"v": "string"}), r'{"type": "RECORD", "stream": "t", "record": {"v": "a\ud800b"}}']).ok()
    value = warehouse.one("select v from t")
    assert value.startswith("a") and value.endswith("b")


def test_a_line_of_50_mb(pond, warehouse):
    body = "x" * 50_000_000
    pond.target(
        table("t", {"id": "integer", "v": "string"}, [{"id": 1, "v": body}, {"id": 2, "v": "short"}]), seconds=120
    ).ok()
    assert warehouse.rows("select id, length(v) from t order by id") == [(1, 50_000_000), (2, 5)]


def test_a_line_above_the_limit_is_a_clear_error(pond):
    lines = table("t", {"id": "integer", "v": "string"}, [{"id": 1, "v": "x" * 3_000_000}])
    pond.target(lines, max_line=1_000_000).failed("max_line", "line 2")


def test_five_hundred_columns(pond, warehouse):
    columns = {f"c{n}": ("integer", "string", "number", "date-time")[n % 4] for n in range(500)}
    values = [
        n if n % 4 == 0 else f"text {n}" if n % 4 == 1 else n / 2 if n % 4 == 2 else "2026-01-01T00:00:00Z"
        for n in range(500)
    ]
    rows = [dict(zip(columns, values)) for _ in range(3000)]
    pond.target(table("wide", columns, rows)).ok()
    assert warehouse.rows("select count(*), sum(c496), min(c497), max(c498) from wide") == [
        (3000, 496 * 3000, "text 497", 249.0)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "select",
        "Order",
        "a b",
        "a-b",
        "a.b",
        "1st",
        "Ünïcode",
        "%pct",
        "CamelCase",
        "x" * 200,
        "rowid",
        'quo"te',
        "tab\t",
        "",
    ],
    ids=lambda name: name[:10],
)
def test_odd_property_names(pond, warehouse, name):
    """As target-duckdb: lower case, everything else stays."""
    pond.target(table("t", {"id": "integer", name: "string"}, [{"id": 1, name: "value"}], ["id"])).ok()
    names = list(warehouse.columns("t"))
    assert len(names) == 2 and names[1] == (name.lower() or names[1])
    quoted = names[1].replace('"', '""')
    assert warehouse.one(f'select "{quoted}" from t') == "value"


@pytest.mark.parametrize(
    "stream",
    ["order", "Select", "a b", "test:SpecialChars!in?attributes", "123", "table_with_ünïcode", "x" * 150, "_pond"],
    ids=lambda name: name[:20],
)
def test_odd_stream_names(pond, warehouse, stream):
    pond.target(table(stream, {"id": "integer"}, [{"id": 1}], ["id"])).ok()
    tables = warehouse.tables()
    assert len(tables) == 1
    where, name = tables[0].split(".", 1)
    assert warehouse.count(f'"{where}"."{name}"') == 1


def test_a_decimal_key_and_a_moment_key(pond, warehouse):
    columns = {"d": {"type": "number", "multipleOf": 0.01}, "m": "date-time", "v": "string"}
    lines = [schema("t", columns, ["d", "m"])]
    for value, moment in (("a", "2026-01-01T00:00:00Z"), ("b", "2026-01-01T01:00:00+01:00")):
        lines.append(f'{{"type": "RECORD", "stream": "t", "record": {{"d": 1.10, "m": "{moment}", "v": "{value}"}}}}')
    pond.target(lines).ok()
    assert warehouse.rows("select v from t") == [("b",)]  # the same moment, written twice

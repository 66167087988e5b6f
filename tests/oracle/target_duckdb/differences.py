"""Where Pond's tables are meant to differ from target-duckdb's (those with its defects mended, see mends.py)."""

from oracle import mapped
from oracle.harness import Difference, Mismatch
from oracle.replay import named


def types(real: str, pond: str):
    return lambda m: m.what == "type" and (m.real, m.pond) == (real, pond)


def error(where: str, real: bool, pond: bool):
    """Only the one of the two refuses."""
    return lambda m: m.what == "error" and named(where)(m) and (m.real is not None, m.pond is not None) == (real, pond)


def at(what: str, *globs: str):
    return lambda m: m.what == what and named(*globs)(m)


def widened(m: Mismatch) -> bool:
    return m.what == "type" and m.real == "widened"


def newest_state(m: Mismatch) -> bool:
    """Pond's last state is the last STATE of the input."""
    states = [message["value"] for message in m.record["input"]["runs"][-1] if isinstance(message, dict) and message.get("type") == "STATE"]
    return m.what == "state" and [states[-1]] == m.pond


def spelled_alike(m: Mismatch) -> bool:
    return m.what == "value" and isinstance(m.pond, str) and mapped.spelled(mapped.text_of(m.real)) == mapped.spelled(m.pond)


DIFFERENCES = [
    Difference("integers are BIGINT", "HUGEINT is slow and foreign to every client; a `maximum` beyond 2^63-1 makes it HUGEINT", lambda m: any(types(k, "BIGINT")(m) for k in ("HUGEINT", "SMALLINT", "INTEGER"))),
    Difference("huge integers", "a `maximum` beyond 2^63-1 is HUGEINT, not text", types("VARCHAR", "HUGEINT")),
    Difference("2^63 without a maximum", "does not fit into BIGINT: an error that says how to get HUGEINT", error("types-integer", False, True)),
    Difference("over its own maximum", "the column is BIGINT anyway; `maximum` is validation's business", error("types-integer over its maximum", True, False)),
    Difference("instants have a zone", "date-time is TIMESTAMP WITH TIME ZONE unless timestamps_without_zone", types("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")),
    Difference("dates are DATE", "format date is text in target-duckdb", types("VARCHAR", "DATE")),
    Difference("a date's time", "a DATE column keeps the day of an instant", at("value", "values-date-time as date")),
    Difference("a bad date", "is an error in a DATE column", error("types-date bad", False, True)),
    Difference("a time's zone", "is not lost: the column has UTC", at("value", "values-time with zone")),
    Difference("column order", "as in the SCHEMA, metadata last; target-duckdb sorts by name", lambda m: m.what == "order"),
    Difference("boolean or text", "two types are text, as in the SDK", lambda m: (types("BOOLEAN", "VARCHAR")(m) or spelled_alike(m)) and named("types-boolean or string")(m)),
    Difference("number or text", "two types are text, as in the SDK", lambda m: types("DOUBLE", "VARCHAR")(m) and named("types-number or string")(m)),
    Difference("true as text", "is `true` as in JSON, not Python's `True`", at("value", "values-integer into string")),
    Difference("null of object and array", "is NULL, not a JSON null", at("value", "types-object or array")),
    Difference("property without a type", "is a text column; target-duckdb drops it or fails", lambda m: at("column", "types-empty schema")(m) or error("types-enum without type", True, False)(m)),
    Difference("anyOf with a list of types", "is read; target-duckdb fails", error("types-anyOf null type list", True, False)),
    Difference("a fraction in an integer column", "is an error: rounding loses data", error("values-fraction into integer", False, True)),
    Difference("lower-case t and z", "are RFC 3339; DuckDB's CSV reader refuses them", error("values-date-time lower case", True, False)),
    Difference("changed types", "widen the column in place, the values kept; target-duckdb renames it <column>_<minute> and begins an empty one", widened),
    Difference("twice in a minute", "target-duckdb cannot rename the column twice in one minute", error("schema_changes-string becomes integer and string again in one minute", True, False)),
    Difference("odd names", "target-duckdb does not quote: a quote in a name is its syntax error", error("names-*quo*", True, False)),
    Difference("column with a quote", "target-duckdb does not quote: a quote in a name is its syntax error", error("names-column 'a\"b'", True, False)),
    Difference("stream ending in a dash", "gets its whole name; target-duckdb makes an empty table name", error("names-stream 'trail-'", True, False)),
    Difference("keys equal as values", "two spellings of one key are one row; target-duckdb compares texts and then violates its own PRIMARY KEY", error("scenarios-* keys", True, False)),
    Difference("keys joined by a comma", "target-duckdb takes (x,y | z) and (x | y,z) for one key and loses a row", at("row", "scenarios-keys with commas")),
    Difference("key widened", "there is no PRIMARY KEY of the old columns in the way", error("schema_changes-key widened*", True, False)),
    Difference("open objects", "an object without properties is kept as JSON when others are flattened; target-duckdb loses it", lambda m: at("value", "scenarios-nested, flattening 10")(m) and m.real is None),
    Difference("empty lines", "are skipped", error("scenarios-empty line", True, False)),
    Difference("versions", "ACTIVATE_VERSION is obeyed, as in the SDK; target-duckdb ignores it", lambda m: m.what in ("column", "row") and named("scenarios-activate*")(m)),
    Difference("no keys", "are no error by default (primary_key_required: true makes them one)", error("settings-no key*", True, False)),
    Difference("no schema setting", "the stream's own schema is used, else main", lambda m: error("settings-schema_mapping misses a stream", True, False)(m) or error("settings-no schema setting at all", True, False)(m)),
    Difference("formats", "are not validated, as in the SDK", error("settings-validate_records, format", True, False)),
    Difference("the newest state", "is printed at the end; target-duckdb forgets it when nothing is left to flush", newest_state),
]

"""Compares streams after the Singer SDK's mapping (schema and records) with the tables in which Pond stored them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from oracle import comparing
from oracle.harness import Mismatch

# JSON schema -> the column types that may hold it.
WHOLE = {"BIGINT", "HUGEINT", "INTEGER", "SMALLINT", "DOUBLE"}


def table_of(stream: str) -> str:
    """Where a stream of this name is loaded when default_target_schema is main."""
    return "main." + stream.split("-")[-1].lower()


def types_of(schema: dict) -> set[str]:
    if "anyOf" in schema:
        return set().union(*(types_of(branch) for branch in schema["anyOf"] if branch.get("type") != "null"))
    kind = schema.get("type", "string")
    names = {kind} if isinstance(kind, str) else set(kind) - {"null"}
    if names & {"object", "array"}:
        return {"JSON"}
    if len(names) != 1:
        return {"VARCHAR"}
    by_format = {"date-time": {"TIMESTAMP WITH TIME ZONE"}, "date": {"DATE"}, "time": {"TIME"}}
    by_name = {"integer": WHOLE, "number": {"DOUBLE"}, "boolean": {"BOOLEAN"}}
    return by_name.get(names.pop(), by_format.get(schema.get("format", ""), {"VARCHAR"}))


def fits(value: object, schema: dict) -> bool:
    """Whether an SDK target would take this value: a new property made by an expression is a string unless its text says
    otherwise, and a number in it fails the target's own validation."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("!"):
        return next(iter(value)) in ("!date", "!datetime")
    kind = schema.get("type")
    if kind is None or value is None:
        return True
    if schema.get("format") in ("date", "date-time") and isinstance(value, str) and instant(value) is None:
        return False
    names = {kind} if isinstance(kind, str) else set(kind)
    checks = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
    }
    return any(checks.get(name, False) for name in names)


def text_of(value: object) -> object:
    """The text in which any value may stand in a text column."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("!date", "!datetime"):
        return next(iter(value.values()))
    if isinstance(value, bool) or not isinstance(value, str):
        return json.dumps(value)
    return value


def same(real: object, pond: object, pond_type: str) -> bool:
    if real is None or pond is None:
        return real is pond
    if pond_type == "JSON":
        return pond["json"] == real or spelled(real) == spelled(pond["json"])
    if pond_type in ("VARCHAR", "DATE", "TIME") or pond_type.startswith("TIMESTAMP"):
        return spelled(pond) in {spelled(text_of(real)), spelled(str(real)) if isinstance(real, (bool, float)) else None}
    return comparing.same_value(real, pond, "", pond_type)


def spelled(text: object) -> object:
    """JSON texts are the same when their values are; times when their instants are."""
    if not isinstance(text, str):
        return json.dumps(text, sort_keys=True)
    try:
        parsed = json.loads(text)
        return json.dumps(parsed, sort_keys=True)
    except ValueError:
        return instant(text) or text


def instant(text: str) -> str | None:
    """The one spelling of a day or an instant, in UTC."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return str(moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment)


def stream(record: dict, name: str, schema: dict, records: list[dict], found: dict | None) -> Iterator[Mismatch]:
    table = table_of(name)
    if found is None:
        yield Mismatch(record, "table", table, f"{len(records)} rows", None)
        return
    types = dict(found["columns"])
    properties = {key.lower(): shape for key, shape in schema.get("properties", {}).items()}
    for column in sorted(properties.keys() ^ types.keys()):
        yield Mismatch(record, "column", f"{table}.{column}", properties.get(column), types.get(column))
    for column, shape in properties.items():
        if column in types and types[column] not in types_of(shape):
            yield Mismatch(record, "type", f"{table}.{column}", shape, types[column])
    wanted = [{key.lower(): row.get(key) for key in schema.get("properties", {})} for row in records]
    rows = [dict(zip(types, row, strict=True)) for row in found["rows"]]
    if len(rows) != len(wanted):
        yield Mismatch(record, "row", table, f"{len(wanted)} rows", f"{len(rows)} rows")
        return
    key = "id" if "id" in types and "id" in properties else None
    if key:
        wanted.sort(key=lambda row: str(row[key]))
        rows.sort(key=lambda row: str(row[key]))
    for one, other in zip(wanted, rows, strict=True):
        for column in properties.keys() & types.keys():
            if not same(one[column], other[column], types[column]):
                yield Mismatch(record, "value", f"{table}.{column}", one[column], other[column])

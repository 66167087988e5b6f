#!/usr/bin/env python3
"""Records what the real tools answer, for tests/unit/singer/test_recorded.c. Seeded: the same files every time.

    python3 -m venv V && V/bin/pip install singer-sdk==0.54.9 target-duckdb==0.8.0 duckdb==1.5.5 jsonschema==4.26.0
    V/bin/python record.py
"""

import json
import random
import re
import string
from pathlib import Path

from jsonschema import Draft7Validator
from singer_sdk.helpers._flattening import flatten_key as sdk_flatten_key
from singer_sdk.helpers._flattening import flatten_schema as sdk_flatten
from singer_sdk.singerlib.json import deserialize_json
from singer_sdk.sql.connector import JSONSchemaToSQL
from singer_sdk.sql.sink import SQLSink
from singer_sdk.typing import DEFAULT_JSONSCHEMA_VALIDATOR
from target_duckdb.db_sync import column_type, flatten_schema, safe_column_name, stream_name_to_dict

HERE = Path(__file__).parent


def write(name: str, rows: list) -> None:
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)}")


def tried(ask) -> dict:
    try:
        return {"answer": ask()}
    except Exception as problem:  # noqa: BLE001
        return {"error": f"{type(problem).__name__}: {problem}"[:200]}


# ---- names ----

LETTERS = string.ascii_letters + string.digits + "  __--..%#$/\\:'\"!?\t" + "åÅéÉßẞñÑ日本ДдЖжΑαİıĲĳ𐐀𐐨ﬀ½"


def names() -> list:
    rng = random.Random(1)
    texts = ["id", "First Name", "a-b", "a-b-c", "a-b-c-d", "1st", "-x", "x-", "a--b", "Test:Special!in?attributes"]
    texts += ["".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 14))) for _ in range(300)]
    rows = []
    for text in texts:
        parts = stream_name_to_dict(text)
        rows.append({
            "name": text,
            "column": safe_column_name(text)[1:-1],
            "conformed": tried(lambda text=text: SQLSink.conform_name(None, text)),
            "table": parts["table_name"].replace(".", "_").replace("-", "_").lower(),
        })  # fmt: skip
    return rows


# ---- flattening ----

WORDS = ["id", "Name", "address", "geo", "lat", "customerAddress", "long_property_name", "ZIP", "x", "_a", "a_", "Über"]


def random_object(rng: random.Random, depth: int) -> dict:
    found = {}
    for name in rng.sample(WORDS, rng.randint(1, 4)):
        kind = rng.random()
        if depth and kind < 0.5:
            nested = random_object(rng, depth - 1)
            nested["type"] = rng.choice(["object", ["null", "object"], ["object", "null"]])
            if rng.random() < 0.1:
                del nested["properties"]
            found[name] = nested
        elif kind < 0.6:
            found[name] = {"type": ["null", "array"], "items": {"type": "integer"}}
        else:
            found[name] = {"type": ["null", rng.choice(["string", "integer", "number", "boolean"])]}
    return {"type": "object", "properties": found}


def flattening() -> list:
    rng = random.Random(2)
    rows = []
    for _ in range(150):
        schema = random_object(rng, 3)
        level, length = rng.choice([0, 1, 2, 3, 10]), rng.choice([255, 255, 12, 20, 30])
        separator = rng.choice(["__", "__", ".", "_x_"])
        text = json.dumps(schema)
        rows.append({
            "schema": schema, "level": level, "length": length, "separator": separator,
            "sdk": tried(lambda: list(sdk_flatten(json.loads(text), level, separator, max_key_length=length)["properties"])),  # noqa: B023
            "target_duckdb": tried(lambda: list(flatten_schema(json.loads(text), max_level=level))),  # noqa: B023
        })  # fmt: skip
    return rows


def flat_names() -> list:
    rng = random.Random(3)
    pieces = ["customer", "Customer", "customerAddress", "address_line_1", "_x", "x_", "__a", "ABC", "", "é", "Ünï", "a1B2", "日本語名", "_"]
    rows = []
    for _ in range(200):
        path = [rng.choice(pieces) for _ in range(rng.randint(1, 5))]
        length = rng.choice([5, 8, 12, 20, 255])
        rows.append({"path": path, "length": length, "name": sdk_flatten_key(path[-1], path[:-1], "__", max_key_length=length)})
    return rows


# ---- types ----


def types() -> list:
    rng = random.Random(4)
    kinds = ["string", "integer", "number", "boolean", "object", "array", "null"]
    properties: list = [{"type": k} for k in kinds] + [{"type": ["null", k]} for k in kinds]
    properties += [{"type": sorted(rng.sample(kinds, rng.randint(2, 4)))} for _ in range(40)]
    for format_ in ("date-time", "date", "time", "uuid", "email", "uri", "x-singer.decimal", "singer.decimal", "unknown"):
        properties += [{"type": t, "format": format_} for t in ("string", ["null", "string"], ["string", "integer"], "integer")]
    for bound in (0, 100, 32767, 32768, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64 - 1, 2**127 - 1, 2**127):
        properties.append({"type": ["null", "integer"], "minimum": -bound, "maximum": bound})
    properties.append({"type": "integer", "minimum": -(2**63) - 1, "maximum": 5})
    properties.append({"type": "integer", "minimum": 0})
    for step, most in ((0.01, 99), (0.01, 100), (1e-06, 1000), (0.05, 9.95), (1e-38, 1), (1, 10**20), (0.01, 10**37)):
        properties.append({"type": "number", "multipleOf": step, "minimum": -most, "maximum": most})
        properties.append({"type": "number", "multipleOf": step, "minimum": -most, "maximum": most, "exclusiveMinimum": True, "exclusiveMaximum": True})
    properties.append({"type": "number", "multipleOf": 0.01})
    properties.append({"type": ["string"], "format": "x-singer.decimal", "precision": 10, "scale": 2})
    properties.append({"type": ["number"], "format": "x-singer.decimal", "precision": 40, "scale": 2})
    branches = [{"type": "null"}, {"type": "string"}, {"type": "string", "format": "date-time"}, {"type": "integer"}, {"type": "object"}]
    properties += [{"anyOf": rng.sample(branches, rng.randint(1, 3))} for _ in range(30)]
    properties += [{}, {"description": "nothing"}, {"type": "nonsense"}, {"type": []}]
    rows = []
    for found in properties:
        text = json.dumps(found)
        flat = lambda text=text: column_type(flatten_schema({"properties": {"v": json.loads(text)}})["v"])  # noqa: E731
        sdk = lambda text=text: str(JSONSchemaToSQL().to_sql_type(json.loads(text)))  # noqa: E731
        rows.append({"property": found, "sdk": tried(sdk), "target_duckdb": tried(flat)})
    return rows


# ---- validation ----

VALUES = [None, True, False, 0, 1, -1, 5, 1.0, 0.5, 0.07, 1.005, -2.5, 10**20, "", "a", "ab", "abc", "日本", "2024-01-02", [], [1], [1, 1], ["a"], {}, {"a": 1}, {"a": "x"}]  # fmt: skip


def random_schema(rng: random.Random, depth: int) -> object:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice([True, False, {}, {"type": "string"}, {"type": "integer"}, {"type": ["null", "number"]}])
    keywords = {
        "type": lambda: rng.choice(["string", "integer", "number", "boolean", "object", "array", ["null", "string"], ["integer", "object"]]),
        "enum": lambda: rng.sample(VALUES, 4),
        "const": lambda: rng.choice(VALUES),
        "minimum": lambda: rng.choice([0, 0.5, -1, 1e20]),
        "maximum": lambda: rng.choice([0, 1, 5, 1e20]),
        "exclusiveMinimum": lambda: rng.choice([0, 0.07]),
        "exclusiveMaximum": lambda: rng.choice([1, 5]),
        "multipleOf": lambda: rng.choice([1, 2, 0.01, 0.5, 1e-3]),
        "minLength": lambda: rng.randint(0, 3),
        "maxLength": lambda: rng.randint(0, 3),
        "pattern": lambda: rng.choice(["a", "^a", "b$", "^.{2}$", "[^a]", "^\\d+"]),
        "minItems": lambda: rng.randint(0, 2),
        "maxItems": lambda: rng.randint(0, 2),
        "uniqueItems": lambda: rng.choice([True, False]),
        "items": lambda: random_schema(rng, depth - 1),
        "prefixItems": lambda: [random_schema(rng, depth - 1)],
        "minProperties": lambda: rng.randint(0, 2),
        "maxProperties": lambda: rng.randint(0, 2),
        "required": lambda: rng.choice([[], ["a"], ["a", "b"]]),
        "properties": lambda: {"a": random_schema(rng, depth - 1)},
        "patternProperties": lambda: {"^a": random_schema(rng, depth - 1)},
        "additionalProperties": lambda: random_schema(rng, depth - 1),
        "anyOf": lambda: [random_schema(rng, depth - 1) for _ in range(2)],
        "oneOf": lambda: [random_schema(rng, depth - 1) for _ in range(2)],
        "allOf": lambda: [random_schema(rng, depth - 1) for _ in range(2)],
        "not": lambda: random_schema(rng, depth - 1),
    }
    chosen = rng.sample(sorted(keywords), rng.randint(1, 3))
    return {key: keywords[key]() for key in chosen}


def validation() -> list:
    rng = random.Random(5)
    rows = []
    values = [json.dumps(v, ensure_ascii=False) for v in VALUES]
    for _ in range(600):
        schema = random_schema(rng, 3)
        text = json.dumps(schema)
        sdk = DEFAULT_JSONSCHEMA_VALIDATOR(deserialize_json(text))
        plain = DEFAULT_JSONSCHEMA_VALIDATOR(json.loads(text))
        draft7 = Draft7Validator(json.loads(text))
        verdict = lambda v, load: "".join("01"[v.is_valid(load(t))] for t in values)  # noqa: E731
        rows.append({"schema": schema, "sdk": verdict(sdk, deserialize_json), "plain": verdict(plain, json.loads), "draft7": verdict(draft7, json.loads)})
    return [{"values": VALUES}, *rows]


PATTERNS = [
    "a", "^a$", "a|b", "^(a|b)+$", "[a-c]", "[^a-c]", "^[\\w.-]+@[\\w.-]+\\.[a-z]{2,}$", "^\\+?[0-9 -]{3,}$", "^.$", "^..$", "\\.", "[.]",
    "^[A-Z]{2}\\d{1,3}$", "^$", "a?b*c+", "(?:ab){2}", "(?i)AB", "^[é日]+$", "é{2}", "\\s", "\\S", "[\\s\\d]", "\\bab\\b", "^a{1,2}?b", "x{,2}y",
    "{", "a{b}", "[]a]", "[^]a]", "[a\\]b]", "[-a]", "[a-]", "[\\^a]", "^(\\d{3}-)?\\d{4}$", "\\x61", "\\u0062", "\\n", "a.c", "a$", "^\\Aab\\Z", "(a)(b)?",
]  # fmt: skip


def patterns() -> list:
    rng = random.Random(6)
    pieces = ["a", "b", "c", "AB", "x", "y", "1", "23", " ", "-", ".", "@", "é", "日", "]", "^", "{", "}", "\n", "ab", "1234", "+"]
    texts = ["", *("".join(rng.choice(pieces) for _ in range(rng.randint(1, 6))) for _ in range(120))]
    rows = [{"texts": texts}]
    rows += [{"pattern": p, "matches": "".join("01"[bool(re.search(p, t))] for t in texts)} for p in PATTERNS]
    return rows


write("names", names())
write("flattening", flattening())
write("flat_names", flat_names())
write("types", types())
write("validation", validation())
write("patterns", patterns())

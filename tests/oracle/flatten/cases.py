"""Flattening: nested schemas and records under separators, depths and key lengths.

The input of a case: {"config": {flattening_*}, "schema", "keys", "records"}.
"""

import random

from oracle.messages import ARRAY, BOOLEAN, DATE_TIME, INTEGER, NUMBER, OBJECT, STRING, kind

TOOL = {"venv": "singer-sdk", "packages": ["singer-sdk"]}

GEO = kind("object", properties={"lat": NUMBER, "lon": NUMBER})
ADDRESS = kind("object", properties={"city": STRING, "geo": GEO, "tags": ARRAY, "free": OBJECT})
PERSON = {"id": INTEGER, "name": STRING, "address": ADDRESS, "tags": ARRAY, "free": OBJECT}
ROWS = [
    {"id": 1, "name": "Ann", "address": {"city": "Bo", "geo": {"lat": 1.5, "lon": 2}, "tags": ["x", {"y": 1}], "free": {"a": {"b": None}}}, "tags": [1], "free": {"k": {"l": "m"}}},
    {"id": 2, "name": "Bob", "address": None, "tags": None, "free": None},
    {"id": 3, "name": "Cid", "address": {"city": None, "geo": None}, "tags": [], "free": {}},
    {"id": 4, "address": {"geo": {"lat": 3, "more": {"z": 1}}, "other": "not in the schema"}, "extra": {"deep": 1}},
    {"id": 5, "address": {}},
]


def case(name: str, properties: dict, rows: list, keys: tuple = ("id",), **config: object) -> dict:
    settings = {f"flattening_{key}": value for key, value in config.items()}
    schema = {"type": "object", "properties": properties}
    return {"name": name, "input": {"config": settings, "schema": schema, "keys": list(keys), "records": rows}}


def groups() -> dict[str, list[dict]]:
    return {"chosen": chosen(), "random": [seeded(number) for number in range(1, 91)]}


def chosen() -> list[dict]:
    found = [case(f"depth {depth}", PERSON, ROWS, enabled=True, max_depth=depth) for depth in (0, 1, 2, 3, 10)]
    found.append(case("not enabled", PERSON, ROWS, enabled=False, max_depth=2))
    found.append(case("no settings", PERSON, ROWS))
    found.append(case("enabled without depth", PERSON, ROWS, enabled=True))
    for separator in ("_", ".", "", "___", "-", "é"):
        found.append(case(f"separator {separator!r}", PERSON, ROWS, enabled=True, max_depth=3, separator=separator))
    for length in (5, 8, 10, 12, 13, 14, 15, 20, 30):
        found.append(case(f"key length {length}", PERSON, ROWS, enabled=True, max_depth=3, max_key_length=length))
    names = {"someVeryLongName": kind("object", properties={"anotherLongName": STRING, "ABC": STRING, "snake_case_name": STRING, "with-dash-name": STRING, "x": STRING, "éàü": STRING, "UPPER_SNAKE": STRING, "a1b2c3": STRING}), "id": INTEGER}
    rows = [{"id": 1, "someVeryLongName": {"anotherLongName": "1", "ABC": "2", "snake_case_name": "3", "with-dash-name": "4", "x": "5", "éàü": "6", "UPPER_SNAKE": "7", "a1b2c3": "8"}}]
    for length in (1, 6, 16, 18, 19, 22, 24, 33, 40):
        found.append(case(f"abbreviated names, key length {length}", names, rows, enabled=True, max_depth=1, max_key_length=length))
    long_top = {"id": INTEGER, "aVeryLongTopLevelName": STRING}
    found.append(case("abbreviated top-level name", long_top, [{"id": 1, "aVeryLongTopLevelName": "x"}], enabled=True, max_depth=1, max_key_length=10))
    long_object = {"id": INTEGER, "parentObject": kind("object", properties={"childObject": kind("object", properties={"grandChild": STRING})})}
    for length in (14, 20, 28, 40):
        found.append(case(f"abbreviated parents, key length {length}", long_object, [{"id": 1, "parentObject": {"childObject": {"grandChild": "x"}}}], enabled=True, max_depth=3, max_key_length=length))
    an_object, text = [{"a": 1}, None, {}], ["x", None, ""]
    shapes = {
        "anyOf object null": ({"anyOf": [kind("!object", properties={"a": INTEGER}), {"type": "null"}]}, an_object),
        "anyOf null object": ({"anyOf": [{"type": "null"}, kind("!object", properties={"a": INTEGER})]}, an_object),
        "anyOf string null": ({"anyOf": [{"type": "string"}, {"type": "null"}]}, text),
        "anyOf integer null": ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, [5, None]),
        "anyOf array null": ({"anyOf": [{"type": "array"}, {"type": "null"}]}, [[1, {"a": 2}], None, []]),
        "oneOf date-time": ({"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, ["2024-01-02T03:04:05Z", None]),
        "empty schema": ({}, [*text, 5, [1], {"a": 1}, True]),
        "description before anyOf": ({"description": "d", "anyOf": [{"type": "string"}, {"type": "null"}]}, text),
        "enum only": ({"enum": ["a", "b"]}, ["a", None]),
        "object or string": (kind("object", "string", properties={"a": INTEGER}), an_object),
        "object or array": (kind("object", "array", properties={"a": INTEGER}), an_object),
        "array of objects": (kind("array", items=kind("object", properties={"a": INTEGER})), [[{"a": 2}], None]),
        "required object": (kind("!object", properties={"a": INTEGER}), [{"a": 1}, {}]),
        "additionalProperties only": (kind("object", additionalProperties=INTEGER), an_object),
        "properties empty": (kind("object", properties={}), an_object),
        "properties without type": ({"properties": {"a": INTEGER}}, an_object),
        "date-time": (DATE_TIME, ["2024-01-02T03:04:05Z", None]),
    }
    for name, (shape, values) in shapes.items():
        for depth in (0, 1):
            found.append(case(f"{name}, depth {depth}", {"id": INTEGER, "v": shape}, [{"id": i, "v": v} for i, v in enumerate(values)], enabled=True, max_depth=depth))
    found.append(case("values that are no objects", {"id": INTEGER, "v": kind("object", properties={"a": INTEGER})}, [{"id": 1, "v": "text"}, {"id": 2, "v": [1]}], enabled=True, max_depth=1))
    twins = {"id": INTEGER, "a": kind("object", properties={"b": STRING}), "a__b": STRING}
    found.append(case("twins", twins, [{"id": 1, "a": {"b": "x"}, "a__b": "y"}], enabled=True, max_depth=1))
    short_twins = {"id": INTEGER, "o": kind("object", properties={"someLongName": STRING, "someOtherLongName": STRING, "shortLateName": STRING})}
    found.append(case("twins by abbreviation", short_twins, [{"id": 1, "o": {}}], enabled=True, max_depth=1, max_key_length=6))
    found.append(case("key inside an object", {"k": kind("object", properties={"id": INTEGER}), "v": STRING}, [{"k": {"id": 1}, "v": "x"}], ("k__id",), enabled=True, max_depth=1))
    found.append(case("values of objects", {"id": INTEGER, "o": OBJECT}, [{"id": 1, "o": {"é": "日", "f": 1.10, "n": None, "t": True, "q": 'a"b\n', "big": 12345678901234567890}}], enabled=True, max_depth=1))
    found.append(case("strings that hold JSON", {"id": INTEGER, "o": kind("object", properties={"s": STRING})}, [{"id": 1, "o": '{"s": "x"}'}, {"id": 2, "o": {"s": '{"t": 1}'}}], enabled=True, max_depth=1))
    return found


def seeded(number: int) -> dict:
    r = random.Random(f"flatten {number}")
    properties = {"id": INTEGER} | {name: a_schema(r, 0) for name in r.sample(NAMES, r.randrange(1, 6))}
    rows = [{"id": i} | {name: a_value(r, schema) for name, schema in properties.items() if name != "id" and r.random() < 0.9} for i in range(r.randrange(1, 5))]
    config: dict = {"enabled": True, "max_depth": r.randrange(0, 5)}
    if r.random() < 0.3:
        config["separator"] = r.choice(["_", ".", "__", "-"])
    if r.random() < 0.4:
        config["max_key_length"] = r.randrange(5, 30)
    return case(f"random {number}", properties, rows, **config)


NAMES = ["a", "value", "customerAddress", "Order_Lines", "x_y_z", "deepNestedThing", "UPPER", "q1", "dash-ed", "longSnake_caseName"]


def a_schema(r: random.Random, depth: int) -> dict:
    if depth < 4 and r.random() < 0.5:
        return kind("object", properties={name: a_schema(r, depth + 1) for name in r.sample(NAMES, r.randrange(0, 4))})
    return r.choice([STRING, INTEGER, NUMBER, BOOLEAN, ARRAY, OBJECT, DATE_TIME])


def a_value(r: random.Random, schema: dict) -> object:
    if r.random() < 0.15:
        return None
    name = schema["type"][-1]
    if name == "object":
        inner = {key: a_value(r, inner) for key, inner in schema.get("properties", {}).items() if r.random() < 0.9}
        return inner | ({"unknown": r.randrange(9)} if r.random() < 0.3 else {})
    made = {"string": "text", "integer": r.randrange(100), "number": r.randrange(100) / 4, "boolean": r.random() < 0.5, "array": [1, "two", None][: r.randrange(4)]}
    return "2024-01-02T03:04:05Z" if schema.get("format") else made[name]

"""Catalog rules: a discovered catalog, the extras select, select_filter, metadata and schema, and the catalog the tap gets."""

import copy
import json
import random

from oracle.meltano.project import DISCOVERING_TAP, case, project, tap

STRING, INTEGER = {"type": ["null", "string"]}, {"type": ["null", "integer"]}


def an_object(**properties: dict) -> dict:
    return {"type": ["null", "object"], "properties": properties}


def stream(name: str, properties: dict, metadata: list | None = None, **more: object) -> dict:
    found = {"tap_stream_id": name, "stream": name, "schema": {"type": "object", "properties": properties}, **more}
    return found | ({"metadata": metadata} if metadata is not None else {})


def mark(*breadcrumb: str, **metadata: object) -> dict:
    path = [step for name in breadcrumb for step in ("properties", name)]
    return {"breadcrumb": path, "metadata": {key.replace("_", "-"): value for key, value in metadata.items()}}


BARE = {"streams": [
    stream("users", {"id": INTEGER, "name": STRING, "nick": STRING, "address": an_object(city=STRING, geo=an_object(lat=INTEGER, lon=INTEGER))}),
    stream("orders", {"id": INTEGER, "user_id": INTEGER, "lines": {"type": "array", "items": an_object(sku=STRING)}}),
]}  # fmt: skip
MARKED = {"streams": [
    stream("users", {"id": INTEGER, "name": STRING, "secret": STRING, "old": STRING, "address": an_object(city=STRING)}, [
        mark(inclusion="available", table_key_properties=["id"], valid_replication_keys=["id"]), mark("id", inclusion="automatic"),
        mark("name", inclusion="available"), mark("secret", inclusion="unsupported"), mark("old", inclusion="available", selected=True, selected_by_default=False),
        mark("address", inclusion="available"), mark("address", "city", inclusion="available")], key_properties=["id"], replication_method="FULL_TABLE"),
    stream("orders", {"id": INTEGER, "total": INTEGER}, [mark(inclusion="available", selected=True, schema_name="public"), mark("id", inclusion="automatic"), mark("total", selected_by_default=True)]),
    stream("logs", {"line": STRING}, [mark(inclusion="unsupported"), mark("line", inclusion="available")]),
]}  # fmt: skip
ODD = {"streams": [
    stream("public-users", {"id": INTEGER, "a.b": STRING, "with space": STRING, "UPPER": STRING}),
    stream("dotted.name", {"id": INTEGER}),
    stream("public-user_logs", {"id": INTEGER, "properties": an_object(properties=STRING)}),
    stream("anyOf", {"choice": {"anyOf": [an_object(x=STRING), {"type": "null"}]}, "plain": STRING}),
]}  # fmt: skip
ODD_MARKED = {"streams": [
    stream("s.t", {"a.b": STRING, "with space": STRING, "plain": STRING, "dash-ed": STRING, "ümlaut": STRING}, [
        mark(inclusion="available"), mark("a.b", inclusion="available"), mark("with space", inclusion="available"), mark("plain", inclusion="available"), mark("dash-ed", inclusion="automatic"), mark("gone", inclusion="available")]),
]}  # fmt: skip
CATALOGS = {"odd_marked": ODD_MARKED, "bare": BARE, "marked": MARKED, "odd": ODD}


def rules(name: str, catalog: str, commands: list[list[str]] | None = None, **extras: object) -> dict:
    files = {"tap-x": DISCOVERING_TAP, "catalog.json": json.dumps(CATALOGS[catalog])}
    return case(f"{catalog}: {name}", project([tap(**extras)]), commands or [["invoke", "--dump", "catalog", "tap-x"]], files)


SELECTS = {
    "bare": [
        None, [], ["*.*"], ["*"], ["users"], ["users.*"], ["users.id"], ["users.name", "orders.*"], ["users.*", "!users.name"], ["!users.name", "users.*"], ["!users.*", "users.*"],
        ["*.*", "!users.*"], ["*.*", "!users"], ["*.*", "!*.id"], ["*.id"], ["users.n*"], ["users.nam?"], ["users.[an]*"], ["users.[!an]*"], ["us*.*"], ["[ou]*.id"], ["?sers.id"], ["USERS.*"],
        ["users.address"], ["users.address.*"], ["users.address.city"], ["users.address.geo"], ["users.address.geo.lat"], ["users.*.lat"], ["users.*", "!users.address"], ["users.*", "!users.address.*"],
        ["users.*", "!users.address.geo"], ["users.*", "!users.address.geo.lat"], ["users.*", "!*.address.city"], ["users.*", "!users.*.lat"], ["*.*.*"], ["orders.lines"], ["orders.lines.*"], ["orders.lines.sku"],
        ["nope.*"], ["users.nope"], ["!*.*"], ["!users.id"], ["users", "!users.id"], ["users.id", "users.id"], [""], ["users."], [".id"], ["users..id"], ["*.*", "!nope.*"], ["us*rs.*d*"],
        ["users.properties"], ["*s"], ["users.**"], [r"users\.id"], ["! users.*"], ["!!users.*"], [" users.*"],
    ],
    "marked": [
        None, [], ["*.*"], ["users.*"], ["users.name"], ["users.secret"], ["users.id"], ["users.old"], ["users.*", "!users.id"], ["users.*", "!users.old"], ["!users.*"], ["logs.*"], ["logs.line"],
        ["orders.total"], ["orders.*", "!orders.total"], ["*.*", "!orders"], ["users.address.city"], ["users.address"], ["!*.*"],
    ],
    "odd": [
        ["*.*"], ["public-users.*"], ["public-*.*"], ["public-user?.id"], ["dotted.name"], [r"dotted\.name"], [r"dotted\.name.*"], [r"dotted\.name.id"], ["dotted.*"], ["dotted*.*"], ["public-users.a.b"], [r"public-users.a\.b"],
        ["public-users.with space"], ["public-users.upper"], ["public-users.UPPER"], ["public-user_logs.properties"], ["public-user_logs.properties.properties"], ["anyOf.*"], ["anyOf.choice"], ["anyOf.choice.x"], ["*.*", "!anyOf.choice.x"],
    ],
}  # fmt: skip
SELECTS["odd_marked"] = [["*.*"], [r"s\.t.*"], [r"s\.t.a.b"], [r"s\.t.a\.b"], [r"s\.t.with space"], [r"s\.t.dash-ed"], ["*.*", r"!s\.t.a*"], ["*.*", "!*.with*"], [r"s\.t.ü*"], [r"s\.t.gone"]]
FILTERS = [["users"], ["!users"], ["users", "orders"], ["nope"], ["!nope"], ["u*"], ["!u*"], ["users", "!users"], ["users.id"], ["!users.id"], ["*"], ["!*"], [], ["us*", "!users"], ["!orders", "!users"]]
METADATA = [
    {"users": {"replication-method": "INCREMENTAL", "replication-key": "id"}}, {"users": {"id": {"inclusion": "available"}}}, {"*": {"replication-method": "FULL_TABLE"}}, {"users": {"*": {"is-replication-key": True}}},
    {"users.replication-method": "LOG_BASED"}, {"users.id.custom": 5}, {"users": {"selected": False}}, {"users": {"name": {"selected": False}}}, {"users": {"table-key-properties": ["id", "name"]}}, {"us*": {"replication_key": "id"}},
    {"nope": {"x": 1}}, {"users": {"nope": {"x": 1}}}, {"users": {"address": {"custom": {"deep": 1}}}}, {"users": {"address.city": {"custom": 1}}}, {"users": {"replication-key": None}}, {"users": {"view-key-properties": []}}, {"orders": {"replication-method": ""}},
]  # fmt: skip
SCHEMAS = [
    {"users": {"id": {"type": "string"}}}, {"users": {"new": {"type": ["string", "null"], "format": "date-time"}}}, {"*": {"id": {"type": "string"}}}, {"users": {"*": {"type": "string"}}}, {"users": {"n*": {"type": "integer"}}},
    {"users": {"address": {"type": "object", "properties": {"zip": {"type": "string"}}}}}, {"users": {"address.city": {"type": "integer"}}}, {"users": {"address": {"city": {"type": "integer"}}}}, {"nope": {"id": {"type": "string"}}}, {"users.id.type": "string"}, {"users": {"id": {"anyOf": [{"type": "string"}, {"type": "null"}]}}},
]  # fmt: skip


def chosen() -> list[dict]:
    found = []
    for catalog, lists in SELECTS.items():
        for patterns in lists:
            extras = {} if patterns is None else {"select": patterns}
            found.append(rules(f"select {json.dumps(patterns)}", catalog, **extras))
    for patterns in FILTERS:
        found.append(rules(f"select_filter {json.dumps(patterns)}", "marked", select_filter=patterns))
    found.append(rules("select_filter after select", "bare", select=["users.id"], select_filter=["!users"]))
    found.append(rules("select_filter does not select", "bare", select=["users.id"], select_filter=["orders"]))
    for extra in METADATA:
        found.append(rules(f"metadata {json.dumps(extra)}", "bare", metadata=extra))
    found.append(rules("metadata over select", "marked", select=["*.*"], metadata={"users": {"selected": False}, "orders": {"id": {"selected": False}}}))
    found.append(rules("metadata, then select_filter", "marked", metadata={"users": {"selected": True}}, select_filter=["!users"]))
    for extra in SCHEMAS:
        found.append(rules(f"schema {json.dumps(extra)}", "bare", schema=extra))
    found.append(rules("schema, select of the new property", "bare", schema={"users": {"new": {"type": "string"}}}, select=["users.new"]))
    found.append(rules("schema and metadata of the new property", "bare", schema={"users": {"new": {"type": "string"}}}, metadata={"users": {"new": {"is-replication-key": True}}}))
    files = {"mine.json": json.dumps(MARKED)}
    for name, extras in {"alone": {}, "with select": {"select": ["users.id"]}, "with select_filter": {"select_filter": ["!orders"]}, "with metadata": {"metadata": {"users": {"x": 1}}}}.items():
        found.append(custom(name, files, extras))
    return found


def custom(name: str, files: dict, extras: dict) -> dict:
    yml = project([{**tap(**extras), "catalog": "mine.json"}])
    return case(f"catalog file {name}", yml, [["invoke", "--dump", "catalog", "tap-x"]], {"tap-x": DISCOVERING_TAP, "catalog.json": json.dumps(BARE), **files})


def seeded(count: int) -> list[dict]:
    return [random_rules(number) for number in range(1, count + 1)]


def random_rules(number: int) -> dict:
    r = random.Random(f"rules {number}")
    catalog = r.choice(["bare", "marked"])
    extras: dict = {"select": [random_pattern(r, catalog) for _ in range(r.randrange(1, 6))]}
    if r.random() < 0.3:
        extras["select_filter"] = [r.choice(["", "!"]) + r.choice(["users", "orders", "*", "u*", "logs"]) for _ in range(r.randrange(1, 3))]
    if r.random() < 0.3:
        extras["metadata"] = copy.deepcopy(r.choice(METADATA))
    if r.random() < 0.2:
        extras["schema"] = copy.deepcopy(r.choice(SCHEMAS))
    return rules(f"random {number}", catalog, **extras)


def random_pattern(r: random.Random, catalog: str) -> str:
    streams = [s["stream"] for s in CATALOGS[catalog]["streams"]] + ["*", "u*", "*rs", "[ou]*", "nope"]
    properties = ["*", "id", "n*", "address", "address.*", "address.city", "*.city", "address.geo.l*", "total", "old", "secret", "??", "*e*"]
    pattern = r.choice(streams)
    if r.random() < 0.85:
        pattern += "." + r.choice(properties)
    return ("!" if r.random() < 0.35 else "") + pattern


def lists() -> list[dict]:
    """What `select --list` prints."""
    found = []
    for catalog, patterns in (("bare", ["users.id", "users.address.*"]), ("marked", ["*.*", "!users.name"]), ("marked", ["users.name"]), ("odd", ["public-*.*"]), ("bare", ["!*.*"])):
        for words in (["--list", "--all"], ["--list"]):
            found.append(rules(f"{' '.join(words)} {json.dumps(patterns)}", catalog, [["select", "tap-x", *words]], select=patterns))
    for words in (["--list", "--json"], ["--list", "--all", "--json"]):
        found.append(rules(f"{' '.join(words)}", "marked", [["select", "tap-x", *words]], select=["users.*", "!users.old"]))
    return found

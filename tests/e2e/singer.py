"""Singer messages as Python values, so that a test's input reads like the stream it is."""

SHORT = {
    "date-time": {"type": ["null", "string"], "format": "date-time"},
    "date": {"type": ["null", "string"], "format": "date"},
    "time": {"type": ["null", "string"], "format": "time"},
    "uuid": {"type": ["null", "string"], "format": "uuid"},
}


def property_schema(kind) -> dict:
    """ "integer" -> {"type": ["null", "integer"]}; a dictionary is a JSON schema already."""
    if isinstance(kind, dict):
        return kind
    return SHORT.get(kind) or {"type": ["null", kind]}


def schema(stream: str, properties: dict, key: list[str] | tuple = (), **extra) -> dict:
    body = {"type": "object", "properties": {name: property_schema(kind) for name, kind in properties.items()}}
    return {"type": "SCHEMA", "stream": stream, "schema": body, "key_properties": list(key), **extra}


def record(stream: str, values: dict | None = None, /, **fields) -> dict:
    """record("users", id=1); message keys such as version go through `message`."""
    return {"type": "RECORD", "stream": stream, "record": {**(values or {}), **fields}}


def message(base: dict, **keys) -> dict:
    """A message with further keys: message(record("users", id=1), version=5)."""
    return {**base, **keys}


def state(value) -> dict:
    return {"type": "STATE", "value": value}


def bookmark(stream: str, value) -> dict:
    return state({"bookmarks": {stream: {"replication_key_value": value}}})


def activate(stream: str, version: int) -> dict:
    return {"type": "ACTIVATE_VERSION", "stream": stream, "version": version}


def batch(stream: str, files: list, format: str = "jsonl", compression: str = "gzip") -> dict:
    manifest = [f"file://{path}" for path in files]
    encoding = {"format": format, "compression": compression} if compression else {"format": format}
    return {"type": "BATCH", "stream": stream, "encoding": encoding, "manifest": manifest}


def table(stream: str, properties: dict, rows: list[dict], key: list[str] | tuple = ()) -> list[dict]:
    """A SCHEMA and its records."""
    return [schema(stream, properties, key), *(record(stream, row) for row in rows)]

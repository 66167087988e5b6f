"""Singer messages as plain dictionaries, for generators of cases."""


def schema(stream: str, properties: dict, keys: list[str] | None = None, **more: object) -> dict:
    body = {"type": "object", "properties": properties}
    return {"type": "SCHEMA", "stream": stream, "schema": body, "key_properties": keys or [], **more}


def record(stream: str, values: dict, **more: object) -> dict:
    return {"type": "RECORD", "stream": stream, "record": values, **more}


def records(stream: str, rows: list[dict], **more: object) -> list[dict]:
    return [record(stream, row, **more) for row in rows]


def state(value: object) -> dict:
    return {"type": "STATE", "value": value}


def kind(*names: str, **more: object) -> dict:
    """A property's JSON schema: kind("string", format="date-time") may be null, kind("!integer") may not."""
    if len(names) == 1 and names[0].startswith("!"):
        return {"type": names[0][1:], **more}
    return {"type": ["null", *names], **more}


STRING = kind("string")
INTEGER = kind("integer")
NUMBER = kind("number")
BOOLEAN = kind("boolean")
OBJECT = kind("object")
ARRAY = kind("array")
DATE_TIME = kind("string", format="date-time")
DATE = kind("string", format="date")
TIME = kind("string", format="time")

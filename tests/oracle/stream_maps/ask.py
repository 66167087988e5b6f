"""Asks the Singer SDK's mapper, driven as an SDK target drives it: registered at each changed SCHEMA, applied to each RECORD.

Answer: {"streams": {alias: {"schema", "keys", "records"}}} in order of appearance, and the "problem" that ended it, with
"at" saying where: config, schema or record.
"""

import datetime
import decimal
import logging

from answering import error_of, serve
from singer_sdk.mapper import PluginMapper, RemoveRecordTransform


def answer(case: dict) -> dict:
    streams: dict = {}
    at = "config"
    try:
        mapper = PluginMapper(plugin_config=case["config"], logger=logging.getLogger("oracle"))
        for message in case["messages"]:
            at = message["type"].lower()
            if at == "schema":
                register(mapper, message, streams)
            else:
                apply(mapper, message, streams)
    except Exception as problem:
        return {"streams": streams, "problem": {"at": at, **error_of(problem)}}
    return {"streams": streams}


def register(mapper: PluginMapper, message: dict, streams: dict) -> None:
    mapper.register_raw_stream_schema(message["stream"], message["schema"], message["key_properties"])
    for mapped in mapper.stream_maps[message["stream"]]:
        if not isinstance(mapped, RemoveRecordTransform):
            stream = streams.setdefault(mapped.stream_alias, {"records": []})
            stream["schema"] = mapped.transformed_schema
            stream["keys"] = mapped.transformed_key_properties


def apply(mapper: PluginMapper, message: dict, streams: dict) -> None:
    for mapped in mapper.stream_maps[message["stream"]]:
        result = mapped.transform(exact(message["record"]))
        if result is not None:
            streams[mapped.stream_alias]["records"].append(plain(result))


def exact(value: object) -> object:
    """Numbers with a fraction as Decimal: that is how SDK targets read their lines."""
    if isinstance(value, dict):
        return {k: exact(v) for k, v in value.items()}
    if isinstance(value, list):
        return [exact(v) for v in value]
    return decimal.Decimal(repr(value)) if isinstance(value, float) else value


def plain(value: object) -> object:
    """Values of types that JSON has not, marked by their type."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return {"!" + type(value).__name__: str(value)}
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return {"!" + type(value).__name__: str(value) if not callable(value) else "callable"}


logging.disable(logging.CRITICAL)
serve(answer)

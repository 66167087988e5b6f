"""A third opinion: what tables a Singer target should leave, computed from the messages by the shortest code that says it.

Written from the Singer specification and the SDK's documentation, not from either program. It knows tables as lists of rows
(column -> JSON value) and nothing of SQL types; validation is not its business.

    tables = {}
    for messages in runs: load(tables, config, messages)     # Refused: the input must be refused
"""

import datetime
import re

from oracle.messages import DATE_TIME

SDC = ["_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at", "_sdc_deleted_at", "_sdc_sequence", "_sdc_table_version", "_sdc_sync_started_at"]
METADATA = {name: DATE_TIME for name in SDC[:4]} | {name: {"type": ["null", "integer"]} for name in SDC[4:]}


class Refused(Exception):
    """The input is not to be loaded."""


class Stream:
    """A stream within one run: its schema now, and the table it goes to."""

    def __init__(self, name: str):
        self.name, self.table = name, None
        self.properties: dict = {}
        self.keys: list[str] = []


def load(tables: dict, config: dict, messages: list[dict]) -> None:
    method = config.get("load_method", "append-only")
    if method not in ("append-only", "upsert", "overwrite"):
        raise Refused(method)
    streams: dict[str, Stream] = {}
    for message in messages:
        kind = message["type"]
        if kind == "SCHEMA":
            begin(tables, config, method, streams, message)
        elif kind == "RECORD":
            keep(tables, config, method, streams, message)
        elif kind == "ACTIVATE_VERSION":
            activate(tables, config, streams, message)
        elif kind not in ("STATE", "BATCH"):
            raise Refused(kind)


def begin(tables: dict, config: dict, method: str, streams: dict, message: dict) -> None:
    if "properties" not in message["schema"]:
        raise Refused("no properties")
    stream = streams.get(message["stream"])
    first = stream is None
    stream = streams.setdefault(message["stream"], Stream(message["stream"]))
    stream.properties, stream.keys = dict(message["schema"]["properties"]), message.get("key_properties") or []
    if config.get("add_record_metadata"):
        stream.properties |= {name: METADATA[name] for name in SDC}
    else:
        stream.properties = {name: shape for name, shape in stream.properties.items() if name not in SDC}
    stream.table = table_name(stream.name, config)
    if stream.table not in tables or (first and method == "overwrite"):
        tables[stream.table] = {"columns": [], "rows": []}
    table = tables[stream.table]
    for name in stream.properties:
        if conformed(name) not in table["columns"]:
            table["columns"].append(conformed(name))


def keep(tables: dict, config: dict, method: str, streams: dict, message: dict) -> None:
    stream = streams.get(message["stream"])
    if stream is None:
        raise Refused("record before schema")
    record = dict(message["record"])
    if config.get("add_record_metadata"):
        now = dict.fromkeys(SDC, "<now>")
        record |= now | {"_sdc_extracted_at": message.get("time_extracted"), "_sdc_table_version": message.get("version"), "_sdc_deleted_at": record.get("_sdc_deleted_at")}
    if missing := [key for key in stream.keys if key not in record]:
        raise Refused(f"no {missing}")
    row = {conformed(name): stored(record.get(name), shape) for name, shape in stream.properties.items()}
    rows = tables[stream.table]["rows"]
    if method != "append-only" and stream.keys:
        key = [conformed(k) for k in stream.keys]
        rows[:] = [old for old in rows if any(old.get(k) != row[k] or row[k] is None for k in key)]
    rows.append(row)


def activate(tables: dict, config: dict, streams: dict, message: dict) -> None:
    if not config.get("process_activate_version_messages", True):
        return
    stream = streams.get(message["stream"])
    if stream is None:
        raise Refused("version of an unknown stream")
    table = tables[stream.table]
    older = [row for row in table["rows"] if (row.get("_sdc_table_version") or message["version"]) < message["version"]]
    if config.get("hard_delete"):
        table["rows"] = [row for row in table["rows"] if row not in older]
    for row in older:
        row["_sdc_deleted_at"] = row.get("_sdc_deleted_at") or "<now>"
    for name in ("_sdc_table_version", "_sdc_deleted_at"):
        if name not in table["columns"]:
            table["columns"].append(name)


def table_name(stream: str, config: dict) -> str:
    parts = stream.split("-")
    schema = config.get("default_target_schema") or (conformed(parts[-2]) if len(parts) in (2, 3) else "main")
    return f"{schema}.{conformed(parts[-1])}"


def conformed(name: str) -> str:
    """The SDK's rule; names that it leaves nothing of are left alone here."""
    left = re.sub(r"[^A-Za-z0-9_\-. ]", "", name).lower().strip()
    left = re.sub(r"[. -]", "_", left)
    if left[:1].isdigit():
        left = chr(ord("a") + int(left[0])) + left[1:]
    return left or name.lower()


def stored(value: object, shape: dict) -> object:
    """Instants in UTC, documents as documents, all else as it is."""
    if isinstance(value, str) and shape.get("format") == "date-time" and value != "<now>":
        moment = datetime.datetime.fromisoformat(value)
        if moment.tzinfo:
            moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
        return str(moment)
    return {"json": value} if isinstance(value, (dict, list)) else value

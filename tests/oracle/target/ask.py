"""Asks an SQL target made of the Singer SDK: its reader, mapper, sinks, metadata, naming, versions; only the last step, the
SQL of a DuckDB upsert, is ours. Each case runs in this process on a fresh file.

The SDK's own test streams are read from the installed package; a case names them.
"""

import contextlib
import io
import json
import logging
import os
import re
import tempfile
import traceback
from pathlib import Path

import singer_sdk.testing.target_test_streams as streams
import sqlalchemy as sa
from answering import error_of, serve
from singer_sdk import typing as th
from singer_sdk.sql import SQLConnector, SQLSink, SQLTarget
from tables import dump_file

STREAMS = Path(streams.__file__).parent


TYPES = {
    "BIGINT": sa.BIGINT, "INTEGER": sa.INTEGER, "DOUBLE": sa.DOUBLE, "BOOLEAN": sa.BOOLEAN, "VARCHAR": sa.VARCHAR, "DATE": sa.DATE, "TIME": sa.TIME,
    "TIMESTAMP": sa.TIMESTAMP, "TIMESTAMP WITH TIME ZONE": lambda: sa.TIMESTAMP(timezone=True),
}  # fmt: skip


class Connector(SQLConnector):
    allow_column_add = True
    allow_column_alter = True
    allow_column_rename = False
    allow_overwrite = True
    allow_merge_upsert = True
    allow_temp_tables = False

    def get_sqlalchemy_url(self, config: dict) -> str:
        return f"duckdb:///{config['path']}"

    def create_engine(self) -> sa.Engine:
        return sa.create_engine(self.sqlalchemy_url, poolclass=sa.pool.StaticPool)

    @property
    def jsonschema_to_sql(self):
        made = super().jsonschema_to_sql
        for kind, sql_type in {"integer": sa.BIGINT, "number": sa.DOUBLE, "string": made._handle_string_type}.items():
            made.register_type_handler(kind, sql_type)
        made.register_format_handler("date-time", lambda _: sa.TIMESTAMP(timezone=True))
        for text in ("email", "uri", "hostname", "ipv4", "ipv6", "uuid"):
            made.register_format_handler(text, sa.VARCHAR)
        return made

    def schema_exists(self, schema_name: str) -> bool:
        """duckdb-engine lists schemas as database.schema, which the SDK does not know."""
        with self._connect() as conn:
            found = conn.execute(sa.text("SELECT 1 FROM duckdb_schemas() WHERE schema_name = :name"), {"name": schema_name})
            return found.first() is not None

    def get_table_columns(self, full_table_name, column_names=None) -> dict[str, sa.Column]:
        """duckdb-engine asks PostgreSQL's catalog, more of it than this DuckDB has."""
        _, schema_name, table_name = self.parse_full_table_name(full_table_name)
        query = "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = :schema AND table_name = :table"
        with self._connect() as conn:
            found = conn.execute(sa.text(query), {"schema": schema_name or "main", "table": table_name}).all()
        return {name: sa.Column(name, TYPES[kind]()) for name, kind in found if not column_names or name in column_names}

    def create_empty_table(self, full_table_name, schema, primary_keys=None, **more) -> None:
        super().create_empty_table(full_table_name, schema, primary_keys=[], **more)

    @staticmethod
    def get_column_alter_ddl(table_name, column_name, column_type) -> sa.DDL:
        return sa.DDL(f"ALTER TABLE {table_name} ALTER COLUMN {column_name} TYPE {column_type}")


class Sink(SQLSink):
    connector_class = Connector
    max_size = 3

    def process_batch(self, context: dict) -> None:
        records = [{k: json.dumps(v, default=float) if isinstance(v, (dict, list)) else v for k, v in r.items()} for r in context["records"]]
        names = list(self.schema["properties"])
        keys = self.key_properties
        if keys and self.config["load_method"] != "append-only":  # as target-postgres: overwrite merges by key, too
            last = {tuple(r.get(k) for k in super(SQLSink, self).key_properties): r for r in records}
            records = list(last.values())
            same = " AND ".join(f'"{k}" = :k{i}' for i, k in enumerate(keys))
            with self.connector._connect() as conn, conn.begin():
                for key in last:
                    conn.execute(sa.text(f"DELETE FROM {self.full_table_name} WHERE {same}"), {f"k{i}": v for i, v in enumerate(key)})
        self.bulk_insert_records(self.full_table_name, self.schema, [{n: r.get(n) for n in names} for r in records])


class Target(SQLTarget):
    name = "target-sdk-duckdb"
    config_jsonschema = th.PropertiesList(
        th.Property("path", th.StringType, required=True),
        th.Property("default_target_schema", th.StringType),
        th.Property("hard_delete", th.BooleanType, default=False),
    ).to_dict()
    default_sink_class = Sink
    max_parallelism = 1


def answer(case: dict) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/lake.duckdb"
        runs = [forked(run, {"path": path, **case["config"]}, source, folder) for source in case["runs"]]
        tables = forked(dump_file, path) if Path(path).exists() else {}
    return {"runs": runs, "tables": settled(tables)}


def forked(function, *arguments):
    """The function's answer from a process of its own: what it left open, the file above all, is closed with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text = json.dumps(function(*arguments), default=str)
            with os.fdopen(writing, "w") as pipe:
                pipe.write(text)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


def run(config: dict, source: list | str, folder: str) -> dict:
    text = (STREAMS / source).read_text() if isinstance(source, str) else "".join(json.dumps(m) + "\n" for m in source)
    out = io.StringIO()
    problem = None
    with contextlib.redirect_stdout(out):
        try:
            target = Target(config=config)
            target.listen(io.StringIO(text))
        except (Exception, SystemExit) as caught:
            problem = error_of(caught, folder)
    states = [json.loads(line) for line in out.getvalue().splitlines() if line.startswith("{")]
    return {"states": states} | ({"problem": problem} if problem else {})


NOW = {"_sdc_received_at", "_sdc_batched_at", "_sdc_sequence", "_sdc_sync_started_at", "_sdc_deleted_at"}


def settled(tables: dict) -> dict:
    """Without the hour: what the target's own clock wrote this minute is <now>."""
    for table in tables.values():
        clocks = [i for i, column in enumerate(table["columns"]) if column[0] in NOW]
        for row in table["rows"]:
            for i in clocks:
                row[i] = now(row[i])
        table["rows"].sort(key=lambda row: json.dumps(row, sort_keys=True))
    return tables


def now(value: object) -> object:
    """Values of this test's own records are from before 2025."""
    if value is None or re.match(r"20(1\d|2[0-4])-", str(value)):
        return value
    return "<now>"


logging.disable(logging.CRITICAL)
warm = [{"type": "SCHEMA", "stream": "t", "schema": {"properties": {"id": {"type": "integer"}}}, "key_properties": []}]
run({"path": ":memory:", "default_target_schema": "main"}, warm, "/tmp")  # what is imported on the way, each child has
serve(answer)

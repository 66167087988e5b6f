"""A DuckDB file as plain JSON, the form in which resulting tables are recorded and compared.

    {"schema.table": {"columns": [[name, TYPE], ...], "rows": [[value, ...], ...]}}

Columns in table order, rows sorted by their JSON text. Values: null, true, text and whole numbers as themselves (numbers
beyond 2^53 as text), doubles as numbers (NaN and infinities as text), decimals as their shortest text, timestamps as
text in UTC, JSON columns parsed. Runs in any venv that has duckdb: imported by ask.py, or started by itself as a server
that reads one path a line and prints one document a line.
"""

import datetime
import decimal
import json
import math
import sys

QUERY = """
SELECT table_schema, table_name, column_name, data_type
FROM information_schema.columns
WHERE table_catalog = current_catalog() AND table_schema NOT IN ('information_schema', '_pond')
ORDER BY table_schema, table_name, ordinal_position
"""


def dump_file(path: str) -> dict:
    import duckdb

    with duckdb.connect(path, read_only=True) as connection:
        return dump(connection)


def dump(connection) -> dict:
    connection.execute("SET TimeZone = 'UTC'")
    tables: dict = {}
    for schema, table, column, kind in connection.execute(QUERY).fetchall():
        tables.setdefault((schema, table), []).append([column, kind])
    return {f"{schema}.{table}": dump_table(connection, schema, table, columns) for (schema, table), columns in tables.items()}


def dump_table(connection, schema: str, table: str, columns: list) -> dict:
    chosen = ", ".join(reading(quote(name), kind) for name, kind in columns)
    rows = connection.execute(f"SELECT {chosen} FROM {quote(schema)}.{quote(table)}").fetchall()
    kinds = [kind for _, kind in columns]
    values = [[plain(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows]
    values.sort(key=lambda row: json.dumps(row, sort_keys=True))
    return {"columns": columns, "rows": values}


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def reading(column: str, kind: str) -> str:
    """Times are read as text: Python's types have no room for infinity, 24:00:00 or years beyond 9999."""
    if kind.startswith(("TIMESTAMP", "TIME", "DATE")):
        return f"{column}::VARCHAR"
    return column


def plain(value: object, kind: str) -> object:
    if value is None or isinstance(value, bool):
        return value
    if kind == "JSON":
        return {"json": parsed(value)}
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, decimal.Decimal):
        return str(value.normalize()) if value else "0"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if kind == "TIMESTAMP WITH TIME ZONE":
        return value.removesuffix("+00")
    if isinstance(value, (str, datetime.date)):
        return str(value)
    return str(value)


def parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def main() -> None:
    for line in sys.stdin:
        try:
            answer = dump_file(json.loads(line))
        except Exception as problem:
            answer = {"!error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

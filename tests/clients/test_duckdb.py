"""DuckDB's own postgres extension, as another DuckDB reads and writes a warehouse."""

from programs import HERE, check
from venvs import python


def test_duckdb(target):
    check(target, [python("duckdb-postgres"), HERE / "duckdb" / "main.py"])

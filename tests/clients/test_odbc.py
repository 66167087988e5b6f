"""psqlODBC of Debian through unixODBC and pyodbc."""

from pathlib import Path

from programs import HERE, check
from venvs import python

DRIVER = next(iter(sorted(Path("/usr/lib").glob("*/odbc/psqlodbcw.so"))), None)


def test_odbc(target):
    check(target, [python("odbc"), HERE / "odbc" / "main.py"], env={"ODBC_DRIVER": str(DRIVER)})

"""psqlODBC through pyodbc, as Excel, Power BI and Tableau talk: SERVER, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE."""

import datetime
import decimal
import os
import sys

import pyodbc

DRIVER = os.environ["ODBC_DRIVER"]
VALUES = [
    ("smallint", -32768),
    ("int", 2147483647),
    ("bigint", -9223372036854775808),
    ("double precision", 0.1),
    ("numeric(10,2)", decimal.Decimal("-12345678.90")),
    ("text", "Grüße, 世界 'q' \"d\" back\\slash"),
    ("boolean", True),
    ("bytea", bytes([0, 1, 127, 128, 255])),
    ("date", datetime.date(2024, 2, 29)),
    ("time", datetime.time(23, 59, 59)),
    ("timestamp", datetime.datetime(2024, 5, 6, 7, 8, 9, 123456)),
]
number = failed = 0


def connect(**options):
    words = {
        "Driver": DRIVER,
        "Server": os.environ["PGHOST"],
        "Port": os.environ["PGPORT"],
        "Database": os.environ["PGDATABASE"],
        "UID": os.environ["PGUSER"],
        "PWD": "{" + os.environ["PGPASSWORD"] + "}",
        "BoolsAsChar": "0",
        "ByteaAsLongVarBinary": "1",
        **options,
    }
    return pyodbc.connect(";".join(f"{key}={value}" for key, value in words.items()), autocommit=True)


def check(name, work, **options):
    global number, failed
    number += 1
    try:
        c = connect(**options)
        try:
            work(c)
        finally:
            c.close()
        print(f"ok {number} - {name}")
    except Exception as error:
        failed += 1
        print(f"not ok {number} - {name}: {type(error).__name__} {' '.join(str(error).split())}")


def equal(expected, got):
    assert expected == got, f"expected {expected!r}, got {got!r}"


def fails(state, work):
    try:
        work()
    except pyodbc.Error as error:
        equal(state, error.args[0])
    else:
        raise AssertionError(f"expected {state}, but it worked")


def connects(c):
    equal("PostgreSQL", c.getinfo(pyodbc.SQL_DBMS_NAME))
    assert c.getinfo(pyodbc.SQL_DBMS_VER).startswith("15."), c.getinfo(pyodbc.SQL_DBMS_VER)
    equal(1, c.execute("select 1").fetchval())


def values(c):
    for kind, value in VALUES:
        c.execute("drop table if exists odbc_value")
        c.execute(f"create table odbc_value (n int, v {kind})")
        for n in range(2):
            c.execute("insert into odbc_value values (?, ?)", n, value)
        got = c.execute("select v from odbc_value where n = ?", 1).fetchval()
        assert got == value, f"{kind}: expected {value!r}, got {got!r}"
        c.execute("insert into odbc_value values (7, null)")
        equal(None, c.execute("select v from odbc_value where n = 7").fetchval())


def transactions(c):
    c.execute("drop table if exists odbc_tx")
    c.execute("create table odbc_tx (n int)")
    c.autocommit = False
    c.execute("insert into odbc_tx values (?)", 1)
    c.rollback()
    equal(0, c.execute("select count(*) from odbc_tx").fetchval())
    c.execute("insert into odbc_tx values (?)", 1)
    c.commit()
    equal(1, c.execute("select count(*) from odbc_tx").fetchval())
    c.commit()


def errors(c):
    fails("42P01", lambda: c.execute("select * from nowhere"))
    fails("42601", lambda: c.execute("selec 1"))
    equal(1, c.execute("select 1").fetchval())


def catalog(c):
    c.execute("drop view if exists odbc_view")
    c.execute("drop table if exists odbc_table")
    c.execute("create table odbc_table (id int primary key, name text not null, price numeric(10,2))")
    c.execute("create view odbc_view as select id from odbc_table")
    cursor = c.cursor()
    equal({("odbc_table", "TABLE"), ("odbc_view", "VIEW")}, {(row[2], row[3]) for row in cursor.tables(schema="public", table="odbc%") if row[2] in ("odbc_table", "odbc_view")})
    equal([("id", 0), ("name", 0), ("price", 1)], [(row.column_name, row.nullable) for row in cursor.columns(table="odbc_table", schema="public")])
    equal(["id"], [row.column_name for row in cursor.primaryKeys(table="odbc_table", schema="public")])
    assert "id" in [row.column_name for row in cursor.statistics(table="odbc_table", schema="public")], "no index"
    assert {"int4", "text"} <= {row.type_name for row in cursor.getTypeInfo()}, "types"
    equal([], list(cursor.foreignKeys(table="odbc_table", schema="public")))
    assert len(list(cursor.procedures(schema="no_such"))) == 0


def large(c):
    n = total = 0
    for row in c.execute("select i::int as i, 'row ' || i from generate_series(1, 200000) s(i)"):
        n += 1
        total += row.i
    equal((200000, 20000100000), (n, total))


def many(c):
    c.execute("drop table if exists odbc_many")
    c.execute("create table odbc_many (n int, t text)")
    cursor = c.cursor()
    cursor.executemany("insert into odbc_many values (?, ?)", [(n, f"t{n}" if n % 5 else None) for n in range(200)])
    equal((200, 160), tuple(c.execute("select count(*), count(t) from odbc_many").fetchone()))


check("connects", connects)
check("types", values)
check("types, UseServerSidePrepare=0", values, UseServerSidePrepare="0")
check("transactions", transactions)
check("errors", errors)
check("the catalog's functions", catalog)
check("200,000 rows", large)
check("executemany", many)
print(f"1..{number}")
sys.exit(failed > 0)

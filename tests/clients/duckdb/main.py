"""DuckDB's own postgres extension attached to a server: SERVER, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE."""

import datetime
import decimal
import importlib.util
import os
import sys
from pathlib import Path

import duckdb

POND = os.environ["SERVER"] == "pond"
ROWS = 250_000
SETUP = [
    "drop view if exists duck_totals",
    "drop table if exists duck_sales",
    "create table duck_sales (id int not null, region text, amount numeric(10,2), made timestamptz, day date, ok boolean, tags text[], raw bytea)",
    f"insert into duck_sales select i::int, 'r' || (i % 5), (i * 0.25)::numeric(10,2), timestamptz '2024-01-01 00:00:00+00' + i * interval '1 minute', "
    f"date '2024-01-01', i % 2 = 0, array['a', 'ü' || i], null from generate_series(1, {ROWS}) s(i)",
    "insert into duck_sales (id) values (0)",
    "create view duck_totals as select region, count(*) as n from duck_sales group by region",
]
number = failed = 0


def check(name, work):
    global number, failed
    number += 1
    try:
        work()
        print(f"ok {number} - {name}")
    except Exception as error:
        failed += 1
        print(f"not ok {number} - {name}: {type(error).__name__} {' '.join(str(error).split())}")


def attached():
    c = duckdb.connect()
    package = Path(importlib.util.find_spec("duckdb_extension_postgres_scanner").submodule_search_locations[0])
    c.execute(f"load '{next(package.rglob('*.duckdb_extension'))}'")
    words = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    text = " ".join("{}='{}'".format(key, os.environ[name].replace("'", "\\'")) for key, name in words.items())
    c.execute("attach '{}' as w (type postgres)".format(text.replace("'", "''")))
    c.execute("set timezone = 'UTC'")
    return c


c = attached()
for statement in SETUP:
    c.execute("call postgres_execute('w', ?)", [statement])


def equal(sql, expected):
    got = c.execute(sql).fetchall()
    assert got == expected, f"expected {expected}, got {got}"


def tables():
    names = {row[0] for row in c.execute("select table_name from duckdb_tables() where database_name = 'w'").fetchall()}
    views = {row[0] for row in c.execute("select view_name from duckdb_views() where database_name = 'w'").fetchall()}
    assert "duck_sales" in names and "duck_totals" in names | views, names | views
    columns = dict(c.execute("select column_name, data_type from duckdb_columns() where database_name = 'w' and table_name = 'duck_sales'").fetchall())
    assert columns["amount"] == "DECIMAL(10,2)" and columns["made"] == "TIMESTAMP WITH TIME ZONE" and columns["tags"] == "VARCHAR[]", columns


def values():
    at = datetime.datetime(2024, 1, 1, 0, 7)
    equal(
        "select id, region, amount, made at time zone 'UTC', day, ok, tags, raw from w.duck_sales where id = 7",
        [(7, "r2", decimal.Decimal("1.75"), at, datetime.date(2024, 1, 1), False, ["a", "ü7"], None)],
    )
    equal("select region, amount, made, tags from w.public.duck_sales where id = 0", [(None, None, None, None)])


def whole():
    equal("select count(*), sum(id), count(distinct region) from w.duck_sales", [(ROWS + 1, ROWS * (ROWS + 1) // 2, 5)])


def pushed():
    equal("select count(*) from w.duck_sales where ok and id > 1000 and id <= 1010 and region in ('r2', 'r4')", [(2,)])
    equal("select count(*) from w.duck_sales where made >= timestamptz '2024-01-01 00:05:00+00' and id < 10", [(5,)])
    equal("select count(*) from w.duck_sales where region is null", [(1,)])
    equal("select id from w.duck_sales where id > 5 order by id limit 2", [(6,), (7,)])


def written():
    c.execute("drop table if exists w.duck_fresh")
    c.execute("create table w.duck_fresh (a int, b text, d date, x double, z timestamptz, u uuid, m decimal(18,4), o boolean)")
    c.execute(
        "insert into w.duck_fresh select i, case when i % 3 > 0 then 'ü' || i end, date '2024-02-29', i / 4, timestamptz '2024-01-01 00:00:00+00', "
        "'00112233-4455-6677-8899-aabbccddeeff', i * 0.25, i % 2 = 0 from range(5000) r(i)"
    )
    equal("select count(*), count(b), sum(x), sum(m), count(*) filter (o) from w.duck_fresh", [(5000, 3333, 3124375.0, decimal.Decimal("3124375.0000"), 2500)])
    c.execute("create table w.duck_made as select * from w.duck_fresh where a < 10")
    equal("select count(*), min(d), min(u)::varchar from w.duck_made", [(10, datetime.date(2024, 2, 29), "00112233-4455-6677-8899-aabbccddeeff")])
    c.execute("drop table w.duck_made")


def changed():
    if POND:  # it names rows by ctid, which a table here has not
        return
    c.execute("update w.duck_fresh set b = 'x' where a = 1")
    c.execute("delete from w.duck_fresh where a >= 100")
    equal("select count(*), count(*) filter (b = 'x') from w.duck_fresh", [(100, 1)])


def transactions():
    c.execute("begin")
    c.execute("insert into w.duck_fresh (a) values (-1)")
    equal("select count(*) from w.duck_fresh where a = -1", [(1,)])
    c.execute("rollback")
    equal("select count(*) from w.duck_fresh where a = -1", [(0,)])


def joined():
    c.execute("create or replace table names as select 'r' || i as region, 'name ' || i as name from range(3) r(i)")
    equal("select n.name, t.n from w.duck_totals t join names n using (region) order by 1", [(f"name {i}", ROWS // 5) for i in range(3)])


def asked():
    equal("select * from postgres_query('w', 'select 42 as n, ''ü'' as t')", [(42, "ü")])
    try:
        c.execute("select * from postgres_query('w', 'select * from nowhere')")
    except duckdb.Error as error:
        assert "nowhere" in str(error), error
    else:
        raise AssertionError("it worked")


for name, work in {
    "tables and columns": tables,
    "values of every type": values,
    "a whole table": whole,
    "filters that the server applies": pushed,
    "a view and a local table": joined,
    "new tables": written,
    "changes of rows": changed,
    "transactions": transactions,
    "postgres_query": asked,
}.items():
    check(name, work)
print(f"1..{number}")
sys.exit(failed > 0)

"""Apache Superset: a database is added, tables are found, SQL Lab and charts show the numbers that the warehouse has."""

import datetime as dt
from urllib.parse import quote

import pytest
from superset_app import Superset

ROWS = 20000


@pytest.fixture(scope="module")
def superset(tmp_path_factory):
    with Superset(tmp_path_factory.mktemp("superset")) as running:
        yield running


@pytest.fixture
def database(superset, target):
    """Added to Superset, with a table and a view. -> (its id, our own connection)"""
    with target.connect() as c:
        c.execute("drop view if exists north; drop table if exists sales")
        c.execute(
            "create table sales as select i::int as id, case i % 4 when 0 then 'north' when 1 then 'south' when 2 then 'it''s' end as region, "
            "(i % 100 / 4.0)::numeric(10, 2) as amount, timestamp '2023-11-05 10:00:00' + interval '1 hour' * i as sold, "
            f"date '2023-11-05' + (i / 24)::int as day, i % 5 = 0 as returned from generate_series(1, {ROWS}) g(i)"
        )
        c.execute("create view north as select * from sales where region = 'north'")
        uri = f"postgresql+psycopg2://{target.user}:{quote(target.password)}@127.0.0.1:{target.port}/{target.database}"
        about = {"database_name": target.server, "sqlalchemy_uri": uri}
        superset.post("database/test_connection/", about)
        number = superset.post("database/", {**about, "expose_in_sqllab": True, "allow_dml": True, "allow_ctas": True})["id"]
        yield number, c
        superset.call("DELETE", f"database/{number}")
        c.execute("drop view north")
        c.execute("drop table sales")


@pytest.fixture
def dataset(superset, database):
    number, _ = database
    made = superset.post("dataset/", {"database": number, "schema": "public", "table_name": "sales"})["id"]
    yield made
    superset.call("DELETE", f"dataset/{made}")


def test_tables_are_found(superset, database):
    number, _ = database
    assert "public" in superset.get(f"database/{number}/schemas/")["result"]
    found = superset.get(f"database/{number}/tables/?q=(force:!t,schema_name:public)")["result"]
    kinds = {t["value"]: t["type"] for t in found}
    assert kinds["sales"] == "table" and kinds["north"] == "view"
    about = superset.get(f"database/{number}/table_metadata/?name=sales&schema=public")
    assert [c["name"] for c in about["columns"]] == ["id", "region", "amount", "sold", "day", "returned"]
    assert [c["type"].split("(")[0] for c in about["columns"]][:4] == ["INTEGER", "TEXT", "NUMERIC", "TIMESTAMP"]


def test_sql_lab(superset, database):
    number, c = database
    sql = "select region, count(*) as n, sum(amount) as total from sales where sold < '2024-01-01' group by region order by region nulls first"
    ran = superset.post("sqllab/execute/", {"database_id": number, "schema": "public", "sql": sql, "runAsync": False, "queryLimit": 1000})
    assert ran["status"] == "success"
    wanted = c.execute(sql).fetchall()
    assert [(r["region"], r["n"], float(r["total"])) for r in ran["data"]] == [(a, b, float(t)) for a, b, t in wanted]
    assert [x["name"] for x in ran["columns"]] == ["region", "n", "total"]
    with pytest.raises(AssertionError, match="nowhere"):
        superset.post("sqllab/execute/", {"database_id": number, "sql": "select * from nowhere", "runAsync": False})
    limited = superset.post("sqllab/execute/", {"database_id": number, "schema": "public", "sql": "select id from sales", "runAsync": False, "queryLimit": 7})
    assert len(limited["data"]) == 7


def charted(superset, dataset: int, **query) -> list[dict]:
    made = superset.post(
        "chart/data",
        {
            "datasource": {"id": dataset, "type": "table"},
            "force": True,
            "result_format": "json",
            "result_type": "full",
            "queries": [{"row_limit": 10000, "orderby": [], "filters": [], **query}],
        },
    )["result"][0]
    assert made["status"] == "success", made
    return made["data"]


def test_charts(superset, database, dataset):
    _, c = database
    about = superset.get(f"dataset/{dataset}")["result"]
    columns = {x["column_name"]: x for x in about["columns"]}
    assert set(columns) == {"id", "region", "amount", "sold", "day", "returned"}
    assert columns["sold"]["is_dttm"] and columns["day"]["is_dttm"] and not columns["region"]["is_dttm"]
    superset.call("PUT", f"dataset/{dataset}/refresh", {})

    grain = {"columns": [{"timeGrain": "P1M", "columnType": "BASE_AXIS", "sqlExpression": "sold", "label": "sold", "expressionType": "SQL"}]}
    total = {"label": "total", "expressionType": "SIMPLE", "aggregate": "SUM", "column": {"column_name": "amount"}}
    months = charted(superset, dataset, metrics=[total, "count"], orderby=[["sold", True]], **grain)
    wanted = c.execute("select date_trunc('month', sold), sum(amount), count(*) from sales group by 1 order by 1").fetchall()
    epoch = dt.datetime(1970, 1, 1)
    assert sorted((m["sold"], float(m["total"]), m["count"]) for m in months) == [
        ((at - epoch) // dt.timedelta(milliseconds=1), float(sum), n) for at, sum, n in wanted
    ]
    for name, unit in {"PT1H": "hour", "P1D": "day", "P1W": "week", "P3M": "quarter", "P1Y": "year"}.items():
        grain["columns"][0]["timeGrain"] = name
        got = charted(superset, dataset, metrics=["count"], **grain)
        (count,) = c.execute(f"select count(distinct date_trunc('{unit}', sold)) from sales").fetchone()
        assert len(got) == min(count, 10000) and (count > 10000 or sum(g["count"] for g in got) == ROWS), name

    ratio = {"label": "ratio", "expressionType": "SQL", "sqlExpression": "sum(case when returned then 1 else 0 end)::float / count(*)"}
    filters = [
        {"col": "region", "op": "IN", "val": ["north", "it's"]},
        {"col": "amount", "op": ">=", "val": 5},
    ]
    got = charted(superset, dataset, columns=["region"], metrics=[ratio, "count"], filters=filters, extras={"having": "count(*) > 1", "where": "(id > 3)"})
    wanted = c.execute(
        "select region, sum(case when returned then 1 else 0 end)::float / count(*), count(*) from sales where region in ('north', 'it''s') "
        "and amount >= 5 and id > 3 group by region having count(*) > 1 order by region"
    ).fetchall()
    assert len(wanted) == 2
    assert sorted((g["region"], g["ratio"], g["count"]) for g in got) == [(r, pytest.approx(x), n) for r, x, n in wanted]
    like = charted(superset, dataset, columns=["region"], metrics=["count"], filters=[{"col": "region", "op": "ILIKE", "val": "NOR%"}])
    assert [(g["region"], g["count"]) for g in like] == [("north", ROWS // 4)]
    empty = charted(superset, dataset, columns=["region"], metrics=["count"], filters=[{"col": "region", "op": "IS NULL"}])
    assert [(g["region"], g["count"]) for g in empty] == [(None, ROWS // 4)]
    top = charted(superset, dataset, columns=["id", "amount"], orderby=[["amount", False], ["id", True]], row_limit=3)
    assert [t["id"] for t in top] == [r[0] for r in c.execute("select id from sales order by amount desc, id limit 3").fetchall()]


def test_a_chart_of_a_time_range(superset, database, dataset):
    _, c = database
    filters = [{"col": "sold", "op": "TEMPORAL_RANGE", "val": "2023-12-01 : 2024-02-01"}]
    got = charted(superset, dataset, columns=["region"], metrics=["count"], filters=filters)
    wanted = c.execute("select region, count(*) from sales where sold >= '2023-12-01' and sold < '2024-02-01' group by region").fetchall()
    assert len(wanted) == 4 and {(g["region"], g["count"]) for g in got} == set(wanted)

"""pandas, polars and ADBC: frames out of the database and into it."""

import datetime as dt
import decimal

import adbc_driver_postgresql.dbapi as adbc
import pandas as pd
import polars as pl
import psycopg
import pyarrow as pa
import pytest
import sqlalchemy as sa

ROWS = 5000


@pytest.fixture
def table(given, name):
    with psycopg.connect(**given, autocommit=True) as c:
        c.execute(
            f"create table {name} as select i::int as i, i::bigint * 1000000007 as big, i / 4.0::double precision as f, "
            "'row ' || i as s, case when i % 3 = 0 then null else i % 2 = 0 end as b, date '2024-01-01' + (i % 300)::int as d, "
            f"timestamp '2024-01-01 00:00:00' + interval '1 minute' * i as t, (i / 100.0)::numeric(10, 2) as n from generate_series(1, {ROWS}) g(i)"
        )
        yield name
        c.execute(f"drop table {name}")


@pytest.fixture(params=["psycopg2", "psycopg"])
def engine(request, address):
    engine = sa.create_engine(f"postgresql+{request.param}://{address}")
    yield engine
    engine.dispose()


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "id": range(300),
            "text": [None if i % 7 == 0 else f"it's {i}" for i in range(300)],
            "real": [i / 8 for i in range(300)],
            "flag": [i % 2 == 0 for i in range(300)],
            "moment": pd.date_range("2024-01-01", periods=300, freq="h"),
            "zoned": pd.date_range("2024-01-01", periods=300, freq="h", tz="UTC"),
            "day": [dt.date(2024, 1, 1)] * 300,
        }
    )


def check_pandas_reads(engine, table):
    frame = pd.read_sql(sa.text(f"select * from {table} where i <= :most order by i"), engine, params={"most": 1000})
    assert len(frame) == 1000 and list(frame.columns) == ["i", "big", "f", "s", "b", "d", "t", "n"]
    assert frame.i.sum() == 500500 and frame.f.iloc[0] == 0.25 and frame.s.iloc[-1] == "row 1000"
    assert str(frame.i.dtype).startswith("int") and str(frame.t.dtype).startswith("datetime64")
    assert frame.b.isna().sum() == 333 and frame.d.iloc[0] == dt.date(2024, 1, 2)
    assert frame.n.iloc[0] in (0.01, decimal.Decimal("0.01"))
    parts = list(pd.read_sql(f"select i from {table}", engine, chunksize=999))
    assert sum(len(p) for p in parts) == ROWS and len(parts) == 6
    assert len(pd.read_sql_table(table, engine, columns=["i", "s"])) == ROWS
    grouped = pd.read_sql_query(f"select b, count(*) as k, avg(f) as mean from {table} group by b order by b nulls first", engine, index_col="b")
    assert grouped.k.tolist() == [1666, 1667, 1667]


@pytest.mark.parametrize("method", [None, "multi"])
def check_pandas_writes(engine, frame, name, method):
    assert frame.to_sql(name, engine, index=False, method=method, chunksize=100) in (300, None, -1, -3)
    frame.iloc[:10].to_sql(name, engine, index=False, if_exists="append", method=method)
    back = pd.read_sql(f"select * from {name} order by id, moment", engine)
    assert len(back) == 310
    kept = back.iloc[[20]].iloc[0]
    for column in ("id", "real", "flag", "text"):
        assert back[column].notna().sum() + back[column].isna().sum() == 310
    assert back.text.isna().sum() == 43 + 2 and kept.moment.year == 2024
    assert back.drop_duplicates()["id"].tolist() == frame["id"].tolist()
    pd.testing.assert_series_equal(back.drop_duplicates()["real"].reset_index(drop=True), frame["real"])
    with pytest.raises(ValueError, match="already exists"):
        frame.to_sql(name, engine, index=False, if_exists="fail")
    frame.iloc[:5].set_index("id").to_sql(name, engine, if_exists="replace", method=method)
    assert pd.read_sql(f"select count(*) as k from {name}", engine).k[0] == 5
    with engine.begin() as c:
        c.execute(sa.text(f"drop table {name}"))


def check_pandas_copies_in(address, frame, name):
    """The recipe of pandas' documentation: COPY."""
    import csv
    import io

    def copying(table, connection, keys, rows):
        data = io.StringIO()
        csv.writer(data).writerows(rows)
        data.seek(0)
        with connection.connection.cursor() as cursor:
            cursor.copy_expert(f"copy {table.name} ({', '.join(keys)}) from stdin with csv", data)

    engine = sa.create_engine(f"postgresql+psycopg2://{address}")
    frame.to_sql(name, engine, index=False, method=copying)
    back = pd.read_sql(f"select count(*) as k, sum(id) as s, count(text) as t, min(zoned) as z from {name}", engine)
    assert back.k[0] == 300 and back.s[0] == 44850 and back.t[0] == 257
    assert pd.Timestamp(back.z[0]) == pd.Timestamp("2024-01-01", tz="UTC")
    with engine.begin() as c:
        c.execute(sa.text(f"drop table {name}"))
    engine.dispose()


def check_polars_reads_with_connectorx(address, table):
    frame = pl.read_database_uri(f"select i, big, f, s, b, d, t, n from {table} order by i", f"postgresql://{address}", engine="connectorx")
    assert frame.shape == (ROWS, 8) and frame["i"].sum() == ROWS * (ROWS + 1) // 2
    assert frame["s"][0] == "row 1" and frame["b"].null_count() == 1666 and frame["d"][0] == dt.date(2024, 1, 2)
    assert frame["t"][0] == dt.datetime(2024, 1, 1, 0, 1)
    parts = pl.read_database_uri(
        f"select i, s from {table}", f"postgresql://{address}", engine="connectorx", partition_on="i", partition_num=3
    )
    assert parts["i"].sort().to_list() == list(range(1, ROWS + 1))


def check_polars_reads_with_adbc(address, table):
    frame = pl.read_database_uri(f"select * from {table} order by i", f"postgresql://{address}", engine="adbc")
    assert frame.shape == (ROWS, 8) and frame["big"].max() == ROWS * 1000000007
    assert frame.schema["t"] == pl.Datetime("us") and frame["d"][1] == dt.date(2024, 1, 3)


def check_polars_reads_with_sqlalchemy(engine, table):
    frame = pl.read_database(f"select i, s, n from {table} where i < 10 order by i", engine)
    assert frame["i"].to_list() == list(range(1, 10)) and frame["n"][0] == decimal.Decimal("0.01")


@pytest.mark.parametrize("way", ["sqlalchemy", "adbc"])
def check_polars_writes(address, name, way):
    frame = pl.DataFrame({"id": range(500), "text": [None, "x", "é'", "", "\\"] * 100, "f": [0.5] * 500, "d": [dt.date(2024, 5, 6)] * 500})
    scheme = "postgresql+psycopg2" if way == "sqlalchemy" else "postgresql"
    frame.write_database(name, f"{scheme}://{address}", engine=way)
    frame.head(5).write_database(name, f"{scheme}://{address}", engine=way, if_table_exists="append")
    back = pl.read_database_uri(f"select * from {name} order by id", f"postgresql://{address}", engine="adbc")
    assert back.height == 505 and back["text"].null_count() == 101
    assert back.unique(maintain_order=True).rows() == frame.rows()
    frame.head(3).write_database(name, f"{scheme}://{address}", engine=way, if_table_exists="replace")
    assert pl.read_database_uri(f"select count(*) as k from {name}", f"postgresql://{address}", engine="adbc")["k"][0] == 3
    with adbc.connect(f"postgresql://{address}") as c, c.cursor() as cursor:
        cursor.execute(f"drop table {name}")
        c.commit()


def check_adbc(address, table):
    name = f"{table}_in"
    with adbc.connect(f"postgresql://{address}") as c, c.cursor() as cursor:
        cursor.execute(f"select i, s, n::text as n from {table} where i < $1 order by i", (4,))
        assert cursor.fetch_arrow_table().to_pydict() == {"i": [1, 2, 3], "s": ["row 1", "row 2", "row 3"], "n": ["0.01", "0.02", "0.03"]}
        data = pa.table({"id": pa.array([1, 2, None], pa.int32()), "s": ["a", None, "c"], "b": pa.array([b"\x00", b"", None], pa.binary()), "l": [[1, 2], [], None]})
        assert cursor.adbc_ingest(name, data, mode="create") == 3
        c.commit()
        cursor.execute(f"select * from {name} order by id nulls last")
        assert cursor.fetch_arrow_table().to_pydict() == data.to_pydict()
        cursor.executemany(f"insert into {name} (id, s) values ($1, $2)", [(7, "x"), (8, "y")])
        cursor.execute(f"select count(*) from {name}")
        assert cursor.fetchone() == (5,)
        c.rollback()
        cursor.execute(f"select count(*) from {name}")
        assert cursor.fetchone() == (3,)
        objects = c.adbc_get_objects(depth="all", table_name_filter=name).read_all().to_pylist()
        schemas = [s for o in objects for s in o["catalog_db_schemas"] if s["db_schema_tables"]]
        (found,) = [t for s in schemas for t in s["db_schema_tables"]]
        columns = sorted(found["table_columns"], key=lambda column: column["ordinal_position"])
        assert [x["column_name"] for x in columns] == ["id", "s", "b", "l"]
        assert c.adbc_get_table_schema(name).names == ["id", "s", "b", "l"]
        cursor.execute(f"drop table {name}")
        c.commit()


def check_adbc_errors(address):
    with adbc.connect(f"postgresql://{address}") as c, c.cursor() as cursor:
        with pytest.raises(adbc.ProgrammingError) as e:
            cursor.execute("select * from nowhere")
        assert e.value.sqlstate == "42P01"
        c.rollback()
        cursor.execute("select 1 as one")
        assert cursor.fetchone() == (1,)

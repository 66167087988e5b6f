"""Clients of Python, as they ask the catalog: python_clients.py NAME, in the client's venv. The server's log is what counts."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HOST, PORT, DATABASE = os.environ["PGHOST"], os.environ["PGPORT"], os.environ["PGDATABASE"]
URL = f"postgresql://me:none@{HOST}:{PORT}/{DATABASE}"


def sqlalchemy() -> None:
    import sqlalchemy as sa

    engine = sa.create_engine(URL.replace("postgresql:", "postgresql+psycopg2:"))
    look = sa.inspect(engine)
    print(look.get_schema_names(), look.get_table_names(), look.get_table_names("shop"), look.get_view_names("shop"), look.default_schema_name)
    for name in ("orders", "customers", "order_totals"):
        for ask in ("columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints", "check_constraints", "table_comment"):
            getattr(look, f"get_{ask}")(name, "shop")
    for ask in ("sequence_names", "temp_table_names", "temp_view_names", "materialized_view_names"):
        try:
            getattr(look, f"get_{ask}")(*(["shop"] if "temp" not in ask else []))
        except (AttributeError, NotImplementedError):
            pass  # of a newer SQLAlchemy
    look.get_view_definition("order_totals", "shop")
    look.has_table("orders", "shop"), look.has_table("nowhere"), look.has_sequence("order_no", "shop")
    if hasattr(look, "has_schema"):
        look.has_schema("shop")
    look.get_enums("shop")
    if hasattr(look, "get_domains"):
        look.get_domains("shop")
    sa.MetaData().reflect(engine, schema="shop", views=True)


def in_asyncpg() -> None:
    import asyncpg

    async def ask() -> None:
        c = await asyncpg.connect(URL)
        await c.fetch("select '{1,2}'::int[], '[1,2)'::int4range, row(1, 'x'), null::shop.orders, '{}'::name[], current_user")
        await c.fetch("select * from shop.orders")
        await c.set_type_codec("json", encoder=str, decoder=str, schema="pg_catalog")
        await c.reset()
        await c.reload_schema_state()
        await c.close()

    asyncio.run(ask())


def in_psycopg() -> None:
    import psycopg
    from psycopg.types import TypeInfo
    from psycopg.types.composite import CompositeInfo
    from psycopg.types.enum import EnumInfo
    from psycopg.types.multirange import MultirangeInfo
    from psycopg.types.range import RangeInfo

    with psycopg.connect(URL) as c:
        for info in (TypeInfo, CompositeInfo, EnumInfo, RangeInfo, MultirangeInfo):
            info.fetch(c, "hstore"), info.fetch(c, "int4")


def adbc() -> None:
    import adbc_driver_postgresql.dbapi as dbapi

    with dbapi.connect(URL) as c:
        for depth in ("catalogs", "db_schemas", "tables", "all"):
            c.adbc_get_objects(depth=depth, db_schema_filter="shop").read_all()
        c.adbc_get_table_schema("orders", db_schema_filter="shop")
        c.adbc_get_table_types()
        with c.cursor() as cursor:
            cursor.execute("select * from shop.orders")
            cursor.fetch_arrow_table()


def django() -> None:
    from django.conf import settings

    database = {"ENGINE": "django.db.backends.postgresql", "NAME": DATABASE, "HOST": HOST, "PORT": PORT, "USER": "me", "OPTIONS": {"options": "-c search_path=shop"}}
    settings.configure(DATABASES={"default": database}, USE_TZ=True)
    import django as project
    from django.core.management import call_command
    from django.db import connection

    project.setup()
    call_command("inspectdb", stdout=open(os.devnull, "w"))
    call_command("inspectdb", "--include-views", stdout=open(os.devnull, "w"))
    with connection.cursor() as cursor:
        look = connection.introspection
        look.get_sequences(cursor, "orders")
        look.get_constraints(cursor, "orders")
        look.get_relations(cursor, "orders")
        look.get_primary_key_columns(cursor, "customers")


def odbc() -> None:
    import pyodbc

    driver = next(iter(sorted(Path("/usr/lib").glob("*/odbc/psqlodbcw.so"))))
    c = pyodbc.connect(f"Driver={driver};Server={HOST};Port={PORT};Database={DATABASE};UID=me;PWD=none", autocommit=True)
    k = c.cursor()
    for ask in (
        lambda: k.tables(), lambda: k.tables(schema="shop"), lambda: k.tables(table="ord%", schema="shop", tableType="TABLE"), lambda: k.tables(schema="%", catalog="", table=""),
        lambda: k.columns(table="orders", schema="shop"), lambda: k.columns(table="%", schema="shop", column="id"), lambda: k.primaryKeys("orders", schema="shop"),
        lambda: k.foreignKeys(foreignTable="orders", foreignSchema="shop"), lambda: k.foreignKeys(table="customers", schema="shop"), lambda: k.statistics("orders", schema="shop"),
        lambda: k.getTypeInfo(), lambda: k.procedures(procedure="lower"), lambda: k.procedureColumns(procedure="lower"), lambda: k.rowIdColumns("orders", schema="shop"), lambda: k.rowVerColumns("orders", schema="shop"),
        lambda: k.execute("select * from shop.orders"),
    ):
        try:
            ask().fetchall()
        except pyodbc.Error as error:
            print(error, file=sys.stderr)


def duckdb() -> None:
    import duckdb as real

    c = real.connect()
    try:
        import duckdb_extension_postgres_scanner  # noqa: F401
        from duckdb_extensions import import_extension

        import_extension("postgres_scanner", con=c)
    except ImportError:
        c.execute("install postgres")
    c.execute("load postgres_scanner")
    c.execute(f"attach '{URL}' as w (type postgres)")
    c.execute("from duckdb_tables()").fetchall()
    c.execute("from w.shop.orders").fetchall()
    c.execute("from duckdb_indexes()").fetchall()


def dbt() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "dbt_project.yml").write_text("name: p\nprofile: p\nversion: '1'\n")
        profile = f"p: {{target: t, outputs: {{t: {{type: postgres, host: {HOST}, port: {PORT}, user: me, pass: none, dbname: {DATABASE}, schema: shop, threads: 1}}}}}}\n"
        (folder / "profiles.yml").write_text(profile)
        (folder / "models").mkdir()
        (folder / "models" / "m.sql").write_text("{{ config(materialized='incremental', unique_key='id') }} select id from {{ source('shop', 'orders') }}")
        (folder / "models" / "v.sql").write_text("{{ config(materialized='view') }} select * from {{ ref('m') }}")
        (folder / "models" / "s.yml").write_text("sources: [{name: shop, tables: [{name: orders}]}]\nmodels: [{name: v, description: what}]\n")
        program = Path(sys.executable).parent / "dbt"
        for words in (["run"], ["run"], ["docs", "generate"]):
            subprocess.run([program, *words, "--profiles-dir", "."], cwd=folder, check=True, stdout=subprocess.DEVNULL)


CLIENTS = {"sqlalchemy": sqlalchemy, "asyncpg": in_asyncpg, "psycopg": in_psycopg, "adbc": adbc, "django": django, "odbc": odbc, "duckdb": duckdb, "dbt": dbt}

if __name__ == "__main__":
    CLIENTS[sys.argv[1]]()

"""asyncpg: binary both ways, types looked up in the catalog, cursors, COPY, the pool."""

import asyncio
import datetime as dt
import decimal
import io
import json
import uuid

import asyncpg
import pytest

UTC = dt.timezone.utc


@pytest.fixture
def run(given):
    """Runs a coroutine that gets a connection."""

    def runner(body, **options):
        async def all_of_it():
            words = {**given, "database": given["dbname"], **options}
            words.pop("dbname")
            c = await asyncpg.connect(timeout=20, **words)
            try:
                return await body(c)
            finally:
                await c.close(timeout=20)

        return asyncio.run(all_of_it())

    return runner


VALUES = [
    ("bool", True),
    ("int2", -32768),
    ("int4", 2**31 - 1),
    ("int8", -(2**63)),
    ("float4", 0.5),
    ("float8", 1e300),
    ("float8", float("-inf")),
    ("numeric(24,6)", decimal.Decimal("-12345678901234.000001")),
    ("numeric", decimal.Decimal("0.000001")),
    ("text", "é, 'quotes' and \\"),
    ("bytea", b"\x00\xff'"),
    ("uuid", uuid.UUID("c20b02e4-92ca-4e54-9bfa-40acd1485699")),
    ("date", dt.date(1969, 12, 31)),
    ("time", dt.time(23, 59, 59, 999999)),
    ("timestamp", dt.datetime(2024, 2, 29, 12, 0, 0, 1)),
    ("timestamptz", dt.datetime(1900, 1, 1, 12, tzinfo=UTC)),
    ("interval", dt.timedelta(days=40, seconds=-3, microseconds=5)),
    ("json", '{"a": [1, null]}'),
    ("oid", 4294967295),
    ("name", "pg_class"),
    ("int4[]", [1, None, 3]),
    ("int8[]", []),
    ("text[]", ["a", 'b "c"', None, "NULL", "{}"]),
    ("bool[]", [True, False]),
    ("float8[]", [0.5, -1.0]),
    ("numeric[]", [decimal.Decimal("1.500000"), None]),
    ("date[]", [dt.date(2024, 1, 2)]),
    ("timestamp[]", [dt.datetime(2024, 1, 2, 3)]),
    ("uuid[]", [uuid.UUID(int=1)]),
    ("bytea[]", [b"\x00", b""]),
    ("oid[]", [1, 26]),
]


@pytest.mark.parametrize("type_name, value", VALUES, ids=lambda v: str(v)[:12])
def check_values_go_and_come(run, type_name, value):
    async def body(c):
        assert await c.fetchval(f"select $1::{type_name}", value) == value
        assert await c.fetchval(f"select $1::{type_name}", None) is None
        statement = await c.prepare(f"select $1::{type_name} as v")
        return statement.get_parameters()[0].name, statement.get_attributes()[0].type.name

    bare = type_name.partition("(")[0]
    assert run(body) == (bare, bare)


def check_types_of_catalog_columns(run):
    async def body(c):
        statement = await c.prepare(
            "select c.oid, relname, relkind, array_agg(atttypid order by attnum) as types, attrelid::int8 as number, "
            "min(indkey::text) as key "
            "from pg_class c join pg_attribute on attrelid = c.oid left join pg_index on indrelid = c.oid "
            "where c.oid = any($1::oid[]) and relname = $2 and relkind = $3 group by 1, 2, 3, 5"
        )
        return (
            [p.name for p in statement.get_parameters()],
            [a.type.name for a in statement.get_attributes()],
        )

    assert run(body) == (["oid[]", "name", "char"], ["oid", "name", "char", "oid[]", "int8", "text"])


def check_parameters_are_inferred(run, name):
    async def body(c):
        await c.execute(f"create table {name} (id int, label text, price numeric(10, 2), made timestamp)")
        statement = await c.prepare(f"insert into {name} values ($1, $2, $3, $4)")
        assert [p.name for p in statement.get_parameters()] == ["int4", "text", "numeric", "timestamp"]
        statement = await c.prepare(f"select * from {name} where label = $1 and price > $2 and made = $3")
        assert [p.name for p in statement.get_parameters()] == ["text", "numeric", "timestamp"]
        assert [a.name for a in statement.get_attributes()] == ["id", "label", "price", "made"]
        await c.execute(f"drop table {name}")

    run(body)


INFERRED = {
    "select $1::int4::text": ["int4"],
    "select $1::int + $2": ["int4", "int4"],
    "select 1.5 + $1": ["numeric"],
    "select 1 = any($1)": ["int4[]"],
    "select typname from pg_type where oid = any($1) and typname <> all($2)": ["oid[]", "name[]"],
    "select x.i from (select 1 as i) x where x.i = any ($1::int8[]) or (i + 1) % $2 = 0": ["int8[]", "int4"],
    "select now() - $1": ["timestamptz"],
    "select $1 * i - 1 from (select 2 as i) x": ["int4"],
    "select 1 limit $1 offset $2": ["int8", "int8"],
}


@pytest.mark.parametrize("sql", INFERRED)
def check_types_come_from_neighbours(run, sql):
    async def body(c):
        return [p.name for p in (await c.prepare(sql)).get_parameters()]

    assert run(body) == INFERRED[sql]


def check_any_of_a_list(run):
    async def body(c):
        sql = "select i from generate_series(1, 9) t(i) where i = any($1) and i <> all($2) order by i"
        assert [r["i"] for r in await c.fetch(sql, [2, 3, 5, None], [3])] == [2, 5]
        assert await c.fetch(sql, [2], [None]) == []
        assert await c.fetch(sql, None, []) == []
        assert await c.fetchval("select 7 + $1", -2) == 5

    run(body)


def check_executemany(run, name):
    async def body(c):
        await c.execute(f"create table {name} (id int, label text)")
        await c.executemany(f"insert into {name} values ($1, $2)", [(i, f"row {i}") for i in range(500)])
        assert await c.fetchrow(f"select count(*), sum(id), max(label) from {name}") == (500, 124750, "row 99")
        got = await c.fetchmany(f"insert into {name} values ($1, 'x') returning id", [(1000,), (1001,)])
        assert [r["id"] for r in got] == [1000, 1001]
        with pytest.raises(asyncpg.DataError):
            await c.executemany(f"insert into {name} values ($1, $2)", [(1, "good"), ("bad", "x")])
        assert await c.fetchval(f"select count(*) from {name}") == 502
        await c.execute(f"drop table {name}")

    run(body)


def check_records_and_status(run, name):
    async def body(c):
        assert await c.execute(f"create table {name} (id int, label text)") == "CREATE TABLE"
        assert await c.execute(f"insert into {name} values ($1, $2), (2, 'b')", 1, "a") == "INSERT 0 2"
        row = await c.fetchrow(f"select * from {name} order by id")
        assert dict(row) == {"id": 1, "label": "a"}
        assert await c.execute(f"update {name} set label = 'z' where id = $1", 2) == "UPDATE 1"
        assert await c.execute(f"delete from {name}") == "DELETE 2"
        assert await c.execute(f"drop table {name}") == "DROP TABLE"

    run(body)


def check_transactions(run, name):
    async def body(c):
        await c.execute(f"create table {name} (id int primary key)")
        with pytest.raises(ZeroDivisionError):
            async with c.transaction():
                await c.execute(f"insert into {name} values (1)")
                raise ZeroDivisionError
        async with c.transaction():
            await c.execute(f"insert into {name} values (1)")
            async with c.transaction():
                await c.execute(f"insert into {name} values (2)")
        with pytest.raises(asyncpg.UniqueViolationError):
            await c.execute(f"insert into {name} values (1)")
        async with c.transaction(isolation="repeatable_read", readonly=True):
            assert await c.fetchval(f"select count(*) from {name}") == 2
        await c.execute(f"drop table {name}")

    run(body)


def check_cursors(run):
    async def body(c):
        async with c.transaction():
            seen = [r["i"] async for r in c.cursor("select i from generate_series(1, $1::int) as t(i)", 1000, prefetch=64)]
            assert seen == list(range(1, 1001))
            cursor = await c.cursor("select i from generate_series(1, 10) as t(i)")
            assert (await cursor.fetchrow())["i"] == 1
            assert [r["i"] for r in await cursor.fetch(3)] == [2, 3, 4]
            assert [r["i"] for r in await cursor.fetch(2)] == [5, 6]
            assert (await cursor.fetchrow())["i"] == 7
            assert len(await cursor.fetch(100)) == 3
        with pytest.raises(asyncpg.NoActiveSQLTransactionError):
            async for _ in c.cursor("select 1"):
                pass

    run(body)


def check_cursor_moves(run):
    async def body(c):
        async with c.transaction():
            cursor = await c.cursor("select i from generate_series(1, 10) as t(i)")
            assert await cursor.forward(2) == 2
            assert (await cursor.fetchrow())["i"] == 3

    run(body)


def check_copy(run, name):
    async def body(c):
        await c.execute(f"create table {name} (id int, label text, price numeric(10, 2), made timestamptz, raw bytea)")
        at = dt.datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)
        rows = [(i, f"row {i}" if i % 3 else None, decimal.Decimal(i) / 4, at, bytes([i % 256])) for i in range(1000)]
        assert await c.copy_records_to_table(name, records=rows) == "COPY 1000"
        assert [tuple(r) for r in await c.fetch(f"select * from {name} order by id")] == rows
        text = io.BytesIO()
        assert await c.copy_from_query(f"select id, label from {name} where id < $1 order by id", 3, output=text) == "COPY 3"
        assert text.getvalue() == b"0\t\\N\n1\trow 1\n2\trow 2\n"
        csv = io.BytesIO()
        await c.copy_from_table(name, columns=["id", "label"], output=csv, format="csv", header=True)
        assert csv.getvalue().startswith(b"id,label\n0,\n1,row 1\n")
        await c.execute(f"create table {name}_copy (id int, label text)")
        csv.seek(0)
        assert await c.copy_to_table(f"{name}_copy", source=csv, format="csv", header=True) == "COPY 1000"
        assert await c.fetchval(f"select count(*) from {name} join {name}_copy using (id, label)") == 666
        with pytest.raises(asyncpg.PostgresError):
            await c.copy_to_table(f"{name}_copy", source=io.BytesIO(b"x\ty\n"))
        assert await c.fetchval("select 1") == 1
        await c.execute(f"drop table {name}; drop table {name}_copy")

    run(body)


def check_types_are_looked_up(run, name, pond):
    """asyncpg asks the catalog about types it does not know, and about codecs that are set."""

    async def body(c):
        await c.set_type_codec("json", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        assert await c.fetchval("select $1::json", {"a": [1]}) == {"a": [1]}
        assert await c.fetchval("select $1::json[]", [{"a": 1}, None]) == [{"a": 1}, None]
        await c.execute(f"create type {name} as enum ('sad', 'happy')")
        assert await c.fetchval(f"select 'happy'::{name}") == "happy"
        await c.execute(f"create table {name}_t (m {name}, l {name}[])")
        await c.executemany(f"insert into {name}_t values ($1, $2)", [("sad", ["happy", "sad"]), ("happy", None)])
        await c.copy_records_to_table(f"{name}_t", records=[("sad", ["sad"])])
        got = await c.fetch(f"select m, l from {name}_t where m = $1 order by array_length(l, 1)", "sad")
        assert [tuple(r) for r in got] == [("sad", ["sad"]), ("sad", ["happy", "sad"])]
        assert await c.fetchval(f"select $1::{name}", "sad") == "sad"
        await c.set_type_codec(name, schema="public", encoder=str.lower, decoder=str.lower, format="text")
        assert await c.fetchval(f"select m from {name}_t where m = $1", "happy") == "happy"
        with pytest.raises(asyncpg.DataError):
            await c.execute(f"insert into {name}_t values ($1, null)", "angry")
        await c.execute(f"drop table {name}_t")
        await c.execute(f"drop type {name}")
        with pytest.raises(ValueError, match="unknown type"):
            await c.set_type_codec("nothing_like_it", schema="public", encoder=str, decoder=str)

    run(body)


def check_errors(run):
    async def body(c):
        with pytest.raises(asyncpg.UndefinedTableError):
            await c.fetch("select * from nothing_like_it")
        with pytest.raises(asyncpg.UndefinedColumnError):
            await c.fetch("select nothing_like_it from pg_class")
        with pytest.raises(asyncpg.PostgresSyntaxError) as e:
            await c.fetch("select from where")
        assert e.value.sqlstate == "42601"
        with pytest.raises(asyncpg.PostgresError):
            await c.execute("insert into nothing_like_it values (1)")
        assert await c.fetchval("select 1") == 1

    run(body)


def check_timeouts_cancel(run):
    async def body(c):
        endless = "select count(*) from generate_series(1, 1000000) a(i), generate_series(1, 1000000) b(i) where a.i + b.i = 3"
        with pytest.raises(asyncio.TimeoutError):
            await c.fetchval(endless, timeout=0.3)
        assert await c.fetchval("select 1", timeout=20) == 1
        await c.execute("set statement_timeout = '200ms'")
        with pytest.raises(asyncpg.QueryCanceledError):
            await c.fetchval(endless)
        await c.execute("reset statement_timeout")
        assert await c.fetchval("select 1") == 1

    run(body)


def check_settings(run):
    async def body(c):
        assert c.get_server_version()[0] == 15
        assert c.get_settings().client_encoding == "UTF8"
        assert c.get_server_pid() > 0
        assert await c.fetchval("show application_name") == "checks"
        assert c.get_settings().application_name == "checks"

    run(body, server_settings={"application_name": "checks"})


def check_pool(given):
    async def body():
        words = {**given, "database": given["dbname"]}
        words.pop("dbname")
        async with asyncpg.create_pool(min_size=2, max_size=4, **words) as pool:

            async def one(i):
                async with pool.acquire() as c:
                    await c.execute("set application_name = 'mine'")
                    return await c.fetchval("select $1::int + 1", i)

            assert await asyncio.gather(*(one(i) for i in range(50))) == list(range(1, 51))
            for _ in range(4):
                assert await pool.fetchval("show application_name") != "mine"

    asyncio.run(body())

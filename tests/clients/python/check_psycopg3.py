"""psycopg 3: text and binary, pipelines, named cursors, COPY, prepared statements, async."""

import asyncio
import datetime as dt
import decimal
import json
import threading
import uuid

import psycopg
import pytest
from conftest import differs
from psycopg import sql
from psycopg.rows import class_row, dict_row, scalar_row
from psycopg.types import TypeInfo
from psycopg.types.enum import EnumInfo, register_enum
from psycopg.types.json import Json, Jsonb

UTC = dt.timezone.utc
ENDLESS = "select count(*) from generate_series(1, 1000000) a(i), generate_series(1, 1000000) b(i) where a.i + b.i = 3"


@pytest.fixture
def c(given):
    with psycopg.connect(**given, autocommit=True) as connection:
        yield connection


VALUES = [
    ("bool", True),
    ("int2", -7),
    ("int4", 2**31 - 1),
    ("int8", -(2**63)),
    ("float4", 0.5),
    ("float8", 1.25e-300),
    ("numeric(20,4)", decimal.Decimal("1234567890.1234")),
    ("text", "é 'x' \\ \n"),
    ("bytea", b"\x00\xff\\"),
    ("uuid", uuid.UUID("c20b02e4-92ca-4e54-9bfa-40acd1485699")),
    ("date", dt.date(1, 1, 1)),
    ("date", dt.date(9999, 12, 31)),
    ("time", dt.time(1, 2, 3, 4)),
    ("timestamp", dt.datetime(2024, 2, 29, 23, 59, 59, 999999)),
    ("timestamptz", dt.datetime(1969, 7, 20, 20, 17, tzinfo=UTC)),
    ("interval", dt.timedelta(days=-3, seconds=5, microseconds=7)),
    ("oid", 4294967295),
    ("name", "relname"),
    ("int4[]", [3, None, -1]),
    ("text[]", ["a,b", 'c"d', None, "", "\\"]),
    ("numeric(10,2)[]", [decimal.Decimal("0.50")]),
    ("timestamp[]", [dt.datetime(2020, 1, 1), None]),
    ("date[]", []),
    ("bytea[]", [b"a", b"\x00"]),
    ("uuid[]", [uuid.UUID(int=7)]),
    ("bool[]", [True, None, False]),
]


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("type_name, value", VALUES, ids=lambda v: str(v)[:14])
def check_values_go_and_come(c, type_name, value, binary):
    mark = "%b" if binary else "%t"
    with c.cursor(binary=binary) as cursor:
        cursor.execute("set time zone 'UTC'")
        cursor.execute(f"select {mark}::{type_name} as v, null::{type_name} as n", [value])
        assert cursor.fetchone() == (value, None)
        assert cursor.execute(f"select {mark}::{type_name}", [None]).fetchone() == (None,)


def check_values_in_a_table(c, name):
    c.execute(f"create table {name} (a int, b text, c numeric(12, 3), d date, e timestamptz, f bytea, g int[], h json)")
    row = (1, "x", decimal.Decimal("-1.125"), dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, tzinfo=UTC), b"\x01", [1, 2], {"k": [1]})
    c.execute("set time zone 'UTC'")
    for binary in (False, True):
        mark = "%b" if binary else "%s"
        marks = ", ".join([mark] * 7)
        c.execute(f"insert into {name} values ({marks}, %s)", [*row[:-1], Json(row[-1])], binary=binary)
    for binary in (False, True):
        assert c.execute(f"select * from {name}", binary=binary).fetchall() == [row, row]
    assert [d.type_code for d in c.execute(f"select * from {name}").description] == [23, 25, 1700, 1082, 1184, 17, 1007, 114]
    description = c.execute(f"select c from {name}").description[0]
    assert (description.name, description.precision, description.scale) == ("c", 12, 3)
    c.execute(f"drop table {name}")


def check_json(c):
    value = {"a": [1, 2.5, None, "é"], "b": {"c": True}}
    assert c.execute("select %s::json", [Json(value)]).fetchone() == (value,)
    assert json.loads(c.execute("select %s::json ->> 'b'", [Json(value)]).fetchone()[0]) == value["b"]
    assert c.execute("select (%s::jsonb -> 'a' ->> 3)", [Jsonb(value)]).fetchone() == ("é",)


def check_client_cursor(given, name):
    with psycopg.connect(**given, cursor_factory=psycopg.ClientCursor, autocommit=True) as c:
        c.execute(f"create table {name} (a int, b text, c timestamptz)")
        at = dt.datetime(2024, 1, 1, tzinfo=UTC)
        c.execute(f"insert into {name} values (%s, %s, %s)", [1, "it's \\ %", at])
        assert c.execute(f"select * from {name} where b like %s", ["it's%"]).fetchone() == (1, "it's \\ %", at)
        assert c.cursor().mogrify("select %s, %s", ["a'b", None]) == "select 'a''b', NULL"
        c.execute(f"drop table {name}")


def check_client_cursor_with_lists(given, name):
    with psycopg.connect(**given, cursor_factory=psycopg.ClientCursor) as c:
        c.execute(f"create table {name} (a text[])")
        c.execute(f"insert into {name} values (%s)", [["x", "y'z"]])


def check_server_side_binding_cannot_be_mixed_up(c):
    """A text that looks like SQL stays a value."""
    for text in ("'; drop table x; --", "$1", "%s", "\\x41"):
        assert c.execute("select %s::text", [text]).fetchone() == (text,)


def check_prepared_statements(given):
    with psycopg.connect(**given, autocommit=True, prepare_threshold=2) as c:
        for i in range(6):
            assert c.execute("select %s::int + 1", [i]).fetchone() == (i + 1,)
        assert len(c._prepared._names) == 1
        assert c.execute("select %s::text", ["a"], prepare=True).fetchone() == ("a",)
        c.execute("create table if not exists prepared_about (a int)")
        c.execute("insert into prepared_about values (%s)", [1], prepare=True)
        for i in range(5):
            count = c.execute("select count(*) from prepared_about where a = %s", [1], prepare=True).fetchone()[0]
            c.execute("insert into prepared_about values (%s)", [1], prepare=True)
            assert count == i + 1
        c.execute("drop table prepared_about")


def check_pipeline(c, name):
    c.execute(f"create table {name} (a int primary key, b text)")
    with c.pipeline() as p:
        c.execute(f"insert into {name} values (1, 'one')")
        read = c.execute(f"select * from {name}")
        p.sync()
        assert read.fetchall() == [(1, "one")]
        with c.cursor() as cursor:
            cursor.executemany(f"insert into {name} values (%s, %s)", [(i, str(i)) for i in range(2, 100)])
        count = c.execute(f"select count(*) from {name}")
    assert count.fetchone() == (99,)
    with pytest.raises(psycopg.errors.UniqueViolation), c.pipeline():
        c.execute(f"insert into {name} values (200, 'x')")
        c.execute(f"insert into {name} values (1, 'again')")
        c.execute(f"insert into {name} values (300, 'never')")
    assert c.execute(f"select count(*) from {name} where a >= 200").fetchone() == (0,)
    c.execute(f"drop table {name}")


def check_executemany_returning(c, name):
    c.execute(f"create table {name} (a int, b text)")
    with c.cursor() as cursor:
        cursor.executemany(f"insert into {name} values (%s, %s) returning a", [(1, "x"), (2, "y")], returning=True)
        got = [cursor.fetchone()[0]]
        while cursor.nextset():
            got.append(cursor.fetchone()[0])
        assert got == [1, 2]
        cursor.executemany(f"update {name} set b = %s where a >= %s", [("z", 1), ("w", 2)])
        assert cursor.rowcount == 3
    c.execute(f"drop table {name}")


def check_rows(c, name):
    class Row:
        def __init__(self, a, b):
            self.a, self.b = a, b

    assert c.cursor(row_factory=dict_row).execute("select 1 as a, 'x' as b").fetchone() == {"a": 1, "b": "x"}
    assert c.cursor(row_factory=class_row(Row)).execute("select 1 as a, 'x' as b").fetchone().b == "x"
    assert c.cursor(row_factory=scalar_row).execute("select a from generate_series(1, 3) t(a)").fetchall() == [1, 2, 3]
    cursor = c.execute("select a from generate_series(1, 5000) t(a)")
    assert (cursor.rowcount, cursor.statusmessage) == (5000, "SELECT 5000")
    assert cursor.fetchmany(3) == [(1,), (2,), (3,)]
    cursor.scroll(10)
    assert cursor.fetchone() == (14,)
    cursor = c.execute("select 1; select 2, 3")
    assert cursor.fetchall() == [(1,)]
    assert cursor.nextset() and cursor.fetchall() == [(2, 3)]
    assert [r for r in c.cursor().stream("select a from generate_series(1, 100) t(a)")] == [(i,) for i in range(1, 101)]
    query = sql.SQL("select {} as {}").format(sql.Literal("it's"), sql.Identifier('a "b"'))
    assert c.execute(query).description[0].name == 'a "b"'


def check_transactions(given, name):
    with psycopg.connect(**given) as c:
        c.execute(f"create table {name} (a int primary key)")
        c.commit()
        assert c.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        c.execute(f"insert into {name} values (1)")
        assert c.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        with pytest.raises(psycopg.errors.UniqueViolation):
            c.execute(f"insert into {name} values (1)")
        assert c.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            c.execute("select 1")
        c.rollback()
        assert c.execute(f"select count(*) from {name}").fetchone() == (0,)
        c.rollback()
        with c.transaction():
            c.execute(f"insert into {name} values (1)")
            with c.transaction():
                c.execute(f"insert into {name} values (2)")
        with c.transaction(), pytest.raises(ZeroDivisionError), c.transaction():
            raise ZeroDivisionError
        with c.transaction(force_rollback=True):
            c.execute(f"insert into {name} values (3)")
        assert c.execute(f"select array_agg(a order by a) from {name}").fetchone() == ([1, 2],)
        c.rollback()
        c.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        c.read_only = True
        c.execute("select 1")
        c.rollback()
        c.isolation_level = c.read_only = None
        c.execute(f"drop table {name}")


@differs("DuckDB has no savepoints: going back behind a change is refused, and the whole transaction with it")
def check_a_savepoint_takes_back(c, name):
    c.execute(f"create table {name} (a int)")
    with c.transaction():
        c.execute(f"insert into {name} values (1)")
        with pytest.raises(ZeroDivisionError), c.transaction():
            c.execute(f"insert into {name} values (2)")
            raise ZeroDivisionError
    assert c.execute(f"select count(*) from {name}").fetchone() == (1,)


def check_two_phase_is_refused(given):
    c = psycopg.connect(**given)
    c.tpc_begin(c.xid(1, "gtrid", "bqual"))
    with pytest.raises(psycopg.NotSupportedError):
        c.tpc_prepare()
    c.close()


def check_copy_text(c, name):
    c.execute(f"create table {name} (a int, b text, c numeric(8, 2))")
    with c.cursor() as cursor:
        with cursor.copy(f"copy {name} from stdin") as copy:
            copy.write_row((1, "tab\tline\nback\\", decimal.Decimal("1.50")))
            copy.write_row((2, None, None))
            copy.write_row((3, "", decimal.Decimal("-7")))
        assert cursor.rowcount == 3
        with cursor.copy(f"copy (select * from {name} order by a) to stdout") as copy:
            copy.set_types(["int4", "text", "numeric"])
            assert list(copy.rows()) == [(1, "tab\tline\nback\\", decimal.Decimal("1.50")), (2, None, None), (3, "", decimal.Decimal("-7.00"))]
        with cursor.copy(f"copy {name} (a, b) to stdout with (format csv, header, force_quote (b))") as copy:
            assert b"".join(copy).splitlines()[0] == b"a,b"
        with pytest.raises(psycopg.errors.InvalidTextRepresentation), cursor.copy(f"copy {name} from stdin") as copy:
            copy.write("x\ty\t1\n")
        with pytest.raises(ZeroDivisionError), cursor.copy(f"copy {name} from stdin") as copy:
            copy.write("9\ty\t1\n")
            raise ZeroDivisionError
    assert c.execute(f"select count(*) from {name}").fetchone() == (3,)
    c.execute(f"drop table {name}")


def check_copy_binary(c, name):
    types = ["int4", "int8", "text", "float8", "numeric", "timestamptz", "date", "bytea", "uuid", "int4[]", "bool"]
    columns = ", ".join(f"c{i} {'numeric(10,2)' if t == 'numeric' else t}" for i, t in enumerate(types))
    at = dt.datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)
    rows = [
        (1, -(2**40), "é", 0.1, decimal.Decimal("12.50"), at, at.date(), b"\x00\x01", uuid.UUID(int=9), [1, None], True),
        tuple([None] * len(types)),
    ]
    c.execute("set time zone 'UTC'")
    c.execute(f"create table {name} ({columns})")
    with c.cursor() as cursor:
        with cursor.copy(f"copy {name} from stdin (format binary)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
        with cursor.copy(f"copy (select * from {name} order by c0 nulls last) to stdout (format binary)") as copy:
            copy.set_types(types)
            assert list(copy.rows()) == rows
    assert c.execute(f"select * from {name} order by c0 nulls last", binary=True).fetchall() == rows
    c.execute(f"drop table {name}")


def check_copy_from_one_to_another(given, name):
    with psycopg.connect(**given, autocommit=True) as one, psycopg.connect(**given, autocommit=True) as two:
        one.execute(f"create table {name} as select a, 'row ' || a as b from generate_series(1, 20000) t(a)")
        one.execute(f"create table {name}_copy (a int, b text)")
        with one.cursor().copy(f"copy {name} to stdout") as out, two.cursor().copy(f"copy {name}_copy from stdin") as back:
            for data in out:
                back.write(data)
        assert two.execute(f"select count(*), sum(a) from {name}_copy where b = 'row ' || a").fetchone() == (20000, 200010000)
        one.execute(f"drop table {name}; drop table {name}_copy")


def check_cancel(c):
    timer = threading.Timer(0.3, c.cancel_safe)
    timer.start()
    with pytest.raises(psycopg.errors.QueryCanceled):
        c.execute(ENDLESS)
    timer.join()
    assert c.execute("select 1").fetchone() == (1,)


def check_async(given, name):
    async def body():
        async with await psycopg.AsyncConnection.connect(**given, autocommit=True) as c:
            await c.execute(f"create table {name} (a int)")
            async with c.pipeline():
                async with c.cursor() as cursor:
                    await cursor.executemany(f"insert into {name} values (%s)", [(i,) for i in range(50)])
            async with c.cursor() as cursor:
                await cursor.execute(f"select a from {name} order by a")
                assert [r[0] async for r in cursor] == list(range(50))
                async with cursor.copy(f"copy {name} to stdout") as copy:
                    assert len([r async for r in copy.rows()]) == 50
            task = asyncio.create_task(c.execute(ENDLESS))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await (await c.execute("select count(*) from " + name)).fetchone() == (50,)
            await c.execute(f"drop table {name}")

    asyncio.run(body())


def check_errors(c):
    for statement, error in {
        "select * from nowhere": psycopg.errors.UndefinedTable,
        "select nothing from pg_class": psycopg.errors.UndefinedColumn,
        "selec 1": psycopg.errors.SyntaxError,
        "select nofunction(1)": psycopg.errors.UndefinedFunction,
        "select 'x'::int": psycopg.errors.InvalidTextRepresentation,
        "select 'x'::date": psycopg.errors.InvalidDatetimeFormat,
        "select 300000000000::int": psycopg.errors.NumericValueOutOfRange,
        "insert into nowhere values (1)": psycopg.errors.UndefinedTable,
    }.items():
        with pytest.raises(error):
            c.execute(statement)
    with pytest.raises(psycopg.Error) as e:
        c.execute("select 1, nowhere from pg_class")
    assert e.value.diag.severity == "ERROR" and e.value.diag.message_primary and e.value.diag.statement_position == "11"


def check_types_are_looked_up(c, name):
    info = TypeInfo.fetch(c, "numeric")
    assert (info.oid, info.array_oid, info.regtype) == (1700, 1231, "numeric")
    assert TypeInfo.fetch(c, "nothing_like_it") is None
    assert TypeInfo.fetch(c, "pg_catalog.int4").oid == 23


def check_enums_are_looked_up(c, name):
    c.execute(f"create type {name} as enum ('sad', 'happy')")
    info = EnumInfo.fetch(c, name)
    assert (info.name, info.labels) == (name, ["sad", "happy"]) and info.oid != info.array_oid
    c.execute(f"create table {name}_t (m {name}, l {name}[])")
    register_enum(info, c)
    c.execute(f"insert into {name}_t values (%s, %s)", [info.enum.sad, [info.enum.happy]])
    assert c.execute(f"select m::text, l::text[] from {name}_t where m = %s", [info.enum.sad]).fetchone() == ("sad", ["happy"])
    c.execute(f"drop table {name}_t; drop type {name}")


@differs("an enum is text on the wire, which no registered type hears of")
def check_registered_enums_are_read(c, name):
    c.execute(f"create type {name} as enum ('sad', 'happy')")
    try:
        register_enum(EnumInfo.fetch(c, name), c)
        assert c.execute(f"select 'sad'::{name}").fetchone()[0].name == "sad"
    finally:
        c.execute(f"drop type {name}")


def check_enum_values(c, name):
    c.execute(f"create type {name} as enum ('sad', 'happy')")
    c.execute(f"create table {name}_t (m {name})")
    c.execute(f"insert into {name}_t values (%s), ('sad')", ["happy"])
    assert c.execute(f"select m::text as t from {name}_t order by t desc").fetchall() == [("sad",), ("happy",)]
    with pytest.raises(psycopg.DataError):
        c.execute(f"insert into {name}_t values (%s)", ["angry"])
    c.execute(f"drop table {name}_t; drop type {name}")


def check_connection_info(c, given):
    assert c.info.server_version >= 150000
    assert c.info.encoding == "utf-8"
    assert c.info.dbname == given["dbname"] and c.info.user == given["user"]
    assert c.info.parameter_status("standard_conforming_strings") == "on"
    assert c.info.backend_pid > 0
    assert c.info.timezone is not None


def check_time_zone_of_the_session(c):
    c.execute("set time zone 'Europe/Berlin'")
    at = c.execute("select '2024-07-01 12:00:00+00'::timestamptz").fetchone()[0]
    assert at == dt.datetime(2024, 7, 1, 12, tzinfo=UTC)
    assert c.execute("select '2024-07-01 12:00:00'::timestamptz at time zone 'UTC'").fetchone()[0] == dt.datetime(2024, 7, 1, 10)


def check_named_cursor(given):
    with psycopg.connect(**given) as c:
        with c.cursor("named") as cursor:
            cursor.itersize = 100
            cursor.execute("select a from generate_series(1, %s) t(a)", [1000])
            assert cursor.fetchone() == (1,)
            assert cursor.fetchmany(2) == [(2,), (3,)]
            assert sum(r[0] for r in cursor) == 1000 * 1001 // 2 - 6
        with c.cursor("scrolled", scrollable=True) as cursor:
            cursor.execute("select a from generate_series(1, 10) t(a)")
            cursor.scroll(5)
            assert cursor.fetchone() == (6,)
            cursor.scroll(0, mode="absolute")
            assert cursor.fetchone() == (1,)


def check_notify_is_refused(c, pond):
    if not pond:
        c.execute("listen here")
        return
    for statement in ("listen here", "notify here, 'x'"):
        with pytest.raises((psycopg.errors.FeatureNotSupported, psycopg.errors.SyntaxError)):
            c.execute(statement)
    assert c.execute("select 1").fetchone() == (1,)

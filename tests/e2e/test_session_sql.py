"""What SQL says to the session itself, not to the data: PREPARE and EXECUTE, LOCK, transactions, refused statements; compared with PostgreSQL."""

import textwrap

import psycopg
import pytest
from program import Pond
from psycopg import pq
from transcript import Client, transcript

from server import Server

TABLE = "create table numbers as select i::int as i, 'n' || i as name from generate_series(1, 10) s(i)"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    under_test = Server(Pond(tmp_path_factory.mktemp("session"))).up()
    assert under_test.psql("-c", TABLE).returncode == 0
    yield under_test
    assert under_test.status()["restarts"] == 0, under_test.running.said()
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    under_test.pond.cleanup()


@pytest.fixture(scope="module")
def real(postgres):
    with psycopg.connect(**postgres.connection, autocommit=True) as c:
        c.execute("drop table if exists numbers")
        c.execute(TABLE)
    return postgres


@pytest.fixture
def c(server):
    with server.connect() as connection:
        yield connection


PREPARE = {
    "prepare": """
        prepare one as select 1 as a
        execute one
        execute One
        prepare one as select 2
        deallocate one
        execute one
        deallocate one
        deallocate prepare all
        prepare typed (int, text) as select $1 + 1 as a, $2 || '!' as b
        execute typed(1, 'x')
        execute typed(-41, E'y\\'z')
        execute typed(1 + 1, upper('abc'))
        execute typed(null, null)
        execute typed('7', $$q$$)
        execute typed(1)
        execute typed
        execute typed(1, 'x', 3)
        execute typed('x', 'y')
        deallocate all
        execute typed(1, 'x')
    """,
    "statements of all kinds": """
        create temp table kept (a int, b text)
        prepare put (int, text) as insert into kept values ($1, $2)
        execute put(1, 'a')
        execute put(2, 'b''c')
        prepare change (int) as update kept set b = b || '+' where a >= $1
        execute change(2)
        prepare look as select * from kept order by a
        execute look
        prepare remove as delete from kept where a = 1
        execute remove
        execute look
        execute remove
        prepare list as with v(a, b) as (values (1, 'x'), (2, 'y')) select * from v order by a
        execute list
        prepare give (int) as insert into kept values ($1, 'r') returning a
        execute give(9)
        prepare nope as create table t (a int)
        prepare nope as select * from nowhere
        prepare nope as
        prepare nope
        prepare
        execute
        execute look()
        execute look(
        deallocate
        prepare transaction 'x'
        discard all
        execute look
    """,
    "in a transaction": """
        begin
        prepare one as select count(*) from numbers
        execute one
        execute nope
        execute one
        rollback
        execute one
        prepare two as select 1 as a; execute two; deallocate two
    """,
    "names": """
        prepare "A b" as select 1 as a
        execute "A b"
        execute "a b"
        prepare ab as select 2 as a
        execute AB
        execute "AB"
        deallocate "A b"
        deallocate AB
        deallocate "AB"
    """,
    "types": """
        prepare t1 (timestamp with time zone, numeric(10,2), int[], boolean, date) as select $1 > '2019-01-01' as t, $2 as n, $3 as l, $4 as b, $5 as d
        execute t1('2020-01-01', 1.25, '{1,2,NULL}', 'yes', '2020-02-03')
        execute t1('2020-01-01', '7.50', array[4,5], true, date '2020-02-03' + 1)
        prepare t2 (nosuchtype) as select $1
        prepare t3 as select i from numbers where i = $1 and name = $2
        execute t3(3, 'n3')
        execute t3('4', 'n4')
        execute t3('x', 'n4')
    """,
}


def same(server, real, script, extended=False):
    script = textwrap.dedent(script)
    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        ours_said, theirs_said = transcript(ours, script, extended), transcript(theirs, script, extended)
    for mine, yours in zip(ours_said, theirs_said, strict=True):
        assert mine == yours


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("name", PREPARE)
def test_prepare_as_postgresql(server, real, name, extended):
    same(server, real, PREPARE[name], extended)


def test_one_name_space_with_the_protocol(server, real):
    def told(connection):
        client = Client(connection)
        raw = client.raw
        out = []
        raw.prepare(b"s1", b"select $1::int + 1 as a")
        out.append(client.message("execute s1(41)"))
        out.append(client.message("prepare s1 as select 1"))
        out.append(client.message("prepare s2 (int) as select $1 * 2 as b"))
        result = raw.exec_prepared(b"s2", [b"21"])
        out.append((result.fname(0), result.get_value(0, 0)))
        described = raw.describe_prepared(b"s2")
        out.append((described.nparams, described.param_type(0), described.ftype(0)))
        again = raw.prepare(b"s2", b"select 1")
        out.append(again.error_field(pq.DiagnosticField.SQLSTATE))
        out.append(client.message("deallocate s1"))
        out.append(raw.exec_prepared(b"s1", [b"21"]).error_field(pq.DiagnosticField.SQLSTATE))
        raw.prepare(b"e", b"execute s2(4)")
        described = raw.describe_prepared(b"e")
        out.append((described.nfields, described.fname(0)))
        out.append(raw.exec_prepared(b"e", [], result_format=1).get_value(0, 0))
        return out

    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        assert told(ours) == told(theirs)


def test_an_executed_statement_sees_new_rows(server, c):
    """DuckDB 1.5 answers from an old plan when a statement without parameters is kept (duckdb#23704)."""
    c.execute("create or replace table kept as select * from range(1000) t(k)")
    c.execute("prepare ask as select count(*) from kept where k > 1000")
    with server.connect() as other:
        for n in range(20):
            assert c.execute("execute ask").fetchone() == (n,)
            other.execute("insert into kept values (2000)")


def test_refused_with_a_hint(c):
    for sql in (
        "listen x",
        "notify x, 'y'",
        "grant select on numbers to me",
        "revoke all on numbers from me",
        "create role x",
        "create user x password 'y'",
        "alter role x superuser",
        "drop user x",
        "security label on table numbers is 'x'",
        "force checkpoint",
        "explain execute x",
        "explain (analyze, verbose) execute x(1)",
        "explain analyze execute x",
        "create table y as execute x",
    ):
        with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
            c.execute(sql)
        assert caught.value.diag.message_hint, sql
    assert c.execute("unlisten *").statusmessage == "UNLISTEN"
    assert c.execute("explain select 1 as execute").fetchone()


OTHER = {
    "lock": """
        lock table numbers
        begin
        lock table numbers
        lock numbers in share mode
        lock table only numbers, numbers * in access exclusive mode nowait
        lock table public.numbers in row exclusive mode
        lock table numbers in some mode
        rollback
        begin
        lock table nowhere
        rollback
        lock table numbers; select 1 as a
    """,
    "others": """
        unlisten *
        unlisten x
        discard all
        begin
        discard all
        rollback
        checkpoint
    """,
}


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("name", OTHER)
def test_others_as_postgresql(server, real, name, extended):
    if extended and name == "lock":
        pytest.skip("one message has one statement there")
    same(server, real, OTHER[name], extended)

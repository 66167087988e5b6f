"""A prepared statement with parameters keeps its plan from one Execute to the next. What may change between two of them, beside a real
PostgreSQL."""

import psycopg
import pytest
from program import Pond

from server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pond = Pond(tmp_path_factory.mktemp("again"))
    under_test = Server(pond).up()
    yield under_test
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    pond.cleanup()


@pytest.fixture(params=["pond", "postgres"])
def connect(request, server, postgres):
    """A function that connects, to either."""
    if request.param == "pond":
        return server.connect
    return lambda **more: psycopg.connect(**postgres.connection, autocommit=True, **more)


@pytest.fixture
def two(connect):
    """A session under test, and another one."""
    with connect() as c, connect() as other:
        other.execute("drop table if exists again")
        other.execute("create table again (k bigint, v text)")
        other.execute("insert into again select i, 'v' || i from generate_series(1, 1000) t(i)")
        yield c, other


def prepare(c, sql: str) -> None:
    assert c.pgconn.prepare(b"again", sql.encode()).status == psycopg.pq.ExecStatus.COMMAND_OK


def run(c, *values) -> list | str:
    """The rows, or the SQLSTATE."""
    result = c.pgconn.exec_prepared(b"again", [None if value is None else str(value).encode() for value in values])
    if state := result.error_field(psycopg.pq.DiagnosticField.SQLSTATE):
        return state.decode()
    return [tuple(result.get_value(row, column) for column in range(result.nfields)) for row in range(result.ntuples)]


def test_rows_that_others_commit(two):
    """Both conditions are folded by statistics when they are planned."""
    c, other = two
    prepare(c, "select count(*) from again where k > 1000 and $1::int = 1")
    for turn in range(50):
        assert run(c, 1) == [(str(turn).encode(),)]
        assert run(c, 2) == [(b"0",)]
        other.execute(f"insert into again values ({2000 + turn}, 'new')")


def test_values_of_all_kinds(two):
    c, _ = two
    prepare(c, "select k, $2::text from again where k = $1::int")
    assert run(c, 7, "x") == [(b"7", b"x")]
    assert run(c, None, "x") == []
    assert run(c, 8, None) == [(b"8", None)]
    assert run(c, "none", "x") == "22P02"
    assert run(c, 9, "y") == [(b"9", b"y")]


def test_an_error_while_it_runs(two):
    c, _ = two
    prepare(c, "select (10000 * $1::int)::smallint")
    assert run(c, 2) == [(b"20000",)]
    assert run(c, 4) == "22003"
    assert run(c, 3) == [(b"30000",)]


def test_changed_rows(two):
    c, other = two
    prepare(c, "update again set v = $2 where k = $1::int")
    for turn in range(5):
        assert run(c, 3, f"turn {turn}") == []
        assert other.execute("select v from again where k = 3").fetchone() == (f"turn {turn}",)
    prepared = c.execute("select count(*) from pg_prepared_statements").fetchone()
    assert prepared == (1,)


@pytest.mark.parametrize("by", ["itself", "another"])
@pytest.mark.parametrize(
    "change, sql, expected",
    [
        ("alter table again add column w int", "select * from again where k = $1::int", "0A000"),
        ("alter table again add column w int", "select v from again where k = $1::int", [(b"v5",)]),
        ("alter table again alter column k type integer", "select k from again where k = $1::int", "0A000"),
        ("alter table again rename column v to w", "select v from again where k = $1::int", "42703"),
        ("drop table again", "select v from again where k = $1::int", "42P01"),
        ("drop table again; create table again as select 5::bigint as k, 'other'::text as v", "select v from again where k = $1::int",
         [(b"other",)]),
    ],
)  # fmt: skip
def test_another_definition(two, change, sql, expected, by):
    c, other = two
    prepare(c, sql)
    assert len(run(c, 5)) == 1
    (c if by == "itself" else other).execute(change)
    assert run(c, 5) == expected
    assert run(c, 5) == expected


def test_another_search_path(two):
    c, other = two
    other.execute("create schema if not exists elsewhere")
    other.execute("drop table if exists elsewhere.again")
    other.execute("create table elsewhere.again as select 5::bigint as k, 'elsewhere'::text as v")
    prepare(c, "select v from again where k = $1::int")
    assert run(c, 5) == [(b"v5",)]
    c.execute("set search_path to elsewhere, public")
    assert run(c, 5) == [(b"elsewhere",)]
    c.execute("reset search_path")
    assert run(c, 5) == [(b"v5",)]


def test_another_time_zone(two):
    c, _ = two
    c.execute("set timezone to 'UTC'")
    prepare(c, "select '2026-07-01 00:00:00+00'::timestamptz::text where $1::int = 1")
    assert run(c, 1) == [(b"2026-07-01 00:00:00+00",)]
    c.execute("set timezone to 'Asia/Tokyo'")
    assert run(c, 1) == [(b"2026-07-01 09:00:00+09",)]


def test_a_temporary_table_of_the_name(two):
    c, _ = two
    prepare(c, "select v from again where k = $1::int")
    assert run(c, 5) == [(b"v5",)]
    c.execute("create temp table again as select 5::bigint as k, 'temporary'::text as v")
    assert run(c, 5) == [(b"temporary",)]
    c.execute("drop table pg_temp.again")
    assert run(c, 5) == [(b"v5",)]


def test_more_than_are_kept(connect):
    with connect() as c:
        for number in range(200):
            c.pgconn.prepare(f"p{number}".encode(), f"select $1::int + {number}".encode())
        for number in list(range(200)) + list(range(0, 200, 3)):
            assert c.pgconn.exec_prepared(f"p{number}".encode(), [b"1"]).get_value(0, 0) == str(number + 1).encode()


def test_two_portals_of_one_statement(connect):
    """psycopg's cursors of the protocol: each FETCH in turn, of the same text with other values."""
    with connect() as c, c.transaction():
        c.execute("prepare numbers(int) as select $1 * i from generate_series(1, 5) t(i)")
        c.execute("declare one cursor for select 1 * i from generate_series(1, 5) t(i)")
        assert [row[0] for row in c.execute("execute numbers(2)")] == [2, 4, 6, 8, 10]
        assert c.execute("fetch 2 from one").fetchall() == [(1,), (2,)]
        assert [row[0] for row in c.execute("execute numbers(3)")] == [3, 6, 9, 12, 15]
        assert c.execute("fetch 2 from one").fetchall() == [(3,), (4,)]
        c.execute("deallocate numbers")

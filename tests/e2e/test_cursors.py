"""Cursors of SQL: DECLARE, FETCH, MOVE, CLOSE, compared with PostgreSQL's; and what drivers make of them."""

import os
import textwrap
from pathlib import Path

import psycopg
import pytest
from program import Pond
from psycopg import pq
from transcript import Client, transcript

from server import Server

TABLE = "create table numbers as select i, 'n' || i as name from generate_series(1, 10) s(i)"


SCRIPTS = {
    "forward": """
        begin
        declare c no scroll cursor for select * from numbers order by i
        fetch c
        fetch next from c
        fetch 2 from c
        fetch forward 2 in c
        fetch forward from c
        fetch relative 2 from c
        fetch absolute 10 from c
        fetch c
        fetch all from c
        close c
        commit
    """,
    "no way back": """
        begin
        declare c no scroll cursor for select * from numbers order by i
        fetch 3 from c
        savepoint a
        fetch backward 1 from c
        rollback
        begin
        declare c no scroll cursor for select * from numbers order by i
        fetch 3 from c
        fetch 0 from c
        rollback
        begin
        declare c no scroll cursor for select * from numbers order by i
        fetch 3 from c
        fetch absolute 2 from c
        rollback
        begin
        declare c no scroll cursor for select * from numbers order by i
        fetch last from c
        rollback
        begin
        declare c no scroll cursor for select * from numbers order by i
        move 0 from c
        fetch -1 from c
        rollback
    """,
    "scroll": """
        begin
        declare c scroll cursor for select * from numbers order by i
        fetch last from c
        fetch prior from c
        fetch first from c
        fetch prior from c
        fetch prior from c
        fetch next from c
        fetch absolute 5 from c
        fetch 0 from c
        fetch backward 2 from c
        fetch backward all from c
        fetch all from c
        fetch 0 from c
        fetch backward from c
        fetch absolute -3 from c
        fetch absolute 100 from c
        fetch backward from c
        fetch absolute -100 from c
        fetch relative 3 from c
        fetch relative -1 from c
        fetch relative 0 from c
        fetch absolute 0 from c
        fetch relative -1 from c
        fetch -2 from c
        fetch forward all from c
        fetch -2 from c
        fetch backward -2 from c
        commit
    """,
    "move": """
        begin
        declare c scroll cursor for select * from numbers order by i
        move 3 from c
        fetch c
        move backward 2 in c
        fetch c
        move all from c
        move c
        move last from c
        move first from c
        move 0 from c
        move absolute 0 from c
        move relative 4 from c
        fetch c
        move forward all in c
        move prior from c
        fetch c
        commit
    """,
    "without a word it goes back while that is cheap": """
        begin
        declare c cursor for select * from numbers
        fetch 3 from c
        fetch backward 1 from c
        fetch absolute 1 from c
        commit
    """,
    "where they may be": """
        declare c cursor for select 1
        fetch c
        move c
        close c
        close all
        begin
        close c
        rollback
        begin
        fetch c
        fetch c
        rollback
        begin
        declare c cursor for select 1
        declare c cursor for select 2
        rollback
        declare c cursor for select 1 as a; fetch all from c; close c
        declare c cursor for select 1 as a; fetch all from c
        fetch c
    """,
    "names": """
        begin
        declare Cee cursor for select 1 as a
        declare "Cee" cursor for select 2 as a
        fetch cee
        fetch "Cee"
        fetch CEE
        close "Cee"
        close cee
        declare next cursor for select 3 as a
        fetch next next
        fetch all in next
        rollback
    """,
    "they end with their transaction": """
        begin
        declare c cursor for select * from numbers order by i
        fetch c
        commit
        fetch c
        begin
        declare c cursor for select * from numbers order by i
        rollback
        fetch c
    """,
    "hold": """
        begin
        declare c cursor with hold for select * from numbers order by i
        fetch 2 from c
        commit
        fetch 2 from c
        begin
        fetch 2 from c
        rollback
        fetch 2 from c
        close c
        fetch c
        begin
        declare c cursor with hold for select * from numbers order by i
        rollback
        fetch c
        declare c scroll cursor with hold for select * from numbers order by i
        fetch last from c
        fetch first from c
        begin
        select 1/0 from nowhere
        fetch c
        rollback
        fetch c
        close all
        fetch c
        declare c no scroll cursor with hold for select * from numbers order by i
        fetch 2 from c
        declare c cursor with hold for select 1
        close c
    """,
    "snapshot": """
        create temp table seen (a int)
        insert into seen values (1)
        begin
        declare c cursor for select * from seen order by a
        insert into seen values (2)
        fetch all from c
        select count(*) from seen
        rollback
    """,
    "two at once": """
        begin
        declare a cursor for select i from numbers order by i
        declare b cursor for select i from numbers order by i desc
        fetch 2 from a
        fetch 2 from b
        fetch 2 from a
        select count(*) from numbers
        fetch 2 from b
        fetch all from a
        fetch all from b
        commit
    """,
    "words": """
        begin
        declare c insensitive cursor without hold for select 1 as a
        declare d asensitive no scroll cursor for values (1), (2)
        declare e binary cursor for select 5::int as a
        fetch c
        move d
        close e
        rollback
        begin
        declare c scroll no scroll cursor for select 1
        rollback
        begin
        declare c cursor for insert into numbers values (1)
        rollback
        begin
        declare c cursor select 1
        rollback
        begin
        declare c cursor for select * from nowhere
        rollback
        fetch
        fetch 5
        fetch absolute from c
        fetch forward forward c
        move
        close
        fetch ""
        declare "" cursor for select 1
    """,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_postgresql(server, real, name):
    script = textwrap.dedent(SCRIPTS[name])
    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        for mine, yours in zip(transcript(ours, script), transcript(theirs, script), strict=True):
            assert mine == yours


@pytest.mark.parametrize("name", [n for n in SCRIPTS if n not in ("where they may be",)])
def test_as_postgresql_over_the_extended_protocol(server, real, name):
    script = textwrap.dedent(SCRIPTS[name])
    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        ours_said, theirs_said = transcript(ours, script, extended=True), transcript(theirs, script, extended=True)
        for mine, yours in zip(ours_said, theirs_said, strict=True):
            assert mine == yours


# ---- the protocol's portals and SQL's cursors have the same names ----


def test_fetch_from_a_bound_portal_and_execute_of_a_cursor(server, real):
    def told(connection):
        client = Client(connection)
        client.message("begin")
        client.message("declare c cursor for select i from numbers order by i")
        raw = client.raw
        described = raw.describe_portal(b"c")
        names = [described.fname(i) for i in range(described.nfields)]
        return names, client.message("fetch 3 from c"), raw.describe_portal(b"nope").error_field(pq.DiagnosticField.SQLSTATE)

    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        assert told(ours) == told(theirs)


def test_values_in_both_formats(server, real):
    ask = "select i::int as i, i::float8 as f, name, null as nothing, date '2020-02-03' as d from numbers order by i"

    def told(connection):
        client = Client(connection)
        raw = client.raw
        out = []
        for begin in (f"declare c cursor for {ask}", f"declare c binary cursor for {ask}", f"declare c scroll cursor for {ask}"):
            client.message("begin")
            client.message(begin)
            for binary in (0, 1, 0):
                result = raw.exec_params(b"fetch 2 from c", [], result_format=binary)
                out.append([result.get_value(row, c) for row in range(2) for c in range(result.nfields)])
            client.message("select 1")  # the rest is kept beside now
            for binary in (1, 0):
                result = raw.exec_params(b"fetch 1 from c", [], result_format=binary)
                out.append([(result.get_value(0, c), result.fformat(c)) for c in range(result.nfields)])
            raw.exec_(b"fetch 1 from c")
            result = raw.exec_(b"fetch 1 from c")
            out.append([(result.get_value(0, c), result.fformat(c)) for c in range(result.nfields)])
            client.message("rollback")
        return out

    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        assert told(ours) == told(theirs)


# ---- drivers ----


def test_psycopg_named_cursors(server):
    with server.connect(autocommit=False) as c:
        with c.cursor("named") as named:
            named.itersize = 3
            named.execute("select i from numbers where i > %s order by i", (2,))
            assert [row[0] for row in named] == list(range(3, 11))
        with c.cursor("scrolled", scrollable=True) as named:
            named.execute("select i from numbers order by i")
            assert named.fetchmany(4)[-1] == (4,)
            named.scroll(-2)
            assert named.fetchone() == (3,)
            named.scroll(9, mode="absolute")
            assert named.fetchall() == [(10,)]
        with c.cursor("bytes", binary=True) as named:
            named.execute("select i, name from numbers order by i")
            assert named.fetchone() == (1, "n1")
            c.execute("create temp table other as select 1 as a")
            assert named.fetchmany(2) == [(2, "n2"), (3, "n3")]
        c.rollback()
    with server.connect() as c:
        with c.cursor("held", withhold=True) as named:
            named.execute("select i from numbers order by i")
            assert named.fetchone() == (1,)
            c.execute("select 1")
            assert len(named.fetchall()) == 9


def test_rows_are_the_same_while_the_table_changes(server, c):
    c.execute("create or replace table changing as select i from range(100000) t(i)")
    with server.connect(autocommit=False) as reader, reader.cursor("read") as named:
        named.execute("select i from changing")
        named.itersize = 5000
        seen = 0
        for row in named:
            seen += row[0]
            if row[0] % 10000 == 0:
                reader.execute("insert into changing values (1000000)")
        assert seen == sum(range(100000))


def test_psql_fetch_count(server):
    done = server.psql("-v", "FETCH_COUNT=7", "-At", "-c", "select i from numbers, range(5) order by i")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 50, done.stdout + done.stderr


def open_files(pid: int) -> list:
    return [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]


def test_big_cursor_goes_to_disk_and_back(server):
    rows = 400_000  # 60 MB in two formats: more than a cursor keeps in memory
    with server.connect(autocommit=False) as c, c.cursor() as plain:
        c.execute(f"declare big scroll cursor with hold for select i, repeat('x', 60) || i as t from range({rows}) t(i)")
        c.execute("move 1000 from big")
        c.commit()
        assert c.execute("fetch big").fetchone()[0] == 1000
        assert plain.execute("fetch last from big").fetchone()[0] == rows - 1
        assert plain.execute("fetch absolute 2 from big").fetchone() == (1, "x" * 60 + "1")
        assert sum(row[0] for row in plain.execute("fetch 200000 from big")) == sum(range(2, 200_002))
        assert plain.execute("fetch backward 200000 from big").fetchall()[-1][0] == 1
        assert any("deleted" in name for name in open_files(server.status()["engine"]))
        c.execute("close big")
        c.commit()


def test_temp_limit_ends_only_the_statement(tmp_path):
    pond = Pond(tmp_path)
    small = Server(pond, "  warehouse: {temp_limit: 20MB}\n").up()
    with small.connect() as c:
        c.execute("begin")
        c.execute("declare big cursor for select i, repeat('x', 100) as t from range(1000000) t(i)")
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
            c.execute("select 1")
        c.execute("rollback")
        assert c.execute("select 1").fetchone() == (1,)
    small.down()


def test_errors_of_the_query_come_with_the_fetch(c):
    c.execute("begin")
    c.execute("declare late cursor for select case when i < 200000 then i else error('late') end as a from range(300000) t(i)")
    assert c.execute("fetch late").fetchone() == (0,)
    with pytest.raises(psycopg.Error, match="late"):
        c.execute("fetch all from late")
    c.execute("rollback")


def test_rows_that_cannot_be_held_end_the_transaction(c):
    c.execute("create or replace table unheld (a int)")
    c.execute("begin")
    c.execute("insert into unheld values (1)")
    c.execute("declare late cursor with hold for select case when i < 200000 then i else error('late') end from range(300000) t(i)")
    with pytest.raises(psycopg.Error, match="late"):
        c.execute("commit")
    assert c.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert c.execute("select count(*) from unheld").fetchone() == (0,)
    assert c.execute("select count(*) from pg_cursors").fetchone() == (0,)


def test_a_cursor_is_canceled_like_a_statement(c):
    c.execute("set statement_timeout = 300")
    c.execute("begin")
    with pytest.raises(psycopg.errors.QueryCanceled):
        c.execute("declare slow cursor for select count(*) from range(100000000) a, range(100000) b")
        c.execute("fetch slow")
    c.execute("rollback")
    c.execute("reset statement_timeout")

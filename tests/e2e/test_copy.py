"""COPY over the wire, compared with a real PostgreSQL where both can do it: same bytes out, same rows in."""

import random

import psycopg
import pytest
from program import Pond
from psycopg import pq

from server import Server


@pytest.fixture(scope="module")
def c(tmp_path_factory):
    server = Server(Pond(tmp_path_factory.mktemp("copy"))).up()
    with server.connect() as connection:
        yield connection
    assert server.status()["restarts"] == 0
    server.down()
    assert "Sanitizer" not in server.running.err, server.running.err[-6000:]
    server.pond.cleanup()


@pytest.fixture(scope="module")
def pg(postgres):
    with psycopg.connect(**postgres.connection, autocommit=True) as connection:
        yield connection


ROWS = [
    (1, "plain", 1.5, True),
    (2, 'quo"te', -0.25, False),
    (3, "com,ma", None, None),
    (4, "", 1e20, True),
    (5, None, 0.0, False),
    (6, "line\nbreak\r\n", 3.0, True),
    (7, "tab\tback\\slash", 123456.75, False),
    (8, "grüße 🦆", 1e-7, True),
    (9, "NULL", 2.0, True),
    (10, "\\N", 2.5, None),
    (11, " blanks ", 2.5, None),
    (12, "\\.", 2.5, None),
    (13, "a\bb\fc\vd", 2.5, None),
]

OPTIONS = [
    "",
    "(format csv)",
    "(format csv, header)",
    "(format csv, header true, delimiter ';', null 'none', quote '''', escape '\\')",
    "(format csv, force_quote *)",
    "(format csv, force_quote (name, id))",
    "(format text, delimiter '|', null 'NIL')",
    "(format text, header)",
    "(format binary)",
    "with csv header",
    "csv delimiter as ';' null as 'x' quote as '~'",
    "with delimiter E'\\x7c'",
    "binary",
]


@pytest.fixture(scope="module")
def table(c, pg):
    for connection in (c, pg):
        connection.execute("drop table if exists copied")
        connection.execute("create table copied (id integer, name text, amount double precision, ok boolean)")
        connection.cursor().executemany("insert into copied values (%s, %s, %s, %s)", ROWS)


def copied_out(connection, sql: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        return b"".join(bytes(part) for part in copy)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("what", ["copied", "copied (name, id)", "(select * from copied where id > 3 order by id)"])
def test_out_as_postgresql(c, pg, table, what, options):
    sql = f"copy {what} to stdout {options}"
    if what.startswith("copied"):  # without an order
        if "binary" in options:
            return
        assert sorted(copied_out(c, sql).split(b"\n")) == sorted(copied_out(pg, sql).split(b"\n"))
    else:
        assert copied_out(c, sql) == copied_out(pg, sql)


@pytest.mark.parametrize("options", OPTIONS)
def test_in_as_postgresql(c, pg, table, options):
    """What PostgreSQL writes, both read."""
    data = copied_out(pg, f"copy (select * from copied order by id) to stdout {options}")
    answers = []
    for connection in (c, pg):
        connection.execute("drop table if exists back")
        connection.execute("create table back (id integer, name text, amount double precision, ok boolean)")
        with connection.cursor() as cursor:
            with cursor.copy(f"copy back from stdin {options.replace('force_quote *', 'header false').replace('force_quote (name, id)', 'header false')}") as copy:  # fmt: skip
                for at in range(0, len(data), 7):  # cut anywhere
                    copy.write(data[at : at + 7])
            answers.append((cursor.statusmessage, connection.execute("select * from back order by id").fetchall()))
    assert answers[0] == answers[1]


def test_columns_and_defaults(c):
    c.execute("create or replace table defaults (a integer, b varchar default 'd', c integer)")
    with c.cursor().copy("copy defaults (c, a) from stdin (format csv)") as copy:
        copy.write("1,2\n3,\n")
    assert c.execute("select * from defaults order by c").fetchall() == [(2, "d", 1), (None, "d", 3)]


def test_empty_input(c):
    c.execute("create or replace table empty_in (a integer)")
    with c.cursor().copy("copy empty_in from stdin"):
        pass
    assert c.execute("select count(*) from empty_in").fetchone() == (0,)


WRONG = [
    ("", "1\tx\ty\ttrue\textra\n", "22P04", "extra data after last expected column"),
    ("", "1\tx\n", "22P04", 'missing data for column "amount"'),
    ("", "1\tx\t1\tt\nq\tx\t1\tt\n", "22P02", 'COPY wrong, line 2, column id: "q"'),
    ("(format csv)", "1,a,1,t\n2,b,2,t,5\n", "22P04", 'COPY wrong, line 2: "2,b,2,t,5"'),
    ("(format binary)", b"nothing like it at all, really", "22P04", "signature"),
]


@pytest.mark.parametrize("options,data,state,words", WRONG)
def test_wrong_data_leaves_nothing(c, options, data, state, words):
    c.execute("create or replace table wrong (id integer, name text, amount double precision, ok boolean)")
    with pytest.raises(psycopg.Error) as e, c.cursor().copy(f"copy wrong from stdin {options}") as copy:
        copy.write(data)
    assert e.value.sqlstate == state and words in str(e.value), str(e.value)
    assert c.execute("select count(*) from wrong").fetchone() == (0,)


@pytest.mark.parametrize(
    "sql",
    ["copy copied to stdout (format xml)", "copy copied to stdout (frob 1)", "copy copied to stdout (delimiter 'ab')",
     "copy nowhere from stdin", "copy (delete from copied) to stdout", "copy copied from stdin (format csv, delimiter '\"')"],
)  # fmt: skip
def test_wrong_statements(c, table, sql):
    with pytest.raises(psycopg.Error):
        copied_out(c, sql)
    assert c.execute("select count(*) from copied").fetchone() == (len(ROWS),)


@pytest.mark.parametrize(
    "options",
    [
        *(f"{way} ({kind}header{value})" for way in ("to stdout", "from stdin") for kind in ("format binary, ",) for value in ("", " true", " off")),
        *("to stdout binary header", "from stdin (format binary, header match)", "to stdout (format binary, delimiter ',')", "to stdout (format binary, null 'x')"),
        *(f"to stdout ({option})" for option in ("quote 'x'", "escape 'x'", "force_quote *", "header match", "format nope", "nope 1", "delimiter 'ab'", "delimiter 'a'")),
        *("from stdin (force_null (id))", "from stdin (force_not_null (id))", "from stdin (format csv, force_quote (id))"),
        *(f"to stdout (format csv, {option})" for option in ("force_null (id)", "force_not_null (id)", "delimiter '\"'", "null 'a', delimiter 'a'", "quote ''")),
        *(f"to stdout (format csv, {option})" for option in ("null E'a\\nb'", "null '\"'", "header maybe")),
        *("to stdout where id > 1", "to stdout csv nope", "to stdout (header) nope", "to stdout (format csv"),
    ],
)  # fmt: skip
def test_options_as_postgresql(c, pg, table, options):
    def told(connection):
        result = connection.pgconn.exec_(f"copy copied {options}".encode())
        if result.status == pq.ExecStatus.FATAL_ERROR:
            return result.error_field(pq.DiagnosticField.SQLSTATE)
        out = result.status == pq.ExecStatus.COPY_OUT
        while out and connection.pgconn.get_copy_data(0)[0] > 0:
            pass
        if not out:
            connection.pgconn.put_copy_end(b"given up")
        while connection.pgconn.get_result():
            pass
        return result.status

    assert told(c) == told(pg)


def test_a_client_that_gives_up(c):
    c.execute("create or replace table given_up (a integer)")
    with pytest.raises(ZeroDivisionError), c.cursor().copy("copy given_up from stdin") as copy:
        copy.write("1\n")
        raise ZeroDivisionError
    assert c.execute("select count(*) from given_up").fetchone() == (0,)


def test_inside_a_transaction(c):
    c.execute("create or replace table inside (a integer)")
    c.execute("begin")
    with c.cursor().copy("copy inside from stdin") as copy:
        copy.write("1\n2\n")
    assert copied_out(c, "copy inside to stdout") == b"1\n2\n"
    c.execute("rollback")
    assert c.execute("select count(*) from inside").fetchone() == (0,)


def test_many_rows_and_types(c, pg):
    """A table with everything both know, there and back in all formats."""
    columns = (
        "i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric(12,3), t text, b bytea, u uuid, d date, "
        "ts timestamp, tz timestamptz, tm time, bo boolean, a integer[]"
    )
    rng = random.Random(7)
    rows = [
        (rng.randint(-(2**15), 2**15 - 1), rng.randint(-(2**31), 2**31 - 1), rng.randint(-(2**63), 2**63 - 1), rng.randint(-999, 999) / 4,
         rng.uniform(-1e9, 1e9), rng.randint(-(10**11), 10**11) / 1000, "".join(rng.choices('ab",\n\\\t é', k=rng.randint(0, 12))),
         rng.randbytes(rng.randint(0, 9)), f"{rng.getrandbits(128):032x}", f"20{rng.randint(10, 99)}-01-{rng.randint(10, 28)}",
         f"19{rng.randint(10, 99)}-02-03 04:05:06.{rng.randint(0, 999999):06}", f"20{rng.randint(10, 99)}-02-03 04:05:06+00",
         f"{rng.randint(10, 23)}:00:01.5", rng.random() < 0.5, [rng.randint(0, 9) for _ in range(rng.randint(0, 4))])
        for _ in range(200)
    ]  # fmt: skip
    pg.execute("drop table if exists everything")
    pg.execute(f"create table everything ({columns})")
    pg.cursor().executemany(f"insert into everything values ({', '.join(['%s'] * 15)})", rows)
    for options in ("", "(format csv)", "(format binary)"):
        data = copied_out(pg, f"copy everything to stdout {options}")
        c.execute(f"create or replace table everything ({columns})")
        with c.cursor().copy(f"copy everything from stdin {options}") as copy:
            copy.write(data)
        order = "select * from everything order by i8"
        assert c.execute(order).fetchall() == pg.execute(order).fetchall(), options
        back = f"copy (select * from everything order by i8) to stdout {options}"
        assert copied_out(c, back) == copied_out(pg, back)

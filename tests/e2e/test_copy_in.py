"""COPY FROM STDIN of tricky data into Pond and into a real PostgreSQL: the same rows, the same errors."""

import random
import struct
import threading

import psycopg
import pytest
from program import Pond, wait_for

from server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    under_test = Server(Pond(tmp_path_factory.mktemp("copy_in"))).up()
    yield under_test
    assert under_test.status()["restarts"] == 0
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    under_test.pond.cleanup()


@pytest.fixture(scope="module")
def c(server):
    with server.connect(prepare_threshold=None) as connection:
        connection.execute("set timezone to 'Europe/Berlin'")
        yield connection


@pytest.fixture(scope="module")
def pg(postgres):
    with psycopg.connect(**postgres.connection, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("set timezone to 'Europe/Berlin'")
        yield connection


def rows_of(connection, options: str = "") -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"copy (select * from arrived order by 1) to stdout {options}") as copy:
        return b"".join(bytes(part) for part in copy)


def copied_in(connection, columns: str, options: str, data: bytes, step: int = 0) -> tuple:
    """What is in the table then, or what the server said."""
    connection.execute("drop table if exists arrived")
    connection.execute(f"create table arrived ({columns})")
    try:
        with connection.cursor() as cursor, cursor.copy(f"copy arrived from stdin {options}") as copy:
            for at in range(0, len(data), step or len(data) or 1):
                copy.write(data[at : at + (step or len(data))])
    except psycopg.Error as e:
        assert connection.execute("select count(*) from arrived").fetchone() == (0,)
        return e.sqlstate, e.diag.message_primary, e.diag.context
    return (rows_of(connection),)


def same(c, pg, columns: str, options: str, data: bytes, step: int = 0) -> tuple:
    ours, theirs = copied_in(c, columns, options, data, step), copied_in(pg, columns, options, data, step)
    assert ours == theirs, (options, data[:200])
    return theirs


# What each type reads, and what it refuses.
VALUES = {
    "integer": ["0", "-0", "+7", " 12 ", "\t-3", "2147483647", "-2147483648", "007"],
    "smallint": ["32767", "-32768"],
    "bigint": ["9223372036854775807", "-9223372036854775808", "000000000000000000000000000001"],
    "real": ["1.1", "3.4e38", "nan", "-inf", "Infinity", "16777217", "0.1", "1.17549429e-38"],
    "double precision": ["1", "-0.5", ".5", "5.", "1e10", "1E-5", " 2.5 ", "0.1", "123456789012345678901234567890", "1.7976931348623157e308",
                         "NaN", "inf", "+infinity", "-Infinity", "0.30000000000000004", "123.21666666666667", "9007199254740993"],
    "numeric(10,3)": ["0", "-1.5", "1234567.891", "0.0005", "-0.0005", "1e3", "1.5E-2", "+12", ".5", "7.", " 3 ", "0.00049999999999999999999"],
    "numeric(38,9)": ["1234567890123456789012345678.0123456789", "-0.0000000005", "99999999999999999999"],
    "boolean": ["t", "f", "true", "FALSE", "Yes", "no", "on", "off", "1", "0", "tr", "fal", "of", "y", "n", " t "],
    "date": ["2020-02-29", "1999-1-8", "2020/01/02", "20200102", "1/8/1999", "12/31/69", "12/31/70", "0044-03-15 BC", "infinity", "-infinity",
             "epoch", "2020-01-02 10:11:12", "10000-01-01", " 2020-01-02 "],
    "timestamp": ["2020-01-02 03:04:05", "2020-01-02T03:04:05.678901", "2020-01-02", "2020-01-02 03:04", "2020-01-02 03:04:05.1234567",
                  "2020-01-02 03:04:05.1234565", "2020-01-02 03:04:05+05:30", "20200102T030405", "2020-01-02 24:00:00", "2020-01-02 3:04:05 PM",
                  "infinity", "-infinity", "epoch", "0044-03-15 00:00:00 BC", "1/2/2020 03:04", "2020-01-02 03:04:60"],
    "timestamptz": ["2020-01-02 03:04:05+00", "2020-07-02 03:04:05", "2020-01-02 03:04:05", "2020-01-02T03:04:05.5Z", "2020-01-02 03:04:05-08",
                    "2020-01-02 03:04:05+05:30", "2020-01-02 03:04:05 UTC", "2020-03-29 02:30:00", "2020-10-25 02:30:00", "2020-03-29 03:00:00",
                    "2020-10-25 01:59:59", "infinity", "2020-01-02", "2020-01-02 03:04:05.1234567+02"],
    "time": ["03:04:05", "03:04", "23:59:59.999999", "24:00:00", "3:04 PM", "12:00 am", "03:04:05+02", "03:04:05.1234567"],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
             "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"],
    "bytea": ["\\x", "\\xDEADbeef", "plain", "a\\\\b", "\\000\\377", ""],
    "json": ['{"a": [1, null, "x"]}', "null", " 1 ", '"\\u00e9"', "[]"],
    "text": ["", " ", "a b", "grüße 🦆", "\\N", "NULL", "\\.", 'quo"te', "it's", "com,ma"],
    "integer[]": ["{1,2,3}", "{}", "{NULL,4}", "{ 5 , 6 }"],
    "interval": ["1 day 02:03:04", "1 year 2 months"],
}  # fmt: skip

REFUSED = {
    "integer": ["", " ", "x", "1.5", "1 2", "2147483648", "-2147483649", "99999999999999999999", "0x10", "--1", "+", "1e3"],
    "smallint": ["32768", "-32769", "q"],
    "bigint": ["9223372036854775808", "-9223372036854775809", "1_000"],
    "real": ["1e39", "1e-60", "x", ""],
    "double precision": ["", "1e400", "1e-400", "1.2.3", "abc", "1e", "--1", "1 2"],
    "numeric(10,3)": ["", "x", "1e", "10000000", "9999999.9995", "1.2.3", "."],
    "boolean": ["", "o", "2", "tru e", "yess"],
    "date": ["", "x", "2020-13-01", "2020-02-30", "2020-00-10", "13/13/2020", "0000-01-01"],
    "timestamp": ["", "2020-01-02 25:00:00", "2020-01-02 03:60:00", "x y", "2020-02-30 00:00:00"],
    "timestamptz": ["nonsense", "2020-01-02 03:04:61"],
    "time": ["", "25:00:00", "3", "x"],
    "uuid": ["", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a112", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "g"],
    "bytea": ["\\x1", "\\xzz", "\\9"],
}  # fmt: skip


def as_text(value: str) -> bytes:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").encode()


def as_csv(value: str) -> bytes:
    return b'"' + value.replace('"', '""').encode() + b'"'


@pytest.mark.parametrize("options, write", [("", as_text), ("(format csv, delimiter '\t')", as_csv)])
@pytest.mark.parametrize("kind", VALUES)
def test_values(c, pg, kind, options, write):
    lines = [b"%d\t%s\n" % (i, write(value)) for i, value in enumerate(VALUES[kind])]
    (rows,) = same(c, pg, f"i integer, v {kind}", options, b"".join(lines))
    assert rows.count(b"\n") == len(lines)


@pytest.mark.parametrize("kind,value", [(kind, value) for kind, values in REFUSED.items() for value in values])
def test_refused_values(c, pg, kind, value):
    data = b"1\t\\N\n2\t%s\n3\t%s\n" % (as_text(value), as_text(value))
    answer = same(c, pg, f"i integer, v {kind}", "", data)
    assert len(answer) == 3 and "line 2" in answer[2]


TEXT = [
    b"1\ta\n2\tb\n",
    b"1\ta\n2\tb",
    b"1\ta\r\n2\tb\r\n",
    b"1\ta\r\n2\tb",
    b"1\ta\r2\tb\r",
    b"1\ta\r2\tb",
    b"1\ta\r",
    b"1\ta\n2\tb\r\n",
    b"1\ta\r\n2\tb\n",
    b"1\ta\r2\tb\n",
    b"1\ta\rb\n",
    b"1\ta\\\nb\n2\tc\n",
    b"1\ta\\\r\n2\tc\r\n",
    b"1\t\\b\\f\\n\\r\\t\\v\\q\\\\\\N\n",
    b"1\t\\101\\60\\7x\\x41\\x4g\\xg\n",
    b"1\t\\xc3\\xa9\n",
    b"1\t\\xff\n",
    b"1\t\\0\n",
    b"1\t\\400\n",
    b"1\t\\N\n2\t\\\\N\n3\t\\NN\n",
    b"1\tends with a backslash\\",
    b"1\ta\n\\.\n2\tb\nrubbish",
    b"1\ta\n\\.",
    b"1\ta\n\\.x\n",
    b"1\ta\\.\n2\tb\n",
    b"1\ta\\\\.\n2\tb\n",
    b"1\ta\r\n\\.\r\n2\tb\r\n",
    b"1\ta\r\n\\.\n2\tb\r\n",
    b"1\ta\r\n\\.x",
    b"1\ta\n\\.\r\n",
    b"\\.\n",
    b"\n",
    b"",
    b"1\n",
    b"1\t\n",
    b"1\ta\tb\n",
    b"x\ta\tb\n",
    b"x\n",
    b"1\ta\n2\n3\tc\n",
    b"1\tgr\xc3\xbc\xc3\x9fe\n",
    b"1\ta\n2\tbad \xff byte\n3\tc\n",
    b"1\tcut \xc3\n",
    b"1\tcut \xe2\x82\n2\tb\n",
    b"1\tnul\x00in it\n",
    b"1\ta\nx\tbad \xff\n",
    b"x\ta\n2\tb\rc\n",
    b"x" * 300 + b"\ta\n",
    b"x" + "é".encode() * 100 + b"\ta\n",
    b"1\t" + b"long " * 100000 + b"\n2\tb\n",
    b"y\t" + b"long " * 100000 + b"\n2\tb\n",
]


@pytest.mark.parametrize("data", TEXT, ids=range(len(TEXT)))
@pytest.mark.parametrize("step", [0, 3])
def test_text(c, pg, data, step):
    if step and len(data) > 1000:
        step = 8192
    same(c, pg, "i integer, v text", "", data, step)
    same(c, pg, "i integer, v text", "(header)", b"anything\tat all\tbad\n" + data, step)


CSV = [
    b"1,a\n2,b\n",
    b'1,"a"\n"2",b',
    b'1,""\n2,\n3," "\n',
    b'1,"a""b"\n2,"""" \n3,x"y,z"w\n',
    b'1,"two\nlines"\n2,"three\r\nlines\n"\nx,"b"\n',
    b'1,"two\rlines"\r\n2,"three\r\nlines"\r\nx,b\r\n',
    b"1,a\r\n2,b\r\n",
    b"1,a\r\n2,b\n",
    b"1,a\n2,b\r\n",
    b"1,a\r2,b\r",
    b"1,a\r2,b\n",
    b"1,a\n\\.\n2,b\n",
    b"1,a\n\\.\r\n2,b\n",
    b"1,a\r\n\\.\r\n2,b\r\n",
    b"1,a\r\n\\.\n2,b\r\n",
    b"1,\\.\n2,\\.x\n",
    b"1,a\n\\.",
    b'1,"\n\\.\n"\n2,b\n',
    b'1,"never closed\n2,b\n',
    b'1,"closed"x"\n2,b"\n',
    b'1,a"\n2,b\n',
    b"1,a\n\n2,b\n",
    b"\n",
    b"",
    b"1\n",
    b"1,a,b\n",
    b"x,a,b\n",
    b'x,"\n\n"\n',
    b'1,"\n\n"\nx,b\n',
    b'1,"\\"\n2,"a\\"\n',
    b"1,\xff\n",
    b'1,"a\xc3\xa9"\n2,"\xe2\x82"\n',
    b"1,a\n2," + b'"long, ""quoted"" text\n"' * 30000 + b"\n3,c\n",
]

CSV_OPTIONS = [
    "(format csv)",
    "(format csv, header)",
    "(format csv, null 'a')",
    "(format csv, null '\\N', force_not_null (v))",
    "(format csv, force_null (v))",
    "(format csv, quote '''')",
    "(format csv, escape '\\')",
]


@pytest.mark.parametrize("options", CSV_OPTIONS)
@pytest.mark.parametrize("data", CSV, ids=range(len(CSV)))
def test_csv(c, pg, options, data):
    if options.endswith("header)"):
        data = b'i,"first\nline"\n' + data
    same(c, pg, "i integer, v text", options, data)
    if len(data) < 1000:
        same(c, pg, "i integer, v text", options, data, 1)


def test_csv_with_other_signs(c, pg):
    data = b"1;~a~;~q\\~uo;te~\n2;b;'\n3;~~;none\n"
    columns = "i integer, v text, w text"
    same(c, pg, columns, "(format csv, delimiter ';', quote '~', escape '\\', null 'none')", data)
    same(c, pg, columns, "(format csv, delimiter ';', quote '~', escape '\\', null 'none', force_null (w), force_not_null (v))", data)


@pytest.mark.parametrize("head", [b"i,v", b'"i","v"', b"i,w", b"I,v", b"i", b"i,v,w", b"i,", b""])
def test_header_match(c, pg, head):
    same(c, pg, "i integer, v text", "(format csv, header match)", head + b"\n1,a\n")
    same(c, pg, "i integer, v text", "(header match)", head.replace(b",", b"\t") + b"\n1\ta\n")


# ---- binary ----

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = struct.pack(">h", -1)


def tuple_of(*fields: bytes | None) -> bytes:
    out = struct.pack(">h", len(fields))
    for field in fields:
        out += struct.pack(">i", -1) if field is None else struct.pack(">i", len(field)) + field
    return out


def int4(value: int) -> bytes:
    return struct.pack(">i", value)


BINARY = [
    HEAD + TAIL,
    HEAD,
    HEAD + tuple_of(int4(1), b"a") + TAIL,
    HEAD + tuple_of(int4(1), b"a"),
    HEAD + tuple_of(int4(1), None) + tuple_of(None, b"") + TAIL,
    HEAD + tuple_of(int4(1), b"a") + TAIL + b"more",
    HEAD + tuple_of(int4(1)) + TAIL,
    HEAD + tuple_of(int4(1), b"a", b"b") + TAIL,
    HEAD + tuple_of(int4(1), b"a") + tuple_of(b"\0\0", b"a") + TAIL,
    HEAD + tuple_of(b"12345", b"a") + TAIL,
    HEAD + tuple_of(int4(1), b"\xff") + TAIL,
    HEAD + tuple_of(int4(1), b"a\0b") + TAIL,
    HEAD + tuple_of(int4(1), b"a")[:-1],
    HEAD + tuple_of(int4(1), b"a")[:5],
    HEAD + tuple_of(int4(1), b"a")[:1],
    HEAD + struct.pack(">hi", 2, -2),
    HEAD + struct.pack(">h", -5),
    b"",
    b"PGCOPY",
    b"PGCOPY\n\xff\r\n\0",
    HEAD[:-1],
    b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 1 << 16, 0),
    b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 1 << 17, 0),
    b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, -1),
    b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 3) + b"ab",
    b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 1, 3) + b"abc" + tuple_of(int4(1), b"a") + TAIL,
    b"1\ta\n",
    HEAD + tuple_of(int4(1), b"long" * 400000) + tuple_of(int4(2), b"b") + TAIL,
]


@pytest.mark.parametrize("data", BINARY, ids=range(len(BINARY)))
@pytest.mark.parametrize("step", [0, 5])
def test_binary(c, pg, data, step):
    same(c, pg, "i integer, v text", "(format binary)", data, 4096 if step and len(data) > 1000 else step)


def test_binary_values(c, pg):
    """What PostgreSQL writes of every type, Pond reads."""
    for kind, values in VALUES.items():
        data = b"".join(b"%d\t%s\n" % (i, as_text(value)) for i, value in enumerate(values))
        copied_in(pg, f"i integer, v {kind}", "", data)
        written = rows_of(pg, "(format binary)")
        assert copied_in(c, f"i integer, v {kind}", "(format binary)", written) == (rows_of(pg),), kind


# ---- much ----


def many_lines(count: int) -> list[bytes]:
    rng = random.Random(11)
    return [
        b"%d\t%s\t%s\t2020-01-%02d\n" % (i, b"text " * rng.randint(0, 5), b"%.15g" % rng.uniform(-1e6, 1e6), i % 28 + 1)
        for i in range(count)
    ]


MANY = "i integer, v text, d double precision, day date"


def test_many_blocks(c, pg):
    data = b"".join(many_lines(60000))
    assert len(data) > 2 * 1024 * 1024
    (rows,) = same(c, pg, MANY, "", data, 100_000)
    assert rows.count(b"\n") == 60000


@pytest.mark.parametrize("bad", [[59999], [20000, 50000], [30001, 30000, 100]])
def test_the_lowest_line_is_told(c, pg, bad):
    lines = many_lines(60000)
    for line in bad:
        lines[line] = b"%d\tx\tnot a number\t2020-01-01\n" % line
    state, message, context = same(c, pg, MANY, "", b"".join(lines), 100_000)
    assert context == f'COPY arrived, line {min(bad) + 1}, column d: "not a number"'


def test_lines_in_csv_are_counted_over_blocks(c, pg):
    lines = [b'%d,"%s"\n' % (i, b"a\n" * (i % 5)) for i in range(300_000)]
    lines[290_000] = b"x,y\n"
    state, _, context = same(c, pg, "i integer, v text", "(format csv)", b"".join(lines), 100_000)
    assert state == "22P02" and context.endswith('column i: "x"')


def test_tuples_are_counted_over_blocks(c, pg):
    tuples = [tuple_of(int4(i), b"some text") for i in range(100_000)]
    tuples[90_000] = tuple_of(b"no", b"some text")
    _, _, context = same(c, pg, "i integer, v text", "(format binary)", HEAD + b"".join(tuples) + TAIL, 100_000)
    assert context == "COPY arrived, line 90001, column i"


# ---- the conversation ----


def fresh(c, name: str, columns: str = "a integer") -> None:
    c.execute(f"drop table if exists {name}")
    c.execute(f"create table {name} ({columns})")


def test_a_slow_client(server, c):
    """Rows that come late are inserted too; meanwhile the statement is seen, and others work."""
    fresh(c, "slow")
    with server.connect() as other, other.cursor().copy("copy slow from stdin") as copy:
        copy.write(b"1\n" * 600_000)
        active = "select count(*) from pg_stat_activity where state = 'active' and query ilike 'copy slow%%'"
        wait_for(lambda: c.execute(active).fetchone() == (1,), "the COPY is seen", 20)
        assert c.execute("select sum(i) from range(100000) t(i)").fetchone() == (4999950000,)
        assert c.execute("select count(*) from slow").fetchone() == (0,)
        copy.write(b"2\n" * 600_000)
        wait_for(lambda: c.execute("select count(*) from slow").fetchone() == (0,), "others work", 20)
        copy.write(b"3\n")
    assert c.execute("select a, count(*) from slow group by a order by a").fetchall() == [(1, 600000), (2, 600000), (3, 1)]


def test_cancel_while_the_client_says_nothing(server, c):
    fresh(c, "canceled")
    with server.connect() as other:
        cursor = other.cursor()
        with pytest.raises(psycopg.errors.QueryCanceled, match="user request"), cursor.copy("copy canceled from stdin") as copy:
            copy.write(b"1\n" * 1_000_000)
            other.cancel()
            seen = "select count(*) from pg_stat_activity where state = 'active' and query ilike 'copy canceled%%'"
            wait_for(lambda: c.execute(seen).fetchone() == (0,), "the COPY has ended", 20)
        assert other.execute("select count(*) from canceled").fetchone() == (0,)


def test_the_statement_timeout_counts(server, c):
    fresh(c, "late")
    with server.connect() as other:
        other.execute("set statement_timeout = 200")
        with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"), other.cursor().copy("copy late from stdin") as copy:
            copy.write(b"1\n")
            seen = "select count(*) from pg_stat_activity where state = 'active' and query ilike 'copy late%%'"
            wait_for(lambda: c.execute(seen).fetchone() == (0,), "the COPY has ended", 20)
        other.execute("set statement_timeout = 0")
        assert other.execute("select count(*) from late").fetchone() == (0,)


def test_a_client_that_vanishes(server, c):
    fresh(c, "gone")
    other = server.connect()
    copy = other.cursor().copy("copy gone from stdin")
    entered = copy.__enter__()
    entered.write(b"1\n" * 1_000_000)
    pid = other.info.backend_pid
    other.pgconn.finish()
    seen = f"select count(*) from pg_stat_activity where pid = {pid}"
    wait_for(lambda: c.execute(seen).fetchone() == (0,), "its session has ended", 20)
    assert c.execute("select count(*) from gone").fetchone() == (0,)


def test_a_terminated_session(server, c):
    fresh(c, "ended")
    other = server.connect()
    with pytest.raises(psycopg.OperationalError), other.cursor().copy("copy ended from stdin") as copy:
        copy.write(b"1\n" * 1_000_000)
        c.execute("select pg_terminate_backend(%s)", [other.info.backend_pid])
        seen = f"select count(*) from pg_stat_activity where pid = {other.info.backend_pid}"
        wait_for(lambda: c.execute(seen).fetchone() == (0,), "its session has ended", 20)
    assert c.execute("select count(*) from ended").fetchone() == (0,)


def test_a_client_that_gives_up_after_much(server, c):
    fresh(c, "given_up")
    with server.connect() as other:
        with pytest.raises(ZeroDivisionError), other.cursor().copy("copy given_up from stdin") as copy:
            copy.write(b"1\n" * 2_000_000)
            raise ZeroDivisionError
        assert other.execute("select count(*) from given_up").fetchone() == (0,)


def test_a_client_that_gives_up_behind_a_savepoint(server, c):
    """Before an INSERT has begun nothing is to be taken back."""
    fresh(c, "behind_a_savepoint")
    with server.connect(autocommit=False) as other:
        other.execute("insert into behind_a_savepoint values (1)")
        other.execute("savepoint s")
        with pytest.raises(ZeroDivisionError), other.cursor().copy("copy behind_a_savepoint from stdin") as copy:
            copy.write(b"2\n")
            raise ZeroDivisionError
        other.execute("rollback to s")
        other.commit()
    assert c.execute("select a from behind_a_savepoint").fetchall() == [(1,)]


def test_an_error_ends_the_transaction(server, c):
    fresh(c, "block")
    with server.connect(autocommit=False) as other:
        other.execute("insert into block values (0)")
        with pytest.raises(psycopg.Error), other.cursor().copy("copy block from stdin") as copy:
            copy.write(b"1\n" * 100_000 + b"x\n" + b"2\n" * 3_000_000)
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            other.execute("select 1")
        other.rollback()
        with other.cursor().copy("copy block from stdin") as copy:
            copy.write(b"1\n")
        other.commit()
    assert c.execute("select a from block").fetchall() == [(1,)]


def test_not_null_and_casts(c):
    """What the table refuses, and types that DuckDB casts from texts."""
    fresh(c, "strict", "a integer not null")
    with pytest.raises(psycopg.Error) as e, c.cursor().copy("copy strict from stdin") as copy:
        copy.write(b"1\n\\N\n")
    assert e.value.sqlstate == "23502"
    fresh(c, "others", "a hugeint, b utinyint, c interval, d timestamp_ns, e varchar[]")
    with c.cursor().copy("copy others from stdin") as copy:
        copy.write(b'170141183460469231731687303715884105727\t255\t1 day\t2020-01-02 03:04:05.5\t{a,"b,c",NULL}\n')
    row = c.execute("select a::varchar, b, c::varchar, d::varchar, e from others").fetchone()
    assert row == ("170141183460469231731687303715884105727", 255, "1 day", "2020-01-02 03:04:05.5", ["a", "b,c", None])
    with pytest.raises(psycopg.errors.NumericValueOutOfRange), c.cursor().copy("copy others (b) from stdin") as copy:
        copy.write(b"256\n")


def test_a_constraint_in_the_middle(c):
    fresh(c, "middle", "a integer not null, b text")
    lines = [b"%d\tsome text\n" % i for i in range(400_000)]
    lines[200_000] = b"\\N\tnone\n"
    with pytest.raises(psycopg.errors.NotNullViolation), c.cursor().copy("copy middle from stdin") as copy:
        copy.write(b"".join(lines))
    assert c.execute("select count(*) from middle").fetchone() == (0,)


def test_statements_behind_it(c, pg):
    """Of the same message: they are there when the data has been read over them."""
    for connection in (c, pg):
        fresh(connection, "behind")
        result = connection.pgconn.exec_(b"copy behind from stdin; insert into behind values (7); copy behind from stdin; select nothing")
        for data in (b"1\n" * 20_000, b"2\n" * 200_000):
            while result.status != psycopg.pq.ExecStatus.COPY_IN:
                result = connection.pgconn.get_result()
            connection.pgconn.put_copy_data(data)
            connection.pgconn.put_copy_end()
            result = connection.pgconn.get_result()
        while result:
            last, result = result, connection.pgconn.get_result()
        assert last.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"42703"
        assert connection.execute("select count(*) from behind").fetchone() == (0,)


def test_two_at_once(server, c):
    fresh(c, "at_once")
    data, errors = b"".join(b"%d\n" % i for i in range(300_000)), []

    def load() -> None:
        try:
            with server.connect() as other, other.cursor().copy("copy at_once from stdin") as copy:
                copy.write(data)
        except Exception as e:  # told by the main thread
            errors.append(e)

    threads = [threading.Thread(target=load) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert c.execute("select count(*), sum(a) from at_once").fetchone() == (900_000, 3 * sum(range(300_000)))


def test_a_source_is_nobody_elses(c):
    with pytest.raises(psycopg.Error):
        c.execute("select * from pond_records(1)")


WHERE = [
    ("where id > 1", b"1\tx\n2\ty\n3\t\\N\n"),
    ("with (format csv, header) where id > 1 and name <> 'z'", b"id,name\n1,x\n5,y\n6,z\n"),
    ("csv where arrived.name like 'q%'", b"9,qx\n10,r\n"),
    ("where (id = 2) or (name is null)", b"2\tx\n5\t\\N\n6\tq\n"),
    ("where name ~ 'x' and name = any('{x,y}'::text[])", b"5\tx\n6\tz\n"),
    ("where false", b"5\tx\n"),
    ("where null", b"5\tx\n"),
    ("where 1 = 2 and id = 5", b"5\tx\n"),
    ("where id is null and id = 5", b"5\tx\n"),
    ("where false", b"q\tx\n"),
    ("where true", b"5\tx\n"),
    ("where id > 1 -- of them", b"1\tx\n2\ty\n"),
    ("where id > 1", b"1\tx\nq\tx\n"),
    ("where id > 1", b"0\tx\n1\tx\tx\n"),
]


@pytest.mark.parametrize(("options", "data"), WHERE)
def test_where_as_postgresql(c, pg, options, data):
    same(c, pg, "id integer, name text", options, data)


@pytest.mark.parametrize(
    "options",
    ["where nope > 1", "where id > (select 1)", "where sum(id) > 1", "where", "where id > 1 limit 1", "where id > 1 (format csv)", "where id > 1) union (select 1"],
)
def test_where_that_is_refused_as_postgresql(c, pg, options):
    ours, theirs = copied_in(c, "id integer, name text", options, b""), copied_in(pg, "id integer, name text", options, b"")
    assert len(ours) == 3 and ours[0] == theirs[0], (ours, theirs)


def test_where_of_many_rows(c):
    c.execute("create or replace table arrived (n integer, t text)")
    with c.cursor() as cursor:
        with cursor.copy("copy arrived (t, n) from stdin where n % 10 = 3 and t <> 'n13'") as copy:
            for n in range(200_000):
                copy.write_row((f"n{n}", n))
        assert cursor.statusmessage == "COPY 19999"
    assert c.execute("select count(*), min(n), max(t) from arrived").fetchone() == (19999, 3, "n99993")


def test_where_about_a_column_that_is_not_copied(c):
    c.execute("create or replace table arrived (n integer, t text default 'x')")
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="not copied") as e, c.cursor().copy("copy arrived (n) from stdin where t = 'x'"):
        pass
    assert "INSERT ... SELECT" in e.value.diag.message_hint

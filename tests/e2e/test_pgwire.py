"""The PostgreSQL wire: protocol, transactions, types and errors, by real clients and by hand-made messages."""

import base64
import datetime
import decimal
import hashlib
import hmac
import socket
import struct
import threading
import uuid

import psycopg
import pytest
from program import Pond, wait_for

from server import PASSWORD, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pond = Pond(tmp_path_factory.mktemp("pgwire"))
    under_test = Server(pond).up()
    yield under_test
    assert under_test.status()["restarts"] == 0, under_test.running.said()
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    pond.cleanup()


@pytest.fixture
def c(server):
    with server.connect() as connection:
        yield connection


# ---- psql ----


def test_psql_shows_rows_and_errors(server):
    done = server.psql("-c", "select 1 as a, 'x' as b, null as c")
    assert done.stdout == " a | b | c \n---+---+---\n 1 | x |  \n(1 row)\n\n"
    done = server.psql("-c", "select nope\n  from nowhere")
    assert done.returncode == 1
    assert "nowhere" in done.stderr and "LINE 2:   from nowhere\n               ^" in done.stderr


def test_psql_script_and_tags(server):
    script = """
        create table tags (a int); insert into tags values (1), (2); update tags set a = 5 where a = 1;
        delete from tags where a = 5; alter table tags add column b int; create or replace view tag_view as from tags;
        drop view tag_view; drop table tags; explain select 1;;
    """
    done = server.psql("-v", "ON_ERROR_STOP=1", stdin=script)
    tags = [line for line in done.stdout.splitlines() if line and line[0].isupper() and line.strip().isupper()]
    tags = [line for line in done.stdout.splitlines() if line.split(" ")[0] in TAGS]
    assert tags == [
        "CREATE TABLE",
        "INSERT 0 2",
        "UPDATE 1",
        "DELETE 1",
        "ALTER TABLE",
        "CREATE VIEW",
        "DROP VIEW",
        "DROP TABLE",
    ], done.stdout + done.stderr


TAGS = {"CREATE", "INSERT", "UPDATE", "DELETE", "ALTER", "DROP"}


# ---- transactions ----


def test_an_error_ends_the_transaction(c):
    c.execute("create or replace table tx (a int)")
    c.execute("begin")
    c.execute("insert into tx values (1)")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        c.execute("select nope")  # a binder error, after which DuckDB alone would go on
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        c.execute("select 1")
    assert c.execute("commit").statusmessage == "ROLLBACK"
    assert c.execute("select count(*) from tx").fetchone() == (0,)


def test_a_message_of_several_statements_is_one_transaction(c):
    c.execute("create or replace table several (a int)")
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("insert into several values (1); insert into several values (2); select * from nowhere")
    assert c.execute("select count(*) from several").fetchone() == (0,)
    c.execute("insert into several values (1); insert into several values (2)")
    assert c.execute("select count(*) from several").fetchone() == (2,)
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("insert into several values (3); commit; select * from nowhere")
    assert c.execute("select count(*) from several").fetchone() == (3,)


def test_transaction_words_out_of_place_are_warnings(c):
    notices = []
    c.add_notice_handler(lambda n: notices.append(n.sqlstate))
    c.execute("commit")
    c.execute("rollback")
    c.execute("begin")
    c.execute("begin")
    c.execute("rollback")
    assert notices == ["25P01", "25P01", "25001"]


def test_conflicts_are_serialization_failures(server, c):
    c.execute("create or replace table conflict as select 1 as a")
    with server.connect(autocommit=False) as one, server.connect(autocommit=False) as two:
        one.execute("update conflict set a = 2")
        with pytest.raises(psycopg.errors.SerializationFailure):
            two.execute("update conflict set a = 3")
        two.rollback()
        one.commit()
    assert c.execute("select a from conflict").fetchone() == (2,)


def test_readers_see_only_what_is_committed(server, c):
    c.execute("create or replace table seen (a int)")
    with server.connect(autocommit=False) as writer:
        writer.execute("insert into seen values (1)")
        assert c.execute("select count(*) from seen").fetchone() == (0,)
        writer.commit()
    assert c.execute("select count(*) from seen").fetchone() == (1,)


# ---- the extended protocol ----


def test_a_prepared_statement_sees_new_rows(server, c):
    """DuckDB 1.5 answers from an old plan when a statement without parameters is kept (duckdb#23704)."""
    c.execute("create or replace table kept as select * from range(1000) t(k)")
    ask = "select count(*) from kept where k > 1000"
    assert c.execute(ask, prepare=True).fetchone() == (0,)
    with server.connect() as other:
        for n in range(1, 20):
            other.execute("insert into kept values (2000)")
            assert c.execute(ask, prepare=True).fetchone() == (n,)


def test_a_prepared_statement_inside_a_transaction_sees_its_own_rows(server):
    with server.connect(autocommit=False) as c:
        c.execute("create or replace table own as select * from range(1000) t(k)")
        ask = "select count(*) from own where k > 1000"
        for n in range(10):
            assert c.execute(ask, prepare=True).fetchone() == (n,)
            c.execute("insert into own values (2000)")
        c.rollback()


def test_a_prepared_statement_survives_a_changed_table(server, c):
    c.execute("create or replace table changed as select 1 as a")
    ask = "select * from changed where a = %s"
    assert c.execute(ask, (1,), prepare=True).fetchone() == (1,)
    with server.connect() as other:
        other.execute("alter table changed add column b varchar default 'x'")
    assert c.execute("select a from changed where a = %s", (1,), prepare=True).fetchone() == (1,)


def test_pipeline_and_its_error(c):
    c.execute("create or replace table piped (a int)")
    with c.pipeline():
        cursors = [c.execute("select %s::int + 1", (i,)) for i in range(20)]
    assert [cursor.fetchone() for cursor in cursors] == [(i + 1,) for i in range(20)]
    with pytest.raises(psycopg.errors.UndefinedTable), c.pipeline():
        c.execute("insert into piped values (1)")
        c.execute("select * from nowhere")
        c.execute("insert into piped values (2)")
    # What comes between two Syncs is one transaction, as in PostgreSQL.
    assert c.execute("select count(*) from piped").fetchone() == (0,)


VALUES = [
    True,
    7,
    2**40,
    1.25,
    "a'b\"c",
    "",
    "grüße 🦆",
    b"\x00\xff",
    datetime.date(1999, 12, 31),
    datetime.date(1, 1, 1),
    datetime.datetime(1969, 1, 1, 1, 2, 3, 4),
    datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
    datetime.time(1, 2, 3, 500000),
    datetime.timedelta(days=3, seconds=5),
    decimal.Decimal("-123456.789"),
    uuid.UUID(int=2**127 + 9),
    [1, 2, None],
    [datetime.date(2020, 1, 1)],
    [True, False],
    [1.5, None],
    None,
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("form", ["%t", "%b"])
@pytest.mark.parametrize("binary", [False, True])
def test_values_there_and_back(c, value, form, binary):
    cursor = c.cursor(binary=binary)
    assert cursor.execute(f"select {form}", (value,)).fetchone() == (value,)


ALL_TYPES = """
    select true, 1::tinyint, (-2)::smallint, 3, 4::bigint, 5::hugeint, 250::utinyint, 60000::usmallint, 4000000000::uinteger,
        18446744073709551615::ubigint, 1.5::float, 2.25::double, 12.30::decimal(6,2), 0::decimal(4,0), -0.0001::decimal(9,4),
        99999999999999999999999999999999999999::decimal(38,0), 'text', '\\xAB'::blob, '0101'::bit::varchar,
        uuid '00000000-0000-0000-0000-000000000005', 'b'::enum('a', 'b'), date '2024-02-29', time '01:02:03.5',
        timestamp '1900-01-01 00:00:00', timestamp_s '2020-01-01 00:00:01', timestamp_ms '2020-01-01 00:00:00.001',
        timestamp_ns '2020-01-01 00:00:00.000001', timestamptz '2020-06-01 12:00:00+02', interval '1 month -2 days 3 seconds',
        [1, null, 3], ['a', null, 'c "d"', ''], [1, 2]::int[2], {'a': 1, 'b': [true, null]}, map {'k': 1.5}, [[1], [2, 3]],
        null, []::int[], union_value(k := 3), '{"j": 1}'::json
"""


def test_text_and_binary_agree(c):
    text = c.cursor().execute(ALL_TYPES).fetchone()
    binary = c.cursor(binary=True).execute(ALL_TYPES).fetchone()
    assert [v for v in zip(text, binary) if v[0] != v[1]] == []
    assert text[14] == decimal.Decimal("-0.0001") and text[15] == decimal.Decimal("9" * 38)
    assert text[32] == {"a": 1, "b": [True, None]} and text[34] == [[1], [2, 3]] and text[38] == {"j": 1}


def test_a_portal_with_a_row_limit(server):
    """Row limits (what JDBC's setFetchSize is), with another statement between two fetches: by hand, psycopg has none."""
    with Raw(server) as raw:
        raw.query("begin")
        raw.send("P", b"s1\0select i from range(25) t(i)\0" + struct.pack(">h", 0))
        raw.send("B", b"p1\0s1\0" + struct.pack(">hhh", 0, 0, 0))
        rows = []
        for turn in range(3):
            raw.send("E", b"p1\0" + struct.pack(">i", 10))
            raw.send("S", b"")
            answer = raw.until_ready()
            rows += [body[6:] for kind, body in answer if kind == "D"]
            assert [kind for kind, _ in answer if kind in "sC"] == ["s" if turn < 2 else "C"]
            assert [b for k, b in raw.query("select count(*) from range(7)") if k == "D"] == [b"\0\1\0\0\0\1" + b"7"]
        assert rows == [str(i).encode() for i in range(25)]


def test_errors_skip_to_the_next_sync(server):
    with Raw(server) as raw:
        raw.send("P", b"\0select nope\0" + struct.pack(">h", 0))
        raw.send("B", b"\0\0" + struct.pack(">hhh", 0, 0, 0))
        raw.send("E", b"\0" + struct.pack(">i", 0))
        raw.send("S", b"")
        assert [kind for kind, _ in raw.until_ready()] == ["E", "Z"]
        assert [kind for kind, _ in raw.query("")] == ["I", "Z"]


@pytest.mark.parametrize(
    "kind,body",
    [("B", b"\0nostatement\0" + struct.pack(">hhh", 0, 0, 0)), ("E", b"noportal\0" + struct.pack(">i", 0)), ("D", b"X\0"), ("P", b"x"),
     ("C", b"Q"), ("B", b"\0\0" + struct.pack(">h", 30000))],
)  # fmt: skip
def test_malformed_messages_are_errors(server, kind, body):
    with Raw(server) as raw:
        raw.send(kind, body)
        raw.send("S", b"")
        assert [k for k, _ in raw.until_ready()] == ["E", "Z"]
        assert any(k == "D" for k, _ in raw.query("select 1"))


@pytest.mark.parametrize(
    "packet",
    [struct.pack(">ii", 8, 196608), struct.pack(">ii", 4, 0), struct.pack(">i", -1), struct.pack(">i", 2**30), b"GET / HTTP/1.1\r\n\r\n",
     struct.pack(">iihh", 12, 80877103, 1, 2), struct.pack(">ii", 9, 131072) + b"\0"],
)  # fmt: skip
def test_what_is_no_start_up(server, packet):
    with socket.create_connection(("127.0.0.1", server.port), 10) as s:
        s.sendall(packet)
        s.shutdown(socket.SHUT_WR)
        while s.recv(4096):
            pass
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)


def test_newer_protocols_are_negotiated(server):
    with Raw(server, version=(3 << 16) + 9, options={"_pq_.frob": "1"}) as raw:
        kind, body = next(m for m in raw.greeting if m[0] == "v")
        assert struct.unpack(">ii", body[:8]) == ((3 << 16) + 2, 1) and body[8:] == b"_pq_.frob\0"
    with Raw(server, version=(3 << 16) + 2) as raw:
        assert len(next(body for kind, body in raw.greeting if kind == "K")) == 4 + 32
    with Raw(server) as raw:
        assert len(next(body for kind, body in raw.greeting if kind == "K")) == 4 + 4


def test_databases_by_name(server):
    for name in ("warehouse", "me"):
        with server.connect(dbname=name) as c:
            assert c.execute("select current_database()").fetchone() == ("warehouse",)
    with pytest.raises(psycopg.OperationalError, match='database "nope" does not exist'):
        server.connect(dbname="nope")


# ---- logging in ----


@pytest.mark.parametrize("user,password", [("me", "wrong"), ("me", ""), ("nobody", PASSWORD), ("nobody", "x")])
def test_a_wrong_password_and_a_user_that_is_none_look_alike(server, user, password):
    with pytest.raises(psycopg.OperationalError) as e:
        server.connect(user=user, password=password or " ")
    assert f'password authentication failed for user "{user}"' in str(e.value)


def test_a_user_that_is_none_has_one_salt(server):
    """As one that is there: or names could be told from their salts."""
    salts = []
    for _ in range(2):
        with pytest.raises(AssertionError):
            Raw(server, options={"user": "nobody"}, salts=salts)
    assert len(salts) == 2 and len(set(salts)) == 1


def test_users_come_and_go_while_it_serves(server):
    pond = server.pond
    pond.run("user", "add", "ann", "--password-stdin", stdin=["first"]).ok()
    pond.run("user", "add", "ann", "--password-stdin", stdin=["again"]).failed("ann", "exists")
    with server.connect(user="ann", password="first") as c:
        assert c.execute("select current_user").fetchone() is not None
    pond.run("user", "password", "ann", "--password-stdin", stdin=["second"]).ok()
    with pytest.raises(psycopg.OperationalError):
        server.connect(user="ann", password="first")
    server.connect(user="ann", password="second").close()
    assert [u["name"] for u in pond.run("user", "list", "--format", "json").json()] == ["ann", "me"]
    pond.run("user", "remove", "ann").ok()
    with pytest.raises(psycopg.OperationalError):
        server.connect(user="ann", password="second")
    pond.run("user", "remove", "ann").failed("ann")
    pond.run("user", "add", "bob").failed("standard input", code=2)


# ---- cancel and streaming ----


def test_cancel(c):
    timer = threading.Timer(0.3, c.cancel)
    timer.start()
    with pytest.raises(psycopg.errors.QueryCanceled, match="user request"):
        c.execute("select count(*) from range(100000000000) t(i) where i % 3 = 1")
    assert c.execute("select 1").fetchone() == (1,)


def test_a_cancel_with_a_wrong_key_does_nothing(server, c):
    for key in (b"\0\0\0\0", b"", b"x" * 300):
        with socket.create_connection(("127.0.0.1", server.port), 10) as s:
            body = struct.pack(">ii", 80877102, c.info.backend_pid) + key
            s.sendall(struct.pack(">i", len(body) + 4) + body)
            assert s.recv(10) == b""
    assert c.execute("select sum(i) from range(1000000) t(i)").fetchone() is not None


def test_a_large_result_streams(server):
    before = memory(server)
    with server.connect() as c, c.cursor() as cursor:
        total = sum(row[0] for row in cursor.stream("select 1::int from range(3000000)"))
    assert total == 3000000
    assert memory(server) - before < 64_000_000


def test_a_slow_client_blocks_only_itself(server, c):
    with Raw(server) as raw:
        raw.send("Q", b"select repeat('x', 1000) from range(1000000)\0")
        for _ in range(20):
            assert c.execute("select 1").fetchone() == (1,)
        raw.socket.close()
    wait_for(lambda: c.execute("select 1").fetchone() == (1,), "the server goes on")


def memory(server) -> int:
    return server.status()["engine_bytes"]


class Raw:
    """Messages by hand."""

    def __init__(self, server, version: int = 3 << 16, options: dict | None = None, salts: list | None = None):
        self.socket = socket.create_connection(("127.0.0.1", server.port), 30)
        self.socket.settimeout(30)
        parameters = {"user": "me", "database": "warehouse", **(options or {})}
        body = b"".join(f"{k}\0{v}\0".encode() for k, v in parameters.items()) + b"\0"
        self.socket.sendall(struct.pack(">ii", len(body) + 8, version) + body)
        before = self.log_in(PASSWORD, salts)
        self.greeting = before + self.until_ready()

    def log_in(self, password: str, salts: list | None) -> list[tuple[str, bytes]]:
        """SCRAM-SHA-256 (RFC 5802). Returns what came before it."""
        before = []
        while (message := self.message())[0] != "R":
            before.append(message)
        assert message[1][:4] == struct.pack(">i", 10), message
        bare = "n=,r=abc"
        first = f"n,,{bare}".encode()
        self.send("p", b"SCRAM-SHA-256\0" + struct.pack(">i", len(first)) + first)
        server_first = self.message()[1][4:].decode()
        parts = dict(part.split("=", 1) for part in server_first.split(","))
        if salts is not None:
            salts.append(parts["s"])
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        without = f"c=biws,r={parts['r']}"
        signed = f"{bare},{server_first},{without}".encode()
        signature = hmac.digest(hashlib.sha256(client_key).digest(), signed, "sha256")
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        self.send("p", f"{without},p={base64.b64encode(proof).decode()}".encode())
        kind, final = self.message()
        assert kind == "R", final
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        assert final[4:] == b"v=" + base64.b64encode(hmac.digest(server_key, signed, "sha256"))
        return before

    def send(self, kind: str, body: bytes) -> None:
        self.socket.sendall(kind.encode() + struct.pack(">i", len(body) + 4) + body)

    def exactly(self, n: int) -> bytes:
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            assert part, f"the server has gone after {data!r}"
            data += part
        return data

    def message(self) -> tuple[str, bytes]:
        head = self.exactly(5)
        return chr(head[0]), self.exactly(struct.unpack(">i", head[1:])[0] - 4)

    def until_ready(self) -> list[tuple[str, bytes]]:
        messages = []
        while not messages or messages[-1][0] != "Z":
            messages.append(self.message())
        return messages

    def query(self, sql: str) -> list[tuple[str, bytes]]:
        self.send("Q", sql.encode() + b"\0")
        return self.until_ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


@pytest.mark.parametrize("sql, values", [("select * from wider", []), ("select * from wider where a >= $1", [b"0"])])
def test_a_savepoint_outlives_a_plan_of_before(server, sql, values):
    """What pgjdbc's autosave=conservative lives on: the table was widened after the statement was prepared."""
    with server.connect() as other, server.connect() as c:
        other.execute("create or replace table wider as select 1 as a")
        c.pgconn.prepare(b"p", sql.encode())
        assert c.pgconn.exec_prepared(b"p", values).nfields == 1
        other.execute("alter table wider add column b text default 'new'")
        c.pgconn.exec_(b"begin")
        c.pgconn.exec_(b"savepoint s")
        refused = c.pgconn.exec_prepared(b"p", values)
        assert refused.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"0A000"
        assert b"cached plan must not change result type" in refused.error_message
        assert c.pgconn.exec_(b"rollback to s").command_status == b"ROLLBACK"
        c.pgconn.exec_(b"deallocate p")
        c.pgconn.prepare(b"p", sql.encode())
        assert c.pgconn.exec_prepared(b"p", values).get_value(0, 1) == b"new"
        assert c.pgconn.exec_(b"commit").command_status == b"COMMIT"


def test_a_savepoint_outlives_a_cursor_of_before(server):
    with server.connect() as other, server.connect() as c:
        other.execute("create or replace table wider as select 1 as a")
        declare = b"declare k cursor for select * from wider where a >= $1"
        c.pgconn.prepare(b"p", declare)
        other.execute("alter table wider add column b text default 'new'")
        c.pgconn.exec_(b"begin")
        c.pgconn.exec_(b"savepoint s")
        refused = c.pgconn.exec_prepared(b"p", [b"0"])
        assert refused.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"0A000"
        assert c.pgconn.exec_(b"rollback to s").command_status == b"ROLLBACK"
        c.pgconn.exec_params(declare, [b"0"])
        assert c.pgconn.exec_(b"fetch k").get_value(0, 1) == b"new"
        assert c.pgconn.exec_(b"commit").command_status == b"COMMIT"


@pytest.mark.parametrize("count", [32768, 65535])
def test_as_many_parameters_as_the_protocol_has(c, count):
    c.execute("create or replace table wide_insert (a int)")
    rows = ",".join(f"(${i})" for i in range(1, count + 1))
    done = c.pgconn.exec_params(f"insert into wide_insert values {rows}".encode(), [b"1"] * count)
    assert done.command_status == f"INSERT 0 {count}".encode(), done.error_message
    assert c.execute("select sum(a) from wide_insert").fetchone() == (count,)


def test_types_that_have_no_counterpart_are_text(server, c):
    """BIGNUM, VARIANT and GEOMETRY, and what is made of them."""
    c.execute("create or replace table odd (a bignum, b bignum[], c struct(x bignum, y int))")
    c.execute("insert into odd values ('123456789012345678901234567890123456789012', [-7, null], {x: 8, y: 9}), (null, null, null)")
    big = "123456789012345678901234567890123456789012"
    rows = c.execute("select a, b, c, a + 1 as \"a \"\"b\" from odd order by a nulls last").fetchall()
    assert rows[0][0] == big and rows[0][3] == str(int(big) + 1)
    assert rows[0][1] == ["-7", None] and rows[0][2] == {"x": "8", "y": 9}
    assert rows[1] == (None, None, None, None)
    assert c.execute("select a from odd where a = %s::bignum", [big]).fetchone() == (big,)
    with c.cursor().copy("copy odd (a) to stdout") as copy:
        assert b"".join(copy) == f"{big}\n\\N\n".encode()
    with c.cursor().copy("copy odd (a) from stdin") as copy:
        copy.write("-5\n")
    assert c.execute("select a from odd where a < 0").fetchone() == ("-5",)
    assert c.execute("select 5::variant, {a: 1}::variant").fetchone()[0] == "5"
    with pytest.raises(psycopg.errors.FeatureNotSupported, match='column "a" is a BIGNUM'):
        c.execute("insert into odd (a) values (1) returning a")
    assert c.execute("insert into odd (a) values (1) returning a::varchar").fetchone() == ("1",)
    done = server.pond.run("sql", "select a from odd where a < 0", "--format", "csv").ok()
    assert done.out.split() == ["a", "-5"]
    assert server.pond.run("sql", "select 7::bignum as a; -- alone").ok().out.split()[-1] != "?"
    server.pond.run("sql", "select 1; select a from odd").failed("is a BIGNUM, VARIANT or GEOMETRY")


def test_a_named_statement_sees_what_others_changed(server):
    """A plan without parameters that is kept would answer from before the change (duckdb#23704)."""
    with server.connect() as other:
        other.execute("create table grows as select i as k from range(1000) t(i)")
        with server.connect() as c:
            for turn in range(10):
                least = 1000 + 10 * turn
                name = f"p{turn}".encode()
                c.pgconn.prepare(name, f"select count(*) from grows where k >= {least}".encode())
                other.execute(f"insert into grows select {least} + i from range(10) t(i)")
                assert c.pgconn.exec_prepared(name, []).get_value(0, 0) == b"10"
                assert c.pgconn.exec_prepared(name, []).get_value(0, 0) == b"10"

"""pond up, down, status: the life of the server and its engine."""

import os
import signal
import socket
import threading

import psycopg
import pytest
from program import Pond, wait_for

from server import PROJECT, Server, alive


@pytest.fixture
def server(pond):
    under_test = Server(pond)
    yield under_test
    if under_test.running:
        under_test.running.kill()


def test_up_serves_and_down_ends_it(server):
    server.up()
    status = server.status()
    assert status["up"] and status["engine"] and status["restarts"] == 0
    with server.connect() as c:
        assert c.execute("select 6 * 7").fetchone() == (42,)
    server.down()
    assert not server.status()["up"]
    assert not alive(status["supervisor"]) and not alive(status["engine"])
    assert server.running.wait().code == 0


def sockets(pond) -> list[str]:
    return sorted(p.name for p in (pond.folder / ".pond/run").iterdir() if p.is_socket())


def test_no_socket_is_left(server, pond):
    """With port 0 each start has another one."""
    for _ in range(2):
        server.up()
        assert sockets(pond) == [f".s.PGSQL.{server.port}", "control.sock"]
        server.down()
        assert sockets(pond) == []
    server.up()
    status, old = server.status(), server.port
    os.kill(status["supervisor"], signal.SIGKILL)
    wait_for(lambda: not server.status()["up"] and not alive(status["engine"]), "the server is gone")
    assert f".s.PGSQL.{old}" in sockets(pond)
    server.up()
    assert sockets(pond) == [f".s.PGSQL.{server.port}", "control.sock"]
    port = free_port()
    (pond.folder / "pond.yml").write_text(PROJECT.replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    pond.run("restart").ok()
    assert sockets(pond) == [f".s.PGSQL.{port}", "control.sock"]
    server.down()
    assert sockets(pond) == []


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_the_first_start_makes_a_user(pond):
    server = Server(pond)
    server.running = pond.start("up")
    wait_for(lambda: "ready" in server.running.out, "the server is ready")
    password = server.running.out.split("password ")[1].split()[0]
    with server.connect(user="admin", password=password) as c:
        assert c.execute("select 1").fetchone() == (1,)
    server.down()
    server.running = pond.start("up")
    wait_for(lambda: "ready" in server.running.out, "the server is ready")
    assert "made user" not in server.running.out
    server.connect(user="admin", password=password).close()
    server.down()


def test_status_and_down_without_a_server(server):
    done = server.pond.run("status")
    assert done.code == 1 and "pond up" in done.out
    server.pond.run("down").ok()


def test_a_second_server_is_refused(server):
    server.up()
    server.pond.run("up").failed("served already", "pond status", code=75)
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)


def test_a_port_that_is_taken(pond):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        (pond.folder / "pond.yml").write_text(f"pond:\n  listen: {{postgres: '127.0.0.1:{other.getsockname()[1]}'}}\n")
        pond.run("up").failed(str(other.getsockname()[1]), "pond.listen.postgres")


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:x", "127.0.0.1:70000", "::1:5433"])
def test_an_address_that_is_none(pond, address):
    (pond.folder / "pond.yml").write_text(f"pond:\n  listen: {{postgres: '{address}'}}\n")
    pond.run("up").failed(address, "HOST:PORT")


@pytest.mark.parametrize("name,value", [("statement_timeout", "soon"), ("sessions", "many")])
def test_a_limit_that_is_none(pond, name, value):
    (pond.folder / "pond.yml").write_text(f"pond:\n  limits: {{{name}: {value}}}\n")
    pond.run("up").failed(value, name)


def test_a_warehouse_that_another_program_has(server, pond):
    import duckdb

    with duckdb.connect(str(server.database)):
        pond.run("up").failed("warehouse.duckdb", "in use")


def test_a_killed_engine_serves_again_and_loses_nothing(server):
    server.up()
    with server.connect() as c:
        c.execute("create table t as select * from range(1000)")
    for turn in range(1, 4):
        engine = wait_for(lambda: server.status()["engine"], "the engine serves")
        os.kill(engine, signal.SIGKILL)
        # The port is never refused: a connection waits in the queue until the new engine takes it.
        with server.connect() as c:
            assert c.execute("select count(*) from t").fetchone() == (1000,)
        status = wait_for(lambda: (now := server.status())["engine"] and now, "the engine serves again")
        assert status["restarts"] == turn and status["engine"] != engine and "signal 9" in status["last_end"]


def catalog_file(pond: Pond) -> tuple:
    (file,) = (pond.folder / ".pond" / "catalog").iterdir()
    return file.name, file.stat().st_ino, file.stat().st_mtime_ns


def columns(connection, view: str) -> list:
    return [(column.name, column.type_code) for column in connection.execute(f"select * from {view} limit 0").description]


def test_the_next_engine_takes_the_catalog_of_the_last(server, pond):
    views = ["pg_class", "pg_index", "pg_proc", "pg_stat_activity", "information_schema.columns"]
    server.up()
    with server.connect() as c:
        before = [columns(c, view) for view in views]
    kept = catalog_file(pond)
    assert ("oid", 26) in before[0] and ("indkey", 22) in before[1]  # oid, int2vector
    os.kill(server.status()["engine"], signal.SIGKILL)
    with server.connect() as c:
        assert [columns(c, view) for view in views] == before
        assert c.execute("select format_type(oid, null) from pg_type where typname = 'int4'").fetchone() == ("integer",)
        with pytest.raises(psycopg.Error, match="read-only"):
            c.execute("create table pond_catalog.pg.mine (a integer)")
    assert catalog_file(pond) == kept


def test_a_killed_supervisor_takes_the_engine_with_it(server):
    server.up()
    status = server.status()
    os.kill(status["supervisor"], signal.SIGKILL)
    wait_for(lambda: not alive(status["engine"]), "the engine ends")
    assert not server.status()["up"]
    server.up()
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_the_running_statement_end(server, sig):
    server.up()
    c = server.connect()
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(
            c.execute("select count(*) from range(400000000) t(i) where i % 3 = 1").fetchone()
        )
    )
    thread.start()
    with server.connect() as idle:
        wait_for(lambda: server_is_busy(server), "the statement runs")
        server.running.group(sig)
        thread.join(60)
        assert answers == [(133333333,)]
        with pytest.raises(psycopg.Error) as e:
            idle.execute("select 1")
        assert e.value.sqlstate in ("57P01", None)
    assert server.running.wait(20).code == 0


def server_is_busy(server) -> bool:
    """The engine computes."""
    stat = open(f"/proc/{server.status()['engine']}/stat").read().rpartition(")")[2].split()
    return int(stat[11]) > 30


def test_a_second_stop_ends_it_now(server):
    """`down --now` stops it twice at once: should one be lost, the statement would go on for as long as drain_timeout."""
    (server.pond.folder / "pond.yml").write_text(PROJECT + "  limits: {drain_timeout: 10min}\n")
    server.up()
    c = server.connect()
    failures = []

    def run():
        try:
            c.execute("select count(*) from range(100000000000) t(i) where i % 3 = 1").fetchone()
        except psycopg.Error as e:
            failures.append(e.sqlstate)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: server_is_busy(server), "the statement runs")
    server.pond.run("down", "--now").ok()
    thread.join(20)
    assert failures in (["57P01"], [None])


def test_more_sessions_than_allowed(pond):
    server = Server(pond, "  limits: {sessions: 2}\n").up()
    try:
        first, second = server.connect(), server.connect()
        with pytest.raises(psycopg.OperationalError) as e:
            server.connect()
        assert "too many sessions: 2" in str(e.value) and e.value.sqlstate in ("53300", None)
        assert "code=FULL" in server.running.err
        first.close()
        wait_for(lambda: connects(server), "a place is free again")
        assert second.execute("select 1").fetchone() == (1,)
    finally:
        server.running.kill()


def connects(server) -> bool:
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def test_time_limits(pond):
    server = Server(pond, "  limits: {statement_timeout: 200ms, idle_in_transaction: 300ms}\n").up()
    try:
        c = server.connect(sslmode="disable")  # is_ended looks at its bytes
        with pytest.raises(psycopg.errors.QueryCanceled) as e:
            c.execute("select count(*) from range(100000000000) t(i) where i % 3 = 1")
        assert "statement timeout" in str(e.value)
        assert c.execute("select 1").fetchone() == (1,)
        c.execute("begin")
        wait_for(lambda: is_ended(c), "the idle transaction is ended")
    finally:
        server.running.kill()


def is_ended(c) -> bool:
    with socket.socket(fileno=os.dup(c.fileno())) as raw:
        raw.setblocking(False)
        try:
            return b"25P03" in raw.recv(65536, socket.MSG_PEEK)
        except BlockingIOError:
            return False

"""Sessions that see, stop and wait for each other: pg_stat_activity, pg_cancel_backend, advisory locks; users and settings as views."""

import os
import re
import threading
import time

import psycopg
import pytest
from program import Pond, wait_for

from server import PASSWORD, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    under_test = Server(Pond(tmp_path_factory.mktemp("sessions"))).up()
    under_test.pond.run("user", "add", "ann", "--role", "analyst", "--password-stdin", stdin=[PASSWORD]).ok()
    yield under_test
    assert under_test.status()["restarts"] == 0, under_test.running.said()
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    under_test.pond.cleanup()


@pytest.fixture
def c(server):
    with server.connect() as connection:
        yield connection


class Asking(threading.Thread):
    """A statement on a connection of its own, while the test goes on."""

    def __init__(self, connection, sql, values=None):
        super().__init__()
        self.connection, self.sql, self.values = connection, sql, values
        self.rows = self.error = None
        self.start()

    def run(self):
        try:
            cursor = self.connection.execute(self.sql, self.values)
            self.rows = cursor.fetchall() if cursor.description else cursor.statusmessage
        except psycopg.Error as error:
            self.error = error

    def ends(self):
        self.join(20)
        assert not self.is_alive(), self.sql
        return self


def pid_of(connection) -> int:
    return connection.execute("select pg_backend_pid()").fetchone()[0]


def activity(c, pid) -> tuple:
    return c.execute(
        "select state, query, wait_event_type from pg_stat_activity where pid = %s and pid <> pg_backend_pid()", (pid,)
    ).fetchone()


# ---- who is there ----


def test_activity_of_others(server, c):
    with server.connect(application_name="watched") as other:
        pid = pid_of(other)
        assert pid == other.info.backend_pid != c.info.backend_pid
        assert activity(c, pid) == ("idle", "select pg_backend_pid()", "Client")
        other.execute("begin")
        assert activity(c, pid)[0] == "idle in transaction"
        row = c.execute(
            "select usename, datname, application_name, client_addr, client_port > 0, xact_start <= now(), backend_start <= xact_start, "
            "backend_type, usesysid = (select usesysid from pg_user where usename = 'me') from pg_stat_activity where pid = %s",
            (pid,),
        ).fetchone()
        assert row == ("me", "warehouse", "watched", "127.0.0.1", True, True, True, "client backend", True)
        with pytest.raises(psycopg.Error):
            other.execute("select * from nowhere")
        assert activity(c, pid)[0] == "idle in transaction (aborted)"
        other.execute("rollback")
        assert c.execute("select xact_start from pg_stat_activity where pid = %s", (pid,)).fetchone() == (None,)
        other.execute("set application_name = 'renamed'")
        assert c.execute("select application_name from pg_stat_activity where pid = %s", (pid,)).fetchone() == ("renamed",)
        asking = Asking(other, "select pg_sleep(30)")
        wait_for(lambda: activity(c, pid)[0] == "active", "it works", 10)
        assert activity(c, pid)[1] == "select pg_sleep(30)"
        assert c.execute("select pg_cancel_backend(%s)", (pid,)).fetchone() == (True,)
        assert isinstance(asking.ends().error, psycopg.errors.QueryCanceled)
        assert other.execute("select 1").fetchone() == (1,)
    wait_for(lambda: activity(c, pid) is None, "it has gone", 10)
    assert c.execute("select numbackends from pg_stat_database").fetchone()[0] >= 1


def test_cancel_of_work_in_duckdb(server, c):
    with server.connect() as other:
        asking = Asking(other, "select count(*) from range(1000000000) a, range(100000) b where a.range + b.range = 7")
        wait_for(lambda: activity(c, other.info.backend_pid)[0] == "active", "it works", 10)
        c.execute("select pg_cancel_backend(pid) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()")
        assert isinstance(asking.ends().error, psycopg.errors.QueryCanceled)


def test_terminate(server, c):
    for sql in ("select pg_sleep(60)", None):
        other = server.connect()
        pid = other.info.backend_pid
        asking = Asking(other, sql) if sql else None
        if sql:
            wait_for(lambda pid=pid: activity(c, pid)[0] == "active", "it works", 10)
        assert c.execute("select pg_terminate_backend(%s)", (pid,)).fetchone() == (True,)
        if asking:
            assert isinstance(asking.ends().error, psycopg.errors.AdminShutdown)
        wait_for(lambda pid=pid: activity(c, pid) is None, "it has gone", 10)
        with pytest.raises(psycopg.OperationalError):
            other.execute("select 1")
    other = server.connect()
    with pytest.raises(psycopg.errors.AdminShutdown):
        other.execute("select pg_terminate_backend(pg_backend_pid())")
        other.execute("select 1")


def test_who_may_end_whom(server, c):
    with server.connect(user="ann") as ann, server.connect(user="ann") as twin:
        for function in ("pg_cancel_backend", "pg_terminate_backend"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ann.execute(f"select {function}(%s)", (c.info.backend_pid,))
        asking = Asking(twin, "select pg_sleep(60)")
        wait_for(lambda: activity(c, twin.info.backend_pid)[0] == "active", "it works", 10)
        assert ann.execute("select pg_cancel_backend(%s)", (twin.info.backend_pid,)).fetchone() == (True,)
        assert isinstance(asking.ends().error, psycopg.errors.QueryCanceled)


def test_sleep_ends_at_the_time_limit(c):
    began = time.monotonic()
    with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"):
        c.execute("set statement_timeout = 200; select pg_sleep(60)")
    assert time.monotonic() - began < 10
    c.execute("reset statement_timeout")


# ---- users, settings ----


def test_users(server, c):
    rows = c.execute("select rolname, rolsuper, rolcanlogin from pg_roles where rolname in ('me', 'ann') order by 1").fetchall()
    assert rows == [("ann", False, True), ("me", True, True)]
    server.pond.run("user", "add", "ben", "--role", "view", "--password-stdin", stdin=[PASSWORD]).ok()
    assert c.execute("select passwd from pg_shadow where usename = 'ben'").fetchone() == (None,)
    assert c.execute("select pg_get_userbyid(oid) from pg_authid where rolname = 'ben'").fetchone() == ("ben",)
    server.pond.run("user", "remove", "ben").ok()
    assert c.execute("select count(*) from pg_user where usename = 'ben'").fetchone() == (0,)
    assert " ann " in server.psql("-c", r"\du").stdout


def test_settings_as_a_view(c):
    c.execute("set statement_timeout = '2min'")
    row = c.execute("select setting, unit, vartype, source, boot_val from pg_settings where name = 'statement_timeout'").fetchone()
    assert row == ("120000", "ms", "integer", "session", "0")
    assert c.execute("select setting from pg_settings where name = 'standard_conforming_strings'").fetchone() == ("on",)
    assert c.execute("select category from pg_settings where name = 'threads'").fetchone() == ("DuckDB",)
    assert c.execute("select count(*) from (select lower(name) from pg_settings group by 1 having count(*) > 1)").fetchone() == (0,)


def test_settings_of_the_server(server, c):
    assert c.execute("show port").fetchone() == (str(server.port),)
    assert c.execute("show ssl").fetchone() == ("on",)
    assert c.execute("show data_directory").fetchone() == (str(server.pond.folder),)
    assert c.execute("show max_connections").fetchone() == c.execute("select setting from pg_settings where name = 'max_connections'").fetchone()
    for name in ("nope", '"No Such"'):
        with pytest.raises(psycopg.errors.UndefinedObject, match="unrecognized configuration parameter"):
            c.execute(f"show {name}")
    c.execute("create or replace table shown (a int)")
    assert c.execute("show shown").fetchone()[0] == "a"


def test_the_servers_limits_are_shown_and_hold(tmp_path):
    pond = Pond(tmp_path)
    under_test = Server(pond, "  limits: {statement_timeout: 2s, idle_in_transaction: 3min, sessions: 7}\n").up()
    with under_test.connect() as c:
        show = lambda name: c.execute(f"show {name}").fetchone()[0]  # noqa: E731
        assert (show("statement_timeout"), show("idle_in_transaction_session_timeout"), show("max_connections")) == ("2s", "3min", "7")
        for said, shown in (("0", "2s"), ("1h", "2s"), ("500", "500ms"), ("default", "2s")):
            c.execute(f"set statement_timeout = {said}" if said != "1h" else "set statement_timeout = '1h'")
            assert show("statement_timeout") == shown
        c.execute("set statement_timeout = 0")
        with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"):
            c.execute("select count(*) from range(3000000000) a, range(100) b where a.range % 7 = b.range")
    under_test.down()


def test_functions_with_parameters(c):
    assert c.execute("select set_config(%s, %s, %s), %s::int + 1", ("my.x", "y", False, 4)).fetchone() == ("y", 5)
    assert c.execute("select current_setting(%s) where pg_backend_pid() = %s", ("my.x", c.info.backend_pid)).fetchone() == ("y",)
    assert c.execute("select current_setting('my.' || n) from (values ('x')) t(n)").fetchone() == ("y",)
    c.execute("create temp table s as select current_setting('my.x') as a, txid_current() as b")
    assert c.execute("select a, b > 0 from s", prepare=True).fetchone() == ("y", True)
    c.execute("set my.x = 'z'")
    assert [c.execute("select current_setting('my.x')", prepare=True).fetchone() for _ in range(2)] == [("z",)] * 2


def test_search_path_by_set_config(c):
    c.execute("create schema if not exists aside; create or replace table aside.there as select 1 as a")
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from there")
    c.execute("select set_config('search_path', 'aside, public', false)")
    assert c.execute("select * from there").fetchone() == (1,)
    c.execute("begin")
    c.execute("set local search_path = public")
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from there")
    c.execute("rollback")
    assert c.execute("select * from there").fetchone() == (1,)
    c.execute("set search_path = nowhere, later")
    c.execute("drop schema if exists later cascade; create schema later; create table later.here as select 2 as a")
    assert c.execute("select * from here").fetchone() == (2,)
    c.execute("reset search_path")
    c.execute("drop schema later cascade")
    told = c.execute("select set_config('search_path', 'aside', true); select * from there").fetchone()
    assert told == ("aside",)
    c.execute("begin; declare n cursor for select * from range(100000) t(i)")
    assert c.execute("fetch n").fetchone() == (0,)
    c.execute("set search_path = aside")
    assert c.execute("fetch n").fetchone() == (1,)
    c.execute("rollback; reset all")


def test_clients_are_told_of_settings(c):
    c.execute("select set_config('application_name', 'told', false)")
    assert c.info.parameter_status("application_name") == "told"
    c.execute("begin; set application_name = 'other'")
    assert c.info.parameter_status("application_name") == "other"
    c.execute("rollback")
    assert c.info.parameter_status("application_name") == "told"


def test_a_client_that_hangs_up_ends_its_statement(server, c):
    """PostgreSQL lets it run on unless client_connection_check_interval is set."""
    gone = server.connect()
    pid = gone.info.backend_pid
    gone.pgconn.send_query(b"select count(*) from range(3000000000) a, range(100) b where a.range % 7 = b.range")
    running = "select count(*) from pg_stat_activity where pid = %s and state = 'active'"
    wait_for(lambda: c.execute(running, [pid]).fetchone() == (1,), "it runs")
    os.close(gone.fileno())
    there = "select count(*) from pg_stat_activity where pid = %s"
    wait_for(lambda: c.execute(there, [pid]).fetchone() == (0,), "the session ends", 15)


def test_a_log_in_that_fails_is_in_the_log(server):
    for user, password in ((b"me", b"wrong"), (b"nobody", b"x")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            server.connect(user=user.decode(), password=password.decode())
    for user in ("me", "nobody"):
        line = re.compile(rf" postgres\.login_failed client=127\.0\.0\.1:\d+ user={user} .*\[28P01\]")
        wait_for(lambda line=line: line.search(server.running.err), f"{user} is in the log")
    assert "wrong" not in server.running.err


def test_idle_in_transaction_by_the_session(server, c):
    other = server.connect()
    other.execute("set idle_in_transaction_session_timeout = 200")
    other.execute("begin")
    wait_for(lambda: activity(c, other.info.backend_pid) is None, "it was ended", 10)
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        other.execute("select 1")


def test_discard_temp(c):
    c.execute("create temp table gone as select 1 as a")
    assert c.execute("discard temp").statusmessage == "DISCARD TEMP"
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from gone")


# ---- advisory locks ----


def holders(c, number) -> list:
    return c.execute(
        "select pid, mode, granted from pg_locks where locktype = 'advisory' and objid = %s order by granted desc", (number,)
    ).fetchall()


def test_lock_waits_until_it_is_given_back(server, c):
    with server.connect() as one, server.connect() as two:
        one.execute("select pg_advisory_lock(10)")
        assert two.execute("select pg_try_advisory_lock(10)").fetchone() == (False,)
        assert two.execute("select pg_try_advisory_lock_shared(10)").fetchone() == (False,)
        asking = Asking(two, "select pg_advisory_lock(%s)", (10,))
        wait_for(lambda: len(holders(c, 10)) == 2, "the second waits", 10)
        assert [row[2] for row in holders(c, 10)] == [True, False]
        assert activity(c, two.info.backend_pid)[2] == "Lock"
        blocking = "select pg_blocking_pids(pid) from pg_stat_activity where pid = %s"
        assert c.execute(blocking, (two.info.backend_pid,)).fetchone() == ([one.info.backend_pid],)
        assert c.execute(blocking, (one.info.backend_pid,)).fetchone() == ([],)
        assert one.execute("select pg_advisory_unlock(10)").fetchone() == (True,)
        assert asking.ends().error is None and asking.rows == [("",)]
        assert [row[0] for row in holders(c, 10)] == [two.info.backend_pid]
    wait_for(lambda: not holders(c, 10), "the end of the session gave it back", 10)


def test_transaction_locks_end_with_it(server, c):
    for end in ("commit", "rollback", "select * from nowhere"):
        with server.connect() as one:
            one.execute("begin")
            one.execute("select pg_advisory_xact_lock(11)")
            assert len(holders(c, 11)) == 1
            if "nowhere" in end:
                with pytest.raises(psycopg.Error):
                    one.execute(end)
            else:
                one.execute(end)
            assert holders(c, 11) == []


def test_shared_locks(server, c):
    with server.connect() as one, server.connect() as two, server.connect() as three:
        for reader in (one, two):
            assert reader.execute("select pg_try_advisory_lock_shared(12)").fetchone() == (True,)
        asking = Asking(three, "select pg_advisory_lock(12)")
        wait_for(lambda: len(holders(c, 12)) == 3, "the writer waits", 10)
        assert c.execute("select pg_try_advisory_lock_shared(12)").fetchone() == (False,)  # behind the writer
        assert one.execute("select pg_try_advisory_lock_shared(12)").fetchone() == (True,)  # has it already
        one.execute("select pg_advisory_unlock_all()")
        two.execute("select pg_advisory_unlock_shared(12)")
        assert asking.ends().error is None


def test_a_wait_can_be_ended(server, c):
    with server.connect() as one, server.connect() as two:
        one.execute("select pg_advisory_lock(13)")
        two.execute("set lock_timeout = 200")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute("select pg_advisory_lock(13)")
        two.execute("set lock_timeout = 0; set statement_timeout = 200")
        with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"):
            two.execute("select pg_advisory_lock(13)")
        two.execute("set statement_timeout = 0")
        for stop in (lambda: two.cancel_safe(), lambda: c.execute("select pg_cancel_backend(%s)", (two.info.backend_pid,))):
            asking = Asking(two, "select pg_advisory_lock(13)")
            wait_for(lambda: len(holders(c, 13)) == 2, "the second waits", 10)
            stop()
            assert isinstance(asking.ends().error, psycopg.errors.QueryCanceled)
        assert len(holders(c, 13)) == 1


def test_deadlock_is_found(server, c):
    with server.connect() as one, server.connect() as two:
        one.execute("select pg_advisory_lock(14)")
        two.execute("select pg_advisory_lock(15)")
        asking = Asking(one, "select pg_advisory_lock(15)")
        wait_for(lambda: len(holders(c, 15)) == 2, "the first waits", 10)
        with pytest.raises(psycopg.errors.DeadlockDetected):
            two.execute("select pg_advisory_lock(14)")
        two.execute("select pg_advisory_unlock_all()")
        assert asking.ends().error is None


def test_others_work_while_many_wait(server, c):
    c.execute("create or replace table work as select i from range(2000000) t(i)")
    c.execute("select pg_advisory_lock(16)")
    waiting = [server.connect() for _ in range(8)]
    asking = [Asking(w, "select pg_advisory_lock(16)") for w in waiting]
    wait_for(lambda: len(holders(c, 16)) == 9, "they wait", 20)
    assert c.execute("select sum(i), count(distinct i) from work").fetchone() == (1999999000000, 2000000)
    by_pid = {w.info.backend_pid: w for w in waiting}
    c.execute("select pg_advisory_unlock(16)")
    while by_pid:
        wait_for(lambda: [pid for pid, _, granted in holders(c, 16) if granted and pid in by_pid], "the next has it", 10)
        by_pid.pop(holders(c, 16)[0][0]).close()
    for a in asking:
        a.ends()


def test_the_server_ends_while_somebody_sleeps(tmp_path):
    pond = Pond(tmp_path)
    short = Server(pond, "  limits: {drain_timeout: 1s}\n").up()
    watch, one = short.connect(), short.connect()
    asking = Asking(one, "select pg_sleep(600)")
    wait_for(lambda: activity(watch, one.info.backend_pid)[0] == "active", "it sleeps", 10)
    short.down()
    assert asking.ends().error is not None

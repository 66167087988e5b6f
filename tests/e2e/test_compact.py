"""pond compact: the file becomes small again while it is served; nothing is lost whatever ends it, and the lock is never free."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import psycopg
import pytest
from program import wait_for
from test_backup import RICH, crash_points, dump, fill
from test_lock import lock_of

from server import Server
from singer import record, schema

ROWS, DAYS = 200_000, 30


def wear(path: Path, rows: int = ROWS, days: int = DAYS) -> None:
    """A month of upserts of 10 % a day, as the loader makes them: staged, deleted, inserted, a checkpoint now and then."""
    with duckdb.connect(str(path), config={"preserve_insertion_order": "false"}) as db:
        db.execute(f"create table t as select range id, random() r, md5(range::varchar) m, 0 as day from range({rows})")
        db.execute("checkpoint")
        for day in range(1, days + 1):
            db.execute(
                f"create temp table s as select (range * 10 + {day % 10}) id, random() r, md5(random()::varchar) m, {day} as day "
                f"from range({rows // 10})"
            )
            db.execute("begin; delete from t using s where t.id = s.id; insert into t from s; commit; drop table s")
            db.execute("checkpoint")


def figures(db) -> tuple:
    return db.execute("select count(*), count(distinct id), sum(day), sum(hash(id, r, m, day))::varchar from t").fetchone()


def rest_of(database: Path) -> list:
    return sorted(p.name for p in database.parent.glob("warehouse.duckdb.*"))


def test_a_month_of_upserts_doubles_a_file_and_compact_halves_it(pond):
    server = Server(pond)
    with duckdb.connect(str(server.database)) as db:
        db.execute(f"create table t as select range id, random() r, md5(range::varchar) m, 0 as day from range({ROWS})")
    fresh = server.database.stat().st_size
    server.database.unlink()
    wear(server.database)
    with duckdb.connect(str(server.database)) as db:
        before = figures(db)
    assert server.database.stat().st_size > 1.8 * fresh
    server.database.chmod(0o640)
    told = pond.run("compact", "--format", "json").ok().json()
    assert told["bytes_before"] > 1.8 * told["bytes_after"]
    assert told["bytes_after"] == server.database.stat().st_size < 1.3 * fresh
    assert server.database.stat().st_mode & 0o777 == 0o640
    assert rest_of(server.database) == []
    with duckdb.connect(str(server.database)) as db:
        assert figures(db) == before


def test_what_only_the_log_has_counts_as_before(pond):
    """Small tables take less in the log than in blocks of 256 kB: a file does not grow by being compacted."""
    server = Server(pond).up()
    for n in range(8):
        pond.run("sql", f"create table t{n} as select range a, repeat('x', 50) b from range(100)").ok()
    on_disk = sum(p.stat().st_size for p in pond.folder.glob("warehouse.duckdb*"))
    told = pond.run("compact", "--format", "json").ok().json()
    assert told["bytes_before"] >= on_disk and told["bytes_before"] >= told["bytes_after"]
    assert told["bytes_after"] == sum(p.stat().st_size for p in pond.folder.glob("warehouse.duckdb*"))
    server.down()


def test_everything_is_still_there(pond):
    server = Server(pond)
    fill(pond)
    before = dump(server.database)
    for words in (["compact"], ["compact"]):
        pond.run(*words).ok()
        assert dump(server.database) == before
    server.up()
    pond.run("compact").ok()
    server.down()
    assert dump(server.database) == before


class Reader(threading.Thread):
    """A client that asks again and again, in a session of its own with a prepared statement and a search path."""

    def __init__(self, server):
        super().__init__()
        self.server, self.stop, self.error, self.asked, self.longest = server, threading.Event(), None, 0, 0.0

    def run(self):
        try:
            with self.server.connect(prepare_threshold=2) as db:
                db.execute("set search_path = other, public")
                while not self.stop.is_set():
                    begin = time.monotonic()
                    (count,) = db.execute("select count(*) from t where id >= %s", [0]).fetchone()
                    assert count == ROWS, count
                    assert db.execute("select a from only_there").fetchone() == (1,)
                    self.longest = max(self.longest, time.monotonic() - begin)
                    self.asked += 1
        except Exception as error:  # noqa: BLE001 (told by the test)
            self.error = error


class Writer(threading.Thread):
    """A client that inserts row after row and knows which of them were committed."""

    def __init__(self, server):
        super().__init__()
        self.server, self.stop, self.error, self.written, self.longest = server, threading.Event(), None, 0, 0.0

    def run(self):
        try:
            with self.server.connect() as db:
                while not self.stop.is_set():
                    begin = time.monotonic()
                    with db.transaction():
                        db.execute("insert into log values (%s)", [self.written])
                        db.execute("insert into log_too values (%s)", [self.written])
                    self.longest = max(self.longest, time.monotonic() - begin)
                    self.written += 1
        except Exception as error:  # noqa: BLE001
            self.error = error


def test_readers_writers_and_a_load_go_on_while_it_is_served(pond):
    server = Server(pond)
    wear(server.database)
    fill(
        pond,
        "create table log (n integer); create table log_too (n integer); create schema other;"
        "create table other.only_there as select 1 a",
    )
    server.up()
    engine = server.status()["engine"]
    people = [Reader(server), Reader(server), Writer(server)]
    load = pond.start_target(batch_size_rows=500)
    sent = 0
    load.send(schema("loaded", {"id": "integer"}))
    for person in people:
        person.start()
    try:
        wait_for(lambda: all((getattr(p, "asked", 0) or getattr(p, "written", 0)) > 3 or p.error for p in people), "all work")
        running = pond.start("compact", "--format", "json")
        while running.alive():
            load.send(*[record("loaded", id=sent + i) for i in range(100)])
            sent += 100
            assert not [p.error for p in people if p.error]
            time.sleep(0.01)
        told = running.wait(10).ok().json()
    finally:
        for person in people:
            person.stop.set()
        for person in people:
            person.join()
    load.stdin.close()
    load.wait(60).ok()
    assert not [p.error for p in people if p.error]
    assert told["bytes_before"] > 1.5 * told["bytes_after"]
    print(
        f"{told['bytes_before'] / 1e6:.0f} -> {told['bytes_after'] / 1e6:.0f} MB in {told['seconds']} s, writers waited "
        f"{told['writers_waited']} s, readers {told['readers_waited']} s; longest read {people[0].longest:.3f} s, longest write "
        f"{people[2].longest:.3f} s"
    )
    assert lock_of(server.database) == engine == server.status()["engine"]
    with pytest.raises(duckdb.IOException, match="lock"):
        duckdb.connect(str(server.database))
    server.down()
    with duckdb.connect(str(server.database)) as db:
        assert figures(db)[:2] == (ROWS, ROWS)
        written = people[2].written
        assert db.execute("select count(*), count(distinct n), max(n) from log").fetchone() == (written, written, written - 1)
        assert db.execute("select count(*) from log_too").fetchone() == (written,)
        assert db.execute("select count(*), count(distinct id) from loaded").fetchone() == (sent, sent)


def test_transactions_are_waited_for_and_then_ended(pond):
    server = Server(pond).up()
    fill(pond, "create table t as select 1 a")
    with server.connect() as idle, server.connect() as temp, server.connect() as holder:
        idle.execute("select a from t")
        # ends in time
        holder.execute("begin")
        holder.execute("insert into t values (2)")
        running = pond.start("compact", "--timeout", "30")
        with server.connect() as seen:
            wait_for(lambda: waits(seen), "a new writer waits")
        assert idle.execute("select count(*) from t").fetchone() == (1,)
        holder.execute("commit")
        running.wait(30).ok()
        assert idle.execute("select count(*) from t").fetchone() == (2,)
        assert temp.execute("select count(*) from t").fetchone() == (2,)
        # does not
        holder.execute("begin")
        holder.execute("insert into t values (3)")
        temp.execute("create temp table mine as select 1 a")
        pond.run("compact", "--timeout", "0").ok()
        for ended in (holder, temp):
            with pytest.raises(psycopg.errors.AdminShutdown):
                ended.execute("select 1")
        assert idle.execute("select count(*) from t").fetchone() == (2,)
    server.down()


def waits(connection) -> bool:
    """Whether writing is held up just now."""
    connection.execute("set statement_timeout = 100")
    try:
        connection.execute("insert into t select 9 where false")
    except psycopg.errors.QueryCanceled:
        return True
    return False


def test_ctrl_c_leaves_everything_as_it_was(pond):
    server = Server(pond)
    wear(server.database, 1_500_000, 2)
    server.up()
    inode = server.database.stat().st_ino
    running = pond.start("compact")
    wait_for(lambda: any("compacting" in name for name in rest_of(server.database)), "the copy begins")
    running.signal(signal.SIGINT)
    running.wait(30).failed(code=130)
    assert server.database.stat().st_ino == inode
    assert not [name for name in rest_of(server.database) if "compact" in name]
    with server.connect() as db:
        db.execute("insert into t values (-1, 0, '', 0)")
        assert db.execute("select count(*) from t").fetchone() == (1_500_001,)
    server.down()


def test_what_looked_like_reading_is_not_lost(pond):
    """A macro that takes numbers from a sequence is a SELECT that writes."""
    server = Server(pond)
    wear(server.database, 1_000_000, 1)
    fill(pond, "create sequence s; create macro number() as nextval('s')")
    server.up()
    taken = 0
    with server.connect() as db:
        running = pond.start("compact")
        while running.alive():
            (taken,) = db.execute("select number()").fetchone()
        running.wait(10).ok()
        assert db.execute("select number()").fetchone() == (taken + 1,)
    server.down()


WATCH = """
import duckdb, sys, time
# Another program that wants the file, all the time: whenever it gets it while the server lives, that is told.
while True:
    try:
        with duckdb.connect(sys.argv[1]) as db:
            print("got it", flush=True)
    except duckdb.IOException:
        pass
"""


def test_no_other_program_gets_the_file_meanwhile(pond):
    server = Server(pond)
    wear(server.database, 50_000, 5)
    server.up()
    greedy = subprocess.Popen([sys.executable, "-c", WATCH, server.database], stdout=subprocess.PIPE, text=True)
    try:
        for _ in range(5):
            pond.run("compact").ok()
        assert lock_of(server.database) == server.status()["engine"]
    finally:
        greedy.kill()
    assert greedy.communicate()[0] == ""
    server.down()


POINTS = [
    "copy_table:1",
    "copy_committed:1",
    "compact_copied:1",
    "compact_before_rename:1",
    "compact_after_rename:1",
    "compact_closed:1",
    "compact_opened:1",
]


@crash_points
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_one_whole_file(pond, point):
    server = Server(pond)
    fill(pond, RICH)
    # rows that are in the log only
    with_log = "import duckdb, os, sys\nc = duckdb.connect(sys.argv[1])\nc.execute('insert into gone2 select range from range(1000)')\nos._exit(0)"
    fill(pond, "create table gone2 (a bigint)")
    subprocess.run([sys.executable, "-c", with_log, server.database], check=True)
    assert rest_of(server.database) == ["warehouse.duckdb.wal"]
    done = pond.run("compact", env={"POND_CRASH_AT": point})
    assert done.code == -signal.SIGKILL, done.said
    before = dump(server.database)
    assert before["main", "gone2"][0][0] == 1000
    pond.run("compact").ok()
    assert rest_of(server.database) == []
    assert dump(server.database) == before


@crash_points
@pytest.mark.parametrize("point", POINTS[2:])
def test_a_killed_engine_serves_a_whole_file(pond, point):
    """The engine dies at the point, again and again; each time it serves what was there."""
    server = Server(pond)
    wear(server.database, 20_000, 3)
    with duckdb.connect(str(server.database)) as db:
        before = figures(db)
    server.up(env={"POND_CRASH_AT": point})
    for i in range(2):
        with server.connect() as db:
            db.execute("create table if not exists log (n integer)")
            db.execute("insert into log values (%s)", [i])
        pond.run("compact").failed("the server did not finish")
        wait_for(lambda: serves(server), "it serves again", 30)
    with server.connect() as db:
        assert db.execute("select count(*), min(n), max(n) from log").fetchone() == (2, 0, 1)
    server.down()
    with duckdb.connect(str(server.database)) as db:
        assert figures(db) == before


def serves(server) -> bool:
    try:
        with server.connect() as db:
            return db.execute("select 1").fetchone() == (1,)
    except (psycopg.OperationalError, IndexError, KeyError):
        return False


def test_through_a_symbolic_link(pond):
    Server(pond, "  warehouse: {path: link.duckdb}\n")
    (pond.folder / "there").mkdir()
    os.symlink("there/real.duckdb", pond.folder / "link.duckdb")
    fill(pond, "create table t as select range a from range(1000)")
    inode = (pond.folder / "there/real.duckdb").stat().st_ino
    pond.run("compact").ok()
    assert (pond.folder / "link.duckdb").is_symlink()
    assert (pond.folder / "there/real.duckdb").stat().st_ino != inode
    assert pond.run("sql", "select count(*) c from t", "--format", "json").json() == [{"c": 1000}]

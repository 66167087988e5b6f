"""Loads in a warehouse that others use: what is the whole database's is not theirs to set."""

import signal
import threading

import psycopg
import pytest
from program import wait_for

from server import PASSWORD

ASK = "select current_setting('memory_limit') m, current_setting('threads')::int t"


def up(project):
    """`pond up` of the project."""
    running = project.start("up")
    wait_for(lambda: "ready" in running.out or not running.alive(), "the server listens", 30)
    assert running.alive(), running.said()
    return running


def test_settings_of_a_loader_that_are_the_whole_servers_are_left_alone(project, pond):
    project.extra = {"pond": {"listen": {"postgres": "127.0.0.1:0"}}}
    project.loader(settings={"memory_limit": "123MB", "streaming_buffer_size": "2MB"})
    project.script([{"name": "t", "rows": 10}])
    alone = project.run().ok()
    assert "memory_limit" not in alone.err
    running = up(project)
    before = project("sql", ASK, "--format", "json").ok().json()
    done = project.run().ok()
    assert "memory_limit" in done.err and "pond.warehouse.memory_limit" in done.err
    assert "streaming_buffer_size" not in done.err
    assert project("sql", ASK, "--format", "json").ok().json() == before
    project("down").ok()
    running.wait(20)


@pytest.fixture
def shared(project):
    project.extra = {"pond": {"listen": {"postgres": "127.0.0.1:0"}}}
    project.write()
    project("user", "add", "me", "--role", "admin", "--password-stdin", stdin=[PASSWORD]).ok()
    running = up(project)
    yield project
    project("down").ok()
    running.wait(30)


def connect(project) -> psycopg.Connection:
    address = project("status", "--format", "json").ok().json()["addresses"][0]
    port = address.rpartition(":")[2]
    return psycopg.connect(
        host="127.0.0.1", port=port, user="me", password=PASSWORD, dbname="warehouse", autocommit=True
    )


class Loop:
    """A client that does the same again and again beside a load; a conflict is its own to try again."""

    def __init__(self, project, statement: str):
        self.connection = connect(project)
        self.statement, self.done, self.conflicts, self.end, self.failure = statement, 0, 0, threading.Event(), None
        self.thread = threading.Thread(target=self.work)

    def work(self):
        try:
            while not self.end.is_set():
                try:
                    self.connection.execute(self.statement)
                    self.done += 1
                except psycopg.errors.SerializationFailure:
                    self.conflicts += 1
                except psycopg.errors.OutOfMemory:
                    pass
        except psycopg.Error as failure:
            self.failure = failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.thread.join()
        self.connection.close()
        assert not self.failure, self.failure
        assert self.done


ROWS = 100_000
KEYED = {"name": "t", "rows": ROWS, "key": ["id"], "state": "end"}


def test_two_runs_into_a_keyed_table_beside_a_client_that_updates_it(shared):
    """Nobody's change is lost, and no run fails."""
    shared.script([{**KEYED, "tag": "first"}], name="tap-first")
    shared.run("tap-first").ok()
    with connect(shared) as c:
        c.execute(f"insert into t (id, tag, amount) values ({ROWS + 1}, 'mine', 0)")
    for tag in ("a", "b"):
        shared.script([{**KEYED, "tag": tag}], name=f"tap-{tag}")
    mine = f"update t set amount = amount + 1 where id = {ROWS + 1} or id = 1 + (random() * {ROWS - 1})::int"
    # DuckDB has a DELETE of the load's conflict with a client's DELETE, not with its UPDATE.
    gone = f"delete from t where id = 1 + (random() * {ROWS - 1})::int"
    with Loop(shared, mine) as client, Loop(shared, gone):
        runs = [shared.start("run", "--full-refresh", f"tap-{tag}", "target-duckdb") for tag in ("a", "b")]
        for run in runs:
            run.wait(200).ok()
    shared.run("tap-b", "target-duckdb", "--full-refresh").ok()
    with connect(shared) as c:
        counted = c.execute(
            "select count(*), count(distinct id), count(*) filter (tag in ('a', 'b')) from t"
        ).fetchone()
        assert counted == (ROWS + 1, ROWS + 1, ROWS)
        assert c.execute(f"select amount from t where id = {ROWS + 1}").fetchone()[0] == client.done
    for tag in ("a", "b"):
        assert shared.state(f"dev:tap-{tag}-to-target-duckdb")["bookmarks"]["t"]["id"] == ROWS


def test_a_run_waits_for_another_that_overwrites_the_table_and_says_so(shared):
    """The shadow is one run's until it takes the table's place."""
    shared.loader(load_method="overwrite")
    slow = {"at": {"stream": "t", "row": 1500, "do": "hang"}, "mark": str(shared.folder / "hangs")}
    shared.script([{"name": "t", "rows": 3000, "tag": "slow"}], name="tap-slow", **slow)
    shared.script([{"name": "t", "rows": 10, "tag": "quick"}], name="tap-quick")
    shared.loader(load_method="overwrite", batch_size_rows=500)
    first = shared.start("run", "tap-slow", "target-duckdb")
    wait_for(lambda: (shared.folder / "hangs").exists(), "the first run is in the middle", 30)
    second = shared.start("run", "tap-quick", "target-duckdb")
    wait_for(lambda: "waiting for main.t: run" in second.err or not second.alive(), "the second run waits", 30)
    assert second.alive(), second.said()
    first.signal(signal.SIGINT)
    first.wait(30)
    second.wait(60).ok()
    with connect(shared) as c:
        assert c.execute("select count(*), min(tag), max(tag) from t").fetchone() == (10, "quick", "quick")


def test_a_run_that_waits_is_ended_by_a_second_ctrl_c(shared):
    slow = {"at": {"stream": "t", "row": 1500, "do": "hang"}, "mark": str(shared.folder / "hangs")}
    shared.script([{"name": "t", "rows": 3000}], name="tap-slow", **slow)
    shared.script([{"name": "t", "rows": 10}], name="tap-quick")
    shared.loader(load_method="overwrite", batch_size_rows=500)
    first = shared.start("run", "tap-slow", "target-duckdb")
    wait_for(lambda: (shared.folder / "hangs").exists(), "the first run is in the middle", 30)
    second = shared.start("run", "tap-quick", "target-duckdb")
    wait_for(lambda: "waiting for main.t" in second.err or not second.alive(), "the second run waits", 30)
    second.signal(signal.SIGINT)
    wait_for(lambda: "again gives up" in second.err, "the first ctrl-C is heard", 20)
    second.signal(signal.SIGINT)
    assert second.wait(20).code == 130
    first.signal(signal.SIGINT)
    first.wait(30)


def test_an_append_that_meets_a_clients_alter_begins_again_from_its_bookmark(shared):
    rows = 150_000
    shared.script([{"name": "log", "rows": rows, "state": "often", "every": 20_000}])
    with connect(shared) as c:
        c.execute("create table log (id bigint)")
        run = shared.start("run", "tap-script", "target-duckdb")
        number = 0
        while run.alive() and "beginning again from the bookmark" not in run.err:
            number += 1
            try:
                c.execute(f"alter table log add column c{number} integer")
            except psycopg.Error as lost:
                assert lost.sqlstate == "40001"
        run.wait(120).ok()
        assert "beginning again from the bookmark" in run.err
        assert c.execute("select count(*), count(distinct id) from log").fetchone() == (rows, rows)


def test_a_load_beside_a_query_that_takes_the_memory(project):
    project.extra = {
        "pond": {"listen": {"postgres": "127.0.0.1:0"}, "warehouse": {"memory_limit": "120MB", "temp_limit": "1MB"}}
    }
    project.script([{"name": "t", "rows": 60_000, "key": ["id"], "state": "often", "every": 5000}])
    project("user", "add", "me", "--role", "admin", "--password-stdin", stdin=[PASSWORD]).ok()
    running = up(project)
    with connect(project) as heavy:
        run = project.start("run", "tap-script", "target-duckdb")
        taken = 0
        while run.alive() and "beginning again" not in run.err:
            try:
                heavy.execute("select max(len(l)) from (select list(range) l from range(6000000) group by range % 5)")
            except psycopg.errors.OutOfMemory:
                taken += 1
        run.wait(120).ok()
        assert taken
        assert heavy.execute("select count(*), count(distinct id) from t").fetchone() == (60_000, 60_000)
    project("down").ok()
    running.wait(30)

"""Foreign programs that open the warehouse file themselves get it from the server for as long as they run: the real target-duckdb and
the real dbt-duckdb, in runs and by `pond invoke`."""

import os
import threading

import psycopg
import pytest
import venvs
from program import wait_for

from server import PASSWORD, alive

USER = ("user", "add", "me", "--role", "admin", "--password-stdin")


class Served:
    """A project whose server also listens for PostgreSQL's clients."""

    def __init__(self, pond, project):
        self.pond, self.project = pond, project
        project.extra["pond"] = {"listen": {"postgres": "127.0.0.1:0"}, "limits": {"drain_timeout": "2s"}}
        project.write()
        project(*USER, stdin=[PASSWORD]).ok()
        self.server = pond.start("up", cwd=project.folder)
        wait_for(lambda: "ready" in self.server.out or not self.server.alive(), "the server is ready", 30)
        assert self.server.alive(), self.server.said()

    def status(self) -> dict:
        return self.project("status", "--format", "json").json()

    def connect(self) -> psycopg.Connection:
        port = self.status()["addresses"][0].rpartition(":")[2]
        return psycopg.connect(host="127.0.0.1", port=port, user="me", password=PASSWORD, dbname="warehouse", autocommit=True)


@pytest.fixture
def target(project):
    executable = venvs.venv("target-duckdb") / "bin" / "target-duckdb"
    config = {"path": str(project.pond.database), "default_target_schema": "main"}
    project.loader("target-duckdb", {"executable": str(executable), "pond": "foreign"}, **config)
    project.script([{"name": "orders", "rows": 100, "key": ["id"]}])
    return project


@pytest.fixture
def slow(project):
    """A loader that holds the file until it is told to end."""
    python = venvs.venv("duckdb") / "bin" / "python"
    loader = project.shell(
        "slow-target",
        f"exec {python} -c '"
        "import duckdb, json, os, sys, time\n"
        'config = json.load(open(sys.argv[sys.argv.index("--config") + 1]))\n'
        "list(sys.stdin)\n"
        'with duckdb.connect(config["path"]) as c:\n'
        '    c.execute("create table made_elsewhere as select 42 as a")\n'
        '    open("holds", "w").close()\n'
        '    while not os.path.exists("end"): time.sleep(0.01)\n'
        "' \"$@\"",
    )
    project.loader("target-slow", {"executable": str(loader), "settings": [{"name": "path"}]}, path=str(project.pond.database))
    project.script([{"name": "orders", "rows": 3, "key": ["id"]}])
    return project


@pytest.fixture
def served(pond, project):
    made = []

    def make() -> Served:
        made.append(Served(pond, project))
        return made[0]

    yield make
    for one in made:
        assert one.status()["restarts"] == 0, one.server.said()
        project("down", "--now").ok()


def test_the_real_target_duckdb(target, served):
    one = served()
    with one.connect() as c:
        c.execute("create table mine as select 1 as a")
        for rows in (100, 130):
            target.script([{"name": "orders", "rows": rows, "key": ["id"]}])
            target.run().ok()
            # The session that was open goes on, and sees what the other program wrote.
            assert c.execute("select count(*) from orders").fetchone()[0] >= rows - 2  # it loses the first row of a batch
        assert c.execute("select data_type from information_schema.columns where table_name = 'orders' and column_name = 'id'").fetchone()
        c.execute("insert into mine values (2)")
        assert c.execute("select sum(a) from mine").fetchone() == (3,)


DBT = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nmodel-paths: [models]\n",
    "models/doubled.sql": "{{ config(materialized='table') }} select a * 2 as b from {{ target.database }}.main.mine",
    "models/schema.yml": "models: [{name: doubled, columns: [{name: b, data_tests: [not_null]}]}]\n",
}


@pytest.fixture
def dbt(project):
    folder = project.folder / "transform"
    for name, text in {**DBT, "profiles.yml": profile(project)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    executable = venvs.venv("dbt-duckdb") / "bin" / "dbt"
    commands = {"build": {"args": "build --no-use-colors --project-dir transform --profiles-dir transform"}}
    project.utility("dbt-duckdb", {"executable": str(executable), "commands": commands})
    return project


def profile(project) -> str:
    return f"shop: {{target: dev, outputs: {{dev: {{type: duckdb, path: '{project.pond.database}'}}}}}}\n"


@pytest.mark.parametrize("words", [("run", "dbt-duckdb:build"), ("invoke", "dbt-duckdb:build")])
def test_the_real_dbt_duckdb(dbt, served, words):
    """In a run its process is the server's child; by invoke it is the caller's."""
    one = served()
    with one.connect() as c:
        c.execute("create table mine as select 21 as a")
        done = dbt(*words)
        assert done.code == 0, done.said
        assert c.execute("select b from doubled").fetchone() == (42,)


def test_who_asks_meanwhile_is_told_to_try_again(slow, served, pond):
    one = served()
    session = one.connect()
    session.execute("create table mine as select 1 as a")
    run = slow.start("run", "tap-script", "target-slow")
    wait_for(lambda: (slow.folder / "holds").exists() or not run.alive(), "the other program has the file")
    assert run.alive(), run.said()
    with pytest.raises(psycopg.Error) as e:
        session.execute("select * from mine")
    assert e.value.sqlstate == "57P03" and "lent to target-slow" in str(e.value)
    with pytest.raises(psycopg.OperationalError, match="lent to target-slow"):
        one.connect()
    slow("sql", "select 1").failed("lent to target-slow", code=75)
    assert one.status()["up"]
    (slow.folder / "end").touch()
    run.wait(30).ok()
    assert session.execute("select a + 41 from mine").fetchone() == (42,)
    assert session.execute("select * from made_elsewhere").fetchone() == (42,)
    session.close()


def test_statements_may_end_and_transactions_have_their_time(slow, served):
    """A statement that runs ends well; an idle transaction is ended when the time is over."""
    one = served()
    busy, idle = one.connect(), one.connect()
    idle.execute("create table mine as select 1 as a")
    idle.execute("begin; insert into mine values (2)")
    answers = []

    def count():
        try:
            answers.append(busy.execute("select count(*) from range(100000000) t(i) where i % 3 = 1").fetchone())
        except psycopg.Error as e:
            answers.append(e.sqlstate)  # its time was over too

    thread = threading.Thread(target=count)
    thread.start()
    run = slow.start("run", "tap-script", "target-slow")
    wait_for(lambda: (slow.folder / "holds").exists() or not run.alive(), "the other program has the file", 60)
    assert run.alive(), run.said()
    (slow.folder / "end").touch()
    run.wait(30).ok()
    thread.join(30)
    with pytest.raises(psycopg.Error):
        idle.execute("commit")
    with one.connect() as c:
        assert c.execute("select count(*) from mine").fetchone() == (1,)
    assert answers in ([(33333333,)], ["57P01"])


def test_ctrl_c_gives_the_file_back(slow, served):
    one = served()
    run = slow.start("run", "tap-script", "target-slow")
    wait_for(lambda: (slow.folder / "holds").exists() or not run.alive(), "the other program has the file")
    run.signal(2)
    assert run.wait(30).code != 0
    with one.connect() as c:
        assert c.execute("select a from made_elsewhere").fetchone() in ((42,), None)


def test_an_engine_that_is_killed_while_the_file_is_lent(slow, served, pond):
    """The program dies with the engine; the next engine has the file."""
    one = served()
    run = slow.start("run", "tap-script", "target-slow")
    wait_for(lambda: (slow.folder / "holds").exists() or not run.alive(), "the other program has the file")
    engine = one.status()["engine"]
    os.kill(engine, 9)
    assert run.wait(30).code != 0
    wait_for(lambda: not alive(engine) and one.status()["engine"], "the engine serves again")
    with one.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)
    one.status = lambda: {"restarts": 0}

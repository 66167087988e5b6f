"""A project whose loaders name two DuckDB files: the server owns both."""

import subprocess

import pytest
import venvs
from test_shared_loads import up


@pytest.fixture
def two(project):
    project.extra = {"pond": {"listen": {"postgres": "127.0.0.1:0"}}}
    project.loader("target-second", {"executable": "target-duckdb"})
    project.loaders["target-second"]["config"] = {
        "path": str(project.folder / "second.duckdb"),
        "default_target_schema": "main",
    }
    project.script([{"name": "t", "rows": 1000, "key": ["id"]}])
    return project


def files(project) -> list[str]:
    return [f["path"] for f in project("status", "--format", "json").ok().json()["files"]]


def count(project, *words) -> int:
    return project("sql", *words, "--format", "json", "select count(*) n from t").ok().json()[0]["n"]


def down(project, running) -> None:
    project("down").ok()
    running.wait(20)


def is_locked(path) -> bool:
    python = venvs.venv("duckdb") / "bin" / "python"
    done = subprocess.run(
        [python, "-c", f"import duckdb; duckdb.connect({str(path)!r})"], capture_output=True, text=True
    )
    return done.returncode != 0 and "lock" in done.stderr


def test_a_file_that_is_made_by_its_first_load_stays_the_servers(two, pond):
    running = up(two)
    second = two.folder / "second.duckdb"
    assert files(two) == [str(pond.database)] and not second.exists()
    two.run("tap-script", "target-second").ok()
    assert files(two) == [str(pond.database), str(second)]
    assert count(two, "-d", str(second)) == 1000
    assert is_locked(second) and is_locked(pond.database)
    two.run("tap-script", "target-duckdb").ok()
    assert count(two) == 1000
    down(two, running)
    assert not is_locked(second)


def test_files_that_are_there_are_opened_at_the_start(two, pond):
    two.run("tap-script", "target-second").ok()
    two.run("tap-script", "target-duckdb").ok()
    second = two.folder / "second.duckdb"
    running = up(two)
    assert files(two) == [str(pond.database), str(second)]
    assert is_locked(second)
    assert count(two, "-d", "second.duckdb") == 1000
    assert "file       " + str(second) in two("status").ok().out
    down(two, running)


@pytest.mark.parametrize("served", [False, True])
def test_sql_reads_another_file_of_the_project(two, served):
    """By its name, as a client of the server does; `warehouse` is the project's."""
    two.run("tap-script", "target-second").ok()
    two("sql", "create table other as select 1 id union all select 5000").ok()
    running = up(two) if served else None
    ask = (
        "select count(*) n, count(o.id) m, (select count(*) from warehouse.main.other) own "
        "from second.main.t left join other o on o.id = t.id"
    )
    assert two("sql", "--format", "json", ask).ok().json() == [{"n": 1000, "m": 1, "own": 2}]
    script = "create or replace table copied as select id from second.main.t where id < 10; select count(*) n from copied"
    assert two("sql", "--format", "json", script).ok().json() == [{"n": 9}]
    assert two("sql", "-d", "second.duckdb", "--format", "json", "select count(*) n from t").ok().json() == [{"n": 1000}]
    two("sql", "create table second.main.u as select 1").failed()
    two("sql", "select 1 from nowhere.main.t").failed("nowhere")
    if served:
        down(two, running)


def test_sql_says_who_writes_to_the_other_file(two):
    two.run("tap-script", "target-second").ok()
    two("sql", "create table other as select 1 id").ok()
    second = two.folder / "second.duckdb"
    python = venvs.venv("duckdb") / "bin" / "python"
    code = f"import duckdb, sys; c = duckdb.connect({str(second)!r}); print('has it', flush=True); sys.stdin.read()"
    with subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "has it\n"
        two("sql", "select count(*) from second.main.t").failed("second.duckdb", str(holder.pid), code=75)
        two("sql", "select * from other").ok()
        holder.stdin.close()
        holder.wait(20)


def test_two_first_loads_at_once_open_it_once(two):
    running = up(two)
    for name in ("a", "b"):
        two.script([{"name": name, "rows": 3000, "key": ["id"]}], name=f"tap-{name}")
    runs = [two.start("run", f"tap-{name}", "target-second") for name in ("a", "b")]
    for run in runs:
        run.wait(60).ok()
    ask = "select (select count(*) from a) a, (select count(*) from b) b"
    assert two("sql", "-d", "second.duckdb", "--format", "json", ask).ok().json() == [{"a": 3000, "b": 3000}]
    down(two, running)


def test_a_file_that_another_program_has_keeps_the_server_from_nothing(two, pond):
    two.run("tap-script", "target-second").ok()
    second = two.folder / "second.duckdb"
    python = venvs.venv("duckdb") / "bin" / "python"
    code = f"import duckdb, sys; c = duckdb.connect({str(second)!r}); print('has it', flush=True); sys.stdin.read()"
    with subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "has it\n"
        running = up(two)
        assert "server.file_not_opened" in running.said() and str(second) in running.said()
        two.run("tap-script", "target-second").failed("second.duckdb", "in use by")
        other.stdin.close()
        other.wait(20)
    two.run("tap-script", "target-second").ok()
    assert files(two)[1:] == [str(second)]
    down(two, running)


def test_two_loads_at_once_into_a_file_that_is_not_the_servers(two):
    """DuckDB's lock is the process's: two databases on one file in the server would write over each other."""
    two.extra["environments"] = [
        {"name": "dev"},
        {
            "name": "prod",
            "config": {
                "plugins": {"loaders": [{"name": "target-duckdb", "config": {"path": str(two.folder / "prod.duckdb")}}]}
            },
        },
    ]
    for name in ("a", "b"):
        two.script([{"name": name, "rows": 3000, "key": ["id"]}], name=f"tap-{name}")
    running = up(two)
    runs = [two.start("--environment=prod", "run", f"tap-{name}", "target-duckdb") for name in ("a", "b")]
    for run in runs:
        run.wait(60).ok()
    prod = two.folder / "prod.duckdb"
    ask = "select (select count(*) from a) a, (select count(*) from b) b"
    assert two("sql", "-d", "prod.duckdb", "--format", "json", ask).ok().json() == [{"a": 3000, "b": 3000}]
    assert not is_locked(prod), "it is closed when nobody has it"
    assert str(prod) not in files(two)
    down(two, running)


@pytest.mark.parametrize("served", [False, True])
def test_a_file_whose_stem_is_a_word_of_duckdb(project, served):
    project.extra = {"pond": {"listen": {"postgres": "127.0.0.1:0"}}}
    project.loader(path=str(project.folder / "main.duckdb"))
    project.script([{"name": "t", "rows": 100, "key": ["id"]}])
    project.run().ok()
    running = up(project) if served else None
    project("backup").ok()
    project("compact").ok()
    assert project("sql", "--format", "json", "select current_database() d, count(*) n from t").ok().json() == [
        {"d": "main_db", "n": 100}
    ]
    if running:
        down(project, running)

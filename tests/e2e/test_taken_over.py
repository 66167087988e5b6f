"""A project that comes from Meltano goes on where Meltano was: its bookmarks are read until there are some of Pond's own."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import venvs

STATE_ID = "dev:tap-script-to-target-duckdb"

# As Meltano 4.4 makes it; 3 has the same columns.
TABLE = """
create table state (
    state_id VARCHAR(900) NOT NULL, partial_state VARCHAR, completed_state VARCHAR, updated_at DATETIME,
    PRIMARY KEY (state_id), UNIQUE (state_id)
)
"""


def stream(rows: int, name: str = "orders", **more) -> dict:
    """Without a key: rows that come twice are there twice."""
    return {"name": name, "rows": rows, "key": [], **more}


def record(**bookmarks) -> dict:
    """One part of what Meltano keeps, with the row that each stream has reached."""
    return {"singer_state": {"bookmarks": {name: {"id": reached} for name, reached in bookmarks.items()}}}


def database(project, completed, partial=None, path: str = ".meltano/meltano.db", state_id: str = STATE_ID) -> Path:
    file = project.folder / path
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute(TABLE)
        values = (state_id, json.dumps(partial or {}), json.dumps(completed))
        db.execute("insert into state (state_id, partial_state, completed_state) values (?, ?, ?)", values)
        db.commit()
    return file


def loaded(warehouse, table: str = "orders") -> tuple:
    """First row, last row, how many."""
    return warehouse.rows(f"select min(id), max(id), count(*) from {table}")[0]


def meltano(project, *words) -> str:
    environment = project.pond.environment(MELTANO_DISABLE_USER_YAML_CONFIG="1")
    program = venvs.venv("meltano") / "bin" / "meltano"
    done = subprocess.run(
        [program, *words], cwd=project.folder, env=environment, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def real_project(project) -> None:
    """One that Meltano itself runs, with `pond target` as its loader's program."""
    wrapper = project.shell("pond-target", f'exec {project.pond.binary} target "$@"')
    config = {"path": str(project.pond.database), "default_target_schema": "main"}
    project.loader("target-duckdb", {"executable": str(wrapper)}, **config)
    project.loaders["target-duckdb"]["settings"] = [{"name": "path"}, {"name": "default_target_schema"}]
    project.extra["send_anonymous_usage_stats"] = False
    scripted(project, stream(100, state="often"))


def scripted(project, *streams) -> None:
    project.script(list(streams))
    project.extractors["tap-script"]["settings"] = [{"name": "streams", "kind": "array"}]
    project.write()


def test_pond_goes_on_where_a_real_meltano_was(project, warehouse):
    real_project(project)
    meltano(project, "run", "tap-script", "target-duckdb")
    assert warehouse.count("orders") == 100
    assert project("state", "list").ok().out.split() == [STATE_ID]
    assert project.state() == json.loads(meltano(project, "state", "get", STATE_ID))["singer_state"]

    scripted(project, stream(130))
    done = project.run().ok()
    assert "state taken over" in done.said and "meltano.db" in done.said
    assert loaded(warehouse) == (1, 130, 130)
    assert project.state()["bookmarks"] == {"orders": {"id": 130}}

    scripted(project, stream(140))
    assert "taken over" not in project.run().ok().said
    assert loaded(warehouse) == (1, 140, 140)


def test_the_event_is_in_the_log_of_the_run(project):
    file = database(project, record(orders=5))
    project.script([stream(10)])
    project.run().ok()
    events = project("logs", "show").ok().out
    assert f"state.taken_over state_id={STATE_ID} file={file}" in events


def test_partial_states_are_merged_as_meltano_merges_them(project, warehouse):
    database(project, record(orders=5, users=3), record(orders=8))
    project.script([stream(10), stream(10, "users")])
    project.run().ok()
    assert loaded(warehouse) == (9, 10, 2)
    assert loaded(warehouse, "users") == (4, 10, 7)


def test_one_of_our_own_comes_first(project, warehouse):
    database(project, record(orders=5))
    project("state", "set", STATE_ID, json.dumps(record(orders=8)), "--force").ok()
    project.script([stream(10)])
    project.run().ok()
    assert loaded(warehouse) == (9, 10, 2)


def test_a_failed_run_that_committed_nothing_leaves_meltanos_bookmark(project, warehouse):
    database(project, record(orders=5))
    project.script([stream(100)], at={"row": 50, "do": "die"})
    project.run().failed("on fire")
    project.script([stream(100)])
    project.run().ok()
    assert loaded(warehouse) == (6, 100, 95)


def test_a_failed_run_that_committed_a_state_keeps_its_own(project, warehouse):
    database(project, record(orders=5))
    project.script([stream(1000, state="often", every=100)], at={"row": 550, "do": "die"})
    project.run().failed("on fire")
    assert project.state()["bookmarks"]["orders"]["id"] > 5
    project.script([stream(1000)])
    assert "taken over" not in project.run().ok().said
    assert loaded(warehouse) == (6, 1000, 995)


def test_no_state_update_reads_it_and_writes_none(project, warehouse):
    database(project, record(orders=5))
    project.script([stream(10)])
    for _ in range(2):
        assert "taken over" in project.run("tap-script", "target-duckdb", "--no-state-update").ok().said
    assert loaded(warehouse) == (6, 10, 10)


def test_full_refresh_gives_the_tap_none_and_keeps_the_other_streams(project, warehouse):
    database(project, record(orders=5, users=3))
    project.script([stream(10)])
    project.run("tap-script", "target-duckdb", "--full-refresh").ok()
    assert loaded(warehouse) == (1, 10, 10)
    assert project.state()["bookmarks"] == {"orders": {"id": 10}, "users": {"id": 3}}


def test_a_full_refresh_that_replaces_the_state_needs_none(project):
    database(project, record(orders=5, users=3)).write_bytes(b"garbage" * 1000)
    project.script([stream(10)])
    project.run("tap-script", "target-duckdb", "--full-refresh", "--state-strategy", "overwrite").ok()
    assert project.state()["bookmarks"] == {"orders": {"id": 10}}


@pytest.mark.parametrize(("flags", "ids"), [((), [9, 10]), (("--full-refresh",), list(range(1, 11)))])
def test_a_foreign_loader_goes_on_too(project, flags, ids):
    into, state_id = project.folder / "got.jsonl", "dev:tap-script-to-target-tee"
    loader = project.shell("tee", f"""tee {into} | sed -n 's/.*"STATE", "value": \\(.*\\)}}$/\\1/p'""")
    project.loader("target-tee", {"executable": str(loader)})
    database(project, record(orders=5), record(orders=8, users=3), state_id=state_id)
    project.script([stream(10)])
    assert "taken over" in project.run("tap-script", "target-tee", *flags).ok().said
    messages = [json.loads(line) for line in into.read_text().splitlines()]
    assert [message["record"]["id"] for message in messages if message["type"] == "RECORD"] == ids
    assert project.state(state_id)["bookmarks"] == {"orders": {"id": 10}, "users": {"id": 3}}
    assert "taken over" not in project.run("tap-script", "target-tee").ok().said


def test_state_commands_show_it_until_it_is_cleared(project, warehouse):
    file = database(project, record(orders=5), state_id=STATE_ID)
    before = file.read_bytes()
    project.script([stream(10)])
    assert project("state", "list").ok().out.split() == [STATE_ID]
    assert project.state() == record(orders=5)["singer_state"]
    project("state", "copy", STATE_ID, "copied", "--force").ok()
    assert project.state("copied") == record(orders=5)["singer_state"]
    project("state", "clear", STATE_ID, "--force").ok()
    assert project("state", "list").ok().out.split() == ["copied"]
    assert project("state", "get", STATE_ID).ok().json() == {}
    project.run().ok()
    assert loaded(warehouse) == (1, 10, 10)
    assert file.read_bytes() == before


def test_what_is_cleared_once_it_was_taken_over_stays_away(project, warehouse):
    database(project, record(orders=5))
    project.script([stream(10)])
    project.run().ok()
    project("state", "clear", "--all", "--force").ok()
    assert project("state", "list").ok().out == ""
    project.run().ok()
    assert loaded(warehouse) == (1, 10, 15)


def test_moving_and_merging(project):
    database(project, record(orders=5))
    project("state", "merge", STATE_ID, json.dumps(record(users=1)), "--force").ok()
    assert project.state()["bookmarks"] == {"orders": {"id": 5}, "users": {"id": 1}}
    project("state", "move", STATE_ID, "moved", "--force").ok()
    assert project("state", "list").ok().out.split() == ["moved"]


def broken(project) -> None:
    database(project, record(orders=5)).write_bytes(b"garbage" * 1000)


def old(project) -> None:
    with closing(sqlite3.connect(database(project, {}))) as db:
        db.execute("alter table state rename to job")


def no_json(project) -> None:
    with closing(sqlite3.connect(database(project, {}))) as db:
        db.execute("update state set completed_state = '{'")
        db.commit()


@pytest.mark.parametrize(("damage", "word"), [(broken, "damaged"), (old, "older Meltano"), (no_json, "JSON")])
def test_bookmarks_that_cannot_be_read_end_a_run_before_it_doubles_rows(project, warehouse, damage, word):
    damage(project)
    project.script([stream(10)])
    project.run().failed("bookmarks of Meltano", "meltano.db" if damage is not no_json else STATE_ID, word, code=1)
    project("state", "get", STATE_ID).failed(word)
    project("state", "set", STATE_ID, json.dumps(record(orders=8)), "--force").ok()
    listed = project("state", "list").ok()
    assert listed.out.split() == [STATE_ID]
    assert damage is no_json or word in listed.err
    project.run().ok()
    assert loaded(warehouse) == (9, 10, 2)


def test_an_empty_database_has_none(project, warehouse):
    (project.folder / ".meltano").mkdir()
    (project.folder / ".meltano" / "meltano.db").touch()
    project.script([stream(10)])
    project.run().ok()
    assert loaded(warehouse) == (1, 10, 10)


@pytest.mark.parametrize("uri", ["sqlite:///other.db", "sqlite:///$MELTANO_PROJECT_ROOT/other.db?timeout=5"])
@pytest.mark.parametrize("by", ["file", "variable"])
def test_another_database(project, warehouse, uri, by):
    database(project, record(orders=5), path="other.db")
    project.script([stream(10)])
    options = {}
    if by == "file":
        project.extra["database_uri"] = uri
        project.write()
    else:
        options["env"] = {"MELTANO_DATABASE_URI": uri.replace("$MELTANO_PROJECT_ROOT", str(project.folder))}
    project.run(**options).ok()
    assert loaded(warehouse) == (6, 10, 5)


def folder(project, completed, partial=None) -> str:
    """A file:// state backend; its URI."""
    file = project.folder / "states" / STATE_ID / "state.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"completed": completed, "partial": partial or {}}))
    return f"file://{project.folder}/states"


def test_a_file_backend_is_read_too(project, warehouse):
    uri = folder(project, record(orders=5, users=3), record(orders=8))
    database(project, record(orders=1))
    project.extra["state_backend"] = {"uri": uri}
    project.script([stream(10), stream(10, "users")])
    assert project("state", "list").ok().out.split() == [STATE_ID]
    assert "states" in project.run().ok().said
    assert (loaded(warehouse), loaded(warehouse, "users")) == ((9, 10, 2), (4, 10, 7))


def test_a_file_backend_that_a_real_meltano_wrote(project):
    project.extra["send_anonymous_usage_stats"] = False
    project.extra["state_backend.uri"] = "file://${MELTANO_PROJECT_ROOT}/states"
    project.script([stream(10)])
    meltano(project, "state", "set", STATE_ID, json.dumps(record(orders=5)), "--force")
    done = project("state", "get", STATE_ID).ok()
    assert done.json() == record(orders=5) and done.err == ""


def test_a_file_backend_that_cannot_be_read_ends_the_run(project):
    project.extra["state_backend"] = {"uri": folder(project, {})}
    (project.folder / "states" / STATE_ID / "state.json").write_text("{")
    project.script([stream(10)])
    project.run().failed("bookmarks of Meltano", "state.json", "JSON", code=1)


@pytest.mark.parametrize(
    ("setting", "uri", "shown"),
    [
        ("state_backend.uri", "s3://bucket/x", "s3://bucket/x"),
        ("state_backend.uri", "s3://key:sec/ret@bucket/x", "s3://***@bucket/x"),
        ("state_backend.uri", "file://server/x", "file://server/x"),
        ("database_uri", "postgresql://me:secret@host/db?password=secret", "postgresql://***@host/db"),
    ],
)
def test_other_backends_are_said_not_to_count(project, warehouse, setting, uri, shown):
    database(project, record(orders=5))
    project.extra[setting] = uri
    project.script([stream(10)])
    for words in [("run", "tap-script", "target-duckdb"), ("state", "list"), ("el", "tap-script", "target-duckdb")]:
        err = project(*words).ok().err
        assert err.count("warning:") == 1 and f'{setting} "{shown}" is not supported' in err
        assert "pond state set ID" in err and "sec" not in err
    assert loaded(warehouse) == (1, 10, 20)


def test_a_variable_names_the_backend(project):
    project.script([stream(10)])
    named = {"MELTANO_STATE_BACKEND_URI": "gs://bucket"}
    assert 'state_backend.uri "gs://bucket"' in project("state", "list", env=named).ok().err
    assert project("state", "list", env=named | {"POND_STATE_BACKEND_URI": "systemdb"}).ok().err == ""

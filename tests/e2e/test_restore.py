"""pond restore: the state of a backup, whole, whatever ends the process."""

import signal
import subprocess
import sys

import duckdb
import pytest
from test_backup import RICH, crash_points, dump, fill, only
from test_lock import HOLD

from project import Project
from server import Server


@pytest.fixture
def saved(pond):
    """A project with a backup, and something that happened since: rows in the log alone, another user."""
    server = Server(pond)
    pond.run("user", "add", "before", "--password-stdin", stdin=["x"]).ok()
    fill(pond, RICH + "create table since (a bigint)")
    name = pond.run("backup", "--format", "json").ok().json()["name"]
    old = dump(server.database)
    pond.run("user", "add", "after", "--password-stdin", stdin=["x"]).ok()
    add = "import duckdb, os, sys\nc = duckdb.connect(sys.argv[1])\nc.execute('insert into since select range from range(1000)')\nos._exit(0)"
    subprocess.run([sys.executable, "-c", add, server.database], check=True)
    assert server.database.with_name("warehouse.duckdb.wal").exists()
    return server, name, old


def users(pond) -> list[str]:
    return sorted(user["name"] for user in pond.run("user", "list", "--format", "json").ok().json())


def since(pond) -> int:
    return pond.run("sql", "select count(*) c from since", "--format", "json").ok().json()[0]["c"]


def test_what_was_there_is_kept_and_comes_back(saved):
    server, name, old = saved
    pond = server.pond
    told = pond.run("restore", name, "--yes", "--format", "json").ok().json()
    assert users(pond) == ["before"]
    assert since(pond) == 0
    assert dump(server.database) == old
    assert told["kept"] in [path.name for path in (pond.folder / ".pond/backups").iterdir()]
    pond.run("restore", told["kept"], "--yes", "--no-keep").ok()
    assert users(pond) == ["after", "before"]
    assert since(pond) == 1000
    assert not list(pond.folder.rglob("*.restoring"))


def test_a_backup_elsewhere_and_a_project_that_was_moved(saved, tmp_path):
    server, _, old = saved
    pond = server.pond
    pond.run("sql", "delete from since").ok()
    pond.run("backup", "--to", tmp_path / "else").ok()
    folder = only(tmp_path / "else")
    other = tmp_path / "moved"
    other.mkdir()
    (other / "pond.yml").write_text("pond: {}\n")
    pond.run("restore", f"{folder}/", "--yes", cwd=other).ok()
    assert dump(other / "warehouse.duckdb") == old
    assert pond.run("user", "list", "--format", "json", cwd=other).json()[0]["name"] == "after"


def test_it_asks_and_refuses(saved):
    server, name, _ = saved
    pond = server.pond
    pond.run("restore", name).failed("--yes")
    pond.run("restore", "20200101T000000Z", "--yes").failed("no backup", "20200101T000000Z", name)
    (pond.folder / "nothing").mkdir()
    pond.run("restore", "./nothing", "--yes").failed("manifest.json")
    server.up()
    pond.run("restore", name, "--yes").failed("the server is up", f"pond down && pond restore {name} && pond up", code=75)
    server.down()
    assert since(pond) == 1000
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(server.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    pond.run("restore", name, "--yes", "--no-keep").failed(str(holder.pid), "python", code=75)
    pond.run("restore", name, "--yes").failed(str(holder.pid), code=75)
    holder.stdin.close()
    holder.wait()
    assert since(pond) == 1000
    assert not list(pond.folder.rglob("*.restoring"))


def test_a_damaged_backup_is_refused(saved):
    server, name, _ = saved
    pond = server.pond
    file = pond.folder / ".pond/backups" / name / "pond.db"
    good = file.read_bytes()
    file.write_bytes(good[:4096] + b"\xff" * 4096 + good[8192:])
    pond.run("restore", name, "--yes").failed("pond.db")
    file.write_bytes(good)
    file = pond.folder / ".pond/backups" / name / "warehouse/warehouse.duckdb"
    good = file.read_bytes()
    with duckdb.connect(str(file)) as db:
        db.execute("delete from b.t where id = 5")
    pond.run("restore", name, "--yes").failed("rows")
    file.write_bytes(b"\x00" * len(good))
    pond.run("restore", name, "--yes").failed(name)
    file.unlink()
    pond.run("restore", name, "--yes").failed("not complete", "missing")
    assert since(pond) == 1000 and users(pond) == ["after", "before"]


def test_bookmark_and_rows_agree(pond, project: Project, warehouse):
    project.script([{"name": "t", "rows": 1000, "key": ["id"]}])
    project.run().ok()
    name = project("backup", "--format", "json").ok().json()["name"]
    project.script([{"name": "t", "rows": 3000, "key": ["id"]}])
    project.run().ok()
    reference = warehouse.dump("main.t", without="_sdc_")
    project("restore", name, "--yes").ok()
    assert warehouse.count("t") == 1000
    project.run().ok()
    assert warehouse.dump("main.t", without="_sdc_") == reference


# Up to the journal nothing has happened, behind it everything will.
POINTS = {
    "restore_kept:1": "old",
    "restore_staged:1": "old",
    "restore_staged:2": "old",
    "restore_journal:1": "new",
    "restore_log_removed:1": "new",
    "restore_file:1": "new",
    "restore_log_removed:2": "new",
    "restore_file:2": "new",
    "restore_changed:1": "new",
}


@crash_points
@pytest.mark.parametrize("again", ["", "restore_log_removed:1", "restore_file:1", "restore_changed:1"])
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_the_old_state_or_the_new_one(saved, point, again):
    server, name, old = saved
    pond = server.pond
    done = pond.run("restore", name, "--yes", env={"POND_CRASH_AT": point})
    assert done.code == -signal.SIGKILL, done.said
    if again:  # the command that goes on is killed, too, where it comes to that
        pond.run("user", "list", env={"POND_CRASH_AT": again})
    state = POINTS[point]
    assert users(pond) == (["after", "before"] if state == "old" else ["before"])
    assert since(pond) == (1000 if state == "old" else 0)
    pond.run("restore", name, "--yes").ok()
    assert users(pond) == ["before"]
    assert dump(server.database) == old
    assert not list(pond.folder.rglob("*.restoring"))


@crash_points
def test_a_server_that_starts_after_a_kill_serves_the_new_state(saved):
    server, name, old = saved
    pond = server.pond
    assert pond.run("restore", name, "--yes", env={"POND_CRASH_AT": "restore_log_removed:1"}).code == -signal.SIGKILL
    server.up()
    with server.connect(autocommit=True) as db:
        assert db.execute("select count(*) from since").fetchone() == (0,)
    server.down()
    assert dump(server.database) == old

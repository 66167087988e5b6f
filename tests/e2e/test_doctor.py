"""pond doctor on a warehouse: what is wrong with it, and the command that mends it; with the server down and up the same."""

import subprocess
import sys

import pytest
from test_backup import fill, served  # noqa: F401 (a fixture)
from test_compact import wear
from test_lock import HOLD, lock_of

from server import Server


def findings(pond, *words) -> list[dict]:
    done = pond.run("doctor", "--format", "json", *words)
    assert done.code in (0, 1), done.said
    return done.json()


def of(found: list[dict], what: str) -> list[dict]:
    return [one for one in found if one["what"] == what]


def test_a_worn_file_a_missing_backup_and_their_mending(served):  # noqa: F811
    pond = served.pond
    fill(pond, "create table first (a integer)")
    if served.running:
        served.down()
        wear(served.database, 200_000, 12)
        served.up()
    else:
        wear(served.database, 200_000, 12)
    found = findings(pond, "--deep")
    (storage,) = of(found, "storage")
    assert storage["verdict"] == "note" and storage["mend"] == "pond compact" and "unused" in storage["text"]
    assert of(found, "backups")[0]["mend"] == "pond backup"
    assert of(found, "tables")[0]["text"] == "all rows of 2 tables can be read"
    assert of(found, "server")[0]["text"].startswith("up" if served.running else "down")
    pond.run("compact").ok()
    pond.run("backup").ok()
    found = findings(pond)
    assert of(found, "storage")[0]["verdict"] == "ok"
    assert of(found, "backups")[0]["verdict"] == "ok"
    assert not [one for one in found if one["verdict"] == "wrong"]


def test_the_map_names_every_file_and_who_names_it(project):
    project.loader(name="target-duckdb--other", definition={"inherit_from": "target-duckdb"}, path="other.duckdb")
    project.extra = {
        "default_environment": "dev",
        "environments": [
            {"name": "dev"},
            {"name": "prod", "config": {"plugins": {"loaders": [{"name": "target-duckdb", "config": {"path": "prod.duckdb"}}]}}},
        ],
    }
    project.write()
    texts = [one["text"] for one in project("doctor", "--format", "json").json() if one["what"] == "warehouse"]
    assert texts[0].startswith("project, by target-duckdb -> ") and "warehouse.duckdb" in texts[0]
    assert any("target-duckdb--other -> " in text and "other.duckdb" in text for text in texts)
    assert any(text.startswith("environment prod: ") and "prod.duckdb" in text for text in texts)


def test_the_lock_survives(pond):
    server = Server(pond).up()
    fill(pond, "create table t as select range a from range(1000)")
    engine = server.status()["engine"]
    for words in (["doctor", "--deep"], ["status"], ["backup"], ["compact"], ["doctor"]):
        pond.run(*words)
        assert lock_of(server.database) == engine, words
    server.down()


def test_a_foreign_holder_is_named_and_not_waited_for(pond):
    server = Server(pond)
    fill(pond, "create table t (a integer)")
    words = [sys.executable, "-c", HOLD, str(server.database)]
    holder = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    assert str(holder.pid) in of(findings(pond), "lock")[0]["text"]
    holder.stdin.close()
    holder.wait()


def test_damage_is_found_by_reading_and_says_what_helps(pond):
    server = Server(pond)
    fill(pond, "create table t as select range a, md5(range::varchar) m from range(300000)")
    pond.run("backup").ok()
    data = bytearray(server.database.read_bytes())
    data[3 * 4096 + 3 * 262144 + 5000] ^= 0xFF  # in the fourth block
    server.database.write_bytes(data)
    found = findings(pond, "--deep")
    wrong = [one for one in found if one["verdict"] == "wrong"]
    assert wrong and "Corrupt" in wrong[0]["text"] and "pond restore" in wrong[0]["mend"], found
    pond.run("sql", "select count(distinct m), sum(a) from t").failed("Corrupt", "pond restore")
    name = [one["name"] for one in pond.run("backup", "--list", "--format", "json").json()][-1]
    pond.run("restore", name, "--yes", "--no-keep").ok()
    assert not [one for one in findings(pond, "--deep") if one["verdict"] == "wrong"]


def test_pond_db_that_is_damaged(pond):
    Server(pond)
    for number in range(50):
        pond.run("user", "add", f"user{number}", "--password-stdin", stdin=["x"]).ok()
    path = pond.folder / ".pond/pond.db"
    subprocess.run(["sqlite3", path, "pragma wal_checkpoint(truncate)"], capture_output=True)
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    (wrong,) = of(findings(pond), "pond.db")
    assert wrong["verdict"] == "wrong" and "pond restore" in wrong["mend"]


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]).returncode:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_says_how_much_is_free_where(pond, small_disk):
    Server(pond, f"  warehouse: {{path: {small_disk}/w.duckdb}}\n")
    done = pond.run("sql", "create table t as select random() a, random() b from range(4000000)")
    done.failed("space", "are free at", str(small_disk))
    pond.run("sql", "select 1").ok()

"""Low disk refuses what would write much before a full disk breaks it; `pond status` shows how disk, files and sessions are."""

import os

import psycopg
import pytest
from program import Warehouse

from server import Server
from singer import bookmark, record, schema, table

COLUMNS = {"id": "integer", "body": "string"}


def up(pond, folder, limits="") -> Server:
    return Server(pond, f"  warehouse: {{path: {folder}/warehouse.duckdb}}\n{limits}").up()


def test_copy_from_is_refused_and_goes_on_when_there_is_room(pond, small_disk):
    server = up(pond, small_disk, "  limits: {free_disk: 20MB}\n")
    with server.connect() as c:
        c.execute("create table t (a integer)")
        (small_disk / "filler").write_bytes(os.urandom(8_000_000))
        with pytest.raises(psycopg.errors.DiskFull) as low, c.cursor().copy("copy t from stdin") as copy:
            copy.write_row((1,))
        assert "disk space is low" in str(low.value) and str(small_disk) in str(low.value)
        assert "pond.limits.free_disk" in low.value.diag.message_hint
        (small_disk / "filler").unlink()
        with c.cursor().copy("copy t from stdin") as copy:
            copy.write_row((1,))
        assert c.execute("select count(*) from t").fetchone() == (1,)
    server.down()


def test_a_load_is_refused_with_and_without_a_server(project, small_disk):
    database = small_disk / "warehouse.duckdb"
    project.extra = {"pond": {"limits": {"free_disk": "20MB"}}}
    project.loader(path=str(database))
    project.script([{"name": "t", "rows": 10}])
    project.run().ok()
    (small_disk / "filler").write_bytes(os.urandom(8_000_000))
    project.run().failed("disk space is low", "20.0 MB are to stay free", "pond.limits.free_disk")
    project.extra = {"pond": {"limits": {"free_disk": "0"}}}
    project.write()
    project.run().ok()


def test_a_running_load_stops_with_what_it_has(pond, small_disk):
    """At the next boundary, with the bookmark of what is in."""
    database = small_disk / "warehouse.duckdb"
    lines = [schema("t", COLUMNS)]
    for number in range(1, 15001):
        lines.append(record("t", id=number, body=os.urandom(2000).hex()))
        if number % 500 == 0:
            lines.append(bookmark("t", number))
    (small_disk / "filler").write_bytes(bytes(5_000_000))
    done = pond.target(lines, path=str(database), batch_size_rows=500, seconds=120).failed("space")
    kept = done.states[-1]["bookmarks"]["t"]["replication_key_value"]
    assert Warehouse(database).one(f"select count(*) from t where id <= {kept}") == kept


def test_without_a_word_a_twentieth_of_a_small_disk_stays_free(pond, small_disk):
    database = small_disk / "warehouse.duckdb"
    (small_disk / "filler").write_bytes(bytes(24 * 1024 * 1024 - 1_000_000))
    pond.target(table("t", COLUMNS, [{"id": 1}]), path=str(database)).failed(
        "disk space is low", "1.3 MB are to stay free"
    )


@pytest.mark.parametrize("said", ["much", "-1"])
def test_a_wrong_limit_is_quoted(pond, said):
    (pond.folder / "pond.yml").write_text(f'pond:\n  limits: {{free_disk: "{said}"}}\n')
    pond.run("sql", "create table t (a integer)").failed("pond.yml:2", "free_disk", f'"{said}"', "1GB")


def test_status_shows_disk_files_and_sessions(pond, small_disk):
    server = up(pond, small_disk)
    status = server.status()
    assert [f["path"] for f in status["files"]] == [str(small_disk / "warehouse.duckdb")]
    assert status["sessions"] == 0 and status["oldest_transaction"] is None
    with server.connect(autocommit=False) as c:
        c.execute("create table t as select range a from range(100000)")
        c.commit()
        c.execute("select 1")
        began = c.execute("select now() at time zone 'UTC'").fetchone()[0]
        status = server.status()
        (file,) = status["files"]
        disk = os.statvfs(small_disk)
        assert file["free_disk_bytes"] == disk.f_bavail * disk.f_frsize
        assert file["bytes"] == (small_disk / "warehouse.duckdb").stat().st_size
        wal = small_disk / "warehouse.duckdb.wal"
        assert file["wal_bytes"] == (wal.stat().st_size if wal.exists() else 0)
        assert status["sessions"] == 1
        assert status["oldest_transaction"][:19] == began.isoformat()[:19]
        text = pond.run("status").ok().out
        assert "sessions   1, the oldest transaction since" in text and "of disk are free" in text
    server.down()

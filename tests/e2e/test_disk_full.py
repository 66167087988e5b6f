"""No room, no permission: a clear error, earlier batches stay, and afterwards the file is still a good one."""

import os
import subprocess

import pytest
from program import Pond, Warehouse, wait_for

from singer import bookmark, record, schema, table

COLUMNS = {"id": "integer", "body": "string"}


def growing(batches: int) -> list:
    """Rows that do not compress, with a bookmark behind each 500."""
    lines = [schema("t", COLUMNS)]
    for number in range(1, batches * 500 + 1):
        lines.append(record("t", id=number, body=os.urandom(2000).hex()))
        if number % 500 == 0:
            lines.append(bookmark("t", number))
    return lines


def test_disk_full(pond, small_disk):
    database = small_disk / "warehouse.duckdb"
    warehouse = Warehouse(database)
    lines = growing(30)
    load = pond.start_target(path=str(database), batch_size_rows=500)
    load.send(*lines[:1003])
    wait_for(lambda: load.out, "the STATE of the first batches")
    try:
        load.send(*lines[1003:])
        load.stdin.close()
    except BrokenPipeError:
        pass
    done = load.wait(120).failed("space")
    kept = done.states[-1]["bookmarks"]["t"]["replication_key_value"]
    assert kept >= 500
    assert warehouse.one(f"select count(*) from t where id <= {kept}") == kept
    # after making room the same load goes through
    for path in small_disk.glob("*tmp*"):
        path.unlink() if path.is_file() else None
    subprocess.run(["mount", "-o", "remount,size=400m", small_disk], check=True)
    pond.target(growing(30), path=str(database), batch_size_rows=500, seconds=120).ok()
    assert warehouse.one("select count(distinct id) from t") == 15000


def as_nobody(pond: Pond) -> Pond:
    """Permissions mean nothing to root: run the program as another user then."""
    if os.getuid() == 0:
        pytest.skip("permissions mean nothing to root")
    return pond


def test_a_read_only_file_system(pond, small_disk):
    database = small_disk / "warehouse.duckdb"
    pond.target(table("t", COLUMNS, [{"id": 1}]), path=str(database)).ok()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    pond.target(table("t", COLUMNS, [{"id": 2}]), path=str(database)).failed(str(database))
    assert Warehouse(database).count("t") == 1


def test_a_folder_that_cannot_be_written(pond, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    pond.target(table("t", COLUMNS, [{"id": 1}]), path=str(small_disk / "new.duckdb")).failed("new.duckdb")


def test_a_read_only_warehouse(pond, warehouse):
    pond.target(table("t", COLUMNS, [{"id": 1}])).ok()
    pond.database.chmod(0o444)
    as_nobody(pond).target(table("t", COLUMNS, [{"id": 2}])).failed("warehouse.duckdb", "may not read and write")
    assert warehouse.count("t") == 1


def test_a_folder_that_does_not_exist(pond):
    pond.target(table("t", COLUMNS, [{"id": 1}]), path=str(pond.folder / "no" / "such" / "x.duckdb")).failed("x.duckdb")


def test_a_warehouse_that_is_a_folder(pond):
    pond.database.mkdir()
    pond.target(table("t", COLUMNS, [{"id": 1}])).failed("warehouse.duckdb")


def test_a_read_only_project_folder(project, pond, small_disk):
    """The run cannot make .pond: it says so instead of half working."""
    for path in project.folder.iterdir():
        subprocess.run(["cp", "-a", path, small_disk], check=True)
    project.folder = small_disk
    project.script([{"name": "t", "rows": 10}])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    project.run().failed(f'folder "{small_disk}" cannot be written by user root: Read-only')

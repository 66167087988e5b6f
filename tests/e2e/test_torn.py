"""A process that is killed while DuckDB writes a metadata block leaves half of it: pond mends that, and nothing else."""

import os
import shutil
import struct
import subprocess
import sys

import duckdb
import pytest

from singer import table

BLOCK, FIRST, CHECKSUM, PARTS = 256 * 1024, 3 * 4096, 8, 64
PART = (BLOCK - CHECKSUM) // PARTS // 8 * 8
ROWS = [{"id": i, "name": f"row {i}"} for i in range(1000)]
HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
MENDED = "mended 1 block that a killed process left half written"


@pytest.fixture
def loaded(pond, warehouse):
    """A file that was written some times: of some metadata block only a part is in use."""
    for number in range(3):
        pond.target(table(f"t{number}", {"id": "integer", "name": "string"}, ROWS)).ok()
    return warehouse


def partly_used(warehouse) -> tuple[int, list[int]]:
    blocks = warehouse.rows("select block_id, free_list from pragma_metadata_info()")
    return next((block, free) for block, free in blocks if 0 < len(free) < PARTS)


def overwrite(path, at: int, data: bytes) -> None:
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def tear(warehouse) -> None:
    """As the kernel leaves it: the first pages are of a block with more in its free parts, the rest is as it was."""
    block, free = partly_used(warehouse)
    start = FIRST + block * BLOCK
    overwrite(warehouse.path, start, os.urandom(CHECKSUM))
    overwrite(warehouse.path, start + CHECKSUM + free[0] * PART, os.urandom(PART))
    with pytest.raises(duckdb.IOException, match="Corrupt database file"):
        warehouse.tables()


def checksum(data: bytes) -> int:
    total = 5381
    for (word,) in struct.iter_unpack("<Q", data):
        total ^= word * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    return total


def test_the_checksum_is_duckdbs(loaded):
    block, _ = partly_used(loaded)
    data = loaded.path.read_bytes()[FIRST + block * BLOCK :][:BLOCK]
    assert struct.unpack_from("<Q", data)[0] == checksum(data[CHECKSUM:])


@pytest.mark.parametrize("way", ["target", "sql", "run"])
def test_a_torn_metadata_block_is_mended(pond, project, loaded, way):
    tear(loaded)
    if way == "target":
        done = pond.target(table("t3", {"id": "integer", "name": "string"}, ROWS)).ok()
    elif way == "sql":
        done = project("sql", "select count(*) as n from t1").ok()
        assert "1000" in done.out
    else:
        project.script([{"name": "t3", "rows": 1000, "state": "end"}])
        done = project.run().ok()
    assert MENDED in done.err and str(loaded.path) in done.err
    assert [loaded.count(f"t{number}") for number in range(3)] == [1000] * 3
    assert loaded.rows("select count(distinct id), sum(id) from t1") == [(1000, 499500)]
    again = project("sql", "select 1").ok()
    assert "mended" not in again.err


def test_a_damaged_block_of_rows_is_not_hidden(project, loaded):
    """Data blocks are never written in place: what is wrong there is damage."""
    block = loaded.one("select block_id from pragma_storage_info('t1') where block_id >= 0 limit 1")
    overwrite(loaded.path, FIRST + block * BLOCK + 100, os.urandom(50))
    project("sql", "select sum(id), min(name) from t1").failed("Corrupt database file")


def test_a_file_that_another_process_has_is_left_alone(project, loaded):
    """It may be writing that very block."""
    block, free = partly_used(loaded)
    start = FIRST + block * BLOCK
    words = [sys.executable, "-c", HOLD, str(loaded.path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        overwrite(loaded.path, start + CHECKSUM + free[0] * PART, os.urandom(PART))
        before = loaded.path.read_bytes()[start:][:CHECKSUM]
        project("sql", "select 1").failed(str(holder.pid), code=75)
        assert loaded.path.read_bytes()[start:][:CHECKSUM] == before
        holder.kill()
    assert MENDED in project("sql", "select 1").ok().err


# Kills itself while DuckDB sleeps in a checkpoint, which a reader of old rows lets run beside inserts.
KILLED_CHECKPOINT = """
import duckdb, os, sys, threading, time
c = duckdb.connect(sys.argv[1])
c.execute("insert into t values (1)")
c.execute("set debug_checkpoint_sleep_ms = 600000")
reader, checkpointer = c.cursor(), c.cursor()
reader.execute("begin")
reader.execute("from t").fetchall()
c.execute("insert into t values (1)")
log = sys.argv[1] + ".wal"
size = os.path.getsize(log)
threading.Thread(target=checkpointer.execute, args=("checkpoint",), daemon=True).start()
while os.path.getsize(log) == size:
    time.sleep(0.01)
if "insert" in sys.argv:
    c.execute("insert into other values (1)")
os.kill(os.getpid(), 9)
"""


def kill_checkpoint(path, *words) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED_CHECKPOINT, path, *words]).returncode == -9


def test_two_killed_checkpoints(project, warehouse, tmp_path):
    """DuckDB refuses the file once: the log that it joins from two has the mark of the first checkpoint in it."""
    with duckdb.connect(warehouse.path) as c:
        c.execute("create table t (a int)")
        c.execute("create table other (a int)")
    kill_checkpoint(warehouse.path)
    kill_checkpoint(warehouse.path, "insert")
    assert warehouse.path.with_suffix(".duckdb.wal.checkpoint").exists()
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in warehouse.path.parent.glob(f"{warehouse.path.name}*"):
        shutil.copy(file, copy)
    with pytest.raises(duckdb.InvalidInputException, match="cannot contain a checkpoint marker"):
        duckdb.connect(copy / warehouse.path.name)
    project("sql", "insert into other values (1)").ok()
    counts = project(
        "sql", "select (select count(*) from t) as a, (select count(*) from other) as b", "--format", "csv"
    ).ok()
    assert counts.out.split()[1] == "4,2"

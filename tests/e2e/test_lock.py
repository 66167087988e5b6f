"""Who has the warehouse file: a foreign holder is named, another pond is waited for, and the lock is never dropped by accident."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import wait_for

from singer import record, schema, table

LOCKED = 75  # EX_TEMPFAIL: its own exit code

HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table if not exists theirs (a integer)")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(pond):
    """Another program that has the file open, as a notebook would."""
    words = [sys.executable, "-c", HOLD, str(pond.database)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.stdin.close()
    process.wait()


def test_a_foreign_holder_is_named_at_once(pond, holder):
    begin = time.monotonic()
    done = pond.target(table("t", {"id": "integer"}, [{"id": 1}]))
    done.failed(str(holder.pid), "python", "warehouse.duckdb", code=LOCKED)
    assert time.monotonic() - begin < 5


def test_a_foreign_holder_stops_a_run_before_the_tap_starts(project, holder):
    started = project.folder / "reached"
    project.script([{"name": "t", "rows": 10}], at={"row": 1, "do": "nothing"}, mark=str(started))
    project.run().failed(str(holder.pid), "python", code=LOCKED)
    assert not started.exists()


def test_after_the_holder_has_gone_it_works(pond, holder, warehouse):
    pond.target(table("t", {"id": "integer"}, [{"id": 1}])).failed(code=LOCKED)
    holder.stdin.close()
    holder.wait()
    pond.target(table("t", {"id": "integer"}, [{"id": 1}])).ok()
    assert warehouse.tables() == ["main.t", "main.theirs"]


def hold(pond):
    """A `pond target` that has the file and waits for more input."""
    running = pond.start_target()
    running.send(schema("first", {"id": "integer"}), record("first", id=1))
    wait_for(lambda: lock_of(pond.database) or not running.alive(), "pond has the lock", 30)
    assert running.alive(), running.said()
    return running


def lock_of(path: Path) -> int | None:
    """The process that has a POSIX write lock on the file, as the kernel says."""
    if not path.exists():
        return None
    inode = path.stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[1] == "POSIX" and words[3] == "WRITE" and int(words[5].split(":")[2]) == inode:
            return int(words[4])
    return None


def test_another_pond_waits_and_says_for_whom(pond, warehouse):
    first = hold(pond)
    second = pond.start_target()
    second.send(*table("second", {"id": "integer"}, [{"id": 2}]))
    second.stdin.close()
    wait_for(lambda: str(first.pid) in second.err, "the second says who has the file", 10)
    assert second.alive()
    assert f'waiting up to 600 s for "{pond.database}": pid {first.pid} has it' in second.err
    assert "with pond up both share it" in second.err
    first.stdin.close()
    first.wait().ok()
    second.wait().ok()
    assert warehouse.count("first") == 1 and warehouse.count("second") == 1


def test_waiting_has_a_limit(pond):
    first = hold(pond)
    words = pond.target_words({})
    done = pond.run("--lock-timeout", "1", *words, stdin=table("t", {"id": "integer"}, [{"id": 1}]))
    done.failed("waiting up to 1 s", f'(pid {first.pid}: ', f'holds the warehouse "{pond.database}"', "pond up", code=LOCKED)
    first.stdin.close()
    first.wait().ok()


def test_waiting_ends_by_ctrl_c(pond):
    first = hold(pond)
    second = pond.start_target()
    second.send(*table("t", {"id": "integer"}, [{"id": 2}]))
    wait_for(lambda: str(first.pid) in second.err, "the second waits", 10)
    second.signal(signal.SIGINT)
    assert second.wait(5).code == 130
    first.stdin.close()
    first.wait().ok()


LOOKING = [
    ["doctor"],
    ["--lock-timeout", "0", "state", "list"],
    ["--lock-timeout", "0", "sql", "select 1"],
    ["config", "list", "target-duckdb"],
    ["logs", "list"],
    ["--lock-timeout", "0", "run", "tap-script", "target-duckdb"],
]


@pytest.mark.parametrize("row", [2, 1500, 9000])
def test_the_lock_holds_through_a_whole_run(project, pond, row):
    """At a moment of a run, and after each command that looks at the file meanwhile, the kernel still knows our lock."""
    mark = project.folder / "reached"
    stream = {"name": "t", "rows": 10_000, "key": ["id"], "state": "often"}
    project.script([stream], at={"row": row, "do": "hang"}, mark=str(mark))
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(lambda: mark.exists() or not running.alive(), "the tap hangs", 30)
    owner = wait_for(lambda: lock_of(pond.database), "the file is locked")
    for words in LOOKING:
        project(*words)
        assert lock_of(pond.database) == owner, f"the lock is gone after pond {' '.join(words)}"
    words = [sys.executable, "-c", HOLD, str(pond.database)]
    foreign = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert "held" not in foreign.stdout, "another program could open the file during a run"
    running.signal(signal.SIGINT)
    running.wait(20)


def test_the_lock_holds_while_a_target_works(pond):
    running = hold(pond)
    owner = lock_of(pond.database)
    for n in range(5):
        running.send(*[record("first", id=i) for i in range(2000)], {"type": "STATE", "value": {"n": n}})
        running.send(schema("first", {"id": "integer", f"c{n}": "string"}))
        assert lock_of(pond.database) == owner
    running.stdin.close()
    running.wait().ok()
    assert lock_of(pond.database) is None

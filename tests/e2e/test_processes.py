"""Children: what ctrl-C does, and that nothing a run started outlives it, whatever way it ends."""

import contextlib
import fcntl
import json
import os
import signal
import sys
import termios
import time

import pytest
from program import SLOW, wait_for

from singer import record, schema


def stream(rows: int = 1_000_000, **more) -> dict:
    return {"name": "orders", "rows": rows, "key": ["id"], **more}


FORKS = {
    "plain": 'exec {tap} "$@"',
    "shell": '{tap} "$@" & wait',
    "double": '({tap} "$@" & exec sleep 1000) & wait',
    "new session": 'setsid {tap} "$@" & wait; sleep 1000',
    "python": None,  # the tap forks by itself
}


@pytest.fixture(params=FORKS)
def hanging(project, pond, request):
    """A run whose tap has sent 2,000 rows and hangs; the tap's processes are arranged in one of several ways."""
    mark = project.folder / "reached"
    project.script(
        [stream(key=[], state="often")], at={"row": 2001, "do": "hang"}, mark=str(mark), fork=request.param == "python"
    )
    if FORKS[request.param]:
        tap = project.folder / "tap_script"
        forking = project.shell(
            "forking-tap", f'case "$*" in *--discover*) exec {tap} "$@";; esac\n' + FORKS[request.param].format(tap=tap)
        )
        project.extractors["tap-script"]["executable"] = str(forking)
        project.write()
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(lambda: mark.exists() or not running.alive(), "the tap hangs", 30)
    assert running.alive(), running.said()
    wait_for(lambda: drained(pond), "pond has read what the tap sent")
    return running


def drained(pond) -> bool:
    """The pipes that pond's children write to are empty."""
    for pid in pond.processes():
        with contextlib.suppress(OSError):
            if not os.readlink(f"/proc/{pid}/fd/1").startswith("pipe:"):
                continue
            pipe = os.open(f"/proc/{pid}/fd/1", os.O_RDONLY | os.O_NONBLOCK)
            left = int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
            os.close(pipe)
            if left:
                return False
    return True


def test_ctrl_c_once_keeps_what_was_read(hanging, pond, warehouse):
    hanging.signal(signal.SIGINT)
    assert hanging.wait(15).code == 130
    pond.gone()
    assert_whole_batches(warehouse)


def test_ctrl_c_says_what_was_kept(project):
    mark = project.folder / "reached"
    for key, words in (([], "0 of 9 rows written: the tap had sent no STATE"), (["id"], "9 of 9 rows written\n")):
        project.script([stream(key=key)], at={"row": 10, "do": "hang"}, mark=str(mark))
        running = project.start("run", "tap-script", "target-duckdb")
        wait_for(mark.exists, "the tap hangs")
        wait_for(lambda: drained(project.pond), "pond has read what the tap sent")
        running.signal(signal.SIGINT)
        running.wait(15).failed(f"error: stopped by ctrl-C; {words}", code=130)
        mark.unlink()


def assert_whole_batches(warehouse) -> None:
    """What pond had read: up to a STATE, of which there is one behind each 250 rows."""
    [(count, last)] = warehouse.rows("select count(*), max(id) from orders")
    assert count == last and count % 250 == 0 and 0 < count <= 2000


def test_ctrl_c_as_a_terminal_sends_it(hanging, pond, warehouse):
    hanging.group(signal.SIGINT)
    assert hanging.wait(15).code == 130
    pond.gone()
    assert_whole_batches(warehouse)


def test_ctrl_c_twice(hanging, pond):
    hanging.signal(signal.SIGINT)
    hanging.signal(signal.SIGINT)
    hanging.wait(15).failed("error:", code=130)
    pond.gone()


def test_sigterm(hanging, pond):
    hanging.signal(signal.SIGTERM)
    assert hanging.wait(15).code != 0
    pond.gone()


def test_sighup(hanging, pond):
    hanging.signal(signal.SIGHUP)
    assert hanging.wait(15).code != 0
    pond.gone()


def test_kill_9_of_pond(hanging, pond):
    hanging.signal(signal.SIGKILL)
    assert hanging.wait(15).code == -9
    pond.gone(2)


def test_the_tap_gets_sigterm_at_once(project):
    told, mark = project.folder / "told", project.folder / "reached"
    project.script([stream()], at={"row": 10, "do": "hang"}, mark=str(mark), on_term=str(told))
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap hangs")
    sent = time.time()
    running.signal(signal.SIGINT)
    wait_for(lambda: told.exists() and told.read_text(), "the tap has got SIGTERM")
    assert float(told.read_text()) - sent < 0.2 * SLOW
    assert running.wait(10).code == 130


def test_a_tap_that_ignores_sigterm_is_killed_after_5_seconds(project, pond, warehouse):
    mark = project.folder / "reached"
    project.script([stream()], at={"row": 10, "do": "hang"}, mark=str(mark), on_term="ignore")
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap hangs")
    begin = time.monotonic()
    running.signal(signal.SIGINT)
    assert running.wait(20).code == 130
    assert 4 < time.monotonic() - begin < 5 + 3 * SLOW
    pond.gone()
    assert warehouse.count("orders") == 9  # keyed: what was read is kept whole


def test_ctrl_c_says_what_is_awaited(project):
    mark = project.folder / "reached"
    project.script([stream()], at={"row": 10, "do": "hang"}, mark=str(mark), on_term="ignore")
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap hangs")
    running.signal(signal.SIGINT)
    wait_for(
        lambda: "tap-script" in running.out + running.err and "wait" in (running.out + running.err).lower(),
        "a word about it",
        4,
    )
    running.signal(signal.SIGINT)
    running.wait(20)


def test_ctrl_c_of_a_tap_that_never_stops_talking(project, pond):
    project.script([stream(50_000_000, state="often")])
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(lambda: pond.database.exists(), "the load has begun")
    running.signal(signal.SIGINT)
    assert running.wait(20).code == 130
    pond.gone()


def test_after_ctrl_c_the_next_run_goes_on(project, warehouse):
    mark = project.folder / "reached"
    for key in (["id"], []):
        name = f"s{len(key)}"
        project.script(
            [stream(5000, key=key, state="often") | {"name": name}], at={"row": 3333, "do": "hang"}, mark=str(mark)
        )
        running = project.start("run", "tap-script", "target-duckdb")
        wait_for(mark.exists, "the tap hangs")
        running.signal(signal.SIGINT)
        assert running.wait(15).code == 130
        mark.unlink()
        project.script([stream(5000, key=key, state="often") | {"name": name}])
        project.run().ok()
        assert warehouse.rows(f"select count(*), count(distinct id), max(id) from {name}") == [(5000, 5000, 5000)]


@pytest.mark.parametrize("do", ["garbage", "orphan-record"])
def test_nothing_outlives_a_loader_error(project, pond, do):
    project.script([stream()], at={"row": 100, "do": do}, fork=True)
    done = project.run()
    done.failed("line")
    pond.gone()


def test_nothing_outlives_a_run_that_ends_well(project, pond):
    """A tap may leave a background process behind: it ends with the run."""
    project.script([stream(10)])
    tap = project.folder / "tap_script"
    project.extractors["tap-script"]["executable"] = str(
        project.shell("leaving-tap", f'sleep 1000 >/dev/null 2>&1 & exec {tap} "$@"')
    )
    project.write()
    project.run().ok()
    pond.gone()


def test_a_tap_whose_first_process_ends_early_is_read_to_its_end(project, pond, warehouse):
    """`tap &` without wait: the stream ends when the pipe does, not when the first process does."""
    project.script([stream(5000)])
    tap = project.folder / "tap_script"
    project.extractors["tap-script"]["executable"] = str(
        project.shell("early-tap", f'case "$*" in *--discover*) exec {tap} "$@";; esac\n{tap} "$@" &')
    )
    project.write()
    project.run().ok()
    pond.gone()
    assert warehouse.count("orders") == 5000


def test_leftovers_of_a_killed_pond_are_swept_at_the_next_start(project, pond):
    """kill -9 of pond and its keeper together: the next run of the project clears up."""
    mark = project.folder / "reached"
    project.script([stream()], at={"row": 10, "do": "hang"}, mark=str(mark), on_term="ignore")
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap hangs")
    program = pond.binary.resolve()
    for pid in pond.processes():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # the first kill ends others, too
            if os.path.realpath(f"/proc/{pid}/exe") == str(program):
                os.kill(pid, signal.SIGKILL)
    running.wait(5)
    project.script([stream(10)])
    project.run().ok()
    pond.gone()


def test_invoke_passes_ctrl_c_and_leaves_nothing(project, pond):
    mark = project.folder / "reached"
    project.script([stream()], at={"row": 10, "do": "hang"}, mark=str(mark))
    project.extractors["tap-script"]["executable"] = str(
        project.shell("own-tap", f"exec {project.folder}/tap_script --config {project.folder}/own.json")
    )
    project.write()
    (project.folder / "own.json").write_text(json.dumps(project.extractors["tap-script"]["config"]))
    running = project.start("invoke", "tap-script")
    wait_for(mark.exists, "the tap hangs")
    running.group(signal.SIGINT)
    assert running.wait(15).code != 0
    pond.gone()


def test_a_slow_stream_becomes_visible(pond):
    """Rows under a STATE are committed while the tap is silent; the printed state is the proof."""
    running = pond.start_target(visible_after_seconds=1)
    running.send(schema("t", {"id": "integer"}), record("t", id=1), {"type": "STATE", "value": {"at": 1}})
    wait_for(lambda: '"at"' in running.out, "the state is printed while stdin stays open", 30)
    running.stdin.close()
    running.wait().ok()


def test_a_tap_is_killed_when_its_program_does_not_exist(project):
    project.script([stream(10)])
    project.extractors["tap-script"]["executable"] = str(project.folder / "no-such-tap")
    project.write()
    project.run().failed("no-such-tap")


def test_children_do_not_see_what_is_not_theirs(project):
    """The tap's environment has its own settings, not the loader's secrets."""
    project.script([stream(10)])
    tap = project.folder / "tap_script"
    project.extractors["tap-script"]["executable"] = str(
        project.shell("spying-tap", f'env > {project.folder}/seen; exec {tap} "$@"')
    )
    project.loaders["target-duckdb"]["config"]["token"] = "loader-secret"
    project.write()
    project.run().ok()
    seen = (project.folder / "seen").read_text()
    assert "MELTANO_PROJECT_ROOT" in seen and "MELTANO_ENVIRONMENT=dev" in seen
    assert "loader-secret" not in seen

"""Commands that open the warehouse run in the server when it is up: same output, progress and exit code, in the caller's world.

The tests of projects do the same at large with POND_SERVED=1 (program.py).
"""

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from program import serve, servers, wait_for

from singer import schema

QUERY = "select 42 as answer, 'it''s' as text"


@pytest.fixture
def served(pond, project):
    serve(pond, project.folder)
    yield project
    unserved(project)


def unserved(project) -> None:
    running = servers.pop(project.folder, None)
    if running:
        running.signal(signal.SIGTERM)
        running.wait(30)


@pytest.mark.parametrize("format", ["table", "csv", "json", "jsonl"])
def test_sql_says_the_same(project, pond, format):
    project("sql", "create table t (a integer)").ok()
    alone = project("sql", "--format", format, QUERY).ok()
    serve(pond, project.folder)
    there = project("sql", "--format", format, QUERY).ok()
    unserved(project)
    assert (alone.out, alone.err) == (there.out, there.err)


def test_errors_and_exit_codes_are_the_same(project, pond):
    cases = [("sql", "select nope"), ("sql", ""), ("run", "nothing", "target-duckdb"), ("state", "get", "none"), ("sql", "--rows", "x", "select 1")]  # fmt: skip
    project("sql", "create table t (a integer)").ok()
    alone = [project(*words) for words in cases]
    serve(pond, project.folder)
    there = [project(*words) for words in cases]
    unserved(project)
    assert [(d.code, d.out, d.err) for d in alone] == [(d.code, d.out, d.err) for d in there]


def test_statements_on_standard_input(served):
    assert served("sql", "--format", "csv", stdin=["select 1 as a;", "select 2 as a"]).ok().out.split() == ["a", "1", "a", "2"]


def test_a_file_is_written_where_the_caller_stands(served, tmp_path):
    here = tmp_path / "elsewhere"
    here.mkdir()
    served.pond.run("--cwd", served.folder, "sql", QUERY, "-o", "x.csv", cwd=here).ok()
    assert (served.folder / "x.csv").exists() or (here / "x.csv").exists()


def test_the_environment_is_the_callers(project, pond):
    """The same run with its password only in the caller's shell, server up and down."""
    tap = project.shell(
        "tap-secret",
        """[ "$1" = --config ] || exit 9
printf '%s\\n' '{"type": "SCHEMA", "stream": "s", "schema": {"properties": {"p": {"type": "string"}}}, "key_properties": []}'
p=$(sed -n 's/.*"password": *"\\([^"]*\\)".*/\\1/p' "$2")
printf '{"type": "RECORD", "stream": "s", "record": {"p": "%s"}}\\n' "$p" """,
    )
    project.tap("tap-secret", tap, {}, capabilities=[], settings=[{"name": "password", "sensitive": True}])
    for word, up in (("first", False), ("second", True), ("third", True)):
        if up:
            serve(pond, project.folder)
        project.run("tap-secret", env={"TAP_SECRET_PASSWORD": word}).ok()
    found = project("sql", "--format", "csv", "select p from s order by p").ok().out.split()
    unserved(project)
    assert found == ["p", "first", "second", "third"]


def test_two_runs_at_once(served):
    """In the server they share the file; nobody waits for a lock."""
    served.script([{"name": "a", "rows": 2000}], name="tap-a")
    served.script([{"name": "b", "rows": 2000}], name="tap-b")
    runs = [served.start("run", tap, "target-duckdb") for tap in ("tap-a", "tap-b")]
    for run in runs:
        done = run.wait(60).ok()
        assert "waiting up to" not in done.err  # for the file; for the making of _pond one waits a moment
    counts = served("sql", "--format", "csv", "select (select count(*) from a), (select count(*) from b)").ok().out
    assert counts.splitlines()[-1] == "2000,2000"


def test_a_caller_that_vanishes_counts_as_ctrl_c(served, pond):
    mark = served.folder / "reached"
    served.script([{"name": "a", "rows": 1000, "state": "often"}], at={"row": 700, "do": "hang"}, mark=str(mark))
    running = served.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap hangs")
    running.signal(signal.SIGKILL)
    running.wait(10)
    wait_for(lambda: "RUNNING" not in served("logs", "list").out, "the run has ended")
    assert "CANCELED" in served("logs", "list").out
    count = int(served("sql", "--format", "csv", "select count(*) from a").ok().out.split()[1])
    assert 0 < count <= 700


def test_a_run_goes_on_beside_readers(served):
    mark = served.folder / "reached"
    served.script([{"name": "a", "rows": 1000, "state": "often"}], at={"row": 700, "do": "hang"}, mark=str(mark))
    running = served.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap hangs")
    for _ in range(3):
        assert served("sql", "--format", "csv", "select 1 as one").ok().out.split() == ["one", "1"]
    running.signal(signal.SIGINT)
    assert running.wait(20).code == 130


def test_another_file_is_opened_for_one_command(served, tmp_path):
    other = tmp_path / "other.duckdb"
    served("sql", "-d", other, "create table t as select 7 as a").ok()
    import duckdb

    with duckdb.connect(str(other)) as c:
        assert c.execute("select a from t").fetchall() == [(7,)]


def test_target_reads_the_callers_pipe(served, pond):
    config = served.folder / "target.json"
    config.write_text(f'{{"path": "{pond.database}", "default_target_schema": "main"}}')
    messages = [schema("piped", {"id": "integer"}), {"type": "RECORD", "stream": "piped", "record": {"id": 5}}]
    served("target", "--config", config, stdin=messages).ok()
    assert served("sql", "--format", "csv", "select id from piped").ok().out.split() == ["id", "5"]


def test_a_long_path(pond, tmp_path):
    """Too long for a socket: it is somewhere else."""
    folder = tmp_path / ("a" * 60) / ("b" * 60)
    folder.mkdir(parents=True)
    (folder / "pond.yml").write_text("version: 1\n")
    serve(pond, folder)
    done = pond.run("sql", "--format", "csv", "select 1 as a", cwd=folder).ok()
    running = servers.pop(folder)
    running.signal(signal.SIGTERM)
    running.wait(30)
    assert done.out.split() == ["a", "1"]


def test_the_run_folder_is_private(served):
    mode = os.stat(served.folder / ".pond" / "run").st_mode & 0o777
    assert mode == 0o700
    assert os.stat(served.folder / ".pond" / "run" / "control.sock").st_mode & 0o777 == 0o600


# ---- ctrl-C

SLOW_QUERY = "select count(*) from range(100000000000) t(i) where i % 3 = 1"


def busy(pid: int) -> bool:
    """It has computed for a while."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(stat[11]) > 30


def engine_of(project) -> int:
    return project("status", "--format", "json").json()["engine"]


@pytest.mark.parametrize("up", [False, True])
def test_ctrl_c_ends_a_statement_in_plain_words(project, pond, up):
    project("sql", "create table t (a integer)").ok()
    if up:
        serve(pond, project.folder)
    running = project.start("sql", SLOW_QUERY)
    wait_for(lambda: busy(engine_of(project) if up else running.pid), "the statement runs")
    running.signal(signal.SIGINT)
    done = running.wait(20)
    assert (done.code, done.err) == (130, "error: canceled\n")
    unserved(project)


@pytest.mark.parametrize("up", [False, True])
def test_a_second_ctrl_c_rolls_back(project, pond, up):
    project.script([{"name": "t", "rows": 1000}])
    project.run().ok()
    before = project.state()
    if up:
        serve(pond, project.folder)
        engine = engine_of(project)
    mark = project.folder / "reached"
    project.script([{"name": "t", "rows": 100_000}], at={"stream": "t", "row": 30_000, "do": "nothing"}, mark=str(mark))
    running = project.start("run", "tap-script", "target-duckdb")
    wait_for(mark.exists, "the tap sends and the load inserts")
    running.signal(signal.SIGINT)
    running.signal(signal.SIGTERM)  # one signal twice may come once
    done = running.wait(20)
    assert done.code == 130 and done.err.splitlines()[-1] == "error: canceled", done.err
    count = ["sql", "--format", "csv", "select count(*) from t"]
    assert project(*count).ok().out.split()[1] == "1000"
    assert project.state() == before
    assert not up or engine_of(project) == engine
    project.run().ok()
    assert project(*count).ok().out.split()[1] == "100000"
    unserved(project)


# ---- a terminal


def test_progress_is_drawn_on_the_callers_terminal(served):
    served.script([{"name": "t", "rows": 1000}], at={"stream": "t", "row": 700, "do": "hang"}, mark=str(served.folder / "at"))
    master, slave = pty.openpty()
    environment = served.pond.environment(TERM="xterm", COLUMNS="100")
    words = [served.pond.binary, "run", "tap-script", "target-duckdb"]
    running = subprocess.Popen(words, cwd=served.folder, env=environment, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    seen = bytearray()

    def look():
        try:
            while data := os.read(master, 65536):
                seen.extend(data)
        except OSError:  # nobody has the other end any more
            pass

    thread = threading.Thread(target=look)
    thread.start()
    try:
        wait_for(lambda: b"\x1b[" in seen and b"A\r\x1b[J" in seen, "lines are drawn again and again")
        wait_for(lambda: any(b" t " in part and b"rows" in part for part in bytes(seen).split(b"\x1b[J")[1:]), "the stream's line")
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    finally:
        running.kill()
        thread.join()
        os.close(master)


# ---- somebody else

KNOCK = """
import array, os, socket, struct, sys
version, uid = sys.argv[1:]
if int(uid):
    os.setgroups([])
    os.setresuid(int(uid), int(uid), int(uid))
texts = [t.encode() for t in [version, "/", "pond", "2", *["0"] * 10, "sql", "select 6 * 7"]]
body = struct.pack("=I", len(texts)) + b"".join(struct.pack("=I", len(t)) + t for t in texts)
with socket.socket(socket.AF_UNIX) as s:
    s.connect("control.sock")
    s.sendmsg([struct.pack("=I", len(body))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
    s.sendall(body)
    while data := s.recv(65536):
        sys.stdout.buffer.write(data)
"""


def knock(project, uid: int) -> str:
    """What the control socket answers a process of that user."""
    version = project.pond.run("version").out.split()[1]
    words = [sys.executable, "-c", KNOCK, version, str(uid)]
    return subprocess.run(words, cwd=project.folder / ".pond/run", capture_output=True, text=True, timeout=20, check=True).stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
def test_another_user_is_refused(served):
    """Also where modes would let it in: the kernel says who asks."""
    run = served.folder / ".pond/run"
    with pytest.raises(subprocess.CalledProcessError):
        knock(served, 65534)
    run.chmod(0o755)
    (run / "control.sock").chmod(0o666)
    refused = knock(served, 65534)
    assert "the server belongs to another user" in refused and "42" not in refused
    assert "another user" not in knock(served, 0)

"""pond up as a service: detached, restarted, reloaded, under systemd's protocol, over a Unix socket."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
from program import binary, wait_for

from server import PASSWORD, PROJECT, Server, alive


@pytest.fixture
def server(pond):
    under_test = Server(pond)
    yield under_test
    status = under_test.status()
    if status["up"]:
        pond.run("down", "--now")
    if under_test.running:
        under_test.running.kill()


def settings(server, text: str) -> None:
    (server.pond.folder / "pond.yml").write_text(PROJECT + text)


def add_user(server) -> None:
    server.pond.run("user", "add", "me", "--role", "admin", "--password-stdin", stdin=[PASSWORD]).ok()


def log_of(server) -> str:
    return (server.pond.folder / ".pond/logs/server.log").read_text()


# ---- detached


def test_detached(server):
    add_user(server)
    done = server.pond.run("up", "--detach").ok()
    assert "ready" in done.out and "server" not in done.err, done.err
    status = server.status()
    assert status["up"] and os.getsid(status["supervisor"]) == status["supervisor"]
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)
    os.kill(status["engine"], signal.SIGKILL)
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)
    wait_for(lambda: "engine.ended" in log_of(server), "the log says it")
    server.pond.run("up", "--detach").failed("served already", code=75)
    server.pond.run("down").ok()
    assert not alive(status["supervisor"])


def test_detached_that_cannot_start(server):
    settings(server, "  limits: {sessions: many}\n")
    done = server.pond.run("up", "--detach").failed("many", "pond.limits.sessions")
    assert done.out == ""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        (server.pond.folder / "pond.yml").write_text(f"pond:\n  listen: {{postgres: '127.0.0.1:{port}'}}\n")
        server.pond.run("up", "--detach").failed(str(port), "another program has this port")
    assert not server.status()["up"]


# ---- ways to connect


def test_the_ways_to_connect_work(server):
    """Each line that `up` prints is run as it stands."""
    server.up()
    said = {line.split()[0]: line.split(None, 1)[1] for line in server.running.out.splitlines() if line.startswith("  ")}
    with psycopg.connect(said["drivers"], password=PASSWORD) as c:
        assert c.execute("select 1").fetchone() == (1,)
    for words, env in (
        (said["psql"], {"PGPASSWORD": PASSWORD}),
        ("psql " + said["this"].split("psql ")[1].split(",")[0], {}),
    ):
        done = subprocess.run(
            [*words.split(), "-X", "-w", "-Atc", "select 6 * 7"], capture_output=True, text=True, env={**os.environ, **env}
        )
        assert done.stdout == "42\n", done.stderr


def test_a_socket_for_this_user_alone(server):
    server.up()
    path = Path(server.status()["addresses"][1])
    assert path.name == f".s.PGSQL.{server.port}" and path.parent.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(host=str(path.parent), port=server.port, dbname="warehouse") as c:
        assert c.execute("select current_database()").fetchone() == ("warehouse",)


def test_a_folder_too_long_for_a_socket(pond, tmp_path_factory):
    runtime = tmp_path_factory.mktemp("runtime")
    deep = pond.folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    (deep / "pond.yml").write_text(PROJECT)
    environment = {"XDG_RUNTIME_DIR": str(runtime)}
    pond.run("up", "--detach", cwd=deep, env=environment).ok()
    try:
        # Found also by who has another runtime folder.
        assert pond.run("sql", "select 6 * 7 as n", "--format", "csv", cwd=deep).ok().out == "n\n42\n"
        status = pond.run("status", "--format", "json", cwd=deep).json()
        path = Path(status["addresses"][1])
        assert path.is_relative_to(runtime) and path.parent.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(host=str(path.parent), port=path.name.rpartition(".")[2], dbname="warehouse") as c:
            assert c.execute("select 1").fetchone() == (1,)
    finally:
        pond.run("down", cwd=deep).ok()


# ---- restart


def test_restart_refuses_nobody(server):
    server.up()
    status = server.status()
    stop, failures, answers = threading.Event(), [], []
    port = server.port

    def knock():
        while not stop.is_set():
            try:
                with psycopg.connect(host="127.0.0.1", port=port, user="me", password=PASSWORD, dbname="warehouse") as c:
                    answers.append(c.execute("select 1").fetchone())
            except psycopg.Error as e:
                # A session that had begun may be ended by the server, politely.
                if not any(word in str(e) for word in ("administrator command", "server is stopping")):
                    failures.append(str(e))

    thread = threading.Thread(target=knock)
    thread.start()
    try:
        for _ in range(3):
            served = len(answers)
            assert server.pond.run("restart").ok().out == "restarted\n"
            wait_for(lambda served=served: len(answers) > served or failures, "somebody is served")
    finally:
        stop.set()
        thread.join()
    assert failures == []
    now = server.status()
    assert now["supervisor"] == status["supervisor"] and now["engine"] != status["engine"]
    assert now["addresses"] == status["addresses"]


def test_restart_takes_another_program_and_other_addresses(server):
    """The program is replaced under the running server, as a package manager does."""
    add_user(server)
    copy = server.pond.folder / "bin/pond"
    copy.parent.mkdir()
    shutil.copy(binary(), copy)
    (server.pond.folder / "lib").symlink_to(binary().parent.parent / "lib")
    subprocess.run([copy, "up", "--detach"], cwd=server.pond.folder, check=True, capture_output=True)
    before = server.status()
    shutil.copy(binary(), copy.with_name("new"))
    os.replace(copy.with_name("new"), copy)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (server.pond.folder / "pond.yml").write_text(PROJECT.replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    subprocess.run([copy, "restart"], cwd=server.pond.folder, check=True, capture_output=True)
    after = server.status()
    assert server.port == port and after["supervisor"] == before["supervisor"]
    assert os.readlink(f"/proc/{after['supervisor']}/exe") == str(copy)
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)
    assert len(os.listdir(f"/proc/{after['supervisor']}/fd")) <= len(os.listdir(f"/proc/{after['engine']}/fd"))


# ---- another version


def version() -> str:
    return subprocess.run([binary(), "version"], capture_output=True, text=True, check=True).stdout.split()[1]


@pytest.fixture
def upgrade(server):
    """The program with another version, in a folder of its own."""
    old = version()
    new = old[:-1] + ("1" if old[-1] != "1" else "2")
    path = server.pond.folder / "opt/bin/pond"
    path.parent.mkdir(parents=True)
    (server.pond.folder / "opt/lib").symlink_to(binary().parent.parent / "lib")
    path.write_bytes(binary().read_bytes().replace(old.encode(), new.encode()))
    path.chmod(0o755)

    def run(*words):
        done = subprocess.run([path, *words], cwd=server.pond.folder, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    run.path, run.version, run.old = path, new, old
    assert run("version") == (0, f"pond {new}\n")
    return run


def test_another_version_is_refused(server, upgrade):
    server.up()
    for words in (["sql", "select 1"], ["state", "list"]):
        code, said = upgrade(*words)
        assert code == 3 and f"the server is pond {upgrade.old}, this is pond {upgrade.version}" in said, said
        assert "pond restart" in said
    server.pond.run("sql", "select 1").ok()


def test_restart_hands_over_to_an_upgrade_at_another_path(server, upgrade):
    server.up()
    before = server.status()
    assert upgrade("restart") == (0, "restarted\n")
    after = server.status()
    assert after["version"] == upgrade.version and after["supervisor"] == before["supervisor"]
    assert after["addresses"] == before["addresses"]
    assert os.readlink(f"/proc/{after['supervisor']}/exe") == str(upgrade.path)
    code, said = upgrade("sql", "select 6 * 7 as n")
    assert code == 0 and "42" in said
    server.pond.run("sql", "select 1").failed(upgrade.version)
    # By a signal nobody says a program: it keeps its own.
    os.kill(before["supervisor"], signal.SIGUSR2)
    wait_for(lambda: server.status()["engine"] not in (None, after["engine"]), "it is back")
    assert server.status()["version"] == upgrade.version
    server.pond.run("restart").ok()
    assert server.status()["version"] == upgrade.old


def test_a_server_that_keeps_its_program_is_found_out(server, upgrade):
    """One of before restarts could be handed over: it looks for no successor."""
    add_user(server)
    old = upgrade.path.with_name("old")
    old.write_bytes(binary().read_bytes().replace(b"successor\0", b"nosuccess\0"))
    old.chmod(0o755)
    subprocess.run([old, "up", "--detach"], cwd=server.pond.folder, check=True, capture_output=True)
    code, said = upgrade("restart")
    assert code == 3 and f"as pond {upgrade.old}; this is pond {upgrade.version}" in said and "pond down" in said
    assert server.status()["version"] == upgrade.old


@pytest.mark.parametrize("what", ["text", "absent", "theirs"])
def test_restart_as_what_is_none(server, what):
    server.up()
    before = server.status()
    path = server.pond.folder / what
    if what != "absent":
        shutil.copy(binary(), path)
    if what == "text":
        path.chmod(0o644)
    if what == "theirs":
        if os.geteuid():
            pytest.skip("another user's file needs root")
        os.chown(path, 65534, 65534)
    (server.pond.folder / ".pond/run/successor").write_text(str(path))
    os.kill(before["supervisor"], signal.SIGUSR2)
    wait_for(lambda: "server.restart_refused" in server.running.err, "the log says it")
    assert str(path) in server.running.err
    assert server.status()["engine"] == before["engine"]
    server.pond.run("restart").ok()
    assert server.status()["engine"] != before["engine"]


def test_restart_with_settings_that_are_wrong(server):
    server.up()
    before = server.status()
    settings(server, "  limits: {sessions: many}\n")
    server.pond.run("restart").failed("many", "pond.limits.sessions")
    assert server.status()["engine"] == before["engine"]
    with server.connect() as c:
        assert c.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("command", ["restart", "reload"])
def test_without_a_server(server, command):
    server.pond.run(command).failed("down", "pond up")


# ---- reload


def test_reload_changes_limits_and_interrupts_nobody(server):
    server.up()
    with server.connect() as c:
        c.execute("begin")
        settings(server, "  limits: {sessions: 2, statement_timeout: 100ms}\n  warehouse: {memory_limit: 300MB}\n")
        assert server.pond.run("reload").ok().out == "reloaded\n"
        assert c.execute("select value from duckdb_settings() where name = 'memory_limit'").fetchone()[0].startswith("286")
        with server.connect() as late:
            with pytest.raises(psycopg.errors.QueryCanceled):
                late.execute("select count(*) from range(100000000000) t(i) where i % 3 = 1")
            with pytest.raises(psycopg.OperationalError, match="too many sessions: 2"):
                server.connect()
        c.execute("commit")


def test_reload_that_is_refused(server):
    server.up()
    settings(server, "  limits: {statement_timeout: soon}\n")
    server.pond.run("reload").failed("soon", "statement_timeout")
    (server.pond.folder / "pond.yml").write_text(PROJECT.replace("127.0.0.1:0", "127.0.0.1:6543"))
    server.pond.run("reload").failed("127.0.0.1:6543", "pond restart")
    settings(server, "")
    server.pond.run("reload").ok()


def test_hang_up_opens_the_log_anew(server):
    """What logrotate does: move the file away, send SIGHUP."""
    add_user(server)
    server.pond.run("up", "--detach").ok()
    log = server.pond.folder / ".pond/logs/server.log"
    log.rename(log.with_suffix(".1"))
    os.kill(server.status()["supervisor"], signal.SIGHUP)
    wait_for(lambda: log.exists() and "server.configured" in log.read_text(), "the new log is written")
    os.kill(server.status()["engine"], signal.SIGKILL)
    wait_for(lambda: "engine.ended" in log.read_text(), "the new log is written")


# ---- systemd


def test_systemd_is_told(server, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        server.up(env={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert manager.recv(1000) == b"READY=1\nMAINPID=%d" % server.status()["supervisor"]
        server.pond.run("reload").ok()
        assert manager.recv(1000).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
        assert manager.recv(1000) == b"READY=1"
        server.down()
        assert manager.recv(1000) == b"STOPPING=1"


def events_of(text: str) -> list[dict]:
    """Each line is JSON."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_log_of_json(server):
    add_user(server)
    server.running = server.pond.start("up", "--log-format", "json")
    wait_for(lambda: "ready" in server.running.out, "the server is ready")
    os.kill(server.status()["engine"], signal.SIGKILL)
    wait_for(lambda: "engine.ended" in server.running.err, "the log says it")
    assert any(e["event"] == "engine.ended" and "signal 9" in e["reason"] for e in events_of(server.running.err))
    said = events_of(server.running.out)
    assert [e["address"] for e in said if e["event"] == "server.listening"] == server.status()["addresses"]
    assert said[-1]["event"] == "server.ready" and said[-1]["user"] == "me"


def test_a_log_of_json_when_detached(server):
    """After a restart standard output is the log."""
    done = server.pond.run("up", "--detach", "--log-format", "json").ok()
    said = events_of(done.out)
    password = next(e["password"] for e in said if e["event"] == "server.user_made")
    assert len(password) == 22 and password.isalnum(), "it stands in a URL"
    server.pond.run("restart").ok()
    wait_for(lambda: "server.ready" in log_of(server), "the log says it")
    assert "server.restarting" in [e["event"] for e in events_of(log_of(server))]
    assert "password" not in log_of(server)


# ---- a stop that waits


def test_a_stop_leaves_transactions_their_time(server):
    settings(server, "  limits: {drain_timeout: 20s}\n")
    server.up()
    c = server.connect()
    c.execute("begin")
    c.execute("create table kept as select 1 as a")
    down = server.pond.start("down")
    wait_for(lambda: refused(server), "the server stops")
    c.execute("insert into kept values (2)")
    c.execute("commit")
    assert down.wait(20).code == 0
    server.running = server.pond.start("up")
    wait_for(lambda: "ready" in server.running.out, "the server is ready")
    with server.connect() as again:
        assert again.execute("select count(*) from kept").fetchone() == (2,)


def test_a_second_stop_waits_for_nobody(server):
    settings(server, "  limits: {drain_timeout: 10min}\n")
    server.up()
    c = server.connect()
    c.execute("begin")
    down = server.pond.start("down")
    wait_for(lambda: refused(server), "the server stops")
    server.pond.run("down", "--now").ok()
    assert down.wait(20).code == 0
    with pytest.raises(psycopg.OperationalError):
        c.execute("select 1")


def refused(server) -> bool:
    try:
        server.connect().close()
    except psycopg.OperationalError as e:
        return "stopping" in str(e)
    return False

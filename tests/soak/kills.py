#!/usr/bin/env python3
"""The engine killed under load: kills.py [--kills N] [--pause SECONDS] [--seed N]   (./dev soak kills)

`pond up` serves; a load of numbered rows goes through it without end, readers ask, writers insert one row after the other. N times
(50) the engine is killed (SIGKILL) at a random moment, at least --pause seconds (10) after it served again: earlier it counts as
one that dies at once, and the supervisor waits before it starts the next. It must serve again within a second (median and most are printed;
more than ten times that is a failure, so that a busy machine does not decide), no row that was confirmed may be missing, none be there twice, the
bookmark must be what the rows say, and each kill must be counted as one restart. The last line is `N passed, N failed`.
"""

import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import threading
import time
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from program import ROOT, SLOW, Pond  # noqa: E402

from server import PASSWORD, PROJECT, Server  # noqa: E402

SERVES_WITHIN = 1.0  # seconds: the bar
ROWS = 400_000  # at the source; as many more after each kill, so that a load is always at work
TAP = HERE.parent / "e2e" / "taps" / "tap_script.py"
PLUGINS = """plugins:
  extractors:
  - name: tap-script
    namespace: tap_script
    executable: {launcher}
    capabilities: [catalog, discover, state]
    config: {{streams: [{{name: numbered, rows: {rows}, state: often, every: 5000}}]}}
  loaders:
  - name: target-duckdb
    namespace: target_duckdb
    config: {{path: warehouse.duckdb, default_target_schema: main, batch_size_rows: 5000}}
"""


class Failure(Exception):
    pass


class Worker:
    """Asks without a pause; connects anew when the engine was killed."""

    def __init__(self, port: int):
        self.port = port
        self.stopping, self.thread = threading.Event(), threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self) -> None:
        while not self.stopping.is_set():
            try:
                with connect(self.port) as connection:
                    while not self.stopping.is_set():
                        self.ask(connection)
            except psycopg.Error:
                time.sleep(0.01)

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(300)  # as long as a load may take
        if self.thread.is_alive():
            raise Failure(f"a {type(self).__name__.lower()} is stuck")


class Writer(Worker):
    """One row after the other; what was confirmed must stay. A row that was not may be there or not, but once."""

    confirmed = sent = 0

    def ask(self, connection) -> None:
        self.sent += 1
        connection.execute("insert into written values (%s)", (self.sent,))
        self.confirmed += 1


class Reader(Worker):
    """Sums that are right whatever is there: of numbered rows none twice."""

    answers, wrong = 0, ""

    def ask(self, connection) -> None:
        count, ids = connection.execute("select count(*), count(distinct n) from written").fetchone()
        if count != ids:
            self.wrong = f"{count} rows with {ids} numbers"
        self.answers += 1


class Loads:
    """`pond run` again and again: one that the kill ended goes on at its bookmark."""

    def __init__(self, pond: Pond):
        self.pond, self.whole, self.ended = pond, 0, 0
        self.stopping, self.thread = threading.Event(), threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self) -> None:
        while not self.stopping.is_set():
            done = self.pond.run("run", "tap-script", "target-duckdb", seconds=300)
            self.whole += done.code == 0
            self.ended += done.code != 0
            time.sleep(0.05)

    stop = Writer.stop


def connect(port: int) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1", port=port, user="me", password=PASSWORD, dbname="warehouse", autocommit=True, connect_timeout=30
    )


def serves_again(port: int) -> float:
    """Seconds until a new session has an answer. The port is never refused: the supervisor holds it."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < 10 * SERVES_WITHIN * SLOW:
        try:
            with connect(port) as connection:
                connection.execute("select 1").fetchone()
            return time.perf_counter() - begin
        except psycopg.OperationalError:
            time.sleep(0.002)
    raise Failure(f"no answer within {10 * SERVES_WITHIN * SLOW:.0f} s after a kill")


def kill_engine(server: Server, turn: int) -> None:
    status = server.status()
    if status["restarts"] != turn:
        raise Failure(f"{status['restarts']} restarts after {turn} kills: {status}")
    os.kill(status["engine"], signal.SIGKILL)


def source(folder: Path, rows: int) -> None:
    new = folder / "pond.yml.new"
    new.write_text(PROJECT + PLUGINS.format(launcher=folder / "tap-script", rows=rows))
    new.replace(folder / "pond.yml")


def begin(folder: Path) -> Server:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pond = Pond(folder)
    launcher = folder / "tap-script"
    launcher.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {TAP} "$@"\n')
    launcher.chmod(0o755)
    server = Server(pond)
    source(folder, ROWS)
    server.up()
    with server.connect() as connection:
        connection.execute("create table written (n bigint)")
    return server


def run(server: Server, kills: int, pause: float, chance: random.Random) -> list[float]:
    port, seconds = server.port, []
    workers = [Writer(port), Reader(port), Reader(port), Loads(server.pond)]
    try:
        for turn in range(kills):
            time.sleep(pause + chance.uniform(0.05, 1.5))
            kill_engine(server, turn)
            source(server.pond.folder, ROWS * (turn + 2))
            seconds.append(serves_again(port))
            print(f"{turn + 1:3d}. served again after {seconds[-1] * 1000:5.0f} ms", flush=True)
            confirmed = workers[0].confirmed
            with connect(port) as connection:
                look(connection, confirmed)
    except (Failure, psycopg.Error) as error:
        print(f"after {len(seconds)} kills: {error}", flush=True)  # what comes of ending the workers must not hide it
        raise
    finally:
        for worker in workers:
            worker.stopping.set()
        for worker in workers:
            worker.stop()
    for reader in workers[1:3]:
        if reader.wrong:
            raise Failure(f"a reader saw {reader.wrong}")
    print(f"{workers[0].confirmed:,} rows written, {workers[1].answers + workers[2].answers:,} answers, {workers[3].ended} loads ended by a kill, "
          f"{workers[3].whole} whole")  # fmt: skip
    return seconds


def look(connection, confirmed: int) -> None:
    count, ids, most = connection.execute("select count(*), count(distinct n), coalesce(max(n), 0) from written").fetchone()
    if count != ids or count < confirmed:
        raise Failure(f"written: {count} rows with {ids} numbers up to {most}; {confirmed} were confirmed")


def bookmark(server: Server, rows: int) -> None:
    """After a last whole run: every row once, and the bookmark says so."""
    server.pond.run("run", "tap-script", "target-duckdb", seconds=300).ok()
    with server.connect() as connection:
        count, ids, most = connection.execute("select count(*), count(distinct id), max(id) from numbered").fetchone()
    names = [name for name in server.pond.run("state", "list").ok().out.split() if "tap-script" in name]
    state = server.pond.run("state", "get", names[0]).ok().out
    if not count == ids == most == rows or str(rows) not in state:
        raise Failure(f"numbered: {count} rows with {ids} ids up to {most}, not {rows}; bookmark {state}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pause", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "kills")
    options = parser.parse_args()
    server = begin(options.folder)
    try:
        seconds = run(server, options.kills, options.pause, random.Random(options.seed))
        restarts = server.status()["restarts"]
        if restarts != options.kills:
            raise Failure(f"{restarts} restarts counted after {options.kills} kills")
        bookmark(server, ROWS * (options.kills + 1))
    except (Failure, AssertionError) as error:
        print(f"failed: {error}\n{options.folder} holds what is left\n0 passed, 1 failed")
        return 1
    finally:
        server.running.kill()
        server.pond.cleanup()
    late = sum(s > SERVES_WITHIN for s in seconds)
    print(f"serving again after {statistics.median(seconds) * 1000:.0f} ms (median), {max(seconds) * 1000:.0f} ms at most; {late} of "
          f"{len(seconds)} took longer than {SERVES_WITHIN:.0f} s\n{len(seconds)} passed, 0 failed")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())

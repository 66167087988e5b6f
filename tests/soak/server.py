#!/usr/bin/env python3
"""The warehouse server under everything at once: server.py [--minutes N] [--seed N] [--limit SIZE]   (./dev soak server)

One `pond up`. Readers whose answers are known, ledgers that move money between rows in transactions and must never change its sum,
clients that cancel, that vanish in the middle of a result (SIGKILL), that send rubbish, that open and close sessions; `pond run`
into a table that is counted; COPY in and out. Every answer is checked. A statement without an answer for two minutes is a stuck
session; at the end no session may be left.

The memory of the engine is sampled twice a second and told each minute: resident, and what of it DuckDB does not account for. DuckDB's
limit is small (--limit), and what it counts itself is bounded by that; it rises with the log until the next checkpoint
(duckdb_memory.c). The rest is judged: the first third is the warm-up, and the mean of the last third may be --grows (1.05) times that of the
middle one, or 4 MB more.
The last line is `N passed, N failed`.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from canceling import answer_of, cancel_until  # noqa: E402
from kills import PLUGINS, TAP  # noqa: E402
from program import ROOT, SLOW, Pond, wait_for  # noqa: E402

from server import PASSWORD, Server  # noqa: E402

ROWS = 200_000
ACCOUNTS, MONEY = 50, 1_000
STUCK = 120  # seconds
SAMPLE = 0.5  # seconds
GROWS_MB = 4  # one buffer more of a load at work is no growth


class Failure(Exception):
    pass


class Soak:
    """The server, and what the workers count."""

    def __init__(self, folder: Path, seed: int, limit: str):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        launcher = folder / "tap-script"
        launcher.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {TAP} "$@"\n')
        launcher.chmod(0o755)
        plugins = PLUGINS.format(launcher=launcher, rows=ROWS).replace("batch_size_rows", "load_method: overwrite, batch_size_rows")
        self.server = Server(Pond(folder), f"  warehouse: {{memory_limit: {limit}}}\n{plugins}")
        self.server.up()
        self.port, self.seed, self.folder = self.server.port, seed, folder
        self.engine = self.server.status()["engine"]
        self.stopping, self.lock = threading.Event(), threading.Lock()
        self.counts: dict[str, int] = {}
        self.beats: dict[str, float] = {}
        self.failures: list[str] = []
        self.memory: list[float] = []  # MB, resident
        self.rest: list[float] = []  # of it, what DuckDB does not count

    @property
    def place(self) -> dict:
        return {"host": "127.0.0.1", "port": self.port, "user": "me", "password": PASSWORD, "dbname": "warehouse", "connect_timeout": 60}

    def connect(self, **options) -> psycopg.Connection:
        return psycopg.connect(**self.place, **{"autocommit": True, **options})

    def worker(self, name: str, step) -> threading.Thread:
        """Calls step(chance) until the end. What it raises ends the soak."""

        def work() -> None:
            chance = random.Random(f"{self.seed}/{name}")
            while not self.stopping.is_set() and not self.failures:
                self.beats[name] = time.monotonic()
                try:
                    step(chance)
                except Exception as error:  # noqa: BLE001: whatever it is, it is told
                    self.failures.append(f"{name}: {type(error).__name__}: {error}")
                    return
                kind = name.partition("-")[0]
                with self.lock:
                    self.counts[kind] = self.counts.get(kind, 0) + 1
            self.beats.pop(name, None)

        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread

    def expect(self, what: str, found, wanted) -> None:
        if found != wanted:
            raise Failure(f"{what}: {found!r}, not {wanted!r}")


# ---- workers ----


def reader(soak: Soak):
    """Short sessions; each asks some questions whose answers are known."""

    def step(chance: random.Random) -> None:
        n = chance.randint(1, 5000)
        with soak.connect() as c:
            for _ in range(chance.randint(1, 20)):
                soak.expect("sum", c.execute("select sum(i)::bigint from range(%s::bigint) t(i)", (n,)).fetchone(), (n * (n - 1) // 2,))
                soak.expect("text", c.execute("select repeat('ab', %s::int)", (n % 100,)).fetchone(), ("ab" * (n % 100),))
                soak.expect("fixed", c.execute("select count(*), sum(n) from fixed").fetchone(), (100_000, 99_999 * 50_000))
            rows = c.execute("select i, 'row ' || i from range(%s::bigint) t(i) order by i", (n,), binary=chance.random() < 0.5).fetchall()
            soak.expect("rows", (len(rows), rows[-1]), (n, (n - 1, f"row {n - 1}")))

    return step


def ledger(soak: Soak, table: str):
    """A transfer in a transaction, sometimes taken back; the sum stays."""

    def step(chance: random.Random) -> None:
        with soak.connect(autocommit=False) as c:
            for _ in range(10):
                a, b, amount = chance.randrange(ACCOUNTS), chance.randrange(ACCOUNTS), chance.randint(1, 9)
                c.execute(f"update {table} set amount = amount - %s where id = %s", (amount, a))
                if chance.random() < 0.2:
                    c.rollback()
                    continue
                c.execute(f"update {table} set amount = amount + %s where id = %s", (amount, b))
                c.commit()
                soak.expect(table, c.execute(f"select sum(amount), count(*) from {table}").fetchone(), (ACCOUNTS * MONEY, ACCOUNTS))
                c.commit()

    return step


def canceler(soak: Soak):
    """A statement of minutes is ended, and the session answers the next."""

    def step(chance: random.Random) -> None:
        with soak.connect() as c:
            ended = threading.Event()
            thread = threading.Thread(target=cancel_until, args=(c, ended, chance.uniform(0.01, 0.5)), daemon=True)
            thread.start()
            try:
                c.execute("select count(*) from range(100000000000) t(i) where i % 7 = 3").fetchone()
                raise Failure("a statement of minutes ended by itself")
            except psycopg.errors.QueryCanceled:
                pass
            finally:
                ended.set()
                thread.join()
            soak.expect("after a cancel", answer_of(c, "select 41 + 1"), (42,))

    return step


def vanisher(soak: Soak):
    """psql is killed in the middle of a large result, of a COPY in, of a transaction."""
    scripts = [
        "select i, repeat('x', 100) from range(20000000) t(i);",
        "copy lost from stdin;\n" + "1\n" * 100_000,
        "begin;\nupdate kept set amount = 0;\nselect count(*) from range(10000000000) t(i) where i % 7 = 3;",
    ]

    def step(chance: random.Random) -> None:
        words = ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(soak.port), "-U", "me", "-v", "FETCH_COUNT=100", "warehouse"]
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
                                 env={**os.environ, "PGPASSWORD": PASSWORD})  # fmt: skip
        child.stdin.write(chance.choice(scripts))
        child.stdin.flush()
        time.sleep(chance.uniform(0.05, 0.5))
        child.send_signal(signal.SIGKILL)
        child.wait()
        with soak.connect() as c:
            soak.expect("kept", c.execute("select sum(amount) from kept").fetchone(), (ACCOUNTS * MONEY,))
            soak.expect("lost", c.execute("select count(*) from lost").fetchone(), (0,))

    return step


def rubbish(soak: Soak):
    """What is no protocol, and half a start-up."""

    def step(chance: random.Random) -> None:
        with socket.create_connection(("127.0.0.1", soak.port), timeout=60) as s:
            s.sendall(chance.choice([chance.randbytes(chance.randint(1, 200)), b"\0\0\0\x08\x04\xd2\x16\x2f", b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\x29\0\3\0\0user\0"]))
        time.sleep(0.02)

    return step


def copier(soak: Soak):
    """A table in, and out again as it was."""

    def step(chance: random.Random) -> None:
        count = chance.randint(1, 20_000)
        text = "".join(f"{i}\ttext \\t {i}\t{i / 8}\n" for i in range(count))
        with soak.connect() as c:
            c.execute("create temp table copied (id bigint, t text, x double precision)")
            with c.cursor().copy("copy copied from stdin") as copy:
                copy.write(text)
            with c.cursor().copy("copy (select id, t, x from copied order by id) to stdout") as copy:
                found = b"".join(copy).decode()
        wanted = text.replace(".0\n", "\n")
        if found != wanted:
            raise Failure(f"COPY: {len(found)} characters, not {len(wanted)}")

    return step


def loads(soak: Soak):
    """A table is loaded anew, whole each time for whoever looks."""

    def step(chance: random.Random) -> None:
        soak.server.pond.run("run", "--full-refresh", "tap-script", "target-duckdb", seconds=STUCK).ok()
        with soak.connect() as c:
            soak.expect("numbered", c.execute("select count(*), count(distinct id), max(id) from numbered").fetchone(), (ROWS, ROWS, ROWS))

    return step


# ---- the whole ----


def tables(soak: Soak, ledgers: int) -> None:
    with soak.connect() as c:
        c.execute("create table fixed as select i as n from range(100000) t(i)")
        c.execute("create table lost (n integer)")
        for name in ["kept", *(f"ledger_{i}" for i in range(ledgers))]:
            c.execute(f"create table {name} as select i as id, {MONEY}::bigint as amount from range({ACCOUNTS}) t(i)")


def counted(c: psycopg.Connection) -> float:
    """MB that DuckDB says it holds; at most its limit."""
    return c.execute("select coalesce(sum(memory_usage_bytes), 0)::bigint from duckdb_memory()").fetchone()[0] / 1e6


def sample(soak: Soak, status: Path, c: psycopg.Connection) -> None:
    soak.memory += [int(line.split()[1]) / 1000 for line in status.read_text().splitlines() if line.startswith("VmRSS:")]
    soak.rest.append(soak.memory[-1] - counted(c))


def watch(soak: Soak, seconds: float) -> None:
    with soak.connect() as c:
        watch_with(soak, seconds, c)


def watch_with(soak: Soak, seconds: float, c: psycopg.Connection) -> None:
    begin = last = time.monotonic()
    while time.monotonic() < begin + seconds and not soak.failures:
        time.sleep(SAMPLE)
        status = Path(f"/proc/{soak.engine}/status")
        if not status.exists():
            soak.failures.append(f"the engine has ended: {soak.server.running.said()[-1000:]}")
            return
        sample(soak, status, c)
        for name, beat in list(soak.beats.items()):
            if time.monotonic() - beat > STUCK * SLOW:
                soak.failures.append(f"{name}: no answer for {STUCK * SLOW:.0f} s")
        if time.monotonic() - last >= 60:
            last = time.monotonic()
            tell(soak, (last - begin) / 60)


def tell(soak: Soak, minutes: float) -> None:
    """A line for the last minute."""
    recent, rest = (samples[-int(60 / SAMPLE) :] for samples in (soak.memory, soak.rest))
    print(f"{minutes:4.0f} min  resident {statistics.mean(recent):5.1f} MB (at most {max(recent):.0f}), without DuckDB's "
          f"{statistics.mean(rest):5.1f}  threads {threads_of(soak.engine):3d}  "
          f"rounds {sum(soak.counts.values()):8,}  loaded {ROWS * soak.counts.get('load', 0):11,} rows  "
          f"errors {len(soak.failures)}", flush=True)  # fmt: skip


def threads_of(pid: int) -> int:
    """Of the engine: a session has one."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def finish(soak: Soak, threads: list) -> None:
    soak.stopping.set()
    end = time.monotonic() + STUCK * SLOW
    for thread in threads:
        thread.join(max(0.1, end - time.monotonic()))
        if thread.is_alive():
            soak.failures.append(f"{thread.name}: stuck at the end")
    if soak.failures:
        return
    wait_for(lambda: sessions(soak) == 1, "all sessions but one are gone", 30)
    if soak.server.status()["restarts"]:
        soak.failures.append(f"the engine was started again: {soak.server.status()}")


def sessions(soak: Soak) -> int:
    with soak.connect() as c:
        return c.execute("select count(*) from pg_stat_activity where backend_type = 'client backend'").fetchone()[0]


def thirds(samples: list[float]) -> list[float]:
    size = len(samples) // 3
    return [statistics.mean(samples[i * size : (i + 1) * size]) for i in range(3)]


def grown(soak: Soak, most: float) -> None:
    """The mean of the middle third against that of the last: loads make single samples jump."""
    if len(soak.rest) < 180:
        print(f"memory: {len(soak.rest)} samples are too few to judge")
        return
    for what, samples in (("resident", soak.memory), ("without what DuckDB counts", soak.rest)):
        print(f"memory of the engine in thirds, {what}: " + ", ".join(f"{mean:.1f}" for mean in thirds(samples)) + f" MB, at most {max(samples):.0f}")
    _, middle, last = thirds(soak.rest)
    if last > max(middle * most, middle + GROWS_MB):
        soak.failures.append(f"memory grew from {middle:.1f} to {last:.1f} MB after the warm-up")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", default="128MB", help="DuckDB's memory_limit")
    parser.add_argument("--grows", type=float, default=1.05)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "soak-server")
    options = parser.parse_args()
    soak = Soak(options.folder, options.seed, options.limit)
    try:
        tables(soak, 2)
        steps = {f"reader-{i}": reader(soak) for i in range(4)} | {f"ledger-{i}": ledger(soak, f"ledger_{i}") for i in range(2)}
        steps |= {"cancel": canceler(soak), "vanish-0": vanisher(soak), "vanish-1": vanisher(soak), "rubbish": rubbish(soak)}
        steps |= {"copy-0": copier(soak), "copy-1": copier(soak), "load": loads(soak)}
        threads = [soak.worker(name, step) for name, step in steps.items()]
        watch(soak, 60 * options.minutes)
        finish(soak, threads)
        grown(soak, options.grows)
        if not soak.failures:
            soak.server.down()
    except AssertionError as error:
        soak.failures.append(str(error))
    finally:
        soak.server.running.kill()
        soak.server.pond.cleanup()
    print(", ".join(f"{name} {count:,}" for name, count in sorted(soak.counts.items())))
    for failure in soak.failures:
        print(f"failed: {failure}")
    passed = sum(soak.counts.values())
    print(f"{passed} passed, {len(soak.failures)} failed")
    return 1 if soak.failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""One thing at a time, many times over: alone.py [PART...] [--scale X] [--folder DIR]   (which of them makes the engine grow)

Each part has a `pond up` of its own with a small memory limit, so that DuckDB's cache is full early. After each tenth of the rounds
DuckDB checkpoints (rows that were deleted stay in memory until then: duckdb_memory.c) and the engine's memory is printed: resident, what
of it is private (no file behind it), and what DuckDB says that it holds. Between the third tenth and the last, private memory may
not grow by more than --most MB. The last line is `N passed, N failed`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from canceling import answer_of, cancel_until  # noqa: E402
from kills import PLUGINS, TAP  # noqa: E402
from program import ROOT, Pond  # noqa: E402

from server import PASSWORD, Server  # noqa: E402

LIMIT = "  warehouse: {memory_limit: 128MB}\n"
ROWS = 20_000  # of a load
TENTHS, WARM = 10, 3


class Alone:
    """A server for one part."""

    def __init__(self, folder: Path):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        launcher = folder / "tap-script"
        launcher.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {TAP} "$@"\n')
        launcher.chmod(0o755)
        plugins = PLUGINS.format(launcher=launcher, rows=ROWS).replace("batch_size_rows", "load_method: overwrite, batch_size_rows")
        self.server = Server(Pond(folder), LIMIT + plugins)
        self.server.up()
        self.port, self.engine, self.kept = self.server.port, self.server.status()["engine"], None
        with self.connect() as c:
            c.execute("create table fixed as select i as n, 'text ' || i as t from range(100000) t(i)")

    def connect(self, **options) -> psycopg.Connection:
        place = {"host": "127.0.0.1", "port": self.port, "user": "me", "password": PASSWORD, "dbname": "warehouse"}
        return psycopg.connect(**place, **{"autocommit": True, **options})

    @property
    def session(self) -> psycopg.Connection:
        """The one that stays."""
        self.kept = self.kept or self.connect()
        return self.kept

    def end(self) -> None:
        if self.kept:
            self.kept.close()
        self.server.down()

    def kill(self) -> None:
        self.server.running.kill()
        self.server.pond.cleanup()


# ---- the parts: name -> rounds, what is done in one ----


def sessions(a: Alone, turn: int) -> None:
    with a.connect() as c:
        c.execute("select 1").fetchone()


def logins(a: Alone, turn: int) -> None:
    with a.connect():
        pass


def refused(a: Alone, turn: int) -> None:
    try:
        psycopg.connect(host="127.0.0.1", port=a.port, user="me", password="wrong", dbname="warehouse")
    except psycopg.OperationalError:
        return
    raise AssertionError("a wrong password was taken")


def statements(a: Alone, turn: int) -> None:
    a.session.execute(f"select {turn}, count(*) from range({turn % 100}) t(i)").fetchone()


def parameters(a: Alone, turn: int) -> None:
    a.session.execute("select %s::bigint + 1, %s::text", (turn, f"text {turn}"), prepare=False).fetchone()


def prepared(a: Alone, turn: int) -> None:
    a.session.execute("select sum(n) from fixed where n < %s", (turn % 1000,), prepare=True).fetchone()


def named(a: Alone, turn: int) -> None:
    a.session.execute(f"prepare p{turn} as select {turn} + $1::int")
    a.session.execute(f"execute p{turn}(1)").fetchone()
    a.session.execute(f"deallocate p{turn}")


def writes(a: Alone, turn: int) -> None:
    if turn == 0:
        a.session.execute("create table written as select i as id, 0::bigint as amount from range(50) t(i)")
    a.session.execute(f"update written set amount = amount + 1 where id = {turn % 50}")


def transactions(a: Alone, turn: int) -> None:
    with a.connect(autocommit=False) as c:
        c.execute("create table if not exists ledger as select i as id, 0::bigint as amount from range(50) t(i)")
        c.execute(f"update ledger set amount = amount + 1 where id = {turn % 50}")
        (c.commit if turn % 3 else c.rollback)()


def temporary(a: Alone, turn: int) -> None:
    with a.connect() as c:
        c.execute("create temp table t as select i, 'text ' || i as t from range(5000) t(i)")
        c.execute("select count(*) from t").fetchone()


def tables(a: Alone, turn: int) -> None:
    a.session.execute(f"create table t{turn} as select i from range(100) t(i)")
    a.session.execute(f"drop table t{turn}")


def rows(a: Alone, turn: int) -> None:
    a.session.execute("select i, 'row ' || i from range(20000) t(i)", binary=turn % 2 == 0).fetchall()


def copy_in(a: Alone, turn: int) -> None:
    if turn == 0:
        a.session.execute("create table copied (id bigint, t text)")
    a.session.execute("truncate copied")
    with a.session.cursor().copy("copy copied from stdin") as copy:
        copy.write("".join(f"{i}\ttext {i}\n" for i in range(5000)))


def copy_out(a: Alone, turn: int) -> None:
    with a.session.cursor().copy("copy (select n, t from fixed limit 20000) to stdout") as copy:
        for _ in copy:
            pass


def loads(a: Alone, turn: int) -> None:
    a.server.pond.run("run", "--full-refresh", "tap-script", "target-duckdb", seconds=120).ok()


def commands(a: Alone, turn: int) -> None:
    a.server.pond.run("sql", "select count(*) from fixed").ok()


def cancels(a: Alone, turn: int) -> None:
    ended = threading.Event()
    thread = threading.Thread(target=cancel_until, args=(a.session, ended, 0.02))
    thread.start()
    try:
        a.session.execute("select count(*) from range(100000000000) t(i) where i % 7 = 3").fetchone()
    except psycopg.errors.QueryCanceled:
        pass
    ended.set()
    thread.join()
    answer_of(a.session, "select 1")


def cursors(a: Alone, turn: int) -> None:
    with a.session.transaction(), a.session.cursor(name="c") as c:
        c.execute("select n, t from fixed")
        c.fetchmany(500)


def holds(a: Alone, turn: int) -> None:
    with a.session.cursor(name=f"h{turn}", withhold=True) as c:
        c.execute("select n, t from fixed limit 5000")
        c.fetchmany(100)


def errors(a: Alone, turn: int) -> None:
    wrong = ["select nothing", "select 1 / 'a'::int", "slect", "select * from nowhere", "insert into fixed values ('x', 1)"]
    try:
        a.session.execute(wrong[turn % len(wrong)])
    except psycopg.Error:
        return
    raise AssertionError("a wrong statement succeeded")


def catalog(a: Alone, turn: int) -> None:
    words = ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(a.port), "-U", "me", "warehouse", "-c", r"\d", "-c", r"\d fixed", "-c", r"\dt+", "-c", r"\df"]
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True, env={**os.environ, "PGPASSWORD": PASSWORD})


def settings(a: Alone, turn: int) -> None:
    a.session.execute(f"set application_name = 'n{turn}'")
    a.session.execute("select pg_advisory_lock(1), pg_advisory_unlock(1)").fetchone()
    a.session.execute("select count(*) from pg_stat_activity").fetchone()


def vanished(a: Alone, turn: int) -> None:
    c = a.connect()
    c.pgconn.send_query(b"select i, repeat('x', 100) from range(1000000) t(i)")
    os.close(os.dup(c.fileno()))
    c.pgconn.finish()


def encrypted(a: Alone, turn: int) -> None:
    with a.connect(sslmode="require") as c:
        c.execute("select 1").fetchone()


def aggregates(a: Alone, turn: int) -> None:
    a.session.execute("select count(distinct i % 50000), sum(i) from range(300000) t(i)").fetchone()


PARTS = {
    "sessions": (5_000, sessions),
    "logins": (5_000, logins),
    "encrypted": (2_000, encrypted),
    "refused": (1_000, refused),
    "statements": (20_000, statements),
    "parameters": (20_000, parameters),
    "prepared": (20_000, prepared),
    "named": (5_000, named),
    "writes": (10_000, writes),
    "transactions": (3_000, transactions),
    "temporary": (2_000, temporary),
    "tables": (3_000, tables),
    "rows": (500, rows),
    "copy_in": (500, copy_in),
    "copy_out": (500, copy_out),
    "loads": (200, loads),
    "commands": (500, commands),
    "cancels": (500, cancels),
    "cursors": (2_000, cursors),
    "holds": (1_000, holds),
    "errors": (20_000, errors),
    "catalog": (300, catalog),
    "settings": (5_000, settings),
    "vanished": (500, vanished),
    "aggregates": (500, aggregates),
}


def memory(engine: int) -> tuple[float, float, int]:
    """Resident and private MB, threads."""
    found = {line.split(":")[0]: line.split()[1] for line in Path(f"/proc/{engine}/status").read_text().splitlines() if ":" in line and len(line.split()) > 1}
    return int(found["VmRSS"]) / 1000, int(found["RssAnon"]) / 1000, int(found["Threads"])


def held(a: Alone) -> str:
    """What DuckDB says, after a checkpoint."""
    with a.connect() as c:
        c.execute("checkpoint")
        found = c.execute("select tag, memory_usage_bytes from duckdb_memory() where memory_usage_bytes > 500000 order by 2 desc").fetchall()
    return ", ".join(f"{tag} {size / 1e6:.1f}" for tag, size in found)


def run(name: str, folder: Path, scale: float, most: float) -> bool:
    rounds, step = PARTS[name]
    rounds = max(TENTHS, int(rounds * scale))
    a = Alone(folder)
    private = []
    try:
        print(f"{name}: {rounds:,} rounds; at the start {memory(a.engine)[0]:.1f} MB resident, {memory(a.engine)[1]:.1f} private")
        for tenth in range(TENTHS):
            for turn in range(rounds * tenth // TENTHS, rounds * (tenth + 1) // TENTHS):
                step(a, turn)
            tags = held(a)
            resident, anonymous, threads = memory(a.engine)
            private.append(anonymous)
            print(f"  {(tenth + 1) * 10:3d} %  {resident:6.1f} MB resident  {anonymous:6.1f} private  {threads} threads  {tags}", flush=True)
        a.end()
    finally:
        a.kill()
    grown = private[-1] - private[WARM - 1]
    print(f"  {'passed' if grown <= most else 'failed'}: {grown:+.1f} MB since {WARM * 10} %", flush=True)
    return grown <= most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS], default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--most", type=float, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "soak-alone")
    options = parser.parse_args()
    results = [run(name, options.folder / name, options.scale, options.most) for name in options.parts]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

"""The benchmarks of the warehouse server (docs/performance.md, "The server"): each beside its peer, PostgreSQL of Debian or DuckDB alone."""

import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import data
import psycopg
from cases import Bench, Row
from served import (
    MILLION,
    PLANE_COUNT,
    Drain,
    Peers,
    Served,
    alone,
    copy_in,
    fill_flights,
    fill_million,
    fill_planes,
    high_water_mb,
    in_turn,
    least,
    memory_kb,
    pgbench,
)

# ---- round trips ----

# what, the statement ($1 is a random number), the largest number
SMALL = [
    ("select 1", "select 1", 1),
    ("select $1::int + 1", "select $1::int + 1", 1_000_000),
    ("key lookup in planes", "select tailnum, manufacturer, model, seats from planes where id = $1", PLANE_COUNT),
]


def wire_small(bench: Bench) -> Iterator[Row]:
    """18 lines of 90 s each: they are printed as they come."""
    with Served(bench, fill_planes) as peers:
        for what, sql, largest in SMALL:
            for mode in ("simple", "extended", "prepared"):
                for clients in (1, 8):
                    yield small(bench, peers, (what, sql, largest), mode, clients, 10 * bench.size)


def small(bench: Bench, peers: Peers, case: tuple, mode: str, clients: int, seconds: float) -> Row:
    what, sql, largest = case
    script = bench.folder / "script.sql"
    script.write_text(f"\\set x random(1, {largest})\n{sql.replace('$1', ':x')};\n" if "$1" in sql else f"{sql};\n")
    peers_of = {"least": lambda: least(peers.copy, script, clients, seconds)} if mode == "simple" else {}
    tps = in_turn(
        peers_of
        | {
            "pond": lambda: pgbench(peers.ours, script, mode, clients, seconds),
            "duckdb": lambda: alone(peers.copy, mode, clients, seconds, largest, sql),
            "postgres": lambda: pgbench(peers.theirs, script, mode, clients, seconds),
        },
        bench.pairs(3),
    )
    us = {name: 1e6 / rate for name, rate in tps.items()}
    added, share = us["pond"] - us["duckdb"], tps["pond"] / tps["duckdb"]
    if clients == 1:
        ratio, bar, good = f"+{added:.0f} us", "< +40 us", added < 40
        ours = f"{us['pond']:.0f} us, {tps['pond']:,.0f} /s"
        peer = f"DuckDB {us['duckdb']:.0f} us; PostgreSQL {us['postgres']:.0f} us"
        peer += f"; least server {us['least']:.0f} us" if "least" in us else ""
    else:
        ratio, bar, good = f"{share:.2f}x", ">= 0.85x", share >= 0.85
        ours = f"{tps['pond']:,.0f} /s"
        peer = f"DuckDB {tps['duckdb']:,.0f} /s; PostgreSQL {tps['postgres']:,.0f} /s"
        peer += f"; least server {tps['least']:,.0f} /s" if "least" in tps else ""
    rss = high_water_mb(peers.server.status()["engine"])
    return Row(f"{what}, {mode}, {clients} client{'s' * (clients > 1)}", ours, peer, ratio, bar, rss, good)


# ---- a million rows ----

AGGREGATE = "select carrier, count(*), avg(delay), sum(fare), max(due) from million group by carrier order by carrier"


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def timed(run) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def wire_aggregate(bench: Bench) -> list[Row]:
    count = bench.rows(1_000_000)
    with Served(bench, fill_million(count)) as peers, peers.duckdb() as duck:
        ours, theirs = psycopg.connect(**peers.ours, autocommit=True), psycopg.connect(**peers.theirs, autocommit=True)
        found = in_turn(
            {
                "pond": lambda: timed(lambda: ours.execute(AGGREGATE).fetchall()),
                "duckdb": lambda: timed(lambda: duck.execute(AGGREGATE).fetchall()),
            },
            bench.pairs(50),
        )
        postgres = in_turn({"": lambda: timed(lambda: theirs.execute(AGGREGATE).fetchall())}, bench.pairs(5))[""]
        ratio = found["pond"] / found["duckdb"]
        rss = high_water_mb(peers.server.status()["engine"])
        ours.close()
        theirs.close()
    peer = f"DuckDB {ms(found['duckdb'])}; PostgreSQL {ms(postgres)}"
    return [Row(f"aggregate over {count:,} rows / DuckDB in process", ms(found["pond"]), peer, f"{ratio:.2f}x", "<= 1.1x", rss, ratio <= 1.1)]


OUT = [
    ("SELECT, text", "text", "select * from million"),
    ("SELECT, binary", "binary", "select * from million"),
    ("COPY, text", "text", "copy million to stdout"),
    ("COPY, csv", "text", "copy million to stdout (format csv)"),
    ("COPY, binary", "text", "copy million to stdout (format binary)"),
]


def wire_out(bench: Bench) -> list[Row]:
    count, rows = bench.rows(1_000_000), []
    with Served(bench, fill_million(count)) as peers:
        ours, theirs = Drain(peers.ours), Drain(peers.theirs)
        for what, how, sql in OUT:
            found = in_turn(
                {"pond": lambda: getattr(ours, how)(sql), "postgres": lambda: getattr(theirs, how)(sql)}, bench.pairs(5)  # noqa: B023
            )
            if ours.rows != count or theirs.rows != count:
                raise AssertionError(f"{ours.rows} and {theirs.rows} rows, not {count}")
            ratio, rss = found["pond"] / found["postgres"], high_water_mb(peers.server.status()["engine"])
            peer = f"PostgreSQL {ms(found['postgres'])}, {theirs.bytes / 1e6:.0f} MB"
            rows.append(Row(f"{count:,} rows x 10 out: {what}", f"{ms(found['pond'])}, {ours.bytes / 1e6:.0f} MB", peer, f"{ratio:.2f}x",
                            "<= 1.3x", rss, ratio <= 1.3))  # fmt: skip
        ours.close()
        theirs.close()
    return rows


def wire_first_row(bench: Bench) -> list[Row]:
    """A result that no memory holds: when its first row is there, and what the engine takes while the rest goes out."""
    count = bench.rows(50_000_000)
    sql = f"select i, i * 2 as j, 'text ' || i as t from generate_series(1, {count}) as g(i)"
    with Served(bench, fill_planes) as peers:
        ours = Drain(peers.ours)
        ours.text(sql.replace(str(count), "100000"))
        engine = peers.server.status()["engine"]
        before, firsts = high_water_mb(engine), []
        for _ in range(bench.pairs(3)):
            seconds = ours.text(sql)
            firsts.append(ours.first)
            if ours.rows != count:
                raise AssertionError(f"{ours.rows} rows, not {count}")
        first, rss = statistics.median(firsts), high_water_mb(engine)
        ours.close()
    return [
        Row(f"first of {count:,} rows; all of them", f"{ms(first)}; {seconds:.1f} s", f"engine's memory before {before:.0f} MB", f"+{rss - before:.0f} MB",
            "milliseconds, flat", rss, first < 0.1 and rss - before < 30),
    ]  # fmt: skip


def wire_in(bench: Bench) -> list[Row]:
    """Each into a new table. DuckDB reads the file itself, which is in its favour."""
    count = bench.rows(1_000_000)
    path, table, options = data.million(count), f"({MILLION})", "(format csv, header)"
    with Served(bench, fill_planes) as peers, peers.duckdb() as duck:
        connections = [psycopg.connect(**place, autocommit=True) for place in (peers.ours, peers.theirs)]

        def over_the_wire(connection) -> float:
            connection.execute("drop table if exists arrived")
            connection.execute(f"create table arrived {table}")
            seconds = timed(lambda: copy_in(connection, f"copy arrived from stdin {options}", path))
            (there,) = connection.execute("select count(*) from arrived").fetchone()
            assert there == count, f"{there} rows, not {count}"
            return seconds

        def in_process() -> float:
            duck.execute("drop table if exists arrived")
            duck.execute(f"create table arrived {table}")
            return timed(lambda: duck.execute(f"copy arrived from '{path}' {options}"))

        found = in_turn(
            {"pond": lambda: over_the_wire(connections[0]), "postgres": lambda: over_the_wire(connections[1]), "duckdb": in_process},
            bench.pairs(5),
        )
        rss = high_water_mb(peers.server.status()["engine"])
        for connection in connections:
            connection.close()
    rows = []
    for peer, name, wanted in (("postgres", "PostgreSQL", 1.2), ("duckdb", "DuckDB's COPY of the file", 0.85)):
        ratio = found[peer] / found["pond"]
        rows.append(Row(f"COPY FROM STDIN csv, {count:,} rows x 10 / {name}", ms(found["pond"]), ms(found[peer]), f"{ratio:.2f}x",
                        f">= {wanted}x", rss, ratio >= wanted))  # fmt: skip
    return rows


# ---- readers while a load runs ----

DASHBOARD = [
    "select p.manufacturer, count(*), avg(f.arr_delay) from flights f join planes p using (tailnum) group by 1 order by 2 desc limit 10",
    "select f.origin, f.month, sum(p.seats), max(f.dep_delay) from flights f join planes p using (tailnum) group by 1, 2 order by 1, 2",
    "select f.carrier, count(distinct p.model), avg(f.distance) from flights f join planes p on p.tailnum = f.tailnum "
    "where p.year < 2000 group by 1 order by 1",
]
READERS = 8

LOAD_PROJECT = """plugins:
  extractors:
  - name: tap-file
    namespace: tap_file
    executable: {tap}
    capabilities: []
  loaders:
  - name: target-duckdb
    namespace: target_duckdb
    config: {{path: warehouse.duckdb, default_target_schema: raw, load_method: overwrite}}
"""


class Load:
    """`pond run` of a file of flights, again and again, through the server, until it is stopped. Only whole runs count."""

    def __init__(self, served: Served, rows: int):
        self.served, self.rows, self.took, self.failed = served, rows, [], None
        self.stopping, self.thread = threading.Event(), threading.Thread(target=self.work)

    def __enter__(self) -> "Load":
        self.thread.start()
        return self

    def __exit__(self, *unused) -> None:
        self.stopping.set()
        self.thread.join()
        if self.failed:
            raise AssertionError(self.failed)

    def work(self) -> None:
        while not self.stopping.is_set() and not self.failed:
            begin = time.perf_counter()
            done = self.served.pond.run("run", "tap-file", "target-duckdb", seconds=300)
            self.took.append(time.perf_counter() - begin)
            if done.code:
                self.failed = f"pond run: exit code {done.code}: {done.err[-500:]}"

    def rate(self) -> float:
        """Rows per second. The first run also opens what the others find open."""
        took = self.took[1:] or self.took
        return self.rows * len(took) / sum(took)


@dataclass
class Answers:
    """What the readers saw: seconds per answer, and what went wrong."""

    seconds: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * share))]

    def said(self) -> str:
        return f"p50 {ms(self.percentile(0.5))}, p99 {ms(self.percentile(0.99))}, {len(self.seconds):,} answers, {len(self.errors)} errors"


def read(place: dict, seconds: float, every: float, expected: list) -> Answers:
    """READERS clients. every > 0: an open loop, each with a statement every so many seconds, timed from when it was due; 0: closed."""
    answers, start = Answers(), time.perf_counter() + 0.5

    def client(number: int) -> None:
        try:
            with psycopg.connect(**place, autocommit=True) as connection:
                for turn in range(1 << 30):
                    due = start + turn * every + number * every / READERS if every else time.perf_counter()
                    if due > start + seconds:
                        return
                    time.sleep(max(0.0, due - time.perf_counter()))
                    query = (turn + number) % len(DASHBOARD)
                    found = connection.execute(DASHBOARD[query]).fetchall()
                    answers.seconds.append(time.perf_counter() - due)
                    if found != expected[query]:
                        answers.errors.append(f"another answer: {DASHBOARD[query]}")
        except psycopg.Error as error:
            answers.errors.append(str(error))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def readers_while_loading(bench: Bench) -> list[Row]:
    minutes, count = 5 * bench.size, bench.rows(1_000_000)
    messages, tap = data.flights(count), bench.folder / "tap-file"
    tap.write_text(f"#!/bin/sh\nexec cat {messages}\n")
    tap.chmod(0o755)
    served = Served(bench, fill_flights, LOAD_PROJECT.format(tap=tap))
    with served as peers:
        with psycopg.connect(**peers.ours, autocommit=True) as connection:
            expected = [connection.execute(sql).fetchall() for sql in DASHBOARD]
        read(peers.ours, 5, 1, expected)
        idle = read(peers.ours, 60 * minutes, 1, expected)
        with Load(served, count) as only:
            time.sleep(max(10, 20 * minutes))
        with Load(served, count) as beside:
            busy = read(peers.ours, 60 * minutes, 1, expected)
        with Load(served, count) as starved:
            closed = read(peers.ours, max(10, 20 * minutes), 0, expected)
        rss = high_water_mb(peers.server.status()["engine"])
    for answers in (idle, busy, closed):
        for error in answers.errors[:3]:
            print(f"readers-while-loading: {error}", flush=True)
    p99, kept, share = busy.percentile(0.99), beside.rate() / only.rate(), starved.rate() / only.rate()
    good = p99 <= 5 * idle.percentile(0.99) and p99 < 0.2 and not busy.errors and not idle.errors
    loads = f"{only.rate() / 1000:,.0f} k rows/s alone"
    return [
        Row("8 readers, 1 query/s each, beside a load / without it", busy.said(), idle.said(), f"{p99 / idle.percentile(0.99):.1f}x",
            "p99 <= 5x, < 200 ms, no error", rss, good),
        Row("  the load beside them / alone", f"{beside.rate() / 1000:,.0f} k rows/s", loads, f"{kept:.2f}x", ">= 0.7x", rss, kept >= 0.7),
        Row("  closed loop: 8 readers without a pause / the load", closed.said(), f"load {starved.rate() / 1000:,.0f} k rows/s", f"{share:.2f}x",
            "load >= 0.2x", rss, share >= 0.2),
    ]  # fmt: skip


# ---- memory ----


def idle_sessions(bench: Bench) -> list[Row]:
    """Proportional memory (PSS) of the engine without a session, and of each of 100 that have asked one thing."""
    sessions = 100
    with Served(bench, fill_planes) as peers:
        status = peers.server.status()
        supervisor, engine = memory_kb(status["supervisor"]), memory_kb(status["engine"])
        open_sessions = [psycopg.connect(**peers.ours, autocommit=True) for _ in range(sessions)]
        for connection in open_sessions:
            connection.execute("select count(*) from planes").fetchall()
        each = (memory_kb(status["engine"]) - engine) / sessions
        rss = high_water_mb(status["engine"])
        for connection in open_sessions:
            connection.close()
    return [
        Row("the engine without a session", f"{engine / 1000:.1f} MB", f"supervisor {supervisor / 1000:.1f} MB", "-", "< 60 MB", rss, engine < 60_000),
        Row(f"each of {sessions} idle sessions", f"{each / 1000:.2f} MB", "-", "-", "< 1 MB", rss, each < 1000),
    ]  # fmt: skip


# ---- the file ----


def backup_compact(bench: Bench) -> list[Row]:
    """Both while the server is up, of a warehouse whose million rows were changed once: no bar, so that one knows what to expect."""
    count = bench.rows(1_000_000)
    served = Served(bench, fill_million(count))
    with served as peers:
        with psycopg.connect(**peers.ours, autocommit=True) as connection:
            connection.execute("update million set fare = fare + 1")
            connection.execute("checkpoint")
        before = served.server.database.stat().st_size
        backups = [timed(lambda: served.pond.run("backup", seconds=300).ok()) for _ in range(bench.pairs(3))]
        compacted = timed(lambda: served.pond.run("compact", seconds=300).ok())
        after = served.server.database.stat().st_size
        rss = high_water_mb(peers.server.status()["engine"])
    size = f"{before / 1e6:.0f} MB"
    return [
        Row("backup while serving", ms(statistics.median(backups)), size, "-", "-", rss, None),
        Row("compact while serving", ms(compacted), f"{size} to {after / 1e6:.0f} MB", "-", "-", rss, None),
    ]


SERVER_BENCHMARKS = {
    "wire-small": wire_small,
    "wire-aggregate": wire_aggregate,
    "wire-out": wire_out,
    "wire-first-row": wire_first_row,
    "wire-in": wire_in,
    "readers-while-loading": readers_while_loading,
    "idle-sessions": idle_sessions,
    "backup-compact": backup_compact,
}

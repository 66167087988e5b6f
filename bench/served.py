"""The warehouse server and its peers, as the benchmarks of server_cases.py need them: the same tables in all, clients that cost little."""

import hashlib
import os
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import data
import duckdb
import psycopg
from measure import Failed

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))
from program import Pond  # noqa: E402
from services import Postgres, free_port  # noqa: E402
from venvs import cache_root  # noqa: E402

from server import PASSWORD, Server  # noqa: E402

MILLION = (
    "id bigint, flight integer, carrier text, tailnum text, origin text, dest text, day date, due timestamp, "
    "delay double precision, fare numeric(12,2)"
)
PLANES = "tailnum text, year integer, type text, manufacturer text, model text, engines integer, seats integer, speed integer, engine text"
FLIGHTS = (
    "year integer, month integer, day integer, dep_time integer, sched_dep_time integer, dep_delay double precision, arr_time integer, "
    "sched_arr_time integer, arr_delay double precision, carrier text, flight integer, tailnum text, origin text, dest text, "
    "air_time double precision, distance double precision, hour integer, minute integer, time_hour timestamptz"
)
PLANE_COUNT = 3322


@dataclass
class Peers:
    """pond up, a private PostgreSQL, and the warehouse's file as it was before the server opened it, for DuckDB alone."""

    server: Server
    postgres: Postgres
    copy: Path

    @property
    def ours(self) -> dict:
        return {"host": "127.0.0.1", "port": self.server.port, "user": "me", "password": PASSWORD, "dbname": "warehouse", "sslmode": "disable"}

    @property
    def theirs(self) -> dict:
        return {**self.postgres.connection, "sslmode": "disable"}

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.copy))


class Served:
    """with Served(bench, fill) as peers: fill(connection) makes the tables, in the warehouse and in PostgreSQL."""

    def __init__(self, bench, fill, settings: str = ""):
        os.environ["POND"] = str(bench.pond)
        self.folder = bench.fresh("served")
        self.folder.mkdir()
        self.pond, self.fill = Pond(self.folder), fill
        self.server = Server(self.pond, settings)
        self.postgres = Postgres(self.folder / "postgres")

    def __enter__(self) -> Peers:
        try:
            self.postgres.__enter__()
            peers = Peers(self.server.up(), self.postgres, self.folder / "alone.duckdb")
            for place in (peers.ours, peers.theirs):
                with psycopg.connect(**place, autocommit=True) as connection:
                    self.fill(connection)
            self.server.down()
            shutil.copy(self.server.database, peers.copy)
            self.server.up()
            return peers
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *unused) -> None:
        if self.server.running and self.server.running.alive():
            self.server.down()
        if self.postgres.server:
            self.postgres.__exit__()
        self.pond.cleanup()


def copy_in(connection, sql: str, path: Path) -> None:
    with connection.cursor() as cursor, cursor.copy(sql) as copy, open(path, "rb") as file:
        while block := file.read(1 << 20):
            copy.write(block)


def fill_planes(connection) -> None:
    connection.execute(f"create table planes_read ({PLANES})")
    copy_in(connection, "copy planes_read from stdin (format csv, header, null 'NA')", data.packaged("planes"))
    connection.execute(f"create table planes (id integer primary key, {PLANES})")
    connection.execute("insert into planes select row_number() over (order by tailnum), * from planes_read")
    connection.execute("drop table planes_read")


def fill_flights(connection) -> None:
    fill_planes(connection)
    connection.execute(f"create table flights ({FLIGHTS})")
    copy_in(connection, "copy flights from stdin (format csv, header, null 'NA')", data.packaged("flights"))


def fill_million(count: int):
    def fill(connection) -> None:
        connection.execute(f"create table million ({MILLION})")
        copy_in(connection, "copy million from stdin (format csv, header)", data.million(count))

    return fill


# Clients.


def pgbench(place: dict, script: Path, mode: str, clients: int, seconds: float) -> float:
    """Statements per second."""
    words = ["pgbench", "-n", "-f", script, "-M", mode, "-c", str(clients), "-j", str(clients), "-T", str(max(1, round(seconds)))]
    words += ["-h", place["host"], "-p", str(place["port"]), "-U", place["user"], place["dbname"]]
    environment = {**os.environ, "PGPASSWORD": place.get("password", ""), "PGSSLMODE": "disable"}
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment)
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found or re.search(r"failed transactions: [1-9]", done.stdout):
        raise Failed(f"pgbench: exit code {done.returncode}: {done.stderr.strip()[-500:]}")
    return float(found[1])


def built(name: str) -> Path:
    """bench/NAME.c, built against the library that pond is built with."""
    source = HERE / f"{name}.c"
    library = max((cache_root() / "duckdb").glob(f"*-{ {'x86_64': 'amd64', 'aarch64': 'arm64'}[os.uname().machine] }-*"))
    digest = hashlib.sha256(source.read_bytes() + str(library).encode()).hexdigest()[:10]
    program = data.cache() / f"{name}-{digest}"
    if not program.exists():
        words = ["cc", "-O2", "-D_GNU_SOURCE", source, "-o", program, f"-I{library}/include", f"-L{library}/lib", "-lduckdb", "-pthread", f"-Wl,-rpath,{library}/lib"]
        subprocess.run([str(word) for word in words], check=True)
    return program


def alone(database: Path, mode: str, threads: int, seconds: float, largest: int, sql: str) -> float:
    """Statements per second of DuckDB in a process of its own. A plan without parameters must not be kept there either: it would give
    wrong rows after a change of the data (duckdb#23704)."""
    mode = "extended" if mode == "prepared" and "$1" not in sql else mode
    words = [built("in_process"), database, mode, threads, seconds, largest, sql]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"in_process: {done.stderr.strip()[-500:]}")
    return float(done.stdout)


def least(database: Path, script: Path, clients: int, seconds: float) -> float:
    """Statements per second through a server that does nothing else: what the machine's sockets and processors leave."""
    port = free_port()
    with subprocess.Popen([str(built("least_server")), str(database), str(port)], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "ready\n"
            return pgbench({"host": "127.0.0.1", "port": port, "user": "me", "dbname": "x"}, script, "simple", clients, seconds)
        finally:
            server.kill()


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


class Drain:
    """A client that only reads: after psycopg's start-up it sends raw messages and drops what comes, so that the server is the slower side."""

    READY = b"Z\0\0\0\5I"

    def __init__(self, place: dict):
        self.connection = psycopg.connect(**place, autocommit=True)
        self.socket = socket.socket(fileno=os.dup(self.connection.fileno()))
        self.socket.setblocking(True)
        self.room = memoryview(bytearray(1 << 20))

    def close(self) -> None:
        self.socket.close()
        self.connection.close()

    def text(self, sql: str) -> float:
        return self.time(message(b"Q", sql.encode() + b"\0"))

    def binary(self, sql: str) -> float:
        bind = b"\0\0" + struct.pack("!hhhh", 0, 0, 1, 1)
        parts = [(b"P", b"\0" + sql.encode() + b"\0\0\0"), (b"B", bind), (b"D", b"P\0"), (b"E", b"\0\0\0\0\0"), (b"S", b"")]
        return self.time(b"".join(message(kind, body) for kind, body in parts))

    def time(self, messages: bytes) -> float:
        """Seconds until the server is ready again; the tag before that must not be an error."""
        begin, tail, self.bytes, self.first = time.perf_counter(), b"", 0, 0.0
        self.socket.sendall(messages)
        while not tail.endswith(self.READY):
            got = self.socket.recv_into(self.room)
            if not got:
                raise Failed("the server has gone")
            if not self.first and self.bytes < 1000 and b"D\0\0" in bytes(self.room[:got]):  # COPY sends none: not looked for beyond
                self.first = time.perf_counter() - begin
            self.bytes += got
            tail = (tail + bytes(self.room[max(0, got - 64) : got]))[-64:]
        seconds = time.perf_counter() - begin
        found = re.search(rb"C\0\0\0.(?:SELECT|COPY) (\d+)\0Z", tail, re.DOTALL)
        if not found:
            raise Failed(f"no result: {tail}")
        self.rows = int(found[1])
        return seconds


def in_turn(runs: dict, pairs: int) -> dict:
    """The median of each of the functions' values, called in turn; a first round does not count."""
    values = {name: [] for name in runs}
    for turn in range(pairs + 1):
        for name, run in runs.items():
            value = run()
            if turn:
                values[name].append(value)
    return {name: statistics.median(found) for name, found in values.items()}


def memory_kb(pid: int, what: str = "Pss") -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1])
    raise Failed(f"no {what} of process {pid}")


def high_water_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0

"""How the end-to-end tests start the real program and look at what it left behind.

Nothing here sleeps for luck: what takes time is waited for as a condition with a deadline. A program under test gets an
environment of its own (HOME and TMPDIR inside the test's folder), by which everything it started can be found again.
"""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PRESET = os.environ.get("POND_PRESET", "release")
SLOW = 5 if PRESET in ("asan", "tsan") else 1  # what sanitizers cost, for deadlines

# What a program may inherit: package clients and sanitizers need theirs, nothing else leaks into a test.
INHERITED = (
    "PIP_",
    "UV_",
    "SSL_",
    "ASAN_",
    "LSAN_",
    "UBSAN_",
    "TSAN_",
    "POND_LIBDUCKDB",
    "http_proxy",
    "https_proxy",
    "REQUESTS_",
)


def binary() -> Path:
    path = Path(os.environ.get("POND", ROOT / "build" / "release" / "bin" / "pond")).absolute()
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"no program at {path}: say where with POND=")
    return path


def wait_for(condition, what: str, seconds: float = 20):
    """Poll until condition() is true and return its value."""
    deadline = time.monotonic() + seconds * SLOW
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds * SLOW:.0f} s in vain for: {what}")
        time.sleep(0.01)
    return value


@dataclass
class Done:
    """How a program ended. code is negative for a signal."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    def ok(self) -> "Done":
        assert self.code == 0, f"exit code {self.code}\n--- stdout\n{self.out[-3000:]}\n--- stderr\n{self.err[-3000:]}"
        return self

    def failed(self, *words: str, code: int | None = None) -> "Done":
        """It failed, by an exit code (not a signal), and said each of the words."""
        assert self.code > 0, f"exit code {self.code}\n--- stdout\n{self.out[-3000:]}\n--- stderr\n{self.err[-3000:]}"
        assert code is None or self.code == code, f"exit code {self.code}, not {code}\n{self.err[-3000:]}"
        for word in words:
            assert word.lower() in self.said.lower(), f"nothing about {word!r} in:\n{self.said[-3000:]}"
        assert "Sanitizer" not in self.err, self.err[-6000:]
        return self

    def json(self):
        return json.loads(self.out)

    @property
    def states(self) -> list:
        """A target's stdout: the STATE values."""
        return [json.loads(line) for line in self.out.splitlines()]


class Running:
    """A program that has not ended yet; its output goes to files, so that it never blocks on us."""

    def __init__(self, words, folder: Path, cwd: Path, environment: dict, stdin):
        number = len(list(folder.glob("*.stdout")))
        self.stdout_path, self.stderr_path = folder / f"{number}.stdout", folder / f"{number}.stderr"
        with open(self.stdout_path, "wb") as out, open(self.stderr_path, "wb") as err:
            self.child = subprocess.Popen(
                words, cwd=cwd, env=environment, stdin=stdin, stdout=out, stderr=err, start_new_session=True
            )
        self.pid = self.child.pid
        self.stdin = self.child.stdin

    @property
    def out(self) -> str:
        return self.stdout_path.read_text(errors="replace")

    @property
    def err(self) -> str:
        return self.stderr_path.read_text(errors="replace")

    def alive(self) -> bool:
        return self.child.poll() is None

    def send(self, *lines) -> None:
        self.stdin.write(encode(lines))
        self.stdin.flush()

    def signal(self, number: int) -> None:
        self.child.send_signal(number)

    def group(self, number: int) -> None:
        """As a terminal does: the signal goes to the whole foreground group."""
        os.killpg(self.pid, number)

    def wait(self, seconds: float = 60) -> Done:
        try:
            code = self.child.wait(seconds * SLOW)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"no end after {seconds * SLOW:.0f} s\n{self.said()}") from None
        return Done(code, self.out, self.err)

    def said(self) -> str:
        return f"--- stdout\n{self.out[-3000:]}\n--- stderr\n{self.err[-3000:]}"

    def kill(self) -> None:
        if self.alive():
            self.child.kill()
            self.child.wait()


def encode(lines) -> bytes:
    """Messages (dict), texts and bytes as lines of input."""
    if isinstance(lines, bytes):
        return lines
    parts = []
    for line in lines:
        if isinstance(line, dict):
            line = json.dumps(line, ensure_ascii=False)
        parts.append(line.encode() if isinstance(line, str) else line)
    return b"".join(part + b"\n" for part in parts)


class Pond:
    """The program under test, at home in one folder."""

    def __init__(self, folder: Path):
        self.binary = binary()
        self.folder = folder
        self.home = folder / "home"
        self.logs = folder / "output"
        self.started: list[Running] = []
        for path in (self.home, self.home / "tmp", self.logs):
            path.mkdir(parents=True, exist_ok=True)

    def environment(self, **extra: str) -> dict:
        inherited = {name: value for name, value in os.environ.items() if name.startswith(INHERITED)}
        return inherited | {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "LANG": "C.UTF-8",
            **extra,
        }

    def run(self, *words, stdin=None, cwd: Path | None = None, seconds: float = 60, env: dict | None = None) -> Done:
        """Run to the end. stdin: messages (list), bytes, or a Path."""
        source = open(stdin, "rb") if isinstance(stdin, Path) else None
        try:
            done = subprocess.run(
                [self.binary, *map(str, words)],
                cwd=cwd or self.folder,
                env=self.environment(**(env or {})),
                capture_output=True,
                timeout=seconds * SLOW,
                **({"stdin": source or subprocess.DEVNULL} if source or stdin is None else {"input": encode(stdin)}),
            )
        finally:
            if source:
                source.close()
        assert b"Sanitizer" not in done.stderr, done.stderr[-6000:].decode(errors="replace")
        return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def start(self, *words, stdin=subprocess.DEVNULL, cwd: Path | None = None, env: dict | None = None) -> Running:
        environment = self.environment(**(env or {}))
        running = Running([self.binary, *map(str, words)], self.logs, cwd or self.folder, environment, stdin)
        self.started.append(running)
        return running

    # `pond target` on a warehouse of the test's own

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def target_words(self, config: dict) -> list:
        path = self.folder / f"target-{len(list(self.folder.glob('target-*.json')))}.json"
        path.write_text(json.dumps({"path": str(self.database), "default_target_schema": "main", **config}))
        return ["target", "--config", path]

    def target(self, messages, seconds: float = 60, env: dict | None = None, **config) -> Done:
        return self.run(*self.target_words(config), stdin=messages, seconds=seconds, env=env)

    def start_target(self, env: dict | None = None, **config) -> Running:
        return self.start(*self.target_words(config), stdin=subprocess.PIPE, env=env)

    # What is left of it

    def processes(self) -> list[int]:
        """Every process that has this test's HOME: pond's descendants, however they were started."""
        mark = f"HOME={self.home}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                ours = mark in (entry / "environ").read_bytes().split(b"\0")
                if SERVED and (entry / "cmdline").read_bytes().split(b"\0")[1:2] == [b"up"]:
                    continue  # the server, which stays
                if ours and not dead(entry):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def gone(self, seconds: float = 5) -> None:
        """Nothing that this test started is alive any more."""
        try:
            wait_for(lambda: not self.processes(), "all processes gone", seconds)
        except AssertionError:
            lines = [
                Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in self.processes()
            ]
            raise AssertionError(f"still alive after {seconds * SLOW} s: {lines}") from None

    def cleanup(self) -> None:
        servers.clear()
        for running in self.started:
            running.kill()
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def dead(entry: Path) -> bool:
    stat = (entry / "stat").read_text()
    return stat[stat.rindex(")") + 2] in "ZX"


# Commands that run in the server when one is up. With POND_SERVED=1 the tests of projects do all of these that way: a server is
# started before each, and stopped when a test looks at the file.
FORWARDED = ("run", "el", "state", "sql")
SERVED = os.environ.get("POND_SERVED") == "1"
servers: dict[Path, Running] = {}


def serve(pond: Pond, folder: Path) -> None:
    """A server for the project in the folder, without a port of its own."""
    if folder in servers and servers[folder].alive():
        return
    servers[folder] = pond.start("up", cwd=folder, env={"POND_LISTEN_POSTGRES": "off"})
    wait_for(lambda: not servers[folder].alive() or "ready" in servers[folder].out, "the server is up", 30)
    assert servers[folder].alive(), servers[folder].said()


def unserve() -> None:
    for folder, server in list(servers.items()):
        server.signal(signal.SIGTERM)
        server.wait(60)
        del servers[folder]


class Warehouse:
    """A DuckDB file as another program sees it, opened read-only for each question (pond must have ended)."""

    def __init__(self, path: Path):
        self.path = path

    def refused(self) -> bool:
        """DuckDB says that the file is corrupt: what a kill in the middle of a metadata block leaves (docs/decisions/0010)."""
        try:
            duckdb.connect(str(self.path), read_only=True).close()
        except duckdb.IOException as problem:
            return "Corrupt database file" in str(problem)
        return False

    def rows(self, sql: str) -> list[tuple]:
        unserve()
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def one(self, sql: str):
        return self.rows(sql)[0][0]

    def count(self, table: str) -> int:
        return self.one(f"select count(*) from {table}")

    def columns(self, table: str, schema: str = "main") -> dict[str, str]:
        """name -> type, in order."""
        return dict(
            self.rows(
                "select column_name, data_type from information_schema.columns "
                f"where table_name = '{table}' and table_schema = '{schema}' order by ordinal_position"
            )
        )

    def tables(self) -> list[str]:
        """schema.table of everything but Pond's own."""
        sql = "select table_schema || '.' || table_name from information_schema.tables where table_schema <> '_pond' order by 1"
        return [row[0] for row in self.rows(sql)]

    def dump(self, table: str, without: str = "") -> list[tuple]:
        """All rows as texts, sorted; columns whose names begin with `without` left out."""
        names = [
            name for name in self.columns(*reversed(table.split("."))) if not (without and name.startswith(without))
        ]
        listed = ", ".join(f'"{name}"::varchar' for name in sorted(names))
        return sorted(self.rows(f"select {listed} from {table}"), key=repr)

    def execute(self, *statements: str) -> None:
        """Change the file, as a user with the DuckDB shell would."""
        unserve()
        with duckdb.connect(str(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)

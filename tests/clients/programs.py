"""The programs of tests/clients: built once into the cache, run against a server, their lines read.

A program says `ok N - name` or `not ok N - name: why` for each check and `1..N` at its end. It finds the server by SERVER (pond or
postgres), PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE, and makes the tables it needs itself. Each is run against a real
PostgreSQL too: that proves the checks.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from program import SLOW
from venvs import cache_root

HERE = Path(__file__).resolve().parent


@dataclass
class Target:
    """A server as its clients see it."""

    server: str
    port: int
    user: str
    password: str
    database: str

    @property
    def environment(self) -> dict:
        return {
            "SERVER": self.server,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.database,
        }

    def connect(self, **options) -> psycopg.Connection:
        given = {"host": "127.0.0.1", "port": self.port, "user": self.user, "password": self.password, "dbname": self.database}
        return psycopg.connect(**{**given, "autocommit": True, **options})

    def run(self, words, seconds: float = 120, **options) -> subprocess.CompletedProcess:
        environment = {**os.environ, **self.environment, **options.pop("env", {})}
        return subprocess.run(words, capture_output=True, text=True, timeout=seconds * SLOW, env=environment, **options)


def built(name: str, *steps) -> Path:
    """The folder of the built program: its sources, and what the steps made of them there. Made anew when a source changes."""
    sources = sorted(path for path in (HERE / name).iterdir() if path.is_file())
    digest = hashlib.sha256(b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in sources)).hexdigest()[:12]
    root = cache_root() / "clients"
    root.mkdir(parents=True, exist_ok=True)
    folder = root / f"{name}-{digest}"
    with open(root / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for path in sources:
                shutil.copy(path, folder)
            for step in steps:
                done = subprocess.run(step, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                assert done.returncode == 0, f"{' '.join(step)}:\n{done.stdout[-4000:]}"
            for old in root.glob(f"{name}-*"):
                if old != folder:
                    shutil.rmtree(old, ignore_errors=True)
            (folder / "done").touch()
    return folder


def check(target: Target, words, seconds: float = 240, **options) -> None:
    """Runs a program; what it says is not ok fails the test, and a program that did not come to its end too."""
    done = target.run(words, seconds, **options)
    lines = done.stdout.splitlines()
    wrong = [line for line in lines if line.startswith("not ok")]
    assert not wrong, "\n".join([f"{len(wrong)} checks failed against {target.server}:", *wrong])
    oks = sum(line.startswith("ok ") for line in lines)
    assert lines and oks and lines[-1] == f"1..{oks}" and done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]

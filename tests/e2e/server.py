"""`pond up` under test: one server on a free port of loopback, and connections to it."""

import json
import os
import subprocess
from pathlib import Path

import psycopg
from program import Pond, wait_for

PASSWORD = "not the shell's"
PROJECT = "default_environment: dev\nenvironments: [{name: dev}]\npond:\n  listen: {postgres: 127.0.0.1:0}\n"


class Server:
    def __init__(self, pond: Pond, settings: str = ""):
        self.pond = pond
        self.running = None
        (pond.folder / "pond.yml").write_text(PROJECT + settings)

    @property
    def database(self) -> Path:
        return self.pond.folder / "warehouse.duckdb"

    def up(self, env: dict | None = None, cwd: Path | None = None) -> "Server":
        if not self.running:
            self.pond.run("user", "add", "me", "--role", "admin", "--password-stdin", stdin=[PASSWORD]).ok()
        self.running = self.pond.start("up", env=env, cwd=cwd)
        wait_for(lambda: "ready" in self.running.out or not self.running.alive(), "the server listens", 30)
        assert self.running.alive(), self.running.said()
        return self

    def status(self) -> dict:
        return self.pond.run("status", "--format", "json").json()

    @property
    def port(self) -> int:
        return int(self.status()["addresses"][0].rpartition(":")[2])

    def connect(self, **options) -> psycopg.Connection:
        options = {"user": "me", "password": PASSWORD, "dbname": "warehouse", "autocommit": True, **options}
        return psycopg.connect(host="127.0.0.1", port=self.port, **options)

    def psql(self, *words, stdin: str | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["psql", "-X", "-h", "127.0.0.1", "-p", str(self.port), "-U", "me", "warehouse", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PGPASSWORD": PASSWORD},
        )

    def down(self, *words) -> None:
        self.pond.run("down", *words).ok()
        self.running.wait(20)
        assert "Sanitizer" not in self.running.err, self.running.err[-6000:]


def alive(pid: int) -> bool:
    """A zombie is dead: nobody may be there to bury it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def json_line(text: str):
    return json.loads(text)

"""Real databases for taps to read: PostgreSQL and MariaDB of Debian, each as its own user, private, on a free port of loopback."""

import copy
import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

from program import wait_for
from venvs import cache_root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(name: str) -> dict:
    """Arguments for subprocess: a database server refuses to be root."""
    if os.getuid() != 0:
        return {}
    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def end(process: subprocess.Popen) -> None:
    """Politely, at first."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Service:
    """A server in a private folder, from a data folder that is prepared once and kept in the cache."""

    user = ""
    name = ""
    place = ""  # of its folder below /tmp; empty: as its name

    def __init__(self, folder: Path):
        self.port = free_port()
        self.folder = self.reachable(folder)
        self.server = None

    def reachable(self, folder: Path) -> Path:
        """A folder that the server's user can reach: pytest's own are private to us."""
        if os.getuid() != 0:
            return folder
        path = Path(f"/tmp/pond-{self.place or self.name}-{os.getpid()}")
        path.mkdir(exist_ok=True)
        shutil.chown(path, self.user, self.user)
        return path

    def __enter__(self):
        template = cache_root() / "services" / f"{self.name}-1.tar"
        data = self.folder / "data"
        if not template.exists():
            self.prepare(data)
            template.parent.mkdir(parents=True, exist_ok=True)
            part = template.with_suffix(f".{os.getpid()}")
            subprocess.run(["tar", "-cf", part, "-C", self.folder, "data"], check=True)
            part.rename(template)
        else:
            subprocess.run(["tar", "-xpf", template, "-C", self.folder], check=True)
        log = open(self.folder / "log", "ab")
        self.server = subprocess.Popen(
            self.command(data), stdout=log, stderr=log, cwd=self.folder, **as_user(self.user)
        )
        wait_for(self.answers, f"{self.name} answers", 60)
        return self

    def __exit__(self, *unused) -> None:
        end(self.server)
        if os.getuid() == 0:
            shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self) -> bool:
        assert self.server.poll() is None, (self.folder / "log").read_text()[-2000:]
        return self.client("select 1").returncode == 0

    def sql(self, text: str) -> str:
        done = self.client(text)
        assert done.returncode == 0, done.stderr
        return done.stdout


class Postgres(Service):
    user = name = "postgres"
    database = "postgres"

    def own(self, database: str) -> "Postgres":
        """The same server, with an empty database of this name."""
        self.sql(f'create database "{database}"')
        other = copy.copy(self)
        other.database = database
        return other

    def bin(self, program: str) -> Path:
        return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)) / program

    def prepare(self, data: Path) -> None:
        words = [
            self.bin("initdb"),
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **as_user(self.user))

    def command(self, data: Path) -> list:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "wal_level": "logical",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.bin("postgres"), "-D", data, "-p", str(self.port), *words]

    def client(self, text: str):
        words = [
            "psql",
            "-X",
            "-q",
            "-At",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "postgres",
            "-d",
            self.database,
        ]
        return subprocess.run(words, input=text, capture_output=True, text=True)

    @property
    def connection(self) -> dict:
        """What psycopg.connect takes."""
        return {"host": "127.0.0.1", "port": self.port, "user": "postgres", "dbname": self.database}

    @property
    def tap_config(self) -> dict:
        return {"host": "127.0.0.1", "port": self.port, "user": "postgres", "password": "none", "database": self.database}


class MariaDB(Service):
    user, name = "mysql", "mariadb"

    def prepare(self, data: Path) -> None:
        words = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
        if os.getuid() == 0:
            words.append("--user=mysql")
        subprocess.run([*words, "--skip-test-db"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def command(self, data: Path) -> list:
        words = ["mariadbd", "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1"]
        binlog = ["--log-bin=bin", "--binlog-format=ROW", "--server-id=1"]
        return [shutil.which(words[0]) or "/usr/sbin/mariadbd", *words[1:], f"--socket={self.folder}/socket", *binlog]

    def client(self, text: str):
        words = [
            "mariadb",
            "--no-defaults",
            "-h127.0.0.1",
            f"-P{self.port}",
            "-uroot",
            "-N",
            "--default-character-set=utf8mb4",
        ]
        return subprocess.run(words, input=text, capture_output=True, text=True)

    @property
    def tap_config(self) -> dict:
        return {"host": "127.0.0.1", "port": self.port, "user": "root", "password": ""}

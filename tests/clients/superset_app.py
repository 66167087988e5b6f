"""Apache Superset of PyPI, alone with a folder: its metadata in SQLite, its web server on a free port, asked through its REST API."""

import http.cookiejar
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from program import wait_for
from services import end, free_port
from venvs import cache_root, venv, version

CONFIG = """
import os
SECRET_KEY = "for a test only, of no worth"
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.environ["SUPERSET_HOME"] + "/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
"""


class Superset:
    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.token = None
        (folder / "superset_config.py").write_text(CONFIG)
        self.env = {
            **os.environ,
            "SUPERSET_HOME": str(folder),
            "SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"),
            "FLASK_APP": "superset",
        }

    def command(self, *words) -> list[str]:
        return [str(venv("superset") / "bin" / "superset"), *words]

    def once(self, *words) -> None:
        done = subprocess.run(self.command(*words), env=self.env, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]

    def metadata(self) -> None:
        """Made once, which takes a minute of two cores, and kept in the cache."""
        template = cache_root() / "services" / f"superset-{version('superset', 'apache-superset')}.db"
        if not template.exists():
            self.once("db", "upgrade")
            self.once("fab", "create-admin", *"--username admin --firstname a --lastname b --email a@b.c --password admin".split())
            self.once("init")
            template.parent.mkdir(parents=True, exist_ok=True)
            part = template.with_suffix(f".{os.getpid()}")
            shutil.copy(self.folder / "superset.db", part)
            part.rename(template)
        shutil.copy(template, self.folder / "superset.db")

    def __enter__(self):
        self.metadata()
        with open(self.folder / "log", "ab") as log:
            words = self.command("run", "-p", str(self.port), "--with-threads")
            self.server = subprocess.Popen(words, env=self.env, cwd=self.folder, stdout=log, stderr=log)
        wait_for(self.answers, "Superset answers", 120)
        login = {"username": "admin", "password": "admin", "provider": "db", "refresh": False}
        self.token = self.post("security/login", login)["access_token"]
        return self

    def __exit__(self, *unused) -> None:
        end(self.server)

    def answers(self) -> bool:
        assert self.server.poll() is None, (self.folder / "log").read_text()[-3000:]
        try:
            return self.opener.open(f"http://127.0.0.1:{self.port}/health", timeout=5).status == 200
        except OSError:
            return False

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/{path}", data, headers, method=method)
        try:
            return json.load(self.opener.open(request, timeout=120))
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:3000]}") from error

    def get(self, path: str) -> dict:
        return self.call("GET", path)

    def post(self, path: str, body: dict) -> dict:
        return self.call("POST", path, body)

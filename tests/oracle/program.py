"""Pond's side of a replay: runs the binary that POND names in a folder of its own, and reads the DuckDB files it leaves."""

import json
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from oracle import venvs
from oracle.harness import ROOT

SLOW = 5 if os.environ.get("POND_PRESET") in ("asan", "tsan") else 1
INHERITED = ("ASAN_", "LSAN_", "UBSAN_", "TSAN_", "POND_LIBDUCKDB")


def binary() -> Path | None:
    """None: POND is not set; replays are skipped."""
    named = os.environ.get("POND")
    return Path(named).absolute() if named else None


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def problem(self) -> str | None:
        """The last thing said by a command that failed."""
        if self.code == 0:
            return None
        lines = [line for line in (self.err or self.out).splitlines() if line.strip()]
        return f"exit {self.code}: {lines[-1] if lines else ''}"


def run(words: list[str], folder: Path, stdin: str = "", env: dict | None = None, seconds: float = 60) -> Done:
    """Runs pond in folder; HOME and TMPDIR lie beside it."""
    home = folder.parent / (folder.name + "-home")
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name.startswith(INHERITED)}
    environment |= {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home / "tmp"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    try:
        done = subprocess.run(
            [binary(), *words],
            cwd=folder,
            env=environment | (env or {}),
            input=stdin.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=seconds * SLOW,
        )
    except subprocess.TimeoutExpired:
        return Done(-1, "", f"no end after {seconds * SLOW:.0f} s")
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def target(folder: Path, config: dict, messages: list) -> Done:
    """`pond target` with these messages; a message that is text is a raw line. The file is folder/lake.duckdb."""
    path = folder / "config.json"
    path.write_text(json.dumps({"path": str(folder / "lake.duckdb"), **config}))
    lines = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    return run(["target", "--config", str(path)], folder, "".join(line + "\n" for line in lines))


class Reader:
    """One process that reads files in another venv's ways (tables.py, yamls.py), shared by the threads of a replay."""

    def __init__(self, venv: str, script: str):
        self.lock = threading.Lock()
        self.child = subprocess.Popen(
            [venvs.python(venv), ROOT / script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, path: Path) -> dict:
        with self.lock:
            self.child.stdin.write(json.dumps(str(path)) + "\n")
            self.child.stdin.flush()
            found = json.loads(self.child.stdout.readline())
        if "!error" in found:
            raise RuntimeError(found["!error"])
        return found

    def close(self) -> None:
        self.child.stdin.close()
        self.child.wait()


class TableReader(Reader):
    def __init__(self) -> None:
        super().__init__("duckdb", "tables.py")

    def tables(self, path: Path) -> dict:
        return self.read(path) if path.exists() else {}


class YamlReader(Reader):
    def __init__(self) -> None:
        super().__init__("yaml", "yamls.py")

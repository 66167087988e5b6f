"""Asks the real Meltano: its command line, in a process forked from one that has imported it, in a fresh project each case.

A case's answer holds, for each command, {"exit", "out"} and the last "error" line if it failed; and the text of the files
that the case wants to see afterwards.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from answering import serve
from meltano.cli import main as meltano_main

TIMEOUT = 120


def answer(case: dict) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project").resolve()
        home = Path(folder, "home").resolve()
        home.mkdir()
        write_files(project, case["files"])
        shutil.copytree(MIGRATED, project / ".meltano", dirs_exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC", **FIXED, **case.get("env", {})}
        results = [command(words, project, environment, folder) for words in case["commands"]]
        wanted = {name: (project / name).read_text() for name in case.get("show", []) if (project / name).exists()}
    return {"results": results} | ({"files": wanted} if wanted else {})


FIXED = {"MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1", "MELTANO_CLI_LOG_LEVEL": "warning", "COLUMNS": "1000"}


def write_files(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if text.startswith("#!"):
            path.chmod(0o755)


def command(words: list[str], project: Path, environment: dict, folder: str) -> dict:
    out, err = Path(folder, "out"), Path(folder, "err")
    child = os.fork()
    if child == 0:
        run_meltano(words, project, environment, out, err)
    code = wait(child)
    hidden = [(str(project), "<project>"), (str(Path(folder).resolve()), "<tmp>")]
    result = {"exit": code, **output(cleaned(out.read_text(), hidden))}
    if code:
        result["error"] = last_error(cleaned(err.read_text() + out.read_text(), hidden))
    return result


def last_error(text: str) -> str:
    """The line that says what is wrong: not the frames of a traceback, not the hour."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith((" ", "│", "╭", "╰"))]
    errors = [line for line in lines if "rror" in line]
    return re.sub(r"^\S+ \[\w+ *\] meltano +", "", (errors or lines or [""])[-1])[:300]


def output(text: str) -> dict:
    """Printed JSON is kept as JSON, the rest as text."""
    try:
        return {"json": json.loads(text)}
    except ValueError:
        return {"out": text}


def run_meltano(words: list[str], project: Path, environment: dict, out: Path, err: Path) -> None:
    """Never returns: the forked child becomes `meltano WORDS...`."""
    code = 99
    try:
        os.setsid()
        os.chdir(project)
        os.environ.clear()
        os.environ.update(environment)
        for number, path in ((1, out), (2, err)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
        sys.argv = ["meltano", *words]
        meltano_main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def wait(child: int) -> int:
    def late(*_: object) -> None:
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, late)
    signal.alarm(TIMEOUT)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status)


def cleaned(text: str, hidden: list[tuple[str, str]]) -> str:
    for what, name in hidden:
        text = text.replace(what, name)
    text = re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<uuid>", text)
    text = re.sub(r"0x[0-9a-f]{8,}", "<address>", text)
    text = re.sub(r"/tmp/tmp\w{8}", "<tmp>", text)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{6}Z?", "<time>", text)


def migrated_database() -> Path:
    """A .meltano folder whose system database exists already: the migrations would cost each case a second."""
    folder = Path(tempfile.mkdtemp())
    write_files(folder, {"meltano.yml": "project_id: oracle\n"})
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **FIXED}
    command(["state", "list"], folder, environment, str(folder))
    return folder / ".meltano"


MIGRATED = migrated_database()
serve(answer)

"""Pond's side: one server for the whole area, emptied before each group of cases."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from oracle import program
from oracle.postgres import cases
from oracle.postgres.asking import ask

PASSWORD = "oracle"
PROJECT = "default_environment: dev\nenvironments: [{name: dev}]\npond:\n  listen: {postgres: 127.0.0.1:0}\n"
READY = 60

# What a group may leave behind, as DuckDB tells it; tables whose keys name others before those.
LEFT = """
select 'drop view if exists "' || schema_name || '"."' || view_name || '" cascade' from duckdb_views() where not internal and database_name = 'warehouse'
union all from (select 'drop table if exists "' || schema_name || '"."' || table_name || '" cascade' from duckdb_tables()
    where database_name = 'warehouse' and schema_name <> '_pond' order by table_oid desc)
union all select 'drop sequence if exists "' || schema_name || '"."' || sequence_name || '" cascade' from duckdb_sequences() where database_name = 'warehouse'
union all select 'drop schema if exists "' || schema_name || '" cascade' from duckdb_schemas() where database_name = 'warehouse'
    and schema_name not in ('main', '_pond', 'pg_catalog', 'information_schema')
"""


class Served:
    """Threads of a replay take turns: what a case sees is its group's setup and nothing else."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.groups, self.now = cases.all_groups(), None
        self.folder = Path(tempfile.mkdtemp(prefix="pond-oracle-served-"))
        self.work = self.folder / "work"
        self.work.mkdir()
        (self.work / "pond.yml").write_text(PROJECT)
        program.run(["user", "add", "me", "--role", "admin", "--password-stdin"], self.work, PASSWORD + "\n")
        home = self.folder / "work-home"
        environment = {name: value for name, value in os.environ.items() if name.startswith(program.INHERITED)}
        environment |= {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home / "tmp"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.log = open(self.folder / "log", "wb")
        self.child = subprocess.Popen([program.binary(), "up"], cwd=self.work, env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = self.wait_ready()

    def wait_ready(self) -> int:
        for line in self.child.stdout:
            if "ready" in line:
                threading.Thread(target=self.child.stdout.read, daemon=True).start()
                status = json.loads(program.run(["status", "--format", "json"], self.work).out)
                return int(status["addresses"][0].rpartition(":")[2])
        raise RuntimeError("pond up ended:\n" + (self.folder / "log").read_text()[-2000:])

    @property
    def conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=me password={PASSWORD} dbname=warehouse"

    def answer(self, case: dict) -> list:
        group = self.groups[case["group"]]
        with self.lock:
            if self.now != case["group"]:
                self.empty()
                ask(self.conninfo, {"sql": []}, group.setup)
                self.now = case["group"]
            return ask(self.conninfo, case, group.each)

    def empty(self) -> None:
        for (drop,) in ask(self.conninfo, {"sql": [LEFT]}, [])[0][0]["rows"]:
            ask(self.conninfo, {"sql": []}, [drop])

    def close(self) -> None:
        self.child.terminate()
        try:
            self.child.wait(30 * program.SLOW)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

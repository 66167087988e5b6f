"""Asks a real PostgreSQL: a private cluster for this process, its database made anew for each group of cases."""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "e2e"), str(HERE.parent)]  # e2e's program.py, not the oracles'

import cases  # noqa: E402
from answering import serve  # noqa: E402
from asking import ask  # noqa: E402
from services import Postgres  # noqa: E402

ROLE = "create role me superuser login;"


class Answering:
    def __init__(self, server: Postgres):
        self.server, self.groups, self.now = server, cases.all_groups(), None
        server.sql(ROLE)

    @property
    def conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.server.port} user=me dbname=warehouse options='-c timezone=UTC -c lc_messages=C'"

    def answer(self, case: dict) -> list:
        group = self.groups[case["group"]]
        if self.now != case["group"]:
            self.server.sql("drop database if exists warehouse with (force);")
            self.server.sql("create database warehouse owner me;")
            ask(self.conninfo, {"sql": []}, group.setup)
            self.now = case["group"]
        return ask(self.conninfo, case, group.each)


with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder)) as server:
    serve(Answering(server).answer)

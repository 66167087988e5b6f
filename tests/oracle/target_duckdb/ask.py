"""Asks the real target-duckdb: its own message loop, in this process, on a fresh file for each case.

The answer holds the tables after the last run, the state lines of each run, and the error that ended one, if any; and the
same once more under "mended" where the known defects (mends.py) change it.
"""

import contextlib
import io
import json
import logging
import re
import tempfile
import time
from pathlib import Path

import target_duckdb
from answering import error_of, serve
from mends import MENDS, mended
from tables import dump_file


def answer(case: dict) -> dict:
    real = load(case, set())
    best = load(case, set(MENDS))
    if best == real:
        return real
    matter = [name for name in MENDS if load(case, set(MENDS) - {name}) != best]
    return {**real, "mended": best, "mends": matter}


def load(case: dict, mends: set[str]) -> dict:
    """Within one minute of the clock: the target names columns after it, and does otherwise when it changes."""
    while True:
        minute = time.time() // 60
        answer = load_once(case, mends)
        if time.time() // 60 == minute:
            return answer


def load_once(case: dict, mends: set[str]) -> dict:
    with tempfile.TemporaryDirectory() as folder, mended(mends):
        config = {"path": f"{folder}/lake.duckdb", "temp_dir": folder, **case["config"]}
        runs = [run(config, messages, folder) for messages in case["runs"]]
        path = config["path"]
        tables = dump_file(path) if Path(path).exists() else {}
    return {"runs": runs, "tables": settled(tables)}


def run(config: dict, messages: list, folder: str) -> dict:
    lines = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    out = io.StringIO()
    problem = None
    with contextlib.redirect_stdout(out):
        try:
            connection = target_duckdb.duckdb_connect(config)
            try:
                target_duckdb.persist_lines(connection, config, lines)
            finally:
                connection.close()
        except (Exception, SystemExit) as caught:
            problem = {key: timeless(text) for key, text in error_of(caught, folder).items()}
    states = [json.loads(line) for line in out.getvalue().splitlines()]
    return {"states": states} | ({"problem": problem} if problem else {})


def timeless(text: str) -> str:
    """Names of renamed columns, <column>_YYYYMMDD_HHMM, without the hour."""
    return re.sub(r"_\d{8}_\d{4}\b", "_<minute>", text)


def settled(tables: dict) -> dict:
    """Without what the hour or chance puts in: names of renamed columns, _sdc_batched_at, and the
    temporary tables that a failed load leaves behind."""
    tables = {name: table for name, table in tables.items() if not re.search(r"\.tmp_[0-9a-f_]{36}$", name)}
    for table in tables.values():
        for column in table["columns"]:
            column[0] = timeless(column[0])
        batched = [i for i, column in enumerate(table["columns"]) if column[0] == "_sdc_batched_at"]
        for row in table["rows"]:
            for i in batched:
                row[i] = row[i] and "<now>"
        table["rows"].sort(key=lambda row: json.dumps(row, sort_keys=True))
    return tables


logging.disable(logging.CRITICAL)
serve(answer)

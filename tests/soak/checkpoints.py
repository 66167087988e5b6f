#!/usr/bin/env python3
"""DuckDB without pond, killed while it checkpoints: checkpoints.py [--minutes N] [--seed N]

A Python program inserts a row and checkpoints, over and over, until SIGKILL. Now and then that leaves a metadata block half written,
and DuckDB refuses the file (docs/decisions/0010). Then pond opens it, and every row that was acknowledged must be there once, for
DuckDB as well. The last line says how many kills there were and how many files were mended; none is no failure, only bad luck.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from program import Warehouse, binary  # noqa: E402

WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table if not exists n (i integer)")
i = connection.execute("select count(*) from n").fetchone()[0]
while True:
    connection.execute("insert into n values (?)", [i])
    connection.execute("checkpoint")
    i += 1
    print(i, flush=True)
"""
ROWS = "select count(*), count(distinct i), max(i) + 1 from n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5, help="how long (5)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pond, chance = binary(), random.Random(options.seed)
    kills = mended = 0
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "meltano.yml").write_text(
            "version: 1\nplugins: {loaders: [{name: target-duckdb, config: {path: w.duckdb}}]}\n"
        )
        file = project / "w.duckdb"
        warehouse = Warehouse(file)
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end:
            acknowledged = killed(file, chance.uniform(0.01, 0.1))
            kills += 1
            if warehouse.refused():
                said = subprocess.run(
                    [pond, "sql", "select 1"], cwd=project, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
                )
                print(f"kill {kills}: {said.stderr.strip()}", flush=True)
                mended += 1
            count, ids, last = warehouse.rows(ROWS)[0]
            if not count == ids == last or count < acknowledged:
                print(f"kill {kills}: {count} rows, {ids} ids up to {last}; {acknowledged} were acknowledged")
                return 1
    print(f"{kills} kills, {mended} files refused by DuckDB and mended by pond")
    return 0


def killed(file: Path, seconds: float) -> int:
    """Starts a writer and kills it some time after its first row. Returns how many rows it acknowledged."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, file], stdout=subprocess.PIPE, text=True)
    lines = [writer.stdout.readline()]
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    lines += writer.stdout.read().splitlines()
    writer.wait()
    return int(lines[-1])


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Run benchmarks: pond and its peer in turn, on this machine, in this run.

    bench/run.py [NAME...] [--pairs N] [--size 0.05] [--markdown] [--list]

POND is the binary under test (default: build/release/bin/pond). Exit code 1 when a bar is missed. Figures count only for the release
build on a quiet machine; --size scales the number of rows for a smoke test and --markdown prints the lines for docs/performance.md.
"""

import argparse
import datetime
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cases import BENCHMARKS, ROOT, Bench, Row  # noqa: E402
from measure import Failed  # noqa: E402
from server_cases import SERVER_BENCHMARKS  # noqa: E402

BENCHMARKS |= SERVER_BENCHMARKS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    for name in options.names:
        if name not in BENCHMARKS:
            parser.error(f"no benchmark {name}: {' '.join(BENCHMARKS)}")
    if options.list:
        print("\n".join(BENCHMARKS))
        return 0
    pond = Path(os.environ.get("POND", ROOT / "build" / "release" / "bin" / "pond")).absolute()
    if not os.access(pond, os.X_OK):
        sys.exit(f"no program at {pond}: build it with ./dev build or say where with POND=")
    missed = 0
    if options.markdown:
        print(f"<!-- {datetime.date.today()}, {commit()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} -->")
        print("| what | pond | peer | ratio | bar | max RSS MB | command |\n|---|---|---|---|---|---|---|")
    for name in options.names or BENCHMARKS:
        bench = Bench(pond, options.pairs, options.size)
        try:
            for row in BENCHMARKS[name](bench):
                missed += row.good is False
                print(line(row, name, options.markdown), flush=True)
        except Failed as error:
            missed += 1
            print(f"{name}: {error}", flush=True)
        finally:
            bench.close()
    return 1 if missed else 0


def line(row: Row, name: str, markdown: bool) -> str:
    if markdown:
        return f"| {row.what} | {row.ours} | {row.peer} | {row.ratio} | {row.bar} | {row.rss_mb:.0f} | `bench/run.py {name}` |"
    mark = {True: "ok  ", False: "MISS", None: "    "}[row.good]
    return f"{mark} {row.what:<62} {row.ours:<26} {row.peer:<34} {row.ratio:>8}  bar {row.bar:<20} {row.rss_mb:5.0f} MB"


def commit() -> str:
    done = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip() or "no commit"


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Long run of loads and kills: run.py [--minutes N] [--seed N] [--folder DIR] [--again]

A source with four streams grows by some thousand rows per round. In each round runs are killed at random moments (SIGKILL, now and
then ctrl-C) until one gets through. After each kill a reader must see no half of anything; after the round every row must be there
once, nothing of the runs may be left, and the file's lock must be free. At the end: the program's memory did not grow over the
rounds. Resumable: what is in the folder goes on at the next call; --again begins anew. The last line is `N passed, N failed, N
skipped` over the rounds and the memory check.
"""

import argparse
import json
import random
import shutil
import signal
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from program import ROOT, SLOW, Pond, Running, Warehouse, binary  # noqa: E402

from project import Project  # noqa: E402

STATE_ID = "dev:tap-script-to-target-duckdb"
GROWTH = (3_000, 12_000)  # rows per stream and round
VERSIONED = 15_000  # sent again as a whole in each round
MOST_KILLS = 4
CTRL_C = 0.2  # share of the kills
GROWS = 1.15  # mean memory of the last third of the rounds over that of the first
ENOUGH = 90  # rounds, to say anything about memory: about half of the runs peak at 60 MB, the others at 75 to 200


@dataclass
class Soak:
    """What goes on at the next call."""

    seed: int
    round: int = 0
    rows: int = 0  # of the growing streams, at the source
    version: int = 0
    kills: int = 0
    seconds: float = 1.0  # an undisturbed run takes this long
    peaks: list[float] = field(default_factory=list)  # MB
    mended: int = 0  # files that a kill left with a half-written block
    failed: str = ""


class Failure(Exception):
    pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="how long (30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "soak")
    parser.add_argument("--again", action="store_true", help="forget what is in the folder")
    options = parser.parse_args()
    try:
        binary()
    except RuntimeError as error:
        sys.exit(str(error))
    deadline = time.monotonic() + options.minutes * 60
    soak, project = begin(options)
    if soak.failed:
        print(f"round {soak.round} failed: {soak.failed}\n{options.folder} holds what is left; --again begins anew")
        return total(0, 1, 0)
    first = soak.round
    try:
        while time.monotonic() < deadline:
            one_round(soak, project, options.folder)
    except KeyboardInterrupt:
        print("stopped; the next call goes on")
    except (Failure, AssertionError, duckdb.Error) as error:
        soak.failed = str(error)
        save(soak, options.folder)
        print(f"round {soak.round} failed: {error}\n{options.folder} holds what is left")
        return total(soak.round - 1 - first, 1, 1)
    finally:
        project.pond.cleanup()
    print(f"{soak.kills} kills; {soak.mended} of them left a block half written, which was mended")
    return total(soak.round - first, *memory(soak))


def total(passed: int, failed: int, skipped: int) -> int:
    if not failed and not skipped:
        passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


def begin(options) -> tuple[Soak, Project]:
    saved = options.folder / "soak.json"
    if options.again or not saved.exists():
        shutil.rmtree(options.folder, ignore_errors=True)
        options.folder.mkdir(parents=True)
        soak = Soak(options.seed)
    else:
        soak = Soak(**json.loads(saved.read_text()))
        print(f"goes on behind round {soak.round}: {soak.rows:,} rows, {soak.kills} kills so far")
        shutil.rmtree(options.folder / "project" / ".pond" / "logs", ignore_errors=True)
    pond = Pond(options.folder)
    pond.cleanup()
    return soak, Project(pond)


def save(soak: Soak, folder: Path) -> None:
    new = folder / "soak.json.new"
    new.write_text(json.dumps(asdict(soak)))
    new.replace(folder / "soak.json")


def one_round(soak: Soak, project: Project, folder: Path) -> None:
    chance = random.Random(f"{soak.seed}/{soak.round}")
    begun = time.monotonic()
    rows, kills = soak.rows + chance.randint(*GROWTH), chance.randint(1, MOST_KILLS)
    soak.round += 1
    for _ in range(kills):
        soak.version = arrange(project, rows, soak.version)
        disturb(soak, project, chance)
        look(project, soak, rows)
    soak.version = arrange(project, rows, soak.version)
    started = time.monotonic()
    peak = undisturbed(project)
    soak.seconds = 0.8 * soak.seconds + 0.2 * (time.monotonic() - started)
    look(project, soak, rows, done=True)
    leftovers(project)
    soak.rows, soak.kills = rows, soak.kills + kills
    soak.peaks.append(peak)
    for path in project.pond.logs.iterdir():
        path.unlink()
    save(soak, folder)
    took = time.monotonic() - begun
    print(f"round {soak.round:4}  {rows:>10,} rows  {kills} kills  peak {peak:.0f} MB  {took:.1f} s  ok", flush=True)


def arrange(project: Project, rows: int, version: int) -> int:
    """The source as it is now. A version that was activated is not sent a second time: the tap takes the next."""
    if version == activated(project):
        version += 1
    project.loader(batch_size_rows=2_000, add_record_metadata=True, hard_delete=True)
    project.script(
        [
            {"name": "append_often", "rows": rows, "state": "often", "every": 500, "interleave": True},
            {"name": "keyed", "rows": rows, "key": ["id"], "state": "often", "every": 700},
            {"name": "append_end", "rows": rows, "state": "end"},
            {"name": "versioned", "rows": VERSIONED, "version": version, "tag": f"v{version}", "state": "end"},
        ]
    )
    return version


def activated(project: Project) -> int:
    if not project.file.exists() or STATE_ID not in project("state", "list").ok().out.split():
        return 0
    return project.state(STATE_ID)["bookmarks"].get("versioned", {}).get("version", 0)


def catches(pid: int, number: int) -> bool:
    """Whether the process has a handler for the signal."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (number - 1) & 1)


def disturb(soak: Soak, project: Project, chance: random.Random) -> None:
    """One run, ended at a moment somewhere in it, or a little behind its end."""
    interrupt = chance.random() < CTRL_C
    running = project.start("run", "tap-script", "target-duckdb")
    end = time.monotonic() + chance.uniform(0, 1.1) * soak.seconds
    while running.alive() and time.monotonic() < end:
        time.sleep(0.002)
    if interrupt:
        while running.alive() and not catches(running.pid, signal.SIGINT):  # libraries are still being loaded
            time.sleep(0.001)
    if running.alive() and interrupt:
        running.signal(signal.SIGINT)
    else:
        running.kill()
    done = running.wait(60)
    if done.code not in (0, -signal.SIGKILL, 130):
        raise Failure(f"a disturbed run ended with {done.code}: {done.said[-2000:]}")
    project.pond.gone(10)
    project.pond.started.clear()


def undisturbed(project: Project) -> float:
    """A whole run. Returns the program's highest memory in MB."""
    running = project.start("run", "tap-script", "target-duckdb")
    peak, end = 0.0, time.monotonic() + 300 * SLOW
    while running.alive() and time.monotonic() < end:
        peak = max(peak, high_water(running))
        time.sleep(0.005)
    running.wait(1).ok()
    project.pond.started.clear()
    return peak


def high_water(running: Running) -> float:
    try:
        for line in Path(f"/proc/{running.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1000
    except OSError:
        pass
    return 0.0


def look(project: Project, soak: Soak, rows: int, done: bool = False) -> None:
    """What a reader sees: of each growing stream the rows 1..n once and unharmed, of the versioned one whole versions only."""
    warehouse = Warehouse(project.pond.database)
    if not warehouse.path.exists():
        return
    if warehouse.refused():
        print(project("sql", "select 1").ok().err.strip(), flush=True)
        soak.mended += 1
    there = {name.split(".")[1] for name in warehouse.tables() if name.startswith("main.")}
    for table in ("append_often", "append_end", "keyed", "versioned"):
        if table not in there:
            if done:
                raise Failure(f"no table {table}")
            continue
        count, ids, last, wrong = warehouse.rows(
            "select count(*), count(distinct id), coalesce(max(id), 0), count(*) filter (amount is distinct from id / 4 or "
            f"name is distinct from case when id % 7 <> 0 then 'row ' || id end) from {table}"
        )[0]
        if count != ids or count != last or wrong:
            raise Failure(f"{table}: {count} rows with {ids} ids up to {last}, {wrong} of them harmed")
        growing = table != "versioned"
        if done and count != (rows if growing else VERSIONED):
            raise Failure(f"{table}: {count} rows, not {rows if growing else VERSIONED}")
        if growing and not soak.rows <= count <= rows:
            raise Failure(f"{table}: {count} rows; {soak.rows} were there, {rows} are at the source")
        if not growing:
            versions = [row[0] for row in warehouse.rows("select distinct tag from versioned")]
            if len(versions) > 1 or (soak.rows and count != VERSIONED):
                raise Failure(f"versioned: {count} rows of the versions {versions}")


def leftovers(project: Project) -> None:
    project.pond.gone(10)
    warehouse = Warehouse(project.pond.database)
    warehouse.execute("select 1")  # opened for writing: the lock is free
    own = warehouse.rows("select table_name from information_schema.tables where table_name like 'pending%'")
    runs = [path.name for path in (project.folder / ".pond" / "run").iterdir() if path.is_dir()]
    if own or runs or len(warehouse.tables()) != len([t for t in warehouse.tables() if t.startswith("main.")]):
        raise Failure(f"left behind: tables {own}, {warehouse.tables()}, run folders {runs}")


def memory(soak: Soak) -> tuple[int, int]:
    """(failed, skipped)"""
    if len(soak.peaks) < ENOUGH:
        print(f"memory: {len(soak.peaks)} rounds are too few to judge, {ENOUGH} are needed")
        return 0, 1
    third = len(soak.peaks) // 3
    begin, end = statistics.mean(soak.peaks[:third]), statistics.mean(soak.peaks[-third:])
    bad = end > GROWS * begin
    print(f"memory: mean peak {begin:.0f} MB in the first third of {len(soak.peaks)} rounds, {end:.0f} MB in the last")
    return int(bad), 0


if __name__ == "__main__":
    sys.exit(main())

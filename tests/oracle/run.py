#!/usr/bin/env python3
"""Asks the real tools about every case and records their answers: run.py [AREA...] [--only NAME] [--live PERCENT] [--count].

Only cases without an up-to-date record are asked (same input, same tool versions), so an interrupted run goes on where it
stopped; --again asks all. --live PERCENT asks a seeded part of what is recorded once more and writes nothing. --count asks nobody: it replays the records against POND and counts.
"""

import argparse
import fnmatch
import importlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from oracle import harness  # noqa: E402
from oracle.harness import Area, say  # noqa: E402

LIMIT = 55 * 60  # seconds per area; run again to go on
SAVE_EVERY = 20  # answers


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("areas", nargs="*", metavar="AREA", help=f"of {', '.join(harness.AREAS)} (default: all)")
    words.add_argument("--only", default="*", metavar="NAME", help="cases whose GROUP/NAME or NAME matches this glob")
    words.add_argument("--again", action="store_true", help="ask also what is recorded already")
    words.add_argument("--count", action="store_true", help="replay against POND: how many are equal, listed, failed")
    words.add_argument("--live", type=float, metavar="PERCENT", help="compare, write nothing")
    args = words.parse_args()
    for unknown in set(args.areas) - set(harness.AREAS):
        words.error(f"no area {unknown}; there are {', '.join(harness.AREAS)}")
    bad = 0
    for name in args.areas or harness.AREAS:
        area = Area(name)
        if args.count:
            bad += count(name, args.only)
            continue
        bad += live(area, args.live, args.only) if args.live is not None else record(area, args.only, args.again)
    return 1 if bad else 0


def record(area: Area, only: str, again: bool) -> int:
    """Brings the area's records up to date. Returns how many cases had no time."""
    end = time.monotonic() + LIMIT
    missed = 0
    groups = area.cases.groups()
    for group, cases in groups.items():
        header = area.header(group)
        old_header, old = area.read(group)
        known = {r["name"]: r for r in old if old_header == header}
        known = {c["name"]: known[c["name"]] for c in cases if same_input(known.get(c["name"]), c)}
        wanted = [c for c in cases if chosen(group, c, only) and (again or c["name"] not in known)]
        started = time.monotonic()
        for i, (case, reply) in enumerate(zip(wanted, area.ask(wanted), strict=False), 1):
            known[case["name"]] = {"name": case["name"], "input": case["input"], "answer": reply["answer"]}
            if i % SAVE_EVERY == 0:
                save(area, group, header, cases, known)
            if time.monotonic() > end:
                break
        save(area, group, header, cases, known)
        missed += len(cases) - len(known)
        spent = time.monotonic() - started
        say(f"{area.name}/{group}: {len(known)} of {len(cases)} recorded, {len(wanted)} asked in {spent:.1f} s")
    if only == "*":
        for path in (area.folder / "records").glob("*.jsonl"):
            if path.stem not in groups:
                path.unlink()
    return missed if only == "*" else 0


def same_input(record: dict | None, case: dict) -> bool:
    return record is not None and harness.compact(record["input"]) == harness.compact(case["input"])


def save(area: Area, group: str, header: dict, cases: list[dict], known: dict) -> None:
    area.write(group, header, [known[c["name"]] for c in cases if c["name"] in known])


def live(area: Area, percent: float, only: str) -> int:
    """Asks again; returns how many answers are no longer what was recorded."""
    records = [r for r in area.records() if chosen(r["group"], r, only)]
    picked = harness.sample(records, percent, harness.live_seed())
    changed = [r for r, reply in zip(picked, area.ask(picked), strict=True) if reply["answer"] != r["answer"]]
    for r in changed:
        say(f"{area.name}/{r['group']}/{r['name']}: the real tool now answers otherwise")
    say(f"{area.name}: {len(picked)} asked again, {len(changed)} changed")
    return len(changed)


def count(name: str, only: str) -> int:
    """Replays the area's records and says what failed; returns how many."""
    replay = importlib.import_module(f"oracle.test_{name}").REPLAY
    replay.over([r for r in replay.records if chosen(r["group"], r, only)])
    failed = {record: failures for record, failures in replay.failed.items() if failures and not replay.pending(record)}
    for record, failures in failed.items():
        say(f"{record}\n    " + "\n    ".join(failures[:4]))
    pending = sum(map(bool, replay.failed.values())) - len(failed)
    listed = sum(not replay.failed[record] for record in replay.listed)
    say(f"{name}: {len(replay.ran) - listed - pending - len(failed)} equal, {listed} listed, {pending} pending, {len(failed)} failed")
    return len(failed)


def chosen(group: str, case: dict, only: str) -> bool:
    return any(fnmatch.fnmatch(name, only) for name in (case["name"], f"{group}/{case['name']}"))


if __name__ == "__main__":
    sys.exit(main())

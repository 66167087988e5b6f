"""Replays records against Pond and sorts what differs into wanted differences and failures.

A test module makes a Replay of its area and gets the tests' bodies from it: one test a record, one for the list of
differences, one that asks the real tool again.
"""

import fnmatch
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from oracle import harness, program
from oracle.harness import Area, Mismatch

WORKERS = 2
SHOWN = 12  # mismatches of one record

Compare = Callable[[dict, Path, program.Reader], Iterator[Mismatch]]


class Replay:
    """compare(record, folder, reader) lets Pond answer in the empty folder and yields what differs."""

    def __init__(self, area: str, compare: Compare, reader: type[program.Reader] = program.TableReader):
        self.area, self.compare, self.reader = Area(area), compare, reader
        self.records = self.area.records()
        self.failed: dict[str, list[str]] = {}
        self.seen: set[str] = set()
        self.listed: set[str] = set()  # records that show a wanted difference
        self.ran: set[str] = set()

    def run(self, items: list) -> None:
        """Replays the records of the collected tests, a few at a time: nearly all of it is waiting for child processes."""
        wanted = [item.callspec.params["record"] for item in items if "record" in getattr(getattr(item, "callspec", None), "params", {})]
        self.over([record for record in wanted if record.get("area", self.area.name) == self.area.name])

    def over(self, wanted: list[dict]) -> None:
        reader = self.reader()
        try:
            with ThreadPoolExecutor(WORKERS) as pool:
                for record, failures in zip(wanted, pool.map(lambda r: self.one(r, reader), wanted), strict=True):
                    self.ran.add(name_of(record))
                    self.failed[name_of(record)] = failures
        finally:
            reader.close()

    def one(self, record: dict, reader: program.Reader) -> list[str]:
        folder = Path(tempfile.mkdtemp(prefix="pond-oracle-"))
        work = folder / "work"
        work.mkdir()
        try:
            return [str(m) for m in self.compare(record, work, reader) if not self.wanted(m)]
        except Exception:
            return [traceback.format_exc()]
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def wanted(self, mismatch: Mismatch) -> bool:
        for difference in self.area.differences:
            if difference.matches(mismatch):
                self.seen.add(difference.name)
                self.listed.add(name_of(mismatch.record))
                return True
        return False

    # the tests

    def check(self, record: dict) -> None:
        failures = self.failed[name_of(record)]
        if reason := self.pending(name_of(record)):
            assert failures, f"no longer pending, take it off the list: {reason}"
            pytest.xfail(reason)
        if failures:
            more = f"\n... and {len(failures) - SHOWN} more" if len(failures) > SHOWN else ""
            pytest.fail("\n".join(failures[:SHOWN]) + more, pytrace=False)

    def pending(self, name: str) -> str | None:
        return next((reason for glob, reason in self.area.pending if fnmatch.fnmatchcase(name, glob)), None)

    def check_differences(self) -> None:
        """Each wanted difference has been seen; only a full replay can tell."""
        if len(self.ran) < len(self.records):
            pytest.skip("not all records were replayed")
        unseen = [d.name for d in self.area.differences if d.name not in self.seen]
        assert not unseen, f"differences that no record shows any more: {unseen}"

    def check_live(self) -> None:
        """The real tool still answers as recorded, in a seeded part."""
        percent = harness.live_percent()
        if percent <= 0:
            pytest.skip("POND_ORACLE_LIVE is 0")
        picked = harness.sample(self.records, percent, harness.live_seed())
        changed = [name_of(r) for r, reply in zip(picked, self.area.ask(picked), strict=True) if reply["answer"] != r["answer"]]
        assert not changed, f"the real tool answers otherwise than recorded (./dev oracle {self.area.name} --again): {changed}"


def name_of(record: dict) -> str:
    return f"{record['group']}-{record['name']}"


def named(*globs: str) -> Callable[[Mismatch], bool]:
    """Matches mismatches of the records so named (GROUP-NAME globs)."""
    return lambda m: any(fnmatch.fnmatch(name_of(m.record), glob) for glob in globs)

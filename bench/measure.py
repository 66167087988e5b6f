"""How a benchmark measures: one process at a time, wall time, and the most memory that it (or its whole tree) held."""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
PATIENCE = 300  # seconds: the slowest peer needs less; a program that hangs has no figure


@dataclass
class Sample:
    seconds: float
    rss_mb: float
    out: str = ""


class Failed(Exception):
    """A measured program ended badly: there is no figure."""


def run(words: list, stdin: Path | None = None, pipe: bool = False, tree: bool = False, **options) -> Sample:
    """Run a program to its end. stdin: a file, given as a descriptor or (pipe) through `cat`. tree: memory of all descendants.

    What the program before it wrote is on the disk first: it must not pay for that.
    """
    os.sync()
    feeder = None
    source = subprocess.DEVNULL
    if stdin and pipe:
        feeder = subprocess.Popen(["cat", stdin], stdout=subprocess.PIPE)
        source = feeder.stdout
    elif stdin:
        source = open(stdin, "rb")
    with tempfile.TemporaryFile() as stderr:
        begin = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in words], stdin=source, stdout=subprocess.PIPE, stderr=stderr, text=True, **options
        )
        watcher = TreeWatcher(child.pid) if tree else None
        alarm = threading.Timer(PATIENCE, child.kill)
        alarm.start()
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        if source is not subprocess.DEVNULL:
            source.close()
        if feeder:
            feeder.wait()
        if child.returncode != 0:
            stderr.seek(0)
            last = stderr.read().decode(errors="replace").strip()[-500:]
            raise Failed(f"{' '.join(map(str, words))}: exit code {child.returncode}: {last}")
    return Sample(seconds, watcher.stop() if watcher else usage.ru_maxrss / 1024, out)


class TreeWatcher:
    """Adds up the resident memory of a process and all its descendants every 20 ms and keeps the highest sum."""

    def __init__(self, root: int):
        self.root, self.peak, self.done = root, 0.0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self) -> None:
        while not self.done.wait(0.02):
            self.peak = max(self.peak, tree_rss_mb(self.root))

    def stop(self) -> float:
        self.done.set()
        self.thread.join()
        return self.peak


def tree_rss_mb(root: int) -> float:
    parents, pages = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path(f"/proc/{entry}/stat").read_text()
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2 :].split()
        parents[int(entry)], pages[int(entry)] = int(fields[1]), int(fields[21])
    total = 0
    for process in parents:
        ancestor = process
        while ancestor not in (root, 0, 1):
            ancestor = parents.get(ancestor, 0)
        total += pages[process] if ancestor == root else 0
    return total * PAGE / 1e6


@dataclass
class Pairs:
    """The samples of a benchmark and its peer, taken in turn."""

    ours: list[Sample]
    peer: list[Sample]

    @property
    def seconds(self) -> float:
        return statistics.median(sample.seconds for sample in self.ours)

    @property
    def peer_seconds(self) -> float:
        return statistics.median(sample.seconds for sample in self.peer)

    @property
    def rss_mb(self) -> float:
        return max(sample.rss_mb for sample in self.ours)

    @property
    def peer_rss_mb(self) -> float:
        return max(sample.rss_mb for sample in self.peer)


def alternately(ours, peer, pairs: int) -> Pairs:
    """Call ours() and peer() in turn, `pairs` times."""
    result = Pairs([], [])
    for _ in range(pairs):
        result.ours.append(ours())
        result.peer.append(peer())
    return result

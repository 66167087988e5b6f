"""The table of benchmarks: one function for each row of the issue's figures. It measures and returns rows for the report."""

import json
import os
import shlex
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import data
from measure import Failed, Pairs, Sample, alternately, run
from venvs import python, venv

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


@dataclass
class Row:
    """One line of the report. `ratio` is what `bar` speaks about; `good` says whether it holds (None: a figure without a bar)."""

    what: str
    ours: str
    peer: str
    ratio: str
    bar: str
    rss_mb: float
    good: bool | None


class Bench:
    """What every benchmark needs: the binary, a scratch folder, how many pairs."""

    def __init__(self, pond: Path, pairs: int | None, size: float):
        self.pond, self.asked_pairs, self.size = pond, pairs, size
        self.folder = Path(tempfile.mkdtemp(prefix="bench-", dir=data.cache()))
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}
        self.best_variant = {}

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def pairs(self, default: int) -> int:
        return self.asked_pairs or default

    def rows(self, count: int) -> int:
        """count scaled by --size, so that a smoke test of the benchmarks takes seconds."""
        return max(100, int(count * self.size))

    def fresh(self, name: str) -> Path:
        path = self.folder / name
        for old in self.folder.glob(f"{name}*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        return path

    def config(self, database: Path, **settings) -> Path:
        path = database.with_suffix(".json")
        path.write_text(json.dumps({"path": str(database), "default_target_schema": "main", **settings}))
        return path

    # The programs measured.

    def target(
        self, messages: Path, count: int | None, table: str = "flights", pipe: bool = False, **settings
    ) -> Sample:
        database = self.fresh("pond.duckdb")
        sample = run(
            [self.pond, "target", "--config", self.config(database, **settings)],
            stdin=messages,
            pipe=pipe,
            env=self.environment,
        )
        if count is not None:
            self.check(database, table, count)
        return sample

    def duckdb(self, messages: Path, count: int, pipe: bool = False) -> Sample:
        """The best variant: all are tried once, then only the fastest runs."""
        if pipe not in self.best_variant:
            tried = {
                name: self.duckdb_variant(name, messages, pipe).seconds for name in ("record", "envelope", "columns")
            }
            self.best_variant[pipe] = min(tried, key=tried.get)
        sample = self.duckdb_variant(self.best_variant[pipe], messages, pipe)
        self.check(self.folder / "duckdb.duckdb", "flights", count)
        return sample

    def duckdb_variant(self, variant: str, messages: Path, pipe: bool) -> Sample:
        database = self.fresh("duckdb.duckdb")
        words = [python("duckdb"), HERE / "peer_duckdb.py", "load", variant, "-" if pipe else messages, database]
        sample = run(words, stdin=messages if pipe else None, pipe=pipe)
        return Sample(float(sample.out), sample.rss_mb)

    def target_duckdb(self, messages: Path, database: Path | None = None) -> Sample:
        database = database or self.fresh("peer.duckdb")
        words = [
            venv("target-duckdb") / "bin" / "target-duckdb",
            "--config",
            self.config(database, primary_key_required=False),
        ]
        return run(words, stdin=messages)

    def check(self, database: Path, table: str, count: int) -> None:
        found = int(run([python("duckdb"), HERE / "peer_duckdb.py", "count", database, table]).out)
        if found != count:
            raise Failed(f"{database.name}: table {table} has {found} rows, not {count}: no figure without the rows")


def rate(count: int, seconds: float) -> str:
    return f"{seconds:.2f} s, {count / seconds / 1000:,.0f} k rows/s"


def ratio_row(what: str, count: int, pairs: Pairs, least: float, most_mb: float | None = None) -> Row:
    ratio = pairs.peer_seconds / pairs.seconds
    bar = f">= {least:g}x" + (f", < {most_mb:g} MB" if most_mb else "")
    good = ratio >= least and (most_mb is None or pairs.rss_mb < most_mb)
    peer = f"{rate(count, pairs.peer_seconds)}, {pairs.peer_rss_mb:.0f} MB"
    return Row(what, rate(count, pairs.seconds), peer, f"{ratio:.2f}x", bar, pairs.rss_mb, good)


def load_file(bench: Bench) -> list[Row]:
    count = bench.rows(2_000_000)
    messages = data.flights(count)
    pairs = alternately(lambda: bench.target(messages, count), lambda: bench.duckdb(messages, count), bench.pairs(5))
    return [ratio_row(f"{count:,} flights from a file / DuckDB read_ndjson", count, pairs, 1.2, 230)]


def load_pipe(bench: Bench) -> list[Row]:
    count = bench.rows(2_000_000)
    messages = data.flights(count)
    pairs = alternately(
        lambda: bench.target(messages, count, pipe=True),
        lambda: bench.duckdb(messages, count, pipe=True),
        bench.pairs(5),
    )
    return [ratio_row(f"{count:,} flights through a pipe / DuckDB read_ndjson", count, pairs, 1.2, 230)]


def load_target(bench: Bench) -> list[Row]:
    """The bar's row is target-duckdb as it is used: with keys, which it demands unless told otherwise. Like with like stands below it.

    It takes minutes for the same records, so pond runs three times before each of its runs: the machine changes its pace meanwhile.
    """
    count = bench.rows(2_000_000)
    plain, keyed = data.flights(count), data.flights(count, keyed=True)
    unkeyed, both = Pairs([], []), Pairs([], [])
    for _ in range(bench.pairs(2)):
        for _ in range(3):
            unkeyed.ours.append(bench.target(plain, count))
            both.ours.append(bench.target(keyed, count, load_method="upsert"))
        unkeyed.peer.append(bench.target_duckdb(plain))
        both.peer.append(bench.target_duckdb(keyed))
    used = Pairs(unkeyed.ours, both.peer)
    return [
        ratio_row(f"{count:,} flights / target-duckdb as used (keyed)", count, used, 75, 230),
        without_bar(ratio_row("  both without keys", count, unkeyed, 0)),
        without_bar(ratio_row("  both with keys", count, both, 0)),
    ]


def without_bar(row: Row) -> Row:
    return replace(row, bar="-", good=None)


def load_keyed(bench: Bench) -> list[Row]:
    count = bench.rows(2_000_000)
    messages = data.flights(count, keyed=True)
    samples = Pairs([bench.target(messages, count, load_method="upsert") for _ in range(bench.pairs(3))], [])
    return [
        Row(
            f"{count:,} flights into an empty keyed table",
            rate(count, samples.seconds),
            "-",
            "-",
            "< 230 MB",
            samples.rss_mb,
            samples.rss_mb < 230,
        )
    ]


def upsert(bench: Bench) -> list[Row]:
    base, count = bench.rows(2_000_000), bench.rows(200_000)
    seed, changes = data.flights(base, keyed=True), data.upsert(base, count)
    ours_base, peer_base = bench.folder / "ours-base.duckdb", bench.folder / "peer-base.duckdb"
    run(
        [bench.pond, "target", "--config", bench.config(ours_base, load_method="upsert")],
        stdin=seed,
        env=bench.environment,
    )
    bench.target_duckdb(data.flights(1000, keyed=True), peer_base)
    run([python("duckdb"), HERE / "peer_duckdb.py", "clone", peer_base, seed])

    def ours() -> Sample:
        database = bench.fresh("pond.duckdb")
        shutil.copy(ours_base, database)
        sample = run(
            [bench.pond, "target", "--config", bench.config(database, load_method="upsert")],
            stdin=changes,
            env=bench.environment,
        )
        bench.check(database, "flights", base + count - changed_rows(base, count))
        return sample

    def peer() -> Sample:
        database = bench.fresh("peer.duckdb")
        shutil.copy(peer_base, database)
        return bench.target_duckdb(changes, database)

    pairs = alternately(ours, peer, bench.pairs(3))
    return [ratio_row(f"keyed upsert of {count:,} into {base:,} / target-duckdb", count, pairs, 20, 230)]


def changed_rows(base: int, count: int) -> int:
    return len(range(0, base, base // (count // 2)))


# A whole run: a project in a folder of its own.


def write_project(bench: Bench, name: str, extractor: str) -> Path:
    folder = bench.fresh(name)
    folder.mkdir()
    (folder / "meltano.yml").write_text(
        f"""default_environment: dev
environments:
- name: dev
plugins:
  extractors:
{extractor}  loaders:
  - name: target-duckdb
    namespace: target_duckdb
    config: {{path: warehouse.duckdb, default_target_schema: main}}
"""
    )
    return folder


def run_against_tap(bench: Bench, project: Path, tap: str, tap_words: list, pairs: int) -> Pairs:
    """`pond run` from an empty warehouse and the tap alone, discovering and then syncing, in turn: a plugin without pip_url may change
    at any time, so that Meltano, and pond, ask it for its catalog in every run."""
    discover = [*tap_words[: tap_words.index("--catalog")], "--discover"]

    def ours() -> Sample:
        for old in project.glob("warehouse.duckdb*"):
            old.unlink()
        return run([bench.pond, "run", tap, "target-duckdb"], cwd=project, env=bench.environment, tree=True)

    def alone() -> Sample:
        return run(
            ["sh", "-c", f'"$@" > /dev/null; exec {shlex.join(map(str, discover))} > /dev/null', "sh", *tap_words],
            cwd=project,
            env=bench.environment,
            tree=True,
        )

    ours()
    return alternately(ours, alone, pairs)


SPREADSHEETS = """  - name: tap-spreadsheets
    namespace: tap_spreadsheets
    executable: {executable}
    capabilities: [catalog, discover, state]
    settings: [{{name: files, kind: array}}]
    config:
      files: [{{path: {path}, format: csv, table_name: flights, primary_keys: [time_hour, carrier, flight]}}]
"""


def spreadsheets_project(bench: Bench, path: Path) -> tuple[Path, list]:
    executable = venv("tap-spreadsheets") / "bin" / "tap-spreadsheets"
    project = write_project(bench, "project", SPREADSHEETS.format(executable=executable, path=path))
    config = {"files": [{"path": str(path), "format": "csv", "table_name": "flights", "primary_keys": data.KEY}]}
    (project / "tap.json").write_text(json.dumps(config))
    catalog = run([executable, "--config", project / "tap.json", "--discover"], env=bench.environment).out
    (project / "catalog.json").write_text(catalog)
    return project, [executable, "--config", "tap.json", "--catalog", "catalog.json"]


def run_tap(bench: Bench) -> list[Row]:
    project, words = spreadsheets_project(bench, data.packaged("flights"))
    pairs = run_against_tap(bench, project, "tap-spreadsheets", words, bench.pairs(4))
    count = 336_776
    bench.check(project / "warehouse.duckdb", "flights", count)
    added = pairs.seconds / pairs.peer_seconds - 1
    return [Row("run of tap-spreadsheets over the flights / tap > /dev/null", rate(count, pairs.seconds), f"{pairs.peer_seconds:.2f} s",
                f"{added:+.1%}", "< +5 %", pairs.rss_mb, added < 0.05)]  # fmt: skip


def run_small(bench: Bench) -> list[Row]:
    """Ten rows: once with the real tap (whose own start varies by more than the bar) and once with one that starts in 20 ms."""
    rows = []
    project, words = spreadsheets_project(bench, data.small_csv())
    rows.append(
        fixed_cost(
            "whole run of 10 rows, tap-spreadsheets",
            run_against_tap(bench, project, "tap-spreadsheets", words, bench.pairs(7)),
        )
    )
    tap = ROOT / "tests" / "e2e" / "taps" / "tap_script.py"
    script = {"streams": [{"name": "ten", "rows": 10}]}
    words = [sys.executable, "-S", tap, "--config", "tap.json", "--catalog", "catalog.json"]
    wrapper = bench.folder / "tap-script"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -S {tap} "$@"\n')
    wrapper.chmod(0o755)
    extractor = f"""  - name: tap-script
    namespace: tap_script
    executable: {wrapper}
    capabilities: [catalog, discover, state]
    config: {json.dumps(script)}
"""
    project = write_project(bench, "project", extractor)
    (project / "tap.json").write_text(json.dumps(script))
    (project / "catalog.json").write_text(run([wrapper, "--config", project / "tap.json", "--discover"]).out)
    rows.append(
        fixed_cost(
            "whole run of 10 rows, tap of 20 ms", run_against_tap(bench, project, "tap-script", words, bench.pairs(21))
        )
    )
    return rows


def fixed_cost(what: str, pairs: Pairs) -> Row:
    added = (pairs.seconds - pairs.peer_seconds) * 1000
    return Row(f"{what}, minus the tap alone", f"{pairs.seconds * 1000:.0f} ms", f"{pairs.peer_seconds * 1000:.0f} ms", f"{added:+.0f} ms",
               "< 50 ms", pairs.rss_mb, added < 50)  # fmt: skip


def start(bench: Bench) -> list[Row]:
    plugins = "".join(
        f"  - name: tap-{n}\n    namespace: tap_{n}\n    executable: tap-{n}\n    settings:\n    - name: host\n      value: h{n}\n"
        f"    - name: port\n      kind: integer\n      value: {n}\n    config: {{host: host{n}, database: $USER}}\n"
        for n in range(49)
    )
    project = write_project(bench, "project", plugins)
    rows = []
    for words in (["version"], ["config", "list", "tap-7"]):
        pairs = alternately(
            lambda words=words: run([bench.pond, *words], cwd=project, env=bench.environment),
            lambda: run(["/bin/true"], cwd=project),
            50,
        )
        added = (pairs.seconds - pairs.peer_seconds) * 1000
        rows.append(Row(f"pond {' '.join(words)} (50 plugins), minus true", f"{pairs.seconds * 1000:.1f} ms", f"{pairs.peer_seconds * 1000:.1f} ms",
                        f"{added:+.1f} ms", "< 10 ms", pairs.rss_mb, added < 10))  # fmt: skip
    return rows


def batch_sizes(bench: Bench) -> list[Row]:
    count = bench.rows(4_000_000)
    messages = data.flights(count, state_every=5_000)
    rows = []
    for size in (10_000, 30_000, 100_000, 300_000, 1_000_000, 4_000_000):
        samples = Pairs([bench.target(messages, count, batch_size_rows=size) for _ in range(bench.pairs(1))], [])
        rows.append(
            Row(
                f"batch_size_rows {size:,}, {count:,} flights",
                rate(count, samples.seconds),
                "-",
                "-",
                "curve",
                samples.rss_mb,
                None,
            )
        )
    return rows


def interleaved(bench: Bench) -> list[Row]:
    count, streams = bench.rows(1_000_000), 200
    single, many = data.flights(count), data.interleaved(streams, count)
    pairs = alternately(
        lambda: bench.target(many, count // streams, table="flights_7"),
        lambda: bench.target(single, count),
        bench.pairs(3),
    )
    rows = [ratio_row(f"{streams} interleaved streams, {count:,} records / one stream", count, pairs, 0.5, 230)]

    def duckdb() -> Sample:
        sample = run([python("duckdb"), HERE / "peer_duckdb.py", "deal", many, bench.fresh("duckdb.duckdb")])
        return Sample(float(sample.out), sample.rss_mb)

    own = Pairs(pairs.ours, [duckdb() for _ in range(bench.pairs(3))])
    rows.append(without_bar(ratio_row("  the same / DuckDB's read_ndjson and 200 CREATE TABLE AS", count, own, 0)))
    return rows


def memory(bench: Bench) -> list[Row]:
    cases = [  # what, messages, table, rows, most MB
        ("rows of 1 MB", data.long_lines(1_000_000, bench.rows(400)), "long", bench.rows(400), 230),
        ("100 columns", data.wide(100, bench.rows(200_000)), "wide", bench.rows(200_000), 230),
        ("100 columns, keyed", data.wide(100, bench.rows(200_000), keyed=True), "wide", bench.rows(200_000), 230),
        ("23 texts, keyed by three", data.texts(bench.rows(336_776)), "texts", bench.rows(336_776), 230),
        ("500 columns", data.wide(500, bench.rows(40_000)), "wide", bench.rows(40_000), 230 + 400),
        ("lines of 50 MB", data.long_lines(50_000_000, 6), "long", 6, 300 + 8 * 50),
    ]
    rows = []
    for what, messages, table, count, most in cases:
        what = f"memory: {count:,} x {what}"
        try:
            sample = bench.target(messages, count, table=table)
        except Failed as error:
            rows.append(Row(what, str(error).split("exit code")[-1][:60], "-", "-", f"< {most} MB", 0, False))
            continue
        speed = f"{sample.seconds:.2f} s, {messages.stat().st_size / 1e6 / sample.seconds:,.0f} MB/s"
        peer = "-"
        if table == "long":  # DuckDB holds the texts of a whole vector, 2,048 rows, at once when it writes a table
            alone = run([python("duckdb"), HERE / "peer_duckdb.py", "long", messages, bench.fresh("duckdb.duckdb")])
            peer = f"DuckDB alone {alone.seconds:.2f} s, {alone.rss_mb:.0f} MB"
        rows.append(Row(what, speed, peer, "-", f"< {most} MB", sample.rss_mb, sample.rss_mb < most))
    return rows


BENCHMARKS = {
    "load-file": load_file,
    "load-pipe": load_pipe,
    "load-target": load_target,
    "load-keyed": load_keyed,
    "upsert": upsert,
    "run-tap": run_tap,
    "run-small": run_small,
    "start": start,
    "batch-sizes": batch_sizes,
    "interleaved": interleaved,
    "memory": memory,
}

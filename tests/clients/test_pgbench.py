"""pgbench of PostgreSQL 15: its tables, its scripts, its modes, several clients at once."""

import re
import shutil
from pathlib import Path

import pytest

SCALE = 1
ROWS = 100000 * SCALE

# what a client of a warehouse does all day: an aggregate, rows by a key, an insert
SCRIPT = r"""
\set aid random(1, 100000)
\set delta random(-5000, 5000)
select count(*), sum(abalance) from pgbench_accounts where aid < :aid;
select abalance from pgbench_accounts where aid = :aid \gset
insert into pgbench_history (tid, bid, aid, delta, mtime) values (1, 1, :aid, :delta, current_timestamp);
"""


def pgbench(target, *words, seconds=120):
    done = target.run([shutil.which("pgbench"), *map(str, words)], seconds)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-3000:]
    return done.stdout


def processed(text: str) -> int:
    return int(re.search(r"actually processed: (\d+)", text)[1])


@pytest.fixture(scope="module")
def made(request):
    """Servers that have pgbench's tables, made by its own -i: COPY, generate_series, VACUUM, primary keys."""
    return set()


@pytest.fixture
def bench(target, made):
    if target.server not in made:
        pgbench(target, "-i", "-s", SCALE, "-q")
        made.add(target.server)
    return target


@pytest.mark.parametrize("steps", ["dtgvp", "dtGvp"])
def test_init(target, steps):
    pgbench(target, "-i", "-I", steps, "-s", SCALE, "-q")
    with target.connect() as c:
        assert c.execute("select count(*), count(distinct aid) from pgbench_accounts").fetchone() == (ROWS, ROWS)
        assert c.execute("select count(*) from pgbench_tellers").fetchone() == (10 * SCALE,)


@pytest.mark.parametrize("mode", ["simple", "extended", "prepared"])
def test_select_only(bench, mode):
    assert processed(pgbench(bench, "-S", "-n", "-M", mode, "-c", 8, "-j", 2, "-t", 25)) == 200


@pytest.mark.parametrize("mode", ["simple", "extended", "prepared"])
def test_tpcb_like(bench, mode):
    """Transactions of several clients hit the same branch: all but one are told 40001, roll back and try again."""
    out = pgbench(bench, "-n", "-M", mode, "-c", 4, "-j", 2, "-t", 5, "--max-tries=10000", "--failures-detailed")
    assert processed(out) == 20
    with bench.connect() as c:
        sums = c.execute(
            "select (select sum(abalance) from pgbench_accounts), (select sum(tbalance) from pgbench_tellers), "
            "(select sum(bbalance) from pgbench_branches), (select sum(delta) from pgbench_history)"
        ).fetchone()
        assert len(set(sums)) == 1, sums


def test_simple_update(bench):
    out = pgbench(bench, "-N", "-n", "-M", "prepared", "-c", 4, "-j", 2, "-t", 10, "--max-tries=10000")
    assert processed(out) == 40


def test_vacuum_before(bench):
    assert processed(pgbench(bench, "-S", "-c", 2, "-t", 2)) == 4


def test_script(bench, tmp_path):
    script: Path = tmp_path / "script.sql"
    script.write_text(SCRIPT)
    with bench.connect() as c:
        before = c.execute("select count(*) from pgbench_history").fetchone()[0]
    assert processed(pgbench(bench, "-f", script, "-n", "-M", "prepared", "-c", 8, "-j", 2, "-t", 10)) == 80
    with bench.connect() as c:
        assert c.execute("select count(*) from pgbench_history").fetchone()[0] == before + 80


def test_a_script_that_fails(bench, tmp_path):
    script: Path = tmp_path / "script.sql"
    script.write_text("select 1 / nothing from nowhere;\n")
    done = bench.run(["pgbench", "-n", "-t", "1", "-f", script])
    assert done.returncode == 2 and "nowhere" in done.stderr

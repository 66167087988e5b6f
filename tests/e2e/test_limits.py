"""pond.warehouse.memory_limit, threads and temp_limit hold whoever opens the file: the server, or a command by itself."""

import pytest

from server import Server

ASK = "select current_setting('memory_limit') m, current_setting('threads')::int t, current_setting('max_temp_directory_size') d"
HEAVY = (
    "select max(r) r from (select row_number() over (order by m) r from "
    "(select md5(i::varchar) || md5((i+1)::varchar) m from range(1000000) t(i)))"
)


def asked(pond, limits: str, env: dict | None = None):
    (pond.folder / "pond.yml").write_text(f"pond:\n  listen: {{postgres: 127.0.0.1:0}}\n  warehouse: {limits}\n")
    pond.run("sql", "create table if not exists t (a integer)").ok()
    return pond.run("sql", ASK, "--format", "json", env=env).ok().json()[0]


def test_limits_hold_without_a_server(pond):
    assert asked(pond, "{memory_limit: 300MB, threads: 1, temp_limit: 5MB}") == {
        "m": "286.1 MiB",
        "t": 1,
        "d": "4.7 MiB",
    }
    default = asked(pond, "{}")
    assert asked(pond, "{memory_limit: 35%}") == default
    assert default["d"] == "9.3 GiB"
    half = asked(pond, "{memory_limit: 7%}")["m"]
    assert size(half) == pytest.approx(size(default["m"]) / 5, rel=0.04)


def size(text: str) -> float:
    number, unit = text.split()
    return float(number) * {"MiB": 1, "GiB": 1024}[unit]


def test_a_statement_ends_by_the_limit_on_memory_and_disk(pond):
    asked(pond, "{memory_limit: 64MB, threads: 1, temp_limit: 1MB}")
    pond.run("sql", HEAVY).failed("Out of Memory", "max_temp_directory_size")
    asked(pond, "{memory_limit: 64MB, threads: 1, temp_limit: 2GB}")
    assert pond.run("sql", HEAVY, "--format", "csv").ok().out.split() == ["r", "1000000"]


@pytest.mark.parametrize(
    "limits, said",
    [
        ("{memory_limit: much}", ["pond.yml:3", "memory_limit", '"much"']),
        ("{memory_limit: 400%}", ["pond.yml:3", '"400%"']),
        ("{memory_limit: 5MB}", ["pond.yml:3", '"5MB"', "32MB"]),
        ("{threads: many}", ["threads", "many"]),
        ("{threads: -1}", ["pond.yml:3", '"-1"']),
        ("{temp_limit: 7 floppies}", ["pond.yml:3", "temp_limit", '"7 floppies"', "10GB"]),
    ],
)
def test_a_wrong_limit_is_quoted_with_its_place(pond, limits, said):
    (pond.folder / "pond.yml").write_text(f"pond:\n  listen: {{postgres: 127.0.0.1:0}}\n  warehouse: {limits}\n")
    pond.run("sql", "create table t (a integer)").failed(*said)
    pond.run("up").failed(*said)
    assert not (pond.folder / "warehouse.duckdb").exists()


def test_a_wrong_limit_of_the_environment_names_its_variable(pond):
    (pond.folder / "pond.yml").write_text("pond: {}\n")
    env = {"POND_WAREHOUSE_MEMORY_LIMIT": "much"}
    pond.run("sql", "create table t (a integer)", env=env).failed("$POND_WAREHOUSE_MEMORY_LIMIT", '"much"')


def test_the_same_limits_hold_in_the_server(pond):
    server = Server(pond, "  warehouse: {memory_limit: 300MB, threads: 1, temp_limit: 5MB}\n").up()
    (row,) = pond.run("sql", ASK, "--format", "json").ok().json()
    assert row == {"m": "286.1 MiB", "t": 1, "d": "4.7 MiB"}
    server.down()


WIDE = """#!/usr/bin/env python3
import json, sys
names = [f"c{i}" for i in range(400)]
print(json.dumps({"type": "SCHEMA", "stream": "wide", "key_properties": [],
                  "schema": {"properties": {n: {"type": "integer"} for n in names}}}))
for row in range(3000):
    print(json.dumps({"type": "RECORD", "stream": "wide", "record": {n: row * i for i, n in enumerate(names)}}))
"""


def test_a_load_is_never_given_more_than_the_project_says(project, warehouse):
    """A table of 400 columns needs some 400 MB: a load gives itself that, unless somebody said how much it may have."""
    tap = project.folder / "tap_wide.py"
    tap.write_text(WIDE)
    tap.chmod(0o755)
    project.tap("tap-wide", tap, {}, capabilities=[])
    project.extra = {"pond": {"warehouse": {"memory_limit": "33MB", "temp_limit": "1MB"}}}
    project.write()
    project("run", "tap-wide", "target-duckdb").failed("Out of Memory")
    project.extra = {}
    project.write()
    project("run", "tap-wide", "target-duckdb").ok()
    assert warehouse.count("wide") == 3000

"""pond backup: consistent, complete, verified, and nobody has to wait for it."""

import json
import os
import signal
import sqlite3
import subprocess
import threading
from pathlib import Path

import duckdb
import pytest
from program import PRESET, Warehouse, wait_for
from test_lock import lock_of

from server import Server

crash_points = pytest.mark.skipif(PRESET == "release", reason="a release build has no crash points")

# Everything a DuckDB file can hold that COPY FROM DATABASE might lose.
RICH = """
create schema a; create schema b;
create type a.mood as enum ('x', 'y'); comment on type a.mood is 'a type';
create sequence a.seq start 5 increment 2; create sequence untouched start 7; comment on sequence a.seq is 'a sequence';
create table b.t (id integer primary key default nextval('a.seq'), m a.mood, g integer generated always as (id * 2) virtual,
                  c varchar not null check (length(c) < 10), u varchar unique);
insert into b.t (m, c, u) values ('x', 'hi', 'u'), ('y', 'yo', 'v');
create table zz_parent (id integer primary key);
create table child (id integer, p integer references zz_parent (id));
insert into zz_parent values (1), (2); insert into child values (1, 1), (2, 2);
create view zz_view as select * from b.t; create view aa_view as select * from zz_view;
create view full_name as select * from warehouse.b.t;
create table gone (a integer); create view broken as select * from gone; drop table gone;
create macro a.plus(x, y := 1) as x + y; create macro above(n) as table select * from b.t where id > n;
create macro uses(x) as a.plus(x); create view by_macro as select a.plus(id) p from b.t;
comment on macro table above is 'a macro';
create index idx on b.t (c); comment on index b.idx is 'an index';
comment on table b.t is 'a table'; comment on column b.t.c is 'a column'; comment on view zz_view is 'a view';
create table w (a integer default 3, b varchar collate nocase); insert into w values (default, 'B');
create table "we""ird n" (" x" int); insert into "we""ird n" values (1);
create table v as select 1::utinyint u, [1, 2] l, {'a': 1} s, map {'k': 1} mm, interval 1 month i, 1::hugeint h,
                         '\\x00'::blob bl, uuid() uu, '{}'::json j, null::varchar n from range(3);
"""
SHAPE = [
    "select schema_name, table_name, comment, sql, has_primary_key, index_count, check_constraint_count from duckdb_tables()",
    "select schema_name, table_name, column_name, data_type, column_default, is_nullable, comment from duckdb_columns()",
    "select schema_name, view_name, sql, comment from duckdb_views()",
    "select schema_name, sequence_name, comment, min_value, max_value, increment_by, cycle from duckdb_sequences()",
    "select schema_name, index_name, comment, sql from duckdb_indexes()",
    "select schema_name, type_name, comment, logical_type, labels from duckdb_types()",
    "select schema_name, function_name, comment, macro_definition from duckdb_functions()",
    "select schema_name, table_name, constraint_type, constraint_text from duckdb_constraints()",
]


def dump(path: Path) -> dict:
    """Shape and rows of a file that nobody has open."""
    with duckdb.connect(str(path), read_only=True) as file:
        found = {}
        for query in SHAPE:
            internal = "" if "sequences" in query or "constraints" in query or "indexes" in query else " and not internal"
            found[query] = file.execute(
                f"{query} where database_name = current_database(){internal} order by all"
            ).fetchall()
        for schema, name in file.execute(
            "select schema_name, table_name from duckdb_tables() where not internal order by all"
        ).fetchall():
            quoted = '"' + name.replace('"', '""') + '"'
            found[schema, name] = file.execute(f'select count(*), sum(hash(x)) from "{schema}".{quoted} x').fetchall()
        return found


def only(folder: Path) -> Path:
    (one,) = [path for path in folder.iterdir() if path.is_dir()]
    return one


def fill(pond, sql: str = RICH) -> None:
    pond.run("sql", "-", stdin=[sql]).ok()


@pytest.fixture(params=["down", "up"])
def served(request, pond):
    """The same with the server down and up."""
    server = Server(pond)
    if request.param == "up":
        server.up()
    yield server
    if server.running and server.running.alive():
        server.down()


def test_a_backup_is_complete(served):
    pond = served.pond
    fill(pond)
    told = pond.run("backup", "--to", "kept", "--format", "json").ok().json()
    folder = only(pond.folder / "kept")
    assert told["folder"] == str(folder) and folder.name == told["name"]
    assert told["warehouses"] == [
        {
            "path": "warehouse.duckdb",
            "bytes": (folder / "warehouse/warehouse.duckdb").stat().st_size,
            "tables": 6,
            "rows": 11,
        }
    ]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(folder.glob("warehouse/*.wal"))
    assert (folder / "project/pond.yml").read_text() == (pond.folder / "pond.yml").read_text()
    if served.running:
        with sqlite3.connect(folder / "pond.db") as file:
            assert file.execute("select name from users").fetchall() == [("me",)]
        served.down()
    assert dump(folder / "warehouse/warehouse.duckdb") == dump(served.database)
    pond.run("sql", "insert into b.t (m, c, u) values ('x', 'next', 'w') returning id", "--format", "csv").ok()
    with duckdb.connect(str(folder / "warehouse/warehouse.duckdb")) as copy:
        (there,) = copy.execute("insert into b.t (m, c, u) values ('x', 'next', 'w') returning id").fetchone()
    assert [there] == [row[0] for row in Warehouse(served.database).rows("select max(id) from b.t")]


def test_nothing_is_said_of_secrets_unless_asked(pond):
    Server(pond)
    fill(pond, "create table t as select 1 a")
    (pond.folder / ".env").write_text("PASSWORD=hush\n")
    pond.run("backup", "--to", "kept").ok()
    assert "hush" not in "".join(p.read_text(errors="replace") for p in (pond.folder / "kept").rglob("*") if p.is_file())
    pond.run("backup", "--to", "with", "--secrets").ok()
    assert (only(pond.folder / "with") / "project/.env").read_text() == "PASSWORD=hush\n"


def test_the_usual_place_the_list_and_keeping_some(served):
    pond = served.pond
    fill(pond, "create table t as select 1 a")
    assert "no backups" in pond.run("backup", "--list").ok().out
    for _ in range(3):
        pond.run("backup").ok()
    store = pond.folder / ".pond/backups"
    assert len(list(store.iterdir())) == 3
    names = [backup["name"] for backup in pond.run("backup", "--list", "--format", "json").ok().json()]
    assert names == sorted(path.name for path in store.iterdir())
    told = pond.run("backup", "--keep", "2", "--format", "json").ok().json()
    assert told["removed"] == names[:2]
    assert sorted(path.name for path in store.iterdir()) == [names[2], told["name"]]
    # of another project nothing is removed
    manifest = store / names[2] / "manifest.json"
    manifest.write_text(manifest.read_text().replace(str(pond.folder), "/another/project"))
    assert pond.run("backup", "--keep", "1", "--format", "json").ok().json()["removed"] == [told["name"]]
    assert (store / names[2]).is_dir()


def test_none_to_keep_is_refused(pond):
    Server(pond)
    fill(pond, "create table t as select 1 a")
    pond.run("backup", "--keep", "0").failed("--keep 0", code=2)
    assert not list((pond.folder / ".pond").glob("backups/*"))


def test_the_lock_survives(pond):
    server = Server(pond).up()
    fill(pond, "create table t as select range a from range(1000)")
    engine = server.status()["engine"]
    assert lock_of(server.database) == engine
    pond.run("backup").ok()
    assert lock_of(server.database) == engine
    with pytest.raises(duckdb.IOException, match="lock"):
        duckdb.connect(str(server.database))
    server.down()


def test_writers_and_readers_go_on_and_the_snapshot_is_one(pond):
    """A client moves amounts between two tables: their sum is the same in every snapshot."""
    server = Server(pond).up()
    fill(
        pond,
        "create table one as select range id, 10 amount from range(100);"
        "create table big as select range id, random() r, md5(range::varchar) m from range(1500000);"
        "create table two as select range id, 10 amount from range(100)",
    )
    stop, moves, longest = threading.Event(), [], []

    def move():
        import time

        with server.connect() as db:
            while not stop.is_set():
                begin = time.monotonic()
                with db.transaction():
                    db.execute("update one set amount = amount - 1 where id = 7")
                    db.execute("update two set amount = amount + 1 where id = 7")
                longest.append(time.monotonic() - begin)
                moves.append(1)

    mover = threading.Thread(target=move)
    mover.start()
    wait_for(lambda: len(moves) > 20, "some transactions")
    before = len(moves)
    told = pond.run("backup", "--format", "json", seconds=120).ok().json()
    during = len(moves) - before
    stop.set()
    mover.join()
    assert during > 20, "writers stood still during the backup"
    print(f"backup {told['seconds']} s, {during} transactions meanwhile, the longest {max(longest) * 1000:.0f} ms")
    copy = Path(told["folder"]) / "warehouse/warehouse.duckdb"
    with duckdb.connect(str(copy), read_only=True) as file:
        (total,) = file.execute("select (select sum(amount) from one) + (select sum(amount) from two)").fetchone()
    assert total == 2000
    server.down()


def test_ctrl_c_leaves_nothing(served):
    pond = served.pond
    fill(pond, "create table big as select range id, md5(range::varchar) m, random() r from range(2000000)")
    running = pond.start("backup", "--to", "kept")
    copy = pond.folder / "kept"
    wait_for(lambda: list(copy.glob("*.part/warehouse/*")), "the copy begins")
    running.signal(signal.SIGINT)
    running.wait(30).failed(code=130)
    assert list(copy.iterdir()) == []
    assert pond.run("sql", "select count(*) from big", "--format", "csv").ok().out.split()[1] == "2000000"
    pond.run("backup", "--to", "kept", seconds=120).ok()


def test_a_second_one_at_the_same_time_is_refused(served):
    pond = served.pond
    fill(pond, "create table big as select range id, md5(range::varchar) m, random() r from range(2000000)")
    first = pond.start("backup", "--to", "kept")
    wait_for(lambda: list((pond.folder / "kept").glob("*.part/warehouse/*")), "the first one works")
    pond.run("backup", "--to", "kept").failed("another backup", code=75)
    assert first.wait(120).code == 0
    assert len(list((pond.folder / "kept").iterdir())) == 1


def test_without_room_it_says_so_and_leaves_nothing(pond, tmp_path):
    Server(pond)
    fill(pond, "create table t as select 1 a")
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small]).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        pond.run("backup", "--to", small).failed("free", str(small), "--to DIR")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", small], check=True)


POINTS = ["copy_table:1", "copy_table:2", "copy_committed:1", "backup_warehouse:1", "backup_meta:1", "backup_written:1"]


@crash_points
@pytest.mark.parametrize("point", POINTS)
def test_kill_leaves_a_part_that_the_next_one_removes(pond, point):
    Server(pond)
    fill(pond)
    before = dump(pond.folder / "warehouse.duckdb")
    assert pond.run("backup", env={"POND_CRASH_AT": point}).code == -signal.SIGKILL
    store = pond.folder / ".pond/backups"
    assert [path.suffix for path in store.iterdir()] == [".part"]
    assert pond.run("backup", "--list", "--format", "json").ok().json() == []
    pond.run("backup").ok()
    assert dump(only(store) / "warehouse/warehouse.duckdb") == before == dump(pond.folder / "warehouse.duckdb")


def test_a_killed_engine_serves_again_and_nothing_is_lost(pond):
    server = Server(pond)
    fill(pond, RICH + "create table big as select range id, md5(range::varchar) m, random() r from range(1000000)")
    before = dump(server.database)
    server.up()
    store = pond.folder / ".pond/backups"
    running = pond.start("backup")
    wait_for(lambda: list(store.glob("*.part/warehouse/*")), "the copy begins")
    os.kill(server.status()["engine"], signal.SIGKILL)
    running.wait(30).failed("the server did not finish")
    wait_for(lambda: server.status().get("engine"), "the engine is back")
    told = pond.run("backup", "--format", "json", seconds=120).ok().json()
    server.down()
    assert dump(Path(told["folder"]) / "warehouse/warehouse.duckdb") == before == dump(server.database)
    assert json.loads((Path(told["folder"]) / "manifest.json").read_text())["duckdb"].lstrip("v") == duckdb.__version__
    assert os.listdir(store) == [told["name"]]

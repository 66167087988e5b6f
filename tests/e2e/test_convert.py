"""pond doctor --convert: a file that the real DuckDB 2.0 wrote becomes one of this pond's, whole or not at all."""

import json
import os
import signal
import subprocess

import duckdb
import pytest
from program import PRESET, Warehouse, wait_for
from venvs import python

from singer import record, schema

LOCKED = 75
OURS, THEIRS = "v1.5.5", "v2.0.0"

RUN = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1]) as connection:
    for statement in json.load(sys.stdin):
        rows = connection.execute(statement).fetchall()
print(json.dumps(rows, default=str))
"""

# Opens the file and says so; ends with its input, or is killed.
HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reader")
for statement in sys.argv[3:]:
    connection.execute(statement)
print("held", flush=True)
sys.stdin.read()
"""

SHAPES = [
    'CREATE SCHEMA "odd Schema"',
    "CREATE SCHEMA _pond",
    "CREATE TYPE mood AS ENUM ('sad', 'o''k', 'happy')",
    "CREATE SEQUENCE numbers START 10 INCREMENT BY 5",
    'CREATE SEQUENCE "odd Schema".fresh START 3',
    "CREATE TABLE zparent (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL DEFAULT 'x''y' UNIQUE)",
    "CREATE TABLE achild (id BIGINT DEFAULT nextval('numbers'), parent INTEGER REFERENCES zparent (id), "
    "twice INTEGER GENERATED ALWAYS AS (parent * 2), CHECK (id > 0))",
    "INSERT INTO zparent VALUES (1, 'a'), (2, 'b'), (3, 'ü''\"')",
    "INSERT INTO achild (parent) VALUES (1), (2), (1)",
    'CREATE TABLE "odd Schema"."T a""b.c/ü" ("a b" INTEGER, "select" VARCHAR, "UP" mood, t VARCHAR)',
    "INSERT INTO \"odd Schema\".\"T a\"\"b.c/ü\" VALUES (1, 'NULL', 'sad', ''), (NULL, NULL, 'o''k', NULL)",
    'CREATE TABLE "a b" AS SELECT 1 AS i',
    "CREATE TABLE a_b AS SELECT 2 AS i",
    "CREATE TABLE empty (a INTEGER)",
    "CREATE VIEW zzz AS SELECT * FROM warehouse.main.zparent",
    "CREATE VIEW aaa AS SELECT * FROM zzz",
    'CREATE VIEW "odd Schema"."v v" AS SELECT * FROM main.aaa',
    "CREATE MACRO plus(a, b := 5) AS a + b",
    "CREATE MACRO several(n) AS TABLE SELECT * FROM range(n)",
    "CREATE INDEX by_parent ON achild (parent)",
    "COMMENT ON TABLE zparent IS 'it''s'",
    "COMMENT ON COLUMN zparent.name IS 'a name'",
    "COMMENT ON VIEW aaa IS 'a view'",
    "CREATE TABLE _pond.bookmarks (id VARCHAR PRIMARY KEY, state JSON, changed TIMESTAMPTZ DEFAULT now())",
    'INSERT INTO _pond.bookmarks VALUES (\'tap:t\', \'{"bookmarks": {"t": {"at": "2024"}}}\', \'2024-01-01 00:00:00+00\')',
    "CREATE TABLE big AS SELECT range AS id, 'row ' || range AS text, range * 1.5 AS number FROM range(200000)",
]

# type -> values; what Parquet would change on the way is among them.
VALUES = {
    "JSON": ["'{\"a\": [1, 2.50]}'"],
    "UUID": ["'123e4567-e89b-12d3-a456-426614174000'"],
    "DECIMAL(38,10)": ["'-1234567890123456789012345678.0123456789'"],
    "DECIMAL(4,1)": ["99.9"],
    "TIMESTAMPTZ": ["'2024-01-01 00:00:00.123456+05:30'", "'infinity'", "'0044-03-15 (BC) 00:00:00+00'"],
    "TIMESTAMP": ["'2024-01-01 00:00:00.123456'", "'-infinity'", "'290309-12-22 (BC) 00:00:00'"],
    "TIMESTAMP_NS": ["'2024-01-01 00:00:00.123456789'"],
    "TIMESTAMP_MS": ["'2024-01-01 00:00:00.123'"],
    "TIMESTAMP_S": ["'9999-12-31 00:00:00'"],
    "DATE": ["'2024-02-29'", "'infinity'", "'5874897-12-31'"],
    "TIME": ["'23:59:59.999999'", "'24:00:00'"],
    "TIMETZ": ["'12:00:00+02'"],
    "TIME_NS": ["'12:00:00.123456789'"],
    "INTERVAL": ["'1 month 2 days 3.000001 seconds'"],
    "HUGEINT": ["'170141183460469231731687303715884105727'"],
    "UHUGEINT": ["'340282366920938463463374607431768211455'"],
    "UBIGINT": ["18446744073709551615"],
    "BIGNUM": ["'123456789012345678901234567890123456789012345678901234567890'"],
    "DOUBLE": ["'nan'", "'-inf'", "0.1", "'-0.0'"],
    "FLOAT": ["1.1"],
    "BLOB": ["'\\x00\\xAA\\x5C'::BLOB"],
    "BIT": ["'0101'"],
    "BOOLEAN": ["true"],
    "VARCHAR": ["''", "'NULL'", "chr(0)", "'ü\U0001f986'"],
    "VARCHAR[]": ["['NULL', NULL, '', 'a,b', ' x ', '\"']", "[]"],
    "INTEGER[][]": ["[[1, NULL], [], NULL]"],
    "FLOAT[3]": ["[1.5, 2.5, NULL]"],
    "HUGEINT[]": ["[1, NULL]"],
    'STRUCT(a INTEGER, "b ""c" VARCHAR)': ["{'a': 1, 'b \"c': 'NULL'}"],
    'STRUCT("interval" INTERVAL, bit HUGEINT)[]': ["[{'interval': INTERVAL '1 us', 'bit': 5}]"],
    "MAP(VARCHAR, INTERVAL)": ["MAP {'k': INTERVAL '1 day'}"],
    "ENUM('a', 'b')[]": ["['b', NULL]"],
    "UNION(n HUGEINT, s VARCHAR)": ["5::HUGEINT", "'x'"],
    "VARIANT": ["42::VARIANT"],
    "JSON[]": ["['{\"a\":1}'::JSON]"],
}


def types() -> list[str]:
    """A table t0, t1... for each type, with a NULL behind the values."""
    statements = []
    for n, (kind, values) in enumerate(VALUES.items()):
        statements.append(f"CREATE TABLE t{n} (v {kind})")
        cast = "" if kind.startswith("UNION") else f"::{kind}"
        statements += [f"INSERT INTO t{n} VALUES ({value}{cast})" for value in [*values, "NULL"]]
    return statements


class Newer:
    """DuckDB 2.0 on the warehouse file."""

    def __init__(self, path):
        self.path = path

    def rows(self, *statements: str) -> list:
        """Of the last statement."""
        done = subprocess.run(
            [python("duckdb-2"), "-c", RUN, self.path], input=json.dumps(statements), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])  # behind a progress bar

    def hold(self, kind: str = "writer", *statements: str) -> subprocess.Popen:
        words = [python("duckdb-2"), "-c", HOLD, str(self.path), kind, *statements]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "held\n"
        return process


@pytest.fixture
def newer(pond):
    return Newer(pond.database)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """pond's own cache: the first test makes the venv in it."""
    return {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture
def convert(pond, cache):
    def run(*words, env: dict | None = None):
        return pond.run("doctor", "--convert", "warehouse.duckdb", *words, env=cache | (env or {}), seconds=110)

    return run


def files(pond) -> list[str]:
    return sorted(path.name for path in pond.folder.glob("warehouse*"))


def simple(newer, rows: int = 1000) -> None:
    newer.rows(f"CREATE TABLE t AS SELECT range AS id, 'row ' || range AS text FROM range({rows})", "SELECT 1")


def test_the_error_names_both_versions_and_the_command(pond, newer):
    newer.rows("CREATE TABLE t (a INTEGER)", "SELECT 1")
    done = pond.run("sql", "-d", pond.database, "select 1")
    done.failed(THEIRS, OURS, f'pond doctor --convert "{pond.database}"', code=1)
    pond.target([schema("t", {"a": "integer"})]).failed(THEIRS, OURS, "--convert", code=1)


def test_everything_comes_over(pond, newer, convert, warehouse):
    dump = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1"
    tables = newer.rows(*SHAPES, dump)
    before = pond.database.read_bytes()
    done = convert().ok()
    assert f"converted {pond.database}: {len(tables)} tables" in done.out
    assert (pond.folder / f"warehouse.duckdb.{THEIRS}").read_bytes() == before
    assert files(pond) == ["warehouse.duckdb", f"warehouse.duckdb.{THEIRS}"]
    assert warehouse.rows(dump) == [tuple(row) for row in tables]

    assert warehouse.rows("FROM zparent ORDER BY id") == [(1, "a"), (2, "b"), (3, "ü'\"")]
    assert warehouse.rows("FROM achild ORDER BY id") == [(10, 1, 2), (15, 2, 4), (20, 1, 2)]
    assert warehouse.rows('FROM "odd Schema"."T a""b.c/ü"') == [(1, "NULL", "sad", ""), (None, None, "o'k", None)]
    assert (warehouse.one('FROM "a b"'), warehouse.one("FROM a_b")) == (1, 2)
    assert warehouse.rows('FROM "odd Schema"."v v" ORDER BY id') == warehouse.rows("FROM aaa ORDER BY id")
    assert warehouse.one("SELECT plus(1)") == 6 and len(warehouse.rows("FROM several(4)")) == 4
    assert warehouse.one("SELECT state->'bookmarks'->'t'->>'at' FROM _pond.bookmarks") == "2024"
    assert warehouse.one("SELECT count(*) FROM (SELECT id, row_number() OVER () - 1 AS n FROM big) WHERE id <> n") == 0
    comments = "SELECT comment FROM duckdb_tables() WHERE comment IS NOT NULL UNION ALL SELECT comment FROM "
    comments += "duckdb_columns() WHERE comment IS NOT NULL UNION ALL SELECT comment FROM duckdb_views() "
    assert sorted(warehouse.rows(comments + "WHERE comment IS NOT NULL")) == [("a name",), ("a view",), ("it's",)]
    assert warehouse.rows("SELECT index_name FROM duckdb_indexes()") == [("by_parent",)]
    with duckdb.connect(str(pond.database)) as connection:
        assert connection.execute("SELECT nextval('numbers'), nextval('\"odd Schema\".fresh')").fetchall() == [(25, 3)]
        connection.execute("INSERT INTO zparent (id) VALUES (9)")
        assert connection.execute("SELECT name FROM zparent WHERE id = 9").fetchall() == [("x'y",)]
        for wrong in ("zparent VALUES (1, 'again')", "achild (parent) VALUES (77)", "zparent VALUES (10, NULL)"):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(f"INSERT INTO {wrong}")


def test_values_of_every_type(pond, newer, convert, warehouse):
    """Texts as both DuckDBs print them; a BLOB's text differs between the two."""
    newer.rows(*types(), "SELECT 1")
    texts = [f"CAST({'hex(v)' if kind == 'BLOB' else 'v'} AS VARCHAR)" for kind in VALUES]
    sql = "SELECT " + ", ".join(f"(SELECT list({text}) FROM t{n})" for n, text in enumerate(texts))
    before = newer.rows("SET TimeZone = 'UTC'", sql)[0]
    convert().ok()
    assert dict(zip(VALUES, warehouse.rows(sql)[0], strict=True)) == dict(zip(VALUES, before, strict=True))
    assert warehouse.one("SELECT count(DISTINCT data_type) FROM duckdb_columns() WHERE NOT internal") == len(VALUES)


def test_a_load_goes_on_in_the_converted_file(pond, newer, convert, warehouse):
    newer.rows("CREATE TABLE main.t (id BIGINT, text VARCHAR)", "INSERT INTO t VALUES (1, 'old')", "SELECT 1")
    convert().ok()
    pond.target([schema("t", {"id": "integer", "text": "string"}), record("t", id=2, text="new")]).ok()
    assert warehouse.rows("SELECT id, text FROM t ORDER BY id") == [(1, "old"), (2, "new")]


def test_a_schema_with_the_name_of_the_database(pond, newer, convert, warehouse):
    newer.rows("CREATE SCHEMA warehouse", "CREATE TABLE warehouse.warehouse.t AS SELECT 7 AS a", "SELECT 1")
    convert().ok()
    assert warehouse.one("FROM warehouse.warehouse.t") == 7


def test_what_a_killed_writer_left_in_the_log(pond, newer, convert, warehouse):
    simple(newer)
    holder = newer.hold("writer", "INSERT INTO t VALUES (-1, 'in the log')")
    holder.kill()
    holder.wait()
    assert (pond.folder / "warehouse.duckdb.wal").exists()
    convert().ok()
    assert warehouse.one("SELECT text FROM t WHERE id = -1") == "in the log"
    assert files(pond) == ["warehouse.duckdb", f"warehouse.duckdb.{THEIRS}"]


def test_link_mode_and_an_older_old_file(pond, newer, convert, warehouse):
    """A symbolic link stays one; the mode is kept; what is there already is not written over."""
    simple(newer)
    real, other = pond.folder / "data.duckdb", pond.folder / f"data.duckdb.{THEIRS}"
    pond.database.rename(real)
    pond.database.symlink_to(real)
    real.chmod(0o640)
    other.write_text("precious")
    done = convert("--format", "json").ok().json()
    assert pond.database.is_symlink() and warehouse.count("t") == 1000
    assert real.stat().st_mode & 0o777 == 0o640 and other.read_text() == "precious"
    assert (done["old_file"], done["rows"], done["compared"]) == (f"{other}.1", 1000, True)


# ---- refused ----


def refused(pond, run, *words: str, code: int = 1) -> None:
    """Named, and nothing has changed."""
    before, names = pond.database.read_bytes(), files(pond)
    run().failed(*words, code=code)
    assert pond.database.read_bytes() == before and files(pond) == names


def test_a_file_that_needs_nothing(pond, convert, warehouse):
    warehouse.execute("CREATE TABLE t (a INTEGER)")
    refused(pond, convert, "nothing to convert", OURS)


def test_no_file_and_no_database(pond, convert):
    convert().failed("warehouse.duckdb", "No such file", code=1)
    pond.database.write_bytes(b"no database" * 1000)
    refused(pond, convert, "not a valid DuckDB database file")
    pond.database.with_suffix(".json").write_text('{"a": 1}')
    pond.run("doctor", "--convert", "warehouse.json").failed("warehouse.json", "is a data file", code=1)


@pytest.mark.parametrize("kind", ["writer", "reader"])
def test_a_busy_file(pond, newer, convert, kind):
    simple(newer)
    holder = newer.hold(kind)
    refused(pond, convert, str(holder.pid), "python", code=LOCKED)
    holder.communicate("")
    convert().ok()


def test_no_room(pond, newer, convert):
    simple(newer)
    disk = os.statvfs(pond.folder)
    size = pond.database.stat().st_size
    os.truncate(pond.database, disk.f_bavail * disk.f_frsize // 2)
    convert().failed("free at", "converting wants", code=1)
    os.truncate(pond.database, size)
    assert files(pond) == ["warehouse.duckdb"]


def test_what_cannot_be_converted_is_named(pond, newer, convert):
    newer.rows(
        "CREATE TABLE later (v TIMESTAMPTZ_NS)", "CREATE TABLE t AS SELECT 1 AS a", "CREATE TABLE gone (a INTEGER)"
    )
    newer.rows("CREATE VIEW stale AS FROM gone", "DROP TABLE gone", "SELECT 1")
    refused(pond, convert, "2 not taken", "TABLE later", "TIMESTAMPTZ_NS does not exist", "VIEW stale", "name gone")
    newer.rows(
        "DROP TABLE later",
        "DROP VIEW stale",
        "CREATE TABLE knot (id INTEGER PRIMARY KEY, up INTEGER REFERENCES knot (id))",
    )
    refused(pond, convert, "knot", "self-referencing")


def test_without_python(pond, newer, convert):
    simple(newer)
    env = {"PATH": str(pond.folder), "XDG_CACHE_HOME": str(pond.folder / "none")}
    refused(pond, lambda: convert(env=env), "python3", "apt-get install python3-venv")


def test_no_package_index(pond, newer, convert):
    """A venv that did not become whole is made again."""
    simple(newer)
    env = {"XDG_CACHE_HOME": str(pond.folder / "other"), "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    nowhere = env | {"PIP_FIND_LINKS": "", "PIP_NO_INDEX": "1", "UV_NO_INDEX": "1", "UV_OFFLINE": "1"}
    refused(pond, lambda: convert(env=nowhere), "cannot install duckdb==2.0.0", "package index")
    convert(env={"XDG_CACHE_HOME": env["XDG_CACHE_HOME"]}).ok()


# ---- disturbed ----

POINTS = ["convert_exported", "convert_table:1", "convert_table:2", "convert_made", "convert_kept", "convert_changed"]


def whole(pond, newer, rows: int) -> None:
    """Whichever file it is now: DuckDB 2.0 opens both."""
    assert newer.rows("SELECT count(*), count(DISTINCT id) FROM t") == [[rows, rows]]


@pytest.mark.skipif(PRESET == "release", reason="a release build has no crash points")
@pytest.mark.parametrize("point", POINTS)
def test_kill_at_a_point(pond, newer, convert, warehouse, point):
    newer.rows("CREATE TABLE other (a INTEGER)", "SELECT 1")
    simple(newer, 5000)
    before = pond.database.read_bytes()
    assert convert(env={"POND_CRASH_AT": point}).code == -signal.SIGKILL
    pond.gone()
    assert "warehouse.duckdb.converting" in files(pond)
    changed = point == "convert_changed"
    old = pond.folder / f"warehouse.duckdb.{THEIRS}" if changed else pond.database
    assert old.read_bytes() == before
    if changed:
        convert().failed("nothing to convert", code=1)
    else:
        convert().ok()
    assert files(pond) == ["warehouse.duckdb", f"warehouse.duckdb.{THEIRS}"]
    assert old.exists() and (pond.folder / f"warehouse.duckdb.{THEIRS}").read_bytes() == before
    assert Warehouse(pond.database).rows("SELECT count(*), count(DISTINCT id) FROM t") == [(5000, 5000)]


def start(pond, cache, mark: str):
    """A conversion that has come so far that a file of it is there."""
    running = pond.start("doctor", "--convert", pond.database, env=cache)
    folder = pond.folder / "warehouse.duckdb.converting"
    wait_for(lambda: any(folder.rglob(mark)) or not running.alive(), f"{mark} is there", 60)
    assert running.alive(), running.said()
    return running


@pytest.mark.parametrize("mark", ["data", "*.parquet", "new/*"])
def test_kill_somewhere(pond, newer, convert, cache, warehouse, mark):
    simple(newer, 2_000_000)
    running = start(pond, cache, mark)
    running.kill()
    pond.gone()
    whole(pond, newer, 2_000_000)
    convert().ok()
    assert files(pond) == ["warehouse.duckdb", f"warehouse.duckdb.{THEIRS}"]
    assert warehouse.count("t") == 2_000_000


@pytest.mark.parametrize("mark", ["*.parquet", "new/*"])
def test_ctrl_c(pond, newer, cache, mark):
    simple(newer, 3_000_000)
    running = start(pond, cache, mark)
    running.signal(signal.SIGINT)
    assert running.wait(30).code == 130
    pond.gone()
    assert files(pond) == ["warehouse.duckdb"]
    whole(pond, newer, 3_000_000)


def test_nobody_writes_meanwhile(pond, newer, cache, convert):
    simple(newer, 3_000_000)
    running = start(pond, cache, "new/*")
    with pytest.raises(AssertionError, match="Could not set lock"):
        newer.rows("INSERT INTO t VALUES (-1, 'lost')")
    convert().failed("in use by python", code=LOCKED)
    running.wait().ok()
    assert Warehouse(pond.database).count("t") == 3_000_000

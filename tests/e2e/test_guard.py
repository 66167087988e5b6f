"""What clients may ask of the server: everything about rows and tables, nothing that reaches beyond the session or into files the
server has open. Each refused statement is one that DuckDB alone would run."""

import subprocess

import psycopg
import pytest
from program import Pond

from server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pond = Pond(tmp_path_factory.mktemp("guard"))
    under_test = Server(pond)
    (pond.folder / "data").mkdir()
    under_test.up(cwd=pond.folder / "data")  # files are found from the project's folder all the same
    folder = pond.folder
    (folder / "x.csv").write_text("a\n1\n")
    (folder / "data/y.csv").write_text("a\n2\n")
    (folder / "link.csv").symlink_to(folder / "warehouse.duckdb")
    with under_test.connect() as c:
        c.execute("create table t as select 1 as a; create table s (path varchar)")
    yield under_test
    under_test.running.kill()
    pond.cleanup()


@pytest.fixture
def client(server):
    with server.connect() as c:
        yield c


def has_lock(path) -> bool:
    """Another process cannot lock the file: DuckDB's lock is there."""
    script = "import fcntl,sys\nf=open(sys.argv[1],'rb+')\ntry: fcntl.lockf(f, fcntl.LOCK_EX|fcntl.LOCK_NB)\nexcept OSError: print('locked')"
    return subprocess.run(["python3", "-c", script, path], capture_output=True, text=True).stdout == "locked\n"


ALLOWED = [
    "select '/dev/stdout', 'warehouse.duckdb', '/proc/self/environ'",
    "select * from t where 'a' in ('/dev/null', 'warehouse.duckdb')",
    "select trim('/' from '/dev/'), extract(year from date '2020-01-01'), 'a' is distinct from 'warehouse.duckdb'",
    "select trim(from '/dev/x'), substring('/dev/x' from 2)",
    "insert into s values ('warehouse.duckdb'), ('/dev/stdin')",
    "update s set path = 'warehouse.duckdb' from t where path = '/dev/null'",
    "delete from s using t where path = '/proc/1'",
    "with w as (select 'warehouse.duckdb' as p) select * from w, t",
    "select * from t join s on path = 'warehouse.duckdb'",
    "from 'x.csv'",
    "from x.csv",
    'from "x.csv"',
    "select * from t, 'x.csv' x, 'data/*.csv'",
    "select * from read_csv('x.csv')",
    "select * from read_csv(['x.csv', 'data/y.csv'], union_by_name = true)",
    "select * from read_csv('file:{folder}/x.csv')",
    "describe 'x.csv'",
    "explain analyze select 1",
    "explain (analyze, format json) select 1",
    "create view v as from 'x.csv'; from v; drop view v",
    "copy t to '{folder}/out.csv'; copy t from 'out.csv'",
    "copy (select * from t) to 'out.parquet' (format parquet)",
    "pragma table_info('t')",
    "pragma database_size",
    "checkpoint",
    "vacuum",
    "analyze",
    "call pragma_version()",
    "create temp table tt (a int); truncate tt; drop table tt",
    "comment on table t is 'attach x'",
    "(select 1) union all (select 2)",
    "values (1), (2)",
    "create macro m(x) as x + 1; drop macro m",
    "merge into t using (select 1 as a) u on t.a = u.a when matched then update",
    "use main",
]

REFUSED = [
    ("attach 'other.duckdb' as o", "attach"),
    ("detach warehouse", "detach"),
    ("install httpfs", "install"),
    ("load httpfs", "load"),
    ("export database '{folder}/all'", "export"),
    ("import database '{folder}/all'", "import"),
    ("copy from database warehouse to pond_catalog", "COPY FROM DATABASE"),
    ("create database x", "DATABASE"),
    ("pragma memory_limit='1GB'", "memory_limit"),
    ("pragma enable_verification", "enable_verification"),
    ("pragma database_size = 1", "database_size"),
    ("from query('select 1')", "query"),
    ("from query_table('t')", "query_table"),
    ("select * from json_execute_serialized_sql(json_serialize_sql('select 1'))", "json_execute_serialized_sql"),
    ("call force_checkpoint()", "force_checkpoint"),
    ("call enable_logging()", "enable_logging"),
    ("force checkpoint", None),
    ("copy t to '/dev/stdout'", "/dev/stdout"),
    ("copy t to '/dev/../dev/stderr'", "stderr"),
    ("copy t from '/proc/self/environ'", "/proc/self/environ"),
    ("copy t to 'warehouse.duckdb'", "warehouse.duckdb"),
    ("copy t to 'warehouse.duckdb.wal'", "warehouse.duckdb.wal"),
    ("copy t to ('out' || '.csv')", "COPY"),
    ("copy t to out", "COPY"),
    ("explain analyze copy t to '/dev/stdout'", "/dev/stdout"),
    ("explain (analyze) copy t to '/dev/stdout'", "/dev/stdout"),
    ("explain analyze attach 'x' as x", "attach"),
    ("from read_blob('warehouse.duckdb')", "warehouse.duckdb"),
    ("from read_blob('{folder}/./warehouse.duckdb')", "warehouse.duckdb"),
    ("from read_blob('link.csv')", "link.csv"),
    ("from read_blob('file://{folder}/warehouse.duckdb')", "warehouse.duckdb"),
    ("from read_blob('*.duckdb')", "*.duckdb"),
    ("from read_blob('{folder}/**')", "**"),
    ("from read_text('.pond/run/server.json')", "server.json"),
    ("from read_blob('.pond/pond.db')", "pond.db"),
    ("from read_blob('.pond/*')", ".pond"),
    ("from read_text('/proc/self/environ')", "environ"),
    ("from read_text('/pro?/self/environ')", "environ"),
    ("from read_text(['x.csv', '/proc/self/environ'])", "environ"),
    ("from \"read_text\"('/proc/self/environ')", "environ"),
    ("from system.main.read_text('/proc/self/environ')", "environ"),
    ("from READ_TEXT('/proc/self/environ')", "environ"),
    ("from read_text('/pro' || 'c/self/environ')", "computed"),
    ("from read_text(['x.csv', '/pro' || 'c/self/environ'])", "computed"),
    ("from read_text(getvariable('x'))", "computed"),
    ("from read_csv(header = true, 'x.csv')", "computed"),
    ("create macro m(p) as table from read_text(p)", "computed"),
    ("call read_text('/proc/self/environ')", "environ"),
    ("from 'warehouse.duckdb'", "warehouse.duckdb"),
    ('from "warehouse.duckdb"', "warehouse.duckdb"),
    ("from warehouse.duckdb", "warehouse.duckdb"),
    ("select * from t, 'link.csv'", "link.csv"),
    ("select * from t join 'link.csv' on true", "link.csv"),
    ("select * from (t join 'link.csv' on true)", "link.csv"),
    ("select (select count(*) from 'link.csv')", "link.csv"),
    ("select * from t where a in (from 'link.csv')", "link.csv"),
    ("describe 'link.csv'", "link.csv"),
    ("summarize 'link.csv'", "link.csv"),
    ("pivot 'link.csv' on a", "link.csv"),
    ("insert into t from 'link.csv'", "link.csv"),
    ("merge into t using 'link.csv' on true when matched then delete", "link.csv"),
    ("create view w as from '/dev/stdin'", "/dev/stdin"),
    ("grant all on t to me", None),
    ("frobnicate", None),
]


@pytest.mark.parametrize("sql", ALLOWED)
def test_allowed(server, sql):
    with server.connect() as c:
        c.execute(sql.replace("{folder}", str(server.pond.folder)))


@pytest.mark.parametrize("sql,word", REFUSED)
def test_refused(server, sql, word):
    with server.connect() as c:
        with pytest.raises(psycopg.Error) as e:
            c.execute(sql.replace("{folder}", str(server.pond.folder)))
        assert e.value.sqlstate in ("0A000", "42601"), (e.value.sqlstate, str(e.value))
        assert word is None or word in str(e.value), str(e.value)
        assert "not allowed in the server" in str(e.value) or word is None
        assert c.execute("select 1").fetchone() == (1,)
    assert has_lock(server.database)


def test_refused_with_parameters(client):
    """A path that comes as a value cannot be looked at when the statement is planned."""
    with pytest.raises(psycopg.Error, match="computed"):
        client.execute("select * from read_text(%s)", ["/proc/self/environ"])


def test_nothing_was_written_by_any_of_it(server):
    assert server.running.out.count("ready") == 1 and "1\n" not in server.running.out.splitlines()


def test_a_command_in_the_server_is_guarded_too_and_knows_its_folder(server):
    """Relative paths are the caller's, not the server's."""
    pond, below = server.pond, server.pond.folder / "data"
    assert pond.run("sql", "select a from 'y.csv'", "--format", "csv", cwd=below).ok().out == "a\n2\n"
    pond.run("sql", "copy (select 7 as b) to 'mine.csv'", cwd=below).ok()
    assert (below / "mine.csv").read_text() == "b\n7\n"
    for sql, word in (
        ("attach 'x.duckdb'", "attach"),
        ("set threads = 1", "threads"),
        ("from read_blob('../warehouse.duckdb')", "warehouse.duckdb"),
        ("select 1; copy t to '/dev/stdout'", "/dev/stdout"),
    ):
        pond.run("sql", sql, cwd=below).failed(word, "not allowed in the server")
    assert pond.run("sql", "set search_path = 'main'; select 1 as a", "--format", "csv", cwd=below).ok().out == "a\n1\n"
    assert has_lock(server.database)


def test_deep_statements_end_by_an_error(client):
    with pytest.raises(psycopg.Error):
        client.execute("select " + "(" * 5000 + "1" + ")" * 5000)
    assert client.execute("select 1").fetchone() == (1,)

"""Several DuckDB files of one project as databases of one server: which one a client gets, and what it sees of the others."""

import subprocess

import psycopg
import pytest
import venvs
from program import wait_for

from server import PASSWORD

FILES = ["flights.duckdb", "sub/second.duckdb", "sub/Odd näme.x.duckdb", "other/flights.duckdb", "sub/link.duckdb"]
CONTENT = "create table t as select range::int a, '{}' f from range(3)"


class Files:
    """A served project whose loaders name FILES; all but the last two exist, of which the one is a link."""

    def __init__(self, project, pond):
        self.project, self.folder, self.pond = project, project.folder, pond
        project.extra = {"pond": {"listen": {"postgres": "127.0.0.1:0"}}}
        project.loaders.clear()
        for i, file in enumerate([*FILES, "sub/../third.duckdb"]):
            project.loader(f"target-{i}", {"executable": "target-duckdb"}, path=file, default_target_schema="main")
        for name in ("sub", "other"):
            (self.folder / name).mkdir()
        for file in FILES[:-1]:
            project("sql", "-d", file, CONTENT.format(file)).ok()
        (self.folder / FILES[-1]).symlink_to("second.duckdb")
        project("user", "add", "me", "--role", "admin", "--password-stdin", stdin=[PASSWORD]).ok()
        self.up()

    def up(self, *flags):
        self.running = self.project.start(*flags, "up")
        wait_for(lambda: "ready" in self.running.out or not self.running.alive(), "the server listens", 30)
        assert self.running.alive(), self.running.said()
        self.port = int(self.status()["addresses"][0].rpartition(":")[2])

    def status(self):
        return self.project("status", "--format", "json").ok().json()

    def connect(self, dbname, **options):
        options = {"user": "me", "password": PASSWORD, "autocommit": True, **options}
        return psycopg.connect(host="127.0.0.1", port=self.port, dbname=dbname, **options)

    def ask(self, dbname, sql, values=None):
        with self.connect(dbname) as c:
            return c.execute(sql, values).fetchall()

    def refused(self, dbname):
        with pytest.raises(psycopg.OperationalError) as refusal:
            self.connect(dbname)
        return str(refusal.value)

    def down(self):
        self.project("down").ok()
        self.running.wait(20)


@pytest.fixture
def files(project, pond):
    served = Files(project, pond)
    yield served
    assert served.status()["restarts"] == 0
    served.down()


def failure(c, sql, values=None):
    with pytest.raises(psycopg.Error) as failed:
        c.execute(sql, values)
    return failed.value.diag


def test_a_client_asks_for_a_file_by_its_name(files):
    ask = "select current_database(), current_catalog, min(f) from t group by all"
    for name, database, file in [
        ("flights", "flights", FILES[0]),
        ("warehouse", "flights", FILES[0]),
        ("me", "flights", FILES[0]),  # what libpq asks for when nobody named a database
        ("postgres", "flights", FILES[0]),
        ("second", "second", FILES[1]),
        ("link", "second", FILES[1]),
        ("Odd näme", "Odd näme", FILES[2]),
        ("other/flights.duckdb", "flights", FILES[3]),  # the stem is taken
    ]:
        assert files.ask(name, ask) == [(database, database, file)], name


def test_a_database_that_is_not_there(files, postgres):
    with pytest.raises(psycopg.OperationalError) as real:
        psycopg.connect(**{**postgres.connection, "dbname": "nope"})
    text = 'FATAL:  database "nope" does not exist'
    assert text in str(real.value)
    for name in ("nope", "SECOND"):
        assert text.replace("nope", name) in files.refused(name)
    assert "is made by the first load into it" in files.refused("third")
    files.project.script([{"name": "s", "rows": 10, "key": ["id"]}])
    files.project.run("tap-script", "target-5").ok()
    assert files.ask("third", "select count(*) from s") == [(10,)]


def test_all_are_listed(files):
    names = ["Odd näme", "flights", "other/flights.duckdb", "second"]
    for name in ("flights", "second"):
        assert files.ask(name, 'select datname from pg_database order by datname collate "C"') == [(n,) for n in names]
    assert files.ask("second", "select count(distinct oid), min(oid) from pg_database") == [(4, 16384)]
    sizes = files.ask("flights", "select pg_database_size('second'), pg_database_size(16384), pg_database_size(null)")
    assert sizes == [
        (files.folder.joinpath(FILES[1]).stat().st_size, files.folder.joinpath(FILES[0]).stat().st_size, None)
    ]
    with files.connect("second") as c:
        here = "select datname, datid = (select oid from pg_database where datname = 'second') from pg_stat_activity"
        assert c.execute(f"{here} where pid = pg_backend_pid()").fetchall() == [("second", True)]
        assert ("second", 1) in c.execute("select datname, numbackends from pg_stat_database").fetchall()
        catalogs = "select distinct table_catalog from information_schema.tables"
        assert c.execute(catalogs).fetchall() == [("second",)]
        diag = failure(c, "select pg_database_size('nope')")
        assert (diag.sqlstate, diag.message_primary) == ("3D000", 'database "nope" does not exist')
    assert [f["database"] for f in files.status()["files"]] == ["flights", "second", "Odd näme", "other/flights.duckdb"]


def test_psql_lists_and_changes_the_database(files):
    def psql(*words):
        command = ["psql", "-XAt", "-h", "127.0.0.1", "-p", str(files.port), "-U", "me", *words]
        return subprocess.run(command, capture_output=True, text=True, env={"PGPASSWORD": PASSWORD}, timeout=60)

    listed = psql("-l").stdout.splitlines()
    assert [line.split("|")[0] for line in listed] == ["Odd näme", "flights", "other/flights.duckdb", "second"]
    changed = psql("flights", "-c", "\\c second", "-c", "select current_database()", "-c", "\\dt")
    assert changed.stdout.splitlines()[-2:] == ["second", "public|t|table|admin"], changed


def test_names_with_the_database_in_front(files):
    with files.connect("second") as c:
        for name in ("second.main.t", "second.public.t", "t", '"second"."main"."t"'):
            assert c.execute(f"select min(f) from {name}").fetchone() == (FILES[1],)
        c.execute("create table second.public.made as select 1 x")
        assert c.execute("select second.main.made.x from second.main.made").fetchall() == [(1,)]
    with files.connect("warehouse") as c:
        c.execute("create table warehouse.public.made (x int)")
        c.execute("insert into warehouse.main.made values (%s)", [3])
        c.execute("update warehouse.main.made set x = x + 1")
        assert c.execute("select warehouse.main.made.x from warehouse.main.made").fetchall() == [(4,)]
        c.execute("drop table warehouse.main.made")


def test_other_files_are_read_by_name(files):
    with files.connect("flights") as c:

        def ask(sql, values=None, **options):
            return c.execute(sql, values, **options).fetchall()

        assert ask("select * from second.main.t order by a limit 1") == [(0, FILES[1])]
        assert ask("select t.a, second.public.t.f from second.public.t where a = %s", [2]) == [(2, FILES[1])]
        assert ask("select x.f, y.f from t x join second.main.t y using (a) where a = 1") == [(FILES[0], FILES[1])]
        assert ask('select count(*) from "Odd näme".main.t, "other/flights.duckdb".main.t b') == [(9,)]
        assert ask(
            "with w as (select * from second.main.t) select count(*) from w where a in (select a from second.main.t)"
        ) == [(3,)]
        assert ask("select a from second.main.t order by a", binary=True) == [(0,), (1,), (2,)]
        c.execute("create table taken as select * from second.main.t")
        assert ask("select count(*) from taken") == [(3,)]
        with c.cursor().copy("copy (select a from second.main.t order by a) to stdout") as rows:
            assert b"".join(rows) == b"0\n1\n2\n"
        with c.transaction(), c.cursor("named") as cursor:
            cursor.execute("select a from second.main.t order by a")
            assert cursor.fetchmany(2) == [(0,), (1,)]
    assert files.ask("second", "select min(f) from warehouse.main.t") == [(FILES[0],)]
    assert files.ask("second", "select min(f) from flights.main.t") == [(FILES[0],)]


def test_a_prepared_statement_sees_what_became_of_the_other_file(files):
    with files.connect("flights") as c, files.connect("second") as other:
        for values, count in ([0], 3), ([0], 3), ([1], 2):
            sql = "select count(*) from second.main.t where a >= %s"
            assert c.execute(sql, values, prepare=True).fetchall() == [(count,)]
        other.execute("insert into t values (7, 'x')")
        assert c.execute(sql, [1], prepare=True).fetchall() == [(3,)]
        other.execute("alter table t alter a type text; alter table t drop f")
        assert c.execute("select count(*) from second.main.t where a >= %s", ["1"], prepare=True).fetchall() == [(3,)]
        other.execute("drop table t")
        assert failure(c, sql, [1]).sqlstate == "42P01"


def test_advisory_locks_are_a_databases_own(files):
    """As in PostgreSQL."""
    with files.connect("flights") as a, files.connect("flights") as b, files.connect("second") as other:
        a.execute("select pg_advisory_lock(1)")
        tried = [c.execute("select pg_try_advisory_lock(1)").fetchone()[0] for c in (b, other)]
        assert tried == [False, True]
        held = "select count(*) from pg_locks l join pg_database d on d.oid = l.database where d.datname = %s"
        assert [a.execute(held, [name]).fetchone() for name in ("flights", "second")] == [(1,), (1,)]


def test_every_type_is_read_as_it_is(files):
    """All of DuckDB's, as its own table of them has them."""
    with files.connect("second") as c:
        c.execute(
            "create table every as select *, [a, null] list2, {'a': a} structure from test_all_types() x cross join t"
        )
        here = c.execute("select columns(*)::varchar from every order by all").fetchall()
    assert len(here) == 9
    assert files.ask("flights", "select columns(*)::varchar from second.main.every order by all") == here


def test_other_files_are_not_written(files, postgres):
    with files.connect("flights") as c, psycopg.connect(**postgres.connection, autocommit=True) as real:
        for sql in (
            "insert into second.main.t values (1, 'x')",
            "create table second.main.x (a int)",
            "update second.main.t set a = 2",
            "delete from second.main.t",
            "create view second.main.v as select 1 a",
            "insert into nope.main.t values (1, 'x')",
            "select * from nope.main.t",
        ):
            assert failure(c, sql).sqlstate == failure(real, sql).sqlstate == "0A000", sql
        for sql in ("create view v as select * from second.main.t", "drop table second.main.t", "use second"):
            diag = failure(c, sql)
            assert diag.sqlstate == "0A000" and "\\c" in diag.message_hint, sql
        assert failure(c, "select * from second.main.nope").sqlstate == "42P01"
        assert failure(c, "select * from second.nope.t").sqlstate == "42P01"
        assert failure(c, "select nope from second.main.t").sqlstate == "42703"
        assert failure(c, "select * from third.main.t").sqlstate == "3D000"
        assert failure(c, "select * from pond_neighbour('second', 'main', 't')").sqlstate == "0A000"
        assert failure(c, "select 1 / (a::text || 'x')::int from second.main.t").sqlstate == "22P02"
    assert files.ask("second", "select count(*), max(a) from t") == [(3, 2)]


def test_names_of_databases_elsewhere_stay_as_they_are(files):
    with files.connect("flights") as c:
        c.execute(
            "create schema second; create table second.main as select 5 t; create table u as select {'main': {'t': 6}} as second"
        )
        assert c.execute("select second.main.t from second.main").fetchall() == [(5,)]
        assert c.execute("select second.main.t from u").fetchall() == [(6,)]
        assert c.execute("select 'second.main.t', $$from second.main.t$$").fetchall() == [
            ("second.main.t", "from second.main.t")
        ]
        assert c.execute("select extract(day from second) from (select date '2024-01-02' as second)").fetchall() == [
            (2,)
        ]


def test_an_interrupt_reaches_what_reads_the_other_file(files):
    with files.connect("second") as c:
        c.execute("create view slow as select count(*) n from range(100000000) a, range(100000000) b")
    with files.connect("flights") as c:
        c.execute("set statement_timeout = 300")
        assert failure(c, "select * from second.main.slow").sqlstate == "57014"
        assert failure(c, "create table kept as select * from second.main.slow").sqlstate == "57014"
        assert c.execute("select count(*) from second.main.t").fetchall() == [(3,)]


def test_a_file_is_compacted_while_others_read_it(files):
    """Who is in the middle of it is ended when the time is over; who only has another one open stays."""
    compact = ("compact", "--timeout", "1", "--format", "json", "-d", FILES[1])
    with files.connect("flights") as c, files.connect("second") as second, files.connect("flights") as reader:
        assert c.execute("select count(*) from second.main.t").fetchall() == [(3,)]
        assert files.project(*compact).ok().json()["file"] == str(files.folder / FILES[1])
        reader.execute("begin")
        reader.execute("declare k cursor for select a from second.main.t, range(10000000)")
        assert len(reader.execute("fetch 2 from k").fetchall()) == 2
        assert files.project(*compact).ok().json()["rows"] == 3
        with pytest.raises(psycopg.errors.AdminShutdown):
            reader.execute("fetch 2 from k")
        for session, sql in (c, "select min(f) from second.main.t"), (second, "select min(f) from t"):
            assert session.execute(sql).fetchall() == [(FILES[1],)]


def test_a_file_that_is_lent_keeps_nobody_from_the_others(files):
    """A foreign program has `second` until the test says so: 57P03 there, and where it is read."""
    asked, told = files.folder / "asked", files.folder / "told"
    script = f"cat > /dev/null; touch {asked}; while [ ! -e {told} ]; do sleep 0.01; done"
    definition = {"executable": str(files.project.shell("lent", script)), "pond": "foreign"}
    files.project.loader("target-lent", definition, path=str(files.folder / FILES[1]))
    files.project.script([{"name": "s", "rows": 1}])
    with files.connect("flights") as c, files.connect("second") as second:
        assert second.execute("select count(*) from t").fetchall() == [(3,)]
        run = files.project.start("run", "tap-script", "target-lent")
        wait_for(asked.exists, "the program runs", 30)
        assert failure(second, "select count(*) from t").sqlstate == "57P03"
        assert failure(c, "select count(*) from second.main.t").sqlstate == "57P03"
        assert c.execute("select count(*) from t").fetchall() == [(3,)]
        told.touch()
        run.wait(60)
        assert second.execute("select count(*) from t").fetchall() == [(3,)]
        assert c.execute("select count(*) from second.main.t").fetchall() == [(3,)]


def test_another_environment_is_served_when_it_is_asked_for(files):
    files.down()
    files.project.extra["environments"] = [
        {"name": "dev"},
        {"name": "prod", "config": {"plugins": {"loaders": [{"name": "target-0", "config": {"path": "prod.duckdb"}}]}}},
    ]
    files.project.write()
    files.up("--environment=prod")
    assert files.ask("warehouse", "select current_database()") == [("prod",)]
    assert 'database "flights"' not in files.refused("nope")
    assert "does not exist" in files.refused("third")


def test_backup_and_doctor_know_all_of_them(files):
    done = files.project("backup").ok()
    told = files.project("doctor").out
    for i, file in enumerate(FILES):
        assert f"target-{i} -> {files.folder / file}" in told
    for file in FILES[:-1]:
        assert file.rpartition("/")[2].removesuffix(".duckdb") in done.out + files.project("backup", "--list").ok().out


def test_a_file_that_another_program_has(files):
    files.down()
    second = files.folder / FILES[1]
    python = venvs.venv("duckdb") / "bin" / "python"
    code = f"import duckdb, sys; c = duckdb.connect({str(second)!r}); print('has it', flush=True); sys.stdin.read()"
    with subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "has it\n"
        files.up()
        assert "in use by" in files.refused("second")
        with files.connect("flights") as c:
            assert failure(c, "select * from second.main.t").sqlstate == "57P03"
        other.stdin.close()
        other.wait(20)
    assert files.ask("second", "select count(*) from t") == [(3,)]

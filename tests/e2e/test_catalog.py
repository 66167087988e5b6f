"""The catalog that PostgreSQL's clients look at: psql's commands, and questions that drivers ask."""

import psycopg
import pytest
from program import Pond

from server import Server

TABLES = """
create table orders (id integer not null, name varchar default 'x', amount decimal(10,2), tags varchar[], made timestamptz);
create table keyed (id integer primary key, other integer unique, n integer check (n > 0));
create view named as select id, name from orders;
create sequence numbers;
create index by_name on orders (name);
create schema other; create table other.hidden (a integer);
create table parent (id integer primary key); create table child (of integer references parent (id));
create table counting (id serial, "At Once" bigserial, name text); create table other.counting (id serial);
create macro twice(a) as a * 2; create macro other.beside(a) as a;
comment on table orders is 'what was sold'; comment on column orders.name is 'of the buyer';
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    under_test = Server(Pond(tmp_path_factory.mktemp("catalog"))).up()
    assert under_test.psql("-v", "ON_ERROR_STOP=1", stdin=TABLES).returncode == 0
    yield under_test
    assert under_test.status()["restarts"] == 0, under_test.running.said()
    under_test.down()
    under_test.pond.cleanup()


@pytest.fixture(scope="module")
def c(server):
    with server.connect() as connection:
        yield connection


# command of psql -> words that its answer has
COMMANDS = {
    r"\d": ["public | orders", "public | named", "public | numbers"],
    r"\dt": ["orders   | table", "keyed"],
    r"\dt other.*": ["other  | hidden   | table"],
    r"\dv": ["named | view"],
    r"\ds": ["numbers              | sequence"],
    r"\di": ["by_name"],
    r"\dn": ["public", "other"],
    r"\l": ["warehouse", "UTF8"],
    r"\df nothing": ["0 rows"],
    r"\dT": ["0 rows"],
    r"\dx": ["parquet"],
    r"\dp": ["orders"],
    r"\d orders": ["id     | integer", "not null", "'x'", "numeric(10,2)", "text[]", "timestamp with time zone"],
    r"\d+ orders": ["of the buyer", "Access method: heap"],
    r"\d keyed": ['Table "public.keyed"', "other", "n      | integer"],
    r"\d named": ['View "public.named"', "id     | integer"],
    r"\d+ named": ["SELECT id", "orders"],
    r"\dt+": ["what was sold"],
    r"\d nowhere": [],
    r"\d parent": ["Referenced by:", 'TABLE "child" CONSTRAINT "child_of_fkey" FOREIGN KEY (of) REFERENCES parent(id)'],
    r"\d counting": ["| nextval('counting_id_seq'::regclass)", """| nextval('"counting_At Once_seq"'::regclass)"""],
    r"\d other.counting": ["| nextval('other.counting_id_seq'::regclass)"],
    r"\df": ["public | twice", "(1 row)"],
    r"\df other.*": ["other  | beside"],
    r"\dfS abs": ["| DOUBLE           | DOUBLE", "| INTEGER          | INTEGER"],
    r"\conninfo": ['database "warehouse" as user "me"'],
    r"\encoding": ["UTF8"],
    r"\sv named": ["SELECT id"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_psql(server, command):
    done = server.psql("-c", command)
    assert "ERROR" not in done.stderr, done.stderr
    for word in COMMANDS[command]:
        assert word in done.stdout, done.stdout + done.stderr


QUESTIONS = {
    "select 'orders'::regclass::oid = (select oid from pg_class where relname = 'orders')": True,
    "select c.oid::regclass::text from pg_class c where relname = 'orders'": "orders",
    "select 'other.hidden'::regclass::text": "other.hidden",
    "select 'int4'::regtype::oid": 23,
    "select format_type(1700, 655366)": "numeric(10,2)",
    "select current_schema()": "public",
    "select current_user": "me",
    "select count(*) from pg_type where typname in ('int4', 'text', '_int4', 'timestamptz')": 4,
    "select typarray from pg_type where typname = 'int4'": 1007,
    "select count(*) from pg_attribute where attrelid = 'orders'::regclass and attnum > 0 and not attisdropped": 5,
    "select conkey from pg_constraint where contype = 'p' and conrelid = 'keyed'::regclass": [1],
    "select obj_description('orders'::regclass, 'pg_class')": "what was sold",
    "select col_description('orders'::regclass, 2)": "of the buyer",
    "select version() like 'PostgreSQL 15%'": True,
    "select has_table_privilege('orders', 'select')": True,
    "select pg_get_userbyid(10)": "admin",
    "select 'abc' ~ 'b'": True,
    "select 'abc' ~* 'B'": True,
    "select 'abc' !~ '^b'": True,
    "select setting from pg_settings where name = 'server_version_num'": "150000",
    "select count(*) = count(distinct oid) from pg_proc": True,
    "select count(*) from pg_proc where proname = 'twice' and pronamespace = 'public'::regnamespace": 1,
    "select pg_get_function_arguments(oid) from pg_proc where proname = 'twice'": "a",
    "select count(*) from pg_proc where proname like 'pond_%'": 0,
    "select quote_ident('a b') || quote_literal('it''s')": "\"a b\"'it''s'",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_of_drivers(c, question):
    assert c.execute(question).fetchone()[0] == QUESTIONS[question]


def test_generated_columns(server, c):
    """PostgreSQL 15 knows stored ones only: DuckDB's, which are virtual, are told as such."""
    c.execute("""create table made (a int default 5, "b c" int generated always as (a + 1), d varchar default 'a INTEGER GENERATED ALWAYS AS(', e int as (a))""")
    told = c.execute("select attname, attgenerated, atthasdef from pg_attribute where attrelid = 'made'::regclass and attnum > 0 order by attnum").fetchall()
    assert told == [("a", "", True), ("b c", "s", True), ("d", "", True), ("e", "s", True)]
    asked = "select is_generated, generation_expression is null, column_default is null from information_schema.columns where table_name = 'made'"
    told = c.execute(f"{asked} order by ordinal_position").fetchall()
    assert told == [("NEVER", True, False), ("ALWAYS", False, True), ("NEVER", True, False), ("ALWAYS", False, True)]
    assert "generated always as (CAST((a + 1) AS INTEGER)) stored" in server.psql("-c", r"\d made").stdout
    c.execute("drop table made")


def said(c, sql: str) -> str:
    with pytest.raises(psycopg.Error) as error:
        c.execute(sql)
    return f"{error.value.sqlstate} {error.value.diag.message_primary} {error.value.diag.message_hint}"


def test_suggestions_never_name_what_is_ours(server, c):
    for sql in ("select * from nope", "select nopefn(1)", "select * from zz1", "select * from index", "select type_function(1)"):
        assert "pond_" not in said(c, sql)
        assert "pond_" not in server.pond.run("sql", sql).err
    assert "pg_class" in said(c, "select * from pg_clas")
    assert "orders" in said(c, "select * from order_s")


def test_setval_goes_forward(c):
    """DuckDB moves a sequence by its own steps only: never back, and never far."""
    c.execute("create sequence moved; create sequence by_tens increment by 10")
    assert c.execute("select setval('moved', 50)").fetchone() == (50,)
    assert c.execute("select nextval('moved')").fetchone() == (51,)
    assert c.execute("select setval('moved'::regclass, %s, false)", (60,)).fetchone() == (60,)
    assert c.execute("select nextval('public.moved'::regclass)").fetchone() == (60,)
    assert c.execute("select setval('by_tens', 101)").fetchone() == (101,)
    assert c.execute("select nextval('by_tens')").fetchone() == (111,)
    for sql in ("select setval('moved', 5)", "select setval('moved', 1000000000000)", "select setval('by_tens', 200)"):
        assert said(c, sql).startswith("0A000 setval: sequence") and "CREATE OR REPLACE SEQUENCE" in said(c, sql)
    assert said(c, "select lastval()").startswith("0A000 lastval() is not kept INSERT ... RETURNING")
    assert c.execute("select nextval('moved')").fetchone() == (61,)


def test_savepoints(c):
    """Accepted; going back to one only when nothing has to be taken back."""
    c.execute("create or replace table saved (a integer)")
    c.execute("begin")
    c.execute("insert into saved values (1)")
    c.execute("savepoint one")
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from nowhere")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        c.execute("select 1")
    c.execute("rollback to savepoint one")
    c.execute("release one")
    c.execute("commit")
    assert c.execute("select count(*) from saved").fetchone() == (1,)
    c.execute("begin")
    c.execute("savepoint two")
    c.execute("insert into saved values (2)")
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        c.execute("rollback to two")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        c.execute("select 1")
    assert c.execute("commit").statusmessage == "ROLLBACK"
    assert c.execute("select count(*) from saved").fetchone() == (1,)
    with pytest.raises(psycopg.errors.NoActiveSqlTransaction):
        c.execute("savepoint three")
    with c.transaction(), c.transaction():
        c.execute("insert into saved values (3)")
    assert c.execute("select count(*) from saved").fetchone() == (2,)


def test_settings(c):
    for name, value in (("application_name", "it's me"), ("extra_float_digits", "3"), ("my.own", "x")):
        c.execute(f"set {name} = {psycopg.sql.Literal(value).as_string()}")
        assert c.execute(f"show {name}").fetchone() == (value,)
    c.execute("reset application_name")
    assert c.execute("show application_name").fetchone() == ("",)
    assert c.execute("show transaction isolation level").fetchone() == ("repeatable read",)
    c.execute("set session characteristics as transaction isolation level read committed")
    c.execute("set time zone 'UTC'")
    with pytest.raises(psycopg.errors.UndefinedObject):
        c.execute("set frob = 1")
    with pytest.raises(psycopg.Error):
        c.execute("set server_version = '16'")
    c.execute("set search_path to other, public")
    assert c.execute("select count(*) from hidden").fetchone() == (0,)
    c.execute("create temp table mine (a integer)")
    c.execute("discard all")
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from mine")
    with pytest.raises(psycopg.errors.UndefinedTable):
        c.execute("select * from hidden")

"""Statements that DuckDB's parser does not take as PostgreSQL writes them: each script beside a real PostgreSQL."""

import psycopg
import pytest
from program import Pond

from server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    pond = Pond(tmp_path_factory.mktemp("words"))
    under_test = Server(pond).up()
    yield under_test
    under_test.down()
    assert "Sanitizer" not in under_test.running.err, under_test.running.err[-6000:]
    pond.cleanup()


SCRIPTS = {
    "words as columns": [
        "create table words (at timestamp, by text, show int, map int, qualify int, lambda int, pivot int, describe int, columns int)",
        "insert into words (at, by, show, map) values ('2026-01-01 10:00', 'me', 1, 2)",
        "select at, by, show, map from words where show = 1 and map > 1 order by at, by",
        "select w.at, w.by, w.lambda from words w",
        "update words set show = show + map, lambda = 3, by = upper(by) where at is not null returning show, by",
        "select count(show), sum(lambda), max(map) from words group by by",
        "select at at time zone 'UTC' at time zone 'Asia/Tokyo' from words",
        "alter table words add column struct int, add column glob text default 'g', drop column pivot",
        "select struct, glob, at from words",
        "create index on words (at, show)",
        "create table \"show\" as select 1 as at",
        "select at from show",
    ],
    "indexes": [
        "create table things (a int, b text, c int)",
        "create index on things (a)",
        "create index on things using btree (lower(b), c desc)",
        "create unique index on only things (c) include (a)",
        "create index things_ops on things (b text_pattern_ops)",
        "create index concurrently things_later on things (a)",
        "select indexname from pg_indexes where tablename = 'things' order by indexname",
        "drop index concurrently things_later",
        "drop index if exists things_ops, things_none",
        "select count(*) from pg_indexes where tablename = 'things'",
    ],
    "tables like others": [
        "create table model (a int, b numeric(10, 2), c text)",
        "insert into model values (1, 2, 'x')",
        "create table copied (like model)",
        "create temp table copied_too (like model including all)",
        "select count(*) from copied",
        "select column_name, data_type from information_schema.columns where table_name = 'copied' order by ordinal_position",
        "create table if not exists copied (like model)",
    ],
    "several changes at once": [
        "create table changing (a int)",
        "alter table changing add column b numeric(10, 2), add column c text default 'x'",
        "insert into changing (a) values (1)",
        "select * from changing",
        "alter table if exists changing drop column a, alter column b type int, add column d int",
        "select * from changing",
        "alter table changing add column e int, drop column none",
        "select * from changing",
    ],
    "a serial whose table cannot be made": [
        "create table counted (id serial, a int)",
        "insert into counted (a) values (1), (2)",
        "create table counted (id serial, a int)",
        "insert into counted (a) values (3) returning id",
        "create table uncounted (id serial, a int, a int)",
        "select count(*) from pg_sequences where sequencename like 'uncounted%'",
    ],
    "series of moments": [
        "select count(*), min(d)::date, max(d)::date from generate_series('2026-01-01'::date, '2026-01-03', '1 day') d",
        "select count(*) from generate_series('2026-01-01'::timestamp, '2026-01-03'::timestamp, '6 hours') d",
        "select count(*) from (select generate_series('2026-01-01'::timestamp, '2026-02-01', '1 week')) s",
    ],
    "fewer values than columns": [
        "create table wide (a int primary key, b text default 'b', c int)",
        "insert into wide values (1, 'x'), (2, 'y')",
        "insert into wide select 3 returning *",
        "insert into wide values (6, 'x', 1) on conflict do nothing",
        "begin",
        "insert into wide values (7)",
        "commit",
        "select * from wide order by a",
    ],
    "names of columns": [
        "create table named (a int, b text)",
        "insert into named values (1, 'x'), (2, 'y') returning a + 1, b is not null, upper(b), a::text, a as c, *",
        "update named set a = a + 1 where b = 'x' returning a + 1, lower(b) || 'z', case when a > 1 then 1 end",
        "with gone as (select 1 as a) delete from named where a in (select a from gone) returning a * 2",
        "select percentile_cont(0.5) within group (order by a), mode() within group (order by b) from named",
    ],
    "of all kinds": [
        "create table measured (i int)",
        "insert into measured select i from generate_series(1, 1000) t(i)",
        "select pg_relation_size('measured') >= 0, pg_total_relation_size('measured') >= 0",
        "select count(*) between 0 and 1000 from measured tablesample bernoulli (50)",
        "create temp table gone (a int)",
        "insert into pg_temp.gone values (1)",
        "select a from pg_temp.gone",
        "drop table pg_temp.gone",
        "select 1 from",
        "selct 1",
        "select 'é', nope from measured",
        "select 1; select 'é' || nope from measured",
    ],
}


def answer(c, sql: str):
    """Rows, the tag, or the error with its position."""
    try:
        with c.cursor() as cursor:
            cursor.execute(sql)
            return ([column.name for column in cursor.description], cursor.fetchall()) if cursor.description else cursor.statusmessage
    except psycopg.Error as error:
        return error.sqlstate, error.diag.statement_position


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_postgresql(server, postgres, name):
    with server.connect() as ours, psycopg.connect(**postgres.connection, autocommit=True) as theirs:
        for sql in SCRIPTS[name]:
            assert (sql, answer(ours, sql)) == (sql, answer(theirs, sql))


@pytest.mark.parametrize(
    "sql, expected",
    [
        ("from (describe words_of_duckdb)", 1),
        ("select * from words_of_duckdb qualify row_number() over (order by a) = 1", 1),
        ("select list_transform([1, 2], lambda x: x + 1), map {'a': 1}, columns(*) from words_of_duckdb", 2),
        ("pivot words_of_duckdb on a using count(*)", 1),
        ("select * from words_of_duckdb semi join (select 1 as a) using (a)", 1),
        ("(select 1 as a) union all by name (select 2 as a)", 2),
        ("select {'at': 1}, a::struct(x int) from (select {'x': 1} as a)", 1),
        ("summarize words_of_duckdb", 1),
    ],
)  # fmt: skip
def test_duckdbs_own_words_stay(server, sql, expected):
    with server.connect() as c:
        c.execute("create or replace table words_of_duckdb as select unnest([1, 2]) as a")
        assert len(c.execute(sql).fetchall()) == expected


def test_a_plan_is_one_column_of_lines(server):
    with server.connect() as c:
        cursor = c.execute("explain select 1")
        assert [column.name for column in cursor.description] == ["QUERY PLAN"]
        assert len(lines := cursor.fetchall()) > 1 and not any("\n" in line for (line,) in lines)
        assert cursor.statusmessage == "EXPLAIN"
        (plan,) = c.execute("explain (format json) select %s::int", (1,)).fetchone()
        assert plan.startswith("[")
        assert len(c.execute("explain analyze select 1").fetchall()) > 1

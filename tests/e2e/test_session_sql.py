"""What SQL says to the session itself, not to the data: PREPARE and EXECUTE, LOCK, transactions, refused statements; compared with PostgreSQL."""

import textwrap

import psycopg
import pytest
from psycopg import pq
from transcript import Client, transcript

TABLE = "create table numbers as select i::int as i, 'n' || i as name from generate_series(1, 10) s(i)"


PREPARE = {
    "prepare": """
        prepare one as select 1 as a
        execute one
        execute One
        prepare one as select 2
        deallocate one
        execute one
        deallocate one
        deallocate prepare all
        prepare typed (int, text) as select $1 + 1 as a, $2 || '!' as b
        execute typed(1, 'x')
        execute typed(-41, E'y\\'z')
        execute typed(1 + 1, upper('abc'))
        execute typed(null, null)
        execute typed('7', $$q$$)
        execute typed(1)
        execute typed
        execute typed(1, 'x', 3)
        execute typed('x', 'y')
        deallocate all
        execute typed(1, 'x')
    """,
    "statements of all kinds": """
        create temp table kept (a int, b text)
        prepare put (int, text) as insert into kept values ($1, $2)
        execute put(1, 'a')
        execute put(2, 'b''c')
        prepare change (int) as update kept set b = b || '+' where a >= $1
        execute change(2)
        prepare look as select * from kept order by a
        execute look
        prepare remove as delete from kept where a = 1
        execute remove
        execute look
        execute remove
        prepare list as with v(a, b) as (values (1, 'x'), (2, 'y')) select * from v order by a
        execute list
        prepare give (int) as insert into kept values ($1, 'r') returning a
        execute give(9)
        prepare nope as create table t (a int)
        prepare nope as select * from nowhere
        prepare nope as
        prepare nope
        prepare
        execute
        execute look()
        execute look(
        deallocate
        prepare transaction 'x'
        discard all
        execute look
    """,
    "in a transaction": """
        begin
        prepare one as select count(*) from numbers
        execute one
        execute nope
        execute one
        rollback
        execute one
        prepare two as select 1 as a; execute two; deallocate two
    """,
    "names": """
        prepare "A b" as select 1 as a
        execute "A b"
        execute "a b"
        prepare ab as select 2 as a
        execute AB
        execute "AB"
        deallocate "A b"
        deallocate AB
        deallocate "AB"
    """,
    "types": """
        prepare t1 (timestamp with time zone, numeric(10,2), int[], boolean, date) as select $1 > '2019-01-01' as t, $2 as n, $3 as l, $4 as b, $5 as d
        execute t1('2020-01-01', 1.25, '{1,2,NULL}', 'yes', '2020-02-03')
        execute t1('2020-01-01', '7.50', array[4,5], true, date '2020-02-03' + 1)
        prepare t2 (nosuchtype) as select $1
        prepare t3 as select i from numbers where i = $1 and name = $2
        execute t3(3, 'n3')
        execute t3('4', 'n4')
        execute t3('x', 'n4')
    """,
}


def same(server, real, script, extended=False):
    script = textwrap.dedent(script)
    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        ours_said, theirs_said = transcript(ours, script, extended), transcript(theirs, script, extended)
    assert [(m, y) for m, y in zip(ours_said, theirs_said, strict=True) if m != y] == []


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("name", PREPARE)
def test_prepare_as_postgresql(server, real, name, extended):
    same(server, real, PREPARE[name], extended)


@pytest.mark.parametrize(
    "sql",
    [
        "select 1.25 * $1::int",
        "select $1::int * 1.25, 1.25 + $1",
        "select i + $1 from numbers",
        "select 1.25 * cast($1 as bigint)",
        "select $1::int::text || 'x'",
    ],
)
def test_types_of_parameters(server, real, sql):
    """A cast of the parameter's own comes before what stands beside it."""

    def told(connection):
        raw = connection.pgconn
        assert raw.prepare(b"p", sql.encode()).status == pq.ExecStatus.COMMAND_OK
        described = raw.describe_prepared(b"p")
        return [described.param_type(i) for i in range(described.nparams)]

    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        assert told(ours) == told(theirs)


def test_one_name_space_with_the_protocol(server, real):
    def told(connection):
        client = Client(connection)
        raw = client.raw
        out = []
        raw.prepare(b"s1", b"select $1::int + 1 as a")
        out.append(client.message("execute s1(41)"))
        out.append(client.message("prepare s1 as select 1"))
        out.append(client.message("prepare s2 (int) as select $1 * 2 as b"))
        result = raw.exec_prepared(b"s2", [b"21"])
        out.append((result.fname(0), result.get_value(0, 0)))
        described = raw.describe_prepared(b"s2")
        out.append((described.nparams, described.param_type(0), described.ftype(0)))
        again = raw.prepare(b"s2", b"select 1")
        out.append(again.error_field(pq.DiagnosticField.SQLSTATE))
        out.append(client.message("deallocate s1"))
        out.append(raw.exec_prepared(b"s1", [b"21"]).error_field(pq.DiagnosticField.SQLSTATE))
        raw.prepare(b"e", b"execute s2(4)")
        described = raw.describe_prepared(b"e")
        out.append((described.nfields, described.fname(0)))
        out.append(raw.exec_prepared(b"e", [], result_format=1).get_value(0, 0))
        return out

    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        assert told(ours) == told(theirs)


def test_an_executed_statement_sees_new_rows(server, c):
    """DuckDB 1.5 answers from an old plan when a statement without parameters is kept (duckdb#23704)."""
    c.execute("create or replace table kept as select * from range(1000) t(k)")
    c.execute("prepare ask as select count(*) from kept where k > 1000")
    with server.connect() as other:
        for n in range(20):
            assert c.execute("execute ask").fetchone() == (n,)
            other.execute("insert into kept values (2000)")


def test_refused_with_a_hint(c):
    for sql in (
        "listen x",
        "notify x, 'y'",
        "grant select on numbers to me",
        "revoke all on numbers from me",
        "create role x",
        "alter type numbers add value 'x'",
        "create user x password 'y'",
        "alter role x superuser",
        "drop user x",
        "security label on table numbers is 'x'",
        "force checkpoint",
        "pragma force_checkpoint",
        "CALL Force_Checkpoint()",
        'select * from "force_checkpoint"()',
        "explain execute x",
        "explain (analyze, verbose) execute x(1)",
        "explain analyze execute x",
        "create table y as execute x",
    ):
        with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
            c.execute(sql)
        assert caught.value.diag.message_hint, sql
    assert c.execute("select 'force_checkpoint'").fetchone() == ("force_checkpoint",)
    assert ("application_name", "", "") in c.execute("show all").fetchall()
    assert c.execute("unlisten *").statusmessage == "UNLISTEN"
    assert c.execute("explain select 1 as execute").fetchone()


OTHER = {
    "lock": """
        lock table numbers
        begin
        lock table numbers
        lock numbers in share mode
        lock table only numbers, numbers * in access exclusive mode nowait
        lock table public.numbers in row exclusive mode
        lock table numbers in some mode
        rollback
        begin
        lock table nowhere
        rollback
        lock table numbers; select 1 as a
    """,
    "roles": """
        set role none
        set local role none
        set session session authorization default
        set session authorization default
        reset role
        reset session authorization
        show role
        set role
    """,
    "others": """
        create temp table cut (a int)
        insert into cut values (1)
        truncate cut
        truncate table cut
        discard temp
        discard plans
        discard sequences
        discard nonsense
        select i from numbers where i < 3 order by i for update
        select i from numbers where i < 2 for no key update of numbers nowait
        select i from numbers n where i < 2 for share of n skip locked
        unlisten *
        unlisten x
        discard all
        begin
        discard all
        rollback
        checkpoint
    """,
}


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("name", OTHER)
def test_others_as_postgresql(server, real, name, extended):
    if extended and name == "lock":
        pytest.skip("one message has one statement there")
    same(server, real, OTHER[name], extended)


TRANSACTIONS = {
    "begin and commit": """
        begin
        begin
        commit
        commit
        rollback
        end
        abort
        start transaction
        start transaction read only
        show transaction_read_only
        commit work
        begin work
        rollback transaction
        begin transaction
        end transaction
        start
        begin nonsense
        commit nonsense
        begin isolation level nonsense
        start transaction isolation level repeatable read, read only, deferrable
        show transaction_isolation
        show transaction isolation level
        show transaction_read_only
        show transaction_deferrable
        rollback
        begin isolation level serializable read write not deferrable
        show transaction_isolation
        commit
        begin isolation level read committed
        show transaction_isolation
        commit
        begin isolation level repeatable read,
        rollback
    """,
    "chain": """
        commit and chain
        rollback and chain
        begin read only
        commit and chain
        show transaction_read_only
        commit and no chain
        show transaction_read_only
        begin isolation level serializable
        rollback and chain
        show transaction_isolation
        select * from nowhere
        commit and chain
        select 1 as a
        rollback
        select 1 as a; commit and chain
    """,
    "read only": """
        create temp table mine (a int)
        begin read only
        select count(*) from numbers
        savepoint a
        insert into numbers values (99, 'x')
        rollback
        begin read only
        insert into mine values (1)
        select * from mine
        create table nope (a int)
        rollback
        begin
        set transaction read only
        update numbers set name = 'x'
        rollback
        begin
        select 1 as a
        set transaction read only
        delete from numbers
        rollback
        begin read only
        select 1 as a
        set transaction read write
        rollback
        begin read only
        set transaction read write
        create temp table other (a int)
        rollback
        begin
        select 1 as a
        set transaction isolation level serializable
        rollback
        set transaction read only
        set default_transaction_read_only = on
        show transaction_read_only
        insert into numbers values (99, 'x')
        drop table numbers
        create view v as select 1
        truncate numbers
        explain analyze insert into numbers values (99, 'x')
        begin read write
        show transaction_read_only
        commit
        set default_transaction_read_only to default
        set session characteristics as transaction read only, isolation level serializable
        show default_transaction_read_only
        show default_transaction_isolation
        insert into numbers values (99, 'x')
        set session characteristics as transaction read write
        select count(*) from numbers
    """,
    "messages of several statements": """
        create temp table several (a int)
        insert into several values (1); select 1/0 from nowhere; insert into several values (2)
        select * from several
        insert into several values (1); commit; insert into several values (2); select * from nowhere
        select * from several
        insert into several values (3); begin; insert into several values (4)
        rollback
        select * from several
        begin; insert into several values (5); commit; insert into several values (6); rollback
        select * from several
        select 1 as a; savepoint a
        rollback; select 1 as a
        begin; select * from nowhere; commit
        select 1 as a
        commit
    """,
    "prepared transactions": """
        prepare transaction 'x'
        begin
        prepare transaction 'x'
        rollback
        commit prepared 'x'
        rollback prepared 'x'
        begin
        commit prepared 'x'
        rollback
    """,
    "settings": """
        set application_name = 'one'
        begin
        set application_name = 'two'
        show application_name
        rollback
        show application_name
        begin
        set local application_name = 'three'
        commit
        show application_name
        begin
        set application_name = 'four'
        set local application_name = 'five'
        show application_name
        commit
        show application_name
        begin
        set local application_name = 'six'
        set application_name = 'seven'
        commit
        show application_name
        begin
        set application_name = 'eight'
        savepoint a
        set application_name = 'nine'
        rollback to a
        show application_name
        commit
        show application_name
        set local application_name = 'ten'
        show application_name
        set statement_timeout = 60000
        show statement_timeout
        set statement_timeout = '1500ms'
        show statement_timeout
        set statement_timeout = 0
        set jit = yes
        show jit
        set jit = maybe
        set nonsense = 1
        set my.own = 'x'
        show my.own
        reset my.own
        reset statement_timeout
        reset all
        set constraints all deferred
        begin
        set constraints all deferred
        rollback
        select 1 as a; set local application_name = 'eleven'; show application_name
        show application_name
    """,
}


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_transactions_as_postgresql(server, real, name):
    same(server, real, TRANSACTIONS[name])


FUNCTIONS = """
    select current_setting('lock_timeout') as a
    select current_setting('nonsense')
    select current_setting('nonsense', true) as a
    select current_setting('my.own', true) as a
    select set_config('my.own', 'x', false)
    select current_setting('my.own') || 'y' as a
    select pg_catalog.set_config('application_name', 'here', false)
    show application_name
    select set_config('application_name', upper('there'), true) as a, current_setting('application_name') as b
    show application_name
    begin
    select set_config('application_name', 'inside', true)
    show application_name
    rollback
    show application_name
    begin
    select set_config('application_name', 'inside', false)
    rollback
    show application_name
    select set_config('nonsense', 'x', false)
    select set_config(null, 'x', false)
    select set_config('jit', 'maybe', false)
    select set_config('bytea_output', 'hex', false) from pg_catalog.pg_settings where name = 'bytea_output'
    select setting from pg_settings where name = 'application_name'
    select pg_backend_pid() = pg_backend_pid() as a
    select pg_sleep(0)
    select pg_sleep(null) is null as a
    select pg_is_in_recovery()
    select current_user = session_user as a, current_user = current_role as b
    select pg_postmaster_start_time() <= now() as a, pg_conf_load_time() <= now() as b
    select inet_client_addr() is not null as a, inet_client_port() > 0 as b
    select txid_current() < txid_current() as a
    begin
    select txid_current_if_assigned() is null as a
    select txid_current() = txid_current() as a
    rollback
    select pg_cancel_backend(0)
    select pg_terminate_backend(0)
    select pg_cancel_backend(null) is null as a
    select count(*) as a from pg_stat_activity where pid = pg_backend_pid() and state = 'active' and usename = current_user
    select count(*) as a from pg_stat_activity where pid = pg_backend_pid() and xact_start is not null and query like '%xact_start is not null%'
    select backend_type, client_addr is not null as a from pg_stat_activity where pid = pg_backend_pid()
    begin
    declare c scroll cursor with hold for select 1 as a
    select name, statement, is_holdable, is_binary, is_scrollable, creation_time <= now() + interval '1 hour' as t from pg_cursors
    rollback
    prepare p (int, text) as select $1, $2
    select name, statement, parameter_types, from_sql from pg_prepared_statements
    deallocate p
    select count(*) from pg_prepared_statements
    select rolcanlogin, rolpassword from pg_roles where rolname = current_user
    select usename = current_user as a, passwd from pg_user where usename = current_user
"""


def test_functions_as_postgresql(server, real):
    same(server, real, FUNCTIONS)


ADVISORY = """
    select pg_advisory_lock(1)
    select pg_advisory_lock(1)
    select locktype, classid, objid, objsubid, mode, granted, pid = pg_backend_pid() as mine from pg_locks where locktype = 'advisory'
    select pg_try_advisory_lock(1)
    select pg_advisory_unlock(1)
    select pg_advisory_unlock(1), pg_advisory_unlock(1)
    select pg_advisory_unlock(1)
    select pg_try_advisory_lock(1, 2), pg_try_advisory_lock_shared(-1)
    select classid, objid, objsubid, mode from pg_locks where locktype = 'advisory' order by 1, 2
    select pg_advisory_unlock(1, 2)
    select pg_advisory_unlock_shared(1, 2)
    select pg_advisory_unlock_shared(-1)
    begin
    select pg_advisory_xact_lock(5)
    select pg_try_advisory_xact_lock(6)
    select objid from pg_locks where locktype = 'advisory' order by 1
    select pg_advisory_unlock(5)
    commit
    select count(*) from pg_locks where locktype = 'advisory'
    select pg_advisory_xact_lock(5)
    select count(*) from pg_locks where locktype = 'advisory'
    begin
    select pg_advisory_lock(7)
    select pg_advisory_xact_lock_shared(8)
    rollback
    select objid from pg_locks where locktype = 'advisory'
    select pg_advisory_unlock_all()
    select count(*) from pg_locks where locktype = 'advisory'
    select pg_advisory_lock(9)
    discard all
    select count(*) from pg_locks where locktype = 'advisory'
    select pg_advisory_xact_lock(3), error_that_is_not_there()
    select set_config('my.lost', 'x', false), pg_advisory_xact_lock(4), name::int from numbers
    select coalesce(current_setting('my.lost', true), '') as a
    select count(*) from pg_locks where locktype = 'advisory'
    select pg_try_advisory_lock(i) from numbers where i < 3
    select pg_advisory_unlock_all()
"""


def test_a_foreign_key_in_one_transaction(c):
    """DuckDB's limit, with what to do about it."""
    c.execute("create table parent (id int primary key); create table child (id int, parent int references parent (id))")
    c.execute("insert into parent values (1); insert into child values (1, 1)")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as alone:
        c.execute("delete from parent")
    assert alone.value.diag.message_hint is None
    c.execute("begin; select 1")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as alone:
        c.execute("delete from parent")
    assert alone.value.diag.message_hint is None
    c.execute("rollback")
    for first in ("delete from child", "update child set parent = null", "truncate child"):
        c.execute(f"begin; {first}")
        with pytest.raises(psycopg.errors.ForeignKeyViolation) as told:
            c.execute("delete from parent")
        assert "COMMIT between" in told.value.diag.message_hint
        c.execute("rollback")
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="referenced") as told:
        c.execute("delete from child; delete from parent")
    assert "COMMIT between" in told.value.diag.message_hint
    c.execute("delete from child")
    c.execute("delete from parent")
    c.execute("drop table child; drop table parent")


@pytest.mark.parametrize("sql", ["select " + "+".join(["1"] * 20000), "select " + "not " * 3000 + "true", "select " + "(" * 3000 + "1" + ")" * 3000])
def test_too_deep(c, sql):
    with pytest.raises(psycopg.errors.StatementTooComplex, match="stack depth limit exceeded") as told:
        c.execute(sql)
    assert "up to 1000 levels" in told.value.diag.message_hint and "max_expression_depth" not in str(told.value)
    with pytest.raises(psycopg.errors.StatementTooComplex):
        c.execute(sql, prepare=True)
    assert c.execute("select " + "(" * 100 + "1" + ")" * 100).fetchone() == (1,)


PRIVILEGES = """
    create schema s
    create table s.hidden (a int)
    create view looks as select i from numbers
    create sequence counts
    select has_table_privilege('nope', 'select')
    select has_table_privilege('s.nope', 'select')
    select has_table_privilege('numbers', 'select'), has_table_privilege('public.numbers', 'SELECT, insert with grant option')
    select has_table_privilege('s.hidden', 'select'), has_table_privilege('"s"."hidden"', 'delete'), has_table_privilege('looks', 'select')
    select has_table_privilege('pg_class', 'select'), has_table_privilege('pg_catalog.pg_class', 'select'), has_table_privilege('information_schema.tables', 'select')
    select has_table_privilege('numbers', 'nope')
    select has_table_privilege('numbers', 'select,')
    select has_table_privilege('nobody', 'numbers', 'select')
    select has_table_privilege(current_user, 'numbers', 'select')
    select has_table_privilege(current_user, 'nope', 'select')
    select has_table_privilege('numbers'::regclass, 'select'), has_table_privilege('numbers'::regclass::oid, 'update')
    select has_table_privilege(null, 'select') as a, has_table_privilege('numbers', null) as b, has_table_privilege(null, 'numbers', 'select') as c
    select relname, has_table_privilege(oid, 'select') from pg_class where relname in ('numbers', 'looks') order by 1
    select has_table_privilege(relname::text, 'select') from pg_class where relname in ('numbers', 'looks')
    select has_any_column_privilege('nope', 'select')
    select has_any_column_privilege('numbers', 'select')
    select has_sequence_privilege('nope', 'usage')
    select has_sequence_privilege('counts', 'usage')
    drop sequence counts
    drop view looks
    drop table s.hidden
    drop schema s
"""


def test_privileges_as_postgresql(server, real):
    same(server, real, PRIVILEGES)


def test_advisory_locks_as_postgresql(server, real):
    same(server, real, ADVISORY)

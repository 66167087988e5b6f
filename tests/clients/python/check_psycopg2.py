"""psycopg 2: client-side binding, adapters, copy_expert, execute_values, autocommit, named cursors."""

import datetime as dt
import decimal
import io
import threading
import uuid

import psycopg2
import psycopg2.errors
import psycopg2.extensions
import psycopg2.extras
import pytest
from conftest import differs
from psycopg2 import sql

UTC = dt.timezone.utc
ENDLESS = "select count(*) from generate_series(1, 1000000) a(i), generate_series(1, 1000000) b(i) where a.i + b.i = 3"


@pytest.fixture
def c(given):
    connection = psycopg2.connect(**given)
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture
def x(c):
    """A cursor."""
    with c.cursor() as cursor:
        yield cursor


def one(cursor, query, *words):
    cursor.execute(query, words or None)
    return cursor.fetchone()[0]


VALUES = [
    ("bool", True),
    ("int", -5),
    ("int8", 2**62),
    ("float8", 1.5e-9),
    ("numeric(20,5)", decimal.Decimal("12.34500")),
    ("text", "it's \\ é %s"),
    ("date", dt.date(2024, 2, 29)),
    ("time", dt.time(1, 2, 3, 4)),
    ("timestamp", dt.datetime(2024, 2, 29, 1, 2, 3, 4)),
    ("timestamptz", dt.datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)),
    ("interval", dt.timedelta(days=2, seconds=3, microseconds=4)),
    ("int[]", [1, None, 3]),
    ("text[]", ["a", "b'c", None, ""]),
    ("numeric(5,2)[]", [decimal.Decimal("1.25")]),
    ("date[]", [dt.date(2020, 1, 1)]),
]


@pytest.mark.parametrize("type_name, value", VALUES, ids=lambda v: str(v)[:14])
def check_values_go_and_come(x, type_name, value):
    x.execute("set time zone 'UTC'")
    assert one(x, f"select %s::{type_name}", value) == value
    assert one(x, f"select %s::{type_name}", None) is None


def check_bytes_uuid_json(x, name):
    psycopg2.extras.register_uuid()
    assert bytes(one(x, "select %s::bytea", psycopg2.Binary(b"\x00\xff'\\"))) == b"\x00\xff'\\"
    value = uuid.uuid4()
    assert one(x, "select %s", value) == value
    assert one(x, "select %s::json", psycopg2.extras.Json({"a": [1, None]})) == {"a": [1, None]}
    x.execute(f"create table {name} (b bytea, u uuid, j json)")
    x.execute(f"insert into {name} values (%s, %s, %s)", [psycopg2.Binary(b"\x01"), value, psycopg2.extras.Json([1])])
    x.execute(f"select * from {name}")
    got = x.fetchone()
    assert (bytes(got[0]), got[1], got[2]) == (b"\x01", value, [1])
    assert [d.type_code for d in x.description] == [17, 2950, 114]
    x.execute(f"drop table {name}")


def check_tuples_and_names(x):
    assert one(x, "select count(*) from generate_series(1, 10) t(i) where i in %s", (2, 3, 99)) == 2
    x.execute("select %(a)s::int + %(b)s", {"a": 1, "b": 2})
    assert x.fetchone() == (3,)
    assert one(x, "select 5 = any(%s)", [4, 5]) is True
    x.execute(sql.SQL("select {} as {}").format(sql.Literal("x'y"), sql.Identifier("A b")))
    assert x.description[0].name == "A b" and x.fetchone() == ("x'y",)
    x.execute("select 5 %% %s as odd", [2])
    assert x.fetchone() == (1,)


def check_execute_values_and_batch(x, name):
    x.execute(f"create table {name} (a int, b text, c date)")
    rows = [(i, f"row {i}", dt.date(2024, 1, 1 + i % 28)) for i in range(1000)]
    psycopg2.extras.execute_values(x, f"insert into {name} values %s", rows, page_size=200)
    got = psycopg2.extras.execute_values(x, f"insert into {name} (a, b) values %s returning a", [(2000, "x"), (2001, "y")], fetch=True)
    assert got == [(2000,), (2001,)]
    psycopg2.extras.execute_batch(x, f"update {name} set b = %s where a = %s", [("z", i) for i in range(100)], page_size=30)
    assert one(x, f"select count(*) from {name} where b = 'z'") == 100
    x.executemany(f"insert into {name} values (%s, %s, null)", [(1, None), (2, "")])
    assert one(x, f"select count(*) from {name} where c is null") == 4
    psycopg2.extras.execute_values(
        x, f"update {name} set b = v.b from (values %s) as v (a, b) where v.a = {name}.a", [(5, "five"), (6, "six")]
    )
    assert one(x, f"select string_agg(b, ',' order by a) from {name} where a in (5, 6)") == "five,six"
    x.execute(f"drop table {name}")


def check_cursors(c, x):
    with c.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as d:
        d.execute("select 1 as a, 'x' as b")
        assert dict(d.fetchone()) == {"a": 1, "b": "x"}
    with c.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor) as d:
        d.execute("select 1 as a, 'x' as b")
        assert d.fetchone().b == "x"
    with c.cursor(cursor_factory=psycopg2.extras.DictCursor) as d:
        d.execute("select 1 as a, 'x' as b")
        assert d.fetchone()["a"] == 1
    x.execute("select i from generate_series(1, 5000) t(i)")
    assert x.rowcount == 5000 and x.fetchmany(2) == [(1,), (2,)]
    x.scroll(-1)
    assert x.fetchone() == (2,)
    x.execute("select 1; select 2")
    assert x.fetchall() == [(2,)]


def check_copy(x, name):
    x.execute(f"create table {name} (a int, b text, c numeric(8, 2))")
    x.copy_expert(f"copy {name} from stdin with (format csv, header true, null 'none')", io.StringIO("a,b,c\n1,\"x,y\",1.5\n2,none,none\n"))
    assert x.rowcount == 2
    x.copy_from(io.StringIO("3|three\n4|\\N\n"), name, sep="|", columns=("a", "b"))
    out = io.StringIO()
    x.copy_to(out, name, sep=";", null="NULL", columns=("a", "b"))
    assert out.getvalue() == "1;x,y\n2;NULL\n3;three\n4;NULL\n"
    out = io.StringIO()
    x.copy_expert(f"copy (select a, c from {name} where a < 3 order by a) to stdout csv header", out)
    assert out.getvalue() == "a,c\n1,1.50\n2,\n"
    with pytest.raises(psycopg2.errors.InvalidTextRepresentation):
        x.copy_expert(f"copy {name} from stdin", io.StringIO("x\ty\t1\n"))
    assert one(x, f"select count(*) from {name}") == 4
    x.execute(f"drop table {name}")


def check_transactions(given, name):
    c = psycopg2.connect(**given)
    x = c.cursor()
    status = psycopg2.extensions
    x.execute(f"create table {name} (a int primary key)")
    c.commit()
    with c:
        x.execute(f"insert into {name} values (1)")
    with pytest.raises(psycopg2.errors.UniqueViolation), c:
        x.execute(f"insert into {name} values (2)")
        x.execute(f"insert into {name} values (1)")
    assert one(x, f"select count(*) from {name}") == 1
    assert c.get_transaction_status() == status.TRANSACTION_STATUS_INTRANS
    c.rollback()
    with pytest.raises(psycopg2.errors.UndefinedTable):
        x.execute("select * from nowhere")
    assert c.get_transaction_status() == status.TRANSACTION_STATUS_INERROR
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        x.execute("select 1")
    c.rollback()
    c.set_session(isolation_level="REPEATABLE READ", readonly=True)
    assert one(x, "select 1") == 1
    c.rollback()
    c.set_session(isolation_level="READ COMMITTED", readonly=False, autocommit=True)
    assert c.autocommit and one(x, f"select count(*) from {name}") == 1
    for level in ("ISOLATION_LEVEL_SERIALIZABLE", "ISOLATION_LEVEL_READ_COMMITTED", "ISOLATION_LEVEL_AUTOCOMMIT"):
        c.set_isolation_level(getattr(status, level))
        assert one(x, "select 1") == 1
        c.rollback()
    x.execute(f"drop table {name}")
    c.close()


def check_cancel_and_timeout(c, x):
    timer = threading.Timer(0.3, c.cancel)
    timer.start()
    with pytest.raises(psycopg2.errors.QueryCanceled):
        x.execute(ENDLESS)
    timer.join()
    x.execute("set statement_timeout = 200")
    with pytest.raises(psycopg2.errors.QueryCanceled):
        x.execute(ENDLESS)
    x.execute("set statement_timeout = 0")
    assert one(x, "select 1") == 1


def check_connection(c, given):
    assert c.server_version >= 150000 and c.encoding == "UTF8"
    assert c.get_parameter_status("DateStyle") == "ISO, MDY"
    assert c.info.dbname == given["dbname"] and c.get_backend_pid() > 0
    options = psycopg2.connect(**given, options="-c statement_timeout=4321 -c search_path=public", application_name="me")
    with options.cursor() as x:
        assert one(x, "show application_name") == "me"
    options.close()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(**{**given, "password": "wrong"})


def check_a_time_is_shown_with_its_unit(x):
    x.execute("set statement_timeout = 4321")
    assert one(x, "show statement_timeout") == "4321ms"


def check_errors_tell_where(x):
    with pytest.raises(psycopg2.errors.UndefinedColumn) as e:
        x.execute("select 1, nothing from pg_class")
    assert e.value.pgcode == "42703" and e.value.diag.statement_position == "11" and "LINE 1" in e.value.pgerror
    with pytest.raises(psycopg2.errors.NotNullViolation):
        x.execute("create temp table nn (a int not null); insert into nn values (null)")
    with pytest.raises(psycopg2.errors.CheckViolation):
        x.execute("create temp table ck (a int check (a > 0)); insert into ck values (-1)")
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        x.execute("create temp table pk (a int primary key); create temp table fk (a int references pk (a)); insert into fk values (1)")


def check_async(given):
    c = psycopg2.connect(**given, async_=True)
    psycopg2.extras.wait_select(c)
    x = c.cursor()
    x.execute("select 1 + %s", [1])
    psycopg2.extras.wait_select(c)
    assert x.fetchone() == (2,)
    c.close()


def check_named_cursor(given):
    c = psycopg2.connect(**given)
    with c.cursor("named") as x:
        x.itersize = 100
        x.execute("select i from generate_series(1, %s) t(i)", [1000])
        assert x.fetchone() == (1,) and x.fetchmany(2) == [(2,), (3,)]
        assert sum(r[0] for r in x) == 1000 * 1001 // 2 - 6
    c.close()


@differs("LISTEN and NOTIFY are refused")
def check_notify(c, x):
    x.execute("listen here; notify here, 'x'")
    c.poll()
    assert c.notifies[0].payload == "x"

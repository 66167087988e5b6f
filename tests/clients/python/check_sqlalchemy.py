"""SQLAlchemy 1.4 and 2 over psycopg2, psycopg and asyncpg: reflection, Core, ORM, pool."""

import asyncio
import datetime as dt
import decimal
import uuid

import pytest
import sqlalchemy as sa
from conftest import differs
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session, declarative_base, relationship
from sqlalchemy.pool import NullPool

TWO = sa.__version__.startswith("2")
UTC = dt.timezone.utc


class Database:
    """Gives a function a connection, whichever driver is below it."""

    def __init__(self, driver: str, address: str):
        self.driver = driver
        self.url = f"postgresql+{driver}://{address}"

    def run(self, body, **options):
        if self.driver != "asyncpg":
            engine = sa.create_engine(self.url, future=True, **options)
            try:
                with engine.connect() as connection:
                    return body(connection)
            finally:
                engine.dispose()

        async def inside():
            engine = create_async_engine(self.url, **{"poolclass": NullPool, **options})
            try:
                async with engine.connect() as connection:
                    return await connection.run_sync(body)
            finally:
                await engine.dispose()

        return asyncio.run(inside())


@pytest.fixture(params=["psycopg2", "psycopg", "asyncpg"] if TWO else ["psycopg2", "asyncpg"])
def db(request, address):
    return Database(request.param, address)


def execute(connection, *statements):
    for statement in statements:
        connection.execute(sa.text(statement))
    connection.commit()


@pytest.fixture
def reflected(db, name):
    """Two tables and a view, made by SQL. name -> what they are called."""
    statements = [
        f"create table {name}_a (id integer primary key, name varchar(40) not null default 'x', amount numeric(10, 2), "
        "made timestamptz default now(), tags text[], raw bytea, doc json, ratio double precision, small smallint, big bigint, "
        "flag boolean, day date, clock time, span interval, key uuid, unique (name, amount), check (amount > 0))",
        f"create table {name}_b (x integer, y integer, a_id integer references {name}_a (id), primary key (x, y))",
        f"create index {name}_ix on {name}_a (big)",
        f"create unique index {name}_ux on {name}_b (a_id, y)",
        f"create view {name}_v as select id, name from {name}_a",
        f"create sequence {name}_s",
        f"comment on table {name}_a is 'what was sold'",
        f"comment on column {name}_a.name is 'of the buyer'",
    ]
    db.run(lambda c: execute(c, *statements))
    yield name
    db.run(
        lambda c: execute(
            c, f"drop view {name}_v", f"drop table {name}_b", f"drop table {name}_a", f"drop sequence {name}_s"
        )
    )


def inspected(db, body):
    return db.run(lambda c: body(sa.inspect(c)))


def check_names_are_reflected(db, reflected):
    n = reflected

    def body(i):
        assert "public" in i.get_schema_names() and "information_schema" in i.get_schema_names()
        assert {f"{n}_a", f"{n}_b"} <= set(i.get_table_names()) and f"{n}_v" not in i.get_table_names()
        assert {f"{n}_a", f"{n}_b"} <= set(i.get_table_names(schema="public"))
        assert f"{n}_v" in i.get_view_names()
        assert f"{n}_s" in i.get_sequence_names()
        assert i.has_table(f"{n}_a") and i.has_table(f"{n}_a", schema="public") and not i.has_table("nothing_like_it")
        assert i.default_schema_name == "public"

    inspected(db, body)


def check_columns_are_reflected(db, reflected):
    columns = {c["name"]: c for c in inspected(db, lambda i: i.get_columns(f"{reflected}_a"))}
    wanted = {
        "id": sa.INTEGER,
        "amount": sa.NUMERIC,
        "made": sa.TIMESTAMP,
        "tags": pg.ARRAY,
        "raw": pg.BYTEA,
        "doc": pg.JSON,
        "ratio": (sa.FLOAT, sa.types.Double if TWO else sa.FLOAT, pg.DOUBLE_PRECISION),
        "small": sa.SMALLINT,
        "big": sa.BIGINT,
        "flag": sa.BOOLEAN,
        "day": sa.DATE,
        "clock": sa.TIME,
        "span": pg.INTERVAL,
        "key": (pg.UUID, sa.UUID if TWO else pg.UUID),
    }
    assert list(columns) == ["id", "name", *list(wanted)[1:]]
    for column, kind in wanted.items():
        assert isinstance(columns[column]["type"], kind), (column, columns[column])
    assert isinstance(columns["name"]["type"], sa.types.String)
    assert (columns["amount"]["type"].precision, columns["amount"]["type"].scale) == (10, 2)
    assert columns["made"]["type"].timezone
    assert isinstance(columns["tags"]["type"].item_type, sa.TEXT)
    assert not columns["id"]["nullable"] and not columns["name"]["nullable"] and columns["amount"]["nullable"]
    assert columns["name"]["default"].startswith("'x'") and "now()" in columns["made"]["default"]
    assert columns["amount"]["default"] is None
    assert columns["name"]["comment"] == "of the buyer" and columns["id"]["comment"] is None


@differs("DuckDB keeps no length of varchar")
def check_lengths_are_reflected(db, reflected):
    columns = {c["name"]: c for c in inspected(db, lambda i: i.get_columns(f"{reflected}_a"))}
    assert columns["name"]["type"].length == 40


def check_keys_are_reflected(db, reflected):
    n = reflected

    def body(i):
        assert i.get_pk_constraint(f"{n}_a")["constrained_columns"] == ["id"]
        assert i.get_pk_constraint(f"{n}_b")["constrained_columns"] == ["x", "y"]
        assert i.get_pk_constraint(f"{n}_v")["constrained_columns"] == []
        (key,) = i.get_foreign_keys(f"{n}_b")
        assert (key["constrained_columns"], key["referred_table"], key["referred_columns"]) == (["a_id"], f"{n}_a", ["id"])
        assert key["referred_schema"] is None
        assert i.get_foreign_keys(f"{n}_a") == []
        (unique,) = i.get_unique_constraints(f"{n}_a")
        assert unique["column_names"] == ["name", "amount"]
        (check,) = i.get_check_constraints(f"{n}_a")
        assert "amount >" in check["sqltext"].replace("(", "").replace(")", "")

    inspected(db, body)


def check_indexes_are_reflected(db, reflected):
    n = reflected

    def body(i):
        indexes = {x["name"]: x for x in i.get_indexes(f"{n}_a")}
        assert indexes[f"{n}_ix"]["column_names"] == ["big"] and not indexes[f"{n}_ix"]["unique"]
        (index,) = i.get_indexes(f"{n}_b")
        assert (index["name"], index["column_names"], bool(index["unique"])) == (f"{n}_ux", ["a_id", "y"], True)

    inspected(db, body)


def check_comments_and_views_are_reflected(db, reflected):
    n = reflected

    def body(i):
        assert i.get_table_comment(f"{n}_a")["text"] == "what was sold"
        assert i.get_table_comment(f"{n}_b")["text"] is None
        assert [c["name"] for c in i.get_columns(f"{n}_v")] == ["id", "name"]
        definition = i.get_view_definition(f"{n}_v").lower()
        assert definition.lstrip().startswith("select") and f"{n}_a" in definition

    inspected(db, body)


def check_a_table_is_reflected_whole(db, reflected):
    n = reflected

    def body(c):
        meta = sa.MetaData()
        meta.reflect(c, only=[f"{n}_a", f"{n}_b"])
        a, b = meta.tables[f"{n}_a"], meta.tables[f"{n}_b"]
        assert [x.name for x in a.primary_key] == ["id"] and [x.name for x in b.primary_key] == ["x", "y"]
        assert b.c.a_id.references(a.c.id)
        c.execute(a.insert(), [{"id": 1, "name": "one", "amount": 5}, {"id": 2, "name": "two", "amount": 7}])
        c.execute(b.insert().values(x=1, y=2, a_id=2))
        rows = c.execute(sa.select(a.c.name, a.c.amount).select_from(b.join(a))).all()
        assert rows == [("two", decimal.Decimal("7.00"))]
        c.execute(b.delete())
        c.execute(a.delete())
        c.commit()
        with pytest.raises(sa.exc.NoSuchTableError):
            sa.Table("nothing_like_it", sa.MetaData(), autoload_with=c)

    db.run(body)


def types_table(name):
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.String(20)),
        sa.Column("number", sa.Numeric(12, 3)),
        sa.Column("real", sa.Float),
        sa.Column("flag", sa.Boolean),
        sa.Column("day", sa.Date),
        sa.Column("moment", sa.DateTime),
        sa.Column("zoned", sa.DateTime(timezone=True)),
        sa.Column("span", sa.Interval),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("doc", sa.JSON),
        sa.Column("key", pg.UUID(as_uuid=True)),
        sa.Column("list", pg.ARRAY(sa.Integer)),
        sa.Column("word", sa.Enum("low", "high", native_enum=False)),
        sa.Column("level", sa.Enum("low", "very high", "it's", name=f"{name}_level")),
        sa.Column("levels", pg.ARRAY(sa.Enum("low", "very high", "it's", name=f"{name}_level"))),
    )


def check_values_of_all_types(db, name):
    table = types_table(name)
    row = (
        *(1, "é'x", decimal.Decimal("1.500"), 0.25, True, dt.date(2024, 2, 29), dt.datetime(2024, 1, 2, 3, 4, 5, 6)),
        *(dt.datetime(2024, 1, 2, tzinfo=UTC), dt.timedelta(days=1, seconds=2), b"\x00\xff", {"a": [1, None]}),
        *(uuid.UUID(int=5), [1, 2], "high", "it's", ["very high", "low"]),
    )

    def body(c):
        table.create(c)
        c.execute(table.insert(), [dict(zip(table.c.keys(), row))])
        c.execute(table.insert().values(id=2))
        c.commit()
        got = [tuple(r) for r in c.execute(sa.select(table).order_by(table.c.id))]
        for i, value in enumerate(row):
            mine = bytes(got[0][i]) if isinstance(value, bytes) else got[0][i]
            assert mine == value, table.c[i].name
        assert got[1] == (2, *[None] * 15)
        for column in ("text", "number", "day", "moment", "zoned", "key", "flag", "list", "level"):
            mine = table.c[column]
            assert c.execute(sa.select(table.c.id).where(mine == row[table.c.keys().index(column)])).scalar() == 1, column
        assert c.execute(sa.select(table.c.doc["a"][0].as_integer())).first() == (1,)
        table.drop(c)
        c.commit()

    db.run(body)


def check_an_enum_is_made_once_and_reflected(db, name):
    meta = sa.MetaData()
    sa.Table(name, meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("c", sa.Enum("x", "y z", name=f"{name}_color")))

    def body(c):
        for _ in range(2):
            meta.create_all(c)
            meta.create_all(c)
            c.commit()
            look = sa.inspect(c)
            assert [e["labels"] for e in look.get_enums() if e["name"] == f"{name}_color"] == [["x", "y z"]]
            kind = {column["name"]: column["type"] for column in look.get_columns(name)}["c"]
            assert isinstance(kind, pg.ENUM) and (kind.name, list(kind.enums)) == (f"{name}_color", ["x", "y z"])
            again = sa.Table(name, sa.MetaData(), autoload_with=c)
            c.execute(again.insert().values(id=1, c="y z"))
            assert c.execute(sa.select(again.c.c).where(again.c.c == "y z")).scalar() == "y z"
            assert c.execute(sa.select(sa.cast("x", kind))).scalar() == "x"
            meta.drop_all(c)
            c.commit()
            assert f"{name}_color" not in [e["name"] for e in sa.inspect(c).get_enums()]

    db.run(body)


def check_statements(db, name):
    table = sa.Table(
        name, sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("n", sa.Integer), sa.Column("s", sa.String)
    )

    def body(c):
        table.create(c)
        got = c.execute(table.insert().values([{"id": i, "n": i % 3, "s": f"s{i}"} for i in range(9)]).returning(table.c.id)).scalars().all()
        assert sorted(got) == list(range(9))
        result = c.execute(table.update().where(table.c.n == 2).values(n=table.c.n + 10).returning(table.c.id, table.c.n))
        assert sorted(result.all()) == [(2, 12), (5, 12), (8, 12)]
        assert c.execute(table.delete().where(table.c.id.in_([7, 8, 99]))).rowcount == 2
        upsert = pg.insert(table).values(id=1, n=100, s="new")
        c.execute(upsert.on_conflict_do_update(index_elements=["id"], set_={"n": upsert.excluded.n}))
        c.execute(pg.insert(table).values(id=1, n=7, s="no").on_conflict_do_nothing())
        assert c.execute(sa.select(table.c.n, table.c.s).where(table.c.id == 1)).one() == (100, "s1")
        over = sa.func.row_number().over(partition_by=table.c.n, order_by=table.c.id)
        assert len(c.execute(sa.select(table.c.id, over)).all()) == 7
        cte = sa.select(table.c.n, sa.func.count().label("k")).group_by(table.c.n).cte("counted")
        assert c.execute(sa.select(sa.func.max(cte.c.k))).scalar() == 3
        assert c.execute(sa.select(table.c.id).where(table.c.s.ilike("S3"), table.c.s.regexp_match("^s"))).scalar() == 3
        page = sa.select(table.c.id).order_by(table.c.id.desc()).limit(2).offset(1)
        assert c.execute(page).scalars().all() == [5, 4]
        assert c.execute(sa.select(sa.func.coalesce(sa.cast(sa.literal("5"), sa.Integer), 0) + 1)).scalar() == 6
        assert c.execute(sa.select(sa.extract("year", sa.cast(dt.date(2024, 5, 6), sa.Date)))).scalar() == 2024
        assert c.execute(sa.select(sa.func.date_trunc("month", sa.cast(dt.datetime(2024, 5, 6), sa.DateTime)))).scalar() == dt.datetime(2024, 5, 1)
        assert c.execute(sa.select(sa.exists().where(table.c.id == 4))).scalar() is True
        assert c.execute(sa.select(sa.func.array_agg(table.c.id)).where(table.c.id < 2)).scalar() in ([0, 1], [1, 0])
        c.rollback()
        assert not sa.inspect(c).has_table(name)

    db.run(body)


def models(prefix):
    base = declarative_base()

    class Author(base):
        __tablename__ = f"{prefix}_author"
        id = sa.Column(sa.Integer, sa.Sequence(f"{prefix}_seq"), primary_key=True)
        name = sa.Column(sa.String(50), nullable=False)
        books = relationship("Book", back_populates="author", order_by="Book.title")

    class Book(base):
        __tablename__ = f"{prefix}_book"
        id = sa.Column(sa.Integer, sa.Sequence(f"{prefix}_bseq"), primary_key=True)
        title = sa.Column(sa.String)
        made = sa.Column(sa.DateTime, server_default=sa.func.now())
        author_id = sa.Column(sa.Integer, sa.ForeignKey(f"{prefix}_author.id"))
        author = relationship("Author", back_populates="books")

    return base, Author, Book


def check_orm(db, name):
    base, author, book = models(name)

    def body(c):
        base.metadata.create_all(c)
        c.commit()
        with Session(c) as s:
            ann = author(name="Ann", books=[book(title="B"), book(title="A")])
            s.add_all([ann, author(name="Bob")])
            s.commit()
            assert ann.id and [b.title for b in ann.books] == ["A", "B"] and ann.books[0].made is not None
            s.add(book(title="C", author=ann))
            ann.name = "Anna"
            s.commit()
            rows = s.execute(sa.select(author.name, sa.func.count(book.id)).outerjoin(author.books).group_by(author.name).order_by(author.name)).all()
            assert rows == [("Anna", 3), ("Bob", 0)]
            assert s.get(author, ann.id) is ann
            from sqlalchemy.orm import joinedload, selectinload

            for option in (joinedload, selectinload):
                s.expire_all()
                got = s.execute(sa.select(author).options(option(author.books)).order_by(author.name)).unique().scalars().all()
                assert [len(a.books) for a in got] == [3, 0]
            with s.begin_nested():
                s.add(author(name="Nested"))
            s.commit()
            assert s.execute(sa.select(sa.func.count()).select_from(author)).scalar() == 3
            s.bulk_insert_mappings(author, [{"name": f"bulk {i}"} for i in range(200)])
            s.add_all([author(name=f"many {i}") for i in range(200)])
            s.commit()
            assert s.execute(sa.select(sa.func.count(sa.distinct(author.id)))).scalar() == 403
            s.execute(sa.update(author).where(author.name.like("bulk%")).values(name="b").execution_options(synchronize_session=False))
            s.delete(s.execute(sa.select(author).where(author.name == "Nested")).scalar_one())
            s.commit()
            with pytest.raises(sa.exc.IntegrityError):
                s.add(author(name=None))
                s.flush()
            s.rollback()
            with pytest.raises(sa.exc.IntegrityError):
                s.add(book(title="lost", author_id=99999))
                s.flush()
            s.rollback()
            assert s.execute(sa.select(sa.func.count()).select_from(author)).scalar() == 402
        base.metadata.drop_all(c)
        c.commit()

    db.run(body)


def check_orm_with_serial_keys(db, name):
    table = sa.Table(name, sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Integer))

    def body(c):
        table.create(c)
        assert [c.execute(table.insert().values(a=n)).inserted_primary_key[0] for n in (5, 6)] == [1, 2]
        (key, _) = sa.inspect(c).get_columns(name)
        assert key["autoincrement"] and key["default"].startswith("nextval(")
        table.drop(c)
        c.commit()

    db.run(body)


def check_many_values_come_back_in_order(db, name):
    """insertmanyvalues of SQLAlchemy 2: one INSERT with RETURNING for many rows."""
    table = sa.Table(name, sa.MetaData(), sa.Column("id", sa.Integer, sa.Sequence(f"{name}_s"), primary_key=True), sa.Column("a", sa.Integer))

    def body(c):
        table.metadata.create_all(c)
        if TWO:
            statement = table.insert().returning(table.c.id, table.c.a, sort_by_parameter_order=True)
            rows = c.execute(statement, [{"a": 1000 - i} for i in range(600)]).all()
            assert [r.a for r in rows] == [1000 - i for i in range(600)] and len({r.id for r in rows}) == 600
        c.execute(table.insert(), [{"a": i} for i in range(100)])
        assert c.execute(sa.select(sa.func.count()).select_from(table)).scalar() == (700 if TWO else 100)
        table.metadata.drop_all(c)
        c.commit()

    db.run(body)


def check_isolation_levels(db):
    def body(c):
        assert c.get_isolation_level() in ("READ COMMITTED", "REPEATABLE READ")
        for level in ("REPEATABLE READ", "SERIALIZABLE", "READ COMMITTED", "AUTOCOMMIT"):
            c = c.execution_options(isolation_level=level)
            assert c.execute(sa.text("select 1")).scalar() == 1
            c.rollback()

    db.run(body)


def check_pool_resets_connections(address, name):
    engine = sa.create_engine(f"postgresql+psycopg2://{address}", pool_size=1, max_overflow=0, pool_pre_ping=True, future=True)
    with engine.begin() as c:
        c.execute(sa.text(f"create table {name} (a int)"))
    for _ in range(3):
        with engine.connect() as c:  # no commit
            c.execute(sa.text(f"insert into {name} values (1)"))
    with engine.connect() as c:
        assert c.execute(sa.text(f"select count(*) from {name}")).scalar() == 0
        with pytest.raises(sa.exc.ProgrammingError):
            c.execute(sa.text("select * from nowhere"))
    with engine.begin() as c:
        c.execute(sa.text(f"drop table {name}"))
    engine.dispose()


def check_streaming(db):
    if db.driver == "asyncpg":
        pytest.skip("AsyncConnection.stream: below")

    def body(c):
        result = c.execution_options(stream_results=True, max_row_buffer=100).execute(sa.text("select i from generate_series(1, 1000) t(i)"))
        total = 0
        for part in result.partitions(100):
            assert len(part) == 100
            total += sum(r.i for r in part)
        assert total == 500500

    db.run(body)


def check_async_streaming(address):
    async def inside():
        engine = create_async_engine(f"postgresql+asyncpg://{address}", poolclass=NullPool)
        async with engine.connect() as c:
            result = await c.stream(sa.text("select i from generate_series(1, 1000) t(i)"))
            assert sum([r.i async for r in result]) == 500500
        await engine.dispose()

    asyncio.run(inside())

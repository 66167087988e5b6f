"""What SQLAlchemy 2 sees and does at the server of the URL, as JSON on one line: run in a venv of its own by test_sqlalchemy.py."""

import datetime as dt
import decimal
import json
import sys
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    metadata = sa.MetaData(schema="orm")


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text, unique=True, comment="as printed")
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.title", cascade="all, delete-orphan")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text, index=True)
    price: Mapped[decimal.Decimal] = mapped_column(sa.Numeric(10, 2), server_default=sa.text("9.50"))
    out: Mapped[bool] = mapped_column(default=False)
    day: Mapped[dt.date | None]
    moment: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    key: Mapped[uuid.UUID | None]
    raw: Mapped[bytes | None]
    mood: Mapped[str | None] = mapped_column(sa.Enum("sad", "it's ok", name="mood"))
    moods: Mapped[list[str] | None] = mapped_column(pg.ARRAY(sa.Enum("sad", "it's ok", name="mood")))
    doc: Mapped[dict | None] = mapped_column(sa.JSON)
    tags: Mapped[list[str] | None] = mapped_column(pg.ARRAY(sa.Text))
    ratio: Mapped[float | None] = mapped_column(sa.Double)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("orm.author.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    __table_args__ = (sa.CheckConstraint("price >= 0"),)


def default(column: dict) -> str | None:
    """Of a sequence: that it is one; how its name is quoted differs."""
    return "nextval" if (column["default"] or "").startswith("nextval(") and column["autoincrement"] else column["default"]


def reflected(engine) -> dict:
    look = sa.inspect(engine)
    seen = {"schema": "orm" in look.get_schema_names(), "tables": sorted(look.get_table_names("orm")), "views": look.get_view_names("orm")}
    seen["enums"] = [(e["name"], e["schema"], e["visible"], e["labels"]) for e in look.get_enums("*")]
    for table in ("author", "book"):
        seen[table] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"], default(c), c["comment"]) for c in look.get_columns(table, "orm")],
            "key": look.get_pk_constraint(table, "orm")["constrained_columns"],
            "foreign": [(k["constrained_columns"], k["referred_table"], k["referred_columns"]) for k in look.get_foreign_keys(table, "orm")],
            "unique": [k["column_names"] for k in look.get_unique_constraints(table, "orm")],
            "indexes": [(i["name"], i["column_names"], bool(i["unique"])) for i in look.get_indexes(table, "orm") if "duplicates_constraint" not in i],
            "checks": len(look.get_check_constraints(table, "orm")),
        }
    meta = sa.MetaData(schema="orm")
    meta.reflect(engine)
    seen["refers"] = meta.tables["orm.book"].c.author_id.references(meta.tables["orm.author"].c.id)
    return seen


def written(session) -> list:
    ann = Author(name="Ann", books=[Book(title="B", price=decimal.Decimal("12.25")), Book(title="A", out=True)])
    session.add_all([ann, Author(name="Bob")])
    session.commit()
    values = {
        **{"day": dt.date(2024, 2, 29), "moment": dt.datetime(2024, 2, 29, 7, 8, 9, 123456, tzinfo=dt.timezone.utc)},
        **{"key": uuid.UUID(int=5), "raw": b"\x00\xff", "doc": {"a": [1, "ü", None]}, "tags": ["x", "y, z", ""], "ratio": 0.1},
        **{"mood": "it's ok", "moods": ["it's ok", "sad"]},
    }
    session.add(Book(title="C", author=ann, **values))
    session.commit()
    session.expire_all()
    book = session.execute(sa.select(Book).where(Book.title == "C")).scalar_one()
    same = [name for name, value in values.items() if getattr(book, name) == value]
    return [same, str(book.price), book.out, [b.title for b in book.author.books], ann.id]


def asked(session) -> list:
    counted = sa.select(Author.name, sa.func.count(Book.id), sa.func.sum(Book.price)).outerjoin(Book).group_by(Author.name).order_by(Author.name)
    loaded = session.execute(sa.select(Author).options(selectinload(Author.books)).order_by(Author.name)).scalars().all()
    return [
        [(name, n, str(total)) for name, n, total in session.execute(counted)],
        [len(author.books) for author in loaded],
        session.execute(sa.select(Book.title).where((sa.literal("x") == sa.any_(Book.tags)) | Book.title.ilike("a")).order_by(Book.title)).scalars().all(),
        session.execute(sa.select(Book.doc["a"][1].as_string()).where(Book.title == "C")).scalar(),
    ]


def changed(session) -> list:
    session.execute(sa.update(Book).where(Book.title < "C").values(price=Book.price + 1))
    upsert = pg.insert(Author).values(id=2, name="Bo")
    renamed = session.execute(upsert.on_conflict_do_update(index_elements=["id"], set_={"name": upsert.excluded.name}).returning(Author.name)).scalar()
    session.add_all(Author(name=f"many {n}") for n in range(300))
    session.commit()
    many = session.execute(sa.select(sa.func.count(sa.distinct(Author.id)))).scalar()
    refused = []
    for wrong in (Author(name="Ann"), Author(name=None), Book(title="lost", author_id=9999), Book(title="less", price=-1, author_id=1)):
        session.add(wrong)
        try:
            session.commit()
        except sa.exc.IntegrityError as error:
            refused.append(error.orig.sqlstate)
            session.rollback()
    session.delete(session.execute(sa.select(Book).where(Book.title == "A")).scalar_one())
    session.commit()
    prices = session.execute(sa.select(Book.title, Book.price).order_by(Book.title)).all()
    return [renamed, many, refused, [(title, str(price)) for title, price in prices]]


def main(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as c:
        c.execute(sa.schema.CreateSchema("orm"))
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    told = {"reflected": reflected(engine)}
    for step in (written, asked, changed):
        with Session(engine) as session:
            told[step.__name__] = step(session)
    Base.metadata.drop_all(engine)
    told["left"] = sa.inspect(engine).get_table_names("orm") + sa.inspect(engine).get_enums("*")
    with engine.begin() as c:
        c.execute(sa.schema.DropSchema("orm", cascade=True))
    print(json.dumps(told))


main(sys.argv[1])

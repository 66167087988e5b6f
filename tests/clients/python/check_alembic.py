"""Alembic: migrations written by comparing models with the warehouse, up, down, and again."""

import decimal

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from conftest import differs
from sqlalchemy.dialects import postgresql as pg

ENV = """
from alembic import context

given = context.config.attributes
with given["engine"].connect() as connection:
    options = {"target_metadata": given["models"], "compare_server_default": True, "include_schemas": True}
    context.configure(
        connection=connection,
        include_name=lambda name, kind, _: kind != "schema" or name == given["schema"],
        version_table_schema=given["schema"],
        **options,
    )
    with context.begin_transaction():
        context.run_migrations()
"""


class Project:
    """Migrations in a folder, tables in a schema of their own."""

    def __init__(self, folder, engine, schema):
        self.engine, self.schema = engine, schema
        self.config = Config(str(folder / "alembic.ini"))
        self.config.set_main_option("script_location", str(folder / "migrations"))
        command.init(self.config, str(folder / "migrations"))
        (folder / "migrations" / "env.py").write_text(ENV)
        self.config.attributes.update(engine=engine, schema=schema, models=self.metadata())

    def metadata(self) -> sa.MetaData:
        return sa.MetaData(schema=self.schema)

    def wants(self, *tables):
        """The models are these, by functions that add them."""
        models = self.metadata()
        for table in tables:
            table(models)
        self.config.attributes["models"] = models
        return self

    def writes(self, message: str, autogenerate: bool = True):
        return command.revision(self.config, message, autogenerate=autogenerate)

    def up(self, to: str = "head"):
        command.upgrade(self.config, to)

    def down(self, to: str):
        command.downgrade(self.config, to)

    def agrees(self):
        """Nothing is to be migrated."""
        command.check(self.config)

    def names(self) -> set:
        return set(sa.inspect(self.engine).get_table_names(self.schema)) - {"alembic_version"}

    def query(self, sql: str):
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(sql.replace("SCHEMA", self.schema)))
            return result.all() if result.returns_rows else None


@pytest.fixture
def project(address, name, tmp_path):
    engine = sa.create_engine(f"postgresql+psycopg://{address}")
    with engine.begin() as c:
        c.execute(sa.schema.CreateSchema(name))
    yield Project(tmp_path, engine, name)
    with engine.begin() as c:
        c.execute(sa.schema.DropSchema(name, cascade=True))
    engine.dispose()


def customers(models):
    sa.Table(
        "customers",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True, comment="as they sign"),
        sa.Column("since", sa.Date),
        sa.Column("score", sa.Numeric(8, 3), server_default="1.5"),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.CheckConstraint("score >= 0", name="a_score"),
        comment="who buys",
    )


def orders(models):
    sa.Table(
        "orders",
        models,
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("customer", sa.Integer, sa.ForeignKey(f"{models.schema}.customers.id"), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("tags", pg.ARRAY(sa.Text)),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("doc", sa.JSON),
        sa.Column("key", sa.Uuid),
        sa.Column("ratio", sa.Double),
    )


def check_tables_come_and_go(project):
    first = project.wants(customers, orders).writes("first")
    source = ScriptDirectory.from_config(project.config).get_revision(first.revision).module.__file__
    with open(source) as file:
        text = file.read()
    assert text.count("op.create_table") == 2 and "a_score" in text and text.index("'customers'") < text.index("'orders'")
    with pytest.raises(CommandError):
        project.agrees()
    project.up()
    assert project.names() == {"customers", "orders"}
    assert project.query("select version_num from SCHEMA.alembic_version") == [(first.revision,)]
    project.query("insert into SCHEMA.customers (name) values ('Ann'), ('Bob')")
    project.query("insert into SCHEMA.orders (id, customer, tags) values (7, 2, '{a,b}')")
    assert project.query("select c.id, name, score, active, tags, made is not null from SCHEMA.customers c left join SCHEMA.orders o on customer = c.id order by 1") == [
        (1, "Ann", decimal.Decimal("1.5"), True, None, False),
        (2, "Bob", decimal.Decimal("1.5"), True, ["a", "b"], True),
    ]
    project.agrees()
    project.down("base")
    assert project.names() == set() and project.query("select * from SCHEMA.alembic_version") == []
    project.up()
    project.agrees()
    assert project.query("select * from SCHEMA.customers") == []


def notes(*columns, **indexes):
    """One table; an index of several columns is unique."""

    def table(models):
        made = [sa.Index(name, *words, unique=len(words) > 1) for name, words in indexes.items()]
        sa.Table("notes", models, *[column._copy() for column in columns], *made)

    return table


def check_columns_come_and_go(project):
    key, text, old = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("text", sa.Text), sa.Column("old", sa.Integer)
    one = project.wants(notes(key, text, old)).writes("one")
    project.up()
    project.query("insert into SCHEMA.notes values (1, 'a', 5)")
    new = sa.Column("new", sa.Numeric(10, 2), server_default="2.50")
    project.wants(notes(key, sa.Column("text", sa.Text, nullable=False), new)).writes("two")
    project.up()
    assert project.query("select * from SCHEMA.notes") == [(1, "a", decimal.Decimal("2.5"))]
    project.agrees()
    project.wants(notes(key, sa.Column("text", sa.Text), sa.Column("new", sa.Double, server_default="2.50"))).writes("three")
    project.up()
    assert project.query("select new * 2 from SCHEMA.notes") == [(5.0,)]
    project.agrees()
    project.down(one.revision)
    assert project.query("select id, text, old from SCHEMA.notes") == [(1, "a", None)]


def check_indexes_come_and_go(project):
    columns = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("a", sa.Integer), sa.Column("b", sa.Text)
    project.wants(notes(*columns)).writes("table")
    project.up()
    two = project.wants(notes(*columns, notes_a=["a"], notes_ab=["a", "b"])).writes("indexes")
    project.up()
    found = {i["name"]: (i["column_names"], bool(i["unique"])) for i in sa.inspect(project.engine).get_indexes("notes", project.schema)}
    assert found == {"notes_a": (["a"], False), "notes_ab": (["a", "b"], True)}
    project.agrees()
    project.wants(notes(*columns)).writes("none")
    project.up()
    project.agrees()
    assert sa.inspect(project.engine).get_indexes("notes", project.schema) == []
    project.down(two.revision)
    assert len(sa.inspect(project.engine).get_indexes("notes", project.schema)) == 2


def scripted(project, up: str, down: str = "pass"):
    """A migration that is written by hand."""
    made = project.writes("by hand", autogenerate=False)
    with open(made.module.__file__, "w") as file:
        file.write(
            f"revision, down_revision = {made.revision!r}, {made.down_revision!r}\n"
            f"import sqlalchemy as sa\nfrom alembic import op\nS = {project.schema!r}\n"
            f"def upgrade():\n    {up}\ndef downgrade():\n    {down}\n"
        )
    return made


def check_operations(project):
    scripted(project, "op.create_table('t', sa.Column('a', sa.Integer), sa.Column('b', sa.Text), schema=S)", "op.drop_table('t', schema=S)")
    scripted(
        project,
        "t = sa.table('t', sa.column('a'), sa.column('b'), schema=S); op.bulk_insert(t, [{'a': n, 'b': str(n)} for n in range(5)]);"
        " op.execute(t.update().where(t.c.a > 2).values(b='many'))",
        "op.execute(f'delete from {S}.t')",
    )
    scripted(project, "op.rename_table('t', 'u', schema=S)", "op.rename_table('u', 't', schema=S)")
    scripted(project, "op.alter_column('u', 'b', new_column_name='c', schema=S)", "op.alter_column('u', 'c', new_column_name='b', schema=S)")
    scripted(project, "op.alter_column('u', 'c', server_default='x', nullable=False, schema=S)", "op.alter_column('u', 'c', nullable=True, schema=S)")
    scripted(project, "op.create_unique_constraint('u_a', 'u', ['a'], schema=S)")
    project.up()
    project.query("insert into SCHEMA.u (a) values (9)")
    assert project.query("select * from SCHEMA.u order by a") == [(0, "0"), (1, "1"), (2, "2"), (3, "many"), (4, "many"), (9, "x")]
    with pytest.raises(sa.exc.IntegrityError):
        project.query("insert into SCHEMA.u (a) values (9)")


def check_a_failed_migration_leaves_nothing(project):
    scripted(project, "op.create_table('kept', sa.Column('a', sa.Integer), schema=S)")
    project.up()
    scripted(project, "op.create_table('half', sa.Column('a', sa.Integer), schema=S); op.execute('select * from nowhere')")
    with pytest.raises(sa.exc.ProgrammingError, match="nowhere"):
        project.up()
    assert project.names() == {"kept"}


@differs("DuckDB keeps no length of varchar")
def check_lengths_agree(project):
    project.wants(notes(sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.String(40)))).writes("one")
    project.up()
    project.agrees()


@differs("DuckDB alters no table that has an index, and adds no constraint but PRIMARY KEY and, as an index, UNIQUE")
@pytest.mark.parametrize(
    "operation",
    [
        "op.create_check_constraint('c', 't', 'a > 0', schema=S)",
        "op.create_foreign_key('f', 't', 'p', ['a'], ['id'], source_schema=S, referent_schema=S)",
        "op.drop_constraint('k', 'p', schema=S)",
        "op.alter_column('i', 'a', nullable=False, schema=S)",
    ],
)
def check_constraints_come_and_go(project, operation):
    for sql in ("p (id int, constraint k primary key (id))", "t (a int)", "i (a int)"):
        project.query(f"create table SCHEMA.{sql}")
    project.query("create index i_a on SCHEMA.i (a)")
    scripted(project, operation)
    project.up()

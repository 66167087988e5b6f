"""Django: migrations of an app in a schema of its own, the ORM over them, inspectdb."""

import datetime as dt
import decimal
import io
import sys
import textwrap

import django
import pytest
from conftest import POND, differs
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Avg, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Concat, ExtractYear, Lower, RowNumber, TruncMonth

UTC = dt.timezone.utc

MODELS = """
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50, unique=True)
    born = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-born", "name"], name="born_ix")]


class Book(models.Model):
    title = models.TextField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    made = models.DateTimeField(auto_now_add=True)
    sold = models.DurationField(null=True)
    raw = models.BinaryField(default=b"")
    key = models.UUIDField(null=True)
    ratio = models.FloatField(null=True)
    out = models.BooleanField(default=False, db_default=False)
    tags = models.ManyToManyField("Tag", through="Label")
    author = models.ForeignKey(Author, models.CASCADE, related_name="books", db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "title"], name="one_title")]


class Tag(models.Model):
    word = models.SlugField(primary_key=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(word=""), name="a_word")]


class Label(models.Model):
    book = models.ForeignKey(Book, models.CASCADE, db_constraint=False)
    tag = models.ForeignKey(Tag, models.CASCADE, db_constraint=False)
"""


@pytest.fixture(scope="session", autouse=True)
def project(given, tmp_path_factory):
    """An app `shop` in a folder of its own; its tables are in the schema `shop`."""
    folder = tmp_path_factory.mktemp("django")
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "models.py").write_text(MODELS)
    sys.path.insert(0, str(folder))
    server = {
        **{"ENGINE": "django.db.backends.postgresql", "NAME": given["dbname"], "USER": given["user"], "PASSWORD": given["password"]},
        **{"HOST": given["host"], "PORT": given["port"], "OPTIONS": {"options": "-c search_path=shop"}},
    }
    about = {"DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField", "USE_TZ": True, "TIME_ZONE": "Europe/Berlin"}
    settings.configure(INSTALLED_APPS=["shop"], DATABASES={"default": server}, **about)
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("create schema shop")
    yield folder / "shop"
    with connection.cursor() as cursor:
        cursor.execute("drop schema shop cascade")


@pytest.fixture(scope="session")
def shop(project):
    """The app's models, migrated."""
    said("makemigrations", "shop")
    said("migrate", "shop")
    import shop.models

    return shop.models


@pytest.fixture
def books(shop):
    ann, bob = (shop.Author.objects.create(name=name, born=born) for name, born in [("Ann", dt.date(1950, 2, 3)), ("Bob", None)])
    shop.Book.objects.bulk_create(shop.Book(title=f"T{n}", price=decimal.Decimal(n) / 4, author=ann if n % 3 else bob) for n in range(30))
    yield shop
    for model in (shop.Label, shop.Tag, shop.Book, shop.Author):
        model.objects.all().delete()


def said(*words, **options) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def check_migrations(shop, project):
    assert "[X] 0001_initial" in said("showmigrations", "shop")
    assert "No changes detected" in said("makemigrations", "shop", "--check", "--dry-run")
    assert "No migrations to apply" in said("migrate", "shop")
    (project / "migrations" / "0002_more.py").write_text(
        textwrap.dedent("""
            from django.db import migrations, models

            def fill(apps, editor):
                apps.get_model("shop", "Shelf").objects.create(place="north")

            class Migration(migrations.Migration):
                dependencies = [("shop", "0001_initial")]
                operations = [
                    migrations.CreateModel("Shelf", [("id", models.AutoField(primary_key=True)), ("place", models.TextField())]),
                    migrations.RunPython(fill, migrations.RunPython.noop),
                    migrations.AddField("Shelf", "height", models.IntegerField(null=True)),
                    migrations.RenameField("Shelf", "place", "where"),
                    migrations.AlterField("Shelf", "where", models.TextField(null=True)),
                    migrations.RemoveField("Shelf", "height"),
                    migrations.AlterModelTable("Shelf", "shelves"),
                ]
        """)
    )
    try:
        said("migrate", "shop")
        with connection.cursor() as cursor:
            cursor.execute("select * from shelves")
            assert [c.name for c in cursor.description] == ["id", "where"] and cursor.fetchall() == [(1, "north")]
        said("migrate", "shop", "0001")
        assert "shelves" not in connection.introspection.table_names()
    finally:
        (project / "migrations" / "0002_more.py").unlink()


def check_a_failed_migration_leaves_nothing(shop, project):
    bad = project / "migrations" / "0002_bad.py"
    bad.write_text(
        "from django.db import migrations, models\n"
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('shop', '0001_initial')]\n"
        "    operations = [migrations.CreateModel('Half', [('id', models.AutoField(primary_key=True))]), migrations.RunSQL('select * from nowhere')]\n"
    )
    try:
        with pytest.raises(django.db.utils.ProgrammingError, match="nowhere"):
            said("migrate", "shop")
    finally:
        bad.unlink()
    assert "shop_half" not in connection.introspection.table_names()
    assert "[X] 0002" not in said("showmigrations", "shop")


def check_values(books):
    author = books.Author.objects.get(name="Ann")
    given = {
        **{"title": "é'\\x", "price": decimal.Decimal("12.50"), "sold": dt.timedelta(days=1, microseconds=5), "raw": b"\x00\xff"},
        **{"key": "00010203-0405-0607-0809-0a0b0c0d0eff", "ratio": 0.1, "out": True},
    }
    made = books.Book.objects.create(author=author, **given)
    assert abs(dt.datetime.now(UTC) - made.made) < dt.timedelta(minutes=10)
    got = books.Book.objects.get(pk=made.pk)
    assert {name: str(v) if name == "key" else bytes(v) if name == "raw" else v for name, v in ((n, getattr(got, n)) for n in given)} == given
    assert got.made == made.made and got.author == author
    for name, value in given.items():
        if name != "raw":
            assert books.Book.objects.filter(**{name: value}).values_list("pk", flat=True)[0] == made.pk, name
    got.title = "other"
    got.save()
    got.refresh_from_db()
    assert got.title == "other" and books.Book.objects.filter(pk=got.pk).update(price=F("price") + 1) == 1
    assert got.delete()[0] == 1


def check_queries(books):
    all_books = books.Book.objects.all()
    assert all_books.count() == 30 and all_books.filter(title__icontains="t2").count() == 11
    assert all_books.filter(Q(price__gt=5) & ~Q(author__name="Bob")).count() == 6
    assert all_books.filter(title__regex=r"^T1\d$", price__range=(0, 4)).count() == 7
    assert [b.title for b in all_books.order_by("-price")[2:5]] == ["T27", "T26", "T25"]
    totals = books.Author.objects.values("name").annotate(n=Count("books"), total=Sum("books__price"), mean=Avg("books__price")).order_by("name")
    assert [(a["name"], a["n"], a["total"]) for a in totals] == [("Ann", 20, decimal.Decimal("75")), ("Bob", 10, decimal.Decimal("33.75"))]
    assert [float(a["mean"]) for a in totals] == [3.75, 3.375]
    newest = all_books.filter(author=OuterRef("pk")).order_by("-price").values("title")[:1]
    assert list(books.Author.objects.annotate(t=Subquery(newest)).order_by("name").values_list("t", flat=True)) == ["T29", "T27"]
    assert books.Author.objects.filter(Exists(all_books.filter(author=OuterRef("pk"), price=0))).get().name == "Bob"
    ranked = all_books.annotate(r=Window(RowNumber(), partition_by="author_id", order_by="-price")).filter(r=1)
    assert sorted(b.title for b in ranked) == ["T27", "T29"]
    named = books.Author.objects.annotate(x=Concat(Lower("name"), Value("!")), y=Coalesce(ExtractYear("born"), 0)).order_by("name")
    assert list(named.values_list("x", "y")) == [("ann!", 1950), ("bob!", 0)]
    assert all_books.annotate(m=TruncMonth("made")).values("m").annotate(n=Count("*")).get()["n"] == 30
    assert {b.author.name for b in all_books.select_related("author")} == {"Ann", "Bob"}
    few = Prefetch("books", all_books.filter(price__lt=1), to_attr="cheap")
    assert {a.name: len(a.cheap) for a in books.Author.objects.prefetch_related(few)} == {"Ann": 2, "Bob": 2}
    assert all_books.filter(price=0).union(all_books.filter(price=1)).count() == 2
    assert all_books.aggregate(n=Count("author", distinct=True), high=models.Max("price")) == {"n": 2, "high": decimal.Decimal("7.25")}
    assert sum(1 for _ in all_books.iterator(chunk_size=7)) == 30
    assert all_books.filter(author__in=books.Author.objects.filter(born__year=1950)).exists()
    assert list(books.Author.objects.raw("select * from shop_author where name = %s", ["Bob"]))[0].name == "Bob"
    assert "shop_book" in all_books.explain() or POND


def check_many_to_many_and_upserts(books):
    one, two = books.Book.objects.order_by("pk")[:2]
    for word in ("red", "new"):
        one.tags.add(books.Tag.objects.create(word=word))
    two.tags.set(["red"])
    assert list(books.Book.objects.filter(tags__word="red").order_by("pk")) == [one, two]
    one.tags.clear()
    assert books.Label.objects.count() == 1
    fresh = [books.Author(name="Ann", born=dt.date(2000, 1, 1)), books.Author(name="Cid")]
    books.Author.objects.bulk_create(fresh, update_conflicts=True, unique_fields=["name"], update_fields=["born"])
    assert sorted(books.Author.objects.values_list("name", "born__year")) == [("Ann", 2000), ("Bob", None), ("Cid", None)]
    books.Author.objects.bulk_create([books.Author(name="Cid")], ignore_conflicts=True)
    assert books.Author.objects.count() == 3
    _, made = books.Author.objects.get_or_create(name="Cid")
    assert not made
    _, made = books.Author.objects.update_or_create(name="Dot", defaults={"born": dt.date(1999, 1, 1)})
    assert made
    rows = list(books.Book.objects.order_by("pk")[:5])
    for row in rows:
        row.price = 99
    assert books.Book.objects.bulk_update(rows, ["price"]) == 5 and books.Book.objects.filter(price=99).count() == 5


def check_transactions(books):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        books.Author.objects.create(name="gone")
        raise ZeroDivisionError
    assert not books.Author.objects.filter(name="gone").exists()
    with transaction.atomic():
        books.Author.objects.create(name="kept")
        with transaction.atomic():
            books.Author.objects.create(name="inner")
    assert books.Author.objects.filter(name__in=["kept", "inner"]).count() == 2
    for wrong in ({"name": "Ann"}, {"name": None}):
        with pytest.raises(IntegrityError):
            books.Author.objects.create(**wrong)
    with pytest.raises(IntegrityError):
        books.Tag.objects.create(word="")
    with pytest.raises(IntegrityError):
        same = books.Book.objects.first()
        books.Book.objects.create(title=same.title, price=1, author=same.author)
    with transaction.atomic():
        assert books.Author.objects.select_for_update().get(name="Ann").name == "Ann"


@differs("DuckDB has no savepoints: what was written behind one cannot be undone alone")
def check_an_inner_block_is_undone_alone(books):
    with transaction.atomic():
        books.Author.objects.create(name="outer")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            books.Author.objects.create(name="undone")
            raise ZeroDivisionError
    assert books.Author.objects.filter(name__in=["outer", "undone"]).count() == 1


@differs("DuckDB adds no constraint to a table: db_constraint=False, UniqueConstraint instead of unique_together")
def check_a_foreign_key_is_added(shop):
    with connection.schema_editor() as editor:
        editor.execute("create table one (id int primary key)")
        editor.execute("create table two (id int)")
        editor.execute('alter table two add constraint a foreign key (id) references one (id) deferrable initially deferred')
    with connection.cursor() as cursor:
        cursor.execute("drop table two")
        cursor.execute("drop table one")


def check_inspectdb(shop):
    got = said("inspectdb")
    for line in (
        "class ShopBook(models.Model):",
        "id = models.BigAutoField(primary_key=True)",
        "price = models.DecimalField(max_digits=10, decimal_places=2)",
        "born = models.DateField(blank=True, null=True)",
        "made = models.DateTimeField()",
        "sold = models.DurationField(blank=True, null=True)",
        "raw = models.BinaryField()",
        "key = models.UUIDField(blank=True, null=True)",
        "ratio = models.FloatField(blank=True, null=True)",
        "out = models.BooleanField()",
        "author_id = models.BigIntegerField()",
        "db_table = 'shop_author'",
    ):
        assert line in got, (line, got)
    assert "unique=True" in got and "primary_key=True" in got.split("class ShopTag")[1]
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "shop_author")
    index = constraints["born_ix"]
    assert index["columns"] == ["born", "name"] and index["index"] and not index["unique"]
    assert [c["columns"] for c in constraints.values() if c["primary_key"]] == [["id"]]
    assert ["name"] in [c["columns"] for c in constraints.values() if c["unique"]]


@differs("DuckDB groups by the columns that are named, not by all that hang on a key: .values('id', 'name').annotate()")
def check_objects_are_grouped_by_their_key(books):
    assert [(a.name, a.n) for a in books.Author.objects.annotate(n=Count("books")).order_by("name")] == [("Ann", 20), ("Bob", 10)]


@pytest.fixture(scope="session")
def note(shop):
    class Note(models.Model):
        doc = models.JSONField()

        class Meta:
            app_label = "notes"

    return Note


@pytest.fixture
def notes(note):
    with connection.schema_editor() as editor:
        editor.create_model(note)
    note.objects.create(doc={"a": [1, "ü", None], "b": {"c": 5}})
    yield note.objects
    with connection.schema_editor() as editor:
        editor.delete_model(note)


def check_json_by_its_keys(notes):
    assert notes.filter(doc__b__c=5).count() == 1 and notes.filter(doc__b__c=6).count() == 0
    assert notes.filter(doc__a__0=1).exists() and not notes.filter(doc__a__0=2).exists()


@differs("there is one JSON, of type json: psycopg has read it before Django does, which knows jsonb")
def check_json_whole(notes):
    assert notes.get().doc == {"a": [1, "ü", None], "b": {"c": 5}}

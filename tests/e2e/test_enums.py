"""CREATE TYPE ... AS ENUM at Pond and at PostgreSQL: what the catalog says of the type and of its columns, and its values."""

import textwrap

import psycopg
import pytest
from psycopg.types.enum import EnumInfo, register_enum
from transcript import transcript

TABLE = "create table numbers (n integer)"

# Numbers of types, owners and the spelling of a regtype are each server's own.
SCRIPTS = {
    "catalog": """
        create type color as enum ('x', 'y z', 'it''s')
        create type color as enum ('x')
        create type public.color as enum ('x')
        create schema s
        create type s."Odd 1" as enum ('q')
        create table paints (c color not null default 'x', l color[], n int, o s."Odd 1", p s."Odd 1"[])
        select typname, typlen, typbyval, typtype, typcategory, typispreferred, typdelim, typrelid, typalign, typstorage, typcollation
          from pg_type where typname in ('color', '_color', 'Odd 1', '_Odd 1') order by 1
        select nspname, typinput, typoutput, typreceive, typsend from pg_type t join pg_namespace n on n.oid = typnamespace
          where typname in ('color', '_color', 'Odd 1') order by typname
        select t.typname, a.typname, a.typelem = t.oid, a.typarray from pg_type t join pg_type a on a.oid = t.typarray where t.typname in ('color', 'Odd 1') order by 1
        select typname, enumsortorder, enumlabel from pg_enum join pg_type t on t.oid = enumtypid order by 1, 2
        select count(*), count(distinct oid) from pg_enum
        select attname, format_type(atttypid, atttypmod), attlen, attbyval, attalign, attstorage, attndims, attcollation from pg_attribute
          where attrelid = 'paints'::regclass and attnum > 0 order by attnum
        select column_name, data_type, udt_schema, udt_name, column_default, character_octet_length, is_generated from information_schema.columns where table_name = 'paints' order by 1
        select data_type, udt_schema, udt_name from information_schema.element_types where object_name = 'paints' order by 3
        select to_regtype('public.color') is null, to_regtype('nope') is null, to_regtype('color[]') is null, to_regtype('s."Odd 1"') is null
        select 'color'::regtype::oid = (select oid from pg_type where typname = 'color')
        select typname, pg_type_is_visible(oid) from pg_type where typname in ('color', '_color', 'Odd 1', 'int4') order by 1
        set search_path = s
        select typname, pg_type_is_visible(oid), format_type(oid, null) from pg_type where typname in ('color', 'Odd 1', 'int4') order by 1
        set search_path = public
        comment on type color is 'of a paint'
        select obj_description('color'::regtype, 'pg_type')
        select adbin is not null from pg_attrdef where adrelid = 'paints'::regclass
        drop table paints
        drop type color
        drop type color
        select count(*) from pg_type where typname like '%color'
        drop type s."Odd 1"
        drop schema s
    """,
    "one definition after another": """
        create type color as enum ('x', 'y')
        drop type color
        create type color as enum ('z')
        create table paints (c color)
        insert into paints values ('z')
        insert into paints values ('x')
        drop table paints
        drop type color
        begin
        create type color as enum ('x')
        select count(*) from pg_enum
        rollback
        select count(*) from pg_enum
        begin
        create type color as enum ('x')
        create type color as enum ('x')
        rollback
        select count(*) from pg_type where typtype = 'e'
    """,
    "values": """
        create type color as enum ('x', 'y z', 'it''s')
        create table paints (c color, l color[])
        insert into paints values ('y z', '{x,"y z"}'), ('x', array['x']::color[]), (null, null)
        insert into paints values ('nope', null)
        insert into paints values ('x', '{nope}')
        select c, l from paints order by c
        select c from paints where c = 'x'
        select c::text || '!', l::text[] from paints where c > 'x'
        select 'x'::color, cast('x' as color), 'x'::public.color as c, '{x}'::color[]
        select 'nope'::color
        update paints set c = 'it''s' where c = 'x' returning c
        select min(c), max(c) from paints
        prepare put (color) as insert into paints values ($1) returning c
        execute put ('x')
        deallocate put
        drop table paints
        drop type color
    """,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_enums_as_postgresql(server, real, name):
    script = textwrap.dedent(SCRIPTS[name])
    with server.connect() as ours, psycopg.connect(**real.connection, autocommit=True) as theirs:
        ours_said, theirs_said = transcript(ours, script), transcript(theirs, script)
    assert [(m, y) for m, y in zip(ours_said, theirs_said, strict=True) if m != y] == []


def test_a_label_set_of_two_types(server, c):
    """DuckDB's columns know labels only: the type of the column's schema, else the oldest."""
    c.execute("create schema s; create type one as enum ('a', 'b'); create type two as enum ('a', 'b'); create type s.three as enum ('a', 'b')")
    c.execute("create table first (c two); create table s.second (c s.three)")
    asked = "select format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass and attnum = 1"
    assert c.execute(asked, ["first"]).fetchone() == ("one",)
    assert c.execute(asked, ["s.second"]).fetchone() == ("s.three",)
    c.execute("drop table first; drop table s.second; drop type one; drop type two; drop type s.three; drop schema s")


def test_psql_lists_enums(server, c):
    c.execute("create type mood as enum ('sad', 'ok'); comment on type mood is 'of a day'; create table days (m mood, l mood[])")
    assert "public | mood | of a day" in server.psql("-c", r"\dT").stdout
    assert all(word in server.psql("-c", r"\dT+ mood").stdout for word in ("sad", "ok", "4", "admin"))
    told = server.psql("-c", r"\d days").stdout
    assert "m      | mood " in told and "l      | mood[] " in told
    c.execute("drop table days; drop type mood")


def test_parameters_of_the_types_own_number(server, c):
    """As psycopg's register_enum sends them."""
    c.execute("create type mood as enum ('sad', 'ok'); create table days (m mood, l mood[])")
    info = EnumInfo.fetch(c, "mood")
    assert info.labels == ["sad", "ok"]
    register_enum(info, c)
    for pattern in ("insert into days values (%t, %t)", "insert into days values (%b, %b)"):
        c.execute(pattern, [info.enum.ok, [info.enum.sad, info.enum.ok]])
    assert c.execute("select count(*) from days where m = %b and l = %b", [info.enum.ok, [info.enum.sad, info.enum.ok]]).fetchone() == (2,)
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        c.execute("select %b::mood", ["angry"])
    c.execute("drop table days; drop type mood")


def test_values_in_all_formats(server, c):
    """On the wire it is text, also in binary."""
    c.execute("create type mood as enum ('sad', 'ok'); create table days (m mood, l mood[])")
    for binary in (False, True):
        c.execute("insert into days values (%b, %b)" if binary else "insert into days values (%t, %t)", ["ok", ["sad", "ok"]])
        with c.cursor(binary=binary) as cursor:
            assert cursor.execute("select m, l from days where m = %s", ["ok"]).fetchone() == ("ok", ["sad", "ok"])
            assert [column.type_code for column in cursor.description] == [25, 1009]
        with c.cursor() as cursor, cursor.copy("copy days from stdin" + (" (format binary)" if binary else "")) as copy:
            if binary:
                copy.set_types(["text", "text[]"])
            copy.write_row(("sad", ["ok", None]))
        assert c.execute("select m, l from days where m = 'sad'").fetchone() == ("sad", ["ok", None])
        c.execute("delete from days")
    c.execute("drop table days; drop type mood")

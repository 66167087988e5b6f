/* src/sql: statements are cut, rewritten, named, and COPY is read. What PostgreSQL does with the same is compared in tests/e2e. */
#include <math.h>

#include "unit/test.h"

#include "base/buf.h"
#include "sql/copy.h"
#include "sql/date_pattern.h"
#include "sql/elsewhere.h"
#include "sql/names.h"
#include "sql/number_pattern.h"
#include "sql/rewrite.h"
#include "sql/serial.h"
#include "sql/time_text.h"
#include "sql/token.h"

static void cut(const char *text, const char *const *wanted, size_t count) {
    Str rest = str_of(text), statement;
    size_t n = 0;
    for (; sql_cut(&rest, &statement); n++) {
        assert_true(n < count);
        if (!str_is(statement, wanted[n])) fail_msg("%.*s is not %s", STR_ARG(statement), wanted[n]);
    }
    assert_int_equal(n, count);
}

#define CUT(text, ...)                                                                                                 \
    cut(text, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

TEST(sql_is_cut_at_semicolons_outside_of_texts) {
    cut("", NULL, 0);
    cut(" ; -- c ;\n /* ; */ ;", NULL, 0);
    CUT("select 1", "select 1");
    CUT("select ';' ; select \";\";", "select ';'", "select \";\"");
    CUT("a 'it''s;' b; c", "a 'it''s;' b", "c");
    CUT("a E'\\';' b; c", "a E'\\';' b", "c");
    CUT("a '\\'; b'", "a '\\'", "b'");
    CUT("a $$;$$ b; c", "a $$;$$ b", "c");
    CUT("a $x$;$$;$x$; c", "a $x$;$$;$x$", "c");
    CUT("select $1;select a$1;b", "select $1", "select a$1", "b");
    CUT("/* a /* b */ ; */ select 1 -- x\n; select 2", "select 1", "select 2");
    CUT("select 'open; select 2", "select 'open; select 2");
}

static void rewritten(const char *theirs, const char *ours) {
    AUTO(Arena) a = {0};
    Str result = sql_rewrite(&a, str_of(theirs), &(RewriteContext){.user = STR("ann"), .public_is_main = true});
    if (!str_is(result, ours)) fail_msg("%s\ngave   %.*s\nwanted %s", theirs, STR_ARG(result), ours);
}

TEST(sql_is_rewritten) {
    rewritten("select 1 -- as it is", "select 1 -- as it is");
    rewritten("select pg_catalog.f(1) from pg_catalog.pg_class c", "select f(1) from pg_class c");
    rewritten("select $1::\"pg_catalog\".\"int4\", $2::\"pg_catalog\".\"_oid\", x::_text, y::_mine",
              "select $1::\"int4\", $2::pg_oid[], x::text[], y::_mine");
    rewritten("select 'pg_catalog.x', \"pg_catalog\"", "select 'pg_catalog.x', \"pg_catalog\"");
    rewritten("select x::pg_catalog.int4, x::name, x::\"char\"", "select x::int4, x::pg_name, x::pg_char");
    rewritten("select a ~ 'b', a !~* c.d",
              "select a ~ ('(?s).*(?:' || 'b' || ').*'), a !~ ('(?is).*(?:' || c.d || ').*')");
    rewritten("select a ~~ 'b', a !~~ 'c'", "select a ~~ 'b', a !~~ 'c'");
    rewritten("where n OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default and b",
              "where n ~ ('(?s).*(?:' || '^(t)$' || ').*')  and b");
    rewritten("select a operator(pg_catalog.+) b", "select a + b");
    rewritten("select 'pg_class'::regclass, cast('pg_catalog.pg_type' as regclass)",
              "select 1259::pg_oid, 1247::pg_oid");
    rewritten("select 't'::regclass, $1::regclass, c.oid::regclass, f(x)::pg_catalog.regtype",
              "select to_regclass('t'), to_regclass($1::VARCHAR), pond_regclass_name(c.oid), pond_regtype_name(f(x))");
    rewritten("select cast($1::regclass as regclass), cast($1 as regclass), cast(c.oid as regclass)",
              "select (to_regclass($1::VARCHAR) ), to_regclass($1 ::VARCHAR), pond_regclass_name(c.oid )");
    rewritten("select cast('t' as regclass), cast(a as pg_catalog.name), cast(a as numeric(10, 2))",
              "select to_regclass('t' ), cast(a as pg_name), cast(a as numeric(10, 2))");
    rewritten("select '{1,\"a{b\"}'::int[], '{1}'::json", "select '[1,\"a{b\"]'::int[], '{1}'::json");
    rewritten("select '\\x00ff27'::bytea, '\\x'::bytea, '\\x41'::text, 'a'::bytea",
              "select '\\x00\\xff\\x27'::bytea, ''::bytea, '\\x41'::text, 'a'::bytea");
    rewritten("on t.oid = a.r and a.attnum = ANY(ix.indkey) or f(x)::int <> all (l)",
              "on t.oid = a.r and list_contains(ix.indkey, a.attnum) or NOT list_contains(l, f(x)::int)");
    rewritten("where a = any(select b from c) or a = any($1) or a = any(array[1])",
              "where a = any(select b from c) or a = any($1) or a = any(array[1])");
    rewritten("select * from \"w\".pg_catalog.pg_class, w.public.t, w.other.public",
              "select * from pg_class, w.main.t, w.other.public");
    rewritten("select * from public.t, \"public\".u, a.public", "select * from main.t, main.u, a.public");
    rewritten("select current_user, user, a.user, user.b, count(user)",
              "select 'ann', 'ann', a.user, user.b, count('ann')");
    rewritten("select 1 from t for update of t nowait", "select 1 from t ");
    rewritten("select 1 from t for no key update skip locked", "select 1 from t ");
    rewritten("select substring(a for 2)", "select substring(a for 2)");
    rewritten("select json_build_object('a', 1), every(b)", "select json_object('a', 1), bool_and(b)");
    rewritten("select s from generate_series(1, 2) s, unnest(a) as b where s > 1",
              "select s from generate_series(1, 2) s(s), unnest(a) as b(b) where s > 1");
    rewritten("select unnest(a) as b, generate_series(1, 2) s",
              "select unnest(a) as b, unnest(generate_series(1, 2)) s");
    rewritten("select f(a, generate_series(1, 2)), (select 1) from t, generate_series(1, 2)",
              "select f(a, generate_series(1, 2)), (select 1) from t, generate_series(1, 2)");
    rewritten("a like 'x' and a like 'x\\_' and a ilike $1 || '%' or a like b escape '!'",
              "a like 'x' and a like 'x\\_' ESCAPE '\\' and a ilike $1 || '%' ESCAPE '\\' or a like b escape '!'");
    rewritten("create table t (a jsonb, name text, b float) with (fillfactor=100)",
              "create table t (a JSON, name text, b DOUBLE) ");
    rewritten("create table t (id int default (cast('1' as int)), a jsonb)",
              "create table t (id int default (cast('1' as int)), a JSON)");
    rewritten("select * from t, unnest(a, pg_catalog.f(b, c)) with ordinality u(x, y, n), unnest(d) where unnest(a, b)",
              "select * from t, LATERAL (SELECT unnest(a), unnest(f(b, c)), unnest(generate_series(1, greatest(len(a), "
              "len(f(b, c))))) "
              "AS ordinality) u(x, y, n), unnest(d) where unnest(a, b)");
    rewritten("create table t (id int generated always as (1), a jsonb) with (fillfactor=100)",
              "create table t (id int generated always as (1), a JSON) ");
    rewritten("create unique index i on t (a text_pattern_ops, lower(b) varchar_pattern_ops desc, x_ops)",
              "create unique index i on t (a , lower(b)  desc, x_ops)");
    rewritten("ALTER TABLE ONLY public.\"t u\" ADD CONSTRAINT \"C\" UNIQUE (a, b);",
              "CREATE UNIQUE INDEX \"C\" ON main.\"t u\" (a, b);");
    rewritten("alter table if exists t add constraint c unique (a)", "CREATE UNIQUE INDEX c ON t (a)");
    rewritten("alter table t add constraint c unique (a) deferrable",
              "alter table t add constraint c unique (a) deferrable");
    rewritten("create view v as select a name from t", "create view v as select a name from t");
    rewritten("select '-1.50'::numeric, '2e-3'::numeric, 1.25E+1::numeric, '1e-39'::numeric, 'x'::numeric",
              "select '-1.50'::DECIMAL(38,2), '2e-3'::DECIMAL(38,3), 1.25E+1::DECIMAL(38,1), '1e-39'::DECIMAL(38,10), "
              "'x'::DECIMAL(38,10)");
    rewritten("select format('%I.%s, %%', f(a, 1), b)", "select pond_format('%I.%s, %%', f(a, 1), b)");
    rewritten("where ctid between '(2,0)'::tid and '(4,0)'::tid", "where (rowid >= 200 AND rowid < 400)");
    rewritten("where ctid between '(0,0)'::tid and '(4294967295,0)'::tid", "where rowid >= 0");
    rewritten("select i.indkey[0], information_schema.f(1)", "select i.indkey[1 + 0], pond_catalog.information.f(1)");
    rewritten("select * from i, unnest(i.a, f(1, 2)) with ordinality t(x, y, n)",
              "select * from i, LATERAL (SELECT unnest(i.a), unnest(f(1, 2)), unnest(generate_series(1, "
              "greatest(len(i.a), len(f(1, 2))))) AS ordinality) t(x, y, n)");
    rewritten("select 1 from pg_catalog.pg_proc p where p.tableoid = x.tableoid",
              "select 1 from pg_proc p where to_regclass('pg_proc') = x.tableoid");
    rewritten("select s from generate_series(1, 2) s(n)", "select s from generate_series(1, 2) s(n)");
}

static void named(const char *sql, size_t count, const char *wanted) {
    AUTO(Arena) a = {0};
    Str *names = arena_array(&a, Str, count);
    AUTO(Buf) all = {0};
    sql_column_names(&a, str_of(sql), count, names);
    for (size_t i = 0; i < count; i++) {
        if (i) buf_put(&all, ' ');
        if (names[i].len) buf_append(&all, names[i]);
        else buf_put(&all, '-');
    }
    if (strcmp(buf_c(&all), wanted) != 0) fail_msg("%s\ngave   %s\nwanted %s", sql, buf_c(&all), wanted);
}

/* "-": DuckDB's own name. All of them were asked of PostgreSQL 15. */
TEST(result_columns_are_named) {
    named("select 1, 'a', count(*), a, t.b, c as x, d y", 7, "?column? ?column? count - - x y");
    named("select a::text, '5'::int, cast(a as text), cast('1' as bigint), 1::numeric(10,2)", 5,
          "a int4 a int8 numeric");
    named("select case when a then b end, exists(select 1), coalesce(1, 2), (select 5), array[1,2]", 5,
          "case exists coalesce ?column? array");
    named("select count(*) filter (where a) over (order by b), -a, not b, null, true", 5,
          "count ?column? ?column? ?column? ?column?");
    named("select date '2020-01-01', now(), current_date, a.f(1)", 4, "date now current_date f");
    named("select count(*), *, max(a) from t", 5, "count - - - max");
    named("select *, * from t, sum(a)", 4, "- - - -");
    named("with q as (select count(*)) select max(a), b from q", 2, "max -");
    named("insert into t select 1", 1, "-");
    named("select distinct count(a), b from t", 2, "count -");
    named("select", 1, "-");
    named("select case a when 1 then 2 else t.b::text end, case when a then f(1) end, case when a then 1 else F(2) end",
          3, "b case f");
    named("select case when a then 1 else case when b then 2 end end, case a when 1 then 2 end::text, case when a then "
          "b end + 1",
          3, "case text ?column?");
    named("select COUNT(*), a AS Foo, a as \"Foo\", \"F\"(1), Max(x)::int", 5, "count foo - F max");
}

static void timed(SqlTimeKind kind, const char *text, const char *wanted) {
    AUTO(Buf) out = {0};
    bool read = sql_time_text(str_of(text), kind, &out);
    if (strcmp(read ? buf_c(&out) : "-", wanted) != 0)
        fail_msg("%s gave %s, wanted %s", text, read ? buf_c(&out) : "-", wanted);
}

/* "-": left to DuckDB. All of them were asked of PostgreSQL 15. */
TEST(times_are_read) {
    timed(SQL_TIME_TIMESTAMPTZ, "2020-01-01 10:00+00", "2020-01-01 10:00:00+00:00");
    timed(SQL_TIME_TIMESTAMPTZ, "2020-01-01T10:00:00.5-05:30", "2020-01-01 10:00:00.500000-05:30");
    timed(SQL_TIME_TIMESTAMPTZ, "2020-01-01 10:00 Europe/Berlin", "2020-01-01 10:00:00 Europe/Berlin");
    timed(SQL_TIME_TIMESTAMPTZ, "2020-01-01 EST", "2020-01-01 00:00:00-05:00");
    timed(SQL_TIME_TIMESTAMP, "2020-01-01 10:00+05", "2020-01-01 10:00:00");
    timed(SQL_TIME_TIMESTAMP, "2020-01-01 12:30:00 AM", "2020-01-01 00:30:00");
    timed(SQL_TIME_TIMESTAMP, "2020-02-30", "-");
    timed(SQL_TIME_TIMESTAMP, "infinity", "-");
    timed(SQL_TIME_DATE, "Jan 2, 2020", "2020-01-02");
    timed(SQL_TIME_DATE, "2 January 2020", "2020-01-02");
    timed(SQL_TIME_DATE, "2-Jan-2020", "2020-01-02");
    timed(SQL_TIME_DATE, "1/2/2020", "2020-01-02");
    timed(SQL_TIME_DATE, "20200102", "2020-01-02");
    timed(SQL_TIME_DATE, "0044-03-15 BC", "0044-03-15 (BC)");
    timed(SQL_TIME_DATE, "1-2-3", "-");
    timed(SQL_TIME_TIME, "10:00 PM", "22:00:00");
    timed(SQL_TIME_TIME, "040506", "04:05:06");
    timed(SQL_TIME_TIME, "allballs", "00:00:00");
    timed(SQL_TIME_TIMETZ, "10:00+02", "10:00:00+02:00");
    timed(SQL_TIME_INTERVAL, "P1Y2M3DT4H5M6S", "14 months 3 days 14706000000 microseconds");
    timed(SQL_TIME_INTERVAL, "1-2", "14 months 0 days 0 microseconds");
    timed(SQL_TIME_INTERVAL, "3 4:05:06", "0 months 3 days 14706000000 microseconds");
    timed(SQL_TIME_INTERVAL, "-1 day +02:03", "0 months -1 days 7380000000 microseconds");
    timed(SQL_TIME_INTERVAL, "1.5 days", "-");
    timed(SQL_TIME_INTERVAL, "2 hours ago", "0 months 0 days -7200000000 microseconds");
    timed(SQL_TIME_INTERVAL, "1.5 seconds", "0 months 0 days 1500000 microseconds");
    timed(SQL_TIME_INTERVAL, "", "-");
}

static bool copy(Arena *a, const char *sql, CopyStatement *ret, Err *err) {
    bool is = false;
    return copy_statement_parse(a, str_of(sql), &is, ret, err) && is;
}

TEST(copy_is_read) {
    AUTO(Arena) a = {0};
    Err err = {0};
    CopyStatement c;
    assert_true(copy(&a, "copy \"s\".t (a, \"b)\") from stdin with (format csv, delimiter E'\\t', null 'x', header)",
                     &c, &err));
    assert_true(c.from && c.header && c.format == COPY_CSV && c.delimiter == '\t');
    assert_true(str_is(c.table, "\"s\".t") && str_is(c.columns, "a, \"b)\"") && str_is(c.null, "x"));
    copy_statement_release(&c);
    assert_true(copy(&a, "COPY (select ')' from t) TO STDOUT CSV QUOTE AS '~' FORCE QUOTE a, b", &c, &err));
    assert_true(!c.from && str_is(c.query, "select ')' from t") && c.quote == '~' && c.escape == '~');
    assert_int_equal(c.force_quote.len, 2);
    copy_statement_release(&c);
    assert_true(copy(&a, "copy t to stdout", &c, &err));
    assert_true(c.format == COPY_TEXT && c.delimiter == '\t' && str_is(c.null, "\\N"));
    copy_statement_release(&c);
    assert_true(copy(&a, "copy t from stdin (format csv, force_null (a, b)) where (a > 1) and b <> ')'", &c, &err));
    assert_true(c.force_null.len == 2 && str_is(str_trim(c.where), "(a > 1) and b <> ')'"));
    copy_statement_release(&c);
    assert_false(copy(&a, "copy t from '/tmp/x'", &c, &err));
    assert_int_equal(err.code, ERR_OK);
    static const char *const wrong[] = {
        "copy t to stdout (frob 1)",
        "copy t to stdout (format xml)",
        "copy t to stdout (delimiter 'ab')",
        "copy t from stdin csv delimiter '\"'",
        "copy t to stdout (format csv) x",
        "copy t to stdout (delimiter 'a')",
        "copy t to stdout where a",
        "copy t from stdin where",
        "copy t from stdin where a) or (b",
        "copy t from stdin where (a",
        "copy t from stdin where a in (select 1)",
        "copy t from stdin (format binary, header)",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        err = (Err){0};
        assert_false(copy(&a, wrong[i], &c, &err));
        assert_int_equal(err.code, ERR_SQL);
        copy_statement_release(&c);
    }
}

TEST(token_values_have_no_quotes) {
    AUTO(Arena) a = {0};
    static const struct {
        const char *token, *value;
    } cases[] = {
        {"'it''s'", "it's"},
        {"\"a\"\"b\"", "a\"b"},
        {"E'a\\tb\\\\\\x41\\101'", "a\tb\\AA"},
        {"$$a'b$$", "a'b"},
        {"$t$a$$b$t$", "a$$b"},
        {"word", "word"},
        {"E'it''s'", "it's"},
        {"''", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        SqlTokens t = sql_tokens(str_of(cases[i].token));
        SqlToken token;
        assert_true(sql_token_next(&t, &token));
        Str value = sql_token_value(&a, &token);
        if (!str_is(value, cases[i].value)) fail_msg("%s gave %.*s", cases[i].token, STR_ARG(value));
    }
}

TEST(literals_and_calls_are_spelled_as_duckdb_reads_them) {
    rewritten("select b'101', x'1f', b'12'", "select CAST('101' AS BIT), CAST('00011111' AS BIT), b'12'");
    rewritten("select '\\xde00'::bytea, bytea 'a', 'a\\001\\\\'::bytea",
              "select '\\xde\\x00'::bytea, 'a'::BLOB, 'a\\x01\\x5C'::bytea");
    rewritten("select '1.50'::numeric, a::numeric, cast(a as numeric), 1 as numeric",
              "select '1.50'::DECIMAL(38,2), a::DECIMAL(38,10), cast(a as DECIMAL(38,10)), 1 as numeric");
    rewritten("create table t (a numeric, b numeric(3, 1))", "create table t (a DECIMAL(38,10), b numeric(3, 1))");
    rewritten("select a like 'x\\_', a like 'x_'", "select a like 'x\\_' ESCAPE '\\', a like 'x_'");
    rewritten("select a similar to '%(b|c).'", "select a similar to '.*(b|c)\\.'");
    rewritten("select a #>> '{b,1}', a #> '{c}'", "select a ->> '/b/1', a -> '/c'");
    rewritten("select json_agg(a order by b) filter (where c), 1",
              "select to_json(list(a order by b) filter (where c)), 1");
    rewritten("create view v as select extract(year from a)", "create view v as select extract(year from a)");
    rewritten("select ~5, a ~ 'b'", "select ~5, a ~ ('(?s).*(?:' || 'b' || ').*')");
}

TEST(words_that_duckdb_keeps_are_quoted_as_names) {
    rewritten("select at, t.at, at at time zone 'UTC' from show",
              "select \"at\", t.at, \"at\" at time zone 'UTC' from \"show\"");
    rewritten("create table t (show int, lambda int, map map(int, int))",
              "create table t (\"show\" int, \"lambda\" int, \"map\" map(int, int))");
    rewritten("from (describe t)", "from (describe t)");
    rewritten("select f(l, lambda x, y: x), columns(*), map {'a': 1} from t qualify a",
              "select f(l, lambda x, y: x), columns(*), map {'a': 1} from t qualify a");
}

TEST(definitions_in_duckdbs_words) {
    rewritten("create index on s.t using btree (a, lower(b))", "create index \"t_a_lower_idx\" on s.t  (a, lower(b))");
    rewritten("create index i on t (a text_pattern_ops) include (b)", "create index i on t (a ) ");
    rewritten("create index i on t using rtree (a)", "create index i on t using rtree (a)");
    rewritten("create table t (like s.u including all)", "create table t AS FROM s.u WITH NO DATA");
    rewritten("create table t (like int)", "create table t AS FROM int WITH NO DATA");
    rewritten("drop index concurrently i", "drop index  i");
}

static void counted(const char *theirs, const char *ours, const char *before) {
    AUTO(Arena) a = {0};
    SqlSerials serials;
    Str result = sql_serials(&a, str_of(theirs), &serials), first = serials.before;
    if (!str_is(result, ours)) fail_msg("%s\ngave   %.*s\nwanted %s", theirs, STR_ARG(result), ours);
    if (!str_is(first, before)) fail_msg("%s\ngave   %.*s\nwanted %s", theirs, STR_ARG(first), before);
}

TEST(serial_columns_have_sequences) {
    counted("create table t (a int)", "create table t (a int)", "");
    counted("create table t (Id serial primary key, a int)",
            "create table t (Id INTEGER DEFAULT nextval('\"t_id_seq\"') primary key, a int)",
            "CREATE OR REPLACE SEQUENCE \"t_id_seq\";");
    counted("create temp table if not exists s.t (a bigint generated by default as identity (start 1), b text)",
            "create temp table if not exists s.t (a bigint DEFAULT nextval('s.\"t_a_seq\"'), b text)",
            "CREATE TEMP SEQUENCE IF NOT EXISTS s.\"t_a_seq\";");
}

static void dated(const char *pattern, const char *wanted) {
    AUTO(Buf) out = {0};
    Err err = {0};
    DateFields f = date_fields_of_timestamp(1577934245678000); /* 2020-01-02 03:04:05.678, a Thursday */
    assert_true(date_pattern_format(str_of(pattern), &f, &out, &err));
    if (!str_is(buf_str(&out), wanted)) fail_msg("%s\ngave   %s\nwanted %s", pattern, buf_c(&out), wanted);
}

TEST(dates_are_written_and_read_by_patterns) {
    int64_t micros = 0;
    Err err = {0};
    dated("YYYY-MM-DD HH24:MI:SS.MS", "2020-01-02 03:04:05.678");
    dated("FMDay, DDth \"of\" FMMonth", "Thursday, 02nd of January");
    dated("Day|mon|IYYY-IW", "Thursday |jan|2020-01");
    assert_true(date_pattern_read(STR("YYYY-MM-DD HH24:MI:SS.MS"), STR("2020-01-02 03:04:05.678"), &micros, &err));
    assert_true(micros == 1577934245678000);
    assert_true(date_pattern_read(STR("DD Mon YY"), STR("2 jan 20"), &micros, &err));
    assert_true(micros == 1577923200000000);
    assert_false(date_pattern_read(STR("YYYY-MM-DD"), STR("2020-13-02"), &micros, &err));
    assert_false(date_pattern_read(STR("Month"), STR("nope"), &micros, &err));
}

static void numbered(const char *pattern, long long unscaled, int scale, const char *wanted) {
    AUTO(Buf) out = {0};
    Err err = {0};
    assert_true(
        number_pattern_format(str_of(pattern), &(NumberValue){.unscaled = unscaled, .scale = scale}, &out, &err));
    if (!str_is(buf_str(&out), wanted)) fail_msg("%s\ngave   %s\nwanted %s", pattern, buf_c(&out), wanted);
}

TEST(numbers_are_written_and_read_by_patterns) {
    Int128 value = 0;
    AUTO(Buf) out = {0};
    Err err = {0};
    numbered("FM9,999,999.00", 1234567891, 3, "1,234,567.89");
    numbered("9.99EEEE", -12345, 0, "-1.23e+04");
    numbered("999", 12345, 0, " ###");
    numbered("FMRN", 485, 0, "CDLXXXV");
    numbered("999PR", -12, 0, " <12>");
    assert_true(number_pattern_format(STR("9.99"), &(NumberValue){.is_real = true, .real = (double)NAN}, &out, &err));
    if (!str_is(buf_str(&out), " #.##")) fail_msg("NaN gave %s", buf_c(&out));
    assert_true(number_pattern_read(STR("9,999.99S"), STR("1,234.56-"), 10, &value, &err));
    assert_true(value == -(Int128)12345600000000);
    assert_false(number_pattern_read(STR("99"), STR("x"), 10, &value, &err));
    assert_false(number_pattern_format(STR("9.9.9"), &(NumberValue){0}, &out, &err));
}

static void elsewhere(const char *theirs, const char *wanted) {
    AUTO(Arena) a = {0};
    Str others[] = {STR("second"), STR("Odd one"), STR("sub/x.duckdb"), STR("a\"b")}, aliases[] = {STR("warehouse")};
    const SqlDatabases d = {.others = {others, 4, 4}, .aliases = {aliases, 1, 1}, .own = STR("my file")};
    Str result = sql_elsewhere(&a, str_of(theirs), &d);
    if (!str_is(result, wanted)) fail_msg("%s\ngave   %.*s\nwanted %s", theirs, STR_ARG(result), wanted);
    assert_true(sql_is_elsewhere(result) == (strstr(wanted, "pond_neighbour(") != NULL));
}

#define NEIGHBOUR "pond_neighbour('second', 'main', 't')"

TEST(tables_of_other_files_are_read_by_their_names) {
    elsewhere("from second.main.t", "from " NEIGHBOUR " AS \"t\"");
    elsewhere("select * from SECOND.\"main\".t where 1",
              "select * from pond_neighbour('SECOND', 'main', 't') AS \"t\" where 1");
    elsewhere("select 1 from second.public.t x, u", "select 1 from " NEIGHBOUR " x, u");
    elsewhere("select 1 from u, second.main.t as x(a)", "select 1 from u, " NEIGHBOUR " as x(a)");
    elsewhere("select 1 from (u join second.main.t using (a))",
              "select 1 from (u join " NEIGHBOUR " AS \"t\" using (a))");
    elsewhere("select exists (select 1 from second.main.t)", "select exists (select 1 from " NEIGHBOUR " AS \"t\")");
    elsewhere("select second.main.t.a, t.b from second.main.t", "select t.a, t.b from " NEIGHBOUR " AS \"t\"");
    elsewhere("select second.main.t.* from second.main.t", "select t.* from " NEIGHBOUR " AS \"t\"");
    elsewhere("from \"Odd one\".s.\"T\"", "from pond_neighbour('Odd one', 's', 'T') AS \"T\"");
    elsewhere("from \"sub/x.duckdb\".s.t", "from pond_neighbour('sub/x.duckdb', 's', 't') AS \"t\"");
    elsewhere("from \"a\"\"b\".s.t", "from pond_neighbour('a\"b', 's', 't') AS \"t\"");
    elsewhere("insert into u select * from second.main.t", "insert into u select * from " NEIGHBOUR " AS \"t\"");
    elsewhere("create table u as from second.main.t", "create table u as from " NEIGHBOUR " AS \"t\"");
    elsewhere("update u set a = 1 from second.main.t where 1",
              "update u set a = 1 from " NEIGHBOUR " AS \"t\" where 1");
    elsewhere("delete from u using second.main.t where 1", "delete from u using " NEIGHBOUR " AS \"t\" where 1");
}

TEST(other_names_that_look_like_it_stay) {
    static const char *const same[] = {
        "select second.main.t from second.main",
        "select extract(second from second.main.t)",
        "select trim(x from second.main.t)",
        "insert into second.main.t values (1)",
        "delete from second.main.t",
        "update second.main.t set a = 1",
        "create or replace view v as select * from second.main.t",
        "create macro m() as table select * from second.main.t",
        "select 'from second.main.t', \"from second.main.t\"",
        "select * from second.main.f(1)",
        "select * from second.t",
        "select * from seconds.main.t",
        "select * from a.second.main.t",
        "select second.main.t.a from u",
        "select warehouse.a.b from warehouse",
        "((((((((((((",
        "from second.main.",
        "second.main.t",
    };
    for (size_t i = 0; i < ARRAY_LEN(same); i++) elsewhere(same[i], same[i]);
}

TEST(the_warehouse_is_the_sessions_own_file) {
    elsewhere("select * from warehouse.main.t", "select * from \"my file\".main.t");
    elsewhere("insert into Warehouse.s.t values (1)", "insert into \"my file\".s.t values (1)");
    elsewhere("create table if not exists warehouse.s.t (a int)", "create table if not exists \"my file\".s.t (a int)");
    elsewhere("select warehouse.public.t.a", "select \"my file\".public.t.a");
}

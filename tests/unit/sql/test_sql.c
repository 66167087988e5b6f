/* src/sql: statements are cut, rewritten, named, and COPY is read. What PostgreSQL does with the same is compared in tests/e2e. */
#include "unit/test.h"

#include "base/buf.h"
#include "sql/copy.h"
#include "sql/names.h"
#include "sql/rewrite.h"
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
    rewritten("select 'pg_class'::regclass, cast('pg_catalog.pg_type' as regclass)", "select 1259, 1247");
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
    rewritten("create view v as select a name from t", "create view v as select a name from t");
    rewritten("select '-1.50'::numeric, '2e-3'::numeric, 'x'::numeric",
              "select '-1.50'::DECIMAL(38,2), '2e-3'::DECIMAL(38,3), 'x'::numeric");
    rewritten("select format('%I.%s, %%', f(a, 1), b)",
              "select ('' || quote_ident(f(a, 1)::VARCHAR) || '.' || concat(b::VARCHAR) || ', %' || '')");
    rewritten("where ctid between '(2,0)'::tid and '(4,0)'::tid", "where (rowid >= 200 AND rowid < 400)");
    rewritten("where ctid between '(0,0)'::tid and '(4294967295,0)'::tid", "where rowid >= 0");
    rewritten("select i.indkey[0], information_schema.f(1)", "select i.indkey[1 + 0], pond_catalog.information.f(1)");
    rewritten("select s from generate_series(1, 2) s(n)", "select s from generate_series(1, 2) s(n)");
}

static void named(const char *sql, size_t count, const char *wanted) {
    AUTO(Arena) a = {0};
    Str *names = arena_array(&a, Str, count);
    AUTO(Buf) all = {0};
    sql_column_names(str_of(sql), count, names);
    for (size_t i = 0; i < count; i++) {
        if (i) buf_put(&all, ' ');
        if (names[i].len) buf_append(&all, names[i]);
        else buf_put(&all, '-');
    }
    if (strcmp(buf_c(&all), wanted) != 0) fail_msg("%s\ngave   %s\nwanted %s", sql, buf_c(&all), wanted);
}

/* "-": DuckDB's own name. All of them were asked of PostgreSQL 15. */
TEST(result_columns_are_named) {
    named("select 1, 'a', count(*), a, t.b, c as x, d y", 7, "?column? ?column? count - - - -");
    named("select a::text, '5'::int, cast(a as text), cast('1' as bigint), 1::numeric(10,2)", 5,
          "a int4 a int8 numeric");
    named("select case when a then b end, exists(select 1), coalesce(1, 2), (select 5), array[1,2]", 5,
          "case exists coalesce ?column? array");
    named("select count(*) filter (where a) over (order by b), -a, not b, null, true", 5,
          "count ?column? ?column? ?column? bool");
    named("select date '2020-01-01', now(), current_date, a.f(1)", 4, "date now current_date f");
    named("select count(*), *, max(a) from t", 5, "count - - - max");
    named("select *, * from t, sum(a)", 4, "- - - -");
    named("with q as (select count(*)) select max(a), b from q", 2, "max -");
    named("insert into t select 1", 1, "-");
    named("select distinct count(a), b from t", 2, "count -");
    named("select", 1, "-");
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
    assert_false(copy(&a, "copy t from '/tmp/x'", &c, &err));
    assert_int_equal(err.code, ERR_OK);
    static const char *const wrong[] = {
        "copy t to stdout (frob 1)",         "copy t to stdout (format xml)",
        "copy t to stdout (delimiter 'ab')", "copy t from stdin csv delimiter '\"'",
        "copy t to stdout (format csv) x",   "copy t to stdout (delimiter 'a')",
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

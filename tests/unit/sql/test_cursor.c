/* src/sql: DECLARE, FETCH, CLOSE, PREPARE and EXECUTE are read. What PostgreSQL makes of them is compared in tests/e2e. */
#include "sql/cursor.h"
#include "sql/prepare.h"
#include "unit/test.h"

static void fetches(const char *text, FetchDirection direction, bool all, int64_t count, const char *cursor) {
    AUTO(Arena) a = {0};
    FetchStatement f;
    if (!sql_fetch_parse(&a, str_of(text), &f)) fail_msg("%s", text);
    if (f.direction != direction || f.all != all || (!all && f.count != count) || !str_is(f.cursor, cursor))
        fail_msg("%s: %d %d %lld %.*s", text, (int)f.direction, f.all, (long long)f.count, STR_ARG(f.cursor));
}

TEST(fetch_is_read) {
    fetches("c", FETCH_FORWARD, false, 1, "c");
    fetches("FROM C", FETCH_FORWARD, false, 1, "c");
    fetches("in \"C d\"", FETCH_FORWARD, false, 1, "C d");
    fetches("next c", FETCH_FORWARD, false, 1, "c");
    fetches("next", FETCH_FORWARD, false, 1, "next");
    fetches("prior from prior", FETCH_BACKWARD, false, 1, "prior");
    fetches("first c", FETCH_ABSOLUTE, false, 1, "c");
    fetches("last in c", FETCH_ABSOLUTE, false, -1, "c");
    fetches("absolute -5 from c", FETCH_ABSOLUTE, false, -5, "c");
    fetches("relative +5 c", FETCH_RELATIVE, false, 5, "c");
    fetches("10 c", FETCH_FORWARD, false, 10, "c");
    fetches("- 10 c", FETCH_FORWARD, false, -10, "c");
    fetches("all from c", FETCH_FORWARD, true, 0, "c");
    fetches("forward all c", FETCH_FORWARD, true, 0, "c");
    fetches("backward 3 in c", FETCH_BACKWARD, false, 3, "c");
    fetches("backward all in c", FETCH_BACKWARD, true, 0, "c");
}

TEST(what_is_no_fetch_is_refused) {
    static const char *const wrong[] = {
        "",     "5",    "all",          "absolute from c", "forward forward c", "c d",
        "from", "\"\"", "absolute x c", "99999999999 c",   "next 5 c",          "1.5 from c",
        "'c'",  "- c",  "relative"};
    AUTO(Arena) a = {0};
    FetchStatement f;
    for (size_t i = 0; i < ARRAY_LEN(wrong) - 1; i++) /* the last is a cursor of that name */
        if (sql_fetch_parse(&a, str_of(wrong[i]), &f)) fail_msg("%s", wrong[i]);
    assert_true(sql_fetch_parse(&a, STR("relative"), &f));
}

TEST(declare_is_read) {
    AUTO(Arena) a = {0};
    DeclareStatement d;
    assert_true(sql_declare_parse(&a, STR("C binary insensitive no scroll cursor with hold for select 1 "), &d));
    assert_true(str_is(d.name, "c") && d.binary && d.no_scroll && !d.scroll && d.hold && str_is(d.query, "select 1"));
    assert_true(sql_declare_parse(&a, STR("c scroll cursor without hold for values (1)"), &d));
    assert_true(d.scroll && !d.hold && !d.binary && str_is(d.query, "values (1)"));
    assert_false(sql_declare_parse(&a, STR("c no cursor for select 1"), &d));
    assert_false(sql_declare_parse(&a, STR("c cursor with for select 1"), &d));
    assert_false(sql_declare_parse(&a, STR("c cursor select 1"), &d));
    assert_false(sql_declare_parse(&a, STR("c cursor for"), &d));
    assert_false(sql_declare_parse(&a, STR("'c' cursor for select 1"), &d));
}

TEST(prepare_and_execute_are_read) {
    AUTO(Arena) a = {0};
    PrepareStatement p;
    ExecuteStatement e;
    assert_true(sql_prepare_parse(&a, STR("P (int, numeric(10, 2), unknown) as select $1, $2, $3, '$1'"), &p));
    assert_int_equal(p.type_count, 3);
    assert_true(str_is(p.name, "p") && str_is(p.types[1], "numeric(10, 2)"));
    assert_true(str_is(sql_prepare_cast(&a, &p), "select CAST($1 AS int), CAST($2 AS numeric(10, 2)), $3, '$1'"));
    assert_false(sql_prepare_parse(&a, STR("p () as select 1"), &p));
    assert_false(sql_prepare_parse(&a, STR("p (int as select 1"), &p));
    assert_false(sql_prepare_parse(&a, STR("p as"), &p));
    assert_true(sql_execute_parse(&a, STR("\"P\" (f(1, 2), array[3, 4], 'a,b(')"), &e));
    assert_int_equal(e.argument_count, 3);
    assert_true(str_is(e.name, "P") && str_is(e.arguments[0], "f(1, 2)") && str_is(e.arguments[2], "'a,b('"));
    assert_true(sql_execute_parse(&a, STR("p"), &e));
    assert_false(sql_execute_parse(&a, STR("p()"), &e));
    assert_false(sql_execute_parse(&a, STR("p(1,)"), &e));
    assert_false(sql_execute_parse(&a, STR("p(1) 2"), &e));
    assert_false(sql_execute_parse(&a, STR("p(1"), &e));
}

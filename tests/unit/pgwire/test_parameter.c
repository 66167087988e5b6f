/* Texts of PostgreSQL's bytea and arrays in the words of DuckDB. */
#include "pgwire/parameter.h"
#include "unit/test.h"

static const DataType bytes = {.id = DATA_BLOB};
static const DataType text = {.id = DATA_VARCHAR};

static void expect(const DataType *type, const char *given, const char *wanted) {
    AUTO(Arena) a = {0};
    Str got = {0};
    bool is = parameter_literal(&a, type, str_of(given), &got);
    if (is != (wanted != NULL)) fail_msg("%s: %s", given, is ? "taken" : "refused");
    if (wanted && !str_is(got, wanted)) fail_msg("%s: " STR_FMT, given, STR_ARG(got));
}

TEST(parameter_literals_of_bytes) {
    expect(&bytes, "\\x00ff", "CAST('\\x00\\xff' AS BLOB)");
    expect(&bytes, "\\x", "CAST('' AS BLOB)");
    expect(&bytes, "a\\\\b\\377", "CAST('\\x61\\x5c\\x62\\xff' AS BLOB)");
    expect(&bytes, "\\x0", NULL);
    expect(&bytes, "\\xzz", NULL);
    expect(&bytes, "\\x00\\xff", NULL); /* DuckDB's own */
    expect(&bytes, "\\400", NULL);
    expect(&bytes, "\\", NULL);
    expect(&text, "\\x00ff", NULL);
}

TEST(parameter_literals_of_arrays) {
    DataType item = {.id = DATA_INTEGER}, list = {.id = DATA_LIST, .children = &item, .child_count = 1};
    expect(&list, "{1,NULL, 2 }", "CAST('[\"1\",NULL,\"2\"]' AS INTEGER[])");
    expect(&list, "{}", "CAST('[]' AS INTEGER[])");
    expect(&list, "[1,2]", NULL);
    item.id = DATA_VARCHAR;
    expect(&list, "{it's,\"a \\\"b\\\", \",\\n}", "CAST('[\"it''s\",\"a \\\"b\\\", \",\"n\"]' AS VARCHAR[])");
    expect(&list, "{\"NULL\",{x}}", "CAST('[\"NULL\",[\"x\"]]' AS VARCHAR[])");
    expect(&list, "{\"open", "CAST('[\"open\"' AS VARCHAR[])");
    expect(&text, "{1,2}", NULL);
}

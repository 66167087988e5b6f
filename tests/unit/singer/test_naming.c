/* Names of columns and tables: target-duckdb's, the SDK's for schemas. */
#include "unit/test.h"

#include "base/json.h"
#include "singer/naming.h"

static void check(Str got, const char *expected, const char *what) {
    if (!str_is(got, expected)) fail_msg("%s: got \"" STR_FMT "\", expected \"%s\"", what, STR_ARG(got), expected);
}

TEST(naming_columns_are_lower_case_and_otherwise_as_they_came) {
    static const struct {
        const char *property, *column;
    } cases[] = {
        {"id", "id"},
        {"First Name", "first name"},
        {"with-dash", "with-dash"},
        {"with.dot", "with.dot"},
        {"%", "%"},
        {"#", "#"},
        {"1st", "1st"},
        {" lead", " lead"},
        {"trail ", "trail "},
        {"a\"b", "a\"b"},
        {"SELECT", "select"},
        {"ÅÄÖ", "åäö"},
        {"ΑΒΓ", "αβγ"},
        {"Привет", "привет"},
        {"日本", "日本"},
        {"İ", "i\xCC\x87"},
        {"ẞ", "ß"},
        {"K", "k"},
        {"𐐀", "𐐨"},
        {"tab\there", "tab\there"},
        {"", "_"},
        {"a\xFFz", "a_z"},
        {"\xC3", "_"},
        {"\xE2\x82", "__"},
        {"x\xED\xA0\x80y", "x___y"},
    };
    AUTO(Arena) arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(column_name(&arena, str_of(cases[i].property)), cases[i].column, cases[i].property);
    Str nul = column_name(&arena, STR("a\0B"));
    check(nul, "a_b", "NUL");
}

TEST(naming_long_columns_stay) {
    AUTO(Arena) arena = {0};
    char name[3000];
    memset(name, 'x', sizeof name);
    assert_int_equal(column_name(&arena, (Str){name, sizeof name}).len, sizeof name);
}

TEST(naming_conforms_as_the_sdk) {
    static const struct {
        const char *name, *conformed;
    } cases[] = {
        {"First Name", "first_name"},
        {"a.b-c", "a_b_c"},
        {"1abc", "babc"},
        {"9", "j"},
        {"0", "a"},
        {"test:Special!", "testspecial"},
        {"  x  ", "x"},
        {"åb", "b"},
        {"a__b", "a__b"},
        {"a  b", "a__b"},
        {"%", "%"},
        {"", "_"},
        {"日本", "日本"},
    };
    AUTO(Arena) arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(conform_name(&arena, str_of(cases[i].name)), cases[i].conformed, cases[i].name);
}

TEST(naming_splits_streams_into_schema_and_table) {
    static const struct {
        const char *stream, *standard, *schema, *table;
    } cases[] = {
        {"plain", "", "main", "plain"},
        {"Upper", "raw", "raw", "upper"},
        {"a-b", "", "a", "b"},
        {"a-b", "raw", "raw", "b"},
        {"cat-Sch-tbl", "", "sch", "tbl"},
        {"a-b-c-d", "", "main", "c_d"},
        {"a-b-c-d", "My Schema", "My Schema", "c_d"},
        {"dot.ted", "", "main", "dot_ted"},
        {"with space", "", "main", "with space"},
        {"Test:Special!in?attributes", "", "main", "test:special!in?attributes"},
        {"1st", "", "main", "1st"},
        {"åÄö", "", "main", "åäö"},
        {"-lead", "", "main", "lead"},
        {"trail-", "", "trail", "trail_"},
        {"a--b", "", "main", "b"},
        {"-", "", "main", "_"},
        {"", "", "main", "_"},
        {"quo\"te", " raw ", "raw", "quo\"te"},
        {"2020-orders", "", "c020", "orders"},
    };
    AUTO(Arena) arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        TableName name = table_name(&arena, str_of(cases[i].stream), str_of(cases[i].standard), NULL);
        check(name.schema, cases[i].schema, cases[i].stream);
        check(name.table, cases[i].table, cases[i].stream);
    }
}

TEST(naming_maps_schemas) {
    AUTO(Arena) arena = {0};
    Err err;
    Node *mapping = json_parse(&arena, STR("{\"s1\": {\"target_schema\": \"One\"}, \"s2\": {}}"), &err);
    assert_non_null(mapping);
    check(table_name(&arena, STR("s1-t"), STR("rest"), mapping).schema, "One", "mapped");
    check(table_name(&arena, STR("c-s1-t"), STR(""), mapping).schema, "One", "mapped, three parts");
    check(table_name(&arena, STR("s2-t"), STR("rest"), mapping).schema, "rest", "mapped to nothing");
    check(table_name(&arena, STR("s3-t"), STR("rest"), mapping).schema, "rest", "not mapped");
    check(table_name(&arena, STR("s3-t"), STR(""), mapping).schema, "s3", "not mapped, no default");
    check(table_name(&arena, STR("t"), STR(""), mapping).schema, "main", "no schema part");
}

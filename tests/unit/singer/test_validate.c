/* Validation of records: messages here, verdicts against python's jsonschema in test_recorded.c. */
#include "unit/test.h"

#include "base/json.h"
#include "singer/validate.h"

static Node *parse(Arena *a, const char *text) {
    Err err;
    Node *n = json_parse(a, str_of(text), &err);
    if (!n) fail_msg("%s: %s", text, err.msg);
    return n;
}

static void expect(const char *schema, const char *record, const char *message) {
    AUTO(Arena) arena = {0};
    Err err = {0};
    bool ok = record_validate(parse(&arena, schema), parse(&arena, record), &arena, &err);
    if (!message && !ok) fail_msg("%s of %s: %s", record, schema, err.msg);
    if (message && ok) fail_msg("%s of %s passes", record, schema);
    static const char prefix[] = "the record does not match the stream's schema: ";
    if (message && strncmp(err.msg, prefix, strlen(prefix)) == 0)
        memmove(err.msg, err.msg + strlen(prefix), strlen(err.msg));
    if (message) assert_string_equal(err.msg, message);
}

TEST(validate_says_where_and_why) {
    expect("{\"properties\": {\"price\": {\"minimum\": 0}}}", "{\"price\": -5}",
           "price: -5 is less than the minimum of 0");
    expect("{\"properties\": {\"a\": {\"exclusiveMaximum\": 5}}}", "{\"a\": 5.0}",
           "a: 5.0 is greater than or equal to 5");
    expect("{\"properties\": {\"a\": {\"type\": [\"null\", \"integer\"]}}}", "{\"a\": \"x\"}",
           "a: \"x\" is not of type null or integer");
    expect("{\"required\": [\"a\", \"b\"]}", "{\"b\": null}", "\"a\" is required but missing");
    expect("{\"properties\": {\"l\": {\"items\": {\"properties\": {\"n\": {\"type\": \"number\"}}}}}}",
           "{\"l\": [{\"n\": 1}, {\"n\": true}]}", "l[1].n: true is not of type number");
    expect("{\"properties\": {\"e\": {\"enum\": [\"a\", 1]}}}", "{\"e\": \"b\"}", "e: \"b\" is not one of [\"a\",1]");
    expect("{\"properties\": {}, \"additionalProperties\": false}", "{\"x\": 1}", "\"x\" is not in the schema");
    expect("{\"properties\": {\"p\": {\"pattern\": \"^a\"}}}", "{\"p\": \"b\"}", "p: \"b\" does not match \"^a\"");
    expect("{\"properties\": {\"m\": {\"multipleOf\": 0.01}}}", "{\"m\": 1.005}", "m: 1.005 is not a multiple of 0.01");
    expect("{\"properties\": {\"s\": {\"maxLength\": 2}}}", "{\"s\": \"日本語\"}",
           "s: \"日本語\" is longer than 2 characters");
    expect("{\"properties\": {\"s\": {\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"string\"}]}}}", "{\"s\": 1}",
           "s: 1 matches no schema of anyOf");
    expect("{\"properties\": {\"s\": false}}", "{\"s\": 1}", "s: 1 is not allowed");
}

TEST(validate_reports_the_first_few_and_counts_the_rest) {
    expect("{\"additionalProperties\": {\"type\": \"null\"}}", "{\"a\":1,\"b\":2}",
           "a: 1 is not of type null; b: 2 is not of type null");
    expect("{\"additionalProperties\": {\"type\": \"null\"}}",
           "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7}",
           "a: 1 is not of type null; b: 2 is not of type null; c: 3 is not of type null; d: 4 is not of type null; "
           "e: 5 is not of type null; and 2 more");
}

TEST(validate_cuts_long_values) {
    expect("{\"properties\": {\"s\": {\"type\": \"null\"}}}",
           "{\"s\": \"0123456789012345678901234567890123456789012345678901234567890123456789\"}",
           "s: \"0123456789012345678901234567890123456789\"... is not of type null");
    expect("{\"properties\": {\"s\": {\"type\": \"null\"}}}",
           "{\"s\": \"012345678901234567890123456789012345678é0123456789\"}",
           "s: \"012345678901234567890123456789012345678\"... is not of type null");
}

TEST(validate_knows_draft_4) {
    expect("{\"properties\": {\"a\": {\"maximum\": 10, \"exclusiveMaximum\": true}}}", "{\"a\": 9.99}", NULL);
    expect("{\"properties\": {\"a\": {\"maximum\": 10, \"exclusiveMaximum\": true}}}", "{\"a\": 10}",
           "a: 10 is greater than or equal to 10");
    expect("{\"properties\": {\"a\": {\"maximum\": 10, \"exclusiveMaximum\": false}}}", "{\"a\": 10}", NULL);
    expect("{\"properties\": {\"a\": {\"items\": [{\"type\": \"null\"}]}}}", "{\"a\": [1]}",
           "a[0]: 1 is not of type null");
}

TEST(validate_lists_what_it_does_not_check) {
    AUTO(Arena) arena = {0};
    AUTO(StrVec) unchecked = {0};
    Node *schema = parse(&arena, "{\"title\": \"x\", \"format\": \"email\", \"properties\": {"
                                 "\"a\": {\"pattern\": \"(?=x)\"}, \"b\": {\"pattern\": \"(?=x)\"},"
                                 "\"c\": {\"$ref\": \"#/x\"}, \"d\": {\"maxLength\": \"5\"}, \"e\": {\"if\": {}}}}");
    const Validator *v = validator_new(&arena, schema, &unchecked);
    assert_int_equal(unchecked.len, 4);
    assert_string_equal(unchecked.at[0].at, "pattern \"(?=x)\"");
    assert_string_equal(unchecked.at[1].at, "$ref \"#/x\"");
    assert_string_equal(unchecked.at[2].at, "maxLength \"5\"");
    assert_string_equal(unchecked.at[3].at, "if");
    Err err;
    assert_true(validator_check(v, parse(&arena, "{\"a\": \"b\", \"d\": \"123456789\"}"), &err));
}

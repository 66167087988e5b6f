/* JSON and Node. */
#include "unit/base/records.h"

static Node *parse(Arena *a, const char *text) {
    Err err = {0};
    Node *n = json_parse(a, str_of(text), &err);
    if (!n) fail_msg("%s: %s", text, err.msg);
    return n;
}

static const char *written(Arena *a, const Node *n, JsonStyle style) {
    AUTO(Buf) out = {0};
    json_write(&out, n, style);
    return arena_c(a, buf_str(&out));
}

/* ---- scanning ---- */

TEST(json_scans_strings) {
    const struct {
        Str text, raw;
        bool escaped, ascii;
    } cases[] = {
        {STR_INIT("\"\""), STR_INIT(""), false, true},
        {STR_INIT("\"abc\"x"), STR_INIT("abc"), false, true},
        {STR_INIT("\"a\\\"b\""), STR_INIT("a\\\"b"), true, true},
        {STR_INIT("\"a long text without anything\""), STR_INIT("a long text without anything"), false, true},
        {STR_INIT("\"seven b\xc3\xbc\""), STR_INIT("seven b\xc3\xbc"), false, false},
        {STR_INIT("\"x\\\xc3\xbc\""), STR_INIT("x\\\xc3\xbc"), true, false},
        {STR_INIT("\"plain\",\"\xc3\xbc behind\""), STR_INIT("plain"), false, true}, /* what follows does not count */
        {STR_INIT("\"\x7f \""), STR_INIT("\x7f "), false, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        JsonString s;
        Str text = cases[i].text;
        const char *behind = json_scan_string(text.at, text.at + text.len, &s);
        assert_non_null(behind);
        assert_true(str_equal(s.raw, cases[i].raw));
        assert_int_equal(s.escaped, cases[i].escaped);
        assert_int_equal(s.ascii, cases[i].ascii);
        assert_ptr_equal(behind, text.at + cases[i].raw.len + 2);
    }
    const Str wrong[] = {STR_INIT("\""),       STR_INIT("\"abc"), STR_INIT("\"a\nb\""),
                         STR_INIT("\"a\0b\""), STR_INIT("\"a\\"), STR_INIT("\"12345678\x1f\""),
                         STR_INIT("\"\\\n\"")};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        JsonString s;
        assert_null(json_scan_string(wrong[i].at, wrong[i].at + wrong[i].len, &s));
    }
}

/* Every position of every kind of byte, so that the words of eight are crossed everywhere. */
TEST(json_scans_strings_at_every_offset) {
    for (size_t len = 0; len < 40; len++) {
        for (size_t at = 0; at < len; at++) {
            const char kinds[] = {'\\', '\xc3', '\n', 'x'};
            for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
                char text[64] = "\"";
                memset(text + 1, 'a', len);
                text[1 + at] = kinds[k];
                text[1 + len] = '"';
                JsonString s;
                const char *behind = json_scan_string(text, text + len + 2, &s);
                bool eats_quote = kinds[k] == '\\' && at + 1 == len;
                assert_int_equal(behind != NULL, kinds[k] != '\n' && !eats_quote);
                if (!behind) continue;
                assert_int_equal(s.raw.len, len);
                assert_int_equal(s.escaped, kinds[k] == '\\');
                assert_int_equal(s.ascii, kinds[k] != '\xc3');
            }
        }
    }
}

TEST(json_scans_numbers) {
    const struct {
        const char *text;
        size_t len; /* 0 = none */
        bool integer;
    } cases[] = {
        {"0", 1, true},          {"-0", 2, true},    {"12345678901234567890,", 20, true},
        {"1.50", 4, false},      {"1e5", 3, false},  {"1E+05]", 5, false},
        {"-1.0e-0", 7, false},   {"NaN", 3, false},  {"Infinity", 8, false},
        {"-Infinity", 9, false}, {"01", 0, false},   {"-", 0, false},
        {"1.", 0, false},        {".5", 0, false},   {"+1", 0, false},
        {"1e", 0, false},        {"1e+", 0, false},  {"-NaN", 0, false},
        {"nan", 0, false},       {"Inf", 0, false},  {"", 0, false},
        {"--1", 0, false},       {"1.e5", 0, false}, {"-01", 0, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool integer;
        const char *text = cases[i].text, *behind = json_scan_number(text, text + strlen(text), &integer);
        if ((behind ? (size_t)(behind - text) : 0) != cases[i].len) fail_msg("%s", text);
        if (behind) assert_int_equal(integer, cases[i].integer);
    }
}

TEST(json_skips_whole_values) {
    const char *good[] = {"{}",
                          "[]",
                          "null",
                          "true",
                          "false",
                          "[1, [2], {\"a\" : [ ]} ]",
                          "\"\\u00e4\\n\"",
                          "{\"a\":1,\"a\":2}",
                          "-1.5e7",
                          "[\t1\r\n,\n2 ]"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_ptr_equal(json_skip(good[i], good[i] + strlen(good[i])), good[i] + strlen(good[i]));
    const char *bad[] = {"",           "{",         "[",   "[1,]", "{\"a\"}", "{\"a\":}",    "{a:1}",
                         "{\"a\":1,}", "[1 2]",     "nul", "tru",  "\"\\x\"", "\"\\u12g4\"", "\"\\u123\"",
                         "[,1]",       "{\"a\" 1}", "'a'", "]",    "{1:2}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (json_skip(bad[i], bad[i] + strlen(bad[i]))) fail_msg("%s", bad[i]);
}

/* No prefix of a document is one, and none is read beyond its end (ASan sees that). */
TEST(json_skips_no_prefix) {
    Str text = STR("{\"a\": [1.5e3, \"\\u00e4\\\\\", {\"b\": null}], \"c\": -Infinity, \"d\": true}");
    for (size_t len = 0; len < text.len; len++) {
        char *copy = malloc(len + 1);
        memcpy(copy, text.at, len);
        assert_null(json_skip(copy, copy + len));
        free(copy);
    }
}

TEST(json_unescapes) {
    const struct {
        const char *raw, *text;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"\\u0041\\u00e4\\u20AC", "A\xc3\xa4\xe2\x82\xac"},
        {"\\ud83e\\udd86!", "\xf0\x9f\xa6\x86!"},
        {"\\ud83e", "\xef\xbf\xbd"},
        {"\\udd86\\ud83e", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\\ud83ex", "\xef\xbf\xbdx"},
        {"\\ud83e\\u0041", "\xef\xbf\xbd"
                           "A"},
        {"a\\u007fb", "a\x7f"
                      "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str raw = str_of(cases[i].raw);
        char out[64];
        size_t len = json_unescape(raw, out);
        assert_int_equal(len, strlen(cases[i].text));
        assert_memory_equal(out, cases[i].text, len);
        assert_true(len <= raw.len);
    }
    char out[64];
    assert_int_equal(json_unescape(STR("\\u0000x"), out), 2); /* a NUL byte is text */
    const char *wrong[] = {"\\", "\\x", "\\u", "\\u12", "\\uZZZZ", "a\\"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (json_unescape((Str){wrong[i], strlen(wrong[i])}, out) != STR_NONE) fail_msg("%s", wrong[i]);
}

/* ---- documents ---- */

TEST(json_parse_keeps_numbers_and_order) {
    AUTO(Arena) a = {0};
    const char *text = "{\"z\": 12345678901234567890, \"a\": 1.10, \"m\": [NaN, -0], \"e\": \"\\u00e4\\u0000\"}";
    Node *n = parse(&a, text);
    assert_string_equal(written(&a, n, JSON_PYTHON),
                        "{\"z\": 12345678901234567890, \"a\": 1.10, \"m\": [NaN, -0], \"e\": \"\xc3\xa4\\u0000\"}");
    assert_string_equal(written(&a, n, JSON_COMPACT),
                        "{\"z\":12345678901234567890,\"a\":1.10,\"m\":[NaN,-0],\"e\":\"\xc3\xa4\\u0000\"}");
    assert_string_equal(written(&a, parse(&a, "{\"a\": [1, {}], \"b\": []}"), JSON_PRETTY),
                        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
    assert_true(str_is(node_text(node_get_c(n, "a")), "1.10"));
    assert_int_equal(node_get_c(n, "e")->text.len, 3);
    assert_int_equal(node_get_c(n, "m")->begin, (size_t)(strchr(text, '[') - text));
    assert_int_equal(node_get_c(n, "m")->end, (size_t)(strchr(text, ']') + 1 - text));
}

TEST(json_parse_last_of_a_doubled_key) {
    AUTO(Arena) a = {0};
    Node *n = parse(&a, "{\"a\": 1, \"b\": 2, \"a\": 3}");
    assert_int_equal(n->len, 2);
    assert_true(str_is(node_text(node_get_c(n, "a")), "3"));
}

TEST(json_takes_what_python_takes) {
    AUTO(Arena) a = {0};
    Str rest = read_record(&a, "jsons.tsv"), fields[2];
    while (next_record(&rest, fields, 2)) {
        Str text = decoded(&a, fields[0]);
        Err err = {0};
        bool valid = str_is(fields[1], "1"), parsed = json_parse(&a, text, &err) != NULL;
        const char *from = json_space(text.at, text.at + text.len), *behind = json_skip(from, text.at + text.len);
        bool skipped = behind && json_space(behind, text.at + text.len) == text.at + text.len;
        if (parsed != valid || skipped != valid) fail_msg("%s", text.at);
    }
}

TEST(json_parse_says_where) {
    AUTO(Arena) a = {0};
    const struct {
        const char *text, *msg;
    } cases[] = {
        {"", "JSON: expected a value at column 1 (end of text)"},
        {"[1 2,\n 3]", "JSON: expected ',' or the end of the list or map at line 1, column 4 near \"2,\""},
        {"[1,\n 2,\n x]", "JSON: expected a value at line 3, column 2 near \"x]\""},
        {"[1,]", "JSON: expected a value behind ',' at column 4 near \"]\""},
        {"{\"a\" 1}", "JSON: expected ':' at column 6 near \"1}\""},
        {"{a: 1}", "JSON: expected a key in quotes at column 2 near \"a: 1}\""},
        {"[1", "JSON: list or map without end at column 3 (end of text)"},
        {"1 2", "JSON: text behind the value at column 3 near \"2\""},
        {"\"a", "JSON: string without end or with a control character at column 1 near \"\"a\""},
        {"\"\\q\"", "JSON: wrong escape in string at column 1 near \"\"\\q\"\""},
        {"[1 2]", "JSON: expected ',' or the end of the list or map at column 4 near \"2]\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Err err = {0};
        assert_null(json_parse(&a, str_of(cases[i].text), &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.msg, cases[i].msg);
    }
}

TEST(json_depth_has_a_limit) {
    AUTO(Arena) a = {0};
    AUTO(Buf) text = {0};
    Err err = {0};
    for (int i = 0; i < JSON_DEPTH_LIMIT; i++) buf_put(&text, '[');
    for (int i = 0; i < JSON_DEPTH_LIMIT; i++) buf_put(&text, ']');
    Node *n = json_parse(&a, buf_str(&text), &err);
    assert_non_null(n);
    assert_ptr_equal(json_skip(text.at, text.at + text.len), text.at + text.len);
    AUTO(Buf) deeper = {0};
    buf_printf(&deeper, "[%s]", buf_c(&text));
    assert_null(json_parse(&a, buf_str(&deeper), &err));
    assert_non_null(strstr(err.msg, "nested too deep"));
    assert_null(json_skip(deeper.at, deeper.at + deeper.len));
}

TEST(json_writes_any_bytes) {
    AUTO(Buf) out = {0};
    json_write_string(&out, STR("\x01\x1f\x7f \"\\/ \xc3\xbc \xff\xe2\x82 \xc3\xbc"));
    assert_string_equal(buf_c(&out),
                        "\"\\u0001\\u001f\x7f \\\"\\\\/ \xc3\xbc \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xbc\"");
    buf_clear(&out);
    json_write(&out, NULL, JSON_COMPACT);
    assert_string_equal(buf_c(&out), "null");
}

/* ---- Node ---- */

TEST(node_reads_of_nothing) {
    AUTO(Arena) a = {0};
    assert_null(node_get(NULL, STR("a")));
    assert_null(node_at(NULL, 0));
    assert_true(node_is_null(NULL) && node_is_null(parse(&a, "null")));
    assert_int_equal(node_text(NULL).len, 0);
    assert_int_equal(node_text(parse(&a, "true")).len, 0);
    assert_null(node_at(parse(&a, "[1]"), 1));
    assert_null(node_get_c(parse(&a, "[1]"), "a"));
    assert_true(node_is_integer(parse(&a, "-12")));
    assert_false(node_is_integer(parse(&a, "1e2")) || node_is_integer(parse(&a, "NaN")) ||
                 node_is_integer(parse(&a, "\"1\"")));
}

TEST(node_builds_and_changes) {
    AUTO(Arena) a = {0};
    Node *n = node_new(&a, NODE_MAP), *list = node_new(&a, NODE_LIST);
    node_put(&a, n, STR("s"), node_string(&a, STR("x")));
    node_put(&a, n, STR("list"), list);
    node_push(&a, list, node_i64(&a, INT64_MIN));
    node_push(&a, list, node_bool(&a, true));
    node_push(&a, list, node_number(&a, STR("1.0")));
    node_put(&a, n, STR("s"), node_string(&a, STR("y")));
    assert_string_equal(written(&a, n, JSON_COMPACT), "{\"s\":\"y\",\"list\":[-9223372036854775808,true,1.0]}");
    Node *copy = node_copy(&a, n);
    assert_true(node_remove(n, STR("s")));
    assert_false(node_remove(n, STR("s")));
    assert_string_equal(written(&a, n, JSON_COMPACT), "{\"list\":[-9223372036854775808,true,1.0]}");
    assert_string_equal(written(&a, copy, JSON_COMPACT), "{\"s\":\"y\",\"list\":[-9223372036854775808,true,1.0]}");
}

TEST(node_equal_looks_at_values) {
    AUTO(Arena) a = {0};
    assert_true(node_equal(parse(&a, "{\"a\": 1, \"b\": [true, null]}"), parse(&a, "{\"b\": [true, null], \"a\": 1}")));
    assert_false(node_equal(parse(&a, "[1]"), parse(&a, "[1, 2]")));
    assert_false(node_equal(parse(&a, "1"), parse(&a, "1.0")));
    assert_false(node_equal(parse(&a, "1"), parse(&a, "\"1\"")));
    assert_false(node_equal(parse(&a, "{\"a\": null}"), parse(&a, "{\"b\": null}")));
    assert_true(node_equal(NULL, parse(&a, "null")));
}

TEST(node_merge_as_meltano_merges_state) {
    AUTO(Arena) a = {0};
    Node *under = parse(&a, "{\"bookmarks\": {\"a\": {\"v\": 1}, \"b\": {\"v\": 2}}, \"list\": [1, 2], \"keep\": 1}");
    Node *over = parse(&a, "{\"bookmarks\": {\"b\": {\"w\": 3}, \"c\": {}}, \"list\": [3]}");
    Node *merged = node_merge(&a, under, over);
    assert_string_equal(written(&a, merged, JSON_COMPACT),
                        "{\"bookmarks\":{\"a\":{\"v\":1},\"b\":{\"v\":2,\"w\":3},\"c\":{}},\"list\":[3],\"keep\":1}");
    assert_string_equal(written(&a, under, JSON_COMPACT),
                        "{\"bookmarks\":{\"a\":{\"v\":1},\"b\":{\"v\":2}},\"list\":[1,2],\"keep\":1}");
    assert_string_equal(written(&a, node_merge(&a, under, parse(&a, "5")), JSON_COMPACT), "5");
    assert_string_equal(written(&a, node_merge(&a, NULL, over), JSON_COMPACT), written(&a, over, JSON_COMPACT));
}

/* Large maps have an index; it must hold through additions, removals and maps filled by hand. */
TEST(node_large_maps) {
    AUTO(Arena) a = {0};
    enum { KEYS = 20000 };
    AUTO(Buf) text = {0};
    for (int i = 0; i < KEYS; i++) buf_printf(&text, "%c\"k%d\":%d", i ? ',' : '{', i, i);
    buf_append_c(&text, ",\"k7\":-7}");
    Node *n = parse(&a, buf_c(&text));
    assert_int_equal(n->len, KEYS);
    for (int i = 0; i < KEYS; i += 2)
        if (i % 1000 == 0) assert_true(node_remove(n, arena_printf(&a, "k%d", i)));
    for (int i = 0; i < KEYS; i++) {
        Str wanted = i == 7 ? STR("-7") : arena_printf(&a, "%d", i);
        Str got = node_text(node_get(n, arena_printf(&a, "k%d", i)));
        assert_true(i % 1000 == 0 ? !got.at : str_equal(got, wanted));
    }
    for (int i = 0; i < KEYS; i += 1000) node_put(&a, n, arena_printf(&a, "k%d", i), node_i64(&a, i));
    assert_int_equal(n->len, KEYS);
    assert_true(node_equal(n, node_copy(&a, n)));

    Node *by_hand = node_new(&a, NODE_MAP);
    by_hand->cap = 100;
    by_hand->keys = arena_array(&a, Str, 100);
    by_hand->items = arena_array(&a, Node *, 100);
    for (int i = 0; i < 50; i++) {
        by_hand->keys[by_hand->len] = arena_printf(&a, "h%d", i);
        by_hand->items[by_hand->len++] = node_i64(&a, i);
    }
    assert_true(str_is(node_text(node_get_c(by_hand, "h3")), "3"));
    node_put(&a, by_hand, STR("h50"), node_i64(&a, 50));
    by_hand->keys[by_hand->len] = STR("h51");
    by_hand->items[by_hand->len++] = node_i64(&a, 51);
    assert_true(str_is(node_text(node_get_c(by_hand, "h51")), "51"));
    node_put(&a, by_hand, STR("h51"), node_i64(&a, -51));
    assert_int_equal(by_hand->len, 52);
    assert_true(str_is(node_text(node_get_c(by_hand, "h51")), "-51"));
}

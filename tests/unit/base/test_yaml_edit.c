/* base/yaml_edit and base/yaml_write: the text blocks of yaml_edits.txt, line ends, round trips. */
#include "base/json.h"
#include "base/vec.h"
#include "base/yaml_edit.h"
#include "base/yaml_write.h"
#include "unit/test.h"

static Str read_data(Arena *a, const char *name) {
    FILE *in = fopen((const char *)arena_printf(a, "%s/%s", TEST_DATA, name).at, "rb");
    assert_non_null(in);
    AUTO(Buf) all = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, in)) > 0;) buf_append(&all, (Str){part, n});
    fclose(in);
    return arena_str(a, buf_str(&all));
}

typedef struct EditCase {
    Str operation, before, after;
    StrVec path;
    const Node *value;
} EditCase;

static bool run_edit(const EditCase *c, Buf *text, Err *err) {
    YamlPath path = {c->path.at, c->path.len};
    if (str_is(c->operation, "set")) return yaml_edit_set(text, path, c->value, err);
    if (str_is(c->operation, "append")) return yaml_edit_append(text, path, c->value, err);
    return yaml_edit_remove(text, path, err);
}

static void check_case(const EditCase *c) {
    AUTO(Buf) text = {0};
    buf_append(&text, c->before);
    Err err = {0};
    bool ok = run_edit(c, &text, &err);
    if (!ok && str_starts(c->after, STR("error: "))) {
        Str want = str_slice(c->after, 7, c->after.len - 1);
        if (!str_is(want, err.msg)) fail_msg("\"%s\", not \"" STR_FMT "\"", err.msg, STR_ARG(want));
        assert_true(str_equal(buf_str(&text), c->before));
        return;
    }
    if (!ok) fail_msg(STR_FMT " of\n" STR_FMT "%s", STR_ARG(c->operation), STR_ARG(c->before), err.msg);
    if (!str_equal(buf_str(&text), c->after))
        fail_msg(STR_FMT " of\n" STR_FMT "gave\n%s", STR_ARG(c->operation), STR_ARG(c->before), buf_c(&text));
}

/* "set [path] value" */
static void parse_head(Arena *a, Str head, EditCase *c) {
    Err err = {0};
    assert_true(str_cut(&head, ' ', &c->operation));
    const char *end = json_skip(head.at, head.at + head.len);
    assert_non_null(end);
    size_t n = (size_t)(end - head.at);
    const Node *path = json_parse(a, str_slice(head, 0, n), &err);
    assert_non_null(path);
    for (size_t i = 0; i < path->len; i++) vec_push(&c->path, path->items[i]->text);
    Str value = str_trim(str_slice(head, n, head.len));
    c->value = value.len ? json_parse(a, value, &err) : NULL;
}

TEST(yaml_edits_of_the_text_blocks) {
    AUTO(Arena) a = {0};
    Str rest = read_data(&a, "yaml_edits.txt");
    size_t cases = 0;
    for (size_t at; (at = str_find_str(rest, STR("\n=== "))) != STR_NONE; cases++) {
        rest = str_slice(rest, at + 5, rest.len);
        Str block = str_slice(rest, 0, str_find_str(rest, STR("\n=== ")) + 1), head;
        if (block.len == 0) block = rest;
        EditCase c = {0};
        assert_true(str_cut(&block, '\n', &head));
        parse_head(&a, head, &c);
        size_t arrow = str_find_str(block, STR("--->\n"));
        assert_int_not_equal(arrow, STR_NONE);
        c.before = str_slice(block, 0, arrow);
        c.after = str_slice(block, arrow + 5, block.len);
        check_case(&c);
        vec_release(&c.path);
    }
    assert_true(cases > 50);
}

TEST(yaml_edit_keeps_line_ends) {
    AUTO(Arena) a = {0};
    AUTO(Buf) text = {0};
    buf_append_c(&text, "a: 1\r\nb:\r\n- x\r\n");
    Err err = {0};
    Str path[] = {STR("b")};
    assert_true(yaml_edit_append(&text, (YamlPath){path, 1}, node_string(&a, STR("y")), &err));
    assert_string_equal(buf_c(&text), "a: 1\r\nb:\r\n- x\r\n- y\r\n");
    Str other[] = {STR("a")};
    assert_true(yaml_edit_set(&text, (YamlPath){other, 1}, node_i64(&a, 2), &err));
    assert_true(yaml_edit_remove(&text, (YamlPath){path, 1}, &err));
    assert_string_equal(buf_c(&text), "a: 2\r\n");
}

TEST(yaml_edit_ends_the_last_line) {
    AUTO(Arena) a = {0};
    AUTO(Buf) text = {0};
    buf_append_c(&text, "a: 1");
    Err err = {0};
    Str path[] = {STR("b")};
    assert_true(yaml_edit_set(&text, (YamlPath){path, 1}, node_i64(&a, 2), &err));
    assert_string_equal(buf_c(&text), "a: 1\nb: 2\n");
    buf_clear(&text);
    assert_true(yaml_edit_set(&text, (YamlPath){path, 1}, node_i64(&a, 2), &err));
    assert_string_equal(buf_c(&text), "b: 2\n");
}

static void round_trip(const char *json) {
    AUTO(Arena) a = {0};
    AUTO(Buf) block = {0};
    AUTO(Buf) flow = {0};
    Err err = {0};
    Node *n = json_parse(&a, str_of(json), &err), *again;
    assert_non_null(n);
    for (int i = 0; i < 2; i++) {
        buf_clear(&block);
        yaml_write(&block, n, 0, (YamlLayout){.step = i ? 4 : 2, .indent_lists = i});
        again = yaml_parse(&a, STR("t"), buf_str(&block), YAML_CORE_12, &err);
        if (!again || !node_equal(n, again)) fail_msg("%s became\n%s\n%s", json, buf_c(&block), again ? "" : err.msg);
    }
    yaml_write_flow(&flow, n);
    again = yaml_parse(&a, STR("t"), buf_str(&flow), YAML_11, &err);
    if (!again || !node_equal(n, again)) fail_msg("%s became\n%s\n%s", json, buf_c(&flow), again ? "" : err.msg);
}

TEST(yaml_write_reads_back) {
    round_trip(
        "{\"a\": [1, [2, {\"b\": [], \"c\": {}}]], \"d\": {\"e\": {\"f\": [[[1]]]}}, \"g\": [{\"h\": 1, \"i\": [2]}]}");
    round_trip("[\"\", \" \", \"a b\", \"a: b\", \"a:\", \"#\", \"a #\", \"- a\", \"-\", \"?\", \"'\", \"\\\"\", "
               "\"\\\\\", \"a'b\", \"@\"]");
    round_trip("[\"yes\", \"~\", \"1\", \"0x1\", \"1e3\", \"2020-01-01\", \"=\", \"<<\", \"null\", \"*\", \"&\", "
               "\"!x\", \"%\", \"|\", \">\"]");
    round_trip("[\"é\", \"日本\", \"\\u2028\", \"\\u0085\", \"\\ufeff\", \"\\u0000\", \"\\t\", \"a\\tb\", "
               "\"\\ud83d\\ude00\", \"...\", \"---\"]");
    round_trip("[\"a\\nb\", \"a\\nb\\n\", \"\\na\", \"a\\n\\nb\", \"a\\n\\n\", \" a\\nb\", \"a\\n b\", \"a\\r\\nb\", "
               "\"\\n\", \"a\\n  \", \"\\ta\\nb\"]");
    round_trip("{\"a\": \"x\\ny\\n\", \"b\": {\"c\": \"x\\n\\ny\"}, \"a b\": 1, \"a: b\": 2, \"\": 3, \"true\": 4, "
               "\"1\": 5, \"x\\ny\": 6}");
    round_trip("[null, true, false, 0, -1, 1.10, 12345678901234567890, NaN, Infinity, -Infinity]");
    round_trip("\"x\\ny\"");
    AUTO(Buf) long_key = {0};
    buf_append_c(&long_key, "{\"a\": {\"");
    for (int i = 0; i < 2000; i++) buf_append_c(&long_key, "\\u0001");
    buf_append_c(&long_key, "\": [1, {\"b\": 2}], \"c\": 1}}");
    round_trip(buf_c(&long_key));
}

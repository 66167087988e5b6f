/* base/yaml against what ruamel.yaml and PyYAML answered (record_yaml.py), and its own promises: places, errors, limits. */
#include "base/json.h"
#include "base/yaml.h"
#include "base/yaml_scalar.h"
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

static bool same_number(Str ours, Str real) {
    double a, b;
    if (str_equal(ours, real)) return true;
    bool exact = str_find(real, '.') == STR_NONE && str_find(real, 'e') == STR_NONE;
    return !exact && str_to_double(ours, &a) && str_to_double(real, &b) && a == b;
}

/* As node_equal, but 1.10 is 1.1. */
static bool same(const Node *ours, const Node *real) {
    if (ours->kind != real->kind || ours->len != real->len) return false;
    if (ours->kind == NODE_NUMBER) return same_number(ours->text, real->text);
    if (ours->kind == NODE_BOOL) return ours->truth == real->truth;
    if (ours->kind == NODE_STRING) return str_equal(ours->text, real->text);
    for (size_t i = 0; i < ours->len; i++) {
        const Node *other = ours->kind == NODE_MAP ? node_get(real, ours->keys[i]) : real->items[i];
        if (!other || !same(ours->items[i], other)) return false;
    }
    return true;
}

static const char *shown(Arena *a, const Node *n) {
    AUTO(Buf) out = {0};
    json_write(&out, n, JSON_PYTHON);
    return arena_c(a, buf_str(&out));
}

static Node *parse(Arena *a, const char *text, YamlDialect dialect) {
    Err err = {0};
    Node *n = yaml_parse(a, STR("t.yml"), str_of(text), dialect, &err);
    if (!n) fail_msg("%s", err.msg);
    return n;
}

static void expect_error(const char *text, const char *msg) {
    AUTO(Arena) a = {0};
    Err err = {0};
    assert_null(yaml_parse(&a, STR("t.yml"), str_of(text), YAML_CORE_12, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_string_equal(err.msg, msg);
}

static void expect_scalar(Arena *a, Str plain, Str real, YamlDialect dialect) {
    if (str_is(real, "!")) return;
    Err err = {0};
    Node *want = json_parse(a, real, &err);
    assert_non_null(want);
    YamlValue value = yaml_scalar(a, plain, dialect);
    Node got = {.kind = value.kind, .truth = value.truth, .text = value.text};
    if (!same(&got, want))
        fail_msg("%.*s (dialect %d) is %s, not %.*s", STR_ARG(plain), dialect, shown(a, &got), STR_ARG(real));
}

TEST(yaml_scalars_as_ruamel_and_pyyaml) {
    AUTO(Arena) a = {0};
    Str rest = read_data(&a, "yaml_scalars.tsv"), line, plain, ruamel, pyyaml;
    size_t rows = 0;
    while (str_cut(&rest, '\n', &line) && line.len) {
        assert_true(str_cut(&line, '\t', &plain) && str_cut(&line, '\t', &ruamel) && str_cut(&line, '\t', &pyyaml));
        expect_scalar(&a, plain, ruamel, YAML_CORE_12);
        expect_scalar(&a, plain, pyyaml, YAML_11);
        rows++;
    }
    assert_true(rows > 500);
}

static void expect_document(Arena *a, Str text, const Node *real, YamlDialect dialect) {
    Err err = {0};
    Node *got = yaml_parse(a, STR("t.yml"), text, dialect, &err);
    if (!real) {
        if (got) fail_msg("\"%.*s\" is refused by the real one, we read %s", STR_ARG(text), shown(a, got));
        return;
    }
    if (!got) fail_msg("\"%.*s\": %s", STR_ARG(text), err.msg);
    if (!same(got, real)) fail_msg("\"%.*s\" is %s, not %s", STR_ARG(text), shown(a, got), shown(a, real));
}

TEST(yaml_documents_as_ruamel_and_pyyaml) {
    AUTO(Arena) a = {0};
    Str rest = read_data(&a, "yaml_documents.jsonl"), line;
    while (str_cut(&rest, '\n', &line) && line.len) {
        Err err = {0};
        Node *row = json_parse(&a, line, &err);
        assert_non_null(row);
        Str text = node_text(node_get_c(row, "text"));
        expect_document(&a, text, node_get_c(row, "ruamel"), YAML_CORE_12);
        /* PyYAML takes the last of two equal keys */
        bool twice = str_is(text, "a: 1\na: 2");
        if (!twice) expect_document(&a, text, node_get_c(row, "pyyaml"), YAML_11);
    }
}

TEST(yaml_numbers_are_json) {
    AUTO(Arena) a = {0};
    Node *n = parse(&a, "[0x10, 1_000, .5, +1, 1., 1.10, -0x0, .inf, 12345678901234567890, 1e3]", YAML_CORE_12);
    assert_string_equal(shown(&a, n), "[16, 1000, 0.5, 1, 1.0, 1.10, 0, Infinity, 12345678901234567890, 1e3]");
}

TEST(yaml_unknown_tags_are_ignored) {
    AUTO(Arena) a = {0};
    Node *n = parse(&a, "a: !foo 5\nb: !bar {c: 1}\nd: !!str 7\ne: ! 7", YAML_CORE_12);
    assert_string_equal(shown(&a, n), "{\"a\": \"5\", \"b\": {\"c\": 1}, \"d\": \"7\", \"e\": \"7\"}");
}

TEST(yaml_aliases_are_shared) {
    AUTO(Arena) a = {0};
    Node *n = parse(&a, "a: &x [1]\nb: *x", YAML_CORE_12);
    assert_ptr_equal(node_get_c(n, "a"), node_get_c(n, "b"));
}

TEST(yaml_places_are_bytes) {
    AUTO(Arena) a = {0};
    const char *text = "\xEF\xBB\xBFé: ü # ö\nlist:\n  - 'ß'\n\n# c\nnone:\nmap: {b: 1}\n";
    Node *n = parse(&a, text, YAML_CORE_12);
    const struct {
        const Node *node;
        const char *text;
        uint32_t line;
    } places[] = {{node_get_c(n, "é"), "ü", 1},
                  {node_get_c(n, "list"), "- 'ß'", 3},
                  {node_at(node_get_c(n, "list"), 0), "'ß'", 3},
                  {node_get_c(n, "none"), "", 6},
                  {node_get_c(n, "map"), "{b: 1}", 7}};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const Node *at = places[i].node;
        assert_true(str_is(str_slice(str_of(text), at->begin, at->end), places[i].text));
        assert_int_equal(at->line, places[i].line);
    }
}

TEST(yaml_errors_say_where) {
    expect_error("a: 1\nb:\n  c: 1\n  c: 2\n", "t.yml:4:3: the key is given twice: \"c\"");
    expect_error("a: [1, 2\nb: 3\n", "t.yml:2:2: did not find expected ',' or ']': \"b: 3\"");
    expect_error("a: b: c\n", "t.yml:1:5: mapping values are not allowed in this context: \"a: b: c\"");
    expect_error("é: [1, 2", "t.yml:2:1: did not find expected ',' or ']': \"é: [1, 2\"");
    expect_error("a: *x\n", "t.yml:1:4: nothing is anchored as \"x\"");
    expect_error("a: &x [*x]\n", "t.yml:1:8: an alias inside its own anchor: \"x\"");
    expect_error("a: !!int x\n", "t.yml:1:4: the value does not fit its tag \"x\"");
    expect_error("a: 1\n---\nb: 1\n", "t.yml:2:1: expected only one document");
    expect_error("é: 1\né: 2\n", "t.yml:2:1: the key is given twice: \"é\"");
    expect_error("a: \xff\n", "t.yml: invalid leading UTF-8 octet at byte 3");
    expect_error("? [a]\n: 1\n", "t.yml:1:3: a list or map as a key");
    expect_error("<<: 1\n", "t.yml:1:5: only a map can be merged by <<");
}

TEST(yaml_limits_depth) {
    AUTO(Buf) text = {0};
    for (int i = 0; i < 300; i++) buf_put(&text, '[');
    for (int i = 0; i < 300; i++) buf_put(&text, ']');
    expect_error(buf_c(&text), "t.yml:1:201: nested too deep");
    AUTO(Buf) chain = {0};
    buf_append_c(&chain, "a0: &a0 [1]\n");
    for (int i = 1; i < 300; i++) buf_printf(&chain, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    expect_error(buf_c(&chain), "t.yml:200:14: nested too deep through the alias \"a198\"");
}

TEST(yaml_limits_alias_bombs) {
    AUTO(Buf) bomb = {0};
    buf_append_c(&bomb, "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
    for (int i = 1; i < 12; i++) {
        buf_printf(&bomb, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++) buf_printf(&bomb, "*a%d,", i - 1);
        buf_append_c(&bomb, "]\n");
    }
    AUTO(Arena) a = {0};
    Err err = {0};
    assert_null(yaml_parse(&a, STR("t.yml"), buf_str(&bomb), YAML_CORE_12, &err));
    assert_non_null(strstr(err.msg, "too many values, counting those behind aliases"));
}

TEST(yaml_long_maps_are_quick) {
    AUTO(Arena) a = {0};
    AUTO(Buf) text = {0};
    for (int i = 0; i < 100000; i++) buf_printf(&text, "k%d: %d\n", i, i);
    Node *n = parse(&a, buf_c(&text), YAML_CORE_12);
    assert_int_equal(n->len, 100000);
}

TEST(yaml_ambiguous_texts) {
    const char *quoted[] = {"",     "~",   "yes",        "No", "on", "1",  "0x1",
                            "1:30", "1e3", "2020-01-01", "=",  "<<", ".5", "True"};
    for (size_t i = 0; i < ARRAY_LEN(quoted); i++) assert_true(yaml_scalar_is_ambiguous(str_of(quoted[i])));
    const char *plain[] = {"a", "tap-csv", "$PORT", "v1", "1.2.3", "maybe", "yess"};
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) assert_false(yaml_scalar_is_ambiguous(str_of(plain[i])));
}

/* Catalog rules against what Meltano 4.4.1 made of the same catalogs (tests/oracle/meltano). */
#include "unit/test.h"

#include "base/json.h"
#include "project/catalog.h"
#include "project/nest.h"

static Node *parse(Arena *a, Str text) {
    Err err;
    Node *n = json_parse(a, text, &err);
    if (!n) fail_msg(STR_FMT ": %s", STR_ARG(str_slice(text, 0, 200)), err.msg);
    return n;
}

static const char *text_of(Arena *a, const Node *n) {
    AUTO(Buf) out = {0};
    json_write(&out, n, JSON_PYTHON);
    return arena_c(a, buf_str(&out));
}

/* One recorded case: Meltano's project file (written as JSON), the discovered catalog, and what came out. */
typedef struct Recorded {
    Str name;
    const Node *extractor;
    const Node *catalog; /* what rules apply to: discovered, or the user's file */
    bool custom;
    const Node *result; /* of the first command: {"exit", "json" or "out"} */
} Recorded;

static Recorded recorded(Arena *a, const Node *row) {
    const Node *files = node_get_c(node_get_c(row, "input"), "files");
    Node *project = parse(a, node_text(node_get_c(files, "meltano.yml")));
    const Node *extractor = node_at(node_get_c(node_get_c(project, "plugins"), "extractors"), 0);
    Str file = node_text(node_get_c(extractor, "catalog"));
    return (Recorded){
        .name = node_text(node_get_c(row, "name")),
        .extractor = extractor,
        .catalog = parse(a, node_text(node_get(files, file.len ? file : STR("catalog.json")))),
        .custom = file.len > 0,
        .result = node_at(node_get_c(node_get_c(row, "answer"), "results"), 0),
    };
}

static const Node *null_to_map(Arena *a, const Node *n) {
    if (n && n->kind == NODE_NULL) return node_new(a, NODE_MAP);
    if (!node_is(n, NODE_MAP)) return n;
    Node *copy = node_copy(a, n);
    for (size_t i = 0; i < n->len; i++) node_put(a, copy, n->keys[i], node_copy(a, null_to_map(a, n->items[i])));
    return copy;
}

/* What Meltano's settings make of a map before the catalog's rules see it: dots in keys nest, a null is {}. */
static const Node *as_setting(Arena *a, const Node *extra) {
    return node_is(extra, NODE_MAP) ? null_to_map(a, nest_object(a, nest_flatten(a, extra), true)) : extra;
}

static Node *apply(Arena *a, const Recorded *r, Err *err) {
    CatalogRules rules = {
        .select = node_get_c(r->extractor, "select"),
        .select_filter = node_get_c(r->extractor, "select_filter"),
        .metadata = as_setting(a, node_get_c(r->extractor, "metadata")),
        .schema = as_setting(a, node_get_c(r->extractor, "schema")),
        .custom = r->custom,
    };
    return catalog_apply(a, r->catalog, &rules, NULL, err);
}

/* Calls check with each case of a file of records; the first line describes the file. */
static void each_record(const char *file, void (*check)(Arena *a, const Recorded *r)) {
    char path[512];
    snprintf(path, sizeof path, TEST_DATA "/../../oracle/meltano/records/%s.jsonl", file);
    FILE *records = fopen(path, "r");
    if (!records) fail_msg("cannot open %s", path);
    char *line = NULL;
    size_t room = 0, count = 0;
    ssize_t len;
    while ((len = getline(&line, &room, records)) > 0) {
        AUTO(Arena) a = {0};
        const Node *row = parse(&a, (Str){line, (size_t)len});
        if (!node_get_c(row, "input")) continue;
        Recorded r = recorded(&a, row);
        check(&a, &r);
        count++;
    }
    free(line);
    fclose(records);
    assert_true(count > 5);
}

static void check_catalog(Arena *a, const Recorded *r) {
    Err err = {0};
    const Node *expected = node_get_c(r->result, "json");
    Node *got = apply(a, r, &err);
    if (!expected) {
        if (got) fail_msg(STR_FMT ": accepted; Meltano: %s", STR_ARG(r->name), text_of(a, r->result));
        return;
    }
    if (!got) fail_msg(STR_FMT ": %s; Meltano: %s", STR_ARG(r->name), err.msg, text_of(a, expected));
    if (!node_equal(got, expected))
        fail_msg(STR_FMT ":\n got %s\nfrom %s", STR_ARG(r->name), text_of(a, got), text_of(a, expected));
}

TEST(catalog_as_meltano) {
    each_record("catalog", check_catalog);
}

TEST(catalog_as_meltano_at_random) {
    each_record("catalog_random", check_catalog);
}

/* "\t[selected   ] users.id" for each entry, as `select --list` prints them. */
static void check_list(Arena *a, const Recorded *r) {
    Err err = {0};
    Node *catalog = apply(a, r, &err);
    if (!catalog) fail_msg(STR_FMT ": %s", STR_ARG(r->name), err.msg);
    CatalogEntries entries = {0};
    if (!catalog_list(a, catalog, &entries, &err)) fail_msg("%s", err.msg);
    bool all = str_find_str(r->name, STR("--all")) != STR_NONE, json = str_find_str(r->name, STR("--json")) != STR_NONE;
    AUTO(Buf) text = {0};
    Node *list = node_new(a, NODE_LIST);
    for (size_t i = 0; i < entries.len; i++) {
        const CatalogEntry *e = &entries.at[i];
        if (!all && !selection_is_sent(e->selection)) continue;
        buf_printf(&text, "\t[%-11s] " STR_FMT "." STR_FMT "\n", selection_name(e->selection), STR_ARG(e->stream),
                   STR_ARG(e->property));
        Node *item = node_new(a, NODE_MAP);
        node_put(a, item, STR("stream"), node_string(a, e->stream));
        node_put(a, item, STR("property"), node_string(a, e->property));
        node_put(a, item, STR("selection"), node_string(a, str_of(selection_name(e->selection))));
        node_push(a, list, item);
    }
    vec_release(&entries);
    if (json) {
        const Node *expected = node_get_c(node_get_c(r->result, "json"), "streams");
        if (!node_equal(list, expected)) fail_msg(STR_FMT ": %s", STR_ARG(r->name), text_of(a, list));
        return;
    }
    Str out = node_text(node_get_c(r->result, "out"));
    size_t at = str_find_str(out, STR("Selected properties:\n"));
    assert_true(at != STR_NONE);
    Str expected = str_slice(out, at + strlen("Selected properties:\n"), out.len);
    if (!str_equal(expected, buf_str(&text)))
        fail_msg(STR_FMT ":\n got %s\nfrom " STR_FMT, STR_ARG(r->name), buf_c(&text), STR_ARG(expected));
}

TEST(catalog_list_as_meltano) {
    each_record("select_list", check_list);
}

static const char small[] =
    "{\"streams\": [{\"tap_stream_id\": \"users\", \"schema\": {\"properties\": {\"id\": {}, \"o\": "
    "{\"properties\": {\"x\": {\"type\": \"string\"}}}}}}]}";

TEST(catalog_lists_rules_without_a_match) {
    AUTO(Arena) a = {0};
    AUTO(StrVec) unmatched = {0};
    CatalogRules rules = {
        .select = parse(
            &a, STR("[\"users.nope\", \"gone.*\", \"gone.id\", \"users.o.y\", \"users.o.x\", \"users.n*\", \"g*\"]")),
        .metadata = parse(&a, STR("{\"lost\": {\"replication-key\": \"id\"}}")),
        .select_filter = parse(&a, STR("[\"far\"]")),
    };
    Err err;
    assert_non_null(catalog_apply(&a, parse(&a, str_of(small)), &rules, &unmatched, &err));
    static const char *const expected[] = {
        "property \"nope\" is not in the schema of stream \"users\"",
        "stream \"gone\" is not in the catalog",
        "property \"o.y\" is not in the schema of stream \"users\"",
        "stream \"lost\" is not in the catalog",
    };
    assert_int_equal(unmatched.len, ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) assert_string_equal(unmatched.at[i].at, expected[i]);
}

TEST(catalog_errors) {
    static const struct {
        const char *catalog, *extra, *value, *message;
    } cases[] = {
        {small, "select", "{\"a\": 1}", "select is not a list of patterns"},
        {small, "select", "[\"a\", 5]", "select: 5 is not a pattern"},
        {small, "select_filter", "\"a\"", "select_filter is not a list of patterns"},
        {small, "metadata", "[]", "metadata is not a map"},
        {small, "metadata", "{\"users\": 1}", "metadata: \"users\" is a value, not a stream's keys"},
        {small, "schema", "5", "schema is not a map"},
        {small, "schema", "{\"users\": 1}", "schema: \"users\" has no map of properties"},
        {small, "schema", "{\"users\": {\"id\": \"x\"}}", "schema: \"users.id\" is not a JSON schema"},
        {small, "schema", "{\"users\": {\"*\": {\"properties\": {\"a\": {}}}}}",
         "schema: \"properties.*\" matches a property inside of itself"},
        {"{\"streams\": [{\"stream\": \"x\"}]}", "select", "[]", "the catalog has a stream without tap_stream_id"},
        {"{\"streams\": [{\"tap_stream_id\": \"x\", \"metadata\": {}}]}", "select", "[]",
         "stream \"x\": metadata is not a list"},
        {"{\"streams\": [{\"tap_stream_id\": \"x\", \"metadata\": [{\"breadcrumb\": \"a\"}]}]}", "select", "[]",
         "stream \"x\": the catalog has metadata whose breadcrumb is not a list of names"},
        {"{\"streams\": [{\"tap_stream_id\": \"x\", \"metadata\": [{\"breadcrumb\": []}]}]}", "select", "[]",
         "stream \"x\": metadata of \"\" is not a map"},
        {"{\"metadata\": [{\"breadcrumb\": []}]}", "select", "[]",
         "the catalog has metadata or a schema outside of a stream"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(Arena) a = {0};
        CatalogRules rules = {0};
        const Node *value = parse(&a, str_of(cases[i].value));
        if (strcmp(cases[i].extra, "select") == 0) rules.select = value;
        else if (strcmp(cases[i].extra, "select_filter") == 0) rules.select_filter = value;
        else if (strcmp(cases[i].extra, "metadata") == 0) rules.metadata = value;
        else rules.schema = value;
        Err err = {0};
        if (catalog_apply(&a, parse(&a, str_of(cases[i].catalog)), &rules, NULL, &err))
            fail_msg("%s %s is accepted", cases[i].extra, cases[i].value);
        assert_string_equal(err.msg, cases[i].message);
    }
}

TEST(catalog_leaves_the_discovered_one_alone) {
    AUTO(Arena) a = {0};
    Node *discovered = parse(&a, str_of(small));
    const char *before = text_of(&a, discovered);
    Err err;
    assert_non_null(catalog_apply(&a, discovered, &(CatalogRules){0}, NULL, &err));
    assert_string_equal(text_of(&a, discovered), before);
}

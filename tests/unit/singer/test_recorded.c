/* What singer-sdk, target-duckdb, jsonschema and Python's re answered (data/record.py), against ours. */
#include "unit/test.h"

#include "base/json.h"
#include "singer/flatten.h"
#include "singer/naming.h"
#include "singer/pattern.h"
#include "singer/validate.h"

/* The lines of a data file as documents. */
typedef struct Records {
    Arena arena;
    Node *rows; /* a list */
} Records;

static void records_release(Records *r) {
    arena_release(&r->arena);
}
DEFINE_AUTO(Records, records_release)

static void records_read(Records *r, const char *name) {
    char path[512];
    snprintf(path, sizeof path, TEST_DATA "/data/%s.jsonl", name);
    FILE *file = fopen(path, "r");
    if (!file) fail_msg("cannot open %s", path);
    r->rows = node_new(&r->arena, NODE_LIST);
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    Err err;
    while ((len = getline(&line, &room, file)) > 0) {
        Node *row = json_parse(&r->arena, (Str){line, (size_t)len}, &err);
        if (!row) fail_msg("%s: %s", path, err.msg);
        node_push(&r->arena, r->rows, row);
    }
    free(line);
    fclose(file);
    assert_true(r->rows->len > 10);
}

static const char *text_of(Arena *a, const Node *n) {
    AUTO(Buf) out = {0};
    json_write(&out, n, JSON_PYTHON);
    return arena_c(a, buf_str(&out));
}

static bool is_ascii(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80) return false;
    return true;
}

static void check_name(Str name, Str got, const Node *expected) {
    if (!str_equal(got, node_text(expected)))
        fail_msg("\"" STR_FMT "\": got \"" STR_FMT "\", recorded \"" STR_FMT "\"", STR_ARG(name), STR_ARG(got),
                 STR_ARG(node_text(expected)));
}

TEST(recorded_names) {
    AUTO(Records) r = {0};
    records_read(&r, "names");
    for (size_t i = 0; i < r.rows->len; i++) {
        const Node *row = r.rows->items[i], *table = node_get_c(row, "table");
        Str name = node_text(node_get_c(row, "name"));
        check_name(name, column_name(&r.arena, name), node_get_c(row, "column"));
        if (table->text.len) check_name(name, table_name(&r.arena, name, STR("raw"), NULL).table, table);
        const Node *conformed =
            node_get_c(node_get_c(row, "conformed"), "answer"); /* the SDK fails when nothing is left */
        if (conformed) check_name(name, conform_name(&r.arena, name), conformed);
    }
}

TEST(recorded_abbreviated_names) {
    AUTO(Records) r = {0};
    records_read(&r, "flat_names");
    for (size_t i = 0; i < r.rows->len; i++) {
        const Node *row = r.rows->items[i], *path = node_get_c(row, "path");
        int64_t length;
        assert_true(str_to_i64(node_text(node_get_c(row, "length")), &length));
        Str parts[8];
        for (size_t k = 0; k < path->len; k++) parts[k] = path->items[k]->text;
        Str name = flatten_name(&r.arena, parts, path->len, STR("__"), (size_t)length);
        if (!str_equal(name, node_text(node_get_c(row, "name"))))
            fail_msg("%s: got \"" STR_FMT "\"", text_of(&r.arena, row), STR_ARG(name));
    }
}

/* The SDK gives names in the order of the schema, target-duckdb sorted. */
static void check_flat(Arena *a, const Node *row, const Node *recorded, bool sdk) {
    int64_t level, length;
    assert_true(str_to_i64(node_text(node_get_c(row, "level")), &level));
    assert_true(str_to_i64(node_text(node_get_c(row, "length")), &length));
    SchemaOptions options = {.flatten_depth = (size_t)level, .flatten_separator = STR("__")};
    if (sdk) options.flatten_separator = node_text(node_get_c(row, "separator"));
    if (sdk) options.flatten_key_length = (size_t)length;
    Err err;
    FlatProperties flat = {0};
    if (!flatten_schema(a, node_get_c(row, "schema"), &options, &flat, &err)) fail_msg("%s", err.msg);
    const Node *names = node_get_c(recorded, "answer");
    if (!names) { /* two properties of one name */
        StreamSchema *s = stream_schema_new(a, STR("s"), node_get_c(row, "schema"), NULL, &options, &err);
        if (s) fail_msg("%s: accepted, recorded %s", text_of(a, row), text_of(a, recorded));
        vec_release(&flat);
        return;
    }
    bool same = names->len == flat.len;
    for (size_t i = 0; same && i < flat.len; i++) {
        bool found = false;
        for (size_t k = 0; k < names->len; k++) found = found || str_equal(names->items[k]->text, flat.at[i].name);
        same = sdk ? str_equal(names->items[i]->text, flat.at[i].name) : found;
    }
    vec_release(&flat);
    if (!same) fail_msg("%s of %s", text_of(a, recorded), text_of(a, row));
}

TEST(recorded_flattening) {
    AUTO(Records) r = {0};
    records_read(&r, "flattening");
    for (size_t i = 0; i < r.rows->len; i++) {
        const Node *row = r.rows->items[i];
        check_flat(&r.arena, row, node_get_c(row, "sdk"), true);
        check_flat(&r.arena, row, node_get_c(row, "target_duckdb"), false);
    }
}

/* Where our type is another on purpose (docs/singer.md). Of target-duckdb: its type, ours. */
static const char *const other_types[][2] = {
    {"hugeint", "BIGINT"},        /* integer */
    {"smallint", "BIGINT"},       /* a schema's bounds change */
    {"integer", "BIGINT"},        /* the same */
    {"varchar", "HUGEINT"},       /* maximum beyond 64 bits */
    {"timestamp", "TIMESTAMPTZ"}, /* an offset is not lost */
    {"varchar", "DATE"},          /* format date */
    {"timestamp", "VARCHAR"},     /* several types: what is no date-time stays readable */
    {"timestamp", "BIGINT"},      /* an integer with format date-time */
    {"time", "VARCHAR"},          /* several types */
    {"time", "BIGINT"},           /* an integer with format time */
    {"double", "VARCHAR"},        /* number or string */
    {"boolean", "VARCHAR"},       /* boolean or string, number or integer */
    {"hugeint", "VARCHAR"},       /* integer and others */
    {"smallint", "HUGEINT"},      /* minimum beyond 64 bits */
    {"double", "DECIMAL"},        /* exact */
    {"varchar", "DECIMAL"},       /* exact */
};

static bool is_expected_type(const char *recorded, Str ours) {
    if (str_equal_nocase(str_of(recorded), ours)) return true;
    if (str_starts(ours, STR("DECIMAL"))) ours = STR("DECIMAL");
    for (size_t i = 0; i < ARRAY_LEN(other_types); i++)
        if (strcmp(other_types[i][0], recorded) == 0 && str_is(ours, other_types[i][1])) return true;
    return false;
}

TEST(recorded_types) {
    AUTO(Records) r = {0};
    records_read(&r, "types");
    SchemaOptions options = {0};
    for (size_t i = 0; i < r.rows->len; i++) {
        const Node *row = r.rows->items[i], *recorded = node_get_c(node_get_c(row, "target_duckdb"), "answer");
        Str type = column_type_sql(&r.arena, schema_column_type(node_get_c(row, "property"), &options));
        if (recorded && !is_expected_type(recorded->text.at, type))
            fail_msg("%s: " STR_FMT, text_of(&r.arena, row), STR_ARG(type));
    }
}

/* The SDK parses numbers as Decimal, so 1.0 is no integer to it; Python's floats make multipleOf inexact. A verdict of ours
 * must be that of one of them, except that we leave a text beyond ASCII unchecked by a pattern with a class. */
TEST(recorded_validation) {
    AUTO(Records) r = {0};
    records_read(&r, "validation");
    const Node *values = node_get_c(r.rows->items[0], "values");
    for (size_t i = 1; i < r.rows->len; i++) {
        const Node *row = r.rows->items[i];
        Str sdk = node_text(node_get_c(row, "sdk")), plain = node_text(node_get_c(row, "plain"));
        AUTO(StrVec) unchecked = {0};
        const Validator *v = validator_new(&r.arena, node_get_c(row, "schema"), &unchecked);
        if (unchecked.len) fail_msg("%s: not checked: %s", text_of(&r.arena, row), unchecked.at[0].at);
        for (size_t k = 0; k < values->len; k++) {
            Err err = {0};
            char verdict = validator_check(v, values->items[k], &err) ? '1' : '0';
            if (verdict == sdk.at[k] || verdict == plain.at[k]) continue;
            bool class = strstr(text_of(&r.arena, row), "\\d") != NULL;
            if (verdict == '1' && class && !is_ascii(node_text(values->items[k]))) continue;
            fail_msg("%s of %s: %c %s", text_of(&r.arena, values->items[k]), text_of(&r.arena, row), verdict, err.msg);
        }
    }
}

TEST(recorded_patterns) {
    AUTO(Records) r = {0};
    records_read(&r, "patterns");
    const Node *texts = node_get_c(r.rows->items[0], "texts");
    for (size_t i = 1; i < r.rows->len; i++) {
        const Node *row = r.rows->items[i];
        Str pattern = node_text(node_get_c(row, "pattern")), matches = node_text(node_get_c(row, "matches"));
        const Pattern *p = pattern_new(&r.arena, pattern);
        if (!p) fail_msg("%s is not understood", pattern.at);
        bool classes = strpbrk(pattern.at, "wWdDsSbBi") && strpbrk(pattern.at, "\\(");
        for (size_t k = 0; k < texts->len; k++) {
            Str text = texts->items[k]->text;
            if (classes && !is_ascii(text)) continue;
            if (pattern_matches(p, text) != (matches.at[k] == '1')) fail_msg("%s in \"%s\"", pattern.at, text.at);
        }
    }
}

/* Stream maps: what the Singer SDK's mapper answered (tests/oracle/stream_maps/records) against ours, and rules of our own. */
#include "unit/test.h"

#include "base/json.h"
#include "base/map.h"
#include "singer/stream_maps.h"

/* ---- one case ---- */

static Node *parse(Arena *a, const char *text) {
    Err err;
    Node *n = json_parse(a, str_of(text), &err);
    if (!n) fail_msg("%s", err.msg);
    return n;
}

static const char *text_of(Arena *a, const Node *n) {
    AUTO(Buf) out = {0};
    json_write(&out, n, JSON_PYTHON);
    return arena_c(a, buf_str(&out));
}

/* The outputs of the source streams, by name. */
typedef struct Run {
    Arena arena;
    StreamMaps *maps;
    Map sources;   /* name -> StreamMapOutputs */
    Node *streams; /* {name: {schema, keys, records}} */
} Run;

static void run_release(Run *r) {
    arena_release(&r->arena);
}
DEFINE_AUTO(Run, run_release)

static bool run_begin(Run *r, const Node *config, Err *err) {
    map_init(&r->sources, &r->arena);
    r->streams = node_new(&r->arena, NODE_MAP);
    r->maps = stream_maps_new(&r->arena, node_get_c(config, "stream_maps"), node_get_c(config, "stream_map_config"),
                              node_get_c(config, "faker_config"), err);
    return r->maps != NULL;
}

static bool run_schema(Run *r, const Node *message, Err *err) {
    Arena *a = &r->arena;
    Str stream = node_text(node_get_c(message, "stream"));
    StreamMapOutputs *outputs = arena_new(a, StreamMapOutputs);
    if (!stream_maps_apply_schema(r->maps, a, stream, node_get_c(message, "schema"),
                                  node_get_c(message, "key_properties"), outputs, err))
        return false;
    map_put(&r->sources, stream, outputs);
    for (size_t i = 0; i < outputs->len; i++) {
        Node *out = node_get(r->streams, outputs->items[i].stream);
        if (!out) {
            out = node_new(a, NODE_MAP);
            node_put(a, out, STR("records"), node_new(a, NODE_LIST));
            node_put(a, r->streams, outputs->items[i].stream, out);
        }
        node_put(a, out, STR("schema"), node_copy(a, outputs->items[i].schema));
        const Node *keys = outputs->items[i].key_properties;
        node_put(a, out, STR("keys"), keys ? node_copy(a, keys) : node_new(a, NODE_NULL));
    }
    return true;
}

static bool run_record(Run *r, const Node *message, Err *err) {
    Node *record = node_get_c(message, "record");
    const StreamMapOutputs *outputs = map_get(&r->sources, node_text(node_get_c(message, "stream")));
    for (size_t i = 0; outputs && i < outputs->len; i++) {
        Node *mapped = record;
        const StreamMapOutput *out = &outputs->items[i];
        if (out->map && !stream_map_apply(out->map, &r->arena, record, &mapped, err)) return false;
        if (mapped) node_push(&r->arena, node_get_c(node_get(r->streams, out->stream), "records"), mapped);
    }
    return true;
}

/* ---- comparing with a record ---- */

static Str without(Arena *a, Str text, char c, char by) {
    char *copy = arena_c(a, text);
    for (size_t i = 0; i < text.len; i++)
        if (copy[i] == c) copy[i] = by;
    return (Str){copy, text.len};
}

/* Numbers by value; {"!date": text} and its like are values that JSON has not. */
static bool same(Arena *a, const Node *real, const Node *ours) {
    double x, y;
    if (node_is(real, NODE_MAP) && real->len == 1 && str_starts(real->keys[0], STR("!"))) {
        Str text = node_text(real->items[0]);
        return str_equal(without(a, text, 'T', ' '), without(a, node_text(ours), 'T', ' '));
    }
    if (node_is_null(real) || node_is_null(ours)) return node_is_null(real) && node_is_null(ours);
    if (real->kind != ours->kind || real->len != ours->len) return false;
    if (real->kind == NODE_NUMBER)
        return str_equal(real->text, ours->text) ||
               (str_to_double(real->text, &x) && str_to_double(ours->text, &y) && (x == y || (x != x && y != y)));
    if (real->kind != NODE_LIST && real->kind != NODE_MAP) return node_equal(real, ours);
    for (size_t i = 0; i < real->len; i++) {
        const Node *other = real->kind == NODE_LIST ? ours->items[i] : node_get(ours, real->keys[i]);
        if (!same(a, real->items[i], other)) return false;
    }
    return true;
}

/* Where we are meant to differ. */
static const struct {
    const char *name, *reason;
} differences[] = {
    {"len(name)", "Python's builtins that the SDK leaves out are there"},
    {"len(tags)", "as len(name)"},
    {"abs(score)", "as len(name)"},
    {"round(score)", "as len(name)"},
    {"min(1, 2)", "as len(name)"},
    {"max([1, 2])", "as len(name)"},
    {"sum([1])", "as len(name)"},
    {"sorted(tags)", "as len(name)"},
    {"any(tags)", "as len(name)"},
    {"range(3)", "as len(name)"},
    {"len(tags) > 0", "as len(name)"},
    {"any([t == 'a' for t in tags])", "as len(name)"},
    {"{1, 2}", "a set is a list in a document"},
    {"address.keys()", "keys() and values() give lists"},
    {"address.values()", "as address.keys()"},
    {"list", "a function that is not called is an error"},
    {"[].append", "as list"},
    {"blank before the function", "white space around an expression does not matter"},
    {"two statements", "Python ignores what stands behind the first one without a word: an error"},
};

static bool is_difference(Str name) {
    for (size_t i = 0; i < ARRAY_LEN(differences); i++)
        if (str_is(name, differences[i].name)) return true;
    return false;
}

static bool run_case(Run *r, const Node *input, Err *err) {
    const Node *messages = node_get_c(input, "messages");
    if (!run_begin(r, node_get_c(input, "config"), err)) return false;
    for (size_t i = 0; i < messages->len; i++) {
        const Node *message = messages->items[i];
        bool record = str_is(node_text(node_get_c(message, "type")), "RECORD");
        if (!(record ? run_record(r, message, err) : run_schema(r, message, err))) return false;
    }
    return true;
}

/* NULL, or what is different. */
static const char *compare_streams(Run *r, const Node *real) {
    Arena *a = &r->arena;
    for (size_t i = 0; i < real->len; i++) {
        const Node *theirs = real->items[i], *ours = node_get(r->streams, real->keys[i]);
        if (!ours) return arena_printf(a, "no stream " STR_FMT, STR_ARG(real->keys[i])).at;
        Node *schema = node_copy(a, node_get_c(theirs, "schema"));
        node_remove(schema, STR("$schema"));
        if (!same(a, schema, node_get_c(ours, "schema")))
            return arena_printf(a, "schema %s, not %s", text_of(a, node_get_c(ours, "schema")), text_of(a, schema)).at;
        if (!same(a, node_get_c(theirs, "keys"), node_get_c(ours, "keys"))) return "other keys";
        const Node *records = node_get_c(theirs, "records"), *got = node_get_c(ours, "records");
        if (!same(a, records, got))
            return arena_printf(a, "records %s, not %s", text_of(a, got), text_of(a, records)).at;
    }
    return r->streams->len == real->len ? NULL : "streams too many";
}

static void check_case(const Node *record, size_t *failures) {
    AUTO(Run) r = {0};
    Err err = {0};
    Str name = node_text(node_get_c(record, "name"));
    const Node *input = node_get_c(record, "input"), *answer = node_get_c(record, "answer");
    const Node *flat = node_get_c(node_get_c(input, "config"), "flattening_enabled");
    if (flat || is_difference(name)) return;
    bool done = run_case(&r, input, &err);
    const Node *problem = node_get_c(answer, "problem");
    const char *wrong = NULL;
    if (done && problem) wrong = arena_printf(&r.arena, "no error, but: %s", text_of(&r.arena, problem)).at;
    else if (!done && !problem) wrong = err.msg;
    else if (done) wrong = compare_streams(&r, node_get_c(answer, "streams"));
    if (!wrong) return;
    print_error(STR_FMT ": %s\n", STR_ARG(name), wrong);
    ++*failures;
}

static void check_group(const char *group) {
    AUTO(Arena) a = {0};
    char path[512];
    snprintf(path, sizeof path, TEST_DATA "/../../oracle/stream_maps/records/%s.jsonl", group);
    FILE *file = fopen(path, "r");
    if (!file) fail_msg("cannot open %s", path);
    char *line = NULL;
    size_t room = 0, failures = 0, cases = 0;
    for (ssize_t len; (len = getline(&line, &room, file)) > 0; cases++) {
        Err err;
        const Node *record = json_parse(&a, (Str){line, (size_t)len}, &err);
        if (!record) fail_msg("%s: %s", path, err.msg);
        if (node_get_c(record, "name")) check_case(record, &failures); /* the first line is a header */
        arena_reset(&a);
    }
    free(line);
    fclose(file);
    assert_true(cases > 20);
    assert_int_equal(failures, 0);
}

TEST(stream_maps_expressions_as_the_sdk) {
    check_group("expressions");
}

TEST(stream_maps_properties_as_the_sdk) {
    check_group("properties");
}

TEST(stream_maps_streams_as_the_sdk) {
    check_group("streams");
}

TEST(stream_maps_filters_as_the_sdk) {
    check_group("filters");
}

/* ---- rules of our own ---- */

/* The stream "s" with the properties id, name, price behind a map. */
static bool map_stream(Run *r, const char *maps, Err *err) {
    Node *config = node_new(&r->arena, NODE_MAP);
    node_put(&r->arena, config, STR("stream_maps"), parse(&r->arena, maps));
    Node *message = parse(&r->arena, "{\"stream\": \"s\", \"key_properties\": [\"id\"], \"schema\": {\"properties\": {"
                                     "\"id\": {\"type\": \"integer\"}, \"name\": {\"type\": \"string\"}, "
                                     "\"price\": {\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"null\"}]}}}}");
    return run_begin(r, config, err) && run_schema(r, message, err);
}

static const char *mapped(Run *r, const char *maps, const char *record) {
    Err err = {0};
    if (!map_stream(r, maps, &err)) return arena_c(&r->arena, str_of(err.msg));
    Node *message = node_new(&r->arena, NODE_MAP);
    node_put(&r->arena, message, STR("stream"), node_string(&r->arena, STR("s")));
    node_put(&r->arena, message, STR("record"), parse(&r->arena, record));
    if (!run_record(r, message, &err)) return arena_c(&r->arena, str_of(err.msg));
    return text_of(&r->arena, node_get_c(node_get(r->streams, STR("s")), "records"));
}

TEST(stream_maps_keep_numbers_as_written) {
    AUTO(Run) r = {0};
    assert_string_equal(mapped(&r, "{\"s\": {\"twice\": \"price * 2\", \"same\": \"price\", \"big\": \"id + 1\"}}",
                               "{\"id\": 9223372036854775807, \"price\": 1.10}"),
                        "[{\"id\": 9223372036854775807, \"price\": 1.10, \"twice\": 2.20, \"same\": 1.10, "
                        "\"big\": 9223372036854775808}]");
}

TEST(stream_maps_add_null_to_any_of_once) {
    AUTO(Run) r = {0};
    Err err;
    assert_true(map_stream(&r, "{\"s\": {\"price\": \"price + 1\"}}", &err));
    assert_string_equal(
        text_of(&r.arena,
                node_get_c(node_get_c(node_get_c(node_get(r.streams, STR("s")), "schema"), "properties"), "price")),
        "{\"anyOf\": [{\"type\": \"number\"}, {\"type\": \"null\"}]}");
}

TEST(stream_maps_say_that_fake_is_not_built_in) {
    AUTO(Run) r = {0};
    Err err;
    assert_false(map_stream(&r, "{\"s\": {\"name\": \"fake.first_name()\"}}", &err));
    assert_string_equal(err.msg, "stream_maps \"s\": \"name\": `fake` is not built in");
    assert_string_equal(err.hint, "use a mapper plugin such as meltano-map-transformer");
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    Run other = {0};
    assert_false(map_stream(&other, "{\"s\": {\"__filter__\": \"nope(name)\"}}", &err));
    assert_string_equal(err.msg, "stream_maps \"s\": \"__filter__\": `nope` is not built in");
    run_release(&other);
}

TEST(stream_maps_of_other_streams_may_use_fake) {
    AUTO(Run) r = {0};
    Err err;
    assert_true(map_stream(&r, "{\"other\": {\"name\": \"fake.first_name()\"}}", &err));
    assert_null(((StreamMapOutputs *)map_get(&r.sources, STR("s")))->items[0].map);
}

TEST(stream_maps_errors_name_stream_property_and_column) {
    AUTO(Run) r = {0};
    assert_string_equal(
        mapped(&r, "{\"s\": {\"x\": \"name + price\"}}", "{\"id\": 1, \"name\": \"a\", \"price\": 1.5}"),
        "stream \"s\": \"x\": expression `name + price`: column 6: unsupported operand types for +: str and "
        "decimal.Decimal");
    AUTO(Run) syntax = {0};
    assert_string_equal(
        mapped(&syntax, "{\"s\": {\"x\": \"name +\"}}", "{}"),
        "stream_maps \"s\": \"x\": expression `name +`: column 7: expected a value, found the end of the "
        "expression");
}

TEST(stream_maps_absent_pass_everything) {
    AUTO(Run) r = {0};
    Err err;
    r.maps = stream_maps_new(&r.arena, NULL, NULL, NULL, &err);
    StreamMapOutputs outputs;
    assert_true(stream_maps_apply_schema(r.maps, &r.arena, STR("s"), NULL, NULL, &outputs, &err));
    assert_int_equal(outputs.len, 1);
    assert_null(outputs.items[0].map);
}

TEST(stream_maps_changed_records_do_not_change_the_next) {
    AUTO(Run) r = {0};
    assert_string_equal(mapped(&r,
                               "{\"s\": {\"x\": \"[record.update(name='z'), record['name']][1]\", \"y\": \"name\"}}",
                               "{\"id\": 1, \"name\": \"a\"}"),
                        "[{\"id\": 1, \"name\": \"a\", \"x\": \"z\", \"y\": \"a\"}]");
}

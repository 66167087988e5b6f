/* Messages, states and catalogs of the Airbyte protocol, most as airbyte-source-faker 7.2.1 writes them. */
#include "unit/test.h"

#include "base/json.h"
#include "singer/airbyte.h"
#include "singer/airbyte_catalog.h"
#include "singer/airbyte_state.h"

static Node *parse(Arena *a, const char *text) {
    Err err;
    Node *n = json_parse(a, str_of(text), &err);
    if (!n) fail_msg("%s: %s", text, err.msg);
    return n;
}

static void check_json(const Node *n, const char *expected) {
    AUTO(Buf) got = {0};
    json_write(&got, n, JSON_COMPACT);
    assert_string_equal(buf_c(&got), expected);
}

/* ---- messages ---- */

static AirbyteHead scan(const char *line) {
    AirbyteHead head;
    Err err;
    if (!airbyte_scan(str_of(line), &head, &err)) fail_msg("%s: %s", line, err.msg);
    return head;
}

TEST(airbyte_records) {
    AUTO(Arena) a = {0};
    Err err;
    Str stream;
    AirbyteHead h = scan("{\"type\":\"RECORD\",\"record\":{\"stream\":\"products\",\"data\":{\"id\":1},\"emitted_at\":"
                         "1795424919585.5}}");
    assert_int_equal(h.kind, AIRBYTE_RECORD);
    assert_true(str_is(h.data, "{\"id\":1}"));
    assert_true(str_is(h.emitted_at, "1795424919585.5"));
    assert_true(airbyte_record_stream(&h, &a, &stream, &err));
    assert_true(str_is(stream, "products"));
    h = scan("{\"record\":{\"data\":{},\"namespace\":\"public\",\"stream\":\"us\\u0065rs\"},\"type\":\"RECORD\"}");
    assert_true(airbyte_record_stream(&h, &a, &stream, &err));
    assert_true(str_is(stream, "public-users"));
    h = scan("{\"type\":\"RECORD\",\"record\":{\"stream\":\"s\",\"namespace\":null,\"data\":{}}}");
    assert_null(h.namespace.at);
}

TEST(airbyte_kinds_of_lines) {
    static const struct {
        const char *line;
        AirbyteKind kind;
    } cases[] = {
        {"{\"type\":\"STATE\",\"state\":{}}", AIRBYTE_STATE},
        {"{\"type\":\"LOG\",\"log\":{}}", AIRBYTE_LOG},
        {"{\"type\":\"TRACE\",\"trace\":{}}", AIRBYTE_TRACE},
        {"{\"type\":\"CATALOG\",\"catalog\":{}}", AIRBYTE_CATALOG},
        {"{\"type\":\"SPEC\",\"spec\":{}}", AIRBYTE_SPEC},
        {"{\"type\":\"CONNECTION_STATUS\",\"connectionStatus\":{}}", AIRBYTE_CONNECTION_STATUS},
        {"{\"type\":\"CONTROL\",\"control\":{}}", AIRBYTE_CONTROL},
        {"{\"type\":\"DESTINATION_CATALOG\"}", AIRBYTE_OTHER},
        {"{\"level\":\"INFO\"}", AIRBYTE_OTHER},
        {"{}", AIRBYTE_OTHER},
        {"{'a': 1}", AIRBYTE_TEXT},
        {"plain words", AIRBYTE_TEXT},
        {"[1]", AIRBYTE_TEXT},
        {"", AIRBYTE_TEXT},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (scan(cases[i].line).kind != cases[i].kind) fail_msg("%s", cases[i].line);
}

TEST(airbyte_broken_messages_are_no_logs) {
    static const char *const cases[][2] = {
        {"{\"type\":\"RECORD\",\"record\":{\"stream\":\"s\",\"da",
         "not valid JSON: {\"type\":\"RECORD\",\"record\":{\"stream\":\"s\",\"da"},
        {"{", "not valid JSON: {"},
        {"{\"type\":\"STATE\"}", "the message has no body that is an object: {\"type\":\"STATE\"}"},
        {"{\"type\":\"LOG\",\"log\":5}", "the message has no body that is an object: {\"type\":\"LOG\",\"log\":5}"},
        {"{\"type\":\"RECORD\",\"record\":{\"data\":{}}}",
         "RECORD message has no \"stream\": {\"type\":\"RECORD\",\"record\":{\"data\":{}}}"},
        {"{\"type\":\"RECORD\",\"record\":{\"stream\":\"s\"}}",
         "RECORD message has no \"data\" that is an object: {\"type\":\"RECORD\",\"record\":{\"stream\":\"s\"}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AirbyteHead head;
        Err err = {0};
        if (airbyte_scan(str_of(cases[i][0]), &head, &err)) fail_msg("%s is accepted", cases[i][0]);
        assert_string_equal(err.msg, cases[i][1]);
    }
}

TEST(airbyte_notes) {
    static const struct {
        const char *line;
        LogLevel level;
        const char *text, *detail;
        bool failure;
    } cases[] = {
        {"{\"type\":\"LOG\",\"log\":{\"level\":\"WARN\",\"message\":\"slow\"}}", LOG_WARN, "slow", "", false},
        {"{\"type\":\"LOG\",\"log\":{\"level\":\"FATAL\",\"message\":\"x\",\"stack_trace\":\"at y\"}}", LOG_ERROR, "x",
         "at y", false},
        {"{\"type\":\"LOG\",\"log\":{\"level\":\"TRACE\",\"message\":\"t\"}}", LOG_DEBUG, "t", "", false},
        {"{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\",\"error\":{\"message\":\"no "
         "login\",\"internal_message\":\"401\"}}}",
         LOG_ERROR, "no login", "401", true},
        {"{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\"}}", LOG_ERROR, "the source failed without saying why", "",
         true},
        {"{\"type\":\"TRACE\",\"trace\":{\"type\":\"STREAM_STATUS\",\"stream_status\":{\"stream_descriptor\":{\"name\":"
         "\"u\"},"
         "\"status\":\"INCOMPLETE\"}}}",
         LOG_WARN, "stream \"u\": INCOMPLETE", "", false},
        {"words", LOG_INFO, "words", "", false},
        {"{\"level\":\"x\"}", LOG_INFO, "{\"level\":\"x\"}", "", false},
    };
    AUTO(Arena) a = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AirbyteHead h = scan(cases[i].line);
        AirbyteNote note;
        assert_true(airbyte_note(&a, &h, &note));
        assert_int_equal(note.level, cases[i].level);
        assert_true(str_is(note.text, cases[i].text));
        assert_true(str_equal(note.detail, str_of(cases[i].detail)));
        assert_int_equal(note.failure, cases[i].failure);
    }
    AirbyteNote note;
    AirbyteHead estimate = scan("{\"type\":\"TRACE\",\"trace\":{\"type\":\"ESTIMATE\"}}"), blank = scan("  ");
    assert_false(airbyte_note(&a, &estimate, &note));
    assert_false(airbyte_note(&a, &blank, &note));
}

TEST(airbyte_answers) {
    AUTO(Arena) a = {0};
    Err err = {0};
    Node *spec = airbyte_answer(
        &a, STR("hello\n{\"type\":\"LOG\",\"log\":{}}\n{\"type\":\"SPEC\",\"spec\":{\"a\":1}}\n"), AIRBYTE_SPEC, &err);
    assert_non_null(spec);
    check_json(spec, "{\"a\":1}");
    assert_null(airbyte_answer(&a, STR("x\n"), AIRBYTE_CATALOG, &err));
    assert_string_equal(err.msg, "the source gave no CATALOG message");
    assert_null(airbyte_answer(
        &a, STR("{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\",\"error\":{\"message\":\"no login\"}}}"),
        AIRBYTE_CATALOG, &err));
    assert_string_equal(err.msg, "the source failed: no login");
}

/* ---- states ---- */

#define STREAM_STATE(name, state)                                                                                      \
    "{\"type\":\"STREAM\",\"stream\":{\"stream_descriptor\":{\"name\":\"" name "\"},\"stream_state\":" state "}"
#define STORED(name, state) STREAM_STATE(name, state) "}"

static void add(AirbyteState *s, const char *message) {
    Err err;
    if (!airbyte_state_add(s, str_of(message), &err)) fail_msg("%s: %s", message, err.msg);
}

static void check_state(const AirbyteState *s, const char *written, const char *file) {
    AUTO(Buf) got = {0};
    airbyte_state_write(s, &got);
    assert_string_equal(buf_c(&got), written);
    buf_clear(&got);
    airbyte_state_file(s, &got);
    assert_string_equal(buf_c(&got), file);
    AUTO(AirbyteState) again = {0};
    Err err;
    assert_true(airbyte_state_load(&again, str_of(written), &err));
    buf_clear(&got);
    airbyte_state_write(&again, &got);
    assert_string_equal(buf_c(&got), written);
}

TEST(airbyte_state_keeps_the_newest_of_each_stream) {
    AUTO(AirbyteState) s = {0};
    assert_true(airbyte_state_is_empty(&s));
    add(&s, STREAM_STATE("a", "{\"n\":1.10}") ",\"sourceStats\":{\"recordCount\":20.0}}");
    add(&s, STORED("b", "{\"n\":12345678901234567890}"));
    add(&s, STORED("a", "{\"n\": 2.00}"));
    add(&s, "{\"stream\":{\"stream_descriptor\":{\"name\":\"a\",\"namespace\":\"x\"},\"stream_state\":null}}");
    static const char list[] = "[" STORED("a", "{\"n\": 2.00}") "," STORED(
        "b", "{\"n\":12345678901234567890}") ","
                                             "{\"type\":\"STREAM\",\"stream\":{\"stream_descriptor\":{\"name\":\"a\","
                                             "\"namespace\":\"x\"},\"stream_state\":null}}]";
    AUTO(Buf) written = {0};
    buf_printf(&written, "{\"airbyte_state\":%s}", list);
    check_state(&s, buf_c(&written), list);
}

TEST(airbyte_state_global_and_legacy) {
    AUTO(AirbyteState) s = {0};
    add(&s, "{\"type\":\"GLOBAL\",\"global\":{\"shared_state\":{\"lsn\":1}}}");
    add(&s, "{\"type\":\"GLOBAL\",\"global\":{\"shared_state\":{\"lsn\":2}}}");
    check_state(&s, "{\"airbyte_state\":[{\"type\":\"GLOBAL\",\"global\":{\"shared_state\":{\"lsn\":2}}}]}",
                "[{\"type\":\"GLOBAL\",\"global\":{\"shared_state\":{\"lsn\":2}}}]");
    add(&s, "{\"data\":{\"users\":{\"at\":5}}}");
    check_state(&s, "{\"airbyte_state\":[{\"type\":\"LEGACY\",\"data\":{\"users\":{\"at\":5}}}]}",
                "{\"users\":{\"at\":5}}");
    add(&s, STORED("a", "1"));
    check_state(&s, "{\"airbyte_state\":[" STORED("a", "1") "]}", "[" STORED("a", "1") "]");
}

TEST(airbyte_state_loads_what_others_stored) {
    static const char *const cases[][2] = {
        {"", "[]"},
        {"{}", "[]"},
        {"null", "[]"},
        {"[]", "[]"},
        {" [ " STORED("a", "1") " , " STORED("b", "2") " ] ", "[" STORED("a", "1") "," STORED("b", "2") "]"},
        {STORED("a", "1"), "[" STORED("a", "1") "]"},
        {"{\"users\": {\"at\": 5}}", "{\"users\": {\"at\": 5}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(AirbyteState) s = {0};
        AUTO(Buf) file = {0};
        Err err;
        if (!airbyte_state_load(&s, str_of(cases[i][0]), &err)) fail_msg("%s: %s", cases[i][0], err.msg);
        airbyte_state_file(&s, &file);
        assert_string_equal(buf_c(&file), cases[i][1]);
    }
}

TEST(airbyte_state_errors) {
    static const char *const cases[][2] = {
        {"[]", "the state is not a JSON object: []"},
        {"{\"type\":\"STREAM\"}", "the state has no \"stream\": {\"type\":\"STREAM\"}"},
        {"{\"type\":\"STREAM\",\"stream\":{}}", "the state of a stream has no stream_descriptor with a name: {}"},
        {"{\"type\":\"GLOBAL\"}", "the state has no \"global\": {\"type\":\"GLOBAL\"}"},
        {"{}", "the state has no \"data\": {}"},
        {"{\"type\":\"NEW\"}", "unknown type of state: {\"type\":\"NEW\"}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(AirbyteState) s = {0};
        Err err = {0};
        if (airbyte_state_add(&s, str_of(cases[i][0]), &err)) fail_msg("%s is accepted", cases[i][0]);
        assert_string_equal(err.msg, cases[i][1]);
    }
    AUTO(AirbyteState) s = {0};
    Err err = {0};
    static const char *const stored[] = {"{\"a\"", "[{}", "5", "\"x\"", "{} {}", "[5]"};
    for (size_t i = 0; i < ARRAY_LEN(stored); i++)
        if (airbyte_state_load(&s, str_of(stored[i]), &err)) fail_msg("%s is loaded", stored[i]);
}

/* ---- catalogs ---- */

static const char catalog_text[] =
    "{\"streams\":[{\"name\":\"users\",\"namespace\":\"public\",\"json_schema\":{\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"updated_at\":{\"type\":\"string\"}}},"
    "\"supported_sync_modes\":[\"full_refresh\",\"incremental\"],\"source_defined_cursor\":true,"
    "\"default_cursor_field\":[\"updated_at\"],\"source_defined_primary_key\":[[\"id\"]]},"
    "{\"name\":\"notes\",\"json_schema\":{\"properties\":{\"o\":{\"type\":\"object\"}}},\"supported_sync_modes\":["
    "\"full_refresh\"],"
    "\"source_defined_primary_key\":[[\"o\",\"id\"]]}]}";

TEST(airbyte_catalog_as_singer) {
    AUTO(Arena) a = {0};
    const Node *streams = node_get_c(airbyte_catalog_to_singer(&a, parse(&a, catalog_text)), "streams");
    check_json(node_get_c(node_at(streams, 0), "tap_stream_id"), "\"public-users\"");
    check_json(node_get_c(node_at(streams, 0), "key_properties"), "[\"id\"]");
    check_json(node_get_c(node_at(streams, 0), "metadata"),
               "[{\"breadcrumb\":[],\"metadata\":{\"inclusion\":\"available\",\"table-key-properties\":[\"id\"],"
               "\"valid-replication-keys\":[\"updated_at\"]}},"
               "{\"breadcrumb\":[\"properties\",\"id\"],\"metadata\":{\"inclusion\":\"automatic\"}},"
               "{\"breadcrumb\":[\"properties\",\"name\"],\"metadata\":{\"inclusion\":\"available\"}},"
               "{\"breadcrumb\":[\"properties\",\"updated_at\"],\"metadata\":{\"inclusion\":\"automatic\"}}]");
    check_json(
        node_get_c(node_at(streams, 1), "metadata"),
        "[{\"breadcrumb\":[],\"metadata\":{\"inclusion\":\"available\",\"forced-replication-method\":\"FULL_TABLE\"}},"
        "{\"breadcrumb\":[\"properties\",\"o\"],\"metadata\":{\"inclusion\":\"automatic\"}}]");
}

/* The stream's metadata gets these keys; "name" is deselected. */
static Node *configure(Arena *a, const char *more) {
    Node *catalog = parse(a, catalog_text), *singer = airbyte_catalog_to_singer(a, catalog);
    Node *users = node_at(node_get_c(singer, "streams"), 0), *metadata = node_get_c(users, "metadata");
    const Node *extra = parse(a, more);
    for (size_t i = 0; i < extra->len; i++)
        node_put(a, node_get_c(node_at(metadata, 0), "metadata"), extra->keys[i], extra->items[i]);
    node_put(a, node_get_c(node_at(metadata, 2), "metadata"), STR("selected"), node_bool(a, false));
    return airbyte_catalog_configure(a, catalog, singer);
}

TEST(airbyte_configured_catalog) {
    AUTO(Arena) a = {0};
    const Node *streams = node_get_c(configure(&a, "{\"selected\":true}"), "streams");
    assert_int_equal(streams->len, 1);
    const Node *users = node_at(streams, 0);
    check_json(node_get_c(users, "sync_mode"), "\"incremental\"");
    check_json(node_get_c(users, "destination_sync_mode"), "\"append_dedup\"");
    check_json(node_get_c(users, "cursor_field"), "[\"updated_at\"]");
    check_json(node_get_c(users, "primary_key"), "[[\"id\"]]");
    check_json(node_get_c(node_get_c(node_get_c(users, "stream"), "json_schema"), "properties"),
               "{\"id\":{\"type\":\"integer\"},\"updated_at\":{\"type\":\"string\"}}");
    check_json(node_get_c(node_get_c(users, "stream"), "namespace"), "\"public\"");
}

TEST(airbyte_configured_by_metadata) {
    AUTO(Arena) a = {0};
    const Node *users =
        node_at(node_get_c(configure(&a, "{\"selected\":true,\"replication-method\":\"FULL_TABLE\","
                                         "\"replication-key\":\"o.at\",\"table-key-properties\":[\"o.id\"]}"),
                           "streams"),
                0);
    check_json(node_get_c(users, "sync_mode"), "\"full_refresh\"");
    check_json(node_get_c(users, "cursor_field"), "[\"o\",\"at\"]");
    check_json(node_get_c(users, "primary_key"), "[[\"o\",\"id\"]]");
    assert_int_equal(node_get_c(configure(&a, "{}"), "streams")->len, 0);
}

TEST(airbyte_streams_for_the_loader) {
    AUTO(Arena) a = {0};
    AirbyteStream stream;
    const Node *configured = configure(&a, "{\"selected\":true}");
    assert_true(airbyte_catalog_stream(&a, configured, 0, &stream));
    assert_true(str_is(stream.name, "public-users"));
    check_json(stream.key_properties, "[\"id\"]");
    assert_true(node_is(stream.schema, NODE_MAP));
    assert_false(airbyte_catalog_stream(&a, configured, 1, &stream));
    assert_true(airbyte_catalog_stream(&a, configure(&a, "{\"selected\":true,\"table-key-properties\":[\"o.id\"]}"), 0,
                                       &stream));
    check_json(stream.key_properties, "[[\"o\",\"id\"]]");
}

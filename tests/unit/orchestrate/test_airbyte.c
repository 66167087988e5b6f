/* The Airbyte protocol seen as Singer's: catalogs, selection, states. */
#include "unit/test.h"

#include "base/json.h"
#include "orchestrate/airbyte.h"

static Arena arena;

static const Node *catalog(void) {
    Err err = {0};
    Str text =
        STR("{\"type\":\"LOG\",\"log\":{\"message\":\"x\"}}\nplain words\n"
            "{\"type\":\"CATALOG\",\"catalog\":{\"streams\":["
            "{\"name\":\"users\",\"json_schema\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"},"
            "\"email\":{\"type\":\"string\"}}},\"supported_sync_modes\":[\"full_refresh\",\"incremental\"],"
            "\"default_cursor_field\":[\"updated_at\"],\"source_defined_primary_key\":[[\"id\"]]},"
            "{\"name\":\"notes\",\"json_schema\":{\"properties\":{\"text\":{}}},"
            "\"supported_sync_modes\":[\"full_refresh\"]}]}}\n");
    const Node *found = airbyte_catalog_read(&arena, text, &err);
    assert_non_null(found);
    return found;
}

static void assert_json(const Node *n, const char *want) {
    AUTO(Buf) got = {0};
    json_write(&got, n, JSON_COMPACT);
    assert_string_equal(buf_c(&got), want);
}

TEST(airbyte_catalog_as_singer) {
    const Node *streams = node_get_c(airbyte_to_singer(&arena, catalog()), "streams");
    assert_int_equal(streams->len, 2);
    const Node *users = streams->items[0];
    assert_json(node_get_c(users, "tap_stream_id"), "\"users\"");
    assert_json(node_get_c(users, "key_properties"), "[\"id\"]");
    assert_json(node_get_c(users, "metadata"),
                "[{\"breadcrumb\":[],\"metadata\":{\"inclusion\":\"available\",\"table-key-properties\":[\"id\"],"
                "\"forced-replication-method\":\"INCREMENTAL\"}},"
                "{\"breadcrumb\":[\"properties\",\"id\"],\"metadata\":{\"inclusion\":\"automatic\"}},"
                "{\"breadcrumb\":[\"properties\",\"email\"],\"metadata\":{\"inclusion\":\"available\"}}]");
    arena_release(&arena);
}

/* Marks the stream and, of its properties, the automatic ones. */
static void select_stream(const Node *stream) {
    Node *metadata = node_get_c(node_at(node_get_c(stream, "metadata"), 0), "metadata");
    node_put(&arena, metadata, STR("selected"), node_bool(&arena, true));
}

TEST(airbyte_configured_has_what_is_selected) {
    const Node *discovered = catalog(), *singer = airbyte_to_singer(&arena, discovered);
    select_stream(node_get_c(singer, "streams")->items[0]);
    const Node *streams = node_get_c(airbyte_configured(&arena, discovered, singer), "streams");
    assert_int_equal(streams->len, 1);
    const Node *users = streams->items[0];
    assert_json(node_get_c(users, "sync_mode"), "\"incremental\"");
    assert_json(node_get_c(users, "destination_sync_mode"), "\"append_dedup\"");
    assert_json(node_get_c(users, "cursor_field"), "[\"updated_at\"]");
    assert_json(node_get_c(users, "primary_key"), "[[\"id\"]]");
    assert_json(node_get_c(node_get_c(node_get_c(users, "stream"), "json_schema"), "properties"),
                "{\"id\":{\"type\":\"integer\"}}");
    arena_release(&arena);
}

TEST(airbyte_metadata_decides_the_sync_mode) {
    const Node *discovered = catalog(), *singer = airbyte_to_singer(&arena, discovered);
    const Node *stream = node_get_c(singer, "streams")->items[0];
    Node *metadata = node_get_c(node_at(node_get_c(stream, "metadata"), 0), "metadata");
    select_stream(stream);
    node_put(&arena, metadata, STR("replication-method"), node_string(&arena, STR("FULL_TABLE")));
    const Node *users = node_at(node_get_c(airbyte_configured(&arena, discovered, singer), "streams"), 0);
    assert_json(node_get_c(users, "sync_mode"), "\"full_refresh\"");
    arena_release(&arena);
}

TEST(airbyte_tells_the_source_s_own_words) {
    Err err = {0};
    Str text = STR("{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\",\"error\":{\"message\":\"no such host\"}}}\n");
    assert_null(airbyte_catalog_read(&arena, text, &err));
    assert_string_equal(err.msg, "discover: no such host");
    err = (Err){0};
    assert_null(airbyte_catalog_read(&arena, STR("nothing\n"), &err));
    assert_string_equal(err.msg, "discover gave no CATALOG message");
    arena_release(&arena);
}

TEST(airbyte_state_is_a_list_again) {
    Err err = {0};
    Str text;
    assert_true(airbyte_state(&arena, STR("{\"airbyte\": [{\"type\": \"STREAM\"}]}"), &text, &err));
    assert_string_equal(text.at, "[{\"type\":\"STREAM\"}]");
    assert_true(airbyte_state(&arena, STR("{\"a\": 1, \"b\": 2}"), &text, &err));
    assert_string_equal(text.at, "{\"a\":1,\"b\":2}");
    arena_release(&arena);
}

#include "orchestrate/airbyte.h"

#include "base/json.h"

/* ---- reading ---- */

/* An error that the source tells of by a TRACE message; NULL when it is none. */
static Str trace_error(const Node *message) {
    const Node *trace = node_get_c(message, "trace");
    if (!str_is(node_text(node_get_c(trace, "type")), "ERROR")) return (Str){0};
    return node_text(node_get_c(node_get_c(trace, "error"), "message"));
}

const Node *airbyte_catalog_read(Arena *a, Str output, Err *err) {
    Str line, trouble = {0};
    while (str_cut(&output, '\n', &line)) {
        Err ignored;
        line = str_trim(line);
        const Node *message = str_starts(line, STR("{")) ? json_parse(a, line, &ignored) : NULL;
        const Node *catalog = node_get_c(message, "catalog");
        if (catalog && str_is(node_text(node_get_c(message, "type")), "CATALOG")) return catalog;
        Str said = trace_error(message);
        if (said.len) trouble = said;
    }
    if (trouble.len) {
        err_set(err, ERR_CHILD, "discover: " STR_FMT, STR_ARG(trouble));
    } else {
        err_set(err, ERR_CHILD, "discover gave no CATALOG message");
    }
    return NULL;
}

static bool has_item(const Node *list, const char *text) {
    for (size_t i = 0; node_is(list, NODE_LIST) && i < list->len; i++) {
        if (str_is(node_text(list->items[i]), text)) return true;
    }
    return false;
}

/* ---- as a Singer catalog ---- */

static Node *metadata_entry(Arena *a, Node *list, Str property) {
    Node *entry = node_new(a, NODE_MAP), *breadcrumb = node_new(a, NODE_LIST), *metadata = node_new(a, NODE_MAP);
    if (property.at) {
        node_push(a, breadcrumb, node_string(a, STR("properties")));
        node_push(a, breadcrumb, node_string(a, property));
    }
    node_put(a, entry, STR("breadcrumb"), breadcrumb);
    node_put(a, entry, STR("metadata"), metadata);
    node_push(a, list, entry);
    return metadata;
}

/* Airbyte's keys are paths: [["id"]]; Singer's are names, so only paths of one part count. */
static Node *key_properties(Arena *a, const Node *stream) {
    const Node *paths = node_get_c(stream, "source_defined_primary_key");
    Node *keys = node_new(a, NODE_LIST);
    for (size_t i = 0; node_is(paths, NODE_LIST) && i < paths->len; i++) {
        const Node *path = paths->items[i];
        if (node_is(path, NODE_LIST) && path->len == 1) node_push(a, keys, path->items[0]);
    }
    return keys;
}

static Node *singer_stream(Arena *a, const Node *stream) {
    Node *entry = node_new(a, NODE_MAP), *metadata = node_new(a, NODE_LIST), *keys = key_properties(a, stream);
    const Node *schema = node_get_c(stream, "json_schema"), *properties = node_get_c(schema, "properties");
    Str name = node_text(node_get_c(stream, "name"));
    bool incremental = has_item(node_get_c(stream, "supported_sync_modes"), "incremental");
    Node *own = metadata_entry(a, metadata, (Str){0});
    node_put(a, own, STR("inclusion"), node_string(a, STR("available")));
    node_put(a, own, STR("table-key-properties"), keys);
    node_put(a, own, STR("forced-replication-method"),
             node_string(a, incremental ? STR("INCREMENTAL") : STR("FULL_TABLE")));
    for (size_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
        AUTO(Buf) key = {0};
        buf_append(&key, properties->keys[i]);
        bool automatic = has_item(keys, buf_c(&key));
        node_put(a, metadata_entry(a, metadata, properties->keys[i]), STR("inclusion"),
                 node_string(a, automatic ? STR("automatic") : STR("available")));
    }
    node_put(a, entry, STR("tap_stream_id"), node_string(a, name));
    node_put(a, entry, STR("stream"), node_string(a, name));
    node_put(a, entry, STR("schema"), node_copy(a, schema));
    node_put(a, entry, STR("key_properties"), keys);
    node_put(a, entry, STR("metadata"), metadata);
    return entry;
}

const Node *airbyte_to_singer(Arena *a, const Node *catalog) {
    Node *document = node_new(a, NODE_MAP), *streams = node_new(a, NODE_LIST);
    const Node *all = node_get_c(catalog, "streams");
    for (size_t i = 0; node_is(all, NODE_LIST) && i < all->len; i++)
        node_push(a, streams, singer_stream(a, all->items[i]));
    node_put(a, document, STR("streams"), streams);
    return document;
}

/* ---- configured ---- */

/* The metadata of a stream (property.at == NULL) or of one of its properties, or NULL. */
static const Node *metadata_of(const Node *stream, Str property) {
    const Node *list = node_get_c(stream, "metadata");
    for (size_t i = 0; node_is(list, NODE_LIST) && i < list->len; i++) {
        const Node *breadcrumb = node_get_c(list->items[i], "breadcrumb");
        size_t depth = breadcrumb ? breadcrumb->len : 0;
        bool same = property.at ? depth == 2 && str_equal(node_text(node_at(breadcrumb, 1)), property) : depth == 0;
        if (same) return node_get_c(list->items[i], "metadata");
    }
    return NULL;
}

static bool is_selected(const Node *metadata) {
    const Node *selected = node_get_c(metadata, "selected");
    if (str_is(node_text(node_get_c(metadata, "inclusion")), "automatic")) return true;
    return node_is(selected, NODE_BOOL) && selected->truth;
}

static const Node *find_stream(const Node *singer, Str name) {
    const Node *streams = node_get_c(singer, "streams");
    for (size_t i = 0; node_is(streams, NODE_LIST) && i < streams->len; i++) {
        if (str_equal(node_text(node_get_c(streams->items[i], "tap_stream_id")), name)) return streams->items[i];
    }
    return NULL;
}

/* The stream with the schema as the selection rules left it, without unselected properties. */
static Node *chosen_stream(Arena *a, const Node *stream, const Node *singer) {
    Node *chosen = node_copy(a, stream), *schema = node_copy(a, node_get_c(singer, "schema"));
    const Node *properties = node_get_c(schema, "properties");
    Node *kept = node_new(a, NODE_MAP);
    for (size_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
        Str name = properties->keys[i];
        if (is_selected(metadata_of(singer, name))) node_put(a, kept, name, properties->items[i]);
    }
    node_put(a, schema, STR("properties"), kept);
    node_put(a, chosen, STR("json_schema"), schema);
    return chosen;
}

static const Node *cursor_field(Arena *a, const Node *stream, const Node *metadata) {
    Str key = node_text(node_get_c(metadata, "replication-key"));
    const Node *standard = node_get_c(stream, "default_cursor_field");
    if (!key.len) return standard ? standard : node_new(a, NODE_LIST);
    Node *path = node_new(a, NODE_LIST);
    node_push(a, path, node_string(a, key));
    return path;
}

static Node *configured_stream(Arena *a, const Node *stream, const Node *singer) {
    Node *entry = node_new(a, NODE_MAP);
    const Node *metadata = metadata_of(singer, (Str){0}), *keys = node_get_c(stream, "source_defined_primary_key");
    bool full = str_is(node_text(node_get_c(metadata, "replication-method")), "FULL_TABLE");
    bool incremental = !full && has_item(node_get_c(stream, "supported_sync_modes"), "incremental");
    bool keyed = keys && keys->len > 0;
    node_put(a, entry, STR("stream"), chosen_stream(a, stream, singer));
    node_put(a, entry, STR("sync_mode"), node_string(a, incremental ? STR("incremental") : STR("full_refresh")));
    node_put(a, entry, STR("destination_sync_mode"), node_string(a, keyed ? STR("append_dedup") : STR("append")));
    node_put(a, entry, STR("cursor_field"), node_copy(a, cursor_field(a, stream, metadata)));
    node_put(a, entry, STR("primary_key"), keys ? node_copy(a, keys) : node_new(a, NODE_LIST));
    return entry;
}

const Node *airbyte_configured(Arena *a, const Node *catalog, const Node *singer) {
    Node *document = node_new(a, NODE_MAP), *streams = node_new(a, NODE_LIST);
    const Node *all = node_get_c(catalog, "streams");
    for (size_t i = 0; node_is(all, NODE_LIST) && i < all->len; i++) {
        const Node *stream = all->items[i];
        const Node *chosen = find_stream(singer, node_text(node_get_c(stream, "name")));
        if (chosen && is_selected(metadata_of(chosen, (Str){0})))
            node_push(a, streams, configured_stream(a, stream, chosen));
    }
    node_put(a, document, STR("streams"), streams);
    return document;
}

/* ---- state ---- */

bool airbyte_state(Arena *a, Str stored, Str *ret, Err *err) {
    const Node *value = json_parse(a, stored, err);
    if (!value) return err_context(err, "stored state");
    /* Stored as a map of one list, so that it is a Singer state, too. */
    if (node_is(value, NODE_MAP) && value->len == 1 && node_is(value->items[0], NODE_LIST)) value = value->items[0];
    AUTO(Buf) text = {0};
    json_write(&text, value, JSON_COMPACT);
    *ret = arena_str(a, buf_str(&text));
    return true;
}

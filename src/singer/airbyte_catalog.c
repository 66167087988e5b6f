/* Airbyte's catalogs to Singer's and back. */
#include "singer/airbyte_catalog.h"

#include "singer/airbyte.h"

static Str text_at(const Node *n, const char *key) {
    return node_text(node_get(n, str_of(key)));
}

static bool has_text(const Node *list, Str text) {
    for (size_t i = 0; node_is(list, NODE_LIST) && i < list->len; i++)
        if (node_is(list->items[i], NODE_STRING) && str_equal(list->items[i]->text, text)) return true;
    return false;
}

static Str stream_name(Arena *a, const Node *stream) {
    return airbyte_stream_name(a, text_at(stream, "namespace"), text_at(stream, "name"));
}

static bool can(const Node *stream, const char *mode) {
    return has_text(node_get_c(stream, "supported_sync_modes"), str_of(mode));
}

/* ---- as a Singer catalog ---- */

/* Adds an entry and returns its "metadata" map. */
static Node *add_metadata(Arena *a, Node *list, Str property) {
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

/* The first part of each key path, and of the cursor that the source itself follows. */
static Node *automatic_properties(Arena *a, const Node *stream) {
    Node *names = node_new(a, NODE_LIST);
    const Node *keys = node_get_c(stream, "source_defined_primary_key"),
               *cursor = node_get_c(stream, "default_cursor_field");
    const Node *followed = node_get_c(stream, "source_defined_cursor");
    for (size_t i = 0; node_is(keys, NODE_LIST) && i < keys->len; i++)
        if (node_at(keys->items[i], 0)) node_push(a, names, node_at(keys->items[i], 0));
    if (node_is(followed, NODE_BOOL) && followed->truth && node_at(cursor, 0)) node_push(a, names, node_at(cursor, 0));
    return names;
}

/* Keys as Singer has them: names. NULL when one lies inside of an object. */
static Node *key_names(Arena *a, const Node *paths) {
    Node *names = node_new(a, NODE_LIST);
    for (size_t i = 0; node_is(paths, NODE_LIST) && i < paths->len; i++) {
        if (!node_is(paths->items[i], NODE_LIST) || paths->items[i]->len != 1) return NULL;
        node_push(a, names, paths->items[i]->items[0]);
    }
    return names;
}

static Node *metadata_of_stream(Arena *a, const Node *stream) {
    Node *list = node_new(a, NODE_LIST), *own = add_metadata(a, list, (Str){0});
    const Node *properties = node_get_c(node_get_c(stream, "json_schema"), "properties");
    const Node *automatic = automatic_properties(a, stream), *cursor = node_get_c(stream, "default_cursor_field");
    Node *keys = key_names(a, node_get_c(stream, "source_defined_primary_key"));
    node_put(a, own, STR("inclusion"), node_string(a, STR("available")));
    if (keys) node_put(a, own, STR("table-key-properties"), keys);
    if (node_is(cursor, NODE_LIST)) node_put(a, own, STR("valid-replication-keys"), node_copy(a, cursor));
    if (!can(stream, "incremental"))
        node_put(a, own, STR("forced-replication-method"), node_string(a, STR("FULL_TABLE")));
    for (size_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
        Str inclusion = has_text(automatic, properties->keys[i]) ? STR("automatic") : STR("available");
        node_put(a, add_metadata(a, list, properties->keys[i]), STR("inclusion"), node_string(a, inclusion));
    }
    return list;
}

static Node *singer_stream(Arena *a, const Node *stream) {
    Node *entry = node_new(a, NODE_MAP), *keys = key_names(a, node_get_c(stream, "source_defined_primary_key"));
    Str name = stream_name(a, stream);
    node_put(a, entry, STR("tap_stream_id"), node_string(a, name));
    node_put(a, entry, STR("stream"), node_string(a, name));
    node_put(a, entry, STR("schema"), node_copy(a, node_get_c(stream, "json_schema")));
    if (keys) node_put(a, entry, STR("key_properties"), keys);
    node_put(a, entry, STR("metadata"), metadata_of_stream(a, stream));
    return entry;
}

Node *airbyte_catalog_to_singer(Arena *a, const Node *catalog) {
    Node *document = node_new(a, NODE_MAP), *streams = node_new(a, NODE_LIST);
    const Node *all = node_get_c(catalog, "streams");
    for (size_t i = 0; node_is(all, NODE_LIST) && i < all->len; i++)
        node_push(a, streams, singer_stream(a, all->items[i]));
    node_put(a, document, STR("streams"), streams);
    return document;
}

/* ---- configured ---- */

/* The metadata of a stream (property.at == NULL) or of a property right below it; NULL: none. */
static const Node *find_metadata(const Node *stream, Str property) {
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
    Str inclusion = text_at(metadata, "inclusion");
    if (str_is(inclusion, "unsupported")) return false;
    return str_is(inclusion, "automatic") || (node_is(selected, NODE_BOOL) && selected->truth);
}

static const Node *find_stream(const Node *catalog, Str id) {
    const Node *streams = node_get_c(catalog, "streams");
    for (size_t i = 0; node_is(streams, NODE_LIST) && i < streams->len; i++)
        if (str_equal(text_at(streams->items[i], "tap_stream_id"), id)) return streams->items[i];
    return NULL;
}

static Node *selected_schema(Arena *a, const Node *selected) {
    Node *schema = node_copy(a, node_get_c(selected, "schema")), *kept = node_new(a, NODE_MAP);
    const Node *properties = node_get_c(schema, "properties");
    if (!node_is(properties, NODE_MAP)) return schema;
    for (size_t i = 0; i < properties->len; i++) {
        const Node *metadata = find_metadata(selected, properties->keys[i]);
        if (!metadata || is_selected(metadata)) node_put(a, kept, properties->keys[i], properties->items[i]);
    }
    node_put(a, schema, STR("properties"), kept);
    return schema;
}

/* "a.b" -> ["a", "b"] */
static Node *path_of(Arena *a, Str name) {
    Node *path = node_new(a, NODE_LIST);
    Str part;
    while (str_cut(&name, '.', &part)) node_push(a, path, node_string(a, part));
    return path;
}

static Node *cursor_field(Arena *a, const Node *stream, const Node *metadata) {
    Str key = text_at(metadata, "replication-key");
    const Node *standard = node_get_c(stream, "default_cursor_field");
    if (key.len) return path_of(a, key);
    return node_is(standard, NODE_LIST) ? node_copy(a, standard) : node_new(a, NODE_LIST);
}

/* The keys that the metadata names, unless they are still the source's own. */
static Node *primary_key(Arena *a, const Node *stream, const Node *metadata) {
    const Node *own = node_get_c(stream, "source_defined_primary_key"),
               *named = node_get_c(metadata, "table-key-properties");
    Node *paths = node_new(a, NODE_LIST);
    if (node_is(own, NODE_LIST) && own->len && (!node_is(named, NODE_LIST) || node_equal(named, key_names(a, own))))
        return node_copy(a, own);
    for (size_t i = 0; node_is(named, NODE_LIST) && i < named->len; i++)
        node_push(a, paths, path_of(a, node_text(named->items[i])));
    return paths;
}

static Node *configured_stream(Arena *a, const Node *stream, const Node *selected) {
    Node *entry = node_new(a, NODE_MAP), *chosen = node_copy(a, stream);
    const Node *metadata = find_metadata(selected, (Str){0});
    bool full = str_is(text_at(metadata, "replication-method"), "FULL_TABLE") || !can(stream, "incremental");
    Node *keys = primary_key(a, stream, metadata);
    node_put(a, chosen, STR("json_schema"), selected_schema(a, selected));
    node_put(a, entry, STR("stream"), chosen);
    node_put(a, entry, STR("sync_mode"), node_string(a, full ? STR("full_refresh") : STR("incremental")));
    node_put(a, entry, STR("destination_sync_mode"), node_string(a, keys->len ? STR("append_dedup") : STR("append")));
    node_put(a, entry, STR("cursor_field"), cursor_field(a, stream, metadata));
    node_put(a, entry, STR("primary_key"), keys);
    return entry;
}

Node *airbyte_catalog_configure(Arena *a, const Node *catalog, const Node *selected) {
    Node *document = node_new(a, NODE_MAP), *streams = node_new(a, NODE_LIST);
    const Node *all = node_get_c(catalog, "streams");
    for (size_t i = 0; node_is(all, NODE_LIST) && i < all->len; i++) {
        const Node *chosen = find_stream(selected, stream_name(a, all->items[i]));
        if (chosen && is_selected(find_metadata(chosen, (Str){0})))
            node_push(a, streams, configured_stream(a, all->items[i], chosen));
    }
    node_put(a, document, STR("streams"), streams);
    return document;
}

/* ---- for the loader ---- */

bool airbyte_catalog_stream(Arena *a, const Node *configured, size_t i, AirbyteStream *ret) {
    const Node *entry = node_at(node_get_c(configured, "streams"), i), *stream = node_get_c(entry, "stream");
    if (!entry) return false;
    const Node *paths = node_get_c(entry, "primary_key");
    Node *keys = node_new(a, NODE_LIST);
    for (size_t k = 0; node_is(paths, NODE_LIST) && k < paths->len; k++) {
        const Node *path = paths->items[k];
        bool simple = node_is(path, NODE_LIST) && path->len == 1;
        node_push(a, keys, simple ? path->items[0] : paths->items[k]);
    }
    *ret = (AirbyteStream){stream_name(a, stream), node_get_c(stream, "json_schema"), keys};
    return true;
}

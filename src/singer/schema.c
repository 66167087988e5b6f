/* StreamSchema: columns and keys of a SCHEMA message. */
#include "singer/schema.h"

#include "base/map.h"
#include "singer/flatten.h"
#include "singer/naming.h"

/* ---- metadata columns ---- */

enum { IN_SDK = 1, IN_DUCKDB = 2 };

static const struct MetadataColumn {
    const char *name;
    ColumnSource source;
    ColumnKind kind, duckdb_kind;
    int styles;
} metadata_columns[] = {
    {"_sdc_extracted_at", SOURCE_EXTRACTED_AT, COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, IN_SDK | IN_DUCKDB},
    {"_sdc_received_at", SOURCE_RECEIVED_AT, COLUMN_TIMESTAMPTZ, 0, IN_SDK},
    {"_sdc_batched_at", SOURCE_BATCHED_AT, COLUMN_TIMESTAMPTZ, COLUMN_TIMESTAMPTZ, IN_SDK | IN_DUCKDB},
    {"_sdc_deleted_at", SOURCE_DELETED_AT, COLUMN_TIMESTAMPTZ, COLUMN_VARCHAR, IN_SDK | IN_DUCKDB},
    {"_sdc_sequence", SOURCE_SEQUENCE, COLUMN_BIGINT, 0, IN_SDK},
    {"_sdc_table_version", SOURCE_TABLE_VERSION, COLUMN_BIGINT, 0, IN_SDK},
    {"_sdc_sync_started_at", SOURCE_SYNC_STARTED_AT, COLUMN_BIGINT, 0, IN_SDK},
};

/* Metadata columns that the style adds. */
static int added_by(MetadataStyle style) {
    switch (style) {
    case METADATA_SDK: return IN_SDK;
    case METADATA_DUCKDB: return IN_DUCKDB;
    case METADATA_NONE:
    case METADATA_REMOVED: break;
    }
    return 0;
}

/* The tap's own properties of these names give way to the added columns, or to nothing. */
static bool is_replaced(MetadataStyle style, Str name) {
    int styles = style == METADATA_REMOVED ? IN_SDK : added_by(style);
    for (size_t i = 0; i < ARRAY_LEN(metadata_columns); i++)
        if (metadata_columns[i].styles & styles && str_is(name, metadata_columns[i].name)) return true;
    return false;
}

/* ---- columns ---- */

typedef struct Builder {
    Arena *arena;
    const SchemaOptions *options;
    FlatProperties flat;
    StreamSchema *made;
    Map names; /* column name -> SchemaColumn */
    Err *err;
} Builder;

static Str path_text(Arena *a, const Str *path, size_t depth) {
    return flatten_name(a, path, depth, STR("."), 0);
}

static bool add_column(Builder *b, SchemaColumn column) {
    StreamSchema *made = b->made;
    const SchemaColumn *twin = map_get(&b->names, column.name);
    if (twin) {
        Str first = path_text(b->arena, twin->path, twin->depth),
            second = path_text(b->arena, column.path, column.depth);
        err_set(b->err, ERR_INPUT, "properties \"" STR_FMT "\" and \"" STR_FMT "\" both become column \"" STR_FMT "\"",
                STR_ARG(first), STR_ARG(second), STR_ARG(column.name));
        return err_hint(b->err, "leave one of them out (select), or rename it (stream_maps)");
    }
    made->columns[made->column_count] = column;
    map_put(&b->names, column.name, &made->columns[made->column_count++]);
    return true;
}

static bool add_property(Builder *b, const FlatProperty *property) {
    if (property->depth == 1 && is_replaced(b->options->metadata, property->path[0])) return true;
    ColumnType type = schema_column_type(property->schema, b->options);
    return add_column(b, (SchemaColumn){.name = column_name(b->arena, property->name),
                                        .source = SOURCE_PROPERTY,
                                        .path = property->path,
                                        .depth = property->depth,
                                        .keep_object = type.kind == COLUMN_JSON,
                                        .type = type,
                                        .schema = property->schema});
}

static bool add_metadata(Builder *b) {
    int style = added_by(b->options->metadata);
    for (size_t i = 0; i < ARRAY_LEN(metadata_columns); i++) {
        const struct MetadataColumn *row = &metadata_columns[i];
        if (!(row->styles & style)) continue;
        ColumnKind kind = style == IN_SDK ? row->kind : row->duckdb_kind;
        if (kind == COLUMN_TIMESTAMPTZ && b->options->timestamps_without_zone) kind = COLUMN_TIMESTAMP;
        Str *path = arena_new(b->arena, Str);
        *path = str_of(row->name);
        SchemaColumn column = {.name = *path, .source = row->source, .path = path, .depth = 1, .type = {.kind = kind}};
        if (!add_column(b, column)) return false;
    }
    return true;
}

/* ---- keys ---- */

/* A column by the name a key has in SCHEMA: the column's, or the joined property names where that was abbreviated. */
static SchemaColumn *find_key(Builder *b, Str name) {
    SchemaColumn *column = map_get(&b->names, column_name(b->arena, name));
    for (size_t i = 0; !column && i < b->made->column_count; i++) {
        SchemaColumn *other = &b->made->columns[i];
        Str joined = flatten_name(b->arena, other->path, other->depth, b->options->flatten_separator, 0);
        if (str_equal(joined, name)) column = other;
    }
    return column;
}

static Str key_name(Builder *b, const Node *key) {
    if (!node_is(key, NODE_LIST)) return node_text(key);
    Str *path = arena_array(b->arena, Str, key->len); /* Airbyte's [["a", "b"]] */
    for (size_t i = 0; i < key->len; i++) path[i] = node_text(key->items[i]);
    return key->len ? flatten_name(b->arena, path, key->len, b->options->flatten_separator, 0) : (Str){0};
}

static bool add_key(Builder *b, const Node *key) {
    StreamSchema *made = b->made;
    Str name = key_name(b, key);
    SchemaColumn *column = find_key(b, name);
    if (!column) return err_set(b->err, ERR_INPUT, "key property \"" STR_FMT "\" is not in the schema", STR_ARG(name));
    if (column->key) return true;
    column->key = true;
    made->keys[made->key_count++] = (size_t)(column - made->columns);
    return true;
}

static bool add_keys(Builder *b, const Node *keys) {
    if (node_is_null(keys)) return true;
    if (node_is(keys, NODE_STRING)) {
        b->made->keys = arena_new(b->arena, size_t);
        return add_key(b, keys);
    }
    if (!node_is(keys, NODE_LIST)) return err_set(b->err, ERR_INPUT, "key_properties is not a list of names");
    b->made->keys = arena_array(b->arena, size_t, keys->len);
    for (size_t i = 0; i < keys->len; i++)
        if (!add_key(b, keys->items[i])) return false;
    return true;
}

/* ---- the whole ---- */

/* With depth 0 the SDK's mapper does not call its flattening, which would abbreviate names. */
static bool flatten(Builder *b, const Node *schema) {
    SchemaOptions options = *b->options;
    if (options.flatten_depth == 0) options.flatten_key_length = 0;
    return flatten_schema(b->arena, schema, &options, &b->flat, b->err);
}

static bool build(Builder *b, const Node *schema, const Node *key_properties) {
    if (!flatten(b, schema)) return false;
    b->made->columns = arena_array(b->arena, SchemaColumn, b->flat.len + ARRAY_LEN(metadata_columns));
    for (size_t i = 0; i < b->flat.len; i++)
        if (!add_property(b, &b->flat.at[i])) return false;
    if (!add_metadata(b)) return false;
    if (b->made->column_count == 0)
        return err_set(b->err, ERR_INPUT, "the schema has no column: its \"properties\" are empty");
    return add_keys(b, key_properties);
}

StreamSchema *stream_schema_new(Arena *a, Str stream, const Node *schema, const Node *key_properties,
                                const SchemaOptions *options, Err *err) {
    StreamSchema *made = arena_new(a, StreamSchema);
    made->stream = arena_str(a, stream);
    made->schema = schema;
    Builder b = {.arena = a, .options = options, .made = made, .err = err};
    map_init(&b.names, a);
    bool ok = build(&b, schema, key_properties);
    vec_release(&b.flat);
    if (ok) return made;
    err_context(err, "stream \"" STR_FMT "\"", STR_ARG(stream));
    return NULL;
}

/* ---- comparing ---- */

static bool same_column(const SchemaColumn *a, const SchemaColumn *b) {
    if (a->source != b->source || a->depth != b->depth || a->keep_object != b->keep_object || a->key != b->key)
        return false;
    if (a->type.kind != b->type.kind || a->type.precision != b->type.precision || a->type.scale != b->type.scale)
        return false;
    for (size_t i = 0; i < a->depth; i++)
        if (!str_equal(a->path[i], b->path[i])) return false;
    return true;
}

static bool same_keys(const StreamSchema *a, const StreamSchema *b) {
    if (a->key_count != b->key_count) return false;
    for (size_t i = 0; i < a->key_count; i++)
        if (!str_equal(a->columns[a->keys[i]].name, b->columns[b->keys[i]].name)) return false;
    return true;
}

bool stream_schema_equal(const StreamSchema *a, const StreamSchema *b) {
    if (!str_equal(a->stream, b->stream) || a->column_count != b->column_count || !same_keys(a, b)) return false;
    AUTO(Arena) arena = {0};
    Map names;
    map_init(&names, &arena);
    for (size_t i = 0; i < a->column_count; i++) map_put(&names, a->columns[i].name, &a->columns[i]);
    for (size_t i = 0; i < b->column_count; i++) {
        const SchemaColumn *twin = map_get(&names, b->columns[i].name);
        if (!twin || !same_column(twin, &b->columns[i])) return false;
    }
    return true;
}

/*
 * A stream's SCHEMA as table columns: names, types, keys, flattening and metadata columns.
 * Rules: Singer SDK (flattening, _sdc columns) and target-duckdb (names), see docs/singer.md. Immutable once made; may be
 * read from any thread.
 *
 *     StreamSchema *s = stream_schema_new(arena, stream, schema, key_properties, &settings->schema, err);
 *     if (!s) return false;
 *     for (size_t i = 0; i < s->column_count; i++) use(s->columns[i].name, column_type_sql(arena, s->columns[i].type));
 */
#pragma once

#include "base/chunk.h"
#include "base/err.h"
#include "base/node.h"
#include "singer/column_type.h"

/* More is an error: a table of so many columns cannot be written with the memory there is. */
enum { SCHEMA_COLUMN_LIMIT = 20000, SCHEMA_NAME_LIMIT = 4096 /* bytes of a column's name */ };

/* Which columns a target adds to each record. */
typedef enum MetadataStyle {
    METADATA_NONE,    /* none; the tap's own _sdc_* properties are columns like any other (target-duckdb) */
    METADATA_REMOVED, /* add_record_metadata: false. The SDK's seven _sdc_* properties are no columns */
    METADATA_SDK, /* add_record_metadata: extracted, received, batched, deleted, sequence, table_version, sync_started */
    METADATA_DUCKDB, /* target-duckdb's add_metadata_columns or hard_delete: extracted, batched, deleted */
} MetadataStyle;

typedef struct SchemaOptions {
    MetadataStyle metadata;
    size_t flatten_depth;      /* 0 = no flattening: objects become JSON columns */
    Str flatten_separator;     /* "__" */
    size_t flatten_key_length; /* 255: names of so many characters are abbreviated (SDK); 0 = never (target-duckdb) */
    bool timestamps_without_zone; /* date-time becomes TIMESTAMP (UTC) instead of TIMESTAMPTZ */
} SchemaOptions;

/* Where a column's value comes from. */
typedef enum ColumnSource {
    SOURCE_PROPERTY,        /* the record's property at `path` */
    SOURCE_EXTRACTED_AT,    /* the message's time_extracted */
    SOURCE_RECEIVED_AT,     /* when the line was read */
    SOURCE_BATCHED_AT,      /* when its batch began */
    SOURCE_DELETED_AT,      /* the record's _sdc_deleted_at */
    SOURCE_SEQUENCE,        /* milliseconds since 1970 when the line was read */
    SOURCE_TABLE_VERSION,   /* the message's version */
    SOURCE_SYNC_STARTED_AT, /* milliseconds since 1970 when the process began */
    SOURCE_ORDINAL,         /* position of the record in its stream: only in staging tables */
} ColumnSource;

typedef struct SchemaColumn {
    Str name; /* in the table */
    ColumnSource source;
    Str *path; /* property names from the record's root, as written in the records: one, or more when flattened */
    size_t depth;
    bool keep_object; /* an object or array below this path is stored as JSON text: the column is JSON */
    ColumnType type;
    bool key;
    const Node *schema; /* the property's JSON schema; NULL for metadata */
} SchemaColumn;

typedef struct StreamSchema {
    Str stream;            /* as the tap calls it */
    SchemaColumn *columns; /* in the order of the SCHEMA, metadata last */
    size_t column_count;
    size_t *keys; /* indexes into columns, in the order of key_properties */
    size_t key_count;
    const Node *schema; /* of the whole record */
} StreamSchema;

/* Reads a SCHEMA message's `stream`, `schema`, `key_properties` (NULL or null: none). Everything lives in the arena; the
 * nodes are borrowed. NULL: no `properties`, no column at all, two properties with one column name, a key that is no
 * property, a limit above. */
StreamSchema *stream_schema_new(Arena *a, Str stream, const Node *schema, const Node *key_properties,
                                const SchemaOptions *options, Err *err) MUST_USE;
/* Same columns (by name, in any order: some taps shuffle them), types, paths and keys: a repeated SCHEMA that changes
 * nothing. */
bool stream_schema_equal(const StreamSchema *a, const StreamSchema *b);

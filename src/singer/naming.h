/*
 * Names of schemas, tables and columns from names of streams and properties. A table that target-duckdb made is loaded
 * in place, so its rules decide; the Singer SDK's apply where target-duckdb has none (docs/singer.md).
 *
 * Names come out as text to be quoted: any characters, never empty, never with a NUL, always UTF-8.
 */
#pragma once

#include "base/err.h"
#include "base/node.h"

typedef struct TableName {
    Str schema, table;
} TableName;

/* target-duckdb's: lower case (all of Unicode), everything else stays. What no identifier can hold (NUL, bytes that are
 * no UTF-8, a name without characters) becomes "_". In the arena. */
Str column_name(Arena *a, Str property);

/* SDK's conform_name: drops characters outside [A-Za-z0-9_\-. ] and white space, lower case, trims, "-", "." and " "
 * become "_", a leading digit becomes a letter (0 -> a ... 9 -> j). A name of which nothing is left: as column_name. */
Str conform_name(Arena *a, Str name);

/* The table of a stream. The name is split at "-": "t", "schema-t", or "catalog-schema-t-rest" (table t_rest); in the
 * table's name "." and "-" become "_" and letters lower case. Its schema is the first that is given of: schema_mapping's
 * `target_schema` for the stream's schema part ({"source_schema": {"target_schema": "x"}}; may be NULL), default_schema,
 * the conformed schema part of a name of two or three parts (SDK), "main". */
TableName table_name(Arena *a, Str stream, Str default_schema, const Node *schema_mapping);

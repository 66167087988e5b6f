/* Names of schemas, tables and columns from names of streams and properties, as the Singer SDK and target-duckdb do. */
#pragma once

#include "base/err.h"
#include "base/node.h"

typedef struct TableName {
    Str schema, table;
} TableName;

/* SDK's conform_name: drops characters outside [A-Za-z0-9_\-. ], lower case, trims, "-", "." and " " become "_", a leading
 * digit becomes a letter (0 -> a ... 9 -> j). A name of which nothing is left keeps its characters as they are (quoted). */
Str conform_name(Arena *a, Str name);

/* The table of a stream. default_schema empty: a stream "s-t" goes to schema s, table t (SDK: two or three parts split at
 * "-"), else "main". schema_mapping: target-duckdb's {"source_schema": {"target_schema": "x"}}, may be NULL. */
TableName table_name(Arena *a, Str stream, Str default_schema, const Node *schema_mapping);

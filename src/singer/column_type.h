/*
 * The SQL type of a property's JSON schema. In short (docs/singer.md has the table and the reasons):
 *
 *     x-sql-datatype that can be read and suits the type          that type
 *     object or array among the types                             JSON
 *     one of string, integer, number, boolean (beside null)       VARCHAR or by format, BIGINT, DOUBLE, BOOLEAN
 *     integer with bounds beyond 64 bits                          HUGEINT, beyond 128 bits VARCHAR
 *     number with multipleOf and both bounds, singer decimals     DECIMAL when 38 digits are enough
 *     integer and number                                          as number
 *     no type: the first of anyOf, oneOf, allOf that has one      its type
 *     everything else, several types included                     VARCHAR
 */
#pragma once

#include "base/chunk.h"
#include "base/node.h"

typedef struct SchemaOptions SchemaOptions; /* singer/schema.h */

/* Never fails: what says nothing is VARCHAR. Any thread. */
ColumnType schema_column_type(const Node *property, const SchemaOptions *options);
/* SQL text of a type: "DECIMAL(10,2)". */
Str column_type_sql(Arena *a, ColumnType type);

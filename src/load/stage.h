/*
 * Stage: a temporary table in which rows of a keyed stream wait until the transaction ends, and their merge into the table
 * they belong to: the newest row of a key wins, DELETE and INSERT (DuckDB's MERGE would insert a key that comes twice twice).
 *
 * Merges come after every ALTER of their table: DuckDB refuses to commit an ALTER of a table from which the same transaction
 * has deleted rows ("another transaction has altered this table"). The loader's thread only.
 */
#pragma once

#include "load/table_sync.h"

typedef struct Stage {
    const StreamPlan *plan;
    TableName target;
    Str name;              /* NUL-terminated, as SQL wants it */
    ColumnType *key_types; /* of its columns, in the order of the schema's keys */
    uint64_t rows;         /* in it so far */
    bool fresh; /* the target was made by this load and had no rows when the stage was made: nothing to replace */
} Stage;

typedef struct MergeCounts {
    uint64_t inserted, replaced;
} MergeCounts;

/* The column that tells the order of arrival: the decoder fills it behind the plan's columns. */
extern const SchemaColumn stage_ordinal;

/* Makes the table for rows as `synced` has them decoded. Name and target live in the arena. */
bool stage_open(Session *s, Arena *a, Stage *stage, const SyncedTable *synced, size_t number, Err *err) MUST_USE;
/* Moves rows of another table that the merge would replace there into the target, which has all columns of it and is
 * not fresh; the stage's keys hold its values. */
bool stage_take_replaced(Session *s, const Stage *stage, TableName from, uint64_t *ret_rows, Err *err) MUST_USE;
/* The rows replace those of the same keys in the target; the stage is gone afterwards. */
bool stage_merge(Session *s, const Stage *stage, MergeCounts *counts, Err *err) MUST_USE;
bool stage_drop(Session *s, const Stage *stage, Err *err) MUST_USE;

/* "a", "b" of a schema's columns, and of its keys. */
const char *schema_column_list(Arena *a, const StreamSchema *schema);
const char *schema_key_list(Arena *a, const StreamSchema *schema);

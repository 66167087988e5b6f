/*
 * Makes a table fit a schema: creates it, adds columns, widens types; never drops anything. Runs inside the caller's
 * transaction. What changed is written to _pond.schema_changes.
 */
#pragma once

#include "load/plan.h"
#include "warehouse/table.h"

typedef struct SyncedTable {
    TableInfo info;         /* as it is now */
    DecoderColumn *columns; /* of the schema, with the types to decode to */
    size_t column_count;
    bool created, changed;
} SyncedTable;

enum {
    SYNC_LOG = 1, /* changes are logged: not for shadow and pending tables */
    SYNC_REBUILD =
        2, /* a change needs a new table with the old one's rows: ALTER would spoil the COMMIT (load/stage.h) */
};

/* Everything lives in the arena; borrows the schema. flags: of SYNC_*. */
bool table_sync(Session *s, Arena *a, const StreamSchema *schema, TableName table, unsigned flags, SyncedTable *ret,
                Err *err) MUST_USE;

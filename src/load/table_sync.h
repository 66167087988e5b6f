/*
 * Makes a table fit a plan: creates it, adds columns, widens types; never drops anything. Runs inside the caller's
 * transaction. What changed is written to _pond.schema_changes.
 */
#pragma once

#include "load/plan.h"
#include "warehouse/table.h"

typedef struct SyncedTable {
    TableInfo info;         /* as it is now */
    DecoderColumn *columns; /* of the plan's schema, with the types to decode to */
    size_t column_count;
    bool created, changed;
} SyncedTable;

/* Everything lives in the arena; borrows the plan. `changes`: whether changes are logged (not for staging tables). */
bool table_sync(Session *s, Arena *a, const StreamPlan *plan, TableName table, bool changes, SyncedTable *ret,
                Err *err) MUST_USE;

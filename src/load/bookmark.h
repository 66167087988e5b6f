/*
 * The schema _pond of a warehouse: what must commit together with rows. state: bookmarks; rejects: bad records set aside;
 * schema_changes: what loads did to tables; versions: the active version of each versioned table; leftovers: tables of a
 * run under way, dropped by the next run of the same state id.
 */
#pragma once

#include "base/map.h"
#include "base/node.h"
#include "base/vec.h"
#include "load/records.h"
#include "singer/naming.h"
#include "warehouse/warehouse.h"

/* Makes the schema and its tables, and drops what a killed run of this state id (may be empty) left. */
bool bookmark_prepare(Session *s, Str state_id, Err *err) MUST_USE;

/* Inside the transaction of the rows. merge: into the stored value, as Meltano merges state. Empty value: removed. */
bool bookmark_write(Session *s, Str state_id, Str value, bool merge, Err *err) MUST_USE;
bool bookmark_read(Session *s, Arena *a, Str state_id, Str *ret, Err *err) MUST_USE;
bool bookmark_list(Session *s, Arena *a, StrVec *ret_ids, Err *err) MUST_USE;

/* Notes a table that the next run must drop; forget it in the transaction that drops or renames it. */
bool leftover_note(Session *s, Str state_id, TableName table, Err *err) MUST_USE;
bool leftover_forget(Session *s, TableName table, Err *err) MUST_USE;

/* *ret_known false: the table never had a version. */
bool version_read(Session *s, TableName table, bool *ret_known, int64_t *ret_version, Err *err) MUST_USE;
/* All of them: "schema.table" -> int64_t *. */
bool versions_read(Session *s, Map *versions, Err *err) MUST_USE;
bool version_write(Session *s, TableName table, int64_t version, Err *err) MUST_USE;

bool rejects_write(Session *s, Str stream, const Reject *rejects, size_t count, Err *err) MUST_USE;

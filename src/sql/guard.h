/*
 * What a client may ask of the server's DuckDB (DESIGN 5.5). DuckDB's own switches are the whole database's, so this check is the
 * boundary: an allow-list of kinds of statements, a table of functions that are refused, and a look at every file that is named.
 * Refused is what would reach beyond the session: settings of the whole database, other databases, extensions, statements made at run
 * time, and files that the server has open (closing any descriptor of a warehouse file drops its lock, DESIGN 5.7) or that are no files
 * (/dev/stdout is the server's).
 *
 *     Str ours;
 *     if (!sql_guard(arena, sql, &(SqlGuard){.folder = cwd, .pool = pool}, &ours, err)) return false;
 *
 * A file must be named by a text: one that is computed cannot be checked, and is refused too.
 */
#pragma once

#include "warehouse/pool.h"

typedef struct SqlGuard {
    Str folder;          /* where relative paths begin; absolute */
    WarehousePool *pool; /* whose files and folder are refused */
} SqlGuard;

/* One statement, without its ";". *ret: the same, paths absolute; in the arena or as it was. ERR_UNSUPPORTED (0A000) quotes what is
 * refused and says what to do instead. */
bool sql_guard(Arena *a, Str sql, const SqlGuard *guard, Str *ret, Err *err) MUST_USE;
/* The same of several, with ";" between them. */
bool sql_guard_all(Arena *a, Str sql, const SqlGuard *guard, Str *ret, Err *err) MUST_USE;
/* Whether SET of this option of DuckDB is about the session alone; that of others is about the whole database. */
bool sql_setting_is_session(Str name);

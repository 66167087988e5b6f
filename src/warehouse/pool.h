/*
 * WarehousePool: the files that a server owns, each open once for as long as the server lives. Whoever opens one of them with the
 * pool in its WarehouseOptions gets that Warehouse, and warehouse_close gives it back. So a command's body is the same in the CLI and
 * in the server. Any thread.
 *
 * Other files may be promised: the first who opens one opens it for the pool, which keeps it. Each has a database of its own. Any other
 * file is shared by those who have it at the same time, and closed by the last of them: a guest, which clients do not see.
 */
#pragma once

#include "base/vec.h"
#include "warehouse/warehouse.h"

/* folder: of the server's own files, which nobody may reach by SQL (sql/guard.h). */
WarehousePool *warehouse_pool_new(Str folder);
/* A member is without its file and cannot have it again: whom to tell. `lost` may be called on any thread. */
void warehouse_pool_on_lost(WarehousePool *pool, void (*lost)(void *context, const Err *why), void *context);
void warehouse_pool_lost(WarehousePool *pool, const Err *why);
Str warehouse_pool_folder(const WarehousePool *pool);
/* Everything taken from it was closed. Closes the files. */
void warehouse_pool_free(WarehousePool *pool);
/* Opens a file for the pool's life. Borrowed. */
Warehouse *warehouse_pool_add(WarehousePool *pool, const WarehouseOptions *options, Err *err) MUST_USE;
/* From now on these files are the pool's, whether they exist or not: no loader's limits, but `options` with another path. Takes the place
 * of what was promised before; what is open stays. Texts are copied. */
void warehouse_pool_promise(WarehousePool *pool, const WarehouseOptions *options, const Str *paths, size_t count);
/* Opens a promised file that exists, if it is not open yet, and has the promise's limits hold. True also when there is none. By the one
 * who promised. */
bool warehouse_pool_open(WarehousePool *pool, Str path, Err *err) MUST_USE;
/* Other limits of memory, temporary disk and threads for a member, from now on (0: the default); the rest of the options is not
 * looked at. */
bool warehouse_pool_limit(Warehouse *w, const WarehouseOptions *options, Err *err) MUST_USE;

/* What clients connect to: a file that is no guest, by its name. */
typedef struct PoolDatabase {
    Str name; /* what DuckDB calls it, the file's stem; its path in the project if an earlier one has that name */
    Str path;
} PoolDatabase;

typedef VEC(PoolDatabase) PoolDatabases;

/* The name of one of them; in the arena. */
Str warehouse_pool_name(WarehousePool *pool, Arena *a, const Warehouse *w);
/* Names of all, open or not, as few as one; for the words of a statement. */
void warehouse_pool_names(WarehousePool *pool, Arena *a, StrVec *ret);
/* Those that are open, the project's warehouse first. In the arena; release with vec_release. */
void warehouse_pool_databases(WarehousePool *pool, Arena *a, PoolDatabases *ret);
/* The one of that name, or "warehouse" for the project's when none is called so; opened now, if it was not yet. Give it back by
 * warehouse_close. ERR_NOT_FOUND: there is none, and the hint says when the project names it all the same. */
Warehouse *warehouse_pool_named(WarehousePool *pool, Str name, Err *err) MUST_USE;

/* Whether a path is a member's file or its write-ahead log, by stat; guests too. */
bool warehouse_pool_has(WarehousePool *pool, Str path);
/* Whether a pattern (str_glob) fits a member's path. */
bool warehouse_pool_fits(WarehousePool *pool, Str pattern);

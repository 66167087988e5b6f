/*
 * Warehouse: one open DuckDB file, and sessions on it. The only module that knows DuckDB (dlopened at first use).
 *
 *     AUTO_PTR(Warehouse) w = warehouse_open(&(WarehouseOptions){.path = STR("x.duckdb")}, err);
 *     AUTO_PTR(Session) s = session_open(w, err);
 *     if (!session_exec(s, err, "INSERT INTO t VALUES (%d)", 1)) ...
 *
 * Statements are never prepared and kept: DuckDB 1.5 answers wrongly from a cached plan after data changed
 * (duckdb#23704). Nothing here opens a file that a DuckDB of this process has open: closing any descriptor of it would drop DuckDB's
 * lock.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "os/wait.h"

typedef struct Warehouse Warehouse;
typedef struct Session Session;
typedef struct WarehousePool WarehousePool;

/* Bytes of temporary files, when nothing else is said. */
#define WAREHOUSE_TEMP_LIMIT UINT64_C(10000000000)

typedef struct WarehouseOptions {
    Str path;       /* absolute, or ":memory:" */
    Str library;    /* $POND_LIBDUCKDB of the caller's environment; empty: exe/../lib, exe's folder */
    bool read_only; /* the file must exist */
    bool loader;    /* a process that only loads: small memory limit that grows with warehouse_need */
    uint64_t
        memory_limit; /* bytes; 0 = 35 % of memory, or the loader's 64 MB; a loader's too is never raised above one that is given */
    uint64_t temp_limit; /* bytes; 0 = 10 GB */
    uint64_t free_disk;  /* bytes that are to stay free beside the file (warehouse/disk.h); 0: the default */
    unsigned threads;    /* 0 = cores */
    Str temp_directory;  /* empty: DuckDB's own, beside the file */
    WarehousePool *pool; /* of a server: a file that it owns is shared (warehouse/pool.h). Borrowed; NULL = none */
    bool newest_storage; /* a new file may hold what older DuckDBs cannot read (VARIANT) */
} WarehouseOptions;

/* Blocks that a killed process left half written are mended first (warehouse/torn.h), so nothing of this process may have the file open.
 * NULL: ERR_LOCKED when another process has the file (the message names it), ERR_DISK, ERR_UNSUPPORTED for a file of
 * another DuckDB version (the message has both versions), ... */
Warehouse *warehouse_open(const WarehouseOptions *options, Err *err) MUST_USE;
/* All sessions of the caller must be closed. Checkpoints, unless it is a pool's. */
void warehouse_close(Warehouse *w);
DEFINE_AUTO_PTR(Warehouse, warehouse_close)

/* The memory limit of who names none: a share of the machine. */
uint64_t warehouse_memory_share(void);

/* The file's catalog name: its stem. */
Str warehouse_name(const Warehouse *w);
Str warehouse_path(const Warehouse *w);
/* Others have sessions on it too: what is set for the whole database is not the caller's to change. */
bool warehouse_is_shared(const Warehouse *w);
/* How many half-written blocks were mended when it was opened: worth a warning. */
unsigned warehouse_mended(const Warehouse *w);
enum { LONG_RECORD = 32 * 1024 }; /* a vector of these is what a loader's memory has room for anyway */

/* What a loader is about to write. A member only ever grows; zero leaves it as it is. */
typedef struct LoaderNeeds {
    size_t columns;       /* of the widest table */
    size_t columns_begun; /* of all tables written since the last checkpoint: each holds a block of its own */
    size_t line;          /* bytes of the longest record */
    uint64_t long_bytes;  /* of all records longer than LONG_RECORD */
    bool merges;          /* rows of a temporary table replace those of the same keys */
} LoaderNeeds;

/* Raises a loader's memory limit so that this can be written. No effect on other warehouses. Any thread. */
bool warehouse_need(Warehouse *w, LoaderNeeds needs, Err *err) MUST_USE;
/* Bytes by which a loader's memory limit was raised. */
uint64_t warehouse_raised(Warehouse *w);
/* How many of DuckDB's workers may write a table of so many columns at once: each holds a row group of its own. */
unsigned warehouse_workers(const Warehouse *w, size_t columns);
/* How many threads DuckDB may use from now on; 0: as many as at the start. Never more than warehouse_workers of the widest table,
 * for a commit or checkpoint needs as much memory for each as an INSERT. The thread that uses the loader's session. */
bool warehouse_use_threads(Warehouse *w, unsigned threads, Err *err) MUST_USE;
/* The user set this option of DuckDB: memory_limit and threads are not changed any more. */
void warehouse_keep(Warehouse *w, Str setting);
/* Writes what the log has into the file; a loader's columns_begun is 0 afterwards. No transaction of this process may be
 * open. */
bool warehouse_checkpoint(Warehouse *w, Err *err) MUST_USE;
/* Whatever stands beside the file in its database is made by this: now, and whenever the file was opened anew (warehouse/gate.h). No
 * effect when it has one already; of a pool's, one call at a time. */
bool warehouse_on_open(Warehouse *w, bool (*body)(void *context, Session *s, Err *err), void *context,
                       Err *err) MUST_USE;
/* "1.5.5", without opening a file. */
bool warehouse_library_version(Str library, Arena *a, Str *ret, Err *err) MUST_USE;

/* "v2.0.0": what the file's header says of the DuckDB that wrote it; empty when it says nothing. Opens the file, so only after
 * warehouse_open refused it by ERR_UNSUPPORTED: no DuckDB of this process can have it then. */
Str warehouse_file_version(Arena *a, const char *path);

/* One connection: one thread at a time, except session_interrupt. */
Session *session_open(Warehouse *w, Err *err) MUST_USE;
/* An open transaction is rolled back. */
void session_close(Session *s);
DEFINE_AUTO_PTR(Session, session_close)
Warehouse *session_warehouse(Session *s);
/* Sets the connection up: called now, and again when it had to be opened anew (warehouse/gate.h). Once for a session. */
bool session_on_connect(Session *s, bool (*body)(void *context, Session *s, Err *err), void *context,
                        Err *err) MUST_USE;
/* How whoever has the session is told to end it: CANCEL_ABORT. Borrowed until session_close. */
void session_set_owner(Session *s, Cancel *owner);

/* Runs one or more statements, printf-style; quote with %s of sql_ident/sql_literal. After an error inside a transaction
 * only session_rollback is allowed: DuckDB itself would go on, or say OK to a COMMIT that stores nothing. */
bool session_exec(Session *s, Err *err, const char *format, ...) MUST_USE PRINTF_LIKE(3, 4);
bool session_exec_str(Session *s, Str sql, Err *err) MUST_USE;
/* As session_exec of one statement that changes rows; *ret_rows gets how many. */
bool session_change(Session *s, uint64_t *ret_rows, Err *err, const char *format, ...) MUST_USE PRINTF_LIKE(4, 5);

bool session_begin(Session *s, Err *err) MUST_USE;
/* The same for a transaction that may turn out to read only: it is in nobody's way until it writes. */
bool session_begin_read(Session *s, Err *err) MUST_USE;
bool session_commit(Session *s, Err *err) MUST_USE;
/* Never fails: whatever happens, no transaction is open afterwards. No effect without one. */
void session_rollback(Session *s);
/* Between transactions too the session stays behind the gate (warehouse/gate.h), as if one that writes were open: what it has in temporary
 * tables is what the next one works on. */
bool session_stay(Session *s, Err *err) MUST_USE;
void session_stay_no_more(Session *s);
bool session_in_transaction(const Session *s);
/* The statement that failed was refused before it ran (it could not be parsed or planned): DuckDB's transaction goes on, and may be
 * used again. */
void session_recover(Session *s);
/* Any thread: the running statement ends with ERR_CANCELED. A ChunkSource that waits must watch its own flag. */
void session_interrupt(Session *s);

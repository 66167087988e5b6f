/* What the files of src/warehouse share. Included nowhere else. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "warehouse/chunk_source.h"
#include "warehouse/duckdb_api.h"
#include "warehouse/result.h"
#include "warehouse/warehouse.h"

typedef struct RegisteredSource RegisteredSource;

struct Warehouse {
    Arena arena;
    const DuckdbApi *duck;
    duckdb_database database;
    Str path, name;
    unsigned mended;      /* by torn_mend */
    WarehousePool *pool;  /* that it belongs to; NULL: none */
    unsigned users;       /* of a pool's; guarded by its lock */
    pthread_mutex_t lock; /* guards what follows */
    bool loader;
    uint64_t memory_limit;
    LoaderNeeds needs;
    unsigned threads, threads_now; /* at the start, and since warehouse_use_threads */
    bool keeps_threads;
    RegisteredSource *sources;
    uint64_t last_source;
};

struct Session {
    Warehouse *warehouse;
    duckdb_connection connection;
    bool in_transaction;
    bool failed; /* a statement of the open transaction failed: only a rollback may follow */
};

/* Fills err from DuckDB's message (NULL: it gave none). Returns false. */
bool duck_error(const char *message, Err *err);
/* Fills err from a failed result and frees the result. Returns false. */
bool duck_result_error(const DuckdbApi *duck, duckdb_result *result, Err *err);
/* The rows of a statement that succeeded; *result is the Result's from now on. */
Result *result_take(const DuckdbApi *duck, const duckdb_result *result);
/* The pool's warehouse for a path, NULL when it has none; and back. */
Warehouse *pool_take(WarehousePool *pool, Str path);
void pool_give_back(Warehouse *w);
/* Destroy it. */
duckdb_logical_type column_logical_type(const DuckdbApi *duck, ColumnType type);
/* Registers pond_records in a new database. */
bool chunk_source_register(Warehouse *w, duckdb_connection connection, Err *err) MUST_USE;

/*
 * ChunkSource: rows made by C code, read by SQL: `INSERT INTO t SELECT ... FROM pond_records(<id>)`. DuckDB's workers call
 * `next` in parallel, each with a state of its own.
 */
#pragma once

#include "base/chunk.h"
#include "warehouse/warehouse.h"

typedef struct SourceColumn {
    Str name; /* NUL-terminated */
    ColumnType type;
} SourceColumn;

typedef struct ChunkSource {
    const SourceColumn *columns;
    size_t column_count;
    size_t max_threads;
    void *context;
    /* A worker begins and ends; may be called on any of DuckDB's threads. */
    void *(*open)(void *context);
    void (*close)(void *context, void *local);
    /* Fills chunk->rows rows (<= capacity, strings live until the next call of this worker); 0 rows = nothing more for
     * this worker. False with err: the statement fails with it. Must not block longer than 50 ms without watching the
     * cancel flag of its own: session_interrupt does not reach it. */
    bool (*next)(void *context, void *local, Chunk *chunk, Err *err);
} ChunkSource;

/* The id to write into the SQL; the source must stay until chunk_source_remove. Any thread. */
uint64_t chunk_source_add(Warehouse *w, const ChunkSource *source);
void chunk_source_remove(Warehouse *w, uint64_t id);
/* The error with which `next` ended the statement, as it was before DuckDB wrapped it: false when there was none. */
bool chunk_source_error(Warehouse *w, uint64_t id, Err *ret);

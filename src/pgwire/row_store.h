/*
 * RowStore: rows put aside, each as the bytes that a client may want of it; in memory, then in a file without a name. One thread.
 *
 *     RowStore *rows = row_store_new(&(RowStorePlan){folder, limit});
 *     if (!row_store_add(rows, bytes, err)) ...
 *     for (uint64_t i = 0; i < row_store_count(rows); i++) if (!row_store_read(rows, i, &bytes, err)) ...
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

/* Rows of one store that stay in memory before they go to the file. */
enum { ROW_STORE_MEMORY = 16 * 1024 * 1024 };

typedef struct RowStorePlan {
    const char *folder; /* of the file; borrowed as long as the store lives */
    uint64_t limit;     /* bytes of all rows */
} RowStorePlan;

typedef struct RowStore RowStore;

RowStore *row_store_new(const RowStorePlan *plan);
void row_store_free(RowStore *r);
/* ERR_DISK, or 53400 when the rows are more than the limit; those before stay readable. */
bool row_store_add(RowStore *r, Str row, Err *err) MUST_USE;
uint64_t row_store_count(const RowStore *r);
/* All of them are still in memory, with room for more. */
bool row_store_is_cheap(const RowStore *r);
/* The row's bytes, from 0; borrowed until the next call. Cheap one after the other, any order is possible. */
bool row_store_read(RowStore *r, uint64_t row, Str *ret, Err *err) MUST_USE;

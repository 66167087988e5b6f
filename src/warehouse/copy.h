/*
 * A copy of a warehouse in a new file: everything in it, as one transaction sees it, while others go on reading and writing.
 *
 *     AUTO(WarehouseSums) sums = {0};
 *     bool ok = warehouse_copy(s, path, &sums, cancel, err) && warehouse_copy_verify(session_of_path, &sums, cancel, err);
 *
 * The new file is attached to the database of the session meanwhile, by a name that begins with "pond copy". DuckDB's own COPY FROM
 * DATABASE fails for foreign keys (it fills tables by name) and generated columns; only its (SCHEMA) is used, which keeps comments, views
 * that are broken, constraints, indexes, macros, types and where sequences stand (their START becomes the next value). Rows may come in
 * another order, as in every table of this database (preserve_insertion_order is off).
 */
#pragma once

#include "base/vec.h"
#include "warehouse/warehouse.h"

typedef struct TableSum {
    Str schema, name;
    uint64_t rows;
    Str hash; /* of all rows, whatever their order; empty: none */
} TableSum;

/* What the snapshot held. */
typedef struct WarehouseSums {
    Arena arena;
    VEC(TableSum) tables;
    uint64_t rows;
} WarehouseSums;

void warehouse_sums_release(WarehouseSums *sums);
DEFINE_AUTO(WarehouseSums, warehouse_sums_release)

/* No transaction is open before and behind it. The file does not exist; after an error whatever there is of it is the caller's to
 * remove, and it is open no more. cancel: as for warehouse_copy_verify; may be NULL. On success it is complete, closed and without a log beside it; not yet written through. */
bool warehouse_copy(Session *s, Str path, WarehouseSums *ret, Cancel *cancel, Err *err) MUST_USE;
/* Reads all of the copy, which s is a session on, in a DuckDB of its own, and compares. CANCEL_STOP ends it between two tables. */
bool warehouse_copy_verify(Session *s, const WarehouseSums *sums, Cancel *cancel, Err *err) MUST_USE;
/* Rows of all tables of the file that s is on. */
bool warehouse_count(Session *s, uint64_t *ret, Err *err) MUST_USE;

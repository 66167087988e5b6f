/*
 * COPY's data from a client, turned into the CSV that DuckDB's own reader takes: csv is passed as it is, text and binary are written
 * anew with every value in quotes, so that NULL is the only field without.
 *
 *     CopyIn in;
 *     copy_in_init(&in, c, oids, count);
 *     while (...) if (!copy_in_add(&in, data, &csv, err)) ...
 *     if (!copy_in_end(&in, &csv, err)) ...
 *
 * Data may be cut anywhere. Errors name the line.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "sql/copy.h"

typedef struct CopyIn {
    const CopyStatement *statement;
    const uint32_t *oids; /* of the columns, for binary */
    size_t columns;
    Buf rest; /* an unfinished line or tuple */
    uint64_t line;
    bool begun, ended; /* the header was seen; the end mark */
    Arena arena;
} CopyIn;

void copy_in_init(CopyIn *in, const CopyStatement *statement, const uint32_t *oids, size_t columns);
void copy_in_release(CopyIn *in);
DEFINE_AUTO(CopyIn, copy_in_release)
/* Appends to csv. */
bool copy_in_add(CopyIn *in, Str data, Buf *csv, Err *err) MUST_USE;
bool copy_in_end(CopyIn *in, Buf *csv, Err *err) MUST_USE;

/* Rows in COPY's formats. */
#pragma once

#include "pgwire/pg_type.h"
#include "pgwire/wire.h"
#include "sql/copy.h"

typedef struct CopyColumn {
    Str name;
    PgWrite write;
    bool force_quote;
} CopyColumn;

/* A COPY TO STDOUT. Release with copy_out_release(). */
typedef struct CopyOut {
    const CopyStatement *statement; /* borrowed */
    const CopyColumn *columns;      /* borrowed */
    size_t count;
    bool special[256]; /* bytes that cannot stand as they are */
    Buf scratch;
} CopyOut;

void copy_out_init(CopyOut *o, const CopyStatement *c, const CopyColumn *columns, size_t count);
void copy_out_release(CopyOut *o);
DEFINE_AUTO(CopyOut, copy_out_release)

/* What stands before the rows: the header line, or binary's signature; and behind them. Binary's signature is in one
 * CopyData message with the first row or with the end, as clients expect it. */
void copy_out_begin(Wire *w, const CopyOut *o);
void copy_out_row(Wire *w, CopyOut *o, const Vector *values, size_t row);
void copy_out_end(Wire *w, const CopyOut *o);

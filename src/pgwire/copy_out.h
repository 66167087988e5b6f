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

/* What stands before the rows: the header line, or binary's signature; and behind them. Binary's signature is in one
 * CopyData message with the first row or with the end, as clients expect it. */
void copy_out_begin(Wire *w, const CopyStatement *c, const CopyColumn *columns, size_t count);
void copy_out_row(Wire *w, const CopyStatement *c, const CopyColumn *columns, size_t count, const Vector *values,
                  size_t row, Buf *scratch);
void copy_out_end(Wire *w, const CopyStatement *c);

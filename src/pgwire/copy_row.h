/*
 * CopyRows: the rows of a block of COPY's data (copy_cut.h) into a chunk: lines and fields exactly as PostgreSQL's copyfromparse.c takes
 * them, values by copy_field.h.
 *
 *     CopyRows rows = {.spec = spec};
 *     copy_rows_begin(&rows, &(CopyPart){data, first, eol});
 *     while (chunk->rows < chunk->capacity && !rows.over)
 *         if (!copy_rows_next(&rows, chunk, err)) ...         row rows.line of this block; rows.where: what else an error's context says
 *
 * One thread for each CopyRows. Texts in the chunk are slices of the data or of rows.texts.
 */
#pragma once

#include "pgwire/copy_cut.h"
#include "pgwire/copy_field.h"

typedef struct CopyRowSpec {
    const CopyStatement *statement;
    const CopyField *columns;
    size_t column_count;
    const bool *force_not_null, *force_null; /* of each column */
    const Zone *zone;                        /* of instants that say none */
} CopyRowSpec;

typedef struct CopyPart {
    Str data;
    bool first;  /* the data begins here: with the header, if there is one */
    CopyEol eol; /* of the whole; UNKNOWN when nothing of it is a whole line */
} CopyPart;

enum { COPY_WHERE = 512 };

typedef struct CopyRows {
    const CopyRowSpec *spec;
    Arena texts;
    Str *fields; /* of a line; at NULL: it is NULL. From the heap */
    size_t field_count;
    const char *at, *end;
    CopyEol eol;
    bool binary_header, header, checked;
    bool over;     /* no more rows in this block */
    uint64_t line; /* that was read last, from 1 in this block */
    char where[COPY_WHERE];
} CopyRows;

void copy_rows_release(CopyRows *r);
DEFINE_AUTO(CopyRows, copy_rows_release)
void copy_rows_begin(CopyRows *r, const CopyPart *part);
/* Adds a row to the chunk, unless there is none any more (over). */
bool copy_rows_next(CopyRows *r, Chunk *chunk, Err *err) MUST_USE;

/*
 * CopyCutter: where whole rows of COPY's data end, so that blocks of them can be read apart from each other. What a row must not be is
 * left to who reads it (copy_row.h).
 *
 *     CopyCutter cut = copy_cutter(statement, columns);
 *     size_t rows = copy_cut(&cut, data);        data begins with a row; later calls bring the same data, grown, or what was left of it
 *
 * One thread. Nothing is found twice: a call costs the bytes that are new.
 */
#pragma once

#include "sql/copy.h"

/* How lines end; the first one says it for all. */
typedef enum CopyEol { COPY_EOL_UNKNOWN, COPY_EOL_LF, COPY_EOL_CR, COPY_EOL_CRLF } CopyEol;

typedef struct CopyCutter {
    const CopyStatement *statement;
    size_t columns;
    CopyEol eol;
    bool ended; /* what was cut off last holds the end mark, or what no row can begin with: nothing behind it is read */
    bool begun; /* binary: the header is behind */
    size_t seen; /* bytes of data in which no row ends (csv, text), or the end of its last whole row (binary) */
    bool quoted, was_escaped; /* csv: the state at `seen` */
} CopyCutter;

CopyCutter copy_cutter(const CopyStatement *statement, size_t columns);
/* Bytes up to the end of the last whole row; 0: none is whole yet. */
size_t copy_cut(CopyCutter *c, Str data);

enum { COPY_SIGNATURE = 11, COPY_HEADER = COPY_SIGNATURE + 8 };
extern const char copy_signature[COPY_SIGNATURE];

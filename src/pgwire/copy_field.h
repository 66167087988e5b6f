/*
 * Fields of COPY's data into the cells of a chunk, by the rules of PostgreSQL's input and receive functions for the column's type.
 *
 *     copy_column(&column, name, type);
 *     CopyCell cell = {&chunk->columns[i], row, zone, &arena};
 *     if (!column.text(&column, field, &cell, err)) ...
 *
 * Any thread.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "pgwire/zone.h"
#include "warehouse/vector.h"

typedef struct CopyField CopyField;

/* Where a value goes. */
typedef struct CopyCell {
    ChunkColumn *column;
    size_t row;
    const Zone *zone; /* of instants without one; NULL: UTC */
    Arena *texts;     /* of values that are not a slice of the field; lives as long as the chunk is used */
} CopyCell;

/* A field that is not NULL. */
typedef bool (*CopyRead)(const CopyField *f, Str field, CopyCell *cell, Err *err);

/* A column that COPY fills. */
struct CopyField {
    Str name;
    const DataType *type; /* of the table's column. Borrowed */
    ColumnType as; /* what is read; DuckDB casts it to the table's type, which never fails unless `as` is VARCHAR */
    CopyRead text, binary;
    const char *type_name; /* for errors: "integer" */
    uint32_t oid;
    int64_t least, most; /* of integers */
    size_t bytes;        /* in binary */
};

CopyField copy_field(Str name, const DataType *type);
/* Whether bytes are a text for PostgreSQL: UTF-8 without NUL. `rest`: what follows in the data, for the message. */
bool copy_check_text(Str bytes, const char *rest, Err *err) MUST_USE;

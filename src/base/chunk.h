/*
 * Chunk: up to `capacity` rows of column vectors, borrowed from the engine while a callback runs. Plain views, so that a
 * decoder can fill them without knowing the engine (src/warehouse makes them from DuckDB's vectors).
 *
 * Layout of data by kind: BOOLEAN uint8_t 0/1; BIGINT int64_t; HUGEINT Int128; DOUBLE double; DECIMAL int16_t, int32_t,
 * int64_t or Int128 by precision (<= 4, <= 9, <= 18, <= 38), unscaled; DATE int32_t days since 1970; TIME int64_t
 * microseconds of the day; TIMESTAMP and TIMESTAMPTZ int64_t microseconds since 1970 UTC; UUID Int128 with the highest
 * bit flipped; VARCHAR, JSON, BLOB ChunkText.
 */
#pragma once

#include "base/str.h"

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

#define COLUMN_KINDS(X)                                                                                                \
    X(BOOLEAN, "BOOLEAN")                                                                                              \
    X(BIGINT, "BIGINT")                                                                                                \
    X(HUGEINT, "HUGEINT")                                                                                              \
    X(DOUBLE, "DOUBLE")                                                                                                \
    X(DECIMAL, "DECIMAL")                                                                                              \
    X(VARCHAR, "VARCHAR")                                                                                              \
    X(JSON, "JSON")                                                                                                    \
    X(BLOB, "BLOB")                                                                                                    \
    X(DATE, "DATE")                                                                                                    \
    X(TIME, "TIME")                                                                                                    \
    X(TIMESTAMP, "TIMESTAMP")                                                                                          \
    X(TIMESTAMPTZ, "TIMESTAMPTZ")                                                                                      \
    X(UUID, "UUID")

typedef enum ColumnKind {
#define X(name, sql) COLUMN_##name,
    COLUMN_KINDS(X)
#undef X
} ColumnKind;

typedef struct ColumnType {
    ColumnKind kind;
    uint8_t precision, scale; /* DECIMAL: 1..38, 0..precision */
} ColumnType;

/* A text in a vector: short ones inside, longer ones by pointer (DuckDB's string_t; src/warehouse asserts the layout). */
typedef struct ChunkText {
    uint32_t len;
    union {
        char inlined[12]; /* len <= 12, the rest zero */
        struct {
            char prefix[4];
            const char *at;
        } __attribute__((packed)) pointer;
    };
} ChunkText;

typedef struct ChunkColumn {
    ColumnType type;
    void *data;
    uint64_t *validity; /* bit = 1: the row has a value; NULL: all have */
    void *vector;       /* the engine's own */
} ChunkColumn;

typedef struct Chunk Chunk;
struct Chunk {
    size_t capacity, rows;
    ChunkColumn *columns;
    size_t column_count;
    void (*make_nullable)(ChunkColumn *column); /* gives the column a validity, all bits set */
};

static inline void chunk_set_null(Chunk *chunk, ChunkColumn *column, size_t row) {
    if (!column->validity) chunk->make_nullable(column);
    column->validity[row / 64] &= ~((uint64_t)1 << (row % 64));
}

/* The text (well-formed UTF-8 unless the column is BLOB, at most 4 GiB) is borrowed until the next call of the source. */
static inline void chunk_set_text(ChunkColumn *column, size_t row, Str text) {
    ChunkText *slot = (ChunkText *)column->data + row;
    *slot = (ChunkText){.len = (uint32_t)text.len};
    if (text.len <= sizeof slot->inlined) {
        if (text.len) memcpy(slot->inlined, text.at, text.len);
        return;
    }
    memcpy(slot->pointer.prefix, text.at, sizeof slot->pointer.prefix);
    slot->pointer.at = text.at;
}

/*
 * DataType and Vector: the values of a result as they lie in the engine's memory, as plain views that need nothing of the
 * engine. Whoever writes values (value_text.h, the PostgreSQL wire) walks these.
 *
 * Layout of data by type: BOOLEAN uint8_t 0/1; integers as their name says; HUGEINT and UHUGEINT 16 bytes; DECIMAL the integer of
 * `bytes` bytes, unscaled; DATE int32_t days since 1970; TIME int64_t microseconds of the day; TIMETZ vector_timetz();
 * TIMESTAMP* int64_t since 1970 UTC in the unit of the name; INTERVAL Interval; UUID Int128 with the highest bit
 * flipped; VARCHAR, BLOB, BIT ChunkText; ENUM an unsigned integer of `bytes` bytes; LIST and MAP ListEntry; STRUCT, ARRAY and UNION
 * have their children only.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/chunk.h"

#define DATA_TYPE_IDS(X)                                                                                               \
    X(NULL, "NULL")                                                                                                    \
    X(BOOLEAN, "BOOLEAN")                                                                                              \
    X(TINYINT, "TINYINT")                                                                                              \
    X(SMALLINT, "SMALLINT")                                                                                            \
    X(INTEGER, "INTEGER")                                                                                              \
    X(BIGINT, "BIGINT")                                                                                                \
    X(HUGEINT, "HUGEINT")                                                                                              \
    X(UTINYINT, "UTINYINT")                                                                                            \
    X(USMALLINT, "USMALLINT")                                                                                          \
    X(UINTEGER, "UINTEGER")                                                                                            \
    X(UBIGINT, "UBIGINT")                                                                                              \
    X(UHUGEINT, "UHUGEINT")                                                                                            \
    X(FLOAT, "FLOAT")                                                                                                  \
    X(DOUBLE, "DOUBLE")                                                                                                \
    X(DECIMAL, "DECIMAL")                                                                                              \
    X(VARCHAR, "VARCHAR")                                                                                              \
    X(BLOB, "BLOB")                                                                                                    \
    X(BIT, "BIT")                                                                                                      \
    X(UUID, "UUID")                                                                                                    \
    X(ENUM, "ENUM")                                                                                                    \
    X(DATE, "DATE")                                                                                                    \
    X(TIME, "TIME")                                                                                                    \
    X(TIME_NS, "TIME_NS")                                                                                              \
    X(TIMETZ, "TIME WITH TIME ZONE")                                                                                   \
    X(TIMESTAMP, "TIMESTAMP")                                                                                          \
    X(TIMESTAMP_S, "TIMESTAMP_S")                                                                                      \
    X(TIMESTAMP_MS, "TIMESTAMP_MS")                                                                                    \
    X(TIMESTAMP_NS, "TIMESTAMP_NS")                                                                                    \
    X(TIMESTAMPTZ, "TIMESTAMP WITH TIME ZONE")                                                                         \
    X(INTERVAL, "INTERVAL")                                                                                            \
    X(LIST, "LIST")                                                                                                    \
    X(ARRAY, "ARRAY")                                                                                                  \
    X(MAP, "MAP")                                                                                                      \
    X(STRUCT, "STRUCT")                                                                                                \
    X(UNION, "UNION")                                                                                                  \
    X(OTHER, "OTHER") /* BIGNUM, VARIANT, GEOMETRY: no view of them (readable.h) */

typedef enum DataTypeId {
#define X(name, sql) DATA_##name,
    DATA_TYPE_IDS(X)
#undef X
        DATA_TYPES,
} DataTypeId;

typedef struct DataType DataType;
struct DataType {
    DataTypeId id;
    uint8_t width, scale; /* DECIMAL */
    uint8_t bytes;        /* DECIMAL, ENUM: of the integer that is stored */
    Str alias;            /* "JSON" of a VARCHAR; empty: none */
    uint64_t array_size;  /* ARRAY */
    size_t child_count;   /* LIST, ARRAY 1; MAP 2, keys and values; STRUCT and UNION: members */
    const DataType *children;
    size_t name_count; /* STRUCT and UNION: members; ENUM: words */
    const Str *names;
};

/* A column of a chunk, or a child of one. */
typedef struct Vector Vector;
struct Vector {
    const DataType *type;
    const void *data;
    const uint64_t *validity; /* bit = 1: the row has a value; NULL: all have */
    Vector *children; /* as type->children; rows of a LIST's child: ListEntry; of an ARRAY's: row * array_size + i */
};

typedef struct ListEntry {
    uint64_t offset, length;
} ListEntry;

typedef struct Interval {
    int32_t months, days;
    int64_t micros;
} Interval;

typedef struct TimeTz {
    int64_t micros;  /* of the day */
    int32_t seconds; /* east of UTC */
} TimeTz;

/* The type in SQL: DECIMAL(10,2), STRUCT("a" INTEGER)[]. */
void data_type_sql(const DataType *type, Buf *out);

static inline bool vector_is_null(const Vector *v, uint64_t row) {
    return v->validity && !(v->validity[row / 64] >> (row % 64) & 1);
}
/* VARCHAR, BLOB, BIT. Borrowed with the vector. */
Str vector_bytes(const Vector *v, uint64_t row);
/* Unscaled. */
Int128 vector_decimal(const Vector *v, uint64_t row);
/* The word; borrowed with the type. */
Str vector_enum(const Vector *v, uint64_t row);
TimeTz vector_timetz(const Vector *v, uint64_t row);
/* Which child of a UNION has the value. */
size_t vector_union_tag(const Vector *v, uint64_t row);

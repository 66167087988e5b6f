/* Which PostgreSQL type a DuckDB type is on the wire, and how its values are written: pg_type.c has the table. */
#pragma once

#include "warehouse/vector.h"

/* Types of PostgreSQL by their fixed numbers (its pg_type.dat). */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_CHAR = 18, /* "char", one byte; char(n) is BPCHAR */
    OID_NAME = 19,
    OID_REGPROC = 24,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT2VECTOR = 22,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_OID = 26,
    OID_OIDVECTOR = 30,
    OID_JSON = 114,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_UNKNOWN = 705,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
    OID_DATE = 1082,
    OID_TIME = 1083,
    OID_TIMESTAMP = 1114,
    OID_TIMESTAMPTZ = 1184,
    OID_INTERVAL = 1186,
    OID_TIMETZ = 1266,
    OID_VARBIT = 1562,
    OID_NUMERIC = 1700,
    OID_VOID = 2278,
    OID_UUID = 2950,
};

typedef struct PgType {
    uint32_t oid;
    int16_t size;     /* bytes, -1 = varies */
    int32_t modifier; /* of numeric(p,s), else -1 */
} PgType;

/* DECIMAL(38,10) is PostgreSQL's numeric without digits: sql/rewrite.c casts to it. Written without zeros at its end. */
static inline bool pg_is_plain_numeric(const DataType *type) {
    return type->id == DATA_DECIMAL && type->width == 38 && type->scale == 10;
}

PgType pg_type_of(const DataType *type);

/* Appends one value that is not NULL, without its length. */
typedef void (*PgWrite)(const Vector *v, uint64_t row, Buf *out);

/* How values of a type are written in a format. */
PgWrite pg_text_writer(const DataType *type);
PgWrite pg_binary_writer(const DataType *type);
/* The array type of an element type; 0: there is none. */
uint32_t pg_array_of(uint32_t element);
/* Any of the TIMESTAMP types in microseconds since 1970; infinity is INT64_MAX, -INT64_MAX. */
int64_t pg_timestamp_micros(const Vector *v, uint64_t row);

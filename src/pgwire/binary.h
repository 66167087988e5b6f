/* Values in PostgreSQL's binary format, as its send functions write them: one function for each family of types; pg_type.c says
 * which. */
#pragma once

#include "warehouse/vector.h"

void pg_binary_bytes(const Vector *v, uint64_t row, Buf *out);
void pg_binary_char(const Vector *v, uint64_t row, Buf *out); /* "char": one byte, of an empty one 0 */
void pg_binary_bool(const Vector *v, uint64_t row, Buf *out);
void pg_binary_i8(const Vector *v, uint64_t row, Buf *out);
void pg_binary_i16(const Vector *v, uint64_t row, Buf *out);
void pg_binary_i32(const Vector *v, uint64_t row, Buf *out);
void pg_binary_i64(const Vector *v, uint64_t row, Buf *out);
void pg_binary_oid(const Vector *v, uint64_t row, Buf *out);     /* of a BIGINT */
void pg_binary_regproc(const Vector *v, uint64_t row, Buf *out); /* the number of its name */
void pg_binary_u8(const Vector *v, uint64_t row, Buf *out);
void pg_binary_u16(const Vector *v, uint64_t row, Buf *out);
void pg_binary_u32(const Vector *v, uint64_t row, Buf *out);
void pg_binary_numeric(const Vector *v, uint64_t row, Buf *out);
void pg_binary_float(const Vector *v, uint64_t row, Buf *out);
void pg_binary_double(const Vector *v, uint64_t row, Buf *out);
void pg_binary_bit(const Vector *v, uint64_t row, Buf *out);
void pg_binary_uuid(const Vector *v, uint64_t row, Buf *out);
void pg_binary_date(const Vector *v, uint64_t row, Buf *out);
void pg_binary_time(const Vector *v, uint64_t row, Buf *out);
void pg_binary_timetz(const Vector *v, uint64_t row, Buf *out);
void pg_binary_timestamp(const Vector *v, uint64_t row, Buf *out);
void pg_binary_interval(const Vector *v, uint64_t row, Buf *out);
void pg_binary_array(const Vector *v, uint64_t row, Buf *out);
void pg_binary_int2vector(const Vector *v, uint64_t row, Buf *out);
void pg_binary_oidvector(const Vector *v, uint64_t row, Buf *out);

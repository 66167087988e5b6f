/* Values in PostgreSQL's text format, as its output functions write them (DateStyle ISO, IntervalStyle postgres, bytea_output hex,
 * instants in the thread's zone): one function for each family of types; pg_type.c says which. */
#pragma once

#include "pgwire/zone.h"
#include "warehouse/vector.h"

/* TIMESTAMPTZ of this thread is written so from now on; NULL: in UTC, as at first. A session has a thread of its own. Borrowed. */
void pg_text_zone(const Zone *zone);
const Zone *pg_text_zone_now(void);

void pg_text_bytes(const Vector *v, uint64_t row, Buf *out);
void pg_text_bool(const Vector *v, uint64_t row, Buf *out);
void pg_text_i8(const Vector *v, uint64_t row, Buf *out);
void pg_text_i16(const Vector *v, uint64_t row, Buf *out);
void pg_text_i32(const Vector *v, uint64_t row, Buf *out);
void pg_text_i64(const Vector *v, uint64_t row, Buf *out);
void pg_text_u8(const Vector *v, uint64_t row, Buf *out);
void pg_text_u16(const Vector *v, uint64_t row, Buf *out);
void pg_text_u32(const Vector *v, uint64_t row, Buf *out);
void pg_text_u64(const Vector *v, uint64_t row, Buf *out);
void pg_text_i128(const Vector *v, uint64_t row, Buf *out);
void pg_text_u128(const Vector *v, uint64_t row, Buf *out);
void pg_text_float(const Vector *v, uint64_t row, Buf *out);
void pg_text_double(const Vector *v, uint64_t row, Buf *out);
void pg_text_decimal(const Vector *v, uint64_t row, Buf *out);
void pg_text_bytea(const Vector *v, uint64_t row, Buf *out);
void pg_text_date(const Vector *v, uint64_t row, Buf *out);
void pg_text_time(const Vector *v, uint64_t row, Buf *out);
void pg_text_timestamp(const Vector *v, uint64_t row, Buf *out);
void pg_text_interval(const Vector *v, uint64_t row, Buf *out);
void pg_text_array(const Vector *v, uint64_t row, Buf *out);
void pg_text_vector(const Vector *v, uint64_t row, Buf *out); /* int2vector, oidvector: "1 2" */
void pg_text_json(const Vector *v, uint64_t row, Buf *out);   /* also nested values */
void pg_text_other(const Vector *v, uint64_t row, Buf *out);  /* as DuckDB prints it */

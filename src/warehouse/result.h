/*
 * Result: the rows of a statement, read one after the other as text or as numbers.
 *
 *     Result *r = session_query(s, sql, err);
 *     while (result_next(r)) if (result_text(r, 0, arena, &text)) ...
 *     result_free(r);
 */
#pragma once

#include "warehouse/warehouse.h"

typedef struct Result Result;

/* How a value is written in JSON. */
typedef enum ValueKind { VALUE_STRING, VALUE_NUMBER, VALUE_BOOLEAN, VALUE_JSON } ValueKind;

/* Runs a statement and keeps its rows (in DuckDB's memory: not for huge results). For several: script.h. */
Result *session_query(Session *s, Str sql, Err *err) MUST_USE;
Result *session_queryf(Session *s, Err *err, const char *format, ...) MUST_USE PRINTF_LIKE(3, 4);
void result_free(Result *r);
DEFINE_AUTO_PTR(Result, result_free)

size_t result_columns(const Result *r);
Str result_column_name(const Result *r, size_t column);
Str result_column_type(const Result *r, size_t column); /* SQL: "DECIMAL(10,2)", "INTEGER[]" */
ValueKind result_column_kind(const Result *r, size_t column);
bool result_is_rows(const Result *r); /* false: a statement without rows (DDL) or with a count (DML) */
uint64_t result_rows(const Result *r);
uint64_t result_changed(const Result *r); /* rows inserted, updated or deleted */

/* To the next row; false behind the last. */
bool result_next(Result *r);
/* The value as DuckDB prints it, in the arena. False: NULL. */
bool result_text(const Result *r, size_t column, Arena *a, Str *ret);
/* Of integer and boolean columns; NULL and others give 0. */
int64_t result_i64(const Result *r, size_t column);
bool result_is_null(const Result *r, size_t column);

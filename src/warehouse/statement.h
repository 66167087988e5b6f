/*
 * Statement: one SQL statement, planned with its parameters' and columns' types known, run once or more, its rows streamed
 * chunk by chunk without being kept.
 *
 *     AUTO_PTR(Statement) st = statement_prepare(s, sql, err);
 *     if (!st || !statement_start(st, err)) ...
 *     const Vector *columns;
 *     for (size_t rows; (ok = statement_fetch(st, &columns, &rows, err)) && rows;) ...
 *
 * Not to be kept between changes of data when it has no parameters: DuckDB 1.5 would answer from an old plan (duckdb#23704). A session
 * has one statement running at a time: starting another ends the stream of this one.
 */
#pragma once

#include "warehouse/vector.h"
#include "warehouse/warehouse.h"

typedef struct Statement Statement;

/* What a statement does, as far as callers must tell statements apart. */
typedef enum StatementKind {
    STATEMENT_SELECT,
    STATEMENT_INSERT,
    STATEMENT_UPDATE,
    STATEMENT_DELETE,
    STATEMENT_MERGE,
    STATEMENT_EXPLAIN,
    STATEMENT_OTHER,
} StatementKind;

/* A parameter's value. VARCHAR fits every type: DuckDB casts it to what the statement needs. */
typedef struct ParameterValue {
    DataTypeId
        type; /* NULL, BOOLEAN, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, VARCHAR, BLOB, UUID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ,
                        INTERVAL */
    union {
        int64_t integer; /* also BOOLEAN, DATE in days, TIME and TIMESTAMPs in microseconds */
        double real;
        Str text; /* also BLOB */
        UInt128 uuid;
        Interval interval;
    };
} ParameterValue;

/* Exactly one statement. The session must outlive it. */
Statement *statement_prepare(Session *s, Str sql, Err *err) MUST_USE;
void statement_close(Statement *st);
DEFINE_AUTO_PTR(Statement, statement_close)

StatementKind statement_kind(const Statement *st);
/* Of the rows it gives; 0: none (DDL, DML without RETURNING). Types may become more exact by statement_start. */
size_t statement_columns(const Statement *st);
Str statement_column_name(const Statement *st, size_t column);
const DataType *statement_column_type(const Statement *st, size_t column);
/* DuckDB may know no column before the parameters have values; then it has one of type NULL. */
bool statement_is_unresolved(const Statement *st);
/* The columns are those of another statement, the same with values in place of parameters; taken over. */
void statement_take_shape(Statement *st, Statement *shape);
/* $1 is parameter 0. The type is NULL when DuckDB cannot tell. */
size_t statement_parameters(const Statement *st);
const DataType *statement_parameter_type(const Statement *st, size_t parameter);

bool statement_bind(Statement *st, size_t parameter, const ParameterValue *value, Err *err) MUST_USE;
/* Runs it up to its first rows. What it gave before is dropped. */
bool statement_start(Statement *st, Err *err) MUST_USE;
/* statement_start failed because what it reads was defined anew: DuckDB's transaction is as it was, if it only reads. */
bool statement_is_outdated(const Statement *st);
/* The next chunk: one Vector for each column, borrowed until the next call. *ret_rows 0: there is no more. */
bool statement_fetch(Statement *st, const Vector **ret_columns, size_t *ret_rows, Err *err) MUST_USE;
/* Ends a run and forgets its rows. True: it may be bound and started again at any time, also after data changed: it has
 * parameters, and no run of it has failed. */
bool statement_rest(Statement *st);
/* Rows inserted, updated or deleted, once it has run. */
uint64_t statement_changed(const Statement *st);

/*
 * ScalarFunction: a function of SQL that is written in C. DuckDB's workers call it for each row, many at once.
 *
 *     static bool run(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) { ... buf_append(&ret->text, ...) }
 *     static const ScalarFunction shout = {"shout", {COLUMN_VARCHAR}, {DATA_VARCHAR}, 1, false, run};
 *     if (!scalar_function_register(session, &shout, err)) ...
 */
#pragma once

#include "base/chunk.h"
#include "warehouse/vector.h"
#include "warehouse/warehouse.h"

enum { SCALAR_ARGUMENTS = 4 };
/* As an argument's type: any; the vector's type says which. */
#define DATA_ANY DATA_OTHER

typedef struct ScalarValue {
    size_t arguments; /* how many there are */
    bool is_null;
    Int128 integer; /* BOOLEAN, BIGINT, DECIMAL, DATE, TIME, TIMESTAMP, TIMESTAMPTZ: in the layout of base/chunk.h */
    double real;
    Buf text; /* VARCHAR, JSON, BLOB: empty at the beginning, released by the caller */
} ScalarValue;

typedef struct ScalarFunction {
    const char *name;
    ColumnType result;
    DataTypeId arguments[SCALAR_ARGUMENTS];
    size_t count;
    bool more; /* any number of arguments of any type may follow, and NULLs are the function's business */
    /* One row; unless `more` never with a NULL among the arguments. Thread-safe, without state. False: the statement ends with err. */
    bool (*run)(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err);
} ScalarFunction;

/* In the whole database, beside what DuckDB has under that name. *f must outlive the process. */
bool scalar_function_register(Session *s, const ScalarFunction *f, Err *err) MUST_USE;

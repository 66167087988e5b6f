/* Parameters of the extended protocol: which type each has, and its value from the client's bytes. */
#pragma once

#include "base/buf.h"
#include "warehouse/statement.h"

/* A parameter's type in DuckDB's SQL: what the client declared (0 = nothing), else the guess (NULL: none), else VARCHAR. */
void parameter_put_type(uint32_t oid, const DataType *guess, Buf *out);

/* SQL with a cast around each parameter that DuckDB could not give a type: to what the client declared (oids, 0 = not), else to
 * VARCHAR, as PostgreSQL takes an unknown one for text. In the arena; the same text when all have types. */
Str parameter_casts(Arena *a, Str sql, const Statement *st, const uint32_t *oids, size_t oid_count);

/* SQL with a NULL of its type in place of each parameter: the same columns, known without values. In the arena. */
Str parameter_shape(Arena *a, Str sql, const Statement *st, const uint32_t *oids, size_t oid_count);

/* A value as Bind brings it (format 0 text, 1 binary). oid: its type; wanted: what DuckDB expects. Texts are borrowed from bytes or in the
 * arena. `number` from 1, for the message. */
bool parameter_value(Arena *a, size_t number, uint32_t oid, const DataType *wanted, int16_t format, Str bytes,
                     ParameterValue *ret, Err *err) MUST_USE;
/* SQL of a text that PostgreSQL's input function of the type reads and DuckDB's does otherwise: bytea, arrays. False: DuckDB's is
 * right, or the text is none of that type. In the arena. */
bool parameter_literal(Arena *a, const DataType *type, Str text, Str *ret) MUST_USE;
/* A value as PostgreSQL prints it. */
void parameter_put_text(const ParameterValue *value, Buf *out);

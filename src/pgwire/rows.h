/* Rows as messages: their description, each of them, and the tag at the end. */
#pragma once

#include "pgwire/pg_type.h"
#include "pgwire/wire.h"
#include "warehouse/statement.h"

/* How a result's columns are written: formats as Bind has them, 0 text, 1 binary; none: text, one: for all. */
typedef struct RowFormat {
    const int16_t *formats;
    size_t format_count;
    const PgWrite *writes; /* by row_format_bind */
    size_t columns;
} RowFormat;

/* Of a statement that was started: only then its types are sure. */
void row_format_bind(RowFormat *format, const Statement *st, Arena *a);
/* One column of a RowDescription that has been begun. */
void row_column(Wire *w, Str name, PgType type, bool binary);
/* RowDescription; NoData when it gives no rows. sql: as the client wrote it, for the names of its columns. */
void row_description(Wire *w, const Statement *st, const RowFormat *format, Str sql);
void row_put(Wire *w, const Vector *columns, const RowFormat *format, size_t row);
/* A row from its two DataRow messages, one behind the other: all values as text, all as binary. */
void row_put_kept(Wire *w, Str both, const RowFormat *format);
/* Whether Bind's formats are as many as they may be. */
bool row_format_check(const RowFormat *format, size_t columns, Err *err) MUST_USE;
/* PostgreSQL's tag for what has no count: "CREATE TABLE", "DROP VIEW". In the arena. */
Str pg_tag(Arena *a, Str sql);
/* CommandComplete: "SELECT 5", "INSERT 0 1", "CREATE TABLE". */
void pg_complete(Wire *w, const Statement *st, Str sql, uint64_t rows);
/* CommandComplete of what has no statement. */
void pg_complete_tag(Wire *w, Str tag);

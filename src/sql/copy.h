/*
 * COPY ... FROM STDIN and TO STDOUT: what PostgreSQL's statement says, in its new form (options in brackets) and its old ones (WITH CSV
 * HEADER DELIMITER AS ','). COPY must never reach DuckDB unread: its STDOUT is the server's own.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

typedef enum CopyFormat { COPY_TEXT, COPY_CSV, COPY_BINARY } CopyFormat;

typedef struct CopyStatement {
    bool from;   /* FROM STDIN; else TO STDOUT */
    Str table;   /* as written: name or "schema"."name"; empty: query */
    Str columns; /* as written, without brackets; empty: all */
    Str query;   /* without brackets */
    Str where;   /* FROM STDIN: which rows, as written; empty: all */
    CopyFormat format;
    char delimiter, quote, escape;
    Str null;
    bool header, header_match; /* its names must be the columns' */
    bool force_quote_all;
    StrVec force_quote, force_not_null, force_null; /* column names */
} CopyStatement;

void copy_statement_release(CopyStatement *c);
DEFINE_AUTO(CopyStatement, copy_statement_release)

/* *ret_is false: no COPY from or to the client. Texts are slices of sql or in the arena. ERR_SQL: an option is wrong; the message
 * quotes it, behind PostgreSQL's SQLSTATE in brackets. */
bool copy_statement_parse(Arena *a, Str sql, bool *ret_is, CopyStatement *ret, Err *err) MUST_USE;

/*
 * SqlEdit: a statement, some of whose tokens become others; what is between them stays as it is written, blanks and comments too.
 * From left to right.
 *
 *     SqlEdit e = sql_edit(arena, sql);
 *     for (size_t i = 0; i < e.tokens.len; i++)
 *         if (sql_list_is(&e.tokens, i, "now")) sql_edit_replace(&e, i, i + 1, STR("then"));
 *     sql = sql_edit_finish(&e);
 */
#pragma once

#include "base/buf.h"
#include "sql/operand.h"

typedef struct SqlEdit {
    Arena *arena;
    Str sql;
    SqlTokenList tokens;
    Buf out;
    size_t done; /* bytes of sql that are in out, or have become something else there */
    bool changed;
} SqlEdit;

/* Release with sql_edit_finish. Borrows both. */
SqlEdit sql_edit(Arena *a, Str sql);
/* The token; behind the last one a symbol that is none. */
const SqlToken *sql_edit_at(const SqlEdit *e, size_t i);
/* What stands before token i is copied; what is appended to e->out follows it. */
void sql_edit_copy_before(SqlEdit *e, size_t i);
/* The same up to the end of the token before `end`. */
void sql_edit_copy_behind(SqlEdit *e, size_t end);
/* Tokens [first, end) become what is appended to the Buf. */
Buf *sql_edit_open(SqlEdit *e, size_t first, size_t end);
/* Tokens [first, end) become the text. */
void sql_edit_replace(SqlEdit *e, size_t first, size_t end, Str text);
/* The text, in the arena; the same as before when nothing was changed. */
Str sql_edit_finish(SqlEdit *e);

/*
 * What the files of the rewriter (rewrite.h) share: rewrite.c goes from token to token, rewrite_cast.c and rewrite_from.c know what
 * stands behind "::" and in FROM. A function that rewrites what begins at token i says whether it did, and where it ended.
 */
#pragma once

#include "base/vec.h"
#include "sql/edit.h"
#include "sql/rewrite.h"

typedef struct Rewriter {
    SqlEdit edit;
    const RewriteContext *context;
    unsigned depth;
    VEC(size_t) aliases; /* tokens that get a column of their own name */
} Rewriter;

static inline const SqlToken *at(const Rewriter *r, size_t i) {
    return sql_edit_at(&r->edit, i);
}

static inline size_t end_of(const SqlToken *t) {
    return t->at + t->text.len;
}

static inline bool is(const Rewriter *r, size_t i, const char *word) {
    return sql_token_is(at(r, i), word);
}

static inline bool is_symbol(const Rewriter *r, size_t i, const char *symbol) {
    return sql_token_is_symbol(at(r, i), symbol);
}

static inline bool is_name(const Rewriter *r, size_t i) {
    return at(r, i)->kind == SQL_WORD || at(r, i)->kind == SQL_NAME;
}

/* schema . at token i, as a word or in quotes. */
static inline bool is_schema(const Rewriter *r, size_t i, const char *schema) {
    const SqlToken *t = at(r, i);
    if (!is_symbol(r, i + 1, ".")) return false;
    bool quoted = t->kind == SQL_NAME && t->text.len > 2 && str_is(str_slice(t->text, 1, t->text.len - 1), schema);
    return quoted || sql_token_is(t, schema);
}

/* Tokens [first, end) become the text. */
static inline void replace(Rewriter *r, size_t first, size_t end, Str text) {
    sql_edit_replace(&r->edit, first, end, text);
}

/* ---- rewrite.c ---- */
size_t rewriter_token(Rewriter *r, size_t i);
/* A part of the text, for itself. */
Str rewriter_inner(const Rewriter *r, Str sql);
/* The first token behind an operand that begins at i: a text, number, parameter, name with its dots, call or brackets. */
size_t rewriter_operand_end(const Rewriter *r, size_t i);
/* Whether token i still defines columns: no query began. AS in brackets belongs to a cast or GENERATED AS. */
bool rewriter_is_definition(const Rewriter *r, size_t i);

/* ---- rewrite_cast.c ---- */
/* The type's own name; *ret_at: where it stands behind "pg_catalog.". */
Str rewriter_type_name(const Rewriter *r, size_t i, size_t *ret_at);
/* An operand at i with a cast to regclass and the like behind it. False: there is none. */
bool rewriter_registered(Rewriter *r, size_t i, size_t *ret_next);
/* CAST ( x AS regclass ): *ret_next behind it. False: the type is one that DuckDB has. */
bool rewriter_cast_call(Rewriter *r, size_t i, size_t *ret_next);
/* '{1,"a b"}'::t[] */
bool rewriter_array(Rewriter *r, size_t i);
/* i at "::". */
size_t rewriter_cast(Rewriter *r, size_t i);
/* In a column's definition, where DuckDB has another name for it: a jsonb. Empty: it stays, or i is none. */
Str rewriter_column_type(const Rewriter *r, size_t i);

/* ---- rewrite_from.c ---- */
/* `FROM generate_series(1, 3) s`: to PostgreSQL s is also the column, to DuckDB only the table. */
void rewriter_note_alias(Rewriter *r, size_t i);
bool rewriter_is_noted(const Rewriter *r, size_t i);
/* SELECT generate_series(1, 3): rows, not a list. */
bool rewriter_series(Rewriter *r, size_t i, size_t *ret_next);
/* generate_series('2026-01-01'::date, '2026-02-01', '1 day'): a text is a moment or, third, an interval. DuckDB has no such call. */
bool rewriter_series_text(Rewriter *r, size_t i);
/* TABLESAMPLE system (10): of percent. */
bool rewriter_sample(Rewriter *r, size_t i);
/* FROM unnest(a, b) WITH ORDINALITY: side by side, the shorter filled with NULLs, as DuckDB has them in a list of columns. */
bool rewriter_unnest(Rewriter *r, size_t i, size_t *ret_next);
/* c.tableoid of a table of the catalog, which views have not: its number. */
bool rewriter_table_number(Rewriter *r, size_t i, size_t *ret_next);

/* ---- rewrite_class.c ---- */
/* The first argument of nextval and its kin, at token i, as DuckDB reads it: nextval('public.s'::regclass) is nextval('main.s'). */
bool rewriter_sequence(Rewriter *r, size_t i, size_t *ret_next);
/* An argument at i that the catalog's macro takes as a number or a text: pg_relation_size(x::regclass). */
bool rewriter_class_argument(Rewriter *r, size_t i, size_t *ret_next);

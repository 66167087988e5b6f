/*
 * SQL as tokens, as far as PostgreSQL and DuckDB write it alike: comments (nested), 'texts', E'escaped', $$dollar$$ texts,
 * "names", numbers, $1, words and symbols. Nothing is copied. Any thread.
 *
 *     SqlTokens t = sql_tokens(sql);
 *     for (SqlToken token; sql_token_next(&t, &token);) ...
 */
#pragma once

#include "base/arena.h"

typedef enum SqlTokenKind {
    SQL_WORD,   /* a name or keyword, as written */
    SQL_NAME,   /* "quoted", with the quotes */
    SQL_STRING, /* 'text', E'text', $$text$$, with what stands around it */
    SQL_NUMBER,
    SQL_PARAMETER, /* $1 */
    SQL_SYMBOL,    /* one character, or one of :: -> ->> || <= >= <> != => := */
} SqlTokenKind;

typedef struct SqlToken {
    SqlTokenKind kind;
    Str text;
    size_t at;       /* bytes from the beginning of the SQL */
    bool open_ended; /* a text, name or comment that does not end */
} SqlToken;

typedef struct SqlTokens {
    Str sql;
    size_t at;
} SqlTokens;

static inline SqlTokens sql_tokens(Str sql) {
    return (SqlTokens){sql, 0};
}
/* False at the end. Blanks and comments are skipped. */
bool sql_token_next(SqlTokens *t, SqlToken *ret);
/* A word, in any case. */
bool sql_token_is(const SqlToken *t, const char *word);
/* One of several words. */
bool sql_token_is_one_of(const SqlToken *t, const char *const *words, size_t count);
/* N of $N; 0: it is none. */
size_t sql_parameter_number(const SqlToken *t);
static inline bool sql_token_is_symbol(const SqlToken *t, const char *symbol) {
    return t->kind == SQL_SYMBOL && str_is(t->text, symbol);
}

/* Takes the next statement out of *rest: without its ";", blanks and comments around it. Empty ones are skipped. False when there
 * is none left. */
bool sql_cut(Str *rest, Str *ret_statement);
/* What a token means: a text's or name's characters without quotes and escapes, else the token as it is written. */
Str sql_token_value(Arena *a, const SqlToken *t);
/* A name as PostgreSQL takes it: quoted as it is, else in small letters. False: it is none, or an empty one. */
bool sql_identifier(Arena *a, const SqlToken *t, Str *ret) MUST_USE;

/*
 * Operands among tokens: what an operator, cast or parameter that stands beside them is applied to. By the look of it: a text, number,
 * parameter, name with its dots, call, brackets or subscripts, with the casts behind it.
 *
 *     a.b + f(x)::int * $1       before *: f(x)::int       (no precedence: the nearest operand)
 */
#pragma once

#include "sql/token.h"

typedef struct SqlTokenList {
    const SqlToken *at;
    size_t len;
} SqlTokenList;

/* All tokens of a text; they borrow from it. */
SqlTokenList sql_token_list(Arena *a, Str sql);
bool sql_list_is(const SqlTokenList *tokens, size_t i, const char *word);
bool sql_list_is_symbol(const SqlTokenList *tokens, size_t i, const char *symbol);
/* Where the operand begins whose last token is before `end`; `end` itself: there is none. */
size_t sql_operand_begin(const SqlTokenList *tokens, size_t end);
/* Behind the operand that begins at i; i itself: there is none. */
size_t sql_operand_end(const SqlTokenList *tokens, size_t i);
/* The token behind the bracket that closes the one at i. */
size_t sql_list_behind_brackets(const SqlTokenList *tokens, size_t i);
/* Tokens [first, end) as they are written. */
Str sql_list_text(const SqlTokenList *tokens, Str sql, size_t first, size_t end);

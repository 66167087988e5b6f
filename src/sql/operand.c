#include "sql/operand.h"

#include "base/vec.h"

SqlTokenList sql_token_list(Arena *a, Str sql) {
    VEC(SqlToken) all = {0};
    SqlTokens t = sql_tokens(sql);
    for (SqlToken token; sql_token_next(&t, &token);) vec_push(&all, token);
    SqlToken *copy = arena_array(a, SqlToken, all.len);
    if (all.len) memcpy(copy, all.at, all.len * sizeof *copy);
    SqlTokenList list = {copy, all.len};
    vec_release(&all);
    return list;
}

bool sql_list_is(const SqlTokenList *tokens, size_t i, const char *word) {
    return i < tokens->len && sql_token_is(&tokens->at[i], word);
}

bool sql_list_is_symbol(const SqlTokenList *tokens, size_t i, const char *symbol) {
    return i < tokens->len && sql_token_is_symbol(&tokens->at[i], symbol);
}

/* Words that an expression follows: they are no names. */
static bool is_word(const SqlToken *t) {
    static const char *const words[] = {
        "select", "where", "and",     "or",     "not",   "on",    "when",     "then",  "else",   "having",
        "by",     "in",    "between", "like",   "ilike", "case",  "values",   "set",   "limit",  "offset",
        "is",     "from",  "as",      "filter", "over",  "union", "distinct", "using", "return", "returning",
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (sql_token_is(t, words[i])) return true;
    return false;
}

static bool is_name(const SqlTokenList *tokens, size_t i) {
    if (i >= tokens->len) return false;
    const SqlToken *t = &tokens->at[i];
    return t->kind == SQL_NAME || (t->kind == SQL_WORD && !is_word(t));
}

static bool opens(const SqlTokenList *tokens, size_t i) {
    return sql_list_is_symbol(tokens, i, "(") || sql_list_is_symbol(tokens, i, "[");
}

static bool closes(const SqlTokenList *tokens, size_t i) {
    return sql_list_is_symbol(tokens, i, ")") || sql_list_is_symbol(tokens, i, "]");
}

/* The bracket that the one at i closes; i itself: none does. */
static size_t opening(const SqlTokenList *tokens, size_t i) {
    size_t depth = 0;
    for (size_t k = i + 1; k-- > 0;) {
        depth += closes(tokens, k);
        depth -= opens(tokens, k);
        if (!depth) return k;
    }
    return i;
}

size_t sql_list_behind_brackets(const SqlTokenList *tokens, size_t i) {
    size_t depth = 0;
    do {
        depth += opens(tokens, i);
        depth -= closes(tokens, i);
        i++;
    } while (depth && i < tokens->len);
    return i;
}

static bool is_value(const SqlTokenList *tokens, size_t i) {
    if (i >= tokens->len) return false;
    SqlTokenKind kind = tokens->at[i].kind;
    return kind == SQL_NUMBER || kind == SQL_STRING || kind == SQL_PARAMETER;
}

size_t sql_operand_begin(const SqlTokenList *tokens, size_t end) {
    size_t begin = end;
    for (;;) {
        size_t i = begin;
        while (i && closes(tokens, i - 1) && opening(tokens, i - 1) < i - 1) {
            i = opening(tokens, i - 1);
            if (sql_list_is_symbol(tokens, i, "(")) break;
        }
        bool brackets = i < begin;
        if (i && is_name(tokens, i - 1)) {
            for (i--; i >= 2 && sql_list_is_symbol(tokens, i - 1, ".") && is_name(tokens, i - 2);) i -= 2;
        } else if (i && !brackets && is_value(tokens, i - 1)) {
            i--;
        } else if (!brackets) {
            return end;
        }
        if (i < 2 || !sql_list_is_symbol(tokens, i - 1, "::")) return i;
        begin = i - 1;
    }
}

size_t sql_operand_end(const SqlTokenList *tokens, size_t i) {
    size_t end = i;
    if (is_name(tokens, end)) {
        for (end++; sql_list_is_symbol(tokens, end, ".") && is_name(tokens, end + 1);) end += 2;
        if (sql_list_is_symbol(tokens, end, "(")) end = sql_list_behind_brackets(tokens, end);
    } else if (is_value(tokens, end)) {
        end++;
    } else if (sql_list_is_symbol(tokens, end, "(")) {
        end = sql_list_behind_brackets(tokens, end);
    } else {
        return i;
    }
    while (sql_list_is_symbol(tokens, end, "[")) end = sql_list_behind_brackets(tokens, end);
    while (sql_list_is_symbol(tokens, end, "::") && is_name(tokens, end + 1)) {
        for (end += 2; sql_list_is_symbol(tokens, end, ".") && is_name(tokens, end + 1);) end += 2;
        while (opens(tokens, end)) end = sql_list_behind_brackets(tokens, end);
    }
    return end;
}

Str sql_list_text(const SqlTokenList *tokens, Str sql, size_t first, size_t end) {
    if (first >= end) return (Str){0};
    const SqlToken *last = &tokens->at[end - 1];
    return str_slice(sql, tokens->at[first].at, last->at + last->text.len);
}

#include "sql/keyword.h"

#include "sql/edit.h"

/* When a word is DuckDB's keyword also where a name may stand. */
typedef enum KeywordUse {
    NEVER,
    BEFORE_TIME,    /* AT TIME ZONE, AT (VERSION => 1) */
    BEFORE_BRACKET, /* MAP {...}, STRUCT(...), COLUMNS(...) */
    BEFORE_NAME,    /* (DESCRIBE t) */
    BEFORE_COLON,   /* lambda x: x + 1, lambda x, y: x + y */
} KeywordUse;

/* Reserved words, and words that may only name types and functions, of DuckDB 1.5; in PostgreSQL 15 each may be a name. */
static const struct {
    const char *word;
    KeywordUse use;
} keywords[] = {
    {"anti", NEVER},
    {"asof", NEVER},
    {"at", BEFORE_TIME},
    {"by", NEVER},
    {"columns", BEFORE_BRACKET},
    {"describe", BEFORE_NAME},
    {"generated", NEVER},
    {"glob", BEFORE_BRACKET},
    {"lambda", BEFORE_COLON},
    {"map", BEFORE_BRACKET},
    {"pivot", BEFORE_NAME},
    {"pivot_longer", BEFORE_NAME},
    {"pivot_wider", BEFORE_NAME},
    {"positional", NEVER},
    {"qualify", NEVER},
    {"semi", NEVER},
    {"show", BEFORE_NAME},
    {"struct", BEFORE_BRACKET},
    {"summarize", BEFORE_NAME},
    {"unpack", BEFORE_BRACKET},
    {"unpivot", BEFORE_NAME},
};

/* A name may follow: an operand or a table. */
static bool before_name(const SqlToken *t) {
    static const char *const words[] = {"select",    "distinct", "where",     "and",    "or",   "not",    "on",
                                        "having",    "when",     "then",      "else",   "case", "set",    "by",
                                        "returning", "add",      "column",    "rename", "drop", "to",     "from",
                                        "join",      "into",     "update",    "table",  "only", "exists", "like",
                                        "ilike",     "between",  "references"};
    static const char *const ends[] = {")", "]", "}", ".", "::", ";", NULL};
    if (t->kind == SQL_WORD) return sql_token_is_one_of(t, words, ARRAY_LEN(words));
    if (t->kind != SQL_SYMBOL) return false;
    for (size_t i = 0; ends[i]; i++)
        if (sql_token_is_symbol(t, ends[i])) return false;
    return true;
}

static bool is_name(const SqlToken *t) {
    return t->kind == SQL_WORD || t->kind == SQL_NAME;
}

/* Columns are being defined: in CREATE TABLE, before its AS. */
static bool defines(const SqlEdit *e, size_t i) {
    bool table = false;
    if (!sql_list_is(&e->tokens, 0, "create")) return false;
    for (size_t k = 1; k < i; k++) {
        table |= sql_list_is(&e->tokens, k, "table");
        if (sql_list_is(&e->tokens, k, "as")) return false;
    }
    return table;
}

/* x: or x, y: */
static bool before_colon(const SqlEdit *e, size_t i) {
    while (is_name(sql_edit_at(e, i)) && sql_list_is_symbol(&e->tokens, i + 1, ",")) i += 2;
    return is_name(sql_edit_at(e, i)) && sql_list_is_symbol(&e->tokens, i + 1, ":");
}

/* The word at token i, where a name may stand. */
static bool is_keyword(const SqlEdit *e, size_t i, KeywordUse use) {
    const SqlToken *next = sql_edit_at(e, i + 1);
    bool bracket = sql_token_is_symbol(next, "(") || sql_token_is_symbol(next, "{");
    switch (use) {
    case NEVER: return false;
    case BEFORE_TIME: return bracket || sql_token_is(next, "time");
    case BEFORE_BRACKET: return bracket;
    case BEFORE_NAME: return sql_list_is_symbol(&e->tokens, i - 1, "(") && (is_name(next) || bracket) && !defines(e, i);
    case BEFORE_COLON: return before_colon(e, i + 1);
    }
    return false;
}

static void quote(SqlEdit *e, size_t i) {
    for (size_t k = 0; k < ARRAY_LEN(keywords); k++) {
        if (!sql_list_is(&e->tokens, i, keywords[k].word)) continue;
        if (before_name(sql_edit_at(e, i - 1)) && !is_keyword(e, i, keywords[k].use))
            buf_printf(sql_edit_open(e, i, i + 1), "\"%s\"", keywords[k].word);
        return;
    }
}

Str sql_quote_keywords(Arena *a, Str sql) {
    SqlEdit e = sql_edit(a, sql);
    for (size_t i = 1; i < e.tokens.len; i++) quote(&e, i);
    return sql_edit_finish(&e);
}

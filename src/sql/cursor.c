#include "sql/cursor.h"

/* A name and nothing behind it. */
static bool last_name(Arena *a, SqlTokens *t, const SqlToken *token, Str *ret) {
    SqlToken more;
    return sql_identifier(a, token, ret) && !sql_token_next(t, &more);
}

bool sql_declare_parse(Arena *a, Str rest, DeclareStatement *ret) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret = (DeclareStatement){0};
    if (!sql_token_next(&t, &token) || !sql_identifier(a, &token, &ret->name)) return false;
    bool any, no = false;
    for (; (any = sql_token_next(&t, &token)) && !sql_token_is(&token, "cursor");) {
        if (no && !sql_token_is(&token, "scroll")) return false;
        if (sql_token_is(&token, "binary")) ret->binary = true;
        else if (sql_token_is(&token, "no")) no = true;
        else if (sql_token_is(&token, "scroll") && no) ret->no_scroll = true, no = false;
        else if (sql_token_is(&token, "scroll")) ret->scroll = true;
        else if (!sql_token_is(&token, "insensitive") && !sql_token_is(&token, "asensitive")) return false;
    }
    if (!any || no || !sql_token_next(&t, &token)) return false;
    bool with = sql_token_is(&token, "with");
    if (with || sql_token_is(&token, "without")) {
        if (!sql_token_next(&t, &token) || !sql_token_is(&token, "hold") || !sql_token_next(&t, &token)) return false;
        ret->hold = with;
    }
    ret->query = str_trim(str_slice(rest, t.at, rest.len));
    return sql_token_is(&token, "for") && ret->query.len;
}

/* The words of a direction: count is what they mean alone; takes: a number or ALL may follow. */
static const struct {
    const char *word;
    FetchDirection direction;
    int64_t count;
    enum { TAKES_NOTHING, TAKES_COUNT, NEEDS_NUMBER } takes;
} directions[] = {
    {"next", FETCH_FORWARD, 1, TAKES_NOTHING},     {"prior", FETCH_BACKWARD, 1, TAKES_NOTHING},
    {"first", FETCH_ABSOLUTE, 1, TAKES_NOTHING},   {"last", FETCH_ABSOLUTE, -1, TAKES_NOTHING},
    {"forward", FETCH_FORWARD, 1, TAKES_COUNT},    {"backward", FETCH_BACKWARD, 1, TAKES_COUNT},
    {"absolute", FETCH_ABSOLUTE, 0, NEEDS_NUMBER}, {"relative", FETCH_RELATIVE, 0, NEEDS_NUMBER},
};

/* 5, -5, +5: 32 bits, as PostgreSQL has it. *any: the token behind it. */
static bool read_number(SqlTokens *t, SqlToken *token, bool *any, int64_t *ret) {
    bool minus = sql_token_is_symbol(token, "-");
    SqlTokens look = *t;
    SqlToken digits = *token;
    if ((minus || sql_token_is_symbol(token, "+")) && !sql_token_next(&look, &digits)) return false;
    if (digits.kind != SQL_NUMBER || !str_to_i64(digits.text, ret) || *ret > INT32_MAX) return false;
    if (minus) *ret = -*ret;
    *t = look;
    *any = sql_token_next(t, token);
    return true;
}

static bool read_count(SqlTokens *t, SqlToken *token, bool *any, FetchStatement *ret) {
    if (!sql_token_is(token, "all")) return read_number(t, token, any, &ret->count);
    ret->all = true;
    *any = sql_token_next(t, token);
    return true;
}

/* The direction, if one stands there. */
static bool read_direction(SqlTokens *t, SqlToken *token, bool *any, FetchStatement *ret) {
    for (size_t i = 0; i < ARRAY_LEN(directions); i++) {
        SqlTokens look = *t;
        SqlToken next;
        if (!sql_token_is(token, directions[i].word)) continue;
        if (!sql_token_next(&look, &next)) return true; /* a cursor of that name */
        ret->direction = directions[i].direction;
        ret->count = directions[i].count;
        *t = look;
        *token = next;
        if (directions[i].takes == NEEDS_NUMBER) return read_number(t, token, any, &ret->count);
        if (directions[i].takes == TAKES_COUNT) (void)!read_count(t, token, any, ret);
        return true;
    }
    (void)!read_count(t, token, any, ret);
    return true;
}

bool sql_fetch_parse(Arena *a, Str rest, FetchStatement *ret) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret = (FetchStatement){.direction = FETCH_FORWARD, .count = 1};
    bool any = sql_token_next(&t, &token);
    if (!any || !read_direction(&t, &token, &any, ret)) return false;
    if (any && (sql_token_is(&token, "from") || sql_token_is(&token, "in"))) any = sql_token_next(&t, &token);
    return any && last_name(a, &t, &token, &ret->cursor);
}

bool sql_close_parse(Arena *a, Str rest, Str *ret_name) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token, more;
    *ret_name = (Str){0};
    if (!sql_token_next(&t, &token)) return false;
    if (sql_token_is(&token, "all")) return !sql_token_next(&t, &more);
    return last_name(a, &t, &token, ret_name);
}

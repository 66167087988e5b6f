#include "sql/prepare.h"

#include "base/vec.h"
#include "sql/edit.h"

/* The parts of a list in round brackets, t behind its "(" and, at the end, behind its ")". */
static bool read_list(Arena *a, SqlTokens *t, const Str **ret, size_t *ret_count) {
    AUTO(StrVec) parts = {0};
    size_t depth = 0, from = t->at;
    bool closed = false;
    for (SqlToken token; !closed && sql_token_next(t, &token);) {
        bool open =
            sql_token_is_symbol(&token, "(") || sql_token_is_symbol(&token, "[") || sql_token_is_symbol(&token, "{");
        bool close =
            sql_token_is_symbol(&token, ")") || sql_token_is_symbol(&token, "]") || sql_token_is_symbol(&token, "}");
        closed = close && !depth;
        if (closed || (!depth && sql_token_is_symbol(&token, ","))) {
            Str part = str_trim(str_slice(t->sql, from, token.at));
            bool none = closed && !part.len && !parts.len;
            if (!part.len && !none) return false;
            if (!none) vec_push(&parts, part);
            from = t->at;
        }
        depth += open;
        depth -= close && depth;
    }
    Str *copy = arena_array(a, Str, parts.len);
    if (parts.len) memcpy(copy, parts.at, parts.len * sizeof *copy);
    *ret = copy;
    *ret_count = parts.len;
    return closed;
}

bool sql_prepare_parse(Arena *a, Str rest, PrepareStatement *ret) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret = (PrepareStatement){0};
    if (!sql_token_next(&t, &token) || !sql_identifier(a, &token, &ret->name) || !sql_token_next(&t, &token))
        return false;
    if (sql_token_is_symbol(&token, "(")) {
        if (!read_list(a, &t, &ret->types, &ret->type_count) || !ret->type_count || !sql_token_next(&t, &token))
            return false;
    }
    ret->query = str_trim(str_slice(rest, t.at, rest.len));
    return sql_token_is(&token, "as") && ret->query.len;
}

bool sql_execute_parse(Arena *a, Str rest, ExecuteStatement *ret) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token;
    *ret = (ExecuteStatement){0};
    if (!sql_token_next(&t, &token) || !sql_identifier(a, &token, &ret->name)) return false;
    if (!sql_token_next(&t, &token)) return true;
    return sql_token_is_symbol(&token, "(") && read_list(a, &t, &ret->arguments, &ret->argument_count) &&
           ret->argument_count && !sql_token_next(&t, &token);
}

Str sql_prepare_cast(Arena *a, const PrepareStatement *p) {
    SqlEdit e = sql_edit(a, p->query);
    for (size_t i = 0; i < e.tokens.len; i++) {
        const SqlToken *t = &e.tokens.at[i];
        size_t n = sql_parameter_number(t);
        if (!n || n > p->type_count || str_equal_nocase(p->types[n - 1], STR("unknown"))) continue;
        buf_printf(sql_edit_open(&e, i, i + 1), "CAST(" STR_FMT " AS " STR_FMT ")", STR_ARG(t->text),
                   STR_ARG(p->types[n - 1]));
    }
    Str cast = sql_edit_finish(&e);
    return e.changed ? cast : arena_str(a, cast);
}

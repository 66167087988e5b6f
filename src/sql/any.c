#include "sql/any.h"

#include "base/buf.h"
#include "sql/operand.h"

/* ANY ( a.b ) behind "=" or "<>" at token i: the operand before it begins at *ret_first, the name in brackets ends at *ret_last. */
static bool is_any_of_column(const SqlTokenList *t, size_t i, size_t *ret_first, size_t *ret_last) {
    bool any = sql_list_is(t, i, "any"), all = sql_list_is(t, i, "all");
    if ((!any && !all) || !i || !sql_list_is_symbol(t, i - 1, any ? "=" : "<>") || !sql_list_is_symbol(t, i + 1, "("))
        return false;
    SqlTokenKind kind = i + 2 < t->len ? t->at[i + 2].kind : SQL_SYMBOL;
    if (kind != SQL_WORD && kind != SQL_NAME) return false;
    for (*ret_last = i + 3; sql_list_is_symbol(t, *ret_last, ".");) *ret_last += 2;
    *ret_first = sql_operand_begin(t, i - 1);
    return sql_list_is_symbol(t, *ret_last, ")") && *ret_first < i - 1;
}

Str sql_any_of_columns(Arena *a, Str sql) {
    AUTO(Buf) out = {0};
    size_t done = 0, first, last;
    SqlTokenList t = sql_token_list(a, sql);
    for (size_t i = 0; i < t.len; i++) {
        if (!is_any_of_column(&t, i, &first, &last) || t.at[first].at < done) continue;
        buf_append(&out, str_slice(sql, done, t.at[first].at));
        buf_printf(&out, "%slist_contains(" STR_FMT ", " STR_FMT ")", sql_list_is(&t, i, "all") ? "NOT " : "",
                   STR_ARG(sql_list_text(&t, sql, i + 2, last)), STR_ARG(sql_list_text(&t, sql, first, i - 1)));
        done = t.at[last].at + 1;
    }
    if (!done) return sql;
    buf_append(&out, str_slice(sql, done, sql.len));
    return arena_str(a, buf_str(&out));
}

#include "sql/any.h"

#include "sql/edit.h"

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
    SqlEdit e = sql_edit(a, sql);
    const SqlTokenList *t = &e.tokens;
    size_t first, last;
    for (size_t i = 0; i < t->len; i++) {
        if (!is_any_of_column(t, i, &first, &last) || t->at[first].at < e.done) continue;
        buf_printf(sql_edit_open(&e, first, last + 1), "%slist_contains(" STR_FMT ", " STR_FMT ")",
                   sql_list_is(t, i, "all") ? "NOT " : "", STR_ARG(sql_list_text(t, sql, i + 2, last)),
                   STR_ARG(sql_list_text(t, sql, first, i - 1)));
    }
    return sql_edit_finish(&e);
}

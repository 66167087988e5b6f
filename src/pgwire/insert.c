#include "pgwire/insert.h"

#include "pgwire/session.h"
#include "sql/edit.h"
#include "warehouse/table.h"

/* "table t has 3 columns but 2 values were supplied" */
static bool read_counts(const Err *err, uint64_t *ret_columns, uint64_t *ret_values) {
    const Str between = STR(" columns but "), behind = STR(" values were supplied");
    Str text = str_of(err->msg);
    size_t end = str_find_str(text, behind), middle = str_find_str(text, between);
    if (end == STR_NONE || middle == STR_NONE) return false;
    size_t begin = middle;
    while (begin && text.at[begin - 1] >= '0' && text.at[begin - 1] <= '9') begin--;
    return str_to_u64(str_slice(text, begin, middle), ret_columns) &&
           str_to_u64(str_slice(text, middle + between.len, end), ret_values);
}

/* INSERT INTO a.b VALUES: the token behind the name; 0: it has a list of columns, or is another statement. */
static size_t behind_table(const SqlTokenList *t) {
    size_t i = 3;
    if (!sql_list_is(t, 0, "insert") || !sql_list_is(t, 1, "into")) return 0;
    while (sql_list_is_symbol(t, i, ".")) i += 2;
    return sql_list_is(t, i, "values") || sql_list_is(t, i, "select") || sql_list_is(t, i, "with") ? i : 0;
}

Str pg_insert_columns(PgSession *s, Str sql, const Err *err) {
    Err unknown = {0};
    uint64_t columns, values;
    if (!read_counts(err, &columns, &values) || values >= columns) return sql;
    SqlEdit e = sql_edit(&s->arena, sql);
    size_t behind = behind_table(&e.tokens);
    if (!behind) return sql_edit_finish(&e);
    Str look = arena_printf(&s->arena, "SELECT * FROM " STR_FMT, STR_ARG(sql_list_text(&e.tokens, sql, 2, behind)));
    session_recover(s->db);
    AUTO_PTR(Statement) table = statement_prepare(s->db, look, &unknown);
    if (!table || statement_columns(table) != columns) return sql_edit_finish(&e);
    sql_edit_copy_before(&e, behind);
    for (size_t i = 0; i < values; i++)
        buf_printf(&e.out, "%s%s", i ? ", " : "(", sql_ident(&s->arena, statement_column_name(table, i)));
    buf_append_c(&e.out, ") ");
    return sql_edit_finish(&e);
}

#include "sql/define.h"

#include "sql/edit.h"

static bool is(const SqlEdit *e, size_t i, const char *word) {
    return sql_list_is(&e->tokens, i, word);
}

static bool is_symbol(const SqlEdit *e, size_t i, const char *symbol) {
    return sql_list_is_symbol(&e->tokens, i, symbol);
}

static size_t behind_name(const SqlEdit *e, size_t i) {
    while (is_symbol(e, i + 1, ".")) i += 2;
    return i + 1;
}

/* ---- indexes ---- */

static Str name_at(const SqlEdit *e, size_t i) {
    Str name;
    return sql_identifier(e->arena, sql_edit_at(e, i), &name) ? name : STR("expr");
}

/* PostgreSQL's ChooseIndexName: the table, each column (also included ones) or function, idx. */
static void put_index_name(SqlEdit *e, size_t on, size_t table, size_t open) {
    AUTO(Buf) name = {0};
    size_t depth = 0;
    buf_append(&name, name_at(e, table));
    for (size_t i = open; i < e->tokens.len; i++) {
        bool item = is_symbol(e, i, "(") ? !depth : depth == 1 && is_symbol(e, i, ",");
        depth += is_symbol(e, i, "(");
        depth -= is_symbol(e, i, ")");
        if (!depth && !is(e, i, "include") && !is(e, i + 1, "include")) break;
        if (item) buf_printf(&name, "_" STR_FMT, STR_ARG(name_at(e, i + 1)));
    }
    buf_append_c(&name, "_idx");
    sql_edit_copy_before(e, on);
    buf_printf(&e->out, "\"" STR_FMT "\" ", STR_ARG(buf_str(&name)));
}

/* USING with an access method that DuckDB's own kind of index stands for. */
static bool is_access(const SqlEdit *e, size_t i) {
    static const char *const methods[] = {"btree", "hash", "gin", "gist", "spgist", "brin"};
    bool known = false;
    for (size_t k = 0; k < ARRAY_LEN(methods); k++) known |= is(e, i + 1, methods[k]);
    return known && is(e, i, "using");
}

/* a text_pattern_ops */
static bool is_operator_class(const SqlEdit *e, size_t i) {
    const SqlToken *t = sql_edit_at(e, i);
    bool ends = is_symbol(e, i + 1, ",") || is_symbol(e, i + 1, ")") || is(e, i + 1, "asc") || is(e, i + 1, "desc");
    return t->kind == SQL_WORD && str_ends(t->text, STR("_ops")) && ends && !is_symbol(e, i - 1, "(") &&
           !is_symbol(e, i - 1, ",");
}

static void define_index(SqlEdit *e, size_t i) {
    i += is(e, i, "concurrently");
    size_t on = i;
    while (on < e->tokens.len && !is(e, on, "on")) on++;
    if (on >= e->tokens.len) return;
    bool only = is(e, on + 1, "only");
    size_t table = on + 1 + only, behind = behind_name(e, table);
    bool access = is_access(e, behind);
    size_t open = access ? behind + 2 : behind, end = sql_list_behind_brackets(&e->tokens, open);
    if (!is_symbol(e, open, "(")) return;
    if (on == i) put_index_name(e, on, behind - 1, open);
    if (only) sql_edit_replace(e, on + 1, table, (Str){0});
    if (access) sql_edit_replace(e, behind, open, (Str){0});
    for (i = open; i < end; i++)
        if (is_operator_class(e, i)) sql_edit_replace(e, i, i + 1, (Str){0});
    if (is(e, end, "include")) sql_edit_replace(e, end, sql_list_behind_brackets(&e->tokens, end + 1), (Str){0});
}

/* ---- tables ---- */

/* i behind CREATE TABLE. */
static void define_like(SqlEdit *e, size_t i) {
    if (is(e, i, "if")) i += 3;
    size_t open = behind_name(e, i), behind = behind_name(e, open + 2);
    if (!is_symbol(e, open, "(") || !is(e, open + 1, "like")) return;
    Str source = sql_list_text(&e->tokens, e->sql, open + 2, behind);
    while (is(e, behind, "including") || is(e, behind, "excluding")) behind += 2;
    if (!is_symbol(e, behind, ")") || behind + 1 != e->tokens.len) return;
    sql_edit_replace(e, open, behind + 1, arena_printf(e->arena, "AS FROM " STR_FMT " WITH NO DATA", STR_ARG(source)));
}

/* ALTER TABLE t ADD CONSTRAINT c UNIQUE (a, b): an index does it, DuckDB adds no constraint to a table. */
static void define_unique(SqlEdit *e) {
    size_t name = 2;
    if (is(e, name, "if")) name += 2;
    name += is(e, name, "only");
    size_t add = behind_name(e, name), unique = add + 3;
    if (!is(e, add, "add") || !is(e, add + 1, "constraint") || !is(e, unique, "unique")) return;
    size_t end = sql_list_behind_brackets(&e->tokens, unique + 1);
    if (!is_symbol(e, unique + 1, "(") || (end < e->tokens.len && !is_symbol(e, end, ";"))) return;
    sql_edit_replace(e, 0, unique + 1,
                     arena_printf(e->arena, "CREATE UNIQUE INDEX " STR_FMT " ON " STR_FMT,
                                  STR_ARG(sql_edit_at(e, add + 2)->text),
                                  STR_ARG(sql_list_text(&e->tokens, e->sql, name, add))));
}

Str sql_definition(Arena *a, Str sql) {
    SqlTokens tokens = sql_tokens(sql);
    SqlToken first;
    bool any = sql_token_next(&tokens, &first), alter = any && sql_token_is(&first, "alter");
    if (!any || !(alter || sql_token_is(&first, "create") || sql_token_is(&first, "drop"))) return sql;
    SqlEdit e = sql_edit(a, sql);
    size_t i = 1;
    while (is(&e, i, "unique") || is(&e, i, "temp") || is(&e, i, "temporary") || is(&e, i, "unlogged")) i++;
    if (alter) {
        if (is(&e, 1, "table")) define_unique(&e);
    } else if (is(&e, 0, "drop")) {
        if (is(&e, 1, "index") && is(&e, 2, "concurrently")) sql_edit_replace(&e, 2, 3, (Str){0});
    } else if (is(&e, i, "index")) {
        define_index(&e, i + 1);
    } else if (is(&e, i, "table")) {
        define_like(&e, i + 1);
    }
    return sql_edit_finish(&e);
}

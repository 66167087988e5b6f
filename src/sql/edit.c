#include "sql/edit.h"

static const SqlToken none = {.kind = SQL_SYMBOL};

SqlEdit sql_edit(Arena *a, Str sql) {
    return (SqlEdit){.arena = a, .sql = sql, .tokens = sql_token_list(a, sql)};
}

const SqlToken *sql_edit_at(const SqlEdit *e, size_t i) {
    return i < e->tokens.len ? &e->tokens.at[i] : &none;
}

static size_t end_of(const SqlToken *t) {
    return t->at + t->text.len;
}

static void copy_to(SqlEdit *e, size_t to) {
    buf_append(&e->out, str_slice(e->sql, e->done, to));
    e->done = to;
    e->changed = true;
}

void sql_edit_copy_before(SqlEdit *e, size_t i) {
    copy_to(e, sql_edit_at(e, i)->at);
}

void sql_edit_copy_behind(SqlEdit *e, size_t end) {
    copy_to(e, end_of(sql_edit_at(e, end - 1)));
}

Buf *sql_edit_open(SqlEdit *e, size_t first, size_t end) {
    sql_edit_copy_before(e, first);
    e->done = end_of(sql_edit_at(e, end - 1));
    return &e->out;
}

void sql_edit_replace(SqlEdit *e, size_t first, size_t end, Str text) {
    buf_append(sql_edit_open(e, first, end), text);
}

Str sql_edit_finish(SqlEdit *e) {
    Str all = e->sql;
    if (e->changed) {
        buf_append(&e->out, str_slice(e->sql, e->done, e->sql.len));
        all = arena_str(e->arena, buf_str(&e->out));
    }
    buf_release(&e->out);
    return all;
}

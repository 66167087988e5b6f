#include "sql/serial.h"

#include "sql/edit.h"

typedef struct Table {
    SqlEdit edit;
    bool temporary, optional; /* TEMP; IF NOT EXISTS */
    Str schema, name;         /* schema: with its dot, as written */
    size_t columns;           /* behind the bracket that opens them */
    Buf before;
} Table;

static const SqlToken *at(const Table *t, size_t i) {
    return sql_edit_at(&t->edit, i);
}

static bool is(const Table *t, size_t i, const char *word) {
    return sql_token_is(at(t, i), word);
}

static bool is_symbol(const Table *t, size_t i, const char *symbol) {
    return sql_token_is_symbol(at(t, i), symbol);
}

/* CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name ( */
static bool read_head(Table *t) {
    size_t i = 1;
    if (!is(t, 0, "create")) return false;
    if (is(t, i, "or") && is(t, i + 1, "replace")) i += 2;
    for (; !is(t, i, "table"); i++) {
        bool temporary = is(t, i, "temp") || is(t, i, "temporary");
        if (!temporary && !is(t, i, "unlogged") && !is(t, i, "local") && !is(t, i, "global")) return false;
        t->temporary |= temporary;
    }
    i++;
    t->optional = is(t, i, "if");
    if (t->optional) i += 3;
    if (is_symbol(t, i + 1, ".")) {
        t->schema = arena_printf(t->edit.arena, STR_FMT ".", STR_ARG(at(t, i)->text));
        if (is(t, i, "public")) t->schema = STR("main.");
        i += 2;
    }
    t->name = sql_token_value(t->edit.arena, at(t, i));
    t->columns = i + 2;
    return is_symbol(t, i + 1, "(");
}

/* The default of a column, and its sequence's creation. */
static Str count(Table *t, size_t column) {
    Str name = sql_token_value(t->edit.arena, at(t, column));
    if (at(t, column)->kind == SQL_WORD) { /* PostgreSQL's case of names that are not quoted */
        char *lower = arena_c(t->edit.arena, name);
        for (char *c = lower; *c; c++)
            if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
        name = str_of(lower);
    }
    Str sequence = arena_printf(t->edit.arena, STR_FMT "\"" STR_FMT "_" STR_FMT "_seq\"", STR_ARG(t->schema),
                                STR_ARG(t->name), STR_ARG(name));
    buf_printf(&t->before, "CREATE %s%sSEQUENCE %s" STR_FMT ";", t->optional ? "" : "OR REPLACE ",
               t->temporary ? "TEMP " : "", t->optional ? "IF NOT EXISTS " : "", STR_ARG(sequence));
    return arena_printf(t->edit.arena, "DEFAULT nextval('" STR_FMT "')", STR_ARG(sequence));
}

static const struct {
    const char *name, *type;
} serials[] = {
    {"serial", "INTEGER"}, {"serial4", "INTEGER"},      {"bigserial", "BIGINT"},
    {"serial8", "BIGINT"}, {"smallserial", "SMALLINT"}, {"serial2", "SMALLINT"},
};

static bool rewrite_serial(Table *t, size_t column) {
    for (size_t k = 0; k < ARRAY_LEN(serials); k++) {
        if (!is(t, column + 1, serials[k].name)) continue;
        Str value = count(t, column);
        sql_edit_replace(&t->edit, column + 1, column + 2,
                         arena_printf(t->edit.arena, "%s " STR_FMT, serials[k].type, STR_ARG(value)));
        return true;
    }
    return false;
}

/* i at GENERATED. */
static void rewrite_identity(Table *t, size_t column, size_t i) {
    size_t as = i + 1;
    if (is(t, as, "always")) as++;
    else if (is(t, as, "by") && is(t, as + 1, "default")) as += 2;
    if (!is(t, as, "as") || !is(t, as + 1, "identity")) return;
    size_t end = as + 2;
    if (is_symbol(t, end, "("))
        while (end < t->edit.tokens.len && !is_symbol(t, end++, ")")) {}
    sql_edit_replace(&t->edit, i, MIN(end, t->edit.tokens.len), count(t, column));
}

static void rewrite_columns(Table *t) {
    size_t depth = 1, column = t->columns;
    for (size_t i = t->columns; i < t->edit.tokens.len && depth; i++) {
        if (is_symbol(t, i, "(")) depth++;
        if (is_symbol(t, i, ")")) depth--;
        if (depth != 1) continue;
        if (is_symbol(t, i, ",")) column = i + 1;
        else if (i == column) rewrite_serial(t, column);
        else if (is(t, i, "generated")) rewrite_identity(t, column, i);
    }
}

Str sql_serials(Arena *a, Str sql, SqlSerials *ret) {
    SqlTokens tokens = sql_tokens(sql);
    SqlToken first;
    *ret = (SqlSerials){0};
    if (!sql_token_next(&tokens, &first) || !sql_token_is(&first, "create")) return sql;
    Table t = {.edit = sql_edit(a, sql)};
    if (read_head(&t)) rewrite_columns(&t);
    *ret = (SqlSerials){
        arena_str(a, buf_str(&t.before)),
        str_slice(t.schema, 0, t.schema.len ? t.schema.len - 1 : 0),
        t.name,
        t.temporary,
        t.optional,
    };
    buf_release(&t.before);
    return sql_edit_finish(&t.edit);
}

#include "sql/serial.h"

#include "base/buf.h"
#include "base/vec.h"
#include "sql/token.h"

typedef struct Table {
    Arena *arena;
    Str sql;
    VEC(SqlToken) tokens;
    bool temporary, optional; /* TEMP; IF NOT EXISTS */
    Str schema, name;         /* schema: with its dot, as written */
    size_t columns;           /* behind the bracket that opens them */
    Buf out, before;
    size_t done; /* bytes of sql that are in out */
} Table;

static const SqlToken none = {.kind = SQL_SYMBOL};

static const SqlToken *at(const Table *t, size_t i) {
    return i < t->tokens.len ? &t->tokens.at[i] : &none;
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
        t->schema = arena_printf(t->arena, STR_FMT ".", STR_ARG(at(t, i)->text));
        if (is(t, i, "public")) t->schema = STR("main.");
        i += 2;
    }
    t->name = sql_token_value(t->arena, at(t, i));
    t->columns = i + 2;
    return is_symbol(t, i + 1, "(");
}

static void replace(Table *t, size_t first, size_t end, Str text) {
    const SqlToken *last = at(t, end - 1);
    buf_append(&t->out, str_slice(t->sql, t->done, at(t, first)->at));
    buf_append(&t->out, text);
    t->done = last->at + last->text.len;
}

/* The default of a column, and its sequence's creation. */
static Str count(Table *t, size_t column) {
    Str name = sql_token_value(t->arena, at(t, column));
    if (at(t, column)->kind == SQL_WORD) { /* PostgreSQL's case of names that are not quoted */
        char *lower = arena_c(t->arena, name);
        for (char *c = lower; *c; c++)
            if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
        name = str_of(lower);
    }
    Str sequence = arena_printf(t->arena, STR_FMT "\"" STR_FMT "_" STR_FMT "_seq\"", STR_ARG(t->schema),
                                STR_ARG(t->name), STR_ARG(name));
    buf_printf(&t->before, "CREATE %s%sSEQUENCE %s" STR_FMT ";", t->optional ? "" : "OR REPLACE ",
               t->temporary ? "TEMP " : "", t->optional ? "IF NOT EXISTS " : "", STR_ARG(sequence));
    return arena_printf(t->arena, "DEFAULT nextval('" STR_FMT "')", STR_ARG(sequence));
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
        replace(t, column + 1, column + 2, arena_printf(t->arena, "%s " STR_FMT, serials[k].type, STR_ARG(value)));
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
        while (end < t->tokens.len && !is_symbol(t, end++, ")")) {}
    replace(t, i, MIN(end, t->tokens.len), count(t, column));
}

static void rewrite_columns(Table *t) {
    size_t depth = 1, column = t->columns;
    for (size_t i = t->columns; i < t->tokens.len && depth; i++) {
        if (is_symbol(t, i, "(")) depth++;
        if (is_symbol(t, i, ")")) depth--;
        if (depth != 1) continue;
        if (is_symbol(t, i, ",")) column = i + 1;
        else if (i == column) rewrite_serial(t, column);
        else if (is(t, i, "generated")) rewrite_identity(t, column, i);
    }
}

Str sql_serials(Arena *a, Str sql, Str *ret_before) {
    Table t = {.arena = a, .sql = sql};
    SqlTokens tokens = sql_tokens(sql);
    Str result = sql;
    *ret_before = (Str){0};
    SqlToken token;
    if (!sql_token_next(&tokens, &token) || !sql_token_is(&token, "create")) return sql;
    do vec_push(&t.tokens, token);
    while (sql_token_next(&tokens, &token));
    if (read_head(&t)) rewrite_columns(&t);
    if (t.before.len) {
        buf_append(&t.out, str_slice(sql, t.done, sql.len));
        result = arena_str(a, buf_str(&t.out));
        *ret_before = arena_str(a, buf_str(&t.before));
    }
    vec_release(&t.tokens);
    buf_release(&t.out);
    buf_release(&t.before);
    return result;
}

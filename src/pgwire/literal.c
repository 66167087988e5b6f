/* Literals that have no type beside them, in the words of DuckDB. */
#include "base/vec.h"
#include "pgwire/infer.h"
#include "pgwire/parameter.h"
#include "pgwire/session.h"
#include "sql/bytea.h"
#include "sql/edit.h"

typedef struct Literals {
    Arena *arena;
    Str sql;
    SqlTokenList tokens;
    VEC(size_t) found; /* tokens */
    size_t parameters; /* that the statement has itself */
} Literals;

/* Backslashes as bytea's old format has them. */
static bool is_escaped_bytes(Arena *a, Str text) {
    Str bytes;
    return str_find(text, '\\') != STR_NONE && sql_bytea(a, text, &bytes);
}

/* '{"name": ...' is a document, no array. */
static bool is_document(Str text) {
    text = str_trim(str_slice(text, 1, text.len));
    if (!str_starts(text, STR("\""))) return false;
    size_t i = 1;
    while (i < text.len && text.at[i] != '"') i += text.at[i] == '\\' ? 2 : 1;
    return str_starts(str_trim(str_slice(text, MIN(i + 1, text.len), text.len)), STR(":"));
}

static bool may_differ(Arena *a, Str text) {
    text = str_trim(text);
    if (str_starts(text, STR("{"))) return !is_document(text);
    return str_starts(text, STR("\\x")) || is_escaped_bytes(a, text);
}

/* Whether the text at token i stands where its type comes from something else: a column, what it is compared with. */
static bool is_untyped(const SqlTokenList *t, size_t i) {
    static const char *const before[] = {"(", ",", "=", "<>", "!=", "<", ">", "<=", ">=", "&", "@"};
    if (!i || t->at[i].kind != SQL_STRING || sql_list_is_symbol(t, i + 1, "::")) return false;
    if (i >= 2 && sql_list_is(t, i - 2, "cast")) return false;
    for (size_t k = 0; k < ARRAY_LEN(before); k++)
        if (sql_list_is_symbol(t, i - 1, before[k])) return true;
    return false;
}

static void find(Literals *l) {
    for (size_t i = 0; i < l->tokens.len; i++) {
        const SqlToken *t = &l->tokens.at[i];
        l->parameters = MAX(l->parameters, sql_parameter_number(t));
        bool special =
            t->kind == SQL_STRING && (str_find(t->text, '\\') != STR_NONE || str_find(t->text, '{') != STR_NONE);
        if (special && is_untyped(&l->tokens, i) && may_differ(l->arena, sql_token_value(l->arena, t)))
            vec_push(&l->found, i);
    }
}

/* The statement with something else in place of each literal. */
static Str written(const Literals *l, const Str *texts) {
    SqlEdit e = {.arena = l->arena, .sql = l->sql, .tokens = l->tokens};
    for (size_t k = 0; k < l->found.len; k++) sql_edit_replace(&e, l->found.at[k], l->found.at[k] + 1, texts[k]);
    return sql_edit_finish(&e);
}

static Str with_types(PgSession *s, const Literals *l) {
    Err unknown = {0};
    Str *texts = arena_array(l->arena, Str, l->found.len);
    for (size_t k = 0; k < l->found.len; k++) texts[k] = arena_printf(l->arena, "$%zu", l->parameters + 1 + k);
    Str probe = infer_probe(l->arena, written(l, texts));
    if (!pg_portals_keep(s, NULL, &unknown)) return l->sql;
    AUTO_PTR(Statement) st = statement_prepare(s->db, probe, &unknown);
    if (!st) {
        session_recover(s->db);
        return l->sql;
    }
    bool changed = false;
    for (size_t k = 0; k < l->found.len; k++) {
        const SqlToken *t = &l->tokens.at[l->found.at[k]];
        size_t n = l->parameters + k;
        texts[k] = t->text;
        if (n >= statement_parameters(st)) continue;
        changed |=
            parameter_literal(l->arena, statement_parameter_type(st, n), sql_token_value(l->arena, t), &texts[k]);
    }
    return changed ? written(l, texts) : l->sql;
}

Str pg_literals(PgSession *s, Str sql) {
    if (str_find(sql, '\\') == STR_NONE && str_find(sql, '{') == STR_NONE) return sql;
    Literals l = {.arena = &s->arena, .sql = sql, .tokens = sql_token_list(&s->arena, sql)};
    find(&l);
    if (l.found.len) sql = with_types(s, &l);
    vec_release(&l.found);
    return sql;
}

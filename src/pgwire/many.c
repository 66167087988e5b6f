#include "pgwire/many.h"

#include "pgwire/session.h"
#include "sql/operand.h"

/* DROP TABLE IF EXISTS a, b CASCADE: `head`, names (of ALTER TABLE: actions), `tail`. */
typedef struct Many {
    Str head; /* as written, with its last blank */
    VEC(Str) names;
    Str tail;
    bool truncate;
    Str what; /* TABLE, VIEW... */
} Many;

/* Words before the first name, and those behind the last. */
static const char *const before[] = {"drop",         "truncate", "table", "view",   "schema", "sequence",    "index",
                                     "materialized", "type",     "if",    "exists", "only",   "concurrently"};
static const char *const behind[] = {"cascade", "restrict", "restart", "continue"};

static void read_many(Str sql, Many *ret) {
    SqlTokens t = sql_tokens(sql);
    SqlToken token;
    size_t from = STR_NONE, depth = 0, end = 0;
    bool head = true;
    *ret = (Many){0};
    while (sql_token_next(&t, &token)) {
        if (head && token.kind == SQL_WORD && sql_token_is_one_of(&token, before, ARRAY_LEN(before))) {
            ret->truncate |= sql_token_is(&token, "truncate");
            bool kind = !ret->what.len && !sql_token_is(&token, "drop") && !sql_token_is(&token, "truncate");
            if (kind) ret->what = token.text;
            ret->head = str_slice(sql, 0, t.at);
            continue;
        }
        head = false;
        if (token.kind == SQL_WORD && !depth && sql_token_is_one_of(&token, behind, ARRAY_LEN(behind))) {
            ret->tail = str_slice(sql, token.at, sql.len);
            break;
        }
        depth += sql_token_is_symbol(&token, "(");
        depth -= sql_token_is_symbol(&token, ")") && depth;
        bool comma = sql_token_is_symbol(&token, ",") && !depth;
        if (comma && from != STR_NONE) vec_push(&ret->names, str_slice(sql, from, end));
        from = comma ? STR_NONE : MIN(from, token.at);
        end = t.at;
    }
    if (from != STR_NONE) vec_push(&ret->names, str_slice(sql, from, end));
}

/* ALTER TABLE [IF EXISTS] [ONLY] name action, action: `head` up to the name, and the actions. */
static void read_actions(Arena *a, Str sql, Many *ret) {
    SqlTokenList t = sql_token_list(a, sql);
    size_t i = 2, depth = 0;
    *ret = (Many){.what = STR("TABLE")};
    if (sql_list_is(&t, i, "if")) i += 2;
    if (sql_list_is(&t, i, "only")) i++;
    while (sql_list_is_symbol(&t, i + 1, ".")) i += 2;
    size_t first = i + 1;
    if (first >= t.len) return;
    ret->head = sql_list_text(&t, sql, 0, first);
    for (i = first; i < t.len; i++) {
        depth += sql_list_is_symbol(&t, i, "(");
        depth -= depth && sql_list_is_symbol(&t, i, ")");
        if (depth || !sql_list_is_symbol(&t, i, ",")) continue;
        vec_push(&ret->names, sql_list_text(&t, sql, first, i));
        first = i + 1;
    }
    if (first < t.len) vec_push(&ret->names, sql_list_text(&t, sql, first, t.len));
}

/* The first word: DROP, TRUNCATE, ALTER TABLE; NULL: none of them. */
static const char *read_statement(Arena *a, Str sql, Many *ret) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first, second;
    if (!sql_token_next(&t, &first) || !sql_token_next(&t, &second)) return NULL;
    if (sql_token_is(&first, "alter") && sql_token_is(&second, "table")) {
        read_actions(a, sql, ret);
        return "ALTER";
    }
    bool truncate = sql_token_is(&first, "truncate");
    if (!truncate && !sql_token_is(&first, "drop")) return NULL;
    read_many(sql, ret);
    return truncate ? "TRUNCATE" : "DROP";
}

bool pg_is_many(Str sql) {
    AUTO(Arena) a = {0};
    Many many = {0};
    if (!read_statement(&a, sql, &many)) return false;
    bool is = many.names.len > 1 || (many.truncate && many.names.len && many.tail.len);
    vec_release(&many.names);
    return is;
}

static bool run(PgSession *s, Str sql, Err *err) {
    Str ours;
    pg_run_begin(s, sql);
    s->writes++;
    return pg_statement_end(s, pg_translate(s, sql, &ours, err) && session_exec_str(s->db, ours, err), err);
}

bool pg_many(PgSession *s, Str sql, const char **ret_tag, Err *err) {
    Arena *a = &s->arena;
    Many many = {0};
    const char *verb = read_statement(a, sql, &many);
    bool ok = pg_setting_is_on(s, "transaction_read_only")
                  ? pg_error(err, "25006", "cannot execute %s in a read-only transaction", verb)
                  : pg_begin_implicit(s, err) && pg_portals_keep(s, NULL, err);
    for (size_t i = 0; i < many.names.len && ok; i++) {
        Str one = many.truncate ? arena_printf(a, "TRUNCATE " STR_FMT, STR_ARG(many.names.at[i]))
                                : arena_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(many.head),
                                               STR_ARG(many.names.at[i]), STR_ARG(many.tail));
        ok = run(s, one, err);
    }
    vec_release(&many.names);
    char *tag = arena_c(a, arena_printf(a, "%s " STR_FMT, verb, STR_ARG(many.truncate ? STR("TABLE") : many.what)));
    for (char *c = tag; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    *ret_tag = tag;
    return ok;
}

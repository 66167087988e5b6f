#include "pgwire/many.h"

#include "pgwire/session.h"
#include "sql/token.h"

/* DROP TABLE IF EXISTS a, b CASCADE: `head`, names, `tail`. */
typedef struct Many {
    Str head; /* as written, with its last blank */
    VEC(Str) names;
    Str tail;
    bool truncate;
    Str what; /* TABLE, VIEW... */
} Many;

static bool is_one_of(const SqlToken *t, const char *const *words) {
    for (; *words; words++)
        if (sql_token_is(t, *words)) return true;
    return false;
}

/* Words before the first name, and those behind the last. */
static const char *const before[] = {"drop",         "truncate", "table", "view",   "schema", "sequence",     "index",
                                     "materialized", "type",     "if",    "exists", "only",   "concurrently", NULL};
static const char *const behind[] = {"cascade", "restrict", "restart", "continue", NULL};

static void read_many(Str sql, Many *ret) {
    SqlTokens t = sql_tokens(sql);
    SqlToken token;
    size_t from = STR_NONE, depth = 0, end = 0;
    bool head = true;
    *ret = (Many){0};
    while (sql_token_next(&t, &token)) {
        if (head && token.kind == SQL_WORD && is_one_of(&token, before)) {
            ret->truncate |= sql_token_is(&token, "truncate");
            bool kind = !ret->what.len && !sql_token_is(&token, "drop") && !sql_token_is(&token, "truncate");
            if (kind) ret->what = token.text;
            ret->head = str_slice(sql, 0, t.at);
            continue;
        }
        head = false;
        if (token.kind == SQL_WORD && !depth && is_one_of(&token, behind)) {
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

static bool is_word(Str sql, const char *word) {
    SqlTokens t = sql_tokens(sql);
    SqlToken token;
    return sql_token_next(&t, &token) && sql_token_is(&token, word);
}

bool pg_is_many(Str sql) {
    Many many;
    if (!is_word(sql, "drop") && !is_word(sql, "truncate")) return false;
    read_many(sql, &many);
    bool is = many.names.len > 1 || (many.truncate && many.names.len && many.tail.len);
    vec_release(&many.names);
    return is;
}

static bool run(PgSession *s, Str sql, Err *err) {
    Str ours;
    pg_statement_begin(s, sql);
    s->serial++;
    s->writes++;
    s->planned = true;
    return pg_statement_end(s, pg_translate(s, sql, &ours, err) && session_exec_str(s->db, ours, err), err);
}

bool pg_many(PgSession *s, Str sql, const char **ret_tag, Err *err) {
    Many many;
    bool ok = pg_setting_is_on(s, "transaction_read_only")
                  ? pg_error(err, "25006", "cannot execute DROP or TRUNCATE in a read-only transaction")
                  : pg_begin_implicit(s, err) && pg_portals_keep(s, NULL, err);
    if (!ok) return false;
    read_many(sql, &many);
    for (size_t i = 0; i < many.names.len && ok; i++) {
        Str one = many.truncate ? arena_printf(&s->arena, "TRUNCATE " STR_FMT, STR_ARG(many.names.at[i]))
                                : arena_printf(&s->arena, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(many.head),
                                               STR_ARG(many.names.at[i]), STR_ARG(many.tail));
        ok = run(s, one, err);
    }
    vec_release(&many.names);
    char *tag = arena_c(&s->arena, arena_printf(&s->arena, "DROP " STR_FMT, STR_ARG(many.what)));
    for (char *c = tag; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    *ret_tag = many.truncate ? "TRUNCATE TABLE" : tag;
    return ok;
}

/* PREPARE, EXECUTE and DEALLOCATE: in SQL what Parse, Bind and Close are in the protocol, under the same names. */
#include "sql/prepare.h"

#include "pgwire/named.h"
#include "pgwire/parameter.h"
#include "pgwire/rows.h"

static bool is_preparable(Str sql) {
    static const char *const words[] = {"select", "with",  "values", "insert", "update",
                                        "delete", "merge", "table",  "from"};
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    bool any = sql_token_next(&t, &first);
    for (size_t i = 0; any && i < ARRAY_LEN(words); i++)
        if (sql_token_is(&first, words[i])) return true;
    return any && sql_token_is_symbol(&first, "(");
}

bool pg_prepare(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    PrepareStatement parsed;
    SqlTokens t = sql_tokens(rest);
    SqlToken first, id, more;
    *ret_tag = "PREPARE";
    if (sql_token_next(&t, &first) && sql_token_is(&first, "transaction") && sql_token_next(&t, &id) &&
        id.kind == SQL_STRING && !sql_token_next(&t, &more))
        return pg_prepare_transaction(s, ret_tag, err);
    if (!sql_prepare_parse(&s->arena, rest, &parsed) || !is_preparable(parsed.query))
        return pg_error(err, "42601", "syntax error in PREPARE");
    PreparedStatement *p = prepared_add(s, parsed.name, err);
    if (!p) return false;
    p->source = arena_str(&p->arena, s->verb);
    p->typed.sql = sql_prepare_cast(&p->arena, &parsed);
    p->from_sql = true;
    if (prepared_plan(s, p, err)) return true;
    prepared_drop(s, p);
    return false;
}

/* ---- EXECUTE ---- */

/* A text, number or word that needs no evaluation. False: an expression. *ret_null: NULL. */
static bool constant(Arena *a, Str expression, Str *ret, bool *ret_null) {
    SqlTokens t = sql_tokens(expression);
    SqlToken token, more;
    *ret_null = false;
    if (!sql_token_next(&t, &token)) return false;
    size_t from = token.at;
    bool sign = sql_token_is_symbol(&token, "-");
    if (sign && !sql_token_next(&t, &token)) return false;
    if (sql_token_next(&(SqlTokens){t.sql, t.at}, &more)) return false;
    *ret_null = !sign && sql_token_is(&token, "null");
    bool word = !sign && (sql_token_is(&token, "true") || sql_token_is(&token, "false"));
    bool plain = token.kind == SQL_STRING && !sign && strchr("'eE$", token.text.at[0]);
    *ret = plain ? sql_token_value(a, &token) : str_slice(expression, from, t.at);
    return *ret_null || word || plain || token.kind == SQL_NUMBER;
}

/* Evaluated by DuckDB, as PostgreSQL would print it. */
static bool evaluate(PgSession *s, Str expression, const DataType *type, Str *ret, bool *ret_null, Err *err) {
    AUTO(Buf) text = {0};
    const Vector *columns;
    size_t rows;
    buf_printf(&text, "SELECT CAST((" STR_FMT "\n) AS ", STR_ARG(expression));
    if (type->id == DATA_NULL) buf_append_c(&text, "VARCHAR");
    else data_type_sql(type, &text);
    buf_put(&text, ')');
    AUTO_PTR(Statement) st = pg_plan(s, buf_str(&text), err);
    if (!st) return false;
    if (statement_parameters(st)) return pg_error(err, "42P02", "there is no parameter in EXECUTE's arguments");
    pg_statement_begin(s, expression);
    bool ok = statement_start(st, err) && statement_fetch(st, &columns, &rows, err);
    if (!pg_statement_end(s, ok, err)) return false;
    buf_clear(&text);
    *ret_null = !rows || vector_is_null(columns, 0);
    if (!*ret_null) pg_text_writer(columns->type)(columns, 0, &text);
    *ret = arena_str(&s->arena, buf_str(&text));
    return true;
}

static bool bind_argument(PgSession *s, PreparedStatement *p, size_t i, Str text, bool null, Err *err) {
    ParameterValue value = {.type = DATA_NULL};
    return (null || parameter_value(&s->arena, i + 1, p->typed.oids[i], statement_parameter_type(p->home.plan, i), 0,
                                    text, &value, err)) &&
           statement_bind(p->home.plan, i, &value, err);
}

static bool bind_arguments(PgSession *s, PreparedStatement *p, const ExecuteStatement *e, Err *err) {
    Str *texts = arena_array(&s->arena, Str, e->argument_count);
    bool *nulls = arena_array(&s->arena, bool, e->argument_count);
    if (e->argument_count != p->parameters)
        return pg_error(err, "42601", "wrong number of parameters for prepared statement \"" STR_FMT "\"",
                        STR_ARG(p->name));
    for (size_t i = 0; i < e->argument_count; i++)
        if (!constant(&s->arena, e->arguments[i], &texts[i], &nulls[i]) &&
            !evaluate(s, e->arguments[i], statement_parameter_type(p->home.plan, i), &texts[i], &nulls[i], err))
            return false;
    if (!prepared_plan(s, p, err)) return false;
    for (size_t i = 0; i < e->argument_count; i++)
        if (!bind_argument(s, p, i, texts[i], nulls[i], err)) return false;
    return true;
}

static PreparedStatement *find(PgSession *s, Str rest, ExecuteStatement *ret, Err *err) {
    if (!sql_execute_parse(&s->arena, rest, ret)) {
        pg_error(err, "42601", "syntax error in EXECUTE");
        return NULL;
    }
    PreparedStatement *p = prepared_find(s, ret->name);
    if (!p) prepared_missing(ret->name, err);
    if (!p || p->class == CLASS_SQL) return p;
    pg_error(err, "0A000", "EXECUTE of \"" STR_FMT "\": the statement is none that reads or changes rows",
             STR_ARG(ret->name));
    return NULL;
}

Portal *pg_execute_open(PgSession *s, Str rest, const PortalPlan *rows, Err *err) {
    ExecuteStatement e;
    PreparedStatement *p = find(s, rest, &e, err);
    if (!p || !prepared_plan(s, p, err) || !bind_arguments(s, p, &e, err)) return NULL;
    if (!row_format_check(&(RowFormat){.formats = rows->formats, .format_count = rows->format_count},
                          statement_columns(p->home.plan), err))
        return NULL;
    PortalPlan plan = prepared_portal(s, p);
    plan.formats = rows->formats;
    plan.format_count = rows->format_count;
    return portal_new(&plan);
}

bool pg_execute_describe(PgSession *s, Str rest, const RowFormat *format, Err *err) {
    ExecuteStatement e;
    Err ignored = {0};
    PreparedStatement *p = find(s, rest, &e, &ignored);
    if (p && !prepared_plan(s, p, err)) return false;
    if (p && !row_format_check(format, statement_columns(p->home.plan), err)) return false;
    if (p) {
        row_description(&s->wire, p->home.plan, format, p->typed.sql);
    } else {
        wire_begin(&s->wire, 'n');
        wire_end(&s->wire);
    }
    return true;
}

bool pg_deallocate(PgSession *s, Str rest, const char **ret_tag, Err *err) {
    SqlTokens t = sql_tokens(rest);
    SqlToken token, more;
    Str name;
    bool any = sql_token_next(&t, &token);
    SqlTokens look = t;
    if (any && sql_token_is(&token, "prepare") && sql_token_next(&look, &more)) {
        t = look;
        token = more;
    }
    *ret_tag = "DEALLOCATE";
    if (any && sql_token_is(&token, "all")) {
        *ret_tag = "DEALLOCATE ALL";
        pg_statements_drop(s);
        return true;
    }
    if (!any || !sql_identifier(&s->arena, &token, &name)) return pg_error(err, "42601", "syntax error in DEALLOCATE");
    PreparedStatement *p = prepared_find(s, name);
    if (!p) return prepared_missing(name, err);
    prepared_drop(s, p);
    return true;
}

/* Script: DuckDB's own parser takes the statements apart. */
#include "warehouse/script.h"

#include "warehouse/internal.h"
#include "warehouse/readable.h"

struct Script {
    Session *session;
    duckdb_extracted_statements statements;
    idx_t count, at;
    Str sql; /* on the heap */
};

Script *script_open(Session *s, Str sql, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    AUTO(Buf) text = {0};
    buf_append(&text, sql);
    if (!gate_enter_for(s, sql, err)) return NULL;
    Script *script = calloc(1, sizeof *script);
    BUG_ON(!script);
    script->session = s;
    script->count = duck->extract_statements(s->connection, buf_c(&text), &script->statements);
    script->sql = (Str){strndup(buf_c(&text), text.len), text.len};
    const char *message = script->count ? NULL : duck->extract_statements_error(script->statements);
    if (!message) return script;
    duck_error(message, err);
    script_close(script);
    return NULL;
}

void script_close(Script *script) {
    script->session->warehouse->duck->destroy_extracted(&script->statements);
    gate_leave(script->session);
    free((void *)(uintptr_t)script->sql.at);
    free(script);
}

/* The next statement, with columns that can be read. The text of one among several is not known. */
static bool prepare(Script *script, duckdb_prepared_statement *ret, Err *err) {
    duckdb_connection connection = script->session->connection;
    const DuckdbApi *duck = script->session->warehouse->duck;
    AUTO(Buf) sql = {0};
    if (duck->prepare_extracted_statement(connection, script->statements, script->at++, ret) != DuckDBSuccess)
        return duck_error(duck->prepare_error(*ret), err);
    readable_query(duck, *ret, script->sql, &sql);
    if (!sql.len) return true;
    if (script->count > 1) {
        err_set(err, ERR_UNSUPPORTED, "a column is a BIGNUM, VARIANT or GEOMETRY, or holds one");
        return err_hint(err, "cast it to VARCHAR, or run the statement by itself");
    }
    duck->destroy_prepare(ret);
    return duck->prepare(connection, buf_c(&sql), ret) == DuckDBSuccess || duck_error(duck->prepare_error(*ret), err);
}

bool script_next(Script *script, Result **ret, Err *err) {
    Session *s = script->session;
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_prepared_statement prepared = NULL;
    duckdb_result result;
    *ret = NULL;
    if (script->at == script->count) return true;
    BUG_ON(s->failed);
    if (!gate_enter(s, false, err)) return false; /* it is inside already */
    s->ran = true;
    bool ok = prepare(script, &prepared, err);
    if (ok && duck->execute_prepared(prepared, &result) == DuckDBSuccess) *ret = result_take(s, &result);
    else if (ok) ok = duck_result_error(duck, &result, err);
    s->failed = !ok && s->in_transaction;
    duck->destroy_prepare(&prepared);
    if (!ok) {
        session_explain(s, err);
        gate_leave(s);
    }
    return ok;
}

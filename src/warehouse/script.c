/* Script: DuckDB's own parser takes the statements apart. */
#include "warehouse/script.h"

#include "warehouse/internal.h"

struct Script {
    Session *session;
    duckdb_extracted_statements statements;
    idx_t count, at;
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
    const char *message = script->count ? NULL : duck->extract_statements_error(script->statements);
    if (!message) return script;
    duck_error(message, err);
    script_close(script);
    return NULL;
}

void script_close(Script *script) {
    script->session->warehouse->duck->destroy_extracted(&script->statements);
    gate_leave(script->session);
    free(script);
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
    bool ok =
        duck->prepare_extracted_statement(s->connection, script->statements, script->at++, &prepared) == DuckDBSuccess;
    if (!ok) {
        duck_error(duck->prepare_error(prepared), err);
    } else if (duck->execute_prepared(prepared, &result) == DuckDBSuccess) {
        *ret = result_take(s, &result);
    } else {
        ok = duck_result_error(duck, &result, err);
    }
    s->failed = !ok && s->in_transaction;
    duck->destroy_prepare(&prepared);
    if (!ok) {
        session_explain(s, err);
        gate_leave(s);
    }
    return ok;
}

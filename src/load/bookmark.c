/* Reading and writing _pond. */
#include "load/bookmark.h"

#include "base/json.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

static const char prepare_sql[] =
    "CREATE SCHEMA IF NOT EXISTS _pond;"
    "CREATE TABLE IF NOT EXISTS _pond.state (state_id VARCHAR, value VARCHAR, updated_at TIMESTAMPTZ);"
    "CREATE TABLE IF NOT EXISTS _pond.rejects (happened_at TIMESTAMPTZ, stream VARCHAR, record_number UBIGINT, line "
    "UBIGINT, "
    "problem VARCHAR, record VARCHAR);"
    "CREATE TABLE IF NOT EXISTS _pond.schema_changes (happened_at TIMESTAMPTZ, table_name VARCHAR, change VARCHAR, "
    "column_name "
    "VARCHAR, type_before VARCHAR, type_after VARCHAR);"
    "CREATE TABLE IF NOT EXISTS _pond.versions (table_name VARCHAR, version BIGINT);"
    "CREATE TABLE IF NOT EXISTS _pond.leftovers (state_id VARCHAR, schema_name VARCHAR, table_name VARCHAR);";

static const char *const own_tables[] = {"state", "rejects", "schema_changes", "versions", "leftovers"};

static bool is_complete(Session *s) {
    for (size_t i = 0; i < ARRAY_LEN(own_tables); i++)
        if (!table_exists(s, STR("_pond"), str_of(own_tables[i]))) return false;
    return true;
}

static bool drop_leftovers(Session *s, Str state_id, Err *err) {
    AUTO(Arena) a = {0};
    const char *id = sql_literal(&a, state_id);
    AUTO_PTR(Result)
    r = session_queryf(s, err, "SELECT schema_name, table_name FROM _pond.leftovers WHERE state_id = %s", id);
    if (!r) return false;
    while (result_next(r)) {
        Str schema, table;
        if (!result_text(r, 0, &a, &schema) || !result_text(r, 1, &a, &table)) continue;
        if (!session_exec(s, err, "DROP TABLE IF EXISTS %s", sql_table(&a, schema, table))) return false;
    }
    return !result_rows(r) || session_exec(s, err, "DELETE FROM _pond.leftovers WHERE state_id = %s", id);
}

bool bookmark_prepare(Session *s, Str state_id, Err *err) {
    if (!session_begin(s, err)) return false;
    bool ok = (is_complete(s) || session_exec_str(s, str_of(prepare_sql), err)) && drop_leftovers(s, state_id, err) &&
              session_commit(s, err);
    if (!ok) session_rollback(s);
    return ok;
}

bool bookmark_read(Session *s, Arena *a, Str state_id, Str *ret, Err *err) {
    AUTO(Arena) scratch = {0};
    *ret = (Str){0};
    if (!table_exists(s, STR("_pond"), STR("state"))) return true;
    AUTO_PTR(Result)
    r = session_queryf(s, err, "SELECT value FROM _pond.state WHERE state_id = %s", sql_literal(&scratch, state_id));
    if (!r) return false;
    if (result_next(r)) (void)result_text(r, 0, a, ret);
    return true;
}

static bool merged_state(Session *s, Arena *a, Str state_id, Str *value, Err *err) {
    Str stored;
    if (!bookmark_read(s, a, state_id, &stored, err)) return false;
    if (!stored.len) return true;
    Node *under = json_parse(a, stored, err), *over = under ? json_parse(a, *value, err) : NULL;
    if (!over) return err_context(err, "while merging the state \"" STR_FMT "\"", STR_ARG(state_id));
    Buf *text = arena_new(a, Buf);
    arena_defer(a, (void (*)(void *))buf_release, text);
    json_write(text, node_merge(a, under, over), JSON_PYTHON);
    *value = buf_str(text);
    return true;
}

bool bookmark_write(Session *s, Str state_id, Str value, bool merge, Err *err) {
    AUTO(Arena) a = {0};
    if (merge && value.len && !merged_state(s, &a, state_id, &value, err)) return false;
    const char *id = sql_literal(&a, state_id);
    if (!session_exec(s, err, "DELETE FROM _pond.state WHERE state_id = %s", id)) return false;
    return !value.len ||
           session_exec(s, err, "INSERT INTO _pond.state VALUES (%s, %s, now())", id, sql_literal(&a, value));
}

bool bookmark_list(Session *s, Arena *a, StrVec *ret_ids, Err *err) {
    if (!table_exists(s, STR("_pond"), STR("state"))) return true;
    AUTO_PTR(Result) r = session_query(s, STR("SELECT state_id FROM _pond.state ORDER BY state_id"), err);
    if (!r) return false;
    while (result_next(r)) {
        Str id;
        if (result_text(r, 0, a, &id)) vec_push(ret_ids, id);
    }
    return true;
}

bool leftover_note(Session *s, Str state_id, TableName table, Err *err) {
    AUTO(Arena) a = {0};
    return session_exec(s, err, "INSERT INTO _pond.leftovers VALUES (%s, %s, %s)", sql_literal(&a, state_id),
                        sql_literal(&a, table.schema), sql_literal(&a, table.table));
}

bool leftover_forget(Session *s, TableName table, Err *err) {
    AUTO(Arena) a = {0};
    return session_exec(s, err, "DELETE FROM _pond.leftovers WHERE schema_name = %s AND table_name = %s",
                        sql_literal(&a, table.schema), sql_literal(&a, table.table));
}

static const char *version_key(Arena *a, TableName table) {
    return sql_literal(a, arena_printf(a, STR_FMT "." STR_FMT, STR_ARG(table.schema), STR_ARG(table.table)));
}

bool version_read(Session *s, TableName table, bool *ret_known, int64_t *ret_version, Err *err) {
    AUTO(Arena) a = {0};
    AUTO_PTR(Result)
    r = session_queryf(s, err, "SELECT version FROM _pond.versions WHERE table_name = %s", version_key(&a, table));
    if (!r) return false;
    *ret_known = result_next(r);
    if (*ret_known) *ret_version = result_i64(r, 0);
    return true;
}

bool versions_read(Session *s, Map *versions, Err *err) {
    AUTO_PTR(Result) r = session_query(s, STR("SELECT table_name, version FROM _pond.versions"), err);
    if (!r) return false;
    while (result_next(r)) {
        Str table;
        int64_t *version = arena_new(versions->arena, int64_t);
        *version = result_i64(r, 1);
        if (result_text(r, 0, versions->arena, &table)) map_put(versions, table, version);
    }
    return true;
}

bool version_write(Session *s, TableName table, int64_t version, Err *err) {
    AUTO(Arena) a = {0};
    const char *key = version_key(&a, table);
    return session_exec(s, err, "DELETE FROM _pond.versions WHERE table_name = %s", key) &&
           session_exec(s, err, "INSERT INTO _pond.versions VALUES (%s, %lld)", key, (long long)version);
}

bool rejects_write(Session *s, Str stream, const Reject *rejects, size_t count, Err *err) {
    AUTO(Arena) a = {0};
    for (size_t i = 0; i < count; i++) {
        const Reject *r = &rejects[i];
        bool text = str_is_utf8(r->record) && str_find(r->record, 0) == STR_NONE;
        Str record = text ? r->record : STR("(not UTF-8 text)");
        if (!session_exec(s, err, "INSERT INTO _pond.rejects VALUES (now(), %s, %llu, %s, %s, %s)",
                          sql_literal(&a, stream), (unsigned long long)r->ordinal,
                          r->line ? arena_printf(&a, "%llu", (unsigned long long)r->line).at : "NULL",
                          sql_literal(&a, r->problem), sql_literal(&a, record)))
            return false;
    }
    return true;
}

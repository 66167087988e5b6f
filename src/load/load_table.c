/* SQL of keyed merges, pending rows, shadow tables and versions. */
#include "load/load_table.h"

#include "base/crash.h"
#include "warehouse/result.h"

static const SchemaColumn ordinal_column = {
    .name = STR_INIT("_pond_ordinal"), .source = SOURCE_ORDINAL, .type = {.kind = COLUMN_BIGINT}};

LoadTable *load_table_new(LoadTables *shared, LoadStream *stream, Arena *a) {
    LoadTable *t = arena_new(a, LoadTable);
    t->shared = shared;
    t->stream = stream;
    return t;
}

void load_table_free(LoadTable *t) {
    arena_release(&t->arena);
}

/* ---- names ---- */

static TableName shadow_name(Arena *a, TableName table) {
    return (TableName){table.schema, arena_printf(a, STR_FMT "__pond_shadow", STR_ARG(table.table))};
}

static TableName pending_name(Arena *a, const LoadTable *t, TableName table) {
    AUTO(Arena) scratch = {0};
    Str id = arena_printf(&scratch, STR_FMT "\n" STR_FMT "." STR_FMT, STR_ARG(t->shared->state_id),
                          STR_ARG(table.schema), STR_ARG(table.table));
    return (TableName){STR("_pond"), arena_printf(a, "pending_%016llx", (unsigned long long)str_hash(id))};
}

static const char *quoted_name(Arena *a, TableName name) {
    return sql_table(a, name.schema, name.table);
}

/* "a", "b" of the columns; prefix such as "s." may be empty. */
static const char *column_list(Arena *a, const DecoderColumn *columns, size_t count, const char *prefix) {
    AUTO(Buf) list = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%s%s%s", i ? ", " : "", prefix, sql_ident(a, columns[i].column->name));
    return arena_c(a, buf_str(&list));
}

static const char *key_list(Arena *a, const StreamSchema *schema, const char *prefix) {
    AUTO(Buf) list = {0};
    for (size_t i = 0; i < schema->key_count; i++)
        buf_printf(&list, "%s%s%s", i ? ", " : "", prefix, sql_ident(a, schema->columns[schema->keys[i]].name));
    return arena_c(a, buf_str(&list));
}

/* ---- making places ---- */

static bool is_keyed(const StreamPlan *plan) {
    return plan->schema->key_count > 0 && plan->route != ROUTE_APPEND;
}

/* Rows of the last target are where they are; from now on they go elsewhere. */
static bool change_target(LoadTable *t, const StreamPlan *plan, InsertPlace place, Err *err) {
    Session *s = t->shared->session;
    if (t->staged && !load_table_merge(t, err)) return false;
    arena_reset(&t->arena);
    t->plan = NULL;
    t->name = plan->table;
    bool new_shadow = plan->route == ROUTE_SHADOW && !t->shadow, new_pending = place == PLACE_PENDING && !t->pending;
    t->target = place == PLACE_PENDING        ? pending_name(&t->arena, t, plan->table)
                : plan->route == ROUTE_SHADOW ? shadow_name(&t->arena, plan->table)
                                              : plan->table;
    if (new_shadow || new_pending) {
        if (!session_exec(s, err, "DROP TABLE IF EXISTS %s", quoted_name(&t->arena, t->target))) return false;
        if (!leftover_note(s, t->shared->state_id, t->target, err)) return false;
    }
    bool own = place == PLACE_DIRECT && plan->route != ROUTE_SHADOW;
    if (!table_sync(s, &t->arena, plan, t->target, own, &t->synced, err)) return false;
    t->shadow |= new_shadow;
    t->pending |= new_pending;
    t->fresh = t->synced.created;
    t->plan = plan;
    t->place = place;
    if (own && !t->stream->figures->table.at) {
        char *label = NULL;
        int n = asprintf(&label, STR_FMT "." STR_FMT, STR_ARG(plan->table.schema), STR_ARG(plan->table.table));
        BUG_ON(n < 0);
        t->stream->figures->table = (Str){label, (size_t)n};
    }
    return true;
}

static bool begin_stage(LoadTable *t, Err *err) {
    AUTO(Buf) columns = {0};
    AUTO(Arena) a = {0};
    if (t->staged) return true;
    for (size_t i = 0; i < t->synced.column_count; i++)
        buf_printf(&columns, "%s %s, ", sql_ident(&a, t->synced.columns[i].column->name),
                   column_type_sql(&a, t->synced.columns[i].type).at);
    t->stage_name = arena_printf(&t->arena, "temp.pond_stage_%zu", t->shared->staged_tables++);
    if (!session_exec(t->shared->session, err, "CREATE TEMP TABLE %s (%s_pond_ordinal BIGINT)", t->stage_name.at,
                      buf_c(&columns)))
        return false;
    t->staged = t->plan;
    t->staged_rows = 0;
    return true;
}

bool load_table_begin_insert(LoadTable *t, const StreamPlan *plan, InsertPlace place, const char **ret_into,
                             const DecoderColumn **ret_columns, size_t *ret_count, Err *err) {
    Warehouse *w = session_warehouse(t->shared->session);
    if (!warehouse_need_columns(w, plan->schema->column_count, err)) return false;
    if ((t->plan != plan || t->place != place) && !change_target(t, plan, place, err)) return false;
    size_t count = t->synced.column_count;
    const DecoderColumn *columns = t->synced.columns;
    Str into = {0};
    if (is_keyed(plan)) {
        if (!begin_stage(t, err)) return false;
        DecoderColumn *staged = arena_array(&t->arena, DecoderColumn, count + 1);
        memcpy(staged, columns, count * sizeof *staged);
        staged[count++] = (DecoderColumn){&ordinal_column, ordinal_column.type};
        columns = staged;
        into = t->stage_name;
    } else {
        into = str_of(quoted_name(&t->arena, t->target));
    }
    *ret_into = arena_printf(&t->arena, "%s (%s)", into.at, column_list(&t->arena, columns, count, "")).at;
    *ret_columns = columns;
    *ret_count = count;
    return true;
}

void load_table_end_insert(LoadTable *t, uint64_t rows, uint64_t last_epoch) {
    if (t->place == PLACE_PENDING) {
        t->pending_epoch = MAX(t->pending_epoch, last_epoch);
        return;
    }
    if (t->staged) {
        t->staged_rows += rows;
        return;
    }
    t->inserted += rows;
    t->fresh = t->fresh && !rows;
}

/* ---- keyed rows ---- */

/* Columns of the table that the plan does not have: replaced rows keep what they had there (target-duckdb's UPDATE sets
 * only the columns of the schema). */
static size_t extra_columns(const LoadTable *t, Arena *a, const char **ret_list) {
    AUTO(Buf) list = {0};
    size_t count = 0;
    for (size_t i = 0; i < t->synced.info.column_count && t->synced.info.exists; i++) {
        Str name = t->synced.info.columns[i].name;
        bool in_plan = false;
        for (size_t k = 0; k < t->synced.column_count && !in_plan; k++)
            in_plan = str_equal_nocase(t->synced.columns[k].column->name, name);
        bool revived = t->staged->versioned && str_equal_nocase(name, STR("_sdc_deleted_at"));
        if (in_plan || revived) continue;
        buf_printf(&list, "%s%s", count++ ? ", " : "", sql_ident(a, name));
    }
    *ret_list = arena_c(a, buf_str(&list));
    return count;
}

/* The newest row of each key. */
static const char *newest_rows(Arena *a, const char *stage, const char *columns, const char *keys) {
    return arena_printf(a,
                        "SELECT %s FROM %s WHERE (%s, _pond_ordinal) IN (SELECT (%s, max(_pond_ordinal)) FROM %s GROUP "
                        "BY %s)",
                        columns, stage, keys, keys, stage, keys)
        .at;
}

static bool merge_rows(LoadTable *t, Arena *a, Err *err) {
    Session *s = t->shared->session;
    const StreamSchema *schema = t->staged->schema;
    const char *target = quoted_name(a, t->target), *stage = t->stage_name.at;
    const char *keys = key_list(a, schema, ""), *extra;
    const char *columns = column_list(a, t->synced.columns, t->synced.column_count, "");
    const char *newest = newest_rows(a, stage, columns, keys);
    uint64_t replaced = 0, rows = 0;
    if (t->fresh) {
        if (!session_change(s, &rows, err, "INSERT INTO %s (%s) %s", target, columns, newest)) return false;
    } else if (extra_columns(t, a, &extra)) {
        const char *kept = arena_printf(a, "%s_kept", stage).at;
        if (!session_exec(s, err, "CREATE TEMP TABLE %s AS SELECT %s, %s FROM %s WHERE (%s) IN (SELECT (%s) FROM %s)",
                          kept, keys, extra, target, keys, keys, stage) ||
            !session_change(s, &replaced, err, "DELETE FROM %s WHERE (%s) IN (SELECT (%s) FROM %s)", target, keys, keys,
                            stage) ||
            !session_change(s, &rows, err, "INSERT INTO %s (%s, %s) SELECT %s, %s FROM (%s) LEFT JOIN %s USING (%s)",
                            target, columns, extra, columns, extra, newest, kept, keys) ||
            !session_exec(s, err, "DROP TABLE %s", kept))
            return false;
    } else if (!session_change(s, &replaced, err, "DELETE FROM %s WHERE (%s) IN (SELECT (%s) FROM %s)", target, keys,
                               keys, stage) ||
               !session_change(s, &rows, err, "INSERT INTO %s (%s) %s", target, columns, newest)) {
        return false;
    }
    t->inserted += rows;
    t->updated += replaced;
    t->fresh = t->fresh && !rows;
    return true;
}

bool load_table_merge(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    if (!t->staged) return true;
    crash_point("merge");
    if (t->staged_rows && !merge_rows(t, &a, err))
        return err_context(err, "stream \"" STR_FMT "\"", STR_ARG(t->stream->name));
    if (!session_exec(t->shared->session, err, "DROP TABLE %s", t->stage_name.at)) return false;
    t->staged = NULL;
    return true;
}

/* ---- pending rows ---- */

/* Moves all rows of a table into another one, by column names. */
static bool move_rows(LoadTable *t, TableName from, TableName to, uint64_t *ret_rows, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    return session_change(s, ret_rows, err, "INSERT INTO %s BY NAME SELECT * FROM %s", quoted_name(&a, to),
                          quoted_name(&a, from)) &&
           session_exec(s, err, "DROP TABLE %s", quoted_name(&a, from)) && leftover_forget(s, from, err);
}

bool load_table_move_pending(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    SyncedTable synced;
    uint64_t rows = 0;
    if (!t->pending) return true;
    crash_point("pending");
    BUG_ON(!t->stream->plan);
    TableName from = pending_name(&a, t, t->name);
    const StreamPlan *plan = t->plan ? t->plan : t->stream->plan;
    if (!table_sync(t->shared->session, &a, plan, t->name, true, &synced, err)) return false;
    if (!move_rows(t, from, t->name, &rows, err)) return false;
    t->pending = false;
    t->plan = NULL; /* its target may be gone */
    t->inserted += rows;
    return true;
}

/* ---- shadow tables ---- */

bool load_table_swap(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    TableInfo old;
    if (!t->shadow) return true;
    if (!load_table_merge(t, err)) return false;
    crash_point("swap");
    TableName shadow = shadow_name(&a, t->name);
    const char *table = quoted_name(&a, t->name);
    if (!table_info(s, &a, t->name.schema, t->name.table, &old, err)) return false;
    bool ok;
    if (old.exists && old.has_index) { /* DuckDB renames no table with an index: its rows are replaced */
        SyncedTable synced;
        uint64_t rows;
        ok = table_sync(s, &a, t->stream->plan, t->name, true, &synced, err) &&
             session_exec(s, err, "DELETE FROM %s", table) && move_rows(t, shadow, t->name, &rows, err);
    } else {
        ok = (!old.exists || session_exec(s, err, "DROP TABLE %s", table)) &&
             session_exec(s, err, "ALTER TABLE %s RENAME TO %s", quoted_name(&a, shadow),
                          sql_ident(&a, t->name.table)) &&
             leftover_forget(s, shadow, err);
    }
    t->shadow = !ok;
    t->plan = NULL;
    return ok;
}

bool load_table_finish_shadow(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    SyncedTable synced;
    uint64_t rows = 0;
    if (!t->shadow) return true;
    if (!t->stream->plan->versioned) return load_table_swap(t, err);
    if (!table_sync(t->shared->session, &a, t->stream->plan, t->name, true, &synced, err) ||
        !move_rows(t, shadow_name(&a, t->name), t->name, &rows, err))
        return false;
    t->shadow = false;
    t->plan = NULL;
    return true;
}

bool load_table_discard(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    TableName names[] = {shadow_name(&a, t->name), pending_name(&a, t, t->name)};
    bool *there[] = {&t->shadow, &t->pending};
    if (t->staged && t->shadow) {
        if (!session_exec(s, err, "DROP TABLE %s", t->stage_name.at)) return false;
        t->staged = NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!*there[i]) continue;
        if (!session_exec(s, err, "DROP TABLE IF EXISTS %s", quoted_name(&a, names[i])) ||
            !leftover_forget(s, names[i], err))
            return false;
        *there[i] = false;
        t->plan = NULL;
    }
    return true;
}

/* ---- versions and deletes ---- */

bool load_table_active_version(LoadTable *t, TableName name, bool *ret_known, int64_t *ret_version, Err *err) {
    if (!t->version_read && !version_read(t->shared->session, name, &t->version_known, &t->version, err)) return false;
    t->version_read = true;
    *ret_known = t->version_known;
    *ret_version = t->version;
    return true;
}

static bool add_missing(LoadTable *t, const TableInfo *info, const char *table, const char *column, const char *type,
                        Err *err) {
    if (table_column(info, str_of(column))) return true;
    t->plan = NULL;
    return session_exec(t->shared->session, err, "ALTER TABLE %s ADD COLUMN %s %s", table, column, type);
}

/* Rows of older versions: removed, or marked once. */
static bool end_versions(LoadTable *t, int64_t version, bool all, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    TableInfo info;
    uint64_t rows = 0;
    if (!table_info(s, &a, t->name.schema, t->name.table, &info, err)) return false;
    if (!info.exists) return true;
    const char *table = quoted_name(&a, t->name);
    if (!add_missing(t, &info, table, "_sdc_table_version", "BIGINT", err)) return false;
    const char *old =
        all ? "true"
            : arena_printf(&a, "(_sdc_table_version IS NULL OR _sdc_table_version < %lld)", (long long)version).at;
    bool ok = t->shared->settings->hard_delete
                  ? session_change(s, &rows, err, "DELETE FROM %s WHERE %s", table, old)
                  : add_missing(t, &info, table, "_sdc_deleted_at", "TIMESTAMPTZ", err) &&
                        session_change(s, &rows, err,
                                       "UPDATE %s SET _sdc_deleted_at = now() WHERE _sdc_deleted_at IS NULL AND %s",
                                       table, old);
    t->deleted += rows;
    return ok;
}

bool load_table_activate(LoadTable *t, const StreamPlan *plan, int64_t version, Err *err) {
    Session *s = t->shared->session;
    bool known;
    int64_t active;
    if (!t->shared->settings->activate_version) return true;
    if (!t->name.table.len) t->name = plan->table;
    if (!load_table_merge(t, err) || !load_table_active_version(t, t->name, &known, &active, err)) return false;
    if (known && active == version && !t->shadow) return true;
    if (t->shadow) {
        AUTO(Arena) a = {0};
        SyncedTable synced;
        uint64_t rows = 0;
        if (t->shared->settings->hard_delete) {
            if (!load_table_swap(t, err)) return false;
        } else if (!end_versions(t, version, true, err) ||
                   !table_sync(s, &a, t->stream->plan, t->name, true, &synced, err) ||
                   !move_rows(t, shadow_name(&a, t->name), t->name, &rows, err)) {
            return false;
        }
        t->shadow = false;
        t->plan = NULL;
    } else if (!end_versions(t, version, false, err)) {
        return false;
    }
    t->version = version;
    t->version_known = true;
    return version_write(s, t->name, version, err);
}

bool load_table_delete_marked(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    uint64_t rows = 0;
    if (!t->shared->settings->hard_delete || !t->plan || t->place == PLACE_PENDING) return true;
    if (!table_column(&t->synced.info, STR("_sdc_deleted_at"))) return true;
    if (!session_change(t->shared->session, &rows, err, "DELETE FROM %s WHERE _sdc_deleted_at IS NOT NULL",
                        quoted_name(&a, t->target)))
        return false;
    t->deleted += rows;
    return true;
}

void load_table_committed(LoadTable *t) {
    atomic_fetch_add(&t->stream->figures->loaded, t->inserted);
    atomic_fetch_add(&t->stream->figures->updated, t->updated);
    atomic_fetch_add(&t->stream->figures->deleted, t->deleted);
    t->inserted = t->updated = t->deleted = 0;
}

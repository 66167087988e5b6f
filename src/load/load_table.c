/* SQL of keyed merges, pending rows, shadow tables and versions. */
#include "load/load_table.h"

#include "base/crash.h"
#include "warehouse/result.h"

LoadTable *load_table_new(LoadTables *shared, LoadStream *stream, Arena *a) {
    LoadTable *t = arena_new(a, LoadTable);
    t->shared = shared;
    t->stream = stream;
    return t;
}

void load_table_free(LoadTable *t) {
    vec_release(&t->stages);
    arena_release(&t->stage_arena);
    arena_release(&t->arena);
}

/* ---- names ---- */

static TableName shadow_name(Arena *a, TableName table) {
    return (TableName){table.schema, arena_printf(a, STR_FMT "__pond_shadow", STR_ARG(table.table))};
}

static TableName pending_name(Arena *a, const LoadTable *t) {
    AUTO(Arena) scratch = {0};
    Str id = arena_printf(&scratch, STR_FMT "\n" STR_FMT, STR_ARG(t->shared->state_id), STR_ARG(t->stream->name));
    return (TableName){STR("_pond"), arena_printf(a, "pending_%016llx", (unsigned long long)str_hash(id))};
}

static const char *quoted_name(Arena *a, TableName name) {
    return sql_table(a, name.schema, name.table);
}

/* ---- making places ---- */

/* How a table is made to fit: what a shadow or pending table goes through is nobody's news. */
static unsigned sync_flags(const LoadTable *t, bool own) {
    return (own ? SYNC_LOG : 0u) | (t->rows_ended ? SYNC_REBUILD : 0u);
}

/* Makes the table fit for the rows of another one, which may have come by several plans. */
static bool sync_for(LoadTable *t, TableName from, Err *err) {
    AUTO(Arena) a = {0};
    SyncedTable synced;
    TableInfo info;
    StreamSchema schema = {.stream = t->stream->name}; /* the stream's own plan is the reader's */
    if (!table_info(t->shared->session, &a, from.schema, from.table, &info, err)) return false;
    schema.columns = arena_array(&a, SchemaColumn, info.column_count);
    schema.column_count = info.column_count;
    for (size_t i = 0; i < info.column_count; i++)
        schema.columns[i] = (SchemaColumn){.name = info.columns[i].name, .type = info.columns[i].type};
    return table_sync(t->shared->session, &a, &schema, t->name, sync_flags(t, true), &synced, err);
}

/* Merges of the plan may bring pending rows into the table (move_replaced): its keys are to have a type that holds theirs. */
static bool sync_for_merge(LoadTable *t, const StreamPlan *plan, Err *err) {
    AUTO(Arena) a = {0};
    bool merges = t->pending && plan->route == ROUTE_UPSERT && stream_plan_is_keyed(plan);
    return !merges || sync_for(t, pending_name(&a, t), err);
}

/* Rows of the last target are where they are; from now on they go elsewhere. */
static bool change_target(LoadTable *t, const StreamPlan *plan, InsertPlace place, Err *err) {
    Session *s = t->shared->session;
    arena_reset(&t->arena);
    t->plan = NULL;
    t->name = plan->table;
    bool new_shadow = plan->route == ROUTE_SHADOW && !t->shadow, new_pending = place == PLACE_PENDING && !t->pending;
    t->target = place == PLACE_PENDING        ? pending_name(&t->arena, t)
                : plan->route == ROUTE_SHADOW ? shadow_name(&t->arena, plan->table)
                                              : plan->table;
    if (new_shadow || new_pending) {
        if (!session_exec(s, err, "DROP TABLE IF EXISTS %s", quoted_name(&t->arena, t->target))) return false;
        if (!leftover_note(s, t->shared->state_id, t->target, err)) return false;
    }
    bool own = place == PLACE_DIRECT && plan->route != ROUTE_SHADOW;
    if (place == PLACE_DIRECT && !sync_for_merge(t, plan, err)) return false;
    if (!table_sync(s, &t->arena, plan->schema, t->target, sync_flags(t, own), &t->synced, err)) return false;
    t->shadow |= new_shadow;
    if (new_shadow) t->shadow_epoch = UINT64_MAX;
    t->pending |= new_pending;
    if (new_pending) t->pending_epochs = (EpochRange){UINT64_MAX, 0};
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

/* The stage that takes rows of the plan. */
static bool begin_stage(LoadTable *t, Err *err) {
    if (t->stages.len && vec_last(&t->stages).plan == t->plan) return true;
    Stage stage = {.plan = t->plan, .target = t->target, .fresh = t->fresh};
    if (!stage_open(t->shared->session, &t->stage_arena, &stage, &t->synced, t->shared->staged_tables++, err))
        return false;
    vec_push(&t->stages, stage);
    return true;
}

bool load_table_sync(LoadTable *t, const StreamPlan *plan, Err *err) {
    return t->plan == plan || change_target(t, plan, PLACE_DIRECT, err);
}

/* One worker keeps one block of each column, two workers keep two; a stage is a table, too. */
static bool need_memory(LoadTable *t, const InsertPlan *insert, Err *err) {
    size_t count = insert->plan->schema->column_count;
    size_t begun = count * (insert->small ? 1 : 2) * (stream_plan_is_keyed(insert->plan) ? 2 : 1);
    if (t->columns_begun < begun) {
        t->shared->columns_begun += begun - t->columns_begun;
        t->columns_begun = begun;
    }
    LoaderNeeds needs = {
        .columns = count, .columns_begun = t->shared->columns_begun, .merges = stream_plan_is_keyed(insert->plan)};
    return warehouse_need(session_warehouse(t->shared->session), needs, err);
}

bool load_table_begin_insert(LoadTable *t, const InsertPlan *insert, InsertTarget *ret, Err *err) {
    const StreamPlan *plan = insert->plan;
    bool behind_keyed = t->stages.len && !stream_plan_is_keyed(plan),
         same = t->plan == plan && t->place == insert->place;
    if (!need_memory(t, insert, err)) return false;
    if (behind_keyed && !load_table_merge(t, err)) return false;
    if (!same && !change_target(t, plan, insert->place, err)) return false;
    size_t count = t->synced.column_count;
    const char *list = schema_column_list(&t->arena, plan->schema);
    if (!stream_plan_is_keyed(plan)) {
        const char *target = quoted_name(&t->arena, t->target);
        *ret = (InsertTarget){arena_printf(&t->arena, "%s (%s)", target, list).at, t->synced.columns, count};
        return true;
    }
    if (!begin_stage(t, err)) return false;
    DecoderColumn *staged = arena_array(&t->arena, DecoderColumn, count + 1);
    memcpy(staged, t->synced.columns, count * sizeof *staged);
    staged[count] = (DecoderColumn){&stage_ordinal, stage_ordinal.type};
    const char *stage = vec_last(&t->stages).name.at;
    *ret = (InsertTarget){arena_printf(&t->arena, "%s (%s, _pond_ordinal)", stage, list).at, staged, count + 1};
    return true;
}

void load_table_end_insert(LoadTable *t, uint64_t rows, EpochRange epochs) {
    if (t->place == PLACE_PENDING) {
        t->pending_epochs.first = MIN(t->pending_epochs.first, epochs.first);
        t->pending_epochs.last = MAX(t->pending_epochs.last, epochs.last);
        return;
    }
    if (t->plan->route == ROUTE_SHADOW) {
        t->shadow_epoch = MIN(t->shadow_epoch, epochs.first);
        t->postponed = NULL; /* a newer version's rows are there: its own ACTIVATE_VERSION brings them in */
    }
    if (stream_plan_is_keyed(t->plan)) {
        vec_last(&t->stages).rows += rows;
        return;
    }
    t->inserted += rows;
    t->fresh = t->fresh && !rows;
}

/* ---- keyed rows ---- */

static void forget_stages(LoadTable *t) {
    t->stages.len = 0;
    if (!t->shared->keeps_stages) arena_reset(&t->stage_arena);
}

void load_table_forget_merged(LoadTable *t) {
    if (!t->stages.len) arena_reset(&t->stage_arena);
}

/* Pending rows came before staged ones of the same keys: the merge finds them in the table, as if a STATE had covered them.
 * They are gone when it has committed, so that nothing is there twice when a killed run's rows come again. */
static bool move_replaced(LoadTable *t, const Stage *stage, Err *err) {
    AUTO(Arena) a = {0};
    uint64_t rows;
    if (!t->pending || stage->plan->route != ROUTE_UPSERT) return true;
    if (!stage_take_replaced(t->shared->session, stage, pending_name(&a, t), &rows, err)) return false;
    t->inserted += rows;
    return true;
}

bool load_table_merge(LoadTable *t, Err *err) {
    if (!t->stages.len) return true;
    crash_point("merge");
    for (size_t i = 0; i < t->stages.len; i++) {
        MergeCounts counts;
        const Stage *stage = &t->stages.at[i];
        if (!move_replaced(t, stage, err) || !stage_merge(t->shared->session, stage, &counts, err))
            return err_context(err, "stream \"" STR_FMT "\"", STR_ARG(t->stream->name));
        t->inserted += counts.inserted;
        t->updated += counts.replaced;
        t->rows_ended |= counts.replaced > 0;
        t->fresh = t->fresh && !counts.inserted;
    }
    forget_stages(t);
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
    uint64_t rows = 0;
    if (!t->pending) return true;
    crash_point("pending");
    TableName from = pending_name(&a, t);
    if (!sync_for(t, from, err)) return false;
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
        uint64_t rows;
        ok = sync_for(t, shadow, err) && session_exec(s, err, "DELETE FROM %s", table) &&
             move_rows(t, shadow, t->name, &rows, err);
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
    uint64_t rows = 0;
    if (!t->shadow) return true;
    if (!t->stream->plan->versioned) return load_table_swap(t, err);
    TableName shadow = shadow_name(&a, t->name);
    if (!sync_for(t, shadow, err) || !move_rows(t, shadow, t->name, &rows, err)) return false;
    t->shadow = false;
    t->plan = NULL;
    return true;
}

bool load_table_discard(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    TableName names[] = {shadow_name(&a, t->name), pending_name(&a, t)};
    bool *there[] = {&t->shadow, &t->pending};
    if (t->shadow) { /* staged rows were merged before, or belong to it */
        for (size_t i = 0; i < t->stages.len; i++)
            if (!stage_drop(s, &t->stages.at[i], err)) return false;
        forget_stages(t);
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

/* The version whose rows are in the table. */
static bool active_version(LoadTable *t, TableName name, bool *ret_known, int64_t *ret_version, Err *err) {
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

/* Before rows are merged or marked: the columns that say when a row ended. */
static bool add_version_columns(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    TableInfo info;
    if (!table_info(t->shared->session, &a, t->name.schema, t->name.table, &info, err)) return false;
    const char *table = quoted_name(&a, t->name);
    return !info.exists ||
           (add_missing(t, &info, table, "_sdc_table_version", "BIGINT", err) &&
            (t->shared->settings->hard_delete || add_missing(t, &info, table, "_sdc_deleted_at", "TIMESTAMPTZ", err)));
}

/* Rows of older versions: removed, or marked once. */
static bool end_versions(LoadTable *t, int64_t version, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    TableInfo info;
    uint64_t rows = 0;
    if (!table_info(s, &a, t->name.schema, t->name.table, &info, err)) return false;
    if (!info.exists) return true;
    const char *table = quoted_name(&a, t->name);
    const char *old =
        arena_printf(&a, "(_sdc_table_version IS NULL OR _sdc_table_version < %lld)", (long long)version).at;
    if (t->shadow) old = "true"; /* the new version's rows are not in the table yet */
    bool ok =
        t->shared->settings->hard_delete
            ? session_change(s, &rows, err, "DELETE FROM %s WHERE %s", table, old)
            : session_change(s, &rows, err,
                             "UPDATE %s SET _sdc_deleted_at = now() WHERE _sdc_deleted_at IS NULL AND %s", table, old);
    t->deleted += rows;
    t->rows_ended |= rows > 0;
    return ok;
}

/* The rows of the new version, from their shadow. Every ALTER comes before the first row is marked. */
static bool activate_shadow(LoadTable *t, int64_t version, Err *err) {
    AUTO(Arena) a = {0};
    uint64_t rows = 0;
    TableName shadow = shadow_name(&a, t->name);
    if (!load_table_merge(t, err) ||
        !session_exec(t->shared->session, err, "DELETE FROM %s WHERE _sdc_table_version < %lld",
                      quoted_name(&a, shadow), (long long)version)) /* of a version that never became active */
        return false;
    if (t->shared->settings->hard_delete) return load_table_swap(t, err);
    return sync_for(t, shadow, err) && add_version_columns(t, err) && end_versions(t, version, err) &&
           move_rows(t, shadow, t->name, &rows, err);
}

bool load_table_activate(LoadTable *t, const StreamPlan *plan, int64_t version, Err *err) {
    bool known;
    int64_t active;
    if (!t->shared->settings->activate_version) return true;
    if (!t->name.table.len) t->name = plan->table;
    if (!t->shadow && !add_version_columns(t, err)) return false;
    if (!load_table_merge(t, err) || !active_version(t, t->name, &known, &active, err)) return false;
    if (known && active == version && !t->shadow) return true;
    if (!(t->shadow ? activate_shadow(t, version, err) : end_versions(t, version, err))) return false;
    if (t->shadow) t->plan = NULL; /* its target is gone */
    t->shadow = false;
    t->version = version;
    t->version_known = true;
    return version_write(t->shared->session, t->name, version, err);
}

void load_table_postpone(LoadTable *t, const StreamPlan *plan, int64_t version, EpochRange epochs) {
    uint64_t first = t->postponed ? t->postponed_epochs.first : epochs.first;
    t->postponed = plan;
    t->postponed_version = version;
    t->postponed_epochs = (EpochRange){first, epochs.last};
}

bool load_table_activate_postponed(LoadTable *t, uint64_t epoch, Err *err) {
    const StreamPlan *plan = t->postponed;
    if (!plan || t->postponed_epochs.last >= epoch) return true;
    t->postponed = NULL;
    return load_table_activate(t, plan, t->postponed_version, err);
}

bool load_table_delete_marked(LoadTable *t, Err *err) {
    AUTO(Arena) a = {0};
    Session *s = t->shared->session;
    TableInfo moved;
    uint64_t rows = 0;
    bool there = t->plan && t->place == PLACE_DIRECT;
    const TableInfo *info = there ? &t->synced.info : &moved;
    TableName name = there ? t->target : t->name;
    if (!t->shared->settings->hard_delete || (!there && !t->inserted)) return true;
    if (!there && !table_info(s, &a, name.schema, name.table, &moved, err)) return false; /* rows were moved there */
    if (!table_column(info, STR("_sdc_deleted_at"))) return true;
    if (!session_change(s, &rows, err, "DELETE FROM %s WHERE _sdc_deleted_at IS NOT NULL", quoted_name(&a, name)))
        return false;
    t->deleted += rows;
    return true;
}

uint64_t load_table_committed(LoadTable *t) {
    uint64_t rows = t->inserted;
    atomic_fetch_add(&t->stream->figures->loaded, t->inserted);
    atomic_fetch_add(&t->stream->figures->updated, t->updated);
    atomic_fetch_add(&t->stream->figures->deleted, t->deleted);
    t->inserted = t->updated = t->deleted = 0;
    t->rows_ended = false;
    return rows;
}

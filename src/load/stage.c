/* SQL of stages and their merge. */
#include "load/stage.h"

#include "base/buf.h"
#include "load/column_change.h"

const SchemaColumn stage_ordinal = {
    .name = STR_INIT("_pond_ordinal"), .source = SOURCE_ORDINAL, .type = {.kind = COLUMN_BIGINT}};

const char *schema_column_list(Arena *a, const StreamSchema *schema) {
    AUTO(Buf) list = {0};
    for (size_t i = 0; i < schema->column_count; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", sql_ident(a, schema->columns[i].name));
    return arena_c(a, buf_str(&list));
}

const char *schema_key_list(Arena *a, const StreamSchema *schema) {
    AUTO(Buf) list = {0};
    for (size_t i = 0; i < schema->key_count; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", sql_ident(a, schema->columns[schema->keys[i]].name));
    return arena_c(a, buf_str(&list));
}

bool stage_open(Session *s, Arena *a, Stage *stage, const SyncedTable *synced, size_t number, Err *err) {
    AUTO(Buf) columns = {0};
    AUTO(Arena) scratch = {0};
    const StreamSchema *schema = stage->plan->schema;
    for (size_t i = 0; i < synced->column_count; i++)
        buf_printf(&columns, "%s %s, ", sql_ident(&scratch, synced->columns[i].column->name),
                   column_type_sql(&scratch, synced->columns[i].type).at);
    stage->key_types = arena_array(a, ColumnType, schema->key_count);
    for (size_t i = 0; i < schema->key_count; i++) stage->key_types[i] = synced->columns[schema->keys[i]].type;
    stage->name = arena_printf(a, "temp.pond_stage_%zu", number);
    stage->target = (TableName){arena_str(a, stage->target.schema), arena_str(a, stage->target.table)};
    return session_exec(s, err, "CREATE TEMP TABLE %s (%s" STR_FMT " BIGINT)", stage->name.at, buf_c(&columns),
                        STR_ARG(stage_ordinal.name));
}

bool stage_drop(Session *s, const Stage *stage, Err *err) {
    return session_exec(s, err, "DROP TABLE %s", stage->name.at);
}

/* Columns of the target that the plan does not have: replaced rows keep what they had there (target-duckdb's UPDATE sets
 * only the columns of the schema). Empty: none. */
static const char *kept_columns(const Stage *stage, Arena *a, const TableInfo *target) {
    AUTO(Buf) list = {0};
    const StreamSchema *schema = stage->plan->schema;
    for (size_t i = 0; i < target->column_count; i++) {
        Str name = target->columns[i].name;
        bool set = stage->plan->versioned && str_equal_nocase(name, STR("_sdc_deleted_at")); /* the row lives again */
        for (size_t k = 0; k < schema->column_count && !set; k++) set = str_equal_nocase(schema->columns[k].name, name);
        if (!set) buf_printf(&list, "%s%s", list.len ? ", " : "", sql_ident(a, name));
    }
    return arena_c(a, buf_str(&list));
}

/* What a merge's statements are made of. */
typedef struct MergeSql {
    const char *stage, *target, *columns, *keys;
    const char *same; /* keys of `staged` and `there` are equal */
} MergeSql;

/* Column by column: DuckDB joins the rows of (a, b) IN (SELECT (a, b)) half as fast. */
static const char *same_keys(Arena *a, const StreamSchema *schema) {
    AUTO(Buf) list = {0};
    for (size_t i = 0; i < schema->key_count; i++) {
        const char *name = sql_ident(a, schema->columns[schema->keys[i]].name);
        buf_printf(&list, "%sstaged.%s = there.%s", i ? " AND " : "", name, name);
    }
    return arena_c(a, buf_str(&list));
}

static MergeSql merge_sql(const Stage *stage, Arena *a) {
    return (MergeSql){.stage = stage->name.at,
                      .target = sql_table(a, stage->target.schema, stage->target.table),
                      .columns = schema_column_list(a, stage->plan->schema),
                      .keys = schema_key_list(a, stage->plan->schema),
                      .same = same_keys(a, stage->plan->schema)};
}

/* Leaves the newest row of each key in a temporary table. Memory is short, so what is joined and grouped are hashes and ordinals,
 * never whole rows; and most loads have no key twice, which the first statement tells. */
static bool drop_older(Session *s, const char *table, const char *keys, Err *err) {
    uint64_t twins = 0, dropped;
    bool ok = session_exec(s, err, "CREATE TEMP TABLE %s_twins (h UBIGINT)", table) &&
              session_change(s, &twins, err,
                             "INSERT INTO %s_twins SELECT hash(%s) AS h FROM %s GROUP BY h HAVING count(*) > 1", table,
                             keys, table);
    if (ok && twins)
        ok =
            session_change(s, &dropped, err,
                           "DELETE FROM %s WHERE hash(%s) IN (SELECT h FROM %s_twins) AND _pond_ordinal NOT IN "
                           "(SELECT max(_pond_ordinal) FROM %s WHERE hash(%s) IN (SELECT h FROM %s_twins) GROUP BY %s)",
                           table, keys, table, table, keys, table, keys);
    return ok && session_exec(s, err, "DROP TABLE %s_twins", table);
}

static bool delete_old(Session *s, const MergeSql *m, uint64_t *ret_rows, Err *err) {
    return session_change(s, ret_rows, err, "DELETE FROM %s AS there USING %s AS staged WHERE %s", m->target, m->stage,
                          m->same);
}

static bool replace(Session *s, const MergeSql *m, bool fresh, MergeCounts *counts, Err *err) {
    return (fresh || delete_old(s, m, &counts->replaced, err)) &&
           session_change(s, &counts->inserted, err, "INSERT INTO %s (%s) SELECT %s FROM %s", m->target, m->columns,
                          m->columns, m->stage);
}

static bool replace_keeping(Session *s, Arena *a, const MergeSql *m, const char *extra, MergeCounts *counts, Err *err) {
    const char *kept = arena_printf(a, "%s_kept", m->stage).at;
    return session_exec(s, err,
                        "CREATE TEMP TABLE %s AS SELECT %s, %s, rowid AS _pond_ordinal FROM %s "
                        "WHERE (%s) IN (SELECT (%s) FROM %s)",
                        kept, m->keys, extra, m->target, m->keys, m->keys, m->stage) &&
           drop_older(s, kept, m->keys, err) && /* of rows that came without keys */
           delete_old(s, m, &counts->replaced, err) &&
           session_change(s, &counts->inserted, err,
                          "INSERT INTO %s (%s, %s) SELECT %s, %s FROM %s LEFT JOIN %s USING (%s)", m->target,
                          m->columns, extra, m->columns, extra, m->stage, kept, m->keys) &&
           session_exec(s, err, "DROP TABLE %s", kept);
}

/* A later plan of the transaction may have widened the target's keys: DuckDB compares no BIGINT with a VARCHAR. */
static bool fit_keys(Session *s, const Stage *stage, const TableInfo *target, Err *err) {
    AUTO(Arena) a = {0};
    const StreamSchema *schema = stage->plan->schema;
    for (size_t i = 0; i < schema->key_count; i++) {
        Str name = schema->columns[schema->keys[i]].name;
        const TableColumn *there = table_column(target, name);
        if (!there || !there->known || column_type_equal(there->type, stage->key_types[i])) continue;
        if (!session_exec(s, err, "ALTER TABLE %s ALTER COLUMN %s TYPE " STR_FMT, stage->name.at, sql_ident(&a, name),
                          STR_ARG(there->sql_type)))
            return false;
    }
    return true;
}

/* The stage's keys as expressions of another table, in the stage's types. NULL: it has not all of them. */
static const char *keys_of(const Stage *stage, Arena *a, const TableInfo *from) {
    AUTO(Buf) list = {0};
    const StreamSchema *schema = stage->plan->schema;
    for (size_t i = 0; i < schema->key_count; i++) {
        Str name = schema->columns[schema->keys[i]].name;
        if (!table_column(from, name)) return NULL;
        buf_printf(&list, "%sCAST(%s AS %s)", i ? ", " : "", sql_ident(a, name),
                   column_type_sql(a, stage->key_types[i]).at);
    }
    return arena_c(a, buf_str(&list));
}

bool stage_take_replaced(Session *s, const Stage *stage, TableName from, uint64_t *ret_rows, Err *err) {
    AUTO(Arena) a = {0};
    TableInfo info;
    *ret_rows = 0;
    if (!stage->rows) return true;
    if (!table_info(s, &a, from.schema, from.table, &info, err)) return false;
    const char *keys = keys_of(stage, &a, &info), *table = sql_table(&a, from.schema, from.table);
    if (!keys) return true;
    MergeSql m = merge_sql(stage, &a);
    const char *replaced = arena_printf(&a, "(%s) IN (SELECT (%s) FROM %s)", keys, m.keys, m.stage).at;
    if (!session_change(s, ret_rows, err, "INSERT INTO %s BY NAME SELECT * FROM %s WHERE %s", m.target, table,
                        replaced))
        return false;
    return !*ret_rows || session_exec(s, err, "DELETE FROM %s WHERE %s", table, replaced);
}

bool stage_merge(Session *s, const Stage *stage, MergeCounts *counts, Err *err) {
    AUTO(Arena) a = {0};
    TableInfo target;
    *counts = (MergeCounts){0};
    if (!stage->rows) return stage_drop(s, stage, err);
    MergeSql m = merge_sql(stage, &a);
    const char *extra = "";
    if (!stage->fresh) {
        if (!table_info(s, &a, stage->target.schema, stage->target.table, &target, err)) return false;
        if (!fit_keys(s, stage, &target, err)) return false;
        extra = kept_columns(stage, &a, &target);
    }
    if (!drop_older(s, m.stage, m.keys, err)) return false;
    bool ok = *extra ? replace_keeping(s, &a, &m, extra, counts, err) : replace(s, &m, stage->fresh, counts, err);
    return ok && stage_drop(s, stage, err);
}

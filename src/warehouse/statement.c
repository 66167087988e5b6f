#include "warehouse/statement.h"

#include "warehouse/internal.h"
#include "warehouse/readable.h"
#include "warehouse/reads.h"
#include "warehouse/vector_view.h"

typedef struct StatementColumn {
    Str name;
    DataType type;
} StatementColumn;

struct Statement {
    Session *session;
    const DuckdbApi *duck;
    Statement *next; /* of the session's */
    const char *sql;
    duckdb_prepared_statement prepared; /* NULL: the gate has taken it, and it is made again */
    StatementKind kind;
    bool writes;
    bool in_use;     /* has values or rows that must not be lost: inside the gate */
    Arena arena;     /* of what is known before it runs */
    Arena run_arena; /* of a run's columns */
    StatementColumn *columns;
    Vector *vectors;
    size_t column_count;
    Statement *shape; /* that the columns are borrowed from */
    DataType *parameters;
    size_t parameter_count;
    DataTypeId *bound;                               /* types of the values */
    bool started, failed, outdated, bound_otherwise; /* bound_otherwise: than in the run before */
    Buf run_types;                                   /* of the columns of the run before, as text */
    duckdb_result result;
    duckdb_data_chunk chunk;
    uint64_t changed;
};

static bool fail(Statement *st, const char *message, Err *err) {
    Session *s = st->session;
    s->failed = s->in_transaction;
    st->failed = true;
    duck_error(message, err);
    session_explain(s, err);
    return false;
}

static void read_type(Statement *st, duckdb_logical_type type, Arena *a, DataType *ret) {
    *ret = (DataType){.id = DATA_NULL};
    if (!type) return;
    data_type_read(st->duck, type, a, ret);
    st->duck->destroy_logical_type(&type);
}

/* A statement that gives a count or nothing has a column of its own in DuckDB. */
static bool gives_rows(const Statement *st) {
    switch ((int)st->duck->prepared_statement_type(st->prepared)) {
    case DUCKDB_STATEMENT_TYPE_SELECT:
    case DUCKDB_STATEMENT_TYPE_EXPLAIN:
    case DUCKDB_STATEMENT_TYPE_CALL:
    case DUCKDB_STATEMENT_TYPE_RELATION:
    case DUCKDB_STATEMENT_TYPE_PRAGMA: return true;
    case DUCKDB_STATEMENT_TYPE_INSERT:
    case DUCKDB_STATEMENT_TYPE_UPDATE:
    case DUCKDB_STATEMENT_TYPE_DELETE:
    case DUCKDB_STATEMENT_TYPE_MERGE_INTO: break;
    default: return false;
    }
    /* RETURNING, or the one column "Count"? */
    if (st->duck->prepared_statement_column_count(st->prepared) != 1) return true;
    const char *name = st->duck->prepared_statement_column_name(st->prepared, 0);
    bool count = name && strcmp(name, "Count") == 0;
    st->duck->free((void *)(uintptr_t)name);
    return !count;
}

static void read_columns(Statement *st) {
    if (!gives_rows(st)) return;
    st->column_count = st->duck->prepared_statement_column_count(st->prepared);
    st->columns = arena_array(&st->arena, StatementColumn, st->column_count);
    for (size_t i = 0; i < st->column_count; i++) {
        const char *name = st->duck->prepared_statement_column_name(st->prepared, i);
        st->columns[i].name = arena_str(&st->arena, str_of(name ? name : ""));
        st->duck->free((void *)(uintptr_t)name);
        read_type(st, st->duck->prepared_statement_column_logical_type(st->prepared, i), &st->arena,
                  &st->columns[i].type);
    }
}

static void read_parameters(Statement *st) {
    st->parameter_count = st->duck->nparams(st->prepared);
    st->parameters = arena_array(&st->arena, DataType, st->parameter_count);
    for (size_t i = 0; i < st->parameter_count; i++)
        read_type(st, st->duck->param_logical_type(st->prepared, i + 1), &st->arena, &st->parameters[i]);
    st->bound = arena_array(&st->arena, DataTypeId, st->parameter_count);
}

static StatementKind read_kind(const Statement *st) {
    switch ((int)st->duck->prepared_statement_type(st->prepared)) {
    case DUCKDB_STATEMENT_TYPE_SELECT: return STATEMENT_SELECT;
    case DUCKDB_STATEMENT_TYPE_INSERT: return STATEMENT_INSERT;
    case DUCKDB_STATEMENT_TYPE_UPDATE: return STATEMENT_UPDATE;
    case DUCKDB_STATEMENT_TYPE_DELETE: return STATEMENT_DELETE;
    case DUCKDB_STATEMENT_TYPE_MERGE_INTO: return STATEMENT_MERGE;
    case DUCKDB_STATEMENT_TYPE_EXPLAIN: return STATEMENT_EXPLAIN;
    default: return STATEMENT_OTHER;
    }
}

static bool prepare_one(Statement *st, duckdb_extracted_statements all, idx_t i, duckdb_prepared_statement *ret) {
    return st->duck->prepare_extracted_statement(st->session->connection, all, i, ret) == DuckDBSuccess;
}

/* DuckDB makes several of one statement: PIVOT without a list of values looks for them first. All but the last are run now. */
static bool make_last(Statement *st) {
    const DuckdbApi *duck = st->duck;
    duckdb_extracted_statements all = NULL;
    idx_t count = duck->extract_statements(st->session->connection, st->sql, &all);
    bool ok = count > 1;
    for (idx_t i = 0; ok && i + 1 < count; i++) {
        duckdb_prepared_statement before = NULL;
        duckdb_result nothing = {0};
        ok = prepare_one(st, all, i, &before) && duck->execute_prepared(before, &nothing) == DuckDBSuccess;
        duck->destroy_result(&nothing);
        duck->destroy_prepare(&before);
    }
    if (ok) {
        duck->destroy_prepare(&st->prepared);
        ok = prepare_one(st, all, count - 1, &st->prepared);
    }
    duck->destroy_extracted(&all);
    return ok;
}

/* The session is inside the gate. */
static bool make(Statement *st, Err *err) {
    if (st->prepared) return true;
    if (st->duck->prepare(st->session->connection, st->sql, &st->prepared) == DuckDBSuccess) return true;
    const char *why = st->duck->prepare_error(st->prepared);
    if (why && strstr(why, "Cannot prepare multiple statements") && make_last(st)) return true;
    fail(st, st->duck->prepare_error(st->prepared), err);
    st->duck->destroy_prepare(&st->prepared);
    st->prepared = NULL;
    return false;
}

static void link_to_session(Statement *st) {
    Session *s = st->session;
    mutex_lock(&s->warehouse->gate.lock);
    st->next = s->statements;
    s->statements = st;
    mutex_unlock(&s->warehouse->gate.lock);
}

static size_t find_unreadable(const Statement *st) {
    size_t i = 0;
    while (i < st->column_count && data_type_is_readable(statement_column_type(st, i))) i++;
    return i < st->column_count ? i : STR_NONE;
}

static bool make_readable(Statement *st, Err *err) {
    AUTO(Buf) sql = {0};
    readable_query(st->duck, st->prepared, str_of(st->sql), &sql);
    st->sql = arena_c(&st->arena, buf_str(&sql));
    st->duck->destroy_prepare(&st->prepared);
    st->prepared = NULL;
    if (!make(st, err)) return false;
    read_columns(st);
    return true;
}

static bool prepare(Statement *st, Str sql, Err *err) {
    Session *s = st->session;
    if (!gate_enter(s, false, err)) return false;
    bool ok = make(st, err);
    if (ok) {
        read_columns(st);
        read_parameters(st);
        st->kind = read_kind(st);
        bool reads = st->kind == STATEMENT_SELECT || st->kind == STATEMENT_EXPLAIN;
        st->writes = !reads || !(sql_only_reads(sql) || sql_only_sets(sql));
        if (st->kind == STATEMENT_SELECT && find_unreadable(st) != STR_NONE) ok = make_readable(st, err);
    }
    gate_leave(s);
    return ok;
}

static bool begin_use(Statement *st, Err *err) {
    if (st->in_use) return true;
    if (!gate_enter(st->session, st->writes, err)) return false;
    st->in_use = make(st, err);
    if (!st->in_use) gate_leave(st->session);
    return st->in_use;
}

static void end_use(Statement *st) {
    if (st->in_use) gate_leave(st->session);
    st->in_use = false;
}

Statement *statement_prepare(Session *s, Str sql, Err *err) {
    Statement *st = calloc(1, sizeof *st);
    BUG_ON(!st || s->failed);
    st->session = s;
    st->duck = s->warehouse->duck;
    st->sql = arena_c(&st->arena, sql);
    link_to_session(st);
    bool ok = prepare(st, sql, err);
    /* Now, while the transaction may still be begun again. */
    if (ok && st->writes && s->in_transaction) {
        ok = begin_use(st, err);
        end_use(st);
    }
    if (ok) return st;
    statement_close(st);
    return NULL;
}

static void end_run(Statement *st) {
    if (!st->started) return;
    if (st->chunk) st->duck->destroy_data_chunk(&st->chunk);
    st->duck->destroy_result(&st->result);
    st->started = false;
}

void statement_close(Statement *st) {
    Session *s = st->session;
    end_run(st);
    end_use(st);
    if (st->shape) statement_close(st->shape);
    mutex_lock(&s->warehouse->gate.lock);
    Statement **at = &s->statements;
    while (*at != st) at = &(*at)->next;
    *at = st->next;
    statement_suspend(st);
    mutex_unlock(&s->warehouse->gate.lock);
    buf_release(&st->run_types);
    arena_release(&st->run_arena);
    arena_release(&st->arena);
    free(st);
}

void statement_suspend(Statement *st) {
    if (st->prepared) st->duck->destroy_prepare(&st->prepared);
    st->prepared = NULL;
}

Statement *statement_next(const Statement *st) {
    return st->next;
}

StatementKind statement_kind(const Statement *st) {
    return st->kind;
}

size_t statement_columns(const Statement *st) {
    return st->column_count;
}

Str statement_column_name(const Statement *st, size_t column) {
    return st->columns[column].name;
}

const DataType *statement_column_type(const Statement *st, size_t column) {
    return st->vectors ? st->vectors[column].type : &st->columns[column].type;
}

size_t statement_parameters(const Statement *st) {
    return st->parameter_count;
}

const DataType *statement_parameter_type(const Statement *st, size_t parameter) {
    return &st->parameters[parameter];
}

static duckdb_value make_value(const DuckdbApi *duck, const ParameterValue *v) {
    switch ((int)v->type) {
    case DATA_BOOLEAN: return duck->create_bool(v->integer != 0);
    case DATA_SMALLINT: return duck->create_int16((int16_t)v->integer);
    case DATA_INTEGER: return duck->create_int32((int32_t)v->integer);
    case DATA_BIGINT: return duck->create_int64(v->integer);
    case DATA_FLOAT: return duck->create_float((float)v->real);
    case DATA_DOUBLE: return duck->create_double(v->real);
    case DATA_VARCHAR: return duck->create_varchar_length(v->text.at ? v->text.at : "", v->text.len);
    case DATA_BLOB: return duck->create_blob((const uint8_t *)(v->text.at ? v->text.at : ""), v->text.len);
    case DATA_UUID: return duck->create_uuid((duckdb_uhugeint){(uint64_t)v->uuid, (uint64_t)(v->uuid >> 64)});
    case DATA_DATE: return duck->create_date((duckdb_date){(int32_t)v->integer});
    case DATA_TIME: return duck->create_time((duckdb_time){v->integer});
    case DATA_TIMESTAMP: return duck->create_timestamp((duckdb_timestamp){v->integer});
    case DATA_TIMESTAMPTZ: return duck->create_timestamp_tz((duckdb_timestamp){v->integer});
    case DATA_INTERVAL:
        return duck->create_interval((duckdb_interval){v->interval.months, v->interval.days, v->interval.micros});
    default: return duck->create_null_value();
    }
}

bool statement_bind(Statement *st, size_t parameter, const ParameterValue *value, Err *err) {
    if (!begin_use(st, err)) return false;
    duckdb_value made = make_value(st->duck, value);
    bool ok = made && st->duck->bind_value(st->prepared, parameter + 1, made) == DuckDBSuccess;
    if (made) st->duck->destroy_value(&made);
    st->bound_otherwise |= st->bound[parameter] != value->type;
    st->bound[parameter] = value->type;
    return ok || err_set(err, ERR_INPUT, "the value of parameter $%zu cannot be used", parameter + 1);
}

/* Whether the columns are those of the run before. A definition may have changed since, and DuckDB planned anew by itself. */
static bool same_types(Statement *st) {
    AUTO(Buf) types = {0};
    for (size_t i = 0; i < st->column_count; i++) {
        data_type_sql(st->vectors[i].type, &types);
        buf_put(&types, '\n');
    }
    bool same = !st->run_types.len || st->bound_otherwise || str_equal(buf_str(&types), buf_str(&st->run_types));
    buf_clear(&st->run_types);
    buf_append(&st->run_types, buf_str(&types));
    st->bound_otherwise = false;
    return same;
}

/* What this run really gives: a parameter's value may have decided a type. */
static bool read_result(Statement *st, Err *err) {
    static const char other[] = "cached plan must not change result type";
    st->outdated = st->duck->column_count(&st->result) != st->column_count;
    if (st->outdated) return fail(st, other, err);
    arena_reset(&st->run_arena);
    st->vectors = arena_array(&st->run_arena, Vector, st->column_count);
    for (size_t i = 0; i < st->column_count; i++) {
        DataType *type = arena_new(&st->run_arena, DataType);
        read_type(st, st->duck->column_logical_type(&st->result, i), &st->run_arena, type);
        vector_init(type, &st->run_arena, &st->vectors[i]);
    }
    st->outdated = st->parameter_count && !same_types(st);
    return !st->outdated || fail(st, other, err);
}

/* How many rows it has changed, or CREATE TABLE AS has made: of those DuckDB tells only in a row. */
static uint64_t read_changed(Statement *st) {
    uint64_t changed = st->duck->rows_changed(&st->result);
    DataType count = {.id = DATA_NULL};
    if (changed || st->kind != STATEMENT_OTHER || st->duck->column_count(&st->result) != 1) return changed;
    read_type(st, st->duck->column_logical_type(&st->result, 0), &st->run_arena, &count);
    if (count.id != DATA_BIGINT) return 0;
    duckdb_data_chunk chunk = st->duck->fetch_chunk(st->result);
    if (!chunk) return 0;
    if (st->duck->data_chunk_get_size(chunk))
        changed = *(uint64_t *)st->duck->vector_get_data(st->duck->data_chunk_get_vector(chunk, 0));
    st->duck->destroy_data_chunk(&chunk);
    return changed;
}

/* RETURNING, or a type that came with the values of parameters. */
static bool check_readable(Statement *st, Err *err) {
    size_t i = find_unreadable(st);
    if (i == STR_NONE) return true;
    st->failed = true;
    st->session->failed = st->session->in_transaction;
    return readable_fail(st->columns[i].name, err);
}

bool statement_start(Statement *st, Err *err) {
    end_run(st);
    BUG_ON(st->session->failed);
    st->vectors = NULL;
    st->changed = 0;
    st->outdated = false;
    if (!begin_use(st, err)) return false;
    st->session->ran = true;
    bool ok = st->column_count ? st->duck->execute_prepared_streaming(st->prepared, &st->result) == DuckDBSuccess
                               : st->duck->execute_prepared(st->prepared, &st->result) == DuckDBSuccess;
    st->started = true;
    if (!ok) fail(st, st->duck->result_error(&st->result), err);
    else if (st->column_count) ok = read_result(st, err) && check_readable(st, err);
    else st->changed = read_changed(st);
    if (ok && st->column_count) return true;
    end_run(st);
    end_use(st);
    return ok;
}

bool statement_is_outdated(const Statement *st) {
    return st->outdated;
}

bool statement_fetch(Statement *st, const Vector **ret_columns, size_t *ret_rows, Err *err) {
    *ret_rows = 0;
    if (!st->started || !st->column_count) return true;
    do {
        if (st->chunk) st->duck->destroy_data_chunk(&st->chunk);
        st->chunk = st->duck->fetch_chunk(st->result);
        if (!st->chunk) {
            const char *message = st->duck->result_error(&st->result);
            bool ok = !message || !*message || fail(st, message, err);
            end_run(st);
            end_use(st);
            return ok;
        }
        *ret_rows = st->duck->data_chunk_get_size(st->chunk);
    } while (!*ret_rows);
    for (size_t i = 0; i < st->column_count; i++)
        vector_view(st->duck, st->duck->data_chunk_get_vector(st->chunk, i), &st->vectors[i]);
    *ret_columns = st->vectors;
    return true;
}

bool statement_rest(Statement *st) {
    end_run(st);
    end_use(st);
    return st->parameter_count && !st->failed;
}

uint64_t statement_changed(const Statement *st) {
    return st->changed;
}

bool statement_is_unresolved(const Statement *st) {
    return st->parameter_count && st->column_count == 1 && st->columns[0].type.id == DATA_NULL;
}

void statement_take_shape(Statement *st, Statement *shape) {
    st->shape = shape;
    st->columns = shape->columns;
    st->column_count = shape->column_count;
}

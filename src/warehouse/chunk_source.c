/* pond_records(id): the table function through which C code feeds statements. */
#include "warehouse/internal.h"

#include <stddef.h>

_Static_assert(sizeof(ChunkText) == sizeof(duckdb_string_t), "DuckDB's text layout");
_Static_assert(offsetof(ChunkText, pointer.at) == offsetof(duckdb_string_t, value.pointer.ptr), "DuckDB's text layout");
_Static_assert(sizeof(Int128) == sizeof(duckdb_hugeint), "DuckDB's 128-bit layout");

struct RegisteredSource {
    RegisteredSource *next;
    Warehouse *warehouse;
    uint64_t id;
    ChunkSource source;
    Err err;
    bool failed;
};

/* One of DuckDB's workers on a source. */
typedef struct Worker {
    RegisteredSource *source;
    void *local;
    ChunkColumn *columns;
} Worker;

static RegisteredSource *find_source(Warehouse *w, uint64_t id) {
    pthread_mutex_lock(&w->lock);
    RegisteredSource *r = w->sources;
    while (r && r->id != id) r = r->next;
    pthread_mutex_unlock(&w->lock);
    return r;
}

static const duckdb_type duck_types[] = {
    [COLUMN_BOOLEAN] = DUCKDB_TYPE_BOOLEAN,     [COLUMN_BIGINT] = DUCKDB_TYPE_BIGINT,
    [COLUMN_HUGEINT] = DUCKDB_TYPE_HUGEINT,     [COLUMN_DOUBLE] = DUCKDB_TYPE_DOUBLE,
    [COLUMN_DECIMAL] = DUCKDB_TYPE_DECIMAL,     [COLUMN_VARCHAR] = DUCKDB_TYPE_VARCHAR,
    [COLUMN_JSON] = DUCKDB_TYPE_VARCHAR,        [COLUMN_BLOB] = DUCKDB_TYPE_BLOB,
    [COLUMN_DATE] = DUCKDB_TYPE_DATE,           [COLUMN_TIME] = DUCKDB_TYPE_TIME,
    [COLUMN_TIMESTAMP] = DUCKDB_TYPE_TIMESTAMP, [COLUMN_TIMESTAMPTZ] = DUCKDB_TYPE_TIMESTAMP_TZ,
    [COLUMN_UUID] = DUCKDB_TYPE_UUID,
};

duckdb_logical_type column_logical_type(const DuckdbApi *duck, ColumnType type) {
    if (type.kind == COLUMN_DECIMAL) return duck->create_decimal_type(type.precision, type.scale);
    duckdb_logical_type made = duck->create_logical_type(duck_types[type.kind]);
    if (type.kind == COLUMN_JSON) duck->logical_type_set_alias(made, "JSON");
    return made;
}

/* DuckDB hands the callbacks no context but this: bind finds the warehouse through it, the others the source. */
static void bind(duckdb_bind_info info) {
    const DuckdbApi *duck = duckdb_api();
    Warehouse *w = duck->bind_get_extra_info(info);
    duckdb_value parameter = duck->bind_get_parameter(info, 0);
    RegisteredSource *r = find_source(w, (uint64_t)duck->get_int64(parameter));
    duck->destroy_value(&parameter);
    if (!r) {
        duck->bind_set_error(info, "pond_records: no such source");
        return;
    }
    for (size_t i = 0; i < r->source.column_count; i++) {
        duckdb_logical_type type = column_logical_type(duck, r->source.columns[i].type);
        duck->bind_add_result_column(info, r->source.columns[i].name.at, type);
        duck->destroy_logical_type(&type);
    }
    duck->bind_set_bind_data(info, r, NULL);
}

static void init(duckdb_init_info info) {
    const DuckdbApi *duck = duckdb_api();
    RegisteredSource *r = duck->init_get_bind_data(info);
    duck->init_set_max_threads(info, r->source.max_threads);
}

static void worker_free(void *data) {
    Worker *worker = data;
    worker->source->source.close(worker->source->source.context, worker->local);
    free(worker->columns);
    free(worker);
}

static void worker_init(duckdb_init_info info) {
    const DuckdbApi *duck = duckdb_api();
    RegisteredSource *r = duck->init_get_bind_data(info);
    Worker *worker = calloc(1, sizeof *worker);
    BUG_ON(!worker);
    worker->source = r;
    worker->columns = calloc(MAX(r->source.column_count, (size_t)1), sizeof *worker->columns);
    BUG_ON(!worker->columns);
    worker->local = r->source.open(r->source.context);
    duck->init_set_init_data(info, worker, worker_free);
}

static void make_nullable(ChunkColumn *column) {
    const DuckdbApi *duck = duckdb_api();
    duck->vector_ensure_validity_writable(column->vector);
    column->validity = duck->vector_get_validity(column->vector);
}

/* The first error of any worker is the statement's. */
static void keep_error(RegisteredSource *r, const Err *err) {
    pthread_mutex_lock(&r->warehouse->lock);
    if (!r->failed) r->err = *err;
    r->failed = true;
    pthread_mutex_unlock(&r->warehouse->lock);
}

static void fill(duckdb_function_info info, duckdb_data_chunk output) {
    const DuckdbApi *duck = duckdb_api();
    Worker *worker = duck->function_get_local_init_data(info);
    const ChunkSource *source = &worker->source->source;
    Chunk chunk = {.capacity = duck->vector_size(),
                   .columns = worker->columns,
                   .column_count = source->column_count,
                   .make_nullable = make_nullable};
    for (size_t i = 0; i < source->column_count; i++) {
        duckdb_vector vector = duck->data_chunk_get_vector(output, i);
        worker->columns[i] = (ChunkColumn){source->columns[i].type, duck->vector_get_data(vector), NULL, vector};
    }
    Err err = {0};
    if (!source->next(source->context, worker->local, &chunk, &err)) {
        keep_error(worker->source, &err);
        duck->function_set_error(info, err.msg);
        return;
    }
    duck->data_chunk_set_size(output, chunk.rows);
}

bool chunk_source_register(Warehouse *w, duckdb_connection connection, Err *err) {
    const DuckdbApi *duck = w->duck;
    duckdb_table_function f = duck->create_table_function();
    duckdb_logical_type id = duck->create_logical_type(DUCKDB_TYPE_BIGINT);
    duck->table_function_set_name(f, "pond_records");
    duck->table_function_add_parameter(f, id);
    duck->table_function_set_extra_info(f, w, NULL);
    duck->table_function_set_bind(f, bind);
    duck->table_function_set_init(f, init);
    duck->table_function_set_local_init(f, worker_init);
    duck->table_function_set_function(f, fill);
    bool ok = duck->register_table_function(connection, f) == DuckDBSuccess;
    duck->destroy_logical_type(&id);
    duck->destroy_table_function(&f);
    return ok || err_set(err, ERR_INTERNAL, "cannot register pond_records with DuckDB");
}

uint64_t chunk_source_add(Warehouse *w, const ChunkSource *source) {
    RegisteredSource *r = calloc(1, sizeof *r);
    BUG_ON(!r);
    r->warehouse = w;
    r->source = *source;
    pthread_mutex_lock(&w->lock);
    r->id = ++w->last_source;
    r->next = w->sources;
    w->sources = r;
    pthread_mutex_unlock(&w->lock);
    return r->id;
}

void chunk_source_remove(Warehouse *w, uint64_t id) {
    pthread_mutex_lock(&w->lock);
    RegisteredSource **link = &w->sources;
    while (*link && (*link)->id != id) link = &(*link)->next;
    RegisteredSource *r = *link;
    BUG_ON(!r);
    *link = r->next;
    pthread_mutex_unlock(&w->lock);
    free(r);
}

bool chunk_source_error(Warehouse *w, uint64_t id, Err *ret) {
    RegisteredSource *r = find_source(w, id);
    BUG_ON(!r);
    pthread_mutex_lock(&w->lock);
    bool failed = r->failed;
    if (failed) *ret = r->err;
    pthread_mutex_unlock(&w->lock);
    return failed;
}

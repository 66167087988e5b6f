/*
 * pond_neighbour(database, schema, table): a table of another file of the server, read from a client's session; sql/elsewhere.h puts it
 * in the place of `second.main.t`. That file has a database of its own (pool.h), so the rows are those of a statement there, one for each
 * time the table is named, with the columns that are asked for. It never waits at the other file's gate: who holds this one could be
 * waited for behind it.
 */
#include "warehouse/internal.h"
#include "warehouse/pool.h"
#include "warehouse/table.h"
#include "warehouse/vector_view.h"

typedef struct Neighbour {
    Arena arena;
    Session *asking; /* of the client */
    Str database, schema, table;
    StrVec names, types; /* of its columns */
} Neighbour;

/* ---- errors ---- */

/* With the SQLSTATE in front where DuckDB's words do not tell it (pgwire/error.c), and without the name of the other statement's error: it
 * gets one of this statement. */
static const char *error_text(Arena *a, const Err *err) {
    static const struct {
        ErrCode code;
        const char *sqlstate;
    } states[] = {{ERR_LOCKED, "57P03"}, {ERR_CONFLICT, "40001"}, {ERR_NOT_FOUND, "3D000"}};
    Str message = str_of(err->msg), mark = STR(" Error: ");
    size_t at = str_find_str(message, mark);
    bool named = at != STR_NONE && at < str_find(message, '"');
    if (named) message = str_slice(message, at + mark.len, message.len);
    for (size_t i = 0; i < ARRAY_LEN(states) && !named; i++)
        if (states[i].code == err->code)
            return arena_printf(a, "[%s] " STR_FMT, states[i].sqlstate, STR_ARG(message)).at;
    return arena_c(a, message);
}

/* ---- a statement on the other file ---- */

typedef struct Scan {
    const DuckdbApi *duck;
    Warehouse *file;
    Session *session;
    duckdb_prepared_statement prepared;
    duckdb_result result;
    bool running;
    Session *asking;
} Scan;

static void scan_close(void *data) {
    Scan *scan = data;
    if (scan->asking) neighbour_forget(scan->asking, scan->session);
    if (scan->running) scan->duck->destroy_result(&scan->result);
    if (scan->prepared) scan->duck->destroy_prepare(&scan->prepared);
    if (scan->session) scan->session->uses = 0; /* it leaves the gate when it is closed */
    if (scan->session) session_close(scan->session);
    if (scan->file) warehouse_close(scan->file);
    free(scan);
}

static bool prepare(Scan *scan, const char *sql, Err *err) {
    if (scan->duck->prepare(scan->session->connection, sql, &scan->prepared) == DuckDBSuccess) return true;
    return duck_error(scan->duck->prepare_error(scan->prepared), err);
}

/* On a session of its own, in the other file's gate until it is closed. */
static Scan *scan_open(const Neighbour *n, const char *sql, Err *err) {
    Scan *scan = calloc(1, sizeof *scan);
    BUG_ON(!scan);
    scan->duck = duckdb_api();
    scan->file = warehouse_pool_named(n->asking->warehouse->pool, n->database, err);
    scan->session = scan->file ? session_open(scan->file, err) : NULL;
    if (scan->session) {
        scan->session->impatient = true;
        neighbour_share_owner(n->asking, scan->session);
        if (gate_enter(scan->session, false, err) && prepare(scan, sql, err)) return scan;
    }
    scan_close(scan);
    return NULL;
}

/* ---- columns ---- */

static void read_column(Neighbour *n, const Scan *scan, idx_t column, duckdb_logical_type type) {
    AUTO(Arena) scratch = {0};
    AUTO(Buf) text = {0};
    DataType read;
    const char *name = scan->duck->prepared_statement_column_name(scan->prepared, column);
    data_type_read(scan->duck, type, &scratch, &read);
    data_type_sql(&read, &text);
    vec_push(&n->names, arena_str(&n->arena, str_of(name ? name : "")));
    vec_push(&n->types, arena_str(&n->arena, buf_str(&text)));
    scan->duck->free((void *)(uintptr_t)name);
}

static void add_columns(duckdb_bind_info info, Neighbour *n, const Scan *scan) {
    idx_t count = scan->duck->prepared_statement_column_count(scan->prepared);
    for (idx_t i = 0; i < count; i++) {
        duckdb_logical_type type = scan->duck->prepared_statement_column_logical_type(scan->prepared, i);
        read_column(n, scan, i, type);
        scan->duck->bind_add_result_column(info, n->names.at[i].at, type);
        scan->duck->destroy_logical_type(&type);
    }
}

/* Between planning and running somebody may have changed the table. */
static bool has_type(const Neighbour *n, const Scan *scan, idx_t place, idx_t column, Err *err) {
    AUTO(Arena) scratch = {0};
    AUTO(Buf) text = {0};
    DataType read;
    duckdb_logical_type type = scan->duck->prepared_statement_column_logical_type(scan->prepared, place);
    data_type_read(scan->duck, type, &scratch, &read);
    scan->duck->destroy_logical_type(&type);
    data_type_sql(&read, &text);
    if (str_equal(buf_str(&text), n->types.at[column])) return true;
    return err_set(err, ERR_SQL, "cached plan must not change result type");
}

/* ---- the function ---- */

static void neighbour_free(void *data) {
    Neighbour *n = data;
    vec_release(&n->names);
    vec_release(&n->types);
    arena_release(&n->arena);
    free(n);
}

static Str parameter(duckdb_bind_info info, Arena *a, idx_t i) {
    const DuckdbApi *duck = duckdb_api();
    duckdb_value value = duck->bind_get_parameter(info, i);
    char *text = duck->get_varchar(value);
    Str found = arena_str(a, str_of(text ? text : ""));
    duck->free(text);
    duck->destroy_value(&value);
    return found;
}

/* Rows that DuckDB believes a table to have; a view has none. */
static void guess_rows(duckdb_bind_info info, const Neighbour *n, const Scan *scan) {
    AUTO(Arena) a = {0};
    duckdb_result result;
    duckdb_data_chunk chunk = NULL;
    const char *sql =
        arena_printf(&a,
                     "SELECT estimated_size::BIGINT FROM duckdb_tables() WHERE database_name = current_database() AND "
                     "lower(schema_name) = lower(%s) AND lower(table_name) = lower(%s)",
                     sql_literal(&a, n->schema), sql_literal(&a, n->table))
            .at;
    if (scan->duck->query(scan->session->connection, sql, &result) == DuckDBSuccess)
        chunk = scan->duck->fetch_chunk(result);
    if (chunk && scan->duck->data_chunk_get_size(chunk)) {
        const int64_t *rows = scan->duck->vector_get_data(scan->duck->data_chunk_get_vector(chunk, 0));
        scan->duck->bind_set_cardinality(info, (idx_t)MAX(rows[0], (int64_t)0), false);
    }
    if (chunk) scan->duck->destroy_data_chunk(&chunk);
    scan->duck->destroy_result(&result);
}

static void bind(duckdb_bind_info info) {
    const DuckdbApi *duck = duckdb_api();
    duckdb_client_context context;
    Err err = {0};
    Neighbour *n = calloc(1, sizeof *n);
    BUG_ON(!n);
    duck->bind_set_bind_data(info, n, neighbour_free);
    duck->table_function_get_client_context(info, &context);
    n->asking = live_session(duck->bind_get_extra_info(info), context);
    n->database = parameter(info, &n->arena, 0);
    n->schema = parameter(info, &n->arena, 1);
    n->table = parameter(info, &n->arena, 2);
    if (!n->asking || !n->asking->warehouse->pool) {
        duck->bind_set_error(
            info, arena_printf(&n->arena, "Catalog \"" STR_FMT "\" does not exist!", STR_ARG(n->database)).at);
        return;
    }
    const char *sql = arena_printf(&n->arena, "SELECT * FROM %s", sql_table(&n->arena, n->schema, n->table)).at;
    Scan *scan = scan_open(n, sql, &err);
    if (scan) {
        guess_rows(info, n, scan);
        add_columns(info, n, scan);
        scan_close(scan);
    } else {
        duck->bind_set_error(info, error_text(&n->arena, &err));
    }
}

/* Without columns, as count(*) asks, there is one that nobody looks at. */
static const char *select_columns(duckdb_init_info info, const Neighbour *n, Arena *a) {
    const DuckdbApi *duck = duckdb_api();
    AUTO(Buf) sql = {0};
    idx_t count = duck->init_get_column_count(info);
    buf_append_c(&sql, "SELECT ");
    for (idx_t i = 0; i < count; i++) {
        idx_t column = duck->init_get_column_index(info, i);
        if (column >= n->names.len) buf_printf(&sql, "%sNULL::BIGINT", i ? ", " : "");
        else buf_printf(&sql, "%s%s", i ? ", " : "", sql_ident(a, n->names.at[column]));
    }
    buf_printf(&sql, "%s FROM %s", count ? "" : "1", sql_table(a, n->schema, n->table));
    return arena_c(a, buf_str(&sql));
}

static bool start(duckdb_init_info info, const Neighbour *n, Scan *scan, Err *err) {
    const DuckdbApi *duck = duckdb_api();
    idx_t count = duck->init_get_column_count(info);
    for (idx_t i = 0; i < count; i++) {
        idx_t column = duck->init_get_column_index(info, i);
        if (column < n->names.len && !has_type(n, scan, i, column, err)) return false;
    }
    neighbour_remember(n->asking, scan->session);
    scan->asking = n->asking;
    scan->running = true;
    if (duck->execute_prepared_streaming(scan->prepared, &scan->result) == DuckDBSuccess) return true;
    return duck_error(duck->result_error(&scan->result), err);
}

static void init(duckdb_init_info info) {
    const DuckdbApi *duck = duckdb_api();
    const Neighbour *n = duck->init_get_bind_data(info);
    AUTO(Arena) a = {0};
    Err err = {0};
    Scan *scan = scan_open(n, select_columns(info, n, &a), &err);
    duck->init_set_max_threads(info, 1);
    if (scan) duck->init_set_init_data(info, scan, scan_close);
    if (!scan || !start(info, n, scan, &err)) duck->init_set_error(info, error_text(&a, &err));
}

/* The vectors of the chunk are the output's from now on, too. */
static void next(duckdb_function_info info, duckdb_data_chunk output) {
    const DuckdbApi *duck = duckdb_api();
    Scan *scan = duck->function_get_init_data(info);
    idx_t rows = 0;
    while (!rows) {
        duckdb_data_chunk chunk = duck->fetch_chunk(scan->result);
        if (!chunk) break;
        rows = duck->data_chunk_get_size(chunk);
        idx_t columns = duck->data_chunk_get_column_count(output);
        for (idx_t i = 0; rows && i < columns && i < duck->data_chunk_get_column_count(chunk); i++)
            duck->vector_reference_vector(duck->data_chunk_get_vector(output, i),
                                          duck->data_chunk_get_vector(chunk, i));
        duck->destroy_data_chunk(&chunk);
    }
    const char *message = rows ? NULL : duck->result_error(&scan->result);
    if (message && *message) duck->function_set_error(info, message);
    duck->data_chunk_set_size(output, rows);
}

bool neighbour_register(Warehouse *w, duckdb_connection connection, Err *err) {
    const DuckdbApi *duck = w->duck;
    duckdb_table_function f = duck->create_table_function();
    duckdb_logical_type text = duck->create_logical_type(DUCKDB_TYPE_VARCHAR);
    duck->table_function_set_name(f, "pond_neighbour");
    for (int i = 0; i < 3; i++) duck->table_function_add_parameter(f, text);
    duck->table_function_set_extra_info(f, w, NULL);
    duck->table_function_supports_projection_pushdown(f, true);
    duck->table_function_set_bind(f, bind);
    duck->table_function_set_init(f, init);
    duck->table_function_set_function(f, next);
    bool ok = duck->register_table_function(connection, f) == DuckDBSuccess;
    duck->destroy_logical_type(&text);
    duck->destroy_table_function(&f);
    return ok || err_set(err, ERR_INTERNAL, "cannot register pond_neighbour with DuckDB");
}

#include "warehouse/live.h"

#include "base/time.h"
#include "base/vec.h"
#include "warehouse/internal.h"
#include "warehouse/vector.h"

/* ---- who asks ---- */

void session_answer(Session *s, const LiveAnswers *answers, void *caller) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_client_context context;
    duck->connection_get_client_context(s->connection, &context);
    s->connection_id = duck->client_context_get_connection_id(context);
    duck->destroy_client_context(&context);
    s->caller = caller;
    pthread_mutex_lock(&s->warehouse->lock);
    bool again = s->answers;
    s->answers = answers;
    if (again) {
        pthread_mutex_unlock(&s->warehouse->lock);
        return;
    }
    s->next_answering = s->warehouse->answering;
    s->warehouse->answering = s;
    pthread_mutex_unlock(&s->warehouse->lock);
}

void live_forget(Session *s) {
    if (!s->answers) return;
    pthread_mutex_lock(&s->warehouse->lock);
    Session **at = &s->warehouse->answering;
    while (*at != s) at = &(*at)->next_answering;
    *at = s->next_answering;
    pthread_mutex_unlock(&s->warehouse->lock);
}

/* NULL: nobody answers on that connection. A session stays as long as its statement runs. */
Session *live_session(Warehouse *w, duckdb_client_context context) {
    idx_t id = w->duck->client_context_get_connection_id(context);
    w->duck->destroy_client_context(&context);
    pthread_mutex_lock(&w->lock);
    Session *s = w->answering;
    while (s && s->connection_id != id) s = s->next_answering;
    pthread_mutex_unlock(&w->lock);
    return s;
}

/* ---- pond_call ---- */

static LiveText text_at(duckdb_vector vector, idx_t row) {
    const DuckdbApi *duck = duckdb_api();
    const uint64_t *validity = duck->vector_get_validity(vector);
    if (validity && !(validity[row / 64] >> (row % 64) & 1)) return LIVE_NULL;
    const DataType type = {.id = DATA_VARCHAR};
    Str text = vector_bytes(&(Vector){.type = &type, .data = duck->vector_get_data(vector)}, row);
    return text.at ? text : STR("");
}

static bool answer(const Session *s, LiveText name, const LiveText *arguments, Buf *ret, bool *ret_null, Err *err) {
    for (size_t i = 0; s && i < s->answers->function_count; i++)
        if (str_is(name, s->answers->functions[i].name))
            return s->answers->functions[i].call(s->caller, arguments, ret, ret_null, err);
    return err_set(err, ERR_UNSUPPORTED, "\"" STR_FMT "\" cannot be asked here", STR_ARG(name));
}

static void call(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const DuckdbApi *duck = duckdb_api();
    const Session *s = duck->scalar_function_get_state(info);
    idx_t rows = duck->data_chunk_get_size(input);
    AUTO(Buf) text = {0};
    for (idx_t row = 0; row < rows; row++) {
        Err err = {0};
        bool null = false;
        LiveText values[1 + LIVE_ARGUMENTS];
        for (idx_t i = 0; i < ARRAY_LEN(values); i++) values[i] = text_at(duck->data_chunk_get_vector(input, i), row);
        buf_clear(&text);
        if (!answer(s, values[0], values + 1, &text, &null, &err)) {
            duck->scalar_function_set_error(info, err.msg);
            return;
        }
        if (null) {
            duck->vector_ensure_validity_writable(output);
            duck->validity_set_row_invalid(duck->vector_get_validity(output), row);
        } else {
            duck->vector_assign_string_element_len(output, row, buf_c(&text), text.len);
        }
    }
}

static void call_init(duckdb_init_info info) {
    const DuckdbApi *duck = duckdb_api();
    duckdb_client_context context;
    duck->scalar_function_init_get_client_context(info, &context);
    duck->scalar_function_init_set_state(info, live_session(duck->scalar_function_init_get_extra_info(info), context),
                                         NULL);
}

static bool register_call(Warehouse *w, duckdb_connection connection) {
    const DuckdbApi *duck = w->duck;
    duckdb_scalar_function f = duck->create_scalar_function();
    duckdb_logical_type text = duck->create_logical_type(DUCKDB_TYPE_VARCHAR);
    duck->scalar_function_set_name(f, "pond_call");
    for (size_t i = 0; i < 1 + LIVE_ARGUMENTS; i++) duck->scalar_function_add_parameter(f, text);
    duck->scalar_function_set_return_type(f, text);
    duck->scalar_function_set_special_handling(f);
    duck->scalar_function_set_volatile(f);
    duck->scalar_function_set_extra_info(f, w, NULL);
    duck->scalar_function_set_init(f, call_init);
    duck->scalar_function_set_function(f, call);
    bool ok = duck->register_scalar_function(connection, f) == DuckDBSuccess;
    duck->destroy_logical_type(&text);
    duck->destroy_scalar_function(&f);
    return ok;
}

/* ---- pond_rows ---- */

struct LiveRows {
    Arena arena;
    VEC(LiveText) values; /* LIVE_COLUMNS of each row */
    size_t column;        /* of the row that is made */
    size_t sent;          /* rows that DuckDB has */
};

void live_put(LiveRows *r, LiveText value) {
    BUG_ON(r->column == LIVE_COLUMNS);
    vec_push(&r->values, value.at ? arena_str(&r->arena, value) : value);
    r->column++;
}

void live_end(LiveRows *r) {
    while (r->column < LIVE_COLUMNS) live_put(r, LIVE_NULL);
    r->column = 0;
}

void live_put_i64(LiveRows *r, int64_t value) {
    live_put(r, arena_printf(&r->arena, "%lld", (long long)value));
}

void live_put_bool(LiveRows *r, bool value) {
    live_put(r, value ? STR("true") : STR("false"));
}

void live_put_time(LiveRows *r, int64_t us) {
    char text[TIME_TEXT];
    live_put(r, us ? time_format_us(us, text) : LIVE_NULL);
}

static void rows_free(void *data) {
    LiveRows *r = data;
    vec_release(&r->values);
    arena_release(&r->arena);
    free(r);
}

/* What bind finds, for init: the session and the table. */
typedef struct Asked {
    Session *session;
    const LiveTable *table;
} Asked;

static void rows_bind(duckdb_bind_info info) {
    const DuckdbApi *duck = duckdb_api();
    duckdb_client_context context;
    duckdb_value parameter = duck->bind_get_parameter(info, 0);
    duckdb_logical_type text = duck->create_logical_type(DUCKDB_TYPE_VARCHAR);
    char *name = duck->get_varchar(parameter);
    Asked *asked = calloc(1, sizeof *asked);
    BUG_ON(!asked);
    duck->table_function_get_client_context(info, &context);
    asked->session = live_session(duck->bind_get_extra_info(info), context);
    const LiveAnswers *answers = asked->session ? asked->session->answers : NULL;
    for (size_t i = 0; answers && i < answers->table_count; i++)
        if (name && strcmp(answers->tables[i].name, name) == 0) asked->table = &answers->tables[i];
    for (int i = 1; i <= LIVE_COLUMNS; i++) {
        char column[8];
        snprintf(column, sizeof column, "c%d", i);
        duck->bind_add_result_column(info, column, text);
    }
    duck->bind_set_bind_data(info, asked, free);
    duck->free(name);
    duck->destroy_value(&parameter);
    duck->destroy_logical_type(&text);
}

static void rows_init(duckdb_init_info info) {
    const DuckdbApi *duck = duckdb_api();
    const Asked *asked = duck->init_get_bind_data(info);
    LiveRows *r = calloc(1, sizeof *r);
    BUG_ON(!r);
    if (asked->table) asked->table->fill(asked->session->caller, r);
    duck->init_set_max_threads(info, 1);
    duck->init_set_init_data(info, r, rows_free);
}

static void rows_next(duckdb_function_info info, duckdb_data_chunk output) {
    const DuckdbApi *duck = duckdb_api();
    LiveRows *r = duck->function_get_init_data(info);
    size_t rows = MIN(r->values.len / LIVE_COLUMNS - r->sent, (size_t)duck->vector_size());
    for (size_t c = 0; c < LIVE_COLUMNS; c++) {
        duckdb_vector vector = duck->data_chunk_get_vector(output, c);
        for (size_t row = 0; row < rows; row++) {
            LiveText value = r->values.at[(r->sent + row) * LIVE_COLUMNS + c];
            if (value.at) {
                duck->vector_assign_string_element_len(vector, row, value.at, value.len);
                continue;
            }
            duck->vector_ensure_validity_writable(vector);
            duck->validity_set_row_invalid(duck->vector_get_validity(vector), row);
        }
    }
    r->sent += rows;
    duck->data_chunk_set_size(output, rows);
}

static bool register_rows(Warehouse *w, duckdb_connection connection) {
    const DuckdbApi *duck = w->duck;
    duckdb_table_function f = duck->create_table_function();
    duckdb_logical_type text = duck->create_logical_type(DUCKDB_TYPE_VARCHAR);
    duck->table_function_set_name(f, "pond_rows");
    duck->table_function_add_parameter(f, text);
    duck->table_function_set_extra_info(f, w, NULL);
    duck->table_function_set_bind(f, rows_bind);
    duck->table_function_set_init(f, rows_init);
    duck->table_function_set_function(f, rows_next);
    bool ok = duck->register_table_function(connection, f) == DuckDBSuccess;
    duck->destroy_logical_type(&text);
    duck->destroy_table_function(&f);
    return ok;
}

bool live_register(Warehouse *w, duckdb_connection connection, Err *err) {
    return (register_call(w, connection) && register_rows(w, connection)) ||
           err_set(err, ERR_INTERNAL, "cannot register pond_call and pond_rows with DuckDB");
}

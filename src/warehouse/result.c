/* Result: chunks of a finished statement, walked row by row. */
#include "warehouse/result.h"

#include "warehouse/internal.h"
#include "warehouse/value_text.h"
#include "warehouse/vector_view.h"

typedef struct ResultColumn {
    Str name, type;
    ValueKind kind;
    DataType data_type;
    Vector vector; /* of the current chunk */
} ResultColumn;

struct Result {
    Arena arena;
    Session *session; /* that cannot give up its connection meanwhile */
    const DuckdbApi *duck;
    duckdb_result result;
    ResultColumn *columns;
    size_t column_count;
    duckdb_data_chunk chunk;
    uint64_t row, chunk_rows;
};

static ValueKind value_kind(const DataType *type) {
    if (type->id == DATA_BOOLEAN) return VALUE_BOOLEAN;
    if (type->id >= DATA_TINYINT && type->id <= DATA_DECIMAL) return VALUE_NUMBER;
    return str_is(type->alias, "JSON") ? VALUE_JSON : VALUE_STRING;
}

static void read_columns(Result *r) {
    r->column_count = r->duck->column_count(&r->result);
    r->columns = arena_array(&r->arena, ResultColumn, r->column_count);
    for (size_t i = 0; i < r->column_count; i++) {
        ResultColumn *c = &r->columns[i];
        AUTO(Buf) type = {0};
        duckdb_logical_type logical = r->duck->column_logical_type(&r->result, i);
        data_type_read(r->duck, logical, &r->arena, &c->data_type);
        r->duck->destroy_logical_type(&logical);
        vector_init(&c->data_type, &r->arena, &c->vector);
        data_type_sql(&c->data_type, &type);
        c->name = arena_str(&r->arena, str_of(r->duck->column_name(&r->result, i)));
        c->type = arena_str(&r->arena, buf_str(&type));
        c->kind = value_kind(&c->data_type);
    }
}

Result *result_take(Session *s, const duckdb_result *result) {
    Result *r = calloc(1, sizeof *r);
    BUG_ON(!r);
    r->session = s;
    r->duck = s->warehouse->duck;
    r->result = *result;
    read_columns(r);
    return r;
}

Result *session_query(Session *s, Str sql, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    AUTO(Buf) text = {0};
    buf_append(&text, sql);
    BUG_ON(s->failed);
    duckdb_result result;
    if (!gate_enter_for(s, sql, err)) return NULL;
    s->ran = true;
    if (duck->query(s->connection, buf_c(&text), &result) == DuckDBSuccess) return result_take(s, &result);
    s->failed = s->in_transaction;
    duck_result_error(duck, &result, err);
    session_explain(s, err);
    gate_leave(s);
    return NULL;
}

Result *session_queryf(Session *s, Err *err, const char *format, ...) {
    AUTO(Buf) text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    return session_query(s, buf_str(&text), err);
}

void result_free(Result *r) {
    if (r->chunk) r->duck->destroy_data_chunk(&r->chunk);
    r->duck->destroy_result(&r->result);
    gate_leave(r->session);
    arena_release(&r->arena);
    free(r);
}

size_t result_columns(const Result *r) {
    return r->column_count;
}

Str result_column_name(const Result *r, size_t column) {
    return r->columns[column].name;
}

Str result_column_type(const Result *r, size_t column) {
    return r->columns[column].type;
}

ValueKind result_column_kind(const Result *r, size_t column) {
    return r->columns[column].kind;
}

bool result_is_rows(const Result *r) {
    return r->duck->result_return_type(r->result) == DUCKDB_RESULT_TYPE_QUERY_RESULT;
}

uint64_t result_rows(const Result *r) {
    duckdb_result copy = r->result;
    return r->duck->row_count(&copy);
}

uint64_t result_changed(const Result *r) {
    duckdb_result copy = r->result;
    return r->duck->rows_changed(&copy);
}

bool result_next(Result *r) {
    if (++r->row < r->chunk_rows) return true;
    do {
        if (r->chunk) r->duck->destroy_data_chunk(&r->chunk);
        r->chunk = r->duck->fetch_chunk(r->result);
        r->row = r->chunk_rows = 0;
        if (!r->chunk) return false;
        r->chunk_rows = r->duck->data_chunk_get_size(r->chunk);
    } while (!r->chunk_rows);
    for (size_t i = 0; i < r->column_count; i++)
        vector_view(r->duck, r->duck->data_chunk_get_vector(r->chunk, i), &r->columns[i].vector);
    return true;
}

bool result_is_null(const Result *r, size_t column) {
    return vector_is_null(&r->columns[column].vector, r->row);
}

bool result_text(const Result *r, size_t column, Arena *a, Str *ret) {
    if (result_is_null(r, column)) return false;
    AUTO(Buf) text = {0};
    value_text(&r->columns[column].vector, r->row, &text);
    *ret = arena_str(a, buf_str(&text));
    return true;
}

int64_t result_i64(const Result *r, size_t column) {
    AUTO(Arena) scratch = {0};
    Str text;
    int64_t value = 0;
    if (!result_text(r, column, &scratch, &text)) return 0;
    if (str_is(text, "true")) return 1;
    return str_to_i64(text, &value) ? value : 0;
}

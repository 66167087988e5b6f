#include "warehouse/scalar_function.h"

#include "warehouse/internal.h"
#include "warehouse/vector_view.h"

/* A call of DuckDB's: a vector for each argument, one for the result. */
typedef struct Call {
    const DuckdbApi *duck;
    const ScalarFunction *f;
    Arena arena;
    Vector *arguments;
    size_t count;
    duckdb_vector output;
    void *data;
    ScalarValue value;
} Call;

static void read_arguments(Call *c, duckdb_data_chunk input) {
    c->count = c->duck->data_chunk_get_column_count(input);
    c->arguments = arena_array(&c->arena, Vector, c->count);
    for (size_t i = 0; i < c->count; i++) {
        duckdb_vector vector = c->duck->data_chunk_get_vector(input, i);
        duckdb_logical_type type = c->duck->vector_get_column_type(vector);
        DataType *kind = arena_array(&c->arena, DataType, 1);
        data_type_read(c->duck, type, &c->arena, kind);
        c->duck->destroy_logical_type(&type);
        vector_init(kind, &c->arena, &c->arguments[i]);
        vector_view(c->duck, vector, &c->arguments[i]);
    }
}

static void put_null(Call *c, uint64_t row) {
    c->duck->vector_ensure_validity_writable(c->output);
    c->duck->vector_get_validity(c->output)[row / 64] &= ~((uint64_t)1 << (row % 64));
}

static void put_value(Call *c, uint64_t row) {
    switch (c->f->result.kind) {
    case COLUMN_BOOLEAN: ((uint8_t *)c->data)[row] = c->value.integer != 0; break;
    case COLUMN_BIGINT:
    case COLUMN_TIME:
    case COLUMN_TIMESTAMP:
    case COLUMN_TIMESTAMPTZ: ((int64_t *)c->data)[row] = (int64_t)c->value.integer; break;
    case COLUMN_DATE: ((int32_t *)c->data)[row] = (int32_t)c->value.integer; break;
    case COLUMN_HUGEINT:
    case COLUMN_UUID:
    case COLUMN_DECIMAL: ((Int128 *)c->data)[row] = c->value.integer; break;
    case COLUMN_DOUBLE: ((double *)c->data)[row] = c->value.real; break;
    case COLUMN_VARCHAR:
    case COLUMN_JSON:
    case COLUMN_BLOB:
        c->duck->unsafe_vector_assign_string_element_len(c->output, row, buf_c(&c->value.text), c->value.text.len);
        break;
    }
}

static bool has_null(const Call *c, uint64_t row) {
    for (size_t i = 0; i < c->count; i++)
        if (c->arguments[i].type->id == DATA_NULL || vector_is_null(&c->arguments[i], row)) return true;
    return false;
}

static bool run_rows(Call *c, uint64_t rows, Err *err) {
    for (uint64_t row = 0; row < rows; row++) {
        c->value.arguments = c->count;
        c->value.is_null = !c->f->more && has_null(c, row);
        buf_clear(&c->value.text);
        if (!c->value.is_null && !c->f->run(c->arguments, row, &c->value, err)) return false;
        if (c->value.is_null) put_null(c, row);
        else put_value(c, row);
    }
    return true;
}

static void run(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const DuckdbApi *duck = duckdb_api();
    Call c = {.duck = duck, .f = duck->scalar_function_get_extra_info(info), .output = output};
    Err err = {0};
    c.data = duck->vector_get_data(output);
    read_arguments(&c, input);
    if (!run_rows(&c, duck->data_chunk_get_size(input), &err)) duck->scalar_function_set_error(info, err.msg);
    buf_release(&c.value.text);
    arena_release(&c.arena);
}

static const duckdb_type argument_types[DATA_TYPES] = {
    [DATA_BOOLEAN] = DUCKDB_TYPE_BOOLEAN,     [DATA_INTEGER] = DUCKDB_TYPE_INTEGER,
    [DATA_BIGINT] = DUCKDB_TYPE_BIGINT,       [DATA_DOUBLE] = DUCKDB_TYPE_DOUBLE,
    [DATA_VARCHAR] = DUCKDB_TYPE_VARCHAR,     [DATA_BLOB] = DUCKDB_TYPE_BLOB,
    [DATA_DATE] = DUCKDB_TYPE_DATE,           [DATA_TIME] = DUCKDB_TYPE_TIME,
    [DATA_TIMESTAMP] = DUCKDB_TYPE_TIMESTAMP, [DATA_TIMESTAMPTZ] = DUCKDB_TYPE_TIMESTAMP_TZ,
    [DATA_INTERVAL] = DUCKDB_TYPE_INTERVAL,   [DATA_ANY] = DUCKDB_TYPE_ANY,
};

static void set_types(const DuckdbApi *duck, duckdb_scalar_function made, const ScalarFunction *f) {
    for (size_t i = 0; i < f->count; i++) {
        duckdb_logical_type type = duck->create_logical_type(argument_types[f->arguments[i]]);
        duck->scalar_function_add_parameter(made, type);
        duck->destroy_logical_type(&type);
    }
    if (f->more) {
        duckdb_logical_type any = duck->create_logical_type(DUCKDB_TYPE_ANY);
        duck->scalar_function_set_varargs(made, any);
        duck->scalar_function_set_special_handling(made);
        duck->destroy_logical_type(&any);
    }
    duckdb_logical_type result = column_logical_type(duck, f->result);
    duck->scalar_function_set_return_type(made, result);
    duck->destroy_logical_type(&result);
}

bool scalar_function_register(Session *s, const ScalarFunction *f, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    if (!gate_enter(s, false, err)) return false;
    duckdb_scalar_function made = duck->create_scalar_function();
    duck->scalar_function_set_name(made, f->name);
    set_types(duck, made, f);
    duck->scalar_function_set_extra_info(made, (void *)(uintptr_t)f, NULL);
    duck->scalar_function_set_function(made, run);
    bool ok = duck->register_scalar_function(s->connection, made) == DuckDBSuccess;
    gate_leave(s);
    duck->destroy_scalar_function(&made);
    return ok || err_set(err, ERR_INTERNAL, "cannot register %s with DuckDB", f->name);
}

#include "warehouse/text_function.h"

#include "warehouse/internal.h"
#include "warehouse/vector.h"

static void answer(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const DuckdbApi *duck = duckdb_api();
    const TextFunction *function = duck->scalar_function_get_extra_info(info);
    const DataType type = {.id = DATA_VARCHAR};
    idx_t rows = duck->data_chunk_get_size(input);
    duckdb_vector texts = duck->data_chunk_get_vector(input, 0);
    const uint64_t *valid = duck->vector_get_validity(texts);
    const Vector v = {.type = &type, .data = duck->vector_get_data(texts)};
    int64_t *numbers = duck->vector_get_data(output);
    for (idx_t row = 0; row < rows; row++)
        if (!valid || valid[row / 64] >> (row % 64) & 1) numbers[row] = function->number(vector_bytes(&v, row));
    if (!valid) return;
    duck->vector_ensure_validity_writable(output);
    memcpy(duck->vector_get_validity(output), valid, (rows + 63) / 64 * sizeof *valid);
}

bool text_function_register(Session *s, const TextFunction *function, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    TextFunction *kept = malloc(sizeof *kept); /* DuckDB frees it */
    BUG_ON(!kept);
    *kept = *function;
    duckdb_scalar_function f = duck->create_scalar_function();
    duckdb_logical_type text = duck->create_logical_type(DUCKDB_TYPE_VARCHAR);
    duckdb_logical_type number = duck->create_logical_type(DUCKDB_TYPE_BIGINT);
    duck->scalar_function_set_name(f, function->name);
    duck->scalar_function_add_parameter(f, text);
    duck->scalar_function_set_return_type(f, number);
    duck->scalar_function_set_extra_info(f, kept, free);
    duck->scalar_function_set_function(f, answer);
    bool ok = duck->register_scalar_function(s->connection, f) == DuckDBSuccess;
    duck->destroy_logical_type(&text);
    duck->destroy_logical_type(&number);
    duck->destroy_scalar_function(&f);
    return ok || err_set(err, ERR_INTERNAL, "DuckDB refuses the function \"%s\"", function->name);
}

#include "sql/catalog_functions.h"

#include "sql/class_name.h"

/* pond_name_part(text, n): of 'a.b.c' the first is c, the second b; NULL: it has less. */
static bool name_part(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    AUTO(Arena) a = {0};
    ClassName n;
    int64_t part = ((const int64_t *)arguments[1].data)[row];
    if (!sql_class_name(&a, vector_bytes(&arguments[0], row), &n, err)) return false;
    ret->is_null = part < 1 || (uint64_t)part > n.count;
    if (!ret->is_null) buf_append(&ret->text, n.parts[n.count - (size_t)part]);
    return true;
}

/* pond_no_class(text): there is none of that name. */
static bool no_class(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    AUTO(Arena) a = {0};
    AUTO(Buf) name = {0};
    ClassName n;
    (void)ret;
    if (!sql_class_name(&a, vector_bytes(&arguments[0], row), &n, err)) return false;
    for (size_t i = 0; i < n.count; i++) buf_printf(&name, "%s" STR_FMT, i ? "." : "", STR_ARG(n.parts[i]));
    return err_set(err, ERR_INPUT, "[42P01] relation \"%s\" does not exist", buf_c(&name));
}

const ScalarFunction sql_catalog_functions[] = {
    {"pond_name_part", {.kind = COLUMN_VARCHAR}, {DATA_VARCHAR, DATA_BIGINT}, 2, false, name_part},
    {"pond_no_class", {.kind = COLUMN_BIGINT}, {DATA_VARCHAR}, 1, false, no_class},
};
const size_t sql_catalog_function_count = ARRAY_LEN(sql_catalog_functions);

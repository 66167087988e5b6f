#include "sql/catalog_functions.h"

#include "sql/class_name.h"

/* ---- names ---- */

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

/* pond_class_text(text): in quotes only where they are needed, without the schema that everybody is in. */
static bool class_text(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    AUTO(Arena) a = {0};
    ClassName n;
    if (!sql_class_name(&a, vector_bytes(&arguments[0], row), &n, err)) return false;
    bool bare = n.count == 2 && (str_is(n.parts[0], "main") || str_is(n.parts[0], "public"));
    for (size_t i = bare; i < n.count; i++) {
        if (i > bare) buf_put(&ret->text, '.');
        sql_put_name(n.parts[i], &ret->text);
    }
    return true;
}

/* ---- sequences ---- */

enum { MOST_STEPS = 10 * 1000 * 1000 }; /* of one setval: seconds, and 160 MB */

typedef struct Sequence {
    int64_t step, min, max, next;
} Sequence;

/* The number behind the last of the words: what they stand in is DuckDB's own text, the name before them is not. */
static bool number_behind(Str sql, const char *words, int64_t *ret) {
    size_t at = STR_NONE;
    for (size_t from = 0, found; (found = str_find_str(str_slice(sql, from, sql.len), str_of(words))) != STR_NONE;
         from += found + 1)
        at = from + found;
    if (at == STR_NONE) return false;
    Str rest = str_slice(sql, at + strlen(words), sql.len), number;
    return str_cut(&rest, ' ', &number) && str_to_i64(number, ret);
}

/* CREATE SEQUENCE s INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START 8 NO CYCLE; START is what comes next. */
static bool read_sequence(Str sql, Sequence *ret) {
    return number_behind(sql, " INCREMENT BY ", &ret->step) && number_behind(sql, " MINVALUE ", &ret->min) &&
           number_behind(sql, " MAXVALUE ", &ret->max) && number_behind(sql, " START ", &ret->next);
}

/*
 * pond_steps(value, called, sql, name): how often nextval brings the sequence there. DuckDB has no other way to move one that a table's
 * default names, and none back.
 */
static bool steps(const Vector *arguments, uint64_t row, ScalarValue *ret, Err *err) {
    Sequence s;
    int64_t value = ((const int64_t *)arguments[0].data)[row], ahead;
    bool called = ((const uint8_t *)arguments[1].data)[row];
    Str name = vector_bytes(&arguments[3], row);
    if (!read_sequence(vector_bytes(&arguments[2], row), &s))
        return err_set(err, ERR_INPUT, "[42809] \"" STR_FMT "\" is not a sequence", STR_ARG(name));
    if (value < s.min || value > s.max)
        return err_set(err, ERR_INPUT,
                       "[22003] setval: value %lld is out of bounds for sequence \"" STR_FMT "\" (%lld..%lld)",
                       (long long)value, STR_ARG(name), (long long)s.min, (long long)s.max);
    bool far =
        __builtin_sub_overflow(value, s.next, &ahead) || (called && __builtin_add_overflow(ahead, s.step, &ahead));
    if (!far && ahead % s.step == 0 && ahead / s.step >= 0 && ahead / s.step <= MOST_STEPS) {
        ret->integer = ahead / s.step;
        return true;
    }
    return err_set(
        err, ERR_INPUT,
        "[0A000] setval: sequence \"" STR_FMT "\" cannot go from %lld to %lld\nHINT:  It goes on by its own "
        "steps, at most %d of them, and never back. CREATE OR REPLACE SEQUENCE ... START makes one anew that "
        "no table counts with.",
        STR_ARG(name), (long long)s.next, (long long)value, (int)MOST_STEPS);
}

const ScalarFunction sql_catalog_functions[] = {
    {"pond_name_part", {.kind = COLUMN_VARCHAR}, {DATA_VARCHAR, DATA_BIGINT}, 2, false, name_part},
    {"pond_no_class", {.kind = COLUMN_BIGINT}, {DATA_VARCHAR}, 1, false, no_class},
    {"pond_class_text", {.kind = COLUMN_VARCHAR}, {DATA_VARCHAR}, 1, false, class_text},
    {"pond_steps", {.kind = COLUMN_BIGINT}, {DATA_BIGINT, DATA_BOOLEAN, DATA_VARCHAR, DATA_VARCHAR}, 4, false, steps},
};
const size_t sql_catalog_function_count = ARRAY_LEN(sql_catalog_functions);

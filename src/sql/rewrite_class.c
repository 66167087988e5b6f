/* Arguments that are tables: a regclass to PostgreSQL, a number or a text to the macros of the catalog. */
#include "sql/rewriter.h"

/* i begins the first argument of one of these calls. */
static bool is_argument_of(const Rewriter *r, size_t i, const char *const *functions, size_t count) {
    bool found = false;
    if (i < 2 || !is_symbol(r, i - 1, "(")) return false;
    for (size_t k = 0; k < count; k++) found |= is(r, i - 2, functions[k]);
    return found;
}

static bool ends_argument(const Rewriter *r, size_t i) {
    return is_symbol(r, i, ",") || is_symbol(r, i, ")");
}

/* Behind the casts to regclass and text that follow an operand; `end` itself when something else does. */
static size_t behind_class_casts(const Rewriter *r, size_t end) {
    static const char *const types[] = {"regclass", "text", "varchar"};
    size_t at_cast = end;
    while (is_symbol(r, at_cast, "::")) {
        size_t name;
        bool known = false;
        Str type = rewriter_type_name(r, at_cast + 1, &name);
        for (size_t k = 0; k < ARRAY_LEN(types); k++) known |= str_equal_nocase(type, str_of(types[k]));
        if (!known) return end;
        at_cast = name + 1;
    }
    return at_cast;
}

bool rewriter_class_argument(Rewriter *r, size_t i, size_t *ret_next) {
    static const char *const functions[] = {"pg_relation_size", "pg_total_relation_size", "pg_table_size",
                                            "pg_indexes_size"};
    if (!is_argument_of(r, i, functions, ARRAY_LEN(functions))) return false;
    size_t end = rewriter_operand_end(r, i), behind = behind_class_casts(r, end);
    if (behind == end || !ends_argument(r, behind)) return false;
    bool prefix = is_schema(r, i, "pg_catalog");
    if (prefix) replace(r, i, i + 2, (Str){0});
    for (size_t t = i + (prefix ? 2 : 1); t < end;) t = rewriter_token(r, t);
    replace(r, end, behind, (Str){0});
    *ret_next = behind;
    return true;
}

/* Arguments that are tables and sequences: a regclass to PostgreSQL, a text to DuckDB and to the macros of the catalog. */
#include "sql/class_name.h"
#include "sql/rewriter.h"
#include "warehouse/table.h"

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

/* ---- sequences ---- */

/* CAST ( 's' AS regclass ): *ret_end behind it. Returns the text's token, 0: it is none. */
static size_t cast_literal(const Rewriter *r, size_t i, size_t *ret_end) {
    size_t name;
    if (!is(r, i, "cast") || !is_symbol(r, i + 1, "(") || at(r, i + 2)->kind != SQL_STRING || !is(r, i + 3, "as"))
        return 0;
    Str type = rewriter_type_name(r, i + 4, &name);
    *ret_end = name + 2;
    return str_equal_nocase(type, STR("regclass")) && is_symbol(r, name + 1, ")") ? i + 2 : 0;
}

/* As DuckDB calls it. False: the text is no name, or a number. */
static bool duck_name(const Rewriter *r, Str text, ClassName *ret) {
    Err ignored = {0};
    uint64_t number;
    if (!sql_class_name(r->edit.arena, text, ret, &ignored) || str_to_u64(ret->parts[0], &number)) return false;
    Str *schema = ret->count > 1 ? &ret->parts[ret->count - 2] : NULL;
    if (schema && str_is(*schema, "pg_temp")) *schema = STR("temp");
    else if (schema && r->context->public_is_main && str_is(*schema, "public")) *schema = STR("main");
    return true;
}

/* pg_get_serial_sequence ( 't' , 'id' ) at i: the name that serial.c gives. It has to be a constant here. */
static bool serial_name(const Rewriter *r, size_t i, ClassName *ret, size_t *ret_end) {
    if (is_schema(r, i, "pg_catalog")) i += 2;
    bool call = is(r, i, "pg_get_serial_sequence") && is_symbol(r, i + 1, "(") && at(r, i + 2)->kind == SQL_STRING &&
                is_symbol(r, i + 3, ",") && at(r, i + 4)->kind == SQL_STRING && is_symbol(r, i + 5, ")");
    Arena *a = r->edit.arena;
    if (!call || !duck_name(r, sql_token_value(a, at(r, i + 2)), ret)) return false;
    Str *last = &ret->parts[ret->count - 1];
    *last = arena_printf(a, STR_FMT "_" STR_FMT "_seq", STR_ARG(*last), STR_ARG(sql_token_value(a, at(r, i + 4))));
    *ret_end = i + 6;
    return true;
}

bool rewriter_sequence(Rewriter *r, size_t i, size_t *ret_next) {
    static const char *const functions[] = {"nextval", "currval", "setval"};
    ClassName n;
    AUTO(Buf) name = {0};
    if (!is_argument_of(r, i, functions, ARRAY_LEN(functions))) return false;
    size_t end = i + 1, cast = cast_literal(r, i, &end), text = cast ? cast : i;
    bool literal = at(r, text)->kind == SQL_STRING && duck_name(r, sql_token_value(r->edit.arena, at(r, text)), &n);
    if (!literal && !serial_name(r, i, &n, &end)) return false;
    end = behind_class_casts(r, end);
    if (!ends_argument(r, end)) return false;
    for (size_t k = 0; k < n.count; k++) {
        if (k) buf_put(&name, '.');
        sql_put_name(n.parts[k], &name);
    }
    replace(r, i, end, str_of(sql_literal(r->edit.arena, buf_str(&name))));
    *ret_next = end;
    return true;
}

/* ---- tables ---- */

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

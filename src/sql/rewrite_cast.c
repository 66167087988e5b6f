/* Casts: names of types that DuckDB has otherwise, numbers and names of things (regclass and its kin), arrays as texts. */
#include "sql/rewriter.h"
#include "warehouse/table.h"

static const struct {
    const char *name, *duck;
} types[] = {
    {"float", "DOUBLE"}, /* FLOAT is REAL to DuckDB */
    {"name", "pg_name"},
    {"oid", "pg_oid"},
    {"\"char\"", "pg_char"},
    {"jsonb", "JSON"},
    {"bpchar", "VARCHAR"},
    {"xid", "BIGINT"},
    {"cid", "BIGINT"},
    {"tid", "VARCHAR"},
    {"int2vector", "pg_int2vector_item[]"},
    {"oidvector", "pg_oidvector_item[]"},
    {"pg_node_tree", "VARCHAR"},
    {"varbit", "BIT"},
    {"citext", "VARCHAR"},
    {"unknown", "VARCHAR"},
    {"regdictionary", "VARCHAR"},
    {"regconfig", "VARCHAR"},
    {"aclitem", "VARCHAR"},
    {"money", "DECIMAL(18,2)"},
    {"xml", "VARCHAR"},
    {"inet", "VARCHAR"},
    {"cidr", "VARCHAR"},
    {"macaddr", "VARCHAR"},
};

/* _int4 is int4[]: the names that arrays of these have. */
static const char *const arrays[] = {
    "bool", "bytea", "bpchar", "date",      "float4",      "float8", "int2",    "int4",    "int8", "interval", "json",
    "text", "time",  "timetz", "timestamp", "timestamptz", "uuid",   "varchar", "numeric", "name", "oid",      "jsonb",
};

/* Names of things by their numbers, and back: macros of the catalog (sql/catalog.c). */
static const struct {
    const char *type, *to_number, *to_name;
} registered[] = {
    {"regclass", "pond_regclass", "pond_regclass_name"},
    {"regtype", "to_regtype", "pond_regtype_name"},
    {"regproc", "to_regproc", "pond_regproc_name"},
    {"regprocedure", "to_regproc", "pond_regproc_name"},
    {"regnamespace", "to_regnamespace", "pond_regnamespace_name"},
    {"regrole", "to_regrole", "pond_regrole_name"},
};

/* The type's own name; *ret_at: where it stands behind "pg_catalog.". */
Str rewriter_type_name(const Rewriter *r, size_t i, size_t *ret_at) {
    if (is_schema(r, i, "pg_catalog")) i += 2;
    *ret_at = i;
    const SqlToken *t = at(r, i);
    if (str_is(t->text, "\"char\"")) return t->text; /* another type than char */
    return t->kind == SQL_NAME && t->text.len > 2 ? str_slice(t->text, 1, t->text.len - 1) : t->text;
}

static bool is_array_type(const Rewriter *r, size_t i) {
    size_t name;
    (void)rewriter_type_name(r, i, &name);
    if (is_symbol(r, name + 1, "(")) name = rewriter_operand_end(r, name) - 1;
    return is_symbol(r, name + 1, "[") && is_symbol(r, name + 2, "]");
}

/* _int4: its items. Empty: the type is no array by its name. */
static Str array_item(Str type) {
    Str item = str_slice(type, 1, STR_NONE);
    for (size_t k = 0; str_starts(type, STR("_")) && k < ARRAY_LEN(arrays); k++)
        if (str_is(item, arrays[k])) return item;
    return (Str){0};
}

enum { WIDEST = 38 }; /* digits of a DECIMAL */

/* Digits behind the point of '1.50', for a numeric of no stated size: DuckDB's own would be (18,3). STR_NONE: no number. */
static size_t literal_scale(Str text) {
    int64_t scale = 0, power = 0;
    bool point = false, digits = false;
    for (size_t i = 1; i + 1 < text.len; i++) {
        char c = text.at[i];
        if (c == '.' && !point) point = true;
        else if (c >= '0' && c <= '9') scale += point, digits = true;
        else if ((c == 'e' || c == 'E') && digits && str_to_i64(str_slice(text, i + 1, text.len - 1), &power)) break;
        else if (i != 1 || (c != '-' && c != '+')) return STR_NONE;
    }
    return !digits || power > WIDEST || power < -WIDEST ? STR_NONE : (size_t)MAX(scale - power, 0);
}

/* '1.50'::numeric. */
static bool rewrite_numeric(Rewriter *r, size_t i, size_t name) {
    if (is_symbol(r, name + 1, "(") || is_symbol(r, name + 1, "[") || !i || at(r, i - 1)->kind != SQL_STRING)
        return false;
    size_t scale = literal_scale(at(r, i - 1)->text);
    if (scale > WIDEST) return false;
    replace(r, i, name + 1, arena_printf(r->edit.arena, "::DECIMAL(%d,%zu)", WIDEST, scale));
    return true;
}

/* i at "::". */
size_t rewriter_cast(Rewriter *r, size_t i) {
    size_t name;
    Str type = rewriter_type_name(r, i + 1, &name), item = array_item(type);
    if (item.len) {
        for (size_t k = 0; k < ARRAY_LEN(types); k++)
            if (str_is(item, types[k].name)) item = str_of(types[k].duck);
        replace(r, i, name + 1, arena_printf(r->edit.arena, "::" STR_FMT "[]", STR_ARG(item)));
        return name + 1;
    }
    bool numeric = str_equal_nocase(type, STR("numeric")) || str_equal_nocase(type, STR("decimal"));
    if (numeric && rewrite_numeric(r, i, name)) return name + 1;
    for (size_t k = 0; k < ARRAY_LEN(types); k++) {
        if (!str_equal_nocase(type, str_of(types[k].name)) || is_symbol(r, name + 1, "(")) continue; /* float(10) */
        replace(r, i, name + 1, arena_printf(r->edit.arena, "::%s", types[k].duck));
        return name + 1;
    }
    if (name > i + 1) replace(r, i, name, STR("::"));
    return name;
}

/* Where the operand before token i begins: a text, number, parameter, name with dots, call or brackets. */
static size_t operand_begin(const Rewriter *r, size_t i) {
    size_t begin = i - 1;
    if (is_symbol(r, begin, ")")) {
        size_t depth = 0;
        do {
            depth += is_symbol(r, begin, ")");
            depth -= is_symbol(r, begin, "(");
            if (depth && begin) begin--;
        } while (depth && begin);
        if (begin && is_name(r, begin - 1)) begin--;
    }
    while (is_name(r, begin) && begin >= 2 && is_symbol(r, begin - 1, ".") && is_name(r, begin - 2)) begin -= 2;
    return begin;
}

/* The `registered` row of the cast that follows an operand which begins at i; ARRAY_LEN: none. */
static size_t find_registered(const Rewriter *r, size_t cast) {
    size_t name, k = 0;
    Str type = rewriter_type_name(r, cast + 1, &name);
    while (k < ARRAY_LEN(registered) && !str_equal_nocase(type, str_of(registered[k].type))) k++;
    return k;
}

/* PostgreSQL's own tables as clients ask for them in most queries of the catalog: to_regclass would have to be planned each time. */
static const struct {
    const char *name, *number;
} system_classes[] = {
    {"pg_class", "1259::pg_oid"},     {"pg_type", "1247::pg_oid"},       {"pg_proc", "1255::pg_oid"},
    {"pg_namespace", "2615::pg_oid"}, {"pg_constraint", "2606::pg_oid"},
};

/* 'pg_catalog.pg_class' as a regclass; empty: another, or none of the kind. */
static Str system_class(const Rewriter *r, size_t literal, size_t kind) {
    if (at(r, literal)->kind != SQL_STRING || !str_is(str_of(registered[kind].type), "regclass")) return (Str){0};
    Str name = sql_token_value(r->edit.arena, at(r, literal));
    if (str_starts(name, STR("pg_catalog."))) name = str_slice(name, sizeof "pg_catalog." - 1, name.len);
    for (size_t i = 0; i < ARRAY_LEN(system_classes); i++)
        if (str_is(name, system_classes[i].name)) return str_of(system_classes[i].number);
    return (Str){0};
}

/* An operand at i with a cast to regclass and the like behind it. False: there is none. */
bool rewriter_registered(Rewriter *r, size_t i, size_t *ret_next) {
    size_t end = rewriter_operand_end(r, i), name;
    if (!is_symbol(r, end, "::") || operand_begin(r, end) != i) return false;
    size_t k = find_registered(r, end);
    if (k == ARRAY_LEN(registered)) return false;
    (void)rewriter_type_name(r, end + 1, &name);
    bool text = at(r, i)->kind == SQL_STRING || at(r, i)->kind == SQL_PARAMETER;
    sql_edit_copy_before(&r->edit, i);
    size_t again;
    Str then = is_symbol(r, name + 1, "::") ? rewriter_type_name(r, name + 2, &again) : (Str){0};
    Str system = then.len ? (Str){0} : system_class(r, i, k);
    if (system.len) {
        replace(r, i, name + 1, system);
        *ret_next = name + 1;
        return true;
    }
    bool back = text && (str_equal_nocase(then, STR("text")) ||
                         str_equal_nocase(then, STR("varchar"))); /* 'a'::regclass::text */
    if (back) buf_printf(&r->edit.out, "%s(", registered[k].to_name);
    buf_printf(&r->edit.out, "%s(", text ? registered[k].to_number : registered[k].to_name);
    bool prefix = is_schema(r, i, "pg_catalog");
    if (prefix) replace(r, i, i + 2, (Str){0});
    for (size_t t = i + (prefix ? 2 : 1); t < end;) t = rewriter_token(r, t);
    sql_edit_copy_behind(&r->edit, end);
    if (at(r, i)->kind == SQL_PARAMETER) buf_append_c(&r->edit.out, "::VARCHAR");
    buf_append_c(&r->edit.out, back ? "))" : ")");
    r->edit.done = end_of(at(r, name));
    *ret_next = name + 1;
    return true;
}

/* CAST ( x AS regclass ): *ret_next behind it. False: the type is one that DuckDB has. */
bool rewriter_cast_call(Rewriter *r, size_t i, size_t *ret_next) {
    if (!is(r, i, "cast") || !is_symbol(r, i + 1, "(")) return false;
    size_t end = rewriter_operand_end(r, i), as = end - 1, name, k = 0, t = 0;
    while (as > i && !is(r, as, "as")) as--;
    if (as <= i + 1) return false;
    Str type = rewriter_type_name(r, as + 1, &name);
    if (name + 2 != end) return false; /* NUMERIC(10, 2), timestamp with time zone: those stay */
    while (k < ARRAY_LEN(registered) && !str_equal_nocase(type, str_of(registered[k].type))) k++;
    while (t < ARRAY_LEN(types) && !str_equal_nocase(type, str_of(types[t].name))) t++;
    bool number = k < ARRAY_LEN(registered);
    if (!number && t == ARRAY_LEN(types) && name == as + 1) return false;
    bool text = as == i + 3 && (at(r, i + 2)->kind == SQL_STRING || at(r, i + 2)->kind == SQL_PARAMETER);
    Str system = number && text ? system_class(r, i + 2, k) : (Str){0};
    if (system.len) {
        replace(r, i, end, system);
        *ret_next = end;
        return true;
    }
    bool twice = number && is_symbol(r, as - 2, "::") && str_equal_nocase(at(r, as - 1)->text, at(r, name)->text);
    if (twice) replace(r, i, i + 1, (Str){0});
    else if (number) replace(r, i, i + 1, str_of(text ? registered[k].to_number : registered[k].to_name));
    for (size_t at_token = i + 2; at_token < as;) at_token = rewriter_token(r, at_token);
    if (number) replace(r, as, name + 1, text && at(r, i + 2)->kind == SQL_PARAMETER ? STR("::VARCHAR") : (Str){0});
    else replace(r, as + 1, name + 1, t < ARRAY_LEN(types) ? str_of(types[t].duck) : at(r, name)->text);
    *ret_next = end;
    return true;
}

/* '{1,"a b"}'::t[] */
bool rewriter_array(Rewriter *r, size_t i) {
    bool cast = is_symbol(r, i + 1, "::") || is(r, i + 1, "as");
    if (at(r, i)->kind != SQL_STRING) return false;
    size_t type = i > 4 && is(r, i - 1, "default") ? i - 2 : 0; /* tags text[] NOT NULL DEFAULT '{}' */
    while (type && (is(r, type, "null") || is(r, type, "not"))) type--;
    bool column = type && is_symbol(r, type, "]");
    if (!column && !(cast && is_array_type(r, i + 2))) return false;
    Str text = at(r, i)->text;
    if (!str_starts(text, STR("'{"))) return false;
    char *list = arena_c(r->edit.arena, text);
    bool quoted = false;
    for (char *c = list; *c; c++) {
        if (*c == '"') quoted = !quoted;
        else if (!quoted && *c == '{') *c = '[';
        else if (!quoted && *c == '}') *c = ']';
    }
    replace(r, i, i + 1, str_of(list));
    return true;
}

/* Names that stand for a type in a column's definition, where DuckDB has another: CREATE TABLE t (a jsonb), ADD COLUMN a jsonb. */
static bool is_column_type(const Rewriter *r, size_t i) {
    bool define = (is(r, 0, "create") || is(r, 0, "alter")) && i > 2 && at(r, i)->kind == SQL_WORD;
    return define && rewriter_is_definition(r, i) && is_name(r, i - 1) && !is(r, i - 1, "column") &&
           !is(r, i - 1, "table") && !is(r, i - 1, "to") && !is_symbol(r, i + 1, ".") && !is_symbol(r, i + 1, "(");
}

Str rewriter_column_type(const Rewriter *r, size_t i) {
    for (size_t k = 0; is_column_type(r, i) && k < ARRAY_LEN(types); k++)
        if (is(r, i, types[k].name)) return str_of(types[k].duck);
    return (Str){0};
}

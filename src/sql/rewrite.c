#include "sql/rewrite.h"

#include "base/vec.h"
#include "sql/any.h"
#include "sql/catalog_item.h"
#include "sql/define.h"
#include "sql/edit.h"
#include "sql/keyword.h"
#include "sql/spelling.h"
#include "warehouse/table.h"

typedef struct Rewriter {
    SqlEdit edit;
    const RewriteContext *context;
    unsigned depth;
    VEC(size_t) aliases; /* tokens that get a column of their own name */
} Rewriter;

static const SqlToken *at(const Rewriter *r, size_t i) {
    return sql_edit_at(&r->edit, i);
}

static size_t end_of(const SqlToken *t) {
    return t->at + t->text.len;
}

static bool is(const Rewriter *r, size_t i, const char *word) {
    return sql_token_is(at(r, i), word);
}

static bool is_symbol(const Rewriter *r, size_t i, const char *symbol) {
    return sql_token_is_symbol(at(r, i), symbol);
}

static bool is_name(const Rewriter *r, size_t i) {
    return at(r, i)->kind == SQL_WORD || at(r, i)->kind == SQL_NAME;
}

/* schema . at token i, as a word or in quotes. */
static bool is_schema(const Rewriter *r, size_t i, const char *schema) {
    const SqlToken *t = at(r, i);
    if (!is_symbol(r, i + 1, ".")) return false;
    bool quoted = t->kind == SQL_NAME && t->text.len > 2 && str_is(str_slice(t->text, 1, t->text.len - 1), schema);
    return quoted || sql_token_is(t, schema);
}

/* Tokens [first, end) become the text. */
static void replace(Rewriter *r, size_t first, size_t end, Str text) {
    sql_edit_replace(&r->edit, first, end, text);
}

/* ---- operators ---- */

/* The first token behind an operand that begins at i: a text, number, parameter, name with its dots, call or brackets. */
static size_t operand_end(const Rewriter *r, size_t i) {
    bool name = is_name(r, i);
    size_t end = i + 1;
    while (name && is_symbol(r, end, ".") && is_name(r, end + 1)) end += 2;
    bool brackets = is_symbol(r, i, "(");
    if (brackets) end = i;
    if (brackets || (name && is_symbol(r, end, "("))) {
        size_t depth = 0;
        do {
            depth += is_symbol(r, end, "(");
            depth -= is_symbol(r, end, ")");
            end++;
        } while (depth && end < r->edit.tokens.len);
    }
    return end;
}

/* A value ends here, so that what follows is an operator between two. */
static bool is_value_end(const Rewriter *r, size_t i) {
    static const char *const words[] = {"select", "where", "and",     "or",   "not",    "on",     "when",     "then",
                                        "else",   "case",  "by",      "from", "in",     "having", "distinct", "all",
                                        "like",   "ilike", "between", "is",   "return", "values"};
    for (size_t k = 0; k < ARRAY_LEN(words); k++)
        if (is(r, i, words[k])) return false;
    return at(r, i)->kind != SQL_SYMBOL || is_symbol(r, i, ")") || is_symbol(r, i, "]");
}

/* i at the first character of ~ ~* !~ !~*. *ret_end: behind it. */
static bool is_match(const Rewriter *r, size_t i, bool *ret_not, bool *ret_nocase, size_t *ret_end) {
    size_t end = i;
    *ret_not = is_symbol(r, i, "!") && is_symbol(r, i + 1, "~") && at(r, i + 1)->at == at(r, i)->at + 1;
    end += *ret_not;
    if (!is_symbol(r, end, "~")) return false;
    if (end && is_symbol(r, end - 1, "~") && at(r, end - 1)->at + 1 == at(r, end)->at) return false;
    size_t next = at(r, end)->at + 1;
    if (is_symbol(r, end + 1, "~") && at(r, end + 1)->at == next) return false; /* ~~ is LIKE */
    *ret_nocase = is_symbol(r, end + 1, "*") && at(r, end + 1)->at == next;
    *ret_end = end + 1 + *ret_nocase;
    return true;
}

static size_t rewrite(Rewriter *r, size_t i);
static Str rewrite_inner(const Rewriter *r, Str sql);

/* DuckDB's ~ wants the whole text to fit: the pattern is given room on both sides. */
static size_t rewrite_match(Rewriter *r, size_t first, size_t operand, bool negated, bool nocase) {
    size_t end = operand_end(r, operand);
    replace(r, first, operand, (Str){0});
    r->edit.done = at(r, operand)->at;
    buf_printf(&r->edit.out, "%s~ ('(?%ss).*(?:' || ", negated ? "!" : "", nocase ? "i" : "");
    for (size_t i = operand; i < end;) i = rewrite(r, i);
    sql_edit_copy_behind(&r->edit, end);
    buf_append_c(&r->edit.out, " || ').*')");
    return end;
}

/* OPERATOR ( pg_catalog . op ) */
static size_t rewrite_operator(Rewriter *r, size_t i) {
    bool negated, nocase;
    size_t op = i + 2, end, behind;
    if (is_schema(r, op, "pg_catalog")) op += 2;
    for (end = op; end < r->edit.tokens.len && !is_symbol(r, end, ")"); end++) {}
    if (is_match(r, op, &negated, &nocase, &behind) && behind == end)
        return rewrite_match(r, i, end + 1, negated, nocase);
    replace(r, i, end + 1, str_slice(r->edit.sql, at(r, op)->at, at(r, end)->at));
    return end + 1;
}

/* ---- casts ---- */

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
    {"regclass", "to_regclass", "pond_regclass_name"},
    {"regtype", "to_regtype", "pond_regtype_name"},
    {"regproc", "to_regproc", "pond_regproc_name"},
    {"regprocedure", "to_regproc", "pond_regproc_name"},
    {"regnamespace", "to_regnamespace", "pond_regnamespace_name"},
    {"regrole", "to_regrole", "pond_regrole_name"},
};

/* The type's own name; *ret_at: where it stands behind "pg_catalog.". */
static Str type_name(const Rewriter *r, size_t i, size_t *ret_at) {
    if (is_schema(r, i, "pg_catalog")) i += 2;
    *ret_at = i;
    const SqlToken *t = at(r, i);
    if (str_is(t->text, "\"char\"")) return t->text; /* another type than char */
    return t->kind == SQL_NAME && t->text.len > 2 ? str_slice(t->text, 1, t->text.len - 1) : t->text;
}

static bool is_array_type(const Rewriter *r, size_t i) {
    size_t name;
    (void)type_name(r, i, &name);
    if (is_symbol(r, name + 1, "(")) name = operand_end(r, name) - 1;
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
static size_t rewrite_cast(Rewriter *r, size_t i) {
    size_t name;
    Str type = type_name(r, i + 1, &name), item = array_item(type);
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
    Str type = type_name(r, cast + 1, &name);
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
static bool rewrite_registered(Rewriter *r, size_t i, size_t *ret_next) {
    size_t end = operand_end(r, i), name;
    if (!is_symbol(r, end, "::") || operand_begin(r, end) != i) return false;
    size_t k = find_registered(r, end);
    if (k == ARRAY_LEN(registered)) return false;
    (void)type_name(r, end + 1, &name);
    bool text = at(r, i)->kind == SQL_STRING || at(r, i)->kind == SQL_PARAMETER;
    sql_edit_copy_before(&r->edit, i);
    size_t again;
    Str then = is_symbol(r, name + 1, "::") ? type_name(r, name + 2, &again) : (Str){0};
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
    for (size_t t = i + (prefix ? 2 : 1); t < end;) t = rewrite(r, t);
    sql_edit_copy_behind(&r->edit, end);
    if (at(r, i)->kind == SQL_PARAMETER) buf_append_c(&r->edit.out, "::VARCHAR");
    buf_append_c(&r->edit.out, back ? "))" : ")");
    r->edit.done = end_of(at(r, name));
    *ret_next = name + 1;
    return true;
}

/* CAST ( x AS regclass ): *ret_next behind it. False: the type is one that DuckDB has. */
static bool rewrite_cast_call(Rewriter *r, size_t i, size_t *ret_next) {
    if (!is(r, i, "cast") || !is_symbol(r, i + 1, "(")) return false;
    size_t end = operand_end(r, i), as = end - 1, name, k = 0, t = 0;
    while (as > i && !is(r, as, "as")) as--;
    if (as <= i + 1) return false;
    Str type = type_name(r, as + 1, &name);
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
    for (size_t at_token = i + 2; at_token < as;) at_token = rewrite(r, at_token);
    if (number) replace(r, as, name + 1, text && at(r, i + 2)->kind == SQL_PARAMETER ? STR("::VARCHAR") : (Str){0});
    else replace(r, as + 1, name + 1, t < ARRAY_LEN(types) ? str_of(types[t].duck) : at(r, name)->text);
    *ret_next = end;
    return true;
}

/* '{1,"a b"}'::t[] */
static bool rewrite_array(Rewriter *r, size_t i) {
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

/* ---- words ---- */

/* Functions that DuckDB has under another name. */
static const struct {
    const char *name, *duck;
} renamed[] = {
    {"json_build_object", "json_object"},
    {"jsonb_build_object", "json_object"},
    {"json_build_array", "json_array"},
    {"jsonb_build_array", "json_array"},
    {"json_object_agg", "json_group_object"},
    {"jsonb_object_agg", "json_group_object"},
    {"jsonb_array_length", "json_array_length"},
    {"row_to_json", "to_json"},
    {"to_jsonb", "to_json"},
    {"every", "bool_and"},
};

/* The new name; empty: it stays. */
static Str function_name(const Rewriter *r, size_t i) {
    if (at(r, i)->kind != SQL_WORD || !is_symbol(r, i + 1, "(")) return (Str){0};
    for (size_t k = 0; k < ARRAY_LEN(renamed); k++)
        if (is(r, i, renamed[k].name)) return str_of(renamed[k].duck);
    return (Str){0};
}

static bool is_user_word(const Rewriter *r, size_t i) {
    static const char *const words[] = {"current_user", "session_user", "current_role", "user"};
    bool alone = !is_symbol(r, i + 1, "(") && !is_symbol(r, i + 1, ".") && !(i && is_symbol(r, i - 1, ".")) &&
                 !(i && is(r, i - 1, "as"));
    for (size_t k = 0; k < ARRAY_LEN(words) && alone; k++)
        if (is(r, i, words[k])) return true;
    return false;
}

/* FOR UPDATE OF t NOWAIT... at the end of a query. */
static size_t locking_end(const Rewriter *r, size_t i) {
    if (!is(r, i, "for")) return i;
    size_t end = i + 1;
    if (is(r, end, "no") && is(r, end + 1, "key")) end += 2;
    else if (is(r, end, "key")) end++;
    if (!is(r, end, "update") && !is(r, end, "share")) return i;
    end++;
    if (is(r, end, "of"))
        for (end++; is_name(r, end) || is_symbol(r, end, ",") || is_symbol(r, end, "."); end++)
            if (is(r, end, "nowait") || is(r, end, "skip")) break;
    if (is(r, end, "nowait")) end++;
    if (is(r, end, "skip") && is(r, end + 1, "locked")) end += 2;
    return end;
}

/* The pattern behind LIKE: operands joined by || or with casts. */
static size_t pattern_end(const Rewriter *r, size_t i) {
    size_t end = operand_end(r, i);
    for (;;) {
        if (is_symbol(r, end, "::")) end += 2;
        else if (is_symbol(r, end, "||")) end = operand_end(r, end + 1);
        else return end;
    }
}

/* x LIKE pattern: in PostgreSQL a backslash escapes, in DuckDB nothing does. False: it is said, or the pattern has none. */
static bool rewrite_like(Rewriter *r, size_t i, size_t *ret_next) {
    if (at(r, i)->kind != SQL_WORD || (!is(r, i, "like") && !is(r, i, "ilike"))) return false;
    if (!i || is_symbol(r, i - 1, "(") || is_symbol(r, i - 1, ",")) return false; /* CREATE TABLE t (LIKE other) */
    size_t end = pattern_end(r, i + 1);
    bool literal = at(r, i + 1)->kind == SQL_STRING && end == i + 2;
    if (end > r->edit.tokens.len || is(r, end, "escape") || is(r, i + 1, "any") || is(r, i + 1, "all")) return false;
    if (literal && str_find(at(r, i + 1)->text, '\\') == STR_NONE) return false;
    for (size_t t = i + 1; t < end;) t = rewrite(r, t);
    sql_edit_copy_behind(&r->edit, end);
    buf_append_c(&r->edit.out, " ESCAPE '\\'");
    *ret_next = end;
    return true;
}

/* ALTER TABLE t ADD CONSTRAINT c UNIQUE (a, b): an index does it, DuckDB adds no constraint to a table. */
static bool rewrite_unique(Rewriter *r, size_t i, size_t *ret_next) {
    size_t name = 2;
    if (i || !is(r, 0, "alter") || !is(r, 1, "table")) return false;
    if (is(r, name, "if")) name += 2;
    if (is(r, name, "only")) name++;
    size_t add = is_symbol(r, name + 1, ".") ? name + 3 : name + 1, unique = add + 3;
    if (!is(r, add, "add") || !is(r, add + 1, "constraint") || !is(r, unique, "unique")) return false;
    size_t end = operand_end(r, unique + 1);
    if (!is_symbol(r, unique + 1, "(") || (end < r->edit.tokens.len && !is_symbol(r, end, ";"))) return false;
    Str table = rewrite_inner(r, sql_list_text(&r->edit.tokens, r->edit.sql, name, add));
    replace(r, 0, unique + 1,
            arena_printf(r->edit.arena, "CREATE UNIQUE INDEX " STR_FMT " ON " STR_FMT, STR_ARG(at(r, add + 2)->text),
                         STR_ARG(table)));
    *ret_next = unique + 1;
    return true;
}

/* Whether token i still defines columns: no query began. AS in brackets belongs to a cast or GENERATED AS. */
static bool is_definition(const Rewriter *r, size_t i) {
    for (size_t k = 0, depth = 0; k < i; k++) {
        depth += is_symbol(r, k, "(");
        depth -= is_symbol(r, k, ")");
        if (is(r, k, "select") || (!depth && is(r, k, "as"))) return false;
    }
    return true;
}

/* CREATE TABLE t (...) WITH (fillfactor = 100), TABLESPACE x: how PostgreSQL stores it. *ret_next behind it. */
static bool skip_storage(Rewriter *r, size_t i, size_t *ret_next) {
    if (!is(r, 0, "create") || i < 3 || !is_symbol(r, i - 1, ")")) return false;
    bool with = is(r, i, "with") && is_symbol(r, i + 1, "(");
    if ((!with && !is(r, i, "tablespace")) || !is_definition(r, i)) return false;
    size_t end = with ? operand_end(r, i + 1) : i + 2;
    replace(r, i, end, (Str){0});
    *ret_next = end;
    return true;
}

/* CREATE INDEX i ON t (a varchar_pattern_ops): DuckDB's indexes have one order. */
static bool skip_operator_class(Rewriter *r, size_t i) {
    bool index = is(r, 0, "create") && (is(r, 1, "index") || is(r, 2, "index")) && i > 4;
    if (!index || at(r, i)->kind != SQL_WORD || !str_ends(at(r, i)->text, STR("_ops"))) return false;
    if (!is_name(r, i - 1) && !is_symbol(r, i - 1, ")")) return false;
    bool last = is_symbol(r, i + 1, ",") || is_symbol(r, i + 1, ")");
    if (!last && !is(r, i + 1, "asc") && !is(r, i + 1, "desc") && !is(r, i + 1, "nulls")) return false;
    replace(r, i, i + 1, (Str){0});
    return true;
}

enum { ROWS_OF_PAGE = 100 }; /* as pg_class.relpages counts them (sql/catalog.c) */

/* '(3,0)': the page. */
static bool page_of(Str text, uint64_t *ret) {
    size_t comma = str_find(text, ',');
    return str_starts(text, STR("'(")) && comma != STR_NONE && str_to_u64(str_slice(text, 2, comma), ret);
}

/* ctid BETWEEN '(0,0)'::tid AND '(9,0)'::tid, with which a table is read in parts (DuckDB's postgres extension): its rows by number. */
static bool rewrite_pages(Rewriter *r, size_t i, size_t *ret_next) {
    uint64_t from, to;
    bool is_range = is(r, i, "ctid") && is(r, i + 1, "between") && is(r, i + 4, "tid") && is(r, i + 5, "and") &&
                    is(r, i + 8, "tid") && page_of(at(r, i + 2)->text, &from) && page_of(at(r, i + 6)->text, &to);
    if (!is_range || from > UINT32_MAX || to > UINT32_MAX) return false;
    Str range = arena_printf(r->edit.arena, "rowid >= %llu", (unsigned long long)from * ROWS_OF_PAGE);
    if (to < UINT32_MAX) /* else to the end: rows of an open transaction have the highest numbers */
        range = arena_printf(r->edit.arena, "(" STR_FMT " AND rowid < %llu)", STR_ARG(range),
                             (unsigned long long)to * ROWS_OF_PAGE);
    replace(r, i, i + 9, range);
    *ret_next = i + 9;
    return true;
}

/* indkey[0]: int2vector and oidvector count from 0, lists from 1. */
static bool rewrite_vector(Rewriter *r, size_t i, size_t *ret_next) {
    static const char *const vectors[] = {"indkey", "indclass", "indoption", "indcollation", "proargtypes"};
    if (at(r, i)->kind != SQL_WORD || !is_symbol(r, i + 1, "[") || !i) return false;
    for (size_t k = 0; k < ARRAY_LEN(vectors); k++) {
        if (!is(r, i, vectors[k])) continue;
        replace(r, i + 1, i + 2, STR("[1 + "));
        *ret_next = i + 2;
        return true;
    }
    return false;
}

/* Names that stand for a type in a column's definition, where DuckDB has another: CREATE TABLE t (a jsonb), ADD COLUMN a jsonb. */
static bool is_column_type(const Rewriter *r, size_t i) {
    bool define = (is(r, 0, "create") || is(r, 0, "alter")) && i > 2 && at(r, i)->kind == SQL_WORD;
    return define && is_definition(r, i) && is_name(r, i - 1) && !is(r, i - 1, "column") && !is(r, i - 1, "table") &&
           !is(r, i - 1, "to") && !is_symbol(r, i + 1, ".") && !is_symbol(r, i + 1, "(");
}

static Str column_type(const Rewriter *r, size_t i) {
    for (size_t k = 0; is_column_type(r, i) && k < ARRAY_LEN(types); k++)
        if (is(r, i, types[k].name)) return str_of(types[k].duck);
    return (Str){0};
}

/* Whether token i stands in a FROM clause, not in a list of columns: what comes first, going back on its level of brackets. */
static bool in_from(const Rewriter *r, size_t i) {
    for (size_t depth = 0; i-- > 0;) {
        if (is_symbol(r, i, ")")) depth++;
        if (is_symbol(r, i, "(") && !depth--) return false;
        if (depth) continue;
        if (is(r, i, "from") || is(r, i, "join")) return true;
        if (is(r, i, "select") || is(r, i, "where") || is(r, i, "by")) return false;
    }
    return false;
}

/* Whether token i stands in a SELECT's list of columns, outside of brackets. */
static bool in_list(const Rewriter *r, size_t i) {
    for (size_t depth = 0; i-- > 0;) {
        if (is_symbol(r, i, ")") || is_symbol(r, i, "]")) depth++;
        if ((is_symbol(r, i, "(") || is_symbol(r, i, "[")) && !depth--) return false;
        if (depth) continue;
        if (is(r, i, "select")) return true;
        if (is(r, i, "by") || is(r, i, "values") || is(r, i, "set") || is(r, i, "from")) return false;
    }
    return false;
}

/* `FROM generate_series(1, 3) s`: to PostgreSQL s is also the column, to DuckDB only the table. */
static void note_alias(Rewriter *r, size_t i) {
    static const char *const functions[] = {"generate_series", "unnest", "generate_subscripts"};
    static const char *const words[] = {"where",  "join",   "left",   "right",  "inner",     "full",    "cross",
                                        "on",     "order",  "group",  "limit",  "union",     "natural", "using",
                                        "having", "window", "offset", "except", "intersect", "with"};
    bool function = false;
    for (size_t k = 0; k < ARRAY_LEN(functions); k++) function |= is(r, i, functions[k]);
    if (!function || !is_symbol(r, i + 1, "(")) return;
    if (!in_from(r, i)) return;
    size_t alias = operand_end(r, i);
    alias += is(r, alias, "as");
    for (size_t k = 0; k < ARRAY_LEN(words); k++)
        if (is(r, alias, words[k])) return;
    if (is_name(r, alias) && !is_symbol(r, alias + 1, "(")) vec_push(&r->aliases, alias);
}

/* generate_series('2026-01-01'::date, '2026-02-01', '1 day'): a text is a moment or, third, an interval. DuckDB has no such call. */
static bool rewrite_series_text(Rewriter *r, size_t i) {
    if (at(r, i)->kind != SQL_STRING || !i || !(is_symbol(r, i + 1, ",") || is_symbol(r, i + 1, ")"))) return false;
    if (!is_symbol(r, i - 1, "(") && !is_symbol(r, i - 1, ",")) return false;
    size_t commas = 0, depth = 0, open = i;
    while (open-- > 0) {
        depth += is_symbol(r, open, ")");
        if (is_symbol(r, open, "(") && !depth--) break;
        commas += !depth && is_symbol(r, open, ",");
    }
    if (open == SIZE_MAX || !open || !is(r, open - 1, "generate_series")) return false;
    replace(
        r, i, i + 1,
        arena_printf(r->edit.arena, STR_FMT "::%s", STR_ARG(at(r, i)->text), commas == 2 ? "INTERVAL" : "TIMESTAMP"));
    return true;
}

/* pg_relation_size('t'): the text is a regclass. */
static bool rewrite_class_text(Rewriter *r, size_t i) {
    static const char *const functions[] = {"pg_relation_size", "pg_total_relation_size", "pg_table_size",
                                            "pg_indexes_size"};
    if (at(r, i)->kind != SQL_STRING || i < 2 || !is_symbol(r, i - 1, "(")) return false;
    for (size_t k = 0; k < ARRAY_LEN(functions); k++) {
        if (!is(r, i - 2, functions[k])) continue;
        replace(r, i, i + 1, arena_printf(r->edit.arena, "to_regclass(" STR_FMT ")", STR_ARG(at(r, i)->text)));
        return true;
    }
    return false;
}

/* TABLESAMPLE system (10): of percent. */
static bool rewrite_sample(Rewriter *r, size_t i) {
    bool sample = i > 2 && is(r, i - 3, "tablesample") && (is(r, i - 2, "system") || is(r, i - 2, "bernoulli"));
    if (!sample || !is_symbol(r, i - 1, "(") || at(r, i)->kind != SQL_NUMBER || !is_symbol(r, i + 1, ")")) return false;
    replace(r, i, i + 1, arena_printf(r->edit.arena, STR_FMT " PERCENT", STR_ARG(at(r, i)->text)));
    return true;
}

/* SELECT generate_series(1, 3): rows, not a list. */
static bool rewrite_series(Rewriter *r, size_t i, size_t *ret_next) {
    static const char *const before[] = {"select", "distinct", "all"};
    bool item = i && is_symbol(r, i - 1, ",");
    for (size_t k = 0; i && k < ARRAY_LEN(before); k++) item |= is(r, i - 1, before[k]);
    if (!item || !is(r, i, "generate_series") || !is_symbol(r, i + 1, "(") || in_from(r, i)) return false;
    size_t end = operand_end(r, i);
    if (is_symbol(r, i - 1, ",") && !in_list(r, i)) return false;
    replace(r, i, i + 1, STR("unnest(generate_series"));
    for (size_t t = i + 1; t < end;) t = rewrite(r, t);
    sql_edit_copy_behind(&r->edit, end);
    buf_put(&r->edit.out, ')');
    *ret_next = end;
    return true;
}

/* FROM unnest(a, b) WITH ORDINALITY: side by side, the shorter filled with NULLs, as DuckDB has them in a list of columns. */
static bool rewrite_unnest(Rewriter *r, size_t i, size_t *ret_next) {
    Arena *a = r->edit.arena;
    if (!is(r, i, "unnest") || !is_symbol(r, i + 1, "(") || !in_from(r, i)) return false;
    size_t end = operand_end(r, i), first = i + 2, depth = 0;
    Str columns = {0}, lengths = {0};
    for (size_t k = first; k < end; k++) {
        bool last = k + 1 == end;
        if (!depth && k > first && (last || is_symbol(r, k, ","))) {
            Str list = rewrite_inner(r, sql_list_text(&r->edit.tokens, r->edit.sql, first, k));
            const char *comma = columns.len ? ", " : "";
            columns = arena_printf(a, STR_FMT "%sunnest(" STR_FMT ")", STR_ARG(columns), comma, STR_ARG(list));
            lengths = arena_printf(a, STR_FMT "%slen(" STR_FMT ")", STR_ARG(lengths), comma, STR_ARG(list));
            if (last && first == i + 2) return false; /* one list: DuckDB has that */
            first = k + 1;
        }
        depth += is_symbol(r, k, "(") || is_symbol(r, k, "[");
        depth -= is_symbol(r, k, ")") || is_symbol(r, k, "]");
    }
    bool counted = is(r, end, "with") && is(r, end + 1, "ordinality");
    if (counted) {
        columns = arena_printf(a, STR_FMT ", unnest(generate_series(1, greatest(" STR_FMT "))) AS ordinality",
                               STR_ARG(columns), STR_ARG(lengths));
        end += 2;
    }
    replace(
        r, i, end,
        arena_printf(a, "%s(SELECT " STR_FMT ")", i && is(r, i - 1, "lateral") ? "" : "LATERAL ", STR_ARG(columns)));
    *ret_next = end;
    return true;
}

static bool is_noted(const Rewriter *r, size_t i) {
    for (size_t k = 0; k < r->aliases.len; k++)
        if (r->aliases.at[k] == i) return true;
    return false;
}

/* The table of the catalog that the name at token `alias` stands for: itself, or that of `FROM pg_class [AS] c`. */
static Str catalog_table(const Rewriter *r, size_t alias) {
    Str name = at(r, alias)->text;
    if (str_starts(name, STR("pg_"))) return name;
    for (size_t k = 0; k + 1 < r->edit.tokens.len; k++) {
        size_t next = k + 1 + is(r, k + 1, "as");
        if (at(r, k)->kind == SQL_WORD && str_starts(at(r, k)->text, STR("pg_")) && next != alias &&
            str_equal_nocase(at(r, next)->text, name))
            return at(r, k)->text;
    }
    return (Str){0};
}

/* c.tableoid of a table of the catalog, which views have not: its number. */
static bool rewrite_table_number(Rewriter *r, size_t i, size_t *ret_next) {
    if (!is_name(r, i) || !is_symbol(r, i + 1, ".") || !is(r, i + 2, "tableoid")) return false;
    Str table = catalog_table(r, i);
    if (!table.len) return false;
    replace(r, i, i + 3, arena_printf(r->edit.arena, "to_regclass('" STR_FMT "')", STR_ARG(table)));
    *ret_next = i + 3;
    return true;
}

/* database.schema.name at token i, of PostgreSQL's own schemas. */
static bool rewrite_in_database(Rewriter *r, size_t i, size_t *ret_next) {
    if (!is_name(r, i) || !is_symbol(r, i + 1, ".")) return false;
    if (is_schema(r, i + 2, "information_schema")) {
        replace(r, i, i + 3, str_of(sql_information_schema));
        *ret_next = i + 3;
    } else if (is_schema(r, i + 2, "pg_catalog")) {
        replace(r, i, i + 4, (Str){0});
        *ret_next = i + 4;
    } else if (r->context->public_is_main && is_schema(r, i + 2, "public")) {
        replace(r, i + 2, i + 3, STR("main"));
        *ret_next = i + 3;
    } else {
        return false;
    }
    return true;
}

/* schema.name at token i, of PostgreSQL's own schemas. */
static bool rewrite_schema(Rewriter *r, size_t i, size_t *ret_next) {
    bool catalog = is_schema(r, i, "pg_catalog");
    Str ours = is_schema(r, i, "information_schema")                     ? str_of(sql_information_schema)
               : is_schema(r, i, "pg_temp")                              ? STR("temp")
               : r->context->public_is_main && is_schema(r, i, "public") ? STR("main")
                                                                         : (Str){0};
    if (!catalog && !ours.len) return false;
    *ret_next = catalog ? i + 2 : i + 1;
    replace(r, i, *ret_next, ours);
    return true;
}

/* Rewrites what begins at token i; returns the token behind it. Tokens that stay are copied later, with what is between. */
static size_t rewrite_one(Rewriter *r, size_t i) {
    bool negated, nocase;
    size_t end;
    if (rewrite_unique(r, i, &end) || rewrite_unnest(r, i, &end)) return end;
    note_alias(r, i);
    if (is_noted(r, i)) {
        Str name = at(r, i)->text;
        replace(r, i, i + 1, arena_printf(r->edit.arena, STR_FMT "(" STR_FMT ")", STR_ARG(name), STR_ARG(name)));
        return i + 1;
    }
    bool after_dot = i && is_symbol(r, i - 1, ".");
    if (rewrite_series(r, i, &end)) return end;
    if (rewrite_series_text(r, i) || rewrite_class_text(r, i) || rewrite_sample(r, i)) return i + 1;
    if (!after_dot && rewrite_registered(r, i, &end)) return end;
    if (!after_dot && rewrite_cast_call(r, i, &end)) return end;
    if (rewrite_array(r, i)) return i + 1;
    if (is_symbol(r, i, "::")) return rewrite_cast(r, i);
    if (is(r, i, "operator") && is_symbol(r, i + 1, "(")) return rewrite_operator(r, i);
    bool binary = i && is_value_end(r, i - 1); /* not ~5 */
    if (binary && is_match(r, i, &negated, &nocase, &end)) return rewrite_match(r, i, end, negated, nocase);
    if (!after_dot && rewrite_table_number(r, i, &end)) return end;
    if (!after_dot && rewrite_in_database(r, i, &end)) return end;
    if (!after_dot && rewrite_schema(r, i, &end)) return end;
    if (is(r, i, "collate")) {
        /* DuckDB compares bytes, as "C" does. It fails of itself when a name of the catalog is ordered by a collation (1.5.5). */
        static const char *const own[] = {"default", "c", "posix", "ucs_basic"};
        size_t name;
        bool drop = false;
        Str collation = type_name(r, i + 1, &name);
        for (size_t k = 0; k < ARRAY_LEN(own); k++) drop |= str_equal_nocase(collation, str_of(own[k]));
        if (!drop) return i + 1;
        replace(r, i, name + 1, (Str){0});
        return name + 1;
    }
    if (rewrite_vector(r, i, &end) || rewrite_pages(r, i, &end) || skip_storage(r, i, &end) || rewrite_like(r, i, &end))
        return end;
    if (skip_operator_class(r, i)) return i + 1;
    Str column = column_type(r, i);
    if (column.len) {
        replace(r, i, i + 1, column);
        return i + 1;
    }
    Str function = function_name(r, i);
    if (function.len) {
        replace(r, i, i + 1, function);
        return i + 1;
    }
    if (is_user_word(r, i)) {
        replace(r, i, i + 1, str_of(sql_literal(r->edit.arena, r->context->user)));
        return i + 1;
    }
    end = locking_end(r, i);
    if (end > i) {
        replace(r, i, end, (Str){0});
        return end;
    }
    return i + 1;
}

/* Operands are rewritten inside what they belong to; deeper than this they stay as they are. */
enum { DEEPEST = 200 };

static size_t rewrite(Rewriter *r, size_t i) {
    if (r->depth >= DEEPEST) return i + 1;
    r->depth++;
    i = rewrite_one(r, i);
    r->depth--;
    return i;
}

static Str rewrite_all(Rewriter *r) {
    for (size_t i = 0; i < r->edit.tokens.len;) i = rewrite(r, i);
    vec_release(&r->aliases);
    return sql_edit_finish(&r->edit);
}

/* A part of the text, for itself. */
static Str rewrite_inner(const Rewriter *r, Str sql) {
    Rewriter inner = {.edit = sql_edit(r->edit.arena, sql), .context = r->context, .depth = r->depth};
    return rewrite_all(&inner);
}

Str sql_rewrite(Arena *a, Str theirs, const RewriteContext *context) {
    Str sql = sql_any_of_columns(a, sql_spelling(a, sql_quote_keywords(a, sql_definition(a, theirs))));
    Rewriter r = {.edit = sql_edit(a, sql), .context = context};
    return rewrite_all(&r);
}

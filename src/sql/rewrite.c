#include "sql/rewrite.h"

#include "sql/any.h"
#include "sql/catalog_item.h"
#include "sql/define.h"
#include "sql/keyword.h"
#include "sql/rewriter.h"
#include "sql/spelling.h"
#include "warehouse/table.h"

/* ---- operators ---- */

/* The first token behind an operand that begins at i: a text, number, parameter, name with its dots, call or brackets. */
size_t rewriter_operand_end(const Rewriter *r, size_t i) {
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

/* DuckDB's ~ wants the whole text to fit: the pattern is given room on both sides. */
static size_t rewrite_match(Rewriter *r, size_t first, size_t operand, bool negated, bool nocase) {
    size_t end = rewriter_operand_end(r, operand);
    replace(r, first, operand, (Str){0});
    r->edit.done = at(r, operand)->at;
    buf_printf(&r->edit.out, "%s~ ('(?%ss).*(?:' || ", negated ? "!" : "", nocase ? "i" : "");
    for (size_t i = operand; i < end;) i = rewriter_token(r, i);
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
    size_t end = rewriter_operand_end(r, i);
    for (;;) {
        if (is_symbol(r, end, "::")) end += 2;
        else if (is_symbol(r, end, "||")) end = rewriter_operand_end(r, end + 1);
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
    for (size_t t = i + 1; t < end;) t = rewriter_token(r, t);
    sql_edit_copy_behind(&r->edit, end);
    buf_append_c(&r->edit.out, " ESCAPE '\\'");
    *ret_next = end;
    return true;
}

/* Whether token i still defines columns: no query began. AS in brackets belongs to a cast or GENERATED AS. */
bool rewriter_is_definition(const Rewriter *r, size_t i) {
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
    if ((!with && !is(r, i, "tablespace")) || !rewriter_is_definition(r, i)) return false;
    size_t end = with ? rewriter_operand_end(r, i + 1) : i + 2;
    replace(r, i, end, (Str){0});
    *ret_next = end;
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
    if (rewriter_unnest(r, i, &end)) return end;
    rewriter_note_alias(r, i);
    if (rewriter_is_noted(r, i)) {
        Str name = at(r, i)->text;
        replace(r, i, i + 1, arena_printf(r->edit.arena, STR_FMT "(" STR_FMT ")", STR_ARG(name), STR_ARG(name)));
        return i + 1;
    }
    bool after_dot = i && is_symbol(r, i - 1, ".");
    if (rewriter_series(r, i, &end)) return end;
    if (rewriter_series_text(r, i) || rewriter_sample(r, i)) return i + 1;
    if (rewriter_sequence(r, i, &end) || rewriter_class_argument(r, i, &end)) return end;
    if (!after_dot && rewriter_registered(r, i, &end)) return end;
    if (!after_dot && rewriter_cast_call(r, i, &end)) return end;
    if (rewriter_array(r, i)) return i + 1;
    if (is_symbol(r, i, "::")) return rewriter_cast(r, i);
    if (is(r, i, "operator") && is_symbol(r, i + 1, "(")) return rewrite_operator(r, i);
    bool binary = i && is_value_end(r, i - 1); /* not ~5 */
    if (binary && is_match(r, i, &negated, &nocase, &end)) return rewrite_match(r, i, end, negated, nocase);
    if (!after_dot && rewriter_table_number(r, i, &end)) return end;
    if (!after_dot && rewrite_in_database(r, i, &end)) return end;
    if (!after_dot && rewrite_schema(r, i, &end)) return end;
    if (is(r, i, "collate")) {
        /* DuckDB compares bytes, as "C" does. It fails of itself when a name of the catalog is ordered by a collation (1.5.5). */
        static const char *const own[] = {"default", "c", "posix", "ucs_basic"};
        size_t name;
        bool drop = false;
        Str collation = rewriter_type_name(r, i + 1, &name);
        for (size_t k = 0; k < ARRAY_LEN(own); k++) drop |= str_equal_nocase(collation, str_of(own[k]));
        if (!drop) return i + 1;
        replace(r, i, name + 1, (Str){0});
        return name + 1;
    }
    if (rewrite_vector(r, i, &end) || rewrite_pages(r, i, &end) || skip_storage(r, i, &end) || rewrite_like(r, i, &end))
        return end;
    Str column = rewriter_column_type(r, i);
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

size_t rewriter_token(Rewriter *r, size_t i) {
    if (r->depth >= DEEPEST) return i + 1;
    r->depth++;
    i = rewrite_one(r, i);
    r->depth--;
    return i;
}

static Str rewrite_all(Rewriter *r) {
    for (size_t i = 0; i < r->edit.tokens.len;) i = rewriter_token(r, i);
    vec_release(&r->aliases);
    return sql_edit_finish(&r->edit);
}

/* A part of the text, for itself. */
Str rewriter_inner(const Rewriter *r, Str sql) {
    Rewriter inner = {.edit = sql_edit(r->edit.arena, sql), .context = r->context, .depth = r->depth};
    return rewrite_all(&inner);
}

Str sql_rewrite(Arena *a, Str theirs, const RewriteContext *context) {
    Str sql = sql_any_of_columns(a, sql_spelling(a, sql_quote_keywords(a, sql_definition(a, theirs))));
    Rewriter r = {.edit = sql_edit(a, sql), .context = context};
    return rewrite_all(&r);
}

/* What stands in FROM: functions that give rows, samples, tables of the catalog and their numbers. */
#include "sql/rewriter.h"

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
void rewriter_note_alias(Rewriter *r, size_t i) {
    static const char *const functions[] = {"generate_series", "unnest", "generate_subscripts"};
    static const char *const words[] = {"where",  "join",   "left",   "right",  "inner",     "full",    "cross",
                                        "on",     "order",  "group",  "limit",  "union",     "natural", "using",
                                        "having", "window", "offset", "except", "intersect", "with"};
    bool function = false;
    for (size_t k = 0; k < ARRAY_LEN(functions); k++) function |= is(r, i, functions[k]);
    if (!function || !is_symbol(r, i + 1, "(")) return;
    if (!in_from(r, i)) return;
    size_t alias = rewriter_operand_end(r, i);
    alias += is(r, alias, "as");
    for (size_t k = 0; k < ARRAY_LEN(words); k++)
        if (is(r, alias, words[k])) return;
    if (is_name(r, alias) && !is_symbol(r, alias + 1, "(")) vec_push(&r->aliases, alias);
}

/* generate_series('2026-01-01'::date, '2026-02-01', '1 day'): a text is a moment or, third, an interval. DuckDB has no such call. */
bool rewriter_series_text(Rewriter *r, size_t i) {
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

/* TABLESAMPLE system (10): of percent. */
bool rewriter_sample(Rewriter *r, size_t i) {
    bool sample = i > 2 && is(r, i - 3, "tablesample") && (is(r, i - 2, "system") || is(r, i - 2, "bernoulli"));
    if (!sample || !is_symbol(r, i - 1, "(") || at(r, i)->kind != SQL_NUMBER || !is_symbol(r, i + 1, ")")) return false;
    replace(r, i, i + 1, arena_printf(r->edit.arena, STR_FMT " PERCENT", STR_ARG(at(r, i)->text)));
    return true;
}

/* SELECT generate_series(1, 3): rows, not a list. */
bool rewriter_series(Rewriter *r, size_t i, size_t *ret_next) {
    static const char *const before[] = {"select", "distinct", "all"};
    bool item = i && is_symbol(r, i - 1, ",");
    for (size_t k = 0; i && k < ARRAY_LEN(before); k++) item |= is(r, i - 1, before[k]);
    if (!item || !is(r, i, "generate_series") || !is_symbol(r, i + 1, "(") || in_from(r, i)) return false;
    size_t end = rewriter_operand_end(r, i);
    if (is_symbol(r, i - 1, ",") && !in_list(r, i)) return false;
    replace(r, i, i + 1, STR("unnest(generate_series"));
    for (size_t t = i + 1; t < end;) t = rewriter_token(r, t);
    sql_edit_copy_behind(&r->edit, end);
    buf_put(&r->edit.out, ')');
    *ret_next = end;
    return true;
}

/* FROM unnest(a, b) WITH ORDINALITY: side by side, the shorter filled with NULLs, as DuckDB has them in a list of columns. */
bool rewriter_unnest(Rewriter *r, size_t i, size_t *ret_next) {
    Arena *a = r->edit.arena;
    if (!is(r, i, "unnest") || !is_symbol(r, i + 1, "(") || !in_from(r, i)) return false;
    size_t end = rewriter_operand_end(r, i), first = i + 2, depth = 0;
    Str columns = {0}, lengths = {0};
    for (size_t k = first; k < end; k++) {
        bool last = k + 1 == end;
        if (!depth && k > first && (last || is_symbol(r, k, ","))) {
            Str list = rewriter_inner(r, sql_list_text(&r->edit.tokens, r->edit.sql, first, k));
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

bool rewriter_is_noted(const Rewriter *r, size_t i) {
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
bool rewriter_table_number(Rewriter *r, size_t i, size_t *ret_next) {
    if (!is_name(r, i) || !is_symbol(r, i + 1, ".") || !is(r, i + 2, "tableoid")) return false;
    Str table = catalog_table(r, i);
    if (!table.len) return false;
    replace(r, i, i + 3, arena_printf(r->edit.arena, "to_regclass('" STR_FMT "')", STR_ARG(table)));
    *ret_next = i + 3;
    return true;
}

#include "sql/names.h"

#include "base/vec.h"
#include "sql/token.h"

typedef VEC(SqlToken) TokenVec;

/* Tokens [from, to) of one item of the list. */
typedef struct Item {
    const SqlToken *at;
    size_t len;
} Item;

static bool is(const Item *item, size_t i, const char *word) {
    return i < item->len && sql_token_is(&item->at[i], word);
}

static bool is_symbol(const Item *item, size_t i, const char *symbol) {
    return i < item->len && sql_token_is_symbol(&item->at[i], symbol);
}

static bool is_name(const Item *item, size_t i) {
    return i < item->len && (item->at[i].kind == SQL_WORD || item->at[i].kind == SQL_NAME);
}

/* The token behind the brackets that open at i. */
static size_t behind_brackets(const Item *item, size_t i) {
    size_t depth = 0;
    do {
        depth += is_symbol(item, i, "(") || is_symbol(item, i, "[");
        depth -= is_symbol(item, i, ")") || is_symbol(item, i, "]");
        i++;
    } while (depth && i < item->len);
    return i;
}

static Str bare(const SqlToken *t) {
    return t->kind == SQL_NAME && t->text.len > 2 ? str_slice(t->text, 1, t->text.len - 1) : t->text;
}

static const struct {
    const char *written, *name;
} type_names[] = {
    {"int", "int4"},         {"integer", "int4"}, {"bigint", "int8"}, {"smallint", "int2"},   {"boolean", "bool"},
    {"double", "float8"},    {"float", "float8"}, {"real", "float4"}, {"decimal", "numeric"}, {"string", "text"},
    {"character", "bpchar"}, {"dec", "numeric"},  {"char", "bpchar"}, {"blob", "bytea"},
};

static Str type_name(const SqlToken *t) {
    for (size_t i = 0; i < ARRAY_LEN(type_names); i++)
        if (sql_token_is(t, type_names[i].written)) return str_of(type_names[i].name);
    return bare(t);
}

/* Words that begin an expression with a name of their own. */
static Str special_name(const Item *item) {
    static const char *const words[] = {"case",
                                        "exists",
                                        "array",
                                        "row",
                                        "coalesce",
                                        "nullif",
                                        "greatest",
                                        "least",
                                        "current_date",
                                        "current_time",
                                        "current_timestamp",
                                        "localtime",
                                        "localtimestamp",
                                        "current_user",
                                        "session_user",
                                        "current_role",
                                        "current_catalog",
                                        "current_schema",
                                        "user"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (is(item, 0, words[i])) return str_of(words[i]);
    return (Str){0};
}

/* a.b.f ( ... ) with nothing but FILTER, OVER or a cast behind: f. */
static Str call_name(const Item *item, size_t *ret_end) {
    size_t i = 0;
    if (!is_name(item, 0)) return (Str){0};
    while (is_symbol(item, i + 1, ".") && is_name(item, i + 2)) i += 2;
    if (!is_symbol(item, i + 1, "(")) return (Str){0};
    *ret_end = behind_brackets(item, i + 1);
    if (is(item, *ret_end, "within") && is_symbol(item, *ret_end + 2, "("))
        *ret_end = behind_brackets(item, *ret_end + 2);
    while (is(item, *ret_end, "filter") || is(item, *ret_end, "over") || is(item, *ret_end, "within") ||
           is(item, *ret_end, "group"))
        *ret_end = is_symbol(item, *ret_end + 1, "(") ? behind_brackets(item, *ret_end + 1)
                                                      : *ret_end + 1 + is_name(item, *ret_end + 1);
    return bare(&item->at[i]);
}

static bool is_column(const Item *item, size_t *ret_end) {
    size_t i = 0;
    if (!is_name(item, 0)) return false;
    while (is_symbol(item, i + 1, ".") && is_name(item, i + 2)) i += 2;
    *ret_end = i + 1;
    return true;
}

/* Words that a value follows: what stands behind them is no alias. */
static bool is_operator_word(const SqlToken *t) {
    static const char *const words[] = {"not",     "and",     "or",     "is",   "like",     "ilike",   "similar", "in",
                                        "between", "collate", "escape", "to",   "distinct", "from",    "any",     "all",
                                        "over",    "case",    "when",   "then", "else",     "interval"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (sql_token_is(t, words[i])) return true;
    return false;
}

/* INTERVAL '1' DAY */
static bool is_unit(const Item *item) {
    static const char *const units[] = {"year", "month", "day", "hour", "minute", "second"};
    bool unit = false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) unit |= is(item, item->len - 1, units[i]);
    return unit && is(item, 0, "interval") && item->len == 3;
}

static bool has_alias(const Item *item) {
    if (item->len < 2 || !is_name(item, item->len - 1)) return false;
    const SqlToken *before = &item->at[item->len - 2];
    if (sql_token_is(before, "as")) return true;
    /* A name behind a value, not behind an operator, a dot, a cast or a word like NOT. */
    bool value = before->kind == SQL_NUMBER || before->kind == SQL_STRING || before->kind == SQL_NAME ||
                 before->kind == SQL_PARAMETER || sql_token_is_symbol(before, ")") || sql_token_is_symbol(before, "]");
    return (value || (before->kind == SQL_WORD && !is_operator_word(before))) && !is(item, item->len - 1, "end") &&
           !is(item, item->len - 1, "null") && !is(item, item->len - 1, "isnull") &&
           !is(item, item->len - 1, "notnull") && !is(item, item->len - 1, "true") &&
           !is(item, item->len - 1, "false") && !is(item, item->len - 1, "precision") &&
           !is(item, item->len - 1, "varying") && !is_unit(item);
}

/* The token behind a type: `double precision`, `timestamp (3) with time zone`, `numeric(10, 2)[]`, `interval day`. */
static size_t behind_type(const Item *item, size_t i) {
    static const char *const words[] = {"precision", "varying", "with", "without", "time",   "zone", "year",
                                        "month",     "day",     "hour", "minute",  "second", "to"};
    for (i++; i < item->len;) {
        bool more = false;
        for (size_t k = 0; k < ARRAY_LEN(words) && !more; k++) more = is(item, i, words[k]);
        if (more) i++;
        else if (is_symbol(item, i, "[") || is_symbol(item, i, "(")) i = behind_brackets(item, i);
        else break;
    }
    return i;
}

static Str whole_type_name(const Item *item, size_t i) {
    bool zone = false;
    if (is_symbol(item, i + 1, ".") && str_is(bare(&item->at[i]), "pg_catalog")) i += 2;
    for (size_t k = i + 1; k < i + 5; k++) zone |= is(item, k, "with") && is(item, k + 1, "time");
    if (is(item, i, "character") && is(item, i + 1, "varying")) return STR("varchar");
    if (is(item, i, "bit") && is(item, i + 1, "varying")) return STR("varbit");
    if (is(item, i, "timestamp") && zone) return STR("timestamptz");
    if (is(item, i, "time") && zone) return STR("timetz");
    if (is(item, i, "float") && is_symbol(item, i + 1, "(") && i + 2 < item->len)
        return item->at[i + 2].text.len == 1 || str_compare(item->at[i + 2].text, STR("24")) <= 0 ? STR("float4")
                                                                                                  : STR("float8");
    return type_name(&item->at[i]);
}

/* x::a::b: the name of x, else the last type. end: the first "::". */
static Str cast_name(const Item *item, size_t end, Str name) {
    Str type = {0};
    while (is_symbol(item, end, "::") && is_name(item, end + 1)) {
        type = whole_type_name(item, end + 1);
        size_t at = end + 1;
        if (is_symbol(item, at + 1, ".") && str_is(bare(&item->at[at]), "pg_catalog")) at += 2;
        end = behind_type(item, at);
    }
    if (end < item->len) return STR("?column?");
    return name.len ? name : type;
}

/* TRIM(LEADING ...) is ltrim. */
static Str trim_name(const Item *item) {
    if (!is(item, 0, "trim") || !is_symbol(item, 1, "(")) return (Str){0};
    return is(item, 2, "leading") ? STR("ltrim") : is(item, 2, "trailing") ? STR("rtrim") : STR("btrim");
}

/* ( 1, 2 ): a comma directly inside of the brackets around it. */
static bool has_comma(const Item *item) {
    for (size_t i = 1, depth = 0; i + 1 < item->len; i++) {
        depth += is_symbol(item, i, "(") || is_symbol(item, i, "[");
        depth -= depth && (is_symbol(item, i, ")") || is_symbol(item, i, "]"));
        if (!depth && is_symbol(item, i, ",")) return true;
    }
    return false;
}

static bool find_list(const SqlToken *tokens, size_t len, size_t *ret_from, size_t *ret_to);
static Str item_name(const Item *item);

/* ( SELECT x ... ): the name of x; what DuckDB names itself is that column's. */
static Str subquery_name(const Item *item) {
    size_t from = 0, to = 0;
    if (!is_symbol(item, 0, "(") || !is(item, 1, "select") || behind_brackets(item, 0) != item->len) return (Str){0};
    if (!find_list(item->at + 1, item->len - 2, &from, &to) || from >= to) return (Str){0};
    Item inner = {item->at + 1 + from, to - from};
    if (is_symbol(&inner, 0, "(")) return (Str){0}; /* one level: the text says how deep they go */
    Str name = item_name(&inner);
    const SqlToken *last = &inner.at[inner.len - 1];
    return name.len ? name : last->kind == SQL_WORD || last->kind == SQL_NAME ? bare(last) : (Str){0};
}

/* Of the value behind a CASE's last ELSE: a column or a call, also with casts, names the whole. Empty: it does not. */
static Str else_name(const Item *item) {
    size_t end = 0;
    if (!item->len || is(item, 0, "null") || is(item, 0, "true") || is(item, 0, "false") || is(item, 0, "cast"))
        return (Str){0};
    Str name = call_name(item, &end);
    if (!name.len && is_column(item, &end)) name = bare(&item->at[end - 1]);
    if (!name.len || end == item->len) return name;
    if (!is_symbol(item, end, "::")) return (Str){0};
    name = cast_name(item, end, name);
    return str_is(name, "?column?") ? (Str){0} : name;
}

/* CASE ... END, with a cast behind it or not. */
static Str case_name(const Item *item) {
    size_t depth = 1, i = 1, begin = 0;
    for (; depth && i < item->len; i++) {
        depth += is(item, i, "case");
        if (depth == 1 && is(item, i, "else")) begin = i + 1;
        depth -= is(item, i, "end");
    }
    Str name = begin ? else_name(&(Item){item->at + begin, i - 1 - begin}) : (Str){0};
    if (i == item->len) return name.len ? name : STR("case");
    return is_symbol(item, i, "::") ? cast_name(item, i, name) : STR("?column?");
}

/* Empty: DuckDB's own name is right. */
static Str item_name(const Item *item) {
    size_t end = 0;
    Str name = {0};
    if (has_alias(item)) return (Str){0};
    if (is(item, 0, "case")) return case_name(item);
    if (is(item, 0, "cast") && is_symbol(item, 1, "(")) {
        size_t as = item->len - 1;
        while (as > 1 && !is(item, as, "as")) as--;
        Item inner = {item->at + 2, as - 2};
        size_t all;
        bool constant = is(&inner, 0, "null") || is(&inner, 0, "true") || is(&inner, 0, "false");
        if (as > 2 && !constant && is_column(&inner, &all) && all == inner.len) return bare(&inner.at[inner.len - 1]);
        if (behind_brackets(item, 1) < item->len) return STR("?column?");
        name = call_name(&inner, &all);
        if (as > 2 && name.len && all == inner.len) return name;
        return as > 2 ? whole_type_name(item, as + 1) : (Str){0};
    }
    name = special_name(item);
    if (name.len && (is(item, 0, "exists") || item->len == 1)) return name;
    if (item->len == 1 && is(item, 0, "null")) return STR("?column?");
    if (item->len == 1 && (is(item, 0, "true") || is(item, 0, "false"))) return STR("?column?");
    size_t literal = 0; /* date '...', timestamp with time zone '...', interval '1' day */
    while (literal < item->len && item->at[literal].kind == SQL_WORD) literal++;
    if (literal && literal < item->len && item->at[literal].kind == SQL_STRING && behind_type(item, 0) == literal) {
        bool interval = is(item, 0, "interval");
        Item rest = {item->at + literal, item->len - literal}; /* '1' DAY: as words behind a type */
        size_t behind = interval ? literal + behind_type(&rest, 0) : literal + 1;
        if (behind == item->len) return whole_type_name(item, 0);
        if (is_symbol(item, behind, "::")) return cast_name(item, behind, (Str){0});
        if (is(item, behind, "at") && is(item, behind + 1, "time") && behind + 4 == item->len) return STR("timezone");
    }
    if (is(item, 0, "array") && is_symbol(item, 1, "[")) {
        end = behind_brackets(item, 1);
        if (end == item->len || is_symbol(item, end, "[")) return STR("array");
        if (is_symbol(item, end, "::")) return cast_name(item, end, STR("array"));
    }
    if ((name = subquery_name(item)).len) return name;
    bool constant = is(item, 0, "null") || is(item, 0, "true") || is(item, 0, "false");
    if (constant && is_symbol(item, 1, "::")) return cast_name(item, 1, (Str){0});
    if (constant) return STR("?column?");
    name = trim_name(item);
    Str call = call_name(item, &end);
    if (!name.len) name = call;
    bool column = !name.len && is_column(item, &end);
    if (column) name = bare(&item->at[end - 1]);
    bool value = !name.len && (item->at[0].kind == SQL_STRING || item->at[0].kind == SQL_NUMBER ||
                               item->at[0].kind == SQL_PARAMETER);
    if (value) end = 1;
    if (!name.len && !value && is_symbol(item, 0, "(")) end = behind_brackets(item, 0);
    if (is_symbol(item, end, "::") && is_name(item, end + 1)) return cast_name(item, end, name);
    if (is_symbol(item, end, "[") && is_symbol(item, 0, "(") && is(item, 1, "array")) return STR("array");
    if (is_symbol(item, 0, "(") && end == item->len && has_comma(item)) return STR("row");
    size_t zone = end;
    while (is(item, zone, "at") && is(item, zone + 1, "time") && is(item, zone + 2, "zone")) zone += 4;
    if (zone > end && zone == item->len) return STR("timezone");
    if (column && end == item->len) return (Str){0};
    return name.len && end == item->len ? name : STR("?column?");
}

/* The list behind RETURNING on the outermost level. */
static bool find_returning(const SqlToken *tokens, size_t len, size_t *ret_from, size_t *ret_to) {
    size_t depth = 0;
    *ret_to = len;
    for (size_t i = 0; i < len; i++) {
        depth += sql_token_is_symbol(&tokens[i], "(");
        depth -= depth && sql_token_is_symbol(&tokens[i], ")");
        *ret_from = i + 1;
        if (!depth && sql_token_is(&tokens[i], "returning")) return true;
    }
    return false;
}

/* The list between the first SELECT on the outermost level and its FROM. */
static bool find_list(const SqlToken *tokens, size_t len, size_t *ret_from, size_t *ret_to) {
    static const char *const ends[] = {"from",      "where",  "group",  "order",  "limit", "union", "except",
                                       "intersect", "having", "window", "offset", "fetch", "into",  "qualify"};
    size_t depth = 0, i = 0;
    bool found = false;
    for (; i < len; i++) {
        const SqlToken *t = &tokens[i];
        if (sql_token_is_symbol(t, "(") || sql_token_is_symbol(t, "[")) depth++;
        if (sql_token_is_symbol(t, ")") || sql_token_is_symbol(t, "]")) depth -= depth > 0;
        if (depth) continue;
        if (!found && sql_token_is(t, "select")) {
            found = true;
            *ret_from = i + 1;
            continue;
        }
        for (size_t k = 0; found && k < ARRAY_LEN(ends); k++) {
            if (!sql_token_is(t, ends[k]) || sql_token_is(t - 1, "within")) continue; /* WITHIN GROUP */
            *ret_to = i;
            return true;
        }
    }
    *ret_to = i;
    return found;
}

static bool is_star(const Item *item) {
    return item->len && sql_token_is_symbol(&item->at[item->len - 1], "*") && item->len < 4;
}

/* PostgreSQL's fold: words are in small letters, names in quotes as they are. Also of an alias that is a word. */
static Str folded(Arena *a, const Item *item, Str name) {
    const SqlToken *last = &item->at[item->len - 1];
    if (!name.len && has_alias(item) && last->kind == SQL_WORD) name = last->text;
    bool keep = true;
    for (size_t i = 0; i < name.len; i++) keep = keep && !(name.at[i] >= 'A' && name.at[i] <= 'Z');
    for (size_t i = 0; i < item->len; i++) keep |= item->at[i].kind == SQL_NAME && name.at == item->at[i].text.at + 1;
    Str lower = name;
    SqlToken word = {.kind = SQL_WORD, .text = name};
    return !keep && sql_identifier(a, &word, &lower) ? lower : name;
}

void sql_column_names(Arena *a, Str sql, size_t count, Str *ret) {
    TokenVec tokens = {0};
    VEC(Item) items = {0};
    size_t from = 0, to = 0, depth = 0, stars = 0, star = 0;
    SqlTokens t = sql_tokens(sql);
    for (SqlToken token; sql_token_next(&t, &token);) vec_push(&tokens, token);
    for (size_t i = 0; i < count; i++) ret[i] = (Str){0};
    static const char *const columns[] = {"column1", "column2", "column3", "column4",
                                          "column5", "column6", "column7", "column8"};
    bool values = tokens.len && sql_token_is(&tokens.at[0], "values");
    for (size_t i = 0; values && i < MIN(count, ARRAY_LEN(columns)); i++) ret[i] = str_of(columns[i]);
    bool select = tokens.len && (sql_token_is(&tokens.at[0], "select") || sql_token_is(&tokens.at[0], "with"));
    if (find_returning(tokens.at, tokens.len, &from, &to) || (select && find_list(tokens.at, tokens.len, &from, &to))) {
        if (from < to && (sql_token_is(&tokens.at[from], "distinct") || sql_token_is(&tokens.at[from], "all"))) from++;
        size_t begin = from;
        for (size_t i = from; i <= to; i++) {
            bool open = i < to && (sql_token_is_symbol(&tokens.at[i], "(") || sql_token_is_symbol(&tokens.at[i], "["));
            bool close = i < to && (sql_token_is_symbol(&tokens.at[i], ")") || sql_token_is_symbol(&tokens.at[i], "]"));
            depth += open;
            depth -= close && depth;
            if (i < to && (depth || !sql_token_is_symbol(&tokens.at[i], ","))) continue;
            Item item = {tokens.at + begin, i - begin};
            if (is_star(&item)) stars++, star = items.len;
            vec_push(&items, item);
            begin = i + 1;
        }
        /* One `*` may be any number of columns: items before it count from the left, those behind it from the right. */
        bool clear = stars ? stars == 1 && items.len <= count + 1 : items.len == count;
        for (size_t i = 0; clear && i < items.len; i++) {
            if ((stars && i == star) || !items.at[i].len) continue;
            size_t column = stars && i > star ? count - (items.len - i) : i;
            if (column < count) ret[column] = folded(a, &items.at[i], item_name(&items.at[i]));
        }
    }
    vec_release(&items);
    vec_release(&tokens);
}

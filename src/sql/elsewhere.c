#include "sql/elsewhere.h"

#include "sql/edit.h"
#include "sql/token.h"
#include "warehouse/table.h"

enum { MOST_DEPTH = 200, MOST_PARTS = 5 };

/* Between brackets, or the statement itself. */
typedef struct Level {
    bool query;  /* FROM begins a list of tables here, and is no part of a call as in trim(x FROM y) */
    bool tables; /* between FROM and what ends its list */
} Level;

/* a . b . c */
typedef struct Parts {
    Str at[MOST_PARTS];
    size_t token[MOST_PARTS];
    size_t count;
    size_t end; /* the token behind it */
} Parts;

typedef struct Elsewhere {
    SqlEdit edit;
    const SqlDatabases *databases;
    bool defines;    /* a view or macro */
    VEC(Parts) read; /* tables that were found */
    size_t depth;
    Level levels[MOST_DEPTH];
} Elsewhere;

static const SqlToken *at(const Elsewhere *e, size_t i) {
    return sql_edit_at(&e->edit, i);
}

static bool is_symbol(const Elsewhere *e, size_t i, const char *symbol) {
    return sql_token_is_symbol(at(e, i), symbol);
}

static bool is_name(const Elsewhere *e, size_t i) {
    return at(e, i)->kind == SQL_WORD || at(e, i)->kind == SQL_NAME;
}

static bool is_database(const StrVec *list, Str name) {
    for (size_t i = 0; i < list->len; i++)
        if (str_equal_nocase(list->at[i], name)) return true;
    return false;
}

static void read_parts(const Elsewhere *e, size_t i, Parts *ret) {
    *ret = (Parts){.end = i};
    while (ret->count < MOST_PARTS && is_name(e, ret->end)) {
        ret->token[ret->count] = ret->end;
        ret->at[ret->count++] = sql_token_value(e->edit.arena, at(e, ret->end));
        ret->end++;
        if (!is_symbol(e, ret->end, ".")) break;
        ret->end++;
    }
}

/* ---- where tables stand ---- */

static const char *const before_tables[] = {"from", "join", "using"};
static const char *const ends_tables[] = {
    "where",   "group",  "order",  "having", "limit", "union",  "except", "intersect", "window",
    "qualify", "sample", "offset", "select", "set",   "values", "on",     "returning",
};
static const char *const begins_query[] = {"select", "with", "from", "describe", "summarize", "pivot", "unpivot"};

static bool is_read(const Elsewhere *e, size_t i) {
    const Level *level = &e->levels[e->depth];
    if (e->defines || !i) return false;
    if (sql_token_is_one_of(at(e, i - 1), before_tables, ARRAY_LEN(before_tables)))
        return (level->query || level->tables) && !(i > 1 && sql_token_is(at(e, i - 2), "delete"));
    return level->tables && (is_symbol(e, i - 1, ",") || is_symbol(e, i - 1, "("));
}

static void open_bracket(Elsewhere *e, size_t i) {
    Level inner = {.query = sql_token_is_one_of(at(e, i + 1), begins_query, ARRAY_LEN(begins_query)),
                   .tables = is_read(e, i)};
    if (sql_token_is(at(e, i ? i - 1 : 0), "trim")) inner.query = false;
    if (inner.query) inner.tables = false;
    if (e->depth + 1 < MOST_DEPTH) e->levels[++e->depth] = inner;
}

static void follow(Elsewhere *e, size_t i) {
    Level *level = &e->levels[e->depth];
    const SqlToken *t = at(e, i);
    if (sql_token_is_symbol(t, "(")) open_bracket(e, i);
    else if (sql_token_is_symbol(t, ")")) e->depth -= e->depth > 0;
    else if (sql_token_is(t, "from") || sql_token_is(t, "join")) level->tables = level->query || level->tables;
    else if (sql_token_is_one_of(t, ends_tables, ARRAY_LEN(ends_tables))) level->tables = false;
}

/* CREATE [OR REPLACE] [TEMP] [RECURSIVE] VIEW, MACRO, FUNCTION: it is kept in the file, for programs that have no neighbours. */
static bool is_definition(const Elsewhere *e) {
    static const char *const kept[] = {"view", "macro", "function"};
    static const char *const before[] = {"or", "replace", "temp", "temporary", "recursive"};
    size_t i = 1;
    if (!sql_token_is(at(e, 0), "create")) return false;
    while (sql_token_is_one_of(at(e, i), before, ARRAY_LEN(before))) i++;
    return sql_token_is_one_of(at(e, i), kept, ARRAY_LEN(kept));
}

/* ---- what becomes of them ---- */

static const char function[] = "pond_neighbour(";

/* Whether the name of a table is followed by another one for it. */
static bool has_alias(const Elsewhere *e, size_t i) {
    static const char *const words[] = {
        "join",        "inner",      "left",    "right",  "full",    "cross",     "natural", "asof",
        "anti",        "semi",       "on",      "using",  "where",   "group",     "order",   "limit",
        "union",       "except",     "having",  "window", "qualify", "offset",    "fetch",   "intersect",
        "sample",      "for",        "set",     "when",   "with",    "returning", "pivot",   "unpivot",
        "tablesample", "positional", "lateral", "then",   "into",    "select",    "values",  "as",
    };
    if (sql_token_is(at(e, i), "as") || at(e, i)->kind == SQL_NAME) return true;
    return at(e, i)->kind == SQL_WORD && !sql_token_is_one_of(at(e, i), words, ARRAY_LEN(words));
}

static void read_elsewhere(Elsewhere *e, const Parts *p) {
    Arena *a = e->edit.arena;
    Str schema = p->at[1], table = p->at[2];
    Buf *out = sql_edit_open(&e->edit, p->token[0], p->end);
    if (str_equal_nocase(schema, STR("public"))) schema = STR("main");
    buf_printf(out, "%s%s, %s, %s)", function, sql_literal(a, p->at[0]), sql_literal(a, schema), sql_literal(a, table));
    if (!has_alias(e, p->end)) buf_printf(out, " AS %s", sql_ident(a, table));
}

static bool is_own_table(const Elsewhere *e, size_t i, const Parts *p) {
    static const char *const before[] = {"from", "join", "into", "update", "table", "view", "exists", "using", "on"};
    bool schema = str_equal_nocase(p->at[1], STR("main")) || str_equal_nocase(p->at[1], STR("public"));
    return schema || (i && sql_token_is_one_of(at(e, i - 1), before, ARRAY_LEN(before)));
}

static bool same_name(const Parts *p, const Parts *q) {
    return str_equal_nocase(p->at[0], q->at[0]) && str_equal_nocase(p->at[1], q->at[1]) &&
           str_equal_nocase(p->at[2], q->at[2]);
}

/* second.main.t.column, or with a star, where that table is read. */
static bool is_column(const Elsewhere *e, const Parts *p) {
    bool column = p->count == 4 || (p->count == 3 && is_symbol(e, p->end, "*") && is_symbol(e, p->end - 1, "."));
    for (size_t k = 0; column && k < e->read.len; k++)
        if (same_name(&e->read.at[k], p)) return true;
    return false;
}

static bool is_elsewhere(const Elsewhere *e, size_t i, const Parts *p) {
    return p->count == 3 && is_database(&e->databases->others, p->at[0]) && !is_symbol(e, p->end, "(") &&
           !is_symbol(e, p->end - 1, ".") && is_read(e, i);
}

/* The first time: which tables are read. Returns the token behind what was looked at. */
static size_t find(Elsewhere *e, size_t i) {
    Parts p;
    if (!is_name(e, i) || (i && is_symbol(e, i - 1, "."))) return i + 1;
    read_parts(e, i, &p);
    if (is_elsewhere(e, i, &p)) vec_push(&e->read, p);
    return i + 1;
}

static size_t take(Elsewhere *e, size_t i) {
    Parts p;
    if (!is_name(e, i) || (i && is_symbol(e, i - 1, "."))) return i + 1;
    read_parts(e, i, &p);
    if (is_elsewhere(e, i, &p)) {
        read_elsewhere(e, &p);
        return p.end;
    }
    if (is_column(e, &p)) sql_edit_replace(&e->edit, i, p.token[2], (Str){0});
    else if (p.count > 2 && is_database(&e->databases->aliases, p.at[0]) && is_own_table(e, i, &p))
        sql_edit_replace(&e->edit, i, i + 1, str_of(sql_ident(e->edit.arena, e->databases->own)));
    return i + 1;
}

static void walk(Elsewhere *e, size_t (*look)(Elsewhere *e, size_t i)) {
    e->depth = 0;
    e->levels[0] = (Level){.query = true};
    for (size_t i = 0; i < e->edit.tokens.len;) {
        size_t end = look(e, i);
        for (; i < end; i++) follow(e, i);
    }
}

/* Most statements name none. */
static bool mentions(Str sql, const StrVec *list) {
    for (size_t i = 0; i < list->len; i++) {
        Str name = str_slice(list->at[i], 0, MIN(str_find(list->at[i], '"'), list->at[i].len));
        for (size_t k = 0; k + name.len <= sql.len; k++)
            if (str_equal_nocase(str_slice(sql, k, k + name.len), name)) return true;
    }
    return false;
}

Str sql_elsewhere(Arena *a, Str sql, const SqlDatabases *databases) {
    if (!mentions(sql, &databases->others) && !mentions(sql, &databases->aliases)) return sql;
    Elsewhere *e = arena_new(a, Elsewhere);
    e->edit = sql_edit(a, sql);
    e->databases = databases;
    e->defines = is_definition(e);
    walk(e, find);
    walk(e, take);
    vec_release(&e->read);
    return sql_edit_finish(&e->edit);
}

bool sql_is_elsewhere(Str sql) {
    return str_find_str(sql, str_of(function)) != STR_NONE;
}

#include "sql/guard.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "os/path.h"
#include "sql/token.h"
#include "warehouse/table.h"

/* ---- tables ---- */

typedef struct Refusal {
    const char *word;
    const char *hint;
} Refusal;

#define IN_PROJECT "settings of the database stand in the project file: pond config set pond.warehouse..."
#define FOR_ALL "it would be everybody's; pond sql -d FILE works on another file, a run copies from it"

/* How a statement may begin. */
static const char *const allowed[] = {
    "select",   "from",     "with",   "values",  "table",   "describe",   "desc",   "summarize", "show",
    "explain",  "pivot",    "merge",  "unpivot", "insert",  "update",     "delete", "create",    "alter",
    "drop",     "truncate", "copy",   "call",    "comment", "begin",      "start",  "commit",    "end",
    "rollback", "abort",    "pragma", "analyze", "vacuum",  "checkpoint", "use",
};

static const Refusal statements[] = {
    {"attach", FOR_ALL},
    {"detach", FOR_ALL},
    {"install", "extensions come with pond"},
    {"load", "extensions come with pond"},
    {"export", "pond backup copies everything, COPY a table"},
    {"import", "pond restore brings a backup back, COPY a table"},
    {"prepare", "the wire's prepared statements do"},
    {"force", "CHECKPOINT without FORCE waits for nobody"},
    {"set", IN_PROJECT},
    {"reset", IN_PROJECT},
    {"grant", "every user is an admin: pond user"},
    {"revoke", "every user is an admin: pond user"},
};

/* Settings of DuckDB that are the session's own. */
static const char *const session_settings[] = {
    "schema",   "search_path",           "enable_progress_bar",       "progress_bar_time", "enable_progress_bar_print",
    "variable", "streaming_buffer_size", "custom_profiling_settings",
};

static const char *const pragmas[] = {
    "table_info",    "storage_info", "database_size", "show_tables",        "show_tables_expanded",
    "database_list", "version",      "platform",      "functions",          "collations",
    "metadata_info", "user_agent",   "show",          "extension_versions",
};

#define DYNAMIC "send the statement itself"
static const Refusal functions[] = {
    {"query", DYNAMIC},
    {"query_table", DYNAMIC},
    {"pond_neighbour", "name the table: database.schema.table"},
    {"json_execute_serialized_sql", DYNAMIC},
    {"force_checkpoint", "CHECKPOINT waits for nobody"},
    {"enable_logging", IN_PROJECT},
    {"disable_logging", IN_PROJECT},
    {"truncate_duckdb_logs", IN_PROJECT},
    {"enable_profiling", "EXPLAIN ANALYZE shows one statement"},
    {"disable_profiling", "EXPLAIN ANALYZE shows one statement"},
    {"arrow_scan", DYNAMIC},
    {"arrow_scan_dumb", DYNAMIC},
    {"pandas_scan", DYNAMIC},
    {"sqlite_attach", FOR_ALL},
    {"postgres_attach", FOR_ALL},
};

/* Their first argument is a file, or a list of files. */
static const char *const file_functions[] = {
    "sniff_csv",           "parquet_scan", "parquet_metadata",      "parquet_schema", "parquet_file_metadata",
    "parquet_kv_metadata", "sqlite_scan",  "parquet_full_metadata", "delta_scan",     "iceberg_scan",
    "parquet_bloom_probe",
};

/* What stands before a file that is read as a table. */
static const char *const before_tables[] = {"from",  "join",    "describe", "desc", "summarize",
                                            "pivot", "unpivot", "using",    "table"};

/* A query in brackets. */
static const char *const begins_query[] = {"select", "with", "from", "describe", "summarize", "pivot", "unpivot"};

/* What ends a list of tables. */
static const char *const after_tables[] = {
    "where",   "group",  "order",  "having", "limit", "union",  "except", "intersect", "window",
    "qualify", "sample", "offset", "select", "set",   "values", "on",     "returning",
};

#define HAS(list, token) has((list), ARRAY_LEN(list), (token))
static bool has(const char *const *list, size_t count, const SqlToken *t) {
    for (size_t i = 0; i < count; i++)
        if (sql_token_is(t, list[i])) return true;
    return false;
}

static const Refusal *refused(const Refusal *list, size_t count, const SqlToken *t) {
    for (size_t i = 0; i < count; i++)
        if (sql_token_is(t, list[i].word)) return &list[i];
    return NULL;
}

/* ---- paths ---- */

enum { MOST_DEPTH = 1000 };

typedef struct Level {
    bool tables; /* between FROM and what ends its list */
    bool query;  /* FROM begins a list here, and is no part of a call as in trim(x FROM y) */
} Level;

typedef struct Guard {
    Arena *arena;
    const SqlGuard *plan;
    Str sql;
    Buf out;
    size_t done; /* bytes of sql that are in out */
    SqlTokens tokens;
    SqlToken now, last, before_last;
    size_t depth;
    Level levels[MOST_DEPTH];
} Guard;

static bool refuse(const char *what, Str which, const char *hint, Err *err) {
    err_set(err, ERR_UNSUPPORTED, "%s \"" STR_FMT "\" is not allowed in the server", what, STR_ARG(which));
    return err_hint(err, "%s", hint);
}

static bool is_below(Str path, Str folder) {
    return folder.len && str_starts(path, folder) && (path.len == folder.len || path.at[folder.len] == '/');
}

/* As far as it exists, without links. */
static Str real_path(Arena *a, Str path) {
    char resolved[PATH_MAX];
    if (realpath(arena_c(a, path), resolved)) return arena_str(a, str_of(resolved));
    Str folder = path_folder(path);
    if (!realpath(arena_c(a, folder), resolved)) return path;
    return path_join(a, str_of(resolved), path_name(path));
}

static const Str devices[] = {STR_INIT("/dev"), STR_INIT("/proc"), STR_INIT("/sys")};

#define OPEN_ALREADY "it is open already: name its tables"
#define NO_FILE "it is the server's: COPY ... TO STDOUT sends rows to the client"
#define PONDS_OWN "it is pond's own: pond state, pond logs and pond status show what is in it"

static bool check_path(const Guard *g, Str path, Err *err) {
    Str real = real_path(g->arena, path), own = warehouse_pool_folder(g->plan->pool);
    for (size_t i = 0; i < ARRAY_LEN(devices); i++)
        if (is_below(path, devices[i]) || is_below(real, devices[i])) return refuse("file", path, NO_FILE, err);
    if (is_below(path, own) || is_below(real, real_path(g->arena, own))) return refuse("file", path, PONDS_OWN, err);
    return !warehouse_pool_has(g->plan->pool, real) || refuse("file", path, OPEN_ALREADY, err);
}

/* A pattern is refused when it could find such a file; here "*" crosses "/", so rather once too often. */
static bool check_pattern(const Guard *g, Str pattern, Err *err) {
    Str rest = str_slice(pattern, 1, pattern.len), first;
    (void)str_cut(&rest, '/', &first);
    for (size_t i = 0; i < ARRAY_LEN(devices); i++)
        if (str_glob(first, str_slice(devices[i], 1, devices[i].len))) return refuse("pattern", pattern, NO_FILE, err);
    Str own = path_join(g->arena, warehouse_pool_folder(g->plan->pool), STR("pond.db"));
    if (str_glob(pattern, own) || str_glob(pattern, warehouse_pool_folder(g->plan->pool)))
        return refuse("pattern", pattern, PONDS_OWN, err);
    return !warehouse_pool_fits(g->plan->pool, pattern) || refuse("pattern", pattern, OPEN_ALREADY, err);
}

static bool has_any(Str s, const char *characters) {
    for (size_t i = 0; i < s.len; i++)
        if (strchr(characters, s.at[i])) return true;
    return false;
}

/* "file:/x", "file:///x", "file://localhost/x" are "/x". */
static Str without_scheme(Str path) {
    static const Str schemes[] = {STR_INIT("file://localhost/"), STR_INIT("file:///"), STR_INIT("file:/")};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (str_starts(path, schemes[i])) return str_slice(path, schemes[i].len - 1, path.len);
    return path;
}

/* The text of a file: checked; what is relative becomes absolute. */
static bool take_file(Guard *g, const SqlToken *t, Str path, Err *err) {
    Str local = without_scheme(path);
    if (str_find_str(local, STR("://")) != STR_NONE) return true; /* s3://, https://... */
    Str absolute = path_absolute(g->arena, g->plan->folder, local);
    if (!(has_any(local, "*?[") ? check_pattern : check_path)(g, absolute, err)) return false;
    /* 't' may be a table, too. */
    bool is_path = has_any(local, "./*?[");
    if (t->kind != SQL_STRING || !is_path || str_equal(path, absolute)) return true;
    buf_append(&g->out, str_slice(g->sql, g->done, t->at));
    buf_append_c(&g->out, sql_literal(g->arena, absolute));
    g->done = t->at + t->text.len;
    return true;
}

/* ---- tokens ---- */

static SqlToken peek(const Guard *g) {
    SqlTokens look = g->tokens;
    SqlToken next;
    return sql_token_next(&look, &next) ? next : (SqlToken){.kind = SQL_SYMBOL};
}

static bool next(Guard *g) {
    g->before_last = g->last;
    g->last = g->now;
    return sql_token_next(&g->tokens, &g->now);
}

static bool is_name(const SqlToken *t) {
    return t->kind == SQL_WORD || t->kind == SQL_NAME;
}

/* A name without its quotes, as a word. */
static SqlToken bare(Arena *a, const SqlToken *t) {
    SqlToken word = *t;
    if (t->kind == SQL_NAME) word = (SqlToken){.kind = SQL_WORD, .text = sql_token_value(a, t), .at = t->at};
    return word;
}

/* The first argument of a function that opens files: a text or a list of them. The "(" comes next. */
static bool take_arguments(Guard *g, Str function, Err *err) {
    bool opened = next(g);
    if (!opened || !next(g)) return true;
    bool list = sql_token_is_symbol(&g->now, "[");
    if (list && !next(g)) return true;
    for (;;) {
        SqlToken behind = peek(g);
        const char *end = list ? "]" : ")";
        bool ends = sql_token_is_symbol(&behind, ",") || sql_token_is_symbol(&behind, end);
        if (g->now.kind != SQL_STRING || !ends)
            return refuse("a computed file for", function, "name the file first, by a text or a list of texts", err);
        if (!take_file(g, &g->now, sql_token_value(g->arena, &g->now), err)) return false;
        if (!list || !next(g) || !sql_token_is_symbol(&g->now, ",") || !next(g)) return true;
    }
}

static bool check_function(Guard *g, Err *err) {
    SqlToken name = bare(g->arena, &g->now);
    const Refusal *r = refused(functions, ARRAY_LEN(functions), &name);
    if (r) return refuse("function", name.text, r->hint, err);
    bool reads = name.text.len > 5 && str_equal_nocase(str_slice(name.text, 0, 5), STR("read_"));
    if (!reads && !HAS(file_functions, &name)) return true;
    g->levels[MIN(g->depth + 1, (size_t)MOST_DEPTH - 1)] = (Level){0};
    bool ok = take_arguments(g, name.text, err);
    g->depth++; /* its "(" was taken too */
    return ok;
}

/* A table by its name may be a file too: "x.csv", or x.csv without quotes. */
static bool check_table_name(Guard *g, Err *err) {
    SqlTokens look = g->tokens;
    SqlToken part = g->now;
    Str name = sql_token_value(g->arena, &part);
    while (sql_token_next(&look, &part) && sql_token_is_symbol(&part, ".") && sql_token_next(&look, &part))
        name = arena_printf(g->arena, STR_FMT "." STR_FMT, STR_ARG(name), STR_ARG(sql_token_value(g->arena, &part)));
    if (str_find(name, '.') == STR_NONE) return true;
    bool file = has_any(name, "/*?") || path_exists(path_absolute(g->arena, g->plan->folder, name).at);
    return !file || take_file(g, &g->now, name, err);
}

/* Whether a table, and so perhaps a file, stands here. */
static bool is_table(const Guard *g) {
    const Level *level = &g->levels[g->depth];
    bool distinct = sql_token_is(&g->last, "from") && sql_token_is(&g->before_last, "distinct");
    if (HAS(before_tables, &g->last)) return (level->query || level->tables) && !distinct;
    return level->tables && (sql_token_is_symbol(&g->last, ",") || sql_token_is_symbol(&g->last, "("));
}

/* A "(": of a query, of joined tables, or of something else. */
static void enter(Guard *g) {
    SqlToken first = peek(g);
    Level inner = {.tables = is_table(g), .query = HAS(begins_query, &first) && !sql_token_is(&g->last, "trim")};
    if (inner.query) inner.tables = false;
    g->levels[++g->depth] = inner;
}

static bool take_token(Guard *g, Err *err) {
    const SqlToken *t = &g->now;
    SqlToken following = peek(g);
    Level *level = &g->levels[g->depth];
    size_t before = g->tokens.at;
    if (g->depth + 2 >= MOST_DEPTH) {
        err_set(err, ERR_SQL, "stack depth limit exceeded");
        return err_hint(err, "a statement nests up to %d levels of brackets", MOST_DEPTH);
    }
    bool call = is_name(t) && sql_token_is_symbol(&following, "(");
    if (call && (!check_function(g, err) || g->tokens.at != before)) return !err->code;
    if (is_table(g) && t->kind == SQL_STRING) return take_file(g, t, sql_token_value(g->arena, t), err);
    if (is_table(g) && is_name(t) && !call && !check_table_name(g, err)) return false;
    if (sql_token_is_symbol(t, "(")) enter(g);
    else if (sql_token_is_symbol(t, ")")) g->depth -= g->depth > 0;
    else if (sql_token_is(t, "from") || sql_token_is(t, "join")) level->tables = level->query || level->tables;
    else if (HAS(after_tables, t)) level->tables = false;
    return true;
}

/* ---- statements ---- */

/* COPY's file stands behind TO or FROM: a text, or else the client's stream. */
static bool check_copy(Guard *g, Err *err) {
    if (g->depth || !(sql_token_is(&g->now, "to") || sql_token_is(&g->now, "from"))) return true;
    SqlToken file = peek(g);
    bool stream = sql_token_is(&file, "stdin") || sql_token_is(&file, "stdout");
    if (sql_token_is(&file, "database"))
        return refuse("statement", STR("COPY FROM DATABASE"), "pond backup copies everything", err);
    if (stream || file.kind == SQL_STRING) {
        /* FROM is taken as a table's, below. */
        return sql_token_is(&g->now, "from") || stream ||
               (next(g) && take_file(g, &g->now, sql_token_value(g->arena, &g->now), err));
    }
    return refuse("a computed file for", STR("COPY"), "name the file by a text, or STDIN, STDOUT", err);
}

bool sql_setting_is_session(Str name) {
    for (size_t i = 0; i < ARRAY_LEN(session_settings); i++)
        if (str_equal_nocase(name, str_of(session_settings[i]))) return true;
    return false;
}

static bool check_setting(Guard *g, Err *err) {
    SqlToken name = peek(g);
    bool global = sql_token_is(&name, "global");
    if (sql_token_is(&name, "session") || sql_token_is(&name, "local")) (void)next(g), name = peek(g);
    if (!global && HAS(session_settings, &name)) return true;
    return refuse("setting", name.text, IN_PROJECT, err);
}

static bool check_pragma(Guard *g, Err *err) {
    SqlToken name = peek(g);
    SqlTokens rest = g->tokens;
    SqlToken behind = {0};
    bool more = sql_token_next(&rest, &behind); /* the name */
    more = more && sql_token_next(&rest, &behind);
    if (HAS(pragmas, &name) && !(more && sql_token_is_symbol(&behind, "="))) return true;
    return refuse("PRAGMA", name.text, IN_PROJECT, err);
}

/* EXPLAIN [ANALYZE] [VERBOSE] [(options)]: up to the statement it explains. */
static bool skip_explain(Guard *g) {
    while (next(g)) {
        if (sql_token_is_symbol(&g->now, "(")) {
            while (next(g) && !sql_token_is_symbol(&g->now, ")")) {}
        } else if (!sql_token_is(&g->now, "analyze") && !sql_token_is(&g->now, "verbose")) {
            return true;
        }
    }
    return false;
}

/* The statement's kind, by its first word. */
static bool check_kind(Guard *g, bool *ret_copy, Err *err) {
    const SqlToken *t = &g->now;
    SqlToken second;
    const Refusal *r;
    if (sql_token_is(t, "explain") && !skip_explain(g)) return true;
    if (sql_token_is(t, "set") || sql_token_is(t, "reset")) return check_setting(g, err);
    if (sql_token_is(t, "pragma")) return check_pragma(g, err);
    if ((r = refused(statements, ARRAY_LEN(statements), t))) return refuse("statement", t->text, r->hint, err);
    second = peek(g);
    bool defines = sql_token_is(t, "create") || sql_token_is(t, "alter") || sql_token_is(t, "drop");
    if (defines && sql_token_is(&second, "database")) return refuse("statement", STR("DATABASE"), FOR_ALL, err);
    *ret_copy = sql_token_is(t, "copy");
    if (t->kind == SQL_SYMBOL || HAS(allowed, t)) return true; /* "(select ...)" */
    /* Unknown is refused, in the words and with the mark of DuckDB's parser. */
    Str line = str_slice(g->sql, 0, str_find(g->sql, '\n'));
    return err_set(err, ERR_SQL,
                   "Parser Error: syntax error at or near \"" STR_FMT "\"\n\nLINE 1: " STR_FMT "\n        %*s",
                   STR_ARG(t->text), STR_ARG(line), (int)(1 + t->at), "^");
}

bool sql_guard(Arena *a, Str sql, const SqlGuard *guard, Str *ret, Err *err) {
    Guard *g = arena_new(a, Guard);
    bool copy = false, ok = true;
    *ret = sql;
    g->arena = a;
    g->plan = guard;
    g->sql = sql;
    g->tokens = sql_tokens(sql);
    g->levels[0].query = true;
    if (!next(g)) return true;
    ok = check_kind(g, &copy, err);
    do {
        ok = ok && (!copy || check_copy(g, err)) && take_token(g, err);
    } while (ok && next(g));
    if (ok && g->done) {
        buf_append(&g->out, str_slice(sql, g->done, sql.len));
        *ret = arena_str(a, buf_str(&g->out));
    }
    buf_release(&g->out);
    return ok;
}

bool sql_guard_all(Arena *a, Str sql, const SqlGuard *guard, Str *ret, Err *err) {
    AUTO(Buf) out = {0};
    Str statement, one;
    while (sql_cut(&sql, &statement)) {
        if (!sql_guard(a, statement, guard, &one, err)) return false;
        if (out.len) buf_append_c(&out, ";\n");
        buf_append(&out, one);
    }
    *ret = arena_str(a, buf_str(&out));
    return true;
}

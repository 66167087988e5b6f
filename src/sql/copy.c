#include "sql/copy.h"

#include "sql/token.h"

typedef struct Parser {
    Arena *arena;
    SqlTokens tokens;
    SqlToken now;
    bool more; /* now is a token */
} Parser;

void copy_statement_release(CopyStatement *c) {
    vec_release(&c->force_quote);
    vec_release(&c->force_not_null);
    vec_release(&c->force_null);
}

static void advance(Parser *p) {
    p->more = sql_token_next(&p->tokens, &p->now);
}

static bool take(Parser *p, const char *word) {
    if (!p->more || !sql_token_is(&p->now, word)) return false;
    advance(p);
    return true;
}

static bool take_symbol(Parser *p, const char *symbol) {
    if (!p->more || !sql_token_is_symbol(&p->now, symbol)) return false;
    advance(p);
    return true;
}

static bool wrong(const Parser *p, Err *err) {
    return err_set(err, ERR_SQL, "[42601] syntax error in COPY at or near \"" STR_FMT "\"",
                   STR_ARG(p->more ? p->now.text : STR("end of input")));
}

/* now at "(": takes up to its ")"; *ret is what stands between. */
static bool take_brackets(Parser *p, Str *ret) {
    size_t from = p->tokens.at, depth = 0;
    for (; p->more; advance(p)) {
        if (sql_token_is_symbol(&p->now, "(")) depth++;
        if (!sql_token_is_symbol(&p->now, ")") || --depth) continue;
        *ret = str_trim(str_slice(p->tokens.sql, from, p->now.at));
        advance(p);
        return true;
    }
    return false;
}

/* ---- options ---- */

static Str value_text(Parser *p) {
    Str text = sql_token_value(p->arena, &p->now);
    advance(p);
    return text;
}

static bool read_char(Parser *p, const char *option, char *ret, Err *err) {
    Str text = p->more ? value_text(p) : (Str){0};
    if (text.len != 1) return err_set(err, ERR_SQL, "[0A000] COPY %s must be a single one-byte character", option);
    *ret = text.at[0];
    return true;
}

static bool read_null(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)option;
    (void)err;
    c->null = p->more ? value_text(p) : (Str){0};
    return true;
}

/* "true", "on", "1", "match", or nothing before the next option. */
static bool read_header(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)option;
    static const char *const no[] = {"false", "off", "0"}, *const yes[] = {"true", "on", "1", "match"};
    c->header = true;
    c->header_match = p->more && sql_token_is(&p->now, "match");
    if (c->header_match && !c->from)
        return err_set(err, ERR_SQL, "[0A000] cannot use \"match\" with HEADER in COPY TO");
    for (size_t i = 0; i < ARRAY_LEN(no) && p->more; i++) {
        if (!str_equal_nocase(sql_token_value(p->arena, &p->now), str_of(no[i]))) continue;
        c->header = false;
        advance(p);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(yes) && p->more; i++) {
        if (!str_equal_nocase(sql_token_value(p->arena, &p->now), str_of(yes[i]))) continue;
        advance(p);
        return true;
    }
    return true;
}

static bool read_delimiter(Parser *p, const char *option, CopyStatement *c, Err *err) {
    return read_char(p, option, &c->delimiter, err);
}
static bool read_quote(Parser *p, const char *option, CopyStatement *c, Err *err) {
    return read_char(p, option, &c->quote, err);
}
static bool read_escape(Parser *p, const char *option, CopyStatement *c, Err *err) {
    return read_char(p, option, &c->escape, err);
}

static bool read_format(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)option;
    static const char *const names[] = {[COPY_TEXT] = "text", [COPY_CSV] = "csv", [COPY_BINARY] = "binary"};
    Str name = p->more ? value_text(p) : (Str){0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!str_equal_nocase(name, str_of(names[i]))) continue;
        c->format = (CopyFormat)i;
        return true;
    }
    return err_set(err, ERR_SQL, "[22023] COPY format \"" STR_FMT "\" not recognized", STR_ARG(name));
}

static bool read_encoding(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)c;
    Str name = p->more ? value_text(p) : (Str){0};
    if (str_equal_nocase(name, STR("utf8")) || str_equal_nocase(name, STR("utf-8"))) return true;
    return err_set(err, ERR_UNSUPPORTED, "COPY %s \"" STR_FMT "\": only UTF8 is supported", option, STR_ARG(name));
}

static bool read_freeze(Parser *p, const char *option, CopyStatement *c, Err *err) {
    bool header = c->header, match = c->header_match,
         ok = read_header(p, option, c, err); /* the same words; no effect */
    c->header = header;
    c->header_match = match;
    return ok;
}

/* "*", "(a, b)" or, in the old form, "a, b". */
static bool read_names(Parser *p, StrVec *ret, bool *ret_all, Err *err) {
    if (ret_all && take_symbol(p, "*")) {
        *ret_all = true;
        return true;
    }
    bool brackets = take_symbol(p, "(");
    do {
        if (!p->more || (p->now.kind != SQL_WORD && p->now.kind != SQL_NAME)) return wrong(p, err);
        vec_push(ret, value_text(p));
    } while (take_symbol(p, ","));
    return !brackets || take_symbol(p, ")") || wrong(p, err);
}

static bool read_force_quote(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)option;
    return read_names(p, &c->force_quote, &c->force_quote_all, err);
}
static bool read_force_not_null(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)option;
    return read_names(p, &c->force_not_null, NULL, err);
}
static bool read_force_null(Parser *p, const char *option, CopyStatement *c, Err *err) {
    (void)option;
    return read_names(p, &c->force_null, NULL, err);
}

static const struct {
    const char *name;
    bool (*read)(Parser *p, const char *option, CopyStatement *c, Err *err);
} options[] = {
    {"format", read_format},
    {"delimiter", read_delimiter},
    {"null", read_null},
    {"header", read_header},
    {"quote", read_quote},
    {"escape", read_escape},
    {"force_quote", read_force_quote},
    {"force_not_null", read_force_not_null},
    {"force_null", read_force_null},
    {"encoding", read_encoding},
    {"freeze", read_freeze},
};

static bool read_option(Parser *p, CopyStatement *c, Err *err) {
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (take(p, options[i].name)) return options[i].read(p, options[i].name, c, err);
    return err_set(err, ERR_SQL, "[42601] option \"" STR_FMT "\" not recognized", STR_ARG(p->now.text));
}

static bool read_list(Parser *p, CopyStatement *c, Err *err) {
    do {
        if (!p->more) return wrong(p, err);
        if (!read_option(p, c, err)) return false;
    } while (take_symbol(p, ","));
    return take_symbol(p, ")") || wrong(p, err);
}

/* Before 9.0: WITH BINARY, CSV HEADER QUOTE AS '"' FORCE QUOTE a, b ... */
static bool read_old(Parser *p, CopyStatement *c, Err *err) {
    while (p->more && !sql_token_is(&p->now, "where")) {
        if (take(p, "csv")) {
            c->format = COPY_CSV;
        } else if (take(p, "binary")) {
            c->format = COPY_BINARY;
        } else if (take(p, "header")) {
            c->header = true;
        } else if (take(p, "force")) {
            bool quote = take(p, "quote");
            if (!quote && !(take(p, "not") && take(p, "null"))) return wrong(p, err);
            if (!(quote ? read_force_quote : read_force_not_null)(p, "force", c, err)) return false;
        } else {
            size_t i = 0;
            while (i < ARRAY_LEN(options) && !sql_token_is(&p->now, options[i].name)) i++;
            if (i == ARRAY_LEN(options)) return wrong(p, err);
            advance(p);
            (void)take(p, "as");
            if (!options[i].read(p, options[i].name, c, err)) return false;
        }
    }
    return true;
}

typedef struct Check {
    bool wrong;
    const char *text; /* as PostgreSQL says it */
} Check;

static bool check_all(const Check *checks, size_t count, Err *err) {
    for (size_t i = 0; i < count; i++)
        if (checks[i].wrong) return err_set(err, ERR_SQL, "%s", checks[i].text);
    return true;
}

/* What is said, and may not be said together. */
static bool check_options(const CopyStatement *c, Err *err) {
    const bool binary = c->format == COPY_BINARY, csv = c->format == COPY_CSV;
    const bool force_quote = c->force_quote_all || c->force_quote.len;
    const Check checks[] = {
        {binary && c->delimiter, "[42601] cannot specify DELIMITER in BINARY mode"},
        {binary && c->null.at, "[42601] cannot specify NULL in BINARY mode"},
        {binary && c->header, "[0A000] cannot specify HEADER in BINARY mode"},
        {!csv && c->quote, "[0A000] COPY quote available only in CSV mode"},
        {!csv && c->escape, "[0A000] COPY escape available only in CSV mode"},
        {!csv && force_quote, "[0A000] COPY force quote available only in CSV mode"},
        {c->from && force_quote, "[0A000] COPY force quote only available using COPY TO"},
        {!csv && c->force_not_null.len, "[0A000] COPY force not null available only in CSV mode"},
        {!c->from && c->force_not_null.len, "[0A000] COPY force not null only available using COPY FROM"},
        {!csv && c->force_null.len, "[0A000] COPY force null available only in CSV mode"},
        {!c->from && c->force_null.len, "[0A000] COPY force null only available using COPY FROM"},
    };
    return check_all(checks, ARRAY_LEN(checks), err);
}

static void fill_defaults(CopyStatement *c) {
    bool csv = c->format == COPY_CSV;
    if (!c->delimiter) c->delimiter = csv ? ',' : '\t';
    if (!c->quote) c->quote = '"';
    if (!c->escape) c->escape = c->quote;
    if (!c->null.at) c->null = csv ? STR("") : STR("\\N");
}

static bool check(const CopyStatement *c, Err *err) {
    const char *const special = c->format == COPY_TEXT ? "\\\n\r.abcdefghijklmnopqrstuvwxyz0123456789" : "\n\r";
    if (strchr(special, c->delimiter))
        return err_set(err, ERR_SQL, "[22023] COPY delimiter cannot be \"%c\"", c->delimiter);
    const bool csv = c->format == COPY_CSV;
    const Check checks[] = {
        {csv && c->delimiter == c->quote, "[22023] COPY delimiter and quote must be different"},
        {str_find(c->null, '\n') != STR_NONE || str_find(c->null, '\r') != STR_NONE,
         "[22023] COPY null representation cannot use newline or carriage return"},
        {c->format != COPY_BINARY && str_find(c->null, c->delimiter) != STR_NONE,
         "[0A000] COPY delimiter must not appear in the NULL specification"},
        {csv && str_find(c->null, c->quote) != STR_NONE,
         "[0A000] CSV quote character must not appear in the NULL specification"},
    };
    return check_all(checks, ARRAY_LEN(checks), err);
}

/* A table's name, as far as it goes: a, a.b, "a"."b"."c". */
static bool take_table(Parser *p, Str *ret) {
    size_t from = p->now.at, end;
    do {
        if (!p->more || (p->now.kind != SQL_WORD && p->now.kind != SQL_NAME)) return false;
        end = p->tokens.at;
        advance(p);
    } while (take_symbol(p, "."));
    *ret = str_slice(p->tokens.sql, from, end);
    return true;
}

/* WHERE, up to the statement's end: one expression. */
static bool read_where(Parser *p, CopyStatement *c, Err *err) {
    size_t depth = 0, from = p->now.at;
    if (!take(p, "where")) return !p->more || wrong(p, err);
    if (!c->from) return err_set(err, ERR_SQL, "[42601] WHERE clause not allowed with COPY TO");
    if (!p->more) return wrong(p, err);
    c->where = str_slice(p->tokens.sql, from + sizeof "where" - 1, p->tokens.sql.len);
    for (; p->more; advance(p)) {
        if (sql_token_is(&p->now, "select"))
            return err_set(err, ERR_SQL, "[0A000] cannot use subquery in COPY FROM WHERE condition");
        depth += sql_token_is_symbol(&p->now, "(");
        if ((sql_token_is_symbol(&p->now, ")") && !depth--) || p->now.open_ended) return wrong(p, err);
    }
    return !depth || wrong(p, err);
}

bool copy_statement_parse(Arena *a, Str sql, bool *ret_is, CopyStatement *ret, Err *err) {
    Parser p = {.arena = a, .tokens = sql_tokens(sql)};
    *ret_is = false;
    *ret = (CopyStatement){0};
    advance(&p);
    if (!take(&p, "copy")) return true;
    if (take(&p, "binary")) ret->format = COPY_BINARY;
    if (p.more && sql_token_is_symbol(&p.now, "(")) {
        if (!take_brackets(&p, &ret->query)) return wrong(&p, err);
    } else {
        if (!take_table(&p, &ret->table)) return true;
        if (p.more && sql_token_is_symbol(&p.now, "(") && !take_brackets(&p, &ret->columns)) return wrong(&p, err);
    }
    ret->from = take(&p, "from");
    if (!ret->from && !take(&p, "to")) return true;
    if (!take(&p, ret->from ? "stdin" : "stdout")) return true;
    *ret_is = true;
    (void)take(&p, "with");
    bool ok = take_symbol(&p, "(") ? read_list(&p, ret, err) : read_old(&p, ret, err);
    if (!ok || !read_where(&p, ret, err) || !check_options(ret, err)) return false;
    fill_defaults(ret);
    return check(ret, err);
}

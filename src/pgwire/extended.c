/* The extended protocol: Parse, Bind, Describe, Execute, Close, Sync. What comes between two Syncs is one transaction. */
#include "pgwire/named.h"
#include "pgwire/parameter.h"
#include "sql/token.h"

/* ---- the end of a message ---- */

static void fail(PgSession *s, const Err *err, Str sql) {
    pg_portals_drop(s);
    pg_transaction_fail(s);
    pg_send_error(&s->wire, SEVERITY_ERROR, err, sql);
    s->skipping = true;
}

static void answer(PgSession *s, char type) {
    wire_begin(&s->wire, type);
    wire_end(&s->wire);
}

static bool malformed(Err *err) {
    return pg_error(err, "08P01", "invalid message format");
}

/* ---- messages ---- */

/* What is planned, of the statement as the client wrote it. */
static bool read_statement(PreparedStatement *p, Str sql, Err *err) {
    p->source = p->typed.sql = arena_str(&p->arena, sql);
    p->class = pg_class_of(sql);
    if (p->class != CLASS_DECLARE) return true;
    SqlTokens t = sql_tokens(p->source);
    SqlToken word;
    (void)!sql_token_next(&t, &word);
    if (!pg_declare_parse(&p->arena, str_slice(p->source, t.at, p->source.len), &p->declare, err)) return false;
    p->typed.sql = p->declare.query;
    return true;
}

static bool has_plan(const PreparedStatement *p) {
    return p->class == CLASS_SQL || p->class == CLASS_DECLARE;
}

static bool parse(PgSession *s, Str body, Str *ret_sql, Err *err) {
    Fields f = fields_of(body);
    Str name = field_text(&f), text = field_text(&f), rest = text, sql, more;
    size_t count = field_count(&f);
    if (f.bad) return malformed(err);
    *ret_sql = text;
    bool any = sql_cut(&rest, &sql);
    if (any && sql_cut(&rest, &more))
        return pg_error(err, "42601", "cannot insert multiple commands into a prepared statement");
    if (any && !pg_usable(s, sql, err)) return false;
    PreparedStatement *p = prepared_add(s, name, err);
    if (!p) return false;
    p->typed.oid_count = count;
    p->typed.oids = arena_array(&p->arena, uint32_t, p->typed.oid_count);
    for (size_t i = 0; i < p->typed.oid_count; i++) p->typed.oids[i] = (uint32_t)field_i32(&f);
    bool ok = (f.bad ? malformed(err) : read_statement(p, any ? sql : STR(""), err)) &&
              (!has_plan(p) || prepared_plan(s, p, err));
    if (!ok) prepared_drop(s, p);
    return ok;
}

/* A batch of one statement needs no BEGIN and COMMIT around it, which take longer than small statements. */
static void begin_batch(PgSession *s) {
    if (!s->batch) s->single = s->transaction == TRANSACTION_NONE && wire_has_single(&s->wire);
    s->batch = true;
}

void pg_parse(PgSession *s, Str body) {
    Err err = {0};
    Str sql = {0};
    begin_batch(s);
    if (parse(s, body, &sql, &err)) answer(s, '1');
    else fail(s, &err, sql);
}

typedef struct Formats {
    int16_t *at;
    size_t count;
} Formats;

static bool read_formats(Fields *f, Arena *a, Formats *ret) {
    size_t count = field_count(f);
    if (f->bad) return false;
    *ret = (Formats){arena_array(a, int16_t, count), count};
    for (size_t i = 0; i < ret->count; i++) ret->at[i] = field_i16(f);
    return !f->bad;
}

static int16_t format_of(const Formats *formats, size_t i) {
    return !formats->count ? 0 : formats->count == 1 ? formats->at[0] : formats->at[i];
}

static bool bind_values(PgSession *s, const PreparedStatement *p, Fields *f, const Formats *formats, Err *err) {
    for (size_t i = 0; i < p->parameters; i++) {
        int32_t len = field_i32(f);
        Str bytes = len < 0 ? (Str){0} : field_bytes(f, len);
        ParameterValue value = {.type = DATA_NULL};
        if (f->bad) return malformed(err);
        if (len >= 0 && !parameter_value(&s->arena, i + 1, p->typed.oids[i], statement_parameter_type(p->home.plan, i),
                                         format_of(formats, i), bytes, &value, err))
            return false;
        if (!statement_bind(p->home.plan, i, &value, err)) return false;
    }
    return true;
}

/* The values, and the formats of the result. */
static bool read_values(PgSession *s, PreparedStatement *p, Fields *f, Formats *ret_results, Err *err) {
    Formats formats;
    if (!read_formats(f, &s->arena, &formats)) return malformed(err);
    size_t count = field_count(f);
    if (f->bad) return malformed(err);
    if (has_plan(p) && !prepared_plan(s, p, err)) return false;
    if (count != p->parameters)
        return pg_error(err, "08P01",
                        "bind message supplies %zu parameters, but prepared statement \"" STR_FMT "\" requires %zu",
                        count, STR_ARG(p->name), p->parameters);
    if (formats.count > 1 && formats.count != p->parameters) return malformed(err);
    if (bind_values(s, p, f, &formats, err) && (read_formats(f, &s->arena, ret_results) || malformed(err))) return true;
    if (p->home.plan) (void)statement_rest(p->home.plan);
    return false;
}

static bool make_portal(PgSession *s, PreparedStatement *p, const Formats *results, Portal **ret, Err *err) {
    const RowFormat format = {.formats = results->at, .format_count = results->count};
    *ret = NULL;
    if (!has_plan(p)) return true;
    if (p->class == CLASS_DECLARE) {
        PortalPlan plan = pg_cursor_plan(s, &p->declare, p->home.plan);
        p->home.plan = NULL;
        *ret = portal_new(&plan);
        return true;
    }
    if (!row_format_check(&format, statement_columns(p->home.plan), err)) return false;
    PortalPlan plan = prepared_portal(s, p);
    plan.formats = results->at;
    plan.format_count = results->count;
    *ret = portal_new(&plan);
    return true;
}

/* What Execute needs of a statement without a plan: FETCH's formats; none: all text, whatever the cursor has. */
static void take_formats(OpenPortal *open, const Formats *results) {
    open->format_count = MAX(results->count, (size_t)1);
    int16_t *formats = arena_array(&open->arena, int16_t, open->format_count);
    if (results->count) memcpy(formats, results->at, results->count * sizeof *formats);
    open->formats = formats;
}

static void copy_declare(Arena *a, const DeclareStatement *from, DeclareStatement *ret) {
    *ret = *from;
    ret->name = arena_str(a, from->name);
    ret->query = arena_str(a, from->query);
}

static bool bind(PgSession *s, Str body, Str *ret_sql, Err *err) {
    Fields f = fields_of(body);
    Str name = field_text(&f), statement = field_text(&f);
    Formats results;
    Portal *portal;
    if (f.bad) return malformed(err);
    PreparedStatement *p = prepared_find(s, statement);
    if (!p) return prepared_missing(statement, err);
    *ret_sql = p->typed.sql;
    if (!pg_usable(s, p->source, err)) return false;
    OpenPortal *open = open_portal_add(s, name, p->source, err);
    if (!open) return false;
    open->class = p->class;
    if (!read_values(s, p, &f, &results, err) || !make_portal(s, p, &results, &portal, err)) {
        open_portal_drop(s, open);
        return false;
    }
    open->portal = portal;
    take_formats(open, &results);
    copy_declare(&open->arena, &p->declare, &open->declare);
    return true;
}

void pg_bind(PgSession *s, Str body) {
    Err err = {0};
    Str sql = {0};
    begin_batch(s);
    if (bind(s, body, &sql, &err)) answer(s, '2');
    else fail(s, &err, sql);
}

static bool describe_statement(PgSession *s, Str name, Err *err) {
    PreparedStatement *p = prepared_find(s, name);
    if (!p) return prepared_missing(name, err);
    if (has_plan(p) && !prepared_plan(s, p, err)) return false;
    wire_begin(&s->wire, 't');
    wire_put_i16(&s->wire, (int16_t)p->typed.oid_count);
    for (size_t i = 0; i < p->typed.oid_count; i++) wire_put_i32(&s->wire, (int32_t)p->typed.oids[i]);
    wire_end(&s->wire);
    if (p->class == CLASS_FETCH || p->class == CLASS_EXECUTE)
        return pg_rows_describe(s, p->source, &(RowFormat){0}, err);
    if (p->class == CLASS_SQL) row_description(&s->wire, p->home.plan, &(RowFormat){0}, p->typed.sql);
    else answer(s, 'n');
    return true;
}

static bool describe_portal(PgSession *s, Str name, Err *err) {
    const OpenPortal *p = open_portal_find(s, name);
    if (!p) return portal_missing("portal", name, err);
    if (p->class == CLASS_SQL && p->portal) {
        portal_describe(p->portal, &s->wire);
    } else if (p->class == CLASS_FETCH || p->class == CLASS_EXECUTE) {
        const RowFormat format = {.formats = p->formats, .format_count = p->format_count};
        return pg_rows_describe(s, p->sql, &format, err);
    } else {
        answer(s, 'n');
    }
    return true;
}

void pg_describe(PgSession *s, Str body) {
    Fields f = fields_of(body);
    Err err = {0};
    char what = field_byte(&f);
    Str name = field_text(&f);
    bool ok = f.bad || (what != 'S' && what != 'P') ? malformed(&err)
              : what == 'S'                         ? describe_statement(s, name, &err)
                                                    : describe_portal(s, name, &err);
    if (!ok) fail(s, &err, (Str){0});
}

/* The portal of a DECLARE becomes the cursor's. */
static bool execute_declare(PgSession *s, OpenPortal *p, Err *err) {
    Portal *portal = p->portal;
    DeclareStatement d;
    copy_declare(&s->arena, &p->declare, &d);
    p->portal = NULL;
    if (!portal) return pg_error(err, "55000", "portal \"" STR_FMT "\" cannot be run", STR_ARG(p->name));
    if (!pg_begin_implicit(s, err) || !pg_declare_portal(s, &d, portal, arena_str(&s->arena, p->sql), err))
        return false;
    pg_complete_tag(&s->wire, STR("DECLARE CURSOR"));
    return true;
}

static bool execute_verb(PgSession *s, Str sql, Err *err) {
    bool is;
    const char *tag;
    if (!pg_verb(s, sql, &is, &tag, err)) return false;
    BUG_ON(!is);
    pg_complete_tag(&s->wire, str_of(tag));
    return true;
}

static bool execute(PgSession *s, Str body, Str *ret_sql, Err *err) {
    Fields f = fields_of(body);
    Str name = field_text(&f);
    int32_t most = field_i32(&f);
    if (f.bad) return malformed(err);
    OpenPortal *p = open_portal_find(s, name);
    if (!p) return portal_missing("portal", name, err);
    *ret_sql = arena_str(&s->arena, p->sql); /* a verb drops the portals */
    if (p->class == CLASS_EMPTY) {
        answer(s, 'I');
        return true;
    }
    if (!pg_usable(s, *ret_sql, err)) return false;
    if (p->class == CLASS_VERB) return execute_verb(s, *ret_sql, err);
    if (p->class == CLASS_DECLARE) return execute_declare(s, p, err);
    if (!(p->class == CLASS_SQL ? pg_begin_batch(s, err) : pg_begin_implicit(s, err))) return false;
    if (!p->portal) p->portal = pg_rows_open(s, *ret_sql, p->formats, p->format_count, err);
    return p->portal && pg_execute(s, p->portal, *ret_sql, most > 0 ? (uint64_t)most : 0, err);
}

void pg_execute_message(PgSession *s, Str body) {
    Err err = {0};
    Str sql = {0};
    bool ok = execute(s, body, &sql, &err);
    pg_send_warnings(s);
    if (!ok || !pg_settings_apply(s, &err)) fail(s, &err, sql);
}

void pg_close(PgSession *s, Str body) {
    Fields f = fields_of(body);
    Err err = {0};
    char what = field_byte(&f);
    Str name = field_text(&f);
    if (f.bad || (what != 'S' && what != 'P')) {
        malformed(&err);
        fail(s, &err, (Str){0});
        return;
    }
    PreparedStatement *statement = what == 'S' ? prepared_find(s, name) : NULL;
    OpenPortal *portal = what == 'P' ? open_portal_find(s, name) : NULL;
    if (statement) prepared_drop(s, statement);
    if (portal) open_portal_drop(s, portal);
    answer(s, '3');
}

void pg_sync(PgSession *s) {
    Err err = {0};
    s->skipping = s->batch = s->single = false;
    if (s->transaction == TRANSACTION_NONE) pg_portals_drop(s);
    if (!pg_end_implicit(s, &err)) pg_send_error(&s->wire, SEVERITY_ERROR, &err, (Str){0});
    pg_statement_over(s);
}

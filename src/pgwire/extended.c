/* The extended protocol: Parse, Bind, Describe, Execute, Close, Sync. What comes between two Syncs is one transaction. */
#include "pgwire/infer.h"
#include "pgwire/parameter.h"
#include "pgwire/rows.h"
#include "pgwire/session.h"
#include "sql/token.h"

/* A prepared statement. The empty name is that of the unnamed one. */
struct PreparedStatement {
    PreparedStatement *next;
    Arena arena;
    Str name, sql;
    bool verb, empty, inferred;
    uint32_t *oids; /* of the parameters; as declared until it was planned */
    size_t oid_count;
    size_t parameters;
    Statement *plan; /* NULL: a portal has it, or it must be made again */
    uint64_t planned_at;
};

struct OpenPortal {
    OpenPortal *next;
    Str name, sql;
    Arena arena;
    Portal *portal; /* NULL: a verb or an empty statement */
};

/* ---- names ---- */

static PreparedStatement *find_statement(const PgSession *s, Str name) {
    PreparedStatement *p = s->statements;
    while (p && !str_equal(p->name, name)) p = p->next;
    return p;
}

static OpenPortal *find_portal(const PgSession *s, Str name) {
    OpenPortal *p = s->portals;
    while (p && !str_equal(p->name, name)) p = p->next;
    return p;
}

static void drop_statement(PgSession *s, PreparedStatement *p) {
    PreparedStatement **at = &s->statements;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    if (p->plan) statement_close(p->plan);
    arena_release(&p->arena);
    free(p);
}

static void drop_portal(PgSession *s, OpenPortal *p) {
    OpenPortal **at = &s->portals;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    if (p->portal) portal_free(p->portal);
    arena_release(&p->arena);
    free(p);
}

void pg_portals_drop(PgSession *s) {
    while (s->portals) drop_portal(s, s->portals);
}

void pg_statements_drop(PgSession *s) {
    while (s->statements) drop_statement(s, s->statements);
}

bool pg_statement_drop(PgSession *s, Str name, Err *err) {
    PreparedStatement *p = find_statement(s, name);
    if (!p) return pg_error(err, "26000", "prepared statement \"" STR_FMT "\" does not exist", STR_ARG(name));
    drop_statement(s, p);
    return true;
}

bool pg_portals_keep(PgSession *s, const Portal *but, Err *err) {
    for (OpenPortal *p = s->portals; p; p = p->next)
        if (p->portal && p->portal != but && !portal_keep(p->portal, err)) return false;
    return true;
}

/* ---- planning ---- */

/* DuckDB plans anew at each run when there are parameters; without them an old plan answers wrongly after data changed. */
static bool is_fresh(const PgSession *s, const PreparedStatement *p) {
    return p->plan && (p->parameters || p->planned_at == s->serial);
}

/* Writes the types of parameters into the SQL that only we can tell. Once: the text stays. */
static void infer_types(PgSession *s, PreparedStatement *p) {
    Err unknown = {0};
    Str probe;
    if (p->inferred) return;
    p->inferred = true;
    p->sql = infer_casts(&p->arena, p->sql, &(ParameterTypes){p->oids, p->oid_count});
    probe = infer_probe(&p->arena, p->sql);
    if (probe.at == p->sql.at) return;
    Statement *st = pg_plan(s, probe, &unknown);
    if (!st) {
        session_recover(s->db);
        return;
    }
    p->sql = infer_arrays(&p->arena, p->sql, st);
    statement_close(st);
}

static bool replan(PgSession *s, PreparedStatement *p, Str sql, Err *err) {
    statement_close(p->plan);
    p->sql = sql;
    return (p->plan = pg_plan(s, p->sql, err));
}

static bool plan(PgSession *s, PreparedStatement *p, Err *err) {
    if (is_fresh(s, p)) return true;
    if (p->plan) statement_close(p->plan);
    p->plan = NULL;
    if (!pg_begin_implicit(s, err)) return false;
    infer_types(s, p);
    if (!(p->plan = pg_plan(s, p->sql, err))) return false;
    Str like = infer_likes(&p->arena, p->sql, p->plan, &(ParameterTypes){p->oids, p->oid_count});
    if (like.at != p->sql.at && !replan(s, p, like, err)) return false;
    Str cast = parameter_casts(&p->arena, p->sql, p->plan, p->oids, p->oid_count);
    if (cast.at != p->sql.at && !replan(s, p, cast, err)) return false;
    if (statement_is_unresolved(p->plan)) {
        Err unknown = {0};
        Statement *shape = pg_plan(s, parameter_shape(&p->arena, p->sql, p->plan, p->oids, p->oid_count), &unknown);
        if (shape) statement_take_shape(p->plan, shape);
        else session_recover(s->db);
    }
    p->planned_at = s->serial;
    p->parameters = statement_parameters(p->plan);
    uint32_t *oids = arena_array(&p->arena, uint32_t, p->parameters);
    for (size_t i = 0; i < p->parameters; i++) {
        bool declared = i < p->oid_count && p->oids[i] && p->oids[i] != OID_UNKNOWN;
        oids[i] = declared ? p->oids[i] : pg_type_of(statement_parameter_type(p->plan, i)).oid;
    }
    p->oids = oids;
    p->oid_count = p->parameters;
    return true;
}

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

static bool parse(PgSession *s, Str body, Str *ret_sql, Err *err) {
    Fields f = fields_of(body);
    Str name = field_text(&f), text = field_text(&f), rest = text, sql, more;
    int16_t count = field_i16(&f);
    if (f.bad || count < 0) return malformed(err);
    *ret_sql = text;
    bool any = sql_cut(&rest, &sql);
    if (any && sql_cut(&rest, &more))
        return pg_error(err, "42601", "cannot insert multiple commands into a prepared statement");
    PreparedStatement *old = find_statement(s, name);
    if (old && name.len)
        return pg_error(err, "42P05", "prepared statement \"" STR_FMT "\" already exists", STR_ARG(name));
    if (s->transaction == TRANSACTION_FAILED && any && !pg_is_verb(sql))
        return pg_error(err, "25P02",
                        "current transaction is aborted, commands ignored until end of transaction block");
    if (old) drop_statement(s, old);
    PreparedStatement *p = calloc(1, sizeof *p);
    BUG_ON(!p);
    p->name = arena_str(&p->arena, name);
    p->sql = arena_str(&p->arena, any ? sql : STR(""));
    p->empty = !any;
    p->verb = any && pg_is_verb(sql);
    p->oid_count = (size_t)count;
    p->oids = arena_array(&p->arena, uint32_t, p->oid_count);
    for (size_t i = 0; i < p->oid_count; i++) p->oids[i] = (uint32_t)field_i32(&f);
    p->next = s->statements;
    s->statements = p;
    bool ok = f.bad ? malformed(err) : p->verb || p->empty || plan(s, p, err);
    if (!ok) drop_statement(s, p);
    return ok;
}

void pg_parse(PgSession *s, Str body) {
    Err err = {0};
    Str sql = {0};
    if (parse(s, body, &sql, &err)) answer(s, '1');
    else fail(s, &err, sql);
}

typedef struct Formats {
    int16_t *at;
    size_t count;
} Formats;

static bool read_formats(Fields *f, Arena *a, Formats *ret) {
    int16_t count = field_i16(f);
    if (f->bad || count < 0) return false;
    *ret = (Formats){arena_array(a, int16_t, (size_t)count), (size_t)count};
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
        if (len >= 0 && !parameter_value(&s->arena, i + 1, p->oids[i], statement_parameter_type(p->plan, i),
                                         format_of(formats, i), bytes, &value, err))
            return false;
        if (!statement_bind(p->plan, i, &value, err)) return false;
    }
    return true;
}

/* The portal's statement, with its values. */
static bool bind_statement(PgSession *s, PreparedStatement *p, Fields *f, Portal **ret, Err *err) {
    Formats formats, results;
    if (!read_formats(f, &s->arena, &formats)) return malformed(err);
    int16_t count = field_i16(f);
    if (f->bad || count < 0) return malformed(err);
    if (!p->verb && !p->empty && !plan(s, p, err)) return false;
    if ((size_t)count != p->parameters)
        return pg_error(err, "08P01",
                        "bind message supplies %d parameters, but prepared statement \"" STR_FMT "\" requires %zu",
                        count, STR_ARG(p->name), p->parameters);
    if (formats.count > 1 && formats.count != p->parameters) return malformed(err);
    if (!bind_values(s, p, f, &formats, err)) return false;
    if (!read_formats(f, &s->arena, &results)) return malformed(err);
    *ret = NULL;
    if (p->verb || p->empty) return true;
    size_t columns = statement_columns(p->plan);
    if (results.count > 1 && results.count != columns)
        return pg_error(err, "08P01", "bind message has %zu result formats but query has %zu columns", results.count,
                        columns);
    *ret = portal_new(p->plan, p->sql, results.at, results.count);
    p->plan = NULL;
    return true;
}

static bool bind(PgSession *s, Str body, Str *ret_sql, Err *err) {
    Fields f = fields_of(body);
    Str name = field_text(&f), statement = field_text(&f);
    Portal *portal;
    if (f.bad) return malformed(err);
    PreparedStatement *p = find_statement(s, statement);
    if (!p) return pg_error(err, "26000", "prepared statement \"" STR_FMT "\" does not exist", STR_ARG(statement));
    *ret_sql = p->sql;
    OpenPortal *old = find_portal(s, name);
    if (old && name.len) return pg_error(err, "42P03", "cursor \"" STR_FMT "\" already exists", STR_ARG(name));
    if (old) drop_portal(s, old);
    if (!bind_statement(s, p, &f, &portal, err)) return false;
    OpenPortal *open = calloc(1, sizeof *open);
    BUG_ON(!open);
    open->name = arena_str(&open->arena, name);
    open->sql = arena_str(&open->arena, p->sql);
    open->portal = portal;
    open->next = s->portals;
    s->portals = open;
    return true;
}

void pg_bind(PgSession *s, Str body) {
    Err err = {0};
    Str sql = {0};
    if (bind(s, body, &sql, &err)) answer(s, '2');
    else fail(s, &err, sql);
}

static bool describe_statement(PgSession *s, Str name, Err *err) {
    PreparedStatement *p = find_statement(s, name);
    if (!p) return pg_error(err, "26000", "prepared statement \"" STR_FMT "\" does not exist", STR_ARG(name));
    bool rows = !p->verb && !p->empty;
    if (rows && !plan(s, p, err)) return false;
    wire_begin(&s->wire, 't');
    wire_put_i16(&s->wire, (int16_t)p->oid_count);
    for (size_t i = 0; i < p->oid_count; i++) wire_put_i32(&s->wire, (int32_t)p->oids[i]);
    wire_end(&s->wire);
    if (rows) row_description(&s->wire, p->plan, &(RowFormat){0}, p->sql);
    else answer(s, 'n');
    return true;
}

static bool describe_portal(PgSession *s, Str name, Err *err) {
    const OpenPortal *p = find_portal(s, name);
    if (!p) return pg_error(err, "34000", "portal \"" STR_FMT "\" does not exist", STR_ARG(name));
    if (p->portal) portal_describe(p->portal, &s->wire);
    else answer(s, 'n');
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

static bool execute(PgSession *s, Str body, Str *ret_sql, Err *err) {
    Fields f = fields_of(body);
    Str name = field_text(&f);
    int32_t most = field_i32(&f);
    bool is;
    const char *tag;
    if (f.bad) return malformed(err);
    OpenPortal *p = find_portal(s, name);
    if (!p) return pg_error(err, "34000", "portal \"" STR_FMT "\" does not exist", STR_ARG(name));
    *ret_sql = arena_str(&s->arena, p->sql); /* a verb drops the portals */
    if (!ret_sql->len) {
        answer(s, 'I');
        return true;
    }
    if (!pg_verb(s, *ret_sql, &is, &tag, err)) return false;
    if (is) {
        pg_complete_tag(&s->wire, str_of(tag));
        return true;
    }
    return pg_begin_implicit(s, err) && pg_execute(s, p->portal, *ret_sql, most > 0 ? (uint64_t)most : 0, err);
}

void pg_execute_message(PgSession *s, Str body) {
    Err err = {0};
    Str sql = {0};
    if (!execute(s, body, &sql, &err)) fail(s, &err, sql);
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
    PreparedStatement *statement = what == 'S' ? find_statement(s, name) : NULL;
    OpenPortal *portal = what == 'P' ? find_portal(s, name) : NULL;
    if (statement) drop_statement(s, statement);
    if (portal) drop_portal(s, portal);
    answer(s, '3');
}

void pg_sync(PgSession *s) {
    Err err = {0};
    s->skipping = false;
    if (s->transaction == TRANSACTION_NONE) pg_portals_drop(s);
    if (!pg_end_implicit(s, &err)) pg_send_error(&s->wire, SEVERITY_ERROR, &err, (Str){0});
}

#include "pgwire/named.h"

#include "base/time.h"
#include "pgwire/parameter.h"

/* ---- prepared statements ---- */

PreparedStatement *prepared_find(const PgSession *s, Str name) {
    PreparedStatement *p = s->statements;
    while (p && !str_equal(p->name, name)) p = p->next;
    return p;
}

bool prepared_missing(Str name, Err *err) {
    if (!name.len) return pg_error(err, "26000", "unnamed prepared statement does not exist");
    return pg_error(err, "26000", "prepared statement \"" STR_FMT "\" does not exist", STR_ARG(name));
}

PreparedStatement *prepared_add(PgSession *s, Str name, Err *err) {
    PreparedStatement *old = prepared_find(s, name);
    if (old && name.len) {
        pg_error(err, "42P05", "prepared statement \"" STR_FMT "\" already exists", STR_ARG(name));
        return NULL;
    }
    if (old) prepared_drop(s, old);
    PreparedStatement *p = calloc(1, sizeof *p);
    BUG_ON(!p);
    p->name = arena_str(&p->arena, name);
    p->typed.arena = &p->arena;
    p->made_us = time_now_us();
    p->next = s->statements;
    s->statements = p;
    return p;
}

void prepared_drop(PgSession *s, PreparedStatement *p) {
    PreparedStatement **at = &s->statements;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    plan_home_release(&p->home);
    arena_release(&p->arena);
    free(p);
}

void pg_statements_drop(PgSession *s) {
    while (s->statements) prepared_drop(s, s->statements);
}

/* A plan with parameters sees what others have committed, in its file; one without them answers wrongly after data changed. */
static bool is_fresh(const PgSession *s, const PreparedStatement *p) {
    return p->home.plan && p->world == s->world && ((p->parameters && !p->elsewhere) || p->planned_at == s->serial);
}

/* A plan takes memory that no client thinks of: the one not used for longest goes. */
static void make_room(PgSession *s) {
    enum { PLANS = 64 };
    size_t plans = 0;
    PreparedStatement *oldest = NULL;
    for (PreparedStatement *p = s->statements; p; p = p->next) {
        if (!p->home.plan) continue;
        plans++;
        if (!oldest || p->used_at < oldest->used_at) oldest = p;
    }
    if (plans >= PLANS) plan_home_release(&oldest->home);
}

/* Whether the columns are those of the first plan: a client that knows them would misread others. */
static bool same_shape(PreparedStatement *p) {
    AUTO(Buf) shape = {0};
    for (size_t i = 0; i < statement_columns(p->home.plan); i++) {
        PgType type = pg_type_of(statement_column_type(p->home.plan, i));
        buf_printf(&shape, "%u %d\n", type.oid, type.modifier);
    }
    if (!p->shaped) p->shape = arena_str(&p->arena, buf_str(&shape));
    p->shaped = true;
    return str_equal(p->shape, buf_str(&shape));
}

bool prepared_plan(PgSession *s, PreparedStatement *p, Err *err) {
    p->used_at = s->serial;
    if (is_fresh(s, p)) return true;
    plan_home_release(&p->home);
    make_room(s);
    bool begun = p->from_sql ? pg_begin_implicit(s, err) : pg_begin_batch(s, err);
    if (!begun || !(p->home.plan = typed_plan(s, &p->typed, err))) return false;
    p->parameters = statement_parameters(p->home.plan);
    p->planned_at = s->serial;
    p->world = s->world;
    p->elsewhere = s->elsewhere;
    if (same_shape(p)) return true;
    plan_home_release(&p->home);
    return pg_error(err, "0A000", "cached plan must not change result type");
}

PortalPlan prepared_portal(PgSession *s, PreparedStatement *p) {
    return (PortalPlan){.st = p->home.plan, .home = &p->home, .sql = p->typed.sql, .kept = s->kept};
}

/* ---- portals ---- */

OpenPortal *open_portal_find(const PgSession *s, Str name) {
    OpenPortal *p = s->portals;
    while (p && !str_equal(p->name, name)) p = p->next;
    return p;
}

bool portal_missing(const char *what, Str name, Err *err) {
    return pg_error(err, "34000", "%s \"" STR_FMT "\" does not exist", what, STR_ARG(name));
}

void open_portal_drop(PgSession *s, OpenPortal *p) {
    OpenPortal **at = &s->portals;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    if (p->portal) portal_free(p->portal);
    arena_release(&p->arena);
    free(p);
}

OpenPortal *open_portal_add(PgSession *s, Str name, Str sql, Err *err) {
    OpenPortal *old = open_portal_find(s, name);
    if (old && name.len) {
        pg_error(err, "42P03", "cursor \"" STR_FMT "\" already exists", STR_ARG(name));
        return NULL;
    }
    if (old) open_portal_drop(s, old);
    OpenPortal *p = calloc(1, sizeof *p);
    BUG_ON(!p);
    p->name = arena_str(&p->arena, name);
    p->sql = arena_str(&p->arena, sql);
    p->made_us = time_now_us();
    p->next = s->portals;
    s->portals = p;
    return p;
}

void pg_portals_drop(PgSession *s) {
    for (OpenPortal *p = s->portals, *next; p; p = next) {
        next = p->next;
        if (!p->held) open_portal_drop(s, p);
    }
}

void pg_portals_close(PgSession *s) {
    while (s->portals) open_portal_drop(s, s->portals);
}

bool pg_portals_keep(PgSession *s, const Portal *but, Err *err) {
    for (OpenPortal *p = s->portals; p; p = p->next)
        if (p->portal && p->portal != but && !portal_keep(p->portal, err)) return false;
    return true;
}

bool pg_portals_hold(PgSession *s, Err *err) {
    for (OpenPortal *p = s->portals; p; p = p->next) {
        if (!p->hold || p->held) continue;
        pg_statement_begin(s, p->sql);
        if (!pg_statement_end(s, portal_keep(p->portal, err), err)) return false;
    }
    for (OpenPortal *p = s->portals; p; p = p->next) p->held |= p->hold;
    return true;
}

/* What a session has under names: prepared statements (of Parse and of PREPARE) and portals (of Bind and of DECLARE). One thread. */
#pragma once

#include "pgwire/typed_plan.h"

/* What a text is, as far as it matters before it runs. */
typedef enum StatementClass {
    CLASS_SQL, /* DuckDB's */
    CLASS_EMPTY,
    CLASS_VERB,    /* pond's own, without rows */
    CLASS_FETCH,   /* pond's own, with rows */
    CLASS_EXECUTE, /* the same */
    CLASS_DECLARE, /* pond's own, of a query which may have parameters */
} StatementClass;

/* The empty name is that of the unnamed one. */
struct PreparedStatement {
    PreparedStatement *next;
    Arena arena;
    Str name, source; /* as the client wrote it */
    StatementClass class;
    DeclareStatement declare;
    bool from_sql; /* by PREPARE */
    int64_t made_us;
    TypedSql typed; /* what is planned: of a DECLARE its query */
    size_t parameters;
    PlanHome home;                       /* its plan, unless a portal has it or it must be made again */
    uint64_t planned_at, world, used_at; /* PgSession.serial, .world and again .serial */
    Str shape;                           /* types of the first plan's columns */
    bool shaped;
    bool elsewhere; /* PgSession.elsewhere */
};

struct OpenPortal {
    OpenPortal *next;
    Str name, sql;
    Arena arena;
    StatementClass class;
    DeclareStatement declare; /* of CLASS_DECLARE, before it has run */
    const int16_t *formats;   /* of CLASS_FETCH and CLASS_EXECUTE */
    size_t format_count;
    Portal *portal;          /* NULL: not yet, or it has none */
    bool cursor;             /* by DECLARE */
    bool binary, hold, held; /* held: its transaction has ended */
    int64_t made_us;
};

StatementClass pg_class_of(Str sql);

/* ---- prepared statements ---- */
PreparedStatement *prepared_find(const PgSession *s, Str name);
/* A new one, in the session's list; 42P05 when there is one of that name. */
PreparedStatement *prepared_add(PgSession *s, Str name, Err *err) MUST_USE;
void prepared_drop(PgSession *s, PreparedStatement *p);
/* Plans it when it has no plan that is true now. */
bool prepared_plan(PgSession *s, PreparedStatement *p, Err *err) MUST_USE;
/* Plan for a portal of it: the statement is planned, and its values are bound. */
PortalPlan prepared_portal(PgSession *s, PreparedStatement *p);
bool prepared_missing(Str name, Err *err);

/* ---- portals ---- */
OpenPortal *open_portal_find(const PgSession *s, Str name);
/* In the session's list. An unnamed one of before is dropped; 42P03 when another has the name. */
OpenPortal *open_portal_add(PgSession *s, Str name, Str sql, Err *err) MUST_USE;
void open_portal_drop(PgSession *s, OpenPortal *p);
/* DECLARE, with its portal. Takes the portal over. */
bool pg_declare_portal(PgSession *s, const DeclareStatement *d, Portal *portal, Str sql, Err *err) MUST_USE;
bool portal_missing(const char *what, Str name, Err *err);

/* ---- FETCH and EXECUTE: statements of pond's own that give rows ---- */
/* The portal of one; formats as Bind has them. */
Portal *pg_rows_open(PgSession *s, Str sql, const int16_t *formats, size_t format_count, Err *err) MUST_USE;
/* Its RowDescription, or NoData when what it names is not there. */
bool pg_rows_describe(PgSession *s, Str sql, const RowFormat *format, Err *err) MUST_USE;

/*
 * Portal: a statement that runs, and how far its rows have been sent. A session has one stream open at a time: when another statement is
 * about to run, the rows that a portal has not sent yet are kept beside (row_store.h).
 *
 * A cursor is a portal that DECLARE made: each FETCH may want its rows in another format, and may go back.
 */
#pragma once

#include "pgwire/pg_type.h"
#include "pgwire/row_store.h"
#include "pgwire/rows.h"
#include "pgwire/wire.h"
#include "sql/cursor.h"
#include "warehouse/statement.h"

typedef struct Portal Portal;

/* Where a plan that can be run again is, while no portal has it. */
typedef struct PlanHome {
    Statement *plan; /* NULL: the user has it, or it must be made */
    Portal *user;    /* gives the plan back when it is freed; NULL: none will */
} PlanHome;

/* Closes the plan; a portal that has it keeps it. */
void plan_home_release(PlanHome *home);

typedef enum PortalScroll {
    SCROLL_NO,
    SCROLL_CHEAP, /* as long as all rows passed are in memory: what DECLARE without a word gives */
    SCROLL_YES,
} PortalScroll;

typedef struct PortalPlan {
    Statement *st;          /* taken over */
    PlanHome *home;         /* where it was, and comes back to; NULL: it is closed at the end */
    Str sql;                /* for the tag and the columns' names; copied */
    const int16_t *formats; /* of the result's columns as Bind has them (none: text, one: for all); copied */
    size_t format_count;
    bool cursor;         /* rows may be wanted in other formats than these */
    PortalScroll scroll; /* of a cursor */
    RowStorePlan kept;   /* what it needs for rows kept beside */
} PortalPlan;

Portal *portal_new(const PortalPlan *plan);
/* A portal whose rows are what a FETCH gives when it runs: the source must live until then. */
Portal *portal_new_fetch(Portal *source, const FetchStatement *fetch, const PortalPlan *plan);
void portal_free(Portal *p);
DEFINE_AUTO_PTR(Portal, portal_free)

/* The RowDescription, or NoData when it gives no rows. */
void portal_describe(const Portal *p, Wire *w);
/* The same of a cursor's rows in other formats. */
bool portal_describe_as(const Portal *p, const RowFormat *format, Wire *w, Err *err) MUST_USE;
/* Runs the statement up to its first rows, if it has not been. */
bool portal_start(Portal *p, Err *err) MUST_USE;
/* Sends at most `most` rows (0: all), then CommandComplete or, when rows are left, PortalSuspended. Runs the statement the first
 * time. */
bool portal_execute(Portal *p, uint64_t most, Wire *w, Err *err) MUST_USE;
/* FETCH: sends the rows that the statement asks for and moves the portal. MOVE (w NULL): the same without rows. */
bool portal_fetch(Portal *p, const FetchStatement *fetch, const RowFormat *format, Wire *w, uint64_t *ret_rows,
                  Err *err) MUST_USE;
/* Fetches what has not been sent, so that the session can run another statement. */
bool portal_keep(Portal *p, Err *err) MUST_USE;
bool portal_only_reads(const Portal *p);
/* Its start failed as statement_is_outdated() tells. */
bool portal_is_outdated(const Portal *p);
bool portal_defines(const Portal *p); /* tables, views, types: no SELECT and no change of rows */
/* Whose statement runs when this one is executed: itself, or of a FETCH the source. */
Portal *portal_source(Portal *p);
Str portal_sql(const Portal *p);
bool portal_started(const Portal *p);
PortalScroll portal_scroll(const Portal *p);
bool portal_gives_rows(const Portal *p);
bool portal_is_query(const Portal *p);

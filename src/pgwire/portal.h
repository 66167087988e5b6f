/*
 * Portal: a statement that runs, and how far its rows have been sent. A session has one stream open at a time: when another statement is
 * about to run, the rows that a portal has not sent yet are kept beside (in memory, then in a file without a name).
 */
#pragma once

#include "pgwire/pg_type.h"
#include "pgwire/wire.h"
#include "warehouse/statement.h"

typedef struct Portal Portal;

/* Takes the statement over. formats: of the result's columns as Bind has them (none: text, one: for all); copied. sql: for the tag;
 * copied. */
Portal *portal_new(Statement *st, Str sql, const int16_t *formats, size_t format_count);
void portal_free(Portal *p);
DEFINE_AUTO_PTR(Portal, portal_free)

/* The RowDescription, or NoData when it gives no rows. */
void portal_describe(const Portal *p, Wire *w);
/* Sends at most `most` rows (0: all), then CommandComplete or, when rows are left, PortalSuspended. Runs the statement the first
 * time. */
bool portal_execute(Portal *p, uint64_t most, Wire *w, Err *err) MUST_USE;
/* Fetches what has not been sent, so that the session can run another statement. */
bool portal_keep(Portal *p, Err *err) MUST_USE;
bool portal_only_reads(const Portal *p);
/* Its statement may have a stream open. */
bool portal_streams(const Portal *p);

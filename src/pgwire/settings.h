/*
 * Settings of a session, as PostgreSQL names them (its "GUCs"): SET, RESET and SHOW are Pond's own, because DuckDB knows few of the
 * names and most of its own settings are the whole database's (DESIGN 5.5). settings.c has the table.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "warehouse/warehouse.h"

typedef struct PgSession PgSession;

/* SET and RESET, without their first word: "x = 1", "LOCAL x TO DEFAULT", "SESSION CHARACTERISTICS ..." */
bool pg_set(PgSession *s, Str rest, Err *err) MUST_USE;
bool pg_reset(PgSession *s, Str rest, Err *err) MUST_USE;
/* A connection to the warehouse that finds the catalog. */
Session *pg_session_open(PgSession *s, Err *err) MUST_USE;
/* From the start-up packet. False: there is no such setting, or the value is wrong. */
bool pg_setting_set(PgSession *s, Str name, Str value, Err *err) MUST_USE;
/* All as at the start. */
void pg_settings_reset(PgSession *s);
/* The value of now; false: there is no such setting. Borrowed until the next SET. */
bool pg_setting_get(const PgSession *s, Str name, Str *ret);
/* ParameterStatus of those that clients want to know, at the start. */
void pg_settings_report(PgSession *s);
/* "SHOW x" as a SELECT; what DuckDB shows itself (SHOW TABLES) and everything else is returned as it is. In the message's arena. */
Str pg_show(PgSession *s, Str sql);

/*
 * Words that PostgreSQL lets be names of columns and tables, and DuckDB keeps for itself: quoted where a name stands.
 *
 *     create table t (at timestamp, show text)        "at" timestamp, "show" text
 *     x AT TIME ZONE 'UTC', FROM (DESCRIBE t)          stay
 */
#pragma once

#include "base/arena.h"

/* The same text when there is none. Any thread. */
Str sql_quote_keywords(Arena *a, Str sql);

/*
 * Definitions as PostgreSQL writes them and DuckDB does not: indexes, what makes them, and tables like others.
 *
 * | PostgreSQL | DuckDB |
 * | CREATE INDEX ON s.t (a, lower(b)) | CREATE INDEX t_a_lower_idx ON s.t (a, lower(b)) |
 * | USING btree, a text_pattern_ops, INCLUDE (b), DROP INDEX CONCURRENTLY | nothing |
 * | ALTER TABLE t ADD CONSTRAINT c UNIQUE (a) | CREATE UNIQUE INDEX c ON t (a) |
 * | CREATE TABLE t (LIKE s INCLUDING ALL) | CREATE TABLE t AS FROM s WITH NO DATA: columns and types, no constraints |
 */
#pragma once

#include "base/arena.h"

/* The same text when there is nothing to change. Any thread. */
Str sql_definition(Arena *a, Str sql);

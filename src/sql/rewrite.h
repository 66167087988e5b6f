/*
 * PostgreSQL's SQL in DuckDB's words, token by token: what both write alike stays as it is, character by character.
 *
 *     Str ours = sql_rewrite(arena, theirs, &context);       the same text when there is nothing to change
 *
 * | PostgreSQL | DuckDB |
 * | pg_catalog.f(x), pg_catalog.pg_class, x::pg_catalog.int4 | without the prefix: the search path has Pond's catalog |
 * | a OPERATOR(pg_catalog.~) b, a ~ b, a ~* b, a !~ b | a ~ '(?s).*(?:b).*': DuckDB's operator wants the whole text to fit |
 * | 'x'::regclass | the number of that table; n::regclass its name; the same of regtype, regproc, regnamespace, regrole |
 * | nextval('public.s'::regclass) | nextval('main.s'): its argument is a constant, and a DEFAULT has no subquery |
 * | nextval(pg_get_serial_sequence('t', 'id')) | nextval('t_id_seq') |
 * | pg_relation_size(x::regclass) | pg_relation_size(x) |
 * | x::name, ::oid, ::jsonb, ::"char", ::_int4... | types that DuckDB has, or the catalog's own |
 * | '{1,2}'::int[] | '[1,2]'::int[] |
 * | '\\x00ff'::bytea | '\\x00\\xff'::BLOB |
 * | x = ANY(c.list) | list_contains(c.list, x): any.h |
 * | COLLATE "default", COLLATE "C", FOR UPDATE, FOR SHARE | nothing |
 * | c.tableoid of `pg_class c` | to_regclass('pg_class') |
 * | public.t | main.t |
 * | pg_temp.t | temp.t |
 * | current_user, session_user, user | the text of its name |
 */
#pragma once

#include "base/arena.h"

typedef struct RewriteContext {
    Str user;
    bool public_is_main; /* the database has no schema `public` of its own */
} RewriteContext;

Str sql_rewrite(Arena *a, Str sql, const RewriteContext *context);

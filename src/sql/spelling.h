/*
 * What PostgreSQL reads otherwise than DuckDB though both accept it, or what only PostgreSQL accepts: literals, patterns, types and
 * calls, token by token. The first of two steps; the second is rewrite.h.
 *
 *     Str sql = sql_spelling(arena, theirs);       the same text when there is nothing to change
 *
 * | PostgreSQL | DuckDB |
 * | b'101', x'1f' | '101'::BIT |
 * | '\xdead'::bytea, CAST('\001' AS bytea), bytea 'a' | '\xDE\xAD'::BLOB |
 * | '1.50'::numeric | DECIMAL(38,2): as many places as the literal has |
 * | x::numeric, CAST(x AS numeric), a column numeric | DECIMAL(38,10), which the wire shows as numeric without digits |
 * | 'on'::bool | 'true'::bool |
 * | x LIKE 'a\_b' | x LIKE 'a\_b' ESCAPE '\' |
 * | x SIMILAR TO '%(a|b)_' | the regular expression |
 * | x #>> '{a,1}', x #> '{a,1}' | x ->> '/a/1', x -> '/a/1' |
 * | extract(year FROM x), date_part('year', x) | pond_extract_..., pond_date_part: numeric and float8, not in views |
 * | format('%s', x) | pond_format('%s', x) |
 * | json_agg(x ORDER BY y) FILTER (...) | to_json(list(x ORDER BY y) FILTER (...)) |
 */
#pragma once

#include "base/arena.h"

Str sql_spelling(Arena *a, Str sql);

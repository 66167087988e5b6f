/*
 * Amounts as people write them in settings: "10GB", "35%", "512 MiB"; "10min", "1.5 s". Any thread.
 */
#pragma once

#include "base/str.h"

/* Bytes: a number and B, KB, MB, GB, TB (powers of 1000, as DuckDB) or KiB, MiB, GiB, TiB, in any case; no unit: bytes; "%": of
 * `whole`. False (and *ret untouched) when it is none. */
bool quantity_bytes(Str text, uint64_t whole, uint64_t *ret);
/* Microseconds: a number and us, ms, s, min, h, d, or no unit: `unit_us` each (PostgreSQL's settings count milliseconds).
 * False (and *ret untouched) when it is none or negative. */
bool quantity_time(Str text, int64_t unit_us, int64_t *ret);

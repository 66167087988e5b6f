/* Amounts as people write them in settings: "10GB", "35%". Durations: base/time.h. Any thread. */
#pragma once

#include "base/str.h"

/* Bytes: a number and B, KB, MB, GB, TB (powers of 1000, as DuckDB) or KiB, MiB, GiB, TiB, in any case; no unit: bytes; "%": of
 * `whole`, which is not 0. False (and *ret untouched) when it is none. */
bool quantity_bytes(Str text, uint64_t whole, uint64_t *ret);

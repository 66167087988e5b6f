/* Dates relative to now, as Meltano's date settings take them: "3 days ago", "in 2 weeks", "yesterday", "last month". The
 * English part of the library dateparser that people use; absolute dates are no business of it. */
#pragma once

#include "base/arena.h"

/* "2024-03-28T10:20:30.123456" of the moment meant, UTC without a zone. False: the text is no relative date. now:
 * microseconds. Without "ago" or "in", a number of units is in the past. */
bool relative_date(Arena *a, Str text, int64_t now, Str *ret);

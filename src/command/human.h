/*
 * Figures as people read them; durations: base/time.h. Each function writes into the caller's Human and returns its text.
 *
 *     Human a, b;
 *     out_printf(out, "%s rows, %s\n", human_count(a, n), human_bytes(b, bytes));
 */
#pragma once

#include "base/str.h"

typedef char Human[40];

const char *human_count(Human h, uint64_t n);            /* "336,776" */
const char *human_bytes(Human h, uint64_t bytes);        /* "100.4 MB" (powers of 1000) */
const char *human_rate(Human h, uint64_t n, int64_t us); /* rows a second: "176,321"; "-" when no time has passed */
/* Local time is nobody's: "2026-11-23 09:15:02" is UTC, like everything stored. */
const char *human_time(Human h, int64_t us);

/* Columns that a UTF-8 text takes on a terminal: wide East Asian characters and emoji two, combining marks none. */
size_t text_width(Str text);
/* The longest beginning that takes at most `width` columns. */
Str text_cut(Str text, size_t width);

/*
 * The program that the other DuckDB's Python runs in a conversion: argv is the file, the folder to fill, the probe. It prints one
 * line of JSON (command/convert_export.h has its members; on failure "error" and "locked") and ends with its input.
 */
#pragma once

/* Pieces, to be joined; ended by NULL: C limits how long one literal may be. */
extern const char *const convert_script[];

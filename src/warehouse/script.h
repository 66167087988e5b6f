/*
 * Script: several statements, run one after the other, each with its own Result.
 *
 *     AUTO_PTR(Script) script = script_open(s, sql, err);
 *     for (Result *r; script && script_next(script, &r, err) && r; result_free(r)) ...
 *
 * Every statement is parsed at script_open, but planned only when those before it have run: it may use what they made.
 */
#pragma once

#include "warehouse/result.h"

typedef struct Script Script;

/* NULL: a statement that cannot be parsed; then none has run. The session must outlive it. */
Script *script_open(Session *s, Str sql, Err *err) MUST_USE;
void script_close(Script *script);
DEFINE_AUTO_PTR(Script, script_close)

/* Runs the next statement. *ret: its result, the caller's; NULL behind the last one. False: it failed. */
bool script_next(Script *script, Result **ret, Err *err) MUST_USE;

/*
 * requires_meltano of the project file: Python's version specifiers (PEP 440), as Meltano checks its own version by them.
 *
 *     bool fits;
 *     if (!specifiers_hold(STR(">=4, <5"), MELTANO_VERSION, &fits, err)) return false;
 */
#pragma once

#include "project/project.h"

/* The Meltano whose behaviour is followed; tests/oracle compares with it. A final release: digits and dots. */
#define MELTANO_VERSION "4.4.1"

/* *ret: a final release satisfies all of them; none are satisfied by any. False: not understood. */
bool specifiers_hold(Str specifiers, const char *release, bool *ret, Err *err) MUST_USE;
/* ERR_INCOMPATIBLE: the project requires another Meltano. */
bool project_check_required(const Project *p, Err *err) MUST_USE;

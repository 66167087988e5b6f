/*
 * SASLprep (RFC 4013): the one form of a password that can be typed in several. As PostgreSQL 15 does it, whose server and libpq look
 * for forbidden characters before they normalise, so that both ends of a login agree. Any thread.
 */
#pragma once

#include "base/arena.h"

/* In the arena, or the password itself when it is ASCII. False: it is no UTF-8, has a forbidden or unassigned (Unicode 3.2)
 * character or directions that do not mix, or nothing is left; then its bytes count as they are. */
bool saslprep(Arena *a, Str password, Str *ret);

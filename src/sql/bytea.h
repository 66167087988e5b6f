/* What PostgreSQL reads as bytea: "\xdead", or text in which \\ is a backslash and \ooo a byte in three octal digits. Any thread. */
#pragma once

#include "base/arena.h"

/* The bytes, in the arena. False: the text is none. */
bool sql_bytea(Arena *a, Str text, Str *ret);

/*
 * Names of tables and sequences inside texts, as regclass reads them: `orders`, `Orders` is the same, `other."Od d"`.
 *
 *     ClassName n;
 *     if (!sql_class_name(arena, STR("public.\"T\""), &n, err)) ...      n.parts: "public", "T"
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { CLASS_NAME_PARTS = 3 };

/* [database.][schema.]name; what is not in quotes in small letters. */
typedef struct ClassName {
    Str parts[CLASS_NAME_PARTS];
    size_t count;
} ClassName;

/* Parts in the arena. ERR_INPUT (42602) when it is none. Any thread. */
bool sql_class_name(Arena *a, Str text, ClassName *ret, Err *err) MUST_USE;
/* In quotes where they are needed. */
void sql_put_name(Str name, Buf *out);
/* a-z, 0-9 and _, no digit first: what stands for itself. */
bool sql_is_plain_name(Str name);

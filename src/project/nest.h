/* Settings with dots in their names: "a.b" is the key b of the map a, `\.` a dot that is part of a key. */
#pragma once

#include "base/node.h"
#include "base/vec.h"

/* Where the next dot without a backslash stands, STR_NONE. */
size_t nest_dot(Str name);
/* The keys of a name, with their backslashes. Slices of it. */
void nest_split(Str name, StrVec *ret);
/* `\.` is `.` */
Str nest_unescape(Arena *a, Str key);

/* {"a": {"b": 1}, "c": {}} is {"a.b": 1, "c": {}}: maps that are not empty are opened, their keys joined by dots. */
Node *nest_flatten(Arena *a, const Node *map);
/* The reverse. What is there already stays: {"a": {"b": 1}, "a.b": 2} is {"a": {"b": 1}}. */
Node *nest_object(Arena *a, const Node *flat, bool unescape);

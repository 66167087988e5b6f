/* include_paths: further YAML files of a project. */
#pragma once

#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

/* Paths (absolute, in the arena, sorted) of the files below root that match one of the patterns, each once; `skip` is left
 * out. Patterns as Python's Path.glob: "*" within a name, "**" any folders. .pond, .meltano and .git are not searched.
 * ERR_CONFIG: a pattern that leads out of root, a match that is no file. */
bool include_find(Arena *a, Str root, const Node *patterns, Str skip, StrVec *ret, Err *err) MUST_USE;

/* One document of several: maps key by key, lists one behind the other, else the last one wins. */
Node *include_merge(Arena *a, const Node *under, const Node *over);

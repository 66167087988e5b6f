/*
 * $VAR and ${VAR} in values of the project file, as Meltano expands them: names in braces are any word, others upper case;
 * `\$VAR` stays without its backslash; one pass, so what a variable holds is not expanded again. An unknown variable is
 * empty, in strict mode (ff.strict_env_var_mode) an error.
 *
 *     Str text;
 *     if (!expand_text(arena, STR("${HOME}/data"), &env, false, &text, err)) return false;
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "base/node.h"

/* env: texts (map_get_str). *ret is `text` itself when there is nothing to expand. */
bool expand_text(Arena *a, Str text, const Map *env, bool strict, Str *ret, Err *err) MUST_USE;
/* Every string inside; keys are left. *ret is `n` itself when nothing changes. */
bool expand_node(Arena *a, const Node *n, const Map *env, bool strict, const Node **ret, Err *err) MUST_USE;
/* An `env` map of the project file into *ret: names as they are, values as texts, expanded in `env` (NULL: as written);
 * null is left out. */
bool expand_env(const Node *env_node, const Map *env, bool strict, Map *ret, Err *err) MUST_USE;

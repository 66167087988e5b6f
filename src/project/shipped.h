/* Definitions of plugins that Pond knows without a lock file or a hub: a table, in the form of Meltano's lock files. */
#pragma once

#include "base/node.h"
#include "project/plugin.h"

/* The definition as a lock file would have it; NULL when the table has none. variant empty: any. */
const Node *shipped_definition(Arena *a, PluginType type, Str name, Str variant);
/* Names of a type, PLUGIN_TYPE_COUNT: of all; for "did you mean" and `add --list`. */
void shipped_names(PluginType type, StrVec *ret);

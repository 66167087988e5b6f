/* From the project file's `plugins` to Plugin structs: for project.c and plugin.c only. */
#pragma once

#include "project/project.h"

/* Fills p->plugins from p->doc. A plugin that cannot be used is there, `broken`. False: `plugins` itself is malformed. */
bool plugins_load(Project *p, Err *err) MUST_USE;
/* One entry that is not in the project file. */
Plugin *plugin_load_entry(Project *p, PluginType type, const Node *entry);

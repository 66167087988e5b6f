/* Which settings a plugin has: for plugin_load.c only. */
#pragma once

#include "project/plugin.h"

/* Keys of an entry that describe the plugin; every other is an extra, a setting about it. */
bool plugin_is_attribute(Str key);
/* Fills plain, extras and settings. The parent's are filled already. */
bool plugin_settings_fill(Arena *a, Plugin *plugin, Err *err) MUST_USE;

/* Settings of the project itself: Meltano's (settings.yml of 4.4) and those under `pond:`. */
#pragma once

#include "base/vec.h"
#include "project/setting.h"

/* In the arena. Names as in the project file: "cli.log_level", "pond.warehouse.path". */
SettingDefs own_setting_definitions(Arena *a);
/* A setting under `pond:`. */
bool own_setting_is_ponds(Str name);
/* Top-level keys of the project file that are no settings. */
bool own_setting_is_section(Str key);
/* All top-level keys that mean something: those, and the first part of each setting's name (`cli` of cli.log_level; some are
 * there more than once). */
void own_setting_keys(StrVec *ret);

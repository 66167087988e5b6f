/* Settings of the project itself: Meltano's (settings.yml of 4.4) and those under `pond:`. */
#pragma once

#include "project/setting.h"

/* In the arena. Names as in the project file: "cli.log_level", "pond.warehouse.path". */
SettingDefs own_setting_definitions(Arena *a);
/* A setting under `pond:`. */
bool own_setting_is_ponds(Str name);
/* Top-level keys of the project file that are no settings. */
bool own_setting_is_section(Str key);

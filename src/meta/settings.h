/*
 * Settings stored in pond.db (`pond config ... set --store db`). Namespace and name are the caller's: src/project uses the
 * plugin's namespace and the setting's full name. Values are texts. See meta/meta.h for threads and errors.
 */
#pragma once

#include "base/map.h"
#include "meta/meta.h"

/* Puts name -> value of a namespace into *ret (map_put_str), in order of name. */
bool meta_setting_list(Meta *m, Str space, Map *ret, Err *err) MUST_USE;
/* Replaces. */
bool meta_setting_set(Meta *m, Str space, Str name, Str value, Err *err) MUST_USE;
/* Absent is fine. */
bool meta_setting_unset(Meta *m, Str space, Str name, Err *err) MUST_USE;
/* All of a namespace (`config ... reset`). */
bool meta_setting_reset(Meta *m, Str space, Err *err) MUST_USE;

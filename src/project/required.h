/* What a plugin needs before it can work: `settings_group_validation`, groups of settings of which one must be whole. */
#pragma once

#include "project/settings.h"

/* Appends the names that are missing in the group that lacks the fewest; none when a group is whole or there are no groups.
 * Texts are borrowed from the project. */
bool settings_missing(Settings *s, StrVec *ret, Err *err) MUST_USE;
/* Sets the hint when something is missing: which `pond config set` to give. Returns whether it did. */
bool settings_hint_missing(Settings *s, Err *err);

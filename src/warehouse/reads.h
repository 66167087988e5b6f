/* Whether SQL only reads, as far as its words tell. Any thread. */
#pragma once

#include "base/str.h"

/* It begins with a word that changes nothing, and no word that does stands anywhere in it. Careful: one inside a text counts, too. */
bool sql_only_reads(Str sql);
/* SET or RESET of a setting, and nothing behind it. */
bool sql_only_sets(Str sql);

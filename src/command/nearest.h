/* "Did you mean ...": the known word that is nearest to a mistyped one. */
#pragma once

#include "base/vec.h"

/* The empty Str when none is near enough to be meant. */
Str nearest_word(Str typed, const StrVec *known);

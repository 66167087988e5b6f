/* "Did you mean ...": the known word that is nearest to a mistyped one. */
#pragma once

#include "base/err.h"
#include "base/vec.h"

/* The empty Str when none is near enough to be meant. */
Str nearest_word(Str typed, const StrVec *known);

/* The hint of an unknown name: the nearest, else all there are. Returns false. */
bool nearest_hint(Str typed, const StrVec *known, Err *err);

/* Lower case of all of Unicode, as Python's str.lower() gives it to names of columns and tables (without its rule for a
 * sigma at the end of a word). */
#pragma once

#include "base/buf.h"

/* `text` must be well-formed UTF-8. */
void lower_append(Buf *out, Str text);

/* Values as text, the way Python's str() and repr() write them. Deeper than VALUE_DEPTH_LIMIT: "...". */
#pragma once

#include "base/buf.h"
#include "jinja/value.h"

void value_write(Buf *out, Value v);
void value_write_quoted(Buf *out, Value v);

/* Node as YAML text that both dialects of base/yaml.h read back as the same tree. Block style; strings are plain where
 * that is safe, else in single quotes, else in double quotes, several lines as a | block. */
#pragma once

#include "base/yaml.h"

/* `indent`: the column of the first key or dash, which the caller has already reached. Lists inside maps are indented by
 * two when `indent_lists`, else stand under their key. Ends without a newline. */
void yaml_write(Buf *out, const Node *n, size_t indent, bool indent_lists);
/* A scalar, or a list or map in flow style, on one line. */
void yaml_write_flow(Buf *out, const Node *n);

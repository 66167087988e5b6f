/*
 * Node as YAML text that base/yaml.h reads back as the same tree. Block style; strings are plain where no dialect reads
 * something else, else in single quotes, else in double quotes; several lines are a | block. Numbers as their text.
 *
 *     plugins:
 *       extractors:
 *       - name: tap-csv
 *         config: {}
 */
#pragma once

#include "base/node.h"

typedef struct YamlLayout {
    size_t step;       /* columns of a nested map, 2 usually */
    bool indent_lists; /* a list inside a map is indented by `step`, else its dashes stand under the key */
} YamlLayout;

/* `column`: where the first key, dash or scalar goes; the caller's text already reaches there. Ends without a newline. */
void yaml_write(Buf *out, const Node *n, size_t column, YamlLayout layout);
/* What stands behind "key:", whose key is in `column`: " value", or lines of their own. */
void yaml_write_value(Buf *out, const Node *n, size_t column, YamlLayout layout);
/* On one line, lists and maps in flow style. */
void yaml_write_flow(Buf *out, const Node *n);
/* Whether yaml_write_value() begins a new line: a list or map that is not empty. */
bool yaml_is_block(const Node *n);

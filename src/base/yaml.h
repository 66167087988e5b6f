/*
 * YAML documents as Node trees. libyaml gives events and byte offsets only; what a plain scalar means is decided here, by
 * dialect, as the program would read it whose files these are. Edits are in base/yaml_edit.h.
 *
 *     Node *doc = yaml_parse(arena, STR("meltano.yml"), text, YAML_CORE_12, err);
 *     Str id = node_text(node_get_c(doc, "project_id"));
 *
 * - Numbers get JSON syntax as their text, exact: 0x10 is 16, 1_000 is 1000, .5 is 0.5, +1 is 1; .inf and .nan are the
 *   Infinity and NaN that base/json writes. Nothing is rounded.
 * - Dates stay strings; one with a time becomes what Python's isoformat() says, as Meltano hands it to a plugin.
 * - Keys are texts: a key 1 is "1", true is "true", null is "null"; lists and maps as keys are errors.
 * - An alias is the anchored node itself, shared. `<<` is merged: keys of the map itself win, then the earlier merged map.
 * - A key given twice is an error. Tags !!str, !!int, !!float, !!bool, !!null are obeyed, others ignored.
 * - Node's line, begin and end are those of the source; an empty value has begin == end. A block list or map ends behind
 *   its last item, without the comments and blank lines that follow.
 */
#pragma once

#include "base/err.h"
#include "base/node.h"

typedef enum YamlDialect {
    YAML_CORE_12, /* ruamel.yaml: meltano.yml and pond.yml. yes and no are strings, 010 is 10, 0o10 is 8 */
    YAML_11,      /* PyYAML: dbt. yes and no are booleans, 010 is 8, 190:20:30 is 685230 */
} YamlDialect;

enum {
    YAML_DEPTH_LIMIT = 200,
    YAML_NODE_LIMIT = 2000000,  /* aliases count with everything under them: no expansion bombs */
    YAML_SIZE_LIMIT = 64 << 20, /* bytes of a document */
};

/* One document; an empty one is a NODE_NULL. `name` is what errors call the text, "name:line:column: ...". NULL with
 * ERR_CONFIG. Texts are copied into the arena. */
Node *yaml_parse(Arena *a, Str name, Str text, YamlDialect dialect, Err *err) MUST_USE;

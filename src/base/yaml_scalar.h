/* What a plain YAML scalar means in a dialect. */
#pragma once

#include "base/yaml.h"

typedef struct YamlValue {
    NodeKind kind; /* NODE_NULL, NODE_BOOL, NODE_NUMBER or NODE_STRING */
    bool truth;    /* of a boolean */
    Str text;      /* of a number: JSON; of a string: the scalar itself, or a date as Python's isoformat writes it */
} YamlValue;

/* text lives in the arena or is `plain` itself. */
YamlValue yaml_scalar(Arena *a, Str plain, YamlDialect dialect);
/* Whether some dialect would read the text, written plain, as something else than itself. */
bool yaml_scalar_is_ambiguous(Str text);

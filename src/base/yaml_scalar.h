/* What a plain YAML scalar means in a dialect. Tables of words and small scanners, no libyaml. */
#pragma once

#include "base/yaml.h"

/* NODE_NULL, NODE_BOOL, NODE_NUMBER or NODE_STRING. For a number *ret_number is its JSON text, for a boolean *ret_truth
 * its value; both untouched else. */
NodeKind yaml_scalar(Arena *a, Str plain, YamlDialect dialect, Str *ret_number, bool *ret_truth);
/* Whether the text would be read as something else than itself when written plain: then it must be quoted. True when
 * either dialect would. */
bool yaml_scalar_is_ambiguous(Str text);

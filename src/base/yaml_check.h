/* Whether an edited YAML text says what it said before, but for the one change: for base/yaml_edit only. */
#pragma once

#include "base/yaml_edit.h"
#include "base/yaml_tree.h"

/* The scalar is null: written so, or left out. */
bool yaml_tree_is_null(const YamlTree *t);
/* Position of a key in a map, however it is written; STR_NONE. */
size_t yaml_tree_find(const YamlTree *map, Str key);
/* Position in a list; STR_NONE. */
size_t yaml_tree_index(const YamlTree *list, Str index);

/* before and after may be NULL (an empty document). */
bool yaml_check_set(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *value);
bool yaml_check_append(const YamlTree *before, const YamlTree *after, YamlPath path, const Node *item);
bool yaml_check_remove(const YamlTree *before, const YamlTree *after, YamlPath path);

/*
 * Edits of a YAML text (YAML_CORE_12) as byte-range patches: what is not touched stays as it is, byte for byte: comments,
 * order, quotes, indentation, line ends. New parts follow the style of their neighbours. Each edit parses the text,
 * patches it, parses the result and checks that it differs from before in nothing but what was asked for: a broken file
 * is never produced, a form that no patch fits is an error (ERR_UNSUPPORTED) and leaves the text as it was. A last line
 * without a newline gets one.
 *
 *     Str path[] = {STR("plugins"), STR("extractors"), STR("0"), STR("config"), STR("host")};
 *     if (!yaml_edit_set(&text, (YamlPath){path, 5}, node_string(arena, STR("db")), err)) return false;
 *
 * Aliases are not followed: what lies behind one cannot be edited, only replaced as a whole. A key read through `<<` is
 * added to the map itself.
 */
#pragma once

#include "base/yaml.h"

/* Keys from the top; inside a list an index ("0", "1"...). Empty: the whole document. */
typedef struct YamlPath {
    const Str *at;
    size_t len;
} YamlPath;

/* Replaces the value, or adds the key with the maps above it that are missing or null. Comments behind the old value's
 * line stay. */
bool yaml_edit_set(Buf *text, YamlPath path, const Node *value, Err *err) MUST_USE;
/* Adds an item at the end of a list, which is made when it is missing or null. */
bool yaml_edit_append(Buf *text, YamlPath path, const Node *item, Err *err) MUST_USE;
/* Removes a key or item with its lines; comments before them stay. The last one of a map or list leaves {} or []. The path
 * must exist (ERR_NOT_FOUND). */
bool yaml_edit_remove(Buf *text, YamlPath path, Err *err) MUST_USE;

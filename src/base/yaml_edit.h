/*
 * Edits of a YAML text as byte-range patches: what is not touched stays as it is, byte for byte (comments, order, quotes,
 * indentation, line ends). New parts follow the style of their neighbours. Each edit parses the text, computes one patch
 * and checks that the result parses to the wanted tree, so a broken file is never produced.
 *
 *     AUTO(Buf) text = ...;
 *     const Str path[] = {STR("plugins"), STR("extractors"), STR("0"), STR("config"), STR("host")};
 *     if (!yaml_edit_set(&text, path, 5, node_string(arena, STR("db")), err)) return false;
 *
 * A path is a list of keys; in a list the part is an index ("0", "1"...). Aliases are not followed: what lies behind one
 * cannot be edited (ERR_UNSUPPORTED), the anchor must be. A value read through `<<` is set in the map itself.
 */
#pragma once

#include "base/yaml.h"

/* Replaces the value, or adds the key and the maps above it that are missing. A comment on the line stays. */
bool yaml_edit_set(Buf *text, const Str *path, size_t len, const Node *value, Err *err) MUST_USE;
/* Adds an item to the list at path, which is made when it is missing or null. */
bool yaml_edit_append(Buf *text, const Str *path, size_t len, const Node *item, Err *err) MUST_USE;
/* Removes the key or item with the comments that stand on its lines. *ret_found: it was there. A map or list that
 * becomes empty is left as {} or []. */
bool yaml_edit_remove(Buf *text, const Str *path, size_t len, bool *ret_found, Err *err) MUST_USE;

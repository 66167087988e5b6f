/*
 * Members: walks the members of a JSON object in place, without a tree. Values are checked and skipped, so they come as
 * text; nothing is copied.
 *
 *     Members m = members_of(line);
 *     JsonString key;
 *     Str value;
 *     while (members_next(&m, &key, &value)) if (members_key_is(key, "type")) ...
 *     if (m.failed_at) ... not valid JSON there
 */
#pragma once

#include "base/json.h"

typedef struct Members {
    const char *at, *end;
    const char *failed_at; /* NULL: no error so far */
    bool first, over;
} Members;

/* Blanks around the object are allowed, nothing else is. */
Members members_of(Str text);
/* False at the end, and where the text is no object: then failed_at says where. */
bool members_next(Members *m, JsonString *ret_key, Str *ret_value);
/* Compares with an ASCII name; sees through escapes in the key. */
bool members_key_is(JsonString key, const char *name);

/* The content of a value that is a text: false when it is none. Escapes are left as they are. */
bool members_text(Str value, JsonString *ret);
/* The same decoded, in the arena; at == NULL when it is no text, or its escapes are wrong. */
Str members_decoded(Arena *a, Str value);

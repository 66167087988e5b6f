/* Digests of a whole text, as lower-case hexadecimal. Any thread. */
#pragma once

#include "base/arena.h"

typedef enum DigestKind {
    DIGEST_MD5,    /* 32 digits; not for secrets */
    DIGEST_SHA1,   /* 40 digits; not for secrets */
    DIGEST_SHA256, /* 64 digits */
} DigestKind;

/* In the arena, NUL-terminated. */
Str digest_hex(Arena *a, DigestKind kind, Str text);

/* Digests, random bytes, and what SCRAM (RFC 5802) is made of. Any thread. */
#pragma once

#include "base/arena.h"

typedef enum DigestKind {
    DIGEST_MD5,    /* 32 digits; not for secrets */
    DIGEST_SHA1,   /* 40 digits; not for secrets */
    DIGEST_SHA256, /* 64 digits */
} DigestKind;

/* In the arena, NUL-terminated. */
Str digest_hex(Arena *a, DigestKind kind, Str text);

/* From the system's generator: fit for keys. */
void random_bytes(void *ret, size_t count);

enum { SHA256_BYTES = 32 };
void sha256(Str text, uint8_t ret[SHA256_BYTES]);
void hmac_sha256(Str key, Str text, uint8_t ret[SHA256_BYTES]);
/* PBKDF2 with HMAC-SHA-256: Hi() of RFC 5802. */
void pbkdf2_sha256(Str password, Str salt, unsigned iterations, uint8_t ret[SHA256_BYTES]);
/* Whether two texts are equal, in a time that depends on their lengths only. */
bool secret_equal(Str a, Str b);

/* RFC 4648, with padding. */
Str base64_encode(Arena *a, Str bytes);
/* False: not base64. */
bool base64_decode(Arena *a, Str text, Str *ret);

/* Digests by OpenSSL's EVP. */
#include "base/crypto.h"

#include <openssl/evp.h>

static const EVP_MD *digest_type(DigestKind kind) {
    switch (kind) {
    case DIGEST_MD5: return EVP_md5();
    case DIGEST_SHA1: return EVP_sha1();
    case DIGEST_SHA256: break;
    }
    return EVP_sha256();
}

Str digest_hex(Arena *a, DigestKind kind, Str text) {
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    int ok = EVP_Digest(text.at ? text.at : "", text.len, digest, &size, digest_type(kind), NULL);
    BUG_ON(!ok);
    char *hex = arena_alloc(a, 2 * (size_t)size + 1);
    for (unsigned i = 0; i < size; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return (Str){hex, 2 * (size_t)size};
}

/* OpenSSL's EVP. */
#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

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

void random_bytes(void *ret, size_t count) {
    BUG_ON(RAND_bytes(ret, (int)count) != 1);
}

void sha256(Str text, uint8_t ret[SHA256_BYTES]) {
    BUG_ON(!EVP_Digest(text.at ? text.at : "", text.len, ret, NULL, EVP_sha256(), NULL));
}

void hmac_sha256(Str key, Str text, uint8_t ret[SHA256_BYTES]) {
    size_t size = SHA256_BYTES;
    BUG_ON(!EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key.at ? key.at : "", key.len,
                      (const unsigned char *)(text.at ? text.at : ""), text.len, ret, SHA256_BYTES, &size));
}

void pbkdf2_sha256(Str password, Str salt, unsigned iterations, uint8_t ret[SHA256_BYTES]) {
    BUG_ON(!PKCS5_PBKDF2_HMAC(password.at ? password.at : "", (int)password.len,
                              (const unsigned char *)(salt.at ? salt.at : ""), (int)salt.len, (int)iterations,
                              EVP_sha256(), SHA256_BYTES, ret));
}

bool secret_equal(Str a, Str b) {
    return a.len == b.len && (!a.len || CRYPTO_memcmp(a.at, b.at, a.len) == 0);
}

Str base64_encode(Arena *a, Str bytes) {
    unsigned char *out = arena_alloc(a, (bytes.len + 2) / 3 * 4 + 1);
    int len = EVP_EncodeBlock(out, (const unsigned char *)(bytes.at ? bytes.at : ""), (int)bytes.len);
    return (Str){(const char *)out, (size_t)len};
}

bool base64_decode(Arena *a, Str text, Str *ret) {
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.at[text.len - 1 - padding] == '=') padding++;
    if (text.len % 4 || str_find(str_slice(text, 0, text.len - padding), '=') != STR_NONE) return false;
    for (size_t i = 0; i < text.len; i++) /* EVP_DecodeBlock takes blanks */
        if (text.at[i] <= ' ') return false;
    unsigned char *out = arena_alloc(a, text.len / 4 * 3 + 1);
    int len = EVP_DecodeBlock(out, (const unsigned char *)(text.at ? text.at : ""), (int)text.len);
    if (len < 0) return false;
    *ret = (Str){(const char *)out, (size_t)len - padding};
    return true;
}

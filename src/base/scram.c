#include "base/scram.h"

#include "base/saslprep.h"

enum { SALT_BYTES = 16 };
#define PREFIX "SCRAM-SHA-256$"

#define KEY(bytes) ((Str){(const char *)(bytes), SHA256_BYTES})

Str scram_verifier_new(Arena *a, Str password) {
    uint8_t salt[SALT_BYTES], salted[SHA256_BYTES], client_key[SHA256_BYTES], stored[SHA256_BYTES],
        server[SHA256_BYTES];
    Str prepared;
    if (saslprep(a, password, &prepared)) password = prepared;
    random_bytes(salt, sizeof salt);
    Str salt_bytes = {(const char *)salt, sizeof salt};
    pbkdf2_sha256(password, salt_bytes, SCRAM_ITERATIONS, salted);
    hmac_sha256(KEY(salted), STR("Client Key"), client_key);
    sha256(KEY(client_key), stored);
    hmac_sha256(KEY(salted), STR("Server Key"), server);
    return arena_printf(a, "%s%d:" STR_FMT "$" STR_FMT ":" STR_FMT, PREFIX, SCRAM_ITERATIONS,
                        STR_ARG(base64_encode(a, salt_bytes)), STR_ARG(base64_encode(a, KEY(stored))),
                        STR_ARG(base64_encode(a, KEY(server))));
}

static bool read_key(Arena *a, Str text, uint8_t ret[SHA256_BYTES]) {
    Str bytes;
    if (!base64_decode(a, text, &bytes) || bytes.len != SHA256_BYTES) return false;
    memcpy(ret, bytes.at, SHA256_BYTES);
    return true;
}

bool scram_verifier_parse(Arena *a, Str text, ScramVerifier *ret) {
    Str iterations, salt, stored;
    uint64_t count;
    if (!str_starts(text, STR(PREFIX))) return false;
    Str rest = str_slice(text, sizeof PREFIX - 1, text.len);
    if (!str_cut(&rest, ':', &iterations) || !str_cut(&rest, '$', &salt) || !str_cut(&rest, ':', &stored)) return false;
    if (!str_to_u64(iterations, &count) || !count || count > 10000000) return false;
    ret->iterations = (unsigned)count;
    return base64_decode(a, salt, &ret->salt) && read_key(a, stored, ret->stored_key) &&
           read_key(a, rest, ret->server_key);
}

void scram_verifier_mock(Arena *a, Str secret, Str name, ScramVerifier *ret) {
    uint8_t salt[SHA256_BYTES];
    hmac_sha256(secret, name, salt);
    *ret = (ScramVerifier){.iterations = SCRAM_ITERATIONS, .salt = arena_str(a, (Str){(const char *)salt, SALT_BYTES})};
    random_bytes(ret->stored_key, sizeof ret->stored_key);
    random_bytes(ret->server_key, sizeof ret->server_key);
}

bool scram_check(const ScramVerifier *v, Str auth_message, Str proof) {
    uint8_t signature[SHA256_BYTES], client_key[SHA256_BYTES], stored[SHA256_BYTES];
    if (proof.len != SHA256_BYTES) return false;
    hmac_sha256(KEY(v->stored_key), auth_message, signature);
    for (size_t i = 0; i < SHA256_BYTES; i++) client_key[i] = (uint8_t)proof.at[i] ^ signature[i];
    sha256(KEY(client_key), stored);
    return secret_equal(KEY(stored), KEY(v->stored_key));
}

Str scram_server_signature(Arena *a, const ScramVerifier *v, Str auth_message) {
    uint8_t signature[SHA256_BYTES];
    hmac_sha256(KEY(v->server_key), auth_message, signature);
    return base64_encode(a, KEY(signature));
}

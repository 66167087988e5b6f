/*
 * SCRAM-SHA-256 (RFC 5802, 7677), the server's half: what is stored of a password, and the proof that a client knows it. Verifiers
 * have PostgreSQL's form, "SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>" in base64. Any thread.
 */
#pragma once

#include "base/crypto.h"

typedef struct ScramVerifier {
    unsigned iterations;
    Str salt; /* bytes */
    uint8_t stored_key[SHA256_BYTES], server_key[SHA256_BYTES];
} ScramVerifier;

enum { SCRAM_ITERATIONS = 4096 };

/* A new one with a random salt, as text. The password counts as saslprep.h makes it, else its bytes as they are. */
Str scram_verifier_new(Arena *a, Str password);
/* False: it is none. salt in the arena. */
bool scram_verifier_parse(Arena *a, Str text, ScramVerifier *ret);
/* For a name that nobody has: always the same salt for the same secret and name, and no password fits. */
void scram_verifier_mock(Arena *a, Str secret, Str name, ScramVerifier *ret);

/* Whether the client's proof (bytes) for the authentication message shows that it knows the password. */
bool scram_check(const ScramVerifier *v, Str auth_message, Str proof);
/* The server's own proof, in base64. */
Str scram_server_signature(Arena *a, const ScramVerifier *v, Str auth_message);

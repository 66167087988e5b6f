/* Logging in: SCRAM-SHA-256 over the wire's SASL messages (protocol chapter "SASL Authentication"). */
#include "base/scram.h"
#include "meta/users.h"
#include "os/socket.h"
#include "pgwire/session.h"

#include <unistd.h>

enum { AUTH_OK = 0, AUTH_SASL = 10, AUTH_SASL_CONTINUE = 11, AUTH_SASL_FINAL = 12, NONCE_BYTES = 18 };

static void put_auth(Wire *w, int32_t kind, Str data) {
    wire_begin(w, 'R');
    wire_put_i32(w, kind);
    wire_put_bytes(w, data);
    wire_end(w);
}

/* Waits for the client's 'p'. */
static bool read_answer(PgSession *s, Until until, Str *ret_body, Err *err) {
    char type;
    if (!wire_flush(&s->wire)) return err_set(err, ERR_IO, "the client has gone");
    if (!wire_read(&s->wire, until, &type, ret_body, err)) return false;
    return type == 'p' || pg_error(err, "08P01", "expected SASL response, got message type %d", type);
}

static bool malformed(Err *err) {
    return pg_error(err, "08P01", "malformed SCRAM message");
}

/* The attribute "x=value" that comes next. */
static bool take(Str *rest, char name, Str *ret) {
    Str part;
    if (!str_cut(rest, ',', &part) || part.len < 2 || part.at[0] != name || part.at[1] != '=') return false;
    *ret = str_slice(part, 2, part.len);
    return true;
}

/* What the client wants and its first message. *ret_header: gs2 header; *ret_bare: the rest. */
static bool read_first(PgSession *s, Str body, Str *ret_header, Str *ret_bare, Err *err) {
    Fields f = fields_of(body);
    Str mechanism = field_text(&f);
    int32_t len = field_i32(&f);
    Str message = field_bytes(&f, len);
    if (f.bad) return malformed(err);
    if (!str_is(mechanism, "SCRAM-SHA-256"))
        return pg_error(err, "08P01", "client selected an invalid SASL authentication mechanism");
    message = arena_str(&s->connection->arena, message);
    Str rest = message, flag, authzid;
    if (!str_cut(&rest, ',', &flag) || !str_cut(&rest, ',', &authzid) || !rest.at) return malformed(err);
    if (!str_is(flag, "n") && !str_is(flag, "y")) return pg_error(err, "08P01", "channel binding needs TLS");
    *ret_header = str_slice(message, 0, message.len - rest.len);
    *ret_bare = rest;
    return true;
}

/* Of the user, or of nobody: then the exchange goes on and fails at its end, so that names cannot be guessed. */
static bool find_verifier(PgSession *s, Str user, ScramVerifier *ret) {
    Arena *a = &s->connection->arena;
    User found;
    Err none = {0};
    Meta *meta = engine_meta(s->connection->engine);
    if (meta_user_get(meta, a, user, &found, &none) && scram_verifier_parse(a, found.verifier, ret)) return true;
    scram_verifier_mock(a, engine_secret(s->connection->engine), user, ret);
    return false;
}

static bool exchange(PgSession *s, Str user, Until until, bool *ret_right, Err *err) {
    Arena *a = &s->connection->arena;
    ScramVerifier verifier = {0};
    Str body, header, bare, client_nonce, name, binding, nonce, proof_text, proof, without;
    char random[NONCE_BYTES];
    put_auth(&s->wire, AUTH_SASL, STR("SCRAM-SHA-256\0\0"));
    if (!read_answer(s, until, &body, err) || !read_first(s, body, &header, &bare, err)) return false;
    Str rest = bare;
    if (!take(&rest, 'n', &name) || !take(&rest, 'r', &client_nonce) || !client_nonce.len) return malformed(err);
    bool known = find_verifier(s, user, &verifier);
    random_bytes(random, sizeof random);
    Str full = arena_printf(a, STR_FMT STR_FMT, STR_ARG(client_nonce),
                            STR_ARG(base64_encode(a, (Str){random, sizeof random})));
    Str first = arena_printf(a, "r=" STR_FMT ",s=" STR_FMT ",i=%u", STR_ARG(full),
                             STR_ARG(base64_encode(a, verifier.salt)), verifier.iterations);
    put_auth(&s->wire, AUTH_SASL_CONTINUE, first);
    if (!read_answer(s, until, &body, err)) return false;
    Str last = arena_str(a, body);
    size_t at = str_find_str(last, STR(",p="));
    rest = last;
    if (at == STR_NONE || !take(&rest, 'c', &binding) || !take(&rest, 'r', &nonce) || !take(&rest, 'p', &proof_text))
        return malformed(err);
    without = str_slice(last, 0, at);
    if (!str_equal(nonce, full) || !str_equal(binding, base64_encode(a, header)) ||
        !base64_decode(a, proof_text, &proof))
        return malformed(err);
    Str message = arena_printf(a, STR_FMT "," STR_FMT "," STR_FMT, STR_ARG(bare), STR_ARG(first), STR_ARG(without));
    *ret_right = scram_check(&verifier, message, proof) && known;
    if (*ret_right)
        put_auth(&s->wire, AUTH_SASL_FINAL,
                 arena_printf(a, "v=" STR_FMT, STR_ARG(scram_server_signature(a, &verifier, message))));
    return true;
}

bool pg_authenticate(PgSession *s, Str user, Until until, Err *err) {
    bool right = false;
    /* Over the Unix socket, whose folder is ours alone, the kernel says who it is. */
    uid_t uid;
    pid_t pid;
    bool ours = s->connection->local && socket_peer_user(s->connection->fd, &uid, &pid) && uid == geteuid();
    if (!ours && !exchange(s, user, until, &right, err)) return false;
    if (!ours && !right)
        return pg_error(err, "28P01", "password authentication failed for user \"" STR_FMT "\"", STR_ARG(user));
    put_auth(&s->wire, AUTH_OK, (Str){0});
    return true;
}

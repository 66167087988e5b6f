/* Logging in: SCRAM-SHA-256 over the wire's SASL messages (protocol chapter "SASL Authentication"); over TLS also -PLUS, which
 * fails when somebody stands between the two ends. Refusals are PostgreSQL's. */
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

/* As RFC 5802 has a nonce. */
static bool printable(Str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '!' || text.at[i] > '~' || text.at[i] == ',') return false;
    return true;
}

static bool malformed(Err *err) {
    return pg_error(err, "08P01", "malformed SCRAM message");
}

/* The attribute "x=value" that comes next; value may be empty. */
static bool take(Str *rest, char name, Str *ret) {
    Str part;
    if (!str_cut(rest, ',', &part) || part.len < 2 || part.at[0] != name || part.at[1] != '=') return false;
    *ret = str_slice(part, 2, part.len);
    return true;
}

/* One exchange. */
typedef struct Scram {
    PgSession *s;
    Until until;
    Str end_point; /* what a login can be bound to; empty: nothing, PLUS is not offered */
    bool bound;    /* the client has chosen PLUS */
    Str header;    /* gs2 header of its first message */
    Str bare;      /* the rest of it */
} Scram;

static bool choose_mechanism(Scram *x, Str mechanism, Err *err) {
    x->bound = x->end_point.len && str_is(mechanism, "SCRAM-SHA-256-PLUS");
    return x->bound || str_is(mechanism, "SCRAM-SHA-256") ||
           pg_error(err, "08P01", "client selected an invalid SASL authentication mechanism");
}

/* The first part of the gs2 header: "n" no binding, "y" the client could but thinks that the server cannot, "p=TYPE". */
static bool check_binding(const Scram *x, Str flag, Err *err) {
    bool asked = str_starts(flag, STR("p="));
    Str type = str_slice(flag, 2, flag.len);
    if (str_is(flag, "y") && !x->bound && x->end_point.len) {
        /* Somebody between has taken PLUS off our list. */
        pg_error(err, "28000", "SCRAM channel binding negotiation error");
        return err_hint(
            err, "The client supports SCRAM channel binding but thinks the server does not. However, this server "
                 "does support channel binding.");
    }
    if (asked != x->bound || (!asked && !str_is(flag, "n") && !str_is(flag, "y"))) return malformed(err);
    return !asked || str_is(type, "tls-server-end-point") ||
           pg_error(err, "08P01", "unsupported SCRAM channel-binding type \"" STR_FMT "\"", STR_ARG(type));
}

/* The client's choice and its first message. */
static bool read_first(Scram *x, Err *err) {
    Str body;
    if (!read_answer(x->s, x->until, &body, err)) return false;
    Fields f = fields_of(body);
    Str mechanism = field_text(&f);
    int32_t len = field_i32(&f);
    Str message = field_bytes(&f, len);
    if (f.bad) return malformed(err);
    if (!choose_mechanism(x, mechanism, err)) return false;
    message = arena_str(&x->s->connection->arena, message);
    Str rest = message, flag, authzid;
    if (!str_cut(&rest, ',', &flag)) return malformed(err);
    if (!check_binding(x, flag, err)) return false;
    if (!str_cut(&rest, ',', &authzid) || !rest.at) return malformed(err);
    if (str_starts(authzid, STR("a=")))
        return pg_error(err, "0A000", "client uses authorization identity, but it is not supported");
    if (authzid.len) return malformed(err);
    if (str_starts(rest, STR("m="))) return pg_error(err, "0A000", "client requires an unsupported SCRAM extension");
    x->header = str_slice(message, 0, message.len - rest.len);
    x->bare = rest;
    return true;
}

/* What the client's last message must say of the connection. */
static bool check_channel(const Scram *x, Str binding, Err *err) {
    Arena *a = &x->s->connection->arena;
    AUTO(Buf) bound = {0};
    buf_append(&bound, x->header);
    if (x->bound) buf_append(&bound, x->end_point); /* any bytes */
    if (str_equal(binding, base64_encode(a, buf_str(&bound)))) return true;
    return x->bound ? pg_error(err, "28000", "SCRAM channel binding check failed")
                    : pg_error(err, "08P01", "unexpected SCRAM channel-binding attribute in client-final-message");
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

/* The client's proof. *ret_without: the message before it. */
static bool read_last(const Scram *x, Str nonce, Str *ret_without, Str *ret_proof, Err *err) {
    Arena *a = &x->s->connection->arena;
    Str body, binding, answered, proof;
    if (!read_answer(x->s, x->until, &body, err)) return false;
    Str last = arena_str(a, body), rest = last;
    size_t at = str_find_str(last, STR(",p="));
    if (at == STR_NONE || !take(&rest, 'c', &binding)) return malformed(err);
    if (!check_channel(x, binding, err)) return false;
    if (!take(&rest, 'r', &answered)) return malformed(err);
    if (!str_equal(answered, nonce)) return pg_error(err, "08P01", "invalid SCRAM response");
    rest = str_slice(last, at + 1, last.len);
    if (!take(&rest, 'p', &proof) || rest.at || !base64_decode(a, proof, ret_proof) || ret_proof->len != SHA256_BYTES)
        return malformed(err);
    *ret_without = str_slice(last, 0, at);
    return true;
}

static void offer(const Scram *x) {
    put_auth(&x->s->wire, AUTH_SASL,
             x->end_point.len ? STR("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0") : STR("SCRAM-SHA-256\0\0"));
}

static bool exchange(Scram *x, Str user, bool *ret_right, Err *err) {
    PgSession *s = x->s;
    Arena *a = &s->connection->arena;
    ScramVerifier verifier = {0};
    Str client_nonce, name, without, proof;
    char random[NONCE_BYTES];
    offer(x);
    if (!read_first(x, err)) return false;
    Str rest = x->bare;
    if (!take(&rest, 'n', &name) || !take(&rest, 'r', &client_nonce)) return malformed(err);
    if (!printable(client_nonce)) return pg_error(err, "08P01", "non-printable characters in SCRAM nonce");
    bool known = find_verifier(s, user, &verifier);
    random_bytes(random, sizeof random);
    Str nonce = arena_printf(a, STR_FMT STR_FMT, STR_ARG(client_nonce),
                             STR_ARG(base64_encode(a, (Str){random, sizeof random})));
    Str first = arena_printf(a, "r=" STR_FMT ",s=" STR_FMT ",i=%u", STR_ARG(nonce),
                             STR_ARG(base64_encode(a, verifier.salt)), verifier.iterations);
    put_auth(&s->wire, AUTH_SASL_CONTINUE, first);
    if (!read_last(x, nonce, &without, &proof, err)) return false;
    Str message = arena_printf(a, STR_FMT "," STR_FMT "," STR_FMT, STR_ARG(x->bare), STR_ARG(first), STR_ARG(without));
    *ret_right = scram_check(&verifier, message, proof) && known;
    if (*ret_right)
        put_auth(&s->wire, AUTH_SASL_FINAL,
                 arena_printf(a, "v=" STR_FMT, STR_ARG(scram_server_signature(a, &verifier, message))));
    return true;
}

bool pg_authenticate(PgSession *s, Str user, Until until, Err *err) {
    Arena *a = &s->connection->arena;
    Scram x = {.s = s, .until = until, .end_point = s->wire.tls ? tls_end_point(s->wire.tls, a) : STR("")};
    bool right = false;
    /* Over the Unix socket, whose folder is ours alone, the kernel says who it is. */
    uid_t uid;
    pid_t pid;
    bool ours = s->connection->local && socket_peer_user(s->connection->fd, &uid, &pid) && uid == geteuid();
    if (!ours && !exchange(&x, user, &right, err)) return false;
    if (!ours && !right)
        return pg_error(err, "28P01", "password authentication failed for user \"" STR_FMT "\"", STR_ARG(user));
    put_auth(&s->wire, AUTH_OK, (Str){0});
    return true;
}

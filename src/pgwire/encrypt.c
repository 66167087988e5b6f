/* The first bytes of a connection: whether it is encrypted, and how that is agreed (protocol chapter "SSL Session Encryption"). */
#include "pgwire/session.h"

enum { SSL_REQUEST = 80877103, GSS_REQUEST = 80877104, TLS_HANDSHAKE = 0x16 };

typedef struct Opening {
    Wire *w;
    const Connection *connection;
    TlsServer *tls; /* NULL: not offered */
    Until until;
} Opening;

static bool handshake(const Opening *o, Str ahead, Err *err) {
    const Connection *c = o->connection;
    Err why = {0};
    o->w->tls = tls_accept(o->tls, c->fd, ahead, o->until, &why);
    if (o->w->tls) {
        int bits;
        Str cipher = tls_cipher(o->w->tls, &bits);
        if (c->me) registered_tls(c->me, tls_version(o->w->tls), cipher, bits);
        return true;
    }
    log_event(engine_log(c->engine), LOG_INFO, "postgres.tls_failed", LOG_STR("client", c->client), LOG_ERR(&why));
    return err_set(err, ERR_IO, "%s", why.msg);
}

/* A client that does not ask and begins with the handshake (PostgreSQL 17's sslnegotiation=direct) must say what it wants to speak:
 * so no other protocol's client can be led here. */
static bool begin_direct(const Opening *o, Err *err) {
    if (!handshake(o, wire_take_rest(o->w), err)) return false;
    if (tls_protocol_agreed(o->w->tls)) return true;
    const Connection *c = o->connection;
    err_set(err, ERR_IO, "direct TLS without ALPN \"postgresql\"");
    log_event(engine_log(c->engine), LOG_INFO, "postgres.tls_failed", LOG_STR("client", c->client), LOG_ERR(err));
    return false;
}

/* Answers a wish for encryption. */
static bool answer(const Opening *o, bool yes, Err *err) {
    /* What came behind the request in clear text was perhaps put there by somebody between (CVE-2021-23214): it is not for the TLS
     * layer, and must not count as encrypted either. The client is told, encrypted if it wants that. */
    bool more = wire_take_rest(o->w).len > 0;
    wire_put_raw(o->w, yes ? 'S' : 'N');
    if (!wire_flush(o->w)) return err_set(err, ERR_IO, "the client has gone");
    if (yes && !handshake(o, (Str){0}, err)) return false;
    return !more || pg_error(err, "08P01", "received unencrypted data after SSL request");
}

bool pg_read_hello(Wire *w, const Connection *c, Until until, Fields *ret, int32_t *ret_code, Err *err) {
    /* Nobody is between the two ends of a Unix socket. */
    const Opening o = {.w = w, .connection = c, .tls = c->local ? NULL : engine_tls(c->engine), .until = until};
    bool ssl_done = false, gss_done = false;
    char first;
    if (!wire_peek(w, until, &first, err)) return false;
    if (o.tls && first == TLS_HANDSHAKE) {
        if (!begin_direct(&o, err)) return false;
        ssl_done = gss_done = true;
    }
    for (;;) {
        Str body;
        if (!wire_read_startup(w, until, &body, err)) return false;
        *ret = fields_of(body);
        *ret_code = field_i32(ret);
        bool ssl = *ret_code == SSL_REQUEST && !ssl_done, gss = *ret_code == GSS_REQUEST && !gss_done;
        if (!ssl && !gss) return true;
        if (!answer(&o, ssl && o.tls, err)) return false;
        ssl_done = ssl_done || ssl;
        gss_done = gss_done || gss || w->tls;
    }
}

/*
 * TLS, the server's half: a certificate that is offered, and connections over sockets of ours. TLS 1.2 and newer, no
 * renegotiation, no resumption.
 *
 *     AUTO_PTR(TlsServer) server = tls_server_open("server.crt", "server.key", "postgresql", err);
 *     TlsConnection *c = tls_accept(server, fd, (Str){0}, until, err);
 *     ssize_t n = tls_read(c, at, room, until, err);
 *     tls_close(c);
 */
#pragma once

#include "base/arena.h"
#include "os/io.h"

/* ---- a certificate with its key ---- */

typedef struct TlsServer TlsServer;

/* Reads both files (PEM; the certificate may be followed by those that vouch for it). alpn: the protocol that is spoken, for clients
 * that ask which; Borrowed, literal. ERR_CONFIG quotes the file that is wrong: absent, no PEM, a key of another certificate, with a
 * pass phrase, or one that others may read. */
TlsServer *tls_server_open(const char *certificate, const char *key, const char *alpn, Err *err) MUST_USE;
/* All connections must be closed. */
void tls_server_free(TlsServer *t);
DEFINE_AUTO_PTR(TlsServer, tls_server_free)
/* Reads the files again if they have changed since; what is open goes on with the old ones. False: what is there now is no use, and
 * the old ones stay; it is not said twice. Any thread. */
bool tls_server_refresh(TlsServer *t, Err *err) MUST_USE;

/* ---- connections; each of one thread ---- */

typedef struct TlsConnection TlsConnection;

/* The handshake. ahead: what was read from the socket before and belongs to it. Borrows server and fd. ERR_INPUT: the client does not
 * speak TLS as it should; ERR_IO: it has gone; ERR_TIMEOUT, ERR_CANCELED. */
TlsConnection *tls_accept(TlsServer *t, int fd, Str ahead, Until until, Err *err) MUST_USE;
/* Says goodbye without waiting for an answer. The descriptor stays open. */
void tls_close(TlsConnection *c);

/* As socket_read and socket_write_all. A client that hangs up without a goodbye is an end of input too: what is spoken over it has
 * lengths of its own. */
ssize_t tls_read(TlsConnection *c, void *at, size_t room, Until until, Err *err) MUST_USE;
bool tls_write_all(TlsConnection *c, Str data, Until until, Err *err) MUST_USE;

/* "TLSv1.3". */
Str tls_version(const TlsConnection *c);
/* "TLS_AES_256_GCM_SHA384" and its strength. */
Str tls_cipher(const TlsConnection *c, int *ret_bits);
/* Whether both sides named the protocol (ALPN). */
bool tls_protocol_agreed(const TlsConnection *c);
/* What binds a login to this connection: tls-server-end-point of RFC 5929, 4.1. Bytes in the arena; empty when the RFC defines none
 * for this kind of certificate. */
Str tls_end_point(const TlsConnection *c, Arena *a);

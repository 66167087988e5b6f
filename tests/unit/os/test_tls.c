/* TLS between a server of ours and OpenSSL's own client. */
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/certificate.h"
#include "os/file.h"
#include "os/thread.h"
#include "os/tls.h"
#include "unit/test.h"

typedef struct Place {
    Arena arena;
    Str folder, certificate, key;
    TlsServer *server;
} Place;

static void place_open(Place *p) {
    Err err = {0};
    *p = (Place){0};
    assert_true(dir_make_temp(&p->arena, "/tmp", "pond-tls-", &p->folder, &err));
    p->certificate = path_join(&p->arena, p->folder, STR("server.crt"));
    p->key = path_join(&p->arena, p->folder, STR("server.key"));
    assert_true(certificate_make(p->certificate.at, p->key.at, &err));
    p->server = tls_server_open(p->certificate.at, p->key.at, "postgresql", &err);
    assert_non_null(p->server);
}

static void place_release(Place *p) {
    Err err = {0};
    tls_server_free(p->server);
    assert_true(remove_tree(p->folder.at, &err));
    arena_release(&p->arena);
}
DEFINE_AUTO(Place, place_release)

/* A client on a thread of its own, over blocking calls. */
typedef struct Client {
    int fd;
    const char *alpn; /* as TLS has it, with its length before it */
    void (*talk)(struct Client *c, SSL *ssl);
    size_t received;
    bool met; /* the handshake was done */
    Thread thread;
} Client;

static void run_client(void *context) {
    Client *c = context;
    SSL_CTX *x = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(x);
    SSL_set_fd(ssl, c->fd);
    if (c->alpn) SSL_set_alpn_protos(ssl, (const unsigned char *)c->alpn, (unsigned)strlen(c->alpn));
    c->met = SSL_connect(ssl) == 1;
    if (c->met && c->talk) c->talk(c, ssl);
    SSL_free(ssl);
    SSL_CTX_free(x);
    shutdown(c->fd, SHUT_RDWR);
}

/* Returns the server's end. */
static int client_start(Client *c) {
    Err err = {0};
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    c->fd = pair[0];
    assert_true(thread_start(&c->thread, &(ThreadSpec){.name = "client", .body = run_client, .context = c}, &err));
    return pair[1];
}

static void client_end(Client *c, int fd) {
    shutdown(fd, SHUT_RDWR);
    thread_join(&c->thread);
    close(c->fd);
    close(fd);
}

static Until in_ms(int64_t ms) {
    return (Until){.deadline_us = deadline_in(ms * US_PER_MS)};
}

static void say_hello(Client *c, SSL *ssl) {
    char answer[5];
    (void)!SSL_write(ssl, "hello", 5);
    int n = SSL_read(ssl, answer, sizeof answer);
    c->received = n > 0 ? (size_t)n : 0;
    SSL_shutdown(ssl);
}

TEST(tls_there_and_back) {
    AUTO(Place) p;
    place_open(&p);
    Err err = {0};
    char at[100];
    Client client = {.talk = say_hello, .alpn = "\x0apostgresql"};
    int fd = client_start(&client), bits;
    TlsConnection *c = tls_accept(p.server, fd, (Str){0}, in_ms(60000), &err);
    assert_non_null(c);
    assert_true(str_is(tls_version(c), "TLSv1.3") && tls_protocol_agreed(c));
    assert_true(tls_cipher(c, &bits).len > 0 && bits >= 128);
    assert_int_equal(tls_read(c, at, sizeof at, in_ms(60000), &err), 5);
    assert_memory_equal(at, "hello", 5);
    assert_true(tls_write_all(c, STR("world"), in_ms(60000), &err));
    assert_int_equal(tls_read(c, at, sizeof at, in_ms(60000), &err), 0); /* its goodbye */
    tls_close(c);
    client_end(&client, fd);
    assert_int_equal(client.received, 5);
}

TEST(tls_handshake_has_a_deadline_and_is_canceled) {
    AUTO(Place) p;
    place_open(&p);
    AUTO(Cancel) cancel;
    Err err = {0};
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_null(tls_accept(p.server, pair[1], STR("\x16\x03\x01"), in_ms(20), &err)); /* and nothing more */
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_true(cancel_init(&cancel, &err));
    cancel_raise(&cancel, CANCEL_STOP);
    err = (Err){0};
    assert_null(tls_accept(p.server, pair[1], (Str){0}, (Until){NO_DEADLINE, &cancel, CANCEL_STOP}, &err));
    assert_int_equal(err.code, ERR_CANCELED);
    err = (Err){0};
    assert_null(tls_accept(p.server, pair[1], STR("GET / HTTP/1.1\r\n\r\n"), in_ms(60000), &err));
    assert_int_equal(err.code, ERR_INPUT);
    shutdown(pair[0], SHUT_RDWR);
    err = (Err){0};
    assert_null(tls_accept(p.server, pair[1], (Str){0}, in_ms(60000), &err));
    assert_int_equal(err.code, ERR_IO);
    close(pair[0]);
    close(pair[1]);
}

TEST(tls_refuses_another_protocol) {
    AUTO(Place) p;
    place_open(&p);
    Err err = {0};
    Client client = {.alpn = "\x02h2\x08http/1.1"};
    int fd = client_start(&client);
    assert_null(tls_accept(p.server, fd, (Str){0}, in_ms(60000), &err));
    assert_int_equal(err.code, ERR_INPUT);
    client_end(&client, fd);
    assert_false(client.met);
}

/* Reads nothing, until the server hangs up. */
static void wait_for_end(Client *c, SSL *ssl) {
    (void)ssl;
    (void)!wait_fd(c->fd, POLLHUP, UNTIL_DONE);
}

TEST(tls_write_stops_at_the_deadline_though_nobody_reads) {
    AUTO(Place) p;
    place_open(&p);
    AUTO(Buf) big = {0};
    while (big.len < 4 << 20) buf_append_c(&big, "0123456789abcdef");
    Err err = {0};
    Client client = {.talk = wait_for_end};
    int fd = client_start(&client);
    TlsConnection *c = tls_accept(p.server, fd, (Str){0}, in_ms(60000), &err);
    assert_non_null(c);
    char byte;
    assert_int_equal(tls_read(c, &byte, 1, in_ms(20), &err), -1);
    assert_int_equal(err.code, ERR_TIMEOUT);
    err = (Err){0};
    assert_false(tls_write_all(c, buf_str(&big), in_ms(50), &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    tls_close(c); /* without a goodbye: half a record is on its way */
    close(fd);
    thread_join(&client.thread);
    close(client.fd);
}

static void read_all(Client *c, SSL *ssl) {
    char room[50000];
    for (int n; (n = SSL_read(ssl, room, sizeof room)) > 0;) c->received += (size_t)n;
}

TEST(tls_writes_more_than_a_socket_holds) {
    AUTO(Place) p;
    place_open(&p);
    AUTO(Buf) big = {0};
    while (big.len < 4 << 20) buf_append_c(&big, "0123456789abcdef");
    Err err = {0};
    Client client = {.talk = read_all};
    int fd = client_start(&client);
    TlsConnection *c = tls_accept(p.server, fd, (Str){0}, in_ms(60000), &err);
    assert_non_null(c);
    assert_true(tls_write_all(c, buf_str(&big), in_ms(60000), &err));
    tls_close(c);
    client_end(&client, fd);
    assert_int_equal(client.received, big.len);
}

/* ---- files ---- */

static bool opens(const Place *p, Str *ret_why) {
    static Err err;
    err = (Err){0};
    TlsServer *t = tls_server_open(p->certificate.at, p->key.at, "postgresql", &err);
    if (t) tls_server_free(t);
    *ret_why = str_of(err.msg);
    return t != NULL;
}

TEST(tls_files_that_are_wrong) {
    AUTO(Place) p;
    place_open(&p);
    Err err = {0};
    Str why, text;
    assert_true(opens(&p, &why));
    assert_int_equal(chmod(p.key.at, 0640), 0);
    assert_false(opens(&p, &why));
    assert_true(str_find_str(why, STR("others than its owner")) != STR_NONE);
    assert_true(file_read(&p.arena, p.certificate.at, 10000, &text, &err));
    assert_true(file_write_atomic(p.key.at, text, 0600, &err));
    assert_false(opens(&p, &why));
    assert_true(file_remove(p.key.at, &err));
    assert_false(opens(&p, &why));
    assert_true(str_find_str(why, STR("No such file")) != STR_NONE);
}

TEST(tls_refresh_takes_what_fits) {
    AUTO(Place) p;
    place_open(&p);
    Err err = {0};
    Str key;
    assert_true(tls_server_refresh(p.server, &err));
    assert_true(file_read(&p.arena, p.key.at, 10000, &key, &err));
    assert_true(certificate_make(p.certificate.at, p.key.at, &err));
    assert_true(tls_server_refresh(p.server, &err));
    assert_true(file_write_atomic(p.key.at, key, 0600, &err)); /* of the certificate before */
    assert_false(tls_server_refresh(p.server, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_true(tls_server_refresh(p.server, &err)); /* known, and the old one serves */
    Client client = {.talk = say_hello};
    int fd = client_start(&client);
    TlsConnection *c = tls_accept(p.server, fd, (Str){0}, in_ms(60000), &err);
    assert_non_null(c);
    tls_close(c);
    client_end(&client, fd);
    assert_true(client.met);
}

static void refresh_often(void *context) {
    Place *p = context;
    Err err = {0};
    for (int i = 0; i < 20; i++) {
        (void)!certificate_make(p->certificate.at, p->key.at, &err);
        (void)!tls_server_refresh(p->server, &err);
    }
}

TEST(tls_refresh_while_clients_come) {
    AUTO(Place) p;
    place_open(&p);
    Err err = {0};
    Thread thread;
    assert_true(thread_start(&thread, &(ThreadSpec){.name = "refresh", .body = refresh_often, .context = &p}, &err));
    for (int i = 0; i < 20; i++) {
        Client client = {.talk = say_hello};
        int fd = client_start(&client);
        TlsConnection *c = tls_accept(p.server, fd, (Str){0}, in_ms(60000), &err);
        assert_non_null(c);
        assert_true(tls_end_point(c, &p.arena).len == 32);
        tls_close(c);
        client_end(&client, fd);
    }
    thread_join(&thread);
}

/* TLS on OpenSSL, which reads and writes by functions of ours: sockets stay blocking ones, waits are os/wait.h's. */
#include "os/tls.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/thread.h"

/* Which version of a file was read. */
typedef struct FileStamp {
    struct timespec modified;
    off_t size;
    ino_t inode;
} FileStamp;

struct TlsServer {
    char *certificate, *key; /* paths */
    const char *alpn;
    BIO_METHOD *socket;
    Mutex lock; /* guards the rest */
    SSL_CTX *context;
    FileStamp stamps[2];
};

struct TlsConnection {
    SSL *ssl;
    int fd;
    Str ahead;   /* what is to be read before the socket is */
    int reason;  /* errno of the socket's last failure, 0 = its end */
    bool broken; /* nothing can be written any more */
};

/* ---- files ---- */

static FileStamp stamp_of(const char *path) {
    struct stat st;
    if (stat(path, &st) < 0) return (FileStamp){0};
    return (FileStamp){st.st_mtim, st.st_size, st.st_ino};
}

static bool same_stamp(const FileStamp *a, const FileStamp *b) {
    return a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec &&
           a->size == b->size && a->inode == b->inode;
}

/* OpenSSL's reason; its queue is empty then. */
static const char *openssl_reason(void) {
    unsigned long code = ERR_peek_last_error();
    const char *text = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return text ? text : "unknown reason";
}

static bool look_at(const char *path, const char *what, struct stat *ret, Err *err) {
    if (access(path, R_OK) == 0 && stat(path, ret) == 0) return true;
    err_errno(err, errno, "cannot read the TLS %s \"%s\"", what, path);
    err->code = ERR_CONFIG;
    return false;
}

/* PostgreSQL's rule: a key is its user's alone, or root's, who may let a group read it. */
static bool check_key(const char *path, Err *err) {
    struct stat st;
    if (!look_at(path, "key", &st, err)) return false;
    mode_t forbidden = st.st_uid == 0 && geteuid() != 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    if (!(st.st_mode & forbidden)) return true;
    err_set(err, ERR_CONFIG, "the TLS key \"%s\" can be read by others than its owner", path);
    return err_hint(err, "chmod 600 %s", path);
}

/* OpenSSL would ask at the terminal. */
static int no_pass_phrase(char *at, int room, int writing, void *context) {
    (void)writing;
    if (room > 0) at[0] = '\0';
    *(bool *)context = true;
    return -1;
}

static bool read_files(const TlsServer *t, SSL_CTX *context, Err *err) {
    bool locked = false;
    struct stat st;
    if (!look_at(t->certificate, "certificate", &st, err)) return false;
    SSL_CTX_set_default_passwd_cb(context, no_pass_phrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, &locked);
    if (SSL_CTX_use_certificate_chain_file(context, t->certificate) != 1) {
        err_set(err, ERR_CONFIG, "cannot read the TLS certificate \"%s\": %s", t->certificate, openssl_reason());
        return err_hint(err, "a file that begins with -----BEGIN CERTIFICATE-----");
    }
    if (!check_key(t->key, err)) return false;
    int found = SSL_CTX_use_PrivateKey_file(context, t->key, SSL_FILETYPE_PEM);
    SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
    if (found == 1 && SSL_CTX_check_private_key(context) == 1) return true;
    const char *reason = openssl_reason();
    if (locked) return err_set(err, ERR_CONFIG, "the TLS key \"%s\" has a pass phrase, which nobody can enter", t->key);
    err_set(err, ERR_CONFIG, "cannot use the TLS key \"%s\" for \"%s\": %s", t->key, t->certificate, reason);
    return err_hint(err, "key and certificate must be made for each other");
}

/* ---- contexts ---- */

/* The client says what it can speak: our protocol is among it, or there is nothing to talk about. */
static int choose_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_len, const unsigned char *offered,
                           unsigned len, void *server) {
    (void)ssl;
    Str ours = str_of(((const TlsServer *)server)->alpn), rest = {(const char *)offered, len};
    while (rest.len) {
        size_t n = (unsigned char)rest.at[0];
        Str name = str_slice(rest, 1, 1 + n);
        if (str_equal(name, ours)) {
            *ret = (const unsigned char *)name.at;
            *ret_len = (unsigned char)name.len;
            return SSL_TLSEXT_ERR_OK;
        }
        rest = str_slice(rest, 1 + n, rest.len);
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *new_context(TlsServer *t, Err *err) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    BUG_ON(!context);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    /* An idle session keeps no buffers; a long write goes on where the socket was full. */
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, t);
    ERR_clear_error();
    if (read_files(t, context, err)) return context;
    SSL_CTX_free(context);
    return NULL;
}

bool tls_server_refresh(TlsServer *t, Err *err) {
    FileStamp now[2] = {stamp_of(t->certificate), stamp_of(t->key)};
    bool ok = true;
    mutex_lock(&t->lock);
    if (!same_stamp(&now[0], &t->stamps[0]) || !same_stamp(&now[1], &t->stamps[1])) {
        SSL_CTX *context = new_context(t, err);
        ok = context != NULL;
        memcpy(t->stamps, now, sizeof now);
        if (ok) {
            SSL_CTX_free(t->context);
            t->context = context;
        }
    }
    mutex_unlock(&t->lock);
    return ok;
}

/* ---- OpenSSL's way to the socket ---- */

static int socket_in(BIO *bio, char *at, int room) {
    TlsConnection *c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (c->ahead.len) {
        size_t n = MIN(c->ahead.len, (size_t)room);
        memcpy(at, c->ahead.at, n);
        c->ahead = str_slice(c->ahead, n, c->ahead.len);
        return (int)n;
    }
    ssize_t n;
    do n = recv(c->fd, at, (size_t)room, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
    else if (n <= 0) c->reason = n < 0 ? errno : 0;
    return (int)n;
}

static int socket_out(BIO *bio, const char *at, int len) {
    TlsConnection *c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    ssize_t n;
    do n = send(c->fd, at, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) BIO_set_retry_write(bio);
    else if (n < 0) c->reason = errno;
    return (int)n;
}

static long socket_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *socket_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BUG_ON(!method || !BIO_meth_set_read(method, socket_in) || !BIO_meth_set_write(method, socket_out) ||
           !BIO_meth_set_ctrl(method, socket_control));
    return method;
}

TlsServer *tls_server_open(const char *certificate, const char *key, const char *alpn, Err *err) {
    TlsServer *t = calloc(1, sizeof *t);
    BUG_ON(!t);
    t->certificate = strdup(certificate);
    t->key = strdup(key);
    t->alpn = alpn;
    t->socket = socket_method();
    t->stamps[0] = stamp_of(certificate);
    t->stamps[1] = stamp_of(key);
    BUG_ON(!t->certificate || !t->key);
    mutex_init(&t->lock);
    t->context = new_context(t, err);
    if (t->context) return t;
    tls_server_free(t);
    return NULL;
}

void tls_server_free(TlsServer *t) {
    SSL_CTX_free(t->context);
    BIO_meth_free(t->socket);
    mutex_release(&t->lock);
    free(t->certificate);
    free(t->key);
    free(t);
}

/* ---- connections ---- */

/* After a call that did not do it: waits for what it needs. False: it cannot be done. */
static bool wait_for_it(TlsConnection *c, int result, const char *what, Until until, Err *err) {
    int kind = SSL_get_error(c->ssl, result);
    if (kind == SSL_ERROR_WANT_READ) return wait_check(wait_fd(c->fd, POLLIN, until), what, err);
    if (kind == SSL_ERROR_WANT_WRITE) return wait_check(wait_fd(c->fd, POLLOUT, until), what, err);
    c->broken = true;
    if (kind == SSL_ERROR_SSL) return err_set(err, ERR_INPUT, "%s: %s", what, openssl_reason());
    ERR_clear_error();
    if (kind == SSL_ERROR_SYSCALL && c->reason) return err_errno(err, c->reason, "%s", what);
    return err_set(err, ERR_IO, "%s: the other side has gone", what);
}

static SSL *new_ssl(TlsServer *t, TlsConnection *c) {
    mutex_lock(&t->lock);
    SSL *ssl = SSL_new(t->context);
    mutex_unlock(&t->lock);
    BIO *bio = BIO_new(t->socket);
    BUG_ON(!ssl || !bio);
    BIO_set_data(bio, c);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    return ssl;
}

TlsConnection *tls_accept(TlsServer *t, int fd, Str ahead, Until until, Err *err) {
    TlsConnection *c = calloc(1, sizeof *c);
    BUG_ON(!c);
    *c = (TlsConnection){.fd = fd, .ahead = ahead};
    c->ssl = new_ssl(t, c);
    for (bool ok = true; ok;) {
        ERR_clear_error();
        int done = SSL_do_handshake(c->ssl);
        if (done == 1 && !c->ahead.len) return c;
        if (done == 1) ok = err_set(err, ERR_INPUT, "TLS handshake: more came than belongs to it");
        else ok = wait_for_it(c, done, "TLS handshake", until, err);
    }
    c->broken = true;
    tls_close(c);
    return NULL;
}

void tls_close(TlsConnection *c) {
    if (!c->broken) (void)SSL_shutdown(c->ssl);
    ERR_clear_error();
    SSL_free(c->ssl);
    free(c);
}

ssize_t tls_read(TlsConnection *c, void *at, size_t room, Until until, Err *err) {
    for (;;) {
        if (until_canceled(until)) return (void)err_set(err, ERR_CANCELED, "reading: canceled"), -1;
        ERR_clear_error();
        int n = SSL_read(c->ssl, at, (int)MIN(room, (size_t)INT_MAX));
        if (n > 0) return n;
        if (SSL_get_error(c->ssl, n) == SSL_ERROR_ZERO_RETURN) return 0;
        if (!wait_for_it(c, n, "reading", until, err)) return -1;
    }
}

bool tls_write_all(TlsConnection *c, Str data, Until until, Err *err) {
    while (data.len) {
        ERR_clear_error();
        int n = SSL_write(c->ssl, data.at, (int)MIN(data.len, (size_t)INT_MAX));
        if (n > 0) data = str_slice(data, (size_t)n, data.len);
        else if (!wait_for_it(c, n, "writing", until, err)) {
            /* Half a record may be on its way: nothing fits behind it. */
            c->broken = true;
            return false;
        }
    }
    return true;
}

/* ---- what was agreed ---- */

Str tls_version(const TlsConnection *c) {
    return str_of(SSL_get_version(c->ssl));
}

Str tls_cipher(const TlsConnection *c, int *ret_bits) {
    const SSL_CIPHER *cipher = SSL_get_current_cipher(c->ssl);
    *ret_bits = SSL_CIPHER_get_bits(cipher, NULL);
    return str_of(SSL_CIPHER_get_name(cipher));
}

bool tls_protocol_agreed(const TlsConnection *c) {
    const unsigned char *name;
    unsigned len;
    SSL_get0_alpn_selected(c->ssl, &name, &len);
    return len > 0;
}

Str tls_end_point(const TlsConnection *c, Arena *a) {
    X509 *certificate = SSL_get_certificate(c->ssl);
    int digest = NID_undef;
    unsigned len = 0;
    unsigned char hash[EVP_MAX_MD_SIZE];
    if (!certificate || X509_get_signature_info(certificate, &digest, NULL, NULL, NULL) != 1) return (Str){0};
    if (digest == NID_md5 || digest == NID_sha1) digest = NID_sha256;
    const EVP_MD *type = digest == NID_undef ? NULL : EVP_get_digestbynid(digest);
    if (!type || X509_digest(certificate, type, hash, &len) != 1) return (Str){0};
    return arena_str(a, (Str){(const char *)hash, len});
}

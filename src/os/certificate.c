#include "os/certificate.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/crypto.h"
#include "os/file.h"

/* The host's name, if it can stand in a certificate. */
static Str host_name(Arena *a) {
    char name[256];
    if (gethostname(name, sizeof name) < 0) return (Str){0};
    name[sizeof name - 1] = '\0';
    static const char fit[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
    size_t len = strlen(name);
    bool usable = len && len <= 64 && strspn(name, fit) == len && strcmp(name, "localhost") != 0;
    return usable ? arena_str(a, str_of(name)) : (Str){0};
}

static void add_extension(X509 *x, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    BUG_ON(!extension || X509_add_ext(x, extension, -1) != 1);
    X509_EXTENSION_free(extension);
}

/* No CA: some clients (Rust's webpki) refuse one as a server. */
static void add_extensions(X509 *x, Arena *a, Str host) {
    Str names = STR("DNS:localhost,IP:127.0.0.1,IP:::1");
    if (host.len) names = arena_printf(a, STR_FMT ",DNS:" STR_FMT, STR_ARG(names), STR_ARG(host));
    const struct {
        int kind;
        const char *value;
    } table[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_alt_name, names.at},
        {NID_subject_key_identifier, "hash"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) add_extension(x, table[i].kind, table[i].value);
}

static X509 *new_certificate(EVP_PKEY *key, Arena *a) {
    enum { SERIAL_BYTES = 16 };
    unsigned char serial[SERIAL_BYTES];
    Str host = host_name(a);
    random_bytes(serial, sizeof serial);
    serial[0] = (unsigned char)((serial[0] & 0x7f) | 1); /* positive, and not 0 */
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    X509 *x = X509_new();
    BUG_ON(!x || !number || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)));
    BN_free(number);
    X509_NAME *name = X509_get_subject_name(x);
    const char *common = host.len ? arena_c(a, host) : "localhost";
    BUG_ON(!X509_set_version(x, X509_VERSION_3) || !X509_gmtime_adj(X509_getm_notBefore(x), 0) ||
           !X509_time_adj_ex(X509_getm_notAfter(x), CERTIFICATE_DAYS, 0, NULL) || !X509_set_pubkey(x, key) ||
           !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common, -1, -1, 0) ||
           !X509_set_issuer_name(x, name));
    add_extensions(x, a, host);
    BUG_ON(!X509_sign(x, key, EVP_sha256()));
    return x;
}

static bool write_pem(BIO *pem, const char *path, mode_t mode, Err *err) {
    char *at;
    long len = BIO_get_mem_data(pem, &at);
    bool ok = file_write_atomic(path, (Str){at, (size_t)len}, mode, err);
    BIO_free(pem);
    return ok;
}

bool certificate_make(const char *certificate, const char *key_path, Err *err) {
    AUTO(Arena) arena = {0};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BUG_ON(!key);
    X509 *x = new_certificate(key, &arena);
    BIO *key_pem = BIO_new(BIO_s_secmem()), *certificate_pem = BIO_new(BIO_s_mem());
    BUG_ON(!key_pem || !PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL));
    BUG_ON(!certificate_pem || !PEM_write_bio_X509(certificate_pem, x));
    X509_free(x);
    EVP_PKEY_free(key);
    bool ok = write_pem(key_pem, key_path, 0600, err);
    return write_pem(certificate_pem, certificate, 0644, ok ? err : &(Err){0}) && ok;
}

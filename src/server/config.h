/* What `pond up` reads of the project: addresses, limits, the warehouse file. */
#pragma once

#include "project/project.h"
#include "warehouse/warehouse.h"

/* What may change while the server runs. */
typedef struct ServerLimits {
    uint32_t sessions;              /* at once */
    int64_t login_timeout_us;       /* 0 = none */
    int64_t statement_timeout_us;   /* 0 = none */
    int64_t idle_in_transaction_us; /* 0 = none */
    int64_t drain_timeout_us;
    uint64_t temp_limit; /* bytes that rows of a session may take on disk, kept for its client */
} ServerLimits;

/* What is offered to clients over TCP; one on this machine's Unix socket needs none. */
typedef enum TlsMode { TLS_OFF, TLS_AUTO, TLS_REQUIRED } TlsMode;

const char *tls_mode_name(TlsMode mode); /* as pond.listen.tls has it */

typedef struct ServerConfig {
    Str root;           /* of the project */
    Str pond_folder;    /* .pond */
    Str run_folder;     /* .pond/run, 0700 */
    Str runtime_folder; /* $XDG_RUNTIME_DIR; may be empty */
    Str postgres;       /* pond.listen.postgres: HOST:PORT, or "off" */
    TlsMode tls;
    Str tls_certificate, tls_key; /* paths; NUL-terminated */
    bool tls_own;                 /* they are to be made by pond if they are not there */
    WarehouseOptions warehouse;
    const Str *others; /* further files that loaders and dbt name in the active environment: the server's, too */
    size_t other_count;
    ServerLimits limits;
} ServerConfig;

/* Texts in the project's arena. library: $POND_LIBDUCKDB. */
bool server_config_read(Project *p, Str library, ServerConfig *ret, Err *err) MUST_USE;

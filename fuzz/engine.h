/* A real engine for the fuzz targets of the wire: a warehouse that may touch no other file; each input is a connection. */
#pragma once

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/certificate.h"
#include "os/file.h"
#include "pgwire/pgwire.h"

static ServerConfig fuzz_config;
static EnginePlan fuzz_plan;

static inline void fuzz_open_tls(Arena *a, Str folder) {
    Err err = {0};
    Str certificate = path_join(a, folder, STR("server.crt")), key = path_join(a, folder, STR("server.key"));
    BUG_ON(!certificate_make(certificate.at, key.at, &err));
    fuzz_plan.tls = tls_server_open(certificate.at, key.at, "postgresql", &err);
    BUG_ON(!fuzz_plan.tls);
}

static inline void fuzz_send(int fd, Str bytes) {
    while (bytes.len) {
        ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n <= 0) return; /* more than a socket holds: the rest does not come */
        bytes = str_slice(bytes, (size_t)n, bytes.len);
    }
}

/* A start-up that is let in. */
#define FUZZ_HELLO STR("\0\0\0\x24\0\3\0\0user\0me\0database\0warehouse\0\0")

/* A client that says this and nothing more. local: over a Unix socket, where the same user needs no password. Returns whether it was let
 * in: what comes first ends with ReadyForQuery. AuthenticationOk alone may be followed by a refusal. */
static inline bool fuzz_client(Engine *engine, bool local, Str hello, Str rest) {
    int pair[2], room = 4 * 1024 * 1024;
    static char answer[16 * 1024];
    Err err = {0};
    BUG_ON(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0);
    (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    (void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    fuzz_send(pair[0], hello);
    fuzz_send(pair[0], rest);
    (void)shutdown(pair[0], SHUT_WR);
    Connection c = {
        .engine = engine, .fd = pair[1], .client = local ? STR("local") : STR("127.0.0.1:9"), .local = local};
    c.me = registry_add(engine_registry(engine), &(RegistryEntry){"postgres", c.client, false, -1}, &err);
    BUG_ON(!c.me);
    pgwire_service.serve(&c);
    registry_remove(c.me);
    arena_release(&c.arena);
    ssize_t n = recv(pair[0], answer, sizeof answer, MSG_DONTWAIT);
    close(pair[0]);
    close(pair[1]);
    return n > 0 && str_find_str((Str){answer, (size_t)n}, STR("Z\0\0\0\5I")) != STR_NONE;
}

/* Stays until the process ends. */
static inline Engine *fuzz_engine(void) {
    static Arena arena;
    static Cancel cancel;
    Err err = {0};
    Str folder;
    const char *library = getenv("POND_LIBDUCKDB");
    BUG_ON(!cancel_init(&cancel, &err) || !dir_make_temp(&arena, "/tmp", "pond-fuzz-", &folder, &err));
    fuzz_config = (ServerConfig){
        .root = folder,
        .pond_folder = folder,
        .run_folder = folder,
        .tls = TLS_AUTO,
        .warehouse = {.path = path_join(&arena, folder, STR("warehouse.duckdb")),
                      .library = library ? str_of(library) : (Str){0}, /* beside the program */
                      .memory_limit = 300000000,
                      .threads = 1},
        .limits = {.sessions = 10,
                   .login_timeout_us = 1000000,
                   .statement_timeout_us = 50000,
                   .idle_in_transaction_us = 1000000},
    };
    fuzz_plan = (EnginePlan){.config = &fuzz_config, .cancel = &cancel, .log = log_new(), .orders = -1};
    fuzz_open_tls(&arena, folder);
    Engine *engine = engine_open(&fuzz_plan, &err);
    if (!engine) fprintf(stderr, "%s\n", err.msg);
    BUG_ON(!engine);
    Session *s = session_open(engine_warehouse(engine), &err);
    BUG_ON(!s || !session_exec(s, &err,
                               "CREATE TABLE t (a INTEGER, b VARCHAR); INSERT INTO t VALUES (1, 'x'); SET "
                               "enable_external_access = false; SET lock_configuration = true"));
    session_close(s);
    BUG_ON(!fuzz_client(engine, true, FUZZ_HELLO, STR("")));
    return engine;
}

/*
 * A client of the PostgreSQL wire that sends anything: start-up, messages, COPY data. A real engine on a warehouse in memory, which
 * may touch no file; each input is a connection. The first byte: even, a valid start-up goes before; odd, the input begins with it.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/file.h"
#include "pgwire/pgwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char hello[] = "\0\0\0\x1d\0\3\0\0user\0me\0database\0me\0\0";

static Engine *engine;

static void start(void) {
    static Arena arena;
    static Cancel cancel;
    static ServerConfig config;
    static EnginePlan plan;
    Err err = {0};
    Str folder;
    const char *library = getenv("POND_LIBDUCKDB");
    BUG_ON(!cancel_init(&cancel, &err) || !dir_make_temp(&arena, "/tmp", "pond-fuzz-", &folder, &err));
    config = (ServerConfig){
        .pond_folder = folder,
        .run_folder = folder,
        .warehouse = {.path = STR(":memory:"),
                      .library = str_of(library ? library : "build/fuzz/lib/libduckdb.so"),
                      .memory_limit = 300000000,
                      .threads = 1},
        .limits = {.sessions = 10, .statement_timeout_us = 50000, .idle_in_transaction_us = 1000000},
    };
    plan = (EnginePlan){.config = &config, .cancel = &cancel, .orders = -1};
    engine = engine_open(&plan, &err);
    if (!engine) fprintf(stderr, "%s\n", err.msg);
    BUG_ON(!engine);
    Session *s = session_open(engine_warehouse(engine), &err);
    BUG_ON(!s || !session_exec(s, &err,
                               "CREATE TABLE t (a INTEGER, b VARCHAR); INSERT INTO t VALUES (1, 'x'); SET "
                               "enable_external_access = false; SET lock_configuration = true"));
    session_close(s);
}

static void send_all(int fd, const void *at, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t n = send(fd, (const char *)at + done, size - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n <= 0) return; /* more than a socket holds: the rest does not come */
        done += (size_t)n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int pair[2], room = 4 * 1024 * 1024;
    Err err = {0};
    if (!size) return 0;
    if (!engine) start();
    BUG_ON(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0);
    (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    (void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (data[0] % 2 == 0) send_all(pair[0], hello, sizeof hello - 1);
    send_all(pair[0], data + 1, size - 1);
    (void)shutdown(pair[0], SHUT_WR);
    Connection c = {.engine = engine, .fd = pair[1], .client = STR("local"), .local = true};
    c.me = registry_add(engine_registry(engine), "postgres", c.client, &err);
    BUG_ON(!c.me);
    pgwire_service.serve(&c);
    registry_remove(c.me);
    arena_release(&c.arena);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

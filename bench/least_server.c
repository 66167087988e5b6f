/*
 * What any server of this machine takes: the simple query protocol around duckdb_query, a thread for each connection, and nothing else.
 * No error is told, no type is known, no setting kept.
 *
 *     least_server DATABASE PORT
 *
 * Prints "ready" when it listens on 127.0.0.1. Built and run by bench/server_cases.py.
 */
#include <arpa/inet.h>
#include <duckdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 16 };

static duckdb_database database;

typedef struct Out {
    unsigned char at[ROOM];
    size_t len;
} Out;

static void put(Out *o, const void *bytes, size_t len) {
    memcpy(o->at + o->len, bytes, len);
    o->len += len;
}

static void put_number(Out *o, uint32_t number, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) o->at[o->len++] = (unsigned char)(number >> 8 * i);
}

static size_t begin(Out *o, char type) {
    o->at[o->len++] = (unsigned char)type;
    o->len += 4;
    return o->len - 4;
}

static void end(Out *o, size_t at) {
    size_t len = o->len;
    o->len = at;
    put_number(o, (uint32_t)(len - at), 4);
    o->len = len;
}

static void describe(Out *o, duckdb_result *r) {
    size_t at = begin(o, 'T');
    put_number(o, (uint32_t)duckdb_column_count(r), 2);
    for (idx_t i = 0; i < duckdb_column_count(r); i++) {
        const char *name = duckdb_column_name(r, i);
        put(o, name, strlen(name) + 1);
        put_number(o, 0, 4), put_number(o, 0, 2), put_number(o, 25, 4), put_number(o, 0xFFFF, 2);
        put_number(o, 0xFFFFFFFF, 4), put_number(o, 0, 2);
    }
    end(o, at);
}

static void answer(Out *o, duckdb_connection c, const char *sql) {
    duckdb_result r;
    if (duckdb_query(c, sql, &r) != DuckDBSuccess) exit(1);
    describe(o, &r);
    idx_t rows = duckdb_row_count(&r);
    for (idx_t row = 0; row < rows; row++) {
        size_t at = begin(o, 'D');
        put_number(o, (uint32_t)duckdb_column_count(&r), 2);
        for (idx_t i = 0; i < duckdb_column_count(&r); i++) {
            char *text = duckdb_value_varchar(&r, i, row);
            put_number(o, text ? (uint32_t)strlen(text) : 0xFFFFFFFF, 4);
            if (text) put(o, text, strlen(text));
            duckdb_free(text);
        }
        end(o, at);
    }
    duckdb_destroy_result(&r);
    size_t at = begin(o, 'C');
    put(o, "SELECT 1", 9);
    end(o, at);
    put(o, "Z\0\0\0\5I", 6);
}

static void *serve(void *arg) {
    int fd = (int)(intptr_t)arg, one = 1;
    static _Thread_local Out out;
    static _Thread_local char in[ROOM];
    duckdb_connection c;
    if (duckdb_connect(database, &c) != DuckDBSuccess) exit(1);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (recv(fd, in, sizeof in, 0) > 0 && send(fd, "R\0\0\0\10\0\0\0\0Z\0\0\0\5I", 15, 0) == 15)
        for (;;) {
            ssize_t n = recv(fd, in, sizeof in - 1, 0); /* a message of pgbench comes at once */
            if (n <= 5 || in[0] != 'Q') break;
            in[n] = '\0';
            out.len = 0;
            answer(&out, c, in + 5);
            if (send(fd, out.at, out.len, MSG_NOSIGNAL) < 0) break;
        }
    duckdb_disconnect(&c);
    close(fd);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3 || duckdb_open(argv[1], &database) != DuckDBSuccess) return 2;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) return 1;
    puts("ready");
    fflush(stdout);
    for (;;) {
        pthread_t thread;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd)) return 1;
        pthread_detach(thread);
    }
}

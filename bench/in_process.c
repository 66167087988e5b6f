/*
 * The peer of a served statement: DuckDB itself, in a process of its own, through its C API.
 *
 *     in_process DATABASE MODE THREADS SECONDS LARGEST SQL
 *
 * Each thread has a connection and runs SQL again and again. MODE: simple (the text, in which every `$1` is replaced), extended
 * (prepared anew, bound, executed), prepared (prepared once). $1 is a random number from 1 to LARGEST. All rows are read. Prints
 * the statements per second of all threads together. Built and run by bench/server_cases.py.
 */
#include <duckdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef enum Mode { MODE_SIMPLE, MODE_EXTENDED, MODE_PREPARED } Mode;

typedef struct Worker {
    pthread_t thread;
    duckdb_connection connection;
    duckdb_prepared_statement prepared;
    const char *sql;
    Mode mode;
    unsigned seed;
    int largest;
    uint64_t done;
} Worker;

static atomic_bool stop;

static void check(duckdb_state state, const char *what) {
    if (state != DuckDBError) return;
    fprintf(stderr, "in_process: %s failed\n", what);
    exit(1);
}

static void read_rows(duckdb_result *result) {
    for (duckdb_data_chunk chunk; (chunk = duckdb_fetch_chunk(*result));) duckdb_destroy_data_chunk(&chunk);
    duckdb_destroy_result(result);
}

static void run_text(Worker *w, int value) {
    char text[4096];
    duckdb_result result;
    const char *mark = strstr(w->sql, "$1");
    if (mark) snprintf(text, sizeof text, "%.*s%d%s", (int)(mark - w->sql), w->sql, value, mark + 2);
    else snprintf(text, sizeof text, "%s", w->sql);
    check(duckdb_query(w->connection, text, &result), text);
    read_rows(&result);
}

static void run_prepared(Worker *w, duckdb_prepared_statement statement, int value) {
    duckdb_result result;
    if (duckdb_nparams(statement)) check(duckdb_bind_int32(statement, 1, value), "binding");
    check(duckdb_execute_prepared(statement, &result), w->sql);
    read_rows(&result);
}

static void run_anew(Worker *w, int value) {
    duckdb_prepared_statement statement;
    check(duckdb_prepare(w->connection, w->sql, &statement), w->sql);
    run_prepared(w, statement, value);
    duckdb_destroy_prepare(&statement);
}

static void *work(void *arg) {
    Worker *w = arg;
    for (; !atomic_load_explicit(&stop, memory_order_relaxed); w->done++) {
        int value = 1 + rand_r(&w->seed) % w->largest;
        switch (w->mode) {
        case MODE_SIMPLE: run_text(w, value); break;
        case MODE_EXTENDED: run_anew(w, value); break;
        case MODE_PREPARED: run_prepared(w, w->prepared, value); break;
        }
    }
    return NULL;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    enum { MOST_THREADS = 64 };
    static Worker workers[MOST_THREADS];
    duckdb_database database;
    if (argc != 7) return 2;
    Mode mode = !strcmp(argv[2], "simple") ? MODE_SIMPLE : !strcmp(argv[2], "extended") ? MODE_EXTENDED : MODE_PREPARED;
    int threads = atoi(argv[3]);
    double seconds = atof(argv[4]);
    if (threads < 1 || threads > MOST_THREADS) return 2;
    check(duckdb_open(argv[1], &database), argv[1]);
    for (int i = 0; i < threads; i++) {
        Worker *w = &workers[i];
        *w = (Worker){.sql = argv[6], .mode = mode, .seed = (unsigned)i + 1, .largest = atoi(argv[5])};
        check(duckdb_connect(database, &w->connection), "connecting");
        if (mode == MODE_PREPARED) check(duckdb_prepare(w->connection, w->sql, &w->prepared), w->sql);
    }
    double begin = now();
    for (int i = 0; i < threads; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) return 1;
    nanosleep(&(struct timespec){(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)}, NULL);
    atomic_store(&stop, true);
    uint64_t done = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        done += workers[i].done;
        if (mode == MODE_PREPARED) duckdb_destroy_prepare(&workers[i].prepared);
    }
    double elapsed = now() - begin;
    for (int i = 0; i < threads; i++) duckdb_disconnect(&workers[i].connection);
    duckdb_close(&database);
    printf("%.1f\n", (double)done / elapsed);
    return 0;
}

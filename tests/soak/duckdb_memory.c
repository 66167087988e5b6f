/*
 * What DuckDB alone keeps until it checkpoints: rows of 5,000 are put into a table and deleted, again and again. Memory grows although
 * the table never holds more; after a CHECKPOINT DuckDB counts none of it. So a table that is written over and over grows in the engine, too, up to
 * checkpoint_threshold (128 MB of log at pond) or memory_limit.
 *
 *     cc -o /tmp/duckdb_memory tests/soak/duckdb_memory.c -I$(ls -d ~/.cache/pond/duckdb/1.5.5-amd64-*)/include \
 *         build/release/lib/libduckdb.so && LD_LIBRARY_PATH=build/release/lib /tmp/duckdb_memory
 */
#include <duckdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static duckdb_connection connection;

static void run(const char *sql) {
    duckdb_result result;
    if (duckdb_query(connection, sql, &result) != DuckDBSuccess) {
        fprintf(stderr, "%s: %s\n", sql, duckdb_result_error(&result));
        exit(1);
    }
    duckdb_destroy_result(&result);
}

static double resident(void) {
    long pages = 0, private_pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%*s %ld %ld", &pages, &private_pages) != 2) exit(1);
    fclose(f);
    return (double)(pages - private_pages) * (double)sysconf(_SC_PAGESIZE) / 1e6; /* without the pages of files */
}

static void tell(const char *what) {
    duckdb_result result;
    const char *sql = "SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory()";
    if (duckdb_query(connection, sql, &result) != DuckDBSuccess) exit(1);
    printf("%-16s %6.1f MB private, %6.1f MB by DuckDB's count\n", what, resident(),
           (double)duckdb_value_int64(&result, 0, 0) / 1e6);
    duckdb_destroy_result(&result);
}

int main(void) {
    duckdb_database database;
    duckdb_config config;
    char folder[] = "/tmp/duckdb-memory-XXXXXX", path[100];
    if (!mkdtemp(folder) || duckdb_create_config(&config) != DuckDBSuccess) return 1;
    snprintf(path, sizeof path, "%s/w.duckdb", folder);
    duckdb_set_config(config, "memory_limit", "128MB");
    duckdb_set_config(config, "threads", "2");
    duckdb_set_config(config, "checkpoint_threshold", "128MB");
    duckdb_set_config(config, "allocator_flush_threshold", "1MB"); /* as pond has it */
    duckdb_set_config(config, "allocator_bulk_deallocation_flush_threshold", "8MB");
    if (duckdb_open_ext(path, &database, config, NULL) != DuckDBSuccess) return 1;
    duckdb_connect(database, &connection);
    run("CREATE TABLE t (id BIGINT, name VARCHAR)");
    for (int i = 0; i <= 1500; i++) {
        run("DELETE FROM t");
        run("INSERT INTO t SELECT i, 'text ' || i FROM range(5000) r(i)");
        char what[20];
        snprintf(what, sizeof what, "%d times", i);
        if (i % 250 == 0) tell(what);
    }
    run("CHECKPOINT");
    tell("CHECKPOINT");
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    unlink(path);
    return rmdir(folder);
}

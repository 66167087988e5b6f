/*
 * SQLite as src/meta uses it: one connection with its lock, statements, errors. Private to src/meta. All functions are
 * called with m->lock held, except db_open and db_close.
 *
 *     AUTO(Statement) s = NULL;
 *     if (!db_prepare(m, &s, "SELECT value FROM settings WHERE name = ?", err)) return false;
 *     bind_text(s, 1, name);
 *     bool row;
 *     while (db_step(m, s, &row, err) && row) ...
 */
#pragma once

#include <sqlite3.h>

#include "base/arena.h"
#include "meta/meta.h"
#include "os/io.h"
#include "os/thread.h"

struct Meta {
    Mutex lock; /* everything below; a leaf: nothing else is locked while it is held */
    sqlite3 *db;
    Arena arena; /* texts of this struct */
    Str folder, path;
    Fd alive, ask; /* .pond/run/alive: to hold locks (-1 when reading only), and to ask for those of others */
};

typedef enum DbMode {
    DB_WRITE,
    DB_READ,
    DB_IMMUTABLE, /* no locks, no WAL: for folders that cannot be written */
} DbMode;

bool db_open(Meta *m, DbMode mode, Err *err) MUST_USE;
void db_close(Meta *m);
/* The error of the last call, mapped to a code, with the file's path. Returns false. */
bool db_fail(const Meta *m, Err *err);

/* One or more statements without parameters and results. */
bool db_exec(Meta *m, const char *sql, Err *err) MUST_USE;
/* The first column of the first row of a query without parameters; 0 when there is no row. */
bool db_number(Meta *m, const char *sql, int64_t *ret, Err *err) MUST_USE;

typedef enum Durability {
    KEEP_NEARLY, /* survives kill -9; a power cut may take it back */
    KEEP,        /* on the disk when committed */
} Durability;

/* A write transaction; `ok` false rolls back and keeps err. Returns whether it was committed. */
bool db_begin(Meta *m, Durability durability, Err *err) MUST_USE;
bool db_finish(Meta *m, bool ok, Err *err) MUST_USE;

typedef sqlite3_stmt *Statement;
static inline void statement_finalize(Statement *s) {
    sqlite3_finalize(*s);
}
DEFINE_AUTO(Statement, statement_finalize)

bool db_prepare(Meta *m, Statement *ret, const char *sql, Err *err) MUST_USE;
/* *ret_row: there is a row to read. */
bool db_step(Meta *m, Statement s, bool *ret_row, Err *err) MUST_USE;
/* For statements without rows. */
bool db_run(Meta *m, Statement s, Err *err) MUST_USE;

/* The text must live until the statement is done. */
static inline void bind_text(Statement s, int at, Str text) {
    sqlite3_bind_text64(s, at, text.at ? text.at : "", text.len, SQLITE_STATIC, SQLITE_UTF8);
}
static inline void bind_int(Statement s, int at, int64_t value) {
    sqlite3_bind_int64(s, at, value);
}
/* NULL reads as the empty text. */
Str column_text(Arena *a, Statement s, int at);

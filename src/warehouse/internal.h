/* What the files of src/warehouse share. Included nowhere else. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "base/buf.h"
#include "os/io.h"
#include "os/thread.h"
#include "warehouse/chunk_source.h"
#include "warehouse/duckdb_api.h"
#include "warehouse/gate.h"
#include "warehouse/live.h"
#include "warehouse/result.h"
#include "warehouse/warehouse.h"

typedef struct RegisteredSource RegisteredSource;
typedef struct Statement Statement;

typedef struct Gate {
    Mutex lock;
    Cond changed; /* the level, or somebody left */
    GateLevel level;
    bool busy; /* an order holds */
    bool refuse;
    const char *why;
    Session *sessions; /* all of the warehouse */
} Gate;

/* table_lock.h */
typedef struct TableLocks {
    Mutex lock;
    Cond changed; /* a table was given back, or somebody waits no more */
    struct TableWriter *writers;
    uint64_t last_ticket;
} TableLocks;

struct Warehouse {
    Arena arena;
    const DuckdbApi *duck;
    duckdb_database database;
    Str path, name;
    unsigned mended;          /* by torn_mend */
    WarehouseOptions options; /* texts in the arena */
    dev_t device;             /* of the file that is open; inode 0: none */
    ino_t inode;
    Fd guard; /* holds the lock until DuckDB does; to be closed behind it. -1: none */
    Gate gate;
    TableLocks table_locks;
    bool (*on_open)(void *context, Session *s, Err *err);
    void *on_open_context;
    WarehousePool *pool;  /* that it belongs to; NULL: none */
    unsigned users;       /* of a pool's; guarded by its lock */
    bool guest;           /* the pool has it only while somebody uses it */
    pthread_mutex_t lock; /* guards what follows */
    bool loader;
    uint64_t memory_limit;
    LoaderNeeds needs;
    unsigned threads, threads_now; /* at the start, and since warehouse_use_threads */
    bool keeps_threads;
    Session *answering; /* sessions with live answers */
    RegisteredSource *sources;
    uint64_t last_source;
};

/* What a session is inside the gate as. */
typedef enum Hold { HOLD_NONE, HOLD_READ, HOLD_WRITE } Hold;

struct Session {
    Warehouse *warehouse;
    duckdb_connection connection; /* NULL: to be opened at the next statement */
    bool in_transaction;
    bool failed;           /* a statement of the open transaction failed: only a rollback may follow */
    bool ran;              /* a statement of the open transaction has run */
    bool begin_again;      /* DuckDB's transaction was given up at the gate before anything had run in it */
    unsigned uses;         /* statements, results and scripts that are alive */
    Statement *statements; /* all that are prepared */
    bool (*on_connect)(void *context, Session *s, Err *err);
    void *on_connect_context;
    bool connecting; /* on_connect runs */
    bool exempt;     /* gate_session */
    bool impatient;  /* refused at a gate where others wait */
    /* Guarded by the gate's lock. */
    Session *next;
    Hold hold;
    Cancel *owner;
    bool waiting, interrupted; /* at the gate */
    Session *neighbours,
        *next_neighbour;        /* that read other files for its statement; of another gate, which they hold */
    bool looked, keeps;         /* whether it has temporary tables was asked since it left; and what the answer was */
    const LiveAnswers *answers; /* live.h; NULL: none */
    void *caller;
    uint64_t connection_id;
    Session *next_answering; /* guarded by Warehouse.lock */
};

/* Begins a use of the session: its connection may be used until gate_leave. writes: what it is about to do may change the file. */
bool gate_enter(Session *s, bool writes, Err *err) MUST_USE;
/* The same, as the words of the statement say (warehouse/reads.h). */
bool gate_enter_for(Session *s, Str sql, Err *err) MUST_USE;
void gate_leave(Session *s);
/* What the session runs ends by an error. The gate's lock is held. */
void gate_interrupt(Session *s);
/* Nothing of a transaction is left. */
void gate_transaction_ended(Session *s);
/* The session is one of the warehouse from now on, or no more. */
void gate_add(Session *s);
void gate_remove(Session *s);
/* The prepared statement of DuckDB is given up until it is needed again. The gate's lock is held. */
void statement_suspend(Statement *st);
Statement *statement_next(const Statement *st);
/* Opens and closes w->database. */
bool database_open(Warehouse *w, Err *err) MUST_USE;
void database_close(Warehouse *w);

/* Fills err from DuckDB's message (NULL: it gave none). Returns false. */
bool duck_error(const char *message, Err *err);
/* Fills err from a failed result and frees the result. Returns false. */
bool duck_result_error(const DuckdbApi *duck, duckdb_result *result, Err *err);
/* The hint of an error that says that the file is damaged, or that the disk is full. */
bool damage_hint(const Warehouse *w, Err *err);
void session_explain(const Session *s, Err *err);
/* The rows of a statement that succeeded; *result is the Result's from now on, and so is the caller's use of the session. */
Result *result_take(Session *s, const duckdb_result *result);
/* The pool's warehouse for a path, opened now if it is not. *ret_ours false: it is no file; true and NULL: it could not be opened. */
Warehouse *pool_find(const WarehouseOptions *o, bool *ret_ours, Err *err) MUST_USE;
void pool_give_back(Warehouse *w);
/* What DuckDB calls the database of a path: the stem of its name, up to the first dot; three words are its own ("main": "main_db"). A part
 * of the path, or in the arena. */
Str database_name_of(Arena *a, Str path);
/* Destroy it. */
duckdb_logical_type column_logical_type(const DuckdbApi *duck, ColumnType type);
/* Registers pond_records in a new database. */
bool chunk_source_register(Warehouse *w, duckdb_connection connection, Err *err) MUST_USE;
/* The same of pond_call and pond_rows. */
bool live_register(Warehouse *w, duckdb_connection connection, Err *err) MUST_USE;
/* Whose connection it is that calls, of those that answer; NULL: none. Destroys the context. */
Session *live_session(Warehouse *w, duckdb_client_context context);
/* The same of pond_neighbour (neighbour.c). */
bool neighbour_register(Warehouse *w, duckdb_connection connection, Err *err) MUST_USE;
/* Who ends the reader ends the session's client. */
void neighbour_share_owner(Session *s, Session *reader);
/* Who interrupts the session interrupts those, too. */
void neighbour_remember(Session *s, Session *reader);
void neighbour_forget(Session *s, Session *reader);
/* Before a session is closed. */
void live_forget(Session *s);

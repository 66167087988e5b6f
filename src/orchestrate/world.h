/* What runs and invocations take from whoever starts them: a command of the CLI, later a thread of the server. */
#pragma once

#include "base/log.h"
#include "meta/meta.h"
#include "orchestrate/lock_wait.h"
#include "orchestrate/observer.h"
#include "os/io.h"
#include "os/keeper.h"
#include "project/project.h"

/* Who can have a server lend its files (orchestrate/hand_over.h). */
typedef struct Lender {
    /* *ret_lease NULL: there is no server, or it has none of them. */
    bool (*lend)(void *context, const StrVec *paths, Str to, void **ret_lease, Err *err);
    bool (*take_back)(void *lease, Err *err);
} Lender;

typedef struct World {
    Arena *arena; /* lives as long as the run; one thread */
    Project *project;
    Keeper *keeper;
    Cancel *cancel;
    Log *log;
    Meta *meta; /* open for writing */
    Observer observer;
    int64_t deadline_us;  /* --timeout, on clock_us(); NO_DEADLINE = none */
    Str program;          /* pond itself: what a built-in plugin is invoked as */
    Str library;          /* $POND_LIBDUCKDB */
    WarehousePool *pool;  /* the server's files; NULL in the CLI */
    const Lender *lender; /* NULL in the server */
    void *lender_context;
    LockWait lock; /* when another process has the warehouse */
    mode_t umask;
    Str run_id;     /* UUID */
    Str run_folder; /* .pond/run/<run id>, 0700: config, catalog and state files; removed by world_close, or by
                       the next run when this one is killed */
    Str log_folder; /* .pond/logs/<run id>: one file per plugin */
    int64_t number; /* in the history, as `pond logs` has it; 0: it is no run, and its logs go with it */
    Fd run_lock;    /* held on run_folder: says to others that it is in use; 0 = none */
} World;

/* Makes run id (when empty) and folders, and sweeps what a killed pond of this project left running. The caller has filled
 * everything else. */
bool world_open(World *w, Err *err) MUST_USE;
/* Removes the run's files; logs of a run stay. */
void world_close(World *w);

/* "<run folder>/<plugin>.<kind>.json" */
Str world_file(const World *w, Str plugin, const char *kind);
/* "<log folder>/<plugin>.log" */
Str world_log_path(const World *w, Str plugin);
/* Opens it for appending, for a child's stderr. */
bool world_log_open(const World *w, Str plugin, Fd *ret, Err *err) MUST_USE;
/* The last lines of a plugin's log, indented, for an error message: of a program in Python those that begin with the exception
 * it ended by. Empty when it said nothing. */
Str world_last_words(const World *w, Str plugin);
/* The last warning or error in a plugin's log; empty when it has none. */
Str world_last_complaint(const World *w, Str plugin);
/* Hints at the run's logs; a world without a number has none to look at. Returns false. */
bool world_hint_logs(const World *w, Err *err);
/* POND_RUN of the children. */
Str world_run_tag(const World *w);
/* "<project tag>/<run>": processes of one project carry the same prefix, so that a later pond finds leftovers. */
Str run_tag(Arena *a, const Project *p, const char *run);

/* Tells the observer what the block is busy with. */
void world_step(const World *w, const char *format, ...) PRINTF_LIKE(2, 3);
/* A line for the user now. */
void world_note(const World *w, const char *format, ...) PRINTF_LIKE(2, 3);

/* A random UUID (version 4) as text. */
Str run_id_new(Arena *a);

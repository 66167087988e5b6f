/*
 * The loader's state, and its INSERTs: one stream's blocks into the place where its plan wants them. Inside src/load only; the
 * loader's thread only, where nothing else is said.
 */
#pragma once

#include "load/load.h"
#include "load/load_table.h"

typedef struct Loader {
    const LoadRequest *request;
    LoadFigures *figures;
    Arena arena;
    Intake intake;
    Str spill_folder; /* NUL-terminated */
    Session *session;
    LoadTables shared;
    struct TableWriter *writer; /* of the tables that it has (turns.h) */
    bool activated;             /* the transaction has an ACTIVATE_VERSION */
    VEC(LoadTable *) tables;
    bool exactly_once;
    uint64_t rows_unwritten;  /* committed since the last checkpoint */
    uint64_t epoch;           /* of the newest snapshot: blocks below it lie before its STATE */
    uint64_t committed_epoch; /* its STATE is in the warehouse */
    int64_t sync_started_us;
    int64_t worked_us,
        idle_us; /* when the last transaction began, and how long there was nothing to do since (work.h) */
} Loader;

/* Rows of this plan may only be committed together with a STATE behind them. */
bool loader_needs_state(const Loader *l, const StreamPlan *plan);
/* The same of a block, also of an ACTIVATE_VERSION. */
bool block_needs_state(const Loader *l, const Block *b);
/* Rows before this cut are in a shadow table: its STATE would claim rows that are not in their table yet. */
bool loader_shadow_below(const Loader *l, uint64_t epoch);

/* Which blocks of a stream go into the transaction. */
typedef struct Portion {
    uint64_t epoch;   /* of what must come with a STATE: only blocks below it */
    bool follow;      /* goes on while blocks keep coming; then whatever their epoch */
    bool provisional; /* no STATE will be written: everything is taken, and what must come with one is put off */
    bool pending;     /* rows that must come with a STATE go to the pending table */
} Portion;

/* Loads the stream's blocks in their order, through changes of plan and ACTIVATE_VERSION. *ret_ended: a followed INSERT ended
 * with a snapshot, which is now l->epoch. */
bool load_stream(Loader *l, LoadStream *s, Portion portion, bool *ret_ended, Err *err) MUST_USE;

/* The stream's side in the transactions; made at first use. */
LoadTable *loader_table(Loader *l, LoadStream *s);

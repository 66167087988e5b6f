/*
 * LoadTable: the table side of one stream inside the loader's transactions: where INSERTs go (the table itself, a pending
 * or shadow table, a staging table for keyed rows) and how they get from there into the table. The loader's thread only.
 */
#pragma once

#include "load/bookmark.h"
#include "load/intake.h"
#include "load/stage.h"

typedef enum InsertPlace {
    PLACE_DIRECT,  /* where the plan's route says */
    PLACE_PENDING, /* _pond.pending_*: append rows that no STATE covers yet */
} InsertPlace;

/* What the tables of one load share. */
typedef struct LoadTables {
    Session *session;
    Str state_id;
    const LoadSettings *settings;
    size_t staged_tables; /* numbers for their names */
    size_t columns_begun; /* LoaderNeeds: of all tables */
    bool keeps_stages;    /* merged stages may be merged again: load_table_forget_merged */
} LoadTables;

typedef struct LoadTable {
    LoadTables *shared;
    LoadStream *stream;
    Arena arena; /* of the newest plan's sync */
    const StreamPlan *plan;
    SyncedTable synced;
    TableName name;   /* of the table itself */
    TableName target; /* what `synced` is about: the table, its shadow or its pending table */
    InsertPlace place;

    bool shadow;           /* rows are in the shadow table */
    uint64_t shadow_epoch; /* of its oldest rows */
    bool pending;
    EpochRange pending_epochs; /* of its rows */
    size_t columns_begun;      /* since the last checkpoint */
    VEC(Stage) stages;         /* rows of keyed plans, in the order in which they came */
    Arena stage_arena;
    bool rows_ended; /* the transaction deleted or updated rows of the table: an ALTER would spoil its COMMIT */
    bool fresh;      /* the target was made by this load and has no rows yet: nothing to replace */

    bool version_known, version_read;
    int64_t version;
    /* ACTIVATE_VERSION that waits for its STATE, for the last one's place among the cuts */
    const StreamPlan *postponed;
    int64_t postponed_version;
    EpochRange postponed_epochs;

    /* of the transaction under way, added to the figures when it commits */
    uint64_t inserted, updated, deleted;
} LoadTable;

LoadTable *load_table_new(LoadTables *shared, LoadStream *stream, Arena *a);
void load_table_free(LoadTable *t);

typedef struct InsertPlan {
    const StreamPlan *plan;
    InsertPlace place;
    bool small; /* little work or a wide table: one worker does it */
} InsertPlan;

typedef struct InsertTarget {
    const char *into;             /* quoted table and its columns */
    const DecoderColumn *columns; /* what the decoder fills, in that order */
    size_t column_count;
} InsertTarget;

/* Makes the place for an INSERT ready. *ret lives until the next call. */
bool load_table_begin_insert(LoadTable *t, const InsertPlan *insert, InsertTarget *ret, Err *err) MUST_USE;
/* Makes the plan's table fit when nothing was inserted since the plan came. */
bool load_table_sync(LoadTable *t, const StreamPlan *plan, Err *err) MUST_USE;
/* `rows` were inserted there. */
void load_table_end_insert(LoadTable *t, uint64_t rows, EpochRange epochs);

/* Staged rows replace those of the same keys. */
bool load_table_merge(LoadTable *t, Err *err) MUST_USE;
/* The merge with keeps_stages has been committed. */
void load_table_forget_merged(LoadTable *t);
/* Pending rows become rows of the table. */
bool load_table_move_pending(LoadTable *t, Err *err) MUST_USE;
/* The shadow takes the table's place. */
bool load_table_swap(LoadTable *t, Err *err) MUST_USE;
/* The input ended well: an overwritten table is swapped; rows of a version that was never activated are appended. */
bool load_table_finish_shadow(LoadTable *t, Err *err) MUST_USE;
/* ACTIVATE_VERSION: rows of older versions end (hard_delete) or are marked. */
bool load_table_activate(LoadTable *t, const StreamPlan *plan, int64_t version, Err *err) MUST_USE;
/* It is carried out by the first load_table_activate_postponed for an epoch above its own, unless rows of another version come
 * before. Without keys an activation that is committed before its STATE would let a killed run's rows come a second time. */
void load_table_postpone(LoadTable *t, const StreamPlan *plan, int64_t version, EpochRange epochs);
bool load_table_activate_postponed(LoadTable *t, uint64_t epoch, Err *err) MUST_USE;
/* hard_delete: rows that came with _sdc_deleted_at go. */
bool load_table_delete_marked(LoadTable *t, Err *err) MUST_USE;
/* Shadow and pending rows are given up. */
bool load_table_discard(LoadTable *t, Err *err) MUST_USE;
/* The transaction committed. Returns the rows that it inserted. */
uint64_t load_table_committed(LoadTable *t);

/*
 * Intake: what stands between the reader of the tap's output and the loader: for each stream a queue of blocks of raw
 * lines in order of arrival, and the STATEs between them.
 *
 * A cut is a STATE at which every stream's open block was closed: blocks of an epoch < cuts made are exactly the records
 * before the newest cut, so they and its STATE can be committed together. A STATE that comes soon after a cut is only
 * marked (soft) and becomes a cut when the loader needs one (intake_snapshot).
 *
 * One mutex guards all of it. The reader holds it while it distributes one read's worth of lines (<= 1 MiB), workers while
 * they take a block.
 */
#pragma once

#include "base/map.h"
#include "load/figures.h"
#include "load/plan.h"
#include "os/temp_file.h"
#include "os/thread.h"

typedef struct Block Block;
typedef struct LoadStream LoadStream;
typedef struct Intake Intake;

typedef enum BlockKind {
    BLOCK_ROWS,
    BLOCK_ACTIVATE, /* ACTIVATE_VERSION: `version` */
} BlockKind;

struct Block {
    Block *next;
    BlockKind kind;
    StreamPlan *plan;
    char *bytes; /* lines, each with its newline; NULL: on disk, at spilled_at */
    uint64_t spilled_at;
    size_t len, cap;
    uint64_t rows;
    uint64_t first_ordinal; /* of the stream, from 1 */
    uint64_t first_line;    /* of the input, from 1 */
    bool contiguous;        /* the lines followed each other in the input */
    uint64_t epoch;         /* cuts made before its first row */
    uint64_t last_epoch;    /* of a taken block: before its last row, at most */
    int64_t received_us;    /* UTC, when its first line was read */
    int64_t version;
};

/* One stream as the table sees it (behind stream maps). */
struct LoadStream {
    Str name;
    StreamPlan *plan; /* of the newest SCHEMA; NULL before the first */
    StreamFigures *figures;
    Block *first, *last; /* closed blocks */
    Block *open;         /* the reader fills it; NULL = none */
    size_t next_capacity;
    uint64_t ordinal, waiting_rows;
    size_t waiting_bytes;   /* capacity of its blocks in memory */
    uint64_t spilled_bytes; /* of its blocks on disk */
    int64_t oldest_us;      /* monotonic arrival of the oldest waiting row, 0 = none */
    /* The place of the newest soft STATE in this epoch. */
    bool marked, mark_taken;
    bool dirty; /* something came since the newest STATE */
    Block *mark_block;
    uint64_t mark_rows;
    size_t mark_len;
    /* The loader's own: */
    struct LoadTable *table;
    bool full;        /* the transaction has as many of its bytes as can be merged at once */
    uint64_t arrived; /* ordinal of the last row that had come when the transaction began to end */
};

typedef struct StateText {
    Buf value; /* JSON of the STATE's value, byte for byte */
    bool there;
} StateText;

struct Intake {
    Mutex lock;
    Cond arrived, room; /* for the loader and its workers; for the reader */
    VEC(LoadStream *) streams;
    Map by_name; /* -> LoadStream */
    Arena arena;
    LoadFigures *figures;
    uint64_t cuts;        /* made so far = epoch of new rows */
    StateText cut_state;  /* of the newest cut */
    StateText soft_state; /* newer than the newest cut, when there */
    Buf taken_state;      /* of the newest snapshot */
    /* intake_arm */
    size_t shadow_blocks; /* waiting, of plans that go to a shadow table */
    bool armed, guarded;
    uint64_t guard_epoch;
    Buf guard_state;
    uint64_t bytes_since_cut;
    int64_t last_cut_us;
    size_t waiting_bytes;
    size_t limit;   /* bytes of blocks at which the reader waits */
    TempFile spill; /* blocks on disk (load/spill.h) */
    uint64_t spilled_bytes;
    bool spill_failed;
    bool reader_waits;
    bool ended; /* no more input: end of it, or `failed` */
    bool failed;
    Err error; /* the reader's */
};

enum {
    BLOCK_BYTES = 1024 * 1024,
    FIRST_BLOCK_BYTES = 16 * 1024,
};

/* limit: bytes of blocks at which the reader waits. */
void intake_init(Intake *in, LoadFigures *figures, size_t limit);
void intake_release(Intake *in);

/* ---- the reader's side; the lock is held ---- */

/* The stream of a name, made when it is new. */
LoadStream *intake_stream(Intake *in, Str name);
/* Where a line came from. */
typedef struct LineOrigin {
    uint64_t number;             /* 0 = no line of the input (a BATCH file) */
    int64_t received_us, now_us; /* UTC; monotonic */
} LineOrigin;
/* Appends one line (without its newline). */
void intake_add(Intake *in, LoadStream *s, Str line, const LineOrigin *origin);
/* From now on records of the stream follow this plan. */
void intake_set_plan(Intake *in, LoadStream *s, StreamPlan *plan);
void intake_add_activate(Intake *in, LoadStream *s, int64_t version);
/* A STATE: becomes a cut or a soft one. */
void intake_add_state(Intake *in, Str value, int64_t now_us);

/* ---- the loader's side; the lock is held ---- */

/* Closes every open block. */
void intake_close_blocks(Intake *in);
/* A transaction is about to put rows straight into their tables that must come with a STATE. Until intake_disarm the first row
 * for a shadow table fixes which STATE: the newest before it, for a later one would claim rows that are not in their table yet.
 * False: such rows wait already; not armed. */
bool intake_arm(Intake *in);
void intake_disarm(Intake *in);
/* The number of cuts up to which rows may be committed with a STATE: all, or those before the first row for a shadow. */
uint64_t intake_cuts(const Intake *in);
/* Makes the newest STATE (that intake_arm allows) a cut if it is none yet (blocks are split at it), copies its text to taken_state, and returns
 * the number of cuts: blocks of an epoch below it lie before that STATE. */
uint64_t intake_snapshot(Intake *in);
/* Takes the stream's first block out of the queue; its bytes stay counted until block_free. */
Block *intake_take(Intake *in, LoadStream *s);

/* Takes the lock: gives the block's memory back and wakes the reader. */
void block_free(Intake *in, LoadStream *s, Block *b);
/* The lock is held: the bytes of a block that waits were copied to in->spill. */
void intake_spilled(Intake *in, LoadStream *s, Block *b, uint64_t at);

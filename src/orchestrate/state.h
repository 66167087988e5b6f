/*
 * Bookmarks of a project by state id, wherever they live (DESIGN 6): in the warehouse that the loader of the id's environment
 * writes, in pond.db for foreign loaders, or where Meltano left them (orchestrate/meltano_state.h) when there is none of ours.
 * Values are JSON texts, the STATE's own value without {"singer_state": ...}.
 *
 *     AUTO(StateBook) book = {.arena = a, .project = p, ...};
 *     if (!state_get(&book, STR("dev:tap-x-to-target-duckdb"), &value, err)) ...
 */
#pragma once

#include "meta/meta.h"
#include "orchestrate/lock_wait.h"
#include "project/project.h"

/* One warehouse file that may hold bookmarks. */
typedef struct StateShelf {
    Str path;
    Warehouse *warehouse; /* opened at first use; NULL before */
    bool writable;
} StateShelf;

typedef struct StateBook {
    /* Filled by the caller. */
    Arena *arena;
    Project *project;
    ProjectOptions options; /* the project is opened again with them for other environments */
    Str library;
    WarehousePool *pool;
    LockWait lock;

    /* Its own. */
    VEC(StateShelf) shelves;
    bool looked;
    Meta *meta;
    bool meta_writable;
    Err unread; /* state_list: why those of Meltano are not in the list; ERR_OK: they are */
} StateBook;

void state_book_release(StateBook *b);
DEFINE_AUTO(StateBook, state_book_release)

/* "ENV:TAP-to-TARGET[:SUFFIX]"; empty without an environment: then nothing is kept. */
Str state_id_of(Arena *a, Str environment, Str tap, Str target, Str suffix);

/* In byte order, each once. */
bool state_list(StateBook *b, StrVec *ret, Err *err) MUST_USE;
/* Empty when there is none. */
bool state_get(StateBook *b, Str id, Str *ret, Err *err) MUST_USE;
/* Where it is already, else where a run with this id would look. */
bool state_set(StateBook *b, Str id, Str value, Err *err) MUST_USE;
/* From everywhere; one of Meltano's counts no more. *ret_found: it was there. */
bool state_remove(StateBook *b, Str id, bool *ret_found, Err *err) MUST_USE;

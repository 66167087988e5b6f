/*
 * Loads the Singer messages of one input into the warehouse: rows and bookmark in one transaction.
 *
 *     LoadFigures figures = {0};
 *     LoadRequest request = {.warehouse = w, .settings = &settings, .input = pipe, .cancel = cancel,
 *                            .state_id = STR("dev:tap-x-to-target-duckdb"), .on_end = wait_for_tap, .context = run};
 *     bool ok = load_run(&request, &figures, err);
 */
#pragma once

#include "base/node.h"
#include "load/figures.h"
#include "load/settings.h"
#include "os/wait.h"
#include "warehouse/warehouse.h"

typedef struct LoadRequest {
    Warehouse *warehouse;         /* open, writable */
    const LoadSettings *settings; /* of the target */
    int input;                    /* descriptor with the messages; borrowed */
    Cancel *cancel;
    /* Empty: `pond target` alone, at least once: another program keeps the bookmark. Else exactly once: the bookmark is
     * committed to _pond.state under this id. */
    Str state_id;
    bool dry_state;   /* --no-state-update: the bookmark is not written */
    bool merge_state; /* --full-refresh / --state-strategy merge: deep-merge into what is stored */
    /* Called on the loader's thread with each STATE value (JSON text, byte for byte) once everything before it is
     * durable. May be NULL. */
    void (*on_state)(void *context, Str state);
    /* Called once the input has ended, before the last commit: waits for the tap's exit. False with err: the tap failed;
     * what may be kept is committed, then load_run fails with that error. May be NULL. */
    bool (*on_end)(void *context, Err *err);
    /* Called on the loader's thread when the load has failed while input is still coming: ends the tap. May be NULL. */
    void (*on_fail)(void *context);
    Str who;             /* for other loads that want its tables: "run 12" */
    int64_t deadline_us; /* of waiting for a table, on clock_us(); 0: none */
    /* Called on the loader's thread when it begins to wait for a table that another load writes. May be NULL. */
    void (*on_wait)(void *context, Str table, Str who);
    void *context;
} LoadRequest;

/* Blocks until the input has ended and everything is committed. *figures is zeroed by the caller, filled from the start
 * (another thread may show it) and stays valid until load_figures_release. On an error, what was committed before stays. */
bool load_run(const LoadRequest *request, LoadFigures *figures, Err *err) MUST_USE;

/* A warning for each of the loader's `settings` that a shared warehouse does not take from it: load_run leaves them alone. */
void load_settings_warn(const LoadRequest *request, Log *log);

/* The stored bookmark of a state id, as `{"singer_state": ...}`'s inner value; empty Str when there is none. */
bool load_state_get(Warehouse *warehouse, Arena *a, Str state_id, Str *ret, Err *err) MUST_USE;
/* value empty: removes it. */
bool load_state_set(Warehouse *warehouse, Str state_id, Str value, Err *err) MUST_USE;
bool load_state_list(Warehouse *warehouse, Arena *a, StrVec *ret_ids, Err *err) MUST_USE;

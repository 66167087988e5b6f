/*
 * Chain: the plugins of an extract-load block as processes joined by pipes: tap, mappers, and a foreign loader at the end. The
 * last one's standard output is ours to read. All of it is Singer's: behind an Airbyte source stands a bridge.
 */
#pragma once

#include "orchestrate/bridge.h"
#include "orchestrate/counter.h"
#include "orchestrate/program.h"

typedef struct Chain {
    Program *programs; /* [0] is the tap */
    StrVec *args;      /* of each */
    Child *children;
    size_t count, cap;
    Map env;              /* what its plugins set for those behind them (settings_to_chain) */
    LoadFigures *figures; /* NULL, or where records before the last program are counted */
    Counter counter;
    Bridge bridge; /* its catalog and state are set before chain_start, when the tap speaks Airbyte's protocol */
    Fd output;     /* -1 before chain_start: an empty chain is {.output = -1} */
} Chain;

/* Room for `cap` programs, in the world's arena. */
void chain_init(Chain *c, const World *w, size_t cap);
/* Prepares the plugin, which sees the settings of those before it, and gives it its configuration file; arguments are the caller's to add to the returned vector's. NULL
 * with err. */
Program *chain_add(Chain *c, const World *w, const Plugin *plugin, Err *err) MUST_USE;
static inline StrVec *chain_args(Chain *c, size_t i) {
    return &c->args[i];
}
bool chain_start(Chain *c, const World *w, Err *err) MUST_USE;
/* To all of them; any thread. */
void chain_signal(const Chain *c, int sig);
/*
 * Waits for all of them, the last one first. ERR_CHILD names each that failed, with its last words. When a later one has
 * failed, those before it get 5 s and then SIGTERM, and whatever they say about it is left out: they lost their reader. Also
 * fails when an Airbyte source told of an error.
 */
bool chain_wait(Chain *c, const World *w, Err *err) MUST_USE;
/* Ends what still runs (SIGTERM, a moment later SIGKILL) and forgets it. */
void chain_release(Chain *c);
DEFINE_AUTO(Chain, chain_release)

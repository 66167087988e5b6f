#include "orchestrate/opener.h"

static void open_it(void *context) {
    Opener *o = context;
    o->warehouse = warehouse_open(&o->options, &o->err);
}

/* DuckDB parses and plans on the thread that opens. */
enum { STACK = 4 * 1024 * 1024 };

bool opener_start(Opener *o, const WarehouseOptions *options, Err *err) {
    o->options = *options;
    return thread_start(&o->thread, &(ThreadSpec){.name = "open", .stack = STACK, .body = open_it, .context = o}, err);
}

Warehouse *opener_take(Opener *o, const LockWait *wait, Err *err) {
    thread_join(&o->thread);
    Warehouse *w = o->warehouse;
    o->warehouse = NULL;
    if (w) return w;
    if (o->err.code == ERR_LOCKED) return warehouse_open_waiting(&o->options, wait, err);
    *err = o->err;
    return NULL;
}

void opener_release(Opener *o) {
    thread_join(&o->thread);
    if (o->warehouse) warehouse_close(o->warehouse);
    o->warehouse = NULL;
}

#include "orchestrate/opener.h"

#include "load/load.h"

static bool read_state(Opener *o, Err *err) {
    return !o->state_id.len || load_state_get(o->warehouse, &o->arena, o->state_id, &o->state, err);
}

static void close_it(Opener *o) {
    if (o->warehouse) warehouse_close(o->warehouse);
    o->warehouse = NULL;
}

static void open_it(void *context) {
    Opener *o = context;
    o->warehouse = warehouse_open(&o->options, &o->err);
    if (o->warehouse && !read_state(o, &o->err)) close_it(o);
}

/* DuckDB parses and plans on the thread that opens. */
enum { STACK = 4 * 1024 * 1024 };

bool opener_start(Opener *o, const WarehouseOptions *options, Str state_id, Err *err) {
    o->options = *options;
    o->state_id = state_id;
    return thread_start(&o->thread, &(ThreadSpec){.name = "open", .stack = STACK, .body = open_it, .context = o}, err);
}

Warehouse *opener_take(Opener *o, const LockWait *wait, Str *ret_state, Err *err) {
    thread_join(&o->thread);
    if (!o->warehouse && o->err.code != ERR_LOCKED) {
        *err = o->err;
        return NULL;
    }
    if (o->warehouse) {
        lock_wait_tell(wait, o->warehouse);
    } else {
        o->warehouse = warehouse_open_waiting(&o->options, wait, err);
        if (!o->warehouse || !read_state(o, err)) return NULL;
    }
    Warehouse *w = o->warehouse;
    o->warehouse = NULL;
    *ret_state = o->state;
    return w;
}

void opener_release(Opener *o) {
    thread_join(&o->thread);
    close_it(o);
    arena_release(&o->arena);
}

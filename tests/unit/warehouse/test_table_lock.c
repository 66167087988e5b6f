/* Writers of tables: all or none at once, in turn; a ring is told, not waited for. */
#include "os/file.h"
#include "os/thread.h"
#include "unit/test.h"
#include "warehouse/pool.h"
#include "warehouse/table_lock.h"

static void check(bool ok, const Err *err) {
    if (!ok) fail_msg("%s", err->msg);
}

static const Str both[] = {STR_INIT("main.a"), STR_INIT("main.b")};

static bool lock(TableWriter *t, size_t from, size_t count, int64_t wait_us, Err *err) {
    return table_writer_lock(t, both + from, count, &(TableWait){.deadline_us = deadline_in(wait_us)}, err);
}

/* Has the first table, wants the second for as long as it takes. */
typedef struct Other {
    TableWriter *writer;
    Cond told;
    Mutex lock;
    bool waits;
    Err err;
    bool ok;
} Other;

static void tell(void *context, Str table, Str who) {
    Other *o = context;
    (void)table;
    (void)who;
    mutex_lock(&o->lock);
    o->waits = true;
    cond_broadcast(&o->told);
    mutex_unlock(&o->lock);
}

static void want_second(void *context) {
    Other *o = context;
    TableWait wait = {.deadline_us = NO_DEADLINE, .notice = tell, .context = o};
    o->ok = table_writer_lock(o->writer, both + 1, 1, &wait, &o->err);
    if (!o->ok) table_writer_keep(o->writer, NULL, 0);
}

static void with_pool(void (*body)(Warehouse *w)) {
    AUTO(Arena) a = {0};
    Str folder;
    Err err = {0};
    check(dir_make_temp(&a, "/tmp", "locks-", &folder, &err), &err);
    WarehousePool *pool = warehouse_pool_new(folder);
    WarehouseOptions options = {.path = arena_printf(&a, STR_FMT "/w.duckdb", STR_ARG(folder)), .threads = 1};
    Warehouse *w = warehouse_pool_add(pool, &options, &err);
    check(w, &err);
    body(w);
    warehouse_pool_free(pool);
    check(remove_tree(folder.at, &err), &err);
}

static void turns(Warehouse *w) {
    Err err = {0}, late = {0};
    AUTO_PTR(TableWriter) one = table_writer_new(w, STR("run 1"));
    AUTO_PTR(TableWriter) two = table_writer_new(w, STR("run 2"));
    check(lock(one, 0, 1, 0, &err), &err);
    check(lock(one, 0, 1, 0, &err), &err); /* again: it has it */
    assert_false(lock(two, 0, 2, 1000, &late));
    assert_int_equal(late.code, ERR_TIMEOUT);
    assert_non_null(strstr(late.msg, "run 1 writes table \"main.a\""));
    check(lock(one, 1, 1, 0, &err), &err); /* two has nothing of what it did not get whole */
    table_writer_keep(one, both + 1, 1);
    check(lock(two, 0, 1, 0, &err), &err);
    assert_false(lock(two, 1, 1, 1000, &late));
}

static void ring(Warehouse *w) {
    Err err = {0}, late = {0};
    AUTO_PTR(TableWriter) me = table_writer_new(w, STR("run 1"));
    Other o = {.writer = table_writer_new(w, STR("run 2"))};
    Thread thread = {0};
    mutex_init(&o.lock);
    cond_init(&o.told);
    check(lock(o.writer, 0, 1, 0, &err) && lock(me, 1, 1, 0, &err), &err);
    check(thread_start(&thread, &(ThreadSpec){.name = "other", .body = want_second, .context = &o}, &err), &err);
    mutex_lock(&o.lock);
    while (!o.waits) (void)cond_wait_until(&o.told, &o.lock, NO_DEADLINE);
    mutex_unlock(&o.lock);
    bool mine = table_writer_lock(me, both, 1, &(TableWait){.deadline_us = NO_DEADLINE}, &late);
    if (!mine) table_writer_keep(me, NULL, 0);
    thread_join(&thread);
    /* Whoever of the two looks second sees the ring. */
    assert_true(mine != o.ok);
    assert_int_equal(mine ? o.err.code : late.code, ERR_CONFLICT);
    table_writer_free(o.writer);
    cond_release(&o.told);
    mutex_release(&o.lock);
}

TEST(tables_are_taken_all_or_none) {
    with_pool(turns);
}

TEST(two_that_wait_for_each_other_are_told) {
    with_pool(ring);
}

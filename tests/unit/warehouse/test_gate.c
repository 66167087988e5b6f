/* The gate: sessions that are idle notice nothing, the others wait, are refused or are ended. */
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/thread.h"
#include "unit/test.h"
#include "warehouse/gate.h"
#include "warehouse/result.h"
#include "warehouse/statement.h"

typedef struct Place {
    Arena arena;
    Str folder;
    Warehouse *w;
} Place;

static void check(bool ok, const Err *err) {
    if (!ok) fail_msg("%s", err->msg);
}

static Place open_place(void) {
    Place p = {0};
    Err err = {0};
    check(dir_make_temp(&p.arena, "/tmp", "gate-", &p.folder, &err), &err);
    Str path = path_join(&p.arena, p.folder, STR("w.duckdb"));
    p.w = warehouse_open(&(WarehouseOptions){.path = path, .threads = 1}, &err);
    check(p.w, &err);
    AUTO_PTR(Session) s = session_open(p.w, &err);
    check(session_exec(s, &err, "CREATE TABLE t AS SELECT 1 AS a"), &err);
    return p;
}

static void close_place(Place *p) {
    Err err = {0};
    warehouse_close(p->w);
    check(remove_tree(p->folder.at, &err), &err);
    arena_release(&p->arena);
}

static int64_t ask(Session *s, const char *sql) {
    Err err = {0};
    AUTO_PTR(Result) r = session_query(s, str_of(sql), &err);
    check(r && result_next(r), &err);
    return result_i64(r, 0);
}

static GateOrder shut(int64_t patience_us) {
    return (GateOrder){.level = GATE_SHUT, .why = "a test", .deadline_us = deadline_in(patience_us)};
}

/* Closes the file and opens it again. */
static void reopen(Warehouse *w) {
    Err err = {0};
    GateOrder order = shut(10 * US_PER_SECOND);
    check(gate_close(w, &order, &err) && gate_release_file(w, &err) && gate_take_file(w, &err), &err);
    gate_open(w);
}

static bool set_variable(void *context, Session *s, Err *err) {
    ++*(int *)context;
    return session_exec(s, err, "SET search_path = 'other,main'");
}

TEST(an_idle_session_does_not_notice_that_its_file_was_closed) {
    Place p = open_place();
    Err err = {0};
    int connected = 0;
    AUTO_PTR(Session) s = session_open(p.w, &err);
    check(session_exec(s, &err, "CREATE SCHEMA other; CREATE TABLE other.u AS SELECT 5 AS b"), &err);
    check(session_on_connect(s, set_variable, &connected, &err), &err);
    AUTO_PTR(Statement) st = statement_prepare(s, STR("SELECT a + $1::BIGINT FROM t, u"), &err);
    check(st, &err);
    for (int64_t i = 0; i < 3; i++) {
        const Vector *columns = NULL;
        size_t rows = 0;
        assert_int_equal(connected, i + 1);
        reopen(p.w);
        check(statement_bind(st, 0, &(ParameterValue){.type = DATA_BIGINT, .integer = i}, &err), &err);
        check(statement_start(st, &err), &err);
        check(statement_fetch(st, &columns, &rows, &err), &err);
        assert_int_equal(rows, 1);
        assert_int_equal(((const int64_t *)columns[0].data)[0], 1 + i);
        check(statement_fetch(st, &columns, &rows, &err) && !rows, &err);
    }
    statement_close(st);
    st = NULL;
    session_close(s);
    s = NULL;
    close_place(&p);
}

/* Something that one session does on a thread of its own. */
typedef struct Doing {
    Session *session;
    const char *sql;
    atomic_bool done;
    bool ok;
    Err err;
    Thread thread;
} Doing;

static void do_it(void *context) {
    Doing *d = context;
    d->ok = session_exec_str(d->session, str_of(d->sql), &d->err);
    atomic_store(&d->done, true);
}

static void begin_doing(Doing *d) {
    Err err = {0};
    check(thread_start(&d->thread, &(ThreadSpec){.name = "doing", .body = do_it, .context = d}, &err), &err);
}

TEST(who_writes_waits_while_who_reads_goes_on) {
    Place p = open_place();
    Err err = {0};
    Session *reader = session_open(p.w, &err), *writer = session_open(p.w, &err);
    GateOrder order = shut(10 * US_PER_SECOND);
    order.level = GATE_READERS;
    /* One that has begun and done nothing may begin again. */
    check(session_begin_read(writer, &err), &err);
    check(gate_close(p.w, &order, &err), &err);
    Doing write = {.session = writer, .sql = "INSERT INTO t VALUES (2)"};
    begin_doing(&write);
    assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 1);
    check(gate_shut(p.w, &order, &err) && gate_release_file(p.w, &err), &err);
    assert_false(atomic_load(&write.done));
    check(gate_take_file(p.w, &err), &err);
    gate_open(p.w);
    thread_join(&write.thread);
    check(write.ok, &write.err);
    assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 1);
    check(session_commit(writer, &err), &err);
    assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 2);
    session_close(reader);
    session_close(writer);
    close_place(&p);
}

TEST(a_transaction_that_has_read_cannot_write_behind_the_gate) {
    Place p = open_place();
    Err err = {0};
    Session *s = session_open(p.w, &err);
    AUTO(Cancel) owner = {0};
    check(cancel_init(&owner, &err), &err);
    session_set_owner(s, &owner);
    GateOrder order = shut(0);
    check(session_begin_read(s, &err), &err);
    assert_int_equal(ask(s, "SELECT count(*) FROM t"), 1);
    order.level = GATE_READERS;
    check(gate_close(p.w, &order, &err), &err);
    Doing write = {.session = s, .sql = "INSERT INTO t VALUES (2)"};
    begin_doing(&write);
    /* Told to end at once; the write is refused, the transaction is still in the way. */
    assert_false(gate_shut(p.w, &order, &err));
    assert_int_equal(err.code, ERR_LOCKED);
    thread_join(&write.thread);
    assert_false(write.ok);
    assert_true(write.err.code == ERR_CONFLICT || write.err.code == ERR_CANCELED);
    assert_int_equal(cancel_level(&owner), CANCEL_ABORT);
    session_rollback(s);
    check(gate_shut(p.w, &order, &err), &err);
    gate_open(p.w);
    check(session_exec(s, &err, "INSERT INTO t VALUES (2)"), &err);
    session_close(s);
    close_place(&p);
}

TEST(who_comes_can_be_refused_and_one_order_holds_at_a_time) {
    Place p = open_place();
    Err err = {0}, second = {0};
    Session *s = session_open(p.w, &err);
    GateOrder order = shut(US_PER_SECOND);
    order.refuse = true;
    check(gate_close(p.w, &order, &err), &err);
    assert_false(session_exec(s, &err, "SELECT 1"));
    assert_int_equal(err.code, ERR_LOCKED);
    assert_false(gate_close(p.w, &order, &second));
    assert_int_equal(second.code, ERR_LOCKED);
    gate_open(p.w);
    check(session_exec(s, &err, "SELECT 1"), &err);
    session_close(s);
    close_place(&p);
}

TEST(temporary_tables_and_results_keep_the_file_open) {
    static const char *const made[] = {"CREATE TEMP TABLE mine AS SELECT 1", "CREATE TEMP VIEW mine AS SELECT 1"};
    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        Place p = open_place();
        Err err = {0};
        Session *s = session_open(p.w, &err);
        GateOrder order = shut(0);
        check(session_exec(s, &err, "%s", made[i]), &err);
        assert_false(gate_close(p.w, &order, &err));
        check(session_exec(s, &err, i ? "DROP VIEW mine" : "DROP TABLE mine"), &err);
        Result *r = session_query(s, STR("SELECT 1"), &err);
        assert_false(gate_close(p.w, &order, &err));
        result_free(r);
        reopen(p.w);
        session_close(s);
        close_place(&p);
    }
}

static void interrupt_it(void *context) {
    Doing *d = context;
    while (!atomic_load(&d->done)) {
        session_interrupt(d->session);
        (void)wait_fd(-1, 0, (Until){.deadline_us = deadline_in(1000)});
    }
}

TEST(who_waits_at_the_gate_can_be_interrupted) {
    Place p = open_place();
    Err err = {0};
    Session *s = session_open(p.w, &err);
    GateOrder order = shut(US_PER_SECOND);
    Thread thread = {0};
    check(session_begin_read(s, &err), &err);
    session_rollback(s);
    check(gate_close(p.w, &order, &err), &err);
    Doing write = {.session = s, .sql = "INSERT INTO t VALUES (2)"};
    begin_doing(&write);
    check(thread_start(&thread, &(ThreadSpec){.name = "interrupt", .body = interrupt_it, .context = &write}, &err),
          &err);
    thread_join(&write.thread);
    thread_join(&thread);
    assert_int_equal(write.err.code, ERR_CANCELED);
    gate_open(p.w);
    assert_int_equal(ask(s, "SELECT count(*) FROM t"), 1);
    session_close(s);
    close_place(&p);
}

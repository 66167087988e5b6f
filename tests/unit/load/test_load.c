/* load_run on a real DuckDB: random input through a pipe, what is in the tables at each commit and at the end. */
#include "unit/test.h"

#include <unistd.h>

#include "base/json.h"
#include "load/load.h"
#include "os/io.h"
#include "os/thread.h"
#include "unit/load/chance.h"
#include "warehouse/result.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { DUPLICATE_SEEDS = 100 };
#else
enum { DUPLICATE_SEEDS = 300 };
#endif
enum { STATE_SEEDS = 60, BUFFER_BYTES = 64 * 1024, KEYS = 20 };

static Warehouse *open_memory(void) {
    Err err = {0};
    Warehouse *w = warehouse_open(&(WarehouseOptions){.path = STR(":memory:"), .threads = 2}, &err);
    if (!w) fail_msg("%s", err.msg);
    return w;
}

/* The tap: a thread that writes its text. */
typedef struct Tap {
    Buf text;
    Pipe pipe;
    Thread thread;
} Tap;

static void write_text(void *context) {
    Tap *tap = context;
    Err err = {0};
    (void)!io_write_all(tap->pipe.write, buf_str(&tap->text), UNTIL_DONE, &err);
    fd_close(&tap->pipe.write);
}

static bool load_text(Warehouse *w, Tap *tap, const LoadSettings *settings, LoadRequest request, Err *err) {
    LoadFigures figures = {0};
    if (!pipe_open(&tap->pipe, err)) return false;
    request.warehouse = w;
    request.settings = settings;
    request.input = tap->pipe.read;
    if (!thread_start(&tap->thread, &(ThreadSpec){.name = "tap", .body = write_text, .context = tap}, err))
        return false;
    bool ok = load_run(&request, &figures, err);
    fd_close(&tap->pipe.read);
    thread_join(&tap->thread);
    load_figures_release(&figures);
    buf_release(&tap->text);
    return ok;
}

static LoadSettings settings_with(Arena *a, uint64_t batch_rows) {
    LoadSettings s;
    Err err = {0};
    assert_true(load_settings_read(&s, a, NULL, NULL, &err));
    s.buffer_bytes = BUFFER_BYTES;
    s.batch_rows = batch_rows;
    return s;
}

static void put_padding(Buf *text, Chance *chance, size_t limit) {
    static char letters[32 * 1024];
    if (!letters[0]) memset(letters, 'p', sizeof letters);
    buf_append(text, (Str){letters, chance_below(chance, MIN(limit, sizeof letters))});
}

/* ---- the last record of a key wins ---- */

typedef struct Newest {
    size_t value[KEYS]; /* 0 = not there */
    size_t number;      /* of the newest record */
} Newest;

static void write_duplicates(Buf *text, size_t table, Chance *chance, Newest *newest) {
    size_t *number = &newest->number;
    size_t records = 1 + chance_below(chance, 100), keys = 1 + chance_below(chance, KEYS);
    size_t padding = 1 + chance_below(chance, 3000);
    buf_printf(text,
               "{\"type\":\"SCHEMA\",\"stream\":\"t%zu\",\"key_properties\":[\"k\"],\"schema\":{\"properties\":{"
               "\"k\":{\"type\":\"integer\"},\"n\":{\"type\":\"integer\"},\"pad\":{\"type\":\"string\"}}}}\n",
               table);
    for (size_t i = 0; i < records; i++) {
        size_t key = chance_below(chance, keys);
        size_t n = newest->value[key] = ++*number;
        buf_printf(text, "{\"type\":\"RECORD\",\"stream\":\"t%zu\",\"record\":{\"k\":%zu,\"n\":%zu,\"pad\":\"", table,
                   key, n);
        put_padding(text, chance, padding);
        buf_append_c(text, "\"}}\n");
        if (chance_below(chance, 30) == 0) buf_append_c(text, "{\"type\":\"STATE\",\"value\":{}}\n");
    }
}

static void check_newest(Session *s, size_t table, const Newest *newest) {
    Err err = {0};
    Result *r = session_queryf(s, &err, "SELECT k, n FROM t%zu ORDER BY k", table);
    if (!r) fail_msg("%s", err.msg);
    for (size_t key = 0; key < KEYS; key++) {
        if (!newest->value[key]) continue;
        assert_true(result_next(r));
        assert_int_equal(result_i64(r, 0), key);
        assert_int_equal(result_i64(r, 1), newest->value[key]);
    }
    assert_false(result_next(r));
    result_free(r);
}

TEST(load_keeps_the_last_record_of_a_key) {
    Warehouse *w = open_memory();
    Err err = {0};
    Session *s = session_open(w, &err);
    for (size_t seed = 0; seed < DUPLICATE_SEEDS; seed++) {
        AUTO(Arena) a = {0};
        Chance chance = chance_of(seed);
        Newest newest = {0};
        LoadSettings settings = settings_with(&a, (uint64_t[]){0, 10, 50}[chance_below(&chance, 3)]);
        for (size_t runs = 1 + chance_below(&chance, 2); runs; runs--) {
            Tap tap = {0};
            write_duplicates(&tap.text, seed, &chance, &newest);
            if (!load_text(w, &tap, &settings, (LoadRequest){0}, &err)) fail_msg("seed %zu: %s", seed, err.msg);
        }
        check_newest(s, seed, &newest);
        assert_true(session_exec(s, &err, "DROP TABLE t%zu", seed));
    }
    session_close(s);
    warehouse_close(w);
}

/* ---- a STATE comes with the rows before it, and with no others ---- */

/* Streams: append, by key, append with a version that an ACTIVATE_VERSION in the middle brings into the table. */
static const char stream_letters[] = "aux";
enum { APPENDED, KEYED, VERSIONED, STREAMS };

typedef struct Commits {
    Warehouse *warehouse;
    size_t seed, count;
} Commits;

static int64_t count_rows(Session *s, size_t stream, size_t seed) {
    Err err = {0};
    Result *r = session_queryf(s, &err, "SELECT count(*) FROM %c%zu", stream_letters[stream], seed);
    if (!r) return 0; /* no table yet */
    assert_true(result_next(r));
    int64_t count = result_i64(r, 0);
    result_free(r);
    return count;
}

/* STATE: {"a": rows, "u": rows, "x": rows} */
static void check_commit(void *context, Str state) {
    Commits *c = context;
    AUTO(Arena) a = {0};
    Err err = {0};
    const Node *value = json_parse(&a, state, &err);
    Session *s = session_open(c->warehouse, &err);
    for (size_t i = 0; i < STREAMS; i++) {
        int64_t said, there = count_rows(s, i, c->seed);
        assert_true(str_to_i64(node_text(node_get(value, (Str){&stream_letters[i], 1})), &said));
        if (i == KEYED ? there < said : there != said)
            fail_msg("seed %zu: %lld rows of stream %c, the STATE says %lld", c->seed, (long long)there,
                     stream_letters[i], (long long)said);
    }
    session_close(s);
    c->count++;
}

static void write_schemas(Buf *text, size_t seed) {
    for (size_t i = 0; i < STREAMS; i++)
        buf_printf(text,
                   "{\"type\":\"SCHEMA\",\"stream\":\"%c%zu\",\"key_properties\":[%s],\"schema\":{\"properties\":{"
                   "\"n\":{\"type\":\"integer\"},\"pad\":{\"type\":\"string\"}}}}\n",
                   stream_letters[i], seed, i == KEYED ? "\"n\"" : "");
}

static void write_mixture(Buf *text, size_t seed, Chance *chance) {
    size_t rows[STREAMS] = {0}, padding = (size_t[]){300, 3000, 20000}[chance_below(chance, 3)];
    size_t records = 100 + chance_below(chance, 300), states = 2 + chance_below(chance, 60);
    size_t activate = chance_below(chance, records), burst = 1 + chance_below(chance, 60), stream = 0;
    write_schemas(text, seed);
    for (size_t i = 0; i < records; i++) {
        if (chance_below(chance, burst) == 0) stream = chance_below(chance, STREAMS);
        buf_printf(text, "{\"type\":\"RECORD\",\"stream\":\"%c%zu\",%s\"record\":{\"n\":%zu,\"pad\":\"",
                   stream_letters[stream], seed, stream == VERSIONED ? "\"version\":1," : "", ++rows[stream]);
        put_padding(text, chance, padding);
        buf_append_c(text, "\"}}\n");
        if (i == activate)
            buf_printf(text, "{\"type\":\"ACTIVATE_VERSION\",\"stream\":\"x%zu\",\"version\":1}\n", seed);
        if (chance_below(chance, states) == 0 || i + 1 == records)
            buf_printf(text, "{\"type\":\"STATE\",\"value\":{\"a\":%zu,\"u\":%zu,\"x\":%zu}}\n", rows[APPENDED],
                       rows[KEYED], rows[VERSIONED]);
    }
}

TEST(load_commits_a_state_with_exactly_its_rows) {
    Warehouse *w = open_memory();
    for (size_t seed = 0; seed < STATE_SEEDS; seed++) {
        AUTO(Arena) a = {0};
        Err err = {0};
        Chance chance = chance_of(seed);
        LoadSettings settings = settings_with(&a, chance_below(&chance, 2) * 20);
        settings.visible_us = 20 * 1000;
        Commits commits = {.warehouse = w, .seed = seed};
        LoadRequest request = {.state_id = STR("x"), .on_state = check_commit, .context = &commits};
        Tap tap = {0};
        write_mixture(&tap.text, seed, &chance);
        if (!load_text(w, &tap, &settings, request, &err)) fail_msg("seed %zu: %s", seed, err.msg);
        assert_true(commits.count > 0);
    }
    warehouse_close(w);
}

/* pond.db: opening, migrating, history, settings, state; two processes; damage and full disks. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "meta/db.h"
#include "meta/runs.h"
#include "meta/schema.h"
#include "meta/settings.h"
#include "meta/state.h"
#include "os/file.h"
#include "unit/test.h"

/* ---- helpers: a project folder that goes with its test ---- */

static Arena arena;
static Str folder;

static void begin(void) {
    Err err = {0};
    Str root;
    arena_release(&arena);
    if (!dir_make_temp(&arena, "/tmp", "pond-meta-", &root, &err)) fail_msg("%s", err.msg);
    folder = path_join(&arena, root, STR(".pond"));
}

static void end(void) {
    Err err = {0};
    assert_true(remove_tree(arena_c(&arena, path_folder(folder)), &err));
    arena_release(&arena);
}

static Meta *open_meta(MetaMode mode) {
    Err err = {0};
    Meta *m = NULL;
    if (!meta_open(folder.at, mode, &m, &err)) fail_msg("%s", err.msg);
    return m;
}

static const char *db_path(void) {
    return path_join(&arena, folder, STR("pond.db")).at;
}

/* Statements on the file, as another program would. */
static void raw_sql(const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(db_path(), &db), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s", message);
    sqlite3_close(db);
}

static void refuse_open(MetaMode mode, ErrCode code, const char *words) {
    Err err = {0};
    Meta *m = NULL;
    assert_false(meta_open(folder.at, mode, &m, &err));
    assert_null(m);
    assert_int_equal(err.code, code);
    if (!strstr(err.msg, words)) fail_msg("\"%s\" is not in: %s", words, err.msg);
}

static int64_t begin_run(Meta *m, const char *state_id) {
    Err err = {0};
    int64_t id;
    RunRecord run = {.blocks = STR("tap-csv target-duckdb"),
                     .state_id = str_of(state_id),
                     .environment = STR("dev"),
                     .trigger = STR("cli"),
                     .pid = getpid(),
                     .log_path = STR("/l"),
                     .job = STR("nightly")};
    if (!meta_run_begin(m, &run, &id, &err)) fail_msg("%s", err.msg);
    return id;
}

static RunRecord get_run(Meta *m, int64_t id) {
    Err err = {0};
    RunRecord run = {0};
    if (!meta_run_get(m, &arena, id, &run, &err)) fail_msg("%s", err.msg);
    return run;
}

/* ---- opening ---- */

TEST(meta_without_a_file_reads_as_empty) {
    begin();
    Err err = {0};
    assert_null(open_meta(META_READ));
    assert_false(path_exists(folder.at));
    RunList runs;
    RunRecord run;
    ForeignState state;
    Map settings;
    StrVec ids = {0};
    map_init(&settings, &arena);
    assert_true(meta_run_list(NULL, &arena, &(RunFilter){0}, &runs, &err));
    assert_int_equal(runs.len, 0);
    assert_false(meta_run_get(NULL, &arena, 0, &run, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(meta_setting_list(NULL, STR("x"), &settings, &err));
    assert_true(meta_state_get(NULL, &arena, STR("x"), &state, &err));
    assert_int_equal(state.updated_us, 0);
    assert_true(meta_state_list(NULL, &arena, &ids, &err));
    end();
}

TEST(meta_makes_its_file_for_our_user_alone) {
    begin();
    Meta *m = open_meta(META_WRITE);
    begin_run(m, "s");
    struct stat st;
    assert_int_equal(stat(db_path(), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(arena_printf(&arena, "%s-wal", db_path()).at, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    meta_close(m);
    m = open_meta(META_READ);
    assert_non_null(m);
    meta_close(m);
    end();
}

TEST(meta_refuses_what_is_not_its_own) {
    begin();
    Err err = {0};
    assert_true(dir_make(folder.at, 0755, &err));
    raw_sql("CREATE TABLE t (x)");
    refuse_open(META_WRITE, ERR_CONFIG, "none of Pond's");
    refuse_open(META_READ, ERR_CONFIG, db_path());

    AUTO(Buf) garbage = {0};
    for (int i = 0; i < 1000; i++) buf_append_c(&garbage, "garbage ");
    assert_true(file_write_atomic(db_path(), buf_str(&garbage), 0600, &err));
    refuse_open(META_WRITE, ERR_IO, "is damaged");
    assert_true(remove_tree(db_path(), &err));
    assert_true(dir_make(db_path(), 0755, &err));
    refuse_open(META_WRITE, ERR_DISK, db_path());
    end();
}

TEST(meta_says_that_a_page_is_damaged) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    for (int i = 0; i < 50; i++) begin_run(m, "s");
    meta_close(m);
    raw_sql("PRAGMA wal_checkpoint(TRUNCATE)");
    int fd = open(db_path(), O_WRONLY);
    AUTO(Buf) noise = {0};
    for (int i = 0; i < 4096 * 8; i++) buf_put(&noise, (char)(i * 31));
    assert_int_equal(pwrite(fd, noise.at, noise.len, 4096), (ssize_t)noise.len);
    close(fd);
    Meta *damaged = NULL;
    RunList runs;
    bool ok =
        meta_open(folder.at, META_READ, &damaged, &err) && meta_run_list(damaged, &arena, &(RunFilter){0}, &runs, &err);
    assert_false(ok);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.hint, "backups"));
    if (damaged) meta_close(damaged);
    end();
}

TEST(meta_refuses_a_newer_file_naming_both_versions) {
    begin();
    meta_close(open_meta(META_WRITE));
    raw_sql("PRAGMA user_version = 99");
    refuse_open(META_WRITE, ERR_UNSUPPORTED, "has version 99; this pond");
    refuse_open(META_READ, ERR_UNSUPPORTED, "versions up to 2");
    end();
}

TEST(meta_in_a_read_only_folder) {
    begin();
    Meta *m = open_meta(META_WRITE);
    Err err = {0};
    begin_run(m, "s");
    meta_close(m);
    raw_sql("PRAGMA wal_checkpoint(TRUNCATE)");
    if (geteuid() == 0) { /* root may write everywhere: play the user nobody in a child */
        assert_int_equal(chmod(arena_c(&arena, path_folder(folder)), 0755), 0);
        assert_int_equal(chmod(db_path(), 0644), 0);
    }
    assert_int_equal(chmod(folder.at, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) || setuid(65534))) _exit(9);
        Meta *reader = NULL;
        RunList runs = {0};
        if (!meta_open(folder.at, META_READ, &reader, &err)) _exit(1);
        if (!meta_run_list(reader, &arena, &(RunFilter){0}, &runs, &err) || runs.len != 1) _exit(2);
        meta_close(reader);
        if (meta_open(folder.at, META_WRITE, &reader, &err)) _exit(3);
        if (!strstr(err.msg, "cannot be written by user")) _exit(4);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(folder.at, 0755), 0);
    end();
}

TEST(meta_says_that_the_disk_is_full) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    assert_true(db_exec(m, "PRAGMA max_page_count = 1", &err)); /* SQLite's own way to be full */
    ForeignState state = {.completed = arena_str(&arena, (Str){arena_alloc(&arena, 100000), 100000})};
    assert_false(meta_state_set(m, STR("id"), &state, &err));
    assert_int_equal(err.code, ERR_DISK);
    assert_non_null(strstr(err.msg, "no space left"));
    assert_true(db_exec(m, "PRAGMA max_page_count = 100000", &err)); /* room again: it goes on */
    assert_true(meta_state_set(m, STR("id"), &state, &err));
    meta_close(m);
    end();
}

/* ---- migrating ---- */

static const char *const two_steps[] = {"CREATE TABLE a (x); INSERT INTO a VALUES (1)",
                                        "ALTER TABLE a ADD y DEFAULT 2"};
static const char *const bad_steps[] = {"CREATE TABLE a (x)", "ALTER TABLE a ADD y; ALTER TABLE nowhere ADD z"};

static Meta *raw_meta(void) {
    Err err = {0};
    Meta *m = calloc(1, sizeof *m);
    mutex_init(&m->lock);
    m->alive = m->ask = -1;
    m->folder = folder;
    m->path = str_of(db_path());
    if (!db_open(m, DB_WRITE, &err)) fail_msg("%s", err.msg);
    return m;
}

TEST(meta_migrates_after_a_copy) {
    begin();
    Err err = {0};
    assert_true(dir_make(folder.at, 0755, &err));
    assert_true(file_append(db_path(), STR(""), 0600, &err));
    Meta *m = raw_meta();
    bool current;
    Schema first = {two_steps, 1}, second = {two_steps, 2};
    assert_true(schema_check(m, &first, &current, &err));
    assert_false(current);
    assert_true(schema_migrate(m, &first, &err));
    Str backups = path_join(&arena, folder, STR("backups"));
    assert_false(path_exists(backups.at)); /* nothing to copy */

    assert_true(schema_migrate(m, &second, &err));
    assert_true(schema_check(m, &second, &current, &err));
    assert_true(current);
    int64_t value;
    assert_true(db_number(m, "SELECT y FROM a", &value, &err));
    assert_int_equal(value, 2);
    AUTO(StrVec) names = {0};
    assert_true(dir_list(&arena, backups.at, &names, &err));
    assert_int_equal(names.len, 1);
    assert_true(str_starts(names.at[0], STR("pond-v1-")));
    Meta copy = {.folder = folder, .path = path_join(&arena, backups, names.at[0])};
    assert_true(db_open(&copy, DB_READ, &err));
    assert_true(schema_check(&copy, &first, &current, &err));
    assert_true(current);
    assert_true(db_number(&copy, "SELECT x FROM a", &value, &err));
    assert_int_equal(value, 1);
    db_close(&copy);

    assert_true(schema_migrate(m, &second, &err)); /* somebody else was quicker: nothing happens */
    meta_close(m);
    end();
}

TEST(meta_keeps_the_old_version_when_a_step_fails) {
    begin();
    Err err = {0};
    assert_true(dir_make(folder.at, 0755, &err));
    assert_true(file_append(db_path(), STR(""), 0600, &err));
    Meta *m = raw_meta();
    assert_true(schema_migrate(m, &(Schema){bad_steps, 1}, &err));
    assert_false(schema_migrate(m, &(Schema){bad_steps, 2}, &err));
    assert_non_null(strstr(err.msg, "while migrating to version 2"));
    int64_t value;
    assert_true(db_number(m, "PRAGMA user_version", &value, &err));
    assert_int_equal(value, 1);
    assert_true(db_number(m, "SELECT count(*) FROM pragma_table_info('a')", &value, &err));
    assert_int_equal(value, 1);
    meta_close(m);
    end();
}

/* ---- history ---- */

TEST(meta_run_from_begin_to_end) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    int64_t before = time_now_us(), id = begin_run(m, "dev:tap-to-target");
    assert_int_equal(id, 1);
    RunRecord run = get_run(m, id);
    assert_int_equal(run.state, RUN_RUNNING);
    assert_true(run.started_us >= before);
    assert_int_equal(run.ended_us, 0);
    assert_int_equal(run.pid, getpid());
    assert_string_equal(run.blocks.at, "tap-csv target-duckdb");
    assert_string_equal(run.state_id.at, "dev:tap-to-target");
    assert_string_equal(run.environment.at, "dev");
    assert_string_equal(run.trigger.at, "cli");
    assert_string_equal(run.log_path.at, "/l");
    assert_string_equal(run.job.at, "nightly");

    RunStream streams[] = {
        {.stream = STR("flights"),
         .table = STR("main.flights"),
         .read = 336776,
         .loaded = 336775,
         .updated = 3,
         .deleted = 2,
         .rejected = 1,
         .bytes = 1u << 30,
         .busy_us = 12345},
        {.block = 1, .stream = STR("planes")},
    };
    RunEnd over = {.state = RUN_FAIL,
                   .exit_code = 1,
                   .at_least_once = true,
                   .error = STR("tap \"x\" failed"),
                   .streams = streams,
                   .stream_count = 2};
    assert_true(meta_run_end(m, id, &over, &err));
    run = get_run(m, 0);
    assert_int_equal(run.id, id);
    assert_int_equal(run.state, RUN_FAIL);
    assert_int_equal(run.exit_code, 1);
    assert_true(run.at_least_once);
    assert_true(run.ended_us >= run.started_us);
    assert_string_equal(run.error.at, "tap \"x\" failed");
    assert_int_equal(run.stream_count, 2);
    assert_string_equal(run.streams[0].table.at, "main.flights");
    assert_int_equal(run.streams[0].read, 336776);
    assert_int_equal(run.streams[0].loaded, 336775);
    assert_int_equal(run.streams[0].updated, 3);
    assert_int_equal(run.streams[0].deleted, 2);
    assert_int_equal(run.streams[0].rejected, 1);
    assert_int_equal(run.streams[0].bytes, 1u << 30);
    assert_int_equal(run.streams[0].busy_us, 12345);
    assert_int_equal(run.streams[1].block, 1);

    assert_false(meta_run_end(m, 77, &over, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(meta_run_get(m, &arena, 77, &run, &err));
    assert_string_equal(err.msg, "there is no run 77");
    meta_close(m);
    end();
}

TEST(meta_run_list_filters_newest_first) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    for (int i = 0; i < 10; i++) {
        int64_t id = begin_run(m, i % 2 ? "odd" : "even");
        assert_true(meta_run_end(m, id, &(RunEnd){.state = i < 8 ? RUN_SUCCESS : RUN_CANCELED}, &err));
    }
    const struct {
        RunFilter filter;
        size_t count;
        int64_t first;
    } cases[] = {
        {{.limit = 0}, 10, 10},
        {{.limit = 3}, 3, 10},
        {{.state_id = STR("odd")}, 5, 10},
        {{.state_id = STR("even"), .limit = 2, .before_id = 9}, 2, 7},
        {{.only_state = true, .state = RUN_CANCELED}, 2, 10},
        {{.only_state = true, .state = RUN_SUCCESS, .limit = 1}, 1, 8},
        {{.job = STR("nightly")}, 10, 10},
        {{.job = STR("other")}, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        RunList list;
        assert_true(meta_run_list(m, &arena, &cases[i].filter, &list, &err));
        assert_int_equal(list.len, cases[i].count);
        if (list.len) assert_int_equal(list.at[0].id, cases[i].first);
    }
    assert_string_equal(run_state_name(RUN_CANCELED), "CANCELED");
    meta_close(m);
    end();
}

TEST(meta_run_of_a_killed_process_is_dead) {
    begin();
    Meta *mine = open_meta(META_WRITE);
    int64_t own = begin_run(mine, "own");
    Err err = {0};
    Pipe ready;
    assert_true(pipe_open(&ready, &err));
    pid_t child = fork();
    if (child == 0) {
        Meta *theirs = NULL;
        if (!meta_open(folder.at, META_WRITE, &theirs, &err)) _exit(1);
        int64_t id = begin_run(theirs, "killed");
        if (write(ready.write, &id, sizeof id) < 0) _exit(1);
        for (;;) pause();
    }
    int64_t id;
    assert_int_equal(read(ready.read, &id, sizeof id), sizeof id);
    Meta *other = open_meta(META_WRITE); /* both live */
    assert_int_equal(get_run(other, id).state, RUN_RUNNING);
    assert_int_equal(get_run(mine, own).state, RUN_RUNNING);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(get_run(other, id).state, RUN_DEAD); /* seen at once, written at the next open */
    meta_close(other);
    other = open_meta(META_WRITE);
    RunRecord run = get_run(other, id);
    assert_int_equal(run.state, RUN_DEAD);
    assert_true(run.ended_us > 0);
    assert_string_equal(run.error.at, "its process was killed");
    assert_int_equal(get_run(other, own).state, RUN_RUNNING);
    assert_true(meta_run_end(mine, own, &(RunEnd){.state = RUN_SUCCESS}, &err));
    meta_close(other);
    meta_close(mine);
    pipe_close(&ready);
    end();
}

/* ---- settings and state ---- */

TEST(meta_settings) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    assert_true(meta_setting_set(m, STR("tap-x"), STR("b"), STR("1"), &err));
    assert_true(meta_setting_set(m, STR("tap-x"), STR("a"), STR("line\nwith \"quotes\" and ü"), &err));
    assert_true(meta_setting_set(m, STR("tap-x"), STR("b"), STR("2"), &err));
    assert_true(meta_setting_set(m, STR("tap-y"), STR("b"), STR(""), &err));
    Map map;
    map_init(&map, &arena);
    assert_true(meta_setting_list(m, STR("tap-x"), &map, &err));
    assert_int_equal(map.len, 2);
    assert_string_equal(map.entries[0].key.at, "a");
    Str value;
    assert_true(map_get_str(&map, STR("b"), &value) && str_is(value, "2"));
    assert_true(map_get_str(&map, STR("a"), &value) && str_is(value, "line\nwith \"quotes\" and ü"));
    assert_true(meta_setting_unset(m, STR("tap-x"), STR("a"), &err));
    assert_true(meta_setting_unset(m, STR("tap-x"), STR("nothing"), &err));
    map_init(&map, &arena);
    assert_true(meta_setting_list(m, STR("tap-x"), &map, &err));
    assert_int_equal(map.len, 1);
    assert_true(meta_setting_reset(m, STR("tap-x"), &err));
    map_init(&map, &arena);
    assert_true(meta_setting_list(m, STR("tap-x"), &map, &err));
    assert_int_equal(map.len, 0);
    assert_true(meta_setting_list(m, STR("tap-y"), &map, &err));
    assert_int_equal(map.len, 1);
    meta_close(m);
    end();
}

TEST(meta_state_is_kept_byte_for_byte) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    ForeignState state;
    assert_true(meta_state_get(m, &arena, STR("dev:a-to-b"), &state, &err));
    assert_int_equal(state.updated_us, 0);
    ForeignState written = {.completed = STR("{\"n\": 12345678901234567890, \"z\": \"\\u0000\xff\0x\"}"),
                            .partial = STR("{}")};
    assert_true(meta_state_set(m, STR("dev:a-to-b"), &written, &err));
    assert_true(meta_state_set(m, STR("another"), &(ForeignState){.partial = STR("1")}, &err));
    meta_close(m);
    m = open_meta(META_READ);
    assert_true(meta_state_get(m, &arena, STR("dev:a-to-b"), &state, &err));
    assert_true(str_equal(state.completed, written.completed));
    assert_true(str_equal(state.partial, written.partial));
    assert_true(state.updated_us > 0);
    AUTO(StrVec) ids = {0};
    assert_true(meta_state_list(m, &arena, &ids, &err));
    assert_int_equal(ids.len, 2);
    assert_string_equal(ids.at[0].at, "another");
    assert_false(meta_state_remove(m, STR("another"), &err)); /* opened for reading */
    assert_int_equal(err.code, ERR_DISK);
    meta_close(m);
    m = open_meta(META_WRITE);
    assert_true(meta_state_remove(m, STR("another"), &err));
    assert_true(meta_state_get(m, &arena, STR("another"), &state, &err));
    assert_int_equal(state.partial.len, 0);
    meta_close(m);
    end();
}

/* ---- many at once ---- */

typedef struct Writer {
    Meta *meta;
    int failed;
} Writer;

static void write_runs(void *context) {
    Writer *w = context;
    for (int i = 0; i < 20; i++) {
        Err err = {0};
        int64_t id;
        bool ok = meta_run_begin(w->meta, &(RunRecord){.blocks = STR("x")}, &id, &err) &&
                  meta_run_end(w->meta, id, &(RunEnd){.state = RUN_SUCCESS}, &err);
        if (!ok) fprintf(stderr, "writing: %s\n", err.msg);
        w->failed += !ok;
    }
}

TEST(meta_serves_several_threads) {
    begin();
    Err err = {0};
    Meta *m = open_meta(META_WRITE);
    Thread threads[4] = {{0}};
    Writer writers[4];
    for (int i = 0; i < 4; i++) {
        writers[i] = (Writer){m, 0};
        assert_true(thread_start(&threads[i],
                                 &(ThreadSpec){.name = "writer", .body = write_runs, .context = &writers[i]}, &err));
    }
    for (int i = 0; i < 4; i++) {
        thread_join(&threads[i]);
        assert_int_equal(writers[i].failed, 0);
    }
    RunList list;
    assert_true(meta_run_list(m, &arena, &(RunFilter){.only_state = true, .state = RUN_SUCCESS}, &list, &err));
    assert_int_equal(list.len, 80);
    meta_close(m);
    end();
}

/* All of them find no file, and all write. */
TEST(meta_serves_several_processes_from_nothing) {
    begin();
    enum { PROCESSES = 6 };
    pid_t children[PROCESSES];
    Err err = {0};
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i]) continue;
        Meta *m = NULL;
        if (!meta_open(folder.at, META_WRITE, &m, &err)) {
            fprintf(stderr, "meta_open: %s\n", err.msg);
            _exit(1);
        }
        Writer w = {m, 0};
        write_runs(&w);
        meta_close(m);
        _exit(w.failed ? 2 : 0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    Meta *m = open_meta(META_READ);
    RunList list;
    assert_true(meta_run_list(m, &arena, &(RunFilter){0}, &list, &err));
    assert_int_equal(list.len, PROCESSES * 20);
    meta_close(m);
    end();
}

/* What a function has confirmed is there after kill -9 at any moment; the file is whole. */
TEST(meta_survives_kill) {
    begin();
    Err err = {0};
    for (int round = 0; round < 10; round++) {
        Pipe confirmed;
        assert_true(pipe_open(&confirmed, &err));
        pid_t child = fork();
        if (child == 0) {
            Meta *m = NULL;
            if (!meta_open(folder.at, META_WRITE, &m, &err)) _exit(1);
            for (int64_t i = 1;; i++) {
                ForeignState state = {.completed = arena_printf(&arena, "%d.%lld", round, (long long)i)};
                if (!meta_state_set(m, STR("id"), &state, &err) || write(confirmed.write, &i, sizeof i) < 0) _exit(1);
            }
        }
        fd_close(&confirmed.write);
        int64_t last = 0, seen;
        for (int i = 0; i < 3; i++) assert_int_equal(read(confirmed.read, &last, sizeof last), sizeof last);
        kill(child, SIGKILL);
        while (read(confirmed.read, &seen, sizeof seen) == sizeof seen) last = seen;
        assert_int_equal(waitpid(child, NULL, 0), child);
        Meta *m = open_meta(META_WRITE);
        ForeignState state;
        assert_true(meta_state_get(m, &arena, STR("id"), &state, &err));
        Str number = str_slice(state.completed, str_find(state.completed, '.') + 1, state.completed.len);
        assert_true(str_to_i64(number, &seen));
        assert_in_range(seen, last, last + 1);
        meta_close(m);
        pipe_close(&confirmed);
    }
    end();
}

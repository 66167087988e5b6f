/* Meltano's own database: what is read of it, by whom, and that it stays as it is. */
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "meta/meltano_db.h"
#include "os/file.h"
#include "unit/test.h"

static Arena arena;
static Str folder, path;

static void begin(void) {
    Err err = {0};
    arena_release(&arena);
    if (!dir_make_temp(&arena, "/tmp", "pond-meltano-", &folder, &err)) fail_msg("%s", err.msg);
    path = path_join(&arena, folder, STR("meltano.db"));
}

static void end(void) {
    Err err = {0};
    assert_true(remove_tree(folder.at, &err));
    arena_release(&arena);
}

/* Meltano's table with one state, in WAL mode. The connection stays open. */
static sqlite3 *make(void) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path.at, &db), SQLITE_OK);
    const char *sql = "PRAGMA journal_mode = WAL;"
                      "CREATE TABLE state (state_id VARCHAR(900), partial_state VARCHAR, completed_state VARCHAR);"
                      "INSERT INTO state VALUES ('b', NULL, '{\"c\": 1}'), ('a', '{\"p\": 2}', '{}')";
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void check_states(void) {
    Err err = {0};
    ForeignState state;
    AUTO(StrVec) ids = {0};
    if (!meltano_db_get(&arena, path, STR("b"), &state, &err)) fail_msg("%s", err.msg);
    assert_true(str_is(state.completed, "{\"c\": 1}") && state.partial.len == 0);
    assert_true(meltano_db_get(&arena, path, STR("a"), &state, &err));
    assert_true(str_is(state.completed, "{}") && str_is(state.partial, "{\"p\": 2}"));
    assert_true(meltano_db_get(&arena, path, STR("x"), &state, &err));
    assert_true(state.completed.len == 0 && state.partial.len == 0);
    assert_true(meltano_db_list(&arena, path, &ids, &err));
    assert_int_equal(ids.len, 2);
    assert_true(str_is(ids.at[0], "a") && str_is(ids.at[1], "b"));
}

TEST(meltano_db_is_read_while_meltano_has_it_open) {
    begin();
    sqlite3 *db = make();
    check_states(); /* all of it is in the WAL */
    sqlite3_close(db);
    check_states();
    end();
}

/* Exit code 0: could be read, 1: refused. As the user nobody where root would be allowed everything. */
static int read_as_nobody(void) {
    assert_int_equal(chmod(folder.at, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        Err err = {0};
        ForeignState state;
        if (geteuid() == 0 && (setgid(65534) || setuid(65534))) _exit(9);
        bool ok = meltano_db_get(&arena, path, STR("b"), &state, &err);
        _exit(ok ? state.completed.len == 0 : err.code == ERR_DISK ? 1 : 2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(folder.at, 0755), 0);
    return WEXITSTATUS(status);
}

TEST(meltano_db_in_a_read_only_folder_is_read_when_nothing_is_under_way) {
    begin();
    sqlite3_close(make());
    assert_int_equal(read_as_nobody(), 0);
    Err err = {0};
    assert_true(file_write_atomic(arena_printf(&arena, "%s-wal", path.at).at, STR("not empty"), 0600, &err));
    assert_int_equal(read_as_nobody(), 1);
    end();
}

TEST(meltano_db_without_the_table) {
    begin();
    Err err = {0};
    ForeignState state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path.at, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE job (x)", NULL, NULL, NULL), SQLITE_OK);
    assert_false(meltano_db_get(&arena, path, STR("b"), &state, &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE job", NULL, NULL, NULL), SQLITE_OK);
    assert_true(meltano_db_get(&arena, path, STR("b"), &state, &err));
    sqlite3_close(db);
    end();
}

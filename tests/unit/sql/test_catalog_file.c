/* The catalog's file: kept from one start to the next, made anew when it does not fit, and done without where it cannot be. */
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "sql/catalog_item.h"
#include "unit/test.h"
#include "warehouse/result.h"

#define SCHEMAS "CREATE SCHEMA pond_catalog.pg; SET search_path = 'main,pond_catalog.pg'"

typedef struct Place {
    Arena arena;
    Str folder, kept;
} Place;

static void check(bool ok, const Err *err) {
    if (!ok) fail_msg("%s", err->msg);
}

static Place open_place(void) {
    Place p = {0};
    Err err = {0};
    check(dir_make_temp(&p.arena, "/tmp", "catalog-", &p.folder, &err), &err);
    p.kept = path_join(&p.arena, p.folder, STR("catalog"));
    return p;
}

static void close_place(Place *p) {
    Err err = {0};
    check(remove_tree(p->folder.at, &err), &err);
    arena_release(&p->arena);
}

static int64_t ask(Session *s, const char *sql) {
    Err err = {0};
    AUTO_PTR(Result) r = session_query(s, str_of(sql), &err);
    check(r && result_next(r), &err);
    return result_i64(r, 0);
}

/* One life of an engine: what the macro f makes of 1, and whether the catalog is in a file. */
static int64_t live(const Place *p, Str kept, const char *macro, bool in_file) {
    Err err = {0};
    Arena arena = {0};
    Warehouse *w =
        warehouse_open(&(WarehouseOptions){.path = path_join(&arena, p->folder, STR("w.duckdb")), .threads = 1}, &err);
    check(w, &err);
    Session *s = session_open(w, &err);
    CatalogStatements all = {0};
    vec_push(&all, (CatalogStatement){"schemas", STR(SCHEMAS)});
    vec_push(&all, (CatalogStatement){"f", str_of(macro)});
    check(sql_catalog_attach(s, kept, &all, &err), &err);
    int64_t answer = ask(s, "SELECT f(1)");
    int64_t files = ask(s, "SELECT count(path) FROM duckdb_databases() WHERE database_name = 'pond_catalog'");
    assert_int_equal(files, in_file);
    vec_release(&all);
    session_close(s);
    warehouse_close(w);
    arena_release(&arena);
    return answer;
}

/* The one file in the folder. */
static Str the_file(Place *p, struct stat *ret) {
    StrVec names = {0};
    Err err = {0};
    check(dir_list(&p->arena, p->kept.at, &names, &err), &err);
    assert_int_equal(names.len, 1);
    Str path = path_join(&p->arena, p->kept, names.at[0]);
    assert_int_equal(stat(path.at, ret), 0);
    vec_release(&names);
    return path;
}

static const char plus_one[] = "CREATE MACRO pond_catalog.pg.f(x) AS x + 1";
static const char plus_two[] = "CREATE MACRO pond_catalog.pg.f(x) AS x + 2";

TEST(a_catalog_is_made_once) {
    Place p = open_place();
    struct stat first, second;
    assert_int_equal(live(&p, p.kept, plus_one, true), 2);
    Str path = the_file(&p, &first);
    assert_int_equal(live(&p, p.kept, plus_one, true), 2);
    assert_true(str_equal(the_file(&p, &second), path));
    assert_true(first.st_mtim.tv_sec == second.st_mtim.tv_sec && first.st_mtim.tv_nsec == second.st_mtim.tv_nsec);
    assert_int_equal(first.st_ino, second.st_ino);
    close_place(&p);
}

TEST(another_catalog_takes_the_place_of_the_old_one) {
    Place p = open_place();
    struct stat st;
    assert_int_equal(live(&p, p.kept, plus_one, true), 2);
    Str old = the_file(&p, &st);
    assert_int_equal(live(&p, p.kept, plus_two, true), 3);
    assert_false(str_equal(the_file(&p, &st), old));
    close_place(&p);
}

TEST(a_damaged_catalog_is_made_anew) {
    Place p = open_place();
    struct stat st;
    assert_int_equal(live(&p, p.kept, plus_one, true), 2);
    off_t size = (the_file(&p, &st), st.st_size);
    assert_int_equal(truncate(the_file(&p, &st).at, 100), 0);
    assert_int_equal(live(&p, p.kept, plus_one, true), 2);
    (void)the_file(&p, &st);
    assert_int_equal(st.st_size, size);
    close_place(&p);
}

TEST(without_a_folder_it_is_in_memory) {
    Place p = open_place();
    assert_int_equal(live(&p, STR("/proc/no/catalog"), plus_one, false), 2);
    close_place(&p);
}

TEST(a_wrong_statement_is_named) {
    Place p = open_place();
    Err err = {0};
    Warehouse *w = warehouse_open(&(WarehouseOptions){.path = STR(":memory:"), .threads = 1}, &err);
    check(w, &err);
    Session *s = session_open(w, &err);
    CatalogStatements all = {0};
    vec_push(&all, (CatalogStatement){"schemas", STR(SCHEMAS)});
    vec_push(&all, (CatalogStatement){"g", STR("CREATE VIEW pond_catalog.pg.g AS SELECT nothing")});
    assert_false(sql_catalog_attach(s, p.kept, &all, &err));
    assert_true(str_find_str(str_of(err.msg), STR("catalog, g")) != STR_NONE);
    vec_release(&all);
    session_close(s);
    warehouse_close(w);
    close_place(&p);
}

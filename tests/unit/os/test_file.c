/* Files, folders, paths. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/file.h"
#include "unit/test.h"

static Arena arena;
static Str root;

static void begin(void) {
    Err err = {0};
    arena_release(&arena);
    if (!dir_make_temp(&arena, "/tmp", "pond-file-", &root, &err)) fail_msg("%s", err.msg);
}

static void end(void) {
    Err err = {0};
    if (!remove_tree(root.at, &err)) fail_msg("%s", err.msg);
    assert_false(path_exists(root.at));
    arena_release(&arena);
}

static const char *at(const char *name) {
    return path_join(&arena, root, str_of(name)).at;
}

static void write_file(const char *name, const char *text, mode_t mode) {
    Err err = {0};
    if (!file_write_atomic(at(name), str_of(text), mode, &err)) fail_msg("%s", err.msg);
}

static void expect_file(const char *name, const char *text) {
    Err err = {0};
    Str got;
    if (!file_read(&arena, at(name), 1000, &got, &err)) fail_msg("%s", err.msg);
    assert_string_equal(got.at, text);
}

static mode_t mode_of(const char *name) {
    struct stat st;
    assert_int_equal(lstat(at(name), &st), 0);
    return st.st_mode & 07777;
}

/* ---- files ---- */

TEST(file_read_and_its_errors) {
    begin();
    Err err = {0};
    Str got;
    assert_false(file_read(&arena, at("absent"), 10, &got, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(err.msg,
                        arena_printf(&arena, "cannot read \"%s\": No such file or directory", at("absent")).at);
    write_file("f", "0123456789", 0);
    assert_true(file_read(&arena, at("f"), 10, &got, &err));
    assert_int_equal(got.len, 10);
    assert_false(file_read(&arena, at("f"), 9, &got, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.msg, arena_printf(&arena, "\"%s\": input is longer than 9 bytes", at("f")).at);
    assert_false(file_read(&arena, root.at, 9, &got, &err));
    assert_non_null(strstr(err.msg, "Is a directory"));
    write_file("empty", "", 0);
    assert_true(file_read(&arena, at("empty"), 0, &got, &err));
    assert_int_equal(got.len, 0);
    assert_true(file_read(&arena, "/proc/self/status", 1 << 20, &got, &err)); /* size 0 by stat */
    assert_true(got.len > 0);
    end();
}

TEST(file_write_keeps_or_sets_the_mode) {
    begin();
    mode_t before = umask(077); /* has no say */
    write_file("f", "1", 0);
    assert_int_equal(mode_of("f"), 0644);
    write_file("f", "2", 0600);
    assert_int_equal(mode_of("f"), 0600);
    write_file("f", "3", 0);
    assert_int_equal(mode_of("f"), 0600);
    umask(before);
    expect_file("f", "3");
    AUTO(StrVec) names = {0};
    Err err = {0};
    assert_true(dir_list(&arena, root.at, &names, &err));
    assert_int_equal(names.len, 1); /* no temporary file stays */
    end();
}

TEST(file_write_follows_links) {
    begin();
    write_file("real", "old", 0);
    assert_int_equal(symlink("real", at("link")), 0);
    write_file("link", "new", 0);
    expect_file("real", "new");
    char target[10] = "";
    assert_int_equal(readlink(at("link"), target, sizeof target), 4);
    end();
}

TEST(file_write_at_once_takes_the_place_of_the_old_one) {
    begin();
    Err err = {0};
    struct stat old, new;
    write_file("f", "old", 0);
    assert_int_equal(stat(at("f"), &old), 0);
    assert_true(file_write_at_once(at("f"), STR("new"), 0600, &err));
    expect_file("f", "new");
    assert_int_equal(mode_of("f"), 0600);
    assert_int_equal(stat(at("f"), &new), 0);
    assert_true(old.st_ino != new.st_ino); /* a reader of the old file sees the old text */
    AUTO(StrVec) names = {0};
    assert_true(dir_list(&arena, root.at, &names, &err));
    assert_int_equal(names.len, 1);
    end();
}

TEST(file_write_fails_whole) {
    begin();
    Err err = {0};
    assert_false(file_write_atomic(at("no/such"), STR("x"), 0, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.msg, "no/such\": No such file or directory"));
    assert_int_equal(mkdir(at("dir"), 0755), 0);
    assert_false(file_write_atomic(at("dir"), STR("x"), 0, &err));
    AUTO(StrVec) names = {0};
    assert_true(dir_list(&arena, root.at, &names, &err));
    assert_int_equal(names.len, 1);
    end();
}

TEST(file_write_private_is_for_the_owner_alone) {
    begin();
    Err err = {0};
    write_file("f", "what was longer", 0644);
    assert_true(file_write_private(at("f"), STR("new"), &err) && file_write_private(at("g"), STR("x"), &err));
    expect_file("f", "new");
    assert_int_equal(mode_of("f"), 0600);
    assert_int_equal(mode_of("g"), 0600);
    assert_int_equal(symlink("f", at("link")), 0);
    assert_false(file_write_private(at("link"), STR("y"), &err));
    expect_file("f", "new");
    assert_false(file_write_private(at("no/such"), STR("x"), &err));
    end();
}

TEST(file_append_size_remove) {
    begin();
    Err err = {0};
    uint64_t size;
    assert_false(file_size(at("f"), &size, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(file_append(at("f"), STR("ab"), 0600, &err));
    assert_true(file_append(at("f"), STR("cd"), 0600, &err));
    expect_file("f", "abcd");
    assert_int_equal(mode_of("f"), 0600);
    assert_true(file_size(at("f"), &size, &err));
    assert_int_equal(size, 4);
    assert_true(file_remove(at("f"), &err));
    assert_true(file_remove(at("f"), &err));
    assert_false(file_remove(root.at, &err));
    end();
}

/* ---- folders ---- */

TEST(dir_make_with_parents) {
    begin();
    Err err = {0};
    mode_t before = umask(077);
    assert_true(dir_make(at("a/b//c/"), 0750, &err));
    assert_true(dir_make(at("a/b/c"), 0700, &err));
    umask(before);
    assert_int_equal(mode_of("a"), 0750);
    assert_int_equal(mode_of("a/b/c"), 0750);
    write_file("f", "x", 0);
    assert_false(dir_make(at("f"), 0700, &err));
    assert_non_null(strstr(err.msg, "f\": Not a directory"));
    assert_false(dir_make(at("f/g"), 0700, &err));
    assert_false(dir_make("/proc/no", 0700, &err));
    assert_true(dir_make("/", 0700, &err));
    end();
}

TEST(dir_list_sorts_and_appends) {
    begin();
    Err err = {0};
    const char *made[] = {"b", "a", ".h", "Z"};
    for (size_t i = 0; i < ARRAY_LEN(made); i++) write_file(made[i], "", 0);
    AUTO(StrVec) names = {0};
    vec_push(&names, STR("zero"));
    assert_true(dir_list(&arena, root.at, &names, &err));
    const char *wanted[] = {"zero", ".h", "Z", "a", "b"};
    assert_int_equal(names.len, ARRAY_LEN(wanted));
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) assert_true(str_is(names.at[i], wanted[i]));
    assert_false(dir_list(&arena, at("absent"), &names, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    end();
}

TEST(remove_tree_does_not_follow_links) {
    begin();
    Err err = {0};
    assert_true(dir_make(at("keep/inner"), 0755, &err));
    assert_true(dir_make(at("tree/deep/er"), 0755, &err));
    write_file("keep/f", "x", 0);
    write_file("tree/deep/f", "x", 0);
    assert_int_equal(symlink("../../keep", at("tree/deep/link")), 0);
    assert_int_equal(symlink("/nonexistent", at("tree/dangling")), 0);
    assert_true(remove_tree(at("tree"), &err));
    assert_false(path_exists(at("tree")));
    expect_file("keep/f", "x");
    assert_true(remove_tree(at("tree"), &err)); /* absent is fine */
    assert_true(remove_tree(at("keep/f"), &err));
    assert_int_equal(symlink("keep", at("link")), 0);
    assert_true(remove_tree(at("link"), &err));
    assert_true(path_is_dir(at("keep")));
    end();
}

TEST(remove_tree_of_many_levels) {
    begin();
    Err err = {0};
    AUTO(Buf) deep = {0};
    buf_append(&deep, root);
    for (int i = 0; i < 200; i++) buf_append_c(&deep, "/d");
    assert_true(dir_make(buf_c(&deep), 0755, &err));
    end();
}

/* ---- paths ---- */

TEST(path_join_and_absolute) {
    begin();
    const struct {
        const char *cwd, *path, *joined, *absolute;
    } cases[] = {
        {"/a/b", "c", "/a/b/c", "/a/b/c"},
        {"/a/b/", "c", "/a/b/c", "/a/b/c"},
        {"/a/b", "/c", "/c", "/c"},
        {"/a/b", "", "/a/b", "/a/b"},
        {"/a/b", "../c/./d/", "/a/b/../c/./d/", "/a/c/d"},
        {"/a/b", "../../../..", "/a/b/../../../..", "/"},
        {"/", "x//y", "/x//y", "/x/y"},
        {"/", ".", "/.", "/"},
        {"/a", "..b/...", "/a/..b/...", "/a/..b/..."},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str cwd = str_of(cases[i].cwd), path = str_of(cases[i].path);
        assert_string_equal(path_join(&arena, cwd, path).at, cases[i].joined);
        assert_string_equal(path_absolute(&arena, cwd, path).at, cases[i].absolute);
    }
    assert_string_equal(path_join(&arena, STR(""), STR("x")).at, "x");
    end();
}

TEST(path_parts) {
    const struct {
        const char *path, *folder, *name, *stem, *extension;
    } cases[] = {
        {"/a/b.c", "/a", "b.c", "b", ".c"}, {"b.c.d", ".", "b.c.d", "b.c", ".d"},
        {"/a", "/", "a", "a", ""},          {"/a/b/", "/a", "b", "b", ""},
        {"/", "/", "/", "/", ""},           {"a/.hidden", "a", ".hidden", ".hidden", ""},
        {"a//b", "a", "b", "b", ""},        {"", ".", "", "", ""},
        {"x.", ".", "x.", "x", "."},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        Str path = str_of(cases[i].path);
        assert_true(str_is(path_folder(path), cases[i].folder));
        assert_true(str_is(path_name(path), cases[i].name));
        assert_true(str_is(path_stem(path), cases[i].stem));
        assert_true(str_is(path_extension(path), cases[i].extension));
    }
}

TEST(path_find_program_as_execvp) {
    begin();
    Err err = {0};
    assert_true(dir_make(at("one"), 0755, &err) && dir_make(at("two/tap-dir"), 0755, &err));
    write_file("one/tap-data", "x", 0644); /* not executable */
    write_file("two/tap-data", "x", 0755);
    write_file("here", "x", 0755);
    Str search = arena_printf(&arena, "%s::two:/nonexistent", at("one"));
    assert_string_equal(path_find_program(&arena, search, root, STR("tap-data")).at, at("two/tap-data"));
    assert_string_equal(path_find_program(&arena, search, root, STR("here")).at, at("here")); /* empty part = cwd */
    assert_string_equal(path_find_program(&arena, search, root, STR("./two/tap-data")).at, at("two/tap-data"));
    assert_int_equal(path_find_program(&arena, search, root, STR("tap-dir")).len, 0);
    assert_int_equal(path_find_program(&arena, search, root, STR("one/tap-data")).len, 0);
    assert_int_equal(path_find_program(&arena, search, root, STR("")).len, 0);
    assert_int_equal(path_find_program(&arena, (Str){0}, root, STR("here")).len, 0);
    end();
}

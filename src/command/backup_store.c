#include "command/backup_store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/crash.h"
#include "base/json.h"
#include "base/node.h"
#include "base/time.h"
#include "os/file.h"

#define PART ".part"
#define MANIFEST "manifest.json"

enum { FORM = 1, MANIFEST_LIMIT = 16 * 1024 * 1024 };

void backup_release(Backup *b) {
    vec_release(&b->warehouses);
}

void backups_release(Backups *b) {
    for (size_t i = 0; i < b->len; i++) backup_release(&b->at[i]);
    vec_release(b);
}

/* ---- manifest ---- */

static void put_text(Arena *a, Node *n, const char *key, Str text) {
    node_put(a, n, str_of(key), node_string(a, text));
}

static void put_number(Arena *a, Node *n, const char *key, uint64_t value) {
    node_put(a, n, str_of(key), node_i64(a, (int64_t)value));
}

/* Into b->folder. */
static bool write_about(const Backup *b, Err *err) {
    AUTO(Arena) a = {0};
    AUTO(Buf) text = {0};
    Node *n = node_new(&a, NODE_MAP), *files = node_new(&a, NODE_LIST);
    put_number(&a, n, "form", FORM);
    put_text(&a, n, "pond", STR(POND_VERSION));
    put_text(&a, n, "duckdb", STR(POND_DUCKDB_VERSION));
    put_text(&a, n, "project", b->project);
    put_text(&a, n, "made_at", b->made_at);
    for (size_t i = 0; i < b->warehouses.len; i++) {
        const BackupFile *f = &b->warehouses.at[i];
        Node *file = node_new(&a, NODE_MAP);
        put_text(&a, file, "file", f->file);
        put_text(&a, file, "path", f->path);
        put_number(&a, file, "bytes", f->bytes);
        put_number(&a, file, "tables", f->tables);
        put_number(&a, file, "rows", f->rows);
        node_push(&a, files, file);
    }
    node_put(&a, n, STR("warehouses"), files);
    node_put(&a, n, STR("pond_db"), node_bool(&a, b->meta));
    node_put(&a, n, STR("secrets"), node_bool(&a, b->secrets));
    put_number(&a, n, "bytes", b->bytes);
    json_write(&text, n, JSON_PRETTY);
    buf_put(&text, '\n');
    return file_write_atomic(path_join(&a, b->folder, STR(MANIFEST)).at, buf_str(&text), 0600, err);
}

static uint64_t number_of(const Node *n, const char *key) {
    uint64_t value = 0;
    (void)str_to_u64(node_text(node_get(n, str_of(key))), &value);
    return value;
}

static bool is_true(const Node *n, const char *key) {
    const Node *value = node_get(n, str_of(key));
    return node_is(value, NODE_BOOL) && value->truth;
}

static bool no_backup(Str folder, const char *why, Err *err) {
    err_set(err, ERR_INPUT, "\"" STR_FMT "\" is no backup: %s", STR_ARG(folder), why);
    return err_hint(err, "pond backup --list shows those there are");
}

bool backup_read(Arena *a, Str folder, Backup *ret, Err *err) {
    Str text;
    Err wrong = {0};
    *ret = (Backup){.folder = folder, .name = path_name(folder)};
    if (!path_exists(path_join(a, folder, STR(MANIFEST)).at)) {
        no_backup(folder, "there is no " MANIFEST " in it", err);
        err->code = ERR_NOT_FOUND;
        return false;
    }
    if (!file_read(a, path_join(a, folder, STR(MANIFEST)).at, MANIFEST_LIMIT, &text, err)) return false;
    const Node *n = json_parse(a, text, &wrong);
    if (!n) return no_backup(folder, wrong.msg, err);
    if (number_of(n, "form") != FORM) return no_backup(folder, "it is one of another pond", err);
    ret->project = node_text(node_get_c(n, "project"));
    ret->made_at = node_text(node_get_c(n, "made_at"));
    ret->version = node_text(node_get_c(n, "pond"));
    ret->meta = is_true(n, "pond_db");
    ret->secrets = is_true(n, "secrets");
    ret->bytes = number_of(n, "bytes");
    const Node *files = node_get_c(n, "warehouses");
    for (size_t i = 0; files && i < files->len; i++) {
        const Node *f = files->items[i];
        BackupFile file = {node_text(node_get_c(f, "file")), node_text(node_get_c(f, "path")), number_of(f, "bytes"),
                           number_of(f, "rows"), number_of(f, "tables")};
        vec_push(&ret->warehouses, file);
    }
    return true;
}

/* ---- the store ---- */

/* "20261127T155135Z", "20261127T155135Z-02", either with ".part" */
static bool is_name(Str name, bool *ret_part) {
    static const char form[] = "00000000T000000Z";
    uint64_t number;
    *ret_part = str_ends(name, STR(PART));
    if (*ret_part) name = str_slice(name, 0, name.len - strlen(PART));
    if (name.len < strlen(form)) return false;
    for (size_t i = 0; form[i]; i++) {
        bool digit = name.at[i] >= '0' && name.at[i] <= '9';
        if (form[i] == '0' ? !digit : name.at[i] != form[i]) return false;
    }
    Str rest = str_slice(name, strlen(form), name.len);
    return !rest.len || (rest.at[0] == '-' && str_to_u64(str_slice(rest, 1, rest.len), &number));
}

bool backup_list(Arena *a, Str store, Str project, Backups *ret, Err *err) {
    AUTO(StrVec) names = {0};
    bool part;
    if (!path_is_dir(store.at)) return true;
    if (!dir_list(a, store.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++) {
        Backup b;
        Err ignored = {0};
        if (!is_name(names.at[i], &part) || part) continue;
        bool ours = backup_read(a, path_join(a, store, names.at[i]), &b, &ignored) && str_equal(b.project, project);
        if (ours) vec_push(ret, b);
        else backup_release(&b);
    }
    return true;
}

static bool sweep(Arena *a, Str store, Err *err) {
    AUTO(StrVec) names = {0};
    bool part;
    if (!dir_list(a, store.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++)
        if (is_name(names.at[i], &part) && part && !remove_tree(path_join(a, store, names.at[i]).at, err)) return false;
    return true;
}

bool backup_lock(Arena *a, Str store, Fd *ret, Err *err) {
    if (!dir_make(store.at, BACKUP_FOLDER_MODE, err) || !dir_check_writable(store.at, err)) return false;
    *ret = open(store.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*ret < 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(store));
    if (flock(*ret, LOCK_EX | LOCK_NB) == 0) return sweep(a, store, err);
    fd_close(ret);
    err_set(err, ERR_LOCKED, "another backup is being made in \"" STR_FMT "\"", STR_ARG(store));
    return err_hint(err, "wait for its end");
}

/* How many were begun in one second, by the newest that is left: names stay in the order of time, also when older ones are gone. */
static bool last_of_second(Arena *a, Str store, Str stamp, uint64_t *ret, Err *err) {
    AUTO(StrVec) names = {0};
    *ret = 0;
    if (!dir_list(a, store.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++) {
        if (!str_starts(names.at[i], stamp)) continue;
        uint64_t number;
        Str rest = str_slice(names.at[i], stamp.len, names.at[i].len);
        if (!rest.len || !str_to_u64(str_slice(rest, 1, rest.len), &number)) number = 1;
        if (number > *ret) *ret = number;
    }
    return true;
}

bool backup_begin(Arena *a, Str store, Backup *ret, Err *err) {
    char text[TIME_TEXT];
    *ret = (Backup){.made_at = arena_str(a, time_format(time_now_us() / US_PER_SECOND * US_PER_SECOND, text))};
    AUTO(Buf) stamp = {0};
    for (size_t i = 0; i < ret->made_at.len; i++)
        if (ret->made_at.at[i] != '-' && ret->made_at.at[i] != ':') buf_put(&stamp, ret->made_at.at[i]);
    uint64_t taken;
    if (!last_of_second(a, store, buf_str(&stamp), &taken, err)) return false;
    ret->name = taken ? arena_printf(a, STR_FMT "-%02" PRIu64, STR_ARG(buf_str(&stamp)), taken + 1)
                      : arena_str(a, buf_str(&stamp));
    ret->folder = path_join(a, store, arena_printf(a, STR_FMT PART, STR_ARG(ret->name)));
    return dir_make(ret->folder.at, BACKUP_FOLDER_MODE, err);
}

static bool sync_tree(Arena *a, Str path, Err *err) {
    AUTO(StrVec) names = {0};
    if (!path_is_dir(path.at)) return path_sync(path.at, err);
    if (!dir_list(a, path.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++)
        if (!sync_tree(a, path_join(a, path, names.at[i]), err)) return false;
    return path_sync(path.at, err);
}

static bool rename_folder(Str from, Str to, Err *err) {
    return rename(from.at, to.at) == 0 || err_errno(err, errno, "cannot rename \"" STR_FMT "\"", STR_ARG(from));
}

bool backup_finish(Arena *a, Str store, Backup *b, Err *err) {
    Str folder = path_join(a, store, b->name);
    if (!write_about(b, err) || !sync_tree(a, b->folder, err)) return false;
    crash_point("backup_written");
    if (!rename_folder(b->folder, folder, err)) return false;
    b->folder = folder;
    crash_point("backup_named");
    return path_sync(store.at, err);
}

bool backup_remove(Arena *a, Str store, const Backup *b, Err *err) {
    Str part = path_join(a, store, arena_printf(a, STR_FMT PART, STR_ARG(b->name)));
    if (!str_equal(part, b->folder) && !rename_folder(b->folder, part, err)) return false;
    return remove_tree(part.at, err);
}

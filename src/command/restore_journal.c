#include "command/restore_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/crash.h"
#include "base/json.h"
#include "meta/server_file.h"
#include "os/file.h"
#include "os/lockinfo.h"

#define STAGED ".restoring"

enum { JOURNAL_LIMIT = 1024 * 1024 };

/* Logs of DuckDB and SQLite, that must not be taken for the new file's. */
static const char *const log_endings[] = {".wal", "-wal", "-shm"};

typedef VEC(Fd) Locks;

static Str beside(Arena *a, Str path, const char *ending) {
    return arena_printf(a, STR_FMT "%s", STR_ARG(path), ending);
}

static Str journal_path(const Project *p) {
    return project_folder_path(p, STR("restore.json"));
}

static void unlock(Locks *locks) {
    for (size_t i = 0; i < locks->len; i++) fd_close(&locks->at[i]);
    vec_release(locks);
}
DEFINE_AUTO(Locks, unlock)

/* As DuckDB locks, so that none opens the file; this process has none open. */
static bool lock(Locks *locks, Str path, Err *err) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    LockHolder holder = {0};
    if (!path_exists(path.at)) return true;
    Fd fd = open(path.at, O_RDWR | O_CLOEXEC);
    if (fd < 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(path));
    vec_push(locks, fd);
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0) return true;
    (void)lock_holder(path.at, &holder);
    err_set(err, ERR_LOCKED, "\"" STR_FMT "\" is in use by %s (pid %d)", STR_ARG(path),
            holder.program[0] ? holder.program : "another process", (int)holder.pid);
    return err_hint(err, "end that one, or wait for it");
}

/* SQLite's readers hold locks on single bytes for moments, and are no harm. */
static bool is_warehouse(Str path) {
    return !str_is(path_name(path), "pond.db");
}

static bool lock_all(Arena *a, const RestoreFiles *files, Locks *locks, Err *err) {
    for (size_t i = 0; i < files->len; i++) {
        Str path = files->at[i].path;
        if (!is_warehouse(path)) continue;
        if (!lock(locks, path, err) || !lock(locks, beside(a, path, STAGED), err)) return false;
    }
    return true;
}

/* ---- staging ---- */

static bool remove_staged(Arena *a, const RestoreFiles *files, Err *err) {
    for (size_t i = 0; i < files->len; i++)
        if (!file_remove(beside(a, files->at[i].path, STAGED).at, err)) return false;
    return true;
}

static bool stage(Cmd *cmd, const RestoreFile *file, Err *err) {
    struct stat old;
    Arena *a = cmd->arena;
    Str to = beside(a, file->path, STAGED);
    mode_t usual = is_warehouse(file->path) ? 0666 & ~cmd->umask : 0600;
    mode_t mode = stat(file->path.at, &old) == 0 ? old.st_mode & 07777 : usual;
    Until until = {NO_DEADLINE, cmd->cancel, CANCEL_STOP};
    return dir_make(arena_c(a, path_folder(file->path)), 0755, err) &&
           file_copy(file->from.at, to.at, mode, until, err) && path_sync(arena_c(a, path_folder(to)), err);
}

static bool write_journal(Cmd *cmd, const Project *p, const RestoreFiles *files, Err *err) {
    Arena *a = cmd->arena;
    AUTO(Buf) text = {0};
    Node *list = node_new(a, NODE_LIST);
    for (size_t i = 0; i < files->len; i++) node_push(a, list, node_string(a, files->at[i].path));
    json_write(&text, list, JSON_PRETTY);
    return file_write_atomic(journal_path(p).at, buf_str(&text), 0600, err);
}

/* ---- the change; the journal is there ---- */

static bool change(Arena *a, Str path, Err *err) {
    Str staged = beside(a, path, STAGED);
    if (!path_exists(staged.at)) return true; /* done before a kill */
    for (size_t i = 0; i < ARRAY_LEN(log_endings); i++)
        if (!file_remove(beside(a, path, log_endings[i]).at, err)) return false;
    crash_point("restore_log_removed");
    if (rename(staged.at, path.at) != 0) return err_errno(err, errno, "cannot rename \"" STR_FMT "\"", STR_ARG(staged));
    crash_point("restore_file");
    return path_sync(arena_c(a, path_folder(path)), err);
}

static bool change_all(Arena *a, const Project *p, const RestoreFiles *files, Err *err) {
    for (size_t i = 0; i < files->len; i++)
        if (!change(a, files->at[i].path, err)) return false;
    crash_point("restore_changed");
    return file_remove(journal_path(p).at, err) && path_sync(project_folder_path(p, (Str){0}).at, err);
}

bool restore_files(Cmd *cmd, const Project *p, const RestoreFiles *files, Err *err) {
    AUTO(Locks) locks = {0};
    Err ignored = {0};
    Arena *a = cmd->arena;
    if (!remove_staged(a, files, err)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < files->len; i++) {
        ok = stage(cmd, &files->at[i], err);
        crash_point("restore_staged");
    }
    ok = ok && lock_all(a, files, &locks, err) && write_journal(cmd, p, files, err);
    if (!ok) {
        (void)!remove_staged(a, files, &ignored);
        return false;
    }
    crash_point("restore_journal");
    return change_all(a, p, files, err) || err_hint(err, "the next pond command in this project tries again");
}

/* ---- after a kill ---- */

static bool read_journal(Cmd *cmd, const Project *p, RestoreFiles *ret, Err *err) {
    Str text;
    if (!file_read(cmd->arena, journal_path(p).at, JOURNAL_LIMIT, &text, err)) return false;
    const Node *list = json_parse(cmd->arena, text, err);
    if (!list) return err_context(err, "\"" STR_FMT "\"", STR_ARG(journal_path(p)));
    for (size_t i = 0; i < list->len; i++) {
        RestoreFile file = {.path = node_text(list->items[i])};
        vec_push(ret, file);
    }
    return true;
}

bool restore_settle(Cmd *cmd, const Project *p, Err *err) {
    AUTO(Fd) alone = -1;
    AUTO(Locks) locks = {0};
    RestoreFiles files = {0};
    if (!path_exists(journal_path(p).at)) return true;
    if (!server_lock(project_folder_path(p, STR("run")).at, &alone, err)) {
        if (!path_exists(journal_path(p).at)) return true; /* it has ended just now */
        return err_set(err, ERR_LOCKED, "a restore is at work");
    }
    if (!path_exists(journal_path(p).at)) return true;
    bool ok = read_journal(cmd, p, &files, err) && lock_all(cmd->arena, &files, &locks, err) &&
              change_all(cmd->arena, p, &files, err);
    vec_release(&files);
    if (ok) cmd_warn(cmd, "a restore that was killed has been finished");
    return ok || err_context(err, "cannot finish a restore that was killed");
}

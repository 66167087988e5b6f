/* pond restore: warehouse files and pond.db become those of a backup again, all of them or none. */
#include <stdlib.h>

#include "base/crash.h"
#include "base/time.h"
#include "command/all.h"
#include "command/backup.h"
#include "command/backup_store.h"
#include "command/human.h"
#include "command/restore_journal.h"
#include "meta/backup.h"
#include "meta/server_file.h"
#include "os/file.h"
#include "warehouse/copy.h"

enum { ROOM = 64 * 1000 * 1000 };

typedef struct Restoring {
    Cmd *cmd;
    Arena *a;
    Project *project;
    Backup backup;
    RestoreFiles files;
    Str kept; /* name of the backup of what was there; empty: none */
} Restoring;

/* ---- which one ---- */

static bool no_such(Restoring *r, Str store, Str word, Err *err) {
    AUTO(Backups) all = {0};
    Err ignored = {0};
    err_set(err, ERR_NOT_FOUND, "there is no backup \"" STR_FMT "\"", STR_ARG(word));
    bool any = backup_list(r->a, store, r->project->root, &all, &ignored) && all.len;
    if (!any) return err_hint(err, "there are none in \"" STR_FMT "\": pond backup makes one", STR_ARG(store));
    return err_hint(err, "the newest is " STR_FMT "; pond backup --list shows all", STR_ARG(vec_last(&all).name));
}

/* A name in the usual place, or a folder. */
static bool find(Restoring *r, Err *err) {
    Str word = cmd_word(r->cmd, 0), store = project_folder_path(r->project, STR("backups"));
    Str folder = str_find(word, '/') == STR_NONE ? path_join(r->a, store, word) : cmd_path(r->cmd, word);
    if (!path_is_dir(folder.at)) folder = cmd_path(r->cmd, word);
    if (!path_is_dir(folder.at)) return no_such(r, store, word, err);
    return backup_read(r->a, folder, &r->backup, err);
}

/* ---- what it becomes ---- */

/* The file itself, when its name is a symbolic link. */
static Str real_place(Restoring *r, Str place) {
    Str path = project_path(r->project, place);
    char *real = realpath(path.at, NULL);
    if (real) path = arena_str(r->a, str_of(real));
    free(real);
    return path;
}

static bool add(Restoring *r, Str file, Str path, Err *err) {
    RestoreFile f = {.path = path, .from = path_join(r->a, r->backup.folder, file)};
    if (!path_exists(f.from.at))
        return err_set(err, ERR_INPUT, "the backup is not complete: \"" STR_FMT "\" is missing", STR_ARG(f.from));
    vec_push(&r->files, f);
    return true;
}

static bool list_files(Restoring *r, Err *err) {
    for (size_t i = 0; i < r->backup.warehouses.len; i++) {
        const BackupFile *f = &r->backup.warehouses.at[i];
        if (!add(r, f->file, real_place(r, f->path), err)) return false;
    }
    return !r->backup.meta || add(r, STR("pond.db"), project_folder_path(r->project, STR("pond.db")), err);
}

/* As many tables as when it was made: it may have been carried around since. */
static bool check_warehouse(Restoring *r, const BackupFile *file, Str path, Err *err) {
    WarehouseOptions options = {.path = path, .library = cmd_env(r->cmd, STR("POND_LIBDUCKDB")), .read_only = true};
    AUTO_PTR(Warehouse) w = warehouse_open(&options, err);
    AUTO_PTR(Session) s = w ? session_open(w, err) : NULL;
    uint64_t rows;
    if (!s || !warehouse_count(s, &rows, err)) return false;
    return rows == file->rows || err_set(err, ERR_INPUT, "\"" STR_FMT "\" has %llu rows, not %llu", STR_ARG(path),
                                         (unsigned long long)rows, (unsigned long long)file->rows);
}

static bool check(Restoring *r, Err *err) {
    for (size_t i = 0; i < r->files.len; i++) {
        bool warehouse = i < r->backup.warehouses.len;
        bool ok = warehouse ? check_warehouse(r, &r->backup.warehouses.at[i], r->files.at[i].from, err)
                            : meta_check(r->files.at[i].from.at, err);
        if (!ok) return err_context(err, "backup " STR_FMT, STR_ARG(r->backup.name));
    }
    return true;
}

static bool check_room(Restoring *r, Err *err) {
    Human there, wanted;
    for (size_t i = 0; i < r->files.len; i++) {
        uint64_t bytes, available;
        Str folder = arena_str(r->a, path_folder(r->files.at[i].path));
        if (!path_is_dir(folder.at)) continue;
        if (!file_size(r->files.at[i].from.at, &bytes, err) || !disk_free(folder.at, &available, err)) return false;
        if (available < bytes + ROOM)
            return err_set(err, ERR_DISK, "%s free at \"" STR_FMT "\", restoring wants %s",
                           human_bytes(there, available), STR_ARG(folder), human_bytes(wanted, bytes + ROOM));
    }
    return true;
}

static bool keep_old(Restoring *r, Err *err) {
    bool any = false;
    for (size_t i = 0; i < r->files.len; i++) any |= path_exists(r->files.at[i].path.at);
    if (!any || cmd_flag(r->cmd, "no-keep")) return true;
    if (backup_make(r->cmd, r->project, &r->kept, err)) return true;
    err_context(err, "cannot keep what is there now");
    return err_hint(err, "--no-keep restores without keeping it");
}

static void tell(const Restoring *r, int64_t us) {
    Cmd *cmd = r->cmd;
    char took[TIME_TEXT];
    Human rows;
    Arena *a = r->a;
    if (cmd_json(cmd)) {
        Node *n = node_new(a, NODE_MAP), *files = node_new(a, NODE_LIST);
        node_put(a, n, STR("backup"), node_string(a, r->backup.folder));
        for (size_t i = 0; i < r->files.len; i++) node_push(a, files, node_string(a, r->files.at[i].path));
        node_put(a, n, STR("files"), files);
        node_put(a, n, STR("kept"), r->kept.len ? node_string(a, r->kept) : node_new(a, NODE_NULL));
        node_put(a, n, STR("seconds"), node_number(a, arena_printf(a, "%.3f", (double)us / (double)US_PER_SECOND)));
        cmd_print_json(cmd, n);
        return;
    }
    for (size_t i = 0; i < r->backup.warehouses.len; i++)
        out_printf(cmd->out, STR_FMT ": %s rows\n", STR_ARG(r->files.at[i].path),
                   human_count(rows, r->backup.warehouses.at[i].rows));
    if (r->backup.meta) out_c(cmd->out, ".pond/pond.db\n");
    out_printf(cmd->out, "project files were left alone; the backup's are in " STR_FMT "/project\n",
               STR_ARG(r->backup.folder));
    if (r->kept.len) out_printf(cmd->out, "what was there is backup " STR_FMT "\n", STR_ARG(r->kept));
    out_styled(cmd->out, STYLE_GREEN, "restored");
    out_printf(cmd->out, " " STR_FMT " in " STR_FMT "\n", STR_ARG(r->backup.name), STR_ARG(duration_format(us, took)));
}

static bool restore(Restoring *r, Err *err) {
    AUTO(Fd) alone = -1;
    int64_t began = clock_us();
    Str run;
    if (!find(r, err) || !list_files(r, err)) return false;
    if (!project_folder(r->project, STR("run"), &run, err)) return false;
    if (!server_lock(run.at, &alone, err)) {
        if (err->code != ERR_LOCKED) return false;
        err_set(err, ERR_LOCKED, "the server is up, and has the warehouse open");
        return err_hint(err, "pond down && pond restore " STR_FMT " && pond up", STR_ARG(cmd_word(r->cmd, 0)));
    }
    Str question = arena_printf(r->a, "replace the warehouse and pond.db by backup " STR_FMT " of " STR_FMT "?",
                                STR_ARG(r->backup.name), STR_ARG(r->backup.made_at));
    if (!cmd_flag(r->cmd, "yes") && !cmd_confirm(r->cmd, "yes", question.at, err)) return false;
    if (!check(r, err) || !check_room(r, err) || !keep_old(r, err)) return false;
    crash_point("restore_kept");
    if (!restore_files(r->cmd, r->project, &r->files, err)) return false;
    tell(r, clock_us() - began);
    return true;
}

static bool restore_run(Cmd *cmd, Err *err) {
    Restoring r = {.cmd = cmd, .a = cmd->arena};
    r.project = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    bool ok = r.project && restore(&r, err);
    backup_release(&r.backup);
    vec_release(&r.files);
    return ok;
}

static const Option options[] = {
    {.name = "yes", .letter = 'y', .help = "do not ask"},
    {.name = "no-keep", .help = "make no backup of what is there now"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .help = "how it is written [text]"},
    {0},
};

const Command command_restore = {
    .name = "restore",
    .group = GROUP_WAREHOUSE,
    .words = "BACKUP",
    .summary = "put back what a backup holds: all of it, or nothing",
    .details = "  pond restore 20261127T155135Z     one of `pond backup --list`, or its folder\n"
               "  The server must be down. What is there now becomes a backup before.\n",
    .options = options,
    .run = restore_run,
};

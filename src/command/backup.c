/* pond backup: warehouse files, pond.db and project files in a folder of their own, while everybody goes on working. */
#include <sys/stat.h>

#include "base/crash.h"
#include "base/time.h"
#include "command/all.h"
#include "command/backup.h"
#include "command/backup_store.h"
#include "command/grid.h"
#include "command/human.h"
#include "command/interrupt.h"
#include "command/open.h"
#include "meta/backup.h"
#include "os/file.h"
#include "project/settings.h"
#include "project/warehouse_map.h"
#include "warehouse/copy.h"

enum { ROOM = 64 * 1000 * 1000, FILE_LIMIT = 64 * 1024 * 1024, VERIFY_MEMORY = 256 * 1000 * 1000 };

typedef struct Backing {
    Cmd *cmd;
    Project *project;
    Arena *a;
    Str store;
    WarehouseMap map;
    Backup backup;
    int64_t began_us;
    StrVec removed; /* names */
    bool secrets;
    uint64_t keep; /* 0: all */
} Backing;

/* ---- what there is to save ---- */

static bool is_first(const WarehouseMap *map, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (str_equal(map->at[k].path, map->at[i].path)) return false;
    return path_exists(map->at[i].path.at);
}

static uint64_t bytes_of(Str path) {
    uint64_t bytes = 0;
    Err ignored = {0};
    return file_size(path.at, &bytes, &ignored) ? bytes : 0;
}

static bool check_room(Backing *b, Err *err) {
    Human there, wanted;
    uint64_t bytes = ROOM, available;
    for (size_t i = 0; i < b->map.len; i++)
        if (is_first(&b->map, i))
            bytes +=
                bytes_of(b->map.at[i].path) + bytes_of(arena_printf(b->a, STR_FMT ".wal", STR_ARG(b->map.at[i].path)));
    bytes += bytes_of(project_folder_path(b->project, STR("pond.db")));
    if (!disk_free(b->store.at, &available, err)) return false;
    if (available >= bytes) return true;
    err_set(err, ERR_DISK, "%s free at \"" STR_FMT "\", a backup wants %s", human_bytes(there, available),
            STR_ARG(b->store), human_bytes(wanted, bytes));
    return err_hint(err, "pond backup --to DIR on another disk, or remove old backups: pond backup --keep N");
}

/* ---- warehouse files ---- */

/* "warehouse/flights.duckdb": the stem stays, for views may say it. */
static Str name_in_backup(Backing *b, Str path) {
    Str name = arena_printf(b->a, "warehouse/" STR_FMT, STR_ARG(path_name(path)));
    for (unsigned i = 2;; i++) {
        bool taken = false;
        for (size_t k = 0; k < b->backup.warehouses.len; k++) taken |= str_equal(b->backup.warehouses.at[k].file, name);
        if (!taken) return name;
        name = arena_printf(b->a, "warehouse/%u/" STR_FMT, i, STR_ARG(path_name(path)));
    }
}

/* From the project's folder when it is below that: the project may be elsewhere one day. */
static Str place_of(const Backing *b, Str path) {
    Str root = b->project->root;
    bool below = str_starts(path, root) && path.len > root.len && path.at[root.len] == '/';
    return below ? str_slice(path, root.len + 1, path.len) : path;
}

static bool copy_warehouse(Backing *b, Str path, Str to, WarehouseSums *sums, Err *err) {
    Cmd *cmd = b->cmd;
    AUTO_PTR(Warehouse) w = open_project_file(cmd, b->project, path, OPEN_WRITE, err);
    AUTO_PTR(Session) s = w ? session_open(w, err) : NULL;
    AUTO(Interrupt) interrupt = {0};
    return s && interrupt_start(&interrupt, s, cmd->cancel, err) && warehouse_copy(s, to, sums, cmd->cancel, err);
}

static bool verify_warehouse(Backing *b, Str path, const WarehouseSums *sums, Err *err) {
    WarehouseOptions options = {.path = path,
                                .library = cmd_env(b->cmd, STR("POND_LIBDUCKDB")),
                                .read_only = true,
                                .memory_limit = VERIFY_MEMORY};
    AUTO_PTR(Warehouse) w = warehouse_open(&options, err);
    AUTO_PTR(Session) s = w ? session_open(w, err) : NULL;
    AUTO(Interrupt) interrupt = {0};
    return s && interrupt_start(&interrupt, s, b->cmd->cancel, err) &&
           warehouse_copy_verify(s, sums, b->cmd->cancel, err);
}

static bool save_warehouse(Backing *b, Str path, Err *err) {
    AUTO(WarehouseSums) sums = {0};
    BackupFile file = {.file = name_in_backup(b, path), .path = place_of(b, path)};
    Str to = path_join(b->a, b->backup.folder, file.file);
    bool ok = dir_make(arena_c(b->a, path_folder(to)), BACKUP_FOLDER_MODE, err) &&
              copy_warehouse(b, path, to, &sums, err) && verify_warehouse(b, to, &sums, err);
    if (!ok) return err_context(err, "cannot save \"" STR_FMT "\"", STR_ARG(path));
    (void)chmod(to.at, 0600);
    file.bytes = bytes_of(to);
    file.rows = sums.rows;
    file.tables = sums.tables.len;
    b->backup.bytes += file.bytes;
    vec_push(&b->backup.warehouses, file);
    crash_point("backup_warehouse");
    return true;
}

/* ---- the project's files ---- */

/* Those outside the project's folder are left to whoever put them there. */
static bool save_file(Backing *b, Str path, Err *err) {
    Str place = place_of(b, path), text;
    if (place.at == path.at || !path_exists(path.at)) return true;
    Str to = path_join(b->a, b->backup.folder, arena_printf(b->a, "project/" STR_FMT, STR_ARG(place)));
    if (!dir_make(arena_c(b->a, path_folder(to)), BACKUP_FOLDER_MODE, err)) return false;
    if (!file_read(b->a, path.at, FILE_LIMIT, &text, err) || !file_write_private(to.at, text, err)) return false;
    b->backup.bytes += text.len;
    return true;
}

static bool save_tree(Backing *b, Str path, Err *err) {
    AUTO(StrVec) names = {0};
    if (!path_is_dir(path.at)) return save_file(b, path, err);
    if (!dir_list(b->a, path.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++)
        if (!save_tree(b, path_join(b->a, path, names.at[i]), err)) return false;
    return true;
}

static bool save_catalog(Backing *b, const Plugin *tap, Err *err) {
    Str path;
    Err ignored = {0};
    Settings *s = settings_of_plugin(b->project, tap, &ignored);
    if (!s || !settings_get_text(s, STR("_catalog"), &path, &ignored) || !path.len) return true;
    return save_file(b, project_path(b->project, path), err);
}

/* Secrets (.env) only when asked for: backups are carried to other machines. */
static bool save_project(Backing *b, Err *err) {
    Project *p = b->project;
    for (size_t i = 0; i < p->file_count; i++)
        if (!save_file(b, p->files[i].path, err)) return false;
    for (size_t i = 0; i < p->plugins.len; i++)
        if (p->plugins.at[i].type == PLUGIN_EXTRACTORS && !save_catalog(b, &p->plugins.at[i], err)) return false;
    b->backup.secrets = b->secrets;
    Str locks = project_path(p, STR("plugins"));
    if (path_is_dir(locks.at) && !save_tree(b, locks, err)) return false;
    return !b->backup.secrets || save_file(b, p->dotenv_path, err);
}

static bool save_meta(Backing *b, Err *err) {
    Str to = path_join(b->a, b->backup.folder, STR("pond.db"));
    if (!meta_backup(project_folder_path(b->project, (Str){0}).at, to.at, &b->backup.meta, err)) return false;
    b->backup.bytes += bytes_of(to);
    crash_point("backup_meta");
    return true;
}

/* ---- the whole ---- */

static bool make(Backing *b, Err *err) {
    if (!backup_begin(b->a, b->store, &b->backup, err)) return false;
    b->backup.project = b->project->root;
    bool ok = true;
    for (size_t i = 0; ok && i < b->map.len; i++)
        if (is_first(&b->map, i)) ok = save_warehouse(b, b->map.at[i].path, err);
    ok = ok && save_meta(b, err) && save_project(b, err);
    if (ok && cancel_level(b->cmd->cancel) != CANCEL_NONE) ok = err_set(err, ERR_CANCELED, "stopped");
    return ok && backup_finish(b->a, b->store, &b->backup, err);
}

/* Only those of this project. */
static bool prune(Backing *b, Err *err) {
    AUTO(Backups) all = {0};
    if (!b->keep) return true;
    if (!backup_list(b->a, b->store, b->project->root, &all, err)) return false;
    for (size_t i = 0; i + b->keep < all.len; i++) {
        if (!backup_remove(b->a, b->store, &all.at[i], err)) return false;
        vec_push(&b->removed, all.at[i].name);
    }
    return true;
}

static Node *backup_node(Arena *a, const Backup *b) {
    Node *n = node_new(a, NODE_MAP), *files = node_new(a, NODE_LIST);
    node_put(a, n, STR("name"), node_string(a, b->name));
    node_put(a, n, STR("folder"), node_string(a, b->folder));
    node_put(a, n, STR("made_at"), node_string(a, b->made_at));
    node_put(a, n, STR("bytes"), node_i64(a, (int64_t)b->bytes));
    for (size_t i = 0; i < b->warehouses.len; i++) {
        const BackupFile *f = &b->warehouses.at[i];
        Node *file = node_new(a, NODE_MAP);
        node_put(a, file, STR("path"), node_string(a, f->path));
        node_put(a, file, STR("bytes"), node_i64(a, (int64_t)f->bytes));
        node_put(a, file, STR("tables"), node_i64(a, (int64_t)f->tables));
        node_put(a, file, STR("rows"), node_i64(a, (int64_t)f->rows));
        node_push(a, files, file);
    }
    node_put(a, n, STR("warehouses"), files);
    node_put(a, n, STR("pond_db"), node_bool(a, b->meta));
    node_put(a, n, STR("secrets"), node_bool(a, b->secrets));
    return n;
}

static void tell(Backing *b) {
    Cmd *cmd = b->cmd;
    int64_t us = clock_us() - b->began_us;
    char took[TIME_TEXT];
    Human bytes, rows;
    if (cmd_json(cmd)) {
        Node *n = backup_node(b->a, &b->backup), *removed = node_new(b->a, NODE_LIST);
        node_put(b->a, n, STR("seconds"),
                 node_number(b->a, arena_printf(b->a, "%.3f", (double)us / (double)US_PER_SECOND)));
        for (size_t i = 0; i < b->removed.len; i++) node_push(b->a, removed, node_string(b->a, b->removed.at[i]));
        node_put(b->a, n, STR("removed"), removed);
        cmd_print_json(cmd, n);
        return;
    }
    for (size_t i = 0; i < b->backup.warehouses.len; i++) {
        const BackupFile *f = &b->backup.warehouses.at[i];
        out_printf(cmd->out, STR_FMT ": %s, %llu table%s, %s row%s, compared\n", STR_ARG(f->path),
                   human_bytes(bytes, f->bytes), (unsigned long long)f->tables, f->tables == 1 ? "" : "s",
                   human_count(rows, f->rows), f->rows == 1 ? "" : "s");
    }
    if (b->backup.meta) out_c(cmd->out, ".pond/pond.db\n");
    out_printf(cmd->out, "project files%s\n", b->backup.secrets ? ", with .env" : ", without .env (--secrets)");
    for (size_t i = 0; i < b->removed.len; i++)
        out_printf(cmd->out, "removed backup " STR_FMT "\n", STR_ARG(b->removed.at[i]));
    out_styled(cmd->out, STYLE_GREEN, "backup");
    out_printf(cmd->out, " " STR_FMT ": %s in " STR_FMT "\n", STR_ARG(b->backup.folder),
               human_bytes(bytes, b->backup.bytes), STR_ARG(duration_format(us, took)));
}

static bool list(Backing *b, Err *err) {
    AUTO(Backups) all = {0};
    AUTO(Grid) grid = {0};
    Human text;
    if (!backup_list(b->a, b->store, b->project->root, &all, err)) return false;
    Node *n = node_new(b->a, NODE_LIST);
    grid_column(&grid, "backup", GRID_LEFT);
    grid_column(&grid, "size", GRID_RIGHT);
    grid_column(&grid, "rows", GRID_RIGHT);
    grid_column(&grid, "folder", GRID_LEFT);
    for (size_t i = 0; i < all.len; i++) {
        uint64_t rows = 0;
        for (size_t k = 0; k < all.at[i].warehouses.len; k++) rows += all.at[i].warehouses.at[k].rows;
        grid_cell(&grid, all.at[i].name);
        grid_printf(&grid, "%s", human_bytes(text, all.at[i].bytes));
        grid_printf(&grid, "%s", human_count(text, rows));
        grid_cell(&grid, all.at[i].folder);
        node_push(b->a, n, backup_node(b->a, &all.at[i]));
    }
    if (cmd_json(b->cmd)) cmd_print_json(b->cmd, n);
    else if (all.len) grid_print(&grid, b->cmd->out);
    else out_printf(b->cmd->out, "no backups in " STR_FMT ": pond backup makes one\n", STR_ARG(b->store));
    return true;
}

static bool save(Backing *b, Err *err) {
    AUTO(Fd) lock = -1;
    AUTO(StrVec) broken = {0};
    Err ignored = {0};
    ProjectOptions options = {.env = b->cmd->env, .env_file = cmd_text(b->cmd, "env-file")};
    if (!warehouse_map_read(b->project, &options, &b->map, &broken, err) || !backup_lock(b->a, b->store, &lock, err) ||
        !check_room(b, err))
        return false;
    for (size_t i = 0; i < broken.len; i++) cmd_warn(b->cmd, STR_FMT, STR_ARG(broken.at[i]));
    if (make(b, err)) return prune(b, err);
    if (b->backup.folder.len) (void)!backup_remove(b->a, b->store, &b->backup, &ignored);
    return false;
}

static void release(Backing *b) {
    backup_release(&b->backup);
    vec_release(&b->map);
    vec_release(&b->removed);
}

bool backup_make(Cmd *cmd, Project *p, Str *ret_name, Err *err) {
    Backing b = {.cmd = cmd, .a = cmd->arena, .project = p};
    bool ok = project_folder(p, STR("backups"), &b.store, err) && save(&b, err);
    if (ok) *ret_name = b.backup.name;
    release(&b);
    return ok;
}

static bool backup_run(Cmd *cmd, Err *err) {
    Backing b = {.cmd = cmd, .a = cmd->arena, .began_us = clock_us(), .keep = cmd_number(cmd, "keep")};
    b.secrets = cmd_flag(cmd, "secrets");
    if (cmd_given(cmd, "keep") && !b.keep)
        return err_set(err, ERR_USAGE, "backup: --keep 0: the newest one at least is kept");
    b.project = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!b.project) return false;
    Str to = cmd_text(cmd, "to");
    bool all = cmd_flag(cmd, "list"), ok = true;
    b.store = to.len ? cmd_path(cmd, to) : project_folder_path(b.project, STR("backups"));
    /* The usual one is made with its .gitignore. */
    if (!to.len && !all) ok = project_folder(b.project, STR("backups"), &b.store, err);
    if (ok) ok = all ? list(&b, err) : save(&b, err);
    if (ok && !all) tell(&b);
    release(&b);
    return ok;
}

static const Option options[] = {
    {.name = "to", .kind = OPTION_TEXT, .argument = "DIR", .help = "where backups are [.pond/backups]"},
    {.name = "keep",
     .kind = OPTION_NUMBER,
     .argument = "N",
     .help = "then remove all of this project but the newest N"},
    {.name = "secrets", .help = "with .env; else it is left out"},
    {.name = "list", .help = "show the backups there are"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .help = "how it is written [text]"},
    {0},
};

const Command command_backup = {
    .name = "backup",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "save warehouse, pond.db and project files, while they are used",
    .details = "  pond backup --to /mnt/other/disk --keep 7\n"
               "  pond restore 20261127T155135Z\n",
    .options = options,
    .run = backup_run,
    .warehouse = true,
};

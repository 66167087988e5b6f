/* pond doctor: the warehouse files of a project, by DuckDB alone; pond.db; backups; the server. */
#include "command/backup_store.h"
#include "command/doctor.h"
#include "command/human.h"
#include "command/interrupt.h"
#include "command/open.h"
#include "meta/backup.h"
#include "meta/server_file.h"
#include "os/file.h"
#include "os/lockinfo.h"
#include "project/warehouse_map.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

/* Holes of a file that are worth a word. */
enum { MUCH_FREE_PERCENT = 30, MUCH_FREE_BYTES = 4 * 1000 * 1000 };

typedef struct Patient {
    Doctor *d;
    Project *project;
    Str path;
    Session *session;
    Arena *a;
} Patient;

static uint64_t size_of(Str path) {
    uint64_t bytes = 0;
    Err ignored = {0};
    return file_size(path.at, &bytes, &ignored) ? bytes : 0;
}

/* ---- inside a file ---- */

static bool look_at_storage(Patient *x, Err *err) {
    Str version = {0};
    Human free_text, bytes_text;
    AUTO_PTR(Result)
    r = session_query(x->session,
                      STR("SELECT d.tags['storage_version'], s.block_size * s.total_blocks, s.block_size * "
                          "s.free_blocks FROM duckdb_databases() d JOIN pragma_database_size() s USING "
                          "(database_name) WHERE database_name = current_database()"),
                      err);
    if (!r || !result_next(r)) return false;
    (void)result_text(r, 0, x->a, &version);
    uint64_t all = (uint64_t)result_i64(r, 1), holes = (uint64_t)result_i64(r, 2);
    bool much = holes >= MUCH_FREE_BYTES && holes * 100 >= all * MUCH_FREE_PERCENT;
    Str text = arena_printf(x->a, STR_FMT ": storage version " STR_FMT ", %s of %s unused", STR_ARG(path_name(x->path)),
                            STR_ARG(version), human_bytes(free_text, holes), human_bytes(bytes_text, all));
    doctor_tell(x->d, much ? NOTED : FINE, "storage", text, much ? STR("pond compact") : (Str){0});
    return true;
}

static int64_t count(Patient *x, const char *sql) {
    Err ignored = {0};
    AUTO_PTR(Result) r = session_query(x->session, str_of(sql), &ignored);
    return r && result_next(r) ? result_i64(r, 0) : 0; /* a file without _pond has none */
}

/* What loads have left to be done; counted once for each kind. */
static void look_at_pond(Patient *x) {
    int64_t left = count(x, "SELECT count(*) FROM _pond.leftovers"),
            bad = count(x, "SELECT count(*) FROM _pond.rejects");
    if (left)
        doctor_tell(x->d, NOTED, "loads",
                    arena_printf(x->a,
                                 "%lld table%s of loads that did not end: the next run of the same state id removes %s",
                                 (long long)left, left == 1 ? "" : "s", left == 1 ? "it" : "them"),
                    STR("pond run"));
    if (bad)
        doctor_tell(x->d, NOTED, "rejects", arena_printf(x->a, "%lld records were rejected", (long long)bad),
                    STR("pond sql \"from _pond.rejects\""));
}

static bool read_table(Patient *x, Str schema, Str name, Err *err) {
    AUTO_PTR(Result)
    r = session_queryf(x->session, err, "SELECT sum(hash(\"pond row\")) FROM %s AS \"pond row\"",
                       sql_table(x->a, schema, name));
    return r != NULL || err_context(err, STR_FMT "." STR_FMT, STR_ARG(schema), STR_ARG(name));
}

/* Reading checks every block's checksum. */
static bool look_deep(Patient *x, Err *err) {
    Str schema, name;
    AUTO_PTR(Result)
    r = session_query(x->session,
                      STR("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = "
                          "current_database() AND NOT internal ORDER BY ALL"),
                      err);
    if (!r) return false;
    while (result_next(r)) {
        if (cancel_level(x->d->cmd->cancel) != CANCEL_NONE) return err_set(err, ERR_CANCELED, "stopped");
        if (!result_text(r, 0, x->a, &schema) || !result_text(r, 1, x->a, &name)) continue;
        if (!read_table(x, schema, name, err)) return false;
    }
    uint64_t tables = result_rows(r);
    doctor_tell(
        x->d, FINE, "tables",
        arena_printf(x->a, "all rows of %llu table%s can be read", (unsigned long long)tables, tables == 1 ? "" : "s"),
        (Str){0});
    return true;
}

static bool look_inside(Patient *x, Err *err) {
    Cmd *cmd = x->d->cmd;
    AUTO_PTR(Warehouse) w = open_project_file(cmd, x->project, x->path, OPEN_READ, err);
    AUTO_PTR(Session) s = w ? session_open(w, err) : NULL;
    AUTO(Interrupt) interrupt = {0};
    x->session = s;
    if (!s || !interrupt_start(&interrupt, s, cmd->cancel, err) || !look_at_storage(x, err)) return false;
    look_at_pond(x);
    return !cmd_flag(cmd, "deep") || look_deep(x, err);
}

/* ---- around a file ---- */

static void look_at_leftovers(Patient *x) {
    static const struct {
        const char *ending, *mend;
    } leftovers[] = {
        {".compacting", "pond compact"}, {".before-compact", "pond compact"}, {".restoring", "pond restore BACKUP"}};
    for (size_t i = 0; i < ARRAY_LEN(leftovers); i++) {
        Str path = arena_printf(x->a, STR_FMT "%s", STR_ARG(x->path), leftovers[i].ending);
        if (path_exists(path.at))
            doctor_tell(x->d, NOTED, "left over",
                        arena_printf(x->a, STR_FMT ": of a pond that was killed", STR_ARG(path)),
                        str_of(leftovers[i].mend));
    }
}

static void look_at_file(Doctor *d, Project *p, const MappedFile *file) {
    Arena *a = d->cmd->arena;
    Err error = {0};
    Human size, log;
    LockHolder holder;
    Patient x = {.d = d, .project = p, .path = file->path, .a = a};
    bool there = path_exists(file->path.at), denied = there && !path_is_writable(file->path.at);
    uint64_t log_bytes = size_of(arena_printf(a, STR_FMT ".wal", STR_ARG(file->path)));
    Str text = arena_printf(a, STR_FMT " -> " STR_FMT ", %s%s%s%s", STR_ARG(file->who), STR_ARG(file->path),
                            there ? human_bytes(size, size_of(file->path)) : "not there yet", log_bytes ? ", log " : "",
                            log_bytes ? human_bytes(log, log_bytes) : "", denied ? ", this user may only read it" : "");
    if (file->warehouse) text = arena_printf(a, "project, by " STR_FMT, STR_ARG(text));
    else if (!str_equal(file->environment, p->environment))
        text = arena_printf(a, "environment " STR_FMT ": " STR_FMT, STR_ARG(file->environment), STR_ARG(text));
    doctor_tell(d, there && !denied ? FINE : NOTED, "warehouse", text, (Str){0});
    if (!there) return;
    look_at_leftovers(&x);
    if (lock_holder(file->path.at, &holder)) {
        doctor_tell(d, NOTED, "lock", arena_printf(a, "held by pid %d: %s", (int)holder.pid, holder.command), (Str){0});
        return;
    }
    if (!look_inside(&x, &error)) doctor_tell_error(d, "warehouse", &error);
}

/* ---- the rest ---- */

static void look_at_meta(Doctor *d, const Project *p) {
    Err error = {0};
    Human size;
    Str path = project_folder_path(p, STR("pond.db"));
    if (!path_exists(path.at)) return;
    if (!meta_check(path.at, &error)) {
        err_hint(&error, "pond restore BACKUP (pond backup --list)");
        doctor_tell_error(d, "pond.db", &error);
        return;
    }
    Str text = arena_printf(d->cmd->arena, STR_FMT ", %s, whole", STR_ARG(path), human_bytes(size, size_of(path)));
    doctor_tell(d, FINE, "pond.db", text, (Str){0});
}

static void look_at_backups(Doctor *d, const Project *p, bool any) {
    AUTO(Backups) all = {0};
    Err error = {0};
    if (!backup_list(d->cmd->arena, project_folder_path(p, STR("backups")), p->root, &all, &error)) {
        doctor_tell_error(d, "backups", &error);
    } else if (all.len) {
        Str text = arena_printf(d->cmd->arena, "%zu, the newest of " STR_FMT, all.len, STR_ARG(vec_last(&all).made_at));
        doctor_tell(d, FINE, "backups", text, (Str){0});
    } else if (any) {
        doctor_tell(d, NOTED, "backups", STR("none in .pond/backups"), STR("pond backup"));
    }
}

static void look_at_server(Doctor *d, const Project *p) {
    Arena *a = d->cmd->arena;
    ServerFile server;
    Err ignored = {0};
    const char *folder = project_folder_path(p, STR("run")).at;
    if (!server_is_up(folder) || !server_file_read(folder, a, &server, &ignored)) {
        doctor_tell(d, FINE, "server", STR("down"), (Str){0});
        return;
    }
    Str text = arena_printf(a, "up, engine %d, %u restart%s", (int)server.engine, server.restarts,
                            server.restarts == 1 ? "" : "s");
    if (server.restarts)
        text = arena_printf(a, STR_FMT ", the last because of: " STR_FMT, STR_ARG(text), STR_ARG(server.last_end));
    doctor_tell(d, server.engine && !server.restarts ? FINE : NOTED, "server", text, (Str){0});
}

/* Of a file that several name the inside is looked at once. */
static bool is_first(const WarehouseMap *map, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (str_equal(map->at[k].path, map->at[i].path)) return false;
    return true;
}

static void tell_namer(Doctor *d, const MappedFile *file) {
    Arena *a = d->cmd->arena;
    Str text = arena_printf(a, STR_FMT " -> " STR_FMT, STR_ARG(file->who), STR_ARG(file->path));
    doctor_tell(d, FINE, "warehouse", text, (Str){0});
}

void doctor_warehouses(Doctor *d, Project *p) {
    Err error = {0};
    WarehouseMap map = {0};
    AUTO(StrVec) broken = {0};
    bool any = false;
    ProjectOptions options = {.env = d->cmd->env, .env_file = cmd_text(d->cmd, "env-file")};
    if (!warehouse_map_read(p, &options, &map, &broken, &error)) doctor_tell_error(d, "warehouse", &error);
    for (size_t i = 0; i < map.len; i++) {
        any |= path_exists(map.at[i].path.at);
        if (is_first(&map, i)) look_at_file(d, p, &map.at[i]);
        else tell_namer(d, &map.at[i]);
    }
    for (size_t i = 0; i < broken.len; i++) doctor_tell(d, WRONG, "warehouse", broken.at[i], (Str){0});
    if (map.len) doctor_disk(d, "disk", arena_str(p->arena, path_folder(map.at[0].path)));
    look_at_meta(d, p);
    look_at_backups(d, p, any);
    look_at_server(d, p);
    vec_release(&map);
}

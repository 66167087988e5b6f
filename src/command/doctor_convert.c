/* pond doctor --convert: what must hold before, the order of the steps, and the change of the two files at the end. */
#include "command/doctor_convert.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "command/convert_export.h"
#include "command/convert_import.h"
#include "command/human.h"
#include "os/file.h"
#include "os/lockinfo.h"

enum { FOLDER_MODE = 0700, ROOM = 3 /* times the file: Parquet, the new file, what DuckDB puts aside */ };

typedef struct Conversion {
    Cmd *cmd;
    Str path;    /* the file, no symbolic link */
    Str version; /* that wrote it: "v2.0.0" */
    uint64_t bytes;
    Str folder; /* FILE.converting, ours while the lock is held */
    Fd lock;
    Str made; /* the new file */
    Str kept; /* where the old one is in the end */
    Converted figures;
} Conversion;

static void say(Conversion *c, const char *format, ...) PRINTF_LIKE(2, 3);
static void say(Conversion *c, const char *format, ...) {
    AUTO(Buf) text = {0};
    Err ignored = {0};
    Out *out = cmd_json(c->cmd) ? c->cmd->err : c->cmd->out;
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    out_printf(out, STR_FMT "\n", STR_ARG(buf_str(&text)));
    (void)!out_flush(out, &ignored);
}

/* ---- before ---- */

static bool find_file(Conversion *c, Str file, Err *err) {
    Str path = cmd_path(c->cmd, file);
    char *real = realpath(path.at, NULL);
    if (!real) {
        err_errno(err, errno, "cannot convert \"" STR_FMT "\"", STR_ARG(path));
        if (errno == ENOENT) err->code = ERR_NOT_FOUND;
        return false;
    }
    c->path = arena_str(c->cmd->arena, str_of(real));
    free(real);
    return file_size(c->path.at, &c->bytes, err);
}

/* Also one who only reads: what it will read next must not be another file. */
static bool check_free(const Conversion *c, Err *err) {
    LockHolder holder;
    if (!lock_holder(c->path.at, &holder)) return true;
    err_set(err, ERR_LOCKED, "\"" STR_FMT "\" is in use by %s (pid %d)", STR_ARG(c->path),
            holder.program[0] ? holder.program : "another process", (int)holder.pid);
    return err_hint(err, "end that one, or wait for it");
}

/* A release: what PyPI can have. */
static bool is_release(Str version) {
    Str rest = str_slice(version, 1, version.len), part;
    uint64_t number;
    size_t parts = 0;
    if (!str_starts(version, STR("v"))) return false;
    for (; str_cut(&rest, '.', &part); parts++)
        if (!part.len || part.at[0] == '+' || !str_to_u64(part, &number)) return false;
    return parts == 3;
}

/* That our DuckDB refuses the file, and for its version. */
static bool check_refused(Conversion *c, Err *err) {
    Err refusal = {0};
    WarehouseOptions options = {.path = c->path, .library = cmd_env(c->cmd, STR("POND_LIBDUCKDB")), .read_only = true};
    Warehouse *w = warehouse_open(&options, &refusal);
    if (w) {
        warehouse_close(w);
        return err_set(err, ERR_INPUT, "nothing to convert: DuckDB %s opens \"" STR_FMT "\"", POND_DUCKDB_VERSION,
                       STR_ARG(c->path));
    }
    if (refusal.code != ERR_UNSUPPORTED) {
        *err = refusal;
        return false;
    }
    c->version = warehouse_file_version(c->cmd->arena, c->path.at);
    if (is_release(c->version)) return true;
    err_set(err, ERR_UNSUPPORTED, "\"" STR_FMT "\" was written by DuckDB \"" STR_FMT "\", which is no release",
            STR_ARG(c->path), STR_ARG(c->version));
    return err_hint(err, "EXPORT DATABASE by that DuckDB, then IMPORT DATABASE by DuckDB %s", POND_DUCKDB_VERSION);
}

static bool check_room(const Conversion *c, Err *err) {
    uint64_t bytes;
    Human there, needed;
    Str folder = arena_str(c->cmd->arena, path_folder(c->path));
    if (!disk_free(folder.at, &bytes, err)) return false;
    if (bytes / ROOM >= c->bytes) return true;
    return err_set(err, ERR_DISK, "%s free at \"" STR_FMT "\", converting wants %s", human_bytes(there, bytes),
                   STR_ARG(folder), human_bytes(needed, c->bytes * ROOM));
}

/* ---- the folder ---- */

static bool empty_folder(Conversion *c, Err *err) {
    AUTO(StrVec) names = {0};
    if (!dir_list(c->cmd->arena, c->folder.at, &names, err)) return false;
    for (size_t i = 0; i < names.len; i++)
        if (!remove_tree(path_join(c->cmd->arena, c->folder, names.at[i]).at, err)) return false;
    return true;
}

/* The lock ends with the process, whatever way; what is in the folder then is a leftover. */
static bool lock_folder(Conversion *c, Err *err) {
    struct stat mine, there;
    if (!dir_make(c->folder.at, FOLDER_MODE, err)) return false;
    c->lock = open(c->folder.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (c->lock < 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(c->folder));
    bool ours = flock(c->lock, LOCK_EX | LOCK_NB) == 0 && fstat(c->lock, &mine) == 0 &&
                stat(c->folder.at, &there) == 0 && mine.st_ino == there.st_ino;
    if (ours) return empty_folder(c, err);
    fd_close(&c->lock);
    return err_set(err, ERR_LOCKED, "another pond converts \"" STR_FMT "\"", STR_ARG(c->path));
}

static void remove_folder(Conversion *c) {
    Err ignored = {0};
    if (c->lock < 0) return;
    (void)!remove_tree(c->folder.at, &ignored);
    fd_close(&c->lock);
}

/* ---- the change ---- */

/* Owner and mode as the old file has them; all of it on disk, and nothing of it in a log beside it. */
static bool finish_new(const Conversion *c, Err *err) {
    struct stat old;
    Str log = arena_printf(c->cmd->arena, STR_FMT ".wal", STR_ARG(c->made));
    if (path_exists(log.at)) return err_set(err, ERR_INTERNAL, "the new file has a log");
    if (stat(c->path.at, &old) != 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(c->path));
    if (old.st_uid != geteuid() || old.st_gid != getegid()) (void)!chown(c->made.at, old.st_uid, old.st_gid);
    if (chmod(c->made.at, old.st_mode & 07777) != 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(c->made));
    return path_sync(c->made.at, err);
}

/* A second name for the old file: FILE.v2.0.0, or FILE.v2.0.0.1 when that is an older one. One that a killed pond made is
 * taken. */
static bool keep_old(Conversion *c, Err *err) {
    enum { TRIES = 1000 };
    struct stat old, there;
    if (stat(c->path.at, &old) != 0) return err_errno(err, errno, "\"" STR_FMT "\"", STR_ARG(c->path));
    for (int i = 0; i < TRIES; i++) {
        c->kept = arena_printf(c->cmd->arena, STR_FMT "." STR_FMT, STR_ARG(c->path), STR_ARG(c->version));
        if (i) c->kept = arena_printf(c->cmd->arena, STR_FMT ".%d", STR_ARG(c->kept), i);
        if (link(c->path.at, c->kept.at) == 0) return true;
        if (errno != EEXIST) break;
        if (lstat(c->kept.at, &there) == 0 && there.st_dev == old.st_dev && there.st_ino == old.st_ino) return true;
    }
    bool links = errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS;
    err_errno(err, errno, "cannot keep the old file as \"" STR_FMT "\"", STR_ARG(c->kept));
    return links ? false : err_hint(err, "this file system has no hard links: convert a copy on another");
}

static bool change_files(Conversion *c, Exporter *exporter, Err *err) {
    Str folder = arena_str(c->cmd->arena, path_folder(c->path));
    if (!finish_new(c, err) || !exporter_holds(exporter, err) || !keep_old(c, err)) return false;
    crash_point("convert_kept");
    if (!path_sync(folder.at, err)) return false;
    if (rename(c->made.at, c->path.at) != 0) {
        err_errno(err, errno, "cannot rename \"" STR_FMT "\"", STR_ARG(c->made));
        unlink(c->kept.at);
        return false;
    }
    crash_point("convert_changed");
    return path_sync(folder.at, err);
}

/* ---- the steps ---- */

static void say_making(void *context, Str path) {
    Conversion *c = context;
    say(c, "installing duckdb==" STR_FMT " into " STR_FMT, STR_ARG(str_slice(c->version, 1, STR_NONE)), STR_ARG(path));
}

/* The new file has the old one's name in a folder of its own: views that say the database's name find it. Where a schema is
 * called so, too, the database steps back. */
static Str new_path(const Conversion *c, const Node *what, Str folder) {
    const Node *clash = node_get_c(what, "clash");
    bool other = node_is(clash, NODE_BOOL) && clash->truth;
    return path_join(c->cmd->arena, folder, other ? STR("pond converting.duckdb") : path_name(c->path));
}

static bool make_new(Conversion *c, Exporter *exporter, Err *err) {
    Arena *a = c->cmd->arena;
    Str python, data = path_join(a, c->folder, STR("data")), fresh = path_join(a, c->folder, STR("new"));
    Node *what;
    Human size;
    if (!convert_python(c->cmd, str_slice(c->version, 1, STR_NONE), c->folder, say_making, c, &python, err))
        return false;
    if (!dir_make(data.at, FOLDER_MODE, err) || !dir_make(fresh.at, FOLDER_MODE, err)) return false;
    say(c, "exporting %s by DuckDB " STR_FMT, human_bytes(size, c->bytes), STR_ARG(c->version));
    if (!convert_export(c->cmd, python, c->path, data, exporter, &what, err)) return false;
    crash_point("convert_exported");
    c->made = new_path(c, what, fresh);
    say(c, "importing and comparing by DuckDB %s", POND_DUCKDB_VERSION);
    if (!convert_import(c->cmd, what, data, c->made, &c->figures, err)) return false;
    crash_point("convert_made");
    return true;
}

static void tell_end(Conversion *c, int64_t us) {
    char took[TIME_TEXT];
    Human rows;
    Arena *a = c->cmd->arena;
    if (!cmd_json(c->cmd)) {
        say(c, "converted " STR_FMT ": %zu table%s, %s row%s%s, " STR_FMT, STR_ARG(c->path), c->figures.tables,
            c->figures.tables == 1 ? "" : "s", human_count(rows, c->figures.rows), c->figures.rows == 1 ? "" : "s",
            c->figures.hashed ? "" : " (counted, not compared)", STR_ARG(duration_format(us, took)));
        say(c, "the old file is " STR_FMT, STR_ARG(c->kept));
        return;
    }
    Node *n = node_new(a, NODE_MAP);
    node_put(a, n, STR("file"), node_string(a, c->path));
    node_put(a, n, STR("old_file"), node_string(a, c->kept));
    node_put(a, n, STR("from"), node_string(a, c->version));
    node_put(a, n, STR("to"), node_string(a, STR(POND_DUCKDB_VERSION)));
    node_put(a, n, STR("tables"), node_i64(a, (int64_t)c->figures.tables));
    node_put(a, n, STR("rows"), node_i64(a, (int64_t)c->figures.rows));
    node_put(a, n, STR("compared"), node_bool(a, c->figures.hashed));
    node_put(a, n, STR("seconds"), node_number(a, arena_printf(a, "%.3f", (double)us / (double)US_PER_SECOND)));
    cmd_print_json(c->cmd, n);
}

static bool convert(Conversion *c, Err *err) {
    int64_t begin = clock_us();
    AUTO(Exporter) exporter = {0};
    if (!check_room(c, err)) return false;
    bool made = make_new(c, &exporter, err);
    if (!made && err->code != ERR_CANCELED) {
        err_context(err, "cannot convert \"" STR_FMT "\"", STR_ARG(c->path));
        if (err->code == ERR_UNSUPPORTED)
            err_hint(err, "nothing was changed; mend that by DuckDB " STR_FMT, STR_ARG(c->version));
    }
    if (!made || !change_files(c, &exporter, err)) return false;
    tell_end(c, clock_us() - begin);
    return true;
}

bool doctor_convert(Cmd *cmd, Str file, Err *err) {
    Conversion c = {.cmd = cmd, .lock = -1};
    if (!find_file(&c, file, err) || !check_free(&c, err)) return false;
    c.folder = arena_printf(cmd->arena, STR_FMT ".converting", STR_ARG(c.path));
    bool left = path_exists(c.folder.at), wanted = check_refused(&c, err);
    /* A killed pond may have come as far as the new file. */
    if (!wanted && !left) return false;
    bool ok = lock_folder(&c, wanted ? err : &(Err){0}) && wanted && convert(&c, err);
    remove_folder(&c);
    return ok;
}

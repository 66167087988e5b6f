/* Opening and closing the file: options, limits, and errors a user can act on. */
#include "base/buf.h"
#include "os/io.h"
#include "os/machine.h"
#include "os/path.h"
#include "warehouse/internal.h"
#include "warehouse/result.h"
#include "warehouse/torn.h"

#include <fcntl.h>
#include <sys/stat.h>

/* Measured (docs/performance.md): what DuckDB needs for two narrow tables' workers, and to commit a column of a wide one; the same
 * when staged rows replace others; to keep a column that was begun since the last checkpoint; how often it holds a long text at
 * once. */
enum { MB = 1000 * 1000, LOADER_LIMIT_MB = 64, WIDE_MB = 20, COLUMN_KB = 1000, MERGE_MB = 32, MERGE_COLUMN_KB = 1100 };
enum { BEGUN_KB = 30, LINE_COPIES = 3, VECTOR_ROWS = 2048, WORKER_COLUMN_KB = 1000 };

Str database_name_of(Arena *a, Str path) {
    static const char *const reserved[] = {"main", "temp", "system"};
    if (str_is(path, ":memory:")) return STR("memory");
    Str name = path_name(path);
    while (str_starts(name, STR("."))) name = str_slice(name, 1, name.len);
    name = str_slice(name, 0, MIN(str_find(name, '.'), name.len));
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (str_is(name, reserved[i])) return arena_printf(a, "%s_db", reserved[i]);
    return name;
}

/* A share of the machine: DuckDB's own memory is 1.3 times its limit at worst. */
uint64_t warehouse_memory_share(void) {
    return machine_memory() / 100 * 35;
}

/* 64 MB for two workers. */
static uint64_t loader_base(void) {
    return (uint64_t)LOADER_LIMIT_MB * MB * MAX(machine_cores() / 2, 1u);
}

static bool set_option(Warehouse *w, duckdb_config config, Err *err, const char *name, Str value) {
    AUTO(Buf) text = {0};
    buf_append(&text, value);
    if (w->duck->set_config(config, name, buf_c(&text)) == DuckDBSuccess) return true;
    return err_set(err, ERR_CONFIG, "DuckDB does not accept %s = \"%s\"", name, buf_c(&text));
}

static bool set_options(Warehouse *w, duckdb_config config, const WarehouseOptions *o, Err *err) {
    Arena *a = &w->arena;
    const struct {
        const char *name;
        Str value;
    } options[] = {
        {"access_mode", o->read_only ? STR("READ_ONLY") : STR("AUTOMATIC")},
        {"threads", arena_printf(a, "%u", w->threads_now)},
        {"memory_limit", arena_printf(a, "%lluB", (unsigned long long)w->memory_limit)},
        {"preserve_insertion_order", STR("false")},
        {"autoinstall_known_extensions", STR("false")},
        {"checkpoint_threshold", STR("128MB")},
        {"allocator_flush_threshold", STR("1MB")}, /* else the allocator keeps up to 128 MB that DuckDB freed */
        {"allocator_bulk_deallocation_flush_threshold", o->loader ? STR("1MB") : STR("8MB")}, /* queries are faster */
    };
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (!set_option(w, config, err, options[i].name, options[i].value)) return false;
    if (o->newest_storage && !set_option(w, config, err, "storage_compatibility_version", STR("latest"))) return false;
    return !o->temp_directory.len || set_option(w, config, err, "temp_directory", o->temp_directory);
}

/* The text between two marks of a message, empty when they are not there. */
static Str between(Str s, Str from, Str to) {
    size_t a = str_find_str(s, from);
    if (a == STR_NONE) return (Str){0};
    s = str_slice(s, a + from.len, s.len);
    size_t b = str_find_str(s, to);
    return b == STR_NONE ? (Str){0} : str_slice(s, 0, b);
}

/* The header, as DuckDB 1.5 and 2.0 write it: checksum, "DUCK", storage version, flags, then the version of the program as text
 * in a field of 32 bytes. */
enum { HEADER_BYTES = 84, MAGIC_AT = 8, VERSION_AT = 52 };

Str warehouse_file_version(Arena *a, const char *path) {
    char header[HEADER_BYTES] = {0};
    Err ignored = {0};
    AUTO(Fd) fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || io_read(fd, header, sizeof header, UNTIL_DONE, &ignored) != HEADER_BYTES) return (Str){0};
    if (memcmp(header + MAGIC_AT, "DUCK", 4) != 0) return (Str){0};
    size_t n = 0;
    while (VERSION_AT + n < HEADER_BYTES && header[VERSION_AT + n] > ' ' && header[VERSION_AT + n] <= '~') n++;
    return arena_str(a, (Str){header + VERSION_AT, n});
}

static bool version_error(Warehouse *w, Str text, Err *err) {
    /* DuckDB refused the file and closed it, so no lock of this process is lost by opening it. */
    Str made = warehouse_file_version(&w->arena, w->path.at);
    if (!made.len) made = between(text, STR("created with DuckDB version "), STR("."));
    err_set(err, ERR_UNSUPPORTED,
            "warehouse \"" STR_FMT "\" was written by DuckDB " STR_FMT "; this pond has DuckDB %s", STR_ARG(w->path),
            STR_ARG(made.len ? made : STR("of another version")), POND_DUCKDB_VERSION);
    return err_hint(err, "convert it: pond doctor --convert \"" STR_FMT "\"", STR_ARG(w->path));
}

static bool data_file_error(const Warehouse *w, Err *err) {
    err_set(err, ERR_CONFIG, "\"" STR_FMT "\" is a data file, not a DuckDB warehouse", STR_ARG(w->path));
    return err_hint(err, "give the warehouse a path of its own, such as warehouse.duckdb");
}

static bool denied_error(const Warehouse *w, Err *err) {
    AUTO(Arena) scratch = {0};
    if (path_exists(w->path.at)) {
        err_set(err, ERR_DISK, "cannot open warehouse \"" STR_FMT "\": this user may not read and write it",
                STR_ARG(w->path));
        return err_hint(err, "ls -l \"" STR_FMT "\" shows whose it is; chmod u+rw mends its mode", STR_ARG(w->path));
    }
    const char *folder = arena_c(&scratch, path_folder(w->path));
    err_set(err, ERR_DISK, "cannot make warehouse \"" STR_FMT "\": this user may not write in its folder",
            STR_ARG(w->path));
    return err_hint(err, "ls -ld \"%s\" shows whose that is; chmod u+rwx mends its mode", folder);
}

/* Turns DuckDB's refusal to open a file into what the user should know and do. */
static bool open_error(Warehouse *w, const char *message, Err *err) {
    Str text = str_of(message);
    if (str_find_str(text, STR("Could not set lock on file")) != STR_NONE) {
        Str program = between(text, STR("held in "), STR(" (PID "));
        Str pid = between(text, STR("(PID "), STR(")"));
        size_t slash = str_find_last(program, '/');
        if (slash != STR_NONE) program = str_slice(program, slash + 1, program.len);
        err_set(err, ERR_LOCKED, "warehouse \"" STR_FMT "\" is in use by " STR_FMT " (pid " STR_FMT ")",
                STR_ARG(w->path), STR_ARG(program.len ? program : STR("another process")),
                STR_ARG(pid.len ? pid : STR("unknown")));
        return err_hint(err, "DuckDB lets one process write: end that one, or wait for it");
    }
    if (str_find_str(text, STR("version number")) != STR_NONE) return version_error(w, text, err);
    Str folder = path_folder(w->path);
    AUTO(Arena) scratch = {0};
    if (!path_is_dir(arena_c(&scratch, folder))) {
        err_set(err, ERR_NOT_FOUND, "cannot make warehouse \"" STR_FMT "\": its folder does not exist",
                STR_ARG(w->path));
        return err_hint(err, "mkdir -p \"" STR_FMT "\"", STR_ARG(folder));
    }
    if (str_find_str(text, STR("in-memory database in read-only mode")) != STR_NONE) return data_file_error(w, err);
    if (str_find_str(text, STR("Permission denied")) != STR_NONE) return denied_error(w, err);
    bool disk = str_find_str(text, STR("No space left")) != STR_NONE ||
                str_find_str(text, STR("Read-only file system")) != STR_NONE;
    err_set(err, disk ? ERR_DISK : ERR_IO, "cannot open warehouse \"" STR_FMT "\": %s", STR_ARG(w->path), message);
    (void)damage_hint(w, err);
    return false;
}

/* DuckDB looks at the file twice to see what it is, and closing it drops the guard's lock too: another program could get the file. With
 * the kind in front it is opened once. */
static Str path_to_open(Warehouse *w) {
    static const Str kind = STR_INIT("duckdb:");
    bool plain = w->guard < 0 || str_find_str(w->path, kind) != STR_NONE;
    return plain ? w->path : arena_printf(&w->arena, STR_FMT STR_FMT, STR_ARG(kind), STR_ARG(w->path));
}

/* Two checkpoints were killed, and the log of the second goes on in another file. DuckDB 1.5 joins the two, then minds the first one's mark
 * in what it made. What it made is whole: no checkpoint has succeeded since, so the mark tells it to replay all of it (pull request 24260
 * takes the mark out). */
static bool log_was_joined(const char *message) {
    return strstr(message, "checkpoint WAL cannot contain a checkpoint marker") != NULL;
}

static bool open_once(Warehouse *w, duckdb_config config, char **message) {
    w->duck->free(*message);
    *message = NULL;
    return w->duck->open_ext(path_to_open(w).at, &w->database, config, message) == DuckDBSuccess;
}

static bool open_database(Warehouse *w, const WarehouseOptions *o, Err *err) {
    duckdb_config config;
    char *message = NULL;
    BUG_ON(w->duck->create_config(&config) != DuckDBSuccess);
    bool ok = set_options(w, config, o, err);
    if (ok && !open_once(w, config, &message) &&
        !(message && log_was_joined(message) && open_once(w, config, &message)))
        ok = open_error(w, message ? message : "unknown reason", err);
    w->duck->free(message);
    w->duck->destroy_config(&config);
    return ok;
}

/* As an option of the open it is shown and has no effect (DuckDB 1.5.5). */
static bool limit_disk(Warehouse *w, duckdb_connection connection, Err *err) {
    uint64_t bytes = w->options.temp_limit ? w->options.temp_limit : WAREHOUSE_TEMP_LIMIT;
    AUTO(Buf) sql = {0};
    duckdb_result result;
    buf_printf(&sql, "SET max_temp_directory_size = '%lluB'", (unsigned long long)bytes);
    if (w->duck->query(connection, buf_c(&sql), &result) != DuckDBSuccess)
        return duck_result_error(w->duck, &result, err);
    w->duck->destroy_result(&result);
    return true;
}

static bool prepare_database(Warehouse *w, Err *err) {
    duckdb_connection connection;
    if (w->duck->connect(w->database, &connection) != DuckDBSuccess)
        return err_set(err, ERR_INTERNAL, "cannot connect to the warehouse \"" STR_FMT "\"", STR_ARG(w->path));
    bool ok = chunk_source_register(w, connection, err) && live_register(w, connection, err) &&
              neighbour_register(w, connection, err) && limit_disk(w, connection, err);
    w->duck->disconnect(&connection);
    return ok;
}

/* As DuckDB calls it. It takes a path that ends like a data file's (CSV, Parquet, JSON) for one to look at, in a database in memory;
 * opening it read-only has failed before. */
static bool learn_name(Warehouse *w, Err *err) {
    if (str_is(w->path, ":memory:")) return true;
    AUTO_PTR(Session) s = session_open(w, err);
    if (!s) return false;
    AUTO_PTR(Result)
    files = session_query(
        s, STR("SELECT database_name FROM duckdb_databases() WHERE path IS NOT NULL AND NOT internal"), err);
    if (!files) return false;
    return (result_next(files) && result_text(files, 0, &w->arena, &w->name)) || data_file_error(w, err);
}

static void remember_file(Warehouse *w) {
    struct stat file;
    bool there = !str_is(w->path, ":memory:") && stat(w->path.at, &file) == 0;
    w->device = there ? file.st_dev : 0;
    w->inode = there ? file.st_ino : 0;
}

static bool make_beside(Warehouse *w, Err *err) {
    if (!w->on_open) return true;
    AUTO_PTR(Session) s = gate_session(w, err);
    return s && w->on_open(w->on_open_context, s, err);
}

bool database_open(Warehouse *w, Err *err) {
    if (!open_database(w, &w->options, err)) return false;
    remember_file(w);
    if (prepare_database(w, err) && make_beside(w, err)) return true;
    database_close(w);
    return false;
}

void database_close(Warehouse *w) {
    if (w->database) w->duck->close(&w->database);
    w->database = NULL;
    fd_close(&w->guard);
}

static Warehouse *new_warehouse(const WarehouseOptions *o, const DuckdbApi *duck) {
    Warehouse *w = calloc(1, sizeof *w);
    BUG_ON(!w);
    w->duck = duck;
    w->guard = -1;
    w->path = arena_str(&w->arena, o->path);
    w->name = arena_str(&w->arena, database_name_of(&w->arena, o->path));
    w->options = *o;
    w->options.path = w->path;
    w->options.library = arena_str(&w->arena, o->library);
    w->options.temp_directory = arena_str(&w->arena, o->temp_directory);
    w->loader = o->loader && !o->memory_limit;
    w->threads = w->threads_now = o->threads ? o->threads : machine_cores();
    w->memory_limit = o->memory_limit ? o->memory_limit : o->loader ? loader_base() : warehouse_memory_share();
    pthread_mutex_init(&w->lock, NULL);
    mutex_init(&w->gate.lock);
    cond_init(&w->gate.changed);
    mutex_init(&w->table_locks.lock);
    cond_init(&w->table_locks.changed);
    return w;
}

Warehouse *warehouse_open(const WarehouseOptions *o, Err *err) {
    bool ours = false;
    Warehouse *shared = o->pool ? pool_find(o, &ours, err) : NULL;
    if (ours) return shared;
    const DuckdbApi *duck = duckdb_api_load(o->library, err);
    if (!duck) return NULL;
    Warehouse *w = new_warehouse(o, duck);
    if (!str_is(w->path, ":memory:")) w->mended = torn_mend(w->path.at);
    if (database_open(w, err) && learn_name(w, err)) return w;
    warehouse_close(w);
    return NULL;
}

void warehouse_close(Warehouse *w) {
    if (w->pool) {
        pool_give_back(w);
        return;
    }
    database_close(w);
    BUG_ON(w->sources || w->gate.sessions);
    pthread_mutex_destroy(&w->lock);
    cond_release(&w->gate.changed);
    mutex_release(&w->gate.lock);
    BUG_ON(w->table_locks.writers);
    cond_release(&w->table_locks.changed);
    mutex_release(&w->table_locks.lock);
    arena_release(&w->arena);
    free(w);
}

bool warehouse_on_open(Warehouse *w, bool (*body)(void *context, Session *s, Err *err), void *context, Err *err) {
    if (w->on_open) return true;
    w->on_open = body;
    w->on_open_context = context;
    if (make_beside(w, err)) return true;
    w->on_open = NULL;
    return false;
}

Str warehouse_name(const Warehouse *w) {
    return w->name;
}

Str warehouse_path(const Warehouse *w) {
    return w->path;
}

bool warehouse_is_shared(const Warehouse *w) {
    return w->pool;
}

unsigned warehouse_mended(const Warehouse *w) {
    return w->pool && !w->guest ? 0 : w->mended; /* a server's own was told of when it began */
}

/* What long texts need: DuckDB holds those of a whole vector at once when it writes a table. */
static uint64_t text_memory(const LoaderNeeds *needs) {
    uint64_t vector = MIN((uint64_t)needs->line * VECTOR_ROWS, needs->long_bytes);
    return MAX((uint64_t)needs->line * LINE_COPIES, vector / 4 * 5);
}

/* The lock is held. */
static uint64_t loader_limit(const Warehouse *w) {
    const LoaderNeeds *needs = &w->needs;
    uint64_t column = needs->merges ? MERGE_COLUMN_KB : COLUMN_KB, base = loader_base();
    bool much = needs->merges && w->threads_now > 1; /* one thread: a slow tap, whose rows come in small portions */
    uint64_t narrow = base + (much ? (uint64_t)MERGE_MB * MB : 0);
    uint64_t wide = (uint64_t)WIDE_MB * MB + needs->columns * column * 1000;
    uint64_t begun = (uint64_t)needs->columns_begun * BEGUN_KB * 1000;
    uint64_t limit = MAX(narrow, wide) + begun + text_memory(needs);
    return MAX(MIN(limit, warehouse_memory_share()), base);
}

static bool set_loader_limit(Warehouse *w, uint64_t limit, Err *err) {
    AUTO_PTR(Session) s = session_open(w, err);
    return s && session_exec(s, err, "SET memory_limit = '%lluB'", (unsigned long long)limit);
}

bool warehouse_need(Warehouse *w, LoaderNeeds needs, Err *err) {
    pthread_mutex_lock(&w->lock);
    w->needs.columns = MAX(w->needs.columns, needs.columns);
    w->needs.columns_begun = MAX(w->needs.columns_begun, needs.columns_begun);
    w->needs.merges |= needs.merges;
    w->needs.line = MAX(w->needs.line, needs.line);
    w->needs.long_bytes = MAX(w->needs.long_bytes, needs.long_bytes);
    uint64_t limit = loader_limit(w);
    bool raise = w->loader && limit > w->memory_limit;
    bool wide = w->loader && w->threads_now > warehouse_workers(w, w->needs.columns);
    if (raise) w->memory_limit = limit;
    pthread_mutex_unlock(&w->lock);
    return (!raise || set_loader_limit(w, limit, err)) && (!wide || warehouse_use_threads(w, 0, err));
}

uint64_t warehouse_raised(Warehouse *w) {
    pthread_mutex_lock(&w->lock);
    uint64_t raised = w->loader ? w->memory_limit - loader_base() : 0;
    pthread_mutex_unlock(&w->lock);
    return raised;
}

unsigned warehouse_workers(const Warehouse *w, size_t columns) {
    uint64_t of_one = (uint64_t)MAX(columns, (size_t)1) * WORKER_COLUMN_KB * 1000;
    uint64_t fit = MAX(w->loader ? loader_base() / of_one : UINT64_MAX, UINT64_C(1));
    return (unsigned)MIN((uint64_t)machine_cores(), fit);
}

bool warehouse_use_threads(Warehouse *w, unsigned threads, Err *err) {
    pthread_mutex_lock(&w->lock);
    unsigned wanted = MIN(threads ? threads : w->threads, warehouse_workers(w, w->needs.columns));
    bool change = !w->keeps_threads && wanted != w->threads_now;
    if (change) w->threads_now = wanted;
    pthread_mutex_unlock(&w->lock);
    if (!change) return true;
    AUTO_PTR(Session) s = session_open(w, err);
    return s && session_exec(s, err, "SET threads = %u", wanted);
}

void warehouse_keep(Warehouse *w, Str setting) {
    pthread_mutex_lock(&w->lock);
    if (str_equal_nocase(setting, STR("memory_limit")) || str_equal_nocase(setting, STR("max_memory")))
        w->loader = false;
    if (str_equal_nocase(setting, STR("threads")) || str_equal_nocase(setting, STR("worker_threads")))
        w->keeps_threads = true;
    pthread_mutex_unlock(&w->lock);
}

/* Others' transactions may be in the way; DuckDB tries again by itself when its log has grown. */
static bool checkpoint_shared(Session *s) {
    Err ignored = {0};
    (void)!session_exec(s, &ignored, "CHECKPOINT");
    return true;
}

bool warehouse_checkpoint(Warehouse *w, Err *err) {
    AUTO_PTR(Session) s = session_open(w, err);
    if (!s) return false;
    if (w->pool) return checkpoint_shared(s);
    if (!session_exec(s, err, "CHECKPOINT")) return false;
    pthread_mutex_lock(&w->lock);
    bool loader = w->loader;
    w->needs.columns_begun = 0;
    uint64_t limit = loader_limit(w);
    if (loader) w->memory_limit = limit;
    pthread_mutex_unlock(&w->lock);
    return !loader || session_exec(s, err, "SET memory_limit = '%lluB'", (unsigned long long)limit);
}

bool warehouse_library_version(Str library, Arena *a, Str *ret, Err *err) {
    const DuckdbApi *duck = duckdb_api_load(library, err);
    if (!duck) return false;
    Str version = str_of(duck->library_version());
    *ret = arena_str(a, str_starts(version, STR("v")) ? str_slice(version, 1, version.len) : version);
    return true;
}

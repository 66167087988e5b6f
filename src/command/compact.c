/* pond compact: everything is copied into a new file, which then takes the place of the old one, while the warehouse is served. */
#include "base/crash.h"
#include "base/time.h"
#include "command/all.h"
#include "command/human.h"
#include "command/interrupt.h"
#include "command/open.h"
#include "os/file.h"
#include "project/settings.h"
#include "warehouse/copy.h"
#include "warehouse/gate.h"
#include "warehouse/replace.h"
#include "warehouse/result.h"

enum { ROOM = 64 * 1000 * 1000, VERIFY_MEMORY = 256 * 1000 * 1000 };

typedef struct Compacting {
    Cmd *cmd;
    Warehouse *w;
    Str fresh, old;
    int64_t patience_us;
    uint64_t before, after, log_before; /* bytes; the first two of the file and its log */
    uint64_t tables, rows;
    int64_t began_us, writers_us, readers_us; /* readers: when the gate was shut */
    bool replaced;
} Compacting;

static uint64_t size_of(Str path) {
    uint64_t bytes = 0;
    Err ignored = {0};
    return file_size(path.at, &bytes, &ignored) ? bytes : 0;
}

/* The file and its log. */
static uint64_t bytes_of(const Compacting *c) {
    return size_of(warehouse_path(c->w)) + warehouse_log_bytes(c->w);
}

/* What the blocks in use take; the copy takes no more. */
static bool used_bytes(Session *s, uint64_t *ret, Err *err) {
    AUTO_PTR(Result)
    r = session_query(s,
                      STR("SELECT block_size * used_blocks FROM pragma_database_size() WHERE database_name = "
                          "current_database()"),
                      err);
    if (!r) return false;
    *ret = result_next(r) ? (uint64_t)result_i64(r, 0) : 0;
    return true;
}

static bool check_room(Compacting *c, Session *s, Err *err) {
    Human there, wanted;
    uint64_t used, available;
    Str folder = arena_str(c->cmd->arena, path_folder(c->fresh));
    if (!used_bytes(s, &used, err) || !disk_free(folder.at, &available, err)) return false;
    used += warehouse_log_bytes(c->w) + ROOM;
    if (available >= used) return true;
    err_set(err, ERR_DISK, "%s free at \"" STR_FMT "\", the new file wants up to %s beside the old one",
            human_bytes(there, available), STR_ARG(folder), human_bytes(wanted, used));
    return err_hint(err, "make room; pond backup --keep N removes old backups");
}

static bool copy(Compacting *c, WarehouseSums *sums, Err *err) {
    Err ignored = {0};
    Cancel *cancel = c->cmd->cancel;
    if (!warehouse_fresh_remove(c->w, err)) return false;
    AUTO_PTR(Session) s = gate_session(c->w, err);
    AUTO(Interrupt) interrupt = {0};
    if (!s || !check_room(c, s, err) || !interrupt_start(&interrupt, s, cancel, err)) return false;
    /* Readers may be in its way; then the log is copied from, too. */
    (void)!session_exec(s, &ignored, "CHECKPOINT");
    c->log_before = warehouse_log_bytes(c->w);
    /* Rows that only the log had take whole blocks of the file now, as they will in the new one. */
    c->before = MAX(c->before, bytes_of(c));
    return warehouse_copy(s, c->fresh, sums, cancel, err);
}

static bool verify(Compacting *c, const WarehouseSums *sums, Err *err) {
    WarehouseOptions options = {.path = c->fresh,
                                .library = cmd_env(c->cmd, STR("POND_LIBDUCKDB")),
                                .read_only = true,
                                .memory_limit = VERIFY_MEMORY};
    AUTO_PTR(Warehouse) w = warehouse_open(&options, err);
    AUTO_PTR(Session) s = w ? session_open(w, err) : NULL;
    AUTO(Interrupt) interrupt = {0};
    return s && interrupt_start(&interrupt, s, c->cmd->cancel, err) &&
           warehouse_copy_verify(s, sums, c->cmd->cancel, err);
}

static bool make_fresh(Compacting *c, Err *err) {
    AUTO(WarehouseSums) sums = {0};
    if (!copy(c, &sums, err) || !verify(c, &sums, err)) return false;
    c->tables = sums.tables.len;
    c->rows = sums.rows;
    crash_point("compact_copied");
    return true;
}

static GateOrder order_of(const Compacting *c, GateLevel level) {
    return (GateOrder){
        .level = level,
        .why = "it is being compacted",
        .deadline_us = deadline_in(c->patience_us),
        .cancel = c->cmd->cancel,
    };
}

/* Nobody who writes is inside. The end of it nobody at all is. */
static bool replace(Compacting *c, Err *err) {
    if (!make_fresh(c, err)) return false;
    GateOrder order = order_of(c, GATE_SHUT);
    c->readers_us = clock_us();
    if (!gate_shut(c->w, &order, err)) return false;
    /* Something wrote that did not look like it, such as a macro that takes numbers from a sequence. */
    if (warehouse_log_bytes(c->w) != c->log_before && !make_fresh(c, err)) return false;
    Replaced replaced = warehouse_replace(c->w, c->fresh, c->cmd->arena, &c->old, err);
    c->replaced = replaced == REPLACED;
    return c->replaced;
}

static bool compact(Compacting *c, Err *err) {
    Err ignored = {0};
    GateOrder order = order_of(c, GATE_READERS);
    if (!gate_close(c->w, &order, err)) return false;
    c->writers_us = clock_us();
    bool ok = replace(c, err);
    if (!ok) (void)!warehouse_fresh_remove(c->w, &ignored);
    gate_open(c->w);
    int64_t now = clock_us();
    c->writers_us = now - c->writers_us;
    c->readers_us = now - c->readers_us;
    return ok;
}

static Node *seconds(Arena *a, int64_t us) {
    return node_number(a, arena_printf(a, "%.3f", (double)us / (double)US_PER_SECOND));
}

static void tell_json(const Compacting *c, int64_t us) {
    Arena *a = c->cmd->arena;
    Node *n = node_new(a, NODE_MAP);
    node_put(a, n, STR("file"), node_string(a, warehouse_path(c->w)));
    node_put(a, n, STR("bytes_before"), node_i64(a, (int64_t)c->before));
    node_put(a, n, STR("bytes_after"), node_i64(a, (int64_t)c->after));
    node_put(a, n, STR("tables"), node_i64(a, (int64_t)c->tables));
    node_put(a, n, STR("rows"), node_i64(a, (int64_t)c->rows));
    node_put(a, n, STR("seconds"), seconds(a, us));
    node_put(a, n, STR("writers_waited"), seconds(a, c->writers_us));
    node_put(a, n, STR("readers_waited"), seconds(a, c->readers_us));
    cmd_print_json(c->cmd, n);
}

static void tell(const Compacting *c) {
    Human before, after, rows;
    char took[TIME_TEXT], writers[TIME_TEXT], readers[TIME_TEXT];
    int64_t us = clock_us() - c->began_us;
    if (c->old.len)
        cmd_warn(c->cmd,
                 "a foreign program has the old file, now \"" STR_FMT "\": what it writes is not in the warehouse",
                 STR_ARG(c->old));
    if (cmd_json(c->cmd)) {
        tell_json(c, us);
        return;
    }
    out_styled(c->cmd->out, STYLE_GREEN, "compacted");
    out_printf(c->cmd->out, " " STR_FMT ": %s -> %s, %s rows in " STR_FMT "\n", STR_ARG(warehouse_path(c->w)),
               human_bytes(before, c->before), human_bytes(after, c->after), human_count(rows, c->rows),
               STR_ARG(duration_format(us, took)));
    if (warehouse_is_shared(c->w))
        out_printf(c->cmd->out, "writers waited " STR_FMT ", readers " STR_FMT "\n",
                   STR_ARG(duration_format(c->writers_us, writers)), STR_ARG(duration_format(c->readers_us, readers)));
}

static bool read_patience(Cmd *cmd, Project *p, int64_t *ret, Err *err) {
    Str text;
    Settings *s = settings_of_project(p, err);
    if (cmd_given(cmd, "timeout")) {
        *ret = (int64_t)MIN(cmd_number(cmd, "timeout"), UINT32_MAX) * US_PER_SECOND;
        return true;
    }
    if (!s || !settings_get_text(s, STR("pond.limits.drain_timeout"), &text, err)) return false;
    return duration_parse(text, ret) ||
           err_set(err, ERR_CONFIG, "pond.limits.drain_timeout: \"" STR_FMT "\" is no time", STR_ARG(text));
}

static bool find_file(Cmd *cmd, Project *p, Str *ret, Err *err) {
    WarehousePath file;
    Str asked = cmd_text(cmd, "database");
    if (asked.len) {
        *ret = cmd_path(cmd, asked);
        return warehouse_path_check(asked, err) &&
               (path_exists(ret->at) || err_set(err, ERR_NOT_FOUND, STR_FMT " does not exist", STR_ARG(*ret)));
    }
    if (!project_warehouse(p, &file, err)) return false;
    *ret = file.path;
    if (path_exists(ret->at)) return true;
    err_set(err, ERR_NOT_FOUND, "there is no warehouse \"" STR_FMT "\" yet", STR_ARG(*ret));
    return err_hint(err, "pond run TAP TARGET loads something into it");
}

static bool compact_run(Cmd *cmd, Err *err) {
    Compacting c = {.cmd = cmd, .began_us = clock_us()};
    Str path;
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p || !read_patience(cmd, p, &c.patience_us, err) || !find_file(cmd, p, &path, err)) return false;
    AUTO_PTR(Warehouse) w = open_project_file(cmd, p, path, OPEN_WRITE, err);
    c.w = w;
    if (!w || !warehouse_fresh_path(w, cmd->arena, &c.fresh, err)) return false;
    c.before = bytes_of(&c);
    if (!compact(&c, err)) return false;
    c.after = bytes_of(&c);
    tell(&c);
    return true;
}

static const Option options[] = {
    {.name = "timeout",
     .kind = OPTION_NUMBER,
     .argument = "SECONDS",
     .help = "how long open transactions may go on before they are ended [pond.limits.drain_timeout]"},
    {.name = "database",
     .letter = 'd',
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .help = "a DuckDB file instead of the project's warehouse"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .help = "how it is written [text]"},
    {0},
};

const Command command_compact = {
    .name = "compact",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "make the warehouse file small again, while it is served",
    .details =
        "  Deletes and updates leave holes: 10 % upserts a day double a file in a month. Everything is copied into a\n"
        "  new file; who writes waits meanwhile, who reads only for the moment of the change at its end.\n",
    .options = options,
    .run = compact_run,
    .warehouse = true,
};

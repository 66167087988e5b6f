/* pond sql: statements on the project's warehouse; the rows of each as a table, CSV, JSON or JSON lines, those
 * of one as a file of these or Parquet. */
#include "command/all.h"
#include "command/interrupt.h"
#include "command/open.h"
#include "command/sql_neighbours.h"
#include "command/sql_output.h"
#include "os/file.h"
#include "project/warehouse_path.h"
#include "sql/guard.h"
#include "warehouse/live.h"
#include "warehouse/reads.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

enum { QUERY_LIMIT = 64 * 1024 * 1024 };

static bool read_query(Cmd *cmd, Str *ret, Err *err) {
    Str file = cmd_text(cmd, "file");
    if (file.len && cmd_words(cmd)) return err_set(err, ERR_USAGE, "sql: either QUERY or --file");
    if (file.len && !str_is(file, "-")) return file_read(cmd->arena, cmd_path(cmd, file).at, QUERY_LIMIT, ret, err);
    *ret = cmd_word(cmd, 0);
    if (cmd_words(cmd) && !str_is(*ret, "-")) return true;
    AUTO(Buf) text = {0};
    if (!io_read_all(cmd->in, QUERY_LIMIT, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, &text, err)) return false;
    *ret = arena_str(cmd->arena, buf_str(&text));
    return true;
}

/* What a connection is made ready with. */
typedef struct Asked {
    Cmd *cmd;
    Project *project; /* NULL: whatever file it is */
    Warehouse *warehouse;
    OpenMode mode;
    Str sql;
} Asked;

static Warehouse *open_asked(Asked *q, Err *err) {
    Cmd *cmd = q->cmd;
    Str path = cmd_text(cmd, "database");
    if (path.len && !warehouse_path_check(path, err)) return NULL;
    if (path.len) return open_warehouse_file(cmd, cmd_path(cmd, path), q->mode, err);
    q->project = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    return q->project ? open_warehouse(cmd, q->project, q->mode, err) : NULL;
}

/* A loader makes a schema for each tap: a table is found by its bare name in any of them, `main` first. Only for reading: a
 * view remembers the names as they were typed. */
static bool look_everywhere(Cmd *cmd, Session *s, Err *err) {
    Str path;
    AUTO_PTR(Result)
    r = session_queryf(s, err,
                       "SELECT string_agg('\"' || replace(schema_name, '\"', '\"\"') || '\"', ',' ORDER BY schema_name)"
                       " FROM duckdb_schemas() WHERE database_name = current_database() AND NOT internal"
                       " AND schema_name NOT IN ('main', '_pond')");
    if (!r) return false;
    if (!result_next(r) || !result_text(r, 0, cmd->arena, &path)) return true;
    path = arena_printf(cmd->arena, "main," STR_FMT, STR_ARG(path));
    return session_exec(s, err, "SET search_path = %s", sql_literal(cmd->arena, path));
}

static bool make_ready(void *context, Session *s, Err *err) {
    const Asked *q = context;
    static const LiveAnswers none = {0};
    bool attach = q->project && !q->cmd->pool;
    /* By it pond_neighbour knows who asks. */
    if (q->cmd->pool) session_answer(s, &none, NULL);
    return (!attach || sql_neighbours_attach(q->cmd, q->project, q->warehouse, s, q->sql, err)) &&
           (q->mode != OPEN_READ || look_everywhere(q->cmd, s, err));
}

static bool sql_run(Cmd *cmd, Err *err) {
    Str sql;
    if (!read_query(cmd, &sql, err)) return false;
    sql = str_trim(sql);
    if (!sql.len) {
        err_set(err, ERR_USAGE, "sql: no statement");
        return err_hint(err, "usage: pond sql QUERY, or statements on standard input");
    }
    Asked asked = {.cmd = cmd, .mode = sql_only_reads(sql) ? OPEN_READ : OPEN_WRITE, .sql = sql};
    AUTO_PTR(Warehouse) w = open_asked(&asked, err);
    if (!w) return false;
    asked.warehouse = w;
    AUTO_PTR(Session) s = session_open(w, err);
    AUTO(Interrupt) interrupt = {0};
    if (!s || !session_on_connect(s, make_ready, &asked, err)) return false;
    const SqlGuard guard = {.folder = cmd->cwd, .pool = cmd->pool};
    if (cmd->pool && !sql_guard_all(cmd->arena, sql, &guard, &sql, err)) return false;
    if (cmd->pool) sql = sql_neighbours_name(cmd, w, sql);
    return interrupt_start(&interrupt, s, cmd->cancel, err) && sql_output(cmd, s, sql, err);
}

static const Option options[] = {
    {.name = "file", .letter = 'f', .kind = OPTION_TEXT, .argument = "FILE", .help = "read the statements from FILE"},
    {.name = "format",
     .kind = OPTION_CHOICE,
     .argument = "table|csv|json|jsonl|parquet",
     .help = "how rows are written [table]"},
    {.name = "output",
     .letter = 'o',
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .help = "write the rows to FILE; its ending is the format"},
    {.name = "rows",
     .letter = 'n',
     .kind = OPTION_NUMBER,
     .argument = "N",
     .value = "40",
     .help = "rows of a table shown on a terminal, 0 for all"},
    {.name = "database",
     .letter = 'd',
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .help = "a DuckDB file instead of the project's warehouse"},
    {0},
};

const Command command_sql = {
    .name = "sql",
    .group = GROUP_WAREHOUSE,
    .words = "[QUERY]",
    .summary = "ask the warehouse; without QUERY the statements come from standard input",
    .details = "  pond sql \"select carrier, count(*) from flights group by all\"\n"
               "  pond sql \"from flights\" -o flights.parquet\n",
    .options = options,
    .run = sql_run,
    .warehouse = true,
};

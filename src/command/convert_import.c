/* The new file: statements, rows, comparison. */
#include "command/convert_import.h"

#include "base/crash.h"
#include "command/convert_export.h"
#include "command/interrupt.h"
#include "os/file.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

enum { HEAD_CHARS = 100 };

/* The beginning of a statement, on one line. */
static Str head(Arena *a, Str sql) {
    Str line = str_slice(sql, 0, str_find(sql, '\n'));
    if (line.len <= HEAD_CHARS) return line;
    line = str_slice(line, 0, HEAD_CHARS);
    while (line.len && ((unsigned char)line.at[line.len - 1] & 0xC0) == 0x80) line.len--; /* whole characters */
    return arena_printf(a, STR_FMT "...", STR_ARG(line));
}

static Str first_line(Arena *a, const char *message) {
    Str text = str_of(message);
    return arena_str(a, str_slice(text, 0, str_find(text, '\n')));
}

/* An interrupt between two statements ends none. */
static bool may_go_on(const Cmd *cmd, Err *err) {
    return cancel_level(cmd->cancel) == CANCEL_NONE || err_set(err, ERR_CANCELED, "converting was cancelled");
}

/* One round through what is left; *ret_left gets what failed, *ret_why a line for each. */
static bool run_round(Cmd *cmd, Session *s, const StrVec *sql, StrVec *ret_left, Buf *ret_why, Err *err) {
    for (size_t i = 0; i < sql->len; i++) {
        Err failure = {0};
        if (!may_go_on(cmd, err)) return false;
        if (session_exec_str(s, sql->at[i], &failure)) continue;
        if (failure.code == ERR_CANCELED || failure.code == ERR_DISK) {
            *err = failure;
            return false;
        }
        vec_push(ret_left, sql->at[i]);
        buf_printf(ret_why, "\n  " STR_FMT " -- " STR_FMT, STR_ARG(head(cmd->arena, sql->at[i])),
                   STR_ARG(first_line(cmd->arena, failure.msg)));
    }
    return true;
}

/* EXPORT DATABASE writes views by name (duckdb#22512): what fails is tried again behind the others. */
static bool run_statements(Cmd *cmd, Session *s, const Node *list, Err *err) {
    AUTO(StrVec) left = {0};
    for (size_t i = 0; list && i < list->len; i++) vec_push(&left, list->items[i]->text);
    while (left.len) {
        AUTO(StrVec) failed = {0};
        AUTO(Buf) why = {0};
        if (!run_round(cmd, s, &left, &failed, &why, err)) return false;
        if (failed.len == left.len)
            return err_set(err, ERR_UNSUPPORTED, "%zu not taken by DuckDB %s:%s", left.len, POND_DUCKDB_VERSION,
                           buf_c(&why));
        left.len = 0;
        for (size_t i = 0; i < failed.len; i++) vec_push(&left, failed.at[i]);
    }
    return true;
}

static bool fill_table(Cmd *cmd, Session *s, const Node *table, Err *err) {
    Str name = node_text(node_get_c(table, "name"));
    const char *file = sql_literal(cmd->arena, node_text(node_get_c(table, "file")));
    AUTO(Buf) sql = {0};
    buf_printf(&sql, "INSERT INTO " STR_FMT " (" STR_FMT ") SELECT " STR_FMT " FROM read_parquet(%s)", STR_ARG(name),
               STR_ARG(node_text(node_get_c(table, "columns"))), STR_ARG(node_text(node_get_c(table, "values"))), file);
    if (session_exec_str(s, buf_str(&sql), err)) return true;
    if (err->code != ERR_CANCELED && err->code != ERR_DISK) err->code = ERR_UNSUPPORTED;
    return err_context(err, "table " STR_FMT, STR_ARG(node_text(node_get_c(table, "title"))));
}

static bool compare_table(Cmd *cmd, Session *s, const Node *table, bool hashed, uint64_t *rows, Err *err) {
    Str sum = {0}, title = node_text(node_get_c(table, "title")), count = node_get_c(table, "rows")->text;
    Str there = node_text(node_get_c(table, "sum"));
    AUTO_PTR(Result)
    r = session_queryf(s, err, "SELECT count(*), " STR_FMT " FROM " STR_FMT,
                       STR_ARG(hashed ? arena_printf(cmd->arena, "sum(" STR_FMT ")::VARCHAR",
                                                     STR_ARG(node_text(node_get_c(table, "hashed"))))
                                      : STR("NULL")),
                       STR_ARG(node_text(node_get_c(table, "name"))));
    if (!r) return false;
    BUG_ON(!result_next(r));
    int64_t found = result_i64(r, 0), expected = -1;
    (void)str_to_i64(count, &expected);
    if (found != expected)
        return err_set(err, ERR_UNSUPPORTED, "table " STR_FMT ": %lld rows became %lld", STR_ARG(title),
                       (long long)expected, (long long)found);
    if (hashed && !result_text(r, 1, cmd->arena, &sum)) sum = (Str){0};
    if (hashed && !str_equal(sum, there))
        return err_set(err, ERR_UNSUPPORTED, "table " STR_FMT ": other values came out than went in", STR_ARG(title));
    *rows += (uint64_t)found;
    return true;
}

static bool hash_is_same(Cmd *cmd, Session *s, const Node *what, bool *ret, Err *err) {
    Str ours;
    AUTO_PTR(Result) r = session_query(s, STR("SELECT " CONVERT_PROBE "::VARCHAR"), err);
    if (!r) return false;
    *ret =
        result_next(r) && result_text(r, 0, cmd->arena, &ours) && str_equal(ours, node_text(node_get_c(what, "probe")));
    return true;
}

static bool fill_file(Cmd *cmd, Session *s, const Node *what, Converted *ret, Err *err) {
    const Node *tables = node_get_c(what, "tables");
    /* Rows stand in the new file as in the old one. */
    if (!session_exec(s, err, "SET preserve_insertion_order = true")) return false;
    if (!run_statements(cmd, s, node_get_c(what, "before"), err)) return false;
    for (size_t i = 0; i < tables->len; i++) {
        if (!may_go_on(cmd, err) || !fill_table(cmd, s, tables->items[i], err)) return false;
        crash_point("convert_table");
    }
    if (!run_statements(cmd, s, node_get_c(what, "after"), err)) return false;
    if (!hash_is_same(cmd, s, what, &ret->hashed, err)) return false;
    for (size_t i = 0; i < tables->len; i++)
        if (!may_go_on(cmd, err) || !compare_table(cmd, s, tables->items[i], ret->hashed, &ret->rows, err))
            return false;
    ret->tables = tables->len;
    return may_go_on(cmd, err);
}

static bool make_file(Cmd *cmd, const Node *what, const WarehouseOptions *options, Converted *ret, Err *err) {
    AUTO_PTR(Warehouse) w = warehouse_open(options, err);
    AUTO_PTR(Session) s = w ? session_open(w, err) : NULL;
    if (!s) return false;
    AUTO(Interrupt) interrupt = {0};
    *ret = (Converted){0};
    if (!interrupt_start(&interrupt, s, cmd->cancel, err) || !fill_file(cmd, s, what, ret, err)) return false;
    return session_exec(s, err, "CHECKPOINT");
}

/* As old a storage version as the objects allow: other programs shall read the file, too. */
bool convert_import(Cmd *cmd, const Node *what, Str folder, Str path, Converted *ret, Err *err) {
    Err failure = {0};
    WarehouseOptions options = {.path = path,
                                .library = cmd_env(cmd, STR("POND_LIBDUCKDB")),
                                .temp_directory = path_join(cmd->arena, folder, STR("tmp-new"))};
    if (make_file(cmd, what, &options, ret, &failure)) return true;
    options.newest_storage = str_find_str(str_of(failure.msg), STR("storage version")) != STR_NONE;
    Str log = arena_printf(cmd->arena, STR_FMT ".wal", STR_ARG(path));
    if (options.newest_storage)
        return file_remove(path.at, err) && file_remove(log.at, err) && make_file(cmd, what, &options, ret, err);
    *err = failure;
    return false;
}

/* Statements and transactions on one connection. */
#include "base/buf.h"
#include "warehouse/internal.h"

/* DuckDB's errors that mean more than "the statement is wrong", by the word their message begins with: of a statement that cannot be
 * prepared there is no other type. */
static const struct {
    const char *name;
    ErrCode code;
} error_codes[] = {
    {"Out of Memory", ERR_MEMORY},     {"TransactionContext", ERR_CONFLICT},
    {"INTERRUPT", ERR_CANCELED},       {"IO", ERR_IO},
    {"FATAL", ERR_INTERNAL},           {"INTERNAL", ERR_INTERNAL},
    {"Conversion", ERR_INPUT},         {"Constraint", ERR_INPUT},
    {"Out of Range", ERR_INPUT},       {"Not implemented", ERR_UNSUPPORTED},
    {"Missing Extension", ERR_CONFIG}, {"Catalog", ERR_NOT_FOUND},
};

static ErrCode error_code(Str message) {
    bool full = str_find_str(message, STR("No space left")) != STR_NONE ||
                str_find_str(message, STR("Read-only file system")) != STR_NONE;
    if (full) return ERR_DISK;
    Str name = str_slice(message, 0, str_find_str(message, STR(" Error: ")));
    for (size_t i = 0; i < ARRAY_LEN(error_codes); i++)
        if (str_is(name, error_codes[i].name)) return error_codes[i].code;
    return ERR_SQL;
}

bool duck_error(const char *message, Err *err) {
    Str text = str_trim(str_of(message ? message : "the statement failed"));
    return err_set(err, error_code(text), STR_FMT, STR_ARG(text));
}

bool duck_result_error(const DuckdbApi *duck, duckdb_result *result, Err *err) {
    duck_error(duck->result_error(result), err);
    duck->destroy_result(result);
    return false;
}

Session *session_open(Warehouse *w, Err *err) {
    duckdb_connection connection;
    if (w->duck->connect(w->database, &connection) != DuckDBSuccess)
        return err_set(err, ERR_INTERNAL, "cannot connect to the warehouse \"" STR_FMT "\"", STR_ARG(w->path)), NULL;
    Session *s = calloc(1, sizeof *s);
    BUG_ON(!s);
    *s = (Session){.warehouse = w, .connection = connection};
    return s;
}

void session_close(Session *s) {
    session_rollback(s);
    live_forget(s);
    s->warehouse->duck->disconnect(&s->connection);
    free(s);
}

Warehouse *session_warehouse(Session *s) {
    return s->warehouse;
}

/* *ret_rows: rows changed; may be NULL. */
static bool run(Session *s, const char *sql, uint64_t *ret_rows, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    BUG_ON(s->failed);
    duckdb_result result;
    if (duck->query(s->connection, sql, &result) != DuckDBSuccess) {
        s->failed = s->in_transaction;
        duck_result_error(duck, &result, err);
        return false;
    }
    if (ret_rows) *ret_rows = duck->rows_changed(&result);
    duck->destroy_result(&result);
    return true;
}

bool session_exec_str(Session *s, Str sql, Err *err) {
    AUTO(Buf) text = {0};
    buf_append(&text, sql);
    return run(s, buf_c(&text), NULL, err);
}

bool session_exec(Session *s, Err *err, const char *format, ...) {
    AUTO(Buf) text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    return run(s, buf_c(&text), NULL, err);
}

bool session_change(Session *s, uint64_t *ret_rows, Err *err, const char *format, ...) {
    AUTO(Buf) text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    return run(s, buf_c(&text), ret_rows, err);
}

bool session_begin(Session *s, Err *err) {
    BUG_ON(s->in_transaction);
    if (!run(s, "BEGIN TRANSACTION", NULL, err)) return false;
    s->in_transaction = true;
    return true;
}

bool session_commit(Session *s, Err *err) {
    BUG_ON(!s->in_transaction || s->failed);
    bool ok = run(s, "COMMIT", NULL, err);
    if (!ok) session_rollback(s);
    s->in_transaction = false;
    return ok;
}

void session_rollback(Session *s) {
    if (!s->in_transaction) return;
    duckdb_result result;
    s->warehouse->duck->query(s->connection, "ROLLBACK", &result);
    s->warehouse->duck->destroy_result(&result);
    s->in_transaction = s->failed = false;
}

void session_recover(Session *s) {
    s->failed = false;
}

bool session_in_transaction(const Session *s) {
    return s->in_transaction;
}

void session_interrupt(Session *s) {
    s->warehouse->duck->interrupt(s->connection);
}

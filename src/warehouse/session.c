/* Statements and transactions on one connection. */
#include "base/buf.h"
#include "os/file.h"
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

/* DuckDB's "Did you mean" names what sounds alike anywhere; what pond made for itself nobody meant. From *at to *end. */
static bool finds_own(Str text, size_t *ret_at, size_t *ret_end) {
    static const char *const own[] = {"\"pond_", ".pond_", "\"_pond", "._pond"};
    *ret_at = str_find_str(text, STR("\nDid you mean "));
    if (*ret_at == STR_NONE) return false;
    size_t line = str_find(str_slice(text, *ret_at + 1, text.len), '\n');
    *ret_end = line == STR_NONE ? text.len : *ret_at + 1 + line;
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        found |= str_find_str(str_slice(text, *ret_at, *ret_end), str_of(own[i])) != STR_NONE;
    return found;
}

bool duck_error(const char *message, Err *err) {
    size_t at, end;
    Str text = str_trim(str_of(message ? message : "the statement failed"));
    ErrCode code = error_code(text);
    if (code == ERR_CANCELED) text = STR("canceled"); /* who did it knows why */
    if (!finds_own(text, &at, &end)) return err_set(err, code, STR_FMT, STR_ARG(text));
    Str head = str_slice(text, 0, at), rest = str_slice(text, end, text.len);
    return err_set(err, code, STR_FMT STR_FMT, STR_ARG(head), STR_ARG(rest));
}

bool duck_result_error(const DuckdbApi *duck, duckdb_result *result, Err *err) {
    duck_error(duck->result_error(result), err);
    duck->destroy_result(result);
    return false;
}

bool damage_hint(const Warehouse *w, Err *err) {
    if (str_find_str(str_of(err->msg), STR("Corrupt database file")) == STR_NONE) return false;
    if (!path_is_writable(w->path.at))
        return err_hint(
            err, "a kill may have left a block half written: a pond of a user who may write the file mends that");
    return err_hint(err, "pond doctor --deep says what can be read, pond backup --list what pond restore can put back");
}

void session_explain(const Session *s, Err *err) {
    AUTO(Arena) a = {0};
    uint64_t bytes;
    Err ignored = {0};
    const char *folder = arena_c(&a, path_folder(s->warehouse->path));
    if (err->hint[0] || damage_hint(s->warehouse, err) || err->code != ERR_DISK) return;
    if (disk_free(folder, &bytes, &ignored))
        err_hint(err, "%.1f MB are free at \"%s\": make room there, such as by pond backup --keep N, then try again",
                 (double)bytes / 1e6, folder);
}

/* The connection is made by the first statement. */
Session *session_open(Warehouse *w, Err *err) {
    (void)err;
    Session *s = calloc(1, sizeof *s);
    BUG_ON(!s);
    *s = (Session){.warehouse = w};
    gate_add(s);
    return s;
}

void session_close(Session *s) {
    session_rollback(s);
    BUG_ON(s->uses || s->statements);
    live_forget(s);
    gate_remove(s);
    free(s);
}

bool session_on_connect(Session *s, bool (*body)(void *context, Session *s, Err *err), void *context, Err *err) {
    BUG_ON(s->on_connect || s->in_transaction);
    bool connected = s->connection != NULL;
    if (!connected) {
        s->on_connect = body;
        s->on_connect_context = context;
    }
    if (!gate_enter(s, false, err)) return false;
    bool ok = !connected || body(context, s, err);
    s->on_connect = body;
    s->on_connect_context = context;
    gate_leave(s);
    return ok;
}

void session_set_owner(Session *s, Cancel *owner) {
    Gate *g = &s->warehouse->gate;
    mutex_lock(&g->lock);
    s->owner = owner;
    mutex_unlock(&g->lock);
}

Warehouse *session_warehouse(Session *s) {
    return s->warehouse;
}

/* *ret_rows: rows changed; may be NULL. The caller has entered. */
static bool query(Session *s, const char *sql, uint64_t *ret_rows, Err *err) {
    const DuckdbApi *duck = s->warehouse->duck;
    duckdb_result result;
    if (duck->query(s->connection, sql, &result) != DuckDBSuccess) {
        s->failed = s->in_transaction;
        duck_result_error(duck, &result, err);
        session_explain(s, err);
        return false;
    }
    if (ret_rows) *ret_rows = duck->rows_changed(&result);
    duck->destroy_result(&result);
    return true;
}

static bool run(Session *s, const char *sql, uint64_t *ret_rows, Err *err) {
    BUG_ON(s->failed);
    if (!gate_enter_for(s, str_of(sql), err)) return false;
    s->ran = true;
    bool ok = query(s, sql, ret_rows, err);
    gate_leave(s);
    return ok;
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

static bool begin(Session *s, bool writes, Err *err) {
    BUG_ON(s->in_transaction);
    if (!gate_enter(s, writes, err)) return false;
    bool ok = query(s, "BEGIN TRANSACTION", NULL, err);
    s->in_transaction = ok;
    s->ran = false;
    gate_leave(s);
    return ok;
}

bool session_begin(Session *s, Err *err) {
    return begin(s, true, err);
}

bool session_begin_read(Session *s, Err *err) {
    return begin(s, false, err);
}

bool session_commit(Session *s, Err *err) {
    BUG_ON(!s->in_transaction || s->failed);
    bool ok = s->begin_again || query(s, "COMMIT", NULL, err);
    if (!ok) session_rollback(s);
    gate_transaction_ended(s);
    return ok;
}

void session_rollback(Session *s) {
    if (!s->in_transaction) return;
    duckdb_result result;
    if (!s->begin_again) {
        s->warehouse->duck->query(s->connection, "ROLLBACK", &result);
        s->warehouse->duck->destroy_result(&result);
    }
    gate_transaction_ended(s);
}

bool session_stay(Session *s, Err *err) {
    return gate_enter(s, true, err);
}

void session_stay_no_more(Session *s) {
    gate_leave(s);
}

void session_recover(Session *s) {
    s->failed = false;
}

bool session_in_transaction(const Session *s) {
    return s->in_transaction;
}

void session_interrupt(Session *s) {
    Gate *g = &s->warehouse->gate;
    mutex_lock(&g->lock);
    if (s->waiting) {
        s->interrupted = true;
        cond_broadcast(&g->changed);
    } else if (s->connection && (s->hold || s->exempt)) {
        gate_interrupt(s);
    }
    mutex_unlock(&g->lock);
}

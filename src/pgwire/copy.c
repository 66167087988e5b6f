/* The conversation of a COPY, and the statement that DuckDB runs for it. */
#include "pgwire/copy.h"

#include "os/path.h"
#include "os/temp_file.h"
#include "pgwire/copy_in.h"
#include "pgwire/copy_out.h"
#include "pgwire/session.h"
#include "sql/token.h"
#include "warehouse/disk.h"
#include "warehouse/table.h"

bool pg_is_copy(Str sql) {
    AUTO(Arena) a = {0};
    AUTO(CopyStatement) c = {0};
    Err wrong = {0};
    bool is;
    return !copy_statement_parse(&a, sql, &is, &c, &wrong) || is;
}

/* CopyInResponse, CopyOutResponse. */
static void announce(Wire *w, char type, const CopyStatement *c, size_t columns) {
    bool binary = c->format == COPY_BINARY;
    wire_begin(w, type);
    wire_put_byte(w, binary);
    wire_put_i16(w, (int16_t)columns);
    for (size_t i = 0; i < columns; i++) wire_put_i16(w, binary);
    wire_end(w);
}

static bool is_named(const StrVec *names, Str name) {
    for (size_t i = 0; i < names->len; i++)
        if (str_equal_nocase(names->at[i], name)) return true;
    return false;
}

/* ---- out ---- */

static bool send_all(PgSession *s, Statement *st, const CopyStatement *c, uint64_t *ret_rows, Err *err) {
    Wire *w = &s->wire;
    AUTO(CopyOut) out = {0};
    size_t count = statement_columns(st), rows;
    const Vector *values;
    CopyColumn *columns = arena_array(&s->arena, CopyColumn, count);
    if (!statement_start(st, err)) return false;
    for (size_t i = 0; i < count; i++) {
        const DataType *type = statement_column_type(st, i);
        columns[i] = (CopyColumn){
            .name = statement_column_name(st, i),
            .write = c->format == COPY_BINARY ? pg_binary_writer(type) : pg_text_writer(type),
            .force_quote = c->force_quote_all || is_named(&c->force_quote, statement_column_name(st, i)),
        };
    }
    announce(w, 'H', c, count);
    copy_out_init(&out, c, columns, count);
    copy_out_begin(w, &out);
    for (;;) {
        if (!statement_fetch(st, &values, &rows, err)) return false;
        if (!rows) break;
        for (size_t row = 0; row < rows; row++) {
            copy_out_row(w, &out, values, row);
            if (wire_flush_some(w)) continue;
            *err = w->failure;
            return false;
        }
        *ret_rows += rows;
    }
    copy_out_end(w, &out);
    return true;
}

static bool copy_to(PgSession *s, const CopyStatement *c, Str sql, uint64_t *ret_rows, Err *err) {
    Str query = c->query;
    if (!query.len)
        query = arena_printf(&s->arena, "SELECT " STR_FMT " FROM " STR_FMT,
                             STR_ARG(c->columns.len ? c->columns : STR("*")), STR_ARG(c->table));
    AUTO_PTR(Statement) st = pg_plan(s, query, err);
    if (!st) return false;
    if (!statement_columns(st)) return pg_error(err, "0A000", "COPY needs a query that gives rows");
    pg_statement_begin(s, sql);
    return pg_statement_end(s, send_all(s, st, c, ret_rows, err), err);
}

/* ---- in ---- */

/* Reads the client's data into the file, until it says that this is all. */
static bool receive(PgSession *s, CopyIn *in, TempFile *file, Err *err) {
    enum { WRITE_BYTES = 1024 * 1024 };
    AUTO(Buf) csv = {0};
    uint64_t at;
    for (;;) {
        char type;
        Str body;
        Until until = {NO_DEADLINE, s->wire.cancel, CANCEL_STOP};
        if (!wire_read(&s->wire, until, &type, &body, err)) return false;
        Fields f = fields_of(body);
        bool last = type == 'c';
        if (type == 'f') {
            Str why = field_text(&f);
            return pg_error(err, "57014", "COPY from stdin failed: " STR_FMT, STR_ARG(why));
        }
        if (type == 'd' && !copy_in_add(in, body, &csv, err)) return false;
        if (last && !copy_in_end(in, &csv, err)) return false;
        if (!last && type != 'd' && type != 'H' && type != 'S')
            return pg_error(err, "08P01", "unexpected message type 0x%02X during COPY from stdin", (unsigned char)type);
        if ((last || csv.len > WRITE_BYTES) && !temp_file_add(file, buf_str(&csv), &at, err)) return false;
        if (last || csv.len > WRITE_BYTES) buf_clear(&csv);
        if (last) return true;
    }
}

/* What DuckDB's CSV reader cannot make of PostgreSQL's text by itself: *ret_sql is the expression over the column. */
static const char *read_type(Arena *a, const DataType *type, Str name, Str *ret_sql) {
    AUTO(Buf) sql = {0};
    const char *column = sql_ident(a, name);
    data_type_sql(type, &sql);
    *ret_sql = str_of(column);
    if (type->id == DATA_BLOB) {
        *ret_sql = arena_printf(a, "CASE WHEN starts_with(%s, '\\x') THEN unhex(%s[3:]) ELSE encode(%s) END", column,
                                column, column);
        return "VARCHAR";
    }
    if (type->id == DATA_LIST || type->id == DATA_ARRAY) {
        *ret_sql = arena_printf(a, "CAST(replace(replace(%s, '{', '['), '}', ']') AS " STR_FMT ")", column,
                                STR_ARG(buf_str(&sql)));
        return "VARCHAR";
    }
    return arena_str(a, buf_str(&sql)).at;
}

static const char *character(Arena *a, char c) {
    return sql_literal(a, (Str){&c, 1});
}

static void put_names(Arena *a, const char *option, const StrVec *names, Buf *out) {
    if (!names->len) return;
    buf_printf(out, ", %s = [", option);
    for (size_t i = 0; i < names->len; i++) buf_printf(out, "%s%s", i ? ", " : "", sql_literal(a, names->at[i]));
    buf_put(out, ']');
}

/* INSERT ... SELECT ... FROM read_csv(the file). */
static void put_insert(PgSession *s, const CopyStatement *c, const Statement *table, int fd, Buf *out) {
    Arena *a = &s->arena;
    AUTO(Buf) types = {0};
    bool csv = c->format == COPY_CSV;
    buf_printf(out, "INSERT INTO " STR_FMT, STR_ARG(pg_rewrite(s, c->table)));
    if (c->columns.len) buf_printf(out, " (" STR_FMT ")", STR_ARG(c->columns));
    buf_append_c(out, " SELECT ");
    for (size_t i = 0; i < statement_columns(table); i++) {
        Str expression, name = statement_column_name(table, i);
        const char *type = read_type(a, statement_column_type(table, i), name, &expression);
        buf_printf(out, "%s" STR_FMT, i ? ", " : "", STR_ARG(expression));
        buf_printf(&types, "%s%s: %s", i ? ", " : "", sql_literal(a, name), sql_literal(a, str_of(type)));
    }
    buf_printf(
        out,
        " FROM read_csv('/proc/self/fd/%d', auto_detect = false, header = %s, delim = %s, quote = %s, escape = %s, "
        "nullstr = %s, allow_quoted_nulls = false, max_line_size = %d, columns = {" STR_FMT "}",
        fd, csv && c->header ? "true" : "false", character(a, csv ? c->delimiter : ','),
        character(a, csv ? c->quote : '"'), character(a, csv ? c->escape : '"'),
        sql_literal(a, csv ? c->null : (Str){0}), WIRE_MESSAGE_LIMIT, STR_ARG(buf_str(&types)));
    put_names(a, "force_not_null", &c->force_not_null, out);
    buf_put(out, ')');
}

static bool copy_from(PgSession *s, const CopyStatement *c, Str sql, uint64_t *ret_rows, Err *err) {
    Arena *a = &s->arena;
    if (pg_setting_is_on(s, "transaction_read_only"))
        return pg_error(err, "25006", "cannot execute COPY FROM in a read-only transaction");
    Str look = arena_printf(a, "SELECT " STR_FMT " FROM " STR_FMT " LIMIT 0",
                            STR_ARG(c->columns.len ? c->columns : STR("*")), STR_ARG(c->table));
    AUTO_PTR(Statement) table = pg_plan(s, look, err);
    AUTO(TempFile) file = TEMP_FILE_INIT;
    AUTO(CopyIn) in = {0};
    AUTO(Buf) insert = {0};
    if (!table) return false;
    if (!warehouse_check_disk(s->database_file, "COPY FROM does not begin", err)) return false;
    size_t columns = statement_columns(table);
    uint32_t *oids = arena_array(a, uint32_t, columns);
    for (size_t i = 0; i < columns; i++) oids[i] = pg_type_of(statement_column_type(table, i)).oid;
    Str folder = path_folder(warehouse_path(s->database_file));
    if (!temp_file_open(&file, arena_c(a, folder), err)) return false;
    copy_in_init(&in, c, oids, columns);
    announce(&s->wire, 'G', c, columns);
    if (!wire_flush(&s->wire)) {
        *err = s->wire.failure;
        return false;
    }
    if (!receive(s, &in, &file, err)) return false;
    if (!file.end) return true;
    put_insert(s, c, table, file.fd, &insert);
    pg_statement_begin(s, sql);
    s->serial++;
    s->writes++;
    s->planned = true;
    return pg_statement_end(s, session_change(s->db, ret_rows, err, STR_FMT, STR_ARG(buf_str(&insert))), err);
}

bool pg_copy(PgSession *s, Str sql, uint64_t *ret_rows, Err *err) {
    AUTO(CopyStatement) c = {0};
    bool is;
    *ret_rows = 0;
    if (!copy_statement_parse(&s->arena, sql, &is, &c, err)) return false;
    BUG_ON(!is);
    return c.from ? copy_from(s, &c, sql, ret_rows, err) : copy_to(s, &c, sql, ret_rows, err);
}

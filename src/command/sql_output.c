#include "command/sql_output.h"

#include "base/json.h"
#include "base/time.h"
#include "command/human.h"
#include "command/sql_table.h"
#include "os/file.h"
#include "warehouse/script.h"
#include "warehouse/table.h"

typedef enum SqlFormat { SQL_TABLE, SQL_CSV, SQL_JSON, SQL_JSONL, SQL_PARQUET } SqlFormat;

static const struct {
    const char *name;   /* --format, and a file's ending */
    const char *ending; /* another ending, or NULL */
    const char *copy;   /* options of DuckDB's COPY ... TO */
} formats[] = {
    [SQL_TABLE] = {"table", NULL, NULL},
    [SQL_CSV] = {"csv", NULL, "FORMAT csv, HEADER"},
    [SQL_JSON] = {"json", NULL, "FORMAT json, ARRAY true"},
    [SQL_JSONL] = {"jsonl", "ndjson", "FORMAT json"},
    [SQL_PARQUET] = {"parquet", NULL, "FORMAT parquet, COMPRESSION zstd"},
};

static bool format_named(Str name, SqlFormat *ret) {
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (!str_is(name, formats[i].name) && !(formats[i].ending && str_is(name, formats[i].ending))) continue;
        *ret = (SqlFormat)i;
        return true;
    }
    return false;
}

static bool choose_format(Cmd *cmd, SqlFormat *ret, Err *err) {
    Str named = cmd_text(cmd, "format"), output = cmd_text(cmd, "output");
    *ret = SQL_TABLE;
    if (named.len) {
        format_named(named, ret);
    } else if (output.len && !format_named(str_slice(path_extension(output), 1, STR_NONE), ret)) {
        return err_set(err, ERR_USAGE, "--output " STR_FMT ": give --format csv|json|jsonl|parquet", STR_ARG(output));
    }
    if (output.len && *ret == SQL_TABLE) return err_set(err, ERR_USAGE, "--output takes csv, json, jsonl or parquet");
    if (!output.len && *ret == SQL_PARQUET) return err_set(err, ERR_USAGE, "--format parquet needs --output FILE");
    return true;
}

/* DuckDB writes files itself: in parallel and without keeping the rows. */
static bool copy_to_file(Cmd *cmd, Session *s, Str sql, SqlFormat format, Err *err) {
    while (sql.len && (sql.at[sql.len - 1] == ';' || (unsigned char)sql.at[sql.len - 1] <= ' ')) sql.len--;
    Str path = cmd_path(cmd, cmd_text(cmd, "output"));
    uint64_t rows;
    int64_t begin = clock_us();
    if (!session_change(s, &rows, err, "COPY (" STR_FMT "\n) TO %s (%s)", STR_ARG(sql), sql_literal(cmd->arena, path),
                        formats[format].copy)) {
        return false;
    }
    Human count;
    char took[TIME_TEXT];
    out_styled(cmd->err, STYLE_DIM, "%s row%s to " STR_FMT " in %s\n", human_count(count, rows), rows == 1 ? "" : "s",
               STR_ARG(path), duration_format(clock_us() - begin, took).at);
    return true;
}

/* ---- CSV: as DuckDB writes it, NULL is nothing and an empty text is "" ---- */

static void csv_field(Out *out, Str text) {
    bool quote = text.len == 0;
    for (size_t i = 0; i < text.len && !quote; i++) quote = strchr(",\"\n\r", text.at[i]) != NULL;
    if (!quote) {
        out_str(out, text);
        return;
    }
    out_c(out, "\"");
    Str rest = text, part;
    for (bool first = true; str_cut(&rest, '"', &part); first = false) {
        if (!first) out_c(out, "\"\"");
        out_str(out, part);
    }
    out_c(out, "\"");
}

static void write_csv(Out *out, Result *r) {
    AUTO(Arena) arena = {0};
    for (size_t c = 0; c < result_columns(r); c++) {
        if (c) out_c(out, ",");
        csv_field(out, result_column_name(r, c));
    }
    out_c(out, "\n");
    while (result_next(r)) {
        arena_reset(&arena);
        for (size_t c = 0; c < result_columns(r); c++) {
            Str text;
            if (c) out_c(out, ",");
            if (result_text(r, c, &arena, &text)) csv_field(out, text);
        }
        out_c(out, "\n");
    }
}

/* ---- JSON ---- */

static bool is_json_number(Str text) {
    bool integer;
    const char *end = text.at + text.len;
    bool begins = text.len && (text.at[0] == '-' || (text.at[0] >= '0' && text.at[0] <= '9'));
    return begins && json_scan_number(text.at, end, &integer) == end && text.at[text.len - 1] != 'y';
}

static void json_value(Buf *out, const Result *r, size_t column, Arena *a) {
    Str text;
    if (!result_text(r, column, a, &text)) {
        buf_append_c(out, "null");
        return;
    }
    switch (result_column_kind(r, column)) {
    case VALUE_STRING: json_write_string(out, text); break;
    case VALUE_NUMBER: buf_append(out, is_json_number(text) ? text : STR("null")); break; /* nan, inf */
    case VALUE_BOOLEAN:
    case VALUE_JSON: buf_append(out, text); break;
    }
}

static void write_json(Out *out, Result *r, bool lines) {
    AUTO(Arena) arena = {0};
    AUTO(Buf) row = {0};
    bool first = true;
    if (!lines) out_c(out, "[");
    while (result_next(r)) {
        arena_reset(&arena);
        buf_clear(&row);
        buf_append_c(&row, lines ? "{" : first ? "\n  {" : ",\n  {");
        for (size_t c = 0; c < result_columns(r); c++) {
            if (c) buf_append_c(&row, ", ");
            json_write_string(&row, result_column_name(r, c));
            buf_append_c(&row, ": ");
            json_value(&row, r, c, &arena);
        }
        buf_append_c(&row, lines ? "}\n" : "}");
        out_str(out, buf_str(&row));
        first = false;
    }
    if (!lines) out_c(out, first ? "]\n" : "\n]\n");
}

static void say_changed(Cmd *cmd, uint64_t changed) {
    Human count;
    out_styled(cmd->err, STYLE_DIM, "%s row%s changed\n", human_count(count, changed), changed == 1 ? "" : "s");
}

static void write_rows(Cmd *cmd, Result *r, SqlFormat format) {
    switch (format) {
    case SQL_TABLE: sql_table_print(cmd->out, r, cmd->out->terminal ? cmd_number(cmd, "rows") : 0); break;
    case SQL_CSV: write_csv(cmd->out, r); break;
    case SQL_JSON: write_json(cmd->out, r, false); break;
    case SQL_JSONL: write_json(cmd->out, r, true); break;
    case SQL_PARQUET: BUG_ON(true); break;
    }
}

typedef struct Shown {
    size_t tables, changes;
} Shown;

/* At once: the next statement may take long. */
static bool show(Cmd *cmd, Result *r, SqlFormat format, Shown *shown, Err *err) {
    uint64_t changed = result_changed(r);
    if (result_is_rows(r)) {
        if (shown->tables++ && format == SQL_TABLE) out_c(cmd->out, "\n");
        write_rows(cmd, r, format);
    } else if (changed) {
        shown->changes++;
        say_changed(cmd, changed);
    }
    return out_flush(cmd->out, err) && out_flush(cmd->err, err);
}

/* As DuckDB's shell: the rows of each statement, in CSV with a head, in JSON as an array of their own. */
static bool run_script(Cmd *cmd, Session *s, Str sql, SqlFormat format, Err *err) {
    Shown shown = {0};
    AUTO_PTR(Script) script = script_open(s, sql, err);
    if (!script) return false;
    for (;;) {
        Result *next;
        if (cancel_level(cmd->cancel) >= CANCEL_STOP) return err_set(err, ERR_CANCELED, "canceled");
        if (!script_next(script, &next, err)) return false;
        if (!next) break;
        AUTO_PTR(Result) r = next;
        if (!show(cmd, r, format, &shown, err)) return false;
    }
    if (!shown.tables && !shown.changes) out_styled(cmd->err, STYLE_DIM, "done\n");
    return true;
}

bool sql_output(Cmd *cmd, Session *s, Str sql, Err *err) {
    SqlFormat format;
    if (!choose_format(cmd, &format, err)) return false;
    if (cmd_text(cmd, "output").len) return copy_to_file(cmd, s, sql, format, err);
    return run_script(cmd, s, sql, format, err);
}

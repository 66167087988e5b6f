#include "pgwire/explain.h"

#include "pgwire/rows.h"

void explain_describe(Wire *w) {
    wire_begin(w, 'T');
    wire_put_i16(w, 1);
    row_column(w, STR("QUERY PLAN"), (PgType){.oid = OID_TEXT, .size = -1, .modifier = -1}, false);
    wire_end(w);
}

static bool keep_line(Wire *scratch, Str line, RowStore *ret, Err *err) {
    buf_clear(&scratch->out);
    wire_begin(scratch, 'D');
    wire_put_i16(scratch, 1);
    wire_put_i32(scratch, (int32_t)line.len);
    wire_put_bytes(scratch, line);
    wire_end(scratch);
    return row_store_add(ret, buf_str(&scratch->out), err);
}

static bool keep_plan(Wire *scratch, Str plan, RowStore *ret, Err *err) {
    Str line;
    bool json = str_starts(plan, STR("[")) || str_starts(plan, STR("{"));
    if (json) return keep_line(scratch, plan, ret, err);
    while (str_cut(&plan, '\n', &line))
        if (!keep_line(scratch, line, ret, err)) return false;
    return true;
}

bool explain_keep(Statement *st, RowStore *ret, Err *err) {
    AUTO(Wire) scratch = {.fd = -1};
    AUTO(Buf) plan = {0};
    const Vector *columns;
    size_t last = statement_columns(st) - 1;
    for (size_t rows;;) {
        if (!statement_fetch(st, &columns, &rows, err)) return false;
        if (!rows) return true;
        for (size_t i = 0; i < rows; i++) {
            buf_clear(&plan);
            pg_text_writer(columns[last].type)(&columns[last], i, &plan);
            if (!keep_plan(&scratch, str_trim(buf_str(&plan)), ret, err)) return false;
        }
    }
}

/* Rows of a statement to the client. */
#include "pgwire/rows.h"

#include "pgwire/explain.h"
#include "pgwire/session.h"
#include "sql/names.h"
#include "sql/token.h"

static bool is_binary(const RowFormat *format, size_t column) {
    if (!format->format_count) return false;
    return format->formats[format->format_count == 1 ? 0 : column] == 1;
}

void row_format_bind(RowFormat *format, const Statement *st, Arena *a) {
    format->columns = statement_columns(st);
    PgWrite *writes = arena_array(a, PgWrite, format->columns);
    for (size_t i = 0; i < format->columns; i++) {
        const DataType *type = statement_column_type(st, i);
        writes[i] = is_binary(format, i) ? pg_binary_writer(type) : pg_text_writer(type);
    }
    format->writes = writes;
}

void row_column(Wire *w, Str name, PgType type, bool binary) {
    wire_put_text(w, name);
    wire_put_i32(w, 0); /* its table */
    wire_put_i16(w, 0); /* its column there */
    wire_put_i32(w, (int32_t)type.oid);
    wire_put_i16(w, type.size);
    wire_put_i32(w, type.modifier);
    wire_put_i16(w, binary);
}

void row_description(Wire *w, const Statement *st, const RowFormat *format, Str sql) {
    AUTO(Arena) arena = {0};
    if (statement_kind(st) == STATEMENT_EXPLAIN) {
        explain_describe(w);
        return;
    }
    size_t columns = statement_columns(st);
    Str *names = arena_array(&arena, Str, columns);
    sql_column_names(&arena, sql, columns, names);
    wire_begin(w, columns ? 'T' : 'n');
    if (columns) wire_put_i16(w, (int16_t)columns);
    for (size_t i = 0; i < columns; i++) {
        row_column(w, names[i].len ? names[i] : statement_column_name(st, i), pg_type_of(statement_column_type(st, i)),
                   is_binary(format, i));
    }
    wire_end(w);
}

void row_put(Wire *w, const Vector *columns, const RowFormat *format, size_t row) {
    wire_begin(w, 'D');
    wire_put_i16(w, (int16_t)format->columns);
    for (size_t i = 0; i < format->columns; i++) {
        size_t at = w->out.len;
        bool null = columns[i].type->id == DATA_NULL || vector_is_null(&columns[i], row);
        wire_put_i32(w, -1);
        if (null) continue;
        format->writes[i](&columns[i], row, &w->out);
        put_be32(w->out.at + at, (uint32_t)(w->out.len - at - 4));
    }
    wire_end(w);
}

enum { MESSAGE_HEAD = 5 };

static size_t message_bytes(Str bytes) {
    uint32_t len;
    memcpy(&len, bytes.at + 1, sizeof len);
    return 1 + (size_t)__builtin_bswap32(len);
}

void row_put_kept(Wire *w, Str both, const RowFormat *format) {
    size_t text_bytes = message_bytes(both);
    Str text = str_slice(both, 0, text_bytes), binary = str_slice(both, text_bytes, both.len);
    bool all = format->format_count <= 1;
    if (all) {
        wire_put_bytes(w, format->format_count && format->formats[0] == 1 ? binary : text);
        return;
    }
    Fields t = fields_of(str_slice(text, MESSAGE_HEAD, text.len)),
           b = fields_of(str_slice(binary, MESSAGE_HEAD, binary.len));
    size_t columns = (size_t)field_i16(&t);
    (void)field_i16(&b);
    wire_begin(w, 'D');
    wire_put_i16(w, (int16_t)columns);
    for (size_t i = 0; i < columns; i++) {
        int32_t text_len = field_i32(&t), binary_len = field_i32(&b);
        Str in_text = text_len < 0 ? (Str){0} : field_bytes(&t, text_len);
        Str in_binary = binary_len < 0 ? (Str){0} : field_bytes(&b, binary_len);
        bool second = is_binary(format, i);
        wire_put_i32(w, second ? binary_len : text_len);
        wire_put_bytes(w, second ? in_binary : in_text);
    }
    wire_end(w);
}

bool row_format_check(const RowFormat *format, size_t columns, Err *err) {
    if (format->format_count <= 1 || format->format_count == columns) return true;
    return pg_error(err, "08P01", "bind message has %zu result formats but query has %zu columns", format->format_count,
                    columns);
}

void pg_complete_tag(Wire *w, Str tag) {
    wire_begin(w, 'C');
    wire_put_text(w, tag);
    wire_end(w);
}

Str pg_tag(Arena *a, Str sql) {
    static const char *const skipped[] = {"or",       "replace",   "temp",   "temporary",
                                          "unlogged", "recursive", "unique", "persistent"};
    SqlTokens t = sql_tokens(sql);
    SqlToken first, token;
    if (!sql_token_next(&t, &first)) return (Str){0};
    if (sql_token_is(&first, "truncate")) return STR("TRUNCATE TABLE");
    Str tag = arena_str(a, first.text);
    bool object = sql_token_is(&first, "create") || sql_token_is(&first, "drop") || sql_token_is(&first, "alter");
    while (object && sql_token_next(&t, &token)) {
        bool skip = false;
        for (size_t i = 0; i < ARRAY_LEN(skipped); i++) skip |= sql_token_is(&token, skipped[i]);
        if (skip) continue;
        if (token.kind == SQL_WORD) tag = arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(tag), STR_ARG(token.text));
        break;
    }
    char *upper = arena_c(a, tag);
    for (char *c = upper; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    return str_of(upper);
}

static bool begins_with(Str sql, const char *word) {
    SqlTokens t = sql_tokens(sql);
    SqlToken first;
    return sql_token_next(&t, &first) && sql_token_is(&first, word);
}

/* CREATE TABLE ... AS: to PostgreSQL a SELECT. */
static bool makes_from_query(Str sql) {
    SqlTokens t = sql_tokens(sql);
    SqlToken token;
    size_t depth = 0;
    bool create = sql_token_next(&t, &token) && sql_token_is(&token, "create"), table = false;
    while (create && sql_token_next(&t, &token)) {
        depth += sql_token_is_symbol(&token, "(");
        depth -= depth && sql_token_is_symbol(&token, ")");
        table |= !depth && sql_token_is(&token, "table");
        if (!depth && sql_token_is(&token, "as")) return table;
    }
    return false;
}

void pg_complete(Wire *w, const Statement *st, Str sql, uint64_t rows) {
    AUTO(Arena) arena = {0};
    Arena *a = &arena;
    unsigned long long count = statement_columns(st) ? rows : statement_changed(st);
    Str tag;
    switch (statement_kind(st)) {
    case STATEMENT_SELECT: tag = begins_with(sql, "show") ? STR("SHOW") : arena_printf(a, "SELECT %llu", count); break;
    case STATEMENT_INSERT: tag = arena_printf(a, "INSERT 0 %llu", count); break;
    case STATEMENT_UPDATE: tag = arena_printf(a, "UPDATE %llu", count); break;
    case STATEMENT_DELETE:
        tag = begins_with(sql, "truncate") ? pg_tag(a, sql) : arena_printf(a, "DELETE %llu", count);
        break;
    case STATEMENT_MERGE: tag = arena_printf(a, "MERGE %llu", count); break;
    case STATEMENT_EXPLAIN: tag = STR("EXPLAIN"); break;
    case STATEMENT_OTHER: tag = makes_from_query(sql) ? arena_printf(a, "SELECT %llu", count) : pg_tag(a, sql); break;
    default: tag = (Str){0}; break;
    }
    pg_complete_tag(w, tag);
}

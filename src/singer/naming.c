/* Names of schemas, tables and columns. */
#include "singer/naming.h"

#include "singer/lower.h"

/* Length of the well-formed UTF-8 sequence at the start of s, 0 when there is none. */
static size_t sequence_len(Str s) {
    for (size_t len = 1; len <= 4 && len <= s.len; len++)
        if (str_is_utf8(str_slice(s, 0, len))) return len;
    return 0;
}

static void append_clean(Buf *out, Str name) {
    while (name.len) {
        size_t len = sequence_len(name);
        if (len == 0 || name.at[0] == '\0') buf_put(out, '_');
        else lower_append(out, str_slice(name, 0, len));
        name = str_slice(name, MAX(len, (size_t)1), name.len);
    }
}

Str column_name(Arena *a, Str property) {
    AUTO(Buf) out = {0};
    append_clean(&out, property);
    if (out.len == 0) buf_put(&out, '_');
    return arena_str(a, buf_str(&out));
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Str conform_name(Arena *a, Str name) {
    AUTO(Buf) kept = {0};
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool space = c == ' ' || (c >= '\t' && c <= '\r');
        if (is_letter(c) || is_digit(c) || space || c == '_' || c == '-' || c == '.') buf_put(&kept, c);
    }
    Str trimmed = str_trim(buf_str(&kept));
    if (trimmed.len == 0) return column_name(a, name);
    char *conformed = arena_c(a, trimmed);
    for (size_t i = 0; i < trimmed.len; i++) {
        char *c = &conformed[i];
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
        else if (*c == '.' || *c == '-' || *c == ' ') *c = '_';
    }
    if (is_digit(conformed[0])) conformed[0] = (char)('a' + (conformed[0] - '0'));
    return (Str){conformed, trimmed.len};
}

/* A stream's name, split as target-duckdb's stream_name_to_dict. */
typedef struct StreamParts {
    size_t count;
    Str schema; /* at == NULL when there is none */
    Str table;  /* may still hold "-" */
} StreamParts;

static StreamParts split_stream(Str stream) {
    Str rest = stream, first, second;
    StreamParts parts = {.count = 1, .table = stream};
    if (!str_cut(&rest, '-', &first) || !rest.at) return parts;
    for (size_t i = 0; i < stream.len; i++) parts.count += stream.at[i] == '-';
    if (parts.count == 2) {
        parts.schema = first;
        parts.table = rest;
    } else if (str_cut(&rest, '-', &second)) {
        parts.schema = second;
        parts.table = rest;
    }
    if (parts.table.len == 0) parts.table = stream; /* "trail-": no table part */
    return parts;
}

static Str schema_name(Arena *a, StreamParts parts, Str default_schema, const Node *mapping) {
    if (parts.schema.at) {
        const Node *mapped = node_get_c(node_get(mapping, parts.schema), "target_schema");
        if (node_is(mapped, NODE_STRING) && mapped->text.len) return mapped->text;
    }
    Str given = str_trim(default_schema);
    if (given.len) return given;
    if (parts.schema.len && parts.count <= 3) return conform_name(a, parts.schema);
    return STR("main");
}

TableName table_name(Arena *a, Str stream, Str default_schema, const Node *schema_mapping) {
    StreamParts parts = split_stream(stream);
    Str table = column_name(a, parts.table);
    char *named = arena_c(a, table);
    for (size_t i = 0; i < table.len; i++)
        if (named[i] == '.' || named[i] == '-') named[i] = '_';
    return (TableName){.schema = schema_name(a, parts, default_schema, schema_mapping), .table = {named, table.len}};
}

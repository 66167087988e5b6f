/* Lines of a recorded table beside the tests: fields between tabs. */
#pragma once

#include "base/json.h"
#include "unit/test.h"

/* The whole file, in the arena. */
static inline Str read_record(Arena *a, const char *name) {
    FILE *in = fopen(arena_printf(a, "%s/%s", TEST_DATA, name).at, "rb");
    if (!in) fail_msg("cannot read %s", name);
    AUTO(Buf) text = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, in));) buf_append(&text, (Str){part, n});
    fclose(in);
    return arena_str(a, buf_str(&text));
}

/* The next non-empty line's fields; false at the end. */
static inline bool next_record(Str *rest, Str *fields, size_t count) {
    Str line;
    if (!str_cut(rest, '\n', &line) || !line.len) return false;
    for (size_t i = 0; i < count; i++) assert_true(str_cut(&line, '\t', &fields[i]));
    return true;
}

/* A field that is a JSON string. */
static inline Str decoded(Arena *a, Str field) {
    Err err = {0};
    Node *n = json_parse(a, field, &err);
    if (!n) fail_msg("%s", err.msg);
    return node_text(n);
}

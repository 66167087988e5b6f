/* base/json: the scanners and the parser agree on what is a document; what parses is written and read back as the same tree;
 * escapes never get longer. */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const Node *n, JsonStyle style) {
    AUTO(Arena) a = {0};
    AUTO(Buf) out = {0};
    Err err = {0};
    json_write(&out, n, style);
    Node *again = json_parse(&a, buf_str(&out), &err);
    BUG_ON(!again || !node_equal(n, again));
}

static void check_strings(Str text) {
    AUTO(Arena) a = {0};
    AUTO(Buf) out = {0};
    const char *end = text.at + text.len;
    JsonString s;
    for (const char *p = text.at; p < end; p++) {
        bool integer;
        const char *behind = *p == '"' ? json_scan_string(p, end, &s) : json_scan_number(p, end, &integer);
        if (!behind) continue;
        BUG_ON(behind <= p || behind > end);
        if (*p != '"') continue;
        size_t len = json_unescape(s.raw, arena_alloc(&a, s.raw.len + 1));
        BUG_ON(len != STR_NONE && len > s.raw.len);
        p = behind - 1;
    }
    json_write_string(&out, text);
    BUG_ON(json_skip(out.at, out.at + out.len) != out.at + out.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    Err err = {0};
    Str text = {(const char *)data, size};
    if (!size) return 0;
    const char *end = text.at + text.len, *p = json_skip(json_space(text.at, end), end);
    bool whole = p && json_space(p, end) == end;
    Node *n = json_parse(&a, text, &err);
    BUG_ON(n ? !whole : !err.msg[0]);
    check_strings(text);
    if (!n || !str_is_utf8(text)) return 0; /* other bytes are written as U+FFFD */
    for (int style = JSON_COMPACT; style <= JSON_PRETTY; style++) check_round_trip(n, (JsonStyle)style);
    BUG_ON(!node_equal(n, node_copy(&a, n)));
    return 0;
}

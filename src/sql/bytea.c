#include "sql/bytea.h"

static bool hex_bytes(Arena *a, Str text, Str *ret) {
    if (text.len % 2) return false;
    char *out = arena_alloc(a, text.len / 2);
    for (size_t i = 2; i < text.len; i += 2) {
        int high = str_hex_digit(text.at[i]), low = str_hex_digit(text.at[i + 1]);
        if (high < 0 || low < 0) return false;
        out[i / 2 - 1] = (char)(high << 4 | low);
    }
    *ret = (Str){out, text.len / 2 - 1};
    return true;
}

static bool escaped_bytes(Arena *a, Str text, Str *ret) {
    char *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[len++] = text.at[i];
        if (text.at[i] != '\\') continue;
        Str octal = str_slice(text, i + 1, MIN(i + 4, text.len));
        bool digits = octal.len == 3 && octal.at[0] <= '3';
        for (size_t k = 0; k < octal.len; k++) digits = digits && octal.at[k] >= '0' && octal.at[k] <= '7';
        if (digits) out[len - 1] = (char)((octal.at[0] - '0') << 6 | (octal.at[1] - '0') << 3 | (octal.at[2] - '0'));
        else if (!octal.len || octal.at[0] != '\\') return false;
        i += digits ? 3 : 1;
    }
    *ret = (Str){out, len};
    return true;
}

bool sql_bytea(Arena *a, Str text, Str *ret) {
    return str_starts(text, STR("\\x")) ? hex_bytes(a, text, ret) : escaped_bytes(a, text, ret);
}

/* Words of a command line. */
#include "project/words.h"

#include "base/buf.h"

/* In double quotes a backslash only escapes what would mean something there. */
static bool take_quoted(Str *rest, char quote, Buf *out) {
    for (size_t i = 0; i < rest->len; i++) {
        char c = rest->at[i];
        if (c == quote) {
            *rest = str_slice(*rest, i + 1, rest->len);
            return true;
        }
        bool escape = quote == '"' && c == '\\' && i + 1 < rest->len && strchr("\"\\", rest->at[i + 1]);
        buf_put(out, escape ? rest->at[++i] : c);
    }
    return false;
}

bool words_split(Arena *a, Str text, StrVec *ret, Err *err) {
    AUTO(Buf) word = {0};
    bool inside = false; /* of a word, which '' alone is too */
    for (Str rest = text; rest.len;) {
        char c = rest.at[0];
        rest = str_slice(rest, 1, rest.len);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            if (inside) vec_push(ret, arena_str(a, buf_str(&word)));
            buf_clear(&word);
            inside = false;
            continue;
        }
        inside = true;
        if (c == '\'' || c == '"') {
            if (!take_quoted(&rest, c, &word))
                return err_set(err, ERR_CONFIG, "a quote without its end in: " STR_FMT, STR_ARG(text));
        } else if (c == '\\' && rest.len) {
            buf_put(&word, rest.at[0]);
            rest = str_slice(rest, 1, rest.len);
        } else if (c == '\\') {
            return err_set(err, ERR_CONFIG, "nothing behind the backslash in: " STR_FMT, STR_ARG(text));
        } else {
            buf_put(&word, c);
        }
    }
    if (inside) vec_push(ret, arena_str(a, buf_str(&word)));
    return true;
}

/* The table of str's methods, and those that lay texts out. */
#include "jinja/methods_str.h"

#include "jinja/bytes.h"
#include "jinja/unicode.h"

enum { WIDTH_LIMIT = EXPR_TEXT_LIMIT };

/* ---- width ---- */

/* `left` and `right` fill characters around the text. */
static bool pad(Call *c, int64_t left, int64_t right, Value *ret) {
    Str fill = STR(" ");
    if (call_has(c, 1) && !call_str(c, 1, &fill)) return false;
    if (utf8_length(fill) != 1) return eval_fail(c->ev, "the fill character must be exactly one character");
    AUTO(Buf) out = eval_buf();
    for (; left > 0 && !out.failed; left--) buf_append(&out, fill);
    buf_append(&out, c->self.text);
    for (; right > 0 && !out.failed; right--) buf_append(&out, fill);
    return eval_text(c->ev, &out, ret);
}

/* Characters that are missing to the width of argument 0. */
static bool missing(Call *c, int64_t *ret_width, int64_t *ret) {
    if (!call_index(c, 0, ret_width)) return false;
    int64_t width = MIN(*ret_width, (int64_t)WIDTH_LIMIT + 1);
    *ret = MAX(width - (int64_t)utf8_length(c->self.text), (int64_t)0);
    return true;
}

static bool call_ljust(Call *c, Value *ret) {
    int64_t width, more;
    return missing(c, &width, &more) && pad(c, 0, more, ret);
}

static bool call_rjust(Call *c, Value *ret) {
    int64_t width, more;
    return missing(c, &width, &more) && pad(c, more, 0, ret);
}

static bool call_center(Call *c, Value *ret) {
    int64_t width, more;
    if (!missing(c, &width, &more)) return false;
    int64_t left = more / 2 + (more & width & 1);
    return pad(c, left, more - left, ret);
}

static bool call_zfill(Call *c, Value *ret) {
    int64_t width, more;
    if (!missing(c, &width, &more)) return false;
    Str s = c->self.text;
    AUTO(Buf) out = eval_buf();
    size_t sign = s.len && (s.at[0] == '-' || s.at[0] == '+');
    buf_append(&out, str_slice(s, 0, sign));
    for (; more > 0 && !out.failed; more--) buf_put(&out, '0');
    buf_append(&out, str_slice(s, sign, s.len));
    return eval_text(c->ev, &out, ret);
}

static bool call_expandtabs(Call *c, Value *ret) {
    int64_t size = 8, column = 0;
    if (!call_index(c, 0, &size)) return false;
    size = MIN(size, (int64_t)WIDTH_LIMIT);
    AUTO(Buf) out = eval_buf();
    for (size_t at = 0; at < c->self.text.len && !out.failed;) {
        uint32_t ch = utf8_next(c->self.text, &at);
        if (ch != '\t') {
            utf8_put(&out, ch);
            column = ch == '\n' || ch == '\r' ? 0 : column + 1;
            continue;
        }
        int64_t blanks = size > 0 ? size - column % size : 0;
        column += blanks;
        for (; blanks > 0 && !out.failed; blanks--) buf_put(&out, ' ');
    }
    return eval_text(c->ev, &out, ret);
}

/* ---- joining, encoding ---- */

static bool call_join(Call *c, Value *ret) {
    List *items;
    AUTO(Buf) out = eval_buf();
    if (!call_items(c, 0, &items)) return false;
    for (size_t i = 0; i < items->len; i++) {
        if (items->items[i].kind != VALUE_STR)
            return eval_fail(c->ev, "join(): item %zu must be str, not %s", i, value_type_name(items->items[i]));
        if (i) buf_append(&out, c->self.text);
        buf_append(&out, items->items[i].text);
    }
    return eval_text(c->ev, &out, ret);
}

static bool call_encode(Call *c, Value *ret) {
    static const struct {
        const char *name;
        uint32_t last; /* character it can hold */
    } encodings[] = {{"utf-8", 0x10FFFF}, {"utf8", 0x10FFFF}, {"ascii", 0x7F}, {"latin-1", 0xFF}, {"iso-8859-1", 0xFF}};
    Str name = STR("utf-8");
    if (call_has(c, 0) && !call_str(c, 0, &name)) return false;
    size_t i = 0;
    while (i < ARRAY_LEN(encodings) && !str_equal_nocase(name, str_of(encodings[i].name))) i++;
    if (i == ARRAY_LEN(encodings) || call_has(c, 1))
        return eval_unsupported(c->ev,
                                "encode() knows utf-8, ascii and latin-1, and no other way with errors than to fail");
    AUTO(Buf) out = eval_buf();
    for (size_t at = 0; at < c->self.text.len;) {
        uint32_t ch = utf8_next(c->self.text, &at);
        if (ch > encodings[i].last) return eval_fail(c->ev, "encode(): a character is not in " STR_FMT, STR_ARG(name));
        if (encodings[i].last == 0xFF) buf_put(&out, (char)ch);
        else utf8_put(&out, ch);
    }
    if (!eval_text(c->ev, &out, ret)) return false;
    *ret = value_bytes(c->ev->arena, ret->text);
    return true;
}

/* By a dict from the numbers of characters to texts, numbers, or None for those that go. */
static bool call_translate(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    if (c->args[0].kind != VALUE_DICT) return call_fail(c, 0, "a dict");
    for (size_t at = 0; at < c->self.text.len && !out.failed;) {
        int64_t code;
        uint32_t ch = utf8_next(c->self.text, &at);
        const DictEntry *e = dict_find(c->args[0].dict, value_int(ch));
        if (!e) utf8_put(&out, ch);
        else if (e->value.kind == VALUE_STR) buf_append(&out, e->value.text);
        else if (e->value.kind == VALUE_INT && eval_index(c->ev, e->value, &code) && code >= 0 && code <= 0x10FFFF)
            utf8_put(&out, (uint32_t)code);
        else if (e->value.kind != VALUE_NONE) return eval_fail(c->ev, "translate(): wrong value in the dict");
    }
    return eval_text(c->ev, &out, ret);
}

static const Builtin methods[] = {
    {"lower", str_lower, 0, 0, NULL, NULL},
    {"upper", str_upper, 0, 0, NULL, NULL},
    {"strip", str_strip, 0, 1, NULL, NULL},
    {"lstrip", str_lstrip, 0, 1, NULL, NULL},
    {"rstrip", str_rstrip, 0, 1, NULL, NULL},
    {"split", str_split, 0, 2, "sep maxsplit", NULL},
    {"rsplit", str_rsplit, 0, 2, "sep maxsplit", NULL},
    {"replace", str_replace, 2, 3, NULL, NULL},
    {"startswith", str_startswith, 1, 3, NULL, NULL},
    {"endswith", str_endswith, 1, 3, NULL, NULL},
    {"join", call_join, 1, 1, NULL, NULL},
    {"find", str_find_left, 1, 3, NULL, NULL},
    {"rfind", str_find_right, 1, 3, NULL, NULL},
    {"index", str_index, 1, 3, NULL, NULL},
    {"rindex", str_rindex, 1, 3, NULL, NULL},
    {"count", str_count, 1, 3, NULL, NULL},
    {"title", str_title, 0, 0, NULL, NULL},
    {"capitalize", str_capitalize, 0, 0, NULL, NULL},
    {"casefold", str_casefold, 0, 0, NULL, NULL},
    {"swapcase", str_swapcase, 0, 0, NULL, NULL},
    {"zfill", call_zfill, 1, 1, NULL, NULL},
    {"ljust", call_ljust, 1, 2, NULL, NULL},
    {"rjust", call_rjust, 1, 2, NULL, NULL},
    {"center", call_center, 1, 2, NULL, NULL},
    {"expandtabs", call_expandtabs, 0, 1, "tabsize", NULL},
    {"partition", str_partition, 1, 1, NULL, NULL},
    {"rpartition", str_rpartition, 1, 1, NULL, NULL},
    {"splitlines", str_splitlines, 0, 1, "keepends", NULL},
    {"removeprefix", str_removeprefix, 1, 1, NULL, NULL},
    {"removesuffix", str_removesuffix, 1, 1, NULL, NULL},
    {"encode", call_encode, 0, 2, "encoding errors", NULL},
    {"translate", call_translate, 1, 1, NULL, NULL},
    {"isalnum", str_isalnum, 0, 0, NULL, NULL},
    {"isalpha", str_isalpha, 0, 0, NULL, NULL},
    {"isascii", str_isascii, 0, 0, NULL, NULL},
    {"isdecimal", str_isdecimal, 0, 0, NULL, NULL},
    {"isdigit", str_isdigit, 0, 0, NULL, NULL},
    {"isidentifier", str_isidentifier, 0, 0, NULL, NULL},
    {"islower", str_islower, 0, 0, NULL, NULL},
    {"isnumeric", str_isnumeric, 0, 0, NULL, NULL},
    {"isprintable", str_isprintable, 0, 0, NULL, NULL},
    {"isspace", str_isspace, 0, 0, NULL, NULL},
    {"istitle", str_istitle, 0, 0, NULL, NULL},
    {"isupper", str_isupper, 0, 0, NULL, NULL},
};

const Builtins builtins_str = BUILTINS(methods);

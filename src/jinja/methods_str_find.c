/* str methods that look for a text inside another. Positions are counted in characters. */
#include "jinja/methods_str.h"
#include "jinja/number.h"
#include "jinja/unicode.h"

/* ---- a part of the text: start and end arguments ---- */

typedef struct Part {
    Str text;
    size_t before; /* characters in front of it */
    bool beyond;   /* start is behind the end of the text: even the empty text is not found */
} Part;

static int64_t clamp_index(int64_t i, int64_t len) {
    if (i < 0) i = i < -len ? 0 : i + len;
    return i;
}

/* Arguments i and i + 1 are start and end. */
static bool part_of(Call *c, size_t i, Part *ret) {
    Str s = c->self.text;
    *ret = (Part){.text = s};
    if (!call_has_value(c, i) && !call_has_value(c, i + 1)) return true;
    int64_t len = (int64_t)utf8_length(s), start = 0, end = len;
    if (call_has_value(c, i) && !call_index(c, i, &start)) return false;
    if (call_has_value(c, i + 1) && !call_index(c, i + 1, &end)) return false;
    start = clamp_index(start, len);
    end = MIN(clamp_index(end, len), len);
    ret->beyond = start > end;
    size_t from = utf8_offset(s, (size_t)MIN(start, len));
    ret->text = ret->beyond ? (Str){"", 0} : str_slice(s, from, utf8_offset(s, (size_t)end));
    ret->before = (size_t)MIN(start, len);
    return true;
}

/* ---- positions ---- */

static size_t find_last(Str s, Str needle) {
    for (size_t at = s.len >= needle.len ? s.len - needle.len + 1 : 0; at-- > 0;)
        if (str_equal(str_slice(s, at, at + needle.len), needle)) return at;
    return STR_NONE;
}

static bool find(Call *c, bool last, bool must, Value *ret) {
    Part part;
    Str needle;
    if (!call_str(c, 0, &needle) || !part_of(c, 1, &part)) return false;
    size_t at = part.beyond ? STR_NONE : last ? find_last(part.text, needle) : str_find_str(part.text, needle);
    if (at == STR_NONE && must) return eval_fail(c->ev, "%s(): the text is not there", c->builtin->name);
    *ret = value_int(at == STR_NONE ? -1 : (int64_t)(part.before + utf8_length(str_slice(part.text, 0, at))));
    return true;
}

bool str_find_left(Call *c, Value *ret) {
    return find(c, false, false, ret);
}

bool str_find_right(Call *c, Value *ret) {
    return find(c, true, false, ret);
}

bool str_index(Call *c, Value *ret) {
    return find(c, false, true, ret);
}

bool str_rindex(Call *c, Value *ret) {
    return find(c, true, true, ret);
}

bool str_count(Call *c, Value *ret) {
    Part part;
    Str needle;
    if (!call_str(c, 0, &needle) || !part_of(c, 1, &part)) return false;
    size_t count = 0;
    if (!part.beyond && !needle.len) count = utf8_length(part.text) + 1;
    else
        for (size_t at; !part.beyond && (at = str_find_str(part.text, needle)) != STR_NONE; count++)
            part.text = str_slice(part.text, at + needle.len, part.text.len);
    *ret = value_int((int64_t)count);
    return true;
}

/* The argument is one text or a tuple of them. */
static bool begins_or_ends(Call *c, bool matches(Str, Str), Value *ret) {
    Part part;
    if (!part_of(c, 1, &part)) return false;
    List one = {.items = (Value[]){c->args[0]}, .len = 1};
    const List *options = c->args[0].kind == VALUE_TUPLE ? c->args[0].list : &one;
    bool found = false;
    for (size_t i = 0; i < options->len; i++) {
        if (options->items[i].kind != VALUE_STR) return call_fail(c, 0, "str or a tuple of str");
        found |= !part.beyond && matches(part.text, options->items[i].text);
    }
    *ret = value_bool(found);
    return true;
}

bool str_startswith(Call *c, Value *ret) {
    return begins_or_ends(c, str_starts, ret);
}

bool str_endswith(Call *c, Value *ret) {
    return begins_or_ends(c, str_ends, ret);
}

/* ---- changing ---- */

bool str_replace(Call *c, Value *ret) {
    Str old, new, rest = c->self.text;
    int64_t left = -1;
    if (!call_str(c, 0, &old) || !call_str(c, 1, &new) || !call_index(c, 2, &left)) return false;
    AUTO(Buf) out = eval_buf();
    for (; left != 0 && !out.failed; left -= left > 0) {
        size_t at = old.len ? str_find_str(rest, old) : 0;
        if (at == STR_NONE) break;
        buf_append(&out, str_slice(rest, 0, at));
        buf_append(&out, new);
        if (!old.len && !rest.len) break;
        size_t taken = at + old.len;
        if (!old.len) {
            utf8_next(rest, &taken);
            buf_append(&out, str_slice(rest, 0, taken));
        }
        rest = str_slice(rest, taken, rest.len);
    }
    buf_append(&out, rest);
    return eval_text(c->ev, &out, ret);
}

static bool remove_end(Call *c, bool front, Value *ret) {
    Str s = c->self.text, affix;
    if (!call_str(c, 0, &affix)) return false;
    if (front && str_starts(s, affix)) s = str_slice(s, affix.len, s.len);
    if (!front && str_ends(s, affix)) s = str_slice(s, 0, s.len - affix.len);
    *ret = value_str(s);
    return true;
}

bool str_removeprefix(Call *c, Value *ret) {
    return remove_end(c, true, ret);
}

bool str_removesuffix(Call *c, Value *ret) {
    return remove_end(c, false, ret);
}

/* Whether strip() takes the character: one of `set`, or white space. */
static bool is_stripped(uint32_t c, const Str *set) {
    if (!set) return unicode_is(UNICODE_SPACE, c);
    for (size_t at = 0; at < set->len;)
        if (utf8_next(*set, &at) == c) return true;
    return false;
}

static Str strip_left(Str s, const Str *set) {
    size_t from = 0;
    for (size_t at = 0; at < s.len && is_stripped(utf8_next(s, &at), set); from = at) {}
    return str_slice(s, from, s.len);
}

static Str strip_right(Str s, const Str *set) {
    size_t to = s.len;
    for (size_t at = s.len; at > 0 && is_stripped(utf8_previous(s, &at), set); to = at) {}
    return str_slice(s, 0, to);
}

static bool strip(Call *c, bool left, bool right, Value *ret) {
    Str s = c->self.text, set;
    bool given = call_has_value(c, 0);
    if (given && !call_str(c, 0, &set)) return false;
    if (left) s = strip_left(s, given ? &set : NULL);
    if (right) s = strip_right(s, given ? &set : NULL);
    *ret = value_str(s);
    return true;
}

bool str_strip(Call *c, Value *ret) {
    return strip(c, true, true, ret);
}

bool str_lstrip(Call *c, Value *ret) {
    return strip(c, true, false, ret);
}

bool str_rstrip(Call *c, Value *ret) {
    return strip(c, false, true, ret);
}

/* ---- cutting ---- */

static bool partition(Call *c, bool last, Value *ret) {
    Str s = c->self.text, separator;
    if (!call_str(c, 0, &separator)) return false;
    if (!separator.len) return eval_fail(c->ev, "empty separator");
    size_t at = last ? find_last(s, separator) : str_find_str(s, separator);
    Value empty = value_str(STR("")), whole = value_str(s);
    Value parts[3] = {last ? empty : whole, empty, last ? whole : empty};
    if (at != STR_NONE) {
        parts[0] = value_str(str_slice(s, 0, at));
        parts[1] = value_str(separator);
        parts[2] = value_str(str_slice(s, at + separator.len, s.len));
    }
    *ret = value_tuple(c->ev->arena, parts, 3);
    return true;
}

bool str_partition(Call *c, Value *ret) {
    return partition(c, false, ret);
}

bool str_rpartition(Call *c, Value *ret) {
    return partition(c, true, ret);
}

static void push(Call *c, List *parts, Str part) {
    list_push(c->ev->arena, parts, value_str(part));
}

/* The first run of white space in s: [*ret_from, *ret_to). */
static bool find_space(Str s, size_t *ret_from, size_t *ret_to) {
    bool inside = false;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        bool space = unicode_is(UNICODE_SPACE, utf8_next(s, &at));
        if (space && !inside) *ret_from = from;
        if (!space && inside) return true;
        inside = space;
        *ret_to = at;
    }
    return inside;
}

static bool find_last_space(Str s, size_t *ret_from, size_t *ret_to) {
    bool inside = false;
    for (size_t at = s.len; at > 0;) {
        size_t to = at;
        bool space = unicode_is(UNICODE_SPACE, utf8_previous(s, &at));
        if (space && !inside) *ret_to = to;
        if (!space && inside) return true;
        inside = space;
        *ret_from = at;
    }
    return inside;
}

/* At white space; empty parts do not count. The part that is left at the limit keeps its far end. */
static void split_space(Call *c, Str s, int64_t left, bool last, List *parts) {
    for (;; left -= left > 0) {
        size_t from = 0, to = 0;
        s = last ? strip_right(s, NULL) : strip_left(s, NULL);
        if (!s.len) return;
        if (left == 0 || !(last ? find_last_space(s, &from, &to) : find_space(s, &from, &to))) {
            push(c, parts, s);
            return;
        }
        push(c, parts, last ? str_slice(s, to, s.len) : str_slice(s, 0, from));
        s = last ? str_slice(s, 0, from) : str_slice(s, to, s.len);
    }
}

static void split_at(Call *c, Str s, Str separator, int64_t left, bool last, List *parts) {
    for (;; left -= left > 0) {
        size_t at = left == 0 ? STR_NONE : last ? find_last(s, separator) : str_find_str(s, separator);
        if (at == STR_NONE) {
            push(c, parts, s);
            return;
        }
        push(c, parts, last ? str_slice(s, at + separator.len, s.len) : str_slice(s, 0, at));
        s = last ? str_slice(s, 0, at) : str_slice(s, at + separator.len, s.len);
    }
}

static bool split(Call *c, bool last, Value *ret) {
    int64_t limit = -1;
    Str separator;
    Value out = value_list(c->ev->arena);
    if (!call_index(c, 1, &limit)) return false;
    if (!call_has_value(c, 0)) {
        split_space(c, c->self.text, limit, last, out.list);
    } else {
        if (!call_str(c, 0, &separator)) return false;
        if (!separator.len) return eval_fail(c->ev, "empty separator");
        split_at(c, c->self.text, separator, limit, last, out.list);
    }
    for (size_t i = 0, j = out.list->len; last && i + 1 < j;) {
        Value v = out.list->items[i];
        out.list->items[i++] = out.list->items[--j];
        out.list->items[j] = v;
    }
    *ret = out;
    return eval_memory_left(c->ev);
}

bool str_split(Call *c, Value *ret) {
    return split(c, false, ret);
}

bool str_rsplit(Call *c, Value *ret) {
    return split(c, true, ret);
}

static bool ends_line(uint32_t c) {
    return (c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool str_splitlines(Call *c, Value *ret) {
    Str s = c->self.text;
    bool keep = call_has(c, 0) && value_truth(c->args[0]);
    Value out = value_list(c->ev->arena);
    size_t begin = 0;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t ch = utf8_next(s, &at);
        if (!ends_line(ch)) continue;
        if (ch == '\r' && at < s.len && s.at[at] == '\n') at++;
        push(c, out.list, str_slice(s, begin, keep ? at : from));
        begin = at;
    }
    if (begin < s.len) push(c, out.list, str_slice(s, begin, s.len));
    *ret = out;
    return eval_memory_left(c->ev);
}

/* str methods about letters and kinds of characters. */
#include "jinja/methods_str.h"
#include "jinja/unicode.h"

enum { SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2 };

/* ---- case ---- */

/* Marks and apostrophes inside a word, which casing looks through. */
static bool is_ignorable(uint32_t c) {
    return c == '\'' || c == '.' || c == ':' || c == '^' || c == '`' || c == 0xAD || c == 0xB7 || c == 0x2019 ||
           (c >= 0x300 && c <= 0x36F);
}

/* Whether a letter with case stands before `at`, or at it. */
static bool cased_before(Str s, size_t at) {
    while (at) {
        uint32_t c = utf8_previous(s, &at);
        if (!is_ignorable(c)) return unicode_is_cased(c);
    }
    return false;
}

static bool cased_behind(Str s, size_t at) {
    while (at < s.len) {
        uint32_t c = utf8_next(s, &at);
        if (!is_ignorable(c)) return unicode_is_cased(c);
    }
    return false;
}

/* Appends the character that ends at `behind`, in lower case; a sigma that ends a word has a form of its own. */
static void put_lower(Buf *out, Str s, size_t from, size_t behind, uint32_t c) {
    if (c == SIGMA && cased_before(s, from) && !cased_behind(s, behind)) utf8_put(out, FINAL_SIGMA);
    else unicode_put_case(out, UNICODE_TO_LOWER, c);
}

static bool change_case(Call *c, UnicodeCase to, Value *ret) {
    AUTO(Buf) out = eval_buf();
    Str s = c->self.text;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t ch = utf8_next(s, &at);
        if (to == UNICODE_TO_LOWER) put_lower(&out, s, from, at, ch);
        else unicode_put_case(&out, to, ch);
    }
    return eval_text(c->ev, &out, ret);
}

bool str_lower(Call *c, Value *ret) {
    return change_case(c, UNICODE_TO_LOWER, ret);
}

bool str_upper(Call *c, Value *ret) {
    return change_case(c, UNICODE_TO_UPPER, ret);
}

bool str_casefold(Call *c, Value *ret) {
    return change_case(c, UNICODE_TO_FOLD, ret);
}

/* Capitals where `words` begin, or at the very beginning only. */
static bool capitalize(Call *c, bool words, Value *ret) {
    AUTO(Buf) out = eval_buf();
    Str s = c->self.text;
    bool inside = false;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t ch = utf8_next(s, &at);
        if (inside) put_lower(&out, s, from, at, ch);
        else unicode_put_case(&out, UNICODE_TO_TITLE, ch);
        inside = !words || unicode_is_cased(ch);
    }
    return eval_text(c->ev, &out, ret);
}

bool str_title(Call *c, Value *ret) {
    return capitalize(c, true, ret);
}

bool str_capitalize(Call *c, Value *ret) {
    return capitalize(c, false, ret);
}

bool str_swapcase(Call *c, Value *ret) {
    AUTO(Buf) out = eval_buf();
    Str s = c->self.text;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t ch = utf8_next(s, &at);
        if (unicode_is(UNICODE_UPPER, ch)) put_lower(&out, s, from, at, ch);
        else if (unicode_is(UNICODE_LOWER, ch)) unicode_put_case(&out, UNICODE_TO_UPPER, ch);
        else utf8_put(&out, ch);
    }
    return eval_text(c->ev, &out, ret);
}

/* ---- kinds ---- */

/* All characters have one of the properties, and there is one. */
static bool all_are(Call *c, UnicodeProperty first, UnicodeProperty second, Value *ret) {
    Str s = c->self.text;
    bool all = s.len > 0;
    for (size_t at = 0; all && at < s.len;) {
        uint32_t ch = utf8_next(s, &at);
        all = unicode_is(first, ch) || unicode_is(second, ch);
    }
    *ret = value_bool(all);
    return true;
}

bool str_isalnum(Call *c, Value *ret) {
    return all_are(c, UNICODE_ALPHA, UNICODE_NUMERIC, ret);
}

bool str_isalpha(Call *c, Value *ret) {
    return all_are(c, UNICODE_ALPHA, UNICODE_ALPHA, ret);
}

bool str_isdecimal(Call *c, Value *ret) {
    return all_are(c, UNICODE_DECIMAL, UNICODE_DECIMAL, ret);
}

bool str_isdigit(Call *c, Value *ret) {
    return all_are(c, UNICODE_DIGIT, UNICODE_DIGIT, ret);
}

bool str_isnumeric(Call *c, Value *ret) {
    return all_are(c, UNICODE_NUMERIC, UNICODE_NUMERIC, ret);
}

bool str_isspace(Call *c, Value *ret) {
    return all_are(c, UNICODE_SPACE, UNICODE_SPACE, ret);
}

bool str_isascii(Call *c, Value *ret) {
    *ret = value_bool(str_is_ascii(c->self.text));
    return true;
}

bool str_isprintable(Call *c, Value *ret) {
    bool all = true;
    for (size_t at = 0; at < c->self.text.len;) all &= !unicode_is(UNICODE_HIDDEN, utf8_next(c->self.text, &at));
    *ret = value_bool(all);
    return true;
}

bool str_isidentifier(Call *c, Value *ret) {
    Str s = c->self.text;
    bool all = s.len > 0;
    for (size_t at = 0; all && at < s.len;) {
        bool first = at == 0;
        uint32_t ch = utf8_next(s, &at);
        all = ch == '_' || unicode_is(UNICODE_ALPHA, ch) || (!first && unicode_is(UNICODE_DECIMAL, ch));
    }
    *ret = value_bool(all);
    return true;
}

/* One letter in that case, and none in another. */
static bool all_in_case(Call *c, UnicodeProperty wanted, UnicodeProperty other, Value *ret) {
    bool some = false, wrong = false;
    for (size_t at = 0; at < c->self.text.len;) {
        uint32_t ch = utf8_next(c->self.text, &at);
        some |= unicode_is(wanted, ch);
        wrong |= unicode_is(other, ch) || unicode_is(UNICODE_TITLE, ch);
    }
    *ret = value_bool(some && !wrong);
    return true;
}

bool str_islower(Call *c, Value *ret) {
    return all_in_case(c, UNICODE_LOWER, UNICODE_UPPER, ret);
}

bool str_isupper(Call *c, Value *ret) {
    return all_in_case(c, UNICODE_UPPER, UNICODE_LOWER, ret);
}

bool str_istitle(Call *c, Value *ret) {
    bool some = false, inside = false, wrong = false;
    for (size_t at = 0; at < c->self.text.len;) {
        uint32_t ch = utf8_next(c->self.text, &at);
        bool capital = unicode_is(UNICODE_UPPER, ch) || unicode_is(UNICODE_TITLE, ch),
             small = unicode_is(UNICODE_LOWER, ch);
        wrong |= (capital && inside) || (small && !inside);
        some |= capital || small;
        inside = capital || small;
    }
    *ret = value_bool(some && !wrong);
    return true;
}

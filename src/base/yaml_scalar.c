/* Plain scalars: words, numbers and dates of both dialects. The patterns are those of ruamel.yaml's and PyYAML's resolvers,
 * see tests/unit/base/yaml_scalars.tsv for what the real ones answer. */
#include "base/yaml_scalar.h"

enum { ONLY_11 = 1 << YAML_11, BOTH = ONLY_11 | 1 << YAML_CORE_12 };
enum { LONGEST_NUMBER = 1000 }; /* digits; a longer one stays a string */

static const struct {
    const char *word;
    int dialects;
    NodeKind kind;
    bool truth;
} words[] = {
    {"", BOTH, NODE_NULL, false},       {"~", BOTH, NODE_NULL, false},      {"null", BOTH, NODE_NULL, false},
    {"Null", BOTH, NODE_NULL, false},   {"NULL", BOTH, NODE_NULL, false},   {"true", BOTH, NODE_BOOL, true},
    {"True", BOTH, NODE_BOOL, true},    {"TRUE", BOTH, NODE_BOOL, true},    {"false", BOTH, NODE_BOOL, false},
    {"False", BOTH, NODE_BOOL, false},  {"FALSE", BOTH, NODE_BOOL, false},  {"yes", ONLY_11, NODE_BOOL, true},
    {"Yes", ONLY_11, NODE_BOOL, true},  {"YES", ONLY_11, NODE_BOOL, true},  {"no", ONLY_11, NODE_BOOL, false},
    {"No", ONLY_11, NODE_BOOL, false},  {"NO", ONLY_11, NODE_BOOL, false},  {"on", ONLY_11, NODE_BOOL, true},
    {"On", ONLY_11, NODE_BOOL, true},   {"ON", ONLY_11, NODE_BOOL, true},   {"off", ONLY_11, NODE_BOOL, false},
    {"Off", ONLY_11, NODE_BOOL, false}, {"OFF", ONLY_11, NODE_BOOL, false},
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static int digit_value(char c) {
    if (is_digit(c)) return c - '0';
    char lower = (char)(c | 32);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

/* The leading part of s that are digits of a base, or "_"; taken off *s. */
static Str take_digits(Str *s, int base) {
    size_t n = 0;
    while (n < s->len && (s->at[n] == '_' || digit_value(s->at[n]) < base)) n++;
    Str taken = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->len);
    return taken;
}

static bool take(Str *s, char c) {
    if (!s->len || s->at[0] != c) return false;
    *s = str_slice(*s, 1, s->len);
    return true;
}

static bool has_digit(Str digits) {
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] != '_') return true;
    return false;
}

/* Decimal digits as JSON wants them: no "_", no leading zeros, at least "0". */
static void put_whole(Buf *out, Str digits) {
    size_t begin = out->len;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.at[i];
        if (c != '_' && (c != '0' || out->len > begin)) buf_put(out, c);
    }
    if (out->len == begin) buf_put(out, '0');
}

static void put_fraction(Buf *out, Str digits) {
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] != '_') buf_put(out, digits.at[i]);
}

/* decimal = decimal * base + digit, on a number of decimal digits, lowest first. */
static void multiply_add(Buf *decimal, int base, int digit) {
    int carry = digit;
    for (size_t i = 0; i < decimal->len; i++) {
        carry += (decimal->at[i] - '0') * base;
        decimal->at[i] = (char)('0' + carry % 10);
        carry /= 10;
    }
    for (; carry; carry /= 10) buf_put(decimal, (char)('0' + carry % 10));
}

static void put_lowest_first(Buf *out, const Buf *decimal) {
    for (size_t i = decimal->len; i-- > 0;) buf_put(out, decimal->at[i]);
    if (!decimal->len) buf_put(out, '0');
}

/* Digits of another base as decimal ones. */
static void put_converted(Buf *out, Str digits, int base) {
    AUTO(Buf) decimal = {0};
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] != '_') multiply_add(&decimal, base, digit_value(digits.at[i]));
    put_lowest_first(out, &decimal);
}

/* 0x1F, 0b11, 0o17, and 017 of YAML 1.1. */
static bool scan_prefixed(Str s, YamlDialect dialect, Buf *out) {
    if (!take(&s, '0')) return false;
    int base = take(&s, 'x') ? 16 : take(&s, 'b') ? 2 : 0;
    if (!base && dialect == YAML_CORE_12) base = take(&s, 'o') ? 8 : 0;
    bool old_octal = !base && dialect == YAML_11; /* the 0 is a digit already: 0_ is 0 */
    if (old_octal) base = 8;
    if (!base) return false;
    Str digits = take_digits(&s, base);
    if (s.len || !(old_octal ? digits.len > 0 : has_digit(digits))) return false;
    put_converted(out, digits, base);
    return true;
}

static bool scan_decimal(Str s, YamlDialect dialect, Buf *out) {
    if (dialect == YAML_11 && s.at[0] == '0' && s.len > 1) return false;
    if (dialect == YAML_11 && !is_digit(s.at[0])) return false;
    Str digits = take_digits(&s, 10);
    if (s.len || !has_digit(digits)) return false;
    put_whole(out, digits);
    return true;
}

/* 190:20:30 and 190:20:30.15, YAML 1.1 only. */
static bool scan_sexagesimal(Str s, Buf *out) {
    AUTO(Buf) decimal = {0};
    if (!is_digit(s.at[0])) return false;
    bool leading_zero = s.at[0] == '0';
    Str first = take_digits(&s, 10);
    for (size_t i = 0; i < first.len; i++)
        if (first.at[i] != '_') multiply_add(&decimal, 10, first.at[i] - '0');
    if (!s.len || s.at[0] != ':') return false;
    while (take(&s, ':')) {
        size_t n = 0;
        while (n < s.len && is_digit(s.at[n])) n++;
        if (n == 0 || n > 2 || (n == 2 && s.at[0] > '5')) return false;
        int part = n == 2 ? (s.at[0] - '0') * 10 + s.at[1] - '0' : s.at[0] - '0';
        multiply_add(&decimal, 60, part);
        s = str_slice(s, n, s.len);
    }
    bool fraction = take(&s, '.');
    Str digits = fraction ? take_digits(&s, 10) : (Str){0};
    if (s.len || (leading_zero && !fraction)) return false;
    put_lowest_first(out, &decimal);
    if (!fraction) return true;
    buf_put(out, '.');
    put_fraction(out, digits);
    if (!has_digit(digits)) buf_put(out, '0');
    return true;
}

/* e5, E+05. *ret_signed: it has a sign, which some forms need. False: there is no exponent here. */
static bool take_exponent(Str *s, Str *ret_digits, char *ret_sign) {
    Str rest = *s;
    *ret_sign = 0;
    if (!take(&rest, 'e') && !take(&rest, 'E')) return false;
    if (rest.len && strchr("+-", rest.at[0])) {
        *ret_sign = rest.at[0];
        rest = str_slice(rest, 1, rest.len);
    }
    size_t n = 0;
    while (n < rest.len && is_digit(rest.at[n])) n++;
    if (n == 0) return false;
    *ret_digits = str_slice(rest, 0, n);
    *s = str_slice(rest, n, rest.len);
    return true;
}

static bool scan_float(Str s, bool sign, YamlDialect dialect, Buf *out) {
    Str whole = is_digit(s.at[0]) ? take_digits(&s, 10) : (Str){0};
    bool dot = take(&s, '.');
    if (dot && !whole.len && dialect == YAML_11 && (sign || !s.len || s.at[0] == '_')) return false;
    Str fraction = dot ? take_digits(&s, 10) : (Str){0}, exponent = {0};
    char exponent_sign = 0;
    bool has_exponent = take_exponent(&s, &exponent, &exponent_sign);
    if (s.len || (!whole.len && !has_digit(fraction))) return false;
    if (!dot && (dialect == YAML_11 || !has_exponent)) return false;
    if (has_exponent && !exponent_sign && (dialect == YAML_11 || !whole.len)) return false;
    put_whole(out, whole);
    if (dot) {
        buf_put(out, '.');
        put_fraction(out, fraction);
        if (!has_digit(fraction)) buf_put(out, '0');
    }
    if (!has_exponent) return true;
    buf_put(out, 'e');
    if (exponent_sign) buf_put(out, exponent_sign);
    buf_append(out, exponent);
    return true;
}

static bool scan_special(Str s, bool sign, Buf *out) {
    if (str_is(s, ".inf") || str_is(s, ".Inf") || str_is(s, ".INF")) {
        buf_append_c(out, "Infinity");
        return true;
    }
    if (sign || !(str_is(s, ".nan") || str_is(s, ".NaN") || str_is(s, ".NAN"))) return false;
    buf_append_c(out, "NaN");
    return true;
}

/* The JSON text of a number into *out; false leaves it empty or with a part. */
static bool scan_number(Str s, YamlDialect dialect, Buf *out) {
    if (s.len > LONGEST_NUMBER || !s.len || !(is_digit(s.at[0]) || strchr("+-.", s.at[0]))) return false;
    bool minus = s.at[0] == '-', sign = minus || s.at[0] == '+';
    if (sign) s = str_slice(s, 1, s.len);
    if (!s.len) return false;
    if (minus) buf_put(out, '-');
    size_t begin = out->len;
    bool integer = scan_prefixed(s, dialect, out) || scan_decimal(s, dialect, out);
    bool ok = integer || scan_special(s, sign, out) || scan_float(s, sign, dialect, out) ||
              (dialect == YAML_11 && scan_sexagesimal(s, out));
    if (integer && minus && str_is(str_slice(buf_str(out), begin, out->len), "0")) buf_drop(out, 1);
    return ok;
}

/* ---- dates ---- */

typedef struct Date {
    int year, month, day, hour, minute, second;
    Str fraction;
    bool time, zone, zone_minus;
    int zone_hour, zone_minute;
} Date;

static bool take_number(Str *s, size_t least, size_t most, int *ret) {
    size_t n = 0;
    int value = 0;
    while (n < s->len && n < most && is_digit(s->at[n])) value = value * 10 + s->at[n++] - '0';
    if (n < least) return false;
    *ret = value;
    *s = str_slice(*s, n, s->len);
    return true;
}

static bool take_blanks(Str *s) {
    size_t before = s->len;
    while (take(s, ' ') || take(s, '\t')) {}
    return s->len < before;
}

static bool scan_zone(Str s, Date *d) {
    take_blanks(&s);
    if (!s.len) return true;
    d->zone = true;
    if (take(&s, 'Z')) return s.len == 0;
    d->zone_minus = s.at[0] == '-';
    if (!take(&s, '+') && !take(&s, '-')) return false;
    if (!take_number(&s, 1, 2, &d->zone_hour)) return false;
    if (take(&s, ':') && !take_number(&s, 2, 2, &d->zone_minute)) return false;
    return s.len == 0;
}

/* As the resolvers' pattern for timestamps; a date alone needs two digits each. */
static bool scan_date(Str s, Date *d) {
    *d = (Date){0};
    Str whole = s;
    if (!take_number(&s, 4, 4, &d->year) || !take(&s, '-') || !take_number(&s, 1, 2, &d->month)) return false;
    if (!take(&s, '-') || !take_number(&s, 1, 2, &d->day)) return false;
    if (!s.len) return whole.len == 10;
    d->time = true;
    if (!take(&s, 'T') && !take(&s, 't') && !take_blanks(&s)) return false;
    if (!take_number(&s, 1, 2, &d->hour) || !take(&s, ':') || !take_number(&s, 2, 2, &d->minute)) return false;
    if (!take(&s, ':') || !take_number(&s, 2, 2, &d->second)) return false;
    if (take(&s, '.')) {
        size_t n = 0;
        while (n < s.len && is_digit(s.at[n])) n++;
        d->fraction = str_slice(s, 0, n);
        s = str_slice(s, n, s.len);
    }
    return scan_zone(s, d);
}

static Str date_text(Arena *a, Str plain, const Date *d) {
    if (!d->time) return plain;
    AUTO(Buf) out = {0};
    buf_printf(&out, "%04d-%02d-%02dT%02d:%02d:%02d", d->year, d->month, d->day, d->hour, d->minute, d->second);
    char micros[] = "000000";
    memcpy(micros, d->fraction.at ? d->fraction.at : "", MIN(d->fraction.len, (size_t)6));
    if (strcmp(micros, "000000") != 0) buf_printf(&out, ".%s", micros);
    if (d->zone) buf_printf(&out, "%c%02d:%02d", d->zone_minus ? '-' : '+', d->zone_hour, d->zone_minute);
    return arena_str(a, buf_str(&out));
}

YamlValue yaml_scalar(Arena *a, Str plain, YamlDialect dialect) {
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (words[i].dialects & 1 << dialect && str_is(plain, words[i].word))
            return (YamlValue){.kind = words[i].kind, .truth = words[i].truth};
    AUTO(Buf) number = {0};
    if (scan_number(plain, dialect, &number)) return (YamlValue){NODE_NUMBER, false, arena_str(a, buf_str(&number))};
    Date date;
    if (scan_date(plain, &date)) return (YamlValue){NODE_STRING, false, date_text(a, plain, &date)};
    return (YamlValue){NODE_STRING, false, plain};
}

bool yaml_scalar_is_ambiguous(Str text) {
    AUTO(Arena) a = {0};
    Date date;
    return yaml_scalar(&a, text, YAML_11).kind != NODE_STRING ||
           yaml_scalar(&a, text, YAML_CORE_12).kind != NODE_STRING || scan_date(text, &date) || str_is(text, "=") ||
           str_is(text, "<<");
}

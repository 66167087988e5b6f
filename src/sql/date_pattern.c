#include "sql/date_pattern.h"

const char *const date_months[12] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
const char *const date_weekdays[7] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/* Longer words before their beginnings. digits: the value is a number of digits. */
static const struct {
    const char *name;
    DateKey key;
    bool digits;
} keys[] = {
    {"A.D.", DATE_AD_DOTS, false},
    {"A.M.", DATE_AM_DOTS, false},
    {"AD", DATE_AD, false},
    {"AM", DATE_AM, false},
    {"B.C.", DATE_AD_DOTS, false},
    {"BC", DATE_AD, false},
    {"CC", DATE_CC, true},
    {"DAY", DATE_DAY, false},
    {"DDD", DATE_DAY_OF_YEAR, true},
    {"DD", DATE_DD, true},
    {"DY", DATE_DY, false},
    {"D", DATE_DOW, true},
    {"FF1", DATE_FRACTION, true},
    {"FF2", DATE_FRACTION, true},
    {"FF3", DATE_FRACTION, true},
    {"FF4", DATE_FRACTION, true},
    {"FF5", DATE_FRACTION, true},
    {"FF6", DATE_FRACTION, true},
    {"FX", DATE_FX, false},
    {"HH24", DATE_HH24, true},
    {"HH12", DATE_HH12, true},
    {"HH", DATE_HH12, true},
    {"IDDD", DATE_ISO_DAY_OF_YEAR, true},
    {"ID", DATE_ISO_DOW, true},
    {"IW", DATE_ISO_WEEK, true},
    {"IYYY", DATE_ISO_YEAR, true},
    {"IYY", DATE_ISO_YEAR, true},
    {"IY", DATE_ISO_YEAR, true},
    {"I", DATE_ISO_YEAR, true},
    {"J", DATE_JULIAN, true},
    {"MI", DATE_MI, true},
    {"MM", DATE_MM, true},
    {"MONTH", DATE_MONTH, false},
    {"MON", DATE_MON, false},
    {"MS", DATE_MS, true},
    {"OF", DATE_OF, false},
    {"P.M.", DATE_AM_DOTS, false},
    {"PM", DATE_AM, false},
    {"Q", DATE_Q, true},
    {"RM", DATE_RM, false},
    {"SSSSS", DATE_SSSS, true},
    {"SSSS", DATE_SSSS, true},
    {"SS", DATE_SS, true},
    {"TZH", DATE_TZH, false},
    {"TZM", DATE_TZM, true},
    {"TZ", DATE_TZ, false},
    {"US", DATE_US, true},
    {"WW", DATE_WW, true},
    {"W", DATE_W, true},
    {"Y,YYY", DATE_YEAR_COMMA, true},
    {"YYYY", DATE_YEAR, true},
    {"YYY", DATE_YEAR, true},
    {"YY", DATE_YEAR, true},
    {"Y", DATE_YEAR, true},
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* How a key stands in the text: all upper, all lower, or the capital first where it is a name. */
static bool written(Str rest, const char *name, bool capital, DateCase *ret) {
    size_t len = strlen(name);
    bool upper = true, lower = true, first = capital;
    if (rest.len < len) return false;
    for (size_t i = 0; i < len; i++) {
        char small = is_letter(name[i]) ? (char)(name[i] | 0x20) : name[i];
        upper &= rest.at[i] == name[i];
        lower &= rest.at[i] == small;
        first &= rest.at[i] == (i ? small : name[i]);
    }
    *ret = upper ? DATE_UPPER : first ? DATE_CAPITAL : DATE_LOWER;
    return upper || lower || first;
}

static bool take(DatePattern *p, const char *upper, const char *lower) {
    Str rest = str_slice(p->text, p->at, p->text.len);
    bool found = str_starts(rest, str_of(upper)) || str_starts(rest, str_of(lower));
    if (found) p->at += 2;
    return found;
}

static bool next_key(DatePattern *p, DateNode *ret) {
    Str rest = str_slice(p->text, p->at, p->text.len);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        DateKey key = keys[i].key;
        bool name = key == DATE_DAY || key == DATE_DY || key == DATE_MONTH || key == DATE_MON;
        if (!written(rest, keys[i].name, name, &ret->letters)) continue;
        ret->kind = DATE_NODE_KEY;
        ret->key = key;
        ret->text = str_slice(rest, 0, strlen(keys[i].name));
        p->at += ret->text.len;
        bool upper = str_starts(str_slice(p->text, p->at, p->text.len), STR("TH"));
        if (take(p, "TH", "th")) ret->ordinal = upper ? 'T' : 't';
        return true;
    }
    return false;
}

static size_t character_bytes(Str text, size_t at) {
    size_t end = at + 1;
    while (end < text.len && ((unsigned char)text.at[end] & 0xC0) == 0x80) end++;
    return end - at;
}

static void next_character(DatePattern *p, DateNode *ret) {
    char c = p->text.at[p->at];
    ret->text = str_slice(p->text, p->at, p->at + character_bytes(p->text, p->at));
    ret->kind = p->quoted                                              ? DATE_NODE_TEXT
                : is_blank(c)                                          ? DATE_NODE_SPACE
                : c > ' ' && c < 0x7F && !is_letter(c) && !is_digit(c) ? DATE_NODE_SEPARATOR
                                                                       : DATE_NODE_TEXT;
    p->at += ret->text.len;
}

bool date_pattern_next(DatePattern *p, DateNode *ret) {
    *ret = (DateNode){0};
    while (p->at < p->text.len) {
        char c = p->text.at[p->at];
        bool more = p->at + 1 < p->text.len;
        if (c == '"') {
            p->quoted = !p->quoted;
            p->at++;
            continue;
        }
        if (c == '\\' && more && (p->quoted || p->text.at[p->at + 1] == '"')) {
            p->at++;
            next_character(p, ret);
            return true;
        }
        if (!p->quoted) {
            bool fill = take(p, "FM", "fm");
            ret->fill |= fill;
            bool localized = !fill && take(p, "TM", "tm");
            ret->localized |= localized;
            if (fill || localized) continue;
            if (next_key(p, ret)) return true;
        }
        next_character(p, ret);
        return true;
    }
    return false;
}

bool date_node_is_open(const DatePattern *behind, const DateNode *node) {
    DatePattern p = *behind;
    DateNode next;
    if (node->ordinal || !date_pattern_next(&p, &next)) return true;
    if (next.kind != DATE_NODE_KEY) return !is_digit(next.text.at[0]);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (keys[i].key == next.key) return !keys[i].digits;
    return true;
}

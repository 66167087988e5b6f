#include "command/human.h"

#include "base/time.h"

const char *human_count(Human h, uint64_t n) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t at = 0;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) h[at++] = ',';
        h[at++] = digits[i];
    }
    h[at] = 0;
    return h;
}

const char *human_bytes(Human h, uint64_t bytes) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
        value /= 1000;
        unit++;
    }
    snprintf(h, sizeof(Human), unit && value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return h;
}

const char *human_rate(Human h, uint64_t n, int64_t us) {
    if (us <= 0 || n == 0) {
        snprintf(h, sizeof(Human), "-");
        return h;
    }
    return human_count(h, (uint64_t)((double)n * US_PER_SECOND / (double)us + 0.5));
}

const char *human_time(Human h, int64_t us) {
    char text[TIME_TEXT];
    Str time = us > 0 ? time_format(us - us % US_PER_SECOND, text) : STR("-");
    size_t len = MIN(time.len, (size_t)19);
    memcpy(h, time.at, len);
    h[len] = 0;
    if (len > 10) h[10] = ' ';
    return h;
}

/* ---- columns on a terminal ---- */

typedef struct Range {
    uint32_t from, to;
} Range;

static const Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
                             {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                             {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
static const Range nothing[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};

static bool within(uint32_t c, const Range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (c >= ranges[i].from && c <= ranges[i].to) return true;
    }
    return false;
}

/* Decodes the character at the beginning (wrong bytes count as one each); returns its length. */
static size_t next_char(Str text, uint32_t *ret) {
    unsigned char first = (unsigned char)text.at[0];
    size_t len = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    *ret = len == 1 ? first : first & (0xFFu >> (len + 1));
    if (len > text.len) return 1;
    for (size_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)text.at[i];
        if ((next & 0xC0) != 0x80) return 1;
        *ret = *ret << 6 | (next & 0x3F);
    }
    return len;
}

static size_t char_width(uint32_t c) {
    if (c < 0x300) return 1;
    if (within(c, nothing, ARRAY_LEN(nothing))) return 0;
    return within(c, wide, ARRAY_LEN(wide)) ? 2 : 1;
}

size_t text_width(Str text) {
    size_t width = 0;
    while (text.len) {
        uint32_t c;
        text = str_slice(text, next_char(text, &c), STR_NONE);
        width += char_width(c);
    }
    return width;
}

Str text_cut(Str text, size_t width) {
    Str rest = text;
    while (rest.len) {
        uint32_t c;
        size_t len = next_char(rest, &c);
        if (char_width(c) > width) break;
        width -= char_width(c);
        rest = str_slice(rest, len, STR_NONE);
    }
    return str_slice(text, 0, text.len - rest.len);
}

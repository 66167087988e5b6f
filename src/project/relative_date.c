/* Dates relative to now. */
#include "project/relative_date.h"

#include "base/buf.h"
#include "base/time.h"

enum { NUMBER_LIMIT = 100000 };

typedef struct Offset {
    int64_t months;
    int64_t us;
} Offset;

static const struct {
    const char *word; /* also with an "s" behind it */
    Offset offset;
} units[] = {
    {"second", {0, US_PER_SECOND}},
    {"sec", {0, US_PER_SECOND}},
    {"minute", {0, 60 * US_PER_SECOND}},
    {"min", {0, 60 * US_PER_SECOND}},
    {"hour", {0, 3600 * US_PER_SECOND}},
    {"h", {0, 3600 * US_PER_SECOND}},
    {"day", {0, US_PER_DAY}},
    {"d", {0, US_PER_DAY}},
    {"week", {0, 7 * US_PER_DAY}},
    {"w", {0, 7 * US_PER_DAY}},
    {"fortnight", {0, 14 * US_PER_DAY}},
    {"month", {1, 0}},
    {"mo", {1, 0}},
    {"year", {12, 0}},
    {"y", {12, 0}},
    {"decade", {120, 0}},
};

static const char *const numbers[] = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                      "seven", "eight", "nine", "ten",   "eleven", "twelve"};

static const struct {
    const char *words;
    int days;
} days[] = {{"now", 0},      {"today", 0},    {"yesterday", -1},        {"day before yesterday", -2},
            {"tomorrow", 1}, {"just now", 0}, {"day after tomorrow", 2}};

static const struct {
    const char *word;
    int sign;
} neighbours[] = {{"last", -1}, {"previous", -1}, {"this", 0}, {"next", 1}};

static bool find_unit(Str word, Offset *ret) {
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        Str unit = str_of(units[i].word);
        bool plural = word.len == unit.len + 1 && unit.len > 1 && str_ends(word, STR("s"));
        if (!str_equal(unit, plural ? str_slice(word, 0, unit.len) : word)) continue;
        *ret = units[i].offset;
        return true;
    }
    return false;
}

/* Lower case, one blank between words, digits apart from letters ("3d" is "3 d"), no commas. */
static Str normalized(Arena *a, Str text) {
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        bool blank = c == ' ' || c == '\t' || c == ',', letter = c >= 'a' && c <= 'z';
        char last = out.len ? out.at[out.len - 1] : ' ';
        if (letter && last >= '0' && last <= '9') buf_put(&out, ' ');
        if (!blank) buf_put(&out, c);
        else if (last != ' ') buf_put(&out, ' ');
    }
    return arena_str(a, str_trim(buf_str(&out)));
}

static bool find_number(Str word, double *ret) {
    if (str_is(word, "a") || str_is(word, "an")) word = STR("one");
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (!str_is(word, numbers[i])) continue;
        *ret = (double)i;
        return true;
    }
    return str_to_double(word, ret) && *ret >= 0 && *ret < NUMBER_LIMIT;
}

/* "2 days", "2 days and 3 hours" */
static bool take_amounts(Str words, Offset *ret) {
    Str number, unit;
    while (words.at && str_cut(&words, ' ', &number)) {
        if (str_is(number, "and") && !str_cut(&words, ' ', &number)) return false;
        double n;
        Offset one;
        if (!find_number(number, &n) || !str_cut(&words, ' ', &unit) || !find_unit(unit, &one)) return false;
        if (one.months && n != (double)(int64_t)n) return false;
        ret->months += (int64_t)n * one.months;
        ret->us += (int64_t)(n * (double)one.us);
    }
    return true;
}

static bool read_offset(Str words, Offset *ret) {
    int sign = -1;
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        if (!str_is(words, days[i].words)) continue;
        ret->us = days[i].days * US_PER_DAY;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(neighbours); i++) {
        Str word = str_of(neighbours[i].word), rest = str_slice(words, word.len + 1, words.len);
        if (!str_starts(words, word) || words.len < word.len + 2 || !find_unit(rest, ret)) continue;
        ret->months *= neighbours[i].sign;
        ret->us *= neighbours[i].sign;
        return true;
    }
    if (str_ends(words, STR(" ago"))) words.len -= 4;
    else if (str_starts(words, STR("-"))) words = str_slice(words, 1, words.len);
    else if (str_starts(words, STR("in "))) {
        words = str_slice(words, 3, words.len);
        sign = 1;
    }
    if (!words.len || !take_amounts(words, ret)) return false;
    ret->months *= sign;
    ret->us *= sign;
    return true;
}

/* The last day of a shorter month stands for its 31st. */
static int64_t add_months(int64_t us, int64_t months) {
    int64_t day = us / US_PER_DAY - (us % US_PER_DAY < 0), time = us - day * US_PER_DAY;
    Civil c = civil_from_days(day);
    int64_t month = c.year * 12 + c.month - 1 + months;
    int64_t year = month / 12 - (month % 12 < 0);
    int of_year = (int)(month - year * 12) + 1;
    return days_from_civil(year, of_year, MIN(c.day, days_in_month(year, of_year))) * US_PER_DAY + time;
}

bool relative_date(Arena *a, Str text, int64_t now, Str *ret) {
    Offset offset = {0};
    if (text.len > 100 || !read_offset(normalized(a, text), &offset)) return false;
    char buffer[TIME_TEXT];
    Str written = time_format(add_months(now, offset.months) + offset.us, buffer);
    *ret = arena_str(a, str_slice(written, 0, written.len - 1)); /* without its Z */
    return true;
}

#include "warehouse/reads.h"

#include "base/macros.h"

static const char *const reading_words[] = {"select",  "from",  "with",      "values", "describe", "show",
                                            "explain", "table", "summarize", "pragma", "desc"};
static const char *const writing_words[] = {"insert", "update", "delete", "merge",  "create",
                                            "drop",   "alter",  "attach", "nextval"};
static const char *const setting_words[] = {"set", "reset"};

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_one_of(Str word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(word, str_of(words[i]))) return true;
    return false;
}

/* The next word from *at on; empty: there is none. */
static Str next_word(Str sql, size_t *at) {
    while (*at < sql.len && !is_word(sql.at[*at])) ++*at;
    size_t begin = *at;
    while (*at < sql.len && is_word(sql.at[*at])) ++*at;
    return str_slice(sql, begin, *at);
}

bool sql_only_reads(Str sql) {
    size_t at = 0;
    Str word = next_word(sql, &at);
    if (!is_one_of(word, reading_words, ARRAY_LEN(reading_words))) return false;
    while ((word = next_word(sql, &at)).len)
        if (is_one_of(word, writing_words, ARRAY_LEN(writing_words))) return false;
    return true;
}

bool sql_only_sets(Str sql) {
    size_t at = 0;
    return is_one_of(next_word(sql, &at), setting_words, ARRAY_LEN(setting_words)) && str_find(sql, ';') == STR_NONE;
}

/* Python's regular expressions on the C library's. */
#include "unit/test.h"

#include "singer/pattern.h"

TEST(pattern_matches_as_python) {
    static const struct {
        const char *pattern, *yes, *no;
    } cases[] = {
        {"b", "abc", "ac"},
        {"^b", "bc", "abc"},
        {"c$", "abc", "cb"},
        {"^abc$", "abc\n", "abc\n\n"},
        {"^a.c$", "aéc", "a\nc"},
        {"^.{3}$", "日本語", "日本"},
        {"^[^b]$", "é", "b"},
        {"^é+$", "éé", "éa"},
        {"^[aé]+$", "aéa", "aü"},
        {"^(a|)$", "", "b"},
        {"^\\d{4}-\\d{2}$", "2024-01", "2024-1"},
        {"^[\\w\\-.]+$", "a-b.c_1", "a b"},
        {"^[^\\s@]+@[^\\s@]+$", "a@b", "a b@c"},
        {"^[]a]+$", "]a]", "b"},
        {"^[a^]$", "^", "b"},
        {"^[-^]+$", "^-", "b"},
        {"^[\\^]$", "^", "b"},
        {"^[[:]+$", "[:", "a"},
        {"^[\\]\\\\]$", "\\", "a"},
        {"^[a-]$", "-", "b"},
        {"^(?:ab)+?$", "abab", "aba"},
        {"^(?P<x>ab)$", "ab", "a"},
        {"^a{2,3}$", "aaa", "aaaa"},
        {"^a{,2}$", "", "aaa"},
        {"^a{2,}$", "aaaa", "a"},
        {"^a{}$", "a{}", "a"},
        {"^a{x$", "a{x", "a"},
        {"^}]$", "}]", "x"},
        {"^\\x41\\u0042\\t$", "AB\t", "AB"},
        {"\\bcat\\b", "a cat.", "concat"},
        {"(?i)^abc$", "ABC", "abd"},
        {"^\\/a\\.b$", "/a.b", "/axb"},
        {"\\Aab\\Z", "ab", "ab\n"},
        {"^\\S+$", "ab", "a b"},
        {"^[\\S]+$", "ab", "a b"},
        {"", "anything", NULL},
    };
    AUTO(Arena) arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const Pattern *p = pattern_new(&arena, str_of(cases[i].pattern));
        if (!p) fail_msg("not understood: %s", cases[i].pattern);
        if (!pattern_matches(p, str_of(cases[i].yes))) fail_msg("%s: no match of %s", cases[i].pattern, cases[i].yes);
        if (cases[i].no && pattern_matches(p, str_of(cases[i].no)))
            fail_msg("%s: matches %s", cases[i].pattern, cases[i].no);
    }
}

TEST(pattern_classes_leave_other_scripts_unchecked) {
    AUTO(Arena) arena = {0};
    const Pattern *p = pattern_new(&arena, STR("^\\w+$"));
    assert_true(pattern_matches(p, STR("abc")));
    assert_false(pattern_matches(p, STR("a-c")));
    assert_true(pattern_matches(p, STR("日本 -")));
}

TEST(pattern_texts_may_hold_nul) {
    AUTO(Arena) arena = {0};
    const Pattern *p = pattern_new(&arena, STR("b$"));
    assert_true(pattern_matches(p, STR("a\0b")));
    assert_false(pattern_matches(p, STR("b\0a")));
}

TEST(pattern_says_what_it_does_not_understand) {
    static const char *const patterns[] = {
        "(?=a)", "(?!a)",  "(?<=a)b", "(a)\\1", "a++",   "a*+",     "*a",
        "a**",   "(a",     "a)",      "[a",     "a|*",   "(?s).",   "[^é]",
        "[a-é]", "\\p{L}", "\\",      "a{3,2}", "[b-a]", "a{1000}", "((a{200}){200})",
        "a$b",   "\\0",    "[\\d-z]",
    };
    AUTO(Arena) arena = {0};
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (pattern_new(&arena, str_of(patterns[i]))) fail_msg("understood: %s", patterns[i]);
    char big[PATTERN_LENGTH_LIMIT + 2];
    memset(big, 'a', sizeof big);
    assert_null(pattern_new(&arena, (Str){big, sizeof big}));
}

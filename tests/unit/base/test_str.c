/* Str, Buf, Arena, Map, Vec. */
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "unit/base/records.h"

/* ---- Str ---- */

TEST(str_compares) {
    assert_true(str_equal((Str){0}, STR("")));
    assert_true(str_equal_nocase(STR("HeLLo9"), STR("hEllO9")));
    assert_false(str_equal_nocase(STR("a"), STR("ab")));
    assert_false(str_equal_nocase(STR("@"), STR("`"))); /* letters only */
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("b"), STR("ab")) > 0);
    assert_true(str_compare(STR("\x7f"), STR("\x80")) < 0); /* unsigned */
    assert_int_equal(str_compare((Str){0}, STR("")), 0);
    assert_true(str_starts(STR("abc"), STR("ab")) && str_starts((Str){0}, (Str){0}));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")) && str_ends(STR("abc"), (Str){0}));
    assert_false(str_ends(STR("c"), STR("bc")));
}

TEST(str_finds) {
    assert_int_equal(str_find(STR("a.b.c"), '.'), 1);
    assert_int_equal(str_find_last(STR("a.b.c"), '.'), 3);
    assert_int_equal(str_find((Str){0}, '.'), STR_NONE);
    assert_int_equal(str_find_str(STR("abcabc"), STR("ca")), 2);
    assert_int_equal(str_find_str(STR("abc"), STR("")), 0);
    assert_int_equal(str_find_str((Str){0}, STR("x")), STR_NONE);
}

TEST(str_slices_and_trims) {
    assert_true(str_is(str_slice(STR("abc"), 1, 99), "bc"));
    assert_true(str_is(str_slice(STR("abc"), 5, 2), ""));
    assert_true(str_is(str_slice((Str){0}, 1, 2), ""));
    assert_true(str_is(str_trim(STR(" \t\r\n\f\va b\n")), "a b"));
    assert_true(str_is(str_trim(STR("  ")), ""));
}

TEST(str_cut_gives_all_parts) {
    Str rest = STR("a,,b,"), part;
    const char *wanted[] = {"a", "", "b", ""};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) assert_true(str_cut(&rest, ',', &part) && str_is(part, wanted[i]));
    assert_false(str_cut(&rest, ',', &part));
    rest = STR("");
    assert_true(str_cut(&rest, ',', &part) && part.len == 0);
    assert_false(str_cut(&rest, ',', &part));
}

TEST(str_utf8) {
    const struct {
        Str text;
        bool valid;
    } cases[] = {
        {STR_INIT(""), true},
        {STR_INIT("plain ASCII, long"), true},
        {STR_INIT("\xc3\xbc \xe2\x82\xac \xf0\x9f\xa6\x86"), true},
        {STR_INIT("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"), true},
        {STR_INIT("\x00"), true},
        {STR_INIT("\x80"), false},
        {STR_INIT("12345678\xff"), false},
        {STR_INIT("\xc0\xaf"), false},         /* overlong */
        {STR_INIT("\xe0\x9f\xbf"), false},     /* overlong */
        {STR_INIT("\xed\xa0\x80"), false},     /* surrogate */
        {STR_INIT("\xf4\x90\x80\x80"), false}, /* beyond U+10FFFF */
        {STR_INIT("\xe2\x82"), false},         /* cut */
        {STR_INIT("\xf0\x9f\xa6"), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) assert_int_equal(str_is_utf8(cases[i].text), cases[i].valid);
    assert_int_equal(str_utf8_length(STR("\xe2\x82\xacx")), 3);
    assert_int_equal(str_utf8_length(STR("\xe2\x82x")), 0);
    assert_int_equal(str_utf8_length(STR("")), 0);
}

TEST(str_reads_integers) {
    int64_t i;
    uint64_t u;
    assert_true(str_to_i64(STR("-9223372036854775808"), &i) && i == INT64_MIN);
    assert_true(str_to_i64(STR("+9223372036854775807"), &i) && i == INT64_MAX);
    assert_true(str_to_u64(STR("18446744073709551615"), &u) && u == UINT64_MAX);
    assert_true(str_to_i64(STR("-0"), &i) && i == 0);
    i = 7;
    const Str wrong[] = {STR_INIT(""),
                         STR_INIT("-"),
                         STR_INIT("+"),
                         STR_INIT("--1"),
                         STR_INIT("-+1"),
                         STR_INIT("+-1"),
                         STR_INIT(" 1"),
                         STR_INIT("1 "),
                         STR_INIT("1_0"),
                         STR_INIT("0x1"),
                         STR_INIT("1.0"),
                         STR_INIT("9223372036854775808"),
                         STR_INIT("-9223372036854775809"),
                         STR_INIT("1\0")};
    for (size_t k = 0; k < ARRAY_LEN(wrong); k++) assert_false(str_to_i64(wrong[k], &i));
    assert_int_equal(i, 7);
    assert_false(str_to_u64(STR("18446744073709551616"), &u));
    assert_false(str_to_u64(STR("-1"), &u));
}

TEST(str_reads_doubles_as_python) {
    double d;
    assert_true(str_to_double(STR("-1.5e3"), &d) && d == -1500);
    assert_true(str_to_double(STR("1e999"), &d) && d > 1e308);
    assert_true(str_to_double(STR("inf"), &d) && d > 1e308);
    assert_true(str_to_double(STR("nan"), &d) && d != d);
    assert_true(str_to_double(STR(".5"), &d) && d == 0.5);
    d = 7;
    const Str wrong[] = {STR_INIT(""),       STR_INIT(" 1"),  STR_INIT("1 "),  STR_INIT("0x10"),
                         STR_INIT("nan(1)"), STR_INIT("1\0"), STR_INIT("1,5"), STR_INIT("e5")};
    for (size_t k = 0; k < ARRAY_LEN(wrong); k++) assert_false(str_to_double(wrong[k], &d));
    assert_true(d == 7);
}

TEST(str_globs_as_fnmatch) {
    AUTO(Arena) a = {0};
    Str rest = read_record(&a, "globs.tsv"), fields[3];
    while (next_record(&rest, fields, 3)) {
        Str pattern = decoded(&a, fields[0]), text = decoded(&a, fields[1]);
        if (str_glob(pattern, text) != str_is(fields[2], "1")) fail_msg("%s and %s", pattern.at, text.at);
    }
    assert_true(str_glob(STR("users*"), STR("users_x")));
    assert_true(str_glob(STR("?"), STR("\xff"))); /* a byte that is no character counts as one */
    AUTO(Buf) many = {0};
    for (int i = 0; i < 3000; i++) buf_append_c(&many, "aaaaaaaaaa");
    assert_false(str_glob(STR("*a*a*a*a*a*a*b"), buf_str(&many))); /* and soon */
}

TEST(str_distances) {
    assert_int_equal(str_distance(STR("run"), STR("run")), 0);
    assert_int_equal(str_distance(STR("instal"), STR("install")), 1);
    assert_int_equal(str_distance(STR("ivnoke"), STR("invoke")), 1); /* neighbours swapped */
    assert_int_equal(str_distance(STR(""), STR("abc")), 3);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting")), 3);
}

TEST(str_hashes_differ) {
    assert_true(str_hash(STR("a")) != str_hash(STR("b")));
    assert_true(str_hash(STR("")) != str_hash(STR("\0")));
    assert_true(str_hash(STR("12345678")) != str_hash(STR("12345679")));
}

/* ---- Buf ---- */

TEST(buf_builds_text) {
    AUTO(Buf) b = {0};
    assert_string_equal(buf_c(&b), "");
    assert_true(buf_str(&b).at != NULL);
    buf_append_c(&b, "rows: ");
    buf_printf(&b, "%d of %s", 5, "many");
    buf_put(&b, '!');
    buf_append(&b, (Str){0});
    assert_string_equal(buf_c(&b), "rows: 5 of many!");
    buf_drop(&b, 6);
    assert_string_equal(buf_c(&b), "5 of many!");
    buf_drop(&b, 99);
    assert_string_equal(buf_c(&b), "");
    for (int i = 0; i < 1000; i++) buf_printf(&b, "%d ", i);
    assert_int_equal(b.len, 3890);
    buf_clear(&b);
    assert_int_equal(b.len, 0);
}

TEST(buf_fails_at_its_limit_and_stays_so) {
    AUTO(Buf) b = {.limit = 10};
    buf_append_c(&b, "0123456789");
    assert_false(b.failed);
    buf_put(&b, 'x');
    assert_true(b.failed);
    assert_string_equal(buf_c(&b), "0123456789");
    buf_drop(&b, 5);
    buf_append_c(&b, "y"); /* room again, but what is there must stay a prefix */
    assert_string_equal(buf_c(&b), "56789");
    buf_clear(&b);
    buf_printf(&b, "%s", "01234567890");
    assert_true(b.failed);
    assert_int_equal(b.len, 0);
    AUTO(Buf) free_one = {0};
    buf_put(&free_one, 'a');
    assert_false(buf_reserve(&free_one, SIZE_MAX)); /* no wrap around */
}

/* ---- Arena ---- */

static int released[3], released_count;

static void release_number(void *number) {
    released[released_count++] = *(int *)number;
}

TEST(arena_gives_zeroed_aligned_memory) {
    Arena a = {0};
    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *p = arena_alloc(&a, size);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
    char *big = arena_alloc(&a, 3 << 20);
    big[(3 << 20) - 1] = 'x';
    assert_true(a.bytes > 3 << 20);
    Str s = arena_printf(&a, "%s-%d", "a", 5);
    assert_string_equal(s.at, "a-5");
    assert_string_equal(arena_c(&a, (Str){0}), "");
    assert_int_equal(arena_str(&a, STR("a\0b")).len, 3);
    arena_release(&a);
    assert_int_equal(a.bytes, 0);
}

TEST(arena_releases_newest_first) {
    Arena a = {0};
    int one = 1, two = 2, three = 3;
    released_count = 0;
    arena_defer(&a, release_number, &one);
    arena_defer(&a, release_number, &two);
    arena_reset(&a);
    assert_int_equal(released_count, 2);
    assert_int_equal(released[0], 2);
    assert_int_equal(released[1], 1);
    size_t kept = a.bytes;
    assert_true(kept > 0);
    assert_non_null(arena_alloc(&a, 100));
    assert_int_equal(a.bytes, kept); /* the block is used again */
    arena_defer(&a, release_number, &three);
    arena_release(&a);
    assert_int_equal(released[2], 3);
}

/* ---- Map and Vec ---- */

TEST(map_keeps_the_order_of_insertion) {
    AUTO(Arena) a = {0};
    Map m;
    map_init(&m, &a);
    assert_null(map_get(&m, STR("x")));
    assert_false(map_remove(&m, STR("x")));
    static int values[1000];
    for (int i = 0; i < 1000; i++) map_put(&m, arena_printf(&a, "k%d", i * 7919 % 1000), &values[i]);
    assert_int_equal(m.len, 1000);
    map_put(&m, STR("k0"), &values[5]); /* replaced in its place */
    assert_int_equal(m.len, 1000);
    assert_ptr_equal(m.entries[0].value, &values[5]);
    for (int i = 1; i < 1000; i += 2) assert_true(map_remove(&m, arena_printf(&a, "k%d", i * 7919 % 1000)));
    assert_int_equal(m.len, 500);
    for (size_t i = 1; i < m.len; i++) {
        assert_ptr_equal(m.entries[i].value, &values[2 * i]);
        assert_ptr_equal(map_get(&m, m.entries[i].key), &values[2 * i]);
    }
    assert_false(map_has(&m, STR("k919")));
    map_put(&m, STR("k919"), NULL); /* a NULL value is a value */
    assert_true(map_has(&m, STR("k919")));
    assert_true(str_is(m.entries[500].key, "k919"));
    assert_string_equal(m.entries[500].key.at, "k919");
}

TEST(map_of_texts) {
    AUTO(Arena) a = {0};
    Map m;
    map_init(&m, &a);
    char value[] = "changes";
    map_put_str(&m, STR("A"), str_of(value));
    value[0] = 'X';
    Str got = {0};
    assert_true(map_get_str(&m, STR("A"), &got));
    assert_string_equal(got.at, "changes");
    map_put_str(&m, STR(""), STR(""));
    assert_true(map_get_str(&m, STR(""), &got) && got.len == 0);
    assert_false(map_get_str(&m, STR("B"), &got));
}

TEST(vec_grows) {
    VEC(int) v = {0};
    for (int i = 0; i < 100; i++) vec_push(&v, i * i);
    assert_int_equal(v.len, 100);
    assert_int_equal(vec_last(&v), 99 * 99);
    assert_int_equal(v.at[7], 49);
    vec_release(&v);
    assert_null(v.at);
}

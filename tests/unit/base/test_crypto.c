/* Digests, SCRAM, base64, amounts of bytes. */
#include "unit/test.h"

#include "base/quantity.h"
#include "base/saslprep.h"
#include "base/scram.h"

TEST(base64_there_and_back) {
    AUTO(Arena) a = {0};
    static const char *const texts[][2] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        Str back;
        assert_true(str_is(base64_encode(&a, str_of(texts[i][0])), texts[i][1]));
        assert_true(base64_decode(&a, str_of(texts[i][1]), &back) && str_is(back, texts[i][0]));
    }
    static const char *const wrong[] = {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "Zm 9v", "Zm9v\n", "Z\xff=="};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        Str back;
        if (base64_decode(&a, str_of(wrong[i]), &back)) fail_msg("%s was decoded", wrong[i]);
    }
}

/* RFC 7677, 3: the example exchange of user and pencil. */
TEST(scram_as_in_the_rfc) {
    AUTO(Arena) a = {0};
    uint8_t salted[SHA256_BYTES], client_key[SHA256_BYTES];
    ScramVerifier v = {.iterations = 4096};
    Str proof, key = {(const char *)salted, SHA256_BYTES};
    assert_true(base64_decode(&a, STR("W22ZaJ0SNY7soEsUEjb6gQ=="), &v.salt));
    pbkdf2_sha256(STR("pencil"), v.salt, v.iterations, salted);
    hmac_sha256(key, STR("Client Key"), client_key);
    sha256((Str){(const char *)client_key, SHA256_BYTES}, v.stored_key);
    hmac_sha256(key, STR("Server Key"), v.server_key);
    Str message = STR("n=user,r=rOprNGfwEbeRWgbNEkqO,"
                      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    assert_true(base64_decode(&a, STR("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="), &proof));
    assert_true(scram_check(&v, message, proof));
    assert_true(str_is(scram_server_signature(&a, &v, message), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    assert_false(scram_check(&v, STR("another message"), proof));
    assert_false(scram_check(&v, message, str_slice(proof, 1, proof.len)));
}

TEST(scram_verifiers_are_postgresqls) {
    AUTO(Arena) a = {0};
    ScramVerifier v;
    Str text = scram_verifier_new(&a, STR("secret"));
    assert_true(str_starts(text, STR("SCRAM-SHA-256$4096:")));
    assert_true(scram_verifier_parse(&a, text, &v) && v.iterations == 4096 && v.salt.len == 16);
    assert_false(str_equal(text, scram_verifier_new(&a, STR("secret"))));
    static const char *const wrong[] = {"", "md5abc", "SCRAM-SHA-256$", "SCRAM-SHA-256$0:AAAA$AAAA:AAAA",
                                        "SCRAM-SHA-256$4096:!$a:b"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) assert_false(scram_verifier_parse(&a, str_of(wrong[i]), &v));
}

/* RFC 4013, 3, and what PostgreSQL 15 makes of others; NULL: bytes as they are. */
TEST(passwords_have_one_form) {
    static const char *const cases[][2] = {
        {"I\u00ADX", "IX"},
        {"user", "user"},
        {"USER", "USER"},
        {"\u00AA", "a"},
        {"\u2168", "IX"},
        {"\u0627"
         "1",
         NULL},
        {"\u0627"
         "1\u0627",
         "\u0627"
         "1\u0627"},
        {"a\u0627", NULL},
        {"a\x07", "a\x07"}, /* ASCII is not looked at */
        {"\u00E9\x07", NULL},
        {"a\xff", NULL},
        {"\u00AD", NULL}, /* nothing is left */
        {"a\u00A0\u3000\u200B"
         "b",
         "a   b"},
        {"a\u0340", NULL}, /* forbidden, though it would become an allowed one */
        {"a\u0221", NULL}, /* not in Unicode 3.2 */
        {"\U0001F100", NULL},
        {"\uE000", NULL},
        {"e\u0301", "\u00E9"},
        {"\u1E9B\u0323", "\u1E69"},
        {"a\u0300\u0327", "\u00E0\u0327"},
        {"\uAC00\u11A8", "\uAC01"},
        {"\u1112\u1161\u11ab", "\uD55C"},
        {"\uFB01\uFF21", "fiA"},
        {"\u2ADC", "\u2ADD\u0338"},
        {"\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645"},
        {"\U0002F868", "\u36FC"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(Arena) a = {0};
        Str got = STR("none");
        bool ok = saslprep(&a, str_of(cases[i][0]), &got);
        if (ok != (cases[i][1] != NULL) || (ok && !str_is(got, cases[i][1])))
            fail_msg("case %zu, \"%s\": " STR_FMT, i, cases[i][0], STR_ARG(got));
    }
}

TEST(amounts_of_bytes) {
    static const struct {
        const char *text;
        uint64_t bytes;
    } cases[] = {{"0", 0},
                 {"10", 10},
                 {"10B", 10},
                 {"1.5 kB", 1500},
                 {"10GB", UINT64_C(10000000000)},
                 {"64KiB", 65536},
                 {" 2 mib ", 2097152},
                 {"50%", 500},
                 {"1TB", UINT64_C(1000000000000)}};
    uint64_t bytes;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(quantity_bytes(str_of(cases[i].text), 1000, &bytes));
        assert_int_equal(bytes, cases[i].bytes);
    }
    static const char *const wrong[] = {"", "x", "-1", "1 parsec", "GB", "1e9", "99999999999TB", "1 2"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) assert_false(quantity_bytes(str_of(wrong[i]), 1000, &bytes));
    assert_false(quantity_bytes(STR("5%"), 0, &bytes));
}

/* Unit tests on cmocka. A test registers itself; tests/unit/main.c runs them all.
 *
 *     #include "unit/test.h"
 *
 *     TEST(str_trims_spaces) {
 *         assert_true(str_eq(str_trim(STR(" a ")), STR("a")));
 *     }
 *
 * One folder's tests are one program: build/dev/bin/unit_base [SUBSTRING] runs those whose name holds SUBSTRING.
 * cmocka's assert_* macros leave the test by longjmp: what an AUTO() local owns then leaks, in failing tests only. */
#ifndef TEST_H
#define TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct TestCase {
    const char *name;
    const char *file;
    void (*body)(void);
    struct TestCase *next;
} TestCase;

/* Borrowed for the life of the program; called before main(), from TEST(). */
void test_register(TestCase *test);

#define TEST(NAME)                                                                                                     \
    static void test_##NAME(void);                                                                                     \
    __attribute__((constructor)) static void register_##NAME(void) {                                                   \
        static TestCase test = {.name = #NAME, .file = __FILE__, .body = test_##NAME};                                 \
        test_register(&test);                                                                                          \
    }                                                                                                                  \
    static void test_##NAME(void)

#endif

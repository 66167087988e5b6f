/* Runs the registered tests and says little: failures, then one summary line.
 *
 *     unit_base: 42 passed, 0 failed
 *
 * cmocka's own progress goes to a memory file; of it only the tests' own output and what belongs to a failure is shown. */
#include "unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The sanitizers' own; absent in a plain build. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static TestCase *all;
static const TestCase *running;

void test_register(TestCase *test) {
    test->next = all;
    all = test;
}

static void run_case(void **state) {
    running = *state;
    running->body();
}

static void say_which(void) {
    if (running) fprintf(stderr, "died in test %s (%s)\n", running->name, running->file);
}

/* By file and name, so that the order does not hang on the linker's. */
static int by_place(const void *a, const void *b) {
    const TestCase *left = *(void *const *)a, *right = *(void *const *)b;
    int files = strcmp(left->file, right->file);
    return files ? files : strcmp(left->name, right->name);
}

/* Copies what cmocka did not print itself; returns the number of skipped tests. */
static int show_output(int fd) {
    FILE *out = fdopen(fd, "r");
    if (!out) return 0;
    rewind(out);
    char *line = NULL;
    size_t room = 0;
    int skipped = 0;
    while (getline(&line, &room, out) > 0) {
        bool of_cmocka = line[0] == '[' && (line[1] == ' ' || line[1] == '=');
        if (!of_cmocka) fputs(line, stdout);
        if (strstr(line, "[  SKIPPED ]") == line && strstr(line, "test(s)") == NULL) skipped++;
    }
    free(line);
    fclose(out);
    return skipped;
}

int main(int argc, char **argv) {
    const char *filter = argc > 1 ? argv[1] : "";
    const char *slash = strrchr(argv[0], '/');
    const char *program = slash ? slash + 1 : argv[0];

    size_t count = 0;
    for (TestCase *test = all; test; test = test->next) count++;
    TestCase **tests = calloc(count + 1, sizeof *tests);
    struct CMUnitTest *units = calloc(count + 1, sizeof *units);
    if (!tests || !units) abort();
    count = 0;
    for (TestCase *test = all; test; test = test->next) {
        if (strstr(test->name, filter)) tests[count++] = test;
    }
    qsort(tests, count, sizeof *tests, by_place);
    for (size_t i = 0; i < count; i++) {
        units[i] = (struct CMUnitTest){.name = tests[i]->name, .test_func = run_case, .initial_state = tests[i]};
    }

    if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(say_which);
    int real = dup(STDOUT_FILENO), memory = memfd_create("cmocka", MFD_CLOEXEC);
    if (real < 0 || memory < 0) abort();
    dup2(memory, STDOUT_FILENO);
    int failed = _cmocka_run_group_tests(program, units, count, NULL, NULL);
    running = NULL;
    fflush(stdout);
    dup2(real, STDOUT_FILENO);
    close(real);
    int skipped = show_output(memory);

    printf("%s: %d passed, %d failed", program, (int)count - failed - skipped, failed);
    if (skipped) printf(", %d skipped", skipped);
    putchar('\n');
    free(units);
    free(tests);
    return failed != 0 || count == 0;
}

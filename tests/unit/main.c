/* Runs the registered tests and says little: failures, then one summary line.
 *
 *     unit_base: 42 passed, 0 failed
 *
 * What cmocka and the tests write goes to a memory file first; of cmocka's words only those of a failure are shown. */
#include "unit/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The sanitizers' own; absent in a plain build. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static TestCase *all;
static const TestCase *running;
static pid_t own_pid;
static FILE *real_out, *real_err, *memory;

void test_register(TestCase *test) {
    test->next = all;
    all = test;
}

/* $TEST_SKIP: names between blanks that cannot run here (tests/emulation.txt). */
static bool is_excluded(const char *name) {
    const char *names = getenv("TEST_SKIP");
    size_t len = strlen(name);
    for (const char *at = names; at && (at = strstr(at, name)); at += len) {
        bool begins = at == names || at[-1] == ' ';
        if (begins && (at[len] == ' ' || !at[len])) return true;
    }
    return false;
}

static void run_case(void **state) {
    running = *state;
    if (is_excluded(running->name)) skip();
    running->body();
}

static void say_which(void) {
    if (running) dprintf(STDERR_FILENO, "died in test %s (%s)\n", running->name, running->file);
}

/* A test that hangs is ended from outside: its name is worth a line. Children of a test have the usual end. */
static void on_term(int sig) {
    signal(sig, SIG_DFL);
    if (getpid() == own_pid) say_which();
    raise(sig);
}

/* By file and name, so that the order does not hang on the linker's. */
static int by_place(const void *a, const void *b) {
    const TestCase *left = *(void *const *)a, *right = *(void *const *)b;
    int files = strcmp(left->file, right->file);
    return files ? files : strcmp(left->name, right->name);
}

/* glibc's stdout and stderr are variables. Descriptor 2 stays as it is: the sanitizers write their report there. */
static void redirect(void) {
    memory = fdopen(memfd_create("cmocka", MFD_CLOEXEC), "w+");
    if (!memory) abort();
    setvbuf(memory, NULL, _IOLBF, 0);
    real_out = stdout;
    real_err = stderr;
    stdout = stderr = memory;
    if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(say_which);
    own_pid = getpid();
    signal(SIGTERM, on_term);
}

static void restore(void) {
    stdout = real_out;
    stderr = real_err;
}

static bool starts(const char *line, const char *with) {
    return strncmp(line, with, strlen(with)) == 0;
}

/* Shows what was written, without cmocka's good news; returns the number of skipped tests. */
static int show_output(void) {
    rewind(memory);
    char *line = NULL;
    size_t room = 0;
    int skipped = 0;
    while (getline(&line, &room, memory) > 0) {
        if (starts(line, "[==========]") && strstr(line, "run.")) break; /* the list of names comes again after this */
        if (starts(line, "[  SKIPPED ]")) skipped++;
        if (starts(line, "[ RUN ") || starts(line, "[       OK") || starts(line, "[=====")) continue;
        fputs(line, stdout);
    }
    free(line);
    fclose(memory);
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

    redirect();
    int failed = _cmocka_run_group_tests(program, units, count, NULL, NULL);
    running = NULL;
    restore();
    int skipped = show_output();

    printf("%s: %d passed, %d failed", program, (int)count - failed - skipped, failed);
    if (skipped) printf(", %d skipped", skipped);
    putchar('\n');
    free(units);
    free(tests);
    return failed != 0 || count == 0;
}

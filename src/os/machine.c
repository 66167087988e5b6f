/* Memory, processors and the user. */
#include "os/machine.h"

#include <limits.h>
#include <malloc.h>
#include <pwd.h>
#include <unistd.h>

#include "os/file.h"

uint64_t machine_memory(void) {
    AUTO(Arena) a = {0};
    Str text;
    Err ignored;
    uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE), allowed;
    static const char *const files[] = {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (file_read(&a, files[i], 100, &text, &ignored) && str_to_u64(str_trim(text), &allowed))
            memory = MIN(memory, allowed);
    return memory;
}

unsigned machine_cores(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (unsigned)cores : 1;
}

Str machine_user(Arena *a) {
    struct passwd entry, *found = NULL;
    enum { TEXTS = 4096 };
    char *texts = arena_alloc(a, TEXTS);
    if (getpwuid_r(geteuid(), &entry, texts, TEXTS, &found) == 0 && found) return str_of(found->pw_name);
    return arena_printf(a, "%u", (unsigned)geteuid());
}

/* Of the sanitizer, when there is one. It looks by itself at exit(3) only. */
extern void __lsan_do_leak_check(void)
    __attribute__((weak)); /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

void machine_check_leaks(void) {
    if (__lsan_do_leak_check) __lsan_do_leak_check();
}

/* The allocator raises both thresholds as far as 64 MB by itself unless it is told, and each of its arenas, 8 for a processor, keeps as
 * much. */
void machine_give_back(void) {
    enum { KEPT = 1024 * 1024, ARENAS = 4 };
    unsigned arenas = MAX(2 * machine_cores(), (unsigned)ARENAS);
    (void)mallopt(M_MMAP_THRESHOLD, KEPT);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
    (void)mallopt(M_ARENA_MAX, (int)MIN(arenas, (unsigned)INT_MAX));
}

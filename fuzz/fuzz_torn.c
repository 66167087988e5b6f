/* warehouse/torn: whatever a file's lists say, only the checksums of blocks change, and mending twice finds nothing. The input is the
 * words of a database header, then blocks; checksums of headers are made to fit, as nobody would get past them otherwise. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/str.h"
#include "warehouse/torn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEADER = 4096, BLOCKS_AT = 3 * HEADER, WORDS = 6 * 8, LONGEST = 256 * 1024, MOST = BLOCKS_AT + LONGEST };

static void set_checksum(char *block, size_t bytes) {
    uint64_t sum = 5381, word;
    for (size_t i = 8; i + 8 <= bytes; i += 8) {
        memcpy(&word, block + i, 8);
        sum ^= word * UINT64_C(0xbf58476d1ce4e5b9);
    }
    memcpy(block, &sum, 8);
}

static size_t make_file(char *file, const uint8_t *data, size_t size) {
    memset(file, 0, BLOCKS_AT);
    memcpy(file + 8, "DUCK", 4);
    for (size_t i = 1; i <= 2; i++) {
        memcpy(file + i * HEADER + 8, data, WORDS);
        set_checksum(file + i * HEADER, HEADER);
    }
    memcpy(file + BLOCKS_AT, data + WORDS, size - WORDS);
    return BLOCKS_AT + size - WORDS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char before[MOST], after[MOST], path[64];
    if (size < WORDS || size > LONGEST) return 0;
    size_t len = make_file(before, data, size);
    int fd = memfd_create("torn", 0);
    BUG_ON(fd < 0 || write(fd, before, len) != (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    unsigned mended = torn_mend(path);
    BUG_ON(lseek(fd, 0, SEEK_END) != (off_t)len || pread(fd, after, len, 0) != (ssize_t)len);
    unsigned changed = 0;
    for (size_t at = 0; at < len; at += HEADER) {
        size_t bytes = MIN((size_t)HEADER, len - at);
        changed += memcmp(before + at, after + at, MIN(bytes, (size_t)8)) != 0;
        BUG_ON(bytes > 8 && memcmp(before + at + 8, after + at + 8, bytes - 8) != 0);
    }
    BUG_ON(changed > mended || torn_mend(path) != 0);
    close(fd);
    return 0;
}

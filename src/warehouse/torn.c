/* The parts of DuckDB's storage format (1.0 to 1.5) that lead to its metadata blocks. Numbers are little-endian, as on the machines
 * that pond runs on. */
#include "warehouse/torn.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes8.h"
#include "os/io.h"

/* Three headers, then the blocks. Checksums cover what is behind them. */
enum { HEADER = 4096, BLOCKS_AT = 3 * HEADER, CHECKSUM = 8, PARTS = 64, LARGEST_BLOCK = 1024 * 1024 };
/* The main header: checksum, "DUCK", a version, flags of which none is known to us (the first is encryption). */
enum { MAGIC_AT = 8, FLAGS_AT = 20, FLAGS = 32 };
/* A database header: checksum, iteration, root of the metadata, free list, blocks, bytes of a block. */
enum { ITERATION, ROOT, FREE_LIST, BLOCK_COUNT, BLOCK_BYTES, HEADER_WORDS };

typedef struct Torn {
    Fd fd;
    uint64_t header[HEADER_WORDS];
    size_t block_bytes, part_bytes;
    char *block, *part; /* Owned */
    size_t at;          /* in the part; `part_bytes`: the next one is wanted */
    uint64_t next;      /* the part behind it */
    uint64_t parts;     /* that may still come: a chain is no longer than the file */
    unsigned mended;
} Torn;

static void torn_release(Torn *t) {
    fd_close(&t->fd);
    free(t->block);
    free(t->part);
}
DEFINE_AUTO(Torn, torn_release)

static uint64_t checksum(const char *at, size_t bytes) {
    uint64_t sum = 5381;
    for (size_t i = 0; i + 8 <= bytes; i += 8) sum ^= bytes8_at(at + i) * UINT64_C(0xbf58476d1ce4e5b9);
    return sum;
}

static bool sound(const char *block, size_t bytes) {
    return bytes8_at(block) == checksum(block + CHECKSUM, bytes - CHECKSUM);
}

static bool read_at(int fd, uint64_t offset, char *to, size_t bytes) {
    Err ignored = {0};
    return io_read_at(fd, offset, to, bytes, &ignored);
}

/* The newer of the two headers counts. Both are sound in a file that DuckDB opens. */
static bool read_headers(Torn *t) {
    static const char no_flags[FLAGS];
    char headers[BLOCKS_AT];
    if (!read_at(t->fd, 0, headers, sizeof headers)) return false;
    if (memcmp(headers + MAGIC_AT, "DUCK", 4) != 0 || memcmp(headers + FLAGS_AT, no_flags, FLAGS) != 0) return false;
    for (size_t i = 1; i <= 2; i++) {
        const char *header = headers + i * HEADER;
        if (!sound(header, HEADER)) return false;
        if (i == 2 && bytes8_at(header + CHECKSUM) < t->header[ITERATION]) break;
        for (size_t k = 0; k < HEADER_WORDS; k++) t->header[k] = bytes8_at(header + CHECKSUM + k * 8);
    }
    t->block_bytes = t->header[BLOCK_BYTES];
    t->part_bytes = (t->block_bytes - CHECKSUM) / PARTS / 8 * 8;
    if (t->block_bytes < HEADER || t->block_bytes > LARGEST_BLOCK || t->block_bytes % HEADER != 0) return false;
    struct stat file;
    if (fstat(t->fd, &file) != 0) return false;
    t->parts = ((uint64_t)file.st_size / t->block_bytes + 1) * PARTS;
    return true;
}

static uint64_t block_at(const Torn *t, uint64_t id) {
    return BLOCKS_AT + id * t->block_bytes;
}

/* ---- the free list: a chain of parts, each with a pointer to the next in front ---- */

static bool next_part(Torn *t) {
    uint64_t id = t->next & UINT64_MAX >> 8, index = t->next >> 56;
    if (index >= PARTS || id >= t->header[BLOCK_COUNT] || t->parts-- == 0) return false;
    if (!read_at(t->fd, block_at(t, id) + CHECKSUM + index * t->part_bytes, t->part, t->part_bytes)) return false;
    t->next = bytes8_at(t->part);
    t->at = 8;
    return true;
}

static bool read_bytes(Torn *t, char *to, size_t bytes) {
    while (bytes) {
        if (t->at == t->part_bytes && !next_part(t)) return false;
        size_t n = MIN(bytes, t->part_bytes - t->at);
        memcpy(to, t->part + t->at, n);
        t->at += n, to += n, bytes -= n;
    }
    return true;
}

/* How many entries follow: no more than there are blocks. */
static bool read_count(Torn *t, uint64_t *ret) {
    char text[8];
    if (!read_bytes(t, text, sizeof text)) return false;
    *ret = bytes8_at(text);
    return *ret <= t->header[BLOCK_COUNT];
}

static bool skip_entries(Torn *t, size_t bytes_of_one) {
    char entry[16];
    uint64_t count;
    if (!read_count(t, &count)) return false;
    for (uint64_t i = 0; i < count; i++)
        if (!read_bytes(t, entry, bytes_of_one)) return false;
    return true;
}

static bool mend_block(Torn *t, uint64_t id) {
    if (!read_at(t->fd, block_at(t, id), t->block, t->block_bytes)) return false;
    if (sound(t->block, t->block_bytes)) return true;
    uint64_t sum = checksum(t->block + CHECKSUM, t->block_bytes - CHECKSUM);
    char text[CHECKSUM];
    memcpy(text, &sum, sizeof text);
    Err ignored = {0};
    if (lseek(t->fd, (off_t)block_at(t, id), SEEK_SET) < 0) return false;
    if (!io_write_all(t->fd, (Str){text, sizeof text}, UNTIL_DONE, &ignored)) return false;
    t->mended++;
    return true;
}

/* Behind the free blocks and those that several columns share: block, bits of its free parts. */
static bool mend_metadata(Torn *t) {
    uint64_t count;
    if (!skip_entries(t, 8) || !skip_entries(t, 12) || !read_count(t, &count)) return false;
    for (uint64_t i = 0; i < count; i++) {
        char entry[16];
        if (!read_bytes(t, entry, sizeof entry)) return false;
        uint64_t id = bytes8_at(entry), free_parts = bytes8_at(entry + 8);
        if (id >= t->header[BLOCK_COUNT]) return false;
        if (free_parts && !mend_block(t, id)) return false;
    }
    return true;
}

unsigned torn_mend(const char *path) {
    AUTO(Torn) t = {.fd = open(path, O_RDWR | O_CLOEXEC)};
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (t.fd < 0 || fcntl(t.fd, F_OFD_SETLK, &lock) != 0 || !read_headers(&t)) return 0;
    t.block = malloc(t.block_bytes);
    t.part = malloc(t.part_bytes);
    BUG_ON(!t.block || !t.part);
    t.at = t.part_bytes;
    t.next = t.header[FREE_LIST];
    (void)!mend_metadata(&t);
    if (t.mended) (void)!fsync(t.fd);
    return t.mended;
}

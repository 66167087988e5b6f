/* load/reader and load/intake: whatever a tap writes is sorted into blocks or refused. Lines come out as they went in, in
 * their order, and cuts only ever rise. */
#include <unistd.h>

#include "load/reader.h"
#include "os/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 32 * 1024, LIMIT = 1024 * 1024 };

static void check_lines(const Block *b) {
    uint64_t rows = 0;
    BUG_ON(!b->rows || !b->plan || b->len > b->cap);
    for (size_t i = 0; i < b->len; i++) rows += b->bytes[i] == '\n';
    BUG_ON(rows != b->rows || b->bytes[b->len - 1] != '\n');
}

static void check_stream(Intake *in, LoadStream *s) {
    uint64_t ordinal = 1, epoch = 0;
    for (Block *b = intake_take(in, s); b; b = intake_take(in, s)) {
        BUG_ON(b->epoch < epoch || b->last_epoch < b->epoch || b->last_epoch > in->cuts);
        epoch = b->epoch;
        if (b->kind == BLOCK_ACTIVATE) {
            free(b);
            continue;
        }
        check_lines(b);
        BUG_ON(b->first_ordinal != ordinal);
        ordinal += b->rows;
        block_free(in, s, b);
    }
    BUG_ON(ordinal - 1 != atomic_load(&s->figures->read) || s->waiting_rows || s->waiting_bytes);
}

static void check_intake(Intake *in) {
    uint64_t epoch = intake_snapshot(in);
    BUG_ON(epoch != in->cuts || (in->failed && !in->error.msg[0]));
    intake_close_blocks(in);
    for (size_t i = 0; i < in->streams.len; i++) check_stream(in, in->streams.at[i]);
    BUG_ON(in->waiting_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(Arena) a = {0};
    AUTO(Pipe) pipe = {-1, -1};
    Err err = {0};
    Str text = {(const char *)data, size};
    if (size > LONGEST || str_find_str(text, STR("manifest")) != STR_NONE) return 0; /* BATCH opens files */
    LoadSettings settings;
    LoadFigures figures = {0};
    Intake in;
    Map versions;
    map_init(&versions, &a);
    BUG_ON(!load_settings_read(&settings, &a, NULL, NULL, &err) || !pipe_open(&pipe, &err));
    BUG_ON(!io_write_all(pipe.write, text, UNTIL_DONE, &err));
    fd_close(&pipe.write);
    intake_init(&in, &figures, LIMIT);
    LoadRequest request = {.settings = &settings, .input = pipe.read};
    Reader *reader = reader_new(&a, &(ReaderSpec){&request, &in, NULL, &versions, NULL});
    reader_run(reader);
    check_intake(&in);
    intake_release(&in);
    reader_free(reader);
    load_figures_release(&figures);
    return 0;
}

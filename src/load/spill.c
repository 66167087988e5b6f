/* Blocks on disk and back. */
#include "load/spill.h"

typedef struct Spilled {
    LoadStream *stream;
    Block *block;
    uint64_t at;
} Spilled;

typedef VEC(Spilled) SpilledVec;

bool spill_possible(const Intake *in) {
    return !in->spill_failed && in->spilled_bytes < SPILL_BYTES;
}

/* The lock is held. Blocks stay in their queues: nobody else takes any. */
static void collect(Intake *in, SpilledVec *ret) {
    intake_close_blocks(in);
    for (size_t i = 0; i < in->streams.len; i++) {
        LoadStream *s = in->streams.at[i];
        for (Block *b = s->first; b; b = b->next)
            if (b->kind == BLOCK_ROWS && b->bytes) vec_push(ret, (Spilled){s, b, 0});
    }
}

static bool write_all(Intake *in, const char *folder, SpilledVec *blocks, size_t *ret_written) {
    Err ignored;
    bool ok = in->spill.fd >= 0 || temp_file_open(&in->spill, folder, &ignored);
    for (*ret_written = 0; ok && *ret_written < blocks->len; *ret_written += ok) {
        Spilled *s = &blocks->at[*ret_written];
        ok = temp_file_add(&in->spill, (Str){s->block->bytes, s->block->len}, &s->at, &ignored);
    }
    return ok;
}

void spill_blocks(Intake *in, const char *folder) {
    SpilledVec blocks = {0};
    size_t written;
    Err ignored;
    mutex_lock(&in->lock);
    bool empty = !in->spilled_bytes && in->spill.fd >= 0;
    collect(in, &blocks);
    mutex_unlock(&in->lock);
    bool ok = (!empty || temp_file_clear(&in->spill, &ignored)) && write_all(in, folder, &blocks, &written);
    mutex_lock(&in->lock);
    if (!ok) in->spill_failed = true;
    for (size_t i = 0; ok && i < written; i++)
        intake_spilled(in, blocks.at[i].stream, blocks.at[i].block, blocks.at[i].at);
    cond_broadcast(&in->room);
    mutex_unlock(&in->lock);
    vec_release(&blocks);
}

bool spill_fetch(const Intake *in, Block *b, Err *err) {
    if (b->bytes) return true;
    b->bytes = malloc(b->len);
    BUG_ON(!b->bytes);
    return temp_file_read(&in->spill, b->spilled_at, b->bytes, b->len, err);
}

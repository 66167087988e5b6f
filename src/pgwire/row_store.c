#include "pgwire/row_store.h"

#include "base/buf.h"
#include "base/vec.h"
#include "os/temp_file.h"
#include "pgwire/session.h"

/* A row is found by the place of the nearest before it that is a multiple of this. */
enum { INDEX_STEP = 64, WINDOW_BYTES = 64 * 1024, HEAD = sizeof(uint32_t) };

struct RowStore {
    RowStorePlan plan;
    TempFile file;
    Buf tail;         /* what is behind the file's end: each row with its length before it */
    VEC(uint64_t) at; /* of every INDEX_STEPth row */
    uint64_t count;
    uint64_t next_row, next_at; /* behind the row that was read last */
    Buf window;                 /* of the file */
    uint64_t window_at;
};

RowStore *row_store_new(const RowStorePlan *plan) {
    RowStore *r = calloc(1, sizeof *r);
    BUG_ON(!r);
    r->plan = *plan;
    r->file = TEMP_FILE_INIT;
    return r;
}

void row_store_free(RowStore *r) {
    temp_file_close(&r->file);
    buf_release(&r->tail);
    buf_release(&r->window);
    vec_release(&r->at);
    free(r);
}

static bool spill(RowStore *r, Err *err) {
    uint64_t at;
    if (r->file.fd < 0 && !temp_file_open(&r->file, r->plan.folder, err)) return false;
    if (!temp_file_add(&r->file, buf_str(&r->tail), &at, err)) return false;
    buf_clear(&r->tail);
    return true;
}

bool row_store_add(RowStore *r, Str row, Err *err) {
    uint32_t len = (uint32_t)row.len;
    uint64_t end = r->file.end + r->tail.len;
    if (end + HEAD + row.len > r->plan.limit)
        return pg_error(err, "53400", "the rows kept of a cursor are more than the limit of temporary files, %llu MB",
                        (unsigned long long)(r->plan.limit >> 20));
    if (r->tail.len > ROW_STORE_MEMORY && !spill(r, err)) return false;
    if (r->count % INDEX_STEP == 0) vec_push(&r->at, end);
    buf_append(&r->tail, (Str){(const char *)&len, HEAD});
    buf_append(&r->tail, row);
    r->count++;
    return true;
}

uint64_t row_store_count(const RowStore *r) {
    return r->count;
}

bool row_store_is_cheap(const RowStore *r) {
    return !r->file.end && r->tail.len < ROW_STORE_MEMORY;
}

/* Bytes [at, at + len), which lie on one side of the file's end. */
static bool look(RowStore *r, uint64_t at, size_t len, Str *ret, Err *err) {
    if (at >= r->file.end) {
        *ret = str_slice(buf_str(&r->tail), at - r->file.end, at - r->file.end + len);
        return true;
    }
    if (at < r->window_at || at + len > r->window_at + r->window.len) {
        size_t bytes = (size_t)MIN((uint64_t)MAX(len, (size_t)WINDOW_BYTES), r->file.end - at);
        buf_clear(&r->window);
        BUG_ON(!buf_reserve(&r->window, bytes));
        if (!temp_file_read(&r->file, at, r->window.at, bytes, err)) return false;
        r->window.len = bytes;
        r->window_at = at;
    }
    *ret = str_slice(buf_str(&r->window), at - r->window_at, at - r->window_at + len);
    return true;
}

static bool length_at(RowStore *r, uint64_t at, uint32_t *ret, Err *err) {
    Str head;
    if (!look(r, at, HEAD, &head, err)) return false;
    memcpy(ret, head.at, HEAD);
    return true;
}

bool row_store_read(RowStore *r, uint64_t row, Str *ret, Err *err) {
    uint32_t len;
    BUG_ON(row >= r->count);
    bool near = row >= r->next_row && row - r->next_row < INDEX_STEP && r->next_at;
    uint64_t i = near ? r->next_row : row / INDEX_STEP * INDEX_STEP;
    uint64_t at = near ? r->next_at : r->at.at[row / INDEX_STEP];
    for (; i < row; i++) {
        if (!length_at(r, at, &len, err)) return false;
        at += HEAD + len;
    }
    if (!length_at(r, at, &len, err) || !look(r, at + HEAD, len, ret, err)) return false;
    r->next_row = row + 1;
    r->next_at = at + HEAD + len;
    return true;
}

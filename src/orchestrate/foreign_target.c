#include "orchestrate/foreign_target.h"

#include "orchestrate/foreign_state.h"

enum { PIECE = 64 * 1024, LINE_LIMIT = 256 * 1024 * 1024 };

/* Stores the complete lines at the beginning of *text and drops them. */
static bool take_lines(const World *w, Buf *text, Str state_id, bool merge, uint64_t *states, Err *err) {
    size_t end;
    while ((end = str_find(buf_str(text), '\n')) != STR_NONE) {
        Str line = str_trim(str_slice(buf_str(text), 0, end));
        bool state = str_starts(line, STR("{"));
        if (state && state_id.len && !foreign_state_put(w->meta, state_id, line, merge, err)) return false;
        *states += state;
        buf_drop(text, end + 1);
    }
    return true;
}

bool foreign_states_store(const World *w, int output, Str state_id, bool merge, uint64_t *ret_states, Err *err) {
    AUTO(Buf) text = {.limit = LINE_LIMIT};
    *ret_states = 0;
    for (;;) {
        if (!buf_reserve(&text, PIECE))
            return err_set(err, ERR_INPUT, "a line of the loader is longer than %d bytes", LINE_LIMIT);
        ssize_t got = io_read(output, text.at + text.len, PIECE, (Until){NO_DEADLINE, w->cancel, CANCEL_ABORT}, err);
        if (got < 0) return false;
        text.len += (size_t)got;
        if (!got && text.len) buf_put(&text, '\n'); /* the last line may have no end */
        if (!take_lines(w, &text, state_id, merge, ret_states, err)) return false;
        if (!got) return true;
    }
}

#include "orchestrate/bridge.h"

#include "base/json.h"
#include "base/time.h"
#include "singer/airbyte.h"
#include "singer/airbyte_catalog.h"

enum { PIECE = 256 * 1024, LINE_LIMIT = 512 * 1024 * 1024 };

/* ---- SCHEMA ---- */

/* Singer's keys are names: a key inside of an object is none. */
static const Node *key_names(Arena *a, const Node *keys) {
    for (size_t i = 0; i < keys->len; i++)
        if (!node_is(keys->items[i], NODE_STRING)) return node_new(a, NODE_LIST);
    return keys;
}

static void write_schemas(const Bridge *b, Buf *out) {
    AUTO(Arena) a = {0};
    AirbyteStream stream;
    for (size_t i = 0; airbyte_catalog_stream(&a, b->catalog, i, &stream); i++) {
        buf_append_c(out, "{\"type\":\"SCHEMA\",\"stream\":");
        json_write_string(out, stream.name);
        buf_append_c(out, ",\"schema\":");
        json_write(out, stream.schema, JSON_COMPACT);
        buf_append_c(out, ",\"key_properties\":");
        json_write(out, key_names(&a, stream.key_properties), JSON_COMPACT);
        buf_append_c(out, "}\n");
    }
}

/* ---- messages ---- */

static bool write_record(const AirbyteHead *head, Arena *a, Buf *out, Err *err) {
    int64_t ms;
    char time[TIME_TEXT];
    Str name;
    buf_append_c(out, "{\"type\":\"RECORD\",\"stream\":");
    if (head->namespace.at) {
        if (!airbyte_record_stream(head, a, &name, err)) return false;
        json_write_string(out, name);
    } else {
        buf_append(out, head->stream);
    }
    buf_append_c(out, ",\"record\":");
    buf_append(out, head->data);
    if (str_to_i64(head->emitted_at, &ms) && ms > 0 && ms < INT64_MAX / US_PER_MS)
        buf_printf(out, ",\"time_extracted\":\"" STR_FMT "\"", STR_ARG(time_format_us(ms * US_PER_MS, time)));
    buf_append_c(out, "}\n");
    return true;
}

static bool write_state(Bridge *b, const AirbyteHead *head, Buf *out, Err *err) {
    if (!airbyte_state_add(&b->state, head->body, err)) return false;
    buf_append_c(out, "{\"type\":\"STATE\",\"value\":");
    airbyte_state_write(&b->state, out);
    buf_append_c(out, "}\n");
    return true;
}

/* A log that cannot be written is no reason to stop. */
static void write_note(const Bridge *b, const AirbyteNote *note) {
    AUTO(Buf) text = {0};
    Err ignored = {0};
    if (note->level < LOG_INFO) return;
    if (note->level > LOG_INFO) buf_printf(&text, "%s: ", note->level == LOG_WARN ? "warning" : "error");
    buf_printf(&text, STR_FMT "\n", STR_ARG(note->text));
    if (note->detail.len) buf_printf(&text, STR_FMT "\n", STR_ARG(str_trim(note->detail)));
    (void)!io_write_all(b->spec.log, buf_str(&text), (Until){deadline_in(US_PER_SECOND), NULL, CANCEL_NONE}, &ignored);
}

/* The first error counts: what comes after it is mostly its consequence. */
static void note_failure(Bridge *b, Str text) {
    if (b->failure.code != ERR_OK) return;
    err_set(&b->failure, ERR_CHILD, STR_FMT ": " STR_FMT, STR_ARG(b->spec.source), STR_ARG(text));
}

static bool take_line(Bridge *b, Str line, Arena *a, Buf *out, Err *err) {
    AirbyteHead head;
    AirbyteNote note;
    b->line_number++;
    if (!airbyte_scan(line, &head, err)) return false;
    if (head.kind == AIRBYTE_RECORD) return write_record(&head, a, out, err);
    if (head.kind == AIRBYTE_STATE) return write_state(b, &head, out, err);
    if (!airbyte_note(a, &head, &note)) return true;
    write_note(b, &note);
    if (note.failure) note_failure(b, note.text);
    return true;
}

static bool take_lines(Bridge *b, Buf *in, Buf *out, Err *err) {
    AUTO(Arena) a = {0};
    Str rest = buf_str(in), line;
    size_t end;
    while ((end = str_find(rest, '\n')) != STR_NONE) {
        line = str_slice(rest, 0, end);
        rest = str_slice(rest, end + 1, STR_NONE);
        if (!take_line(b, line, &a, out, err))
            return err_context(err, STR_FMT ": line %llu", STR_ARG(b->spec.source), (unsigned long long)b->line_number);
        arena_reset(&a);
    }
    buf_drop(in, in->len - rest.len);
    return true;
}

/* ---- the thread ---- */

/* *ret_end: one side has gone. */
static bool hand_on(Bridge *b, Buf *in, Buf *out, bool *ret_end, Err *err) {
    Err gone = {0};
    Until until = {NO_DEADLINE, b->spec.cancel, CANCEL_ABORT};
    if (!buf_reserve(in, PIECE))
        return err_set(err, ERR_INPUT, STR_FMT ": line %llu is longer than %d bytes", STR_ARG(b->spec.source),
                       (unsigned long long)b->line_number + 1, LINE_LIMIT);
    ssize_t got = io_read_paced(&b->pace, b->spec.in, in->at + in->len, PIECE, until, &gone);
    if (got > 0) in->len += (size_t)got;
    if (got == 0 && in->len) buf_put(in, '\n'); /* the last line may have no end */
    *ret_end = got <= 0;
    if (got < 0) return true;
    bool ok = take_lines(b, in, out, err);
    if (!io_write_all(b->spec.out, buf_str(out), until, &gone)) *ret_end = true;
    buf_clear(out);
    return ok;
}

static void bridge_body(void *context) {
    Bridge *b = context;
    Err err = {0};
    AUTO(Buf) in = {.limit = LINE_LIMIT};
    AUTO(Buf) out = {0};
    bool end = false, ok = true;
    write_schemas(b, &out);
    while (ok && !end) ok = hand_on(b, &in, &out, &end, &err);
    if (!ok) b->failure = err;
    atomic_store(&b->failed, b->failure.code != ERR_OK);
    fd_close(&b->spec.out);
    fd_close(&b->spec.in);
    fd_close(&b->spec.log);
}

bool bridge_start(Bridge *b, const BridgeSpec *spec, Err *err) {
    b->spec = *spec;
    pipe_widen(spec->in);
    if (thread_start(&b->thread, &(ThreadSpec){.name = "bridge", .body = bridge_body, .context = b}, err)) return true;
    fd_close(&b->spec.in);
    fd_close(&b->spec.out);
    fd_close(&b->spec.log);
    return false;
}

bool bridge_succeeded(const Bridge *b, Err *err) {
    if (!atomic_load(&b->failed)) return true;
    *err = b->failure;
    err->code = ERR_CHILD;
    return false;
}

void bridge_release(Bridge *b) {
    thread_join(&b->thread);
    airbyte_state_release(&b->state);
}

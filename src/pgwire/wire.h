/*
 * Wire: messages of the PostgreSQL protocol (its chapter "Message Formats") over a connection. Reading gives slices of a
 * buffer; writing collects messages until wire_flush. One thread. Failure is sticky: after an error of the connection nothing
 * is written any more.
 *
 *     wire_begin(w, 'C');
 *     wire_put_text(w, STR("SELECT 1"));
 *     wire_end(w);
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "os/tls.h"

/* What a client may send in one message: a value of a parameter, a row of COPY. */
enum { WIRE_MESSAGE_LIMIT = 256 * 1024 * 1024, WIRE_STARTUP_LIMIT = 10 * 1000, WIRE_FLUSH_BYTES = 64 * 1024 };

typedef struct Wire {
    int fd;
    TlsConnection *tls; /* NULL: in clear */
    Cancel *cancel;     /* STOP ends a wait for the next message, ABORT a write */
    int64_t stuck_us;   /* a write that waits longer than this for the client fails; 0 = none */
    size_t window; /* bytes to read at once when many messages are expected, and memory to keep for them; 0 = few */
    Buf in, out;
    size_t in_at;      /* what of `in` was handed out */
    size_t message_at; /* of the message that is being written; SIZE_MAX: none is */
    bool failed;
    Err failure;
} Wire;

/* Says goodbye over TLS; the descriptor stays open. */
void wire_release(Wire *w);
DEFINE_AUTO(Wire, wire_release)

/* A start-up packet, which has no type; the body is borrowed until the next read. ERR_IO when the client has gone, with an empty
 * body at the end of input between messages. */
bool wire_read_startup(Wire *w, Until until, Str *ret_body, Err *err) MUST_USE;
/* The next message. */
bool wire_read(Wire *w, Until until, char *ret_type, Str *ret_body, Err *err) MUST_USE;
/* What was handed out stays until the arena is reset, whatever is read meanwhile. */
void wire_keep(Wire *w, Arena *a);
/* Whether a message can be had without waiting. */
bool wire_has_input(const Wire *w);
/* Whether what has been read already goes on to a Sync, with one Execute before it and nothing but the extended protocol. */
bool wire_has_single(const Wire *w) MUST_USE;
/* The next byte, which stays. */
bool wire_peek(Wire *w, Until until, char *ret, Err *err) MUST_USE;
/* What was read and not handed out, which is gone then; borrowed until the next read. */
Str wire_take_rest(Wire *w);

/* One byte without a message around it: the answer to an SSLRequest. */
void wire_put_raw(Wire *w, char byte);
void wire_begin(Wire *w, char type);
void wire_end(Wire *w);
void wire_put_byte(Wire *w, char byte);
void wire_put_i16(Wire *w, int16_t value);
void wire_put_i32(Wire *w, int32_t value);
void wire_put_bytes(Wire *w, Str bytes);
/* With a NUL; a NUL inside ends it. */
void wire_put_text(Wire *w, Str text);
/* Sends what was collected when it is much. */
bool wire_flush_some(Wire *w);
bool wire_flush(Wire *w);

/* The fields of a message, one after the other; `bad` stays true once one was not there. */
typedef struct Fields {
    const char *at, *end;
    bool bad;
} Fields;

static inline Fields fields_of(Str body) {
    return (Fields){body.at, body.at + body.len, false};
}
int32_t field_i32(Fields *f);
int16_t field_i16(Fields *f);
/* How many follow: up to 65,535. */
static inline size_t field_count(Fields *f) {
    return (uint16_t)field_i16(f);
}
char field_byte(Fields *f);
/* n < 0 is bad. */
Str field_bytes(Fields *f, int32_t n);
/* Up to a NUL, which is taken too. */
Str field_text(Fields *f);

/* Network byte order. */
static inline void put_be16(char *at, uint16_t v) {
    v = __builtin_bswap16(v);
    memcpy(at, &v, sizeof v);
}
static inline void put_be32(char *at, uint32_t v) {
    v = __builtin_bswap32(v);
    memcpy(at, &v, sizeof v);
}
static inline void put_be64(char *at, uint64_t v) {
    v = __builtin_bswap64(v);
    memcpy(at, &v, sizeof v);
}

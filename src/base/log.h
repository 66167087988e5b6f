/*
 * Log: events with fields, as text or JSON lines, to a few sinks. Only the edges log (command, session, run);
 * library code returns Err.
 *
 *     log_event(log, LOG_INFO, "run.started", LOG_STR("tap", name), LOG_INT("pid", pid));
 *     log_event(log, LOG_ERROR, "run.failed", LOG_ERR(&err));
 *
 *     2026-11-23T09:00:00Z info  run.started tap=tap-csv pid=4711
 *     {"time": "2026-11-23T09:00:00.123456Z", "level": "info", "event": "run.started", "tap": "tap-csv", "pid": 4711}
 *
 * A NULL Log is silent. log_event() may be called from any thread; sinks are added before the threads begin. Every line
 * reaches its sink in one piece, so that lines of several writers to one file (a tap's stderr) do not mix.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;
typedef enum LogFormat { LOG_TEXT, LOG_JSON } LogFormat;

typedef struct Log Log;

Log *log_new(void);
void log_free(Log *log);
DEFINE_AUTO_PTR(Log, log_free)

/* Where lines go. os/io.h has the sink for descriptors, log_to_file() is the one for a FILE. */
typedef struct LogSink LogSink;
struct LogSink {
    /* Called with one whole line and its "\n", by one thread at a time. */
    void (*write)(const LogSink *sink, Str line);
    void *context; /* Borrowed until log_free() */
    int fd;
    LogFormat format;
    LogLevel level; /* the least that is written */
};
LogSink log_to_file(FILE *file, LogFormat format, LogLevel level);

enum { LOG_SINKS = 4 };
/* Copies the sink. At most LOG_SINKS. */
void log_add(Log *log, LogSink sink);
/* False: no sink takes this level, so the fields need not be computed. */
bool log_wants(const Log *log, LogLevel level);

/* "debug", "info", "warn" (or "warning"), "error" in any case. */
bool log_level_parse(Str text, LogLevel *ret);

/* A text that must not be shown. Being a struct it fits no printf and no LOG_STR; whoever needs the text says so. */
typedef struct Secret {
    Str hidden;
} Secret;
static inline Secret secret_of(Str text) {
    return (Secret){text};
}
static inline Str secret_reveal(Secret s) {
    return s.hidden;
}

typedef enum LogKind { LOG_KIND_END, LOG_KIND_STR, LOG_KIND_INT, LOG_KIND_REAL, LOG_KIND_BOOL, LOG_KIND_ERR } LogKind;

typedef struct LogField {
    const char *key;
    LogKind kind;
    union {
        Str text;
        int64_t number;
        double real;
        bool truth;
        const Err *err;
    };
} LogField;

#define LOG_STR(k, v) ((LogField){.key = (k), .kind = LOG_KIND_STR, .text = (v)})
#define LOG_C(k, v) ((LogField){.key = (k), .kind = LOG_KIND_STR, .text = str_of(v)})
#define LOG_INT(k, v) ((LogField){.key = (k), .kind = LOG_KIND_INT, .number = (int64_t)(v)})
#define LOG_REAL(k, v) ((LogField){.key = (k), .kind = LOG_KIND_REAL, .real = (v)})
#define LOG_BOOL(k, v) ((LogField){.key = (k), .kind = LOG_KIND_BOOL, .truth = (v)})
/* error=..., hint=... when there is one, code=... */
#define LOG_ERR(e) ((LogField){.key = "error", .kind = LOG_KIND_ERR, .err = (e)})

/* log_event(log, level, "noun.verb", fields...) */
#define log_event(log, ...) LOG_EVENT_SPLIT(log, __VA_ARGS__, (LogField){.kind = LOG_KIND_END})
#define LOG_EVENT_SPLIT(log, level, event, ...) log_write((log), (level), (event), (LogField[]){__VA_ARGS__})
/* fields: up to LOG_KIND_END. */
void log_write(Log *log, LogLevel level, const char *event, const LogField *fields);

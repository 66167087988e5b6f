/* Log: lines of events, as text or JSON. */
#include "base/log.h"

#include <math.h>
#include <pthread.h>

#include "base/json.h"
#include "base/time.h"

struct Log {
    pthread_mutex_t lock; /* sinks' writes; a leaf: nothing else is locked while it is held */
    LogSink sinks[LOG_SINKS];
    size_t sink_count;
};

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

Log *log_new(void) {
    Log *log = calloc(1, sizeof *log);
    BUG_ON(!log);
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

void log_free(Log *log) {
    pthread_mutex_destroy(&log->lock);
    free(log);
}

static void write_file(const LogSink *sink, Str line) {
    fwrite(line.at, 1, line.len, sink->context);
    fflush(sink->context);
}

LogSink log_to_file(FILE *file, LogFormat format, LogLevel level) {
    return (LogSink){.write = write_file, .context = file, .format = format, .level = level};
}

void log_add(Log *log, LogSink sink) {
    BUG_ON(log->sink_count == LOG_SINKS);
    log->sinks[log->sink_count++] = sink;
}

bool log_wants(const Log *log, LogLevel level) {
    for (size_t i = 0; log && i < log->sink_count; i++)
        if (level >= log->sinks[i].level) return true;
    return false;
}

bool log_level_parse(Str text, LogLevel *ret) {
    if (str_equal_nocase(text, STR("warning"))) text = STR("warn");
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
        if (!str_equal_nocase(text, str_of(level_names[i]))) continue;
        *ret = (LogLevel)i;
        return true;
    }
    return false;
}

/* ---- one line ---- */

typedef struct Line {
    Buf text;
    LogFormat format;
} Line;

static void put_key(Line *line, const char *key) {
    if (line->format == LOG_TEXT) {
        buf_printf(&line->text, " %s=", key);
        return;
    }
    buf_append(&line->text, STR(", "));
    json_write_string(&line->text, str_of(key));
    buf_append(&line->text, STR(": "));
}

/* Text that a reader can tell from the next field without quotes. */
static bool is_plain(Str text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7F) return false;
    }
    return text.len && str_is_utf8(text);
}

static void put_text(Line *line, const char *key, Str text) {
    put_key(line, key);
    if (line->format == LOG_TEXT && is_plain(text)) buf_append(&line->text, text);
    else json_write_string(&line->text, text);
}

static void put_err(Line *line, const Err *err) {
    put_text(line, "error", str_of(err->msg));
    if (err->hint[0]) put_text(line, "hint", str_of(err->hint));
    put_text(line, "code", str_of(err_name(err->code)));
}

static void put_field(Line *line, const LogField *field) {
    switch (field->kind) {
    case LOG_KIND_END: return;
    case LOG_KIND_STR: put_text(line, field->key, field->text); return;
    case LOG_KIND_ERR: put_err(line, field->err); return;
    case LOG_KIND_INT:
        put_key(line, field->key);
        buf_printf(&line->text, "%lld", (long long)field->number);
        return;
    case LOG_KIND_REAL:
        put_key(line, field->key);
        if (isfinite(field->real)) buf_printf(&line->text, "%.6g", field->real);
        else buf_append_c(&line->text, "null");
        return;
    case LOG_KIND_BOOL:
        put_key(line, field->key);
        buf_append_c(&line->text, field->truth ? "true" : "false");
        return;
    }
}

static void put_line(Line *line, int64_t now, LogLevel level, const char *event, const LogField *fields) {
    char time[TIME_TEXT];
    if (line->format == LOG_TEXT)
        buf_printf(&line->text, "%s %-5s %s", time_format(now - now % US_PER_SECOND, time).at, level_names[level],
                   event);
    else
        buf_printf(&line->text, "{\"time\": \"%s\", \"level\": \"%s\", \"event\": \"%s\"", time_format_us(now, time).at,
                   level_names[level], event);
    for (; fields->kind != LOG_KIND_END; fields++) put_field(line, fields);
    buf_append_c(&line->text, line->format == LOG_TEXT ? "\n" : "}\n");
}

void log_write(Log *log, LogLevel level, const char *event, const LogField *fields) {
    if (!log_wants(log, level)) return;
    int64_t now = time_now_us();
    Line lines[] = {{.format = LOG_TEXT}, {.format = LOG_JSON}};
    pthread_mutex_lock(&log->lock);
    for (size_t i = 0; i < log->sink_count; i++) {
        const LogSink *sink = &log->sinks[i];
        if (level < sink->level) continue;
        Line *line = &lines[sink->format];
        if (!line->text.len) put_line(line, now, level, event, fields);
        sink->write(sink, buf_str(&line->text));
    }
    pthread_mutex_unlock(&log->lock);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) buf_release(&lines[i].text);
}

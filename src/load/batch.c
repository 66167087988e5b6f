/* Reading the files of BATCH messages. */
#include "load/batch.h"

#include "base/buf.h"
#include "base/gzip.h"
#include "warehouse/result.h"
#include "warehouse/table.h"

typedef struct BatchFile {
    Warehouse *warehouse;
    const char *path;
    bool (*record)(void *context, Str line, Err *err);
    void *context;
} BatchFile;

/* The path of a file:// URL, or the text itself. */
static bool local_path(Arena *a, Str url, const char **ret, Err *err) {
    AUTO(Buf) path = {0};
    size_t scheme = str_find_str(url, STR("://"));
    if (scheme != STR_NONE && !str_starts(url, STR("file://")))
        return err_set(err, ERR_UNSUPPORTED, "BATCH file \"" STR_FMT "\": only file:// is supported", STR_ARG(url));
    Str rest = scheme == STR_NONE ? url : str_slice(url, 7, url.len);
    for (size_t i = 0; i < rest.len; i++) {
        bool escape = scheme != STR_NONE && rest.at[i] == '%' && i + 2 < rest.len &&
                      str_hex_digit(rest.at[i + 1]) >= 0 && str_hex_digit(rest.at[i + 2]) >= 0;
        buf_put(&path,
                escape ? (char)(str_hex_digit(rest.at[i + 1]) * 16 + str_hex_digit(rest.at[i + 2])) : rest.at[i]);
        if (escape) i += 2;
    }
    *ret = arena_c(a, buf_str(&path));
    return true;
}

/* gzip or plain: the reader tells by the first bytes. */
static bool read_jsonl(const BatchFile *f, Err *err) {
    AUTO_PTR(GzipReader) in = gzip_open(f->path, err);
    if (!in) return false;
    AUTO(Buf) line = {0};
    bool more = true;
    while (more) {
        buf_clear(&line);
        if (!gzip_read_line(in, &line, &more, err)) return false;
        if (str_trim(buf_str(&line)).len && !f->record(f->context, buf_str(&line), err)) return false;
    }
    return true;
}

static bool read_parquet(const BatchFile *f, Err *err) {
    AUTO(Arena) a = {0};
    AUTO_PTR(Session) s = session_open(f->warehouse, err);
    if (!s || !session_exec(s, err, "SET TimeZone = 'UTC'")) return false;
    AUTO_PTR(Result)
    rows =
        session_queryf(s, err, "SELECT to_json(t)::VARCHAR FROM read_parquet(%s) t", sql_literal(&a, str_of(f->path)));
    if (!rows) return false;
    while (result_next(rows)) {
        Str line;
        AUTO(Arena) row = {0};
        if (result_text(rows, 0, &row, &line) && !f->record(f->context, line, err)) return false;
    }
    return true;
}

static const struct {
    const char *format;
    bool (*read)(const BatchFile *f, Err *err);
} formats[] = {{"jsonl", read_jsonl}, {"parquet", read_parquet}};

bool batch_read(Warehouse *w, const Node *message, bool (*record)(void *context, Str line, Err *err), void *context,
                Err *err) {
    AUTO(Arena) a = {0};
    const Node *encoding = node_get_c(message, "encoding"), *manifest = node_get_c(message, "manifest");
    Str format = node_text(node_get_c(encoding, "format"));
    size_t found = 0;
    while (found < ARRAY_LEN(formats) && !str_is(format, formats[found].format)) found++;
    if (found == ARRAY_LEN(formats))
        return err_set(err, ERR_UNSUPPORTED, "BATCH format \"" STR_FMT "\" is not supported: jsonl and parquet are",
                       STR_ARG(format));
    if (!node_is(manifest, NODE_LIST)) return err_set(err, ERR_INPUT, "BATCH without a manifest");
    for (size_t i = 0; i < manifest->len; i++) {
        BatchFile file = {w, NULL, record, context};
        if (!local_path(&a, node_text(manifest->items[i]), &file.path, err)) return false;
        if (!formats[found].read(&file, err)) return err_context(err, "BATCH file \"%s\"", file.path);
    }
    return true;
}

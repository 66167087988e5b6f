/* zlib's gz reader, line by line. */
#include "base/gzip.h"

#include <errno.h>
#include <zlib.h>

struct GzipReader {
    gzFile file;
};

GzipReader *gzip_open(const char *path, Err *err) {
    gzFile file = gzopen(path, "rbe");
    if (!file) return err_errno(err, errno, "cannot open"), NULL;
    gzbuffer(file, 256 * 1024);
    GzipReader *r = calloc(1, sizeof *r);
    BUG_ON(!r);
    r->file = file;
    return r;
}

void gzip_close(GzipReader *r) {
    gzclose(r->file);
    free(r);
}

bool gzip_read_line(GzipReader *r, Buf *line, bool *ret_more, Err *err) {
    char part[8192];
    *ret_more = true;
    while (gzgets(r->file, part, sizeof part)) {
        size_t len = strlen(part);
        bool end = len && part[len - 1] == '\n';
        buf_append(line, (Str){part, end ? len - 1 : len});
        if (end) return true;
    }
    int code = Z_OK;
    const char *why = gzerror(r->file, &code);
    if (code != Z_OK && code != Z_STREAM_END) return err_set(err, ERR_INPUT, "damaged: %s", why);
    *ret_more = false;
    return true;
}

/* Lines of a file that is gzip or plain text. */
#pragma once

#include "base/buf.h"
#include "base/err.h"

typedef struct GzipReader GzipReader;

GzipReader *gzip_open(const char *path, Err *err) MUST_USE;
void gzip_close(GzipReader *r);
DEFINE_AUTO_PTR(GzipReader, gzip_close)

/* Appends the next line without its newline. *ret_more false: it was the last (and may be empty). False: damaged. */
bool gzip_read_line(GzipReader *r, Buf *line, bool *ret_more, Err *err) MUST_USE;

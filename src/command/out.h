/*
 * Out: where a command writes text. Collects what is written and hands it on in large pieces; knows whether a person reads
 * it on a terminal. Failure is sticky: when the reader has gone or the disk is full, the rest is dropped.
 *
 *     out_printf(cmd->out, "%zu plugins\n", n);
 *     out_styled(cmd->out, STYLE_DIM, "nothing to do\n");
 */
#pragma once

#include "os/io.h"

typedef enum Style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_CYAN } Style;

typedef struct Out {
    int fd;
    bool terminal;  /* a person reads it: progress may be redrawn, long tables may be cut */
    bool colours;   /* escape sequences are understood and wanted */
    bool utf8;      /* box characters may be used */
    unsigned width; /* columns; 0 = unlimited */
    Cancel *cancel; /* CANCEL_ABORT ends a write that blocks; may be NULL */
    Buf buf;
    Err failure; /* of the first write that failed; ERR_IO: the reader has gone */
} Out;

/* One thread at a time. */
void out_release(Out *o);
DEFINE_AUTO(Out, out_release)

void out_str(Out *o, Str text);
void out_c(Out *o, const char *text);
void out_printf(Out *o, const char *format, ...) PRINTF_LIKE(2, 3);
void out_styled(Out *o, Style style, const char *format, ...) PRINTF_LIKE(3, 4);
/* The escape sequence that begins a style, "" without colours; STYLE_PLAIN ends it. */
const char *out_style(const Out *o, Style style);
/* n blanks, or n times a text. */
void out_repeat(Out *o, const char *text, size_t n);
/* Hands everything on. False once something could not be written (a reader that has gone is no error of ours). */
bool out_flush(Out *o, Err *err) MUST_USE;

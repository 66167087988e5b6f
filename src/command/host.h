/* What only the program itself can do, not a command's body in the server: given to the Cmd by src/cli. */
#pragma once

#include "base/err.h"
#include "base/str.h"

typedef struct Cmd Cmd;

typedef struct Host {
    /* `pond up`: becomes the server. Returns when it has ended. */
    bool (*up)(Cmd *cmd, Err *err);
    /* What a server that is up says of itself (server/control.h). False: it does not answer. */
    bool (*ask)(Cmd *cmd, Str *ret_json, Err *err);
    /* Has the project's server lend its files; the context is the Cmd. */
    const struct Lender *lender;
} Host;

/* .pond/run/server.json: what the supervisor knows of the server, for `pond status` also when the engine does not answer. */
#pragma once

#include <sys/types.h>

#include "base/vec.h"
#include "server/config.h"

typedef struct ServerStatus {
    pid_t supervisor, engine; /* engine 0: being started */
    int64_t started_us;       /* time_now_us() */
    const Str *addresses;
    size_t address_count;
    unsigned restarts;
    Str last_end; /* why the engine ended the last time; empty: never */
    int64_t last_end_us;
} ServerStatus;

/* A file that cannot be written is no reason to stop serving. */
void server_status_write(const ServerStatus *status, const ServerConfig *config);
void server_status_remove(const ServerConfig *config);
/* Texts and addresses in the arena. ERR_NOT_FOUND: no server. run_folder: .pond/run */
bool server_status_read(Str run_folder, Arena *a, ServerStatus *ret, Err *err) MUST_USE;

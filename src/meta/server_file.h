/*
 * .pond/run/server.json and server.lock: that a server has this project, which one, and what its supervisor knows of it; read by
 * `pond status` and `pond down` also when the engine does not answer. Any thread.
 */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "os/io.h"

typedef struct ServerFile {
    Str version;              /* of pond */
    pid_t supervisor, engine; /* engine 0: being started */
    int64_t started_us;       /* time_now_us() */
    Str warehouse;
    Str control; /* path of the socket where commands go */
    Str tls;     /* of clients over TCP: "off", "auto", "required" */
    const Str *addresses;
    size_t address_count;
    unsigned restarts;
    Str last_end; /* why the engine ended the last time; empty: never */
    int64_t last_end_us;
    int64_t configured_us; /* when the settings were read the last time, well or not */
    Str config_error;      /* why they were not taken; empty: they were */
} ServerFile;

/* run_folder: .pond/run, NUL-terminated. A file that cannot be written is no reason to stop serving. */
void server_file_write(const char *run_folder, const ServerFile *status);
/* Texts in the arena. ERR_NOT_FOUND: no server has been here. */
bool server_file_read(const char *run_folder, Arena *a, ServerFile *ret, Err *err) MUST_USE;
void server_file_remove(const char *run_folder);

/* The program that a restart goes on with: who asks for one writes it, the supervisor takes it, so that an upgrade may lie elsewhere.
 * *ret empty: nobody has said. */
bool server_successor_write(const char *run_folder, Str program, Err *err) MUST_USE;
bool server_successor_take(const char *run_folder, Arena *a, Str *ret, Err *err) MUST_USE;

/* The lock that a server holds as long as it lives. ERR_LOCKED: another one has it. */
bool server_lock(const char *run_folder, Fd *ret, Err *err) MUST_USE;
/* Whether one has it now. */
bool server_is_up(const char *run_folder);

/* pond status: is this project served, by whom, since when, how often it had to be started again, and how its files and disk are. */
#include "base/json.h"
#include "base/time.h"
#include "command/all.h"
#include "command/cmd.h"
#include "command/host.h"
#include "command/human.h"
#include "meta/server_file.h"
#include "os/file.h"
#include "os/path.h"
#include "os/proc.h"

/* What the engine says of itself; an engine that is being started, or hangs, says nothing. */
typedef struct Vitals {
    bool known;
    int64_t sessions, oldest_us; /* oldest_us: when the oldest transaction began; 0: none is open */
    const Node *files, *databases;
} Vitals;

static Vitals ask(Cmd *cmd) {
    Str text;
    Err silent = {0};
    Vitals v = {0};
    const Node *n = NULL;
    if (cmd->host && cmd->host->ask(cmd, &text, &silent)) n = json_parse(cmd->arena, text, &silent);
    if (!n) return v;
    v.known = str_to_i64(node_text(node_get_c(n, "sessions")), &v.sessions);
    (void)str_to_i64(node_text(node_get_c(n, "oldest_transaction_us")), &v.oldest_us);
    v.files = node_get_c(n, "files");
    v.databases = node_get_c(n, "databases");
    return v;
}

/* A warehouse file, by stat: nobody but DuckDB opens it. */
typedef struct FileSize {
    Str path, database;                    /* database: what clients call it */
    uint64_t bytes, log_bytes, free_bytes; /* free_bytes: of the disk that it is on */
} FileSize;

static FileSize size_of(Arena *a, Str path) {
    Err ignored = {0};
    FileSize f = {.path = arena_str(a, path)};
    (void)!file_size(f.path.at, &f.bytes, &ignored);
    (void)!file_size(arena_printf(a, STR_FMT ".wal", STR_ARG(path)).at, &f.log_bytes, &ignored);
    (void)!disk_free(arena_c(a, path_folder(f.path)), &f.free_bytes, &ignored);
    return f;
}

static size_t file_count(const Vitals *v) {
    return node_is(v->files, NODE_LIST) ? v->files->len : 1;
}

/* The first is the project's warehouse. */
static FileSize file_of(Arena *a, const ServerFile *server, const Vitals *v, size_t i) {
    bool named = node_is(v->databases, NODE_LIST) && i < v->databases->len;
    FileSize f = size_of(a, node_is(v->files, NODE_LIST) ? node_text(v->files->items[i]) : server->warehouse);
    f.database = named ? node_text(v->databases->items[i]) : (Str){0};
    return f;
}

static Node *file_json(Arena *a, const FileSize *f) {
    Node *n = node_new(a, NODE_MAP);
    node_put(a, n, STR("path"), node_string(a, f->path));
    node_put(a, n, STR("database"), f->database.len ? node_string(a, f->database) : node_new(a, NODE_NULL));
    node_put(a, n, STR("bytes"), node_i64(a, (int64_t)f->bytes));
    node_put(a, n, STR("wal_bytes"), node_i64(a, (int64_t)f->log_bytes));
    node_put(a, n, STR("free_disk_bytes"), node_i64(a, (int64_t)f->free_bytes));
    return n;
}

static void put_vitals(Arena *a, const ServerFile *server, const Vitals *v, Node *n) {
    char text[TIME_TEXT];
    Node *files = node_new(a, NODE_LIST), *null = node_new(a, NODE_NULL);
    for (size_t i = 0; i < file_count(v); i++) {
        FileSize f = file_of(a, server, v, i);
        node_push(a, files, file_json(a, &f));
    }
    node_put(a, n, STR("files"), files);
    node_put(a, n, STR("sessions"), v->known ? node_i64(a, v->sessions) : null);
    node_put(a, n, STR("oldest_transaction"), v->oldest_us ? node_string(a, time_format(v->oldest_us, text)) : null);
}

static Node *status_json(Arena *a, const ServerFile *server, const Vitals *v, bool up) {
    char text[TIME_TEXT];
    Node *n = node_new(a, NODE_MAP), *addresses = node_new(a, NODE_LIST);
    node_put(a, n, STR("up"), node_bool(a, up));
    if (!up) return n;
    for (size_t i = 0; i < server->address_count; i++) node_push(a, addresses, node_string(a, server->addresses[i]));
    node_put(a, n, STR("version"), node_string(a, server->version));
    node_put(a, n, STR("supervisor"), node_i64(a, server->supervisor));
    node_put(a, n, STR("engine"), server->engine ? node_i64(a, server->engine) : node_new(a, NODE_NULL));
    node_put(a, n, STR("engine_bytes"), node_i64(a, (int64_t)process_resident(server->engine)));
    node_put(a, n, STR("started_at"), node_string(a, time_format(server->started_us, text)));
    node_put(a, n, STR("warehouse"), node_string(a, server->warehouse));
    node_put(a, n, STR("addresses"), addresses);
    node_put(a, n, STR("tls"), node_string(a, server->tls));
    node_put(a, n, STR("restarts"), node_i64(a, server->restarts));
    node_put(a, n, STR("last_end"), server->last_end.len ? node_string(a, server->last_end) : node_new(a, NODE_NULL));
    put_vitals(a, server, v, n);
    return n;
}

static void print_files(Cmd *cmd, const ServerFile *server, const Vitals *v) {
    Human size, log, room;
    for (size_t i = 0; i < file_count(v); i++) {
        FileSize f = file_of(cmd->arena, server, v, i);
        out_printf(cmd->out, "%s  " STR_FMT " (%s" STR_FMT "%s%s, log %s; %s of disk are free)\n",
                   i ? "file     " : "warehouse", STR_ARG(f.path), f.database.len ? "database " : "",
                   STR_ARG(f.database), f.database.len ? "; " : "", human_bytes(size, f.bytes),
                   human_bytes(log, f.log_bytes), human_bytes(room, f.free_bytes));
    }
}

static void print_sessions(Cmd *cmd, const Vitals *v) {
    Human since;
    if (!v->known) return;
    out_printf(cmd->out, "sessions   %lld", (long long)v->sessions);
    if (v->oldest_us) out_printf(cmd->out, ", the oldest transaction since %s UTC", human_time(since, v->oldest_us));
    out_c(cmd->out, "\n");
}

static void print_status(Cmd *cmd, const ServerFile *server, const Vitals *v) {
    Out *out = cmd->out;
    Human text;
    out_styled(out, server->engine ? STYLE_GREEN : STYLE_YELLOW, "%s", server->engine ? "up" : "starting");
    out_printf(out, " since %s UTC, pond " STR_FMT "\n", human_time(text, server->started_us),
               STR_ARG(server->version));
    print_files(cmd, server, v);
    for (size_t i = 0; i < server->address_count; i++) {
        Str address = server->addresses[i];
        out_printf(out, "listens    " STR_FMT, STR_ARG(address));
        /* A Unix socket needs none. */
        if (!str_starts(address, STR("/"))) out_printf(out, ", TLS " STR_FMT, STR_ARG(server->tls));
        out_c(out, "\n");
    }
    out_printf(out, "processes  supervisor %d", (int)server->supervisor);
    if (server->engine)
        out_printf(out, ", engine %d (%s)", (int)server->engine, human_bytes(text, process_resident(server->engine)));
    out_c(out, "\n");
    print_sessions(cmd, v);
    if (server->restarts)
        out_printf(out, "restarts   %u, the last at %s UTC: " STR_FMT "\n", server->restarts,
                   human_time(text, server->last_end_us), STR_ARG(server->last_end));
}

static bool status_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p) return false;
    const char *folder = project_folder_path(p, STR("run")).at;
    ServerFile server = {0};
    Err absent = {0};
    bool up = server_is_up(folder) && server_file_read(folder, cmd->arena, &server, &absent);
    Vitals v = up && server.engine ? ask(cmd) : (Vitals){0};
    if (cmd_json(cmd)) cmd_print_json(cmd, status_json(cmd->arena, &server, &v, up));
    else if (up) print_status(cmd, &server, &v);
    else out_c(cmd->out, "down: pond up starts it\n");
    cmd->exit_code = up ? 0 : 1;
    return true;
}

static const Option options[] = {
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .help = "how it is written [text]"},
    {0},
};

const Command command_status = {
    .name = "status",
    .group = GROUP_WAREHOUSE,
    .words = "",
    .summary = "is the server up; exit code 1 when it is not",
    .options = options,
    .run = status_run,
};

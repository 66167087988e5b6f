/* pond status: is this project served, by whom, since when, and how often it had to be started again. */
#include "base/time.h"
#include "command/all.h"
#include "command/cmd.h"
#include "command/human.h"
#include "meta/server_file.h"
#include "os/proc.h"

static Node *status_json(Arena *a, const ServerFile *server, bool up) {
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
    return n;
}

static void print_status(Cmd *cmd, const ServerFile *server) {
    Out *out = cmd->out;
    Human text;
    out_styled(out, server->engine ? STYLE_GREEN : STYLE_YELLOW, "%s", server->engine ? "up" : "starting");
    out_printf(out, " since %s UTC, pond " STR_FMT "\n", human_time(text, server->started_us),
               STR_ARG(server->version));
    out_printf(out, "warehouse  " STR_FMT "\n", STR_ARG(server->warehouse));
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
    if (cmd_json(cmd)) cmd_print_json(cmd, status_json(cmd->arena, &server, up));
    else if (up) print_status(cmd, &server);
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

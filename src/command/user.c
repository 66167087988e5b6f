/* pond user: who may connect to the server. In pond.db, so with the server up or down. */
#include "base/json.h"
#include "base/scram.h"
#include "command/all.h"
#include "command/cmd.h"
#include "command/grid.h"
#include "command/human.h"
#include "meta/users.h"

enum { PASSWORD_LIMIT = 1024 };

static bool open_meta(Cmd *cmd, MetaMode mode, Meta **ret, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    Str folder;
    if (!p) return false;
    if (mode == META_READ) return meta_open(project_folder_path(p, (Str){0}).at, mode, ret, err);
    return project_folder(p, (Str){0}, &folder, err) && meta_open(folder.at, mode, ret, err);
}

/* The first line of standard input. A password on the command line would be everybody's to read. */
static bool read_password(Cmd *cmd, Str *ret, Err *err) {
    AUTO(Buf) text = {0};
    if (!cmd_flag(cmd, "password-stdin")) {
        err_set(err, ERR_USAGE, "a password is read from standard input");
        return err_hint(err, "printf %%s 'the password' | pond user ... --password-stdin");
    }
    if (!io_read_all(cmd->in, PASSWORD_LIMIT, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, &text, err)) return false;
    Str line = str_slice(buf_str(&text), 0, str_find(buf_str(&text), '\n'));
    if (line.len && line.at[line.len - 1] == '\r') line = str_slice(line, 0, line.len - 1);
    if (!line.len) return err_set(err, ERR_INPUT, "the password is empty");
    *ret = arena_str(cmd->arena, line);
    return true;
}

static bool add_run(Cmd *cmd, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    Str password;
    User user = {.name = cmd_word(cmd, 0), .role = cmd_text(cmd, "role")};
    if (!read_password(cmd, &password, err) || !open_meta(cmd, META_WRITE, &meta, err)) return false;
    user.verifier = scram_verifier_new(cmd->arena, password);
    if (!meta_user_add(meta, &user, err)) return false;
    out_printf(cmd->out, "added user " STR_FMT ", role " STR_FMT "\n", STR_ARG(user.name), STR_ARG(user.role));
    return true;
}

static bool password_run(Cmd *cmd, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    Str password, name = cmd_word(cmd, 0);
    if (!read_password(cmd, &password, err) || !open_meta(cmd, META_WRITE, &meta, err)) return false;
    if (!meta_user_password(meta, name, scram_verifier_new(cmd->arena, password), err)) return false;
    out_printf(cmd->out, "user " STR_FMT " has another password\n", STR_ARG(name));
    return true;
}

static bool remove_run(Cmd *cmd, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    Str name = cmd_word(cmd, 0);
    if (!open_meta(cmd, META_WRITE, &meta, err) || !meta_user_remove(meta, name, err)) return false;
    out_printf(cmd->out, "removed user " STR_FMT "\n", STR_ARG(name));
    return true;
}

static void print_json(Cmd *cmd, const UserVec *users) {
    Arena *a = cmd->arena;
    Node *list = node_new(a, NODE_LIST);
    for (size_t i = 0; i < users->len; i++) {
        char text[TIME_TEXT];
        Node *n = node_new(a, NODE_MAP);
        node_put(a, n, STR("name"), node_string(a, users->at[i].name));
        node_put(a, n, STR("role"), node_string(a, users->at[i].role));
        node_put(a, n, STR("created_at"), node_string(a, time_format(users->at[i].created_us, text)));
        node_push(a, list, n);
    }
    cmd_print_json(cmd, list);
}

static bool list_run(Cmd *cmd, Err *err) {
    AUTO_PTR(Meta) meta = NULL;
    UserVec users = {0};
    bool ok = open_meta(cmd, META_READ, &meta, err) && meta_user_list(meta, cmd->arena, &users, err);
    if (ok && cmd_json(cmd)) {
        print_json(cmd, &users);
    } else if (ok) {
        AUTO(Grid) grid = {0};
        grid_column(&grid, "user", GRID_LEFT);
        grid_column(&grid, "role", GRID_LEFT);
        grid_column(&grid, "since (UTC)", GRID_LEFT);
        for (size_t i = 0; i < users.len; i++) {
            Human since;
            grid_cell(&grid, users.at[i].name);
            grid_cell(&grid, users.at[i].role);
            grid_cell(&grid, str_of(human_time(since, users.at[i].created_us)));
        }
        grid_print(&grid, cmd->out);
        if (!users.len) out_c(cmd->out, "no users: pond up makes the first\n");
    }
    vec_release(&users);
    return ok;
}

#define OPTION_PASSWORD                                                                                                \
    { .name = "password-stdin", .help = "read the password from standard input" }

static const Option add_options[] = {
    {.name = "role",
     .kind = OPTION_CHOICE,
     .argument = "view|analyst|editor|admin",
     .value = "view",
     .help = "what the user may do; not checked yet: everybody is an admin [view]"},
    OPTION_PASSWORD,
    {0},
};
static const Option password_options[] = {OPTION_PASSWORD, {0}};
static const Option list_options[] = {
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .help = "how it is written [text]"},
    {0},
};

static const Command user_add = {
    .name = "add",
    .words = "NAME",
    .summary = "a user who may connect",
    .options = add_options,
    .run = add_run,
};
static const Command user_list = {
    .name = "list",
    .words = "",
    .summary = "those who may connect",
    .options = list_options,
    .run = list_run,
};
static const Command user_password = {
    .name = "password",
    .words = "NAME",
    .summary = "another password",
    .options = password_options,
    .run = password_run,
};
static const Command user_remove = {
    .name = "remove",
    .words = "NAME",
    .summary = "may not connect any more",
    .run = remove_run,
};
static const Command *const verbs[] = {&user_add, &user_list, &user_password, &user_remove, NULL};

const Command command_user = {
    .name = "user",
    .group = GROUP_WAREHOUSE,
    .summary = "who may connect to the server",
    .details = "  printf %s secret | pond user add ann --role analyst --password-stdin\n",
    .verbs = verbs,
};

/* pond state: bookmarks by state id, in the JSON that Meltano prints and reads: {"singer_state": ...}. */
#include "orchestrate/state.h"

#include "base/json.h"
#include "command/all.h"
#include "command/open.h"
#include "command/state_warning.h"
#include "os/file.h"

enum { STATE_LIMIT = 64 * 1024 * 1024 };

static bool open_book(Cmd *cmd, StateBook *ret, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    *ret = (StateBook){
        .arena = cmd->arena,
        .project = p,
        .options = {.env = cmd->env, .env_file = cmd_text(cmd, "env-file")},
        .library = cmd_env(cmd, STR("POND_LIBDUCKDB")),
        .pool = cmd->pool,
        .lock = open_lock_wait(cmd),
    };
    return p && state_warning(cmd, p, err);
}

static Node *parse_value(Arena *a, Str value, Err *err) {
    Node *n = json_parse(a, value, err);
    if (!n) err_context(err, "stored state");
    return n;
}

/* What the user gave, checked: `{"singer_state": {...}}`. NULL with err. */
static Node *read_state(Cmd *cmd, Str text, Err *err) {
    Node *payload = json_parse(cmd->arena, text, err);
    if (!payload) {
        err_context(err, "state is no JSON");
        return NULL;
    }
    Node *value = node_get_c(payload, "singer_state");
    if (cmd_flag(cmd, "no-validate") && !value) return payload;
    if (node_is(value, NODE_MAP)) return value;
    err_set(err, ERR_INPUT, "state must be {\"singer_state\": {...}}");
    err_hint(err, "--no-validate stores it as the whole state");
    return NULL;
}

/* The state given as the word behind the id, or as --input-file. */
static Node *given_state(Cmd *cmd, Err *err) {
    Str file = cmd_text(cmd, "input-file"), text = cmd_word(cmd, 1);
    if ((file.len > 0) == (text.len > 0)) {
        err_set(err, ERR_USAGE, "give the state as a word or as --input-file");
        return NULL;
    }
    if (file.len && !file_read(cmd->arena, cmd_path(cmd, file).at, STATE_LIMIT, &text, err)) return NULL;
    return read_state(cmd, text, err);
}

static Str compact(Cmd *cmd, const Node *value) {
    AUTO(Buf) text = {0};
    json_write(&text, value, JSON_PYTHON);
    return arena_str(cmd->arena, buf_str(&text));
}

static bool need_state(StateBook *book, Str id, Str *ret, Err *err) {
    if (!state_get(book, id, ret, err)) return false;
    if (ret->len) return true;
    err_set(err, ERR_NOT_FOUND, "no state \"" STR_FMT "\"", STR_ARG(id));
    return err_hint(err, "pond state list shows what there is");
}

static void say(Cmd *cmd, const char *what, Str id) {
    out_styled(cmd->err, STYLE_DIM, "%s " STR_FMT "\n", what, STR_ARG(id));
}

/* ---- verbs ---- */

static bool list_run(Cmd *cmd, Err *err) {
    AUTO(StateBook) book = {0};
    AUTO(StrVec) ids = {0};
    Str pattern = cmd_text(cmd, "pattern");
    if (!open_book(cmd, &book, err) || !state_list(&book, &ids, err)) return false;
    if (book.unread.code) cmd_warn(cmd, "%s", book.unread.msg);
    Node *list = cmd_json(cmd) ? node_new(cmd->arena, NODE_LIST) : NULL;
    for (size_t i = 0; i < ids.len; i++) {
        if (pattern.len && !str_glob(pattern, ids.at[i])) continue;
        if (list) {
            node_push(cmd->arena, list, node_string(cmd->arena, ids.at[i]));
        } else {
            out_printf(cmd->out, STR_FMT "\n", STR_ARG(ids.at[i]));
        }
    }
    if (list) cmd_print_json(cmd, list);
    return true;
}

static bool get_run(Cmd *cmd, Err *err) {
    AUTO(StateBook) book = {0};
    Str value;
    if (!open_book(cmd, &book, err) || !state_get(&book, cmd_word(cmd, 0), &value, err)) return false;
    Node *payload = node_new(cmd->arena, NODE_MAP);
    if (value.len) {
        Node *inner = parse_value(cmd->arena, value, err);
        if (!inner) return false;
        node_put(cmd->arena, payload, STR("singer_state"), inner);
    }
    if (str_is(cmd_text(cmd, "format"), "pretty")) {
        cmd_print_json(cmd, payload);
    } else {
        out_printf(cmd->out, STR_FMT "\n", STR_ARG(compact(cmd, payload)));
    }
    return true;
}

static bool set_run(Cmd *cmd, Err *err) {
    AUTO(StateBook) book = {0};
    Str id = cmd_word(cmd, 0);
    if (!open_book(cmd, &book, err)) return false;
    Node *value = given_state(cmd, err);
    if (!value || !cmd_confirm(cmd, "force", "This replaces the state. Go on?", err)) return false;
    if (!state_set(&book, id, compact(cmd, value), err)) return false;
    say(cmd, "set", id);
    return true;
}

static bool merge_run(Cmd *cmd, Err *err) {
    AUTO(StateBook) book = {0};
    Str id = cmd_word(cmd, 0), from = cmd_text(cmd, "from-state-id"), old;
    if (!open_book(cmd, &book, err)) return false;
    Node *over = NULL, *under = NULL;
    if (from.len) {
        Str text;
        if (!need_state(&book, from, &text, err) || !(over = parse_value(cmd->arena, text, err))) return false;
    } else if (!(over = given_state(cmd, err))) {
        return false;
    }
    if (!state_get(&book, id, &old, err)) return false;
    if (old.len && !(under = parse_value(cmd->arena, old, err))) return false;
    if (!state_set(&book, id, compact(cmd, under ? node_merge(cmd->arena, under, over) : over), err)) return false;
    say(cmd, "merged into", id);
    return true;
}

static bool transfer(Cmd *cmd, bool remove, Err *err) {
    AUTO(StateBook) book = {0};
    Str from = cmd_word(cmd, 0), to = cmd_word(cmd, 1), value;
    bool found;
    if (!open_book(cmd, &book, err) || !need_state(&book, from, &value, err)) return false;
    if (!cmd_confirm(cmd, "force", "This replaces the state of the second id. Go on?", err)) return false;
    if (!state_set(&book, to, value, err)) return false;
    if (remove && !state_remove(&book, from, &found, err)) return false;
    say(cmd, remove ? "moved to" : "copied to", to);
    return true;
}

static bool copy_run(Cmd *cmd, Err *err) {
    return transfer(cmd, false, err);
}

static bool move_run(Cmd *cmd, Err *err) {
    return transfer(cmd, true, err);
}

static bool clear_run(Cmd *cmd, Err *err) {
    AUTO(StateBook) book = {0};
    AUTO(StrVec) ids = {0};
    bool found;
    if (!open_book(cmd, &book, err)) return false;
    if (cmd_flag(cmd, "all") == (cmd_words(cmd) > 0)) return err_set(err, ERR_USAGE, "state clear: STATE_ID or --all");
    if (!cmd_confirm(cmd, "force", "The next run loads everything again. Go on?", err)) return false;
    if (!cmd_flag(cmd, "all")) {
        vec_push(&ids, cmd_word(cmd, 0));
    } else if (!state_list(&book, &ids, err)) {
        return false;
    } else if (book.unread.code) {
        *err = book.unread;
        return false;
    }
    for (size_t i = 0; i < ids.len; i++) {
        if (!state_remove(&book, ids.at[i], &found, err)) return false;
        say(cmd, found ? "cleared" : "nothing to clear:", ids.at[i]);
    }
    return true;
}

/* ---- rows ---- */

#define OPTION_FORCE                                                                                                   \
    { .name = "force", .help = "do not ask" }
#define OPTION_INPUT                                                                                                   \
    { .name = "input-file", .kind = OPTION_TEXT, .argument = "FILE", .help = "read the state from FILE" }

static const Option list_options[] = {
    {.name = "pattern", .kind = OPTION_TEXT, .argument = "GLOB", .help = "only ids that match"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .value = "text", .help = "output"},
    {0},
};
static const Option get_options[] = {
    {.name = "format", .kind = OPTION_CHOICE, .argument = "json|pretty", .value = "json", .help = "output"},
    {0},
};
static const Option set_options[] = {
    OPTION_INPUT,
    OPTION_FORCE,
    {.name = "no-validate", .help = "take it as it is"},
    {0},
};
static const Option merge_options[] = {
    {.name = "from-state-id", .kind = OPTION_TEXT, .argument = "ID", .help = "take the state of another id"},
    OPTION_INPUT,
    OPTION_FORCE,
    {.name = "no-validate", .help = "take it as it is"},
    {0},
};
static const Option force_options[] = {OPTION_FORCE, {0}};
static const Option clear_options[] = {{.name = "all", .help = "every id of the project"}, OPTION_FORCE, {0}};

static const Command list_row = {
    .name = "list",
    .words = "",
    .summary = "state ids of the project",
    .options = list_options,
    .run = list_run,
    .warehouse = true,
};

static const Command get_row = {
    .name = "get",
    .words = "STATE_ID",
    .summary = "print a state",
    .options = get_options,
    .run = get_run,
    .warehouse = true,
};

static const Command set_row = {
    .name = "set",
    .words = "STATE_ID [JSON]",
    .summary = "replace a state",
    .options = set_options,
    .run = set_run,
    .warehouse = true,
};

static const Command merge_row = {
    .name = "merge",
    .words = "STATE_ID [JSON]",
    .summary = "put bookmarks into a state, keeping the others",
    .options = merge_options,
    .run = merge_run,
    .warehouse = true,
};

static const Command clear_row = {
    .name = "clear",
    .words = "[STATE_ID]",
    .summary = "forget a state",
    .options = clear_options,
    .run = clear_run,
    .warehouse = true,
};

static const Command copy_row = {
    .name = "copy",
    .words = "FROM_ID TO_ID",
    .summary = "copy a state to another id",
    .options = force_options,
    .run = copy_run,
    .warehouse = true,
};

static const Command move_row = {
    .name = "move",
    .words = "FROM_ID TO_ID",
    .summary = "give a state another id",
    .options = force_options,
    .run = move_run,
    .warehouse = true,
};

static const Command *const verbs[] = {&list_row,  &get_row,  &set_row,  &merge_row,
                                       &clear_row, &copy_row, &move_row, NULL};

const Command command_state = {
    .name = "state",
    .group = GROUP_LOAD,
    .summary = "show and change where the next run begins",
    .verbs = verbs,
};

/* pond el (elt): one tap into one target, with a state id of the user's own or none. */
#include "base/json.h"
#include "base/time.h"
#include "command/all.h"
#include "command/install.h"
#include "command/open.h"
#include "command/run_common.h"
#include "orchestrate/state.h"
#include "os/file.h"

/* Without --state-id Meltano makes a name of the time: nothing is ever found again. Pond keeps none. */
static RunRequest request_of(Cmd *cmd) {
    RunRequest request = run_request(cmd);
    request.words = &cmd->line->words;
    request.single = true;
    request.state_id = cmd_text(cmd, "state-id");
    request.catalog.select = cmd_list(cmd, "select");
    request.catalog.exclude = cmd_list(cmd, "exclude");
    if (cmd_given(cmd, "catalog")) request.catalog.file = cmd_path(cmd, cmd_text(cmd, "catalog"));
    if (cmd_given(cmd, "state")) request.state_file = cmd_path(cmd, cmd_text(cmd, "state"));
    return request;
}

/* Before anything starts: a tap that cannot read its file says so in its own words, if at all. */
static bool check_file(Cmd *cmd, const char *option, Err *err) {
    enum { LIMIT = 512 * 1024 * 1024 };
    AUTO(Arena) arena = {0};
    Str text, name = cmd_text(cmd, option);
    if (!cmd_given(cmd, option)) return true;
    if (file_read(&arena, cmd_path(cmd, name).at, LIMIT, &text, err) && json_parse(&arena, text, err)) return true;
    return err_context(err, "--%s " STR_FMT, option, STR_ARG(name));
}

/* ---- --dump ---- */

/* The extractor's, or the loader's behind it. */
static bool dump_config(Cmd *cmd, Project *p, bool of_loader, Err *err) {
    Map chain;
    map_init(&chain, cmd->arena);
    const Plugin *plugin = plugin_need(p, PLUGIN_EXTRACTORS, cmd_word(cmd, 0), err);
    Settings *s = plugin ? settings_of_plugin(p, plugin, err) : NULL;
    if (s && of_loader) {
        if (!settings_to_chain(s, &chain, err)) return false;
        plugin = plugin_need(p, PLUGIN_LOADERS, cmd_word(cmd, 1), err);
        s = plugin ? settings_in_chain(p, plugin, &chain, err) : NULL;
    }
    const Node *config = s ? settings_config(s, err) : NULL;
    if (config) cmd_print_json(cmd, config);
    return config != NULL;
}

static bool dump_catalog(Cmd *cmd, Project *p, const RunRequest *request, Err *err) {
    AUTO(World) world = {0};
    Program tap;
    TapCatalog catalog;
    const Plugin *plugin = plugin_need(p, PLUGIN_EXTRACTORS, cmd_word(cmd, 0), err);
    if (!plugin || !run_world_open(cmd, p, &world, err)) return false;
    if (!program_prepare(&world, plugin, &tap, err) || !program_write_config(&world, &tap, err)) return false;
    if (!tap_catalog(&world, &tap, &request->catalog, &catalog, err)) return false;
    if (!catalog.document) return err_set(err, ERR_NOT_FOUND, STR_FMT " has no catalog", STR_ARG(plugin->name));
    cmd_print_json(cmd, catalog.document);
    return true;
}

static bool dump_state(Cmd *cmd, Project *p, const RunRequest *request, Err *err) {
    AUTO(StateBook)
    book = {
        .arena = cmd->arena,
        .project = p,
        .options = {.env = cmd->env, .env_file = cmd_text(cmd, "env-file")},
        .library = cmd_env(cmd, STR("POND_LIBDUCKDB")),
        .pool = cmd->pool,
        .lock = open_lock_wait(cmd),
    };
    Str value;
    if (!request->state_id.len) return err_set(err, ERR_USAGE, "--dump state needs --state-id");
    if (!state_get(&book, request->state_id, &value, err)) return false;
    out_printf(cmd->out, STR_FMT "\n", STR_ARG(value.len ? value : STR("{}")));
    return true;
}

static bool dump(Cmd *cmd, Project *p, const RunRequest *request, Str what, Err *err) {
    if (str_is(what, "catalog")) return dump_catalog(cmd, p, request, err);
    if (str_is(what, "state")) return dump_state(cmd, p, request, err);
    return dump_config(cmd, p, str_is(what, "loader-config"), err);
}

static bool el_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    if (!p || !check_file(cmd, "catalog", err) || !check_file(cmd, "state", err)) return false;
    RunRequest request = request_of(cmd);
    Str transform = cmd_text(cmd, "transform"), what = cmd_text(cmd, "dump");
    if (transform.len && !str_is(transform, "skip")) {
        return err_set(err, ERR_UNSUPPORTED, "--transform " STR_FMT ": run the transformer as a block of `pond run`",
                       STR_ARG(transform));
    }
    if (what.len) return dump(cmd, p, &request, what, err);
    if (cmd_flag(cmd, "dry")) return run_explain(cmd, p, &request, err);
    if (!install_blocks(cmd, p, request.words, err)) return false;
    return cmd_flag(cmd, "only-install") || run_perform(cmd, p, &request, err);
}

static const Option options[] = {
    {.name = "state-id",
     .kind = OPTION_TEXT,
     .argument = "ID",
     .env = "STATE_ID",
     .help = "keep the state under ID; without it there is none"},
    {.name = "dry", .help = "only say what would run"},
    OPTIONS_OF_RUNS,
    {.name = "select",
     .letter = 's',
     .kind = OPTION_LIST,
     .argument = "PATTERN",
     .help = "instead of the project's selection"},
    {.name = "exclude", .letter = 'e', .kind = OPTION_LIST, .argument = "PATTERN", .help = "leave out"},
    {.name = "catalog", .kind = OPTION_TEXT, .argument = "FILE", .help = "instead of discovery"},
    {.name = "state", .kind = OPTION_TEXT, .argument = "FILE", .help = "instead of the stored state"},
    {.name = "dump",
     .kind = OPTION_CHOICE,
     .argument = "catalog|state|extractor-config|loader-config",
     .help = "print it and run nothing"},
    OPTIONS_OF_INSTALLING,
    {.name = "transform",
     .kind = OPTION_CHOICE,
     .argument = "skip|only|run",
     .help = "Meltano's: only skip",
     .hidden = true},
    {0},
};

const Command command_el = {
    .name = "el",
    .other_name = "elt",
    .group = GROUP_LOAD,
    .words = "TAP TARGET",
    .summary = "run one tap into one target, with a state id of your own",
    .options = options,
    .run = el_run,
    .warehouse = true,
    .spawns = true,
};

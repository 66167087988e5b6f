/* pond invoke: a plugin's own program with its settings, environment and files. Its exit code is pond's. */
#include "orchestrate/invoke.h"

#include "base/json.h"
#include "command/all.h"
#include "command/grid.h"
#include "command/install.h"
#include "command/run_common.h"

enum { SIGNAL_EXIT = 128 };

static bool list_commands(Cmd *cmd, const Plugin *plugin) {
    AUTO(Grid) grid = {0};
    grid_column(&grid, "command", GRID_LEFT);
    grid_column(&grid, "", GRID_LEFT);
    for (size_t i = 0; plugin->commands && i < plugin->commands->len; i++) {
        grid_printf(&grid, STR_FMT ":" STR_FMT, STR_ARG(plugin->name), STR_ARG(plugin->commands->keys[i]));
        grid_cell(&grid, node_text(node_get_c(plugin->commands->items[i], "description")));
    }
    grid_print(&grid, cmd->out);
    if (!grid.cells.len) out_styled(cmd->err, STYLE_DIM, STR_FMT " defines no commands\n", STR_ARG(plugin->name));
    return true;
}

/* Before the work; what is not set is Python's None, as Meltano prints it. */
static bool print_variables(Cmd *cmd, const World *w, const Plugin *plugin, Err *err) {
    Program program;
    const StrVec *names = cmd_list(cmd, "print-var");
    if (!program_prepare(w, plugin, &program, err)) return false;
    for (size_t i = 0; i < names->len; i++) {
        Str text = STR("None");
        map_get_str(&program.env, names->at[i], &text);
        out_printf(cmd->out, STR_FMT "=" STR_FMT "\n", STR_ARG(names->at[i]), STR_ARG(text));
    }
    return out_flush(cmd->out, err);
}

/* --dump: a file that the plugin would get. */
static bool dump(Cmd *cmd, const World *w, const Plugin *plugin, Err *err) {
    Program program;
    TapCatalog catalog = {0};
    if (!program_prepare(w, plugin, &program, err)) return false;
    if (str_is(cmd_text(cmd, "dump"), "config")) {
        cmd_print_json(cmd, program.config);
        return true;
    }
    TapCatalogOptions options = {.refresh = cmd_flag(cmd, "refresh-catalog")};
    if (plugin->type != PLUGIN_EXTRACTORS) return err_set(err, ERR_USAGE, "only extractors have a catalog");
    if (!program_write_config(w, &program, err) || !tap_catalog(w, &program, &options, &catalog, err)) return false;
    if (!catalog.document) return err_set(err, ERR_NOT_FOUND, STR_FMT " has no catalog", STR_ARG(plugin->name));
    cmd_print_json(cmd, catalog.document);
    return true;
}

static bool invoke(Cmd *cmd, const World *w, const Plugin *plugin, Str command, Err *err) {
    AUTO(StrVec) args = {0};
    ExitStatus status;
    for (size_t i = 1; i < cmd_words(cmd); i++) vec_push(&args, cmd_word(cmd, i));
    Invocation invocation = {
        .plugin = plugin,
        .command = command,
        .args = &args,
        .in = cmd->in,
        .out = cmd->out->fd,
        .err = cmd->err->fd,
        .foreground = true,
    };
    if (!invoke_run(w, &invocation, &status, err)) return false;
    cmd->exit_code = status.signal ? SIGNAL_EXIT + status.signal : status.code;
    return true;
}

static bool invoke_command(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_DEFAULT, err);
    Str command = cmd_word(cmd, 0), name;
    str_cut(&command, ':', &name);
    const Plugin *plugin = p ? cmd_plugin(cmd, p, PLUGIN_TYPE_COUNT, name, err) : NULL;
    if (!plugin) return false;
    if (cmd_flag(cmd, "list-commands")) return list_commands(cmd, plugin);
    if (!install_missing_one(cmd, p, plugin, err)) return false;
    if (cmd_flag(cmd, "only-install")) return true;
    AUTO(World) world = {0};
    if (!run_world_open(cmd, p, &world, err)) return false;
    if (cmd_given(cmd, "print-var") && !print_variables(cmd, &world, plugin, err)) return false;
    if (cmd_given(cmd, "dump")) return dump(cmd, &world, plugin, err);
    return invoke(cmd, &world, plugin, command, err);
}

static const Option options[] = {
    {.name = "plugin-type", .kind = OPTION_TEXT, .argument = "TYPE", .help = "when two plugins have the same name"},
    {.name = "dump", .kind = OPTION_CHOICE, .argument = "config|catalog", .help = "print what the plugin would get"},
    {.name = "list-commands", .help = "the plugin's commands"},
    {.name = "print-var", .kind = OPTION_LIST, .argument = "NAME", .help = "first print a variable of its environment"},
    {.name = "refresh-catalog", .help = "ask the tap for its catalog again"},
    {.name = "containers", .help = "Meltano's: not in Pond", .hidden = true},
    OPTIONS_OF_INSTALLING,
    {0},
};

const Command command_invoke = {
    .name = "invoke",
    .group = GROUP_LOAD,
    .words = "PLUGIN[:COMMAND] [ARGUMENT...]",
    .summary = "run a plugin's own program with its settings",
    .details = "  pond invoke tap-shop --discover             what stands behind PLUGIN is its program's\n"
               "  pond invoke dbt-duckdb:build\n",
    .options = options,
    .run = invoke_command,
    .spawns = true,
    .passes_on = true,
};

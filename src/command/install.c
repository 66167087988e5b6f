/* pond install: a venv for each plugin that is a Python package, several at a time. */
#include "command/install.h"

#include <unistd.h>

#include "command/all.h"
#include "command/install_display.h"
#include "command/nearest.h"
#include "orchestrate/world.h"
#include "project/blocks.h"
#include "project/install.h"
#include "project/settings.h"

bool install_shown(Cmd *cmd, Project *p, const PluginRefs *plugins, const InstallWay *way, Err *err) {
    InstallItem *items = arena_array(cmd->arena, InstallItem, plugins->len);
    for (size_t i = 0; i < plugins->len; i++) items[i].plugin = plugins->at[i];
    InstallDisplay display;
    install_display_init(&display, way->out, items, plugins->len);
    InstallRequest request = {
        .project = p,
        .keeper = cmd->keeper,
        .cancel = cmd->cancel,
        .run = run_tag(cmd->arena, p, "install"),
        .items = items,
        .count = plugins->len,
        .parallelism = way->parallelism,
        .clean = way->clean,
        .force = way->force,
        .progress = install_display_progress,
        .tick = install_display_tick,
        .context = &display,
    };
    bool ok = install_plugins(&request, err);
    install_display_finish(&display);
    return ok;
}

static size_t cores(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (size_t)count : 1;
}

/* ---- for other commands ---- */

bool install_named(Cmd *cmd, const StrVec *names, Err *err) {
    AUTO(PluginRefs) plugins = {0};
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    if (!p) return false;
    for (size_t i = 0; i < names->len; i++) {
        const Plugin *plugin = plugin_need(p, PLUGIN_TYPE_COUNT, names->at[i], err);
        if (!plugin) return false;
        vec_push(&plugins, plugin);
    }
    return install_shown(cmd, p, &plugins, &(InstallWay){.parallelism = cores(), .out = cmd->out}, err);
}

static bool is_wanted(Cmd *cmd, Project *p, bool *ret, Err *err) {
    SettingValue value;
    *ret = cmd_flag(cmd, "install");
    if (cmd_given(cmd, "install")) return true;
    if (cmd_flag(cmd, "only-install")) return *ret = true;
    Settings *own = settings_of_project(p, err);
    if (!own || !settings_get(own, STR("auto_install"), &value, err)) return false;
    if (node_is(value.value, NODE_BOOL)) *ret = value.value->truth;
    return true;
}

bool install_missing(Cmd *cmd, Project *p, const PluginRefs *plugins, Err *err) {
    AUTO(PluginRefs) missing = {0};
    bool wanted;
    if (!is_wanted(cmd, p, &wanted, err)) return false;
    for (size_t i = 0; i < plugins->len && wanted; i++)
        if (install_is_needed(p, plugins->at[i])) vec_push(&missing, plugins->at[i]);
    if (!missing.len) return true;
    return install_shown(cmd, p, &missing, &(InstallWay){.parallelism = cores(), .out = cmd->err}, err);
}

bool install_missing_one(Cmd *cmd, Project *p, const Plugin *plugin, Err *err) {
    AUTO(PluginRefs) plugins = {0};
    vec_push(&plugins, plugin);
    return install_missing(cmd, p, &plugins, err);
}

static void plugins_of(const Blocks *blocks, PluginRefs *ret) {
    for (size_t i = 0; i < blocks->len; i++) {
        const Block *block = &blocks->at[i];
        if (!block->extractor) {
            vec_push(ret, block->plugin);
            continue;
        }
        vec_push(ret, block->extractor);
        for (size_t m = 0; m < block->mapper_count; m++) vec_push(ret, block->mappers[m]);
        vec_push(ret, block->loader);
    }
}

bool install_blocks(Cmd *cmd, Project *p, const StrVec *words, Err *err) {
    AUTO(PluginRefs) plugins = {0};
    Blocks blocks;
    if (!blocks_parse(p, words, &blocks, err)) return false;
    plugins_of(&blocks, &plugins);
    return install_missing(cmd, p, &plugins, err);
}

/* ---- pond install ---- */

static bool has(const PluginRefs *plugins, const Plugin *plugin) {
    for (size_t i = 0; i < plugins->len; i++)
        if (plugins->at[i] == plugin) return true;
    return false;
}

static bool unknown_schedule(const Project *p, Str name, Err *err) {
    AUTO(StrVec) names = {0};
    const Node *schedules = project_section(p, "schedules");
    for (size_t i = 0; schedules && i < schedules->len; i++)
        vec_push(&names, node_text(node_get_c(schedules->items[i], "name")));
    err_set(err, ERR_NOT_FOUND, "the project has no schedule \"" STR_FMT "\"", STR_ARG(name));
    return nearest_hint(name, &names, err);
}

/* The plugins of a schedule: those of its job, or its extractor and loader. */
static bool scheduled(Project *p, Str name, PluginRefs *ret, Err *err) {
    AUTO(StrVec) words = {0};
    Blocks blocks;
    const Node *schedule = project_entry(p, "schedules", name);
    if (!schedule) return unknown_schedule(p, name, err);
    Str job = node_text(node_get_c(schedule, "job"));
    if (job.len) {
        vec_push(&words, job);
    } else {
        vec_push(&words, node_text(node_get_c(schedule, "extractor")));
        vec_push(&words, node_text(node_get_c(schedule, "loader")));
    }
    if (!blocks_parse(p, &words, &blocks, err)) return err_context(err, "schedule \"" STR_FMT "\"", STR_ARG(name));
    plugins_of(&blocks, ret);
    return true;
}

/* Which: those named, else all; of one type; of one schedule. A mapping is no plugin of its own. */
static bool choose(Cmd *cmd, Project *p, PluginRefs *ret, Err *err) {
    AUTO(PluginRefs) schedule = {0};
    Str name = cmd_text(cmd, "schedule");
    PluginType type = PLUGIN_TYPE_COUNT;
    if (!cmd_plugin_type(cmd, &type, err) || (name.len && !scheduled(p, name, &schedule, err))) return false;
    for (size_t i = 0; i < cmd_words(cmd); i++) {
        const Plugin *plugin = plugin_need(p, type, cmd_word(cmd, i), err);
        if (!plugin) return false;
        if (!has(ret, plugin)) vec_push(ret, plugin);
    }
    for (size_t i = 0; i < p->plugins.len && !cmd_words(cmd); i++) {
        const Plugin *plugin = &p->plugins.at[i];
        if (plugin->mapping.len || (type != PLUGIN_TYPE_COUNT && type != plugin->type)) continue;
        if (!name.len || has(&schedule, plugin)) vec_push(ret, plugin);
    }
    return true;
}

static bool install_run(Cmd *cmd, Err *err) {
    AUTO(PluginRefs) plugins = {0};
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    if (!p || !choose(cmd, p, &plugins, err)) return false;
    InstallWay way = {
        .clean = cmd_flag(cmd, "clean"),
        .force = cmd_flag(cmd, "force"),
        .parallelism = cmd_given(cmd, "parallelism") ? (size_t)cmd_number(cmd, "parallelism") : cores(),
        .out = cmd->out,
    };
    if (!plugins.len) out_styled(cmd->err, STYLE_DIM, "no plugins here: pond add PLUGIN\n");
    return install_shown(cmd, p, &plugins, &way, err);
}

static const Option options[] = {
    {.name = "plugin-type", .kind = OPTION_TEXT, .argument = "TYPE", .help = "only plugins of this type"},
    {.name = "clean", .help = "make venvs anew, also where nothing has changed"},
    {.name = "parallelism",
     .letter = 'p',
     .kind = OPTION_NUMBER,
     .argument = "N",
     .help = "so many at a time, 0 for all at once; else as many as there are cores"},
    {.name = "force", .letter = 'f', .help = "again, and pip ignores which Python a package wants"},
    {.name = "schedule", .letter = 's', .kind = OPTION_TEXT, .argument = "NAME", .help = "the plugins of a schedule"},
    {0},
};

const Command command_install = {
    .name = "install",
    .group = GROUP_PROJECT,
    .words = "[PLUGIN...]",
    .summary = "install plugins, each into a venv of its own",
    .details = "  pond install                  all of the project; what is there already takes no time\n"
               "  pond install tap-shop --clean\n",
    .options = options,
    .run = install_run,
    .spawns = true,
};

/* pond select: which streams and properties a tap sends. Patterns are kept in the project file. */
#include "base/json.h"
#include "command/all.h"
#include "command/install.h"
#include "command/run_common.h"
#include "orchestrate/discovery.h"
#include "project/catalog.h"

/* ---- --list ---- */

static bool list_entries(Cmd *cmd, Project *p, const Plugin *tap, CatalogEntries *ret, Err *err) {
    AUTO(World) world = {0};
    Program program;
    TapCatalog catalog;
    TapCatalogOptions options = {.refresh = cmd_flag(cmd, "refresh-catalog")};
    cmd_log_warnings(cmd, log_to_fd(cmd->err->fd, LOG_TEXT, LOG_WARN));
    if (!run_world_open(cmd, p, &world, err) || !program_prepare(&world, tap, &program, err)) return false;
    if (!program_write_config(&world, &program, err)) return false;
    if (!tap_catalog(&world, &program, &options, &catalog, err)) return false;
    if (catalog.selected) return catalog_list(cmd->arena, catalog.selected, ret, err);
    err_set(err, ERR_UNSUPPORTED, STR_FMT " has no catalog to select from", STR_ARG(tap->name));
    return err_hint(err, "its capabilities must have discover, and catalog or properties");
}

/* The patterns that hold, from whatever layer. */
static bool patterns_of(Project *p, const Plugin *tap, const Node **ret, Err *err) {
    SettingValue select;
    Settings *s = settings_of_plugin(p, tap, err);
    if (!s || !settings_get(s, STR("_select"), &select, err)) return false;
    *ret = node_is(select.value, NODE_LIST) ? select.value : NULL;
    return true;
}

static Style style_of(Selection selection) {
    switch (selection) {
    case SELECTION_SELECTED: return STYLE_GREEN;
    case SELECTION_EXCLUDED: return STYLE_RED;
    case SELECTION_UNSUPPORTED: return STYLE_DIM;
    case SELECTION_AUTOMATIC: break;
    }
    return STYLE_PLAIN;
}

static void print_text(Cmd *cmd, const Node *patterns, const CatalogEntries *entries) {
    size_t hidden = 0, width = 0;
    for (int s = 0; s < SELECTION_COUNT; s++) width = MAX(width, strlen(selection_name((Selection)s)));
    for (size_t i = 0; i < entries->len; i++) {
        const CatalogEntry *e = &entries->at[i];
        if (!selection_is_sent(e->selection) && !cmd_flag(cmd, "all")) {
            hidden++;
            continue;
        }
        out_styled(cmd->out, style_of(e->selection), "[%-*s]", (int)width, selection_name(e->selection));
        out_printf(cmd->out, " " STR_FMT "." STR_FMT "\n", STR_ARG(e->stream), STR_ARG(e->property));
    }
    out_c(cmd->err, out_style(cmd->err, STYLE_DIM));
    out_c(cmd->err, patterns && patterns->len ? "patterns:" : "no patterns");
    for (size_t i = 0; patterns && i < patterns->len; i++)
        out_printf(cmd->err, " " STR_FMT, STR_ARG(node_text(patterns->items[i])));
    if (hidden) out_printf(cmd->err, "; %zu properties left out: --all shows them", hidden);
    out_printf(cmd->err, "\n%s", out_style(cmd->err, STYLE_PLAIN));
}

/* As Meltano's `select --json`. */
static void print_json(Cmd *cmd, const Node *patterns, const CatalogEntries *entries) {
    Arena *a = cmd->arena;
    Node *document = node_new(a, NODE_MAP), *streams = node_new(a, NODE_LIST);
    for (size_t i = 0; i < entries->len; i++) {
        const CatalogEntry *e = &entries->at[i];
        if (!selection_is_sent(e->selection) && !cmd_flag(cmd, "all")) continue;
        Node *n = node_new(a, NODE_MAP);
        node_put(a, n, STR("stream"), node_string(a, e->stream));
        node_put(a, n, STR("property"), node_string(a, e->property));
        node_put(a, n, STR("selection"), node_string(a, str_of(selection_name(e->selection))));
        node_push(a, streams, n);
    }
    node_put(a, document, STR("enabled_patterns"), patterns ? node_copy(a, patterns) : node_new(a, NODE_LIST));
    node_put(a, document, STR("streams"), streams);
    cmd_print_json(cmd, document);
}

static bool list(Cmd *cmd, Project *p, const Plugin *tap, Err *err) {
    CatalogEntries entries = {0};
    const Node *patterns;
    bool ok = patterns_of(p, tap, &patterns, err) && list_entries(cmd, p, tap, &entries, err);
    if (ok && cmd_flag(cmd, "json")) print_json(cmd, patterns, &entries);
    if (ok && !cmd_flag(cmd, "json")) print_text(cmd, patterns, &entries);
    vec_release(&entries);
    return ok;
}

/* ---- changing ---- */

/* The list in the project file where the change goes: the active environment's, else the plugin's own; NULL when absent. */
static const Node *own_patterns(const Project *p, const Plugin *tap) {
    const Node *entry = p->environment.len ? tap->environment_entry : tap->entry;
    return node_get_c(entry, "select");
}

static bool store(Project *p, const Plugin *tap, const Node *patterns, Err *err) {
    AUTO(StrVec) path = {0};
    SettingSource at = p->environment.len ? SETTING_FROM_ENVIRONMENT : SETTING_FROM_PROJECT, ignored;
    Settings *s = settings_of_plugin(p, tap, err);
    if (!s) return false;
    vec_push(&path, STR("_select"));
    if (!patterns) return settings_unset(s, &path, at, err);
    return settings_set(s, &path, patterns, at, &ignored, err);
}

/* A slip is seen where the tap's catalog is at hand; the tap is not asked for it. */
static void warn_unmatched(Cmd *cmd, Project *p, const Plugin *tap, Node *pattern) {
    AUTO(StrVec) texts = {0};
    Arena *a = cmd->arena;
    World world = {.arena = a, .project = p, .program = cmd->program};
    Program program;
    Err ignored = {0};
    Node *select = node_new(a, NODE_LIST);
    node_push(a, select, pattern);
    const Node *catalog = program_prepare(&world, tap, &program, &ignored) ? discovery_kept(&world, &program) : NULL;
    if (!catalog || !catalog_apply(a, catalog, &(CatalogRules){.select = select}, &texts, &ignored)) return;
    for (size_t i = 0; i < texts.len; i++) cmd_warn(cmd, STR_FMT, STR_ARG(texts.at[i]));
}

static bool change(Cmd *cmd, Project *p, const Plugin *tap, Err *err) {
    Arena *a = cmd->arena;
    Str stream = cmd_words(cmd) > 1 ? cmd_word(cmd, 1) : STR("*"),
        property = cmd_words(cmd) > 2 ? cmd_word(cmd, 2) : STR("*");
    bool remove = cmd_flag(cmd, "rm") || cmd_flag(cmd, "remove"), found = false;
    const char *not = cmd_flag(cmd, "exclude") ? "!" : "";
    Str pattern = arena_printf(a, "%s" STR_FMT "." STR_FMT, not, STR_ARG(stream), STR_ARG(property));
    const Node *old = own_patterns(p, tap);
    Node *patterns = node_new(a, NODE_LIST);
    for (size_t i = 0; node_is(old, NODE_LIST) && i < old->len; i++) {
        bool same = str_equal(node_text(old->items[i]), pattern);
        found = found || same;
        if (!same || !remove) node_push(a, patterns, old->items[i]);
    }
    if (remove && !found) {
        err_set(err, ERR_NOT_FOUND, "no pattern \"" STR_FMT "\"", STR_ARG(pattern));
        return err_hint(err, "pond select " STR_FMT " --list shows the patterns", STR_ARG(tap->name));
    }
    if (!remove && !found) node_push(a, patterns, node_string(a, pattern));
    if (!store(p, tap, patterns, err)) return false;
    out_printf(cmd->out, "%s " STR_FMT "\n", remove ? "removed" : found ? "already there:" : "added", STR_ARG(pattern));
    if (!remove) warn_unmatched(cmd, p, tap, node_string(a, pattern));
    if (!patterns->len)
        out_styled(cmd->err, STYLE_DIM,
                   "no pattern is left: nothing is selected; pond select " STR_FMT " --clear selects all\n",
                   STR_ARG(tap->name));
    return true;
}

static bool clear(Cmd *cmd, Project *p, const Plugin *tap, Err *err) {
    if (!store(p, tap, NULL, err)) return false;
    out_printf(cmd->out, "every stream of " STR_FMT " is selected again\n", STR_ARG(tap->name));
    return true;
}

static bool select_run(Cmd *cmd, Err *err) {
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    const Plugin *tap = p ? plugin_need(p, PLUGIN_EXTRACTORS, cmd_word(cmd, 0), err) : NULL;
    if (!tap) return false;
    bool lists = cmd_flag(cmd, "list") || cmd_flag(cmd, "json"), only = cmd_flag(cmd, "only-install");
    if ((lists || only) && !install_missing_one(cmd, p, tap, err)) return false;
    if (only) return true;
    if (lists) return list(cmd, p, tap, err);
    if (cmd_flag(cmd, "clear")) return clear(cmd, p, tap, err);
    return change(cmd, p, tap, err);
}

static const Option options[] = {
    {.name = "list", .help = "what is selected"},
    {.name = "all", .help = "with --list: also what is not"},
    {.name = "json", .help = "the list as JSON"},
    {.name = "exclude", .help = "leave out what matches"},
    {.name = "rm", .help = "remove a pattern"},
    {.name = "remove", .help = "the same", .hidden = true},
    {.name = "clear", .help = "remove all patterns"},
    {.name = "refresh-catalog", .help = "ask the tap for its catalog again"},
    OPTIONS_OF_INSTALLING,
    {0},
};

const Command command_select = {
    .name = "select",
    .group = GROUP_PROJECT,
    .words = "TAP [STREAM] [PROPERTY]",
    .summary = "choose streams and properties; * and ? are globs",
    .details = "  pond select tap-shop --list --all\n"
               "  pond select tap-shop orders\n"
               "  pond select tap-shop --exclude users email\n",
    .options = options,
    .run = select_run,
    .spawns = true,
};

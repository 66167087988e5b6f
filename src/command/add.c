/* pond add: writes a plugin's entry into the project file, which stays as it is otherwise, and installs it. */
#include "base/yaml_edit.h"
#include "command/all.h"
#include "command/cmd.h"
#include "command/install.h"
#include "command/nearest.h"
#include "os/file.h"
#include "project/shipped.h"

enum { FILE_LIMIT = 64 * 1024 * 1024 };

/* What is to be added under one name. */
typedef struct Addition {
    PluginType type;
    Str name; /* in the project */
    Node *entry;
} Addition;

static PluginType type_by_prefix(Str name) {
    if (str_starts(name, STR("tap-")) || str_starts(name, STR("source-"))) return PLUGIN_EXTRACTORS;
    if (str_starts(name, STR("target-"))) return PLUGIN_LOADERS;
    if (str_starts(name, STR("dbt-"))) return PLUGIN_TRANSFORMERS;
    return PLUGIN_UTILITIES;
}

static void put_text(Arena *a, Node *entry, const char *key, Str text) {
    if (text.len) node_put(a, entry, str_of(key), node_string(a, text));
}

static void put_words(Arena *a, Node *entry, const char *key, Str words) {
    Str word;
    if (!words.len) return;
    Node *list = node_new(a, NODE_LIST);
    while (str_cut(&words, ',', &word)) node_push(a, list, node_string(a, str_trim(word)));
    node_put(a, entry, str_of(key), list);
}

/* A plugin that nobody has defined: the command line does. */
static void define_custom(Cmd *cmd, Addition *add, Str name) {
    Arena *a = cmd->arena;
    Str space = cmd_text(cmd, "namespace"), capabilities = cmd_text(cmd, "capabilities");
    if (!space.len) {
        char *made = arena_c(a, name);
        for (char *c = made; *c; c++) {
            if (*c == '-') *c = '_';
        }
        space = str_of(made);
    }
    if (!capabilities.len && add->type == PLUGIN_EXTRACTORS) capabilities = STR("catalog,discover,state");
    put_text(a, add->entry, "namespace", space);
    put_text(a, add->entry, "pip_url", cmd_text(cmd, "pip-url"));
    put_text(a, add->entry, "executable", cmd_text(cmd, "executable"));
    put_words(a, add->entry, "capabilities", capabilities);
    if (cmd_flag(cmd, "airbyte")) put_text(a, add->entry, "protocol", STR("airbyte"));
}

static bool unknown(Str name, Err *err) {
    AUTO(StrVec) known = {0};
    shipped_names(PLUGIN_TYPE_COUNT, &known);
    Str near = nearest_word(name, &known);
    err_set(err, ERR_NOT_FOUND, "pond knows no plugin \"" STR_FMT "\"", STR_ARG(name));
    if (near.len) return err_hint(err, "did you mean " STR_FMT "?", STR_ARG(near));
    return err_hint(err, "define it: pond add " STR_FMT " --pip-url PACKAGE", STR_ARG(name));
}

/* The entry of one name. */
static bool describe(Cmd *cmd, Project *p, PluginType type, Str name, Addition *ret, Err *err) {
    Arena *a = cmd->arena;
    Str parent = cmd_text(cmd, "inherit-from"), as = cmd_text(cmd, "as"), variant = cmd_text(cmd, "variant");
    bool custom = cmd_flag(cmd, "custom") || cmd_given(cmd, "pip-url") || cmd_given(cmd, "executable");
    Err none = {0};
    if (as.len) {
        parent = name;
        name = as;
    }
    Str wanted = parent.len ? parent : name;
    const Plugin *known = plugin_find(p, type, wanted);
    if (!known) known = plugin_define(p, type, wanted, variant, &none);
    *ret = (Addition){.type = known ? known->type : type, .name = name, .entry = node_new(a, NODE_MAP)};
    if (ret->type == PLUGIN_TYPE_COUNT) ret->type = type_by_prefix(name);
    put_text(a, ret->entry, "name", name);
    if (parent.len) {
        if (!known) return unknown(parent, err);
        put_text(a, ret->entry, "inherit_from", parent);
    } else if (custom) {
        define_custom(cmd, ret, name);
    } else if (known) {
        put_text(a, ret->entry, "variant", known->variant);
        if (known->builtin == PLUGIN_FOREIGN) put_text(a, ret->entry, "pip_url", known->pip_url);
    } else {
        return unknown(name, err);
    }
    put_text(a, ret->entry, "python", cmd_text(cmd, "python"));
    return true;
}

/* Into the text of the project file; *said tells of it once the file is written. */
static bool append(Cmd *cmd, const Project *p, Buf *text, const Addition *add, Buf *said, Err *err) {
    const Str keys[] = {STR("plugins"), str_of(plugin_type_name(add->type))};
    if (plugin_find(p, add->type, add->name)) {
        out_styled(cmd->err, STYLE_DIM, STR_FMT " is in the project already\n", STR_ARG(add->name));
        return true;
    }
    buf_printf(said, "added %s " STR_FMT "\n", plugin_type_singular(add->type), STR_ARG(add->name));
    return yaml_edit_append(text, (YamlPath){keys, ARRAY_LEN(keys)}, add->entry, err);
}

/* Meltano 3 had the type in front: `add extractor tap-x`. */
static bool given_type(Cmd *cmd, PluginType *ret, size_t *ret_first, Err *err) {
    *ret = PLUGIN_TYPE_COUNT;
    *ret_first = 0;
    if (!cmd_plugin_type(cmd, ret, err)) return false;
    if (*ret == PLUGIN_TYPE_COUNT && cmd_words(cmd) > 1 && plugin_type_parse(cmd_word(cmd, 0), ret)) *ret_first = 1;
    return true;
}

static bool hint_again(const Project *p, const StrVec *names, Err *err) {
    AUTO(Buf) words = {0};
    Str file = path_name(p->files[0].path);
    for (size_t i = 0; i < names->len; i++) buf_printf(&words, " " STR_FMT, STR_ARG(names->at[i]));
    return err_hint(err, "it stays in " STR_FMT "; pond install%s tries again", STR_ARG(file), buf_c(&words));
}

static bool add_run(Cmd *cmd, Err *err) {
    AUTO(Buf) text = {0};
    AUTO(Buf) said = {0};
    AUTO(StrVec) names = {0};
    PluginType type;
    size_t first;
    Project *p = cmd_project(cmd, ENVIRONMENT_EXPLICIT, err);
    if (!p || !given_type(cmd, &type, &first, err)) return false;
    if (p->readonly) return err_set(err, ERR_CONFIG, "the project is read-only");
    if (cmd_given(cmd, "as") && cmd_words(cmd) - first != 1) return err_set(err, ERR_USAGE, "--as takes one plugin");
    buf_append(&text, p->files[0].text);
    for (size_t i = first; i < cmd_words(cmd); i++) {
        Addition add;
        if (!describe(cmd, p, type, cmd_word(cmd, i), &add, err)) return false;
        if (!append(cmd, p, &text, &add, &said, err)) return false;
        vec_push(&names, add.name);
    }
    if (!file_write_atomic(p->files[0].path.at, buf_str(&text), 0, err)) return false;
    out_str(cmd->out, buf_str(&said));
    if (!cmd_flag(cmd, "install") || install_named(cmd, &names, err)) return true;
    return hint_again(p, &names, err);
}

static const Option options[] = {
    {.name = "plugin-type", .kind = OPTION_TEXT, .argument = "TYPE", .help = "extractor, loader, mapper, utility, ..."},
    {.name = "inherit-from", .kind = OPTION_TEXT, .argument = "PLUGIN", .help = "as another plugin of the project"},
    {.name = "as", .kind = OPTION_TEXT, .argument = "NAME", .help = "under another name"},
    {.name = "variant", .kind = OPTION_TEXT, .argument = "NAME", .help = "whose version of it"},
    {.name = "pip-url", .kind = OPTION_TEXT, .argument = "PACKAGE", .help = "define it: what pip installs"},
    {.name = "executable", .kind = OPTION_TEXT, .argument = "PROGRAM", .help = "define it: its program"},
    {.name = "namespace", .kind = OPTION_TEXT, .argument = "NAME", .help = "define it: prefix of its variables"},
    {.name = "capabilities", .kind = OPTION_TEXT, .argument = "A,B", .help = "define it [catalog,discover,state]"},
    {.name = "airbyte", .help = "define it: a source that speaks the Airbyte protocol"},
    {.name = "custom", .help = "define it although Pond knows one of this name"},
    {.name = "python", .kind = OPTION_TEXT, .argument = "PROGRAM", .help = "interpreter of its venv"},
    {.name = "install", .kind = OPTION_SWITCH, .value = "on", .help = "install it now"},
    {.name = "update",
     .kind = OPTION_SWITCH,
     .value = "on",
     .help = "Meltano's: entries that are there stay",
     .hidden = true},
    {.name = "force-install", .help = "Meltano's: no effect", .hidden = true},
    {0},
};

const Command command_add = {
    .name = "add",
    .group = GROUP_PROJECT,
    .words = "PLUGIN...",
    .summary = "add plugins to the project and install them",
    .details = "  pond add tap-spreadsheets target-duckdb\n"
               "  pond add tap-shop --pip-url git+https://example.com/tap-shop\n",
    .options = options,
    .run = add_run,
    .spawns = true,
};

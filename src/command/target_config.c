/* pond target: its configuration, and what it says about itself. */
#include "base/json.h"
#include "command/grid.h"
#include "command/target.h"
#include "os/file.h"

enum { CONFIG_LIMIT = 64 * 1024 * 1024 };

/* A variable's text as the value it means: JSON where it is that, else a text. */
static Node *env_value(Arena *a, Str text) {
    Err ignored;
    Node *value = json_parse(a, text, &ignored);
    return value ? value : node_string(a, text);
}

static void put_variable(Cmd *cmd, Node *config, const char *name) {
    if (!name) return;
    Arena *a = cmd->arena;
    char *variable = arena_c(a, arena_printf(a, "TARGET_DUCKDB_%s", name));
    for (char *c = variable; *c; c++) {
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    }
    Str text = cmd_env(cmd, str_of(variable));
    if (text.len) node_put(a, config, str_of(name), env_value(a, text));
}

static Node *config_from_env(Cmd *cmd) {
    Node *config = node_new(cmd->arena, NODE_MAP);
    LoadSettingInfo info;
    for (size_t i = 0; load_setting_info(i, &info); i++) {
        put_variable(cmd, config, info.name);
        put_variable(cmd, config, info.alias);
    }
    return config;
}

static Node *config_from_file(Cmd *cmd, Str file, Err *err) {
    Str text;
    if (!file_read(cmd->arena, cmd_path(cmd, file).at, CONFIG_LIMIT, &text, err)) return NULL;
    Node *config = json_parse(cmd->arena, text, err);
    if (config && config->kind == NODE_MAP) return config;
    if (config) err_set(err, ERR_CONFIG, "not a JSON object");
    err_context(err, "config " STR_FMT, STR_ARG(file));
    return NULL;
}

const Node *target_config(Cmd *cmd, Err *err) {
    const StrVec *parts = cmd_list(cmd, "config");
    Node *config = node_new(cmd->arena, NODE_MAP);
    if (!parts->len) {
        err_set(err, ERR_USAGE, "target needs a configuration");
        err_hint(err, "--config FILE, or --config ENV for TARGET_DUCKDB_* variables");
        return NULL;
    }
    for (size_t i = 0; i < parts->len; i++) {
        bool env = str_is(parts->at[i], "ENV");
        Node *part = env ? config_from_env(cmd) : config_from_file(cmd, parts->at[i], err);
        if (!part) return NULL;
        for (size_t k = 0; k < part->len; k++) node_put(cmd->arena, config, part->keys[k], part->items[k]);
    }
    return config;
}

/* ---- --about ---- */

static const char *const capabilities[] = {"about",       "stream-maps",      "schema-flattening", "target-schema",
                                           "hard-delete", "activate-version", "validate-records",  "batch"};

static const char *json_type(const char *kind) {
    return strcmp(kind, "bytes") == 0 ? "string" : kind;
}

static void put_property(Arena *a, Node *properties, const char *name, const LoadSettingInfo *info, Str description) {
    Node *property = node_new(a, NODE_MAP), *types = node_new(a, NODE_LIST);
    node_push(a, types, node_string(a, str_of(json_type(info->kind))));
    node_push(a, types, node_string(a, STR("null")));
    node_put(a, property, STR("type"), types);
    if (*info->standard) node_put(a, property, STR("default"), node_string(a, str_of(info->standard)));
    node_put(a, property, STR("description"), node_string(a, description));
    node_put(a, properties, str_of(name), property);
}

static Node *about_settings(Arena *a) {
    Node *properties = node_new(a, NODE_MAP), *schema = node_new(a, NODE_MAP);
    LoadSettingInfo info;
    for (size_t i = 0; load_setting_info(i, &info); i++) {
        put_property(a, properties, info.name, &info, str_of(info.description));
        if (info.alias) put_property(a, properties, info.alias, &info, arena_printf(a, "same as %s", info.name));
    }
    node_put(a, schema, STR("type"), node_string(a, STR("object")));
    node_put(a, schema, STR("properties"), properties);
    return schema;
}

static void about_json(Cmd *cmd) {
    Arena *a = cmd->arena;
    Node *about = node_new(a, NODE_MAP), *list = node_new(a, NODE_LIST);
    for (size_t i = 0; i < ARRAY_LEN(capabilities); i++) node_push(a, list, node_string(a, str_of(capabilities[i])));
    node_put(a, about, STR("name"), node_string(a, STR("target-duckdb")));
    node_put(a, about, STR("description"), node_string(a, STR("Pond's Singer target for DuckDB")));
    node_put(a, about, STR("version"), node_string(a, STR(POND_VERSION)));
    node_put(a, about, STR("capabilities"), list);
    node_put(a, about, STR("settings"), about_settings(a));
    cmd_print_json(cmd, about);
}

/* "path, filepath" */
static Str all_names(Arena *a, const LoadSettingInfo *info) {
    return info->alias ? arena_printf(a, "%s, %s", info->name, info->alias) : str_of(info->name);
}

static void about_markdown(Cmd *cmd) {
    LoadSettingInfo info;
    out_c(cmd->out, "# target-duckdb\n\nPond's Singer target for DuckDB.\n\n");
    out_c(cmd->out, "| setting | default | description |\n|---|---|---|\n");
    for (size_t i = 0; load_setting_info(i, &info); i++) {
        Str names = all_names(cmd->arena, &info);
        out_printf(cmd->out, "| " STR_FMT " | %s | %s |\n", STR_ARG(names), info.standard, info.description);
    }
}

static void about_text(Cmd *cmd) {
    AUTO(Grid) grid = {0};
    LoadSettingInfo info;
    out_printf(cmd->out, "target-duckdb " POND_VERSION ": Pond's Singer target for DuckDB\n\n");
    grid_column(&grid, "setting", GRID_LEFT);
    grid_column(&grid, "default", GRID_LEFT);
    grid_column(&grid, "", GRID_LEFT);
    for (size_t i = 0; load_setting_info(i, &info); i++) {
        grid_styled(&grid, STYLE_BOLD, all_names(cmd->arena, &info));
        grid_cell(&grid, str_of(info.standard));
        grid_cell(&grid, str_of(info.description));
    }
    grid_print(&grid, cmd->out);
}

void target_about(Cmd *cmd) {
    Str format = cmd_text(cmd, "format");
    if (str_is(format, "json")) {
        about_json(cmd);
    } else if (str_is(format, "markdown")) {
        about_markdown(cmd);
    } else {
        about_text(cmd);
    }
}

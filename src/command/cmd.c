#include "command/cmd.h"

#include "base/json.h"
#include "command/nearest.h"
#include "command/restore_journal.h"
#include "command/store.h"
#include "command/unknown_keys.h"
#include "os/file.h"

enum { ANSWER_LIMIT = 64 };

Str cmd_word(const Cmd *cmd, size_t i) {
    return i < cmd->line->words.len ? cmd->line->words.at[i] : (Str){0};
}

size_t cmd_words(const Cmd *cmd) {
    return cmd->line->words.len;
}

Str cmd_env(const Cmd *cmd, Str name) {
    Str text = {0};
    map_get_str(cmd->env, name, &text);
    return text;
}

Str cmd_own_env(const Cmd *cmd, const char *name) {
    Str text = cmd_env(cmd, arena_printf(cmd->arena, "POND_%s", name));
    return text.len ? text : cmd_env(cmd, arena_printf(cmd->arena, "MELTANO_%s", name));
}

Str cmd_path(const Cmd *cmd, Str path) {
    return path_absolute(cmd->arena, cmd->cwd, path);
}

bool cmd_json(const Cmd *cmd) {
    return str_is(cmd_text(cmd, "format"), "json");
}

void cmd_log_warnings(Cmd *cmd, LogSink sink) {
    if (!cmd->log_chosen) log_add(cmd->log, sink);
}

void cmd_print_json(Cmd *cmd, const Node *document) {
    AUTO(Buf) text = {0};
    json_write(&text, document, JSON_PRETTY);
    buf_put(&text, '\n');
    out_str(cmd->out, buf_str(&text));
}

void cmd_warn(Cmd *cmd, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str text = arena_vprintf(cmd->arena, format, args);
    va_end(args);
    out_styled(cmd->err, STYLE_YELLOW, "warning:");
    out_printf(cmd->err, " " STR_FMT "\n", STR_ARG(text));
}

bool cmd_confirm(Cmd *cmd, const char *option, const char *question, Err *err) {
    if (cmd_flag(cmd, option)) return true;
    if (!cmd->in_terminal) {
        err_set(err, ERR_USAGE, "nobody is there to answer: %s", question);
        return err_hint(err, "--%s says yes", option);
    }
    out_printf(cmd->err, "%s [y/N] ", question);
    if (!out_flush(cmd->err, err)) return false;
    char answer[ANSWER_LIMIT];
    ssize_t got = io_read(cmd->in, answer, sizeof answer, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, err);
    if (got < 0) return false;
    if (got > 0 && (answer[0] == 'y' || answer[0] == 'Y')) return true;
    return err_set(err, ERR_CANCELED, "nothing done");
}

Project *cmd_project(Cmd *cmd, EnvironmentRule rule, Err *err) {
    ProjectOptions options = {
        .cwd = cmd->cwd,
        .env = cmd->env,
        .env_file = cmd_text(cmd, "env-file"),
        .no_environment = cmd_flag(cmd, "no-environment"),
        .no_default_environment = rule == ENVIRONMENT_EXPLICIT,
    };
    if (cmd_given(cmd, "environment")) options.environment = cmd_text(cmd, "environment");
    Project *p = project_open(cmd->arena, &options, err);
    if (!p || !restore_settle(cmd, p, err)) return NULL;
    store_attach(cmd, p);
    for (size_t i = 0; i < p->warnings.len; i++) cmd_warn(cmd, STR_FMT, STR_ARG(p->warnings.at[i]));
    unknown_keys_warn(cmd, p);
    return p;
}

bool cmd_plugin_type(const Cmd *cmd, PluginType *ret, Err *err) {
    AUTO(StrVec) names = {0};
    Str typed = cmd_text(cmd, "plugin-type");
    if (!typed.len || plugin_type_parse(typed, ret)) return true;
    for (int i = 0; i < PLUGIN_TYPE_COUNT; i++) vec_push(&names, str_of(plugin_type_singular((PluginType)i)));
    err_set(err, ERR_USAGE, "--plugin-type \"" STR_FMT "\": no such type", STR_ARG(typed));
    return nearest_hint(typed, &names, err);
}

const Plugin *cmd_plugin(const Cmd *cmd, const Project *p, PluginType type, Str name, Err *err) {
    return cmd_plugin_type(cmd, &type, err) ? plugin_need(p, type, name, err) : NULL;
}

#include "command/perform.h"

#include "os/file.h"

static bool enter_folder(Cmd *cmd, Err *err) {
    Str asked = options_text(&cmd->line->options, "cwd");
    cmd->cwd = path_absolute(cmd->arena, cmd->cwd, asked);
    if (path_is_dir(cmd->cwd.at)) return true;
    return err_set(err, ERR_NOT_FOUND, "--cwd " STR_FMT ": no such folder", STR_ARG(asked));
}

/* Without the options a command decides itself what of the log people should see. */
static bool open_log(Cmd *cmd, Err *err) {
    const Options *options = &cmd->line->options;
    Str level = options_text(options, "log-level"), format = options_text(options, "log-format");
    cmd->log_chosen = level.len || format.len;
    if (!cmd->log_chosen || str_is(level, "disabled")) return true;
    if (str_is(level, "critical")) level = STR("error");
    LogSink sink = log_to_fd(cmd->err->fd, str_is(format, "json") ? LOG_JSON : LOG_TEXT, LOG_INFO);
    if (level.len && !log_level_parse(level, &sink.level)) {
        return err_set(err, ERR_USAGE, "--log-level \"" STR_FMT "\"", STR_ARG(level));
    }
    log_add(cmd->log, sink);
    return true;
}

void command_print_error(Out *out, const Err *error) {
    Err ignored = {0};
    out->cancel = NULL;
    if (out->failure.code == ERR_CANCELED) out->failure = (Err){0};
    out_styled(out, STYLE_RED, "error:");
    out_printf(out, " %s\n", error->msg);
    if (error->hint[0]) {
        out_styled(out, STYLE_CYAN, "hint:");
        out_printf(out, " %s\n", error->hint);
    }
    (void)!out_flush(out, &ignored);
}

bool command_perform(Cmd *cmd, Err *err) {
    return enter_folder(cmd, err) && open_log(cmd, err) && cmd->line->command->run(cmd, err);
}

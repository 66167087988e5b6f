/*
 * The pond program: turns the process (argv, environment, folder, descriptors, signals) into a Cmd, runs the command's body,
 * prints its error. Nothing else in Pond looks at the process.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/up.h"
#include "command/cmd.h"
#include "command/help.h"
#include "os/file.h"

/* Called by another program's name, pond is that program: `target-duckdb --config F` is `pond target --config F`. */
typedef struct Personality {
    const char *name;
    const char *command; /* put in front of the arguments; NULL = the same commands as pond's */
} Personality;

static const Personality personalities[] = {
    {"meltano", NULL},
    {"target-duckdb", "target"},
};

static void read_environment(Map *env, Arena *a) {
    map_init(env, a);
    for (char **entry = environ; *entry; entry++) {
        Str text = str_of(*entry);
        size_t equals = str_find(text, '=');
        if (equals == STR_NONE || equals == 0) continue;
        map_put_str(env, str_slice(text, 0, equals), str_slice(text, equals + 1, STR_NONE));
    }
}

/* NULL when it is not set. */
static const char *variable_c(const Map *env, Str name) {
    Str text;
    return map_get_str(env, name, &text) ? text.at : NULL;
}

static void read_arguments(int argc, char **argv, StrVec *ret) {
    Str name = path_name(str_of(argc ? argv[0] : "pond"));
    for (size_t i = 0; i < ARRAY_LEN(personalities); i++) {
        const Personality *p = &personalities[i];
        if (p->command && str_is(name, p->name)) vec_push(ret, str_of(p->command));
    }
    for (int i = 1; i < argc; i++) vec_push(ret, str_of(argv[i]));
}

static bool read_folder(Arena *a, Str asked, Str *ret, Err *err) {
    char here[4096];
    if (!getcwd(here, sizeof here)) return err_set(err, ERR_IO, "the current folder is gone");
    *ret = path_absolute(a, str_of(here), asked);
    if (path_is_dir(ret->at)) return true;
    return err_set(err, ERR_NOT_FOUND, "--cwd " STR_FMT ": no such folder", STR_ARG(asked));
}

static Str read_program(Arena *a) {
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path);
    return len > 0 ? arena_str(a, (Str){path, (size_t)len}) : STR("pond");
}

static mode_t read_umask(void) {
    mode_t mask = umask(022);
    umask(mask);
    return mask;
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

/* Also after a second ctrl-C, which ends every other output. */
static void print_error(Out *out, const Err *error) {
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

/* What the table alone answers. */
static bool print_help_or_version(Out *out, const CommandLine *line) {
    if (line->wants_help && line->command) {
        help_print(out, line->command, line->parent);
    } else if (line->wants_help) {
        help_print_all(out);
    } else if (line->wants_version) {
        out_printf(out, "pond %s\n", POND_VERSION);
    }
    return line->wants_help || line->wants_version;
}

/* The body with everything it needs; the keeper forks before libduckdb and threads. */
static bool run_command(Cmd *cmd, Err *err) {
    const Command *command = cmd->line->command;
    if (!read_folder(cmd->arena, options_text(&cmd->line->options, "cwd"), &cmd->cwd, err)) return false;
    AUTO_PTR(Keeper) keeper = NULL;
    if (command->spawns && !(keeper = keeper_start(err))) return false;
    AUTO_PTR(Log) log = log_new();
    cmd->keeper = keeper;
    cmd->log = log;
    return open_log(cmd, err) && command->run(cmd, err);
}

int main(int argc, char **argv) {
    static Cancel cancel;
    Err err = {0};
    AUTO(Arena) arena = {0};
    Map env;
    AUTO(StrVec) words = {0};
    AUTO(CommandLine) line = {0};
    AUTO(Out) out = {0};
    AUTO(Out) errors = {0};
    read_environment(&env, &arena);
    crash_points_arm(variable_c(&env, STR("POND_CRASH_AT")));
    read_arguments(argc, argv, &words);
    terminal_open(&out, STDOUT_FILENO, &env, &cancel);
    terminal_open(&errors, STDERR_FILENO, &env, &cancel);

    Cmd cmd = {
        .arena = &arena,
        .line = &line,
        .env = &env,
        .program = read_program(&arena),
        .umask = read_umask(),
        .in = STDIN_FILENO,
        .in_terminal = terminal_is(STDIN_FILENO),
        .out = &out,
        .err = &errors,
        .cancel = &cancel,
        .host = &cli_host,
    };
    bool ok = cancel_init(&cancel, &err);
    if (ok) {
        signals_install(&cancel);
        ok = command_line_parse(&line, &words, &env, &err);
    }
    if (ok && !print_help_or_version(&out, &line)) ok = run_command(&cmd, &err);

    Err late = {0};
    bool written = out_flush(&out, &late) && out_flush(&errors, &late);
    if (!ok) {
        print_error(&errors, &err);
        return err_exit_code(err.code);
    }
    if (!written) {
        print_error(&errors, &late);
        return err_exit_code(late.code);
    }
    return cmd.exit_code;
}

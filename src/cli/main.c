/*
 * The pond program: turns the process (argv, environment, folder, descriptors, signals) into a Cmd, runs the command's body,
 * prints its error. Nothing else in Pond looks at the process.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "cli/forward.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/up.h"
#include "command/cmd.h"
#include "command/help.h"
#include "command/perform.h"
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

static bool read_folder(Arena *a, Str *ret, Err *err) {
    char here[4096];
    if (!getcwd(here, sizeof here)) return err_set(err, ERR_IO, "the current folder is gone");
    *ret = arena_str(a, str_of(here));
    return true;
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

/* In the server when one has this project; else here, where the keeper forks before libduckdb and threads. */
static bool run_command(Cmd *cmd, const StrVec *words, Err *err) {
    const Command *command = cmd->line->command;
    bool done;
    if (!read_folder(cmd->arena, &cmd->cwd, err)) return false;
    if (command->warehouse && (!forward(cmd, words, &done, err) || done)) return !err->code;
    AUTO_PTR(Keeper) keeper = NULL;
    if (command->spawns && !(keeper = keeper_start(err))) return false;
    AUTO_PTR(Log) log = log_new();
    cmd->keeper = keeper;
    cmd->log = log;
    return command_perform(cmd, err);
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
    up_remember(argv);
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
    if (ok && !print_help_or_version(&out, &line)) ok = run_command(&cmd, &words, &err);

    Err late = {0};
    bool written = out_flush(&out, &late) && out_flush(&errors, &late);
    if (!ok) {
        command_print_error(&errors, &err);
        return err_exit_code(err.code);
    }
    if (!written) {
        command_print_error(&errors, &late);
        return err_exit_code(late.code);
    }
    return cmd.exit_code;
}

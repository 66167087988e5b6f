/*
 * pond init: a project is one file. Meltano's `init` also makes nine empty folders, a README and a requirements.txt; nobody
 * needs them to run, so they are not made. pond.yml has Meltano's schema: renamed to meltano.yml, Meltano runs it too.
 */
#include "command/all.h"
#include "command/cmd.h"
#include "orchestrate/world.h"
#include "os/file.h"

enum { FOLDER_MODE = 0777, FILE_LIMIT = 1024 * 1024 };

static const char *const ignored[] = {"/.pond/", "/.meltano/", ".env", "*.duckdb", "*.duckdb.wal"};

static bool is_project(Cmd *cmd, Str folder, Err *err) {
    static const char *const names[] = {"pond.yml", "meltano.yml"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Str path = path_join(cmd->arena, folder, str_of(names[i]));
        if (!path_exists(path.at)) continue;
        err_set(err, ERR_USAGE, STR_FMT " is a project already: it has %s", STR_ARG(folder), names[i]);
        return true;
    }
    return false;
}

static bool write_project(Cmd *cmd, Str folder, Err *err) {
    AUTO(Buf) text = {0};
    buf_printf(&text,
               "default_environment: dev\n"
               "project_id: " STR_FMT "\n"
               "environments:\n"
               "- name: dev\n"
               "- name: staging\n"
               "- name: prod\n",
               STR_ARG(run_id_new(cmd->arena)));
    return file_write_atomic(path_join(cmd->arena, folder, STR("pond.yml")).at, buf_str(&text), 0, err);
}

static bool has_line(Str text, const char *line) {
    Str part;
    while (str_cut(&text, '\n', &part)) {
        if (str_is(str_trim(part), line)) return true;
    }
    return false;
}

/* Adds what is missing; what the user has there stays. */
static bool write_gitignore(Cmd *cmd, Str folder, Err *err) {
    AUTO(Buf) text = {0};
    Str path = path_join(cmd->arena, folder, STR(".gitignore")), old = {0};
    if (path_exists(path.at) && !file_read(cmd->arena, path.at, FILE_LIMIT, &old, err)) return false;
    buf_append(&text, old);
    if (old.len && old.at[old.len - 1] != '\n') buf_put(&text, '\n');
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++) {
        if (!has_line(old, ignored[i])) buf_printf(&text, "%s\n", ignored[i]);
    }
    return file_write_atomic(path.at, buf_str(&text), 0, err);
}

static bool init_run(Cmd *cmd, Err *err) {
    Str word = cmd_words(cmd) ? cmd_word(cmd, 0) : STR(".");
    Str folder = cmd_path(cmd, word);
    if (!dir_make(folder.at, FOLDER_MODE & ~cmd->umask, err) || is_project(cmd, folder, err)) return false;
    if (!write_project(cmd, folder, err) || !write_gitignore(cmd, folder, err)) return false;
    out_printf(cmd->out, "made " STR_FMT "/pond.yml\n", STR_ARG(folder));
    Str enter = cmd_words(cmd) ? arena_printf(cmd->arena, "cd " STR_FMT "; ", STR_ARG(word)) : STR("");
    out_styled(cmd->err, STYLE_DIM, "next: " STR_FMT "pond add TAP target-duckdb\n", STR_ARG(enter));
    return true;
}

static const Option options[] = {
    {.name = "no-usage-stats", .help = "Meltano's: nothing is ever sent", .hidden = true},
    {.name = "force", .help = "Meltano's: files that are there stay", .hidden = true},
    {0},
};

const Command command_init = {
    .name = "init",
    .group = GROUP_PROJECT,
    .words = "[DIR]",
    .summary = "make a project: pond.yml and .gitignore",
    .options = options,
    .run = init_run,
};

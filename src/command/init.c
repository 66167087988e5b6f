/*
 * pond init: a project with what Meltano's `init` makes: the project file, .gitignore, README.md, requirements.txt, and the
 * folders its plugins expect. pond.yml has Meltano's schema: named meltano.yml, Meltano runs it too. What is there stays.
 */
#include "command/all.h"
#include "command/cmd.h"
#include "orchestrate/world.h"
#include "os/file.h"

enum { FOLDER_MODE = 0777, FILE_LIMIT = 1024 * 1024 };

static const char *const project_names[] = {"pond.yml", "meltano.yml"};

static const char *const ignored[] = {"/venv", "/.meltano", "/.pond", ".env", "*.duckdb", "*.duckdb.wal"};

static const struct {
    const char *path, *text;
} files[] = {
    {"README.md", "    pond add tap-spreadsheets target-duckdb   # what is loaded, and into what\n"
                  "    pond config set tap-spreadsheets files \\\n"
                  "        '[{\"path\": \"people.csv\", \"format\": \"csv\", \"table_name\": \"people\", "
                  "\"primary_keys\": [\"id\"]}]'\n"
                  "    pond run tap-spreadsheets target-duckdb   # once more: what is new\n"
                  "    pond sql 'select * from people'\n"},
    {"requirements.txt", "# Packages of this project's own scripts. Those of its plugins: pond install.\n"},
    {"output/.gitignore", "*\n!.gitignore\n"},
    {"extract/.gitkeep", ""},
    {"load/.gitkeep", ""},
    {"transform/.gitkeep", ""},
    {"analyze/.gitkeep", ""},
    {"notebook/.gitkeep", ""},
    {"orchestrate/.gitkeep", ""},
};

/* The project file that is there, or NULL. */
static const char *found(Cmd *cmd, Str folder) {
    for (size_t i = 0; i < ARRAY_LEN(project_names); i++)
        if (path_exists(path_join(cmd->arena, folder, str_of(project_names[i])).at)) return project_names[i];
    return NULL;
}

static bool write_project(Cmd *cmd, Str folder, const char *name, Err *err) {
    AUTO(Buf) text = {0};
    buf_printf(&text,
               "default_environment: dev\n"
               "project_id: " STR_FMT "\n"
               "environments:\n"
               "- name: dev\n"
               "- name: staging\n"
               "- name: prod\n",
               STR_ARG(run_id_new(cmd->arena)));
    return file_write_atomic(path_join(cmd->arena, folder, str_of(name)).at, buf_str(&text), 0, err);
}

static bool has_line(Str text, const char *line) {
    Str part;
    while (str_cut(&text, '\n', &part)) {
        if (str_is(str_trim(part), line)) return true;
    }
    return false;
}

/* Adds what is missing. */
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

static bool write_file(Cmd *cmd, Str folder, size_t i, Err *err) {
    AUTO(Buf) text = {0};
    Str path = path_join(cmd->arena, folder, str_of(files[i].path));
    if (path_exists(path.at)) return true;
    if (!dir_make(arena_c(cmd->arena, path_folder(path)), FOLDER_MODE & ~cmd->umask, err)) return false;
    if (str_is(path_name(path), "README.md")) buf_printf(&text, "# " STR_FMT "\n\n", STR_ARG(path_name(folder)));
    buf_append_c(&text, files[i].text);
    return file_write_atomic(path.at, buf_str(&text), 0, err);
}

/* Allowed, but rarely meant. */
static void warn_nested(Cmd *cmd, Str folder) {
    Str root;
    Err ignored_error = {0};
    if (project_find(cmd->arena, path_folder(folder), cmd->env, &root, &ignored_error) && root.len)
        cmd_warn(cmd, "it is inside another project: " STR_FMT, STR_ARG(root));
}

static void say_what_next(Cmd *cmd, Str folder, const char *name, Str word) {
    out_printf(cmd->out, "made the project " STR_FMT ": %s, .gitignore", STR_ARG(folder), name);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        out_printf(cmd->out, ", " STR_FMT,
                   STR_ARG(str_slice(str_of(files[i].path), 0, str_find(str_of(files[i].path), '/'))));
    Str enter = str_is(word, ".") ? STR("") : arena_printf(cmd->arena, "cd " STR_FMT "; ", STR_ARG(word));
    out_c(cmd->out, "\n");
    out_styled(cmd->err, STYLE_DIM, "next: " STR_FMT "pond add TAP target-duckdb\n", STR_ARG(enter));
}

static bool init_run(Cmd *cmd, Err *err) {
    Str word = cmd_words(cmd) ? cmd_word(cmd, 0) : STR(".");
    Str folder = cmd_path(cmd, word);
    const char *name = found(cmd, folder);
    if (name && !cmd_flag(cmd, "force")) {
        err_set(err, ERR_CONFIG, STR_FMT " is a project already: it has %s", STR_ARG(folder), name);
        return err_hint(err, "--force writes a new %s in its place", name);
    }
    if (!name) name = project_names[0];
    if (!dir_make(folder.at, FOLDER_MODE & ~cmd->umask, err)) return false;
    if (!write_project(cmd, folder, name, err) || !write_gitignore(cmd, folder, err)) return false;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (!write_file(cmd, folder, i, err)) return false;
    warn_nested(cmd, folder);
    say_what_next(cmd, folder, name, word);
    return true;
}

static const Option options[] = {
    {.name = "no-usage-stats", .help = "Meltano's: nothing is ever sent", .hidden = true},
    {.name = "force", .help = "write a new project file where there is one"},
    {0},
};

const Command command_init = {
    .name = "init",
    .group = GROUP_PROJECT,
    .words = "[DIR]",
    .summary = "make a project in DIR, or here",
    .details = "  pond init shop; cd shop; pond add tap-spreadsheets target-duckdb\n",
    .options = options,
    .run = init_run,
};

/* pond doctor: what is wrong with this machine or project, and the one command that mends it. */
#include "command/doctor.h"
#include "base/json.h"
#include "command/all.h"
#include "command/cmd.h"
#include "command/doctor_convert.h"
#include "command/human.h"
#include "os/file.h"
#include "project/environ.h"
#include "project/required.h"
#include "warehouse/warehouse.h"

/* Less than this is worth a word: a load of some millions of rows needs it. */
#define LOW_DISK UINT64_C(2000000000)

void doctor_tell(Doctor *d, Verdict verdict, const char *what, Str text, Str mend) {
    static const char *const names[] = {"ok", "note", "wrong"};
    static const char *const marks[] = {"✓", "·", "✗"}, *const plain_marks[] = {"ok", "--", "!!"};
    static const Style styles[] = {STYLE_GREEN, STYLE_DIM, STYLE_RED};
    Arena *a = d->cmd->arena;
    Out *out = d->cmd->out;
    if (verdict == WRONG) d->ill = true;
    if (d->findings) {
        Node *n = node_new(a, NODE_MAP);
        node_put(a, n, STR("verdict"), node_string(a, str_of(names[verdict])));
        node_put(a, n, STR("what"), node_string(a, str_of(what)));
        node_put(a, n, STR("text"), node_string(a, text));
        node_put(a, n, STR("mend"), mend.len ? node_string(a, mend) : node_new(a, NODE_NULL));
        node_push(a, d->findings, n);
        return;
    }
    out_styled(out, styles[verdict], "%s", (out->utf8 ? marks : plain_marks)[verdict]);
    out_printf(out, " %-11s " STR_FMT "\n", what, STR_ARG(text));
    if (mend.len) {
        out_styled(out, STYLE_CYAN, "  %-11s %s", "", out->utf8 ? "→ " : "-> ");
        out_printf(out, STR_FMT "\n", STR_ARG(mend));
    }
}

void doctor_tell_error(Doctor *d, const char *what, const Err *error) {
    Arena *a = d->cmd->arena;
    doctor_tell(d, WRONG, what, arena_str(a, str_of(error->msg)), arena_str(a, str_of(error->hint)));
}

/* ---- this machine ---- */

static void look_at_library(Doctor *d) {
    Err error = {0};
    Str version;
    if (warehouse_library_version(cmd_env(d->cmd, STR("POND_LIBDUCKDB")), d->cmd->arena, &version, &error)) {
        doctor_tell(d, FINE, "duckdb", arena_printf(d->cmd->arena, "libduckdb " STR_FMT, STR_ARG(version)), (Str){0});
    } else {
        doctor_tell_error(d, "duckdb", &error);
    }
}

/* What `pond install` makes venvs with. */
static void look_at_python(Doctor *d) {
    Arena *a = d->cmd->arena;
    Str path = cmd_env(d->cmd, STR("PATH"));
    Str uv = path_find_program(a, path, d->cmd->cwd, STR("uv"));
    Str python = path_find_program(a, path, d->cmd->cwd, STR("python3"));
    if (uv.len) {
        doctor_tell(d, FINE, "python", arena_printf(a, "uv at " STR_FMT, STR_ARG(uv)), (Str){0});
    } else if (python.len) {
        doctor_tell(d, FINE, "python", arena_printf(a, "python3 at " STR_FMT, STR_ARG(python)), (Str){0});
    } else {
        doctor_tell(d, WRONG, "python", STR("neither uv nor python3 is on PATH: taps cannot be installed"),
                    STR("apt-get install python3-venv"));
    }
}

void doctor_disk(Doctor *d, const char *what, Str folder) {
    uint64_t bytes;
    Human free_bytes;
    Err ignored = {0};
    Arena *a = d->cmd->arena;
    if (!disk_free(folder.at, &bytes, &ignored)) return;
    Str text = arena_printf(a, "%s free at " STR_FMT, human_bytes(free_bytes, bytes), STR_ARG(folder));
    doctor_tell(d, bytes < LOW_DISK ? WRONG : FINE, what, text,
                bytes < LOW_DISK ? STR("pond backup --keep 1, pond compact, or a larger disk") : (Str){0});
}

/* ---- the project ---- */

/* A program that is there may still lack what it must be told. */
static void tell_settings(Doctor *d, Settings *s, const char *type, Str executable) {
    Err error = {0};
    Arena *a = d->cmd->arena;
    Str name = settings_plugin(s)->name;
    if (settings_hint_missing(s, &error))
        doctor_tell(d, NOTED, type, arena_printf(a, STR_FMT ": %s", STR_ARG(name), error.hint), (Str){0});
    else
        doctor_tell(d, FINE, type, arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(executable)), (Str){0});
}

/* "tap-x: what is wrong": the role stands before it already. */
static void tell_plugin_error(Doctor *d, const Plugin *plugin, const Err *error) {
    Arena *a = d->cmd->arena;
    const char *type = plugin_type_singular(plugin->type);
    Str role = arena_printf(a, "%s \"" STR_FMT "\"", type, STR_ARG(plugin->name)),
        text = arena_str(a, str_of(error->msg));
    if (str_starts(text, role))
        text = arena_printf(a, STR_FMT STR_FMT, STR_ARG(plugin->name), STR_ARG(str_slice(text, role.len, STR_NONE)));
    doctor_tell(d, WRONG, type, text, arena_str(a, str_of(error->hint)));
}

static void look_at_plugin(Doctor *d, Project *p, const Plugin *plugin) {
    Arena *a = d->cmd->arena;
    Err error = {0};
    Str executable;
    Map env;
    map_init(&env, a);
    const char *type = plugin_type_singular(plugin->type);
    if (plugin->builtin != PLUGIN_FOREIGN) {
        doctor_tell(d, FINE, type, arena_printf(a, STR_FMT ": built into pond", STR_ARG(plugin->name)), (Str){0});
        return;
    }
    /* A mapping is its mapper once more. */
    if (plugin->type == PLUGIN_FILES || plugin->type == PLUGIN_TRANSFORMS || plugin->mapping.len) return;
    Settings *s = settings_of_plugin(p, plugin, &error);
    if (s && environ_of_plugin(s, NULL, &env, &error) &&
        environ_executable(p, plugin, (Str){0}, &env, &executable, &error)) {
        tell_settings(d, s, type, executable);
        return;
    }
    tell_plugin_error(d, plugin, &error);
}

static void look_at_project(Doctor *d) {
    Err error = {0};
    Arena *a = d->cmd->arena;
    Project *p = cmd_project(d->cmd, ENVIRONMENT_DEFAULT, &error);
    if (!p && error.code == ERR_NOT_FOUND) {
        doctor_tell(d, NOTED, "project", STR("none here"), STR("pond init"));
        doctor_disk(d, "disk", d->cmd->cwd);
        return;
    }
    if (!p) {
        doctor_tell_error(d, "project", &error);
        return;
    }
    Str environment = p->environment.len ? p->environment : STR("none");
    doctor_tell(d, FINE, "project",
                arena_printf(a, STR_FMT ", environment " STR_FMT, STR_ARG(p->files[0].path), STR_ARG(environment)),
                (Str){0});
    if (!path_is_writable(p->root.at))
        doctor_tell(d, NOTED, "folder",
                    arena_printf(a, STR_FMT " cannot be written: no runs for this user", STR_ARG(p->root)), (Str){0});
    for (size_t i = 0; i < p->plugins.len; i++) look_at_plugin(d, p, &p->plugins.at[i]);
    doctor_warehouses(d, p);
}

static bool doctor_run(Cmd *cmd, Err *err) {
    if (cmd->pool && cmd_given(cmd, "convert")) {
        err_set(err, ERR_UNSUPPORTED, "--convert opens files in other ways than the server may");
        return err_hint(err, "pond down, then again");
    }
    if (cmd_given(cmd, "convert")) return doctor_convert(cmd, cmd_text(cmd, "convert"), err);
    Doctor d = {.cmd = cmd, .findings = cmd_json(cmd) ? node_new(cmd->arena, NODE_LIST) : NULL};
    look_at_library(&d);
    look_at_python(&d);
    look_at_project(&d);
    if (d.findings) cmd_print_json(cmd, d.findings);
    cmd->exit_code = d.ill ? 1 : 0;
    return true;
}

static const Option options[] = {
    {.name = "convert",
     .kind = OPTION_TEXT,
     .argument = "FILE",
     .help = "make a file of a newer DuckDB one that this pond can open; the old one is kept"},
    {.name = "deep", .help = "read all rows of all tables, too"},
    {.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .value = "text", .help = "output"},
    {0},
};

const Command command_doctor = {
    .name = "doctor",
    .group = GROUP_MACHINE,
    .words = "",
    .summary = "what is wrong here, and the command that mends it",
    .details =
        "  pond doctor --convert warehouse.duckdb    through Parquet, by a venv with the DuckDB that wrote the file;\n"
        "                                            compares the rows, keeps the old file as FILE.v2.0.0\n",
    .options = options,
    .run = doctor_run,
    .spawns = true,
    .warehouse = true,
};

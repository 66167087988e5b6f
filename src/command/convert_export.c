/* Venv and process of the DuckDB that wrote a file. */
#include "command/convert_export.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/json.h"
#include "command/convert_script.h"
#include "os/file.h"
#include "os/io.h"

enum {
    FOLDER_MODE = 0755,
    LOG_MODE = 0600,
    LOG_LIMIT = 16 * 1024 * 1024,
    LAST_BYTES = 1500,
    ANSWER_LIMIT = 256 * 1024 * 1024
};

/* ---- commands ---- */

/* Without the caller's own venv. */
static const Map *child_env(Cmd *cmd) {
    static const char *const unwanted[] = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"};
    Map *env = arena_new(cmd->arena, Map);
    map_init(env, cmd->arena);
    for (size_t i = 0; i < cmd->env->len; i++) map_put(env, cmd->env->entries[i].key, cmd->env->entries[i].value);
    for (size_t i = 0; i < ARRAY_LEN(unwanted); i++) map_remove(env, str_of(unwanted[i]));
    return env;
}

static Str last_words(Cmd *cmd, Str log) {
    Str text = {0};
    Err ignored = {0};
    if (!file_read(cmd->arena, log.at, LOG_LIMIT, &text, &ignored)) return STR("it said nothing");
    text = str_trim(text);
    return str_trim(str_slice(text, text.len > LAST_BYTES ? text.len - LAST_BYTES : 0, text.len));
}

/* Runs it to its end; what it says goes to the log. */
static bool run_step(Cmd *cmd, const StrVec *words, Str log, Err *err) {
    enum { STATUS_TEXT = 64 };
    char how[STATUS_TEXT];
    ExitStatus status;
    AUTO(Child) child = {0};
    AUTO(Fd) out = open(log.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, LOG_MODE);
    if (out < 0) return err_errno(err, errno, "cannot write \"" STR_FMT "\"", STR_ARG(log));
    SpawnRequest request = {.argv = words->at,
                            .argc = words->len,
                            .env = child_env(cmd),
                            .cwd = path_folder(log).len ? arena_str(cmd->arena, path_folder(log)) : cmd->cwd,
                            .run = STR("doctor/convert"),
                            .in = -1,
                            .out = out,
                            .err = out};
    if (!keeper_spawn(cmd->keeper, &request, &child, err)) return false;
    if (!child_wait(&child, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, &status, err)) return false;
    if (exit_ok(status)) return true;
    exit_status_text(status, how, sizeof how);
    Str said = last_words(cmd, log);
    return err_set(err, ERR_CHILD, STR_FMT ": %s: " STR_FMT, STR_ARG(words->at[0]), how, STR_ARG(said));
}

/* ---- the venv ---- */

static void push(StrVec *to, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) vec_push(to, str_of(words[i]));
}

static bool plan_venv(Cmd *cmd, Str venv, Str python, StrVec *make, StrVec *install, Err *err) {
    static const char *const uv_make[] = {"venv", "--quiet"}, *const uv_install[] = {"pip", "install", "--python"},
                             *const py_make[] = {"-m", "venv"},
                             *const pip[] = {"-m", "pip", "install", "--disable-pip-version-check", "--no-input"};
    Str search = cmd_env(cmd, STR("PATH"));
    Str uv = path_find_program(cmd->arena, search, cmd->cwd, STR("uv"));
    Str base = path_find_program(cmd->arena, search, cmd->cwd, STR("python3"));
    if (!uv.len && !base.len) {
        err_set(err, ERR_NOT_FOUND, "neither uv nor python3 is on PATH");
        return err_hint(err, "apt-get install python3-venv");
    }
    vec_push(make, uv.len ? uv : base);
    if (uv.len) push(make, uv_make, ARRAY_LEN(uv_make));
    else push(make, py_make, ARRAY_LEN(py_make));
    vec_push(make, venv);
    vec_push(install, uv.len ? uv : python);
    if (uv.len) push(install, uv_install, ARRAY_LEN(uv_install));
    else push(install, pip, ARRAY_LEN(pip));
    if (uv.len) vec_push(install, python);
    return true;
}

/* Where the venv of that version is, or will be. */
static Str venv_home(Cmd *cmd, Str version, Str folder) {
    Arena *a = cmd->arena;
    Str cache = cmd_env(cmd, STR("XDG_CACHE_HOME")), home = cmd_env(cmd, STR("HOME"));
    if (!str_starts(cache, STR("/"))) cache = str_starts(home, STR("/")) ? path_join(a, home, STR(".cache")) : (Str){0};
    if (!cache.len) return path_join(a, folder, STR("venv"));
    return arena_printf(a, STR_FMT "/pond/venvs/duckdb-" STR_FMT, STR_ARG(cache), STR_ARG(version));
}

static bool make_venv(Cmd *cmd, Str home, Str venv, Str version, Err *err) {
    AUTO(StrVec) make = {0};
    AUTO(StrVec) install = {0};
    Arena *a = cmd->arena;
    Str log = path_join(a, home, STR("log")), python = path_join(a, venv, STR("bin/python"));
    Str requirement = arena_printf(a, "duckdb==" STR_FMT, STR_ARG(version));
    if (!plan_venv(cmd, venv, python, &make, &install, err)) return false;
    vec_push(&install, requirement);
    if (!remove_tree(venv.at, err)) return false;
    if (!run_step(cmd, &make, log, err)) return err_context(err, "cannot make a venv");
    if (!run_step(cmd, &install, log, err)) {
        err_context(err, "cannot install " STR_FMT, STR_ARG(requirement));
        if (err->code == ERR_CHILD) err_hint(err, "pip or uv must reach a package index that has it, for this Python");
        return false;
    }
    return file_write_atomic(path_join(a, home, STR("ready")).at, requirement, 0, err);
}

bool convert_python(Cmd *cmd, Str version, Str folder, void (*making)(void *context, Str path), void *context, Str *ret,
                    Err *err) {
    Arena *a = cmd->arena;
    Str home = venv_home(cmd, version, folder), venv = path_join(a, home, STR("venv"));
    Str ready = path_join(a, home, STR("ready"));
    *ret = path_join(a, venv, STR("bin/python"));
    if (path_exists(ready.at) && path_is_program(ret->at)) return true;
    if (!dir_make(home.at, FOLDER_MODE, err)) return false;
    AUTO(Fd) lock = open(home.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_LOCKED, "another pond makes the venv \"" STR_FMT "\"", STR_ARG(home));
    if (path_exists(ready.at) && path_is_program(ret->at)) return true;
    making(context, home);
    return make_venv(cmd, home, venv, version, err);
}

/* ---- the process ---- */

static bool start_exporter(Cmd *cmd, const StrVec *words, Str folder, Exporter *exporter, Fd *ret_out, Err *err) {
    AUTO(Pipe) in = {-1, -1};
    AUTO(Pipe) out = {-1, -1};
    Str path = path_join(cmd->arena, folder, STR("log"));
    AUTO(Fd) log = open(path.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, LOG_MODE);
    if (log < 0) return err_errno(err, errno, "cannot write \"" STR_FMT "\"", STR_ARG(path));
    if (!pipe_open(&in, err) || !pipe_open(&out, err)) return false;
    SpawnRequest request = {.argv = words->at,
                            .argc = words->len,
                            .env = child_env(cmd),
                            .cwd = folder,
                            .run = STR("doctor/convert"),
                            .in = in.read,
                            .out = out.write,
                            .err = log};
    if (!keeper_spawn(cmd->keeper, &request, &exporter->child, err)) return false;
    exporter->in = fd_take(&in.write);
    *ret_out = fd_take(&out.read);
    return true;
}

/* One line; the process goes on. */
static bool read_answer(Cmd *cmd, int fd, Buf *answer, Err *err) {
    enum { PIECE = 64 * 1024 };
    while (!answer->len || answer->at[answer->len - 1] != '\n') {
        if (answer->len > ANSWER_LIMIT || !buf_reserve(answer, PIECE))
            return err_set(err, ERR_UNSUPPORTED, "the file has too many objects");
        ssize_t n = io_read(fd, answer->at + answer->len, PIECE, (Until){NO_DEADLINE, cmd->cancel, CANCEL_STOP}, err);
        if (n < 0) return false;
        if (!n) return err_set(err, ERR_CHILD, "the other DuckDB has ended");
        answer->len += (size_t)n;
    }
    return true;
}

bool convert_export(Cmd *cmd, Str python, Str file, Str folder, Exporter *exporter, Node **ret, Err *err) {
    AUTO(StrVec) words = {0};
    AUTO(Buf) answer = {0};
    AUTO(Fd) out = -1;
    AUTO(Buf) script = {0};
    for (size_t i = 0; convert_script[i]; i++) buf_append_c(&script, convert_script[i]);
    const Str all[] = {python, STR("-I"), STR("-c"), buf_str(&script), file, folder, STR(CONVERT_PROBE)};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) vec_push(&words, all[i]);
    if (!start_exporter(cmd, &words, folder, exporter, &out, err)) return false;
    if (!read_answer(cmd, out, &answer, err)) {
        if (err->code != ERR_CHILD) return false;
        Str said = last_words(cmd, path_join(cmd->arena, folder, STR("log")));
        return err_set(err, ERR_CHILD, "the other DuckDB has ended: " STR_FMT, STR_ARG(said));
    }
    *ret = json_parse(cmd->arena, buf_str(&answer), err);
    if (!*ret) return false;
    Str error = node_text(node_get_c(*ret, "error"));
    const Node *locked = node_get_c(*ret, "locked");
    if (!error.len) return true;
    bool busy = node_is(locked, NODE_BOOL) && locked->truth;
    return err_set(err, busy ? ERR_LOCKED : ERR_UNSUPPORTED, STR_FMT, STR_ARG(error));
}

bool exporter_holds(Exporter *exporter, Err *err) {
    ExitStatus status;
    Err running = {0};
    if (!child_wait(&exporter->child, (Until){0, NULL, CANCEL_NONE}, &status, &running) && running.code == ERR_TIMEOUT)
        return true;
    return err_set(err, ERR_CHILD, "the other DuckDB has ended too early");
}

void exporter_release(Exporter *exporter) {
    if (exporter->in > 0) fd_close(&exporter->in);
    child_release(&exporter->child);
}

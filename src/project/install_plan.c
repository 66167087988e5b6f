/* What installing one plugin would do. */
#include "project/install_plan.h"

#include "base/crypto.h"
#include "os/file.h"
#include "project/expand.h"
#include "project/settings.h"
#include "project/words.h"

enum { MARK_LIMIT = 64 * 1024, MARK_MODE = 0644 };

static const char mark_name[] = ".pond-install";

void install_plan_release(InstallPlan *plan) {
    vec_release(&plan->make);
    vec_release(&plan->packages);
}

/* ---- fingerprints ---- */

static Str mark_path(const Project *p, const Venv *venv) {
    return path_join(p->arena, venv->path, str_of(mark_name));
}

static Str fingerprint_of(Arena *a, Str python, const StrVec *words) {
    AUTO(Buf) out = {0};
    buf_printf(&out, "python " STR_FMT "\n", STR_ARG(python));
    for (size_t i = 0; i < words->len; i++) buf_printf(&out, STR_FMT "\n", STR_ARG(words->at[i]));
    return arena_str(a, buf_str(&out));
}

static int by_text(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

/* Meltano's: sha256 of the sorted words, each once, and of the interpreter when one is asked for. */
static Str meltano_fingerprint(Arena *a, Str python, const StrVec *words) {
    AUTO(StrVec) sorted = {0};
    AUTO(Buf) out = {0};
    for (size_t i = 0; i < words->len; i++) vec_push(&sorted, words->at[i]);
    if (sorted.len) qsort(sorted.at, sorted.len, sizeof *sorted.at, by_text);
    for (size_t i = 0; i < sorted.len; i++)
        if (!i || !str_equal(sorted.at[i], sorted.at[i - 1]))
            buf_printf(&out, "%s" STR_FMT, out.len ? " " : "", STR_ARG(sorted.at[i]));
    if (python.len) buf_printf(&out, " python:" STR_FMT, STR_ARG(python));
    return digest_hex(a, DIGEST_SHA256, buf_str(&out));
}

static bool file_says(Project *p, Str path, Str text) {
    Str there;
    Err ignored = {0};
    return file_read(p->arena, path.at, MARK_LIMIT, &there, &ignored) && str_equal(str_trim(there), str_trim(text));
}

/* ---- interpreter ---- */

/* `python` of plugin or project, else the first line of .python-version; empty: whatever python3 is. */
static bool wanted_python(Project *p, const Plugin *plugin, Str *ret, Err *err) {
    Settings *own = settings_of_project(p, err);
    Str file = project_path(p, STR(".python-version")), text = {0};
    *ret = plugin->python;
    if (!own || (!ret->len && !settings_get_text(own, STR("python"), ret, err))) return false;
    if (ret->len || !path_exists(file.at)) return true;
    if (!file_read(p->arena, file.at, MARK_LIMIT, &text, err)) return false;
    *ret = str_trim(str_slice(text, 0, str_find(text, '\n')));
    return true;
}

static Str find_program(Project *p, const Map *env, Str name) {
    Str search = {0};
    map_get_str(env, STR("PATH"), &search);
    return path_find_program(p->arena, search, p->root, name);
}

/* "3.11" is python3.11. */
static bool find_python(Project *p, const Map *env, Str wanted, Str *ret, Err *err) {
    Str name = wanted.len ? wanted : STR("python3");
    *ret = find_program(p, env, name);
    if (!ret->len) *ret = find_program(p, env, arena_printf(p->arena, "python" STR_FMT, STR_ARG(name)));
    if (ret->len) return true;
    err_set(err, ERR_NOT_FOUND, "there is no interpreter \"" STR_FMT "\" on PATH", STR_ARG(name));
    return err_hint(err, wanted.len ? "install it, or change `python`" : "apt-get install python3 python3-venv");
}

/* ---- commands ---- */

static void push_words(StrVec *to, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) vec_push(to, str_of(words[i]));
}

static void plan_uv(Project *p, Str uv, Str python, InstallPlan *plan) {
    static const char *const make[] = {"venv", "--quiet", "--python"};
    static const char *const install[] = {"pip", "install", "--python"};
    vec_push(&plan->make, uv);
    push_words(&plan->make, make, ARRAY_LEN(make));
    vec_push(&plan->make, python);
    vec_push(&plan->make, plan->venv.path);
    vec_push(&plan->packages, uv);
    push_words(&plan->packages, install, ARRAY_LEN(install));
    vec_push(&plan->packages, venv_program(p, &plan->venv, STR("python")));
}

static void plan_pip(Project *p, Str python, bool force, InstallPlan *plan) {
    static const char *const make[] = {"-m", "venv"};
    static const char *const install[] = {"-m", "pip", "install", "--disable-pip-version-check", "--no-input"};
    vec_push(&plan->make, python);
    push_words(&plan->make, make, ARRAY_LEN(make));
    vec_push(&plan->make, plan->venv.path);
    vec_push(&plan->packages, venv_program(p, &plan->venv, STR("python")));
    push_words(&plan->packages, install, ARRAY_LEN(install));
    if (force) vec_push(&plan->packages, STR("--ignore-requires-python"));
}

static bool wants_uv(Project *p, bool *ret, Err *err) {
    Settings *own = settings_of_project(p, err);
    Str backend;
    if (!own || !settings_get_text(own, STR("venv.backend"), &backend, err)) return false;
    *ret = str_is(backend, "uv");
    return true;
}

/* Words of pip_url, $VAR replaced. */
static bool package_words(Project *p, const Plugin *plugin, const Map *env, StrVec *ret, Err *err) {
    Str text;
    if (!expand_text(p->arena, plugin->pip_url, env, false, &text, err)) return false;
    if (!words_split(p->arena, text, ret, err)) return err_context(err, "pip_url");
    return ret->len > 0 || err_set(err, ERR_CONFIG, "pip_url \"" STR_FMT "\" is empty", STR_ARG(plugin->pip_url));
}

/* What $VAR sees, without the caller's own venv. */
static const Map *installer_env(Project *p, const Settings *s) {
    Map *env = arena_new(p->arena, Map);
    const Map *seen = settings_env(s);
    map_init(env, p->arena);
    for (size_t i = 0; i < seen->len; i++) map_put(env, seen->entries[i].key, seen->entries[i].value);
    map_remove(env, STR("VIRTUAL_ENV"));
    map_remove(env, STR("PYTHONPATH"));
    return env;
}

/* Ours by its fingerprint file; Meltano's by its own, and only with the plugin's program in it. */
static bool is_made_of(Project *p, const Plugin *plugin, const Venv *venv, Str wanted, const StrVec *words) {
    if (!venv->there) return false;
    if (venv->ours) return file_says(p, mark_path(p, venv), fingerprint_of(p->arena, wanted, words));
    Str mark = path_join(p->arena, venv->path, STR(".meltano_plugin_fingerprint"));
    bool runs = path_is_program(venv_program(p, venv, plugin->executable).at);
    return runs && file_says(p, mark, meltano_fingerprint(p->arena, wanted, words));
}

bool install_plan(Project *p, const Plugin *plugin, InstallWish wish, InstallPlan *ret, Err *err) {
    AUTO(StrVec) words = {0};
    Str wanted, python, uv = {0};
    bool with_uv;
    *ret = (InstallPlan){.venv = venv_of(p, plugin)};
    Settings *s = settings_of_plugin(p, plugin, err);
    if (!s || !wanted_python(p, plugin, &wanted, err) || !wants_uv(p, &with_uv, err)) return false;
    ret->env = installer_env(p, s);
    if (!package_words(p, plugin, ret->env, &words, err)) return false;
    ret->done = !wish.again && is_made_of(p, plugin, &ret->venv, wanted, &words);
    if (ret->done) return true;
    ret->venv = venv_ours(p, plugin);
    ret->fingerprint = fingerprint_of(p->arena, wanted, &words);
    if (with_uv) uv = find_program(p, ret->env, STR("uv"));
    if (!find_python(p, ret->env, wanted, &python, err)) return false;
    if (uv.len) plan_uv(p, uv, python, ret);
    else plan_pip(p, python, wish.any_python, ret);
    for (size_t i = 0; i < words.len; i++) vec_push(&ret->packages, words.at[i]);
    return true;
}

bool install_plan_mark(Project *p, const InstallPlan *plan, Err *err) {
    return file_write_atomic(mark_path(p, &plan->venv).at, plan->fingerprint, MARK_MODE, err);
}

bool install_plan_is_marked(const Project *p, const Venv *venv) {
    return venv->ours && path_exists(mark_path(p, venv).at);
}

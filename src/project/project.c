/* Finding and opening a project, and its folders. */
#include "project/project.h"

#include "base/yaml.h"
#include "os/file.h"
#include "project/dotenv.h"
#include "project/include.h"
#include "project/plugin_load.h"
#include "project/requires.h"

enum { DOTENV_LIMIT = 16 * 1024 * 1024, FOLDER_MODE = 0755, FILE_MODE = 0644 };

static const char *const file_names[] = {"pond.yml", "meltano.yml"};

/* ---- variables ---- */

static bool find_variable(Arena *a, const Map *env, const char *name, Str *ret) {
    static const char *const prefixes[] = {"POND_", "MELTANO_"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        Str value;
        if (!map_get_str(env, arena_printf(a, "%s%s", prefixes[i], name), &value) || !value.len) continue;
        *ret = value;
        return true;
    }
    return false;
}

bool project_variable(const Project *p, const char *name, Str *ret) {
    return find_variable(p->arena, p->env, name, ret) || find_variable(p->arena, &p->dotenv, name, ret);
}

static bool is_truthy(Str text) {
    return str_equal_nocase(text, STR("true")) || str_is(text, "1") || str_equal_nocase(text, STR("yes")) ||
           str_equal_nocase(text, STR("on"));
}

static void warn(Project *p, const char *format, ...) PRINTF_LIKE(2, 3);
static void warn(Project *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str *texts = arena_array(p->arena, Str, p->warnings.len + 1);
    if (p->warnings.len) memcpy(texts, p->warnings.at, p->warnings.len * sizeof *texts);
    texts[p->warnings.len] = arena_vprintf(p->arena, format, args);
    va_end(args);
    p->warnings.at = texts;
    p->warnings.len++;
}

/* ---- finding ---- */

/* The project file in a folder; empty when there is none. */
static Str file_in(Arena *a, Str folder) {
    for (size_t i = 0; i < ARRAY_LEN(file_names); i++) {
        Str path = path_join(a, folder, str_of(file_names[i]));
        if (path_exists(path.at)) return path;
    }
    return (Str){0};
}

static bool not_found(Str where, Err *err) {
    err_set(err, ERR_NOT_FOUND, "no pond.yml or meltano.yml in \"" STR_FMT "\" or above", STR_ARG(where));
    return err_hint(err, "pond init");
}

bool project_find(Arena *a, Str cwd, const Map *env, Str *ret_root, Err *err) {
    Str folder;
    if (find_variable(a, env, "PROJECT_ROOT", &folder)) {
        *ret_root = path_absolute(a, cwd, folder);
        if (file_in(a, *ret_root).len) return true;
        err_set(err, ERR_NOT_FOUND, "no pond.yml or meltano.yml in \"" STR_FMT "\"", STR_ARG(*ret_root));
        return err_hint(err, "POND_PROJECT_ROOT or MELTANO_PROJECT_ROOT says so");
    }
    for (folder = path_absolute(a, cwd, STR(".")); !file_in(a, folder).len; folder = path_folder(folder))
        if (folder.len <= 1) return not_found(cwd, err);
    *ret_root = arena_str(a, folder);
    return true;
}

/* ---- reading ---- */

static bool read_yaml(Project *p, Str path, ProjectFile *ret, Err *err) {
    Str below = str_slice(path, p->root.len + (p->root.len > 1), path.len);
    ret->path = path;
    if (!file_read(p->arena, path.at, YAML_SIZE_LIMIT, &ret->text, err)) return false;
    Node *root = yaml_parse(p->arena, below, ret->text, YAML_CORE_12, err);
    if (!root) return false;
    if (root->kind != NODE_MAP && root->kind != NODE_NULL)
        return err_set(err, ERR_CONFIG, STR_FMT " is no map of settings", STR_ARG(below));
    ret->root = root;
    return true;
}

static bool read_files(Project *p, Err *err) {
    ProjectFile main_file;
    AUTO(StrVec) included = {0};
    if (!read_yaml(p, file_in(p->arena, p->root), &main_file, err)) return false;
    const Node *patterns = node_get_c(main_file.root, "include_paths");
    if (!include_find(p->arena, p->root, patterns, main_file.path, &included, err))
        return err_context(err, STR_FMT ":%u", STR_ARG(path_name(main_file.path)), patterns->line);
    p->files = arena_array(p->arena, ProjectFile, included.len + 1);
    p->files[p->file_count++] = main_file;
    p->doc = main_file.root;
    for (size_t i = 0; i < included.len; i++) {
        ProjectFile *file = &p->files[p->file_count++];
        if (!read_yaml(p, included.at[i], file, err)) return false;
        if (file->root->kind == NODE_MAP) p->doc = include_merge(p->arena, p->doc, file->root);
    }
    return true;
}

static bool read_dotenv(Project *p, Str env_file, Err *err) {
    Str text;
    SkippedLines skipped = {0};
    map_init(&p->dotenv, p->arena);
    p->dotenv_path = path_absolute(p->arena, p->root, env_file.len ? env_file : STR(".env"));
    if (!path_exists(p->dotenv_path.at)) {
        if (env_file.len) warn(p, "\"" STR_FMT "\" does not exist", STR_ARG(p->dotenv_path));
        return true;
    }
    if (!file_read(p->arena, p->dotenv_path.at, DOTENV_LIMIT, &text, err)) return false;
    dotenv_parse(text, p->env, &p->dotenv, &skipped);
    for (size_t i = 0; i < skipped.len; i++) /* not quoted: it may hold a secret */
        warn(p, STR_FMT ":%zu: skipped, %s", STR_ARG(path_name(p->dotenv_path)), skipped.at[i].line, skipped.at[i].why);
    vec_release(&skipped);
    return true;
}

/* ---- environment ---- */

static Str choose_environment(Project *p, const ProjectOptions *o) {
    Str name = {0};
    if (o->no_environment) return name;
    if (o->environment.at) return o->environment;
    if (project_variable(p, "ENVIRONMENT", &name)) return name;
    if (o->no_default_environment) return (Str){0};
    p->environment_is_default = true;
    if (project_variable(p, "DEFAULT_ENVIRONMENT", &name)) return name;
    return node_text(node_get_c(p->doc, "default_environment"));
}

static bool no_environment(const Project *p, Str name, Err *err) {
    AUTO(Buf) names = {0};
    const Node *all = project_section(p, "environments");
    for (size_t i = 0; all && i < all->len; i++)
        buf_printf(&names, "%s" STR_FMT, i ? ", " : "", STR_ARG(node_text(node_get_c(all->items[i], "name"))));
    err_set(err, ERR_CONFIG, "Environment '" STR_FMT "' was not found.", STR_ARG(name));
    return names.len ? err_hint(err, "there are: %s", buf_c(&names))
                     : err_hint(err, "the project has none: add `environments: [{name: " STR_FMT "}]`", STR_ARG(name));
}

bool project_need_environment(const Project *p, Str name, const Node **ret, Err *err) {
    *ret = project_entry(p, "environments", name);
    return *ret || no_environment(p, name, err);
}

static bool activate_environment(Project *p, const ProjectOptions *o, Err *err) {
    Str name = choose_environment(p, o);
    if (!name.len || str_is(name, "null")) {
        p->environment_is_default = false;
        return true;
    }
    if (str_find(name, ':') != STR_NONE)
        return err_set(err, ERR_CONFIG, "the environment's name \"" STR_FMT "\" holds a colon", STR_ARG(name));
    if (!project_need_environment(p, name, &p->environment_node, err)) return false;
    p->environment = arena_str(p->arena, name);
    return true;
}

static void read_readonly(Project *p) {
    Str word;
    const Node *n = node_get_c(p->doc, "project_readonly");
    if (project_variable(p, "PROJECT_READONLY", &word)) p->readonly = is_truthy(word);
    else p->readonly = node_is(n, NODE_BOOL) ? n->truth : is_truthy(node_text(n));
}

static void warn_of_twins(Project *p) {
    for (size_t i = 0; i < p->plugins.len; i++) {
        const Plugin *one = &p->plugins.at[i];
        for (size_t k = 0; k < i; k++) {
            const Plugin *other = &p->plugins.at[k];
            bool same = one->type == other->type && str_equal(one->name, other->name);
            if (same && str_equal(one->mapping, other->mapping))
                warn(p, "%s \"" STR_FMT "\" is given twice: the first one counts", plugin_type_singular(one->type),
                     STR_ARG(one->name));
        }
    }
}

Project *project_open(Arena *a, const ProjectOptions *options, Err *err) {
    Project *p = arena_new(a, Project);
    *p = (Project){.arena = a, .env = options->env};
    if (!project_find(a, options->cwd, options->env, &p->root, err)) return NULL;
    if (!read_files(p, err) || !project_check_required(p, err) || !read_dotenv(p, options->env_file, err)) return NULL;
    if (!activate_environment(p, options, err)) return NULL;
    read_readonly(p);
    if (!plugins_load(p, err)) return NULL;
    warn_of_twins(p);
    return p;
}

/* ---- folders and sections ---- */

Str project_folder_path(const Project *p, Str sub) {
    Str folder = path_join(p->arena, p->root, STR(".pond"));
    return sub.len ? path_join(p->arena, folder, sub) : folder;
}

bool project_folder(const Project *p, Str sub, Str *ret, Err *err) {
    Str own = project_folder_path(p, (Str){0}), ignore = project_folder_path(p, STR(".gitignore"));
    *ret = project_folder_path(p, sub);
    if (!dir_check_writable(path_is_dir(own.at) ? own.at : p->root.at, err)) return false;
    if (!dir_make(ret->at, FOLDER_MODE, err) || !dir_check_writable(ret->at, err)) return false;
    return path_exists(ignore.at) || file_write_atomic(ignore.at, STR("*\n"), FILE_MODE, err);
}

Str project_meltano_folder(const Project *p) {
    Str folder;
    if (!map_get_str(p->env, STR("MELTANO_SYS_DIR_ROOT"), &folder) || !folder.len) folder = STR(".meltano");
    return path_absolute(p->arena, p->root, folder);
}

Str project_path(const Project *p, Str path) {
    return path_absolute(p->arena, p->root, path);
}

const Node *project_section(const Project *p, const char *key) {
    const Node *section = node_get(p->doc, str_of(key));
    return node_is(section, NODE_LIST) ? section : NULL;
}

const Node *project_entry(const Project *p, const char *section, Str name) {
    const Node *all = project_section(p, section);
    for (size_t i = 0; all && i < all->len; i++)
        if (str_equal(node_text(node_get_c(all->items[i], "name")), name)) return all->items[i];
    return NULL;
}

static bool holds(const Node *tree, const Node *n) {
    if (tree == n) return true;
    for (size_t i = 0; tree && (tree->kind == NODE_MAP || tree->kind == NODE_LIST) && i < tree->len; i++)
        if (holds(tree->items[i], n)) return true;
    return false;
}

Str project_place(const Project *p, const Node *n) {
    size_t file = 0;
    for (size_t i = 0; i < p->file_count; i++)
        if (n && holds(p->files[i].root, n)) file = i;
    Str name = str_slice(p->files[file].path, p->root.len + (p->root.len > 1), STR_NONE);
    return n && n->line ? arena_printf(p->arena, STR_FMT ":%u", STR_ARG(name), n->line) : name;
}

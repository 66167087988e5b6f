/* The DuckDB file of a dbt project. */
#include "project/dbt_target.h"

#include "base/yaml.h"
#include "os/file.h"

/* NULL without an error: the file is not there. */
static const Node *read_document(const Project *p, Str path, Err *err, bool *ok) {
    Str text;
    if (!path_exists(path.at)) return NULL;
    const Node *doc = NULL;
    if (file_read(p->arena, path.at, YAML_SIZE_LIMIT, &text, err)) doc = yaml_parse(p->arena, path, text, YAML_11, err);
    *ok = doc != NULL;
    return doc;
}

static Str variable(const Project *p, Str name) {
    Str value = {0};
    if (!map_get_str(p->env, name, &value)) map_get_str(&p->dotenv, name, &value);
    return value;
}

/* A text in quotes at the beginning of *rest. */
static bool take_quoted(Str *rest, Str *ret) {
    *rest = str_trim(*rest);
    if (rest->len < 2 || !strchr("'\"", rest->at[0])) return false;
    size_t end = str_find(str_slice(*rest, 1, rest->len), rest->at[0]);
    if (end == STR_NONE) return false;
    *ret = str_slice(*rest, 1, 1 + end);
    *rest = str_trim(str_slice(*rest, end + 2, rest->len));
    return true;
}

static bool take(Str *rest, Str word) {
    *rest = str_trim(*rest);
    if (!str_starts(*rest, word)) return false;
    *rest = str_slice(*rest, word.len, rest->len);
    return true;
}

/* The text, with `{{ env_var(...) }}` as the whole of it replaced; empty when it is other Jinja. */
static Str render(const Project *p, Str text) {
    Str rest = text, name, standard = {0};
    if (str_find_str(text, STR("{{")) == STR_NONE && str_find_str(text, STR("{%")) == STR_NONE) return text;
    if (!take(&rest, STR("{{")) || !take(&rest, STR("env_var")) || !take(&rest, STR("("))) return (Str){0};
    if (!take_quoted(&rest, &name)) return (Str){0};
    if (take(&rest, STR(",")) && !take_quoted(&rest, &standard)) return (Str){0};
    if (!take(&rest, STR(")")) || !take(&rest, STR("}}")) || rest.len) return (Str){0};
    Str value = variable(p, name);
    return value.len ? value : standard;
}

/* The path of the active output of a profile. */
static Str profile_path(const Project *p, const Node *profile) {
    Str target = render(p, node_text(node_get_c(profile, "target")));
    const Node *output = node_get(node_get_c(profile, "outputs"), target.len ? target : STR("default"));
    if (!str_is(node_text(node_get_c(output, "type")), "duckdb")) return (Str){0};
    return render(p, node_text(node_get_c(output, "path")));
}

static bool look_in(const Project *p, Str folder, Str *ret, Err *err) {
    bool ok = true;
    const Node *project = read_document(p, path_join(p->arena, folder, STR("dbt_project.yml")), err, &ok);
    if (!project) return ok;
    Str named = variable(p, STR("DBT_PROFILES_DIR"));
    const Str places[] = {named.len ? project_path(p, named) : folder, folder,
                          path_join(p->arena, folder, STR("profiles/duckdb"))};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const Node *profiles = read_document(p, path_join(p->arena, places[i], STR("profiles.yml")), err, &ok);
        if (!ok) return false;
        Str path = profile_path(p, node_get(profiles, node_text(node_get_c(project, "profile"))));
        if (!path.len || str_is(path, ":memory:")) continue;
        *ret = path_absolute(p->arena, folder, path);
        return true;
    }
    return true;
}

bool dbt_target_file(const Project *p, Str *ret, Err *err) {
    *ret = (Str){0};
    if (!look_in(p, p->root, ret, err)) return false;
    return ret->len || look_in(p, path_join(p->arena, p->root, STR("transform")), ret, err);
}

/* A YAML file of the project while its settings are edited. */
#include "project/config_file.h"

#include "base/yaml_edit.h"
#include "os/file.h"
#include "project/own_settings.h"
#include "project/plugin_settings.h"

void config_file_release(ConfigFile *f) {
    buf_release(&f->text);
    vec_release(&f->entry);
}

static Node *parse(const ConfigFile *f, Err *err) {
    return yaml_parse(f->project->arena, path_name(f->path), buf_str(&f->text), YAML_CORE_12, err);
}

static const Node *walk(const Node *n, const StrVec *path) {
    for (size_t i = 0; n && i < path->len; i++) {
        uint64_t at;
        if (n->kind != NODE_LIST) n = node_get(n, path->at[i]);
        else n = str_to_u64(path->at[i], &at) ? node_at(n, (size_t)at) : NULL;
    }
    return n;
}

static void push_index(const ConfigFile *f, StrVec *path, size_t i) {
    vec_push(path, arena_printf(f->project->arena, "%zu", i));
}

/* ---- where ---- */

static size_t find_named(const Node *list, Str name) {
    for (size_t i = 0; node_is(list, NODE_LIST) && i < list->len; i++)
        if (str_equal(node_text(node_get_c(list->items[i], "name")), name)) return i;
    return STR_NONE;
}

static bool read_file(ConfigFile *f, size_t i, const Node **ret, Err *err) {
    Str text;
    f->path = f->project->files[i].path;
    if (!file_read(f->project->arena, f->path.at, YAML_SIZE_LIMIT, &text, err)) return false;
    buf_clear(&f->text);
    buf_append(&f->text, text);
    *ret = parse(f, err);
    return *ret != NULL;
}

/* The file that has an entry of this name in the list at `f->entry`; the entry's index is pushed. */
static bool find_file(ConfigFile *f, Str name, const char *what, Err *err) {
    for (size_t i = 0; i < f->project->file_count; i++) {
        const Node *root;
        if (!read_file(f, i, &root, err)) return false;
        size_t at = find_named(walk(root, &f->entry), name);
        if (at == STR_NONE) continue;
        push_index(f, &f->entry, at);
        return true;
    }
    return err_set(err, ERR_NOT_FOUND, "%s \"" STR_FMT "\" is in no file of the project", what, STR_ARG(name));
}

static bool find_plugin(ConfigFile *f, const Plugin *plugin, Err *err) {
    vec_push(&f->entry, STR("plugins"));
    vec_push(&f->entry, str_of(plugin_type_name(plugin->type)));
    if (!find_file(f, plugin->name, plugin_type_singular(plugin->type), err)) return false;
    if (!plugin->mapping.len) return true;
    const Node *root = parse(f, err);
    size_t at = find_named(node_get_c(walk(root, &f->entry), "mappings"), plugin->mapping);
    if (at == STR_NONE)
        return err_set(err, ERR_NOT_FOUND, "there is no mapping \"" STR_FMT "\"", STR_ARG(plugin->mapping));
    vec_push(&f->entry, STR("mappings"));
    push_index(f, &f->entry, at);
    return true;
}

static bool edit(ConfigFile *f, bool ok) {
    f->changed = f->changed || ok;
    return ok;
}

/* The plugin's entry in the active environment, which is made when it is missing. */
static bool find_in_environment(ConfigFile *f, const Plugin *plugin, Err *err) {
    Arena *a = f->project->arena;
    if (!f->project->environment.len) {
        err_set(err, ERR_NOT_FOUND, "no environment is active");
        return err_hint(err, "--environment NAME");
    }
    vec_push(&f->entry, STR("environments"));
    if (!find_file(f, f->project->environment, "environment", err)) return false;
    vec_push(&f->entry, STR("config"));
    vec_push(&f->entry, STR("plugins"));
    vec_push(&f->entry, str_of(plugin_type_name(plugin->type)));
    const Node *list = walk(parse(f, err), &f->entry);
    size_t at = find_named(list, plugin->name);
    if (at == STR_NONE) {
        Node *entry = node_new(a, NODE_MAP);
        node_put(a, entry, STR("name"), node_string(a, plugin->name));
        at = list ? list->len : 0;
        if (!yaml_edit_append(&f->text, (YamlPath){f->entry.at, f->entry.len}, entry, err)) return false;
    }
    push_index(f, &f->entry, at);
    return true;
}

bool config_file_open(ConfigFile *f, Project *p, const Plugin *plugin, ConfigWhere where, Err *err) {
    const Node *root;
    *f = (ConfigFile){.project = p};
    if (p->readonly) return err_set(err, ERR_CONFIG, "the project is read-only");
    if (!plugin) return read_file(f, 0, &root, err);
    return where == CONFIG_OF_PROJECT ? find_plugin(f, plugin, err) : find_in_environment(f, plugin, err);
}

/* ---- changes ---- */

/* Keys in the file: of an extra beside `config`, else in it. */
static void full_path(const ConfigFile *f, const StrVec *path, StrVec *ret) {
    bool extra = f->entry.len && str_starts(path->at[0], STR("_"));
    for (size_t i = 0; i < f->entry.len; i++) vec_push(ret, f->entry.at[i]);
    if (f->entry.len && !extra) vec_push(ret, STR("config"));
    for (size_t i = 0; i < path->len; i++)
        vec_push(ret, extra && i == 0 ? str_slice(path->at[0], 1, path->at[0].len) : path->at[i]);
}

static bool is_prefix(const Node *part, const Node *whole) {
    for (size_t i = 0; i < part->len; i++)
        if (i >= whole->len || !node_equal(part->items[i], whole->items[i])) return false;
    return true;
}

/* Index of the one item that `shorter` lacks; STR_NONE when that is not the only difference. */
static size_t missing_item(const Node *longer, const Node *shorter) {
    size_t at = 0;
    while (at < shorter->len && node_equal(longer->items[at], shorter->items[at])) at++;
    for (size_t i = at; i < shorter->len; i++)
        if (!node_equal(longer->items[i + 1], shorter->items[i])) return STR_NONE;
    return at;
}

static bool set_list(ConfigFile *f, StrVec *path, const Node *old, const Node *value, Err *err) {
    YamlPath at = {path->at, path->len};
    if (value->len > old->len && is_prefix(old, value)) {
        for (size_t i = old->len; i < value->len; i++)
            if (!edit(f, yaml_edit_append(&f->text, at, value->items[i], err))) return false;
        return true;
    }
    size_t gone = value->len + 1 == old->len && value->len ? missing_item(old, value) : STR_NONE;
    if (gone == STR_NONE) return edit(f, yaml_edit_set(&f->text, at, value, err));
    push_index(f, path, gone);
    return edit(f, yaml_edit_remove(&f->text, (YamlPath){path->at, path->len}, err));
}

bool config_file_set(ConfigFile *f, const StrVec *path, const Node *value, Err *err) {
    AUTO(StrVec) full = {0};
    full_path(f, path, &full);
    const Node *root = parse(f, err);
    if (!root) return false;
    const Node *old = walk(root, &full);
    if (old && value && node_equal(old, value)) return true;
    if (node_is(old, NODE_LIST) && node_is(value, NODE_LIST)) return set_list(f, &full, old, value, err);
    return edit(f, yaml_edit_set(&f->text, (YamlPath){full.at, full.len}, value, err));
}

/* Removes what is at the path, then each map above it, down to `keep` keys, that has become empty. */
static bool remove_and_prune(ConfigFile *f, StrVec *path, size_t keep, Err *err) {
    do {
        if (!edit(f, yaml_edit_remove(&f->text, (YamlPath){path->at, path->len}, err))) return false;
        path->len--;
        const Node *root = parse(f, err);
        if (!root) return false;
        const Node *above = walk(root, path);
        if (!node_is(above, NODE_MAP) || above->len) return true;
    } while (path->len > keep);
    return true;
}

bool config_file_unset(ConfigFile *f, const StrVec *path, Err *err) {
    AUTO(StrVec) full = {0};
    full_path(f, path, &full);
    const Node *root = parse(f, err);
    if (!root) return false;
    return !walk(root, &full) || remove_and_prune(f, &full, f->entry.len, err);
}

bool config_file_reset(ConfigFile *f, Err *err) {
    const Node *root = parse(f, err), *entry = walk(root, &f->entry);
    if (!root) return false;
    for (size_t i = 0; entry && i < entry->len; i++) {
        Str key = entry->keys[i];
        bool goes = f->entry.len ? str_is(key, "config") || !plugin_is_attribute(key) : !own_setting_is_section(key);
        if (!goes) continue;
        vec_push(&f->entry, key);
        bool ok = edit(f, yaml_edit_remove(&f->text, (YamlPath){f->entry.at, f->entry.len}, err));
        f->entry.len--;
        if (!ok) return false;
    }
    return true;
}

bool config_file_write(ConfigFile *f, Err *err) {
    return !f->changed || file_write_atomic(f->path.at, buf_str(&f->text), 0, err);
}

/* Writing settings: choosing the store, changing it. */
#include "base/json.h"
#include "os/file.h"
#include "project/config_file.h"
#include "project/dotenv.h"
#include "project/nest.h"
#include "project/settings_parts.h"

enum { DOTENV_LIMIT = 16 * 1024 * 1024, DOTENV_MODE = 0600 };

/* A setting that is written: its names and keys. */
typedef struct Target {
    Str name; /* with dots */
    const SettingDef *def;
    StrVec path;
} Target;

static void target_release(Target *t) {
    vec_release(&t->path);
}
DEFINE_AUTO(Target, target_release)

static void target_of(Settings *s, const StrVec *path, Target *ret) {
    AUTO(Buf) name = {0};
    *ret = (Target){0};
    for (size_t i = 0; i < path->len; i++) buf_printf(&name, "%s" STR_FMT, i ? "." : "", STR_ARG(path->at[i]));
    ret->name = arena_str(s->arena, buf_str(&name));
    ret->def = settings_find(s, ret->name);
    if (path->len == 1) nest_split(ret->name, &ret->path);
    for (size_t i = 0; path->len > 1 && i < path->len; i++) vec_push(&ret->path, path->at[i]);
}

/* As Meltano: secrets and what differs by machine into .env, else the active environment, else the project file. */
static SettingSource choose_store(const Settings *s, const SettingDef *def) {
    if (s->project->readonly) return SETTING_FROM_DB;
    if (def && (def->sensitive || def->env_specific)) return SETTING_FROM_DOTENV;
    return s->plugin && s->project->environment.len ? SETTING_FROM_ENVIRONMENT : SETTING_FROM_PROJECT;
}

/* ---- the project file ---- */

static bool same_path(const StrVec *a, const StrVec *b) {
    bool same = a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++) same = str_equal(a->at[i], b->at[i]);
    return same;
}

/* Removes a setting under one of its names, written as one key or as nested ones, but not `keep`. */
static bool unset_spelling(ConfigFile *f, Str name, const StrVec *keep, Err *err) {
    AUTO(StrVec) whole = {0};
    AUTO(StrVec) nested = {0};
    vec_push(&whole, name);
    nest_split(name, &nested);
    const StrVec *forms[] = {&whole, &nested};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (!(keep && same_path(forms[i], keep)) && !config_file_unset(f, forms[i], err)) return false;
    return true;
}

static bool unset_spellings(ConfigFile *f, const Target *t, const StrVec *keep, Err *err) {
    const Node *aliases = t->def ? t->def->aliases : NULL;
    if (!unset_spelling(f, t->def ? t->def->name : t->name, keep, err)) return false;
    for (size_t i = 0; aliases && i < aliases->len; i++)
        if (!unset_spelling(f, node_text(aliases->items[i]), keep, err)) return false;
    return true;
}

static ConfigWhere where_of(SettingSource store) {
    return store == SETTING_FROM_ENVIRONMENT ? CONFIG_OF_ENVIRONMENT : CONFIG_OF_PROJECT;
}

static bool set_in_file(Settings *s, const Target *t, const Node *value, SettingSource store, Err *err) {
    AUTO(ConfigFile) file = {0};
    return config_file_open(&file, s->project, s->plugin, where_of(store), err) &&
           unset_spellings(&file, t, &t->path, err) && config_file_set(&file, &t->path, value, err) &&
           config_file_write(&file, err);
}

static bool unset_in_file(Settings *s, const Target *t, SettingSource store, Err *err) {
    AUTO(ConfigFile) file = {0};
    return config_file_open(&file, s->project, s->plugin, where_of(store), err) &&
           unset_spellings(&file, t, NULL, err) && config_file_unset(&file, &t->path, err) &&
           config_file_write(&file, err);
}

static bool reset_in_file(Settings *s, SettingSource store, Err *err) {
    AUTO(ConfigFile) file = {0};
    return config_file_open(&file, s->project, s->plugin, where_of(store), err) && config_file_reset(&file, err) &&
           config_file_write(&file, err);
}

/* ---- .env ---- */

/* Rewrites .env without the variables of a setting, and with one of them when text.at is set. */
static bool write_variables(Settings *s, const SettingDef *def, Str text, Err *err) {
    AUTO(StrVec) names = {0};
    const char *path = s->project->dotenv_path.at;
    bool there = path_exists(path), was_there = there;
    Str old = {0}, chosen = settings_written_variable(s, def);
    if (s->project->readonly) return err_set(err, ERR_CONFIG, "the project is read-only");
    if (there && !file_read(s->arena, path, DOTENV_LIMIT, &old, err)) return false;
    settings_variables(s, def, &names);
    for (size_t i = 0; i < names.len; i++) {
        AUTO(Buf) without = {0};
        if (text.at && str_equal(names.at[i], chosen)) continue;
        dotenv_unset(old, names.at[i], &without);
        old = arena_str(s->arena, buf_str(&without));
    }
    AUTO(Buf) text_now = {0};
    if (text.at) dotenv_set(old, chosen, text, &text_now);
    else buf_append(&text_now, old);
    if (!text.at && !was_there) return true;
    return file_write_atomic(path, buf_str(&text_now), was_there ? 0 : DOTENV_MODE, err);
}

static bool set_in_dotenv(Settings *s, const Target *t, const Node *value, Err *err) {
    if (!t->def) {
        err_set(err, ERR_CONFIG, "setting \"" STR_FMT "\" is not defined, so it has no variable for .env",
                STR_ARG(t->name));
        return err_hint(err, "define it under `settings`, or use another --store");
    }
    Str text = node_is_null(value) ? STR("") : setting_text(s->arena, t->def, value);
    return write_variables(s, t->def, text.at ? text : STR(""), err);
}

static bool reset_in_dotenv(Settings *s, Err *err) {
    for (size_t i = 0; i < s->defs.len; i++)
        if (!write_variables(s, &s->defs.at[i], (Str){0}, err)) return false;
    return true;
}

/* ---- pond.db ---- */

static bool set_in_db(Settings *s, Str name, const Node *value, Err *err) {
    const SettingStore *store = &s->project->store;
    AUTO(Buf) json = {0};
    if (!store->set) return err_set(err, ERR_UNSUPPORTED, "there is no pond.db to store settings in");
    if (value) json_write(&json, value, JSON_COMPACT);
    return store->set(store->context, settings_owner(s), name, buf_str(&json), err);
}

/* ---- any store ---- */

bool settings_set(Settings *s, const StrVec *path, const Node *value, SettingSource store, SettingSource *ret,
                  Err *err) {
    AUTO(Target) t;
    target_of(s, path, &t);
    if (t.def && !setting_cast(s->arena, t.def, value, s->now, &value, err)) return false;
    if (store == SETTING_AUTO) store = choose_store(s, t.def);
    *ret = store;
    if (store == SETTING_FROM_DOTENV) return set_in_dotenv(s, &t, value, err);
    if (store == SETTING_FROM_DB) {
        static const Node null_node = {.kind = NODE_NULL};
        return set_in_db(s, t.def ? t.def->name : t.name, value ? value : &null_node, err);
    }
    if (store == SETTING_FROM_PROJECT || (store == SETTING_FROM_ENVIRONMENT && s->plugin))
        return set_in_file(s, &t, value, store, err);
    return err_set(err, ERR_USAGE, "settings cannot be stored in %s", setting_source_label(store));
}

static bool unset_in(Settings *s, const Target *t, SettingSource store, Err *err) {
    if (store == SETTING_FROM_DOTENV) return !t->def || write_variables(s, t->def, (Str){0}, err);
    if (store == SETTING_FROM_DB) return set_in_db(s, t->def ? t->def->name : t->name, NULL, err);
    return unset_in_file(s, t, store, err);
}

static bool reset_in(Settings *s, SettingSource store, Err *err) {
    if (store == SETTING_FROM_DOTENV) return reset_in_dotenv(s, err);
    if (store == SETTING_FROM_DB) return set_in_db(s, (Str){0}, NULL, err);
    return reset_in_file(s, store, err);
}

/* Stores that AUTO means for removing: those that there are. */
static bool has_store(const Settings *s, SettingSource store) {
    if (store == SETTING_FROM_ENVIRONMENT) return s->plugin && s->project->environment.len;
    if (store == SETTING_FROM_DB) return s->project->store.set && s->project->store.get;
    return store == SETTING_FROM_DOTENV || store == SETTING_FROM_PROJECT;
}

/* pond.db may not exist yet, and removing nothing need not make it. */
static bool holds(Settings *s, SettingSource store, Str name, bool *ret, Err *err) {
    const SettingStore *db = &s->project->store;
    Str json = {0};
    *ret = has_store(s, store);
    if (!*ret || store != SETTING_FROM_DB) return true;
    if (!db->get(db->context, s->arena, settings_owner(s), name, &json, err)) return false;
    *ret = json.len > 0;
    return true;
}

bool settings_unset(Settings *s, const StrVec *path, SettingSource store, Err *err) {
    AUTO(Target) t;
    target_of(s, path, &t);
    if (store != SETTING_AUTO) return unset_in(s, &t, store, err);
    for (SettingSource one = 0; one < SETTING_AUTO; one++) {
        bool there;
        if (!holds(s, one, t.def ? t.def->name : t.name, &there, err)) return false;
        if (there && !unset_in(s, &t, one, err)) return false;
    }
    return true;
}

static bool holds_any(Settings *s, SettingSource store, bool *ret, Err *err) {
    *ret = has_store(s, store) && store != SETTING_FROM_DB;
    for (size_t i = 0; !*ret && i < s->defs.len; i++)
        if (!holds(s, store, s->defs.at[i].name, ret, err)) return false;
    return true;
}

bool settings_reset(Settings *s, SettingSource store, Err *err) {
    if (store != SETTING_AUTO) return reset_in(s, store, err);
    for (SettingSource one = 0; one < SETTING_AUTO; one++) {
        bool there;
        if (!holds_any(s, one, &there, err)) return false;
        if (there && !reset_in(s, one, err)) return false;
    }
    return true;
}

#include "command/unknown_keys.h"

#include "base/yaml_tree.h"
#include "command/nearest.h"
#include "project/own_settings.h"

static bool is_private(Str key) {
    return str_starts(key, STR("x-")) || str_starts(key, STR(".")) || str_starts(key, STR("_"));
}

/* A setting's first part says enough: `cli:` with log_level in it, or `cli.log_level`. */
static bool is_known(Str key, const StrVec *known) {
    Str rest = key, head;
    if (!str_cut(&rest, '.', &head)) return false;
    for (size_t i = 0; i < known->len; i++)
        if (str_equal(known->at[i], head)) return true;
    return false;
}

static const YamlTree *item(const YamlTree *map, Str key) {
    for (size_t i = 0; map->kind == YAML_MAP && i < map->len; i++)
        if (str_equal(map->keys[i]->text, key)) return map->items[i];
    return NULL;
}

static uint32_t line_in(const YamlTree *map, Str key) {
    for (size_t i = 0; map->kind == YAML_MAP && i < map->len; i++)
        if (str_equal(map->keys[i]->text, key)) return map->keys[i]->line;
    Str rest = key, head;
    if (!str_cut(&rest, '.', &head) || !rest.len) return 0;
    const YamlTree *inner = item(map, head);
    return inner ? line_in(inner, rest) : 0;
}

/* Nodes know where values begin, which may be a line below. 0: it came by a merge. */
static uint32_t line_of(Arena *a, const ProjectFile *file, Str key) {
    YamlDocument document;
    Err err = {0};
    return yaml_tree_parse(a, file->path, file->text, &document, &err) ? line_in(document.root, key) : 0;
}

/* The project's file, what is known, and who is told. */
typedef struct Looking {
    Cmd *cmd;
    const Project *p;
    const ProjectFile *file;
    const StrVec *known, *settings; /* top-level keys; settings under `pond` */
} Looking;

static void warn(const Looking *l, Str key, const StrVec *known) {
    AUTO(Arena) a = {0};
    Str name = str_slice(l->file->path, l->p->root.len + (l->p->root.len > 1), STR_NONE),
        near = nearest_word(key, known);
    Str meant = near.len ? arena_printf(&a, "; did you mean " STR_FMT "?", STR_ARG(near)) : (Str){0};
    cmd_warn(l->cmd, STR_FMT ":%u: unknown key \"" STR_FMT "\"" STR_FMT, STR_ARG(name), line_of(&a, l->file, key),
             STR_ARG(key), STR_ARG(meant));
}

/* Whether a setting is called so, or has a name that goes on behind it. */
static bool is_setting(const StrVec *settings, Str key, bool *ret_part) {
    *ret_part = false;
    for (size_t i = 0; i < settings->len; i++) {
        Str name = settings->at[i];
        if (str_equal(name, key)) return true;
        *ret_part |= str_starts(name, key) && name.at[key.len] == '.';
    }
    return *ret_part;
}

/* Those below `pond` are Pond's alone: each that is no setting does nothing. */
static void look_at_ponds(const Looking *l, Str key, const Node *value) {
    bool part;
    if (!is_setting(l->settings, key, &part)) warn(l, key, l->settings);
    for (size_t i = 0; part && node_is(value, NODE_MAP) && i < value->len; i++) {
        if (is_private(value->keys[i])) continue;
        Str inner = arena_printf(l->cmd->arena, STR_FMT "." STR_FMT, STR_ARG(key), STR_ARG(value->keys[i]));
        look_at_ponds(l, inner, value->items[i]);
    }
}

void unknown_keys_warn(Cmd *cmd, const Project *p) {
    AUTO(StrVec) known = {0}, settings = {0};
    SettingDefs defs = own_setting_definitions(cmd->arena);
    own_setting_keys(&known);
    for (size_t i = 0; i < defs.len; i++)
        if (own_setting_is_ponds(defs.at[i].name)) vec_push(&settings, defs.at[i].name);
    for (size_t i = 0; i < p->file_count; i++) {
        const Looking l = {cmd, p, &p->files[i], &known, &settings};
        for (size_t k = 0; k < l.file->root->len; k++) {
            Str key = l.file->root->keys[k];
            if (is_private(key)) continue;
            if (str_is(key, "pond") || own_setting_is_ponds(key)) look_at_ponds(&l, key, l.file->root->items[k]);
            else if (!is_known(key, &known)) warn(&l, key, &known);
        }
    }
}

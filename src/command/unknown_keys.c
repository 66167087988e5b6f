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

/* Nodes know where values begin, which may be a line below. 0: it came by a merge. */
static uint32_t line_of(Arena *a, const ProjectFile *file, Str key) {
    YamlDocument document;
    Err err = {0};
    if (!yaml_tree_parse(a, file->path, file->text, &document, &err)) return 0;
    for (size_t i = 0; i < document.root->len; i++)
        if (str_equal(document.root->keys[i]->text, key)) return document.root->keys[i]->line;
    return 0;
}

static void warn(Cmd *cmd, const Project *p, const ProjectFile *file, Str key, const StrVec *known) {
    AUTO(Arena) a = {0};
    Str name = str_slice(file->path, p->root.len + (p->root.len > 1), STR_NONE), near = nearest_word(key, known);
    Str meant = near.len ? arena_printf(&a, "; did you mean " STR_FMT "?", STR_ARG(near)) : (Str){0};
    cmd_warn(cmd, STR_FMT ":%u: unknown key \"" STR_FMT "\"" STR_FMT, STR_ARG(name), line_of(&a, file, key),
             STR_ARG(key), STR_ARG(meant));
}

void unknown_keys_warn(Cmd *cmd, const Project *p) {
    AUTO(StrVec) known = {0};
    own_setting_keys(&known);
    for (size_t i = 0; i < p->file_count; i++) {
        const ProjectFile *file = &p->files[i];
        for (size_t k = 0; k < file->root->len; k++) {
            Str key = file->root->keys[k];
            if (!is_private(key) && !is_known(key, &known)) warn(cmd, p, file, key, &known);
        }
    }
}

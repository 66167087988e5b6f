#include "unit/project/fixture.h"

#include "os/file.h"
#include "unit/test.h"

void fixture_init(Fixture *f, const char *env_json) {
    *f = (Fixture){0};
    map_init(&f->env, &f->arena);
    assert_true(dir_make_temp(&f->arena, "/tmp", "pond-project-", &f->folder, &f->err));
    const Node *env = env_json ? fixture_parse(f, str_of(env_json)) : NULL;
    for (size_t i = 0; env && i < env->len; i++) map_put_str(&f->env, env->keys[i], node_text(env->items[i]));
}

void fixture_release(Fixture *f) {
    Err ignored = {0};
    assert_true(remove_tree(f->folder.at, &ignored));
    arena_release(&f->arena);
}

void fixture_write(Fixture *f, const char *name, Str text) {
    Str path = path_join(&f->arena, f->folder, str_of(name));
    char *folder = arena_c(&f->arena, path_folder(path));
    assert_true(dir_make(folder, 0755, &f->err));
    if (!file_write_atomic(path.at, text, 0755, &f->err)) fail_msg("%s", f->err.msg);
}

Str fixture_read(Fixture *f, const char *name) {
    Str text = {0};
    Err ignored = {0};
    Str path = path_join(&f->arena, f->folder, str_of(name));
    return file_read(&f->arena, path.at, SIZE_MAX, &text, &ignored) ? text : (Str){0};
}

Project *fixture_open(Fixture *f, const char *environment) {
    f->err = (Err){0};
    ProjectOptions options = {.cwd = f->folder, .env = &f->env, .environment = str_of(environment)};
    return project_open(&f->arena, &options, &f->err);
}

Project *fixture_need(Fixture *f, const char *environment) {
    Project *p = fixture_open(f, environment);
    if (!p) fail_msg("%s", f->err.msg);
    return p;
}

Settings *fixture_settings(Fixture *f, Project *p, const char *name) {
    const Plugin *plugin = plugin_need(p, PLUGIN_TYPE_COUNT, str_of(name), &f->err);
    Settings *s = plugin ? settings_of_plugin(p, plugin, &f->err) : NULL;
    if (!s) fail_msg("%s", f->err.msg);
    return s;
}

const char *fixture_json(Fixture *f, const Node *n) {
    AUTO(Buf) out = {0};
    json_write(&out, n, JSON_COMPACT);
    return arena_c(&f->arena, buf_str(&out));
}

Node *fixture_parse(Fixture *f, Str json) {
    Node *n = json_parse(&f->arena, json, &f->err);
    if (!n) fail_msg("%s", f->err.msg);
    return n;
}

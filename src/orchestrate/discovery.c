#include "orchestrate/discovery.h"

#include <sys/stat.h>

#include "base/crypto.h"
#include "base/json.h"
#include "os/file.h"
#include "singer/airbyte.h"
#include "singer/airbyte_catalog.h"

enum { CACHE_MODE = 0600, CACHE_LIMIT = 512 * 1024 * 1024 };

/* ---- the cache: a file whose first line is the key, the rest the catalog ---- */

static bool may_be_kept(const Program *tap, bool *ret, Err *err) {
    SettingValue use;
    Str pip_url = tap->plugin->pip_url;
    if (!settings_get(tap->settings, STR("_use_cached_catalog"), &use, err)) return false;
    bool off = node_is(use.value, NODE_BOOL) && !use.value->truth;
    *ret = pip_url.len && !str_starts(str_trim(pip_url), STR("-e")) && !off;
    return true;
}

/* Changes with whatever the catalog may depend on: program and configuration. */
static Str cache_key(const World *w, const Program *tap) {
    AUTO(Buf) text = {0};
    struct stat program = {0};
    (void)!stat(tap->executable.at, &program);
    buf_printf(&text, STR_FMT " %lld %lld ", STR_ARG(tap->executable), (long long)program.st_mtime,
               (long long)program.st_size);
    json_write(&text, tap->config, JSON_COMPACT);
    return digest_hex(w->arena, DIGEST_SHA256, buf_str(&text));
}

static const char folder_name[] = "catalogs";

/* The kept text; empty when there is none for this key. */
static Str cache_read(const World *w, const Program *tap, Str key) {
    Err ignored = {0};
    Str text, line, folder = project_folder_path(w->project, str_of(folder_name));
    Str path = path_join(w->arena, folder, tap->plugin->name);
    if (!path_exists(path.at) || !file_read(w->arena, path.at, CACHE_LIMIT, &text, &ignored)) return (Str){0};
    str_cut(&text, '\n', &line);
    return str_equal(line, key) ? text : (Str){0};
}

static bool cache_write(const World *w, const Program *tap, Str key, Str catalog, Err *err) {
    AUTO(Buf) text = {0};
    Str folder;
    if (!project_folder(w->project, str_of(folder_name), &folder, err)) return false;
    buf_append(&text, key);
    buf_put(&text, '\n');
    buf_append(&text, catalog);
    return file_write_atomic(path_join(w->arena, folder, tap->plugin->name).at, buf_str(&text), CACHE_MODE, err);
}

/* ---- asking the tap ---- */

/* A source tells of its errors on standard output; *err is replaced by what it said. */
static bool source_failed(const World *w, const Program *tap, Str output, Err *err) {
    Str line;
    while (str_cut(&output, '\n', &line)) {
        AirbyteHead head;
        AirbyteNote note;
        Err ignored;
        if (!airbyte_scan(line, &head, &ignored) || !airbyte_note(w->arena, &head, &note) || !note.failure) continue;
        return err_set(err, ERR_CHILD, STR_FMT ": " STR_FMT, STR_ARG(tap->label), STR_ARG(note.text));
    }
    return false;
}

static void hint_more(const World *w, const Program *tap, Err *err) {
    bool airbyte = tap->plugin->protocol == PLUGIN_AIRBYTE;
    world_hint_logs(w, err);
    if (!w->number)
        err_hint(err, "pond invoke " STR_FMT " %s shows all it says", STR_ARG(tap->plugin->name),
                 airbyte ? "discover" : "--discover");
}

static bool ask(const World *w, const Program *tap, Buf *ret, Err *err) {
    AUTO(StrVec) args = {0};
    bool airbyte = tap->plugin->protocol == PLUGIN_AIRBYTE;
    world_step(w, "discovering " STR_FMT, STR_ARG(tap->plugin->name));
    if (airbyte) vec_push(&args, STR("discover"));
    vec_push(&args, STR("--config"));
    vec_push(&args, tap->config_path);
    if (!airbyte) vec_push(&args, STR("--discover"));
    if (program_capture(w, tap, &args, ret, err)) return true;
    if (airbyte) (void)!source_failed(w, tap, buf_str(ret), err);
    if (!err->hint[0]) hint_more(w, tap, err);
    return err_context(err, "discovery");
}

static bool parse(const World *w, const Program *tap, Str text, const Node **ret, const Node **ret_airbyte, Err *err) {
    *ret_airbyte = NULL;
    if (tap->plugin->protocol == PLUGIN_AIRBYTE) {
        *ret_airbyte = airbyte_answer(w->arena, text, AIRBYTE_CATALOG, err);
        if (!*ret_airbyte) return false;
        *ret = airbyte_catalog_to_singer(w->arena, *ret_airbyte);
        return true;
    }
    *ret = json_parse(w->arena, text, err);
    if (*ret && node_is(node_get_c(*ret, "streams"), NODE_LIST)) return true;
    if (*ret) err_set(err, ERR_CHILD, "a catalog must have a list of streams");
    return err_context(err, STR_FMT " --discover", STR_ARG(tap->plugin->name));
}

static bool find_kept(const World *w, const Program *tap, Str key, const Node **ret, const Node **ret_airbyte) {
    Err ignored = {0};
    Str text = cache_read(w, tap, key);
    return text.len && parse(w, tap, text, ret, ret_airbyte, &ignored);
}

bool discovery_catalog(const World *w, const Program *tap, bool refresh, const Node **ret, const Node **ret_airbyte,
                       Err *err) {
    AUTO(Buf) asked = {0};
    Str key = cache_key(w, tap);
    bool keep;
    if (!may_be_kept(tap, &keep, err)) return false;
    if (keep && !refresh && find_kept(w, tap, key, ret, ret_airbyte)) return true;
    if (!ask(w, tap, &asked, err)) return false;
    Str text = arena_str(w->arena, buf_str(&asked));
    keep = keep && !world_last_complaint(w, tap->label).len;
    return parse(w, tap, text, ret, ret_airbyte, err) && (!keep || cache_write(w, tap, key, text, err));
}

const Node *discovery_kept(const World *w, const Program *tap) {
    const Node *catalog, *airbyte;
    Err ignored = {0};
    bool keep = false;
    if (!may_be_kept(tap, &keep, &ignored) || !keep) return NULL;
    return find_kept(w, tap, cache_key(w, tap), &catalog, &airbyte) ? catalog : NULL;
}

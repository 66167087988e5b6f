#include "command/store.h"

#include "meta/settings.h"
#include "os/file.h"

typedef struct Store {
    Arena *arena;
    Str folder; /* .pond */
    Meta *meta;
    Map owners; /* name -> Map of values, as read so far */
    bool looked, writable;
} Store;

static void close_store(void *object) {
    Store *store = object;
    if (store->meta) meta_close(store->meta);
    store->meta = NULL;
}

static bool open_store(Store *store, MetaMode mode, Err *err) {
    if (store->looked && (mode == META_READ || store->writable)) return true;
    close_store(store);
    store->looked = true;
    store->writable = mode == META_WRITE;
    return meta_open(store->folder.at, mode, &store->meta, err);
}

/* All values of an owner; NULL with err. */
static Map *values_of(Store *store, Str owner, Err *err) {
    Map *values = map_get(&store->owners, owner);
    if (values) return values;
    values = arena_new(store->arena, Map);
    map_init(values, store->arena);
    if (!open_store(store, META_READ, err)) return NULL;
    if (store->meta && !meta_setting_list(store->meta, owner, values, err)) return NULL;
    map_put(&store->owners, owner, values);
    return values;
}

static bool get(void *context, Arena *a, Str owner, Str name, Str *ret, Err *err) {
    const Map *values = values_of(context, owner, err);
    Str text;
    if (!values) return false;
    *ret = map_get_str(values, name, &text) ? arena_str(a, text) : (Str){0};
    return true;
}

static bool set(void *context, Str owner, Str name, Str json, Err *err) {
    Store *store = context;
    if (!open_store(store, META_WRITE, err)) return false;
    map_remove(&store->owners, owner);
    if (!name.len) return meta_setting_reset(store->meta, owner, err);
    if (!json.len) return meta_setting_unset(store->meta, owner, name, err);
    return meta_setting_set(store->meta, owner, name, json, err);
}

void store_attach(Cmd *cmd, Project *p) {
    Store *store = arena_new(cmd->arena, Store);
    store->arena = cmd->arena;
    map_init(&store->owners, cmd->arena);
    store->folder = project_folder_path(p, (Str){0});
    arena_defer(cmd->arena, close_store, store);
    p->store = (SettingStore){.get = get, .set = set, .context = store};
}

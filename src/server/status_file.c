#include "server/status_file.h"

#include "base/json.h"
#include "os/file.h"

static Str path_of(Arena *a, Str run_folder) {
    return path_join(a, run_folder, STR("server.json"));
}

void server_status_write(const ServerStatus *status, const ServerConfig *config) {
    AUTO(Arena) arena = {0};
    AUTO(Buf) text = {0};
    Err ignored = {0};
    Arena *a = &arena;
    Node *n = node_new(a, NODE_MAP), *addresses = node_new(a, NODE_LIST);
    for (size_t i = 0; i < status->address_count; i++) node_push(a, addresses, node_string(a, status->addresses[i]));
    node_put(a, n, STR("version"), node_string(a, STR(POND_VERSION)));
    node_put(a, n, STR("supervisor"), node_i64(a, status->supervisor));
    node_put(a, n, STR("engine"), node_i64(a, status->engine));
    node_put(a, n, STR("started_us"), node_i64(a, status->started_us));
    node_put(a, n, STR("warehouse"), node_string(a, config->warehouse.path));
    node_put(a, n, STR("addresses"), addresses);
    node_put(a, n, STR("restarts"), node_i64(a, status->restarts));
    node_put(a, n, STR("last_end"), node_string(a, status->last_end));
    node_put(a, n, STR("last_end_us"), node_i64(a, status->last_end_us));
    json_write(&text, n, JSON_PRETTY);
    buf_put(&text, '\n');
    (void)!file_write_atomic(path_of(a, config->run_folder).at, buf_str(&text), 0600, &ignored);
}

void server_status_remove(const ServerConfig *config) {
    AUTO(Arena) arena = {0};
    Err ignored = {0};
    (void)!file_remove(path_of(&arena, config->run_folder).at, &ignored);
}

static int64_t number(const Node *n, Str key) {
    int64_t value = 0;
    (void)str_to_i64(node_text(node_get(n, key)), &value);
    return value;
}

bool server_status_read(Str run_folder, Arena *a, ServerStatus *ret, Err *err) {
    enum { LIMIT = 1024 * 1024 };
    Str text;
    if (!file_read(a, path_of(a, run_folder).at, LIMIT, &text, err)) return false;
    const Node *n = json_parse(a, text, err);
    if (!n) return err_context(err, "\"" STR_FMT "\"", STR_ARG(path_of(a, run_folder)));
    const Node *list = node_get_c(n, "addresses");
    size_t count = node_is(list, NODE_LIST) ? list->len : 0;
    Str *addresses = arena_array(a, Str, count);
    for (size_t i = 0; i < count; i++) addresses[i] = node_text(list->items[i]);
    *ret = (ServerStatus){
        .supervisor = (pid_t)number(n, STR("supervisor")),
        .engine = (pid_t)number(n, STR("engine")),
        .started_us = number(n, STR("started_us")),
        .addresses = addresses,
        .address_count = count,
        .restarts = (unsigned)number(n, STR("restarts")),
        .last_end = node_text(node_get_c(n, "last_end")),
        .last_end_us = number(n, STR("last_end_us")),
    };
    return true;
}

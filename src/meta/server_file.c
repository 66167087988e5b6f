#include "meta/server_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/json.h"
#include "os/file.h"

static const char *path_of(Arena *a, const char *run_folder, const char *name) {
    return arena_printf(a, "%s/%s", run_folder, name).at;
}

void server_file_write(const char *run_folder, const ServerFile *status) {
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
    node_put(a, n, STR("warehouse"), node_string(a, status->warehouse));
    node_put(a, n, STR("control"), node_string(a, status->control));
    node_put(a, n, STR("tls"), node_string(a, status->tls));
    node_put(a, n, STR("addresses"), addresses);
    node_put(a, n, STR("restarts"), node_i64(a, status->restarts));
    node_put(a, n, STR("last_end"), node_string(a, status->last_end));
    node_put(a, n, STR("last_end_us"), node_i64(a, status->last_end_us));
    node_put(a, n, STR("configured_us"), node_i64(a, status->configured_us));
    node_put(a, n, STR("config_error"), node_string(a, status->config_error));
    json_write(&text, n, JSON_PRETTY);
    buf_put(&text, '\n');
    (void)!file_write_at_once(path_of(a, run_folder, "server.json"), buf_str(&text), 0600, &ignored);
}

void server_file_remove(const char *run_folder) {
    AUTO(Arena) arena = {0};
    Err ignored = {0};
    (void)!file_remove(path_of(&arena, run_folder, "server.json"), &ignored);
}

static int64_t number(const Node *n, Str key) {
    int64_t value = 0;
    (void)str_to_i64(node_text(node_get(n, key)), &value);
    return value;
}

bool server_file_read(const char *run_folder, Arena *a, ServerFile *ret, Err *err) {
    enum { LIMIT = 1024 * 1024 };
    Str text;
    if (!file_read(a, path_of(a, run_folder, "server.json"), LIMIT, &text, err)) return false;
    const Node *n = json_parse(a, text, err);
    if (!n) return err_context(err, "\"%s\"", path_of(a, run_folder, "server.json"));
    const Node *list = node_get_c(n, "addresses");
    size_t count = node_is(list, NODE_LIST) ? list->len : 0;
    Str *addresses = arena_array(a, Str, count);
    for (size_t i = 0; i < count; i++) addresses[i] = node_text(list->items[i]);
    *ret = (ServerFile){
        .version = node_text(node_get_c(n, "version")),
        .warehouse = node_text(node_get_c(n, "warehouse")),
        .control = node_text(node_get_c(n, "control")),
        .tls = node_text(node_get_c(n, "tls")),
        .supervisor = (pid_t)number(n, STR("supervisor")),
        .engine = (pid_t)number(n, STR("engine")),
        .started_us = number(n, STR("started_us")),
        .addresses = addresses,
        .address_count = count,
        .restarts = (unsigned)number(n, STR("restarts")),
        .last_end = node_text(node_get_c(n, "last_end")),
        .last_end_us = number(n, STR("last_end_us")),
        .configured_us = number(n, STR("configured_us")),
        .config_error = node_text(node_get_c(n, "config_error")),
    };
    return true;
}

bool server_successor_write(const char *run_folder, Str program, Err *err) {
    AUTO(Arena) arena = {0};
    return file_write_at_once(path_of(&arena, run_folder, "successor"), program, 0600, err);
}

bool server_successor_take(const char *run_folder, Arena *a, Str *ret, Err *err) {
    enum { LIMIT = 64 * 1024 };
    const char *path = path_of(a, run_folder, "successor");
    *ret = (Str){0};
    if (!path_exists(path)) return true;
    return file_read(a, path, LIMIT, ret, err) && file_remove(path, err);
}

bool server_lock(const char *run_folder, Fd *ret, Err *err) {
    AUTO(Arena) arena = {0};
    const char *path = path_of(&arena, run_folder, "server.lock");
    AUTO(Fd) fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(err, errno, "cannot open \"%s\"", path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        err_set(err, ERR_LOCKED, "this project is served already");
        return err_hint(err, "pond status says by whom; pond down ends it");
    }
    *ret = fd_take(&fd);
    return true;
}

bool server_is_up(const char *run_folder) {
    AUTO(Arena) arena = {0};
    AUTO(Fd) fd = open(path_of(&arena, run_folder, "server.lock"), O_RDWR | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

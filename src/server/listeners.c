#include "server/listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "os/file.h"
#include "os/socket.h"
#include "server/control.h"

/* ---- of the program before ---- */

Fd inherited_take(Inherited *i, Str name) {
    Str rest = i->text, word, key;
    uint64_t fd;
    while (str_cut(&rest, ' ', &word)) {
        Str number = word;
        if (!str_cut(&number, '=', &key) || !str_equal(key, name) || !str_to_u64(number, &fd) || fd > INT32_MAX)
            continue;
        if (fcntl((int)fd, F_GETFD) < 0) return -1;
        (void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
        return (Fd)fd;
    }
    return -1;
}

void inherited_close(Inherited *i) {
    Str rest = i->text, word, key;
    uint64_t fd;
    while (str_cut(&rest, ' ', &word)) {
        Str number = word;
        /* Who took one made it close-on-exec. */
        bool open = str_cut(&number, '=', &key) && str_to_u64(number, &fd) && fcntl((int)fd, F_GETFD) == 0;
        if (open) close((int)fd);
    }
    i->text = (Str){0};
}

void inherited_add(Buf *text, Str name, int fd) {
    (void)fcntl(fd, F_SETFD, 0);
    buf_printf(text, "%s" STR_FMT "=%d", text->len ? " " : "", STR_ARG(name), fd);
}

void listeners_hand_on(Listeners *l, Buf *text) {
    for (size_t i = 0; i < l->list.len; i++) inherited_add(text, l->names.at[i], l->list.at[i].fd);
}

/* ---- listening ---- */

/* Names of sockets where libpq looks. */
#define LOCAL ".s.PGSQL."

static void add(Listeners *l, const Service *service, Str name, Fd *fd) {
    vec_push(&l->names, arena_str(&l->arena, name));
    vec_push(&l->list, (Listener){service, fd_take(fd)});
}

/* "host:0" fits every port of the host. */
static bool is_at(int fd, Str wanted, Arena *a) {
    Str at = socket_address(fd, a);
    if (str_equal(at, wanted)) return true;
    bool any_port = str_ends(wanted, STR(":0"));
    size_t host = wanted.len - 1;
    return any_port && at.len > host && str_equal(str_slice(at, 0, host), str_slice(wanted, 0, host));
}

static Fd find_inherited(Listeners *l, Inherited *inherited, Str name, Str wanted) {
    AUTO(Fd) fd = inherited_take(inherited, name);
    return fd >= 0 && is_at(fd, wanted, &l->arena) ? fd_take(&fd) : -1;
}

/* A folder of this user alone: below /tmp anybody may have made it before. */
static bool private_folder(const char *path, Err *err) {
    struct stat st;
    if (mkdir(path, 0700) < 0 && errno != EEXIST) return err_errno(err, errno, "cannot make folder \"%s\"", path);
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && chmod(path, 0700) == 0) return true;
    return err_set(err, ERR_CONFIG, "\"%s\" is not this user's folder", path);
}

/* Of a socket: in the run folder, or where $XDG_RUNTIME_DIR is when that path would be too long. */
static bool socket_path(Listeners *l, const ServerConfig *config, Str name, Str *ret, Err *err) {
    Arena *a = &l->arena;
    *ret = path_join(a, config->run_folder, name);
    if (ret->len < SOCKET_PATH_ROOM) return true;
    Str tag = str_slice(digest_hex(a, DIGEST_SHA256, config->run_folder), 0, 16);
    Str runtime = config->runtime_folder.len ? config->runtime_folder : STR("/tmp");
    Str folder = arena_printf(a, STR_FMT "/pond-" STR_FMT, STR_ARG(runtime), STR_ARG(tag));
    *ret = path_join(a, folder, name);
    return private_folder(folder.at, err);
}

static bool listen_path(Listeners *l, const Service *service, Str name, Str path, Inherited *inherited, Err *err) {
    AUTO(Fd) fd = find_inherited(l, inherited, name, path);
    if (fd < 0 && !socket_listen_path(path.at, 0600, &fd, err)) return false;
    vec_push(&l->paths, path);
    add(l, service, name, &fd);
    return true;
}

/* Where libpq looks: ".s.PGSQL.PORT" in a folder of this user alone, who needs no password there. */
static bool listen_local(Listeners *l, const ServerConfig *config, const Service *service, Str address,
                         Inherited *inherited, Err *err) {
    Str port = str_slice(address, str_find_last(address, ':') + 1, address.len);
    Str name = arena_printf(&l->arena, "%s-socket", service->name), path;
    Str file = arena_printf(&l->arena, LOCAL STR_FMT, STR_ARG(port));
    if (!socket_path(l, config, file, &path, err) || !listen_path(l, service, name, path, inherited, err)) return false;
    vec_push(&l->addresses, path);
    return true;
}

static bool listen_service(Listeners *l, const ServerConfig *config, const Service *service, Inherited *inherited,
                           Err *err) {
    Str name = str_of(service->name);
    AUTO(Fd) fd = find_inherited(l, inherited, name, config->postgres);
    if (str_is(config->postgres, "off")) return true;
    if (fd < 0 && !socket_listen(config->postgres, &fd, err)) return err_context(err, "pond.listen.postgres");
    Str address = socket_address(fd, &l->arena);
    vec_push(&l->addresses, address);
    add(l, service, name, &fd);
    return listen_local(l, config, service, address, inherited, err);
}

static bool is_ours(const Listeners *l, Str path) {
    for (size_t i = 0; i < l->paths.len; i++)
        if (str_equal(l->paths.at[i], path)) return true;
    return false;
}

/* Sockets of a server that was killed, or had another port before a restart: the folders are this project's alone. */
static void remove_stale(Listeners *l, Str folder) {
    AUTO(StrVec) names = {0};
    Err ignored = {0};
    if (!dir_list(&l->arena, arena_c(&l->arena, folder), &names, &ignored)) return;
    for (size_t i = 0; i < names.len; i++) {
        Str path = path_join(&l->arena, folder, names.at[i]);
        if (str_starts(names.at[i], STR(LOCAL)) && !is_ours(l, path)) (void)!file_remove(path.at, &ignored);
    }
}

bool listeners_open(Listeners *l, const ServerConfig *config, const Service *const *services, Inherited *inherited,
                    Err *err) {
    /* Whoever could reach the sockets would be an admin. */
    if (chmod(config->run_folder.at, 0700) < 0)
        return err_errno(err, errno, "cannot set the mode of \"%s\"", config->run_folder.at);
    bool ok = socket_path(l, config, STR("control.sock"), &l->control, err) &&
              listen_path(l, &control_service, STR("control"), l->control, inherited, err);
    for (size_t i = 0; ok && services[i]; i++) ok = listen_service(l, config, services[i], inherited, err);
    if (!ok) return false;
    remove_stale(l, config->run_folder);
    for (size_t i = 0; i < l->paths.len; i++) remove_stale(l, path_folder(l->paths.at[i]));
    return true;
}

void listeners_close(Listeners *l) {
    Err ignored = {0};
    for (size_t i = 0; i < l->paths.len; i++) (void)!file_remove(l->paths.at[i].at, &ignored);
    for (size_t i = 0; i < l->list.len; i++) close(l->list.at[i].fd);
    vec_release(&l->paths);
    vec_release(&l->list);
    vec_release(&l->names);
    vec_release(&l->addresses);
    arena_release(&l->arena);
}

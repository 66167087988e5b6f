#include "server/config.h"

#include "base/time.h"
#include "orchestrate/limits.h"
#include "os/path.h"
#include "project/settings.h"
#include "project/warehouse_map.h"

static bool read_text(Settings *s, const char *name, Str *ret, Err *err) {
    return settings_get_text(s, str_of(name), ret, err);
}

static bool read_time(Project *p, Settings *s, const char *name, int64_t *ret, Err *err) {
    Str text;
    if (!read_text(s, name, &text, err)) return false;
    return duration_parse(text, ret) || setting_is_wrong(p, name, "amount", "10min; 0 is no limit", err);
}

static bool read_number(Project *p, Settings *s, const char *name, uint64_t *ret, Err *err) {
    Str text;
    if (!read_text(s, name, &text, err)) return false;
    return str_to_u64(text, ret) || setting_is_wrong(p, name, "amount", "100", err);
}

static const char *const tls_modes[] = {[TLS_OFF] = "off", [TLS_AUTO] = "auto", [TLS_REQUIRED] = "required"};

const char *tls_mode_name(TlsMode mode) {
    return tls_modes[mode];
}

static bool read_tls(Project *p, Settings *s, ServerConfig *ret, Err *err) {
    Str mode, certificate, key, folder;
    if (!read_text(s, "pond.listen.tls", &mode, err) || !read_text(s, "pond.listen.tls_cert", &certificate, err) ||
        !read_text(s, "pond.listen.tls_key", &key, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(tls_modes); i++)
        if (str_is(mode, tls_modes[i])) ret->tls = (TlsMode)i;
    if (ret->tls == TLS_OFF) return true;
    if (!certificate.len != !key.len) {
        err_set(err, ERR_CONFIG, "pond.listen.tls_%s is set, but not pond.listen.tls_%s",
                certificate.len ? "cert" : "key", certificate.len ? "key" : "cert");
        return err_hint(err, "both, or none of them: then pond makes a certificate of its own");
    }
    ret->tls_own = !certificate.len;
    if (ret->tls_own && !project_folder(p, STR("tls"), &folder, err)) return false;
    ret->tls_certificate = ret->tls_own ? path_join(p->arena, folder, STR("server.crt")) : project_path(p, certificate);
    ret->tls_key = ret->tls_own ? path_join(p->arena, folder, STR("server.key")) : project_path(p, key);
    return true;
}

/* One whose settings cannot be read is its runs' to complain of. */
static void read_others(Project *p, ServerConfig *ret) {
    WarehouseMap map = {0};
    StrVec paths = {0};
    Err ignored = {0};
    (void)!warehouse_map_active(p, &map, &ignored);
    for (size_t i = 0; i < map.len; i++) {
        bool there = str_equal(map.at[i].path, ret->warehouse.path) || str_is(map.at[i].path, ":memory:");
        for (size_t k = 0; k < paths.len; k++) there |= str_equal(paths.at[k], map.at[i].path);
        if (!there) vec_push(&paths, map.at[i].path);
    }
    Str *others = arena_array(p->arena, Str, paths.len);
    for (size_t i = 0; i < paths.len; i++) others[i] = paths.at[i];
    ret->others = others;
    ret->other_count = paths.len;
    vec_release(&paths);
    vec_release(&map);
}

bool server_config_read(Project *p, Str library, ServerConfig *ret, Err *err) {
    Settings *s = settings_of_project(p, err);
    WarehousePath file;
    uint64_t sessions;
    *ret = (ServerConfig){.root = p->root};
    if (!s || !project_warehouse(p, &file, err) || !project_folder(p, (Str){0}, &ret->pond_folder, err) ||
        !project_folder(p, STR("run"), &ret->run_folder, err))
        return false;
    ret->warehouse = (WarehouseOptions){.path = file.path, .library = library};
    if (!warehouse_limits_read(p, &ret->warehouse, err) || !read_text(s, "pond.listen.postgres", &ret->postgres, err) ||
        !read_tls(p, s, ret, err) || !read_number(p, s, "pond.limits.sessions", &sessions, err) ||
        !read_time(p, s, "pond.limits.login_timeout", &ret->limits.login_timeout_us, err) ||
        !read_time(p, s, "pond.limits.statement_timeout", &ret->limits.statement_timeout_us, err) ||
        !read_time(p, s, "pond.limits.idle_in_transaction", &ret->limits.idle_in_transaction_us, err) ||
        !read_time(p, s, "pond.limits.drain_timeout", &ret->limits.drain_timeout_us, err))
        return false;
    read_others(p, ret);
    ret->limits.temp_limit = ret->warehouse.temp_limit;
    ret->limits.sessions = (uint32_t)MIN(MAX(sessions, 1u), 100000u);
    return true;
}

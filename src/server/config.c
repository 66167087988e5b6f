#include "server/config.h"

#include "base/time.h"
#include "orchestrate/limits.h"
#include "project/settings.h"

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
        !read_number(p, s, "pond.limits.sessions", &sessions, err) ||
        !read_time(p, s, "pond.limits.statement_timeout", &ret->statement_timeout_us, err) ||
        !read_time(p, s, "pond.limits.idle_in_transaction", &ret->idle_in_transaction_us, err) ||
        !read_time(p, s, "pond.limits.drain_timeout", &ret->drain_timeout_us, err))
        return false;
    ret->sessions = (uint32_t)MIN(MAX(sessions, 1u), 100000u);
    return true;
}

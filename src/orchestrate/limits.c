#include "orchestrate/limits.h"

#include "base/quantity.h"
#include "os/machine.h"
#include "project/settings.h"
#include "warehouse/disk.h"

enum { LEAST_MEMORY = 32 * 1000 * 1000, MOST_THREADS = 1024 };

bool setting_is_wrong(Project *p, const char *name, const char *what, const char *example, Err *err) {
    SettingValue v;
    Str text;
    Settings *s = settings_of_project(p, err);
    if (!s || !settings_get(s, str_of(name), &v, err) || !settings_get_text(s, str_of(name), &text, err)) return false;
    err_set(err, ERR_CONFIG, STR_FMT ": %s: \"" STR_FMT "\" is no %s", STR_ARG(setting_place(p, &v)), name,
            STR_ARG(text), what);
    return err_hint(err, "such as %s", example);
}

/* *ret empty: the project does not say. */
static bool read_said(Project *p, const char *name, Str *ret, Err *err) {
    SettingValue v;
    Settings *s = settings_of_project(p, err);
    *ret = (Str){0};
    if (!s || !settings_get(s, str_of(name), &v, err)) return false;
    return !v.value || v.source == SETTING_FROM_DEFAULT || settings_get_text(s, str_of(name), ret, err);
}

static bool read_bytes(Project *p, const char *name, uint64_t whole, uint64_t least, uint64_t *ret, Err *err) {
    Str text;
    if (!read_said(p, name, &text, err)) return false;
    if (!text.len) return true;
    bool ok =
        quantity_bytes(text, whole, ret) && *ret >= least && (!whole || *ret <= whole || !str_ends(text, STR("%")));
    return ok || setting_is_wrong(p, name, whole ? "amount of memory (32MB or more)" : "amount",
                                  whole ? "35% or 1GB" : "10GB", err);
}

static bool read_threads(Project *p, unsigned *ret, Err *err) {
    static const char name[] = "pond.warehouse.threads";
    Str text;
    uint64_t threads = 0;
    if (!read_said(p, name, &text, err)) return false;
    if (text.len && (!str_to_u64(text, &threads) || threads > MOST_THREADS))
        return setting_is_wrong(p, name, "number of threads", "2; 0 is all cores", err);
    *ret = (unsigned)threads;
    return true;
}

/* 0 is said: nothing is refused. */
static bool read_free_disk(Project *p, uint64_t *ret, Err *err) {
    static const char name[] = "pond.limits.free_disk";
    Str text;
    if (!read_said(p, name, &text, err)) return false;
    if (!text.len) return true;
    if (!quantity_bytes(text, 0, ret)) return setting_is_wrong(p, name, "amount", "1GB; 0 is no limit", err);
    if (!*ret) *ret = FREE_DISK_OFF;
    return true;
}

bool warehouse_limits_read(Project *p, WarehouseOptions *ret, Err *err) {
    return read_bytes(p, "pond.warehouse.memory_limit", machine_memory(), LEAST_MEMORY, &ret->memory_limit, err) &&
           read_bytes(p, "pond.warehouse.temp_limit", 0, 1, &ret->temp_limit, err) &&
           read_threads(p, &ret->threads, err) && read_free_disk(p, &ret->free_disk, err);
}

/* Settings that a plugin lacks. */
#include "project/required.h"

static bool lacking(Settings *s, const Node *group, StrVec *ret, Err *err) {
    for (size_t i = 0; node_is(group, NODE_LIST) && i < group->len; i++) {
        SettingValue value;
        Str name = node_text(group->items[i]);
        if (!settings_get(s, name, &value, err)) return false;
        if (node_is_null(value.value)) vec_push(ret, name);
    }
    return true;
}

bool settings_missing(Settings *s, StrVec *ret, Err *err) {
    const Plugin *plugin = settings_plugin(s);
    const Node *groups = plugin ? plugin->groups : NULL, *best = NULL;
    size_t least = STR_NONE;
    for (size_t g = 0; groups && g < groups->len && least; g++) {
        AUTO(StrVec) names = {0};
        if (!lacking(s, groups->items[g], &names, err)) return false;
        if (names.len >= least) continue;
        least = names.len;
        best = groups->items[g];
    }
    return lacking(s, best, ret, err);
}

bool settings_hint_missing(Settings *s, Err *err) {
    AUTO(StrVec) names = {0};
    AUTO(Buf) text = {0};
    Err ignored = {0};
    if (!settings_missing(s, &names, &ignored) || !names.len) return false;
    for (size_t i = 0; i < names.len; i++) buf_printf(&text, "%s" STR_FMT, i ? ", " : "", STR_ARG(names.at[i]));
    err_hint(err, "not set: %s; pond config set " STR_FMT " " STR_FMT " VALUE", buf_c(&text),
             STR_ARG(settings_plugin(s)->name), STR_ARG(names.at[0]));
    return true;
}

#include "orchestrate/tap.h"

#include "base/json.h"
#include "orchestrate/discovery.h"
#include "os/file.h"
#include "project/catalog.h"
#include "singer/airbyte_catalog.h"

enum { CATALOG_LIMIT = 512 * 1024 * 1024 };

/* ---- rules ---- */

/* `el --select a --exclude b` is a select_filter. */
static const Node *filter_of(const World *w, const TapCatalogOptions *options, const Node *standard) {
    const StrVec *select = options->select, *exclude = options->exclude;
    if ((!select || !select->len) && (!exclude || !exclude->len)) return standard;
    Node *patterns = node_new(w->arena, NODE_LIST);
    for (size_t i = 0; select && i < select->len; i++)
        node_push(w->arena, patterns, node_string(w->arena, select->at[i]));
    for (size_t i = 0; exclude && i < exclude->len; i++) {
        node_push(w->arena, patterns,
                  node_string(w->arena, arena_printf(w->arena, "!" STR_FMT, STR_ARG(exclude->at[i]))));
    }
    return patterns;
}

static bool rules_of(const World *w, const Program *tap, const TapCatalogOptions *options, CatalogRules *ret,
                     Err *err) {
    SettingValue select, filter, metadata, schema;
    Settings *s = tap->settings;
    if (!settings_get(s, STR("_select"), &select, err) || !settings_get(s, STR("_select_filter"), &filter, err) ||
        !settings_get(s, STR("_metadata"), &metadata, err) || !settings_get(s, STR("_schema"), &schema, err)) {
        return false;
    }
    *ret = (CatalogRules){
        .select = select.value,
        .select_filter = filter_of(w, options, filter.value),
        .metadata = metadata.value,
        .schema = schema.value,
    };
    return true;
}

/* ---- where the catalog comes from ---- */

static bool read_custom(const World *w, Str path, const Node **ret, Err *err) {
    Str text;
    if (!file_read(w->arena, path.at, CATALOG_LIMIT, &text, err)) return false;
    *ret = json_parse(w->arena, text, err);
    return *ret || err_context(err, "catalog " STR_FMT, STR_ARG(path));
}

/* The user's own file: --catalog, else the extra `catalog`. */
static bool custom_path(const World *w, const Program *tap, const TapCatalogOptions *options, Str *ret, Err *err) {
    *ret = options->file;
    if (ret->len) return true;
    if (!settings_get_text(tap->settings, STR("_catalog"), ret, err)) return false;
    if (ret->len) *ret = project_path(w->project, *ret);
    return true;
}

static bool can_discover(const Plugin *tap) {
    if (tap->protocol == PLUGIN_AIRBYTE) return true;
    bool takes = plugin_has_capability(tap, "catalog") || plugin_has_capability(tap, "properties");
    return takes && plugin_has_capability(tap, "discover");
}

static bool write_catalog(const World *w, const Program *tap, TapCatalog *catalog, Err *err) {
    AUTO(Buf) text = {0};
    json_write(&text, catalog->document, JSON_PRETTY);
    catalog->path = world_file(w, tap->plugin->name, "catalog");
    return file_write_private(catalog->path.at, buf_str(&text), err);
}

static void warn_unmatched(const World *w, const Program *tap, const StrVec *texts) {
    for (size_t i = 0; i < texts->len; i++) {
        log_event(w->log, LOG_WARN, "catalog.unmatched", LOG_STR("tap", tap->plugin->name),
                  LOG_STR("rule", texts->at[i]));
    }
}

bool tap_catalog(const World *w, const Program *tap, const TapCatalogOptions *options, TapCatalog *ret, Err *err) {
    AUTO(StrVec) unmatched = {0};
    CatalogRules rules;
    const Node *airbyte = NULL;
    Str custom;
    *ret = (TapCatalog){0};
    if (!custom_path(w, tap, options, &custom, err) || !rules_of(w, tap, options, &rules, err)) return false;
    rules.custom = custom.len > 0;
    if (custom.len) {
        if (!read_custom(w, custom, &ret->discovered, err)) return false;
    } else if (can_discover(tap->plugin)) {
        if (!discovery_catalog(w, tap, options->refresh, &ret->discovered, &airbyte, err)) return false;
    } else {
        return true;
    }
    if (custom.len && tap->plugin->protocol == PLUGIN_AIRBYTE) {
        /* A configured catalog of the user's own: it is the selection. */
        ret->document = ret->selected = ret->discovered;
        return write_catalog(w, tap, ret, err);
    }
    ret->selected = catalog_apply(w->arena, ret->discovered, &rules, &unmatched, err);
    if (!ret->selected) return err_context(err, "catalog of " STR_FMT, STR_ARG(tap->plugin->name));
    warn_unmatched(w, tap, &unmatched);
    ret->document = airbyte ? airbyte_catalog_configure(w->arena, airbyte, ret->selected) : ret->selected;
    return write_catalog(w, tap, ret, err);
}

/* ---- arguments ---- */

static void add_pair(StrVec *args, Str option, Str value) {
    vec_push(args, option);
    vec_push(args, value);
}

void tap_args(const Program *p, const TapCatalog *catalog, Str state, StrVec *ret) {
    bool airbyte = p->plugin->protocol == PLUGIN_AIRBYTE;
    bool properties =
        !airbyte && !plugin_has_capability(p->plugin, "catalog") && plugin_has_capability(p->plugin, "properties");
    if (airbyte) vec_push(ret, STR("read"));
    add_pair(ret, STR("--config"), p->config_path);
    if (catalog->path.len) add_pair(ret, properties ? STR("--properties") : STR("--catalog"), catalog->path);
    if (state.len) add_pair(ret, STR("--state"), state);
}

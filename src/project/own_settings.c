/* Settings of the project itself: a table. */
#include "project/own_settings.h"

#include "base/json.h"

static const struct {
    const char *name;
    SettingKind kind;
    const char *value; /* default as JSON, NULL = none */
    bool env_specific;
    const char *options; /* words, NULL = no choice */
    const char *description;
} table[] = {
    {"default_environment", SETTING_NONE, NULL, false, NULL, "environment that is active when none is asked for"},
    {"send_anonymous_usage_stats", SETTING_BOOLEAN, "true", false, NULL, "of Meltano; Pond sends nothing"},
    {"disable_tracking", SETTING_BOOLEAN, NULL, false, NULL, "of Meltano; Pond sends nothing"},
    {"project_id", SETTING_NONE, NULL, false, NULL, "identifies the project"},
    {"database_uri", SETTING_NONE, "\"sqlite:///$MELTANO_SYS_DIR_ROOT/meltano.db\"", true, NULL, "Meltano's database"},
    {"database_max_retries", SETTING_INTEGER, "3", false, NULL, "of Meltano"},
    {"database_retry_timeout", SETTING_INTEGER, "5", false, NULL, "of Meltano"},
    {"project_readonly", SETTING_BOOLEAN, "false", true, NULL, "project files are not changed"},
    {"hub_api_root", SETTING_NONE, NULL, false, NULL, "of Meltano; Pond asks no hub"},
    {"hub_url", SETTING_NONE, "\"https://hub.meltano.com\"", false, NULL, "of Meltano; Pond asks no hub"},
    {"hub_url_auth", SETTING_NONE, NULL, false, NULL, "of Meltano; Pond asks no hub"},
    {"elt.buffer_size", SETTING_INTEGER, "104857600", false, NULL, "bytes between extractor and loader"},
    {"python", SETTING_NONE, NULL, false, NULL, "interpreter for the plugins' venvs"},
    {"auto_install", SETTING_BOOLEAN, "true", false, NULL, "plugins are installed when they are needed"},
    {"state_backend.uri", SETTING_NONE, "\"systemdb\"", true, NULL, "where Meltano's bookmarks are read"},
    {"state_backend.lock_timeout_seconds", SETTING_INTEGER, "10", true, NULL, "how long a lock of a state counts"},
    {"state_backend.lock_retry_seconds", SETTING_INTEGER, "1", true, NULL, "wait between two tries for it"},
    {"cli.log_level", SETTING_OPTIONS, "\"info\"", true, "debug info warning error critical disabled",
     "what is logged"},
    {"cli.log_config", SETTING_NONE, "\"logging.yaml\"", false, NULL, "Python's logging configuration"},
    {"cli.log_format", SETTING_OPTIONS, "\"colored\"", false, "colored uncolored json key_value plain",
     "form of the log"},
    {"cli.disable_version_check", SETTING_BOOLEAN, "false", false, NULL, "of Meltano"},
    {"snowplow.collector_endpoints", SETTING_ARRAY, "[\"https://sp.meltano.com\"]", false, NULL,
     "of Meltano; Pond sends nothing"},
    {"venv.backend", SETTING_OPTIONS, "\"uv\"", false, "virtualenv uv", "what makes venvs; without uv: venv and pip"},
    {"experimental", SETTING_BOOLEAN, "false", false, NULL, "of Meltano"},
    {"ff.strict_env_var_mode", SETTING_BOOLEAN, "false", false, NULL, "a variable that is not set is an error"},
    {"ff.plugin_locks_required", SETTING_BOOLEAN, "false", false, NULL, "of Meltano"},
    {"pond.warehouse.path", SETTING_STRING, NULL, false, NULL, "the warehouse file"},
    {"pond.warehouse.memory_limit", SETTING_STRING, "\"35%\"", false, NULL, "of DuckDB: bytes, or % of what there is"},
    {"pond.warehouse.threads", SETTING_INTEGER, "0", false, NULL, "of DuckDB; 0: all cores"},
    {"pond.warehouse.temp_limit", SETTING_STRING, "\"10GB\"", false, NULL, "disk that a large statement may use"},
    {"pond.listen.postgres", SETTING_STRING, "\"127.0.0.1:5433\"", false, NULL, "HOST:PORT of `pond up`, or off"},
    {"pond.listen.tls", SETTING_OPTIONS, "\"auto\"", false, "auto off required",
     "encryption of clients that come over TCP: for those that ask, none, or all must"},
    {"pond.listen.tls_cert", SETTING_STRING, NULL, false, NULL, "certificate (PEM); without one, one is made"},
    {"pond.listen.tls_key", SETTING_STRING, NULL, false, NULL, "its key (PEM, mode 0600)"},
    {"pond.limits.sessions", SETTING_INTEGER, "100", false, NULL, "clients at once"},
    {"pond.limits.login_timeout", SETTING_STRING, "\"1min\"", false, NULL,
     "how long a client may take to log in; 0: any"},
    {"pond.limits.statement_timeout", SETTING_STRING, "\"10min\"", false, NULL, "a statement's longest time; 0: none"},
    {"pond.limits.idle_in_transaction", SETTING_STRING, "\"5min\"", false, NULL,
     "how long a transaction may wait for its client; 0: none"},
    {"pond.limits.free_disk", SETTING_STRING, NULL, false, NULL,
     "disk that is to stay free: less, and loads and COPY FROM are refused; 0: never [1GB, or 5 %]"},
    {"pond.limits.drain_timeout", SETTING_STRING, "\"30s\"", false, NULL,
     "how long `pond down` waits for what is running"},
};

static const Node *options_of(Arena *a, const char *words) {
    Node *list = node_new(a, NODE_LIST);
    Str rest = str_of(words), word;
    while (str_cut(&rest, ' ', &word)) {
        Node *option = node_new(a, NODE_MAP);
        node_put(a, option, STR("value"), node_string(a, word));
        node_push(a, list, option);
    }
    return list;
}

SettingDefs own_setting_definitions(Arena *a) {
    SettingDefs defs = {arena_array(a, SettingDef, ARRAY_LEN(table)), ARRAY_LEN(table)};
    for (size_t i = 0; i < defs.len; i++) {
        SettingDef *def = &defs.at[i];
        Err err;
        *def = (SettingDef){.name = str_of(table[i].name),
                            .kind = table[i].kind,
                            .env_specific = table[i].env_specific,
                            .description = str_of(table[i].description)};
        if (table[i].value) def->value = json_parse(a, str_of(table[i].value), &err);
        if (table[i].options) def->options = options_of(a, table[i].options);
    }
    return defs;
}

bool own_setting_is_ponds(Str name) {
    return str_starts(name, STR("pond."));
}

static const char *const sections[] = {"version", "plugins",          "schedules",     "environments", "jobs",
                                       "env",     "requires_meltano", "include_paths", "annotations"};

bool own_setting_is_section(Str key) {
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (str_is(key, sections[i])) return true;
    return false;
}

void own_setting_keys(StrVec *ret) {
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) vec_push(ret, str_of(sections[i]));
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        Str name = str_of(table[i].name), head;
        if (str_cut(&name, '.', &head)) vec_push(ret, head);
    }
}

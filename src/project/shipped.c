/* The table of plugins that Pond knows. What they take was read from `--about`, `spec` or source of tap-spreadsheets 1.1.2,
 * meltanolabs-tap-postgres 0.10.0, pipelinewise-tap-mysql 1.6.0, airbyte-source-faker 7.2.1 and target-jsonl 0.1.4; names
 * and variants are those of Meltano's hub. Defaults that a plugin has itself are left out. */
#include "project/shipped.h"

#include "base/json.h"

typedef struct ShippedSetting {
    const char *name;
    const char *kind;  /* NULL = string */
    const char *value; /* default as JSON, NULL = none */
    const char *description;
    const char *aliases; /* JSON list or NULL */
    const char *options; /* words separated by blanks or NULL */
    bool sensitive;
} ShippedSetting;

typedef struct ShippedPlugin {
    PluginType type;
    const char *name, *variant, *label, *repo;
    const char *pip_url;            /* NULL: nothing to install */
    const char *executable;         /* NULL: the name */
    const char *protocol;           /* NULL: Singer's */
    const char *capabilities;       /* words separated by blanks */
    const ShippedSetting *settings; /* ends with {0} */
    const char *groups;             /* settings_group_validation as JSON, NULL = none */
    const char *commands;           /* as JSON, NULL = none */
} ShippedPlugin;

#define SDK_SETTINGS                                                                                                   \
    {.name = "stream_maps", .kind = "object", .description = "changes of streams on their way"},                       \
        {.name = "stream_map_config", .kind = "object", .description = "values for expressions of stream_maps"},       \
        {.name = "flattening_enabled", .kind = "boolean", .description = "objects become columns"}, {                  \
        .name = "flattening_max_depth", .kind = "integer", .description = "levels of objects that become columns"      \
    }

static const ShippedSetting tap_spreadsheets[] = {
    {.name = "files",
     .kind = "array",
     .description =
         "what to read: [{path, format: csv|excel, table_name, primary_keys: [...], schema_overrides: {...}}]"},
    SDK_SETTINGS,
    {0},
};

static const ShippedSetting tap_postgres[] = {
    {.name = "host", .description = "host name of the server"},
    {.name = "port", .kind = "integer", .value = "5432", .description = "its port"},
    {.name = "user", .description = "user name"},
    {.name = "password", .sensitive = true, .description = "password"},
    {.name = "database", .description = "name of the database"},
    {.name = "sqlalchemy_url",
     .sensitive = true,
     .description = "a URL in the place of host, port, user, password, database"},
    {.name = "filter_schemas", .kind = "array", .description = "only these schemas"},
    {.name = "default_replication_method",
     .kind = "options",
     .options = "FULL_TABLE INCREMENTAL LOG_BASED",
     .description = "of streams whose metadata says none"},
    {.name = "replication_slot_name", .description = "slot for LOG_BASED, one for each load"},
    {.name = "replication_max_run_seconds", .kind = "integer", .description = "longest LOG_BASED run"},
    {.name = "replication_idle_exit_seconds", .kind = "integer", .description = "LOG_BASED ends after this silence"},
    {.name = "max_record_count", .kind = "integer", .description = "at most so many records of a stream"},
    {.name = "dates_as_string", .kind = "boolean", .description = "dates and times as text"},
    {.name = "json_as_object", .kind = "boolean", .description = "json and jsonb as objects"},
    {.name = "stream_options", .kind = "object", .description = "options by stream"},
    {.name = "ssl_enable", .kind = "boolean", .description = "connect by TLS"},
    {.name = "ssl_mode", .description = "verify-full, verify-ca, require, ..."},
    {.name = "ssl_certificate_authority", .description = "file or text of the authority's certificate"},
    {.name = "ssl_client_certificate_enable", .kind = "boolean", .description = "log in by certificate"},
    {.name = "ssl_client_certificate", .description = "file or text of the client's certificate"},
    {.name = "ssl_client_private_key", .sensitive = true, .description = "file or text of the client's key"},
    {.name = "ssl_storage_directory", .description = "where certificates given as text are stored"},
    {.name = "ssh_tunnel.enable", .kind = "boolean", .description = "connect through an SSH tunnel"},
    {.name = "ssh_tunnel.host", .description = "its host"},
    {.name = "ssh_tunnel.port", .kind = "integer", .description = "its port"},
    {.name = "ssh_tunnel.username", .description = "user there"},
    {.name = "ssh_tunnel.private_key", .sensitive = true, .description = "key of that user"},
    {.name = "ssh_tunnel.private_key_password", .sensitive = true, .description = "password of the key"},
    SDK_SETTINGS,
    {0},
};

static const ShippedSetting tap_mysql[] = {
    {.name = "host", .value = "\"localhost\"", .description = "host name of the server"},
    {.name = "port", .kind = "integer", .value = "3306", .description = "its port"},
    {.name = "user", .description = "user name"},
    {.name = "password", .sensitive = true, .description = "password"},
    {.name = "database", .description = "only this database"},
    {.name = "filter_dbs", .description = "only these databases, with commas between them"},
    {.name = "engine",
     .options = "mysql mariadb",
     .kind = "options",
     .description = "which server it is, for LOG_BASED"},
    {.name = "use_gtid", .kind = "boolean", .description = "LOG_BASED by GTID"},
    {.name = "session_sqls", .kind = "array", .description = "statements at the start of a connection"},
    {.name = "ssl", .description = "\"true\": connect by TLS"},
    {.name = "ssl_ca", .description = "certificate of the authority"},
    {.name = "ssl_cert", .description = "certificate of the client"},
    {.name = "ssl_key", .sensitive = true, .description = "key of the client"},
    {0},
};

static const ShippedSetting airbyte_source_faker[] = {
    {.name = "count", .kind = "integer", .value = "1000", .description = "how many users"},
    {.name = "seed", .kind = "integer", .value = "-1", .description = "the same seed gives the same rows; -1: random"},
    {.name = "records_per_slice", .kind = "integer", .value = "1000", .description = "records between two states"},
    {.name = "always_updated", .kind = "boolean", .value = "true", .description = "each run sends all rows again"},
    {.name = "parallelism", .kind = "integer", .value = "4", .description = "worker processes"},
    {0},
};

/* The names of src/load/settings.c and no defaults but the hub's: what it does without one is told there. */
static const ShippedSetting target_duckdb[] = {
    {.name = "path", .aliases = "[\"filepath\"]", .description = "DuckDB file to load into"},
    {.name = "dbname", .aliases = "[\"database\"]", .description = "catalog name: the file's name without its ending"},
    {.name = "default_target_schema",
     .value = "\"$MELTANO_EXTRACT__LOAD_SCHEMA\"",
     .description = "schema of all tables"},
    {.name = "schema_mapping", .kind = "object", .description = "{source schema: {target_schema: name}}"},
    {.name = "load_method",
     .kind = "options",
     .options = "auto append-only upsert overwrite",
     .description = "auto: upsert where a stream has keys, else append-only"},
    {.name = "hard_delete", .kind = "boolean", .description = "rows marked as deleted are removed"},
    {.name = "primary_key_required", .kind = "boolean", .description = "a stream without keys is an error"},
    {.name = "validate_records", .kind = "boolean", .description = "check records against the stream's schema"},
    {.name = "process_activate_version_messages", .kind = "boolean", .description = "old versions of rows are removed"},
    {.name = "on_error",
     .kind = "options",
     .options = "fail reject",
     .description = "a bad record ends the run (fail) or is kept apart (reject)"},
    {.name = "batch_size_rows", .kind = "integer", .description = "commit at the first STATE behind so many rows"},
    {.name = "visible_after_seconds", .kind = "decimal", .description = "how long an arrived row may stay invisible"},
    {.name = "max_line", .description = "longest message, as 100MB"},
    {.name = "buffer_size", .description = "rows that may wait in memory before they are loaded, as 48MB"},
    {.name = "timestamps_without_zone", .kind = "boolean", .description = "date-time becomes TIMESTAMP in UTC"},
    {.name = "add_metadata_columns", .kind = "boolean", .description = "target-duckdb's _sdc_ columns"},
    {.name = "add_record_metadata", .kind = "boolean", .description = "the seven _sdc_ columns of the Singer SDK"},
    {.name = "data_flattening_max_level", .kind = "integer", .description = "levels of objects that become columns"},
    {.name = "flattening_max_key_length", .kind = "integer", .description = "longer names are abbreviated"},
    {.name = "flattening_separator", .description = "between the parts of a flattened name"},
    {.name = "settings", .kind = "object", .description = "DuckDB options to SET"},
    {.name = "faker_config", .kind = "object", .description = "for `fake` in expressions of stream_maps"},
    {.name = "flush_all_streams", .kind = "boolean", .description = "no effect: a commit holds all streams"},
    SDK_SETTINGS,
    {0},
};

static const ShippedSetting target_jsonl[] = {
    {.name = "destination_path", .value = "\"output\"", .description = "folder for the files"},
    {.name = "do_timestamp_file",
     .kind = "boolean",
     .value = "false",
     .description = "the time becomes part of a file's name"},
    {.name = "custom_name", .description = "file name in the place of the stream's"},
    {0},
};

static const ShippedSetting dbt_duckdb[] = {
    {.name = "project_dir", .value = "\"$MELTANO_PROJECT_ROOT/transform\"", .description = "dbt's project folder"},
    {.name = "profiles_dir",
     .value = "\"$MELTANO_PROJECT_ROOT/transform/profiles/duckdb\"",
     .description = "folder of profiles.yml"},
    {.name = "path", .description = "DuckDB file, for env_var('DBT_DUCKDB_PATH') in profiles.yml"},
    {0},
};

static const char dbt_commands[] =
    "{\"build\": \"build\", \"run\": \"run\", \"test\": \"test\", \"compile\": \"compile\", \"deps\": \"deps\","
    " \"docs-generate\": \"docs generate\", \"seed\": \"seed\", \"snapshot\": \"snapshot\", \"debug\": \"debug\"}";

static const ShippedPlugin plugins[] = {
    {
        .type = PLUGIN_EXTRACTORS,
        .name = "tap-spreadsheets",
        .variant = "meltano",
        .label = "Spreadsheets and CSV files",
        .repo = "https://pypi.org/project/tap-spreadsheets/",
        .pip_url = "tap-spreadsheets",
        .capabilities = "catalog discover state about stream-maps schema-flattening batch structured-logging",
        .settings = tap_spreadsheets,
        .groups = "[[\"files\"]]",
    },
    {
        .type = PLUGIN_EXTRACTORS,
        .name = "tap-postgres",
        .variant = "meltanolabs",
        .label = "PostgreSQL",
        .repo = "https://github.com/MeltanoLabs/tap-postgres",
        .pip_url = "meltanolabs-tap-postgres psycopg2-binary",
        .capabilities =
            "catalog discover state activate-version about stream-maps schema-flattening batch structured-logging",
        .settings = tap_postgres,
        .groups = "[[\"host\", \"port\", \"user\", \"password\", \"database\"], [\"sqlalchemy_url\"]]",
    },
    {
        .type = PLUGIN_EXTRACTORS,
        .name = "tap-mysql",
        .variant = "transferwise",
        .label = "MySQL and MariaDB",
        .repo = "https://github.com/transferwise/pipelinewise-tap-mysql",
        .pip_url = "pipelinewise-tap-mysql",
        .capabilities = "catalog discover state properties",
        .settings = tap_mysql,
        .groups = "[[\"host\", \"port\", \"user\", \"password\"]]",
    },
    {
        .type = PLUGIN_EXTRACTORS,
        .name = "airbyte-source-faker",
        .variant = "airbyte",
        .label = "Faker (example rows)",
        .repo = "https://docs.airbyte.com/integrations/sources/faker",
        .pip_url = "airbyte-source-faker",
        .executable = "source-faker",
        .protocol = "airbyte",
        .capabilities = "catalog discover state",
        .settings = airbyte_source_faker,
    },
    {
        .type = PLUGIN_LOADERS,
        .name = "target-duckdb",
        .variant = "jwills",
        .label = "DuckDB",
        .repo = "https://github.com/jwills/target-duckdb",
        .pip_url = "target-duckdb~=0.8 duckdb==1.5.5",
        .capabilities = "about stream-maps schema-flattening batch hard-delete validate-records",
        .settings = target_duckdb,
    },
    {
        .type = PLUGIN_LOADERS,
        .name = "target-jsonl",
        .variant = "andyh1203",
        .label = "JSON lines",
        .repo = "https://github.com/andyh1203/target-jsonl",
        .pip_url = "target-jsonl",
        .capabilities = "",
        .settings = target_jsonl,
    },
    {
        .type = PLUGIN_UTILITIES,
        .name = "dbt-duckdb",
        .variant = "jwills",
        .label = "dbt for DuckDB",
        .repo = "https://github.com/duckdb/dbt-duckdb",
        .pip_url = "dbt-core~=1.9 dbt-duckdb~=1.9 duckdb==1.5.5",
        .executable = "dbt",
        .capabilities = "",
        .settings = dbt_duckdb,
        .commands = dbt_commands,
    },
};

/* ---- as nodes ---- */

static void put_text(Arena *a, Node *map, const char *key, const char *text) {
    if (text) node_put(a, map, str_of(key), node_string(a, str_of(text)));
}

/* JSON of the table: it parses, or the table is wrong. */
static void put_json(Arena *a, Node *map, const char *key, const char *json) {
    if (!json) return;
    Err err;
    Node *value = json_parse(a, str_of(json), &err);
    BUG_ON(!value);
    node_put(a, map, str_of(key), value);
}

static void put_words(Arena *a, Node *map, const char *key, const char *words) {
    Node *list = node_new(a, NODE_LIST);
    Str rest = str_of(words), word;
    while (str_cut(&rest, ' ', &word))
        if (word.len) node_push(a, list, node_string(a, word));
    node_put(a, map, str_of(key), list);
}

static void put_options(Arena *a, Node *map, const char *words) {
    if (!words) return;
    Node *list = node_new(a, NODE_LIST);
    Str rest = str_of(words), word;
    while (str_cut(&rest, ' ', &word)) {
        Node *option = node_new(a, NODE_MAP);
        node_put(a, option, STR("label"), node_string(a, word));
        node_put(a, option, STR("value"), node_string(a, word));
        node_push(a, list, option);
    }
    node_put(a, map, STR("options"), list);
}

static Node *setting_node(Arena *a, const ShippedSetting *s) {
    Node *map = node_new(a, NODE_MAP);
    put_text(a, map, "name", s->name);
    put_json(a, map, "aliases", s->aliases);
    put_text(a, map, "kind", s->kind ? s->kind : "string");
    put_json(a, map, "value", s->value);
    put_options(a, map, s->options);
    put_text(a, map, "description", s->description);
    if (s->sensitive) node_put(a, map, STR("sensitive"), node_bool(a, true));
    return map;
}

static const Node *plugin_node(Arena *a, const ShippedPlugin *p) {
    Node *map = node_new(a, NODE_MAP), *settings = node_new(a, NODE_LIST);
    char *namespace = arena_c(a, str_of(p->name));
    for (char *c = namespace; *c; c++)
        if (*c == '-') *c = '_';
    put_text(a, map, "plugin_type", plugin_type_name(p->type));
    put_text(a, map, "name", p->name);
    put_text(a, map, "namespace", namespace);
    put_text(a, map, "variant", p->variant);
    put_text(a, map, "label", p->label);
    put_text(a, map, "repo", p->repo);
    put_text(a, map, "pip_url", p->pip_url);
    put_text(a, map, "executable", p->executable);
    put_text(a, map, "protocol", p->protocol);
    put_words(a, map, "capabilities", p->capabilities);
    put_json(a, map, "settings_group_validation", p->groups);
    for (const ShippedSetting *s = p->settings; s->name; s++) node_push(a, settings, setting_node(a, s));
    node_put(a, map, STR("settings"), settings);
    put_json(a, map, "commands", p->commands);
    return map;
}

static bool is_builtin_loader(const ShippedPlugin *p) {
    return p->type == PLUGIN_LOADERS && strcmp(p->name, "target-duckdb") == 0;
}

const Node *shipped_definition(Arena *a, PluginType type, Str name, Str variant) {
    for (size_t i = 0; i < ARRAY_LEN(plugins); i++) {
        const ShippedPlugin *p = &plugins[i];
        if (p->type != type || !str_is(name, p->name)) continue;
        /* Pond's own loader takes the settings of every variant */
        if (!variant.len || str_is(variant, p->variant) || is_builtin_loader(p)) return plugin_node(a, p);
    }
    return NULL;
}

void shipped_names(PluginType type, StrVec *ret) {
    for (size_t i = 0; i < ARRAY_LEN(plugins); i++)
        if (type == PLUGIN_TYPE_COUNT || type == plugins[i].type) vec_push(ret, str_of(plugins[i].name));
}

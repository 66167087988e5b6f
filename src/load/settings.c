/* LoadSettings: one table of settings, read by kind, then put together. */
#include "load/settings.h"

#include "base/json.h"
#include "base/map.h"
#include "base/quantity.h"
#include "singer/exact.h"

typedef enum SettingKind {
    KIND_TEXT,
    KIND_BOOLEAN,
    KIND_COUNT,   /* whole number, not negative */
    KIND_BYTES,   /* a count, or "100MB", "64KiB" */
    KIND_SECONDS, /* a number; stored as microseconds */
    KIND_OBJECT,
    KIND_METHOD,
    KIND_ON_ERROR,
    KIND_UNUSED, /* accepted, without effect */
} SettingKind;

static const char *const kind_names[] = {
    [KIND_TEXT] = "string",   [KIND_BOOLEAN] = "boolean", [KIND_COUNT] = "integer",
    [KIND_BYTES] = "bytes",   [KIND_SECONDS] = "number",  [KIND_OBJECT] = "object",
    [KIND_METHOD] = "string", [KIND_ON_ERROR] = "string", [KIND_UNUSED] = "string",
};

/* What is read before it is put together: the two targets' ways to say the same. */
typedef struct RawSettings {
    LoadSettings load;
    bool add_metadata_columns, add_record_metadata, flattening_enabled;
    uint64_t data_flattening_max_level, flattening_max_depth, flattening_max_key_length;
    Str flattening_separator;
    char unused;
} RawSettings;

/* name, alias, kind, member of RawSettings, default, description */
#define SETTINGS(X)                                                                                                    \
    X("path", "filepath", TEXT, load.path, "", "DuckDB file to load into")                                             \
    X("dbname", "database", TEXT, load.database, "", "catalog name: the file's name without its ending")               \
    X("token", NULL, UNUSED, unused, "", "MotherDuck token: not used")                                                 \
    X("settings", NULL, OBJECT, load.set, "", "DuckDB options to SET")                                                 \
    X("default_target_schema", NULL, TEXT, load.default_schema, "", "schema of all tables")                            \
    X("schema_mapping", NULL, OBJECT, load.schema_mapping, "", "{source schema: {target_schema: name}}")               \
    X("load_method", NULL, METHOD, load.method, "auto",                                                                \
      "append-only, upsert, overwrite, or auto: upsert for streams with keys, else append")                            \
    X("hard_delete", NULL, BOOLEAN, load.hard_delete, "false", "rows marked as deleted are removed")                   \
    X("primary_key_required", NULL, BOOLEAN, load.primary_key_required, "false", "a stream without keys is an error")  \
    X("validate_records", NULL, BOOLEAN, load.validate, "false", "check records against the stream's schema")          \
    X("process_activate_version_messages", NULL, BOOLEAN, load.activate_version, "true",                               \
      "older versions of a stream's rows end at ACTIVATE_VERSION")                                                     \
    X("on_error", NULL, ON_ERROR, load.reject, "fail", "a bad record ends the run (fail) or is kept apart (reject)")   \
    X("batch_size_rows", NULL, COUNT, load.batch_rows, "", "commit at the first STATE behind so many rows")            \
    X("visible_after_seconds", NULL, SECONDS, load.visible_us, "60", "how long an arrived row may stay invisible")     \
    X("max_line", NULL, BYTES, load.max_line, "100MB", "longest message")                                              \
    X("buffer_size", NULL, BYTES, load.buffer_bytes, "24MB", "rows that may wait in memory before they are loaded")    \
    X("timestamps_without_zone", NULL, BOOLEAN, load.schema.timestamps_without_zone, "false",                          \
      "date-time becomes TIMESTAMP in UTC instead of TIMESTAMP WITH TIME ZONE")                                        \
    X("add_metadata_columns", NULL, BOOLEAN, add_metadata_columns, "false",                                            \
      "_sdc_extracted_at, _sdc_batched_at, _sdc_deleted_at as target-duckdb")                                          \
    X("add_record_metadata", NULL, BOOLEAN, add_record_metadata, "", "the seven _sdc_ columns of the Singer SDK")      \
    X("data_flattening_max_level", NULL, COUNT, data_flattening_max_level, "0",                                        \
      "levels of objects that become columns")                                                                         \
    X("flattening_enabled", NULL, BOOLEAN, flattening_enabled, "false",                                                \
      "as the Singer SDK: flattening_max_depth levels")                                                                \
    X("flattening_max_depth", NULL, COUNT, flattening_max_depth, "", "levels of objects that become columns")          \
    X("flattening_max_key_length", NULL, COUNT, flattening_max_key_length, "255", "longer names are abbreviated")      \
    X("flattening_separator", NULL, TEXT, flattening_separator, "__", "between the parts of a flattened name")         \
    X("stream_maps", NULL, OBJECT, load.stream_maps, "",                                                               \
      "streams and properties renamed, computed, filtered, dropped")                                                   \
    X("stream_map_config", NULL, OBJECT, load.stream_map_config, "", "values for expressions of stream_maps")          \
    X("faker_config", NULL, OBJECT, load.faker_config, "", "for `fake` in expressions of stream_maps")                 \
    X("flush_all_streams", NULL, BOOLEAN, load.flush_all_streams, "false", "no effect: a commit holds all streams")    \
    X("delimiter", NULL, UNUSED, unused, "", "no effect: there is no CSV file in between")                             \
    X("quotechar", NULL, UNUSED, unused, "", "no effect: there is no CSV file in between")                             \
    X("temp_dir", NULL, UNUSED, unused, "", "no effect: there is no CSV file in between")                              \
    X("batch_config", NULL, UNUSED, unused, "", "no effect: a BATCH message says its own encoding")

static const struct SettingRow {
    const char *name, *alias;
    SettingKind kind;
    size_t at; /* offset in RawSettings */
    const char *standard, *description;
} rows[] = {
#define X(name, alias, kind, member, standard, description)                                                            \
    {name, alias, KIND_##kind, offsetof(RawSettings, member), standard, description},
    SETTINGS(X)
#undef X
};

bool load_setting_info(size_t i, LoadSettingInfo *ret) {
    if (i >= ARRAY_LEN(rows)) return false;
    *ret =
        (LoadSettingInfo){rows[i].name, rows[i].alias, kind_names[rows[i].kind], rows[i].standard, rows[i].description};
    return true;
}

/* ---- values ---- */

static bool wrong(const struct SettingRow *row, const Node *value, const char *expected, Err *err) {
    AUTO(Buf) text = {.limit = 200};
    json_write(&text, value, JSON_COMPACT);
    return err_set(err, ERR_CONFIG, "setting \"%s\": %s is not %s", row->name, buf_c(&text), expected);
}

static bool is_word(Str text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(text, str_of(words[i]))) return true;
    return false;
}

static bool read_boolean(const Node *value, bool *ret) {
    static const char *const yes[] = {"true", "1", "yes", "on", "y", "t"};
    static const char *const no[] = {"false", "0", "no", "off", "n", "f"};
    if (node_is(value, NODE_BOOL)) {
        *ret = value->truth;
        return true;
    }
    Str text = str_trim(node_text(value));
    *ret = is_word(text, yes, ARRAY_LEN(yes));
    return *ret || is_word(text, no, ARRAY_LEN(no));
}

/* 100000, "100000", 1e5 */
static bool read_count(Str text, uint64_t *ret) {
    Exact n;
    text = str_trim(text);
    if (str_to_u64(text, ret)) return true;
    if (!exact_read(text, &n) || n.negative || !exact_is_integer(n) || exact_integer_digits(n) > 18) return false;
    double value;
    if (!str_to_double(text, &value)) return false;
    *ret = (uint64_t)value;
    return true;
}

static bool read_bytes(Str text, uint64_t *ret) {
    return read_count(text, ret) || quantity_bytes(text, 0, ret);
}

static bool read_seconds(Str text, int64_t *ret_us) {
    double seconds;
    if (!str_to_double(str_trim(text), &seconds) || !(seconds >= 0 && seconds < 1e9)) return false;
    *ret_us = (int64_t)(seconds * 1e6);
    return true;
}

/* A map, or a text that is one in JSON. */
static bool read_object(Arena *a, const Node *value, const Node **ret) {
    Err ignored;
    if (node_is(value, NODE_STRING)) value = json_parse(a, value->text, &ignored);
    *ret = value;
    return node_is(value, NODE_MAP);
}

static bool read_method(Str text, LoadMethod *ret) {
    static const struct {
        const char *name;
        LoadMethod method;
    } names[] = {
        {"auto", METHOD_AUTO},     {"append-only", METHOD_APPEND}, {"append_only", METHOD_APPEND},
        {"append", METHOD_APPEND}, {"upsert", METHOD_UPSERT},      {"overwrite", METHOD_OVERWRITE},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!str_equal_nocase(text, str_of(names[i].name))) continue;
        *ret = names[i].method;
        return true;
    }
    return false;
}

static bool read_on_error(Str text, bool *ret_reject) {
    *ret_reject = str_equal_nocase(text, STR("reject"));
    return *ret_reject || str_equal_nocase(text, STR("fail"));
}

static bool read_value(const struct SettingRow *row, RawSettings *raw, Arena *a, const Node *value, Err *err) {
    void *at = (char *)raw + row->at;
    Str text = node_text(value);
    switch (row->kind) {
    case KIND_TEXT:
        if (!text.at) return wrong(row, value, "a text", err);
        *(Str *)at = text;
        return true;
    case KIND_BOOLEAN: return read_boolean(value, at) || wrong(row, value, "true or false", err);
    case KIND_COUNT: return read_count(text, at) || wrong(row, value, "a whole number of 0 or more", err);
    case KIND_BYTES:
        return read_bytes(text, at) || wrong(row, value, "a number of bytes (like 100000 or \"100MB\")", err);
    case KIND_SECONDS: return read_seconds(text, at) || wrong(row, value, "a number of seconds", err);
    case KIND_OBJECT: return read_object(a, value, at) || wrong(row, value, "a JSON object", err);
    case KIND_METHOD:
        return read_method(text, at) || wrong(row, value, "one of append-only, upsert, overwrite, auto", err);
    case KIND_ON_ERROR: return read_on_error(text, at) || wrong(row, value, "fail or reject", err);
    case KIND_UNUSED: break;
    }
    return true;
}

/* ---- the whole ---- */

static bool is_given(const Node *value) {
    return !node_is_null(value) && !(node_is(value, NODE_STRING) && value->text.len == 0);
}

static const Node *find_value(const Node *config, const struct SettingRow *row) {
    const Node *value = node_get(config, str_of(row->name));
    if (is_given(value) || !row->alias) return is_given(value) ? value : NULL;
    value = node_get(config, str_of(row->alias));
    return is_given(value) ? value : NULL;
}

static void list_unknown(const Node *config, StrVec *ret) {
    for (size_t i = 0; config && i < config->len; i++) {
        bool known = false;
        for (size_t k = 0; !known && k < ARRAY_LEN(rows); k++)
            known = str_is(config->keys[i], rows[k].name) || (rows[k].alias && str_is(config->keys[i], rows[k].alias));
        if (!known) vec_push(ret, config->keys[i]);
    }
}

static bool put_flattening(RawSettings *raw, const Node *config, Err *err) {
    SchemaOptions *schema = &raw->load.schema;
    schema->flatten_separator = STR("__");
    schema->flatten_depth = raw->data_flattening_max_level;
    if (!raw->flattening_enabled) return true;
    if (!is_given(node_get_c(config, "flattening_max_depth")))
        return err_set(err, ERR_CONFIG, "setting \"flattening_max_depth\" is required when flattening_enabled is true");
    schema->flatten_depth = raw->flattening_max_depth;
    schema->flatten_separator = raw->flattening_separator;
    schema->flatten_key_length = raw->flattening_max_key_length;
    return true;
}

static void put_metadata(RawSettings *raw, const Node *config) {
    MetadataStyle style = METADATA_NONE;
    if (raw->add_record_metadata) style = METADATA_SDK;
    else if (raw->add_metadata_columns || raw->load.hard_delete) style = METADATA_DUCKDB;
    else if (is_given(node_get_c(config, "add_record_metadata"))) style = METADATA_REMOVED;
    raw->load.schema.metadata = style;
}

/* DuckDB's catalog name of a file: its name without the ending. */
static Str file_stem(Str path) {
    size_t slash = str_find_last(path, '/');
    Str name = slash == STR_NONE ? path : str_slice(path, slash + 1, path.len);
    size_t dot = str_find_last(name, '.');
    return dot == STR_NONE || dot == 0 ? name : str_slice(name, 0, dot);
}

static bool check_path(const LoadSettings *s, Err *err) {
    if (str_starts(s->path, STR("md:")) || str_starts(s->path, STR("motherduck:")))
        return err_set(err, ERR_UNSUPPORTED, "setting \"path\": \"" STR_FMT "\" is a MotherDuck database, not a file",
                       STR_ARG(s->path));
    Str stem = file_stem(s->path);
    if (s->path.len == 0 || s->database.len == 0 || str_equal_nocase(s->database, stem) ||
        str_equal_nocase(s->database, STR("warehouse")))
        return true;
    err_set(err, ERR_CONFIG, "setting \"dbname\": \"" STR_FMT "\" is not the catalog of \"" STR_FMT "\"",
            STR_ARG(s->database), STR_ARG(s->path));
    return err_hint(err, "leave it out, or set it to \"" STR_FMT "\"", STR_ARG(stem));
}

bool load_settings_read(LoadSettings *s, Arena *a, const Node *config, StrVec *ret_unknown, Err *err) {
    RawSettings raw = {
        .load = {.activate_version = true,
                 .visible_us = 60 * INT64_C(1000000),
                 .max_line = 100 * UINT64_C(1000000),
                 .buffer_bytes = 24 * UINT64_C(1000000)},
        .flattening_max_key_length = 255,
        .flattening_separator = STR("__"),
    };
    if (config && !node_is_null(config) && !node_is(config, NODE_MAP))
        return err_set(err, ERR_CONFIG, "the config of a target must be a JSON object");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const Node *value = find_value(config, &rows[i]);
        if (value && !read_value(&rows[i], &raw, a, value, err)) return false;
    }
    if (!put_flattening(&raw, config, err) || !check_path(&raw.load, err)) return false;
    put_metadata(&raw, config);
    if (ret_unknown) list_unknown(config, ret_unknown);
    *s = raw.load;
    return true;
}

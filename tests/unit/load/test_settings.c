/* A target's settings. */
#include "unit/test.h"

#include "base/json.h"
#include "load/settings.h"

static bool read_text(Arena *a, const char *config, LoadSettings *s, StrVec *unknown, Err *err) {
    Node *n = json_parse(a, str_of(config), err);
    if (!n) fail_msg("%s: %s", config, err->msg);
    return load_settings_read(s, a, n, unknown, err);
}

static LoadSettings read_good(Arena *a, const char *config) {
    LoadSettings s;
    Err err;
    if (!read_text(a, config, &s, NULL, &err)) fail_msg("%s: %s", config, err.msg);
    return s;
}

TEST(settings_defaults) {
    AUTO(Arena) a = {0};
    Err err;
    LoadSettings s;
    assert_true(load_settings_read(&s, &a, NULL, NULL, &err));
    assert_int_equal(s.path.len, 0);
    assert_int_equal(s.method, METHOD_AUTO);
    assert_int_equal(s.schema.metadata, METADATA_NONE);
    assert_int_equal(s.schema.flatten_depth, 0);
    assert_true(str_is(s.schema.flatten_separator, "__"));
    assert_true(s.activate_version);
    assert_false(s.validate || s.hard_delete || s.primary_key_required || s.reject);
    assert_int_equal(s.batch_rows, 0);
    assert_int_equal(s.visible_us, 60000000);
    assert_int_equal(s.max_line, 100000000);
    assert_null(s.stream_maps);
}

TEST(settings_of_target_duckdb) {
    AUTO(Arena) a = {0};
    LoadSettings s =
        read_good(&a, "{\"filepath\": \"x/wh.duckdb\", \"database\": \"WH\", \"default_target_schema\": \"raw\","
                      "\"batch_size_rows\": \"5000\", \"data_flattening_max_level\": 3, \"hard_delete\": \"true\","
                      "\"settings\": {\"threads\": \"2\"}, \"schema_mapping\": \"{\\\"a\\\": {}}\","
                      "\"delimiter\": \"|\", \"token\": null, \"validate_records\": 1}");
    assert_true(str_is(s.path, "x/wh.duckdb"));
    assert_true(str_is(s.default_schema, "raw"));
    assert_int_equal(s.batch_rows, 5000);
    assert_int_equal(s.schema.flatten_depth, 3);
    assert_int_equal(s.schema.flatten_key_length, 0);
    assert_true(s.hard_delete);
    assert_true(s.validate);
    assert_int_equal(s.schema.metadata, METADATA_DUCKDB);
    assert_true(node_is(s.set, NODE_MAP));
    assert_non_null(node_get_c(s.schema_mapping, "a"));
}

TEST(settings_of_sdk_targets) {
    AUTO(Arena) a = {0};
    LoadSettings s =
        read_good(&a, "{\"path\": \"w.duckdb\", \"load_method\": \"append-only\", \"add_record_metadata\": true,"
                      "\"flattening_enabled\": true, \"flattening_max_depth\": 2, \"flattening_separator\": \".\","
                      "\"flattening_max_key_length\": 50, \"process_activate_version_messages\": false,"
                      "\"stream_maps\": {}, \"max_line\": \"2 MiB\", \"visible_after_seconds\": 0.5,"
                      "\"on_error\": \"reject\"}");
    assert_int_equal(s.method, METHOD_APPEND);
    assert_int_equal(s.schema.metadata, METADATA_SDK);
    assert_int_equal(s.schema.flatten_depth, 2);
    assert_true(str_is(s.schema.flatten_separator, "."));
    assert_int_equal(s.schema.flatten_key_length, 50);
    assert_false(s.activate_version);
    assert_non_null(s.stream_maps);
    assert_int_equal(s.max_line, 2 * 1024 * 1024);
    assert_int_equal(s.visible_us, 500000);
    assert_true(s.reject);
    assert_int_equal(read_good(&a, "{\"add_record_metadata\": false}").schema.metadata, METADATA_REMOVED);
    assert_int_equal(read_good(&a, "{\"add_record_metadata\": false, \"hard_delete\": true}").schema.metadata,
                     METADATA_DUCKDB);
    assert_int_equal(read_good(&a, "{\"load_method\": \"overwrite\"}").method, METHOD_OVERWRITE);
}

TEST(settings_empty_and_null_are_absent) {
    AUTO(Arena) a = {0};
    LoadSettings s =
        read_good(&a, "{\"path\": null, \"filepath\": \"f.duckdb\", \"batch_size_rows\": \"\", \"hard_delete\": null,"
                      "\"stream_maps\": \"\", \"add_record_metadata\": null, \"load_method\": \"\"}");
    assert_true(str_is(s.path, "f.duckdb"));
    assert_int_equal(s.schema.metadata, METADATA_NONE);
    assert_int_equal(s.method, METHOD_AUTO);
}

TEST(settings_lists_unknown_ones) {
    AUTO(Arena) a = {0};
    AUTO(StrVec) unknown = {0};
    LoadSettings s;
    Err err;
    assert_true(read_text(&a, "{\"path\": \"p\", \"pathh\": 1, \"filepath\": \"q\", \"x\": null}", &s, &unknown, &err));
    assert_int_equal(unknown.len, 2);
    assert_true(str_is(unknown.at[0], "pathh"));
    assert_true(str_is(unknown.at[1], "x"));
}

TEST(settings_errors_quote_setting_and_value) {
    static const char *const cases[][2] = {
        {"{\"batch_size_rows\": \"many\"}", "setting \"batch_size_rows\": \"many\" is not a whole number of 0 or more"},
        {"{\"batch_size_rows\": -1}", "setting \"batch_size_rows\": -1 is not a whole number of 0 or more"},
        {"{\"batch_size_rows\": 1.5}", "setting \"batch_size_rows\": 1.5 is not a whole number of 0 or more"},
        {"{\"batch_size_rows\": true}", "setting \"batch_size_rows\": true is not a whole number of 0 or more"},
        {"{\"hard_delete\": \"maybe\"}", "setting \"hard_delete\": \"maybe\" is not true or false"},
        {"{\"hard_delete\": 2}", "setting \"hard_delete\": 2 is not true or false"},
        {"{\"hard_delete\": []}", "setting \"hard_delete\": [] is not true or false"},
        {"{\"path\": {\"a\": 1}}", "setting \"path\": {\"a\":1} is not a text"},
        {"{\"load_method\": \"merge\"}",
         "setting \"load_method\": \"merge\" is not one of append-only, upsert, overwrite, auto"},
        {"{\"on_error\": \"x\"}", "setting \"on_error\": \"x\" is not fail or reject"},
        {"{\"stream_maps\": \"{\"}", "setting \"stream_maps\": \"{\" is not a JSON object"},
        {"{\"stream_maps\": [1]}", "setting \"stream_maps\": [1] is not a JSON object"},
        {"{\"max_line\": \"1 parsec\"}",
         "setting \"max_line\": \"1 parsec\" is not a number of bytes (like 100000 or \"100MB\")"},
        {"{\"visible_after_seconds\": \"soon\"}",
         "setting \"visible_after_seconds\": \"soon\" is not a number of seconds"},
        {"{\"visible_after_seconds\": -1}", "setting \"visible_after_seconds\": -1 is not a number of seconds"},
        {"{\"flattening_enabled\": true}",
         "setting \"flattening_max_depth\" is required when flattening_enabled is true"},
        {"{\"path\": \"x/a.duckdb\", \"dbname\": \"b\"}",
         "setting \"dbname\": \"b\" is not the catalog of \"x/a.duckdb\""},
        {"{\"path\": \"md:x\"}", "setting \"path\": \"md:x\" is a MotherDuck database, not a file"},
        {"[]", "the config of a target must be a JSON object"},
    };
    AUTO(Arena) a = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        LoadSettings s;
        Err err = {0};
        if (read_text(&a, cases[i][0], &s, NULL, &err)) fail_msg("%s is accepted", cases[i][0]);
        assert_string_equal(err.msg, cases[i][1]);
    }
}

TEST(settings_numbers_and_sizes_in_many_spellings) {
    AUTO(Arena) a = {0};
    assert_int_equal(read_good(&a, "{\"batch_size_rows\": 1e5}").batch_rows, 100000);
    assert_int_equal(read_good(&a, "{\"batch_size_rows\": \" 100000 \"}").batch_rows, 100000);
    assert_int_equal(read_good(&a, "{\"batch_size_rows\": 100000.0}").batch_rows, 100000);
    assert_int_equal(read_good(&a, "{\"max_line\": 4096}").max_line, 4096);
    assert_int_equal(read_good(&a, "{\"max_line\": \"5kb\"}").max_line, 5000);
    assert_int_equal(read_good(&a, "{\"max_line\": \"1GiB\"}").max_line, 1 << 30);
}

TEST(settings_table_describes_itself) {
    LoadSettingInfo info;
    size_t n = 0;
    for (; load_setting_info(n, &info); n++) {
        assert_true(strlen(info.name) && strlen(info.description) && strlen(info.kind));
        assert_non_null(info.standard);
    }
    assert_true(n > 25);
}
